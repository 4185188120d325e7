//! Deadlines (thời hạn): what is to be done by which day, with rule and source. One that is overdue
//! stays listed until it is settled.
mod store;

use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadDeadlines, SettleDeadlines, reach};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_MEMBER, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::{deadline as table, deadline_settlement};
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::calendar::{self, unlisted_years};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::{DeadlineKind, DeadlineState};

pub fn configure(v1: &mut Routes) {
    v1.service(list_deadlines)
        .service(get_deadline)
        .service(settle_deadline);
}

/// A deadline: what is to be done, and its last day
#[derive(Debug, Serialize, ToSchema)]
pub struct Deadline {
    pub id: Uuid,
    /// Null for a union's problem report
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    /// The candidate concerned; null for a deadline of the branch, or of a member without a file
    #[schema(required = true)]
    pub candidate_id: Option<Uuid>,
    /// The member concerned, of one who has no file; null for other deadlines
    #[schema(required = true)]
    pub member_id: Option<Uuid>,
    /// Full name of the person; null where there is none, and where your role does not see it
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    pub kind: DeadlineKind,
    pub state: DeadlineState,
    /// Date from which it is counted; the next day is the first
    pub from_on: NaiveDate,
    /// Number of working days, if counted in them
    #[schema(required = true, minimum = 0)]
    pub workdays: Option<i32>,
    /// Last day
    pub due_on: NaiveDate,
    /// Days until the last day; negative once overdue
    #[schema(minimum = -100_000, maximum = 100_000)]
    pub days_left: i32,
    /// Holidays skipped in counting
    #[schema(max_items = 100)]
    pub skipped: Vec<NaiveDate>,
    /// Years it runs through for which no day off is listed yet: it may still move
    #[schema(max_items = 20, example = json!([2027]))]
    pub unlisted_years: Vec<i32>,
    /// Stable dotted id of the rule
    #[schema(example = "decision.in_time", max_length = 100, pattern = "^[a-z_.]+$")]
    pub rule: String,
    /// Document and clause
    #[schema(max_length = 500)]
    pub source: String,
    /// Date of the act that settled it
    #[schema(required = true)]
    pub settled_on: Option<NaiveDate>,
    /// Why the Office settled it, where its branch has ended
    #[schema(required = true, max_length = 1000)]
    pub settled_because: Option<String>,
    /// The act that has lost its ground; null for other deadlines
    #[schema(required = true)]
    pub act_id: Option<Uuid>,
    /// The account whose change took the ground away; null where none did, as with new regulations,
    /// and for other deadlines
    #[schema(required = true)]
    pub account_id: Option<Uuid>,
    pub created_at: DateTime<Utc>,
}

impl Resource for Deadline {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "deadline",
        path: "deadlines",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::CandidateId, FieldKind::Uuid),
            Field::of(&table::Column::MemberId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(DeadlineKind::WIRE)),
            Field::stated("state", store::state, FieldKind::Enum(DeadlineState::WIRE)),
            Field::expression("overdue", store::overdue, FieldKind::Bool)
                .about("True: only deadlines that are not settled and whose last day has passed. False: only the others"),
            Field::within_days("within", store::within)
                .about("Deadlines that are not settled and due within that many days, overdue ones included: `30d`"),
            Field::of(&table::Column::DueOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "due_on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_MEMBER],
        computed: true,
    };
    fn show(row: table::Model, viewer: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            candidate_id,
            member_id,
            kind,
            from_on,
            workdays,
            due_on,
            skipped,
            rule,
            source,
            settled_on,
            settled_because,
            act_id,
            account_id,
            created_at,
        } = row;
        let state = match settled_on {
            Some(_) => DeadlineState::Settled,
            None if due_on < viewer.today => DeadlineState::Overdue,
            None => DeadlineState::Open,
        };
        Self {
            id,
            branch_id,
            branch_name: None,
            candidate_id,
            member_id,
            full_name: None,
            kind,
            state,
            from_on,
            workdays,
            due_on,
            days_left: i32::try_from((due_on - viewer.today).num_days()).unwrap_or(0),
            skipped,
            unlisted_years: Vec::new(),
            rule,
            source,
            settled_on,
            settled_because,
            act_id,
            account_id,
            created_at,
        }
    }
    const NAMES: &'static [Named<Self>] = &[
        names::branch_name!(table::Column::BranchId),
        Named {
            read: store::name_of_the_person,
            put: |row, name| {
                row.full_name = name;
                Ok(())
            },
        },
    ];
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let counted = |d: &&mut Self| d.workdays.is_some() && d.settled_on.is_none();
        let days = store::days_off(tx).await?;
        let listed: BTreeSet<i32> = days.iter().map(|d| calendar::year(d.on_date)).collect();
        for item in items.iter_mut().filter(counted) {
            let missing = unlisted_years(item.from_on, item.due_on, |y| listed.contains(&y));
            item.unlisted_years = missing.collect();
        }
        Ok(())
    }
}

/// List deadlines
///
/// `within=30d`: open ones due within the next 30 days, overdue ones included. `overdue=true`:
/// overdue and not settled.
#[operation(get, "/deadlines")]
pub async fn list_deadlines(
    permit: Permit<ReadDeadlines>,
    db: Data<Db>,
    query: List<Deadline>,
) -> Result<Page<Deadline>> {
    edit::list(&db, &permit, &query).await
}

/// Get a deadline
#[operation(get, "/deadlines/{id}")]
pub async fn get_deadline(
    permit: Permit<ReadDeadlines>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Deadline>,
) -> Result<Reply<Deadline>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Why a deadline of a branch that has ended is settled
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DeadlineSettlement {
    /// Not after today
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "chi bộ đã nhập vào chi bộ 09; các phiên xét trước đó không tổ chức")]
    pub reason: Text<1000>,
}

/// Whether it is about no person, who would take it along to another branch.
fn of_the_branch(deadline: &table::Model) -> bool {
    deadline.candidate_id.is_none() && deadline.member_id.is_none()
}

/// Settle a deadline of a branch that has ended
///
/// Open candidacies and members take their deadlines along to the branch that took over. A closed or merged branch can no longer do what its other deadlines are for: the Office settles them with a reason. Any other deadline is settled by doing what it is for: 409.
#[operation(
    post,
    "/deadlines/{id}/settlements",
    answer = "The deadline",
    refuses(Duplicate)
)]
pub async fn settle_deadline(
    permit: Permit<SettleDeadlines>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<DeadlineSettlement>,
) -> Result<Created<Deadline>> {
    let today = db.clock().today();
    edit::create::<Deadline, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        let deadline = edit::find::<Deadline>(tx, permit.reach(), *id, false).await?;
        let ended = match deadline.branch_id {
            Some(branch) => edit::taken_over(tx, branch).await?,
            None => None,
        };
        let closed = ended.is_some();
        let Some(branch) = deadline
            .branch_id
            .filter(|_| closed && of_the_branch(&deadline) && deadline.settled_on.is_none())
        else {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Chỉ kết thúc ở đây việc còn mở của chi bộ đã kết thúc; việc khác kết thúc khi đã làm.",
                "Only an open deadline of a branch that has ended is settled here; any other by doing what it is for.",
            )));
        };
        let before_the_end = match new.on.succ_opt() {
            Some(next) => edit::ended_since(tx, branch, next).await?,
            None => false,
        };
        if new.on > today || new.on < deadline.from_on || before_the_end {
            return Err(Error::invalid(
                "/on",
                if new.on > today { "in_future" } else { "too_early" },
                say(
                    "Không ở tương lai, không trước ngày bắt đầu của việc và ngày chi bộ kết thúc.",
                    "Not in the future, and not before the deadline begins and the branch has ended.",
                ),
            ));
        }
        let row = deadline_settlement::Model {
            deadline_id: deadline.id,
            organization_id: deadline.organization_id,
            branch_id: branch,
            settled_on: new.on,
            reason: new.reason.as_str().to_owned(),
            account_id: permit.caller().account,
            created_at: tx.now(),
        };
        tx.keep(row).await?;
        edit::find::<Deadline>(tx, permit.reach(), *id, false).await
    })
    .await
}
