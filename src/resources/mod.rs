//! Resources that stand under more than one address: the row as it is shown and changed, its
//! filters and its reach. Handlers are in the features.
pub mod class;
pub mod class_session;
pub mod enrolment;
pub mod review_item;
pub mod source_plan;
pub mod source_plan_entry;
