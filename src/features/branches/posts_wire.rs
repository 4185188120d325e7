//! Wire types of officers and overseers.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::names;
use crate::api::resource::{
    EXPAND_MEMBER, Editable, Expand, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::tables::{account, branch_officer, branch_overseer};
use crate::law::text::{Text, plain, stored};
use crate::law::words::OfficerPosition;

/// An officer of a branch (bí thư, phó bí thư, chi ủy viên)
#[derive(Debug, Serialize, ToSchema)]
pub struct Officer {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub member_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub member_name: Option<String>,
    pub position: OfficerPosition,
    pub from_on: NaiveDate,
    /// Last day in office; null if there is none
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
    /// Number of the decision of appointment, or of the minutes of the election; null if unknown
    #[schema(required = true, max_length = 100)]
    pub paper_number: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An officer to appoint
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewOfficer {
    /// An official member of the branch
    pub member_id: Uuid,
    pub position: OfficerPosition,
    #[schema(example = "2020-06-01")]
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
    /// Number of the decision of appointment, or of the minutes of the election
    #[schema(example = "12-QĐ/ĐU")]
    pub paper_number: Option<Text<100>>,
}

impl Resource for Officer {
    type Entity = branch_officer::Entity;
    const SPEC: Spec = Spec {
        name: "officer",
        path: "officers",
        fields: &[
            Field::of(&branch_officer::Column::MemberId, FieldKind::Uuid),
            Field::of(
                &branch_officer::Column::Position,
                FieldKind::Enum(OfficerPosition::WIRE),
            ),
            Field::of(&branch_officer::Column::FromOn, FieldKind::Date).sorted(),
            Field::of(&branch_officer::Column::ToOn, FieldKind::Date),
        ],
        sort: "-from_on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_MEMBER],
        computed: false,
    };
    fn show(row: branch_officer::Model, _: &Viewer) -> Self {
        let branch_officer::Model {
            id,
            organization_id: _,
            branch_id,
            member_id,
            position,
            from_on,
            to_on,
            planned_to_on: _,
            paper_number,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            member_id,
            member_name: None,
            position,
            from_on,
            to_on,
            paper_number,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(
        branch_officer::Column::BranchId,
        branch_officer::Column::MemberId
    );
}

impl Editable for Officer {
    type Edit = NewOfficer;
    fn edit(row: &branch_officer::Model) -> NewOfficer {
        NewOfficer {
            member_id: row.member_id,
            position: row.position,
            from_on: row.from_on,
            to_on: row.to_on,
            paper_number: stored(row.paper_number.clone()),
        }
    }
    fn apply(edit: NewOfficer, active: &mut branch_officer::ActiveModel) {
        let NewOfficer {
            member_id,
            position,
            from_on,
            to_on,
            paper_number,
        } = edit;
        active.member_id = Set(member_id);
        active.position = Set(position);
        active.from_on = Set(from_on);
        active.to_on = Set(to_on);
        active.paper_number = Set(plain(paper_number));
    }
}

/// A committee member responsible for a branch (đảng ủy viên phụ trách)
#[derive(Debug, Serialize, ToSchema)]
pub struct Overseer {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub account_id: Uuid,
    pub from_on: NaiveDate,
    /// Last day of responsibility; null if there is none
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A committee member to make responsible for a branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewOverseer {
    /// An account with the role `committee_member`
    pub account_id: Uuid,
    #[schema(example = "2020-09-01")]
    pub from_on: NaiveDate,
    pub to_on: Option<NaiveDate>,
}

const EXPAND_ACCOUNT: Expand = Expand {
    name: "account",
    key: "account_id",
    id: &account::Column::Id,
    columns: &[&account::Column::Login, &account::Column::DisplayName],
};

impl Resource for Overseer {
    type Entity = branch_overseer::Entity;
    const SPEC: Spec = Spec {
        name: "overseer",
        path: "overseers",
        fields: &[
            Field::of(&branch_overseer::Column::AccountId, FieldKind::Uuid),
            Field::of(&branch_overseer::Column::FromOn, FieldKind::Date).sorted(),
            Field::of(&branch_overseer::Column::ToOn, FieldKind::Date),
        ],
        sort: "-from_on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_ACCOUNT],
        computed: false,
    };
    fn show(row: branch_overseer::Model, _: &Viewer) -> Self {
        let branch_overseer::Model {
            id,
            organization_id: _,
            branch_id,
            account_id,
            from_on,
            to_on,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            branch_name: None,
            account_id,
            from_on,
            to_on,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(branch_overseer::Column::BranchId);
}

impl Editable for Overseer {
    type Edit = NewOverseer;
    fn edit(row: &branch_overseer::Model) -> NewOverseer {
        NewOverseer {
            account_id: row.account_id,
            from_on: row.from_on,
            to_on: row.to_on,
        }
    }
    fn apply(edit: NewOverseer, active: &mut branch_overseer::ActiveModel) {
        active.account_id = Set(edit.account_id);
        active.from_on = Set(edit.from_on);
        active.to_on = Set(edit.to_on);
    }
}
