//! All facts that the regulations need about a person: the acts and the data around them. One
//! statement, however long the history.
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::db::tables::candidate;
use crate::db::{Record as _, Tx};
use crate::error::{Error, Result};
use crate::law::acts::{Act, ActKind};
use crate::law::calendar::Holidays;
use crate::law::candidacy::Recorded;
use crate::law::judgement::Facts;
use crate::law::register::{Activities, Register, Registered, Stay};
use crate::law::words::Role;

/// Id, official since, stays in branches, activity periods, number of open sponsorships.
type Known = (Uuid, Option<NaiveDate>, Vec<Stay>, Activities, i32);

/// Id, account, role, kind, data, regulation.
type Recording = (Uuid, Uuid, Role, ActKind, Box<RawValue>, String);

#[derive(Default, Deserialize)]
struct Read {
    acts: Option<Vec<Recording>>,
    around: Option<Around>,
}

#[derive(Default, Deserialize)]
struct Around {
    has_youth_union: Option<bool>,
    register: Option<Register>,
    /// For a union, which cannot read acts itself.
    acts: Option<Vec<Recording>>,
    members: Option<Vec<Known>>,
    in_open_review: bool,
    settings: Option<Vec<(String, NaiveDate, i32)>>,
    holidays: Option<Holidays>,
}

/// The statement's single value; the arguments are SQL for the candidate, its branch and
/// organisation, and the members to look up.
fn value(candidate: &str, branch: &str, organization: &str, members: &str) -> String {
    format!(
        "(with a as (select * from act where candidate_id = {candidate}) \
          select json_build_object(\
           'acts', (select json_agg(json_build_array(id, account_id, role, kind, data, regulation) order by seq) from a), \
           'around', app.surroundings({candidate}, {branch}, {organization}, \
                       {members} || array(select (data ->> 'member_id')::uuid from a where data ->> 'member_id' is not null)))::text)"
    )
}

/// Reads everything in one statement.
async fn read(tx: &Tx, row: &candidate::Model, new: Option<&Act>) -> Result<Read> {
    let members: Vec<Uuid> = new.and_then(Act::member).into_iter().collect();
    let values = vec![
        row.id.into(),
        row.branch_id.into(),
        row.organization_id.into(),
        members.into(),
    ];
    let rows = tx
        .rows(
            &format!("select {}", value("$1", "$2", "$3", "$4::uuid[]")),
            values,
        )
        .await?;
    rows.first().map_or(Ok(Read::default()), |r| {
        serde_json::from_str(r.get(0)).map_err(Error::internal)
    })
}

/// The candidate and the facts about it, in the transaction's last statement. `scope` is the
/// condition of the caller's reach on `c`.
pub async fn last_candidacy(
    tx: Tx,
    scope: &str,
    id: Uuid,
    today: NaiveDate,
) -> Result<(candidate::Model, Facts)> {
    let facts = value("c.id", "c.branch_id", "c.organization_id", "'{}'::uuid[]");
    let columns = candidate::Model::COLUMNS.join(", c.");
    let sql = format!(
        "select c.{columns}, {facts} as facts from candidate c where c.id = $1 and c.deleted_at is null and ({scope})"
    );
    let rows = tx.last().rows(&sql, vec![id.into()]).await?;
    let row = rows.first().ok_or_else(Error::not_found)?;
    judged(row, today)
}

/// Candidates within `scope` in order of id, with the facts about each, in one statement.
pub async fn files(
    tx: &Tx,
    scope: &str,
    after: Option<Uuid>,
    limit: u32,
    today: NaiveDate,
) -> Result<Vec<(candidate::Model, Facts)>> {
    let facts = value("c.id", "c.branch_id", "c.organization_id", "'{}'::uuid[]");
    let columns = candidate::Model::COLUMNS.join(", c.");
    let sql = format!(
        "select c.{columns}, {facts} as facts from candidate c \
          where c.id > $1 and c.deleted_at is null and ({scope}) order by c.id limit {limit}"
    );
    let after = after.unwrap_or(Uuid::nil());
    let rows = tx.rows(&sql, vec![after.into()]).await?;
    rows.iter().map(|row| judged(row, today)).collect()
}

/// Decodes a candidate's columns followed by the facts.
fn judged(row: &Row, today: NaiveDate) -> Result<(candidate::Model, Facts)> {
    let candidate = candidate::Model::decode(row)?;
    let read: &str = row
        .try_get(candidate::Model::COLUMNS.len())
        .map_err(Error::internal)?;
    let read = serde_json::from_str(read).map_err(Error::internal)?;
    let facts = judgeable(&candidate, read, today)?;
    Ok((candidate, facts))
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

/// Converts what was read into the rules' own types.
fn judgeable(row: &candidate::Model, read: Read, today: NaiveDate) -> Result<Facts> {
    let around = read.around.unwrap_or_default();
    let acts = read.acts.or(around.acts).unwrap_or_default();
    let acts = acts
        .into_iter()
        .map(|(id, account, role, kind, data, regulation)| {
            let act = Act::read(kind, &*data)
                .map_err(|e| Error::internal(anyhow::anyhow!("act {id}: {e}")))?;
            Ok(Recorded {
                id,
                account,
                role,
                act,
                regulation: Some(regulation),
            })
        });
    let acts = acts.collect::<Result<Vec<_>>>()?;
    let members = around.members.unwrap_or_default().into_iter();
    Ok(Facts {
        birth_date: row.birth_date,
        general_education: row.general_education,
        youth_union_member: row.youth_union_member,
        trade_union_member: row.trade_union_member,
        branch: row.branch_id,
        unit_has_youth_union: around.has_youth_union.unwrap_or(true),
        members: members
            .map(
                |(id, official_from, stays, activities, open_sponsorships)| {
                    (
                        id,
                        Registered {
                            official_from,
                            stays,
                            activities,
                            open_sponsorships,
                        },
                    )
                },
            )
            .collect(),
        register: around.register.unwrap_or_default(),
        settings: around.settings.unwrap_or_default().into_iter().collect(),
        holidays: around.holidays.unwrap_or_default(),
        in_open_review: around.in_open_review,
        today,
        acts,
    })
}
