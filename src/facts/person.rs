//! Whether the organisation already knows a person.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use uuid::Uuid;

use crate::db::{Table, Tx, any_row, functions, locks, same_name};
use crate::error::{Code, Error, Fault, Result};
use crate::law::{Stage, say};

/// What other rows say about a person's name and birth date.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Has an open candidacy somewhere in the organisation.
    pub open_candidacy: bool,
    /// The rows by which the person is or was a member here.
    pub members: Vec<Uuid>,
    /// Has died as a candidate.
    pub dead: bool,
    /// The latest candidacy that ended before admission.
    pub previous: Option<Uuid>,
    /// The day on which that one ended; no new attempt begins before it.
    pub previous_ended_on: Option<NaiveDate>,
}

impl Known {
    /// Is or was a Party member here, or has died as a candidate: nobody to nominate.
    pub const fn former(&self) -> bool {
        self.dead || !self.members.is_empty()
    }

    pub const fn at_all(&self) -> bool {
        self.open_candidacy || self.former()
    }

    /// The earlier attempt had not ended yet on that day.
    pub fn open_on(&self, day: NaiveDate) -> bool {
        self.previous_ended_on.is_some_and(|ended| day < ended)
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
    tx.later(locks::person(name.to_owned(), born)).await;
    known_to_all(tx, name, born, except).await
}

/// The same for a caller that holds the lock on the person.
pub async fn known_to_all(
    tx: &Tx,
    name: &str,
    born: NaiveDate,
    except: Option<Uuid>,
) -> Result<Known> {
    let known = functions::known_person(name.to_owned(), born, except, None);
    let known = tx.one(known).await?.map(|known| {
        let dead = known.previous_stage == Some(Stage::Deceased);
        Known {
            open_candidacy: known.open_candidacy,
            members: known.members,
            dead,
            previous: known.previous_id.filter(|_| !dead),
            previous_ended_on: known.previous_ended_on.filter(|_| !dead),
        }
    });
    Ok(known.unwrap_or_default())
}

/// Whether the row of this id bears the name, however it is spelt, and the birth date.
pub fn bears<E: Table>(
    [id, name, birth]: [E::Column; 3],
    this: Uuid,
    (named, born): (&str, NaiveDate),
) -> Expr {
    any_row::<E>(id.eq(this).and(birth.eq(born)).and(same_name(name, named)))
}

/// 409 if another member or open candidacy of the organisation bears the citizen number of this
/// index, or one that has ended and is not this person's by name and birth date; whose it is is not said.
pub async fn expect_new_citizen(
    tx: &Tx,
    citizen: Option<&[u8]>,
    (name, born): (&str, NaiveDate),
    except: Option<Uuid>,
) -> Result<()> {
    let Some(citizen) = citizen else {
        return Ok(());
    };
    tx.execute(locks::citizen(citizen.to_vec())).await?;
    let known = functions::known_person(name.to_owned(), born, except, Some(citizen.to_vec()));
    if tx.one(known).await?.is_some_and(|known| known.citizen) {
        let words = say("Giá trị này đã được dùng.", "This value is already in use.");
        return Err(Error::faults(
            Code::Duplicate,
            vec![Fault::pointer("/citizen_id", "duplicate", words)],
        ));
    }
    Ok(())
}
