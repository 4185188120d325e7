//! The paper that an act records: who issued it, under which number.
use super::{Act, ActKind};
use crate::words::Introducer;

/// A paper with its number, and the field in which an act states it.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    pub issuer: Issuer<'a>,
    pub number: &'a str,
    pub field: &'static str,
}

/// Who issues papers under numbers of one series.
#[derive(Clone, Copy, Debug)]
pub enum Issuer<'a> {
    /// A vote's body: the branch of the file, or the committee.
    Voting { body: &'a str, branch: bool },
    /// The body that decides, whatever it decides on.
    Deciding(&'a str),
    /// The base committee, as far as it submits files.
    Submitting,
    /// The body that approves, under the name given.
    Approving(&'a str),
    /// A union that introduces.
    Introducing(&'a str),
}

impl<'a> Issuer<'a> {
    /// The kinds of act that record papers of this series, each with the field of the number.
    pub const fn kinds(self) -> &'static [(ActKind, &'static str)] {
        match self {
            Self::Voting { .. } => &[(ActKind::Resolution, "number")],
            Self::Deciding(_) => &[
                (ActKind::Decision, "number"),
                (ActKind::Recognition, "number"),
                (ActKind::Exit, "decision_number"),
            ],
            Self::Submitting => &[(ActKind::Submission, "paper_number")],
            Self::Approving(_) => &[(ActKind::Waiver, "paper_number")],
            Self::Introducing(_) => &[
                (ActKind::Introduction, "paper_number"),
                (ActKind::Nomination, "paper_number"),
            ],
        }
    }

    /// The field that names the issuer, and the name.
    pub const fn named(self) -> Option<(&'static str, &'a str)> {
        match self {
            Self::Voting { body, .. } | Self::Deciding(body) => Some(("body", body)),
            Self::Approving(name) => Some(("approver", name)),
            Self::Introducing(union) => Some(("by", union)),
            Self::Submitting => None,
        }
    }

    /// Whether its papers are in files that not everybody sees who records one.
    pub const fn is_beyond(self) -> bool {
        matches!(self, Self::Deciding(_) | Self::Introducing(_))
    }

    /// Whether each branch has a series of its own.
    pub const fn is_branch(self) -> bool {
        matches!(self, Self::Voting { branch: true, .. })
    }
}

impl Act {
    /// The paper that has one date under its number; `None` for an act without one.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most acts record no paper of a numbered series"
    )]
    pub fn paper(&self) -> Option<Paper<'_>> {
        let (issuer, number, field) = match self {
            Self::Resolution(a) => {
                let (body, branch) = (a.body.wire(), a.of_branch());
                (Issuer::Voting { body, branch }, &a.number, "number")
            }
            Self::Decision(a) => (Issuer::Deciding(a.body.wire()), &a.number, "number"),
            Self::Recognition(a) => (Issuer::Deciding(a.body.wire()), &a.number, "number"),
            Self::Exit(a) => {
                let body = Issuer::Deciding(a.body?.wire());
                (body, a.decision_number.as_ref()?, "decision_number")
            }
            Self::Submission(a) => (Issuer::Submitting, &a.paper_number, "paper_number"),
            Self::Waiver(a) => {
                let by = Issuer::Approving(a.approver.as_str());
                (by, &a.paper_number, "paper_number")
            }
            Self::Introduction(a) if a.by != Introducer::Member => {
                let by = Issuer::Introducing(a.by.wire());
                (by, &a.paper_number, "paper_number")
            }
            _ => return None,
        };
        Some(Paper {
            issuer,
            number: number.as_str(),
            field,
        })
    }
}
