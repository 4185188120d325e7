//! Judging an act: which step is possible in which stage, who records it, and everything it
//! requires. The same function answers "what is missing" and refuses the act (29-QĐ/TW, 3 to 4;
//! 24-QĐ/TW, 3 to 4).
use chrono::NaiveDate;
use uuid::Uuid;

pub use crate::facts::Facts;

use crate::acts::{Act, Step};
use crate::candidacy::{File, Recorded, standing};
use crate::correction::{correctable, place_of, sponsors_again};
use crate::findings::{self, Finding};
use crate::possible_days::{after_nomination, possible_days};
use crate::regulation::{Regulations, Version};
use crate::requirement::{Check, Checks};
use crate::votes::Outcome;
use crate::words::{Purpose, Role, Stage, VotingBody};
use crate::{met_or_unmet, say, vi};

/// The context of a judgement: person and file, day, law, and who asks.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub facts: &'a Facts,
    pub file: &'a File,
    pub law: &'a Regulations,
    /// The version in force on that day, or the one that judged the recorded act.
    pub version: &'a Version,
    pub on: NaiveDate,
    pub role: Role,
    pub account: Uuid,
    /// True when recording, false when re-judging; only then are minutes checked against the
    /// register.
    pub recording: bool,
    /// Recorded acts that have lost their ground: they block further steps until settled.
    pub lost: &'a [Finding],
}

impl<'a> Question<'a> {
    /// A recorded act judged again, by the version that judged it.
    pub(crate) fn again(
        facts: &'a Facts,
        file: &'a File,
        law: &'a Regulations,
        recorded: &Recorded,
    ) -> Self {
        Self {
            facts,
            file,
            law,
            version: law.of(recorded),
            on: recorded.act.on(),
            role: recorded.role,
            account: recorded.account,
            recording: false,
            lost: &[],
        }
    }
}

/// Every requirement of a step, met or not. Without the act, requirements that only the act could
/// meet are omitted.
pub fn requirements(q: &Question<'_>, step: Step, act: Option<&Act>) -> Vec<Check> {
    let mut checks = Checks::new(q.version);
    in_order(q, step, act, &mut checks);
    step.require(q, act, &mut checks);
    checks.done()
}

/// Requirements on stage, date and role.
fn in_order(q: &Question<'_>, step: Step, act: Option<&Act>, checks: &mut Checks) {
    let (_, source) = step.stages();
    let label = |english| Stage::quoted(q.file.stage, english);
    let (stage, en) = (label(false), label(true));
    let names = |english| step.stages_in_words(english);
    let opens = act.is_some_and(Act::opens);
    checks.need(
        opens || step.possible_in(q.file),
        "act.stage",
        source,
        met_or_unmet(
            (
                format!("Hồ sơ đang ở giai đoạn {stage}, đúng giai đoạn của việc này."),
                format!("The candidacy is in the stage {en}, which allows this."),
            ),
            (
                format!(
                    "Hồ sơ đang ở giai đoạn {stage}; việc này chỉ thực hiện được ở giai đoạn: {}.",
                    names(false)
                ),
                format!(
                    "The candidacy is in the stage {en}; this is possible only in: {}.",
                    names(true)
                ),
            ),
        ),
    );
    let entered = Some(q.file.stage_on).filter(|_| step.moves() && !opens);
    let moved = q.file.moved_on.filter(|_| step.decides() && !opens);
    let moved = moved.max(came(q, step, act));
    let worked = q.file.worked_on().filter(|_| step.ends());
    let refused = q.file.refused.iter().filter(|(what, _)| asks(step, *what));
    let refused = refused.map(|(_, on)| *on).max();
    let before = [
        (
            refused,
            "quyết định không đồng ý",
            "the decision that refused it",
        ),
        (worked, "lần ghi nhận gần nhất", "the last record"),
        (moved, "việc chuyển chi bộ", "the move to another branch"),
        (entered, "bước liền trước", "the previous step"),
    ];
    let before = before
        .into_iter()
        .filter_map(|(on, vi, en)| Some((on?, vi, en)));
    if let Some((since, what, en)) = before.max_by_key(|(on, ..)| *on) {
        let day = vi(since);
        checks
            .need(
                q.on >= since,
                "act.order",
                source,
                met_or_unmet(
                    (
                        format!("Việc này diễn ra sau {what} (ngày {day})."),
                        format!("After {en} (on {since})."),
                    ),
                    (
                        format!("Việc này không thể diễn ra trước {what} (ngày {day})."),
                        format!("Not possible before {en} (on {since})."),
                    ),
                ),
            )
            .earliest(since);
    }
    if q.recording && !findings::may_follow(step, act) {
        ground(q.lost, checks);
    }
    if q.recording && q.facts.namesake_waits && step.moves() && !step.ends() {
        checks.need(
            false,
            "nomination.namesake",
            "29-QĐ/TW, 3",
            say(
                "Chờ Văn phòng Đảng ủy hoặc Ban Thường vụ xác nhận đây là người khác trùng họ tên, ngày sinh.",
                "The Party Office or the Standing Committee is to confirm first that this is another person of the same name and birth date.",
            ),
        );
    }
    if let Some(act) = act {
        if q.recording {
            not_in_future(q.on, q.facts, checks);
        }
        possible_days(q, act, checks);
    }
    after_nomination(q, act, checks);
    if let Some(role) = step.only() {
        let mends = q.role == Role::PartyOffice
            && act.is_some_and(|a| a.corrects().is_some() && a.mended_by_office());
        checks.need(
            q.role == role || mends,
            "act.recorded_by",
            source,
            met_or_unmet(
                (
                    format!("Nơi ghi: {}.", role.vi()),
                    format!("Recorded by: {}.", role.en()),
                ),
                (
                    format!("Việc này do {} ghi.", role.vi()),
                    format!("This is recorded by: {}.", role.en()),
                ),
            ),
        );
    }
}

/// The day on which the person came to the branch that would decide, if that is later: it neither
/// votes nor concludes for the days of another one. What that one decided is corrected as its own.
fn came(q: &Question<'_>, step: Step, act: Option<&Act>) -> Option<NaiveDate> {
    let decides = matches!(step, Step::Resolution((_, VotingBody::Branch)))
        || matches!(step, Step::PlanDecision(_) | Step::Verification(_)) && step.decides();
    // by its day, not by who wrote it: a correction is written by the branch that has the file by then
    let corrected = act.and_then(Act::corrects);
    let old = q.facts.acts.iter().find(|r| Some(r.id) == corrected);
    let theirs = old.is_some_and(|old| q.facts.here_since(old.act.on()) > old.act.on());
    if !q.recording || !decides || theirs {
        return None;
    }
    Some(q.facts.here_since(q.on)).filter(|since| *since > q.on)
}

/// Whether the step asks this question anew.
fn asks(step: Step, question: Purpose) -> bool {
    matches!(step, Step::Resolution((purpose, _)) | Step::Decision(purpose) if purpose == question)
}

/// The recorded acts still have their ground.
fn ground(lost: &[Finding], checks: &mut Checks) {
    let named = |english: bool| {
        let mut all: Vec<String> = Vec::new();
        for finding in lost {
            let (kind, on) = (finding.kind, finding.on);
            let act = if english {
                format!("{} ({on})", kind.en())
            } else {
                format!("{} ({})", kind.vi(), vi(on))
            };
            if !all.contains(&act) {
                all.push(act);
            }
        }
        all.join(", ")
    };
    checks.need(
        lost.is_empty(),
        "file.ground",
        "Điều lệ, 4",
        met_or_unmet(
            (
                "Các việc đã ghi trong hồ sơ đều còn đủ căn cứ.".to_owned(),
                "Every recorded act still has its ground.".to_owned(),
            ),
            (
                format!(
                    "Việc đã ghi không còn đủ căn cứ: {}. Phải sửa, hủy ghi nhận hoặc có quyết định của cấp ủy có thẩm quyền trước khi làm bước tiếp theo.",
                    named(false)
                ),
                format!(
                    "Recorded acts have lost their ground: {}. They must be corrected, annulled, or decided on by the competent committee before the next step.",
                    named(true)
                ),
            ),
        ),
    );
}

pub(crate) fn not_in_future(on: NaiveDate, facts: &Facts, checks: &mut Checks) {
    checks.need(
        on <= facts.today,
        "act.not_in_future",
        "Điều lệ, 4",
        met_or_unmet(
            ("Việc đã diễn ra.", "The date of the act has come."),
            (
                "Ngày của việc ở tương lai.",
                "The date of the act is in the future.",
            ),
        ),
    );
}

/// The requirements of a new attempt after this one, which has ended, as far as `act` can say:
/// what only the applicant's papers can meet is left out.
pub fn readmission(q: &Question<'_>, act: &Act) -> Vec<Check> {
    let mut checks = requirements(q, act.step(), Some(act));
    let told = ["agreement", "fields", "record_cleared"];
    checks.retain(|c| {
        let rule = c.rule.strip_prefix("readmission.");
        rule.is_some_and(|rule| !told.contains(&rule))
    });
    checks
}

/// The outcome of judging an act.
#[derive(Debug)]
pub struct Verdict {
    /// The file without the act, and with it.
    pub before: File,
    pub after: File,
    /// Code of the version in force on the act's day.
    pub regulation: String,
    /// Outcome of a vote.
    pub vote: Option<Outcome>,
    /// Acts that have no ground afterwards.
    pub lost: Vec<Finding>,
}

impl Verdict {
    /// The first day on which the act changes who was an official member, which votes about other
    /// people rest on.
    pub fn register_from(&self) -> Option<NaiveDate> {
        let official = |file: &File| file.official_from();
        let left = |file: &File| file.ended_on.filter(|_| file.official_from().is_some());
        let (before, after) = (&self.before, &self.after);
        let days = [
            (official(before), official(after)),
            (left(before), left(after)),
        ];
        let moved = days.into_iter().filter(|(was, is)| was != is);
        moved
            .filter_map(|(was, is)| is.into_iter().chain(was).min())
            .min()
    }
}

/// Records `new`, or returns every unmet requirement. For a correction or an annulment, every later
/// act is judged again.
pub fn judge(facts: &Facts, law: &Regulations, new: &Recorded) -> Result<Verdict, Vec<Check>> {
    let (verdict, fallen) = judge_evidence(facts, law, new)?;
    if fallen.is_empty() {
        Ok(verdict)
    } else {
        Err(fallen)
    }
}

/// Like [`judge`], with what later acts would lack apart: evidence that was wrong is put right all
/// the same where that is acknowledged. An act that moved the stage, and that others have followed,
/// is not.
pub fn judge_evidence(
    facts: &Facts,
    law: &Regulations,
    new: &Recorded,
) -> Result<(Verdict, Vec<Check>), Vec<Check>> {
    let version = law.of(new);
    let target = if let Act::Annulment(a) = &new.act {
        Some(a.act_id)
    } else {
        new.act.corrects()
    };
    if let Some(target) = target {
        correctable(facts, version, new, target)?;
    }
    let mut acts = facts.acts.clone();
    acts.push(new.clone());
    let standing = standing(&acts);
    // a correction affects everything from the corrected act on
    let first_touched = match target {
        Some(target) => place_of(facts, target),
        None => standing.len() - 1,
    };
    let annuls = matches!(new.act, Act::Annulment(_));
    let lost = findings::of(facts, law);
    // findings that existed before, decided on or not, must not prevent their repair
    let known = target.map_or_else(Vec::new, |_| findings::all(facts, law).0);
    let mut file = facts.opened(&standing, law);
    let mut before = None;
    let (mut missing, mut fallen) = (Vec::new(), Vec::new());
    for (place, recorded) in standing.iter().enumerate() {
        if !annuls && place == first_touched {
            let question = Question {
                recording: true,
                lost: &lost,
                ..Question::again(facts, &file, law, recorded)
            };
            let all = requirements(&question, recorded.act.step(), Some(&recorded.act));
            missing.extend(all.into_iter().filter(|c| !c.met));
        } else if place >= first_touched {
            let fall = findings::new(
                &known,
                findings::of_act(facts, law, &file, recorded, &standing[place + 1..]),
            );
            fallen.extend(fall.iter().map(Finding::falls));
        }
        if target.is_none() && place == first_touched {
            before = Some(file.clone());
        }
        recorded.apply(&mut file, law);
    }
    let before = before.unwrap_or_else(|| facts.file(law));
    let evidence = target.and_then(|target| facts.acts.iter().find(|r| r.id == target));
    if !missing.is_empty() || evidence.is_none_or(|r| r.act.step().moves()) {
        missing.append(&mut fallen);
    }
    if target.is_some() {
        let mut again = Checks::new(version);
        again.extend(sponsors_again(facts, &before, &file));
        missing.extend(again.done());
    }
    if !missing.is_empty() {
        missing.append(&mut fallen);
        return Err(missing);
    }
    // nothing to find: the act was judged a moment ago
    let ends = matches!(new.act, Act::SponsorshipEnd(_));
    let lost = if lost.is_empty() && target.is_none() && !ends {
        lost
    } else {
        findings::of(
            &Facts {
                acts,
                ..facts.clone()
            },
            law,
        )
    };
    let verdict = Verdict {
        before,
        after: file,
        regulation: version.code.clone(),
        vote: Outcome::of(&new.act, version),
        lost,
    };
    Ok((verdict, fallen))
}
