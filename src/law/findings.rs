//! Findings: recorded acts with requirements that are unmet as of the act's own day. An act is
//! judged by the regulation of its day and by today's evidence, so a change of evidence can leave a
//! rightly recorded act without its ground.
use chrono::NaiveDate;
use uuid::Uuid;

use crate::acts::{Act, ActKind, Step};
use crate::candidacy::{File, Recorded, standing};
use crate::judgement::{Facts, Question, requirements};
use crate::regulation::Regulations;
use crate::requirement::{Check, Checks};
use crate::words::{DecisionOutcome, Purpose};
use crate::{say, time_limits, vi};

/// An unmet requirement of a recorded act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub act: Uuid,
    pub kind: ActKind,
    pub on: NaiveDate,
    pub check: Check,
}

impl Finding {
    /// The same requirement of the same act, whatever the figures in its sentence.
    fn repeats(&self, other: &Self) -> bool {
        self.act == other.act && self.check.rule == other.check.rule
    }

    /// The finding as a reason to refuse the change that causes it.
    pub fn falls(&self) -> Check {
        self.check.clone().of_later(self.kind, self.on)
    }
}

/// Every finding of a file, except those that a competent body has decided on.
pub fn of(facts: &Facts, law: &Regulations) -> Vec<Finding> {
    let (mut found, file) = all(facts, law);
    found.retain(|f| !file.waivers.iter().any(|(_, w)| w.settles(f)));
    found
}

/// Every finding, those too that a competent body has decided on, and the file.
pub(crate) fn all(facts: &Facts, law: &Regulations) -> (Vec<Finding>, File) {
    let acts = standing(&facts.acts);
    let mut file = facts.opened(&acts, law);
    let mut found = Vec::new();
    for (place, recorded) in acts.iter().enumerate() {
        found.extend(of_act(facts, law, &file, recorded, &acts[place + 1..]));
        recorded.apply(&mut file, law);
    }
    (found, file)
}

/// Those that are still to be settled, each by a duty.
pub fn to_settle(facts: &Facts, law: &Regulations) -> Vec<Finding> {
    if facts.file(law).stage.answers() {
        of(facts, law)
    } else {
        Vec::new()
    }
}

/// The unmet requirements of one act, given the file before it. Evidence that existed at the time
/// helps even if it was recorded `later`.
pub(crate) fn of_act(
    facts: &Facts,
    law: &Regulations,
    file: &File,
    recorded: &Recorded,
    later: &[Recorded],
) -> Vec<Finding> {
    let on = recorded.act.on();
    let with = |counts: &dyn Fn(&Recorded) -> bool| {
        let mut known = file.clone();
        for evidence in later.iter().filter(|r| counts(r)) {
            evidence.apply(&mut known, law);
        }
        unmet(facts, law, &known, recorded)
    };
    // a sponsor whose assignment had ended before, as was recorded later, was none
    let ended = |r: &Recorded| matches!(r.act, Act::SponsorshipEnd(_)) && r.act.on() < on;
    let found = if later.iter().any(ended) {
        with(&ended)
    } else {
        unmet(facts, law, file, recorded)
    };
    if found.is_empty() {
        return found;
    }
    let mut left = with(&|r| !r.act.step().moves() && r.act.on() <= on);
    left.retain(|f| found.iter().any(|one| one.repeats(f)));
    left
}

/// What a reader of the findings is told: acts that have lost their ground, and decisions that are
/// only `irregular` (true).
pub fn listed(facts: &Facts, law: &Regulations) -> Vec<(Finding, bool)> {
    let fallen = to_settle(facts, law).into_iter();
    let late = irregular(facts, law).into_iter();
    fallen
        .map(|f| (f, false))
        .chain(late.map(|f| (f, true)))
        .collect()
}

/// Decisions after the extended period, until the deciding body's paper about each is noted. They
/// are facts that happened out of order: no act falls by them, and no step waits.
pub fn irregular(facts: &Facts, law: &Regulations) -> Vec<Finding> {
    let file = facts.file(law);
    if !file.stage.answers() {
        return Vec::new();
    }
    let acts = standing(&facts.acts);
    let decides = |act: &Act, purpose| {
        matches!(act, Act::Decision(a) if a.purpose == purpose)
            || purpose == Purpose::Recognition && matches!(act, Act::Recognition(_))
    };
    let late = time_limits::irregular(&file, &facts.holidays).into_iter();
    let found = late.filter_map(|(purpose, on, period)| {
        let mut own = acts.iter().filter(|r| r.act.on() == on);
        let act = own.find(|r| decides(&r.act, purpose))?;
        let mut checks = Checks::new(law.on(on));
        checks.need(
            false,
            "decision.irregular",
            period.source,
            say(
                format!("Quyết định sau thời hạn đã gia hạn (ngày {}): còn thiếu văn bản của cấp quyết định về việc chậm.", vi(period.at_most)),
                format!("Decided after the extended period, which ended on {}: the deciding body's paper about the delay is missing.", period.at_most),
            ),
        );
        let check = checks.unmet().pop()?;
        Some(Finding {
            act: act.id,
            kind: act.act.kind(),
            on,
            check,
        })
    });
    found.collect()
}

fn unmet(facts: &Facts, law: &Regulations, file: &File, recorded: &Recorded) -> Vec<Finding> {
    let act = &recorded.act;
    let question = Question::again(facts, file, law, recorded);
    let checks = requirements(&question, act.step(), Some(act));
    let unmet = checks.into_iter().filter(|c| !c.met);
    unmet
        .map(|check| Finding {
            act: recorded.id,
            kind: act.kind(),
            on: act.on(),
            check,
        })
        .collect()
}

/// The findings of `after` that are not in `before`.
pub fn new(before: &[Finding], after: Vec<Finding>) -> Vec<Finding> {
    let known = |f: &Finding| before.iter().any(|b| b.repeats(f));
    after.into_iter().filter(|f| !known(f)).collect()
}

/// Whether the step may be taken although earlier acts have lost their ground: it repairs the file,
/// does not change the stage, gives the file back or ends the candidacy.
pub(crate) fn may_follow(step: Step, act: Option<&Act>) -> bool {
    if !step.moves() || act.is_some_and(|a| a.corrects().is_some()) {
        return true;
    }
    match act {
        Some(Act::Annulment(_)) => true,
        Some(Act::Decision(a)) => a.outcome == DecisionOutcome::Refused,
        _ => step.ends() || matches!(step, Step::Return(())),
    }
}
