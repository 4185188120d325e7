//! Where people move, and where branches meet: the file goes along, what a branch said stays its
//! own, and nobody reaches a neighbour through a plan, a figure or an answer that was kept.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{House, PASSWORD, Plain, demo, shows};

/// One number of the database.
async fn count(house: &House, sql: &str) -> i64 {
    house
        .owner()
        .await
        .query_one(&format!("select ({sql})::bigint"), &[])
        .await
        .unwrap()
        .get(0)
}

async fn texts(house: &House, sql: &str) -> Vec<String> {
    let rows = house.owner().await.query(sql, &[]).await.unwrap();
    rows.iter()
        .flat_map(|row| (0..row.len()).map(|n| row.get(n)).collect::<Vec<String>>())
        .collect()
}

/// S15: after a merger the whole file is the other branch's, the words of the old one are still the old one's, and its committee signs in no more.
#[tokio::test]
async fn the_file_goes_along_in_a_merger_and_the_old_branchs_words_stay_its_own() {
    let house = House::build().await;
    house.travel("2022-12-10");
    let (third, fourth) = (demo("0b", 3, 0), demo("0b", 4, 0));
    let found = format!(
        "select c.id::text, s.member_id::text, e.id::text from candidate c join sponsorship s on s.candidate_id = c.id and s.to_on is null \
           join source_plan_entry e on e.candidate_id = c.id where c.branch_id = '{third}' and c.stage in ('in_plan', 'dossier') and c.planned_year is not null \
          order by not exists (select from attendance a join enrolment n on n.id = a.enrolment_id where n.candidate_id = c.id), 1, 2 limit 1"
    );
    let found = texts(&house, &found).await;
    let [who, sponsor, entry] = &found[..] else {
        panic!("{found:?}")
    };
    let note = json!({"on": "2022-12-09", "member_id": sponsor, "assessment": "good", "remarks": "ZQNOTE"});
    let note = house
        .record("branch-03", who, "sponsor-notes", note)
        .await
        .id();
    let (path, note) = (
        format!("/api/v1/candidates/{who}"),
        format!("/api/v1/acts/{note}"),
    );
    let version = house.read("branch-03", &path).await.version();
    let mended = house
        .change("branch-03", &path, version, json!({"remarks": "ZQREMARK"}))
        .await;
    assert_eq!(mended.body["remarks"], "ZQREMARK");
    shows!(house.read("branch-03", &note).await.body["data"], {"remarks": "ZQNOTE"});
    let planned = mended.body["planned_year"].clone();
    assert!(planned.is_i64());
    // what hangs on the file, settled duties among it
    let parts = ["act", "deadline", "enrolment", "sponsorship", "nomination"];
    let hangs = async |branch: &str| -> Vec<i64> {
        let mut all = Vec::new();
        for table in parts {
            all.push(count(&house, &format!("select count(*) from {table} where candidate_id = '{who}' and branch_id = '{branch}'")).await);
        }
        let sql = format!(
            "select count(*) from attendance a join enrolment e on e.id = a.enrolment_id where e.candidate_id = '{who}' and a.branch_id = '{branch}'"
        );
        all.push(count(&house, &sql).await);
        all
    };
    house.owner().await.execute(&format!("insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, due_on, skipped, rule, source, created_at, settled_on) select organization_id, branch_id, candidate_id, kind, 'once', from_on, due_on, skipped, rule, source, created_at, due_on from deadline where candidate_id = '{who}' limit 1"), &[]).await.unwrap();
    let before = hangs(&third).await;
    assert!(
        before[0] > 0 && before[1] > 1 && before[3] > 0 && before[5] > 0,
        "{before:?}"
    );

    let branch = format!("/api/v1/branches/{third}");
    let at = house.read("office", &branch).await.version();
    let merge = json!({"on": "2022-12-10", "paper_number": "21-QĐ/ĐU", "into_branch_id": fourth});
    house
        .advance_with("office", &format!("{branch}/closures"), at, merge)
        .await;

    assert_eq!(
        (hangs(&third).await, hangs(&fourth).await),
        (vec![0; 6], before)
    );
    let read = house.read("branch-04", &note).await;
    assert!(!read.text.contains("ZQNOTE"), "{}", read.text);
    let file = house.read("branch-04", &path).await;
    assert_eq!(
        (&file.body["remarks"], &file.body["planned_year"]),
        (&Value::Null, &planned)
    );
    let file = house
        .change(
            "branch-04",
            &path,
            file.version(),
            json!({"remarks": "ZQOURS"}),
        )
        .await;
    assert_eq!(file.body["remarks"], "ZQOURS");
    assert!(
        house
            .read("office", &format!("{note}?reason=thẩm%20định"))
            .await
            .text
            .contains("ZQNOTE")
    );
    // the old plan keeps its words and leads nowhere
    shows!(house.read("office", &format!("source-plan-entries/{entry}")).await, {
        "candidate_id": null
    });

    // the committee is no more: neither its session nor its password
    house.get("branch-03", "me").await.expect(401);
    let form = [
        ("grant_type", "password"),
        ("username", "branch-03"),
        ("password", PASSWORD),
    ];
    assert_eq!(house.form("/api/v1/auth/token", &form).await.status, 400);
    let account = texts(
        &house,
        "select id::text from account where login = 'branch-03'",
    )
    .await
    .remove(0);
    let account = format!("/api/v1/accounts/{account}");
    let at = house.read("admin", &account).await;
    assert_eq!(at.body["disabled"], true);
    house
        .patch("admin", &account, at.version(), json!({"disabled": false}))
        .await
        .invalid(&["/branch_id"]);
    house
        .change(
            "admin",
            &account,
            at.version(),
            json!({"disabled": false, "branch_id": demo("0b", 5, 0)}),
        )
        .await;
}

fn person(year: i32) -> Value {
    json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "target_year": year, "priority_group": "doctor", "fostering_from": "2020-06-01",
        "political_standard": true, "conduct": true, "capacity": true, "task_performance": true})
}

/// S26: an entry finds the branch's own candidate and nobody else's, and plans for nobody else's.
#[tokio::test]
async fn an_entry_of_a_source_plan_concerns_people_of_its_own_branch_only() {
    let house = House::build().await;
    let plan = texts(
        &house,
        &format!(
            "select id::text from source_plan where branch_id = '{}'",
            demo("0b", 2, 0)
        ),
    )
    .await
    .remove(0);
    let path = format!("/api/v1/source-plans/{plan}");
    let at = async |path: &str| house.read("branch-02", path).await.version();
    house
        .advance_with(
            "branch-02",
            &format!("{path}/revisions"),
            at(&path).await,
            json!({"reason": "Bổ sung"}),
        )
        .await;
    let entry = house
        .create("branch-02", &format!("{path}/entries"), person(2023))
        .await;
    let entry_path = format!("/api/v1/source-plan-entries/{}", entry.id());
    let nominated = |branch: u32, paper: &str| {
        json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "sex": "female", "branch_id": demo("0b", branch, 0), "paper_number": paper,
            "paper_on": "2021-01-12", "youth_union_member": true, "trade_union_member": true})
    };
    let theirs = house
        .create("union", "nominations", nominated(3, "41-NQ"))
        .await
        .body["candidate_id"]
        .text()
        .to_owned();
    let state = async |who: &str| {
        texts(&house, &format!("select version::text, coalesce(planned_year, 0)::text from candidate where id = '{who}'")).await
    };
    let untouched = state(&theirs).await;
    shows!(house.read("branch-02", &entry_path).await, {"candidate_id": null});
    house
        .change("branch-02", &entry_path, 1, json!({"target_year": 2022}))
        .await;
    assert_eq!(state(&theirs).await, untouched);

    // the other branch gives the person up, the own one introduces: the entry is that person's, and
    // a new version of itself
    house
        .record(
            "branch-03",
            &theirs,
            "exits",
            json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "Chuyển khoa"}),
        )
        .await;
    let ours = house
        .create("union", "nominations", nominated(2, "42-NQ"))
        .await
        .body["candidate_id"]
        .text()
        .to_owned();
    let linked = house.read("branch-02", &entry_path).await;
    assert_eq!(
        (&linked.body["candidate_id"], linked.version()),
        (&json!(ours), 3)
    );
    assert_eq!(state(&ours).await[1], "2022");

    // in a split the person leaves with the year that was planned, which the old branch plans no
    // more
    let branch = format!("/api/v1/branches/{}", demo("0b", 2, 0));
    let split = json!({"on": "2021-01-15", "number": "11", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 1, "paper_number": "20-QĐ/ĐU",
        "member_ids": [], "candidate_ids": [ours], "department_ids": []});
    house
        .step_with(
            "office",
            &format!("{branch}/splits"),
            at(&branch).await,
            split,
        )
        .await
        .expect(201);
    let moved = state(&ours).await;
    assert_eq!(moved[1], "2022");
    let left = house.read("branch-02", &entry_path).await;
    assert_eq!(
        (&left.body["candidate_id"], left.version()),
        (&Value::Null, 4)
    );
    house
        .change("branch-02", &entry_path, 4, json!({"target_year": 2024}))
        .await;
    house.remove("branch-02", &entry_path, 5).await;
    assert_eq!(state(&ours).await, moved);
}

/// What is said about a person in words is the branch's; others above read it one by one, with a reason, and leave a trace.
#[tokio::test]
async fn remarks_in_a_review_and_in_a_source_plan_are_read_with_a_reason_and_recorded() {
    let house = House::build().await;
    house.travel("2021-04-05");
    let review =
        json!({"branch_id": demo("0b", 2, 0), "kind": "periodic", "year": 2021, "period": 2});
    let review = house.create("branch-02", "reviews", review).await.id();
    let items = format!("/api/v1/reviews/{review}/items");
    let item = house.read("branch-02", &items).await.items()[0].clone();
    let item = format!("/api/v1/review-items/{}", item["id"].text());
    let noted = house
        .change(
            "branch-02",
            &item,
            1,
            json!({"decision": "remove", "reason": "Chưa đủ", "note": "ZQWORDS"}),
        )
        .await;
    assert_eq!(noted.body["note"], "ZQWORDS");
    let plan = texts(
        &house,
        &format!(
            "select id::text from source_plan where branch_id = '{}'",
            demo("0b", 2, 0)
        ),
    )
    .await
    .remove(0);
    let plan = format!("/api/v1/source-plans/{plan}");
    let at = house.read("branch-02", &plan).await.version();
    house
        .advance_with(
            "branch-02",
            &format!("{plan}/revisions"),
            at,
            json!({"reason": "Bổ sung"}),
        )
        .await;
    let mut body = person(2022);
    body["assessment"] = json!("ZQWORDS");
    let entries = format!("{plan}/entries");
    let entry = format!(
        "/api/v1/source-plan-entries/{}",
        house.create("branch-02", &entries, body).await.id()
    );
    let readings = "select count(*) from access_entry";
    for (one, list) in [(&item, &items), (&entry, &entries)] {
        for (who, query, shown, recorded) in [
            ("branch-02", "", true, 0),
            ("branch-02", "?reason=xem", true, 0),
            ("office", "", false, 0),
            ("standing", "", false, 0),
            ("overseer", "", false, 0),
            ("overseer", "?reason=xem", false, 0),
            ("office", "?reason=thẩm%20định", true, 1),
            ("standing", "?reason=thẩm%20định", true, 1),
        ] {
            let before = count(&house, readings).await;
            let answer = house.read(who, &format!("{one}{query}")).await;
            assert_eq!(
                answer.text.contains("ZQWORDS"),
                shown,
                "{who} {one}{query}: {}",
                answer.text
            );
            assert_eq!(
                count(&house, readings).await - before,
                recorded,
                "{who} {one}{query}"
            );
            let listed = house.read(who, list).await;
            assert_eq!(
                listed.text.contains("ZQWORDS"),
                who == "branch-02",
                "{who} {list}: {}",
                listed.text
            );
        }
        house
            .get("branch-03", &format!("{one}?reason=xem"))
            .await
            .refused("not_found");
        house
            .get("standing", &format!("{one}?reason=%00"))
            .await
            .refused("invalid_parameter");
    }
}

/// P2 is masked for the branch once the file has left it, wherever the person stands.
#[tokio::test]
async fn a_submitted_persons_birth_date_is_masked_in_the_source_plan_too() {
    let house = House::build().await;
    let found = "select e.id::text, e.source_plan_id::text, c.stage from source_plan_entry e join candidate c on c.id = e.candidate_id \
                  where e.branch_id = c.branch_id and c.branch_id = '$b' order by 1"
        .replace("$b", &demo("0b", 3, 0));
    let mut seen = [0; 2];
    for row in texts(&house, &found).await.chunks(3) {
        let submitted =
            ketnap::law::Stage::parse(&row[2]).is_some_and(ketnap::law::Stage::submitted);
        seen[usize::from(submitted)] += 1;
        let entry = format!("/api/v1/source-plan-entries/{}", row[0]);
        let listed = house
            .read(
                "branch-03",
                &format!("source-plans/{}/entries?limit=200", row[1]),
            )
            .await;
        let listed = listed
            .items()
            .iter()
            .find(|e| e["id"] == row[0])
            .unwrap()
            .clone();
        for shown in [house.read("branch-03", &entry).await.body, listed] {
            assert_eq!(shown["birth_date"].is_null(), submitted, "{shown}");
        }
        assert!(house.read("office", &entry).await.body["birth_date"].is_string());
    }
    assert!(seen[0] > 0 && seen[1] > 0, "{seen:?}");
}

/// An answer that was kept for a repeated request is not given to an account whose reach has changed since.
#[tokio::test]
async fn a_kept_answer_is_withheld_once_the_post_has_ended() {
    let house = House::build().await;
    let body = json!({"branch_id": demo("0b", 1, 0), "kind": "check", "on": "2021-01-14", "findings": "ZQFINDING"});
    let send = async || {
        house
            .send(
                "overseer",
                Method::POST,
                "inspections",
                Some(body.clone()),
                &[("idempotency-key", "once")],
            )
            .await
    };
    send().await.expect(201);
    assert!(send().await.expect(201).text.contains("ZQFINDING"));
    house
        .change(
            "office",
            &format!("overseers/{}", demo("0e", 1, 1)),
            1,
            json!({"to_on": "2021-01-14"}),
        )
        .await;
    send().await.refused("idempotency_key_reused");
    assert_eq!(
        count(
            &house,
            "select count(*) from inspection where findings = 'ZQFINDING'"
        )
        .await,
        1
    );
}
