//! The end of a candidacy outside the procedure (kết thúc). A union that withdraws its nomination
//! records one with `DELETE /nominations/{id}`.
use super::deciding::{authorities, is_competent};
use super::{KindOfAct, OPEN};
use crate::candidacy::{File, Recorded};
use crate::judgement::Question;
use crate::regulation::InForce;
use crate::requirement::Checks;
use crate::text::Text;
use crate::words::{DecidingBody, ExitKind, LeavingGround, Role, Stage};
use crate::{Words, met_or_unmet, say};

const LEAVING: &str = "01-HD/TW (2016), 11.2; 01-HD/TW (2021), 11.2";

act! {
    /// The end of a candidacy outside the procedure
    pub struct Exit {
        pub kind: ExitKind,
        pub reason: Text<500>,
        /// Destination of a transfer
        pub to: Option<Text<300>>,
        /// The competent committee that decided; required where a probationary member leaves the
        /// Party
        pub body: Option<DecidingBody>,
        /// Number of that decision
        #[schema(example = "12-QĐ/HU")]
        pub decision_number: Option<Text<60>>,
        /// Why a probationary member leaves; it may bar a readmission
        pub ground: Option<LeavingGround>,
    }
}

impl KindOfAct for Exit {
    const WIRE: &'static str = "exit";
    const VI: &'static str = "kết thúc";
    const EN: &'static str = "exit";
    const SENSITIVE: &'static [&'static str] = &["ground"];
    const RECORDED_BY: &'static [Role] = &[Role::PartyOffice, Role::BranchCommittee];

    type Step = ();
    const STEPS: &'static [()] = &[()];

    fn step(&self) {}
    fn stages((): ()) -> (&'static [Stage], &'static str) {
        (OPEN, "Điều lệ, 4 và 5")
    }
    fn leads_to((): ()) -> &'static [Stage] {
        &[Stage::Withdrawn, Stage::TransferredOut, Stage::Deceased]
    }
    /// A union that introduced the person withdraws its nomination only.
    fn recorders((): (), from: Stage, to: Stage) -> Vec<Role> {
        if leaves_the_party(from, to) {
            vec![Role::PartyOffice]
        } else if (from, to) == (Stage::Nominated, Stage::Withdrawn) {
            [Self::RECORDED_BY, &[Role::TradeUnion, Role::YouthUnion]].concat()
        } else {
            Self::RECORDED_BY.to_vec()
        }
    }
    /// A probationary member leaves the Party by a decision of the competent committee (01-HD/TW,
    /// 11.2).
    fn require(q: &Question<'_>, (): (), act: Option<&Self>, checks: &mut Checks) {
        let Some(a) = act else {
            return;
        };
        let leaves_the_party = leaves_the_party(q.file.stage, a.kind.leads_to());
        let (wrong, field) = a.out_of_place(leaves_the_party);
        checks.need(
            field.is_none(),
            "exit.fields",
            LEAVING,
            met_or_unmet(
                (
                    "Nội dung ghi phù hợp với cách kết thúc.",
                    "What is given belongs to this kind of end.",
                ),
                (wrong.vi, wrong.en),
            ),
        );
        checks.at(field);
        if !leaves_the_party {
            return;
        }
        let competent = a.body.is_some_and(|body| is_competent(q.version, body));
        checks.need(
            q.role == Role::PartyOffice && competent && a.decision_number.is_some(),
            "exit.decided",
            LEAVING,
            met_or_unmet(
                (
                    "Cấp ủy có thẩm quyền đã quyết định cho đảng viên dự bị ra khỏi Đảng.".to_owned(),
                    "The competent committee has decided that the probationary member leaves the Party.".to_owned(),
                ),
                a.undecided(q),
            ),
        );
        let field = if competent { "decision_number" } else { "body" };
        checks.at((q.role == Role::PartyOffice).then_some(field));
        checks.need(
            matches!(
                a.ground,
                Some(
                    LeavingGround::Resigned
                        | LeavingGround::ResignedFamilyHardship
                        | LeavingGround::SelfQuit
                )
            ),
            "exit.ground",
            LEAVING,
            met_or_unmet(
                (
                    "Đã nêu lý do ra khỏi Đảng.",
                    "The ground for leaving the Party is given.",
                ),
                (
                    "Phải nêu lý do ra khỏi Đảng: xin ra, xin ra vì hoàn cảnh gia đình đặc biệt khó khăn, hoặc tự bỏ sinh hoạt.",
                    "The ground for leaving the Party must be given: resigned, resigned for family hardship, or quit without leave.",
                ),
            ),
        );
    }
    fn apply(&self, recorded: &Recorded, file: &mut File, _: &InForce) {
        file.enter(self.kind.leads_to(), recorded);
    }
}

impl ExitKind {
    const fn leads_to(self) -> Stage {
        match self {
            Self::Withdrawn => Stage::Withdrawn,
            Self::TransferredOut => Stage::TransferredOut,
            Self::Deceased => Stage::Deceased,
        }
    }
}

/// A probationary member who withdraws is a member no more.
fn leaves_the_party(from: Stage, to: Stage) -> bool {
    from.member() && to == Stage::Withdrawn
}

impl Exit {
    /// What is missing, or does not belong to this kind of end, and the first field of it.
    fn out_of_place(&self, leaves_the_party: bool) -> (Words, Option<&'static str>) {
        let mut wrong = Vec::new();
        match (&self.to, self.kind) {
            (None, ExitKind::TransferredOut) => wrong.push((
                "to",
                say("Còn thiếu nơi đến.", "The destination is missing."),
            )),
            (Some(_), ExitKind::Withdrawn | ExitKind::Deceased) => wrong.push((
                "to",
                say(
                    "Nơi đến chỉ ghi khi chuyển đi nơi khác.",
                    "A destination is given for a transfer elsewhere only.",
                ),
            )),
            (Some(_), ExitKind::TransferredOut)
            | (None, ExitKind::Withdrawn | ExitKind::Deceased) => {}
        }
        let decided = [
            ("body", self.body.is_some()),
            ("decision_number", self.decision_number.is_some()),
            ("ground", self.ground.is_some()),
        ];
        let mut decided = decided.into_iter().filter(|(_, given)| *given);
        if let Some((field, _)) = decided.next().filter(|_| !leaves_the_party) {
            let words = say(
                "Cấp quyết định, số quyết định và lý do ra khỏi Đảng chỉ ghi khi đảng viên dự bị ra khỏi Đảng.",
                "The body, the number and the ground of a decision are given only where a probationary member leaves the Party.",
            );
            wrong.push((field, words));
        }
        let all = |pick: fn(&Words) -> &str| {
            let all: Vec<_> = wrong.iter().map(|(_, words)| pick(words)).collect();
            all.join(" ")
        };
        let words = say(all(|w| &w.vi), all(|w| &w.en));
        (words, wrong.first().map(|(field, _)| *field))
    }

    /// What is missing in the decision by which a probationary member leaves.
    fn undecided(&self, q: &Question<'_>) -> (String, String) {
        let bodies = authorities(q.version);
        let mut missing = Vec::new();
        if q.role != Role::PartyOffice {
            missing.push(say(
                "do Văn phòng Đảng ủy ghi, chi bộ không tự cho ra",
                "recorded by the Party Office, not by the branch",
            ));
        }
        match self.body {
            None => missing.push(say(
                format!("phải nêu cấp quyết định ({})", bodies.vi),
                format!("the deciding body ({}) is to be given", bodies.en),
            )),
            Some(body) if !is_competent(q.version, body) => missing.push(say(
                format!("thẩm quyền thuộc {}, không phải {}", bodies.vi, body.vi()),
                format!(
                    "the competent body is the {}, not the {}",
                    bodies.en,
                    body.en()
                ),
            )),
            Some(_) => {}
        }
        if self.decision_number.is_none() {
            missing.push(say(
                "phải nêu số quyết định",
                "the decision's number is to be given",
            ));
        }
        let list = |pick: fn(Words) -> String| {
            let all: Vec<_> = missing.iter().cloned().map(pick).collect();
            all.join("; ")
        };
        (
            format!(
                "Đảng viên dự bị ra khỏi Đảng theo quyết định của cấp ủy có thẩm quyền: {}.",
                list(|w| w.vi)
            ),
            format!(
                "A probationary member leaves the Party by decision of the competent committee: {}.",
                list(|w| w.en)
            ),
        )
    }
}
