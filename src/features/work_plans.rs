//! Work plans (phương hướng nhiệm vụ tháng, quý, năm) of branches, with the meetings that adopted
//! them.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /work-plans` | [`list_work_plans`] |
//! | `POST /work-plans` | [`create_work_plan`] |
//! | `GET /work-plans/{id}` | [`get_work_plan`] |
//! | `PATCH /work-plans/{id}` | [`change_work_plan`] |
//! | `DELETE /work-plans/{id}` | [`remove_work_plan`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadWorkPlans, WriteWorkPlans, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, refers};
use crate::api::faults::{in_future, kept, read, refuse};
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Editable, Field, Kind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::{term, work_plan as table};
use crate::db::{Db, Tx, any_live, identity};
use crate::error::{Code, Error, Fault, Result};
use crate::law::period::{last_number, lies_within};
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::work::{AgendaKind, PeriodKind};

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_work_plans)
        .service(create_work_plan)
        .service(get_work_plan)
        .service(change_work_plan)
        .service(remove_work_plan);
}

/// A branch's work plan for a month, quarter or year, with the meeting (sinh hoạt chi bộ) that
/// adopted it
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkPlan {
    pub id: Uuid,
    pub branch_id: Uuid,
    /// The term whose plan it details
    #[schema(required = true)]
    pub term_id: Option<Uuid>,
    /// The branch's plan for the longer period, of which it is a part
    #[schema(required = true)]
    pub parent_id: Option<Uuid>,
    pub period_kind: PeriodKind,
    #[schema(minimum = 1990, maximum = 2100)]
    pub year: i32,
    /// Month 1 to 12, quarter 1 to 4; 1 for a year
    #[schema(minimum = 1, maximum = 12)]
    pub number: i32,
    #[schema(max_length = 5000)]
    pub content: String,
    /// Section on admission work, which every plan should have
    #[schema(required = true, max_length = 5000)]
    pub admission_section: Option<String>,
    /// Whether the section on admission work is missing
    pub missing_admission_section: bool,
    /// Number of the meeting's minutes; null until it was held
    #[schema(required = true, max_length = 60)]
    pub minutes_number: Option<String>,
    #[schema(required = true)]
    pub held_on: Option<NaiveDate>,
    /// Members of the branch on that date
    #[schema(required = true, minimum = 1, maximum = 1000)]
    pub members: Option<i32>,
    /// Members present
    #[schema(required = true, minimum = 0, maximum = 1000)]
    pub present: Option<i32>,
    #[schema(max_items = 50)]
    pub agenda: Vec<AgendaItem>,
    #[schema(max_items = 100)]
    pub checklist: Vec<ChecklistItem>,
    /// Number of items of the checklist not done
    #[schema(minimum = 0, maximum = 100)]
    pub open_items: i32,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An item of the meeting's agenda
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AgendaItem {
    pub kind: AgendaKind,
    #[schema(example = "Rà soát danh sách quần chúng ưu tú, phân công người kèm cặp")]
    pub text: Text<500>,
}

/// A task in the plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ChecklistItem {
    #[schema(example = "Gửi danh sách học lớp nhận thức về Đảng")]
    pub text: Text<300>,
    /// Date on which it was done; absent until then
    pub done_on: Option<NaiveDate>,
}

/// A work plan of the caller's branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewWorkPlan {
    /// The term whose plan it details
    pub term_id: Option<Uuid>,
    /// The branch's own plan for a longer period that includes this one
    pub parent_id: Option<Uuid>,
    pub period_kind: PeriodKind,
    #[schema(minimum = 1990, maximum = 2100, example = 2021)]
    pub year: i32,
    /// Month 1 to 12, quarter 1 to 4; 1 for a year
    #[schema(minimum = 1, maximum = 12, example = 1)]
    pub number: i32,
    #[schema(example = "Lãnh đạo thực hiện nhiệm vụ khám, chữa bệnh tháng 01-2021.")]
    pub content: Text<5000>,
    /// Section on admission work
    pub admission_section: Option<Text<5000>>,
    /// Minutes number, date, members and members present: all four, once the meeting has been held
    pub minutes_number: Option<Text<60>>,
    pub held_on: Option<NaiveDate>,
    #[schema(minimum = 1, maximum = 1000)]
    pub members: Option<i32>,
    #[schema(minimum = 0, maximum = 1000)]
    pub present: Option<i32>,
    #[serde(default)]
    #[schema(max_items = 50)]
    pub agenda: Vec<AgendaItem>,
    /// Replaced as a whole
    #[serde(default)]
    #[schema(max_items = 100)]
    pub checklist: Vec<ChecklistItem>,
}

impl Resource for WorkPlan {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "work_plan",
        path: "work-plans",
        fields: &[
            Field::of(&table::Column::BranchId, Kind::Uuid),
            Field::of(&table::Column::TermId, Kind::Uuid),
            Field::of(&table::Column::ParentId, Kind::Uuid),
            Field::of(&table::Column::PeriodKind, Kind::Enum(PeriodKind::WIRE)),
            Field::of(&table::Column::Year, Kind::Int).sorted(),
            Field::of(&table::Column::Number, Kind::Int).sorted(),
            Field::computed(
                "missing_admission_section",
                || table::Column::AdmissionSection.is_null(),
                Kind::Bool,
            ),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "-year,-number",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda,
            checklist,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let checklist: Vec<ChecklistItem> = read(checklist);
        Self {
            id,
            branch_id,
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            missing_admission_section: admission_section.is_none(),
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda: read(agenda),
            open_items: i32::try_from(checklist.iter().filter(|i| i.done_on.is_none()).count())
                .unwrap_or(i32::MAX),
            checklist,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for WorkPlan {
    type Edit = NewWorkPlan;
    fn edit(row: &Self::Row) -> NewWorkPlan {
        NewWorkPlan {
            term_id: row.term_id,
            parent_id: row.parent_id,
            period_kind: row.period_kind,
            year: row.year,
            number: row.number,
            content: Text::stored(row.content.clone()),
            admission_section: stored(row.admission_section.clone()),
            minutes_number: stored(row.minutes_number.clone()),
            held_on: row.held_on,
            members: row.members,
            present: row.present,
            agenda: read(row.agenda.clone()),
            checklist: read(row.checklist.clone()),
        }
    }
    fn apply(edit: NewWorkPlan, active: &mut Self::Active) {
        let NewWorkPlan {
            term_id,
            parent_id,
            period_kind,
            year,
            number,
            content,
            admission_section,
            minutes_number,
            held_on,
            members,
            present,
            agenda,
            checklist,
        } = edit;
        active.term_id = Set(term_id);
        active.parent_id = Set(parent_id);
        active.period_kind = Set(period_kind);
        active.year = Set(year);
        active.number = Set(number);
        active.content = Set(content.into_string());
        active.admission_section = Set(plain(admission_section));
        active.minutes_number = Set(plain(minutes_number));
        active.held_on = Set(held_on);
        active.members = Set(members);
        active.present = Set(present);
        active.agenda = Set(kept(&agenda));
        active.checklist = Set(kept(&checklist));
    }
}

/// Every fault of a plan. `row` is the stored plan, when changing one.
async fn check(
    tx: &Tx,
    today: NaiveDate,
    branch: Uuid,
    row: Option<Uuid>,
    new: &NewWorkPlan,
) -> Result<()> {
    let mut faults = Vec::new();
    let most = last_number(new.period_kind);
    if new.number > most {
        faults.push(Fault::pointer(
            "/number",
            "out_of_bounds",
            say(format!("Từ 1 đến {most}."), format!("From 1 to {most}.")),
        ));
    }
    let meeting = [
        ("/minutes_number", new.minutes_number.is_some()),
        ("/held_on", new.held_on.is_some()),
        ("/members", new.members.is_some()),
        ("/present", new.present.is_some()),
    ];
    if meeting.iter().any(|(_, given)| *given) {
        let words = say(
            "Cuộc họp cần số biên bản, ngày, số đảng viên và số có mặt.",
            "A meeting has minutes, a day, members and those present.",
        );
        faults.extend(
            meeting
                .iter()
                .filter(|(_, given)| !given)
                .map(|(pointer, _)| Fault::pointer(*pointer, "required", words.clone())),
        );
    }
    if new.held_on.is_some_and(|on| on > today) {
        faults.push(in_future("/held_on"));
    }
    if new
        .present
        .zip(new.members)
        .is_some_and(|(present, members)| present > members)
    {
        faults.push(Fault::pointer(
            "/present",
            "too_many",
            say(
                "Có mặt nhiều hơn tổng số.",
                "More are present than there are.",
            ),
        ));
    }
    let late = new
        .checklist
        .iter()
        .enumerate()
        .filter(|(_, item)| item.done_on.is_some_and(|on| on > today));
    faults.extend(late.map(|(i, _)| in_future(&format!("/checklist/{i}/done_on"))));
    if let Some(id) = new.term_id {
        let own = term::Column::OrganizationId
            .into_expr()
            .eq(identity("app.organization"));
        let known = any_live::<term::Entity>(term::Column::Id.eq(id).and(own));
        if tx.ask([known]).await? == [false] {
            faults.push(crate::api::http::unknown_reference("/term_id"));
        }
    }
    if let Some(parent) = new.parent_id {
        let above = table::Entity::find_by_id(parent)
            .filter(table::Column::BranchId.eq(branch))
            .filter(table::Column::DeletedAt.is_null());
        match tx.one(above).await? {
            None => faults.push(crate::api::http::unknown_reference("/parent_id")),
            Some(above) => {
                if row == Some(parent)
                    || !lies_within(
                        (new.period_kind, new.year, new.number),
                        (above.period_kind, above.year, above.number),
                    )
                {
                    faults.push(Fault::pointer(
                        "/parent_id",
                        "not_longer",
                        say(
                            "Kế hoạch trên phải của kỳ dài hơn và bao gồm kỳ này.",
                            "The plan above must be of a longer period that holds this one.",
                        ),
                    ));
                }
            }
        }
    }
    refuse(faults)
}

/// List work plans
///
/// `missing_admission_section=true` finds the plans without a section on admission work.
#[operation(get, "/work-plans")]
pub async fn list_work_plans(
    permit: Permit<ReadWorkPlans>,
    db: Data<Db>,
    query: List<WorkPlan>,
) -> Result<Page<WorkPlan>> {
    edit::list(&db, &permit, &query).await
}

/// Get a work plan
#[operation(get, "/work-plans/{id}")]
pub async fn get_work_plan(
    permit: Permit<ReadWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    held: IfNoneMatch,
) -> Result<Reply<WorkPlan>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Record a work plan of the caller's branch
///
/// One per period. A plan without a section on admission work is accepted and flagged.
#[operation(post, "/work-plans")]
pub async fn create_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    body: Body<NewWorkPlan>,
) -> Result<Created<WorkPlan>> {
    let today = db.clock().today();
    edit::create::<WorkPlan, _, _>(&db, &permit, &body, async |tx| {
        let branch = permit
            .caller()
            .branch
            .ok_or_else(|| Error::new(Code::Forbidden))?;
        check(tx, today, branch, None, &body.value).await?;
        let mut active = edit::blank::<WorkPlan>();
        WorkPlan::apply(body.value.clone(), &mut active);
        active.branch_id = Set(branch);
        edit::insert::<WorkPlan>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a work plan
#[operation(patch, "/work-plans/{id}")]
pub async fn change_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewWorkPlan>,
) -> Result<Reply<WorkPlan>> {
    let today = db.clock().today();
    edit::change::<WorkPlan, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            check(tx, today, row.branch_id, Some(row.id), new).await?;
            let moved =
                (row.period_kind, row.year, row.number) != (new.period_kind, new.year, new.number);
            if moved {
                edit::refuse_dependents(
                    tx,
                    [refers::<table::Entity>(table::Column::ParentId, row.id)],
                )
                .await
            } else {
                Ok(())
            }
        },
    )
    .await
}

/// Remove a work plan
#[operation(delete, "/work-plans/{id}")]
pub async fn remove_work_plan(
    permit: Permit<WriteWorkPlans>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<WorkPlan, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::refuse_dependents(
            tx,
            [refers::<table::Entity>(table::Column::ParentId, row.id)],
        )
        .await?;
        edit::mark_deleted::<WorkPlan>(tx, row).await
    })
    .await
}
