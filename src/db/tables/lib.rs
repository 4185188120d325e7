//! Entities, one file per table, and how their rows are read. No logic and no names of the API.
//!
//! A crate of its own because what their derives expand to is a third of all code that is compiled;
//! so it is not compiled again when a feature changes.
pub mod access_entry;
pub mod account;
pub mod act;
pub mod activity;
pub mod attendance;
pub mod audit_entry;
pub mod branch;
pub mod branch_change;
pub mod branch_classification;
pub mod branch_officer;
pub mod branch_overseer;
pub mod calendar_feed;
pub mod candidate;
pub mod class;
pub mod class_session;
pub mod deadline;
pub mod deadline_settlement;
pub mod department;
pub mod dispatch;
pub mod enrolment;
pub mod erasure;
pub mod guidance;
pub mod guidance_edition;
pub mod holiday;
pub mod idempotency_key;
pub mod index_proof;
pub mod inspection;
pub mod later_admission;
pub mod member;
pub mod member_activity_change;
pub mod member_leaving;
pub mod membership;
pub mod nomination;
pub mod organization;
pub mod problem_message;
pub mod problem_report;
pub mod quota_closing;
pub mod quota_line;
pub mod quota_plan;
pub mod quota_revision;
pub mod review;
pub mod review_item;
pub mod session;
pub mod setting;
pub mod sign_in_attempt;
pub mod source_plan;
pub mod source_plan_entry;
pub mod sponsorship;
pub mod term;
pub mod transfer;
pub mod transfer_offer;
pub mod work_plan;

mod failure;
mod record;
mod statement;

use ketnap_law as law;

pub use failure::Failure;
pub use record::{Record, Table, Unreadable, accepts, column};
pub use statement::{Built, Written};

// `#[derive(Record)]` names this crate as the others see it
extern crate self as ketnap_tables;
