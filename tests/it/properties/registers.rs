//! The register of any day is what the rows of that day count up to, whatever was recorded, taken
//! back and refused before.
use std::cell::Cell;
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tokio_postgres::Client;

use super::{Draws, runtime, whatever};
use crate::support::{Answer, House, Plain, branch, demo, superuser};

const OFFICE: &str = "office";

fn day(n: usize) -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 12, 1).unwrap() + Days::new(n as u64)
}

/// A member on a day: official, and the activity.
type Line = (bool, String);

/// Recounted from the rows, one question at a time: who is a member on that day, in which branch,
/// since when official, and what was the last word on the activity.
async fn recounted(root: &Client, number: u32, on: NaiveDate) -> BTreeMap<String, Line> {
    let members = root
        .query("select id::text, joined_on, greatest(official_on, recognised_on), official_on, activity::text, deleted_at is not null from member", &[])
        .await
        .unwrap();
    let stays = root
        .query(
            "select member_id::text, branch_id::text, from_on, to_on from membership",
            &[],
        )
        .await
        .unwrap();
    let changes = root
        .query("select member_id::text, on_date, from_activity::text, activity::text from member_activity_change order by on_date", &[])
        .await
        .unwrap();
    let leavings = root
        .query("select member_id::text, on_date from member_leaving", &[])
        .await
        .unwrap();
    let mut found = BTreeMap::new();
    for row in &members {
        let (id, joined): (String, NaiveDate) = (row.get(0), row.get(1));
        let known: Option<NaiveDate> = row.get(2);
        let official_on: Option<NaiveDate> = row.get(3);
        let left = leavings.iter().find(|l| l.get::<_, String>(0) == id);
        let last: Option<NaiveDate> = left.map(|l| l.get(1));
        // a row entered by mistake was never anybody
        let removed: bool = row.get(5);
        if removed && left.is_none() || on < joined || last.is_some_and(|last| last < on) {
            continue;
        }
        let here = stays.iter().any(|s| {
            s.get::<_, String>(0) == id
                && s.get::<_, String>(1) == branch(number)
                && s.get::<_, NaiveDate>(2) <= on
                && s.get::<_, Option<NaiveDate>>(3).is_none_or(|to| on <= to)
        });
        if !here {
            continue;
        }
        let own: Vec<_> = changes
            .iter()
            .filter(|c| c.get::<_, String>(0) == id)
            .collect();
        let before = own.iter().rev().find(|c| c.get::<_, NaiveDate>(1) <= on);
        let activity: String = match (before, own.first()) {
            (Some(change), _) => change.get(3),
            (None, Some(first)) => first.get(2),
            (None, None) => row.get(4),
        };
        let official = official_on.is_some() && known.is_some_and(|from| from <= on);
        found.insert(id, (official, activity));
    }
    found
}

async fn compared(house: &House, root: &Client, (number, on): (u32, NaiveDate), steps: &[String]) {
    let path = format!("branches/{}/register?on={on}", branch(number));
    let seen = house.read(OFFICE, &path).await.body;
    let line = |i: &Value| {
        let official = i["status"] == "official";
        (
            i["member_id"].text().to_owned(),
            (official, i["activity"].text().to_owned()),
        )
    };
    let shown: BTreeMap<String, Line> = seen["items"].list().iter().map(line).collect();
    let right = recounted(root, number, on).await;
    assert_eq!(shown, right, "branch {number} on {on}: {steps:#?}");
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
            "{name} of branch {number} on {on}: {steps:#?}"
        );
    }
}

struct Story<'a> {
    house: &'a House,
    people: Vec<String>,
    /// Addresses of what was recorded.
    made: Vec<String>,
    steps: Vec<String>,
    stays: u32,
}

impl Story<'_> {
    async fn step(&mut self, dice: &mut Draws<'_>) -> Answer {
        let who = self.people[dice.below(self.people.len())].clone();
        let on = day(dice.below(120));
        let path = format!("/api/v1/members/{who}");
        let (what, body) = match dice.below(9) {
            0 => return self.joins(dice, on).await,
            1 | 2 => return self.takes_back(dice).await,
            3 => return self.patched(dice, &path, on).await,
            4 => {
                let ground = dice.pick(&["deceased", "transferred_out", "expelled"]);
                let by = (ground == "expelled").then_some("upper_standing_committee");
                (
                    "leavings",
                    json!({"on": on, "ground": ground, "paper_number": format!("1/{on}"), "decided_by": by}),
                )
            }
            5 | 6 => (
                "transfers",
                json!({"on": on, "branch_id": branch([1, 2, 3][dice.below(3)]), "paper_number": "1"}),
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
        let version = self.house.get(OFFICE, &path).await.body["version"]
            .as_i64()
            .unwrap_or(1);
        self.steps.push(format!("{what} {who} {body}"));
        let answer = self
            .house
            .step_with(OFFICE, &format!("{path}/{what}"), version, body)
            .await;
        if answer.status == 201 {
            self.made.push(answer.location().to_owned());
        }
        answer
    }

    async fn joins(&mut self, dice: &mut Draws<'_>, on: NaiveDate) -> Answer {
        self.stays += 1;
        let official = dice.below(2) == 0;
        let joined = if official { on - Days::new(800) } else { on };
        let body = json!({"branch_id": branch([1, 2, 3][dice.below(3)]), "full_name": format!("Lò Thị Mới {}", self.stays), "sex": "female", "birth_date": "1988-04-12",
            "status": if official { "official" } else { "probationary" }, "activity": dice.pick(&["active", "exempt"]), "joined_on": joined,
            "official_on": official.then(|| (joined + Days::new(366)).to_string())});
        self.steps.push(format!("joins {body}"));
        let answer = self.house.post(OFFICE, "members", body).await;
        if answer.status == 201 {
            self.people.push(answer.id());
            self.made.push(answer.location().to_owned());
        }
        answer
    }

    async fn takes_back(&mut self, dice: &mut Draws<'_>) -> Answer {
        let place = if self.made.is_empty() {
            format!(
                "/api/v1/members/{}",
                self.people[dice.below(self.people.len())]
            )
        } else {
            self.made[dice.below(self.made.len())].clone()
        };
        let version = self.house.get(OFFICE, &place).await.body["version"]
            .as_i64()
            .unwrap_or(1);
        self.steps.push(format!("takes back {place}"));
        self.house.delete(OFFICE, &place, version).await
    }

    async fn patched(&mut self, dice: &mut Draws<'_>, path: &str, on: NaiveDate) -> Answer {
        let body = match dice.below(3) {
            0 => json!({"joined_on": on}),
            1 => json!({"official_on": on}),
            _ => json!({"status": "official"}),
        };
        let version = self.house.get(OFFICE, path).await.body["version"]
            .as_i64()
            .unwrap_or(1);
        self.steps.push(format!("patches {path} {body}"));
        self.house.patch(OFFICE, path, version, body).await
    }
}

#[test]
fn the_register_of_any_day_is_what_the_rows_count_up_to() {
    let (taken, refused) = (Cell::new(0), Cell::new(0));
    whatever(&runtime(), (4, 40), async |steps, _| {
        let house = House::build().await;
        house.travel("2021-04-01");
        let people = (1..=9).map(|n| demo("dd", 1 + n % 3, 4 + n / 3)).collect();
        let mut story = Story {
            house: &house,
            people,
            made: Vec::new(),
            steps: Vec::new(),
            stays: 0,
        };
        for draws in &steps {
            let answer = story.step(&mut Draws(draws.iter())).await;
            assert!(answer.status < 500, "{}: {:#?}", answer.text, story.steps);
            if answer.status < 300 {
                taken.set(taken.get() + 1);
            } else {
                refused.set(refused.get() + 1);
                story.steps.pop();
            }
        }
        let root = superuser(&house.database).await;
        for n in 0..13 {
            for number in 1..=3 {
                compared(&house, &root, (number, day(n * 10)), &story.steps).await;
            }
        }
    });
    let (taken, refused) = (taken.get(), refused.get());
    eprintln!("{taken} taken, {refused} refused");
    assert!(
        taken > 30 && refused > 10,
        "chance says too little: {taken}, {refused}"
    );
}
