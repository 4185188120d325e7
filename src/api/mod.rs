//! The conventions of the API, once for all resources.
pub mod audit;
pub mod background;
pub mod contract;
pub mod document;
pub mod edit;
pub mod faults;
pub mod http;
pub mod idempotency;
pub mod list;
pub mod prelude;
pub mod resource;
pub mod shutdown;
