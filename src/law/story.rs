//! A candidacy ready for a vote, built from its acts, as a starting point for tests.
use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::acts::{Act, ActKind};
use crate::calendar::valid_to;
use crate::candidacy::Recorded;
use crate::judgement::{Facts, Verdict, judge};
use crate::register::{Activities, Line, Register, Registered, Stay};
use crate::regulation::{BUILT_IN, Regulations};
use crate::requirement::Check;
use crate::words::{Activity, GeneralEducation, Role};

pub fn d(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

pub fn days(from: NaiveDate, n: i64) -> NaiveDate {
    let by = Days::new(n.unsigned_abs());
    if n < 0 { from - by } else { from + by }
}

/// An official member of the branch.
pub fn member(n: u128) -> Uuid {
    Uuid::from_u128(1000 + n)
}

/// A candidacy and the law.
pub struct Case {
    pub law: Regulations,
    pub facts: Facts,
}

fn rules(unmet: Vec<Check>) -> Vec<&'static str> {
    unmet
        .into_iter()
        .filter(|c| !c.met)
        .map(|c| c.rule)
        .collect()
}

impl Case {
    /// A person of 24 in a branch of 14, with every kind of introduction possible.
    pub fn new(born: &str) -> Self {
        let branch = Uuid::from_u128(1);
        let known = |official_on: &str| Registered {
            official_from: Some(d(official_on)),
            stays: vec![Stay(branch, d(official_on), None)],
            activities: Activities::always(Activity::Active),
            sponsored: Vec::new(),
        };
        let facts = Facts {
            birth_date: d(born),
            birth_year_only: false,
            hidden_birth: None,
            general_education: Some(GeneralEducation::UpperSecondary),
            youth_union_member: true,
            youth_union_changed_on: Vec::new(),
            trade_union_member: true,
            trade_union_changed_on: Vec::new(),
            branch,
            moves: Vec::new(),
            own_stays: Vec::new(),
            youth_unions: Vec::new(),
            members: (1..=4).map(|n| (member(n), known("2010-05-19"))).collect(),
            register: Register(vec![Line::official(d("2010-05-19"), Activity::Active); 14]),
            settings: crate::settings::Values::default(),
            holidays: std::collections::BTreeMap::new(),
            elsewhere: BTreeSet::new(),
            in_open_review: false,
            offered: false,
            seats: Vec::new(),
            earlier: Vec::new(),
            namesake_waits: false,
            today: d("2030-01-01"),
            acts: Vec::new(),
        };
        Self {
            law: Regulations::read(BUILT_IN).unwrap(),
            facts,
        }
    }

    /// A dossier opened on that day with all that a vote requires: introductions on the 70th day,
    /// everything else before.
    pub fn ready(born: &str, opened: &str) -> Self {
        let mut case = Self::new(born);
        case.dossier(d(opened));
        for who in [1, 2] {
            case.introduce(days(d(opened), 70), who);
        }
        for union in ["youth_union", "trade_union"] {
            case.good(
                "introduction",
                json!({"on": days(d(opened), 70), "by": union, "paper_number": "1"}),
            );
        }
        case
    }

    /// Records everything up to the dossier, without introductions.
    pub fn dossier(&mut self, opened: NaiveDate) {
        let (planned, sponsor) = (days(opened, -60), member(3));
        self.good(
            "nomination",
            json!({"on": days(opened, -90), "by": "trade_union", "paper_number": "1"}),
        );
        let met = json!({"on": planned, "action": "add", "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true,
            "task_performance": true, "priority_group": "woman"});
        self.good("plan_decision", met);
        self.good("sponsorship", json!({"on": planned, "member_id": sponsor}));
        self.good(
            "sponsor_note",
            json!({"on": days(opened, -5), "member_id": sponsor, "assessment": "good"}),
        );
        self.certificate("awareness", days(opened, -30));
        self.good("dossier", json!({"on": opened, "application_on": opened}));
        for (step, after) in [
            ("declared", 5),
            ("sealed", 6),
            ("sent", 7),
            ("returned", 25),
            ("concluded", 30),
        ] {
            let on = days(opened, after);
            if matches!(step, "sealed" | "concluded") {
                self.good("verification", json!({"on": on, "step": step, "conclusion": (step == "concluded").then_some("clear")}));
            } else {
                for relation in ["self_person", "father", "mother"] {
                    self.good(
                        "verification",
                        json!({"on": on, "step": step, "relation": relation}),
                    );
                }
            }
        }
        for of in ["trade_union", "residence_branch_committee"] {
            self.good("opinion", json!({"on": days(opened, 35), "of": of, "purpose": "admission", "favourable": true}));
        }
    }

    pub fn certificate(&mut self, kind: &str, on: NaiveDate) {
        let to = (kind == "awareness")
            .then(|| valid_to(on, self.law.on(on).whole("awareness_valid_months")));
        self.good("certificate", json!({"on": on, "class_kind": kind, "enrolment_id": Uuid::nil(), "number": "1", "valid_to": to}));
    }

    pub fn introduce(&mut self, on: NaiveDate, who: u128) {
        let paper = json!({"on": on, "by": "member", "member_id": member(who), "shared_from": "2015-01-05", "shared_kind": "study", "paper_number": "1"});
        self.good("introduction", paper);
    }

    /// Judges without recording.
    pub fn judge(&self, kind: &str, data: Value) -> Result<Verdict, Vec<&'static str>> {
        judge(&self.facts, &self.law, &self.recorded(kind, data)).map_err(rules)
    }

    pub fn recorded(&self, kind: &str, data: Value) -> Recorded {
        let role = match data["body"].as_str() {
            Some("committee") => Role::PartyOffice,
            _ => Role::BranchCommittee,
        };
        let id = Uuid::from_u128(1_000_000 + self.facts.acts.len() as u128);
        Recorded {
            id,
            account: Uuid::nil(),
            role,
            act: Act::read(ActKind::parse(kind).unwrap(), data).unwrap(),
            regulation: None,
        }
    }

    /// Records what the rules accept of these acts.
    pub fn record_accepted(&mut self, acts: impl IntoIterator<Item = (&'static str, Value)>) {
        for (kind, data) in acts {
            if self.unmet(kind, data.clone()).is_empty() {
                let recorded = self.recorded(kind, data);
                self.facts.acts.push(recorded);
            }
        }
    }

    /// The member leaves with that day.
    pub fn leaves(&mut self, who: u128, last: NaiveDate) {
        if let Some(known) = self.facts.members.get_mut(&member(who)) {
            let Stay(branch, from, _) = known.stays[0];
            known.stays[0] = Stay(branch, from, Some(last));
        }
    }

    /// The unmet requirements of this act.
    pub fn unmet(&self, kind: &str, data: Value) -> Vec<&'static str> {
        self.judge(kind, data).err().unwrap_or_default()
    }

    /// Records an act that must be accepted; returns its id.
    #[track_caller]
    pub fn good(&mut self, kind: &str, data: Value) -> Uuid {
        assert_eq!(self.unmet(kind, data.clone()), [""; 0], "{kind} {data}");
        let recorded = self.recorded(kind, data);
        let id = recorded.id;
        self.facts.acts.push(recorded);
        id
    }

    /// A vote with the whole branch present and in favour.
    pub fn vote(&self, on: NaiveDate, purpose: &str) -> Value {
        let all = self.facts.official_members(on);
        ballot(on, purpose, [all, 0, 0, all, all, 0])
    }

    /// Records everything from the branch's vote to the submission.
    pub fn submit(&mut self, voted: NaiveDate) {
        self.good("resolution", self.vote(voted, "admission"));
        let mut committee = ballot(days(voted, 10), "admission", [15, 0, 0, 15, 10, 5]);
        committee["body"] = "committee".into();
        self.good("resolution", committee);
        for code in [
            "1-KNĐ", "2-KNĐ", "3-KNĐ", "4-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ",
        ] {
            self.good(
                "document",
                json!({"on": days(voted, 12), "code": code, "received_on": days(voted, 12)}),
            );
        }
        self.good(
            "submission",
            json!({"on": days(voted, 17), "paper_number": "1"}),
        );
    }

    /// A probationary member with the papers for recognition.
    pub fn probationary(decided: &str, ceremony: &str) -> Self {
        let (decided, held) = (d(decided), d(ceremony));
        let mut case = Self::ready("1997-01-15", &days(decided, -130).to_string());
        case.submit(days(decided, -40));
        case.good(
            "decision",
            granted(decided, "upper_standing_committee", 11, 6),
        );
        case.good("ceremony", json!({"on": held}));
        for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
            case.good(
                "document",
                json!({"on": days(held, 200), "code": code, "received_on": days(held, 200)}),
            );
        }
        case
    }
}

/// A vote with `[members, exempt and absent, suspended, present, in favour, against]`.
pub fn ballot(on: NaiveDate, purpose: &str, n: [i32; 6]) -> Value {
    json!({"on": on, "purpose": purpose, "body": "branch", "number": "1", "method": "secret_ballot", "members": n[0], "exempt_absent": n[1],
        "suspended": n[2], "present": n[3], "in_favor": n[4], "against": n[5], "abstain": 0})
}

pub fn granted(on: NaiveDate, body: &str, members: i32, in_favor: i32) -> Value {
    json!({"on": on, "purpose": "admission", "outcome": "granted", "number": "1", "body": body, "members": members, "in_favor": in_favor})
}
