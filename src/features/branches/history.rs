//! History of branches: renamings, splits, mergers and closures, and the register of a day. Past
//! figures stay with the branch in which they arose.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::Branch;
use crate::access::{ReadBranches, ReadMembers, WriteBranches, reach};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::query::{self, Query};
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{Field, Kind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::branch_change as table;
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::{Activity, BranchChangeKind, MemberStatus, UnitKind};

/// What happened to a branch
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchChange {
    pub id: Uuid,
    pub branch_id: Uuid,
    pub kind: BranchChangeKind,
    #[serde(rename = "on")]
    pub on_date: NaiveDate,
    /// Number of the decision
    #[schema(max_length = 100)]
    pub paper_number: String,
    #[schema(required = true, max_length = 1000)]
    pub reason: Option<String>,
    /// Name until that day
    #[schema(required = true, max_length = 200)]
    pub from_name: Option<String>,
    /// Name from that day
    #[schema(required = true, max_length = 200)]
    pub to_name: Option<String>,
    /// The branch that it was split from or into, or merged into
    #[schema(required = true)]
    pub other_branch_id: Option<Uuid>,
    /// Version of the row
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new name
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchRenaming {
    /// First day of the new name
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "Chi bộ Hành chính - Tổ chức")]
    pub name: Text<200>,
    #[schema(example = "12-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
}

/// A branch to be split off
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchSplit {
    /// First day of the new branch
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "11")]
    pub number: Text<20>,
    #[schema(example = "Chi bộ Y học cổ truyền")]
    pub name: Text<200>,
    pub kind: UnitKind,
    /// People in its departments who are not members; taken off the old branch's number
    #[schema(minimum = 0, maximum = 100_000, example = 4)]
    pub non_member_count: i32,
    #[schema(example = "13-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// Members who go along; a probationary member's file goes too
    #[schema(max_items = 1000)]
    pub member_ids: Vec<Uuid>,
    /// Open candidacies that go along
    #[schema(max_items = 1000)]
    pub candidate_ids: Vec<Uuid>,
    /// Departments that the new branch covers
    #[schema(max_items = 200)]
    pub department_ids: Vec<Uuid>,
}

/// The end of a branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchClosure {
    /// Last day of the branch; who moves belongs to the other branch from the day after
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "14-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
    /// The branch that takes over all members, open candidacies and departments (a merger); without it nobody may be left
    pub into_branch_id: Option<Uuid>,
}

/// Who belonged to a branch on a day
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchRegister {
    pub branch_id: Uuid,
    pub on: NaiveDate,
    /// Official members: what the minutes of a vote of that day give as `members`
    #[schema(minimum = 0)]
    pub official: i32,
    #[schema(minimum = 0)]
    pub probationary: i32,
    /// Of the official members, those exempt from activity or temporarily elsewhere: `exempt_absent` at most
    #[schema(minimum = 0)]
    pub exempt: i32,
    /// Of the official members, those suspended, prosecuted or detained: `suspended`
    #[schema(minimum = 0)]
    pub suspended: i32,
    #[schema(max_items = 10_000)]
    pub items: Vec<Registered>,
}

/// A member who belonged to the branch
#[derive(Debug, Serialize, ToSchema)]
pub struct Registered {
    pub member_id: Uuid,
    /// Null where the member is another branch's by now and your role does not see it
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    /// Status on that day
    pub status: MemberStatus,
    /// Activity on that day
    pub activity: Activity,
    pub from_on: NaiveDate,
    #[schema(required = true)]
    pub to_on: Option<NaiveDate>,
}

impl Resource for BranchChange {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "branch_change",
        path: "branch-changes",
        fields: &[
            Field::of(&table::Column::Kind, Kind::Enum(BranchChangeKind::WIRE)),
            Field::named("on", &table::Column::OnDate, Kind::Date).sorted(),
            Field::of(&table::Column::OtherBranchId, Kind::Uuid),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            kind,
            on_date,
            paper_number,
            reason,
            from_name,
            to_name,
            other_branch_id,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            kind,
            on_date,
            paper_number,
            reason,
            from_name,
            to_name,
            other_branch_id,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

/// An entry in the history of a branch.
struct Line<'a> {
    branch: Uuid,
    kind: BranchChangeKind,
    on: NaiveDate,
    paper_number: &'a Text<100>,
    reason: Option<&'a Text<1000>>,
    names: (Option<&'a str>, Option<&'a str>),
    other: Option<Uuid>,
}

async fn write(tx: &Tx, organization: Uuid, line: Line<'_>) -> Result<()> {
    let mut active = edit::blank::<BranchChange>();
    active.branch_id = Set(line.branch);
    active.kind = Set(line.kind);
    active.on_date = Set(line.on);
    active.paper_number = Set(line.paper_number.as_str().to_owned());
    active.reason = Set(line.reason.map(|r| r.as_str().to_owned()));
    active.from_name = Set(line.names.0.map(str::to_owned));
    active.to_name = Set(line.names.1.map(str::to_owned));
    active.other_branch_id = Set(line.other);
    edit::insert::<BranchChange>(tx, organization, active)
        .await
        .map(drop)
}

/// 422 for a day in the future; 409 for a branch that is closed or whose review is open.
async fn check(
    tx: &Tx,
    row: &crate::db::tables::branch::Model,
    on: NaiveDate,
    today: NaiveDate,
    moves: bool,
) -> Result<()> {
    if on > today {
        return Err(Error::invalid(
            "/on",
            "in_future",
            say("Ngày ở tương lai.", "The date is in the future."),
        ));
    }
    if row.closed_on.is_some() {
        return Err(Error::new(Code::InvalidTransition)
            .detail(say("Chi bộ đã kết thúc.", "The branch has been closed.")));
    }
    let open = tx
        .rows(
            "select 1 from review where branch_id = $1 and state = 'open' and deleted_at is null",
            vec![row.id.into()],
        )
        .await?;
    if moves && !open.is_empty() {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Chi bộ đang có phiên xét mở.",
            "The branch has an open review: close it first.",
        )));
    }
    Ok(())
}

/// List what happened to a branch
#[operation(get, "/branches/{id}/changes")]
pub async fn list_branch_changes(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<BranchChange>,
) -> Result<Page<BranchChange>> {
    edit::list_where(&db, &permit, &query, table::Column::BranchId.eq(*id)).await
}

/// Rename a branch
///
/// From a day on, by a decision. The old name stays in the history; a typing mistake is mended by PATCH.
#[operation(post, "/branches/{id}/renamings")]
pub async fn rename_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchRenaming>,
) -> Result<Reply<Branch>> {
    let today = db.clock().today();
    edit::act::<Branch, _>(&db, &permit, *id, seen, async |tx, row| {
        let new = &body.value;
        check(tx, &row, new.on, today, false).await?;
        let names = (Some(row.name.as_str()), Some(new.name.as_str()));
        let (kind, reason) = (BranchChangeKind::Renamed, new.reason.as_ref());
        write(
            tx,
            row.organization_id,
            Line {
                branch: row.id,
                kind,
                on: new.on,
                paper_number: &new.paper_number,
                reason,
                names,
                other: None,
            },
        )
        .await?;
        let mut active = edit::blank::<Branch>();
        active.name = Set(new.name.as_str().to_owned());
        Ok((
            edit::update::<Branch>(tx, row.id, row.version, active).await?,
            "name",
        ))
    })
    .await
}

/// The people and departments that move from one branch to another.
struct Leaving {
    members: Vec<Uuid>,
    candidates: Vec<Uuid>,
    departments: Vec<Uuid>,
}

/// From this day on they belong to the other branch; their posts in the old branch committee end
/// the day before.
async fn move_on(tx: &Tx, from: Uuid, to: Uuid, leaving: Leaving, on: NaiveDate) -> Result<()> {
    let Leaving {
        members,
        candidates,
        departments,
    } = leaving;
    let (now, who) = (tx.now(), || members.clone());
    let moved = functions::move_people(who(), candidates, to, on, now);
    tx.execute(moved).await?;
    let sql = "update member set branch_id = $2, version = version + 1, updated_at = $3 where id = any ($1)";
    tx.rows(sql, vec![who().into(), to.into(), now.into()])
        .await?;
    let sql = "update branch_officer set to_on = greatest(from_on, $3::date - 1), version = version + 1, updated_at = $4 where branch_id = $2 and member_id = any ($1) and to_on is null";
    tx.rows(sql, vec![who().into(), from.into(), on.into(), now.into()])
        .await?;
    let sql = "update department set branch_id = $2, version = version + 1, updated_at = $3 where id = any ($1)";
    tx.rows(sql, vec![departments.into(), to.into(), now.into()])
        .await
        .map(drop)
}

/// Split a branch
///
/// Founds a new branch from a day on and moves the people and departments named there. Admissions before that day stay with the old branch; the history of each person is kept. Answers 201 with the new branch; `If-Match` is the old one's version.
#[operation(post, "/branches/{id}/splits")]
pub async fn split_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchSplit>,
) -> Result<Created<Branch>> {
    let today = db.clock().today();
    edit::create::<Branch, _, _>(&db, &permit, &body, async |tx| {
        let new = &body.value;
        let old = edit::find::<Branch>(tx, permit.reach(), *id, true).await?;
        seen.check(old.version)?;
        check(tx, &old, new.on, today, true).await?;
        let ids = |list: &[Uuid]| list.to_vec();
        let there = tx
            .rows(
                "select array(select x from unnest($2::uuid[]) x where not exists (select from member where id = x and branch_id = $1 and deleted_at is null)), \
                        array(select x from unnest($3::uuid[]) x where not exists (select from candidate where id = x and branch_id = $1 and open and deleted_at is null)), \
                        array(select x from unnest($4::uuid[]) x where not exists (select from department where id = x and branch_id = $1 and deleted_at is null))",
                vec![old.id.into(), ids(&new.member_ids).into(), ids(&new.candidate_ids).into(), ids(&new.department_ids).into()],
            )
            .await?;
        let mut faults = Vec::new();
        for (at, (name, list)) in [("member_ids", &new.member_ids), ("candidate_ids", &new.candidate_ids), ("department_ids", &new.department_ids)].into_iter().enumerate() {
            let unknown: Vec<Uuid> = there.first().map(|r| r.get(at)).unwrap_or_default();
            let places = list.iter().enumerate().filter(|(_, id)| unknown.contains(id));
            faults.extend(places.map(|(place, _)| crate::api::http::unknown_reference(&format!("/{name}/{place}"))));
        }
        if new.non_member_count > old.non_member_count {
            faults.push(Fault::pointer("/non_member_count", "out_of_range", say("Nhiều hơn số quần chúng của chi bộ cũ.", "More than the old branch has.")));
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        let mut active = edit::blank::<Branch>();
        active.number = Set(new.number.as_str().to_owned());
        active.name = Set(new.name.as_str().to_owned());
        active.kind = Set(new.kind);
        active.non_member_count = Set(new.non_member_count);
        active.previous_term_admissions = Set(0);
        active.has_youth_union = Set(old.has_youth_union);
        active.founded_on = Set(Some(new.on));
        let fresh = edit::insert::<Branch>(tx, old.organization_id, active).await?;
        let mut active = edit::blank::<Branch>();
        active.non_member_count = Set(old.non_member_count - new.non_member_count);
        edit::update::<Branch>(tx, old.id, old.version, active).await?;
        let leaving = Leaving { members: ids(&new.member_ids), candidates: ids(&new.candidate_ids), departments: ids(&new.department_ids) };
        move_on(tx, old.id, fresh.id, leaving, new.on).await?;
        // overseers follow the people they are responsible for
        tx.rows(
            "insert into branch_overseer (id, organization_id, branch_id, account_id, from_on, created_at, updated_at) \
             select gen_random_uuid(), organization_id, $2, account_id, $3, $4, $4 from branch_overseer where branch_id = $1 and (to_on is null or to_on >= $3)",
            vec![old.id.into(), fresh.id.into(), new.on.into(), tx.now().into()],
        )
        .await?;
        for (branch, kind, other) in [(old.id, BranchChangeKind::Split, fresh.id), (fresh.id, BranchChangeKind::Founded, old.id)] {
            let (names, reason) = ((Some(old.name.as_str()), Some(fresh.name.as_str())), new.reason.as_ref());
            write(tx, old.organization_id, Line { branch, kind, on: new.on, paper_number: &new.paper_number, reason, names, other: Some(other) }).await?;
        }
        Ok(fresh)
    })
    .await
}

/// Close a branch, or merge it into another
///
/// With `into_branch_id` all members, open candidacies and departments go there from the day after; without it nobody may be left. Officers' and overseers' posts end, and the branch committee's accounts are disabled. The closed branch keeps its quotas and admissions of past years.
#[operation(post, "/branches/{id}/closures")]
pub async fn close_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchClosure>,
) -> Result<Reply<Branch>> {
    let today = db.clock().today();
    edit::act::<Branch, _>(&db, &permit, *id, seen, async |tx, row| {
        let end = &body.value;
        check(tx, &row, end.on, today, true).await?;
        if let Some(into) = end.into_branch_id {
            if into == row.id {
                return Err(Error::faults(Code::ValidationFailed, vec![crate::api::http::unknown_reference("/into_branch_id")]));
            }
            edit::check_references(tx, &[("/into_branch_id", "branch", Some(into))]).await?;
            let there = "select array(select id from member where branch_id = $1 and deleted_at is null), array(select id from candidate where branch_id = $1 and open), \
                         array(select id from department where branch_id = $1 and deleted_at is null)";
            let all = tx.rows(there, vec![row.id.into()]).await?;
            let ids = |at: usize| all.first().map(|r| r.get(at)).unwrap_or_default();
            let leaving = Leaving { members: ids(0), candidates: ids(1), departments: ids(2) };
            move_on(tx, row.id, into, leaving, crate::law::calendar::next_day(end.on)).await?;
            tx.rows(
                "update branch set non_member_count = non_member_count + $2, version = version + 1, updated_at = $3 where id = $1",
                vec![into.into(), row.non_member_count.into(), tx.now().into()],
            )
            .await?;
        } else {
            edit::refuse_dependents(
                tx,
                row.id,
                &[
                    "select 1 from member where branch_id = $1 and deleted_at is null",
                    "select 1 from candidate where branch_id = $1 and open",
                    "select 1 from department where branch_id = $1 and deleted_at is null",
                ],
            )
            .await?;
        }
        // officers' posts have ended with the members who left
        tx.rows(
            "update branch_overseer set to_on = greatest(from_on, $2), version = version + 1, updated_at = $3 where branch_id = $1 and to_on is null",
            vec![row.id.into(), end.on.into(), tx.now().into()],
        )
        .await?;
        tx.execute(functions::close_accounts(row.id, tx.now())).await?;
        let kind = if end.into_branch_id.is_some() { BranchChangeKind::Merged } else { BranchChangeKind::Closed };
        let (names, reason, other) = ((Some(row.name.as_str()), None), end.reason.as_ref(), end.into_branch_id);
        write(tx, row.organization_id, Line { branch: row.id, kind, on: end.on, paper_number: &end.paper_number, reason, names, other }).await?;
        let mut active = edit::blank::<Branch>();
        active.closed_on = Set(Some(end.on));
        active.merged_into_id = Set(end.into_branch_id);
        active.non_member_count = Set(if end.into_branch_id.is_some() { 0 } else { row.non_member_count });
        Ok((edit::update::<Branch>(tx, row.id, row.version, active).await?, "closed_on"))
    })
    .await
}

/// The day of the register
#[derive(Clone, Debug, Deserialize, IntoParams)]
pub struct AskedOn {
    /// A day; today if absent
    #[serde(default, deserialize_with = "query::day")]
    on: Option<NaiveDate>,
}

/// See who belonged to a branch on a day
///
/// By the register of members: transfers, splits and mergers included. Without `on` today.
#[operation(get, "/branches/{id}/register", answer = "The register of that day")]
pub async fn get_branch_register(
    permit: Permit<ReadMembers>,
    db: Data<Db>,
    id: Path<Uuid>,
    Query(asked): Query<AskedOn>,
) -> Result<Reply<BranchRegister>> {
    let on = asked.on.unwrap_or_else(|| db.clock().today());
    let (register, names) = db
        .read(&permit, async |tx| {
            let register = facts::register::branch(&tx, *id).await?;
            let members: Vec<Uuid> = register.on(on).filter_map(|line| line.member).collect();
            // names only of members whom the caller can see now
            let sql = "select id, full_name from member where id = any ($1) order by name_key, id";
            let names = tx.last().rows(sql, vec![members.into()]).await?;
            Ok((register, names))
        })
        .await?;
    let names: Vec<(Uuid, String)> = names.iter().map(|r| (r.get(0), r.get(1))).collect();
    let place = |id: Uuid| names.iter().position(|(member, _)| *member == id);
    let mut items: Vec<Registered> = register
        .on(on)
        .filter_map(|line| {
            let member_id = line.member?;
            Some(Registered {
                member_id,
                full_name: place(member_id).map(|at| names[at].1.clone()),
                status: if line.official_on(on) {
                    MemberStatus::Official
                } else {
                    MemberStatus::Probationary
                },
                activity: line.activities.on(on),
                from_on: line.from_on,
                to_on: line.to_on,
            })
        })
        .collect();
    items.sort_by_key(|i| (place(i.member_id).unwrap_or(usize::MAX), i.member_id));
    let counts = register.counts(on);
    let body = BranchRegister {
        branch_id: *id,
        on,
        official: counts.official,
        probationary: counts.probationary,
        exempt: counts.exempt,
        suspended: counts.suspended,
        items,
    };
    Ok(Reply::new(&body))
}
