//! Who may sponsor whom (đảng viên phụ trách kèm cặp).
use chrono::NaiveDate;

use super::{Check, Checks, Words, say};

/// What the rule asks about the proposed sponsor and the candidate on the day.
#[derive(Clone, Debug)]
pub struct Facts {
    pub on: NaiveDate,
    pub official_on: Option<NaiveDate>,
    pub active: bool,
    pub open_sponsorships: i32,
    pub load_limit: i32,
    pub same_branch: bool,
    pub other_branch_reason: bool,
    pub open_sponsors: i32,
    pub already_sponsors: bool,
}

pub const SOURCE: &str = "01-HD/TW (28-9-2021), 3.2; kế hoạch, II.2";

/// A candidate has at most two sponsors at a time, the second as a hand-over.
pub const TWO_AT_MOST: &str = "sponsorship.candidate.sponsors";
pub fn two_at_most() -> Words {
    say(
        "Mỗi người có nhiều nhất hai người kèm cặp cùng lúc.",
        "A candidate has at most two sponsors at a time.",
    )
}

const LOAD: &str = "sponsorship.sponsor.load";
fn load(open: i32, limit: i32) -> Words {
    say(
        format!("Đã kèm cặp {open} người; mức tối đa là {limit}."),
        format!("Already sponsors {open}; the limit is {limit}."),
    )
}

/// What is asked where a sponsorship that had ended is open again.
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

/// What is asked of this member taking this candidate on that day.
pub fn assign(f: &Facts) -> Vec<Check> {
    let mut checks = Checks::default();
    let mut need = |met: bool, rule, vi: String, en: String| {
        checks.need(met, rule, SOURCE, say(vi, en));
    };
    let official = f.official_on.is_some_and(|since| since <= f.on);
    need(
        official,
        "sponsorship.sponsor.official",
        format!(
            "Người kèm cặp phải là đảng viên chính thức vào ngày {}.",
            f.on
        ),
        format!("The sponsor must be an official member on {}.", f.on),
    );
    need(
        f.active,
        "sponsorship.sponsor.active",
        "Đảng viên không đang sinh hoạt tại tổ chức.".into(),
        "The member does not take part in Party activity here at present.".into(),
    );
    let words = load(f.open_sponsorships, f.load_limit);
    need(f.open_sponsorships < f.load_limit, LOAD, words.vi, words.en);
    need(
        f.same_branch || f.other_branch_reason,
        "sponsorship.sponsor.branch",
        "Đảng viên chi bộ khác: cần nêu lý do (other_branch_reason).".into(),
        "A member of another branch needs a reason (other_branch_reason).".into(),
    );
    let two = two_at_most();
    need(f.open_sponsors < 2, TWO_AT_MOST, two.vi, two.en);
    need(
        !f.already_sponsors,
        "sponsorship.pair.open",
        "Đảng viên này đang kèm cặp người đó.".into(),
        "This member already sponsors this candidate.".into(),
    );
    checks.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            on: "2021-06-01".parse().unwrap(),
            official_on: Some("2021-06-01".parse().unwrap()),
            active: true,
            open_sponsorships: 2,
            load_limit: 3,
            same_branch: true,
            other_branch_reason: false,
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
        let poor = Facts {
            official_on: Some("2021-06-02".parse().unwrap()),
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
