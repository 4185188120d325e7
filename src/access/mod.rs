//! Who may do what, how far it reaches, and which fields of a person each role sees.
mod policy;
pub mod reach;
pub mod rows;
pub mod schema;
mod sensitivity;

pub use policy::*;
pub use sensitivity::{Sensitivity, Show, background, birth_year_only, reason, remarks, show};
