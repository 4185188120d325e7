//! The effects of an act as `app.carry` takes them: words and dates that the law has decided, one
//! key per effect.
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::law::candidacy::{Entered, Sponsor};
use crate::law::consequences::Effect;
use crate::law::deadlines::Deadline;
use crate::law::words::{Activity, EnrolmentState};

/// The effects as JSON. An act may have lost its ground by what this account has changed. After an act
/// that is hidden, the file keeps its version and the day of its last change, which would reveal it.
pub fn value(effects: &[Effect], by: Option<Uuid>, unseen: bool) -> Value {
    let pairs = effects.iter().map(|effect| pair(effect, by));
    let pairs = pairs.chain(unseen.then(|| ("unseen", Value::Bool(true))));
    Value::Object(pairs.map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>())
}

fn pair(effect: &Effect, by: Option<Uuid>) -> (&'static str, Value) {
    match effect {
        Effect::Stage {
            // already in the act's own row
            stage: _,
            stage_on,
            nominated_on,
            decided_on,
            admitted_on,
            official_on,
            admission,
        } => (
            "stage",
            json!({"stage_on": stage_on, "nominated_on": nominated_on, "decided_on": decided_on,
                "admitted_on": admitted_on, "official_on": official_on, "admission": admission}),
        ),
        Effect::Entered(stages) => ("entered", entered(stages)),
        Effect::EnrolmentFailed { enrolment } => (
            "enrolment_failed",
            json!({"enrolment": enrolment, "to": EnrolmentState::Failed}),
        ),
        Effect::SponsorshipVoid {
            member,
            from_on,
            reason,
        } => (
            "sponsorship_void",
            json!({"member": member, "from_on": from_on, "reason": reason}),
        ),
        Effect::Sponsorships(sponsors) => {
            let line = |s: &Sponsor| json!({"member_id": s.member, "from_on": s.from_on, "to_on": s.to_on, "end_reason": s.end_reason});
            let lines: Value = sponsors.iter().map(line).collect();
            ("sponsorships", lines)
        }
        Effect::SeatsFreed { reason } => {
            let open: Vec<_> = EnrolmentState::ALL.iter().filter(|s| s.open()).collect();
            (
                "seats_freed",
                json!({"reason": reason, "from": open, "to": EnrolmentState::Withdrawn}),
            )
        }
        Effect::Outcome { to, on, reason } => {
            ("outcome", json!({"to": to, "on": on, "reason": reason}))
        }
        Effect::Member {
            status,
            joined_on,
            official_on,
            recognised_on,
            decided_on,
        } => (
            "member",
            json!({"status": status, "activity": Activity::Active, "joined_on": joined_on,
                "official_on": official_on, "recognised_on": recognised_on, "decided_on": decided_on}),
        ),
        Effect::MemberGone { on: _ } => ("member_gone", Value::Null),
        Effect::Stays { stays, file_to } => (
            "stays",
            json!({"lines": stays, "file_moves": file_to.is_some()}),
        ),
        Effect::Deadlines { open, on } => {
            ("deadlines", json!({"due": deadlines(open, by), "on": on}))
        }
    }
}

/// The stages with the first day on which each was left: acts taken over later may be older than
/// those before them.
fn entered(stages: &[Entered]) -> Value {
    let left_on = |place: usize| {
        let later = stages.iter().skip(place).map(|next| next.on_date);
        later.min()
    };
    let line = |(place, one): (usize, &Entered)| {
        let left_on = left_on(place).map(|left| left.max(one.on_date));
        json!({"place": place, "stage": one.stage, "on_date": one.on_date, "left_on": left_on,
            "reason": one.reason})
    };
    (1..).zip(stages).map(line).collect()
}

/// Open duties.
pub fn deadlines(open: &[Deadline], by: Option<Uuid>) -> Value {
    let line = |d: &Deadline| {
        json!({"kind": d.kind, "key": d.key, "from_on": d.from_on, "workdays": d.workdays,
            "due_on": d.due_on, "skipped": d.skipped, "rule": d.rule, "source": d.source,
            "act": d.act, "by": by})
    };
    open.iter().map(line).collect()
}
