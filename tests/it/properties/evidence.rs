//! Acts, corrections, annulments and changes of their evidence, in random order. No step is taken
//! on lost ground, and no act loses its ground unless the change was acknowledged or concerned
//! everybody.
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use ketnap::law::acts::ActKind;
use serde_json::{Value, json};

use super::{Draws, acts, runtime, whatever};
use crate::procedure::{BRANCH, Way};
use crate::support::{Answer, House, Plain, branch, demo};

const OFFICE: &str = "office";

/// Members of the branch: sponsors, introducers and others.
const PEOPLE: [u32; 5] = [6, 7, 8, 12, 13];

/// How often a request was accepted and refused, and what came of it.
#[derive(Default)]
struct Told {
    taken: Cell<u32>,
    refused: Cell<u32>,
    official: Cell<u32>,
    blocked: Cell<u32>,
    acknowledged: Cell<u32>,
}

fn more(cell: &Cell<u32>) {
    cell.set(cell.get() + 1);
}

struct Story<'a> {
    way: Way<'a>,
    told: &'a Told,
    /// Whether a change was acknowledged or concerned everybody, so that acts may lose their
    /// ground.
    excused: bool,
    /// Files with an act that has lost its ground.
    lost: Vec<String>,
    /// Paths of records about members that may be taken back.
    made: Vec<String>,
    steps: Vec<String>,
}

fn later(on: &str, by: u64) -> String {
    let day: NaiveDate = on.parse().unwrap();
    (day + Days::new(by)).to_string()
}

impl Story<'_> {
    fn house(&self) -> &House {
        self.way.house
    }

    /// A vote of everybody entitled, with this number against.
    async fn vote(&self, purpose: &str, body: &str, on: &str, against: i64) -> Value {
        let path = format!("branches/{}/register?on={on}", branch(1));
        let seen = self.house().read(OFFICE, &path).await.body;
        let (members, exempt, suspended) = if body == "branch" {
            (
                seen["official"].number(),
                seen["exempt"].number(),
                seen["suspended"].number(),
            )
        } else {
            (15, 0, 0)
        };
        let entitled = members - exempt - suspended;
        json!({"on": on, "purpose": purpose, "body": body, "number": format!("06-NQ/{on}"), "method": "secret_ballot", "members": members, "exempt_absent": exempt,
            "suspended": suspended, "present": entitled, "in_favor": entitled - against, "against": against, "abstain": 0})
    }

    /// A step that leads on from the present stage.
    async fn next(&self, dice: &mut Draws<'_>) -> Option<(&'static str, &'static str, Value)> {
        let seen = self.way.seen().await;
        let since = seen["stage_on"].text().to_owned();
        let on = later(&since, 1 + dice.below(12) as u64);
        let against = dice.pick(&[0, 0, 1, 3]);
        let (one, other) = ("admission", "recognition");
        Some(match seen["stage"].text() {
            "dossier" => {
                let on = on.max("2021-03-15".to_owned());
                (
                    BRANCH,
                    "resolutions",
                    self.vote(one, "branch", &on, against).await,
                )
            }
            "branch_resolved" => (
                OFFICE,
                "resolutions",
                self.vote(one, "committee", &on, against).await,
            ),
            "committee_resolved" => {
                for code in ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"] {
                    let paper = json!({"on": since, "code": code, "received_on": since});
                    self.way.tries(OFFICE, "documents", paper).await;
                }
                (
                    OFFICE,
                    "submission",
                    json!({"on": on, "paper_number": format!("14-TTr/{on}")}),
                )
            }
            "submitted" => {
                let mut decision = Way::decision();
                decision["on"] = on.clone().into();
                decision["received_on"] = on.into();
                ("upper", "decisions", decision)
            }
            "decided" => (BRANCH, "ceremony", json!({"on": on})),
            "probationary" => {
                let ended = later(&since, 366);
                for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
                    let paper = json!({"on": since, "code": code, "received_on": since});
                    self.way.tries(BRANCH, "documents", paper).await;
                }
                let waiver = json!({"on": since, "what": "new_member_class", "reason": "x", "approver": "BTV", "paper_number": format!("31-CV/{since}")});
                self.way.tries("standing", "waivers", waiver).await;
                (
                    BRANCH,
                    "resolutions",
                    self.vote(other, "branch", &ended, against).await,
                )
            }
            "recognition_branch_resolved" => (
                OFFICE,
                "resolutions",
                self.vote(other, "committee", &on, against).await,
            ),
            "recognition_committee_resolved" => {
                for code in ["13-KNĐ", "15-KNĐ"] {
                    let paper = json!({"on": since, "code": code, "received_on": since});
                    self.way.tries(OFFICE, "documents", paper).await;
                }
                ("upper", "recognition", Way::recognition(&on))
            }
            _ => return None,
        })
    }

    /// Records a step that moves the file on, which must fail on lost ground.
    async fn goes(&mut self, dice: &mut Draws<'_>) -> Option<Answer> {
        let (who, kind, body) = self.next(dice).await?;
        let before = self.way.stage().await;
        self.steps.push(format!("{who} {kind} {body}"));
        let answer = self.way.tries(who, kind, body).await;
        let own = self.lost.contains(&self.way.id);
        if answer.status == 201 {
            let after = answer.body["stage_after"].text();
            assert!(
                !own || after == before,
                "{before} to {after} on lost ground: {:#?}",
                self.steps
            );
            if after == "official" {
                more(&self.told.official);
            }
        } else if own {
            more(&self.told.blocked);
        }
        Some(answer)
    }

    /// Annuls an act, or corrects its date or a figure.
    async fn mends(&mut self, dice: &mut Draws<'_>, annuls: bool, knowing: &str) -> Option<Answer> {
        let all = acts(self.house(), &self.way.id).await;
        let one = &all[dice.below(all.len())];
        let (kind, who) = match one.act.kind() {
            ActKind::Opinion => ("opinions", BRANCH),
            ActKind::Introduction => ("introductions", BRANCH),
            ActKind::Verification => ("verification", BRANCH),
            ActKind::PlanDecision => ("plan-decisions", BRANCH),
            ActKind::SponsorNote => ("sponsor-notes", BRANCH),
            ActKind::Dossier => ("dossier", BRANCH),
            ActKind::Resolution if one.role.wire() == "branch_committee" => ("resolutions", BRANCH),
            ActKind::Resolution => ("resolutions", OFFICE),
            ActKind::Document => ("documents", OFFICE),
            ActKind::Submission => ("submission", OFFICE),
            ActKind::Decision => ("decisions", "upper"),
            ActKind::Ceremony => ("ceremony", BRANCH),
            ActKind::Nomination
            | ActKind::Sponsorship
            | ActKind::SponsorshipEnd
            | ActKind::TestAssignment
            | ActKind::TestResult
            | ActKind::Transfer
            | ActKind::Certificate
            | ActKind::PoliticalIssue
            | ActKind::Return
            | ActKind::Waiver
            | ActKind::Recognition
            | ActKind::Exit
            | ActKind::Readmission
            | ActKind::Acknowledgement
            | ActKind::Annulment => return None,
        };
        let today = self.house().clock.today();
        if annuls {
            let body = json!({"on": today, "act_id": one.id, "reason": "ghi nhầm"});
            self.steps
                .push(format!("{who} annuls {kind} {} {knowing}", one.act.on()));
            let path = format!("annulments{knowing}");
            return Some(self.way.tries(who, &path, body).await);
        }
        let mut body = one.act.data().unwrap();
        body.as_object_mut().unwrap().retain(|_, v| !v.is_null());
        let by = dice.pick(&[-40_i64, -9, -1, 1, 7, 30, 200]);
        let day = Days::new(by.unsigned_abs());
        let on = if by < 0 {
            one.act.on() - day
        } else {
            one.act.on() + day
        };
        body["on"] = on.to_string().into();
        body["corrects"] = one.id.to_string().into();
        self.steps.push(format!(
            "{who} corrects {kind} {} to {on} {knowing}",
            one.act.on()
        ));
        let asks = [
            "opinions",
            "introductions",
            "verification",
            "sponsor-notes",
            "documents",
        ];
        let knowing = if asks.contains(&kind) { knowing } else { "" };
        Some(self.way.tries(who, &format!("{kind}{knowing}"), body).await)
    }

    /// A change of a member, acknowledged or not.
    async fn member(&mut self, dice: &mut Draws<'_>, said: &Value) -> Answer {
        let who = demo("dd", 1, dice.pick(&PEOPLE));
        let on = later("2021-01-25", 7 * dice.below(70) as u64);
        let (what, mut body) = match dice.below(4) {
            0 => (
                "leavings",
                json!({"on": on, "ground": "deceased", "paper_number": "1"}),
            ),
            1 => (
                "transfers",
                json!({"on": on, "branch_id": branch(2), "paper_number": "1"}),
            ),
            _ => {
                let activity = dice.pick(&["suspended", "active", "exempt", "prosecuted"]);
                (
                    "activity-changes",
                    json!({"on": on, "activity": activity, "paper_number": "1"}),
                )
            }
        };
        body.as_object_mut()
            .unwrap()
            .extend(said.as_object().unwrap().clone());
        let path = format!("/api/v1/members/{who}");
        let version = self.house().get(OFFICE, &path).await.body["version"]
            .as_i64()
            .unwrap_or(1);
        self.steps.push(format!("{what} of {who}: {body}"));
        let answer = self
            .house()
            .step_with(OFFICE, &format!("{path}/{what}"), version, body)
            .await;
        if answer.status == 201 {
            self.made.push(answer.location().to_owned());
        } else if answer.status == 200 {
            let all = self.house().read(OFFICE, &format!("{path}/{what}")).await;
            let ids = all.items().iter().map(|t| t["id"].text());
            self.made
                .extend(ids.map(|id| format!("/api/v1/transfers/{id}")));
        }
        answer
    }

    /// Takes back a record about a member.
    async fn takes_back(&mut self, dice: &mut Draws<'_>, knowing: &str) -> Option<Answer> {
        let place = self.made.get(dice.below(self.made.len().max(1)))?.clone();
        let seen = self.house().get(OFFICE, &place).await;
        let version = seen.body["version"].as_i64().unwrap_or(1);
        self.steps.push(format!("takes back {place} {knowing}"));
        let path = format!("{place}{knowing}");
        Some(self.house().delete(OFFICE, &path, version).await)
    }

    /// Recognises a member without a file, or takes the recognition back.
    async fn recognised(&mut self, dice: &mut Draws<'_>, said: &Value, knowing: &str) -> Answer {
        let path = format!("/api/v1/members/{}", demo("dd", 1, 15));
        let way = format!("{path}/recognitions");
        let version = self.house().get(OFFICE, &path).await.body["version"]
            .as_i64()
            .unwrap_or(1);
        if dice.below(2) == 0 {
            self.steps.push(format!("no recognition {knowing}"));
            let path = format!("{way}{knowing}");
            return self.house().delete(OFFICE, &path, version).await;
        }
        let on = later("2021-02-01", 10 * dice.below(50) as u64);
        let mut body = json!({"on": on, "decided_by": "upper_standing_committee", "paper_number": format!("9-QĐ/{on}")});
        body.as_object_mut()
            .unwrap()
            .extend(said.as_object().unwrap().clone());
        self.steps.push(format!("recognition {body}"));
        self.house().step_with(OFFICE, &way, version, body).await
    }

    /// Ends a sponsorship.
    async fn helped(&mut self, dice: &mut Draws<'_>, said: &Value) -> Option<Answer> {
        let list = self
            .house()
            .read(BRANCH, &self.way.path("/sponsorships"))
            .await;
        let one = list.items().first()?.clone();
        let on = later("2021-01-20", 5 * dice.below(60) as u64);
        let mut body = json!({"to_on": on, "end_reason": "chuyển công tác"});
        if said["acknowledged"] == true {
            body["acknowledged"] = true.into();
        }
        let path = format!("/api/v1/sponsorships/{}", one["id"].text());
        self.steps.push(format!("sponsorship {body}"));
        Some(
            self.house()
                .patch(BRANCH, &path, one["version"].number(), body)
                .await,
        )
    }

    /// Asserts that the open duties match the findings: one for each act, citing one of its unmet
    /// rules.
    async fn duties(&self, findings: &Answer) {
        let mut lost: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
        for file in findings.items() {
            for f in file["findings"].list() {
                if f["irregular"] == false {
                    let act = (file["candidate_id"].text(), f["act_id"].text());
                    let act = (act.0.to_owned(), act.1.to_owned());
                    let rule = f["requirement"]["rule"].text().to_owned();
                    lost.entry(act).or_default().insert(rule);
                }
            }
        }
        let open = "deadlines?kind=ground_lost&state=open&limit=200";
        let open = self.house().read(OFFICE, open).await;
        let owed: BTreeMap<(String, String), String> = open
            .items()
            .iter()
            .map(|d| {
                let act = (d["candidate_id"].text(), d["act_id"].text());
                let act = (act.0.to_owned(), act.1.to_owned());
                (act, d["rule"].text().to_owned())
            })
            .collect();
        assert!(
            owed.keys().eq(lost.keys()),
            "{owed:#?} {lost:#?} {:#?}",
            self.steps
        );
        let named = owed.iter().all(|(act, rule)| lost[act].contains(rule));
        assert!(named, "{owed:#?} {lost:#?} {:#?}", self.steps);
    }

    /// Changes the person's particulars.
    async fn particulars(&mut self, dice: &mut Draws<'_>, said: &Value) -> Answer {
        let mut body = match dice.below(4) {
            0 => {
                json!({"birth_date": dice.pick(&["2003-03-15", "2004-06-01", "1961-03-01", "1955-01-01", "1990-02-03"])})
            }
            1 => {
                json!({"general_education": dice.pick(&["primary", "lower_secondary", "upper_secondary"])})
            }
            2 => json!({"trade_union_member": dice.below(2) == 0}),
            _ => json!({"youth_union_member": dice.below(2) == 0}),
        };
        body.as_object_mut()
            .unwrap()
            .extend(said.as_object().unwrap().clone());
        let seen = self.way.seen().await;
        self.steps.push(format!("particulars {body}"));
        self.house()
            .patch(OFFICE, &self.way.path(""), seen["version"].number(), body)
            .await
    }

    /// Makes a change that concerns everybody: a holiday or a setting.
    async fn wide(&mut self, dice: &mut Draws<'_>) -> Answer {
        if dice.below(2) == 0 {
            let on = later("2021-03-20", 3 * dice.below(60) as u64);
            self.steps.push(format!("holiday {on}"));
            let body = json!({"on": on, "name": "Nghỉ", "kind": dice.pick(&["off", "worked"])});
            return self.house().post(OFFICE, "holidays", body).await;
        }
        let (key, value) = dice.pick(&[
            ("minimum_months_in_plan", 2),
            ("youth_age_limit", 20),
            ("branch_committee_minimum", 5),
        ]);
        let path = format!("settings/{key}");
        let version = self.house().read("admin", &path).await.body["version"]
            .as_i64()
            .unwrap_or(0);
        let body = json!({"value": value, "from_on": "2021-01-01", "acknowledged": true});
        self.steps.push(format!("{key} {value}"));
        self.house().patch("admin", &path, version, body).await
    }

    async fn step(&mut self, dice: &mut Draws<'_>) {
        let said = if dice.below(4) == 3 {
            json!({"acknowledged": true, "reason": "đúng với giấy tờ gốc"})
        } else {
            json!({})
        };
        let acknowledges = said != json!({});
        let knowing = if acknowledges {
            "?acknowledged=true&reason=x"
        } else {
            ""
        };
        let (answer, excuses) = match dice.below(21) {
            0..=7 => (self.goes(dice).await, false),
            8 | 9 => (self.mends(dice, true, knowing).await, acknowledges),
            10 | 11 => (self.mends(dice, false, knowing).await, acknowledges),
            12 | 13 => (Some(self.member(dice, &said).await), acknowledges),
            14 | 15 => (Some(self.particulars(dice, &said).await), acknowledges),
            16 | 17 => (self.takes_back(dice, knowing).await, acknowledges),
            18 => (
                Some(self.recognised(dice, &said, knowing).await),
                acknowledges,
            ),
            19 => (self.helped(dice, &said).await, acknowledges),
            _ => (Some(self.wide(dice).await), true),
        };
        let Some(answer) = answer else { return };
        let status = answer.status;
        assert!(status < 500, "{}: {:#?}", answer.text, self.steps);
        if status >= 300 {
            more(&self.told.refused);
            self.steps.pop();
            return;
        }
        more(&self.told.taken);
        self.excused |= excuses;
        let list = self.house().read(OFFICE, "findings?limit=200").await;
        let fallen = |f: &&Value| f["findings"].list().iter().any(|f| f["irregular"] == false);
        let id = |f: &Value| f["candidate_id"].text().to_owned();
        self.lost = list.items().iter().filter(fallen).map(id).collect();
        if excuses && !self.lost.is_empty() {
            more(&self.told.acknowledged);
        }
        self.duties(&list).await;
        assert!(
            self.excused || self.lost.is_empty(),
            "{}: {:#?}",
            list.text,
            self.steps
        );
    }
}

#[test]
fn whatever_changes_no_step_stands_on_lost_ground_and_none_is_lost_unsaid() {
    let told = Told::default();
    whatever(&runtime(), (6, 60), async |steps, n| {
        let house = House::build().await;
        // every third story begins on probation
        let way = if n % 3 == 0 {
            Way::probationary(&house).await
        } else {
            Way::ready(&house).await
        };
        house.travel("2022-09-01");
        let mut story = Story {
            way,
            told: &told,
            excused: false,
            lost: Vec::new(),
            made: Vec::new(),
            steps: Vec::new(),
        };
        for draws in &steps {
            story.step(&mut Draws(draws.iter())).await;
        }
    });
    assert!(told.official.get() > 0, "nobody became official");
    let counts = [
        &told.taken,
        &told.refused,
        &told.blocked,
        &told.acknowledged,
    ]
    .map(Cell::get);
    assert!(
        counts.iter().all(|n| *n > 0),
        "chance says too little: {counts:?}"
    );
}
