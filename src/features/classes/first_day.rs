//! Who has a place in a class that is to begin on another day, or to be of another kind.
use chrono::NaiveDate;
use uuid::Uuid;

use super::store;
use crate::auth::By;
use crate::db::Tx;
use crate::db::tables::class;
use crate::error::{Fault, Result};
use crate::law::enrolment::{Lesson, loses};
use crate::law::regulation::Regulations;
use crate::law::say;
use crate::{facts, recording};

/// Files judged in one statement.
const BATCH: u32 = 50;

/// Places that a refusal names.
const MOST_NAMED: usize = 20;

/// The places in the class that would be none if it were as it is to be: of who is enrolled, or has
/// its certificate.
pub(super) async fn misplaced(
    tx: &Tx,
    by: By<'_>,
    law: &Regulations,
    (class, new): (&class::Model, Lesson),
    today: NaiveDate,
) -> Result<Vec<Uuid>> {
    let files = async || {
        let (mut after, mut places) = (None, Vec::new());
        loop {
            let seated = store::seated(class.id);
            let page = facts::files(tx, seated, after, BATCH, today).await?;
            let lost = page.iter();
            places.extend(lost.filter_map(|(_, facts)| loses(facts, law, class.id, &new)));
            if page.len() < BATCH as usize || places.len() >= MOST_NAMED {
                places.truncate(MOST_NAMED);
                return Ok(places);
            }
            after = page.last().map(|(row, _)| row.id);
        }
    };
    recording::of_everybody(tx, by, class.organization_id, files).await
}

/// The refusal that names these places.
pub(super) fn enrolled(pointer: &str, places: &[Uuid]) -> Fault {
    let places: Vec<String> = places.iter().map(Uuid::to_string).collect();
    let named = places.join(", ");
    let words = say(
        format!(
            "Nếu đổi như vậy thì có người đã có tên hoặc đã được cấp giấy chứng nhận không thuộc đối tượng của lớp vào ngày mở lớp; mã ghi danh: {named}."
        ),
        format!(
            "Somebody enrolled or certified would have had no place in the class on its first day; enrolments: {named}."
        ),
    );
    Fault::pointer(pointer, "enrolled", words)
}
