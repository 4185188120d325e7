//! What a role sees of a field, by the field's class. Part of the permission table.
use crate::law::words::Role;

/// Sensitivity of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Organisation and aggregates.
    P0,
    /// Name, birth year, unit, stage.
    P1,
    /// Citizen id, phone, address, birth date, ethnic group, religion.
    P2,
    /// Background, opinions, remarks.
    P3,
}

/// How a field reaches a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Full,
    /// Enough to tell two people apart, no more. Hidden where no part may be shown.
    Masked,
    Hidden,
}

/// What `role` sees of a field; `submitted`: the file has left the base organisation.
pub const fn show(role: Role, class: Class, submitted: bool) -> Show {
    use Role::{
        BranchCommittee, CommitteeMember, PartyOffice, ServiceAccount, StandingCommittee,
        SystemAdmin, TradeUnion, UpperCommittee, YouthUnion,
    };
    match (class, role) {
        (Class::P0, _) => Show::Full,
        (_, ServiceAccount | SystemAdmin) => Show::Hidden,
        (
            Class::P1,
            StandingCommittee | PartyOffice | CommitteeMember | BranchCommittee | TradeUnion
            | YouthUnion | UpperCommittee,
        ) => Show::Full,
        (Class::P2, PartyOffice | UpperCommittee) => Show::Full,
        (Class::P2, StandingCommittee | CommitteeMember) => Show::Masked,
        (Class::P2, BranchCommittee) => {
            if submitted {
                Show::Masked
            } else {
                Show::Full
            }
        }
        (Class::P3, BranchCommittee) => {
            if submitted {
                Show::Hidden
            } else {
                Show::Full
            }
        }
        (Class::P2 | Class::P3, TradeUnion | YouthUnion) => Show::Hidden,
        (Class::P3, StandingCommittee | PartyOffice | CommitteeMember | UpperCommittee) => {
            Show::Hidden
        }
    }
}

/// How much of an act's background (class P3) a role sees in the single act. `recorded_it`: an account of that role and branch recorded it. `None`: only
/// with a written reason.
pub const fn background(role: Role, recorded_it: bool) -> Option<Show> {
    match role {
        Role::PartyOffice => Some(Show::Full),
        Role::StandingCommittee => None,
        Role::BranchCommittee => Some(if recorded_it {
            Show::Full
        } else {
            Show::Hidden
        }),
        Role::CommitteeMember
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => Some(Show::Hidden),
    }
}

/// How much of a remark that a branch wrote about a person (class P3) a role sees. `None`: only with a written reason.
pub const fn remarks(role: Role, wrote_it: bool) -> Option<Show> {
    match (role, wrote_it) {
        (Role::PartyOffice, false) => None,
        _ => background(role, wrote_it),
    }
}
