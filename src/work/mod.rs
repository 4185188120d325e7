//! The branches' daily work: activities, work plans, inspections, problem reports, guidance,
//! distribution of papers, and the overview of it all.
//!
//! One file a resource; each begins with its table of verbs and handlers.
mod activities;
mod dispatches;
mod guidance;
mod inspections;
mod overview;
mod problem_reports;
mod problem_steps;
mod work_plans;

pub use activities::ActivityRecord;
pub use dispatches::Dispatch;
pub use guidance::Guidance;
pub use inspections::Inspection;
pub use problem_reports::ProblemReport;
pub use work_plans::WorkPlan;

use serde::de::DeserializeOwned;

use crate::prelude::*;

/// Operations on an existing row: they need `If-Match`.
pub const STEPS: [&str; 7] = [
    "complete_inspection",
    "forward_problem_report",
    "answer_problem_report",
    "close_problem_report",
    "reopen_problem_report",
    "write_problem_message",
    "publish_edition",
];

pub fn configure(v1: &mut ServiceConfig) {
    activities::configure(v1);
    work_plans::configure(v1);
    inspections::configure(v1);
    problem_reports::configure(v1);
    problem_steps::configure(v1);
    guidance::configure(v1);
    dispatches::configure(v1);
    overview::configure(v1);
}

/// All faults at once, or none.
fn refuse(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

/// A list as a column keeps it.
fn kept<T: Serialize>(list: &T) -> serde_json::Value {
    serde_json::to_value(list).unwrap_or_default()
}

/// A list from a column.
fn read<T: DeserializeOwned>(column: serde_json::Value) -> Vec<T> {
    serde_json::from_value(column).unwrap_or_default()
}

fn in_future(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "in_future",
        say("Ngày ở tương lai.", "The date is in the future."),
    )
}

fn too_early(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "too_early",
        say("Ngày quá sớm.", "The date is too early."),
    )
}

fn required(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "required",
        say("Cần trường này.", "This field is needed."),
    )
}

/// Names each value that stands in a list for the second time.
fn repeated<T: PartialEq>(pointer: &str, list: &[T], faults: &mut Vec<Fault>) {
    for (i, value) in list.iter().enumerate() {
        if list[..i].contains(value) {
            faults.push(Fault::pointer(
                format!("{pointer}/{i}"),
                "repeated",
                say("Giá trị lặp lại.", "The value stands there twice."),
            ));
        }
    }
}

/// Rows with a branch, of the whole organisation, of one's own branches; for no union.
fn of_branch(reach: Reach) -> &'static str {
    match reach {
        Reach::Everything | Reach::Assigned | Reach::OwnBranch => scope::person(reach),
        Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own => "false",
    }
}
