//! The only bridge from tables to rules: what the regulations ask about, read inside the caller's transaction in a fixed number of statements.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Result;
use crate::rules::settings::{self, Setting};
use crate::rules::{Stage, classes, sponsorship};

/// The organisation's value of a setting, or its default.
pub async fn setting(tx: &Tx, which: &Setting) -> Result<i32> {
    let rows = tx
        .rows("select (value #>> '{}')::int from setting where organization_id = (select app.organization()) and key = $1", vec![which.key.into()])
        .await?;
    Ok(rows.first().map_or(which.default, |r| r.get(0)))
}

/// What assigning a sponsor asks; `None`: no such member within reach. The sponsor is locked first: two assignments cannot both take the last place.
pub async fn sponsorship(
    tx: &Tx,
    candidate: Uuid,
    stage: &str,
    branch: Uuid,
    member: Uuid,
    on: NaiveDate,
    other_branch_reason: bool,
) -> Result<Option<sponsorship::Facts>> {
    tx.rows("select app.lock_sponsor($1)", vec![member.into()]).await?;
    let load_limit = setting(tx, &settings::SPONSORSHIP_LOAD_LIMIT).await?;
    let rows = tx
        .rows(
            "select m.official_on, m.activity = 'active', m.branch_id, \
               coalesce((select open from app.sponsor_loads(array[m.id])), 0), \
               (select count(*)::int from sponsorship s where s.candidate_id = $2 and s.to_on is null), \
               exists (select 1 from sponsorship s where s.candidate_id = $2 and s.member_id = m.id and s.to_on is null) \
             from member m where m.id = $1 and m.deleted_at is null and m.organization_id = (select app.organization())",
            vec![member.into(), candidate.into()],
        )
        .await?;
    Ok(rows.first().map(|r| sponsorship::Facts {
        on,
        official_on: r.get(0),
        active: r.get(1),
        same_branch: r.get::<_, Uuid>(2) == branch,
        open_sponsorships: r.get(3),
        load_limit,
        open_sponsors: r.get(4),
        already_sponsors: r.get(5),
        other_branch_reason,
        stage: Stage::parse(stage).unwrap_or(Stage::Deceased),
    }))
}

/// What enrolling in a class asks.
pub async fn enrolment(tx: &Tx, candidate: Uuid, stage: &str, kind: classes::Kind, starts_on: NaiveDate) -> Result<classes::Facts> {
    let rows = tx
        .rows(
            "select max(e.certificate_valid_to), bool_or(e.certificate_number is not null) from enrolment e join class c on c.id = e.class_id \
             where e.candidate_id = $1 and c.kind = $2 and e.state = 'completed'",
            vec![candidate.into(), kind.wire().into()],
        )
        .await?;
    let row = rows.first();
    Ok(classes::Facts {
        kind,
        starts_on,
        stage: Stage::parse(stage).unwrap_or(Stage::Deceased),
        certified: row.is_some_and(|r| r.get::<_, Option<bool>>(1).unwrap_or(false)),
        certificate_valid_to: row.and_then(|r| r.get(0)),
    })
}
