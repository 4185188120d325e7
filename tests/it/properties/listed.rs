//! `next-steps` is right for every reader and in every stage: a step listed as possible is accepted
//! with at least one body, any other is refused with all of them. Steps outside the file are
//! included.
use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Draws, runtime, whatever};
use crate::problem_reports::report;
use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{Answer, House, Plain, branch, demo, with};

const READERS: [&str; 4] = [BRANCH, "office", "standing", "upper"];
const UPPER: &str = "upper_standing_committee";

/// Steps that other tests rarely take.
const SELDOM: [&str; 6] = [
    "transfer",
    "political_issue",
    "readmission",
    "class_enrolment",
    "schooling",
    "return",
];

/// For each kind of step, how often it was possible and accepted, and how often it was not possible
/// and refused.
type Told = RefCell<BTreeMap<String, (u32, u32)>>;

struct Story<'a> {
    way: Way<'a>,
    told: &'a Told,
    steps: Vec<String>,
}

impl Story<'_> {
    fn house(&self) -> &House {
        self.way.house
    }
    fn today(&self) -> NaiveDate {
        self.house().clock.today()
    }

    /// Votes of everybody entitled, one carried and one failed, and one by the committee.
    async fn votes(&self) -> Vec<Value> {
        let on = self.today();
        let path = format!("branches/{}/register?on={on}", branch(1));
        let seen = self.house().read("office", &path).await.body;
        let [members, exempt, suspended] =
            ["official", "exempt", "suspended"].map(|n| seen[n].number());
        let all = members - exempt - suspended;
        let of_branch = json!({"members": members, "exempt_absent": exempt, "suspended": suspended, "present": all, "in_favor": all, "against": 0});
        let none = with(&of_branch, json!({"in_favor": 0, "against": all}));
        let of_committee = json!({"members": 15, "exempt_absent": 0, "suspended": 0, "present": 15, "in_favor": 15, "against": 0});
        let on = on.to_string();
        let body = |figures: &Value| with(&ballot("", "branch", &on, 1), figures.clone());
        [&of_branch, &none, &of_committee].map(body).to_vec()
    }

    /// Bodies that might be accepted for this kind of step today; the step's own fields are added
    /// later.
    async fn bodies(&self, kind: &str) -> Vec<Value> {
        let on = self.today();
        let members: Vec<String> = (2..=14).map(|n| demo("dd", 1, n)).collect();
        let relations = ["self_person", "father", "mother"];
        let each = |of: &dyn Fn(&str) -> Value, all: &[&str]| all.iter().map(|x| of(x)).collect();
        let of_member = |of: &dyn Fn(&String) -> Value| members.iter().map(of).collect();
        match kind {
            "plan_decision" => vec![
                json!({"on": on, "minutes_number": "1", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true,
                    "priority_group": "woman", "reason": "thử"}),
                json!({"on": on, "minutes_number": "1", "reason": "thử"}),
            ],
            "sponsorship" => of_member(&|m| json!({"member_id": m, "from_on": on})),
            "sponsor_note" => of_member(&|m| json!({"on": on, "member_id": m, "assessment": "good"})),
            "test_assignment" => vec![json!({"on": on, "title": "thử", "due_on": "2030-01-01"})],
            "test_result" => {
                let given = self.house().read("office", &self.way.path("/test-assignments?limit=200")).await;
                let result = |a: &Value| json!({"on": on, "assignment_id": a["id"], "assessment": "good"});
                given.items().iter().map(result).collect()
            }
            "introduction" => {
                let union = |by: &str| json!({"on": on, "by": by, "paper_number": "1"});
                let member = |m: &String| json!({"on": on, "by": "member", "member_id": m, "shared_from": "2017-01-01", "shared_kind": "work", "paper_number": "3"});
                let all = members.iter().map(member);
                all.chain(["youth_union", "trade_union"].map(union)).collect()
            }
            "dossier" => vec![json!({"on": on, "application_on": on})],
            "document" => each(
                &|code| json!({"on": on, "code": code, "received_on": on}),
                &["2-KNĐ", "10-KNĐ", "15-KNĐ", "16-KNĐ"],
            ),
            "verification" => {
                let of = |r: &&str| json!({"on": on, "relation": r, "reason": "đảng viên", "cv_truthful": true});
                let named = relations.iter().map(|r| json!({"on": on, "relation": r}));
                let ends = [json!({"on": on}), json!({"on": on, "conclusion": "clear"})];
                let flagged = relations.iter().map(|r| json!({"on": on, "relation": r, "flagged": *r == "father"}));
                named.chain(flagged).chain(relations.iter().map(of)).chain(ends).collect()
            }
            "political_issue" => relations
                .iter()
                .flat_map(|r| {
                    let proposed = json!({"on": on, "relation": r});
                    let concluded = json!({"body": "Ban Thường vụ Đảng ủy", "admissible": true, "paper_number": "1"});
                    [proposed.clone(), with(&proposed, concluded)]
                })
                .collect(),
            "opinion" => {
                let of = |of: &str, purpose: &str| json!({"on": on, "of": of, "purpose": purpose, "favourable": true});
                let unions = ["trade_union", "residence_branch_committee", "youth_union"];
                let all = unions.iter().flat_map(|u| [of(u, "admission"), of(u, "recognition")]);
                all.collect()
            }
            "resolution" => self.votes().await,
            "submission" => vec![json!({"on": on, "paper_number": format!("14-TTr/{on}")})],
            "return" => vec![json!({"on": on, "reason": "thử", "documents": [{"code": "2-KNĐ", "note": "thử"}]})],
            "decision" | "recognition" => {
                let base = json!({"on": on, "number": format!("27-QĐ/{on}"), "body": UPPER, "members": 11, "in_favor": 9, "reason": "thử"});
                if kind == "recognition" {
                    return vec![base];
                }
                let granted = json!({"outcome": "granted", "received_on": on});
                vec![
                    with(&base, granted.clone()),
                    with(&with(&base, granted), json!({"ground": "struck_off"})),
                    with(&base, json!({"outcome": "granted", "ground": "struck_off"})),
                    with(&base, json!({"outcome": "refused"})),
                ]
            }
            "ceremony" => vec![json!({"on": on})],
            "waiver" => each(
                &|what| json!({"on": on, "what": what, "reason": "thử", "approver": "BTV", "paper_number": format!("{what} {on}")}),
                &["education", "new_member_class", "late_decision", "late_ceremony"],
            ),
            "exit" => vec![
                json!({"on": on, "kind": "deceased", "reason": "thử"}),
                json!({"on": on, "kind": "transferred_out", "reason": "thử", "to": "Đảng bộ khác"}),
            ],
            "transfer" => [2, 3].map(|b| json!({"on": on, "to_branch_id": branch(b), "reason": "thử"})).to_vec(),
            "readmission" => {
                let plain = json!({"on": on, "paper_number": "1", "by": "member", "earlier_readmissions": 0});
                let left = self.way.seen().await["stage_on"].clone();
                let former = json!({"left_on": left, "ground": "struck_off", "agreement_number": "12-CV/TU"});
                vec![with(&plain, former), plain]
            }
            "class_enrolment" => vec![json!({})],
            "schooling" => vec![json!({"general_education": "upper_secondary"})],
            "vote_report" => vec![report()],
            other => panic!("{other}: say what might do"),
        }
    }

    async fn sent(&self, who: &str, step: &Value, body: Value) -> Answer {
        let (kind, path) = (step["kind"].text(), step["path"].text());
        let fields = if ["schooling", "vote_report"].contains(&kind) {
            json!({})
        } else {
            step["fields"].clone()
        };
        let body = with(&body, fields);
        if ["class_enrolment", "vote_report"].contains(&kind) {
            return self.house().post(who, path, body).await;
        }
        let version = format!("\"{}\"", self.way.seen().await["version"]);
        let method = if kind == "schooling" {
            Method::PATCH
        } else {
            Method::POST
        };
        let headers = [("if-match", version.as_str())];
        self.house()
            .send(who, method, path, Some(body), &headers)
            .await
    }

    /// Tries some of the steps that are not possible, and then one that is, until one of its bodies
    /// is accepted.
    async fn tries(&mut self, who: &'static str, dice: &mut Draws<'_>) {
        let asked = self.house().get(who, &self.way.path("/next-steps")).await;
        if asked.status == 404 {
            return; // this reader cannot see the file
        }
        let listed = asked.expect(200).body["steps"].list().clone();
        let (possible, not): (Vec<Value>, Vec<Value>) =
            listed.into_iter().partition(|s| s["possible"] == true);
        for _ in 0..3 {
            if not.is_empty() {
                break;
            }
            let step = &not[dice.below(not.len())];
            let kind = step["kind"].text();
            if step["operation"] == "create_class" {
                continue; // the missing class is what makes the step impossible
            }
            for body in self.bodies(kind).await {
                let answer = self.sent(who, step, body.clone()).await;
                assert!(
                    answer.status >= 400,
                    "{who} {kind} {body} was taken, and next-steps: {step:#}: {:#?}",
                    self.steps
                );
            }
            self.told.borrow_mut().entry(kind.to_owned()).or_default().1 += 1;
        }
        if possible.is_empty() {
            return;
        }
        // prefer steps that are rarely possible
        let seldom = |s: &&Value| SELDOM.contains(&s["kind"].text());
        let rare: Vec<&Value> = possible.iter().filter(seldom).collect();
        let step = if dice.below(3) > 0 && !rare.is_empty() {
            rare[dice.below(rare.len())]
        } else {
            &possible[dice.below(possible.len())]
        };
        let kind = step["kind"].text();
        if kind == "exit" && dice.below(8) > 0 {
            return; // would end the story
        }
        self.steps
            .push(format!("{} {who} {kind} {}", self.today(), step["fields"]));
        let mut refused = Vec::new();
        for body in self.bodies(kind).await {
            let answer = self.sent(who, step, body.clone()).await;
            if answer.status < 300 {
                if kind == "readmission" && dice.below(2) == 0 {
                    self.way.id = answer.body["candidate_id"]
                        .as_str()
                        .map_or(self.way.id.clone(), str::to_owned);
                }
                self.told.borrow_mut().entry(kind.to_owned()).or_default().0 += 1;
                return;
            }
            refused.push(format!("{body}: {}", answer.text));
        }
        panic!(
            "{who} {kind} is possible, and nothing is taken: {refused:#?}: {:#?}",
            self.steps
        );
    }

    /// Something happens that is not a step: a new class, a withdrawn offer, or time passes.
    async fn aside(&mut self, dice: &mut Draws<'_>) {
        let on = self.today();
        match dice.below(4) {
            0 => {
                let kind = dice.pick(&["awareness", "new_member"]);
                let starts = on + Days::new(10);
                let class = json!({"kind": kind, "title": "Lớp", "issuer": "Trung tâm", "starts_on": starts, "ends_on": starts, "capacity": 2});
                self.house().create("office", "classes", class).await;
            }
            1 => {
                let offers = self
                    .house()
                    .read("office", "transfer-offers?state=offered&limit=200")
                    .await;
                for offer in offers
                    .items()
                    .iter()
                    .filter(|o| o["candidate_id"] == self.way.id.as_str())
                {
                    let path = format!("transfer-offers/{}/withdrawals", offer["id"].text());
                    let why = json!({"reason": "thử"});
                    self.house()
                        .advance_with(BRANCH, &path, offer["version"].number(), why)
                        .await;
                }
            }
            _ => {
                let far = dice.pick(&[1, 9, 40, 120]);
                self.house().travel(&(on + Days::new(far)).to_string());
            }
        }
    }
}

#[test]
fn whatever_is_listed_is_accepted_if_possible_and_refused_if_not() {
    let told = Told::default();
    whatever(&runtime(), (8, 60), async |steps, n| {
        let house = House::build().await;
        // takes the file to the stage in which the story begins
        let way = match n % 4 {
            0 => Way::nominated(&house, "union", json!({})).await,
            1 => {
                let way = Way::prepared(&house, "union", json!({})).await;
                way.returned("father").await;
                way
            }
            2 => {
                let way = Way::ready(&house).await;
                way.resolved().await;
                way.submitted().await;
                way
            }
            _ => {
                let way = Way::probationary(&house).await;
                house.travel("2022-06-01");
                way.waived("new_member_class", "2022-05-04").await;
                way.reviewed().await;
                for on in ["2022-05-06", "2022-05-13", "2022-05-20"] {
                    way.does(
                        BRANCH,
                        "resolutions",
                        ballot("recognition", "branch", on, 9),
                    )
                    .await;
                }
                way
            }
        };
        let mut story = Story {
            way,
            told: &told,
            steps: Vec::new(),
        };
        for draws in &steps {
            let mut dice = Draws(draws.iter());
            if dice.below(3) == 2 {
                story.aside(&mut dice).await;
            } else {
                story.tries(dice.pick(&READERS), &mut dice).await;
            }
        }
    });
    let told = told.into_inner();
    eprintln!("{told:?}");
    for kind in SELDOM.iter().chain(&["vote_report"]) {
        let taken = told.get(*kind).is_some_and(|t| t.0 > 0);
        assert!(taken, "no {kind}: {told:?}");
    }
    for kind in ["transfer", "political_issue", "readmission", "return"] {
        let refused = told.get(kind).is_some_and(|t| t.1 > 0);
        assert!(refused, "{kind} was always possible: {told:?}");
    }
}
