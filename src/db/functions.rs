//! The schema's functions that the service calls, each with typed arguments and results. What a
//! function does and whom it admits is documented in `migration/src/baseline`.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::extension::postgres::PgExpr as _;
use sea_orm::sea_query::{
    Asterisk, Expr, ExprTrait as _, Func, Query as Build, SelectStatement, Value,
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::tables::membership;
use super::{Query, Record, constant, identity, today, value_of};
use crate::law::words::{
    ClassKind, EnrolmentState, Grade, LeavingGround, MemberLeavingGround, PlanAction, ReviewKind,
    Role, Sex, Stage,
};

/// The account whose credentials are checked.
#[derive(Record)]
pub struct Credentials {
    /// Seconds to wait before the next attempt is considered.
    pub wait: i32,
    pub account_id: Option<Uuid>,
    pub role: Option<Role>,
    pub organization_id: Option<Uuid>,
    pub branch_id: Option<Uuid>,
    pub session_version: Option<i32>,
    /// How the stored hash begins: its cost and salt.
    pub hash_begins: Option<String>,
    pub must_change: Option<bool>,
    pub usable_until: Option<DateTime<Utc>>,
    pub disabled: Option<bool>,
    pub seed: Option<Vec<u8>>,
    pub enrolled: Option<bool>,
    pub addresses: Option<Vec<String>>,
}

/// A session whose refresh token was rotated.
#[derive(Record)]
pub struct Rotated {
    pub counter: i32,
    pub account_id: Uuid,
    pub login: String,
    pub role: Role,
    pub organization_id: Uuid,
    pub branch_id: Option<Uuid>,
    pub session_version: i32,
    pub must_change: bool,
    pub second_factor: bool,
}

/// A count or a word about a row.
#[derive(Record)]
pub struct Counted {
    pub id: Uuid,
    pub word: Option<String>,
    pub n: Option<i32>,
}

/// The people with a name, or the patterns to compare names with where there are too many of them.
#[derive(Record)]
pub struct Named {
    pub people: Option<Vec<Uuid>>,
    pub patterns: Vec<String>,
}

/// A person enrolled in a class.
#[derive(Record)]
pub struct Seated {
    pub enrolment_id: Uuid,
    pub candidate_id: Uuid,
    pub branch_id: Uuid,
    pub full_name: String,
    pub birth_date: NaiveDate,
    pub sex: Sex,
    pub submitted: bool,
    pub department: Option<String>,
    pub branch: String,
    pub state: EnrolmentState,
    pub certificate_number: Option<String>,
    pub certificate_on: Option<NaiveDate>,
    pub grade: Option<Grade>,
}

/// Admissions of a branch in a year.
#[derive(Record)]
pub struct Admissions {
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    pub year: i32,
    pub admitted: i32,
}

/// A figure of the register.
#[derive(Record)]
pub struct Statistic {
    /// Place of the span among those asked for, from 1.
    pub span: i32,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    /// Of a stage: whether it stood on the last day, or was entered within the span.
    pub stands: bool,
    pub stage: Option<Stage>,
    /// Of a certificate.
    pub class_kind: Option<ClassKind>,
    /// Of a member.
    pub official: Option<bool>,
    /// Why so many of those who were removed were; they are counted in the figure without it, too.
    pub reason: Option<String>,
    pub n: i32,
    /// Of these, recorded later than the span's day of knowledge.
    pub later: i32,
}

/// What stands in place of a recorded decision about the plan.
#[derive(Record)]
pub struct StandingAct {
    pub recorded_id: Uuid,
    pub id: Uuid,
    /// None: annulled.
    pub says: Option<PlanAction>,
}

/// Other rows about a person, and the earlier attempt that led into the Party.
#[derive(Record)]
pub struct KnownPerson {
    pub open_candidacy: bool,
    /// The other rows by which the person is or was a member.
    pub members: Vec<Uuid>,
    pub previous_id: Option<Uuid>,
    pub previous_ended_on: Option<NaiveDate>,
    pub previous_stage: Option<Stage>,
    /// When the last membership ended.
    pub left_on: Option<NaiveDate>,
    /// How it ended, as the register says, or the last stage of the file where that is one of its words.
    pub left_as: Option<MemberLeavingGround>,
    /// The ground that an act of the file states.
    pub ground: Option<LeavingGround>,
    pub readmissions: Option<i32>,
    /// Another row bears the citizen number that was asked about.
    pub citizen: bool,
}

macro_rules! functions {
    ($($name:ident($($argument:ident: $type:ty),*) -> $row:ty;)*) => {$(
        pub fn $name($($argument: $type),*) -> Query<$row> {
            call(concat!("app.", stringify!($name)), vec![$($argument.into()),*])
        }
    )*};
}

pub(super) fn call<T: Record>(name: &'static str, arguments: Vec<Value>) -> Query<T> {
    Query::of(&rows(name, arguments.into_iter().map(Expr::val)))
}

/// The rows of a function, for a statement that joins or filters them.
fn rows(name: &'static str, arguments: impl IntoIterator<Item = Expr>) -> SelectStatement {
    let called = Func::cust(name).args(arguments);
    let mut select = Build::select();
    select.column(Asterisk).from_function(called, "answer");
    select
}

/// A select of one expression.
fn select(expression: impl Into<Expr>) -> SelectStatement {
    let mut select = Build::select();
    select.expr(expression);
    select
}

// `()`: sent with `execute`, no row is read
functions! {
    admissions(from: NaiveDate, to: NaiveDate) -> Admissions;
    below() -> (Vec<Uuid>,);
    branches() -> (Vec<Uuid>,);
    carry(act: Option<Uuid>, effects: Json) -> ();
    claim(route: String, key: String, since: DateTime<Utc>) -> ();
    class_roster(class: Uuid) -> Seated;
    close_accounts(branch: Uuid, now: DateTime<Utc>) -> ();
    counts(of: &'static str, ids: Vec<Uuid>) -> Counted;
    erase(erasure: Uuid, now: DateTime<Utc>) -> ();
    find_names(kind: &'static str, text: String, whole: bool) -> Named;
    known_person(
        name: String,
        birth: NaiveDate,
        except: Option<Uuid>,
        citizen: Option<Vec<u8>>
    ) -> KnownPerson;
    lock(table: &'static str, ids: Vec<Uuid>) -> ();
    move_deadlines(ids: Vec<Uuid>, due: Vec<NaiveDate>, skipped: Json) -> ();
    move_people(
        members: Vec<Uuid>,
        candidates: Vec<Uuid>,
        to: Uuid,
        on: Option<NaiveDate>,
        paper: Option<String>,
        now: DateTime<Utc>
    ) -> ();
    one_person(row: Uuid) -> (Vec<Uuid>,);
    plan_candidates(candidates: Vec<Uuid>, branch: Uuid, now: DateTime<Utc>) -> ();
    recount() -> ();
    rotate(
        session: Uuid,
        counter: Option<i32>,
        now: DateTime<Utc>,
        lives: Json,
        address: String
    ) -> Rotated;
    set_secret(
        account: Uuid,
        hash: Option<String>,
        must_change: bool,
        code_until: Option<DateTime<Utc>>,
        keep_session: Option<Uuid>,
        now: DateTime<Utc>
    ) -> (bool,);
    settle_class(
        class: Uuid,
        leave: Vec<EnrolmentState>,
        reason: Option<String>,
        now: DateTime<Utc>
    ) -> ();
    sign_in(
        attempt: Uuid,
        login: String,
        address: String,
        now: DateTime<Utc>,
        delays: Vec<i32>,
        tag: Option<String>,
        device: Option<Uuid>
    ) -> Credentials;
    standing_acts(acts: Vec<Uuid>) -> StandingAct;
    statistics(
        from: Vec<NaiveDate>,
        to: Vec<NaiveDate>,
        known: Vec<NaiveDate>
    ) -> Statistic;
    taken_over(branch: Uuid) -> (Option<String>,);
    write_membership(
        line: Uuid,
        member: Uuid,
        branch: Uuid,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        paper: Option<String>
    ) -> ();
}

/// Rewrites the lines of the register that `which` selects; without `from` they are deleted.
pub fn write_memberships(which: Expr, from: Expr, to: Option<NaiveDate>) -> Query<()> {
    let columns = [
        membership::Column::Id,
        membership::Column::MemberId,
        membership::Column::BranchId,
    ];
    let paper = Expr::col(membership::Column::PaperNumber);
    let arguments = columns
        .map(Expr::col)
        .into_iter()
        .chain([from, Expr::val(to), paper]);
    let mut written = select(Func::cust("app.write_membership").args(arguments));
    written.from(membership::Entity).and_where(which);
    Query::of(&written)
}

/// [`lock`] for the rows whose ids a select returns as one array.
pub fn lock_selected(table: &'static str, ids: SelectStatement) -> Query<()> {
    let locked = Func::cust("app.lock").args([constant(table), value_of(ids)]);
    Query::of(&select(locked))
}

/// Whether a nomination that was not withdrawn cites the activity.
pub fn standing_nominations(activity: Uuid) -> Expr {
    let arguments = [constant("nominations"), Expr::val(vec![activity])];
    let mut cited = rows("app.counts", arguments);
    cited.and_where(Func::cust("app.stands").arg(Expr::col("word")).into());
    Expr::exists(cited)
}

/// Figures of `counts` to join with, as a sub-select with the columns `id`, `word` and `n`.
pub fn counted(of: &'static str, ids: Vec<Uuid>) -> SelectStatement {
    rows("app.counts", [constant(of), Expr::val(ids)])
}

/// How many tallies differ from the rows that they count.
pub fn wrong_tallies() -> Query<(i32,)> {
    let nobody = Expr::val(Vec::<Uuid>::new());
    let mut sums = rows("app.counts", [constant("sums"), nobody]);
    sums.clear_selects().column("n");
    Query::of(&sums)
}

/// Whether the role of the connection may count them anew, with [`recount`].
pub fn may_recount() -> Expr {
    let arguments = ["app.recount()", "execute"].map(constant);
    Func::cust("has_function_privilege").args(arguments).into()
}

/// The admissions of each branch in a span of days, to join or to select from.
pub fn admitted(from: NaiveDate, to: NaiveDate) -> SelectStatement {
    rows("app.admissions", [from, to].map(Expr::val))
}

/// The pipeline of each branch, as a sub-select with `branch_id` and `pipeline`.
pub fn pipeline() -> SelectStatement {
    rows("app.pipeline", [])
}

/// The value of a setting in the caller's organisation on that day, or today.
pub fn setting_on(key: &'static str, on: Option<NaiveDate>, default: i32) -> Expr {
    let on = on.map_or_else(today, Expr::val);
    let organization = identity("app.organization");
    let arguments = [organization, Expr::val(key), on, Expr::val(default)];
    Func::cust("app.setting_on").args(arguments).into()
}

/// First and last day of a branch's review period; no row if no term has such a period.
pub fn review_period(
    branch: Uuid,
    kind: ReviewKind,
    year: i32,
    period: i32,
) -> Query<(NaiveDate, NaiveDate)> {
    let called = Func::cust("app.review_calendar").args([year, year].map(Expr::val));
    let mut select = Build::select();
    select
        .columns(["from_on", "due_on"])
        .from_function(called, "calendar")
        .and_where(Expr::col("branch_id").eq(branch))
        .and_where(Expr::col("kind").eq(kind))
        .and_where(Expr::col("period").eq(period));
    Query::of(&select)
}

/// The register of a branch as JSON.
pub fn branch_register(branch: Uuid) -> Query<(Option<String>,)> {
    let nobody = Expr::val(Vec::<Uuid>::new());
    let arguments = [
        Expr::val(None::<Uuid>),
        Expr::val(branch),
        identity("app.organization"),
        nobody,
    ];
    let around = Expr::from(Func::cust("app.surroundings").args(arguments));
    let register = around.get_json_field(constant("register"));
    Query::of(&select(register.cast_as("text")))
}

/// Enters as the account that owns a private calendar address.
pub fn enter_calendar(token_hash: Vec<u8>, now: DateTime<Utc>) -> Query<()> {
    let arguments: [Value; 4] = [
        None::<Uuid>.into(),
        None::<i32>.into(),
        now.into(),
        token_hash.into(),
    ];
    call("app.enter", arguments.into())
}
