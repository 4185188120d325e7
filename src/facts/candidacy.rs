//! All facts that the regulations need about a person: the acts and the data around them. One
//! statement, however long the history.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::sea_query::{Expr, ExprTrait as _, SelectStatement, Value};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    QueryTrait as _, Select,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::db::tables::candidate;
use crate::db::{Column, Failure, Query, Record, Row, Tx, Type, Unreadable, column, sql};
use crate::error::{Error, Result};
use crate::law::acts::{Act, ActKind};
use crate::law::calendar::Holidays;
use crate::law::candidacy::Recorded;
use crate::law::enrolment::Seat;
use crate::law::judgement::Facts;
use crate::law::own_stays::{Move, OwnStay};
use crate::law::register::{Activities, Register, Registered, Stay, YouthUnion};
use crate::law::words::{ClassKind, EnrolmentState, Role};

/// Id, official since, stays in branches, activity periods, sponsorships of other people.
type Known = (
    Uuid,
    Option<NaiveDate>,
    Vec<Stay>,
    Activities,
    Vec<(NaiveDate, Option<NaiveDate>)>,
);

/// Id, account, role, kind, data, regulation.
type Recording = (Uuid, Uuid, Role, ActKind, Box<RawValue>, String);

/// Enrolment, class, its kind, its first day, state.
type Place = (Uuid, Uuid, ClassKind, NaiveDate, EnrolmentState);

#[derive(Default, Deserialize)]
struct Read {
    acts: Option<Vec<Recording>>,
    /// Acts that another branch has recorded, which is still there.
    elsewhere: Option<BTreeSet<Uuid>>,
    around: Option<Around>,
}

#[derive(Default, Deserialize)]
struct Around {
    youth_unions: Option<Vec<YouthUnion>>,
    register: Option<Register>,
    moves: Option<Vec<Move>>,
    own_stays: Option<Vec<OwnStay>>,
    /// For a union, which cannot read acts itself.
    acts: Option<Vec<Recording>>,
    members: Option<Vec<Known>>,
    in_open_review: bool,
    #[serde(default)]
    offer_waits: bool,
    #[serde(default)]
    namesake_waits: Option<bool>,
    seats: Option<Vec<Place>>,
    /// Certificates of earlier attempts, each with the branch of its file.
    earlier: Option<Vec<(Uuid, Recording)>>,
    settings: Option<Vec<(String, NaiveDate, i32)>>,
    holidays: Option<Holidays>,
}

/// The expression of a file of SQL, without the line that says why it is text.
pub(super) fn expression(file: &'static str) -> &'static str {
    file.split_once('\n').unwrap_or_default().1
}

/// The expression for the facts as JSON text; the arguments are SQL for the candidate, its branch
/// and organisation, and the members to look up.
fn value(candidate: &str, branch: &str, organization: &str, members: &str) -> String {
    expression(include_str!("candidacy.sql"))
        .replace("{candidate}", candidate)
        .replace("{branch}", branch)
        .replace("{organization}", organization)
        .replace("{members}", members)
}

/// Reads everything in one statement.
async fn read(tx: &Tx, row: &candidate::Model, new: Option<&Act>) -> Result<Read> {
    let members: Vec<Uuid> = new.and_then(Act::member).into_iter().collect();
    let values: [Value; 4] = [
        row.id.into(),
        row.branch_id.into(),
        row.organization_id.into(),
        members.into(),
    ];
    let text = format!("select {}", value("$1", "$2", "$3", "$4::uuid[]"));
    let facts = tx.one(sql::<(String,)>(text, values.into())).await?;
    facts.map_or(Ok(Read::default()), |(text,)| {
        serde_json::from_str(&text).map_err(Error::internal)
    })
}

/// Only members named by the acts are looked up.
pub(super) const NO_OTHERS: &str = "'{}'::uuid[]";

/// A candidate and the facts about it.
pub(super) struct File {
    row: candidate::Model,
    facts: String,
}

impl Record for File {
    const NAME: &'static str = candidate::Model::NAME;
    const COLUMNS: &'static [&'static str] = candidate::Model::COLUMNS;
    const TYPES: &'static [fn(&Type) -> bool] = candidate::Model::TYPES;
    fn read(row: &Row) -> Result<Self, Unreadable> {
        Ok(Self {
            row: candidate::Model::read(row)?,
            facts: column(row, Self::COLUMNS.len())?,
        })
    }
    fn check(columns: &[Column]) -> Result<(), Failure> {
        candidate::Model::check(&columns[..Self::COLUMNS.len().min(columns.len())])
    }
}

impl File {
    /// Files with their facts, as a single statement.
    pub(super) fn select(which: Select<candidate::Entity>, members: &str) -> SelectStatement {
        let (id, branch) = ("candidate.id", "candidate.branch_id");
        let facts = value(id, branch, "candidate.organization_id", members);
        let mut select = which
            .filter(candidate::Column::DeletedAt.is_null())
            .into_query();
        select.expr(Expr::cust(facts)).take()
    }

    pub(super) fn judgeable(self, today: NaiveDate) -> Result<(candidate::Model, Facts)> {
        let read = serde_json::from_str(&self.facts).map_err(Error::internal)?;
        let facts = judgeable(&self.row, read, today)?;
        Ok((self.row, facts))
    }
}

/// The facts about a file as they were read beside its row.
pub struct Gathered(String);

/// The candidate within the condition `scope` and the facts about it, in one statement: for acts that name
/// nobody else.
pub async fn gathered(tx: &Tx, scope: Expr, id: Uuid) -> Result<(candidate::Model, Gathered)> {
    let select = File::select(candidate::Entity::find_by_id(id).filter(scope), NO_OTHERS);
    let file = tx.one(Query::<File>::of(&select)).await?;
    let File { row, facts } = file.ok_or_else(Error::not_found)?;
    Ok((row, Gathered(facts)))
}

impl Gathered {
    pub fn about(&self, row: &candidate::Model, today: NaiveDate) -> Result<Facts> {
        let read = serde_json::from_str(&self.0).map_err(Error::internal)?;
        judgeable(row, read, today)
    }
}

/// The statement of [`files`] as text, for the command line: candidates `c` after the id `$1`; each
/// row is decoded by [`file`].
pub fn files_sql(scope: &str, limit: u32) -> String {
    let facts = value("c.id", "c.branch_id", "c.organization_id", "'{}'::uuid[]");
    let columns = candidate::Model::COLUMNS.join(", c.");
    format!(
        "select c.{columns}, {facts} as facts from candidate c \
          where c.id > $1 and c.deleted_at is null and c.erased_on is null and ({scope}) order by c.id limit {limit}"
    )
}

/// Candidates within `scope` in order of id, with the facts about each, in one statement. Not those
/// of a person who was erased: what their acts rested on is gone.
pub async fn files(
    tx: &Tx,
    scope: Expr,
    after: Option<Uuid>,
    limit: u32,
    today: NaiveDate,
) -> Result<Vec<(candidate::Model, Facts)>> {
    let scope = scope.and(candidate::Column::ErasedOn.is_null());
    read_files(tx, scope, NO_OTHERS, after, limit, today).await
}

/// Like [`files`], tombstones too; the facts also cover the `members` of this SQL array.
pub(super) async fn read_files(
    tx: &Tx,
    scope: Expr,
    members: &str,
    after: Option<Uuid>,
    limit: u32,
    today: NaiveDate,
) -> Result<Vec<(candidate::Model, Facts)>> {
    let page = candidate::Entity::find()
        .filter(candidate::Column::Id.gt(after.unwrap_or(Uuid::nil())))
        .filter(scope)
        .order_by_asc(candidate::Column::Id)
        .limit(u64::from(limit));
    let page = Query::<File>::of(&File::select(page, members));
    let files = tx.all(page).await?;
    files
        .into_iter()
        .map(|file| file.judgeable(today))
        .collect()
}

/// The condition of the files within `here` that are open, and of the `ended` ones that ended last;
/// `there` is the same reach on `e`.
pub fn open_or_ended_last(here: Expr, there: &str, ended: u32) -> Expr {
    here.and(Expr::cust(format!(
        "(candidate.open or candidate.id in (select e.id from candidate e where ({there}) \
          and e.deleted_at is null and e.erased_on is null and not e.open order by e.stage_on desc, e.id limit {ended}))"
    )))
}

/// Decodes a row of [`files_sql`].
pub fn file(row: &Row, today: NaiveDate) -> Result<(candidate::Model, Facts)> {
    File::decode(row)?.judgeable(today)
}

/// The facts about `row`. `new` is the act to be judged; its member is looked up too.
pub async fn candidacy(
    tx: &Tx,
    row: &candidate::Model,
    new: Option<&Act>,
    today: NaiveDate,
) -> Result<Facts> {
    // a candidacy being opened has only the person to look up
    let opens = new.is_some_and(|act| act.opens() && act.corrects().is_none());
    judgeable(
        row,
        if opens {
            Read::default()
        } else {
            read(tx, row, new).await?
        },
        today,
    )
}

/// The last day on which a sponsor who cannot help this person today could; one of another branch,
/// for a reason, helps from there.
pub async fn helped_until(
    tx: &Tx,
    sponsor: &Registered,
    person: &candidate::Model,
    elsewhere: bool,
    today: NaiveDate,
) -> Result<Option<NaiveDate>> {
    let facts = candidacy(tx, person, None, today).await?;
    let near: &dyn Fn(NaiveDate) -> Uuid = &|day| facts.branch_on(day);
    Ok(sponsor.helped_until(Some(near).filter(|_| !elsewhere), today))
}

fn recorded((id, account, role, kind, data, regulation): Recording) -> Result<Recorded> {
    let act =
        Act::read(kind, &*data).map_err(|e| Error::internal(anyhow::anyhow!("act {id}: {e}")))?;
    Ok(Recorded {
        id,
        account,
        role,
        act,
        regulation: Some(regulation),
    })
}

/// Converts what was read into the rules' own types.
fn judgeable(row: &candidate::Model, read: Read, today: NaiveDate) -> Result<Facts> {
    let around = read.around.unwrap_or_default();
    let acts = read.acts.or(around.acts).unwrap_or_default();
    let acts = acts.into_iter().map(recorded).collect::<Result<Vec<_>>>()?;
    let earlier = around.earlier.unwrap_or_default().into_iter();
    let earlier = earlier.map(|(branch, row)| Ok((branch, recorded(row)?)));
    let earlier = earlier.collect::<Result<Vec<_>>>()?;
    let members = around.members.unwrap_or_default().into_iter();
    let seats = around.seats.unwrap_or_default().into_iter();
    let mut elsewhere = read.elsewhere.unwrap_or_default();
    // a correction belongs to the branch whose act it corrects, even if another branch had the file
    // by then
    for recorded in &acts {
        if (recorded.act.corrects()).is_some_and(|old| elsewhere.contains(&old)) {
            elsewhere.insert(recorded.id);
        }
    }
    Ok(Facts {
        birth_date: row.birth_date,
        birth_year_only: false,
        hidden_birth: None,
        general_education: row.general_education,
        youth_union_member: row.youth_union_member,
        youth_union_changed_on: row.youth_union_changed_on.clone(),
        trade_union_member: row.trade_union_member,
        trade_union_changed_on: row.trade_union_changed_on.clone(),
        branch: row.branch_id,
        moves: around.moves.unwrap_or_default(),
        own_stays: around.own_stays.unwrap_or_default(),
        youth_unions: around.youth_unions.unwrap_or_default(),
        members: members
            .map(|(id, official_from, stays, activities, sponsored)| {
                (
                    id,
                    Registered {
                        official_from,
                        stays,
                        activities,
                        sponsored,
                    },
                )
            })
            .collect(),
        register: around.register.unwrap_or_default(),
        settings: around.settings.unwrap_or_default().into_iter().collect(),
        holidays: around.holidays.unwrap_or_default(),
        elsewhere,
        in_open_review: around.in_open_review,
        offered: around.offer_waits,
        seats: seats
            .map(|(enrolment, class, kind, starts_on, state)| Seat {
                enrolment,
                class,
                kind,
                starts_on,
                state,
            })
            .collect(),
        namesake_waits: around.namesake_waits.unwrap_or_default(),
        earlier,
        today,
        acts,
    })
}
