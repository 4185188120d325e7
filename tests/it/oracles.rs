//! T-14: what a caller does not see, no answer tells.
use serde_json::{Value, json};

use crate::support::{Answer, House, demo, person, shows};

/// Status, headers and body, without what names the request.
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
    house.travel("2021-01-17");
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
    // the new branch finds the field empty, and what it writes is its own
    let changed = house
        .change("branch-02", &path, 50, json!({"phone": "0900000000"}))
        .await;
    assert!(changed.body["remarks"].is_null());
    let unchanged = json!({"remarks": null});
    let same = house.change("branch-02", &path, 51, unchanged).await;
    assert_eq!(same.version(), 51, "as for a person without remarks");
    for (guess, version) in [("chỉ chi bộ 01 biết", 51), ("khác", 52)] {
        let guessed = json!({"remarks": guess});
        let answer = house.change("branch-02", &path, version, guessed).await;
        shows!(answer, {"remarks": guess, "version": version + 1});
    }
    // and the old branch has its own again when the person comes back
    let back = moved.replace(&demo("0b", 2, 0), &demo("0b", 1, 0));
    house.owner().await.batch_execute(&back).await.unwrap();
    shows!(house.read("branch-01", &path).await, {"remarks": "chỉ chi bộ 01 biết"});
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
