//! Whether the organisation already knows a person.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::db::Tx;
use crate::error::Result;

/// What other rows say about a person's name and birth date.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// Has an open candidacy somewhere in the organisation.
    pub open_candidacy: bool,
    /// Is or was a Party member here.
    pub member: bool,
    /// The latest candidacy that ended before admission.
    pub previous: Option<Uuid>,
}

impl Known {
    pub const fn at_all(self) -> bool {
        self.open_candidacy || self.member
    }
}

/// Whether a row other than `except` is about a person of this name and birth date. Serialises
/// concurrent calls for one person until the transaction ends.
pub async fn known_person(
    tx: &Tx,
    name: &str,
    born: NaiveDate,
    except: Option<Uuid>,
) -> Result<Known> {
    let lock = "select pg_advisory_xact_lock(hashtextextended((select app.organization())::text || app.fold($1::text) || $2::date::text, 0))";
    tx.rows(lock, vec![name.into(), born.into()]).await?;
    let rows = tx
        .rows(
            "select open_candidacy, member, previous_id from app.known_person($1, $2, $3)",
            vec![name.into(), born.into(), except.into()],
        )
        .await?;
    Ok(rows.first().map_or_else(Known::default, |r| Known {
        open_candidacy: r.get(0),
        member: r.get(1),
        previous: r.get(2),
    }))
}
