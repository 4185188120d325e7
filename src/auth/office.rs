//! The identity of work that follows from what a caller did and reads more than the caller may.
use uuid::Uuid;

use super::Permit;
use crate::db::connect::Connection;
use crate::db::{Entry, Identity};

/// The Party Office of the caller's organisation, as no account in particular.
#[derive(Clone, Copy, Debug)]
pub struct Office {
    organization: Uuid,
    /// Whose change it follows from.
    begun_by: Option<Uuid>,
}

impl Office {
    pub fn of<P>(permit: &Permit<P>) -> Self {
        Self {
            organization: permit.caller().organization,
            begun_by: Some(permit.caller().account),
        }
    }

    /// For work that no caller has asked for: only the process itself has a connection of its own.
    pub const fn of_organization(organization: Uuid, _: &Connection) -> Self {
        Self {
            organization,
            begun_by: None,
        }
    }

    pub const fn begun_by(self) -> Option<Uuid> {
        self.begun_by
    }

    pub const fn organization(self) -> Uuid {
        self.organization
    }
}

impl Entry for Office {
    fn identity(&self) -> Identity {
        Identity::Office {
            organization: self.organization,
        }
    }
}
