//! Statements about branches, members and their moves that the builder cannot express.
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Query, sql};

/// The branch that took over from one that has ended; no row while it goes on.
pub fn taken_over(branch: Uuid) -> Query<(String,)> {
    sql(
        "select t from app.taken_over($1) t where t is not null",
        vec![branch.into()],
    )
}

/// A branch of the organisation that ended in that year or later.
pub fn closed_in(branch: Uuid, year: i32) -> Query<(Uuid,)> {
    sql(
        "select id from branch where id = $1 and closed_on >= make_date($2, 1, 1) and organization_id = (select app.organization())",
        vec![branch.into(), year.into()],
    )
}

/// Members belong to another branch, with a department only if it is that branch's.
pub fn members_join(ids: Vec<Uuid>, to: Uuid, now: DateTime<Utc>) -> Query<()> {
    sql(
        "update member set branch_id = $2, department_id = (select d.id from department d where d.id = department_id and d.branch_id = $2), \
                version = version + 1, updated_at = $3 where id = any ($1)",
        vec![ids.into(), to.into(), now.into()],
    )
}

/// Files whose sponsor may help no more: those that moved to a branch, and those sponsored by the members.
pub fn files_touched(members: Vec<Uuid>, to: Uuid, moved: Vec<Uuid>) -> Query<(Uuid,)> {
    sql(
        "select id from candidate where branch_id = $2 and id = any ($3) and deleted_at is null \
         union select candidate_id from sponsorship where member_id = any ($1) and to_on is null order by 1",
        vec![members.into(), to.into(), moved.into()],
    )
}

/// Files that this member sponsors now.
pub fn sponsored_by(member: Uuid) -> Query<(Uuid,)> {
    sql(
        "select distinct candidate_id from sponsorship where member_id = $1 and to_on is null order by 1",
        vec![member.into()],
    )
}

/// The acts by which this member's sponsorships ended at that moment, with their files.
pub fn sponsorships_ended(member: Uuid, at: DateTime<Utc>) -> Query<(Uuid, Uuid)> {
    sql(
        "select candidate_id, id from act where kind = 'sponsorship_end' and data ->> 'member_id' = $1 and recorded_at = $2 and not exists (select from act a where a.corrects_id = act.id or (a.kind = 'annulment' and a.candidate_id = act.candidate_id and a.data ->> 'act_id' = act.id::text)) order by candidate_id",
        vec![member.to_string().into(), at.into()],
    )
}

/// A vote of the branch recorded since, on a day for which the register would be another one.
pub fn vote_since(branch: Uuid, on: NaiveDate, recorded: DateTime<Utc>) -> Query<(Uuid,)> {
    sql(
        "select id from act where kind = 'resolution' and data ->> 'body' = 'branch' and recorded_branch_id = $1 and on_date >= $2 and recorded_at >= $3 limit 1",
        vec![branch.into(), on.into(), recorded.into()],
    )
}

/// A later change of the member's activity, or the end of the membership.
pub fn activity_since(member: Uuid, on: NaiveDate) -> Query<(Uuid,)> {
    sql(
        "select id from member_activity_change where member_id = $1 and on_date > $2 union all select id from member_leaving where member_id = $1",
        vec![member.into(), on.into()],
    )
}

/// The membership that ended on that day goes on.
pub fn membership_goes_on(member: Uuid, ended: NaiveDate) -> Query<()> {
    sql(
        "select app.write_membership(id, member_id, branch_id, from_on, null) from membership where member_id = $1 and to_on = $2",
        vec![member.into(), ended.into()],
    )
}

/// Posts that ended at that moment are held again.
pub fn posts_go_on(member: Uuid, ended: DateTime<Utc>, now: DateTime<Utc>) -> Query<()> {
    sql(
        "update branch_officer set to_on = null, version = version + 1, updated_at = $3 where member_id = $1 and updated_at = $2 and to_on is not null",
        vec![member.into(), ended.into(), now.into()],
    )
}

/// Waits for the lock on a citizen number in the caller's organisation.
pub fn lock_citizen(citizen: &str) -> Query<()> {
    sql(
        "select pg_advisory_xact_lock(hashtextextended((select app.organization())::text || $1::text, 0))",
        vec![citizen.into()],
    )
}

/// Whether a member or an open candidacy of another row bears the citizen number.
pub fn citizen_taken(citizen: &str, except: Option<Uuid>) -> Query<(bool,)> {
    sql(
        "select citizen from app.known_person('', '1900-01-01', $2, $1)",
        vec![citizen.into(), except.into()],
    )
}

/// Keeps the admissions of each branch as they are when the year is closed.
pub fn keep_figures(plan: Uuid, organization: Uuid, year: i32) -> Query<()> {
    sql(
        "insert into quota_closing (plan_id, organization_id, branch_id, admitted) \
         select $1, organization_id, branch_id, admitted from app.admissions(make_date($3, 1, 1), make_date($3, 12, 31)) where organization_id = $2",
        vec![plan.into(), organization.into(), year.into()],
    )
}

/// The year is open again: its figures follow from the acts.
pub fn forget_figures(plan: Uuid) -> [Query<()>; 2] {
    [
        "delete from quota_closing where plan_id = $1",
        "delete from later_admission where plan_id = $1",
    ]
    .map(|text| sql(text, vec![plan.into()]))
}

/// Who of each branch nobody sponsors, and whether nobody watches over it; null where the caller does
/// not see it, or the branch has ended.
pub fn unattended(branches: Vec<Uuid>) -> Query<(Uuid, Option<Vec<Uuid>>, Option<bool>)> {
    sql(
        "select b.id, case when seen.yes then array(select d.candidate_id from deadline d where d.branch_id = b.id and d.kind = 'sponsor_missing' and d.settled_on is null order by 1 limit 1000) end, \
                case when seen.yes and b.closed_on is null then not exists (select from branch_overseer o where o.branch_id = b.id and (o.to_on is null or o.to_on >= (select app.today()))) end \
           from branch b cross join lateral (select b.organization_id = (select app.organization()) \
                and ((select app.reads_everywhere(app.role())) or ((select app.reads_branches(app.role())) and b.id = any ((select app.branches())::uuid[]))) as yes) seen \
          where b.id = any ($1)",
        vec![branches.into()],
    )
}
