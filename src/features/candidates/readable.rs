//! Selects, of the rows that a requirement rests on, those that the reader may see: the one place
//! where other ids are left out.
use std::collections::BTreeMap;

use uuid::Uuid;

use crate::access::{self, Reach};
use crate::law::candidacy::{Recorded, hidden, told_of_hidden};
use crate::law::judgement::Facts;
use crate::law::words::Role;

/// Acts and members of a file that the reader may read, each by the id under which the rules know
/// it.
#[derive(Debug, Default)]
pub struct Readable(BTreeMap<Uuid, Uuid>);

impl Readable {
    pub fn of(facts: &Facts, role: Role) -> Self {
        let members = facts.members.iter().filter(|(_, member)| {
            match access::may(role, access::Action::ReadMembers) {
                Some(Reach::Everything) => true,
                // of the person's branch, or the reader would not see the file
                Some(Reach::Assigned | Reach::OwnBranch) => {
                    member.branch_on(facts.today) == Some(facts.branch)
                }
                Some(Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own)
                | None => false,
            }
        });
        let mut rows = acts(&facts.acts, role);
        rows.extend(members.map(|(id, _)| (*id, *id)));
        let earlier = facts.earlier.iter().filter(|(branch, _)| {
            match access::may(role, access::Action::ReadActs) {
                Some(Reach::Everything) => true,
                Some(Reach::Assigned | Reach::OwnBranch) => *branch == facts.branch,
                Some(Reach::OwnIntroductions | Reach::Below | Reach::Accounts | Reach::Own)
                | None => false,
            }
        });
        rows.extend(earlier.map(|(_, r)| (r.id, r.id)));
        Self(rows)
    }

    /// Those of these rows that the reader may read, as they stand today.
    pub fn among(&self, ids: &[Uuid]) -> Vec<Uuid> {
        let known = ids.iter().filter_map(|id| self.0.get(id));
        known.copied().collect()
    }
}

/// The acts that a role is told of, as `store::shown_to` says of the timeline: each first one with
/// its latest correction.
fn acts(all: &[Recorded], role: Role) -> BTreeMap<Uuid, Uuid> {
    let mut first = BTreeMap::new();
    let mut shown = BTreeMap::new();
    for recorded in all {
        let id = recorded.id;
        let old = recorded.act.corrects();
        let root = old.map_or(id, |old| *first.get(&old).unwrap_or(&old));
        first.insert(id, root);
        if told_of_hidden(role) || !hidden(&recorded.act, all) {
            shown.insert(root, id);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::law::acts::{Act, ActKind};

    fn recorded(n: u128, kind: ActKind, data: Value) -> Recorded {
        Recorded {
            id: Uuid::from_u128(n),
            account: Uuid::nil(),
            role: Role::PartyOffice,
            act: Act::read(kind, data).unwrap(),
            regulation: None,
        }
    }

    /// A branch is told neither of the proposal to conclude a political issue nor of its annulment.
    #[test]
    fn what_a_role_is_not_told_of_is_not_named() {
        let issue = |step| json!({"on": "2021-03-01", "step": step, "relation": "father"});
        let annuls = |n| json!({"on": "2021-03-02", "act_id": Uuid::from_u128(n), "reason": "x"});
        let note = json!({"on": "2021-03-01", "member_id": Uuid::nil(), "assessment": "good"});
        let mut again = note.clone();
        again["corrects"] = json!(Uuid::from_u128(5));
        let all = [
            recorded(1, ActKind::PoliticalIssue, issue("proposed")),
            recorded(2, ActKind::Annulment, annuls(1)),
            recorded(3, ActKind::PoliticalIssue, issue("concluded")),
            recorded(4, ActKind::Annulment, annuls(3)),
            recorded(5, ActKind::SponsorNote, note),
            recorded(6, ActKind::SponsorNote, again),
        ];
        let ids: Vec<Uuid> = (1..=6).map(Uuid::from_u128).collect();
        let told = |role| {
            let told = Readable(acts(&all, role)).among(&ids);
            told.iter().map(Uuid::as_u128).collect::<Vec<_>>()
        };
        for role in [Role::PartyOffice, Role::StandingCommittee] {
            assert_eq!(told(role), [1, 2, 3, 4, 6], "{role:?}");
        }
        for role in [
            Role::BranchCommittee,
            Role::CommitteeMember,
            Role::UpperCommittee,
        ] {
            assert_eq!(told(role), [3, 4, 6], "{role:?}");
        }
    }
}
