//! Who reads, and what they see of a person's fields.
use std::sync::Arc;

use chrono::NaiveDate;
use uuid::Uuid;

use super::resource::Personal;
use crate::access::{self, Reach, Role, Sensitivity, Show};
use crate::sealing::Seals;

/// The caller, as masking needs to know them.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub role: Role,
    pub reach: Reach,
    pub branch: Option<Uuid>,
    pub today: NaiveDate,
    pub session: Uuid,
    /// The reading has a written reason and an entry in the access log: nothing is masked.
    pub recorded: bool,
    pub seals: Option<Arc<Seals>>,
}

impl Viewer {
    /// A field of a person as this role sees it: whole, hidden, or what `mask` leaves of it.
    pub fn see(
        &self,
        class: Sensitivity,
        submitted: bool,
        value: Option<String>,
        mask: fn(&str) -> Option<String>,
    ) -> Option<String> {
        match self.shown(class, submitted) {
            Show::Full => value,
            Show::Masked => value.as_deref().and_then(mask),
            Show::Hidden => None,
        }
    }

    pub(super) fn shown(&self, class: Sensitivity, submitted: bool) -> Show {
        if self.recorded {
            Show::Full
        } else {
            access::show(self.role, class, submitted)
        }
    }

    /// The properties among these that the role does not see in full. By role and state only, never
    /// by value.
    pub fn hidden(&self, all: &[Personal], submitted: bool) -> Vec<&'static str> {
        let hidden = all
            .iter()
            .filter(|(_, class)| !self.full(*class, submitted));
        hidden.map(|(name, _)| *name).collect()
    }

    /// Whether the role sees every reason why a person is another than a namesake, and the like.
    pub fn confirms(&self) -> bool {
        self.recorded || access::reason(self.role, false) == Show::Full
    }

    /// Whether the role sees fields of this class in full.
    pub fn full(&self, class: Sensitivity, submitted: bool) -> bool {
        self.shown(class, submitted) == Show::Full
    }
}

/// Mask: hide the whole value.
pub fn all_hidden(_: &str) -> Option<String> {
    None
}
