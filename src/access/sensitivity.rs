//! Field masking: what each role sees of a field, by its sensitivity class. Part of the permission
//! table.
use crate::law::words::Role;

/// Sensitivity of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitivity {
    /// Organisation and aggregates.
    P0,
    /// Name, birth year, unit, stage.
    P1,
    /// Citizen id, phone, address, birth date, ethnic group, religion.
    P2,
    /// Background, opinions, remarks.
    P3,
}

/// How a field is shown to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    Full,
    /// Enough to tell two people apart; hidden where no part may be shown.
    Masked,
    Hidden,
}

/// How `role` sees a field. `submitted`: the file has left the grassroots organisation.
pub const fn show(role: Role, class: Sensitivity, submitted: bool) -> Show {
    use Role::{
        BranchCommittee, CommitteeMember, PartyOffice, ServiceAccount, StandingCommittee,
        SystemAdmin, TradeUnion, UpperCommittee, YouthUnion,
    };
    match (class, role) {
        (Sensitivity::P0, _) => Show::Full,
        (_, ServiceAccount | SystemAdmin) => Show::Hidden,
        (
            Sensitivity::P1,
            StandingCommittee | PartyOffice | CommitteeMember | BranchCommittee | TradeUnion
            | YouthUnion | UpperCommittee,
        ) => Show::Full,
        // as on the paper that was submitted
        (Sensitivity::P2, UpperCommittee) => Show::Full,
        // unmasked one record at a time, see `api::reveal`
        (Sensitivity::P2, StandingCommittee | PartyOffice | CommitteeMember) => Show::Masked,
        (Sensitivity::P2, BranchCommittee) => {
            if submitted {
                Show::Masked
            } else {
                Show::Full
            }
        }
        (Sensitivity::P3, BranchCommittee) => {
            if submitted {
                Show::Hidden
            } else {
                Show::Full
            }
        }
        (Sensitivity::P2 | Sensitivity::P3, TradeUnion | YouthUnion) => Show::Hidden,
        (Sensitivity::P3, StandingCommittee | PartyOffice | CommitteeMember | UpperCommittee) => {
            Show::Hidden
        }
    }
}

/// Whether `role` sees only the year of a person's birth.
pub fn birth_year_only(role: Role, submitted: bool) -> bool {
    show(role, Sensitivity::P2, submitted) != Show::Full
}

/// How a role sees an act's P3 data when reading that single act. `recorded_it`: an account of the
/// same role and branch recorded the act. `None`: only with a written reason.
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

/// How a role sees the reason why a person is not their namesake, or the source of corrected dates.
/// Those who confirm it see it, and the branch that had the person when it was written (`its_own`).
pub const fn reason(role: Role, its_own: bool) -> Show {
    match role {
        Role::StandingCommittee | Role::PartyOffice => Show::Full,
        Role::BranchCommittee if its_own => Show::Full,
        Role::BranchCommittee
        | Role::CommitteeMember
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => Show::Hidden,
    }
}

/// How a role sees a branch's remark about a person (P3). `None`: only for a written reason.
pub const fn remarks(role: Role, wrote_it: bool) -> Option<Show> {
    match (role, wrote_it) {
        (Role::PartyOffice, false) => None,
        _ => background(role, wrote_it),
    }
}
