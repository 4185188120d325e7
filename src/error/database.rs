//! What a refusal of the database means for the caller.
use actix_web::http::header::RETRY_AFTER;

use serde_json::Value;

use super::{Code, Error, Fault};
use crate::db::Failure;
use crate::db::constraints::CHECKS;
use crate::law::{Words, say};

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let (state, constraint) = match failure {
            Failure::Refused { state, constraint } => (state, constraint.unwrap_or_default()),
            Failure::Closed => return Self::unavailable(anyhow::anyhow!("the connection is gone")),
            Failure::NoConnection => {
                return Self::unavailable(anyhow::anyhow!("no connection was free in time"));
            }
            Failure::Unreadable(what) | Failure::Misuse(what) => {
                return Self::internal(anyhow::anyhow!(what));
            }
        };
        let constraint = constraint.as_str();
        let cause = anyhow::anyhow!("SQLSTATE {state} {constraint}");
        match state.as_str() {
            "KN401" => Self::new(Code::TokenRevoked),
            // another request is using the Idempotency-Key, or its answer is stored
            "KN409" => Self::new(Code::IdempotencyInProgress).header(RETRY_AFTER, "1"),
            "KN422" => Self::new(Code::IdempotencyKeyReused),
            "23505" => constraint_fault(
                Code::Duplicate,
                constraint,
                "duplicate",
                &say("Giá trị này đã được dùng.", "This value is already in use."),
            )
            .cause(cause),
            "23P01" => constraint_fault(
                Code::ValidationFailed,
                constraint,
                "overlaps",
                &say(
                    "Trùng thời gian với bản ghi khác.",
                    "Overlaps with another row.",
                ),
            )
            .cause(cause),
            "23514" if constraint == "class_seats" => Self::new(Code::CapacityReached),
            // it can only be violated by a move dated before another one
            "23514" if constraint == "membership_period" => constraint_fault(
                Code::ValidationFailed,
                constraint,
                "before_last_move",
                &say(
                    "Từ ngày này trở đi đã ghi nhận một lần chuyển chi bộ khác.",
                    "Another move between branches is on record for this day or later.",
                ),
            )
            .cause(cause),
            "23514" => unfit(constraint).cause(cause),
            "23503" => constraint_fault(
                Code::ValidationFailed,
                constraint,
                "unknown_reference",
                &say("Không có bản ghi này.", "There is no such row."),
            )
            .cause(cause),
            // row-level security refused what our own checks allowed; nothing was written
            "42501" => Self::new(Code::Forbidden).cause(cause),
            "40001" | "40P01" => {
                let mut e = Self::unavailable(cause);
                e.0.retry = true;
                e
            }
            "55P03" | "57014" | "57P01" | "57P02" | "57P03" | "53300" | "53100" | "53200"
            | "25P03" => Self::unavailable(cause),
            _ => Self::internal(cause),
        }
    }
}

/// The code of a fault of several fields together.
const INCONSISTENT: &str = "inconsistent";

/// What does not fit together, at the first of the fields that the constraint compares.
fn unfit(constraint: &str) -> Error {
    let known = CHECKS.iter().find(|(name, ..)| *name == constraint);
    let Some((_, fields, [vi, en])) = known else {
        let words = say(
            "Các giá trị không phù hợp với nhau.",
            "The values do not fit together.",
        );
        return Error::new(Code::ValidationFailed).detail(words);
    };
    let words = say(*vi, *en);
    let first = fields.iter().take(1);
    let faults = first.map(|field| Fault::pointer(*field, INCONSISTENT, words.clone()));
    Error::faults(Code::ValidationFailed, faults.collect()).detail(words)
}

impl Error {
    /// Moves the fault of fields that do not fit together to the first of them that the patch sends.
    #[must_use]
    pub fn of_sent(mut self, patch: &Value) -> Self {
        let Some(told) = self.0.faults.iter().find(|f| f.code == INCONSISTENT) else {
            return self;
        };
        let about = CHECKS.iter().find(|(.., words)| words[1] == told.detail.en);
        let fields = about.into_iter().flat_map(|(_, fields, _)| fields.iter());
        let sent = fields.filter(|field| patch.pointer(field).is_some());
        let sent = sent
            .take(1)
            .map(|field| Fault::pointer(*field, INCONSISTENT, told.detail.clone()));
        let sent: Vec<Fault> = sent.collect();
        if !sent.is_empty() {
            self.0.faults = sent;
        }
        self
    }
}

fn constraint_fault(code: Code, constraint: &str, fault: &'static str, words: &Words) -> Error {
    match crate::db::constraints::FIELDS
        .iter()
        .find(|(name, _)| *name == constraint)
    {
        Some((_, pointer)) => {
            Error::faults(code, vec![Fault::pointer(*pointer, fault, words.clone())])
                .detail(words.clone())
        }
        None => Error::new(code).detail(words.clone()),
    }
}
