//! Assignment of a sponsor (phân công đảng viên kèm cặp), and who may be one.
use chrono::NaiveDate;
use uuid::Uuid;

use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded, Sponsor};
use crate::judgement::Question;
use crate::register::most_at_once;
use crate::regulation::InForce;
use crate::requirement::{Check, Checks};
use crate::settings::SPONSORSHIP_LOAD_LIMIT;
use crate::text::Text;
use crate::words::{Role, Stage};
use crate::{Sentences, met_or_unmet, say, vi};

act! {
    /// Assignment of a sponsor
    pub struct Sponsorship {
        pub member_id: Uuid,
        pub other_branch_reason: Option<Text<500>>,
    }
}

impl KindOfAct for Sponsorship {
    const WIRE: &'static str = "sponsorship";
    const VI: &'static str = "phân công người kèm cặp";
    const EN: &'static str = "sponsor assigned";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "kế hoạch, II.2")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        // a sponsor who is to end later is one until then
        let sponsors = |on| most_at_once(q.file.sponsors.iter().map(Sponsor::period), on);
        let open = sponsors(q.on);
        let Some(a) = act else {
            checks.need(open < 2, TWO_AT_MOST, SOURCE, two_at_most());
            return;
        };
        let Some(member) = q.facts.members.get(&a.member_id) else {
            checks.need(
                false,
                "sponsorship.sponsor.member",
                "kế hoạch, II.2",
                say(
                    "Tổ chức không có đảng viên này.",
                    "There is no such member here.",
                ),
            );
            return;
        };
        let there = member.branch_on(q.on);
        let own = there.map(|there| there == q.facts.branch_on(q.on));
        checks.extend(assign(&Assignment {
            on: q.on,
            official: member.official_on(q.on),
            active: member.active_on(q.on),
            // the limit was that of the recording
            open_sponsorships: if q.recording {
                member.most_sponsored_from(q.on)
            } else {
                0
            },
            load_limit: q.facts.settings.on(&SPONSORSHIP_LOAD_LIMIT, q.on),
            // who belongs to no branch is no member
            same_branch: !q.recording || own.is_none_or(|own| own),
            needless_reason: q.recording && own == Some(true) && a.other_branch_reason.is_some(),
            other_branch_reason: a.other_branch_reason.is_some(),
            open_sponsors: open,
            already_sponsors: q
                .file
                .sponsors
                .iter()
                .any(|s| s.member == a.member_id && s.to_on.is_none_or(|to| to > q.on)),
        }));
    }
    fn apply(&self, _: &Recorded, file: &mut File, _: &InForce) {
        file.sponsors.push(Sponsor {
            member: self.member_id,
            other_branch: self.other_branch_reason.is_some(),
            from_on: self.on,
            to_on: None,
            end_reason: None,
        });
    }
    fn member(&self) -> Option<Uuid> {
        Some(self.member_id)
    }
}

/// The proposed sponsor and the candidate, as of that day.
#[derive(Clone, Debug)]
struct Assignment {
    on: NaiveDate,
    official: bool,
    active: bool,
    open_sponsorships: i32,
    load_limit: i32,
    same_branch: bool,
    other_branch_reason: bool,
    needless_reason: bool,
    open_sponsors: i32,
    already_sponsors: bool,
}

const SOURCE: &str = "01-HD/TW (2021), 3.2; kế hoạch, II.2";

/// A candidate has at most two sponsors at a time; the second is for a handover.
const TWO_AT_MOST: &str = "sponsorship.candidate.sponsors";
fn two_at_most() -> Sentences {
    met_or_unmet(
        (
            "Phân công được thêm người kèm cặp.",
            "Another sponsor can be assigned.",
        ),
        (
            "Đã có hai người kèm cặp: mỗi người có nhiều nhất hai người kèm cặp cùng lúc.",
            "There are already two sponsors, the maximum at a time.",
        ),
    )
}

const LOAD: &str = "sponsorship.sponsor.load";
fn load(open: i32, limit: i32) -> Sentences {
    met_or_unmet(
        (
            format!("Đang kèm cặp {open} người, còn trong mức tối đa {limit} người."),
            format!("Sponsors {open} people, within the limit of {limit}."),
        ),
        (
            format!("Đang kèm cặp {open} người, đã đủ mức tối đa {limit} người."),
            format!("Already sponsors {open} people; the limit is {limit}."),
        ),
    )
}

/// Requirements for reopening a sponsorship that had ended.
pub fn reopen(open_sponsorships: i32, load_limit: i32) -> Vec<Check> {
    let mut checks = Checks::default();
    checks.need(
        open_sponsorships < load_limit,
        LOAD,
        SOURCE,
        load(open_sponsorships, load_limit),
    );
    checks.unmet()
}

/// Requirements for this member to sponsor this candidate from that day.
fn assign(a: &Assignment) -> Vec<Check> {
    let mut checks = Checks::default();
    let mut need = |met: bool, rule, sentences: Sentences| {
        checks.need(met, rule, SOURCE, sentences);
    };
    need(
        a.official,
        "sponsorship.sponsor.official",
        met_or_unmet(
            (
                format!(
                    "Người kèm cặp là đảng viên chính thức vào ngày {}.",
                    vi(a.on)
                ),
                format!("The sponsor is an official member on {}.", a.on),
            ),
            (
                format!(
                    "Người kèm cặp không phải là đảng viên chính thức vào ngày {}.",
                    vi(a.on)
                ),
                format!("The sponsor is not an official member on {}.", a.on),
            ),
        ),
    );
    need(
        a.active,
        "sponsorship.sponsor.active",
        met_or_unmet(
            (
                "Người kèm cặp đang sinh hoạt đảng tại tổ chức.",
                "The sponsor takes part in Party activity here.",
            ),
            (
                "Người kèm cặp hiện không sinh hoạt đảng tại tổ chức.",
                "The member does not take part in Party activity here at present.",
            ),
        ),
    );
    let words = load(a.open_sponsorships, a.load_limit);
    need(a.open_sponsorships < a.load_limit, LOAD, words);
    need(
        (a.same_branch || a.other_branch_reason) && !a.needless_reason,
        "sponsorship.sponsor.branch",
        met_or_unmet(
            if a.same_branch {
                (
                    "Người kèm cặp thuộc chi bộ.",
                    "The sponsor is from the branch.",
                )
            } else {
                (
                    "Người kèm cặp thuộc chi bộ khác, có nêu lý do.",
                    "The sponsor is from another branch, with a reason.",
                )
            },
            if a.needless_reason {
                (
                    "Người kèm cặp thuộc chi bộ: không nêu lý do chọn người của chi bộ khác.",
                    "The sponsor is from the branch: no reason for another branch is to be given.",
                )
            } else {
                (
                    "Người kèm cặp thuộc chi bộ khác: phải nêu lý do.",
                    "The sponsor is from another branch: a reason must be given.",
                )
            },
        ),
    );
    need(a.open_sponsors < 2, TWO_AT_MOST, two_at_most());
    need(
        !a.already_sponsors,
        "sponsorship.pair.open",
        met_or_unmet(
            (
                "Đảng viên này chưa kèm cặp người đó.",
                "This member does not sponsor the person yet.",
            ),
            (
                "Đảng viên này đang kèm cặp người đó rồi.",
                "This member already sponsors the person.",
            ),
        ),
    );
    checks.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Assignment {
        Assignment {
            on: "2021-06-01".parse().unwrap(),
            official: true,
            active: true,
            open_sponsorships: 2,
            load_limit: 3,
            same_branch: true,
            other_branch_reason: false,
            needless_reason: false,
            open_sponsors: 1,
            already_sponsors: false,
        }
    }

    #[test]
    fn a_good_sponsor_on_both_borders_is_accepted() {
        assert!(assign(&good()).iter().all(|c| c.met));
    }

    #[test]
    fn everything_that_is_missing_is_named_at_once() {
        let poor = Assignment {
            official: false,
            active: false,
            open_sponsorships: 3,
            same_branch: false,
            open_sponsors: 2,
            already_sponsors: true,
            ..good()
        };
        let rules: Vec<_> = assign(&poor)
            .into_iter()
            .filter(|c| !c.met)
            .map(|c| c.rule)
            .collect();
        assert_eq!(
            rules,
            [
                "sponsorship.sponsor.official",
                "sponsorship.sponsor.active",
                "sponsorship.sponsor.load",
                "sponsorship.sponsor.branch",
                "sponsorship.candidate.sponsors",
                "sponsorship.pair.open"
            ]
        );
    }
}
