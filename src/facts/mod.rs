//! The only bridge from tables to rules: what the regulations ask about, read inside the caller's transaction in a fixed number of statements.
mod candidacy;

pub use candidacy::candidacy;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Result;
use crate::rules::settings::Setting;
use crate::rules::{Stage, classes};

/// The organisation's value of a setting, or its default.
pub async fn setting(tx: &Tx, which: &Setting) -> Result<i32> {
    let rows = tx
        .rows("select (value #>> '{}')::int from setting where organization_id = (select app.organization()) and key = $1", vec![which.key.into()])
        .await?;
    Ok(rows.first().map_or(which.default, |r| r.get(0)))
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
