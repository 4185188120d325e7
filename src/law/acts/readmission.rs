//! A new attempt for a person whose candidacy or membership has ended (kết nạp lại; 29-QĐ/TW, 3.5):
//! the first act of a new candidacy.
use chrono::NaiveDate;

use super::{BEFORE_CEREMONY, KindOfAct};
use crate::calendar::plus_months;
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{Introducer, LeavingGround, Role, Stage};
use crate::{met_or_unmet, vi};

act! {
    /// A new attempt for a person whose candidacy or membership has ended
    pub struct Readmission {
        pub paper_number: Text<60>,
        pub by: Introducer,
        /// Date on which the person left the Party; for former members
        #[schema(example = "2018-01-01")]
        pub left_on: Option<NaiveDate>,
        pub ground: Option<LeavingGround>,
        /// Date on which a criminal record was cleared, if there was one
        pub record_cleared_on: Option<NaiveDate>,
        /// Number of earlier readmissions
        #[schema(minimum = 0, maximum = 10)]
        pub earlier_readmissions: i32,
        /// Number of the written agreement by the provincial standing committee; for former members
        pub agreement_number: Option<Text<60>>,
    }
}

impl KindOfAct for Readmission {
    const WIRE: &'static str = "readmission";
    const VI: &'static str = "kết nạp lại";
    const EN: &'static str = "readmission";
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];
    const SENSITIVE: &'static [&'static str] = &["ground", "record_cleared_on"];
    const OPENS: bool = true;

    type Step = ();
    const STEPS: &'static [()] = &[];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (BEFORE_CEREMONY, "29-QĐ/TW, 3")
    }
    /// Former members: waiting period, number of readmissions, and grounds that bar them.
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let Some(a) = act else { return };
        a.own_member(q, checks);
        if let (Some(left_on), Some(ground)) = (a.left_on, a.ground) {
            a.of_a_former_member(q, left_on, ground, checks);
        }
    }
    fn days(&self) -> Vec<(&'static str, NaiveDate)> {
        let days = [
            ("left_on", self.left_on),
            ("record_cleared_on", self.record_cleared_on),
        ];
        days.into_iter()
            .filter_map(|(name, on)| Some((name, on?)))
            .collect()
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.nominated_on = self.on;
        file.enter(Stage::Nominated, recorded);
    }
}

impl Readmission {
    /// A union introduces its own members for a new attempt too.
    fn own_member(&self, q: &Question<'_>, checks: &mut Checks) {
        let own = match self.by {
            Introducer::YouthUnion => q.facts.in_youth_union(q.on),
            Introducer::TradeUnion => q.facts.in_trade_union(q.on),
            Introducer::Member => return,
        };
        checks.need(
            own,
            "readmission.own_member",
            "kế hoạch, III.3; 29-QĐ/TW, 3",
            met_or_unmet(
                (
                    "Người được giới thiệu là đoàn viên của tổ chức giới thiệu.",
                    "The union introduces one of its own members.",
                ),
                (
                    "Người được giới thiệu không phải là đoàn viên của tổ chức giới thiệu.",
                    "The person is not a member of the introducing union.",
                ),
            ),
        );
    }

    fn of_a_former_member(
        &self,
        q: &Question<'_>,
        left_on: NaiveDate,
        ground: LeavingGround,
        checks: &mut Checks,
    ) {
        let law = q.version;
        let barred = law
            .words("readmission_barred")
            .contains(&ground.barred_as());
        checks.need(
            !barred,
            "readmission.not_barred",
            law.source("readmission_barred"),
            met_or_unmet(
                (
                    "Trường hợp ra khỏi Đảng này được xét kết nạp lại.",
                    "The ground for leaving does not bar readmission.",
                ),
                (
                    format!(
                        "Không kết nạp lại người ra khỏi Đảng thuộc trường hợp: {}.",
                        ground.vi()
                    ),
                    format!("The ground for leaving bars readmission: {}.", ground.en()),
                ),
            ),
        );
        let months = law.whole("readmission_wait_months");
        let from = plus_months(left_on, months);
        checks
            .need(
                q.on >= from,
                "readmission.wait",
                law.source("readmission_wait_months"),
                met_or_unmet(
                    (
                        format!(
                            "Đã đủ {months} tháng kể từ khi ra khỏi Đảng (từ ngày {}).",
                            vi(from)
                        ),
                        format!("{months} months have passed since leaving (on {from})."),
                    ),
                    (
                        format!(
                            "Chưa đủ {months} tháng kể từ khi ra khỏi Đảng: sớm nhất ngày {}.",
                            vi(from)
                        ),
                        format!(
                            "{months} months have not passed since leaving: possible from {from}."
                        ),
                    ),
                ),
            )
            .earliest(from);
        self.cleared_record(q, left_on, ground, checks);
        let times = law.whole("readmission_times");
        checks.need(
            u32::try_from(self.earlier_readmissions).is_ok_and(|earlier| earlier < times),
            "readmission.times",
            law.source("readmission_times"),
            met_or_unmet(
                (
                    format!("Chưa được kết nạp lại quá {times} lần."),
                    format!("Not readmitted more than {times} time(s)."),
                ),
                (
                    format!("Đã được kết nạp lại; chỉ kết nạp lại {times} lần."),
                    format!("Already readmitted: this is possible {times} time(s) only."),
                ),
            ),
        );
        checks.need(
            self.agreement_number.is_some(),
            "readmission.agreement",
            law.source("readmission_wait_months"),
            met_or_unmet(
                (
                    "Đã có văn bản đồng ý của ban thường vụ tỉnh ủy.",
                    "The provincial standing committee has agreed in writing.",
                ),
                (
                    "Còn thiếu văn bản đồng ý của ban thường vụ tỉnh ủy.",
                    "The provincial standing committee's written agreement is missing.",
                ),
            ),
        );
    }

    /// A criminal record, for which a member left, is cleared after that; with other grounds there is
    /// none.
    fn cleared_record(
        &self,
        q: &Question<'_>,
        left_on: NaiveDate,
        ground: LeavingGround,
        checks: &mut Checks,
    ) {
        const WAIT: &str = "readmission_wait_months_after_cleared_record";
        const FIELD: Option<&str> = Some("record_cleared_on");
        let convicted = ground == LeavingGround::ConvictedOfLessSeriousCrime;
        let cleared = self.record_cleared_on;
        checks
            .need(
                cleared.is_none() || convicted,
                "readmission.fields",
                q.version.source(WAIT),
                met_or_unmet(
                    (
                        "Nội dung ghi phù hợp với lý do ra khỏi Đảng.",
                        "What is given belongs to this ground for leaving.",
                    ),
                    (
                        "Ngày được xóa án tích chỉ ghi khi ra khỏi Đảng vì bị kết án về tội ít nghiêm trọng.",
                        "The date on which a record was cleared is given only after a conviction for a less serious crime.",
                    ),
                ),
            )
            .at(FIELD);
        if !convicted {
            return;
        }
        let months = q.version.whole(WAIT);
        let too_early = cleared.filter(|on| *on < left_on);
        let from = cleared.map(|on| plus_months(on, months));
        checks.need(
            too_early.is_none() && from.is_some_and(|from| q.on >= from),
            "readmission.record_cleared",
            q.version.source(WAIT),
            met_or_unmet(
                (
                    format!("Đã đủ {months} tháng kể từ khi được xóa án tích."),
                    format!("{months} months have passed since the record was cleared."),
                ),
                match (too_early, from) {
                    (Some(_), _) => (
                        format!("Người này ra khỏi Đảng ngày {}; án tích không thể được xóa trước ngày ấy.", vi(left_on)),
                        format!("The person left the Party on {left_on}; the record cannot have been cleared before that."),
                    ),
                    (None, Some(from)) => (
                        format!("Chưa đủ {months} tháng kể từ khi được xóa án tích: sớm nhất ngày {}.", vi(from)),
                        format!("{months} months have not passed since the record was cleared: possible from {from}."),
                    ),
                    (None, None) => (
                        "Phải nêu ngày được xóa án tích.".to_owned(),
                        "The date on which the record was cleared is missing.".to_owned(),
                    ),
                },
            ),
        );
        match from.filter(|_| too_early.is_none()) {
            Some(from) => checks.earliest(from),
            None => checks.at(FIELD),
        };
    }
}
