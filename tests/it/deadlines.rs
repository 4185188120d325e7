//! Deadlines: nothing is lost, nothing overdue disappears, each role sees its own, a calendar
//! without names.
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, shows};

/// Candidate 5 of branch 04: the branch resolved on 5 May 2022.
async fn decision(house: &House, who: &str) -> Answer {
    house
        .read(
            who,
            &format!("deadlines?kind=decision&candidate_id={}", demo("ca", 4, 5)),
        )
        .await
}

/// S43, S55, S56: counted in working days from the day after the branch's resolution, with the holidays named; open, overdue, settled.
#[tokio::test]
async fn a_decision_has_sixty_working_days_and_stays_listed_until_it_is_there() {
    let house = House::build().await;
    let seen = decision(&house, "office").await;
    let item = &seen.items()[0];
    shows!(item, {
        "from_on": "2022-05-05", "workdays": 60, "state": "open", "rule": "decision.in_time"
    });
    assert!(item["source"].text().contains("4.3.1"), "{item}");
    // no holiday of the demo falls on a weekday between 5 May and 28 July 2022
    shows!(item, {"due_on": "2022-07-28", "skipped": []});

    // a holiday entered later moves it, and is named; taken back, it moves back
    let holiday = house
        .create(
            "office",
            "holidays",
            json!({"on": "2022-07-20", "name": "Ngày nghỉ bù"}),
        )
        .await;
    let moved = decision(&house, "office").await;
    shows!(moved.items()[0], {"due_on": "2022-07-29", "skipped": ["2022-07-20"]});
    house
        .change("office", holiday.location(), 1, json!({"on": "2022-07-23"}))
        .await;
    // a Saturday
    shows!(decision(&house, "office").await.items()[0], {"due_on": "2022-07-28"});
    house.remove("office", holiday.location(), 2).await;
    shows!(decision(&house, "office").await.items()[0], {"due_on": "2022-07-28"});

    // the last day is not overdue, the day after is
    house.travel("2022-07-28");
    assert_eq!(
        (
            &decision(&house, "office").await.items()[0]["state"],
            &decision(&house, "office").await.items()[0]["days_left"]
        ),
        (&json!("open"), &json!(0))
    );
    let has = |answer: &Answer| {
        answer
            .items()
            .iter()
            .any(|d| d["candidate_id"] == demo("ca", 4, 5) && d["kind"] == "decision")
    };
    for (days, there) in [("0d", true), ("30d", true)] {
        assert_eq!(
            has(&house
                .read("office", &format!("deadlines?within={days}&limit=200"))
                .await),
            there,
            "{days}"
        );
    }
    assert!(!has(&house
        .read("office", "deadlines?overdue=true&limit=200")
        .await));
    house.travel("2022-07-27");
    assert!(!has(&house
        .read("office", "deadlines?within=0d&limit=200")
        .await));
    house.travel("2022-07-29");
    assert!(has(&house
        .read("office", "deadlines?overdue=true&limit=200")
        .await));
    assert!(has(&house
        .read("office", "deadlines?state=overdue&limit=200")
        .await));
    assert!(
        has(&house.read("office", "deadlines?within=30d&limit=200").await),
        "overdue ones belong to the next thirty days"
    );

    // years later it is still there; the end of the candidacy settles it
    house.travel("2024-01-02");
    assert!(has(&house
        .read("office", "deadlines?overdue=true&limit=200")
        .await));
    house.record(
            "branch-04",
            &demo("ca", 4, 5),
            "exits",
            json!({"on": "2024-01-02", "kind": "transferred_out", "reason": "chuyển công tác", "to": "huyện khác"}),
        ).await;
    let item = decision(&house, "office").await.items()[0].clone();
    shows!(item, {"state": "settled", "settled_on": "2024-01-02"});
    assert!(!has(&house
        .read("office", "deadlines?overdue=true&limit=200")
        .await));
    for wrong in [
        "within=30",
        "within=d",
        "within=1000d",
        "within=30d,60d",
        "overdue=maybe",
        "kind=lunch",
    ] {
        house
            .get("office", &format!("deadlines?{wrong}"))
            .await
            .refused("invalid_parameter");
    }
}

/// S37: somebody in the plan without a sponsor for more than thirty days.
#[tokio::test]
async fn a_person_in_the_plan_without_a_sponsor_is_a_duty_until_one_is_assigned() {
    let house = House::build().await;
    let path = format!(
        "/api/v1/deadlines?kind=sponsor_missing&candidate_id={}",
        demo("ca", 1, 1)
    );
    let missing = house.read("branch-01", &path).await;
    let item = &missing.items()[0];
    // adopted on 24 December 2021
    shows!(item, {"from_on": "2021-12-24", "due_on": "2022-01-23", "state": "open"});
    house.travel("2022-01-10");
    let sponsor = json!({"member_id": demo("dd", 1, 8), "from_on": "2022-01-10"});
    let made = house
        .record("branch-01", &demo("ca", 1, 1), "sponsorships", sponsor)
        .await;
    shows!(house.read("branch-01", &path).await.items()[0], {"settled_on": "2022-01-10"});
    let notes = house
        .read(
            "branch-01",
            &format!(
                "deadlines?kind=sponsor_note&candidate_id={}",
                demo("ca", 1, 1)
            ),
        )
        .await;
    assert_eq!(notes.items()[0]["due_on"], "2022-03-31");
    // S38: the quarter's note settles it and the next quarter's is due
    let note = json!({"on": "2022-01-10", "member_id": demo("dd", 1, 8), "assessment": "done"});
    house
        .record("branch-01", &demo("ca", 1, 1), "sponsor-notes", note)
        .await;
    let notes = house
        .read(
            "branch-01",
            &format!(
                "deadlines?kind=sponsor_note&candidate_id={}",
                demo("ca", 1, 1)
            ),
        )
        .await;
    let days: Vec<_> = notes
        .items()
        .iter()
        .map(|d| (d["due_on"].clone(), d["state"].clone()))
        .collect();
    assert_eq!(
        days,
        [
            (json!("2022-03-31"), json!("settled")),
            (json!("2022-06-30"), json!("open"))
        ]
    );
    // the sponsor leaves: the duty is there again
    house
        .change(
            "branch-01",
            made.location(),
            1,
            json!({"to_on": "2022-01-10", "end_reason": "chuyển công tác"}),
        )
        .await;
    let again = house
        .read("branch-01", &format!("{path}&state=open,overdue"))
        .await;
    assert_eq!(
        (again.items().len(), &again.items()[0]["due_on"]),
        (1, &json!("2022-02-09"))
    );
}

#[tokio::test]
async fn everyone_sees_the_deadlines_within_their_reach_and_no_others() {
    let house = House::build().await;
    let branches = async |who: &str| -> Vec<String> {
        let mut seen: Vec<String> = house
            .read(who, "deadlines?limit=200")
            .await
            .items()
            .iter()
            .filter_map(|d| d["branch_id"].as_str().map(str::to_owned))
            .collect();
        seen.sort();
        seen.dedup();
        seen
    };
    assert_eq!(branches("branch-03").await, [demo("0b", 3, 0)]);
    assert_eq!(
        branches("overseer").await,
        [demo("0b", 1, 0), demo("0b", 2, 0), demo("0b", 3, 0)]
    );
    assert_eq!(branches("office").await, branches("standing").await);
    assert!(branches("office").await.len() >= 9);
    for who in ["union", "youth", "upper", "admin", "district-script"] {
        house.get(who, "deadlines").await.refused("forbidden");
    }
}

#[tokio::test]
async fn a_calendar_has_a_private_address_and_no_names() {
    let house = House::build().await;
    let first = house
        .send(
            "branch-03",
            reqwest::Method::POST,
            "/api/v1/calendars",
            None,
            &[],
        )
        .await
        .expect(200);
    let path = first.body["path"].text().to_owned();
    let feed = house.read("", &path).await;
    assert!(
        feed.header("content-type").starts_with("text/calendar")
            && feed.header("cache-control").contains("no-store"),
        "{:?}",
        feed.headers
    );
    let open = house
        .read("branch-03", "deadlines?state=open,overdue&limit=200")
        .await;
    assert_eq!(
        feed.text.matches("BEGIN:VEVENT").count(),
        open.items().len()
    );
    assert!(
        feed.text.starts_with("BEGIN:VCALENDAR") && feed.text.contains("Chi bộ 03"),
        "{}",
        feed.text
    );
    for item in open.items() {
        assert!(
            feed.text.contains(&format!(
                "DTSTART;VALUE=DATE:{}",
                item["due_on"].text().replace('-', "")
            )),
            "{item}"
        );
    }
    let people = house.read("branch-03", "candidates?limit=200").await;
    for person in people.items() {
        assert!(
            !feed.text.contains(person["full_name"].text())
                && !feed.text.contains(person["id"].text())
        );
    }
    // a new address ends the old one; a wrong one is unknown; a disabled account's is empty
    let second = house
        .send(
            "branch-03",
            reqwest::Method::POST,
            "/api/v1/calendars",
            None,
            &[],
        )
        .await
        .expect(200);
    house.get("", &path).await.refused("not_found");
    let path = second.body["path"].text();
    assert_eq!(
        house
            .read("", path)
            .await
            .text
            .matches("BEGIN:VEVENT")
            .count(),
        open.items().len()
    );
    house.get("", "/calendars/abc").await.refused("not_found");
    // a path longer than the document allows for `instance` is cut
    house
        .get("", &format!("/calendars/{}", "0".repeat(3000)))
        .await
        .refused("not_found");
    house
        .owner()
        .await
        .execute(
            "update account set disabled_at = now() where login = 'branch-03'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(
        house
            .read("", path)
            .await
            .text
            .matches("BEGIN:VEVENT")
            .count(),
        0
    );
    for who in ["union", "upper", "admin"] {
        house
            .send(who, reqwest::Method::POST, "/api/v1/calendars", None, &[])
            .await
            .refused("forbidden");
    }
}

/// P3: findings, opinions, remarks. Never in a list; in the single act for the Office, for the branch what it recorded, for the Standing Committee
/// with a reason; each reading is written down.
#[tokio::test]
async fn a_background_is_read_one_by_one_by_whom_it_concerns_and_each_reading_is_recorded() {
    let house = House::build().await;
    let person = demo("ca", 1, 4); // in the stage dossier since 4 October 2021
    house.travel("2021-11-01");
    let step = |step: &str, more: Value| {
        let mut body = json!({"on": "2021-10-20", "step": step, "relation": "father"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    house
        .record(
            "branch-01",
            &person,
            "verification",
            step("declared", json!({"relation": "self_person"})),
        )
        .await;
    house
        .record(
            "branch-01",
            &person,
            "verification",
            step("declared", json!({})),
        )
        .await;
    house
        .record(
            "branch-01",
            &person,
            "verification",
            step("sealed", json!({"relation": null})),
        )
        .await;
    house
        .record(
            "office",
            &person,
            "verification",
            step("sent", json!({"new_place": "ZQP3PLACE"})),
        )
        .await;
    let returned = house
        .record(
            "office",
            &person,
            "verification",
            step(
                "returned",
                json!({"flagged": true, "finding": "ZQP3FINDING"}),
            ),
        )
        .await;
    let issue = json!({"on": "2021-10-21", "step": "proposed", "relation": "father", "statement": "ZQP3STATEMENT"});
    house
        .record("office", &person, "political-issues", issue)
        .await;
    let note = json!({"on": "2021-10-22", "of": "trade_union", "purpose": "admission", "favourable": false, "remarks": "ZQP3OPINION"});
    let opinion = house.record("branch-01", &person, "opinions", note).await;
    assert!(
        !returned.text.contains("ZQP3") && !opinion.text.contains("ZQP3"),
        "an answer to a recording is no reading"
    );

    // no list shows any of it to anyone
    for who in ["office", "standing", "branch-01", "overseer"] {
        for list in ["timeline", "verification", "opinions", "political-issues"] {
            let answer = house
                .read(who, &format!("candidates/{person}/{list}?limit=200"))
                .await;
            assert!(
                !answer.text.contains("ZQP3")
                    && !answer.text.contains("\"father\"")
                    && !answer.text.contains("\"favourable\":false"),
                "{who} {list}: {}",
                answer.text
            );
        }
    }
    let readings = async || -> i64 {
        house
            .owner()
            .await
            .query_one("select count(*) from access_entry", &[])
            .await
            .unwrap()
            .get(0)
    };
    let (finding, remark) = (
        format!("/api/v1/acts/{}", returned.id()),
        format!("/api/v1/acts/{}", opinion.id()),
    );
    for (who, path, query, shown) in [
        ("office", &finding, "", true),
        ("office", &remark, "", false),
        ("office", &remark, "?reason=thẩm%20định", true),
        ("branch-01", &finding, "", false),
        ("branch-01", &remark, "", true),
        ("standing", &finding, "", false),
        (
            "standing",
            &finding,
            "?reason=Chuẩn%20bị%20kết%20luận",
            true,
        ),
        ("overseer", &finding, "?reason=x", false),
    ] {
        let before = readings().await;
        let answer = house.read(who, &format!("{path}{query}")).await;
        assert_eq!(
            answer.text.contains("ZQP3"),
            shown,
            "{who} {path}{query}: {}",
            answer.text
        );
        assert_eq!(
            readings().await - before,
            i64::from(shown),
            "{who} {path}{query}"
        );
    }
    let row = house
        .owner()
        .await
        .query_one("select role, reason from access_entry where role = 'standing_committee' order by at limit 1", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, String>(0), row.get::<_, String>(1)),
        ("standing_committee".into(), "Chuẩn bị kết luận".into())
    );
    house
        .get("standing", &format!("{finding}?reason=%00"))
        .await
        .refused("invalid_parameter");
    house.get("branch-02", &finding).await.refused("not_found");

    // the appraisal slip: the same rule
    let slip = format!("/api/v1/candidates/{person}/appraisal");
    for (who, query, shown) in [
        ("office", "", true),
        ("standing", "", false),
        ("standing", "?reason=thẩm%20định", true),
        ("branch-01", "", false),
        ("overseer", "", false),
    ] {
        let before = readings().await;
        let answer = house.read(who, &format!("{slip}{query}")).await;
        assert_eq!(
            answer.text.contains("ZQP3FINDING"),
            shown,
            "{who}{query}: {}",
            answer.text
        );
        assert_eq!(readings().await - before, i64::from(shown), "{who}{query}");
    }
    // an open issue is a point to explain, and the slip does not propose to admit
    let answer = house.read("office", &slip).await;
    assert_eq!(answer.body["proposal"], "return");
    assert!(
        answer.body["points_to_explain"]
            .list()
            .iter()
            .any(|p| p.as_str().unwrap().contains("political issue")),
        "{}",
        answer.text
    );
    house.get("upper", &slip).await.refused("not_found");
}

/// A submitted file as the district reads it: particulars as on the paper, figures of both votes, no findings.
#[tokio::test]
async fn the_district_reads_the_slip_of_a_submitted_file() {
    let house = House::build().await;
    let slip = house
        .read(
            "upper",
            &format!("candidates/{}/appraisal", demo("ca", 3, 5)),
        )
        .await;
    let body = &slip.body;
    shows!(body, {"stage": "submitted", "verification_conclusion": "clear"});
    assert_eq!(
        body["branch_resolution"]["in_favor"],
        body["branch_resolution"]["entitled"]
    );
    assert_eq!(
        (
            &body["committee_resolution"]["members"],
            &body["proposal"],
            &body["decision"]
        ),
        (&json!(15), &json!("admit"), &Value::Null),
        "{}",
        slip.text
    );
    assert!(
        body["cv"]["birth_date"].is_string()
            && body["certificate_number"].is_string()
            && body["application_on"].is_string()
    );
    assert!(!body["introducers"].list().is_empty() && body["opinions"].list().len() == 2);
    assert!(
        body["verification"]
            .list()
            .iter()
            .all(|v| v["finding"].is_null() && v["relation"].is_null())
    );
}
