//! Writes the demo's acts to the database, together with the facts they are judged by.
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use tokio_postgres::{Transaction, types::Json};
use uuid::Uuid;

use super::acts::{Story, Written, uuid};
use super::cases::{self, Case};
use super::{RowKind, Rows, id, later};
use crate::law::Stage;
use crate::law::acts;
use crate::law::calendar::Holidays;
use crate::law::judgement::Facts;
use crate::law::register::{Activities, Line, Register, Registered, Stay};
use crate::law::regulation::{BUILT_IN, Regulations};
use crate::law::text::Text;
use crate::law::words::{Activity, ClassKind, DayKind, GeneralEducation};
use crate::recording::carry;
use crate::sealing::Seals;
use crate::sealing::columns::texts;

fn date_of(row: &Value, name: &str) -> Option<NaiveDate> {
    row[name].as_str().and_then(|d| d.parse().ok())
}

/// The days off and days worked in lieu.
pub(super) fn holidays(rows: &Rows) -> Holidays {
    let kind = |row: &Value| DayKind::parse(row["kind"].as_str()?);
    let listed = rows.of("holiday").iter();
    listed
        .filter_map(|row| date_of(row, "on_date").zip(kind(row)))
        .collect()
}

/// The facts about a person, from the demo's own rows.
fn facts(rows: &Rows, case: &Case, candidate: &Value, today: NaiveDate) -> Facts {
    let branch = uuid(RowKind::Branch, case.branch, 0);
    let mut facts = Facts {
        birth_date: date_of(candidate, "birth_date").unwrap_or_default(),
        birth_year_only: false,
        hidden_birth: None,
        general_education: candidate["general_education"]
            .as_str()
            .and_then(GeneralEducation::parse),
        youth_union_member: candidate["youth_union_member"] == true,
        youth_union_changed_on: Vec::new(),
        trade_union_member: candidate["trade_union_member"] == true,
        trade_union_changed_on: Vec::new(),
        branch,
        moves: Vec::new(),
        own_stays: Vec::new(),
        youth_unions: Vec::new(),
        members: BTreeMap::new(),
        register: Register::default(),
        settings: crate::law::settings::Values::default(),
        holidays: holidays(rows),
        elsewhere: BTreeSet::new(),
        in_open_review: false,
        offered: false,
        seats: Vec::new(),
        earlier: Vec::new(),
        namesake_waits: false,
        today,
        acts: Vec::new(),
    };
    for row in rows
        .of("member")
        .iter()
        .filter(|r| r["branch_id"] == branch.to_string())
    {
        let official_from = date_of(row, "official_on").max(date_of(row, "recognised_on"));
        let joined_on = date_of(row, "joined_on").unwrap_or_default();
        let activity = row["activity"].as_str().and_then(Activity::parse);
        let activities = Activities::always(activity.unwrap_or(Activity::Active));
        let Some(member) = row["id"].as_str().and_then(|id| Uuid::parse_str(id).ok()) else {
            continue;
        };
        facts.register.0.push(Line {
            member: Some(member),
            from_on: joined_on,
            to_on: None,
            official_from,
            activities: activities.clone(),
        });
        facts.members.insert(
            member,
            Registered {
                official_from,
                stays: vec![Stay(branch, joined_on, None)],
                activities,
                sponsored: Vec::new(),
            },
        );
    }
    facts
}

/// All acts of the demo, judged; [`write`] stores them.
pub struct History(Vec<(Uuid, Vec<Written>)>);

/// `later`: the day of a demo that is loaded after its term. Nothing has happened after it.
pub fn tell(
    rows: &Rows,
    law: &Regulations,
    cases: &[Case],
    later: Option<NaiveDate>,
) -> anyhow::Result<History> {
    let mut history = Vec::new();
    for (n, case) in cases::numbered(cases) {
        let own = id(RowKind::Candidate, case.branch, n);
        let of = |table: &'static str| rows.of(table).iter().filter(|r| r["candidate_id"] == own);
        let candidate = rows
            .of("candidate")
            .iter()
            .find(|r| r["id"] == own)
            .context("candidate")?;
        let sponsors = of("sponsorship")
            .filter_map(|r| r["member_id"].as_str())
            .filter_map(|m| Uuid::parse_str(m).ok())
            .collect();
        let certificate = of("enrolment").find(|r| r["state"] == "completed");
        let certificate = certificate.and_then(|r| {
            Some(acts::Certificate {
                on: date_of(r, "certificate_on")?,
                class_kind: ClassKind::Awareness,
                enrolment_id: Uuid::parse_str(r["id"].as_str()?).ok()?,
                number: Text::stored(r["certificate_number"].as_str()?.to_owned()),
                valid_to: date_of(r, "certificate_valid_to"),
                corrects: None,
            })
        });
        let mut story = Story {
            case,
            candidate: Uuid::parse_str(&own)?,
            facts: facts(rows, case, candidate, later.unwrap_or(NaiveDate::MAX)),
            sponsors,
            law,
            written: Vec::new(),
            recorded: 0,
        };
        story.tell(certificate)?;
        let stage = story.written.last().map(|w| w.stage_after);
        if stage.map(Stage::wire) != Some(case.stage) {
            bail!(
                "candidate {n} of branch {} ends as {stage:?}, not {}",
                case.branch,
                case.stage
            );
        }
        if let Some(today) = later {
            story.go_on(later::since(case, n), today)?;
        }
        history.push((story.candidate, story.written));
    }
    Ok(History(history))
}

/// Stores the acts and carries their effects.
pub async fn write(
    tx: &Transaction<'_>,
    history: History,
    seals: Option<&Seals>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let insert = tx
        .prepare(
            "insert into act (id, organization_id, branch_id, recorded_branch_id, candidate_id, seq, kind, on_date, data, regulation, corrects_id, stage_after, account_id, role, version, recorded_at, vote, texts) \
             select $1, organization_id, branch_id, branch_id, id, $3, $4::text, $5, $6, $7, null, $8::text, $9, $10::text, $3, $11, $12, $13 from candidate where id = $2",
        )
        .await?;
    let identity = tx
        .prepare("select set_config('app.account', $1, true)")
        .await?;
    let carry = tx.prepare("select app.carry($1, $2)").await?;
    let mut at = now;
    let key = tx.prepare("select data_key from candidate where id = $1");
    let key = key.await?;
    for (candidate, written) in history.0 {
        let key: Option<Vec<u8>> = tx.query_one(&key, &[&candidate]).await?.get(0);
        let person = seals.zip(key.as_deref());
        let person = person.map(|(seals, key)| seals.person(candidate, key));
        let person = person.transpose()?;
        for (seq, one) in (1_i32..).zip(written) {
            at += TimeDelta::microseconds(1);
            let (id, account) = (one.recorded.id, one.recorded.account);
            let (act, prose) = one.recorded.act.without_texts()?;
            let (kind, role) = (act.kind().wire(), one.recorded.role.wire());
            let on = act.on();
            let data = Json(act.data()?);
            let prose = (!prose.is_empty()).then(|| Value::Object(prose).to_string());
            let prose = prose.zip(person.as_ref());
            let prose = prose.map(|(prose, person)| person.seal_in(texts(id), &prose));
            let prose = prose.transpose()?;
            let stage = one.stage_after.wire();
            tx.execute(
                &insert,
                &[
                    &id,
                    &candidate,
                    &seq,
                    &kind,
                    &on,
                    &data,
                    &one.regulation,
                    &stage,
                    &account,
                    &role,
                    &at,
                    &one.vote.map(Json),
                    &prose,
                ],
            )
            .await?;
            tx.execute(&identity, &[&account.to_string()]).await?;
            tx.execute(
                &carry,
                &[&id, &Json(carry::value(&one.effects, None, false))],
            )
            .await?;
        }
    }
    tx.batch_execute("select set_config('app.account', '', true)")
        .await?;
    Ok(())
}

/// The regulations that the demo is judged by.
pub fn law() -> anyhow::Result<Regulations> {
    Regulations::read(BUILT_IN).map_err(|wrong| anyhow::anyhow!("{wrong}"))
}
