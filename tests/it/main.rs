//! One test binary for everything that goes through HTTP: the features, the journeys,
//! and the house-wide checks.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod support;

mod access;
mod activities;
mod acts;
mod architecture;
mod auth;
mod branches;
mod calendars;
mod classes;
mod concurrency;
mod contract;
mod conventions;
mod coverage;
mod deadlines;
mod dispatches;
mod durability;
mod features;
mod guidance;
mod inspections;
mod isolation;
mod journeys;
mod law;
mod lists;
mod moves;
mod overview;
mod people;
mod performance;
mod problem_reports;
mod procedure;
mod procedure_exits;
mod process;
mod properties;
mod quota_plans;
mod regulations;
mod reports;
mod reviews;
mod robust;
mod rows;
mod schema;
mod source_plans;
mod term;
mod terms;
mod tls;
mod work_plans;
mod writes;
