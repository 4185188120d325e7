//! The order of the procedure: which act is possible in which stage, who records it, and everything
//! it requires. One function answers "what is missing" and refuses the act (29-QĐ/TW, 3 to 4;
//! 24-QĐ/TW, 3 to 4).
pub mod admission;
pub mod decision;
mod dossier;
mod plan;
mod recognition;
mod step;

pub use self::step::Step;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::acts::{Act, ActKind};
use super::checks::{Check, Checks};
use super::dates::Holidays;
use super::file::{File, Recorded, effective};
use super::regulation::{Regulations, Version};
use super::words::{GeneralEducation, Purpose, Stage, VotingBody};
use super::{say, sponsorship};

/// What the register says about a member.
#[derive(Clone, Debug)]
pub struct MemberFact {
    pub official_on: Option<NaiveDate>,
    pub branch: Uuid,
    pub active: bool,
    pub open_sponsorships: i32,
}

/// All that the regulations ask about a person, besides the acts.
#[derive(Clone, Debug)]
pub struct Facts {
    pub birth_date: NaiveDate,
    pub general_education: Option<GeneralEducation>,
    pub youth_union_member: bool,
    pub trade_union_member: bool,
    pub branch: Uuid,
    pub unit_has_youth_union: bool,
    /// Members whom the acts name.
    pub members: BTreeMap<Uuid, MemberFact>,
    /// Official members of the branch: since when, until when.
    pub register: Vec<(NaiveDate, Option<NaiveDate>)>,
    pub youth_age_limit: u32,
    pub minimum_months_in_plan: u32,
    pub sponsorship_load_limit: i32,
    pub holidays: Holidays,
    /// On the list of a review that is open.
    pub in_open_review: bool,
    pub today: NaiveDate,
    pub acts: Vec<Recorded>,
}

impl Facts {
    pub fn official_members(&self, on: NaiveDate) -> i32 {
        let there = self
            .register
            .iter()
            .filter(|(from, to)| *from <= on && to.is_none_or(|to| to >= on))
            .count();
        i32::try_from(there).unwrap_or(i32::MAX)
    }
}

/// Who records, on which day, under which law.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub facts: &'a Facts,
    pub file: &'a File,
    pub law: &'a Regulations,
    pub version: &'a Version,
    pub on: NaiveDate,
    pub role: &'a str,
    pub account: Uuid,
    /// A new act; the register of the day is compared only then.
    pub fresh: bool,
}

/// Every requirement of a step, met or not. Without the act itself, what only the act could show is left out.
pub fn requirements(q: &Asked<'_>, step: Step, act: Option<&Act>) -> Vec<Check> {
    let mut checks = Checks::new(q.version);
    let (stages, source) = step.stages();
    let label = |s: &Stage, english: bool| {
        Stage::TERMS
            .iter()
            .find(|t| t.0 == s.wire())
            .map_or("", |t| if english { t.2 } else { t.1 })
    };
    let names = |english: bool| {
        stages
            .iter()
            .map(|s| format!("“{}”", label(s, english)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let readmitted_anew = matches!(act, Some(Act::Nomination(_) | Act::Readmission(_)));
    checks.need(
        readmitted_anew || stages.contains(&q.file.stage),
        "act.stage",
        source,
        say(
            format!(
                "Đang ở bước “{}”; việc này thuộc bước: {}.",
                label(&q.file.stage, false),
                names(false)
            ),
            format!(
                "The candidacy is in the stage “{}”; this belongs to: {}.",
                label(&q.file.stage, true),
                names(true)
            ),
        ),
    );
    if step.moves() && !readmitted_anew {
        checks
            .need(
                q.on >= q.file.stage_on,
                "act.order",
                source,
                say(
                    format!(
                        "Bước trước đó ngày {}; việc sau không thể trước ngày ấy.",
                        q.file.stage_on
                    ),
                    format!(
                        "The step before was on {}; what follows cannot be earlier.",
                        q.file.stage_on
                    ),
                ),
            )
            .earliest(q.file.stage_on);
    }
    if act.is_some() {
        checks.need(
            q.on <= q.facts.today,
            "act.not_in_future",
            "Điều lệ, 4",
            say(
                "Ngày của việc ở tương lai.",
                "The day of the act lies in the future.",
            ),
        );
    }
    if let Some(role) = step.role() {
        // the Office mends minutes; what the Standing Committee concludes it does not
        let mends = matches!(step, Step::Vote(..))
            && q.role == "party_office"
            && act.and_then(Act::corrects).is_some();
        checks.need(
            q.role == role || mends,
            "act.recorded_by",
            source,
            say(
                format!("Việc này do vai trò {role} ghi."),
                format!("The role {role} records this."),
            ),
        );
    }
    match step {
        Step::Plan(action) => {
            plan::in_the_review(q, &mut checks);
            plan::decide(&mut checks, action, act);
        }
        Step::Verify(which) => dossier::verify(q, &mut checks, which, act),
        Step::Issue(which) => dossier::issue(q, &mut checks, which, act),
        Step::Vote(Purpose::Admission, VotingBody::Branch) => {
            admission::branch_vote(q, &mut checks, act)
        }
        Step::Vote(Purpose::Recognition, VotingBody::Branch) => {
            recognition::branch_vote(q, &mut checks, act)
        }
        Step::Vote(_, VotingBody::Branch) => {
            admission::enough_members(q, &mut checks, act);
            admission::tally(q, &mut checks, act);
        }
        Step::Vote(_, VotingBody::Committee) => admission::tally(q, &mut checks, act),
        Step::Decide(purpose) => decision::decide(q, &mut checks, purpose, act),
        Step::Other(kind) => other(q, &mut checks, kind, act),
    }
    checks.done()
}

fn other(q: &Asked<'_>, checks: &mut Checks, kind: ActKind, act: Option<&Act>) {
    match kind {
        ActKind::Sponsorship => plan::sponsor(q, checks, act),
        ActKind::SponsorshipEnd | ActKind::SponsorNote => plan::of_sponsor(q, checks, act),
        ActKind::TestAssignment | ActKind::TestResult => plan::test(q, checks, act),
        ActKind::Introduction => dossier::introduce(q, checks, act),
        ActKind::Dossier => dossier::open(q, checks, act),
        ActKind::Document => {
            dossier::not_with_the_deciding_body(q, checks);
            dossier::document(checks, act);
        }
        ActKind::Opinion => {
            dossier::not_with_the_deciding_body(q, checks);
            dossier::opinion(checks, act);
        }
        ActKind::Submission => admission::submit(q, checks),
        ActKind::Return => admission::send_back(checks, act),
        ActKind::Ceremony => decision::ceremony(q, checks),
        ActKind::Recognition => recognition::decide(q, checks, act),
        ActKind::Readmission => plan::readmit(q, checks, act),
        ActKind::Exit
        | ActKind::Waiver
        | ActKind::Certificate
        | ActKind::Nomination
        | ActKind::Annulment
        | ActKind::PlanDecision
        | ActKind::Resolution
        | ActKind::Verification
        | ActKind::PoliticalIssue
        | ActKind::Decision => {}
    }
}

/// What recording an act leads to.
#[derive(Debug)]
pub struct Verdict {
    pub file: File,
    /// Code of the version in force on the act's day.
    pub regulation: String,
}

/// The file as the recorded acts have made it.
pub fn replay(facts: &Facts, law: &Regulations) -> File {
    let standing = effective(&facts.acts);
    let mut file = File::new(standing.first().map_or(facts.today, |r| r.act.on()));
    for recorded in &standing {
        file.apply(recorded, law);
    }
    file
}

/// Records `new` or names everything that is missing. A correction or an annulment has every later act judged again.
pub fn decide(facts: &Facts, law: &Regulations, new: &Recorded) -> Result<Verdict, Vec<Check>> {
    let version = law.on(new.act.on());
    let target = if let Act::Annulment(a) = &new.act {
        Some(a.act_id)
    } else {
        new.act.corrects()
    };
    let mut acts = facts.acts.clone();
    acts.push(new.clone());
    if let Some(target) = target {
        correctable(facts, version, new, target)?;
    }
    let standing = effective(&acts);
    let first_touched = match target {
        // everything from the corrected act on
        Some(target) => {
            let before = effective(&facts.acts);
            let root = before
                .iter()
                .position(|r| r.id == target || same_root(&facts.acts, r.id, target));
            root.unwrap_or(0)
        }
        None => standing.len() - 1,
    };
    let annuls = matches!(new.act, Act::Annulment(_));
    let mut file = File::new(standing.first().map_or(facts.today, |r| r.act.on()));
    let mut missing = Vec::new();
    for (place, recorded) in standing.iter().enumerate() {
        if place >= first_touched {
            let is_new = !annuls && place == first_touched;
            let asked = Asked {
                facts,
                file: &file,
                law,
                version: law.on(recorded.act.on()),
                on: recorded.act.on(),
                role: &recorded.role,
                account: recorded.account,
                fresh: is_new,
            };
            let unmet = requirements(&asked, Step::of(&recorded.act), Some(&recorded.act))
                .into_iter()
                .filter(|c| !c.met);
            missing.extend(unmet.map(|c| if is_new { c } else { c.of_later(&recorded.act) }));
        }
        file.apply(recorded, law);
    }
    if target.is_some() {
        let before = replay(facts, law);
        let open = |file: &File| {
            file.sponsors
                .iter()
                .filter(|s| s.2.is_none())
                .map(|s| s.0)
                .collect::<Vec<_>>()
        };
        let held = open(&before);
        // an end that is taken back gives the sponsor the person back: under the limit as for an
        // assignment
        for member in open(&file).into_iter().filter(|m| !held.contains(m)) {
            if let Some(known) = facts.members.get(&member) {
                missing.extend(sponsorship::reopen(
                    known.open_sponsorships,
                    facts.sponsorship_load_limit,
                ));
            }
        }
    }
    if missing.is_empty() {
        Ok(Verdict {
            file,
            regulation: version.code.clone(),
        })
    } else {
        Err(missing)
    }
}

/// Whether `later` corrects (directly or not) the act that stands under the id `root`.
fn same_root(acts: &[Recorded], root: Uuid, later: Uuid) -> bool {
    let mut id = later;
    while let Some(old) = acts
        .iter()
        .find(|r| r.id == id)
        .and_then(|r| r.act.corrects())
    {
        if old == root {
            return true;
        }
        id = old;
    }
    false
}

/// What may be corrected or annulled, by whom.
fn correctable(
    facts: &Facts,
    version: &Version,
    new: &Recorded,
    target: Uuid,
) -> Result<(), Vec<Check>> {
    let mut checks = Checks::new(version);
    let source = "Điều lệ, 4";
    let old = facts.acts.iter().find(|r| r.id == target);
    let gone = facts.acts.iter().any(|r| {
        r.act.corrects() == Some(target)
            || matches!(&r.act, Act::Annulment(a) if a.act_id == target)
    });
    checks.need(
        old.is_some() && !gone,
        "correction.act",
        source,
        say(
            "Không có ghi nhận này, hoặc nó đã được sửa, đã hủy.",
            "There is no such act here, or it has been corrected or annulled already.",
        ),
    );
    checks.need(
        new.act.on() <= facts.today,
        "act.not_in_future",
        source,
        say(
            "Ngày của việc ở tương lai.",
            "The day of the act lies in the future.",
        ),
    );
    if let Some(old) = old {
        let annulment = matches!(new.act, Act::Annulment(_));
        let fits = if annulment {
            !matches!(
                old.act,
                Act::Nomination(_) | Act::Readmission(_) | Act::Annulment(_)
            )
        } else {
            old.act.kind() == new.act.kind()
        };
        let standing = effective(&facts.acts);
        let last = |pick: fn(&Act) -> bool| {
            standing
                .iter()
                .rev()
                .find(|r| pick(&r.act))
                .and_then(|r| facts.acts.iter().position(|a| a.id == r.id))
        };
        let sent = last(|a| matches!(a, Act::Submission(_)));
        let back = last(|a| matches!(a, Act::Return(_)));
        let place = facts.acts.iter().position(|r| r.id == target);
        let with_them = sent.is_some_and(|sent| {
            back.is_none_or(|back| back < sent) && place.is_some_and(|place| place < sent)
        });
        checks.need(
            !(with_them && new.role == "branch_committee"),
            "correction.submitted",
            source,
            say(
                "Hồ sơ đã trình: chi bộ không sửa được nữa.",
                "The file has been submitted: the branch can no longer edit it.",
            ),
        );
        checks.need(
            fits,
            "correction.kind",
            source,
            say(
                "Chỉ sửa được bằng một ghi nhận cùng loại; không hủy được ghi nhận đầu tiên.",
                "Only an act of the same kind corrects it; the first act cannot be annulled.",
            ),
        );
        checks.need(
            old.role == new.role || (new.role == "party_office" && old.role == "branch_committee"),
            "correction.by",
            source,
            say(
                "Chỉ nơi đã ghi sửa được; Văn phòng Đảng ủy sửa được ghi nhận của chi bộ.",
                "Only who recorded it may correct it; the Party Office corrects what a branch recorded.",
            ),
        );
    }
    let missing: Vec<Check> = checks.done().into_iter().filter(|c| !c.met).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}
