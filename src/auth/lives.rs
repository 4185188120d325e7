//! Lifetimes of sessions.
use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::token::ACCESS_SECONDS;
use crate::law::words::Role;

/// How long a session lasts without a refresh, and how long in any case.
#[derive(Clone, Copy, Debug)]
pub struct Life {
    pub idle: TimeDelta,
    pub whole: TimeDelta,
}

impl Life {
    /// Shorter for roles that reach every person or every account.
    pub const fn of(role: Role) -> Self {
        match role {
            Role::StandingCommittee | Role::PartyOffice | Role::SystemAdmin => Self {
                idle: TimeDelta::hours(12),
                whole: TimeDelta::days(7),
            },
            Role::CommitteeMember
            | Role::BranchCommittee
            | Role::TradeUnion
            | Role::YouthUnion
            | Role::UpperCommittee => Self {
                idle: TimeDelta::days(7),
                whole: TimeDelta::days(14),
            },
            // there is nothing to refresh
            Role::ServiceAccount => Self {
                idle: TimeDelta::seconds(ACCESS_SECONDS),
                whole: TimeDelta::seconds(ACCESS_SECONDS),
            },
        }
    }

    /// Both in seconds, by role, as the database takes them.
    pub fn table() -> Value {
        let row = |role: &Role| {
            let Self { idle, whole } = Self::of(*role);
            let seconds = json!([idle.num_seconds(), whole.num_seconds()]);
            (role.wire().to_owned(), seconds)
        };
        Value::Object(Role::ALL.iter().map(row).collect::<Map<_, _>>())
    }
}
