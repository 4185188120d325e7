//! A person in a source plan.
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::source_plan::{SourcePlan, stepped};
use crate::access::rows::Rows;
use crate::access::{Role, Sensitivity, WriteSourcePlans, reach};
use crate::api::checks::{born_long_ago, expect_none_erased, in_future};
use crate::api::edit::{self, Reference};
use crate::api::names;
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::sealed::{SOURCE_PLAN_ENTRY, Sealed};
use crate::auth::Permit;
use crate::db::tables::{candidate, department, source_plan_entry as table, term};
use crate::db::{Tx, any_of, condition, functions, locks};
use crate::error::{Code, Error, Fault, Result};
use crate::law::lives::source_plan::SourcePlanStep;
use crate::law::say;
use crate::law::text::{PersonName, Text};
use crate::law::words::PriorityGroup;

/// A person in a source plan (nguồn)
#[derive(Debug, Serialize, ToSchema)]
pub struct SourcePlanEntry {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub source_plan_id: Uuid,
    /// The candidate, once the person has been nominated; matched by name and birth date
    #[schema(required = true)]
    pub candidate_id: Option<Uuid>,
    #[schema(max_length = 200)]
    pub full_name: String,
    /// Personal data: for the own branch, until submission
    #[schema(required = true)]
    pub birth_date: Option<NaiveDate>,
    #[schema(required = true)]
    pub department_id: Option<Uuid>,
    /// Year of the term in which the person is to be admitted
    #[schema(minimum = 1990, maximum = 2100)]
    pub target_year: i32,
    /// Personal data: for the own branch, until submission
    #[schema(required = true)]
    pub priority_group: Option<PriorityGroup>,
    /// Date from which the branch has fostered the person
    pub fostering_from: NaiveDate,
    /// Criterion met: political standard
    pub political_standard: bool,
    /// Criterion met: conduct
    pub conduct: bool,
    /// Criterion met: capacity
    pub capacity: bool,
    /// Criterion met: task performance
    pub task_performance: bool,
    /// Number of the four criteria met
    #[schema(minimum = 0, maximum = 4)]
    pub criteria_met: i32,
    /// Background data: for the own branch; for the Party Office and the Standing Committee in the
    /// single entry, with a written `reason`
    #[schema(required = true, max_length = 1000)]
    pub assessment: Option<String>,
    /// Properties that your role does not see here, or only in part, whether they hold a value or not.
    /// In all others null means that there is none
    #[serde(rename = "_hidden")]
    #[schema(max_items = 20)]
    pub hidden: Vec<&'static str>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A person to add to a source plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewSourcePlanEntry {
    #[schema(example = "Hoàng Thị Mai Phương")]
    pub full_name: PersonName,
    #[schema(example = "1995-05-17")]
    pub birth_date: NaiveDate,
    pub department_id: Option<Uuid>,
    /// A year of the term
    #[schema(minimum = 1990, maximum = 2100, example = 2022)]
    pub target_year: i32,
    pub priority_group: PriorityGroup,
    #[schema(example = "2020-10-01")]
    pub fostering_from: NaiveDate,
    pub political_standard: bool,
    pub conduct: bool,
    pub capacity: bool,
    pub task_performance: bool,
    #[schema(example = "Nhiệt tình, có uy tín trong khoa")]
    pub assessment: Option<Text<1000>>,
}

impl Resource for SourcePlanEntry {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "source_plan_entry",
        path: "source-plan-entries",
        fields: &[
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::TargetYear, FieldKind::Int).sorted(),
            Field::of(
                &table::Column::PriorityGroup,
                FieldKind::Enum(PriorityGroup::WIRE),
            )
            .class(Sensitivity::P2),
            Field::of(&table::Column::FosteringFrom, FieldKind::Date),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            source_plan_id,
            candidate_id,
            full_name,
            birth_date,
            department_id,
            target_year,
            approved_year: _,
            priority_group,
            fostering_from,
            political_standard,
            conduct,
            capacity,
            task_performance,
            assessment,
            data_key,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        let full = viewer.full(Sensitivity::P2, false);
        let personal = [
            ("birth_date", Sensitivity::P2),
            ("priority_group", Sensitivity::P2),
            ("assessment", Sensitivity::P3),
        ];
        let mut hidden = viewer.hidden(&personal, false);
        let shut = viewer.shut(false, id, data_key.as_deref());
        let assessment = shut.see(Sensitivity::P3, "assessment", assessment, &mut hidden);
        Self {
            id,
            branch_id,
            branch_name: None,
            source_plan_id,
            candidate_id,
            full_name,
            birth_date: full.then_some(birth_date),
            department_id,
            target_year,
            priority_group: full.then_some(priority_group),
            fostering_from,
            political_standard,
            conduct,
            capacity,
            task_performance,
            criteria_met: [political_standard, conduct, capacity, task_performance]
                .map(i32::from)
                .iter()
                .sum(),
            assessment,
            hidden,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
    const PERSONAL: bool = true;
    const COMPLETED: bool = true;
    /// Hides birth date and priority group from the branch once the person's file has been
    /// submitted, as in the file itself.
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let linked: Vec<Uuid> = items
            .iter()
            .filter(|e| e.birth_date.is_some())
            .filter_map(|e| e.candidate_id)
            .collect();
        if linked.is_empty() {
            return Ok(());
        }
        let gone = submitted(tx, linked).await?;
        for item in items
            .iter_mut()
            .filter(|e| e.candidate_id.is_some_and(|id| gone.contains(&id)))
        {
            item.birth_date = None;
            item.priority_group = None;
            item.hidden.splice(0..0, ["birth_date", "priority_group"]);
        }
        Ok(())
    }
}

impl Editable for SourcePlanEntry {
    type Edit = NewSourcePlanEntry;
    const SEALED: Option<&'static Sealed> = Some(&SOURCE_PLAN_ENTRY);
    fn edit(row: &table::Model) -> NewSourcePlanEntry {
        let row = row.clone();
        NewSourcePlanEntry {
            full_name: PersonName::stored(row.full_name),
            birth_date: row.birth_date,
            department_id: row.department_id,
            target_year: row.target_year,
            priority_group: row.priority_group,
            fostering_from: row.fostering_from,
            political_standard: row.political_standard,
            conduct: row.conduct,
            capacity: row.capacity,
            task_performance: row.task_performance,
            assessment: None,
        }
    }
    fn apply(edit: NewSourcePlanEntry, active: &mut table::ActiveModel) {
        let NewSourcePlanEntry {
            full_name,
            birth_date,
            department_id,
            target_year,
            priority_group,
            fostering_from,
            political_standard,
            conduct,
            capacity,
            task_performance,
            assessment: _,
        } = edit;
        active.full_name = Set(full_name.into_string());
        active.birth_date = Set(birth_date);
        active.department_id = Set(department_id);
        active.target_year = Set(target_year);
        active.priority_group = Set(priority_group);
        active.fostering_from = Set(fostering_from);
        active.political_standard = Set(political_standard);
        active.conduct = Set(conduct);
        active.capacity = Set(capacity);
        active.task_performance = Set(task_performance);
    }
    /// What the branch does not see of a submitted person it cannot find out by changing it.
    async fn closed_elsewhere(tx: &Tx, row: &table::Model, _: &Viewer) -> Result<()> {
        let Some(person) = row.candidate_id else {
            return Ok(());
        };
        expect_none_erased(tx, vec![person]).await?;
        if submitted(tx, vec![person]).await?.is_empty() {
            return Ok(());
        }
        Err(Error::new(Code::InvalidTransition).detail(say(
            "Hồ sơ của người này đã trình: chi bộ không sửa được nữa.",
            "The person's file has been submitted: the branch can no longer change it.",
        )))
    }
    const FOLLOWED: bool = true;
    async fn after_change(tx: &Tx, before: &table::Model, after: &table::Model) -> Result<()> {
        let concerned = [before.candidate_id, after.candidate_id];
        let concerned = concerned.into_iter().flatten().collect();
        count_years(tx, concerned, after.branch_id).await
    }
}

/// Which of these people's files have been submitted, for a branch; none for other roles.
pub(super) async fn submitted(tx: &Tx, people: Vec<Uuid>) -> Result<Vec<Uuid>> {
    let files = candidate::Entity::find()
        .filter(any_of(candidate::Column::Id, people))
        .filter(condition(&reach::submitted(), ""))
        .filter(condition(&Rows::Role(vec![Role::BranchCommittee]), ""));
    Ok(tx.all(files).await?.iter().map(|row| row.id).collect())
}

/// Copies each candidate's year in the branch's approved plan to the candidate.
pub async fn count_years(tx: &Tx, candidates: Vec<Uuid>, branch: Uuid) -> Result<()> {
    if candidates.is_empty() {
        return Ok(());
    }
    approve_years(tx, candidates, branch).await
}

/// The same, also where a plan that has just been approved names nobody who is a candidate yet: what
/// it says from now on counts until the next approval.
pub async fn approve_years(tx: &Tx, candidates: Vec<Uuid>, branch: Uuid) -> Result<()> {
    let planned = functions::plan_candidates(candidates, branch, tx.now());
    tx.execute(planned).await.map(drop)
}

/// Age at which a person can be admitted (Điều lệ, 1).
const LEAST_AGE: i32 = 18;

/// Checks that the plan is still editable, the year belongs to its term and the dates are possible.
pub async fn check(
    tx: &Tx,
    permit: &Permit<WriteSourcePlans>,
    plan: Uuid,
    new: &NewSourcePlanEntry,
    today: NaiveDate,
) -> Result<Uuid> {
    // locked, so that nobody submits the plan meanwhile and its term cannot lose the year
    let plan = edit::find::<SourcePlan>(tx, permit.reach(), plan, true).await?;
    stepped(&plan, SourcePlanStep::Change, permit.role())?;
    tx.later(locks::hold([plan.term_id].into_iter())).await;
    let term = tx.one(term::Entity::find_by_id(plan.term_id)).await?;
    let (from, to) = term.map_or((0, 0), |t| (t.from_year, t.to_year));
    let mut faults = Vec::new();
    if !(from..=to).contains(&new.target_year) {
        let words = say(
            format!("Nhiệm kỳ gồm các năm {from}-{to}."),
            format!("The term has the years {from} to {to}."),
        );
        faults.push(Fault::pointer("/target_year", "outside_term", words));
    }
    for (pointer, day) in [
        ("/birth_date", new.birth_date),
        ("/fostering_from", new.fostering_from),
    ] {
        if day > today {
            faults.push(in_future(pointer));
        }
    }
    faults.extend(born_long_ago("/birth_date", new.birth_date, today));
    let (born, year) = (new.birth_date, new.target_year);
    if born <= today && year - born.year() < LEAST_AGE {
        let words = say(
            format!("Đến hết năm {year} người này chưa đủ {LEAST_AGE} tuổi."),
            format!("The person will not be {LEAST_AGE} by the end of {year}."),
        );
        faults.push(Fault::pointer("/birth_date", "too_young", words));
    }
    let fostered = new.fostering_from;
    if fostered <= today && born <= today && (fostered <= born || fostered.year() > year) {
        let words = say(
            format!("Việc bồi dưỡng bắt đầu sau ngày sinh và không sau năm {year}."),
            format!("Fostering begins after the birth and no later than in {year}."),
        );
        faults.push(Fault::pointer("/fostering_from", "out_of_range", words));
    }
    if !faults.is_empty() {
        return Err(Error::faults(Code::ValidationFailed, faults));
    }
    let department = Reference::to::<department::Entity>("/department_id", new.department_id);
    edit::check_references(tx, [department]).await?;
    edit::expect_department_of(tx, "/department_id", new.department_id, plan.branch_id).await?;
    Ok(plan.branch_id)
}
