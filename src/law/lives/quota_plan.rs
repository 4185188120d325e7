//! State machine of a year's quota plan. A state includes whether a revision is waiting to be
//! issued.
use super::{Life, PARTY_OFFICE, STANDING_COMMITTEE, m};
use crate::words::PlanState::{self, Closed, Draft, Issued, Proposed, Revised};

impl PlanState {
    /// Its figures were issued: branches see the plan, and its quotas count.
    pub const ISSUED: [Self; 3] = [Issued, Revised, Closed];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuotaPlanStep {
    Change,
    Remove,
    Propose,
    /// Issue the plan or the waiting revision.
    Issue,
    PrepareRevision,
    /// Reject the plan or the waiting revision.
    Reject,
    Close,
    /// `revised`: figures have been replaced since the plan was first issued.
    Reopen {
        revised: bool,
    },
}
use QuotaPlanStep::{Change, Close, Issue, PrepareRevision, Propose, Reject, Remove, Reopen};

const FIRST: QuotaPlanStep = Reopen { revised: false };
const AGAIN: QuotaPlanStep = Reopen { revised: true };

#[rustfmt::skip]
pub const LIFE: Life<(PlanState, bool), QuotaPlanStep> = &[
    m(Change,          (Draft, false),    (Draft, false),    PARTY_OFFICE),
    m(Change,          (Proposed, false), (Draft, false),    PARTY_OFFICE),
    m(Remove,          (Draft, false),    (Draft, false),    PARTY_OFFICE),
    m(Propose,         (Draft, false),    (Proposed, false), PARTY_OFFICE),
    m(Issue,           (Proposed, false), (Issued, false),   STANDING_COMMITTEE),
    m(Issue,           (Issued, true),    (Revised, false),  STANDING_COMMITTEE),
    m(Issue,           (Revised, true),   (Revised, false),  STANDING_COMMITTEE),
    m(PrepareRevision, (Issued, false),   (Issued, true),    PARTY_OFFICE),
    m(PrepareRevision, (Issued, true),    (Issued, true),    PARTY_OFFICE),
    m(PrepareRevision, (Revised, false),  (Revised, true),   PARTY_OFFICE),
    m(PrepareRevision, (Revised, true),   (Revised, true),   PARTY_OFFICE),
    m(Reject,          (Proposed, false), (Draft, false),    STANDING_COMMITTEE),
    m(Reject,          (Issued, true),    (Issued, false),   STANDING_COMMITTEE),
    m(Reject,          (Revised, true),   (Revised, false),  STANDING_COMMITTEE),
    m(Close,           (Issued, false),   (Closed, false),   STANDING_COMMITTEE),
    m(Close,           (Revised, false),  (Closed, false),   STANDING_COMMITTEE),
    m(FIRST,           (Closed, false),   (Issued, false),   STANDING_COMMITTEE),
    m(AGAIN,           (Closed, false),   (Revised, false),  STANDING_COMMITTEE),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lives::follow;
    use crate::words::Role;

    #[test]
    fn a_plan_is_closed_only_when_no_revision_waits_and_issued_by_other_hands() {
        let by = |role, from, step| follow(LIFE, from, &step, role);
        assert_eq!(by(Role::StandingCommittee, (Issued, true), Close), None);
        assert_eq!(by(Role::PartyOffice, (Proposed, false), Issue), None);
        assert_eq!(
            by(Role::StandingCommittee, (Issued, true), Issue),
            Some((Revised, false))
        );
    }

    #[test]
    fn the_table_of_steps_has_exactly_these_moves() {
        let mut moves: Vec<String> = LIFE
            .iter()
            .map(|m| {
                let state = |(state, waits): (PlanState, bool)| {
                    format!("{}{}", state.wire(), if waits { "+" } else { "" })
                };
                format!("{} {:?} {}", state(m.from), m.step, state(m.to))
            })
            .collect();
        moves.sort_unstable();
        assert_eq!(
            moves,
            [
                "closed Reopen { revised: false } issued",
                "closed Reopen { revised: true } revised",
                "draft Change draft",
                "draft Propose proposed",
                "draft Remove draft",
                "issued Close closed",
                "issued PrepareRevision issued+",
                "issued+ Issue revised",
                "issued+ PrepareRevision issued+",
                "issued+ Reject issued",
                "proposed Change draft",
                "proposed Issue issued",
                "proposed Reject draft",
                "revised Close closed",
                "revised PrepareRevision revised+",
                "revised+ Issue revised",
                "revised+ PrepareRevision revised+",
                "revised+ Reject revised",
            ]
        );
    }
}
