//! From the vote on: steps that `next-steps` calls possible are accepted and all others refused, up
//! to official membership.
use std::cell::Cell;

use chrono::{Days, NaiveDate};
use ketnap::law::regulation::{BUILT_IN, Regulations};
use serde_json::{Value, json};

use super::{Draws, Tried, attempt, replayed, runtime, whatever};
use crate::access::act;
use crate::procedure::{Way, ballot};
use crate::support::House;

const KINDS: [&str; 20] = [
    "resolutions",
    "resolutions",
    "resolutions",
    "documents",
    "documents",
    "submission",
    "submission",
    "decisions",
    "decisions",
    "return",
    "ceremony",
    "ceremony",
    "recognition",
    "recognition",
    "waivers",
    "opinions",
    "sponsor-notes",
    "plan-decisions",
    "verification",
    "exits",
];

/// The acts that a stage is waiting for; the first one leads on.
fn onward(stage: &str) -> &'static [&'static str] {
    match stage {
        "dossier" | "branch_resolved" | "probationary" | "recognition_branch_resolved" => {
            &["resolutions"]
        }
        "committee_resolved" => &["submission", "documents"],
        "submitted" => &["decisions"],
        "decided" => &["ceremony"],
        "recognition_committee_resolved" => &["recognition", "documents"],
        _ => &["exits"],
    }
}

fn body(dice: &mut Draws<'_>, kind: &str, stage: &str, on: &str) -> Value {
    let mut body = act(kind);
    body["on"] = on.into();
    match kind {
        "resolutions" => {
            let member = stage.starts_with("recognition") || stage == "probationary";
            let purposes = if member {
                ["recognition", "recognition", "strike_off"]
            } else {
                ["admission", "admission", "recognition"]
            };
            let voted = ["branch_resolved", "recognition_branch_resolved"].contains(&stage);
            let bodies = if voted {
                ["committee", "branch"]
            } else {
                ["branch", "committee"]
            };
            let (purpose, by) = (dice.pick(&purposes), dice.pick(&bodies));
            body = ballot(purpose, by, on, dice.pick(&[14, 13, 11, 3]));
        }
        "documents" => {
            body["code"] = dice
                .pick(&[
                    "1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ", "10-KNĐ", "11-KNĐ",
                    "12-KNĐ", "13-KNĐ", "15-KNĐ",
                ])
                .into();
            body["received_on"] = on.into();
        }
        "decisions" => {
            body["outcome"] = dice.pick(&["granted", "granted", "refused"]).into();
            body["in_favor"] = dice.pick(&[9, 6, 5]).into();
            body["reason"] = "thử".into();
            body["received_on"] = on.into();
        }
        "recognition" => body["in_favor"] = dice.pick(&[9, 6, 5]).into(),
        "waivers" => {
            body["what"] = dice
                .pick(&["new_member_class", "late_ceremony", "late_decision"])
                .into();
        }
        "opinions" => body["purpose"] = dice.pick(&["admission", "recognition"]).into(),
        "plan-decisions" => {
            body = json!({"on": on, "action": dice.pick(&["keep", "adjust", "remove"]), "minutes_number": "1", "reason": "thử"});
        }
        _ => {}
    }
    body
}

async fn story(house: &House, law: &Regulations, steps: &[Vec<usize>], tried: &Tried) -> String {
    let way = Way::ready(house).await;
    house.travel("2023-06-01");
    let mut on = NaiveDate::from_ymd_opt(2021, 3, 15).unwrap();
    let mut stage = "dossier".to_owned();
    for (round, draws) in steps.iter().enumerate() {
        let mut dice = Draws(draws.iter());
        let far = if stage == "probationary" { 90 } else { 9 };
        on = (on + Days::new(dice.below(far) as u64)).min(house.clock.today());
        let next = onward(&stage);
        let kind = if dice.below(3) > 0 {
            dice.pick(next)
        } else {
            dice.pick(&KINDS)
        };
        if kind == "exits" && round < 50 {
            continue;
        }
        if next.contains(&"documents") || stage == "probationary" {
            // records one more paper, so that files become complete
            let paper = body(&mut dice, "documents", &stage, &on.to_string());
            attempt(house, &way.id, "documents", paper, tried).await;
        }
        let body = body(&mut dice, kind, &stage, &on.to_string());
        attempt(house, &way.id, kind, body, tried).await;
        let file = replayed(house, law, &way.id).await;
        file.stage.wire().clone_into(&mut stage);
    }
    stage
}

#[test]
fn what_is_possible_is_accepted_and_the_rest_refused_to_the_official_member() {
    let (law, tried) = (Regulations::read(BUILT_IN).unwrap(), Tried::default());
    let furthest = Cell::new(0);
    whatever(&runtime(), (2, 50), async |steps, _| {
        let house = House::build().await;
        let stage = story(&house, &law, &steps, &tried).await;
        let member = stage.starts_with("recognition")
            || ["probationary", "official"].contains(&stage.as_str());
        furthest.set(furthest.get() + u32::from(member));
    });
    let (taken, refused) = (tried.taken.get(), tried.refused.get());
    eprintln!(
        "{taken} taken, {refused} refused, {} members",
        furthest.get()
    );
    assert!(
        taken > 15 && refused > 15,
        "chance says too little: {taken}, {refused}"
    );
}
