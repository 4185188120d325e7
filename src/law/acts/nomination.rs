//! A nomination (giới thiệu): the first act of a candidacy. Recorded with `POST /nominations`.
use chrono::NaiveDate;
use uuid::Uuid;

use super::{BEFORE_CEREMONY, KindOfAct};
use crate::calendar::completed_months;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::{InForce, Version};
use crate::requirement::{Check, Checks};
use crate::text::Text;
use crate::words::{Introducer, Role, Stage};
use crate::{met_or_unmet, say};

act! {
    /// A nomination, the first act of a candidacy
    pub struct Nomination {
        pub by: Introducer,
        /// The member who introduces; null for a union
        pub member_id: Option<Uuid>,
        pub paper_number: Text<100>,
    }
}

impl KindOfAct for Nomination {
    const WIRE: &'static str = "nomination";
    const VI: &'static str = "giới thiệu";
    const EN: &'static str = "nominated";
    const RECORDED_BY: &'static [Role] =
        &[Role::BranchCommittee, Role::TradeUnion, Role::YouthUnion];
    const OPENS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (BEFORE_CEREMONY, "29-QĐ/TW, 3")
    }
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        if let Some(a) = act {
            let facts = q.facts;
            let (youth, trade) = (facts.in_youth_union(q.on), facts.in_trade_union(q.on));
            own_member(a.by, youth, trade, checks);
            // of a nomination that is being recorded, POST /nominations has asked before the file
            // was opened
            let known = a.member_id.and_then(|id| q.facts.members.get(&id));
            if let Some(member) = known {
                introducer(member.able_on(q.on), checks);
            }
        }
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.nominated_on = self.on;
        file.enter(Stage::Nominated, recorded);
    }
    fn member(&self) -> Option<Uuid> {
        self.member_id
    }
}

/// A nomination to be judged.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub by: Introducer,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    pub open_candidacy: bool,
    /// Was a member here and has left.
    pub former_member: bool,
    /// The introducing member is official and active on the date of the paper; true for a union.
    pub introducer_able: bool,
    pub birth_date: NaiveDate,
    /// The age up to which the union that nominates has members.
    pub oldest: Option<i32>,
    pub paper_on: NaiveDate,
    pub today: NaiveDate,
}

/// Refuses a change of name or birth date that would duplicate a known person.
pub fn one_person(known: bool, version: &Version) -> Vec<Check> {
    let mut checks = Checks::new(version);
    checks.need(
        !known,
        "nomination.no_open_candidacy",
        "29-QĐ/TW, 3",
        say(
            "Người có họ tên và ngày sinh này có thể đã có hồ sơ đang mở hoặc không thuộc diện giới thiệu.",
            "A person of this name and birth date may already have an open candidacy, or is not one to be introduced.",
        ),
    );
    checks.unmet()
}

fn own_member(by: Introducer, youth: bool, trade: bool, checks: &mut Checks) {
    let own = match by {
        Introducer::TradeUnion => trade,
        Introducer::YouthUnion => youth,
        Introducer::Member => true,
    };
    checks.need(
        own,
        "nomination.own_member",
        "kế hoạch, III.3; 29-QĐ/TW, 3",
        met_or_unmet(
            (
                "Tổ chức giới thiệu đoàn viên của mình.",
                "The union nominates one of its own members.",
            ),
            (
                "Người này không phải là đoàn viên của tổ chức: tổ chức chỉ giới thiệu đoàn viên của mình.",
                "A union nominates its own members, and this person is not one.",
            ),
        ),
    );
}

/// Age on the date of the paper. A union's member is an employee or a student: the Labour Code
/// (2019, article 3) allows no one below 15 to work, the Youth Union's statute no one below 16 to
/// join.
fn of_age(
    by: Introducer,
    (birth_date, on): (NaiveDate, NaiveDate),
    oldest: Option<i32>,
    checks: &mut Checks,
) {
    let least = if by == Introducer::YouthUnion { 16 } else { 15 };
    checks.need(
        completed_months(birth_date, on) >= least * 12 && birth_date < on,
        "nomination.age",
        "Bộ luật Lao động 2019, 3.1; Điều lệ Đoàn TNCS Hồ Chí Minh, 1",
        say(
            format!("Ngày sinh không hợp lý: ngày ra văn bản giới thiệu, người này chưa đủ {least} tuổi."),
            format!("The birth date cannot be right: the person was not yet {least} on the date of the paper."),
        ),
    );
    let too_old = |most: &i32| completed_months(birth_date, on) / 12 > most.unsigned_abs();
    if let Some(most) = oldest.filter(too_old) {
        checks.need(
            false,
            "nomination.age",
            "Điều lệ Đoàn TNCS Hồ Chí Minh, 1",
            say(
                format!("Ngày ra văn bản giới thiệu, người này đã quá {most} tuổi, không còn là đoàn viên."),
                format!("The person was over {most} on the date of the paper, and no longer a member of the Youth Union."),
            ),
        );
    }
}

/// The age requirement alone, for a corrected birth date or paper.
pub fn right_age(
    by: Introducer,
    (birth_date, on): (NaiveDate, NaiveDate),
    oldest: Option<i32>,
    version: &Version,
) -> Vec<Check> {
    let mut checks = Checks::new(version);
    of_age(by, (birth_date, on), oldest, &mut checks);
    checks.unmet()
}

fn introducer(able: bool, checks: &mut Checks) {
    checks.need(
        able,
        "nomination.introducer",
        "29-QĐ/TW, 3.2; 24-QĐ/TW, 3.2.1",
        say(
            "Người giới thiệu phải là đảng viên chính thức, đang sinh hoạt tại chi bộ vào ngày giới thiệu.",
            "The introducing member must be official and active on the date of the paper.",
        ),
    );
}

/// The requirement of the introducing member alone, for a corrected paper.
pub fn able_introducer(able: bool, version: &Version) -> Vec<Check> {
    let mut checks = Checks::new(version);
    introducer(able, &mut checks);
    checks.unmet()
}

/// Every reason why this nomination is not acceptable under `version`, that of its day.
pub fn unmet(p: &Proposal, version: &Version) -> Vec<Check> {
    let mut checks = Checks::new(version);
    of_age(p.by, (p.birth_date, p.paper_on), p.oldest, &mut checks);
    own_member(
        p.by,
        p.youth_union_member,
        p.trade_union_member,
        &mut checks,
    );
    let mut need = |met: bool, rule, source: &str, vi: &str, en: &str| {
        checks.need(met, rule, source, say(vi, en));
    };
    // a union only learns that the nomination is impossible: whether someone is or was a member is
    // not its business
    let union = p.by != Introducer::Member;
    need(
        !(p.open_candidacy || union && p.former_member),
        "nomination.no_open_candidacy",
        "29-QĐ/TW, 3",
        "Người này có thể đã có hồ sơ đang mở hoặc không thuộc diện giới thiệu.",
        "This person may already have an open candidacy, or is not one to be introduced.",
    );
    need(
        union || !p.former_member,
        "nomination.not_a_readmission",
        "29-QĐ/TW, 3.5",
        "Người này đang hoặc đã là đảng viên: người đã ra khỏi Đảng thì làm thủ tục kết nạp lại.",
        "This person is or was a member; former members are readmitted, not nominated.",
    );
    need(
        p.paper_on <= p.today,
        "nomination.paper.dated",
        "29-QĐ/TW, 3",
        "Ngày của văn bản giới thiệu ở tương lai.",
        "The paper is dated in the future.",
    );
    introducer(p.introducer_able, &mut checks);
    checks.unmet()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regulation::{BUILT_IN, Regulations};

    #[test]
    fn nobody_is_introduced_before_fifteen() {
        let proposal = |birth: &str, by| Proposal {
            by,
            youth_union_member: true,
            trade_union_member: true,
            open_candidacy: false,
            former_member: false,
            introducer_able: true,
            birth_date: birth.parse().unwrap(),
            oldest: Some(35),
            paper_on: "2021-03-01".parse().unwrap(),
            today: "2021-03-01".parse().unwrap(),
        };
        let law = Regulations::read(BUILT_IN).unwrap();
        let version = &law.all()[0];
        for (birth, by, met) in [
            ("2006-03-01", Introducer::Member, true),
            ("2006-03-02", Introducer::Member, false),
            ("2005-03-01", Introducer::YouthUnion, true),
            ("2005-03-02", Introducer::YouthUnion, false),
            ("1985-03-02", Introducer::YouthUnion, true),
            ("1985-03-01", Introducer::YouthUnion, false),
            ("2030-01-01", Introducer::TradeUnion, false),
        ] {
            let rules: Vec<_> = unmet(&proposal(birth, by), version)
                .into_iter()
                .map(|c| c.rule)
                .collect();
            assert_eq!(rules.is_empty(), met, "{birth}: {rules:?}");
        }
    }

    #[test]
    fn a_union_nominates_its_own_with_a_paper_of_today_at_the_latest() {
        let law = Regulations::read(BUILT_IN).unwrap();
        let version = &law.all()[0];
        let good = Proposal {
            by: Introducer::TradeUnion,
            youth_union_member: false,
            trade_union_member: true,
            open_candidacy: false,
            former_member: false,
            introducer_able: true,
            birth_date: "1990-02-03".parse().unwrap(),
            oldest: None,
            paper_on: "2021-03-01".parse().unwrap(),
            today: "2021-03-01".parse().unwrap(),
        };
        assert_eq!(unmet(&good, version), []);
        let poor = Proposal {
            trade_union_member: false,
            open_candidacy: true,
            former_member: true,
            paper_on: "2021-03-02".parse().unwrap(),
            ..good
        };
        let rules: Vec<_> = unmet(&poor, version).into_iter().map(|u| u.rule).collect();
        let former = Proposal {
            by: Introducer::Member,
            open_candidacy: false,
            ..poor.clone()
        };
        assert_eq!(
            unmet(&former, version)[0].rule,
            "nomination.not_a_readmission"
        );
        assert_eq!(
            rules,
            [
                "nomination.own_member",
                "nomination.no_open_candidacy",
                "nomination.paper.dated"
            ]
        );
    }
}
