//! Officers of a branch, who are official members of it.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::checks::expect_not_in_future;
use crate::api::names;
use crate::api::resource::{
    EXPAND_MEMBER, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::db::tables::branch_officer;
use crate::db::{Tx, any_row, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::register::Stay;
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::{Activity, OfficerPosition};

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

/// An officer must be an official member of the branch throughout the post, and a branch has one
/// secretary at a time.
pub async fn check(
    tx: &Tx,
    branch: Uuid,
    new: &NewOfficer,
    post: Option<Uuid>,
    today: NaiveDate,
) -> Result<()> {
    tx.later(locks::hold([new.member_id].into_iter())).await;
    tx.later(locks::posts(branch)).await;
    let known = facts::registered(tx, new.member_id).await.map_err(|_| {
        let faults = vec![crate::api::http::unknown_reference("/member_id")];
        Error::faults(Code::ValidationFailed, faults)
    })?;
    let here = |day| known.official_on(day) && known.branch_on(day) == Some(branch);
    let last = new.to_on.unwrap_or(today);
    if !known.stays.iter().any(|stay| stay.0 == branch) || !here(last) && !here(new.from_on) {
        return Err(Error::invalid(
            "/member_id",
            "not_official_member",
            say(
                "Phải là đảng viên chính thức của chi bộ.",
                "Must be an official member of the branch.",
            ),
        ));
    }
    let outside = say(
        "Ngoài thời gian là đảng viên chính thức của chi bộ.",
        "Outside the period of official membership in the branch.",
    );
    expect_not_in_future("/from_on", new.from_on, today)?;
    if !here(new.from_on) {
        return Err(Error::invalid("/from_on", "outside_membership", outside));
    }
    // a post that would end before it begins violates a constraint
    let throughout = |stay: &Stay| {
        stay.0 == branch && stay.1 <= new.from_on && stay.2.is_none_or(|end| last <= end)
    };
    if last >= new.from_on && !known.stays.iter().any(throughout) {
        return Err(Error::invalid("/to_on", "outside_membership", outside));
    }
    let meanwhile = known
        .turns()
        .filter(|day| *day > new.from_on && *day <= last);
    let mut days = meanwhile.chain([new.from_on]);
    let barred = |day| {
        matches!(
            known.activities.on(day),
            Activity::Suspended | Activity::Prosecuted
        )
    };
    if days.any(barred) {
        return Err(Error::invalid(
            "/member_id",
            "not_active",
            say(
                "Đảng viên bị đình chỉ sinh hoạt hoặc bị truy tố, tạm giam không giữ chức vụ trong thời gian đó.",
                "A member who is suspended, prosecuted or detained holds no post in that time.",
            ),
        ));
    }
    use branch_officer::Column;
    // two present posts violate a unique index
    let mut meanwhile = Column::BranchId.eq(branch).and(match new.to_on {
        Some(last) => {
            (Column::FromOn.lte(last)).and(Column::ToOn.is_null().or(Column::ToOn.gte(new.from_on)))
        }
        None => Column::ToOn.gte(new.from_on),
    });
    if let Some(this) = post {
        meanwhile = meanwhile.and(Column::Id.ne(this));
    }
    let other = |which| any_row::<branch_officer::Entity>(meanwhile.clone().and(which));
    let others = [
        other(Column::MemberId.eq(new.member_id)),
        other(Column::Position.eq(OfficerPosition::Secretary)),
    ];
    let [twice, second] = tx.ask(others).await?;
    if twice {
        let words = say(
            "Đảng viên này đã có chức vụ trong chi bộ trong thời gian này.",
            "The member already has a post in the branch in that period.",
        );
        let faults = vec![Fault::pointer("/member_id", "duplicate", words)];
        return Err(Error::faults(Code::Duplicate, faults));
    }
    match new.position {
        OfficerPosition::Member => facts::expect_committee(tx, branch, new.from_on).await,
        OfficerPosition::Secretary if second => Err(Error::invalid(
            "/position",
            "second_secretary",
            say(
                "Chi bộ đã có bí thư trong thời gian này.",
                "The branch has another secretary in that period.",
            ),
        )),
        OfficerPosition::Secretary | OfficerPosition::DeputySecretary => Ok(()),
    }
}
