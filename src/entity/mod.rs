//! Tables as Rust types, one file a table. No logic, no wire names.
pub mod account;
pub mod act;
pub mod branch;
pub mod branch_officer;
pub mod branch_overseer;
pub mod candidate;
pub mod class;
pub mod deadline;
pub mod department;
pub mod enrolment;
pub mod holiday;
pub mod member;
pub mod nomination;
pub mod organization;
pub mod quota_plan;
pub mod sponsorship;
pub mod term;
