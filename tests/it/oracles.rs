//! T-14: what a caller does not see, no answer tells: two worlds that differ only in a hidden field
//! answer equally, whatever is asked.
use std::collections::BTreeMap;

use ketnap::access::{self, Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::access::{LOGINS, full_list, operations};
use crate::support::{Answer, House, Plain, demo, person};

/// Of each request its status, its headers and its body; what names the request is left out.
type World = BTreeMap<String, (u16, Vec<(String, String)>, String)>;

fn kept(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = ["date", "x-request-id", "ratelimit-remaining"];
    let headers = answer
        .headers
        .iter()
        .filter(|(n, _)| !own.contains(&n.as_str()));
    let headers = headers.map(|(n, v)| {
        // lists in headers have no order of their own
        let mut parts: Vec<&str> = v.to_str().unwrap_or("").split(", ").collect();
        parts.sort_unstable();
        (n.to_string(), parts.join(", "))
    });
    let mut headers: Vec<(String, String)> = headers.collect();
    headers.sort();
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    if let Some(problem) = body.as_object_mut() {
        problem.remove("trace_id");
    }
    let text = if body.is_null() {
        answer.text.clone()
    } else {
        body.to_string()
    };
    (answer.status, headers, text)
}

/// Everything that this login can ask about a candidate, the filters and orders of the field too.
async fn world(
    house: &House,
    login: &str,
    role: Role,
    id: &str,
    field: &str,
    guesses: &[Value],
) -> World {
    let mut world = World::new();
    let reads = operations()
        .into_iter()
        .filter(|op| op.method == Method::GET);
    for op in reads.filter(|op| access::may(role, op.action).is_some()) {
        let path = if op.path.contains("{id}") {
            op.at(id)
        } else {
            full_list(&op)
        };
        // how many of each group there are is a figure about the branch, and meant to be read
        let figures = field == "priority_group" && path.contains("/reports/quality");
        if path.contains('{') || figures {
            continue;
        }
        world.insert(path.clone(), kept(&house.get(login, &path).await));
    }
    for guess in guesses {
        let plain = guess
            .as_str()
            .map_or_else(|| guess.to_string(), str::to_owned);
        for path in [
            format!("candidates?{field}={plain}"),
            format!("candidates?{field}_from={plain}"),
            format!("candidates?sort={field}"),
            format!("candidates?q={plain}"),
            format!("nominations?{field}={plain}"),
        ] {
            world.insert(path.clone(), kept(&house.get(login, &path).await));
        }
        let mut patch = json!({});
        patch[field] = guess.clone();
        let answer = house
            .patch(login, &format!("candidates/{id}"), 1, patch)
            .await;
        world.insert(format!("patch {field} {plain}"), kept(&answer));
    }
    world
}

/// The fields of a file that some role does not see, and two values of each.
fn hidden() -> Vec<(&'static str, Value, Value)> {
    vec![
        ("birth_date", json!("1990-03-05"), json!("1990-08-17")),
        ("birth_place", json!("Xã Một"), json!("Xã Hai")),
        ("home_town", json!("Quê Một"), json!("Quê Hai")),
        ("ethnic_group", json!("Kinh"), json!("Tày")),
        ("religion", json!("Không"), json!("Phật giáo")),
        ("citizen_id", json!("099190000123"), json!("098190111123")),
        ("phone", json!("0901234567"), json!("0987654567")),
        ("address", json!("Số 1"), json!("Số 2")),
        ("priority_group", json!("doctor"), json!("woman")),
        ("remarks", json!("tốt"), json!("xấu")),
    ]
}

#[tokio::test]
async fn two_worlds_that_differ_in_a_hidden_field_answer_equally() {
    let house = House::build().await;
    let owner = house.owner().await;
    let id = demo("ca", 1, 1);
    // a file on its way through the committees: masked for the branch as well
    let submit = format!(
        "update candidate set stage = 'submitted', version = 1, remarks_branch_id = '{}' where id = '{id}'",
        demo("0b", 2, 0)
    );
    owner.batch_execute(&submit).await.unwrap();
    let mut compared = 0;
    for (login, role) in LOGINS {
        let sees = role == Role::PartyOffice || role == Role::UpperCommittee;
        for (field, one, other) in hidden() {
            if sees && field != "remarks" {
                continue;
            }
            let mut worlds = Vec::new();
            for value in [&one, &other] {
                let text = value.text();
                let set = format!(
                    "update candidate set {field} = '{text}', version = 1 where id = '{id}'"
                );
                owner.batch_execute(&set).await.unwrap();
                let guesses = [one.clone(), other.clone()];
                worlds.push(world(&house, login, role, &id, field, &guesses).await);
            }
            for (path, answer) in &worlds[0] {
                assert_eq!(answer, &worlds[1][path], "{login}: {path} tells {field}");
                compared += 1;
            }
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// The database is asked about other people only when nothing else is wrong; a hit is recorded; who
/// keeps hitting is stopped for the day.
#[tokio::test]
async fn who_is_known_is_not_found_out_by_trying() {
    let house = House::build().await;
    let owner = house.owner().await;
    let known = "select full_name, birth_date::text from member where branch_id = $1::text::uuid order by id limit 1";
    let row = owner.query_one(known, &[&demo("0b", 4, 0)]).await.unwrap();
    let (name, born): (String, String) = (row.get(0), row.get(1));
    let nominate = |born: &str, on: &str| {
        let mut body = person(4, &name, "77-NQ/ĐTN");
        body["birth_date"] = born.into();
        body["paper_on"] = on.into();
        body["youth_union_member"] = true.into();
        house.post("youth", "nominations", body)
    };
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    // with a paper of the future the right guess answers as a wrong one does
    let right = nominate(&born, "2031-01-01").await;
    let wrong = nominate("1990-01-01", "2031-01-01").await;
    assert_eq!(kept(&right), kept(&wrong));
    assert_eq!(house.count(hits).await, 0);
    for n in 1..=20 {
        let answer = nominate(&born, "2021-01-12").await;
        assert_eq!(answer.rules(), ["nomination.no_open_candidacy"]);
        assert_eq!(house.count(hits).await, n);
    }
    let stopped = nominate(&born, "2021-01-12").await.refused("rate_limited");
    assert_ne!(stopped.header("retry-after"), "");
    nominate("1990-01-01", "2021-01-12")
        .await
        .refused("rate_limited");
    house.clock.set("2021-01-16T03:00:00Z".parse().unwrap());
    nominate("1990-01-01", "2021-01-12").await.expect(201);
}

/// What a branch wrote about a person stays its own when the person moves: hidden, untouched, and
/// not to be found out by trying.
#[tokio::test]
async fn remarks_do_not_travel_with_a_person() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let path = format!("candidates/{id}");
    let version = house.read("branch-01", &path).await.version();
    let mine = json!({"remarks": "chỉ chi bộ 01 biết"});
    house.change("branch-01", &path, version, mine).await;
    let moved = format!(
        "update candidate set branch_id = '{}', version = 50 where id = '{id}'",
        demo("0b", 2, 0)
    );
    house.owner().await.batch_execute(&moved).await.unwrap();
    for guess in [json!("chỉ chi bộ 01 biết"), json!("khác"), Value::Null] {
        let patch = json!({"remarks": guess});
        let answer = house.patch("branch-02", &path, 50, patch).await;
        answer.invalid(&["/remarks"]);
    }
    let changed = house
        .change("branch-02", &path, 50, json!({"phone": "0900000000"}))
        .await;
    assert!(changed.body["remarks"].is_null());
    let kept = format!("select remarks from candidate where id = '{id}'");
    assert_eq!(house.column(&kept).await, ["chỉ chi bộ 01 biết"]);
}

/// Before the Standing Committee has concluded, a political issue is nobody else's to know.
#[tokio::test]
async fn a_political_issue_is_told_when_it_is_concluded() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let add = |step: &str, seq: i32| {
        format!(
            "insert into act select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'seq', {seq}, 'kind', 'political_issue', \
               'data', jsonb_build_object('step', '{step}', 'relation', 'self_person', 'on', '2021-01-10')))).* from act a where candidate_id = '{id}' order by seq limit 1"
        )
    };
    let owner = house.owner().await;
    owner.batch_execute(&add("proposed", 900)).await.unwrap();
    let proposal =
        "select id::text from act where kind = 'political_issue' and data ->> 'step' = 'proposed'";
    let proposal = house.column(proposal).await.remove(0);
    for (who, sees) in [
        ("office", true),
        ("standing", true),
        ("overseer", false),
        ("branch-01", false),
    ] {
        let list = house
            .read(
                who,
                &format!("candidates/{id}/political-issues?include_total=true"),
            )
            .await;
        assert_eq!(list.items().len(), usize::from(sees), "{who}");
        assert_eq!(list.body["page"]["total"], usize::from(sees), "{who}");
        let line = house
            .read(who, &format!("candidates/{id}/timeline?limit=200"))
            .await;
        let there = line.items().iter().any(|a| a["kind"] == "political_issue");
        assert_eq!(there, sees, "{who}");
        let one = house.get(who, &format!("acts/{proposal}")).await;
        assert_eq!(one.status, if sees { 200 } else { 404 }, "{who}");
    }
    owner.batch_execute(&add("concluded", 901)).await.unwrap();
    for who in ["overseer", "branch-01"] {
        let list = house
            .read(who, &format!("candidates/{id}/political-issues"))
            .await;
        assert_eq!(list.items().len(), 1, "{who}");
    }
}
