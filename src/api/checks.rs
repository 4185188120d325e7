//! Faults and checks that several features share.
use chrono::{Datelike as _, NaiveDate};
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::db::tables::candidate;
use crate::db::{Tx, any_of, any_row};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;

/// Years of plans, terms and reports begin here.
const FIRST_YEAR: i32 = 1990;

/// The age that nobody exceeds.
const OLDEST: i32 = 110;

/// Fails with all the faults at once, if there are any.
pub fn refuse(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// Serializes a list for a JSON column.
pub fn kept<T: Serialize>(list: &T) -> serde_json::Value {
    serde_json::to_value(list).unwrap_or_default()
}

/// Deserializes a JSON column. If it holds something else, which only a fault of ours can have
/// written, the field is shown empty and the log names its type, never the value.
pub fn read<T: DeserializeOwned + Default>(column: serde_json::Value) -> T {
    serde_json::from_value(column).unwrap_or_else(|_| {
        tracing::error!("a JSON column holds no {}", std::any::type_name::<T>());
        T::default()
    })
}

pub fn in_future(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "in_future",
        say("Ngày ở tương lai.", "The date is in the future."),
    )
}

/// 422 that names the field, if the day, where there is one, is still to come.
pub fn expect_not_in_future(
    pointer: &str,
    day: impl Into<Option<NaiveDate>>,
    today: NaiveDate,
) -> Result<()> {
    if day.into().is_some_and(|day| day > today) {
        return Err(Error::faults(
            Code::ValidationFailed,
            vec![in_future(pointer)],
        ));
    }
    Ok(())
}

/// 409 for a person who was erased: nothing more happens to what is left of them.
pub fn expect_not_erased(erased_on: Option<NaiveDate>) -> Result<()> {
    if erased_on.is_none() {
        return Ok(());
    }
    Err(erased_for_good())
}

/// The same for what belongs to the files of these ids.
pub async fn expect_none_erased(tx: &Tx, files: Vec<Uuid>) -> Result<()> {
    let gone = any_of((candidate::Entity, candidate::Column::Id), files)
        .and(candidate::Column::ErasedOn.is_not_null());
    match tx.ask([any_row::<candidate::Entity>(gone)]).await? {
        [false] => Ok(()),
        [true] => Err(erased_for_good()),
    }
}

pub fn erased_for_good() -> Error {
    Error::new(Code::InvalidTransition).detail(say(
        "Dữ liệu cá nhân của người này đã bị xóa vĩnh viễn: chỉ còn các việc và số liệu, không sửa được nữa.",
        "This person's data were erased for good: only acts and figures are left, and they can no longer be changed.",
    ))
}

/// A day before the first year that plans and terms have.
pub fn long_ago(pointer: &str, day: impl Into<Option<NaiveDate>>) -> Option<Fault> {
    let old = day.into().is_some_and(|day| day.year() < FIRST_YEAR);
    old.then(|| {
        let words = say(
            format!("Không trước năm {FIRST_YEAR}."),
            format!("Not before {FIRST_YEAR}."),
        );
        Fault::pointer(pointer, "too_early", words)
    })
}

/// The birth of somebody who would be older than anybody is.
pub fn born_long_ago(pointer: &str, born: NaiveDate, today: NaiveDate) -> Option<Fault> {
    (today.year() - born.year() > OLDEST).then(|| {
        let words = say(
            format!("Người này sẽ quá {OLDEST} tuổi."),
            format!("The person would be older than {OLDEST}."),
        );
        Fault::pointer(pointer, "too_early", words)
    })
}

pub fn too_early(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "too_early",
        say("Ngày quá sớm.", "The date is too early."),
    )
}

/// 422 for the first day of a change that is still to come, or not after the change before.
pub fn day_of_a_change(pointer: &str) -> Error {
    Error::invalid(
        pointer,
        "out_of_range",
        say(
            "Ngày thay đổi phải sau lần thay đổi trước và không sau hôm nay.",
            "The day of the change must be after the previous change, and not in the future.",
        ),
    )
}

pub fn required(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "required",
        say("Cần trường này.", "This field is required."),
    )
}

/// Adds a fault for each value that repeats an earlier one.
pub fn repeated<T: PartialEq>(pointer: &str, list: &[T], faults: &mut Vec<Fault>) {
    for (i, value) in list.iter().enumerate() {
        if list[..i].contains(value) {
            faults.push(Fault::pointer(
                format!("{pointer}/{i}"),
                "repeated",
                say("Giá trị lặp lại.", "This value is repeated."),
            ));
        }
    }
}
