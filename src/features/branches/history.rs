//! History of branches: renamings, splits, mergers and closures, and the register of a day. Past
//! figures stay with the branch in which they arose.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, Order, Query as Build};
use sea_orm::{ColumnTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::wire::Branch;
use crate::access::{ReadBranches, ReadMembers, WriteBranches, reach};
use crate::api::body::Body;
use crate::api::edit::{self, Reference, open_candidacy_refers, refers};
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::query;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{Field, Kind, Resource, Spec, Viewer, name_key};
use crate::auth::Permit;
use crate::db::tables::{
    branch, branch_change as table, branch_officer, branch_overseer, candidate, department, member,
    review, transfer_offer,
};
use crate::db::{
    Db, Query, Record, Table, Tx, any_live, any_of, array_of, functions, live, not_before_start,
    open, queries, revise, value_of,
};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::calendar::{day_before, next_day};
use crate::law::regulation::Regulations;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::{
    Activity, BranchChangeKind, MemberStatus, OfferState, ReviewState, UnitKind,
};
use crate::recording;

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
    let open = review::Column::BranchId
        .eq(row.id)
        .and(review::Column::State.eq(ReviewState::Open));
    if moves && tx.ask([any_live::<review::Entity>(open)]).await? == [true] {
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
async fn move_on(
    tx: &Tx,
    law: &Regulations,
    (from, to): (Uuid, Uuid),
    leaving: Leaving,
    on: NaiveDate,
    today: NaiveDate,
) -> Result<()> {
    let Leaving {
        members,
        candidates,
        departments,
    } = leaving;
    let (now, who, files) = (tx.now(), || members.clone(), candidates.clone());
    let covered = revise::<department::Entity>(now)
        .col_expr(department::Column::BranchId, to.into())
        .filter(any_of(department::Column::Id, departments));
    tx.execute(covered).await?;
    let moved = functions::move_people(who(), candidates, to, on, now);
    tx.execute(moved).await?;
    tx.execute(queries::members_join(who(), to, now)).await?;
    let resigned = revise::<branch_officer::Entity>(now)
        .col_expr(
            branch_officer::Column::ToOn,
            not_before_start(branch_officer::Column::FromOn, day_before(on)),
        )
        .filter(branch_officer::Column::BranchId.eq(from))
        .filter(any_of(branch_officer::Column::MemberId, who()))
        .filter(branch_officer::Column::ToOn.is_null());
    tx.execute(resigned).await?;
    // who is left without a sponsor, here or there
    let moved = who().into_iter().chain(files).collect();
    let left = tx.all(queries::files_touched(who(), to, moved)).await?;
    let left: Vec<Uuid> = left.into_iter().map(|(id,)| id).collect();
    recording::renew_duties(tx, law, &left, today).await
}

/// Current members, open candidacies and departments of a branch; limited to these ids, if given.
fn belonging(branch: Uuid, only: Option<[&[Uuid]; 3]>) -> Query<Belonging> {
    let [members, candidates, departments] = only.map_or([None; 3], |only| only.map(Some));
    let mut all = Build::select();
    all.expr_as(
        ids::<member::Entity>(member::Column::BranchId.eq(branch), members),
        "members",
    )
    .expr_as(
        ids::<candidate::Entity>(
            candidate::Column::BranchId.eq(branch).and(open()),
            candidates,
        ),
        "candidates",
    )
    .expr_as(
        ids::<department::Entity>(department::Column::BranchId.eq(branch), departments),
        "departments",
    );
    Query::of(&all)
}

fn ids<E: Table>(which: Expr, only: Option<&[Uuid]>) -> Expr {
    let only = only.map(|only| any_of(E::ID, only.iter().copied()));
    let which = live::<E>().into_iter().chain(only).fold(which, Expr::and);
    value_of(array_of::<E>(E::ID, which))
}

/// Ids of rows that belong to a branch; null if there are none.
#[derive(Default, Record)]
struct Belonging {
    members: Option<Vec<Uuid>>,
    candidates: Option<Vec<Uuid>>,
    departments: Option<Vec<Uuid>>,
}

/// The branch's overseers on that day become overseers of the new branch too.
fn overseen(from: Uuid, to: Uuid, on: NaiveDate, now: DateTime<Utc>) -> Result<Query<()>> {
    use branch_overseer::Column;
    let row = [
        (Column::Id, Expr::from(Func::cust("gen_random_uuid"))),
        (Column::OrganizationId, Expr::col(Column::OrganizationId)),
        (Column::BranchId, to.into()),
        (Column::AccountId, Expr::col(Column::AccountId)),
        (Column::FromOn, on.into()),
        (Column::CreatedAt, now.into()),
        (Column::UpdatedAt, now.into()),
    ];
    let (columns, values): (Vec<_>, Vec<Expr>) = row.into_iter().unzip();
    let (mut watching, mut insert) = (Build::select(), Build::insert());
    watching
        .exprs(values)
        .from(branch_overseer::Entity)
        .and_where(Column::BranchId.eq(from))
        .and_where(Column::ToOn.is_null().or(Column::ToOn.gte(on)));
    let insert = insert.into_table(branch_overseer::Entity).columns(columns);
    let insert = insert.select_from(watching).map_err(Error::internal)?;
    Ok(Query::of(insert))
}

/// Split a branch
///
/// Founds a new branch from a day on and moves the people and departments named there. Admissions before that day stay with the old branch; the history of each person is kept. Answers 201 with the new branch; `If-Match` is the old one's version.
#[operation(post, "/branches/{id}/splits")]
pub async fn split_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    law: Law,
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
        let named: [&[Uuid]; 3] = [&new.member_ids, &new.candidate_ids, &new.department_ids];
        let there = tx
            .one(belonging(old.id, Some(named)))
            .await?
            .unwrap_or_default();
        let mut faults = Vec::new();
        let lists = [
            ("member_ids", &new.member_ids, there.members),
            ("candidate_ids", &new.candidate_ids, there.candidates),
            ("department_ids", &new.department_ids, there.departments),
        ];
        for (name, list, known) in lists {
            let known = known.unwrap_or_default();
            let places = list
                .iter()
                .enumerate()
                .filter(|(_, id)| !known.contains(id));
            faults.extend(places.map(|(place, _)| {
                crate::api::http::unknown_reference(&format!("/{name}/{place}"))
            }));
        }
        if new.non_member_count > old.non_member_count {
            faults.push(Fault::pointer(
                "/non_member_count",
                "out_of_range",
                say(
                    "Nhiều hơn số quần chúng của chi bộ cũ.",
                    "More than the old branch has.",
                ),
            ));
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
        let leaving = Leaving {
            members: ids(&new.member_ids),
            candidates: ids(&new.candidate_ids),
            departments: ids(&new.department_ids),
        };
        move_on(tx, &law, (old.id, fresh.id), leaving, new.on, today).await?;
        // overseers follow the people they are responsible for
        tx.execute(overseen(old.id, fresh.id, new.on, tx.now())?)
            .await?;
        for (branch, kind, other) in [
            (old.id, BranchChangeKind::Split, fresh.id),
            (fresh.id, BranchChangeKind::Founded, old.id),
        ] {
            let (both, reason) = (
                (Some(old.name.as_str()), Some(fresh.name.as_str())),
                new.reason.as_ref(),
            );
            write(
                tx,
                old.organization_id,
                Line {
                    branch,
                    kind,
                    on: new.on,
                    paper_number: &new.paper_number,
                    reason,
                    names: both,
                    other: Some(other),
                },
            )
            .await?;
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
    law: Law,
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
                return Err(Error::faults(
                    Code::ValidationFailed,
                    vec![crate::api::http::unknown_reference("/into_branch_id")],
                ));
            }
            edit::check_references(tx, [Reference::to_branch("/into_branch_id", into)]).await?;
            let all = tx.one(belonging(row.id, None)).await?.unwrap_or_default();
            let leaving = Leaving {
                members: all.members.unwrap_or_default(),
                candidates: all.candidates.unwrap_or_default(),
                departments: all.departments.unwrap_or_default(),
            };
            let first = next_day(end.on);
            move_on(tx, &law, (row.id, into), leaving, first, today).await?;
            let count = branch::Column::NonMemberCount;
            let larger = revise::<branch::Entity>(tx.now())
                .col_expr(count, count.into_expr().add(row.non_member_count))
                .filter(branch::Column::Id.eq(into));
            tx.execute(larger).await?;
        } else {
            let dependents = [
                refers::<member::Entity>(member::Column::BranchId, row.id),
                open_candidacy_refers(candidate::Column::BranchId, row.id),
                refers::<department::Entity>(department::Column::BranchId, row.id),
            ];
            edit::refuse_dependents(tx, dependents).await?;
        }
        // officers' posts have ended with the members who left
        let watched = revise::<branch_overseer::Entity>(tx.now())
            .col_expr(
                branch_overseer::Column::ToOn,
                not_before_start(branch_overseer::Column::FromOn, end.on),
            )
            .filter(branch_overseer::Column::BranchId.eq(row.id))
            .filter(branch_overseer::Column::ToOn.is_null());
        tx.execute(watched).await?;
        tx.execute(functions::close_accounts(row.id, tx.now()))
            .await?;
        let kind = if end.into_branch_id.is_some() {
            BranchChangeKind::Merged
        } else {
            BranchChangeKind::Closed
        };
        let (names, reason, other) = (
            (Some(row.name.as_str()), None),
            end.reason.as_ref(),
            end.into_branch_id,
        );
        write(
            tx,
            row.organization_id,
            Line {
                branch: row.id,
                kind,
                on: end.on,
                paper_number: &end.paper_number,
                reason,
                names,
                other,
            },
        )
        .await?;
        let asked = revise::<transfer_offer::Entity>(tx.now())
            .col_expr(
                transfer_offer::Column::State,
                Expr::val(OfferState::Withdrawn.wire()),
            )
            .col_expr(transfer_offer::Column::AnsweredOn, Expr::val(end.on))
            .filter(transfer_offer::Column::ToBranchId.eq(row.id))
            .filter(transfer_offer::Column::State.eq(OfferState::Offered));
        tx.execute(asked).await?;
        let mut active = edit::blank::<Branch>();
        active.closed_on = Set(Some(end.on));
        active.merged_into_id = Set(end.into_branch_id);
        active.non_member_count = Set(if end.into_branch_id.is_some() {
            0
        } else {
            row.non_member_count
        });
        Ok((
            edit::update::<Branch>(tx, row.id, row.version, active).await?,
            "closed_on",
        ))
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
    query::Query(asked): query::Query<AskedOn>,
) -> Result<Reply<BranchRegister>> {
    let on = asked.on.unwrap_or_else(|| db.clock().today());
    let (register, names) = db
        .read(&permit, async |tx| {
            let register = facts::register::branch(&tx, *id).await?;
            let members: Vec<Uuid> = register.on(on).filter_map(|line| line.member).collect();
            // names only of members whom the caller can see now
            let mut names = Build::select();
            names
                .columns([member::Column::Id, member::Column::FullName])
                .from(member::Entity)
                .and_where(any_of(member::Column::Id, members))
                .order_by_expr(name_key(), Order::Asc)
                .order_by(member::Column::Id, Order::Asc);
            let names = tx.last().all(Query::<(Uuid, String)>::of(&names)).await?;
            Ok((register, names))
        })
        .await?;
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
