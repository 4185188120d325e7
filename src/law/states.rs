//! The state machines of the service for readers: as tables and as pictures, from the tables of
//! moves in `lives` and, for a candidacy, from what each kind of act says of its steps.
use std::fmt::Write as _;

use crate::acts::Step;
use crate::lives::class;
use crate::lives::enrolment::{self, EnrolmentStep};
use crate::lives::problem_report::{self, ProblemReportStep};
use crate::lives::quota_plan::{self, QuotaPlanStep};
use crate::lives::review::{self, ReviewStep};
use crate::lives::source_plan::{self, SourcePlanStep};
use crate::lives::term::{self, TermStep};
use crate::lives::{Life, Move};
use crate::words::daily::ProblemState;
use crate::words::{
    ClassState, EnrolmentState, PlanState, ReviewState, Role, SourcePlanState, Stage, TermState,
};
use crate::{Words, say};

/// A state machine.
pub struct Machine {
    /// As in the address of its picture.
    pub name: &'static str,
    pub title: Words,
    /// In the order in which they are reached.
    pub states: Vec<State>,
    /// Each leads from one of `states` to another.
    pub moves: Vec<Arrow>,
}

/// A state as the interface and as a reader calls it.
pub struct State {
    pub value: &'static str,
    pub words: Words,
}

/// A step from one state to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrow {
    pub from: usize,
    pub to: usize,
    pub step: Words,
    pub by: Vec<Role>,
}

/// What a reader calls a state or a step.
trait Worded {
    fn words(&self) -> Words;
}

/// What the interface calls a state.
trait Valued: Worded {
    fn value(&self) -> &'static str;
    fn state(&self) -> State {
        State {
            value: self.value(),
            words: self.words(),
        }
    }
}

macro_rules! told_words {
    ($($word:ty)*) => {$(
        impl Worded for $word {
            fn words(&self) -> Words {
                say(self.vi(), self.en())
            }
        }
        impl Valued for $word {
            fn value(&self) -> &'static str {
                self.wire()
            }
        }
    )*};
}
told_words!(Stage PlanState SourcePlanState ReviewState ClassState EnrolmentState ProblemState TermState);

/// A quota plan, and whether a revision of it waits to be issued.
impl Worded for (PlanState, bool) {
    fn words(&self) -> Words {
        let state = self.0.words();
        if self.1 {
            say(
                format!("{}, chờ ban hành điều chỉnh", state.vi),
                format!("{}, a revision waits", state.en),
            )
        } else {
            state
        }
    }
}

impl Valued for (PlanState, bool) {
    fn value(&self) -> &'static str {
        self.0.wire()
    }
}

macro_rules! told_steps {
    ($($steps:ident { $($step:pat => $vi:literal, $en:literal;)* })*) => {$(
        impl Worded for $steps {
            fn words(&self) -> Words {
                match self {
                    $($step => say($vi, $en),)*
                }
            }
        }
    )*};
}
told_steps! {
    QuotaPlanStep {
        Self::Change => "sửa", "change";
        Self::Remove => "xóa", "remove";
        Self::Propose => "trình", "propose";
        Self::Issue => "ban hành", "issue";
        Self::PrepareRevision => "chuẩn bị điều chỉnh", "prepare a revision";
        Self::Reject => "không ban hành", "reject";
        Self::Close => "khóa sổ", "close";
        Self::Reopen { revised: _ } => "mở lại", "reopen";
    }
    SourcePlanStep {
        Self::Change => "sửa", "change";
        Self::Remove => "xóa", "remove";
        Self::Submit => "trình", "submit";
        Self::Approve => "phê duyệt", "approve";
        Self::Return => "trả lại", "return";
        Self::Revise => "điều chỉnh", "revise";
    }
    ReviewStep {
        Self::Decide => "quyết định về từng người", "decide about a person";
        Self::Remove => "xóa", "remove";
        Self::Close => "kết thúc", "close";
    }
    EnrolmentStep {
        Self::MoveUp => "có chỗ trống", "a seat becomes free";
        Self::Compile => "đưa vào danh sách", "put on the list";
        Self::Confirm => "xác nhận", "confirm";
        Self::Refuse => "không xác nhận", "refuse";
        Self::Withdraw => "rút", "withdraw";
        Self::ClassCloses => "đóng lớp", "the class is closed";
        Self::ClassCancelled => "hủy lớp", "the class is cancelled";
        Self::FileEnds => "hồ sơ kết thúc, hoặc ghi nhận làm căn cứ bị hủy", "the candidacy ends, or the act that it rests on is annulled";
        Self::Complete => "hoàn thành, cấp giấy chứng nhận", "complete, with a certificate";
        Self::Fail => "không hoàn thành", "fail";
        Self::CertificateAnnulled => "hủy ghi nhận giấy chứng nhận", "the certificate is annulled";
    }
    ProblemReportStep {
        Self::Forward => "chuyển Ban Thường vụ", "forward";
        Self::Answer => "trả lời", "answer";
        Self::Close => "kết thúc", "close";
        Self::Reopen => "mở lại", "reopen";
        Self::Write => "trao đổi", "write";
    }
    TermStep {
        Self::Change => "sửa", "change";
        Self::Remove => "xóa", "remove";
        Self::Approve => "phê duyệt", "approve";
        Self::Reopen => "mở lại", "reopen";
    }
}

fn of_life<S: Copy + PartialEq + Valued, T: Worded>(
    name: &'static str,
    title: Words,
    life: Life<S, T>,
) -> Machine {
    let mut states: Vec<S> = Vec::new();
    for Move { from, to, .. } in life {
        for state in [from, to] {
            if !states.contains(state) {
                states.push(*state);
            }
        }
    }
    let at = |state: &S| states.iter().position(|s| s == state).unwrap_or(0);
    let moves = life.iter().filter(|m| m.from != m.to).map(|m| Arrow {
        from: at(&m.from),
        to: at(&m.to),
        step: m.step.words(),
        by: m.by.to_vec(),
    });
    Machine {
        name,
        title,
        moves: moves.collect(),
        states: states.iter().map(Valued::state).collect(),
    }
}

/// The steps in each stage, in the order of the procedure. An annulment, which takes back any of
/// them, is none of its own.
fn candidacy() -> Machine {
    let place = |stage: Stage| Stage::ALL.iter().position(|s| *s == stage).unwrap_or(0);
    let all = Step::all().into_iter().flat_map(|step| {
        let moves = step.leads().into_iter();
        moves.map(move |(from, to, by)| Arrow {
            from: place(from),
            to: place(to),
            step: step.words(),
            by,
        })
    });
    let mut moves: Vec<Arrow> = all.collect();
    moves.sort_by_key(|arrow| arrow.from);
    Machine {
        name: "candidacy",
        title: say("Hồ sơ kết nạp", "Candidacy"),
        moves,
        states: Stage::ALL.iter().map(Valued::state).collect(),
    }
}

/// All of them.
pub fn machines() -> Vec<Machine> {
    vec![
        candidacy(),
        of_life("term", say("Nhiệm kỳ", "Term"), term::LIFE),
        of_life(
            "quota-plan",
            say("Kế hoạch chỉ tiêu", "Quota plan"),
            quota_plan::LIFE,
        ),
        of_life(
            "source-plan",
            say("Kế hoạch tạo nguồn", "Source plan"),
            source_plan::LIFE,
        ),
        of_life("review", say("Phiên xét", "Review"), review::LIFE),
        of_life("class", say("Lớp học", "Class"), class::LIFE),
        of_life(
            "enrolment",
            say("Suất học trong lớp", "Enrolment in a class"),
            enrolment::LIFE,
        ),
        of_life(
            "problem-report",
            say("Phản ánh vướng mắc", "Problem report"),
            problem_report::LIFE,
        ),
    ]
}

/// Width of a state's box.
const BOX: usize = 300;
/// From one box to the next.
const ROW: usize = 56;
const MARGIN: usize = 40;

impl Machine {
    /// The picture: the states one below the other, each arrow with the numbers of its moves in
    /// the table, steps forward on the right and steps back on the left.
    pub fn svg(&self, english: bool) -> String {
        let pick =
            |words: &'_ Words| -> String { if english { &words.en } else { &words.vi }.clone() };
        let span = |a: &Arrow| a.from.abs_diff(a.to);
        let longest = |forward: bool| {
            let these = self.moves.iter().filter(|a| (a.from < a.to) == forward);
            these.map(span).max().unwrap_or(0)
        };
        let reach = |span: usize| 30 + 22 * span;
        let left = MARGIN + reach(longest(false));
        let width = left + BOX + reach(longest(true)) + MARGIN;
        let height = ROW * self.states.len() + 20;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"14\" role=\"img\">\
             <title>{}</title><defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#444\"/></marker></defs>",
            pick(&self.title)
        );
        for (place, state) in self.states.iter().enumerate() {
            let y = 10 + ROW * place;
            let middle = left + BOX / 2;
            let _ = write!(
                svg,
                "<rect x=\"{left}\" y=\"{y}\" width=\"{BOX}\" height=\"36\" rx=\"6\" fill=\"#f3f6fb\" stroke=\"#446\"/>\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
                 <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\" font-family=\"monospace\" font-size=\"10\" fill=\"#555\">{}</text>",
                y + 17,
                pick(&state.words),
                y + 30,
                state.value
            );
        }
        let mut drawn: Vec<(usize, usize)> = Vec::new();
        // above all arrows
        let mut labels = String::new();
        for arrow in &self.moves {
            let ends = (arrow.from, arrow.to);
            if drawn.contains(&ends) {
                continue;
            }
            drawn.push(ends);
            let numbers = self.moves.iter().enumerate();
            let numbers: Vec<String> = numbers
                .filter(|(_, a)| (a.from, a.to) == ends)
                .map(|(place, _)| (place + 1).to_string())
                .collect();
            let y = |state: usize, by: usize| 10 + ROW * state + by;
            let away = reach(span(arrow));
            let (edge, turn) = if arrow.from < arrow.to {
                (left + BOX, left + BOX + away)
            } else {
                (left, left - away)
            };
            let (from, to) = (y(arrow.from, 24), y(arrow.to, 12));
            let _ = write!(
                svg,
                "<path d=\"M{edge} {from}C{turn} {from} {turn} {to} {edge} {to}\" fill=\"none\" stroke=\"#444\" marker-end=\"url(#tip)\"/>"
            );
            let _ = write!(
                labels,
                "<text x=\"{}\" y=\"{}\" font-size=\"11\" text-anchor=\"middle\" fill=\"#a00\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">{}</text>",
                (edge + 3 * turn) / 4,
                usize::midpoint(from, to) + 4,
                numbers.join(", ")
            );
        }
        svg.push_str(&labels);
        svg.push_str("</svg>");
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{CASES, Case};
    use crate::regulation::{BUILT_IN, Regulations};

    #[test]
    fn every_table_of_moves_is_drawn_whole() {
        let all = machines();
        let names: Vec<&str> = all.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), 8, "{names:?}");
        for machine in &all {
            let svg = machine.svg(false);
            for state in &machine.states {
                for text in [&*state.words.vi, state.value] {
                    assert!(svg.contains(&format!(">{text}</text>")), "{text}");
                }
                assert!(machine.svg(true).contains(&*state.words.en));
            }
            assert!(!machine.moves.is_empty(), "{}", machine.name);
            let mut drawn: Vec<_> = machine.moves.iter().map(|a| (a.from, a.to)).collect();
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(svg.matches("marker-end").count(), drawn.len());
        }
    }

    /// No case makes a move that is not drawn, and the cases make most of those that are.
    #[test]
    fn every_move_that_a_case_makes_is_drawn() {
        let law = Regulations::read(BUILT_IN).unwrap();
        let drawn = candidacy().moves;
        let mut seen = vec![false; drawn.len()];
        for case in CASES.iter().filter_map(|(_, text)| Case::read(text).ok()) {
            for (step, from, to) in case.moves(&law).unwrap() {
                let ends = |a: &Arrow| (Stage::ALL[a.from], Stage::ALL[a.to]) == (from, to);
                let place = drawn.iter().position(|a| ends(a) && a.step == step.words());
                seen[place.unwrap_or_else(|| panic!("{step:?}: {from:?}, {to:?}"))] = true;
            }
        }
        assert!(seen.iter().filter(|seen| **seen).count() > 15, "{seen:?}");
    }

    /// A person may leave in every stage; the Party, by the Office's record only.
    #[test]
    fn every_stage_has_its_exits() {
        let drawn = candidacy().moves;
        for from in Stage::ALL.iter().filter(|s| !s.ended()) {
            for to in [Stage::Withdrawn, Stage::TransferredOut, Stage::Deceased] {
                let mut ends = drawn.iter().filter(|a| Stage::ALL[a.from] == *from);
                let by = &ends.find(|a| Stage::ALL[a.to] == to).unwrap().by;
                let alone = from.member() && to == Stage::Withdrawn;
                assert_eq!(
                    by[..] == [Role::PartyOffice],
                    alone,
                    "{from:?} {to:?}: {by:?}"
                );
            }
        }
    }
}
