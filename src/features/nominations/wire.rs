//! Wire types of nominations.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::reach;
use crate::api::checks::expect_none_erased;
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::Tx;
use crate::db::tables::{candidate, nomination as table};
use crate::error::{Error, Result};
use crate::law::Stage;
use crate::law::text::{PersonName, Text, plain, stored};
use crate::law::words::{Introducer, NominationOutcome, PriorityGroup, Sex};

/// A nomination; the introducing union sees the person's name, stage and outcome only
#[derive(Debug, Serialize, ToSchema)]
pub struct Nomination {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub candidate_id: Uuid,
    /// Name of the person
    #[schema(example = "Trần Thị Mai", max_length = 200)]
    pub full_name: String,
    /// Current stage of the candidacy
    pub stage: Stage,
    pub introduced_by: Introducer,
    /// The introducing Party member; null for a union
    #[schema(required = true)]
    pub introducer_member_id: Option<Uuid>,
    /// Full name of the introducing member; null for a union, and where your role does not see the member
    #[schema(required = true, max_length = 200)]
    pub introducer_name: Option<String>,
    /// Number of the introduction paper
    #[schema(example = "12-NQ/CĐ", max_length = 100)]
    pub paper_number: String,
    pub paper_on: NaiveDate,
    #[schema(required = true, max_length = 2000)]
    pub reason: Option<String>,
    pub outcome: NominationOutcome,
    #[schema(required = true)]
    pub outcome_on: Option<NaiveDate>,
    /// Why the branch returned the nomination
    #[schema(required = true, max_length = 500)]
    pub outcome_reason: Option<String>,
    /// The activity or movement through which the person was found; null if none is cited
    #[schema(required = true)]
    pub activity_id: Option<Uuid>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A person to nominate. Your role determines who introduces; a branch names the introducing member
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewNomination {
    /// The branch that covers the person's department; a branch committee names its own
    #[schema(example = "01750000-0000-7000-8000-00000b010000")]
    pub branch_id: Uuid,
    pub department_id: Option<Uuid>,
    #[schema(example = "Trần Thị Mai")]
    pub full_name: PersonName,
    pub sex: Sex,
    #[schema(example = "1995-05-05")]
    pub birth_date: NaiveDate,
    #[schema(example = "điều dưỡng")]
    pub occupation: Option<Text<200>>,
    pub priority_group: Option<PriorityGroup>,
    #[schema(example = false)]
    pub youth_union_member: bool,
    #[schema(example = true)]
    pub trade_union_member: bool,
    /// Required from a branch committee, absent from a union
    pub introducer_member_id: Option<Uuid>,
    #[schema(example = "12-NQ/CĐ")]
    pub paper_number: Text<100>,
    #[schema(example = "2021-03-01")]
    pub paper_on: NaiveDate,
    pub reason: Option<Text<2000>>,
    /// The activity or movement (phong trào) through which the person was found
    pub activity_id: Option<Uuid>,
    /// Why this person is not somebody of the same name born the same day. With a reason, the nomination waits until somebody else has confirmed it, whether or not there is such a person here
    #[schema(example = "hai người khác nhau, đã đối chiếu số căn cước")]
    pub namesake_reason: Option<Text<500>>,
}

/// The fields that can be corrected while the nomination is pending
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NominationPaper {
    #[schema(example = "12-NQ/CĐ")]
    pub paper_number: Text<100>,
    #[schema(example = "2021-03-01")]
    pub paper_on: NaiveDate,
    pub reason: Option<Text<2000>>,
    /// The activity or movement (phong trào) through which the person was found
    pub activity_id: Option<Uuid>,
}

impl Resource for Nomination {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "nomination",
        path: "nominations",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::ActivityId, FieldKind::Uuid),
            Field::of(
                &table::Column::IntroducedBy,
                FieldKind::Enum(Introducer::WIRE),
            ),
            Field::of(
                &table::Column::Outcome,
                FieldKind::Enum(NominationOutcome::WIRE),
            ),
            Field::of(&table::Column::PaperOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::nomination,
        expand: &[EXPAND_BRANCH],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            candidate_id,
            introduced_by,
            introducer_member_id,
            paper_number,
            paper_on,
            reason,
            outcome,
            outcome_on,
            outcome_reason,
            activity_id,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            candidate_id,
            full_name: String::new(),
            stage: Stage::Nominated,
            introduced_by,
            introducer_member_id,
            introducer_name: None,
            paper_number,
            paper_on,
            reason,
            outcome,
            outcome_on,
            outcome_reason,
            activity_id,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = &[
        names::branch_name!(table::Column::BranchId),
        Named {
            read: |tx| names::of_member(tx, table::Column::IntroducerMemberId),
            put: |nomination, name| {
                nomination.introducer_name = name;
                Ok(())
            },
        },
        Named {
            read: |_| store::of_candidate(candidate::Column::FullName),
            put: |nomination, name| {
                nomination.full_name = name.unwrap_or_default();
                Ok(())
            },
        },
        Named {
            read: |_| store::of_candidate(candidate::Column::Stage),
            put: |nomination, stage| {
                if let Some(word) = stage {
                    nomination.stage =
                        serde_json::from_value(word.into()).map_err(Error::internal)?;
                }
                Ok(())
            },
        },
    ];
}

impl Editable for Nomination {
    type Edit = NominationPaper;
    fn edit(row: &table::Model) -> NominationPaper {
        NominationPaper {
            paper_number: Text::stored(row.paper_number.clone()),
            paper_on: row.paper_on,
            reason: stored(row.reason.clone()),
            activity_id: row.activity_id,
        }
    }
    fn apply(edit: NominationPaper, active: &mut table::ActiveModel) {
        active.paper_number = Set(edit.paper_number.into_string());
        active.paper_on = Set(edit.paper_on);
        active.reason = Set(plain(edit.reason));
        active.activity_id = Set(edit.activity_id);
    }
    async fn closed_elsewhere(tx: &Tx, row: &table::Model, _: &Viewer) -> Result<()> {
        expect_none_erased(tx, vec![row.candidate_id]).await
    }
}
