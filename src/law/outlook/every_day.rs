//! The way of a file found by trying, on every day in turn, whatever can be recorded.
use chrono::NaiveDate;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Course;
use crate::calendar::valid_to;
use crate::enrolment::{enrol, pupil, takes_proposals};
use crate::judgement::{self, judge};
use crate::story::{Case, ballot, days, member};
use crate::words::{ClassKind, Stage, WaiverKind};

/// Tries, on every day in turn, whatever can be recorded.
pub(super) struct EveryDay {
    case: Case,
    classes: Vec<Course>,
    proposed: Vec<(Course, NaiveDate)>,
}

impl EveryDay {
    pub fn new((case, classes): (Case, Vec<Course>)) -> Self {
        Self {
            case,
            classes,
            proposed: Vec::new(),
        }
    }

    fn setting(&self, key: &str, on: NaiveDate) -> i64 {
        let setting = crate::settings::find(key).unwrap();
        self.case.facts.settings.on(setting, on).into()
    }

    fn tries(&mut self, kind: &str, on: NaiveDate, fields: Value) -> bool {
        let mut fields = fields;
        fields["on"] = json!(on);
        let mut recorded = self.case.recorded(kind, fields);
        recorded.role = recorded
            .act
            .step()
            .only()
            .unwrap_or(recorded.act.kind().recorded_by()[0]);
        recorded.account = Uuid::from_u128(recorded.role as u128 + 1);
        let Case { law, facts } = &self.case;
        let file = facts.file(law);
        let question = judgement::Question {
            facts,
            file: &file,
            law,
            version: law.on(on),
            on,
            role: recorded.role,
            account: recorded.account,
            recording: true,
            lost: &[],
        };
        let checks = judgement::requirements(&question, recorded.act.step(), Some(&recorded.act));
        // the whole judgement takes long: only of what has a chance
        let good = checks.iter().all(|c| c.met) && judge(facts, law, &recorded).is_ok();
        if good {
            self.case.facts.acts.push(recorded);
        }
        good
    }

    /// So many days after the step before.
    fn passed(&self, key: &str, on: NaiveDate) -> bool {
        let since = self.case.facts.file(&self.case.law).stage_on;
        on >= days(since, self.setting(key, since))
    }

    /// The first day of the ceremony, or of a probationary member's recognition, up to `until`.
    pub fn reached(&mut self, until: NaiveDate) -> Option<NaiveDate> {
        let mut on = self.case.facts.today;
        while on <= until {
            self.case.facts.today = on;
            loop {
                let recorded = self.case.facts.acts.len();
                self.class(on);
                self.evidence(on);
                if self.moves(on) {
                    return Some(on);
                }
                if self.case.facts.acts.len() == recorded {
                    break;
                }
            }
            on = on.succ_opt().unwrap();
        }
        None
    }

    fn class(&mut self, on: NaiveDate) {
        for course in self.classes.clone() {
            let lesson = course.lesson;
            let known = self.proposed.iter().any(|(c, _)| c.id == course.id);
            let file = self.case.facts.file(&self.case.law);
            let entered = match lesson.kind {
                ClassKind::Awareness => file.in_plan_on,
                ClassKind::NewMember => file.ceremony_on,
            };
            let planned = entered.is_some();
            let takes = takes_proposals(&lesson, on, false).is_empty() && on <= lesson.starts_on;
            if !known && (course.seated || course.room && takes && planned) {
                self.proposed.push((course, on));
            }
        }
        for (course, _) in self.proposed.clone() {
            let lesson = course.lesson;
            let Case { law, facts } = &self.case;
            let pupil = pupil(&facts.file(law), &lesson, None);
            let sat =
                lesson.starts_on < on && course.seated || enrol(&lesson, pupil.as_ref()).is_empty();
            if course.ends_on == on && sat || course.seated && course.ends_on < on {
                let months = self
                    .case
                    .law
                    .on(course.ends_on)
                    .whole("awareness_valid_months");
                let to = valid_to(course.ends_on, months);
                let to = (lesson.kind == ClassKind::Awareness).then_some(to);
                let data = json!({"class_kind": lesson.kind, "enrolment_id": course.id, "number": "1", "valid_to": to});
                self.tries("certificate", course.ends_on, data);
                self.proposed.retain(|(c, _)| c.id != course.id);
                self.classes.retain(|c| c.id != course.id);
            }
        }
    }

    fn evidence(&mut self, on: NaiveDate) {
        let file = self.case.facts.file(&self.case.law);
        if !matches!(file.stage, Stage::InPlan | Stage::Dossier) {
            return;
        }
        if file.sponsored_on(on).next().is_none()
            || !file.sponsors.iter().any(|s| self.case.facts.helps(s, on))
        {
            for who in 1..=4 {
                self.tries("sponsorship", on, json!({"member_id": member(who)}));
            }
        }
        let file = self.case.facts.file(&self.case.law);
        if file.notes.all().is_empty() {
            for who in 1..=4 {
                self.tries(
                    "sponsor_note",
                    on,
                    json!({"member_id": member(who), "assessment": "done"}),
                );
            }
        }
        let has = |kind: &str, what: &str| {
            let acts = self
                .case
                .facts
                .acts
                .iter()
                .filter(|r| r.act.kind().wire() == kind);
            acts.filter(|r| r.act.on() > days(on, -300))
                .any(|r| r.act.data().unwrap().to_string().contains(what))
        };
        let mut all = Vec::new();
        for by in ["youth_union", "trade_union"] {
            if !has("introduction", by) {
                all.push(("introduction", json!({"by": by, "paper_number": "1"})));
            }
        }
        for of in ["trade_union", "residence_branch_committee"] {
            if !has("opinion", of) {
                all.push((
                    "opinion",
                    json!({"of": of, "purpose": "admission", "favourable": true}),
                ));
            }
        }
        for who in 1..=4 {
            if has("introduction", &member(who).to_string()) {
                continue;
            }
            all.push(("introduction", json!({"by": "member", "member_id": member(who), "shared_from": days(on, -400), "shared_kind": "work", "paper_number": "1"})));
        }
        for (id, test) in &file.tests {
            if test.result.all().is_empty() {
                all.push((
                    "test_result",
                    json!({"assignment_id": id, "assessment": "done"}),
                ));
            }
        }
        for relation in [
            "self_person",
            "father",
            "mother",
            "spouse_father",
            "spouse_mother",
        ] {
            let spouse = file.subjects.keys().any(|s| s.0.wire() == "spouse");
            if !file.subjects.keys().any(|s| s.0.wire() == relation)
                && (spouse || !relation.starts_with("spouse"))
            {
                all.push((
                    "verification",
                    json!({"step": "declared", "relation": relation}),
                ));
            }
        }
        if file.sealed.all().is_empty() {
            all.push(("verification", json!({"step": "sealed"})));
        }
        for (kind, data) in all {
            self.tries(kind, on, data);
        }
        let file = self.case.facts.file(&self.case.law);
        for ((relation, _), inquiry) in &file.subjects {
            if inquiry.asked.all().is_empty() {
                self.tries(
                    "verification",
                    on,
                    json!({"step": "sent", "relation": relation}),
                );
            }
            let sent = inquiry.waits_since(on);
            if sent.is_some_and(|s| on >= days(s, self.setting("verification_lead_days", s))) {
                self.tries(
                    "verification",
                    on,
                    json!({"step": "returned", "relation": relation}),
                );
            }
        }
        if file.concluded.all().is_empty() {
            self.tries(
                "verification",
                on,
                json!({"step": "concluded", "conclusion": "clear"}),
            );
        }
    }

    /// The steps in their order; whether the last one was taken.
    fn moves(&mut self, on: NaiveDate) -> bool {
        let stage = self.case.facts.file(&self.case.law).stage;
        if stage.member() {
            return self.recognised(on);
        }
        let review = std::mem::take(&mut self.case.facts.in_open_review);
        let nominated = stage == Stage::Nominated;
        let _ = nominated && self.tries("plan_decision", on, json!({"action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
            "task_performance": true, "priority_group": "woman"}));
        self.case.facts.in_open_review = review;
        let at = |all: &Self, stage| all.case.facts.file(&all.case.law).stage == stage;
        if at(self, Stage::InPlan) {
            self.tries("dossier", on, json!({"application_on": on}));
        }
        let all = self.case.facts.official_members(on);
        let mut vote = ballot(on, "admission", [all, 0, 0, all, all, 0]);
        if at(self, Stage::Dossier) && self.passed("branch_vote_lead_days", on) {
            self.tries("resolution", on, vote.clone());
        }
        vote["body"] = "committee".into();
        if at(self, Stage::BranchResolved) && self.passed("committee_vote_lead_days", on) {
            self.tries("resolution", on, vote);
        }
        let file = self.case.facts.file(&self.case.law);
        if file.stage == Stage::CommitteeResolved {
            let codes = [
                "1-KNĐ", "2-KNĐ", "3-KNĐ", "4-KNĐ", "4A-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ",
            ];
            for code in codes
                .into_iter()
                .filter(|code| file.paper(code, on).is_none())
            {
                self.tries("document", on, json!({"code": code, "received_on": on}));
            }
            self.tries("submission", on, json!({"paper_number": "1"}));
        }
        let file = self.case.facts.file(&self.case.law);
        if file.stage == Stage::Submitted && file.waivers.is_empty() {
            self.tries("waiver", on, json!({"what": "age_over_sixty", "reason": "1", "approver": "1", "paper_number": "1"}));
        }
        if at(self, Stage::Submitted) && self.passed("decision_lead_days", on) {
            for body in ["upper_standing_committee", "base_standing_committee"] {
                self.tries("decision", on, json!({"purpose": "admission", "outcome": "granted", "number": "1", "body": body, "members": 9, "in_favor": 9, "reason": "1"}));
            }
        }
        let file = self.case.facts.file(&self.case.law);
        if file.stage == Stage::Decided && file.waived(WaiverKind::LateCeremony, on).is_none() {
            self.tries("waiver", on, json!({"what": "late_ceremony", "reason": "1", "approver": "1", "paper_number": "1"}));
        }
        at(self, Stage::Decided)
            && self.passed("ceremony_lead_days", on)
            && self.tries("ceremony", on, json!({}))
    }

    /// From the papers of the probation to the recognition; whether it was decided.
    fn recognised(&mut self, on: NaiveDate) -> bool {
        let file = |all: &Self| all.case.facts.file(&all.case.law);
        let missing = |all: &Self, codes: &[&'static str]| -> Vec<&'static str> {
            let held = file(all);
            let codes = codes.iter().filter(|code| held.paper(code, on).is_none());
            codes.copied().collect()
        };
        if file(self).stage == Stage::Probationary {
            for code in missing(self, &["10-KNĐ", "11-KNĐ", "12-KNĐ"]) {
                self.tries("document", on, json!({"code": code, "received_on": on}));
            }
        }
        let all = self.case.facts.official_members(on);
        let mut vote = ballot(on, "recognition", [all, 0, 0, all, all, 0]);
        let reported = file(self).reported().is_some();
        if file(self).stage == Stage::Probationary
            && !reported
            && self.passed("branch_vote_lead_days", on)
        {
            self.tries("resolution", on, vote.clone());
        }
        vote["body"] = "committee".into();
        if file(self).stage == Stage::RecognitionBranchResolved
            && self.passed("committee_vote_lead_days", on)
        {
            self.tries("resolution", on, vote);
        }
        let resolved = file(self).stage == Stage::RecognitionCommitteeResolved;
        if resolved {
            for code in missing(self, &["13-KNĐ", "15-KNĐ"]) {
                self.tries("document", on, json!({"code": code, "received_on": on}));
            }
        }
        let bodies = ["upper_standing_committee", "base_standing_committee"];
        (resolved || reported)
            && self.passed("decision_lead_days", on)
            && bodies.into_iter().any(|body| {
                self.tries("recognition", on, json!({"number": "1", "body": body, "members": 9, "in_favor": 9, "reason": "1"}))
            })
    }
}
