//! Resources served under more than one path: how a row is shown and changed, its filters and its
//! reach. The handlers are in the features.
pub mod class;
pub mod class_session;
pub mod enrolment;
pub mod officer;
pub mod overseer;
pub mod planned_person;
pub mod review_item;
pub mod source_plan;
pub mod source_plan_entry;
pub mod transfer_offer;
