//! The conventions of the API, once for all resources.
pub mod audit;
pub mod background;
pub mod body;
pub mod contract;
pub mod document;
pub mod edit;
pub mod faults;
pub mod headers;
pub mod health;
pub mod http;
pub mod idempotency;
pub mod law;
pub mod list;
pub mod operation;
mod prepared;
pub mod query;
pub mod reply;
pub mod resource;
