//! Properties of any sequence of acts: next-steps and refusals agree, replaying the acts gives the
//! stored stage, and no stage is reached without its evidence.
mod evidence;
mod listed;
mod registers;
mod steps;

use std::cell::Cell;

use ketnap::law::acts::{Act, ActKind};
use ketnap::law::candidacy::{File, Recorded, standing};
use ketnap::law::regulation::{BUILT_IN, Regulations};
use ketnap::law::words::Role;
use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::access::act;
use crate::support::{House, candidate, demo};

/// Random numbers for one step, one for each choice. The first option of every list is the
/// simplest, so that a failing story shrinks to simple steps.
struct Draws<'a>(std::slice::Iter<'a, usize>);

impl Draws<'_> {
    fn below(&mut self, sides: usize) -> usize {
        self.0.next().map_or(0, |n| n % sides)
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// The stored acts of a candidate.
async fn acts(house: &House, candidate: &str) -> Vec<Recorded> {
    let rows = house
        .owner()
        .await
        .query("select id, account_id, role, kind, data, regulation from act where candidate_id = $1::text::uuid order by seq, unseen", &[&candidate])
        .await
        .unwrap();
    rows.iter()
        .map(|r| Recorded {
            id: r.get(0),
            account: r.get(1),
            role: Role::parse(r.get(2)).unwrap(),
            act: Act::read(
                ActKind::parse(r.get(3)).unwrap(),
                r.get::<_, serde_json::Value>(4),
            )
            .unwrap(),
            regulation: r.get(5),
        })
        .collect()
}

/// Replays the stored acts and compares the result with the stored columns.
async fn replayed(house: &House, law: &Regulations, candidate: &str) -> File {
    let all = acts(house, candidate).await;
    let file = File::replay(&standing(&all), law).unwrap();
    let row = house
        .owner()
        .await
        .query_one(
            "select c.stage, c.stage_on, c.decided_on, c.admitted_on, c.official_on, c.version, a.stage_after, a.version from candidate c \
             join lateral (select * from act where candidate_id = c.id order by seq desc, unseen desc limit 1) a on true where c.id = $1::text::uuid",
            &[&candidate],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, String>(0), file.stage.wire(), "{candidate}");
    assert_eq!(row.get::<_, String>(6), file.stage.wire());
    assert_eq!(row.get::<_, chrono::NaiveDate>(1), file.stage_on);
    assert_eq!(
        row.get::<_, Option<chrono::NaiveDate>>(2),
        file.decision.as_ref().map(|d| d.on)
    );
    assert_eq!(
        (
            row.get::<_, Option<chrono::NaiveDate>>(3),
            row.get::<_, Option<chrono::NaiveDate>>(4)
        ),
        (file.ceremony_on, file.official_on)
    );
    assert_eq!(
        row.get::<_, i32>(5),
        row.get::<_, i32>(7),
        "the version of the last act"
    );
    file
}

/// Whether only the act itself can meet this rule, with its figures, references or dates.
fn shown_by_the_act(rule: &str) -> bool {
    const OWN: [&str; 19] = [
        "act.not_in_future",
        "act.after_birth",
        "act.days",
        "act.of_age",
        "exit.",
        "plan.",
        "sponsorship.",
        "test.",
        "introduction.",
        "dossier.application",
        "document.",
        "verification.",
        "political.",
        "opinion.",
        "vote.ballots",
        "vote.present",
        "vote.register",
        "return.",
        "waiver.",
    ];
    OWN.iter().any(|own| rule.starts_with(own))
        || rule.starts_with("decision.")
        || rule.starts_with("strike_off.ground")
}

fn rules(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|r| r["rule"].as_str().unwrap().to_owned())
        .collect()
}

/// A random body of this kind on this day, mostly a valid one.
fn body(dice: &mut Draws<'_>, kind: &str, on: &str) -> Value {
    let mut body = if kind == "sponsorships" {
        json!({})
    } else {
        act(kind)
    };
    body["on"] = on.into();
    match kind {
        "plan-decisions" => {
            let met = dice.below(4) > 0;
            let action = dice.pick(&["add", "add", "add", "keep", "remove"]);
            body = json!({"on": on, "action": action, "minutes_number": "1", "political_standard": met, "conduct": met, "capacity": true,
                "task_performance": true, "priority_group": "woman", "reason": "thử"});
        }
        "sponsor-notes" => body["member_id"] = demo("dd", 1, 8).into(),
        "sponsorships" => body = json!({"member_id": demo("dd", 1, 8), "from_on": on}),
        "test-assignments" => body["due_on"] = "2023-01-01".into(),
        "introductions" => {
            let member = json!({"on": on, "by": "member", "member_id": demo("dd", 1, dice.pick(&[4, 7])), "shared_from": "2017-01-01", "shared_kind": "work", "paper_number": "3"});
            body = if dice.below(3) > 0 { member } else { body };
        }
        "dossier" => body["application_on"] = on.into(),
        "documents" => {
            body["code"] = dice
                .pick(&[
                    "1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ", "10-KNĐ", "99-KNĐ",
                ])
                .into();
            body["received_on"] = on.into();
        }
        "verification" => {
            let step = dice.pick(&[
                "declared",
                "declared",
                "sealed",
                "sent",
                "sent",
                "returned",
                "returned",
                "reminded",
                "concluded",
            ]);
            let about = !["sealed", "concluded"].contains(&step);
            let relation = dice.pick(&["self_person", "father", "mother"]);
            body = json!({"on": on, "step": step, "relation": about.then_some(relation), "conclusion": (step == "concluded").then_some("clear")});
        }
        "opinions" => {
            body["of"] = dice
                .pick(&["trade_union", "residence_branch_committee"])
                .into();
        }
        "resolutions" => {
            body["body"] = dice.pick(&["branch", "branch", "committee"]).into();
            body["in_favor"] = dice.pick(&[14, 14, 9, 15]).into();
        }
        _ => {}
    }
    body
}

/// The number of acts accepted and refused so far.
#[derive(Default)]
struct Tried {
    taken: Cell<u32>,
    refused: Cell<u32>,
}

const KINDS: [&str; 17] = [
    "plan-decisions",
    "sponsorships",
    "sponsor-notes",
    "test-assignments",
    "introductions",
    "introductions",
    "dossier",
    "documents",
    "verification",
    "verification",
    "verification",
    "opinions",
    "resolutions",
    "submission",
    "ceremony",
    "waivers",
    "exits",
];

/// Attempts one step of a candidacy, after asking `next-steps` about it.
async fn attempt(house: &House, candidate: &str, kind: &str, body: Value, tried: &Tried) {
    let on = body["on"]
        .as_str()
        .or(body["from_on"].as_str())
        .unwrap()
        .to_owned();
    let who = match (kind, body["body"].as_str()) {
        ("decisions" | "recognition" | "return", _) => "upper",
        ("submission" | "waivers", _) | ("resolutions", Some("committee")) => "office",
        _ => "branch-01",
    };
    let path = format!("/api/v1/candidates/{candidate}/next-steps?on={on}");
    let asked = house.get(who, &path).await;
    if asked.status == 404 {
        // the upper committee cannot see the file yet
        house
            .act(who, candidate, kind, body)
            .await
            .refused("not_found");
        return;
    }
    let asked = asked.expect(200);
    let fits = |s: &&Value| {
        s["path"].as_str().unwrap().ends_with(&format!("/{kind}"))
            && s["fields"]
                .as_object()
                .unwrap()
                .iter()
                .all(|(name, value)| body[name] == *value)
    };
    let step = asked.body["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(fits)
        .unwrap_or_else(|| panic!("{kind} {body}: {}", asked.text))
        .clone();
    // a requirement that a reason would meet does not make the step impossible
    let missing: Vec<String> = rules(&Value::Array(
        step["requirements"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|r| r["met"] == false && r["met_by"]["field"] != "reason")
            .cloned()
            .collect(),
    ));
    assert_eq!(step["possible"] == true, missing.is_empty());
    let answer = house.act(who, candidate, kind, body.clone()).await;
    if answer.status == 201 {
        tried.taken.set(tried.taken.get() + 1);
        assert!(
            missing.is_empty(),
            "{kind} {body} was taken, and next-steps called it unmet: {missing:?}"
        );
    } else {
        tried.refused.set(tried.refused.get() + 1);
        let answer = answer.expect_code(422, "requirements_unmet");
        let said = rules(&answer.body["requirements"]);
        assert!(
            missing.iter().all(|m| said.contains(m)),
            "{kind} {body}: next-steps {missing:?}, the refusal {said:?}"
        );
        assert!(
            said.iter()
                .all(|s| missing.contains(s) || shown_by_the_act(s)),
            "{kind} {body}: next-steps {missing:?}, the refusal {said:?}"
        );
    }
}

/// A new candidate and a number of random steps.
async fn story(house: &House, law: &Regulations, steps: &[Vec<usize>], n: u32, tried: &Tried) {
    let candidate = candidate(house, 1, &format!("Đỗ Thị Thử {n}")).await;
    let mut on = chrono::NaiveDate::from_ymd_opt(2021, 2, 1).unwrap();
    for (round, draws) in steps.iter().enumerate() {
        let mut draws = Draws(draws.iter());
        on = on + chrono::Days::new(draws.below(9) as u64);
        let kind = draws.pick(&KINDS);
        if kind == "exits" && round < 60 {
            continue;
        }
        let body = body(&mut draws, kind, &on.to_string());
        attempt(house, &candidate, kind, body, tried).await;
        replayed(house, law, &candidate).await;
    }
}

fn runtime() -> Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap()
}

/// Runs a story `cases` times with up to `most` steps, each a list of random numbers. The first
/// failing story is shrunk.
fn whatever(
    runtime: &Runtime,
    (cases, most): (u32, usize),
    story: impl AsyncFn(Vec<Vec<usize>>, u32),
) {
    let config = Config {
        cases,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..Config::default()
    };
    let chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let steps = vec(vec(0..10_000_usize, 8), 1..=most);
    let n = Cell::new(0);
    let told = TestRunner::new_with_rng(config, chance).run(&steps, |steps| {
        n.set(n.get() + 1);
        runtime.block_on(story(steps, n.get()));
        Ok(())
    });
    assert!(told.is_ok(), "{}", told.unwrap_err());
}

/// S8, S10, S41, S42: an act is accepted if and only if `next-steps` shows all its requirements as
/// met, and replaying the acts gives the stored stage. A counterexample is shrunk.
#[test]
fn whatever_is_tried_next_steps_and_the_refusal_agree_and_the_acts_give_the_stage() {
    let runtime = runtime();
    let house = runtime.block_on(House::build());
    house.travel("2023-06-01");
    let (law, tried) = (Regulations::read(BUILT_IN).unwrap(), Tried::default());
    whatever(&runtime, (4, 140), async |steps, n| {
        story(&house, &law, &steps, n, &tried).await;
    });
    let wrong: i64 = runtime.block_on(async {
        let count = "select n::bigint from app.counts('sums', '{}')";
        let row = house.owner().await.query_one(count, &[]).await.unwrap();
        row.get(0)
    });
    assert_eq!(wrong, 0, "counters differ from the full count");
    let (taken, refused) = (tried.taken.get(), tried.refused.get());
    assert!(
        taken > 40 && refused > 40,
        "{taken} taken, {refused} refused: chance says too little"
    );
}

/// An annulment is refused if it would take the ground from a later act. Then the path to official
/// membership, and its evidence.
#[tokio::test]
async fn no_annulment_leaves_a_later_act_without_ground_and_official_needs_everything() {
    let house = House::build().await;
    let law = Regulations::read(BUILT_IN).unwrap();
    house.travel("2023-06-01");
    let person = demo("ca", 3, 6); // probationary since 19 November 2021
    let members = async || -> i64 {
        house
            .owner()
            .await
            .query_one(
                "select count(*) from member where id = $1::text::uuid and deleted_at is null",
                &[&person],
            )
            .await
            .unwrap()
            .get(0)
    };
    assert_eq!(members().await, 1, "the ceremony made the member");
    for recorded in acts(&house, &person).await {
        let who = if recorded.role == Role::PartyOffice {
            "office"
        } else {
            "branch-03"
        };
        let annulment = json!({"on": "2023-05-31", "act_id": recorded.id, "reason": "thử"});
        let answer = house.act(who, &person, "annulments", annulment).await;
        let kind = recorded.act.kind().wire();
        if answer.status == 201 {
            // nothing rests on these acts; annulling one that a later act needs is refused
            assert!(
                ["ceremony", "sponsorship"].contains(&kind),
                "{kind} could be annulled: {}",
                answer.text
            );
        } else {
            answer.expect_code(422, "requirements_unmet");
        }
        replayed(&house, &law, &person).await;
    }
    // once the ceremony is annulled the person is no member and the stage is `decided`; then the
    // ceremony is held again
    assert_eq!(
        (
            members().await,
            replayed(&house, &law, &person).await.stage.wire()
        ),
        (0, "decided")
    );
    let late = house
        .act(
            "branch-03",
            &person,
            "ceremony",
            json!({"on": "2023-05-31"}),
        )
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(rules(&late.body["requirements"]), ["ceremony.in_time"]);
    house
        .act(
            "branch-03",
            &person,
            "ceremony",
            json!({"on": "2021-11-19"}),
        )
        .await
        .expect(201);
    assert_eq!(members().await, 1);

    // twelve months later everything that is missing is listed at once, and then provided step by
    // step; 12 official members vote
    let vote = |body: &str, members: i32| {
        json!({"on": "2022-12-01", "purpose": "recognition", "body": body, "number": "13", "method": "secret_ballot", "members": members,
        "exempt_absent": 0, "suspended": 0, "present": members, "in_favor": members, "against": 0, "abstain": 0})
    };
    let refused = house
        .act("branch-03", &person, "resolutions", vote("branch", 12))
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(
        rules(&refused.body["requirements"]),
        [
            "recognition.document",
            "recognition.document",
            "recognition.document",
            "recognition.new_member_class"
        ]
    );
    for code in ["10-KNĐ", "11-KNĐ", "12-KNĐ"] {
        house
            .act(
                "branch-03",
                &person,
                "documents",
                json!({"on": "2022-11-25", "code": code, "received_on": "2022-11-25"}),
            )
            .await
            .expect(201);
    }
    let waiver = json!({"on": "2022-11-25", "what": "new_member_class", "reason": "chống dịch", "approver": "Ban Thường vụ Đảng ủy", "paper_number": "31-CV/ĐU"});
    house
        .act("standing", &person, "waivers", waiver)
        .await
        .expect(201);
    let mut early = vote("branch", 12);
    early["on"] = "2022-11-19".into();
    let early = house
        .act("branch-03", &person, "resolutions", early)
        .await
        .expect_code(422, "requirements_unmet");
    assert!(
        rules(&early.body["requirements"]).contains(&"recognition.probation_ended".to_owned()),
        "{}",
        early.text
    );
    house
        .act("branch-03", &person, "resolutions", vote("branch", 12))
        .await
        .expect(201);
    house
        .act("office", &person, "resolutions", vote("committee", 15))
        .await
        .expect(201);
    for code in ["13-KNĐ", "15-KNĐ"] {
        let paper = json!({"on": "2022-12-05", "code": code, "received_on": "2022-12-05"});
        let filed = house.act("office", &person, "documents", paper).await;
        filed.expect(201);
    }
    let recognition = json!({"on": "2022-12-20", "number": "41", "body": "upper_standing_committee", "members": 11, "in_favor": 5});
    let refused = house
        .act("upper", &person, "recognition", recognition.clone())
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(rules(&refused.body["requirements"]), ["decision.vote"]);
    let mut carried = recognition;
    carried["in_favor"] = 6.into();
    let done = house
        .act("upper", &person, "recognition", carried)
        .await
        .expect(201);
    assert_eq!(done.body["stage_after"], "official");
    let file = replayed(&house, &law, &person).await;
    assert_eq!(
        file.official_on.unwrap().to_string(),
        "2022-11-19",
        "dated to the end of the twelve months"
    );

    // the evidence, as stored in the rows
    let sql = "with a as (select * from act x where candidate_id = $1::text::uuid and not exists (select from act y where y.corrects_id = x.id or (y.kind = 'annulment' and y.data ->> 'act_id' = x.id::text))), \
          v as (select on_date, data ->> 'purpose' p, data ->> 'body' b from a where kind = 'resolution' \
                 and 3 * (data ->> 'in_favor')::int >= 2 * ((data ->> 'members')::int - (data ->> 'exempt_absent')::int - (data ->> 'suspended')::int)) \
        select (select count(*) from v where (p, b) = ('admission', 'branch')), (select count(*) from v where (p, b) = ('admission', 'committee')), \
               (select count(*) from v where (p, b) = ('recognition', 'branch')), (select count(*) from v where (p, b) = ('recognition', 'committee')), \
               (select count(*) from a s, v where s.kind = 'submission' and (p, b) = ('admission', 'committee') and s.on_date >= v.on_date), \
               (select count(*) from a d, a c where d.kind = 'decision' and c.kind = 'ceremony' and c.on_date >= d.on_date), \
               (select count(*) from a r, a c, v where r.kind = 'recognition' and c.kind = 'ceremony' and (p, b) = ('recognition', 'branch') and v.on_date > (c.on_date + interval '12 months')::date and r.on_date >= v.on_date), \
               (select count(*) from a w where w.kind = 'waiver' and w.data ->> 'what' = 'new_member_class'), \
               (select count(*) from a x, v where x.kind = 'verification' and x.data ->> 'conclusion' = 'clear' and (p, b) = ('admission', 'branch') and x.on_date <= v.on_date)";
    let row = house
        .owner()
        .await
        .query_one(sql, &[&person])
        .await
        .unwrap();
    let counts: Vec<i64> = (0..row.len()).map(|i| row.get(i)).collect();
    assert_eq!(counts, [1; 9]);
    let member = house
        .get("branch-03", &format!("/api/v1/members/{person}"))
        .await
        .expect(200);
    assert_eq!(
        (
            &member.body["status"],
            &member.body["official_on"],
            &member.body["joined_on"]
        ),
        (
            &json!("official"),
            &json!("2022-11-19"),
            &json!("2021-11-19")
        )
    );
}

/// Nothing but an act sets a stage: no request, and not even the service's own database role.
#[tokio::test]
async fn nothing_but_an_act_writes_a_stage() {
    let house = House::build().await;
    let app = house.owner().await;
    let granted: Vec<String> = app
        .query(
            "select c::text from unnest(array['stage', 'stage_on', 'decided_on', 'admitted_on', 'official_on', 'branch_id']) c \
             where has_column_privilege('ketnap_app', 'candidate', c, 'update')",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|r| r.get(0))
        .collect();
    assert!(granted.is_empty(), "{granted:?}");
    for right in ["update", "delete", "truncate"] {
        let may: bool = app
            .query_one(
                "select has_table_privilege('ketnap_app', 'act', $1)",
                &[&right],
            )
            .await
            .unwrap()
            .get(0);
        assert!(!may, "acts are appended, not {right}d");
    }
    let person = demo("ca", 1, 1);
    let version = house
        .get("office", &format!("/api/v1/candidates/{person}"))
        .await
        .expect(200)
        .version();
    let typed = house
        .patch(
            "office",
            &format!("/api/v1/candidates/{person}"),
            version,
            json!({"stage": "official"}),
        )
        .await
        .expect_code(422, "validation_failed");
    assert_eq!(typed.faults(), ["/stage"]);
    let foreign = json!({"on": "2021-01-14", "act_id": Uuid::new_v4(), "reason": "thử"});
    let answer = house
        .act("branch-01", &person, "annulments", foreign)
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(rules(&answer.body["requirements"]), ["correction.act"]);
}
