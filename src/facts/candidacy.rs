//! Everything that the regulations ask about a person: the acts, and what stands beside them. Two statements, whatever the history's length.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::db::Tx;
use crate::entity::candidate;
use crate::error::{Error, Result};
use crate::rules::acts::Act;
use crate::rules::file::Recorded;
use crate::rules::procedure::{Facts, MemberFact};
use crate::rules::settings::{self, Setting};
use crate::rules::vocabulary::GeneralEducation;

/// The acts of a candidacy in their order.
async fn acts(tx: &Tx, candidate: Uuid) -> Result<Vec<Recorded>> {
    let rows = tx.rows("select id, account_id, role, kind, data from (select * from act where candidate_id = $1 union all select * from app.union_acts($1)) a order by seq", vec![candidate.into()]).await?;
    rows.iter()
        .map(|r| {
            let act = Act::parse(r.get(3), r.get(4)).ok_or_else(|| Error::internal(anyhow::anyhow!("an act that cannot be read")))?;
            Ok(Recorded { id: r.get(0), account: r.get(1), role: r.get(2), act })
        })
        .collect()
}

/// Members whom an act names.
fn named(act: &Act) -> Option<Uuid> {
    match act {
        Act::Introduction(a) => a.member_id,
        Act::Sponsorship(a) => Some(a.member_id),
        Act::SponsorshipEnd(a) => Some(a.member_id),
        Act::SponsorNote(a) => Some(a.member_id),
        Act::Nomination(_)
        | Act::PlanDecision(_)
        | Act::TestAssignment(_)
        | Act::TestResult(_)
        | Act::Certificate(_)
        | Act::Dossier(_)
        | Act::Document(_)
        | Act::Verification(_)
        | Act::PoliticalIssue(_)
        | Act::Opinion(_)
        | Act::Resolution(_)
        | Act::Submission(_)
        | Act::Return(_)
        | Act::Decision(_)
        | Act::Ceremony(_)
        | Act::Waiver(_)
        | Act::Recognition(_)
        | Act::Exit(_)
        | Act::Readmission(_)
        | Act::Annulment(_) => None,
    }
}

/// Id, official since, branch, active, open sponsorships.
type Known = (Uuid, Option<NaiveDate>, Uuid, bool, i32);

#[derive(Default, Deserialize)]
struct Beside {
    youth_union: Option<bool>,
    register: Option<Vec<(NaiveDate, Option<NaiveDate>)>>,
    members: Option<Vec<Known>>,
    house: Option<House>,
}

#[derive(Default, Deserialize)]
struct House {
    settings: Option<serde_json::Map<String, Value>>,
    holidays: Option<std::collections::BTreeMap<NaiveDate, String>>,
}

/// What stands beside the acts, in one statement.
async fn beside(tx: &Tx, row: &candidate::Model, members: BTreeSet<Uuid>) -> Result<Beside> {
    let rows = tx
        .rows(
            "select jsonb_build_object(\
               'youth_union', (select has_youth_union from branch where id = $1), \
               'register', (select jsonb_agg(jsonb_build_array(from_on, to_on)) from app.branch_register($1)), \
               'members', (select jsonb_agg(jsonb_build_array(id, official_on, branch_id, active, open_sponsorships)) from app.member_facts($2)), \
               'house', app.house_facts($3))",
            vec![row.branch_id.into(), members.into_iter().collect::<Vec<_>>().into(), row.organization_id.into()],
        )
        .await?;
    let beside: Value = rows.first().map(|r| r.get(0)).unwrap_or_default();
    serde_json::from_value(beside).map_err(Error::internal)
}

/// The facts about `row`; `new` is the act to be judged, whose member is looked up too.
pub async fn candidacy(tx: &Tx, row: &candidate::Model, new: Option<&Act>, today: NaiveDate) -> Result<Facts> {
    // a candidacy that is just being opened asks about the person only
    let opens = matches!(new, Some(Act::Nomination(_) | Act::Readmission(_)));
    let acts = if opens { Vec::new() } else { acts(tx, row.id).await? };
    let members: BTreeSet<Uuid> = acts.iter().map(|r| &r.act).chain(new).filter_map(named).collect();
    let beside = if opens { Beside::default() } else { beside(tx, row, members).await? };
    let (values, holidays) = beside.house.map(|h| (h.settings.unwrap_or_default(), h.holidays.unwrap_or_default())).unwrap_or_default();
    let setting = |s: &Setting| values.get(s.key).and_then(Value::as_i64).and_then(|n| i32::try_from(n).ok()).unwrap_or(s.default);
    let whole = |s: &Setting| u32::try_from(setting(s)).unwrap_or(0);
    Ok(Facts {
        birth_date: row.birth_date,
        general_education: row.general_education.as_deref().and_then(GeneralEducation::parse),
        priority_group: row.priority_group.is_some(),
        youth_union_member: row.youth_union_member,
        trade_union_member: row.trade_union_member,
        branch: row.branch_id,
        unit_has_youth_union: beside.youth_union.unwrap_or(true),
        members: beside
            .members
            .unwrap_or_default()
            .into_iter()
            .map(|(id, official_on, branch, active, open_sponsorships)| (id, MemberFact { official_on, branch, active, open_sponsorships }))
            .collect(),
        register: beside.register.unwrap_or_default(),
        youth_age_limit: whole(&settings::YOUTH_AGE_LIMIT),
        minimum_months_in_plan: whole(&settings::MINIMUM_MONTHS_IN_PLAN),
        sponsorship_load_limit: setting(&settings::SPONSORSHIP_LOAD_LIMIT),
        holidays,
        today,
        acts,
    })
}
