//! The register of any day equals a count of the rows of that day, whatever was recorded, taken
//! back and refused before.
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::{Draws, runtime, whatever};
use crate::procedure::Way;
use crate::support::{Answer, House, Plain, branch, demo, superuser, with};

const OFFICE: &str = "office";
const UPPER: &str = "upper_standing_committee";

/// A day on which something happens.
fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2022, 5, 1).unwrap() + Days::new(n as u64)
}

/// A member on one day: whether official, and the activity.
type Line = (bool, String);

/// What the rows say about one person. Where the person was is not taken from them, but from the
/// story.
struct Person {
    id: String,
    joined_on: NaiveDate,
    /// The first day with a vote.
    official_from: Option<NaiveDate>,
    last_on: Option<NaiveDate>,
    /// Activities, each with its first day; the first one has none.
    activities: Vec<(Option<NaiveDate>, String)>,
}

impl Person {
    fn line(&self, on: NaiveDate) -> Line {
        let begun = |a: &&(Option<NaiveDate>, String)| a.0.is_none_or(|from| from <= on);
        let activity = self.activities.iter().rev().find(begun).unwrap();
        let official = self.official_from.is_some_and(|from| from <= on);
        (official, activity.1.clone())
    }
    fn member(&self, on: NaiveDate) -> bool {
        self.joined_on <= on && self.last_on.is_none_or(|last| on <= last)
    }
}

/// Everybody who was ever a member, from simple queries; members with a file from the acts that
/// stand.
async fn everybody(root: &Client) -> Vec<Person> {
    let told = async |sql: &str| root.query(sql, &[]).await.unwrap();
    let members = told("select m.id::text, m.joined_on, m.official_on, m.recognised_on, m.activity::text, m.deleted_at is not null, \
                               exists (select from candidate c where c.id = m.id) from member m").await;
    let changes = told("select member_id::text, on_date, from_activity::text, activity::text from member_activity_change order by on_date").await;
    let leavings = told("select member_id::text, on_date from member_leaving").await;
    let standing = told("select a.candidate_id::text, a.kind, a.on_date from act a where (a.kind in ('ceremony', 'recognition', 'exit') \
                                or a.kind = 'decision' and a.data ->> 'purpose' = 'strike_off' and a.data ->> 'outcome' = 'granted') \
                            and not exists (select from act x where x.corrects_id = a.id or x.kind = 'annulment' and x.data ->> 'act_id' = a.id::text)").await;
    let mut all = Vec::new();
    for row in &members {
        let id: String = row.get(0);
        let act = |kind: &str| {
            let same = |a: &&tokio_postgres::Row| {
                (a.get::<_, &str>(0), a.get::<_, &str>(1)) == (&*id, kind)
            };
            standing.iter().find(same).map(|a| a.get::<_, NaiveDate>(2))
        };
        let left = leavings.iter().find(|l| l.get::<_, &str>(0) == id);
        let left = left.map(|l| l.get::<_, NaiveDate>(1));
        let own = || changes.iter().filter(|c| c.get::<_, &str>(0) == id);
        let first = own().next().map_or_else(|| row.get(4), |c| c.get(2));
        let later = own().map(|c| (Some(c.get(1)), c.get(3)));
        let activities = std::iter::once((None, first)).chain(later).collect();
        let (removed, has_file): (bool, bool) = (row.get(5), row.get(6));
        let person = if has_file {
            let Some(joined_on) = act("ceremony") else {
                continue;
            };
            let last_on = act("exit").or(act("decision")).or(left);
            let official_from = act("recognition");
            Person {
                id,
                joined_on,
                official_from,
                last_on,
                activities,
            }
        } else {
            if removed && left.is_none() {
                continue; // entered by mistake
            }
            let official_on: Option<NaiveDate> = row.get(2);
            let decided: Option<NaiveDate> = row.get(3);
            let official_from = official_on.map(|on| decided.map_or(on, |decided| decided.max(on)));
            Person {
                id,
                joined_on: row.get(1),
                official_from,
                last_on: left,
                activities,
            }
        };
        all.push(person);
    }
    all
}

/// A person's branches, each with its first day; the first one has none.
type Stays = Vec<(Option<NaiveDate>, String)>;

/// The person's branch on that day.
fn there(stays: &Stays, on: NaiveDate) -> Option<&str> {
    let begun = |s: &&(Option<NaiveDate>, String)| s.0.is_none_or(|from| from <= on);
    stays.iter().rev().find(begun).map(|s| &*s.1)
}

struct Story<'a> {
    house: &'a House,
    people: Vec<String>,
    /// People with a file who are or were on probation.
    files: Vec<String>,
    /// People who were entered as probationary members.
    entered: Vec<String>,
    branches: Vec<String>,
    /// The founding days of branches that the story founded.
    founded: BTreeMap<String, NaiveDate>,
    stays: BTreeMap<String, Stays>,
    /// Paths of what may be taken back.
    made: Vec<String>,
    /// Acts that may be annulled: the file, the act, and who may annul it.
    acts: Vec<(String, String, &'static str)>,
    steps: Vec<String>,
    days: BTreeSet<NaiveDate>,
    new: u32,
}

/// What was tried, and the answer.
type Tried = (&'static str, Answer);

impl<'a> Story<'a> {
    /// Begins with one person on probation, one whose ceremony was held, one whose ceremony is to
    /// come, and some members.
    async fn begun(house: &'a House) -> Self {
        let mut files = vec![demo("ca", 3, 6)];
        for name in ["Lò Thị Nhất", "Lò Thị Nhì"] {
            let special = json!({"full_name": name, "paper_number": format!("{name}-NQ")});
            let way = Way::prepared(house, "union", special).await;
            way.introduced(7).await;
            way.introduced(8).await;
            way.verified("").await;
            way.resolved().await;
            way.submitted().await;
            way.does("upper", "decisions", Way::decision()).await;
            files.push(way.id);
        }
        let admitted = Way {
            house,
            id: files[1].clone(),
        };
        let ceremony = json!({"on": "2021-05-05", "place": "Hội trường"});
        admitted.does("branch-01", "ceremony", ceremony).await;
        house.travel("2023-01-10");
        let root = superuser(&house.database).await;
        let lines =
            "select member_id::text, from_on, branch_id::text from membership order by from_on";
        let mut stays: BTreeMap<String, Stays> = BTreeMap::new();
        for row in root.query(lines, &[]).await.unwrap() {
            let own = stays.entry(row.get(0)).or_default();
            let from = (!own.is_empty()).then(|| row.get(1));
            own.push((from, row.get(2)));
        }
        stays.insert(files[2].clone(), vec![(None, branch(1))]);
        // in branch 01, members other than the sponsor and the introducers
        let mut people: Vec<String> = (0..4).map(|n| demo("dd", 1, 9 + n)).collect();
        people.extend((0..6).map(|n| demo("dd", 2 + n % 2, 4 + n / 2)));
        people.extend(files.iter().cloned());
        Self {
            house,
            people,
            files,
            entered: vec![demo("dd", 1, 15)],
            branches: (1..=3).map(branch).collect(),
            founded: BTreeMap::new(),
            stays,
            made: Vec::new(),
            acts: Vec::new(),
            steps: Vec::new(),
            days: ["2021-05-05", "2021-05-20", "2022-03-01"]
                .map(|d| d.parse().unwrap())
                .into(),
            new: 0,
        }
    }

    async fn version(&self, path: &str) -> i64 {
        let seen = self.house.get(OFFICE, path).await;
        seen.body["version"].as_i64().unwrap_or(1)
    }

    /// The person's present branch, according to the story.
    fn branch_of(&self, who: &str) -> String {
        self.stays[who].last().unwrap().1.clone()
    }

    async fn step(&mut self, dice: &mut Draws<'_>) -> Tried {
        let on = day(dice.below(240));
        let said = if dice.below(2) == 0 {
            json!({"acknowledged": true, "reason": "đúng với giấy tờ gốc"})
        } else {
            json!({})
        };
        self.days.extend([on - Days::new(1), on]);
        match dice.below(22) {
            0 | 1 => self.joins(dice, on).await,
            2 | 3 => self.takes_back(dice).await,
            4 => self.patched(dice, on).await,
            5..=9 => self.moved(dice, on, &said).await,
            10 => self.recognised(dice, on).await,
            11 | 12 => self.recognised_by_act(dice, on).await,
            13 => self.celebrated(dice).await,
            14 => self.exits(dice, on).await,
            15 | 16 => self.struck_off(dice, on).await,
            17 | 18 => self.annulled(dice).await,
            19 => self.split(dice, on, &said).await,
            20 => self.merged(dice, on, &said).await,
            _ => self.founded(on).await,
        }
    }

    /// Records a leaving, a transfer or a change of activity.
    async fn moved(&mut self, dice: &mut Draws<'_>, on: NaiveDate, said: &Value) -> Tried {
        let who = self.people[dice.below(self.people.len())].clone();
        let to = self.branches[dice.below(self.branches.len())].clone();
        let (what, body) = match dice.below(5) {
            0 => {
                let ground = dice.pick(&["deceased", "transferred_out", "expelled"]);
                let by = (ground == "expelled").then_some(UPPER);
                (
                    "leavings",
                    json!({"on": on, "ground": ground, "paper_number": format!("1/{on}"), "decided_by": by}),
                )
            }
            1 | 2 => (
                "transfers",
                json!({"on": on, "branch_id": to, "paper_number": "1"}),
            ),
            _ => {
                let activity = dice.pick(&[
                    "suspended",
                    "active",
                    "exempt",
                    "prosecuted",
                    "temporarily_elsewhere",
                ]);
                (
                    "activity-changes",
                    json!({"on": on, "activity": activity, "paper_number": "1"}),
                )
            }
        };
        let path = format!("/api/v1/members/{who}");
        let body = with(&body, said.clone());
        self.steps.push(format!("{what} {who} {body}"));
        let seen = self.version(&path).await;
        let answer = self
            .house
            .step_with(OFFICE, &format!("{path}/{what}"), seen, body)
            .await;
        if answer.status == 201 {
            self.made.push(answer.location().to_owned());
        } else if answer.status == 200 && what == "transfers" {
            self.stays.get_mut(&who).unwrap().push((Some(on), to));
        }
        (what, answer)
    }

    async fn joins(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        self.new += 1;
        let official = dice.below(2) == 0;
        let joined = on
            - Days::new(if official {
                800
            } else {
                dice.pick(&[0, 380, 380])
            });
        let to = self.branches[dice.below(self.branches.len())].clone();
        let body = json!({"branch_id": to, "full_name": format!("Lò Thị Mới {}", self.new), "sex": "female", "birth_date": "1988-04-12",
            "status": if official { "official" } else { "probationary" }, "activity": dice.pick(&["active", "exempt"]), "joined_on": joined,
            "official_on": official.then(|| (joined + Days::new(366)).to_string())});
        self.steps.push(format!("joins {body}"));
        let answer = self.house.post(OFFICE, "members", body).await;
        if answer.status == 201 {
            let id = answer.id();
            // before the branch was founded the person was elsewhere
            let first = self.founded.get(&to).copied();
            self.stays.insert(id.clone(), vec![(first, to)]);
            if !official {
                self.entered.push(id.clone());
            }
            self.people.push(id);
            self.made.push(answer.location().to_owned());
        }
        ("joins", answer)
    }

    async fn takes_back(&mut self, dice: &mut Draws<'_>) -> Tried {
        let place = if self.made.is_empty() {
            format!(
                "/api/v1/members/{}",
                self.people[dice.below(self.people.len())]
            )
        } else {
            self.made[self.made.len() - 1 - dice.below(self.made.len())].clone()
        };
        let seen = self.version(&place).await;
        self.steps.push(format!("takes back {place}"));
        let answer = self.house.delete(OFFICE, &place, seen).await;
        let what = if place.contains("/leavings/") {
            "a leaving back"
        } else {
            "back"
        };
        (what, answer)
    }

    async fn patched(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        let who = &self.people[dice.below(self.people.len())];
        let path = format!("/api/v1/members/{who}");
        let body = match dice.below(3) {
            0 => json!({"joined_on": on}),
            1 => json!({"official_on": on}),
            _ => json!({"status": "official"}),
        };
        let seen = self.version(&path).await;
        self.steps.push(format!("patches {path} {body}"));
        ("patch", self.house.patch(OFFICE, &path, seen, body).await)
    }

    /// Recognises a member who was entered as probationary.
    async fn recognised(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        let who = &self.entered[self.entered.len() - 1 - dice.below(self.entered.len())];
        let path = format!("/api/v1/members/{who}");
        let body = json!({"on": on, "decided_by": UPPER, "paper_number": format!("{}-QĐCN/HU", self.steps.len())});
        let seen = self.version(&path).await;
        self.steps.push(format!("recognises {who} {body}"));
        let path = format!("{path}/recognitions");
        (
            "recognitions",
            self.house.step_with(OFFICE, &path, seen, body).await,
        )
    }

    /// Records an act, and remembers it if it was accepted.
    async fn act(&mut self, (who, id): (&'static str, &str), kind: &str, body: Value) -> Answer {
        self.steps.push(format!("{who} {kind} {id} {body}"));
        let answer = self.house.act(who, id, kind, body).await;
        if answer.status == 201 {
            self.acts.push((id.to_owned(), answer.id(), who));
        } else {
            self.steps
                .push(format!("  {} {:?}", answer.status, answer.rules()));
        }
        answer
    }

    /// Records a vote of everybody entitled.
    async fn vote(&mut self, id: &str, purpose: &str, body: &str, on: NaiveDate) -> Answer {
        let path = format!("branches/{}/register?on={on}", self.branch_of(id));
        let seen = self.house.read(OFFICE, &path).await.body;
        let register = ["official", "exempt", "suspended"].map(|n| seen[n].number());
        let [members, exempt, suspended] = if body == "branch" {
            register
        } else {
            [15, 0, 0]
        };
        let all = members - exempt - suspended;
        let vote = json!({"on": on, "purpose": purpose, "body": body, "number": format!("06-NQ/{on}"), "method": "secret_ballot", "members": members,
            "exempt_absent": exempt, "suspended": suspended, "present": all, "in_favor": all, "against": 0, "abstain": 0});
        let own = self.branch_of(id);
        let by = match body {
            "branch" if own == branch(1) => "branch-01",
            "branch" if own == branch(2) => "branch-02",
            _ => OFFICE,
        };
        self.act((by, id), "resolutions", vote).await
    }

    /// Records everything that a file on probation lacks for the recognition, and the decision.
    async fn recognised_by_act(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        let id = self.files[1 + dice.below(2)].clone();
        let papers = async |codes: &[&str]| {
            for code in codes {
                let paper = json!({"on": on, "code": code, "received_on": on});
                self.house.act(OFFICE, &id, "documents", paper).await;
            }
        };
        papers(&["10-KNĐ", "11-KNĐ", "12-KNĐ"]).await;
        let waiver = json!({"on": on, "what": "new_member_class", "reason": "đi chống dịch", "approver": "Ban Thường vụ Đảng ủy", "paper_number": format!("31-CV/{on}")});
        self.house.act("standing", &id, "waivers", waiver).await;
        self.vote(&id, "recognition", "branch", on).await;
        self.vote(&id, "recognition", "committee", on).await;
        let papers = async |codes: &[&str]| {
            for code in codes {
                let paper = json!({"on": on, "code": code, "received_on": on});
                self.house.act(OFFICE, &id, "documents", paper).await;
            }
        };
        papers(&["13-KNĐ", "15-KNĐ"]).await;
        let later = on + Days::new(dice.below(40) as u64);
        self.days.extend([later - Days::new(1), later]);
        let decision = with(
            &Way::recognition(&later.to_string()),
            json!({"reason": "chờ ý kiến"}),
        );
        (
            "recognition",
            self.act(("upper", &id), "recognition", decision).await,
        )
    }

    async fn celebrated(&mut self, dice: &mut Draws<'_>) -> Tried {
        let id = self.files[2 - dice.below(2)].clone();
        let on = dice.pick(&["2021-05-05", "2021-05-20"]);
        let answer = self
            .act(("branch-01", &id), "ceremony", json!({"on": on}))
            .await;
        ("ceremony", answer)
    }

    async fn exits(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        let id = self.files[dice.below(3)].clone();
        let exit = if dice.below(2) == 0 {
            json!({"on": on, "kind": "transferred_out", "reason": "chuyển công tác", "to": "Đảng bộ khác"})
        } else {
            json!({"on": on, "kind": "deceased", "reason": "bệnh nặng"})
        };
        ("exits", self.act((OFFICE, &id), "exits", exit).await)
    }

    async fn struck_off(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Tried {
        let id = self.files[dice.below(3)].clone();
        self.vote(&id, "strike_off", "branch", on).await;
        let later = on + Days::new(dice.below(30) as u64);
        self.days.extend([later, later + Days::new(1)]);
        let decision = json!({"on": later, "purpose": "strike_off", "outcome": "granted", "number": "50-QĐ/HU", "body": UPPER, "members": 11, "in_favor": 8,
            "reason": "vi phạm tư cách", "ground": "struck_off"});
        (
            "strike-off",
            self.act(("upper", &id), "decisions", decision).await,
        )
    }

    /// Annuls the last act, or an earlier one.
    async fn annulled(&mut self, dice: &mut Draws<'_>) -> Tried {
        let last = self
            .acts
            .len()
            .saturating_sub(1 + dice.below(4).min(self.acts.len().saturating_sub(1)));
        let Some((id, act, who)) = self.acts.get(last).cloned() else {
            return self.celebrated(dice).await;
        };
        let body = json!({"on": self.house.clock.today(), "act_id": act, "reason": "ghi nhầm"});
        self.steps.push(format!("{who} annuls {act} of {id}"));
        let answer = self.house.act(who, &id, "annulments", body).await;
        if answer.status == 201 {
            self.acts.remove(last);
        }
        ("annulments", answer)
    }

    fn new_branch(&mut self) -> Value {
        self.new += 1;
        json!({"number": format!("{}", 40 + self.new), "name": format!("Chi bộ Mới {}", self.new), "kind": "clinical", "non_member_count": 0})
    }

    /// Splits a branch: some of its people found a new one.
    async fn split(&mut self, dice: &mut Draws<'_>, on: NaiveDate, said: &Value) -> Tried {
        let from = self.branch_of(&self.people[dice.below(self.people.len())]);
        let same = |who: &&String| self.branch_of(who) == from;
        let mut moving: Vec<String> = self.people.iter().filter(same).cloned().collect();
        moving.truncate(1 + dice.below(3));
        let (files, members): (Vec<String>, Vec<String>) = moving
            .iter()
            .cloned()
            .partition(|who| self.files.contains(who));
        let body = json!({"on": on, "paper_number": "20-QĐ/ĐU", "member_ids": members, "candidate_ids": files, "department_ids": []});
        let body = with(&with(&self.new_branch(), body), said.clone());
        let path = format!("/api/v1/branches/{from}");
        let seen = self.version(&path).await;
        self.steps.push(format!("splits {from} {body}"));
        let answer = self
            .house
            .step_with(OFFICE, &format!("{path}/splits"), seen, body)
            .await;
        if answer.status == 201 {
            for who in moving {
                self.stays
                    .get_mut(&who)
                    .unwrap()
                    .push((Some(on), answer.id()));
            }
            self.branches.push(answer.id());
            self.founded.insert(answer.id(), on);
        }
        ("splits", answer)
    }

    /// Merges a branch into another one.
    async fn merged(&mut self, dice: &mut Draws<'_>, on: NaiveDate, said: &Value) -> Tried {
        // the first two are kept, because their accounts are needed
        let others = self.branches.len() - 2;
        let ended = self.branches[self.branches.len() - 1 - dice.below(others)].clone();
        let into = self.branches[dice.below(self.branches.len())].clone();
        let on = on.max(day(200));
        let first = on + Days::new(1);
        self.days.extend([on, first]);
        let body = json!({"on": on, "paper_number": "21-QĐ/ĐU", "into_branch_id": into});
        let path = format!("/api/v1/branches/{ended}");
        let seen = self.version(&path).await;
        let body = with(&body, said.clone());
        self.steps.push(format!("merges {ended} {body}"));
        let answer = self
            .house
            .step_with(OFFICE, &format!("{path}/closures"), seen, body)
            .await;
        if answer.status == 200 {
            for stays in self.stays.values_mut() {
                if stays.last().is_some_and(|last| last.1 == ended) {
                    stays.push((Some(first), into.clone()));
                }
            }
        }
        ("closures", answer)
    }

    async fn founded(&mut self, on: NaiveDate) -> Tried {
        let body = with(
            &self.new_branch(),
            json!({"founded_on": on, "previous_term_admissions": 0}),
        );
        self.steps.push(format!("founds {body}"));
        let answer = self.house.post(OFFICE, "branches", body).await;
        if answer.status == 201 {
            self.branches.push(answer.id());
            self.founded.insert(answer.id(), on);
        }
        ("branches", answer)
    }

    /// Compares the register of a branch on a day with the rows and the story.
    async fn compared(&self, all: &[Person], number: &str, on: NaiveDate) {
        let path = format!("branches/{number}/register?on={on}");
        let seen = self.house.read(OFFICE, &path).await.body;
        let line = |i: &Value| {
            let official = i["status"] == "official";
            (
                i["member_id"].text().to_owned(),
                (official, i["activity"].text().to_owned()),
            )
        };
        let shown: BTreeMap<String, Line> = seen["items"].list().iter().map(line).collect();
        let here = |p: &&Person| p.member(on) && there(&self.stays[&p.id], on) == Some(number);
        let right: BTreeMap<String, Line> = all
            .iter()
            .filter(here)
            .map(|p| (p.id.clone(), p.line(on)))
            .collect();
        assert_eq!(shown, right, "branch {number} on {on}: {:#?}", self.steps);
        let count = |is: &dyn Fn(&Line) -> bool| right.values().filter(|l| is(l)).count();
        let exempt = ["exempt", "temporarily_elsewhere"];
        let barred = ["suspended", "prosecuted"];
        for (name, n) in [
            ("official", count(&|l| l.0)),
            ("probationary", count(&|l| !l.0)),
            ("exempt", count(&|l| l.0 && exempt.contains(&l.1.as_str()))),
            (
                "suspended",
                count(&|l| l.0 && barred.contains(&l.1.as_str())),
            ),
        ] {
            assert_eq!(
                seen[name], n,
                "{name} of branch {number} on {on}: {:#?}",
                self.steps
            );
        }
    }
}

#[test]
fn the_register_of_any_day_is_what_the_rows_count_up_to() {
    let (taken, refused) = (RefCell::new(BTreeMap::<&str, u32>::new()), RefCell::new(0));
    whatever(&runtime(), (6, 50), async |steps, _| {
        let house = House::build().await;
        let mut story = Story::begun(&house).await;
        for draws in &steps {
            let (what, answer) = story.step(&mut Draws(draws.iter())).await;
            assert!(answer.status < 500, "{}: {:#?}", answer.text, story.steps);
            story.steps.push(format!("{what}: {}", answer.status));
            if answer.status < 300 {
                *taken.borrow_mut().entry(what).or_default() += 1;
            } else {
                *refused.borrow_mut() += 1;
            }
        }
        let root = superuser(&house.database).await;
        let all = everybody(&root).await;
        for row in root
            .query("select id::text, founded_on, closed_on from branch", &[])
            .await
            .unwrap()
        {
            let (id, founded, closed): (String, Option<NaiveDate>, Option<NaiveDate>) =
                (row.get(0), row.get(1), row.get(2));
            if !story.branches.contains(&id) {
                continue;
            }
            let every = 1 + story.days.len() / 30;
            for on in story.days.iter().step_by(every) {
                story.compared(&all, &id, *on).await;
                let outside = founded.is_some_and(|first| *on < first)
                    || closed.is_some_and(|last| last < *on);
                let here = all
                    .iter()
                    .any(|p| p.member(*on) && there(&story.stays[&p.id], *on) == Some(&*id));
                assert!(
                    !(outside && here),
                    "somebody is in {id} on {on}: {:#?}",
                    story.steps
                );
            }
        }
    });
    let (taken, refused) = (taken.into_inner(), refused.into_inner());
    eprintln!("{taken:?}, {refused} refused");
    for what in [
        "joins",
        "leavings",
        "a leaving back",
        "back",
        "transfers",
        "activity-changes",
        "recognitions",
        "recognition",
        "ceremony",
        "exits",
        "strike-off",
        "annulments",
        "splits",
        "closures",
        "branches",
    ] {
        assert!(taken.contains_key(what), "no {what}: {taken:?}");
    }
    assert!(refused > 10, "chance says too little: {refused}");
}
