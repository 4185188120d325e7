//! Problem reports: created, forwarded, answered, closed and reopened.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, branch, shows, with};

const REPORTS: &str = "problem-reports";

pub fn report() -> Value {
    json!({"subject": "Thẩm tra lý lịch chưa có trả lời", "problem": "Đã gửi công văn ba tháng; đề nghị Đảng ủy can thiệp."})
}

/// Takes a step on a report, with its text.
async fn step(
    house: &House,
    who: &str,
    path: &str,
    (name, version): (&str, i64),
    body: impl Into<Option<Value>>,
) -> Answer {
    let (path, version) = (format!("{path}/{name}"), format!("\"{version}\""));
    let headers = [("if-match", version.as_str())];
    house
        .send(who, Method::POST, &path, body.into(), &headers)
        .await
}

/// Creates a report of branch 01; returns its path.
async fn reported(house: &House) -> String {
    house
        .create("branch-01", REPORTS, report())
        .await
        .location()
        .to_owned()
}

fn text(words: &str) -> Value {
    json!({"text": words})
}

fn thread(answer: &Answer) -> Vec<(String, String)> {
    let of = |m: &Value, f: &str| m[f].text().to_owned();
    answer.body["thread"]
        .list()
        .iter()
        .map(|m| (of(m, "kind"), of(m, "author")))
        .collect()
}

/// S70, S56
#[tokio::test]
async fn a_branch_reports_a_problem_and_adds_to_it() {
    let house = House::build().await;
    let made = house.create("branch-01", REPORTS, report()).await;
    let path = made.location().to_owned();
    assert_eq!(house.read("branch-01", &path).await.body, made.body);
    shows!(made, {"state": "reported", "reporter": "branch_committee", "branch_id": branch(1)});
    shows!(made, {"reported_on": "2021-01-15", "due_on": "2021-01-30", "overdue": false});
    let more = text("Công văn số 12-CV/CB.");
    let answer = step(&house, "branch-01", &path, ("messages", 1), more).await;
    assert_eq!(answer.expect(200).version(), 2);
}

/// S70, S56: once a report is forwarded, the Party Office cannot answer it.
#[tokio::test]
async fn the_office_forwards_a_problem_and_the_standing_committee_answers_it() {
    let house = House::build().await;
    let path = reported(&house).await;
    house.travel("2021-01-18");
    let words = text("Kính trình Ban Thường vụ.");
    let sent = step(&house, "office", &path, ("forwardings", 1), words)
        .await
        .expect(200);
    shows!(sent, {"state": "forwarded", "forwarded_on": "2021-01-18"});
    for name in ["answers", "forwardings"] {
        let own = step(&house, "office", &path, (name, 2), text("Tự trả lời")).await;
        own.refused("invalid_transition");
    }
    house.travel("2021-01-20");
    let words = text("Đã có công văn gửi nơi thẩm tra.");
    let answered = step(&house, "standing", &path, ("answers", 2), words)
        .await
        .expect(200);
    shows!(answered, {"state": "answered", "answered_on": "2021-01-20"});
    shows!(answered, {"answered_by": "standing_committee"});
}

/// S70, S56: a report whose answer does not help is reopened with a reason and a new due date.
#[tokio::test]
async fn an_answered_problem_is_reopened_with_a_reason_and_a_new_day() {
    let house = House::build().await;
    let path = reported(&house).await;
    let reason = json!({"reason": "Vẫn chưa có trả lời."});
    step(
        &house,
        "branch-01",
        &path,
        ("reopenings", 1),
        reason.clone(),
    )
    .await
    .refused("invalid_transition");
    let office = text("Kính trình Ban Thường vụ.");
    step(&house, "office", &path, ("forwardings", 1), office)
        .await
        .expect(200);
    step(&house, "standing", &path, ("answers", 2), text("Đã gửi."))
        .await
        .expect(200);
    house.travel("2021-02-10");
    let again = step(&house, "branch-01", &path, ("reopenings", 3), reason)
        .await
        .expect(200);
    shows!(again, {"state": "reported", "due_on": "2021-02-25", "reopened": 1});
    shows!(again, {"answered_on": null, "forwarded_on": null});
    // this time the Party Office answers
    let answered = step(&house, "office", &path, ("answers", 4), text("Hôm nay.")).await;
    shows!(answered.expect(200), {"answered_by": "party_office"});
}

/// S70, S56: the thread contains every text with its author.
#[tokio::test]
async fn the_thread_of_a_problem_keeps_every_text_with_its_author() {
    let house = House::build().await;
    let path = reported(&house).await;
    let said = [
        ("message", "messages", "branch-01", "branch_committee"),
        ("forwarding", "forwardings", "office", "party_office"),
        ("answer", "answers", "standing", "standing_committee"),
        ("reopening", "reopenings", "branch-01", "branch_committee"),
        ("answer", "answers", "office", "party_office"),
    ];
    for (version, (kind, name, who, _)) in (1..).zip(said) {
        let body = json!({if kind == "reopening" { "reason" } else { "text" }: "Kính trình."});
        step(&house, who, &path, (name, version), body)
            .await
            .expect(200);
    }
    let thread = thread(&house.read("branch-01", &path).await);
    assert_eq!(
        thread,
        said.map(|(kind, _, _, by)| (kind.to_owned(), by.to_owned()))
    );
}

/// S70, S56
#[tokio::test]
async fn a_closed_problem_is_closed_until_it_is_reopened() {
    let house = House::build().await;
    let path = reported(&house).await;
    step(&house, "office", &path, ("answers", 1), text("Đã gửi."))
        .await
        .expect(200);
    house.travel("2021-02-10");
    let closed = step(&house, "branch-01", &path, ("closures", 2), None)
        .await
        .expect(200);
    shows!(closed, {"state": "closed", "closed_on": "2021-02-10"});
    for (who, name, body) in [
        ("branch-01", "messages", Some(text("thêm"))),
        ("office", "forwardings", Some(text("thêm"))),
        ("standing", "answers", Some(text("thêm"))),
        ("branch-01", "closures", None),
    ] {
        let late = step(&house, who, &path, (name, 3), body).await;
        late.refused("invalid_transition");
    }
    for (version, reopened) in [(3, 1), (6, 2)] {
        let reason = json!({"reason": "Lại có."});
        let name = ("reopenings", version);
        let again = step(&house, "branch-01", &path, name, reason)
            .await
            .expect(200);
        shows!(again, {"closed_on": null, "reopened": reopened});
        if reopened == 1 {
            step(&house, "office", &path, ("answers", 4), text("Xong."))
                .await
                .expect(200);
            step(&house, "branch-01", &path, ("closures", 5), None)
                .await
                .expect(200);
        }
    }
    let seen = house.read("standing", &path).await;
    assert_eq!(seen.body["thread"].list().len(), 4);
}

/// S70: the reporter, the Party Office and the Standing Committee see a report, and each can only
/// take their own steps. For everybody else it does not exist.
#[tokio::test]
async fn a_report_is_seen_by_its_reporter_the_office_and_the_standing_committee_only() {
    let house = House::build().await;
    let mut paths = Vec::new();
    for who in ["branch-02", "union", "youth"] {
        let made = house.create(who, REPORTS, report()).await;
        assert_eq!(made.body["branch_id"].is_null(), who != "branch-02");
        paths.push((who, made.location().to_owned()));
    }
    for (reporter, path) in &paths {
        for who in ["branch-01", "branch-02", "union", "youth"] {
            let status = if who == *reporter { 200 } else { 404 };
            assert_eq!(
                house.get(who, path).await.status,
                status,
                "{who} reads what {reporter} reported"
            );
            let written = step(&house, who, path, ("messages", 1), text("tôi")).await;
            assert_eq!(written.status, status, "{who} writes to {reporter}");
            if who != *reporter {
                step(&house, who, path, ("closures", 1), None)
                    .await
                    .refused("not_found");
                step(
                    &house,
                    who,
                    path,
                    ("reopenings", 1),
                    Some(json!({"reason": "tôi"})),
                )
                .await
                .refused("not_found");
            }
            step(&house, who, path, ("answers", 1), text("tôi"))
                .await
                .refused("forbidden");
            step(&house, who, path, ("forwardings", 1), text("tôi"))
                .await
                .refused("forbidden");
        }
        for who in ["office", "standing"] {
            assert_eq!(thread(&house.read(who, path).await).len(), 1);
            step(&house, who, path, ("closures", 2), None)
                .await
                .refused("forbidden");
        }
        for who in ["overseer", "upper", "admin", "district-script"] {
            house.get(who, path).await.refused("forbidden");
        }
    }
}

/// S70
#[tokio::test]
async fn only_those_below_report_and_the_standing_committee_answers_without_forwarding() {
    let house = House::build().await;
    for who in ["branch-02", "union"] {
        house.create(who, REPORTS, report()).await;
    }
    let own = house.read("union", &format!("{REPORTS}?limit=200")).await;
    assert!(own.items().iter().all(|r| r["reporter"] == "trade_union") && own.items().len() == 2);
    let path = house
        .create("union", REPORTS, report())
        .await
        .location()
        .to_owned();
    let forwarding = step(&house, "standing", &path, ("forwardings", 1), text("tôi")).await;
    forwarding.refused("forbidden");
    step(&house, "standing", &path, ("answers", 1), text("Được."))
        .await
        .expect(200);
    for who in ["office", "standing", "overseer"] {
        house
            .post(who, REPORTS, report())
            .await
            .refused("forbidden");
    }
}

/// S56: the reply period is a setting; a report that waits longer is overdue.
#[tokio::test]
async fn a_report_that_waits_beyond_its_day_is_overdue() {
    let house = House::build().await;
    house
        .change(
            "admin",
            "settings/problem_reply_days",
            0,
            json!({"value": 5, "from_on": "2021-01-01", "acknowledged": true}),
        )
        .await;
    let made = house.create("branch-03", REPORTS, report()).await;
    assert_eq!(made.body["due_on"], "2021-01-20");
    let wished = house
        .create(
            "branch-03",
            REPORTS,
            with(&report(), json!({"due_on": "2021-01-16"})),
        )
        .await;
    assert_eq!(wished.body["due_on"], "2021-01-16");
    let overdue = async || {
        let list = house
            .read(
                "office",
                &format!("{REPORTS}?overdue=true&branch_id={}", branch(3)),
            )
            .await;
        list.items()
            .iter()
            .map(|r| (r["id"].text().to_owned(), r["overdue"].clone()))
            .collect::<Vec<_>>()
    };
    house.travel("2021-01-20");
    assert_eq!(
        overdue().await,
        [(wished.id(), json!(true))],
        "the last day is still in time"
    );
    house.travel("2021-01-21");
    assert_eq!(overdue().await.len(), 2);
    step(
        &house,
        "office",
        made.location(),
        ("answers", 1),
        text("Xong."),
    )
    .await
    .expect(200);
    assert_eq!(overdue().await, [(wished.id(), json!(true))]);
}

#[tokio::test]
async fn a_report_has_a_subject_and_a_day_that_is_still_to_come() {
    let house = House::build().await;
    for (wrong, pointer) in [
        (with(&report(), json!({"due_on": "2021-01-14"})), "/due_on"),
        (json!({"subject": " ", "problem": "x"}), "/subject"),
    ] {
        house
            .post("branch-03", REPORTS, wrong)
            .await
            .invalid(&[pointer]);
    }
}

/// Two concurrent answers: one succeeds, the other gets 412.
#[tokio::test]
async fn of_two_concurrent_answers_one_succeeds() {
    let house = House::build().await;
    let path = reported(&house).await;
    for who in ["office", "standing"] {
        house.token(who).await;
    }
    let (a, b) = tokio::join!(
        step(&house, "office", &path, ("answers", 1), text("một")),
        step(&house, "standing", &path, ("answers", 1), text("hai"))
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(thread(&house.read("branch-01", &path).await).len(), 1);
}

#[tokio::test]
async fn messages_and_editions_cannot_be_changed_even_by_the_database_role() {
    let house = House::build().await;
    let app = ketnap::db::connect::client(
        &crate::support::url("ketnap_app", &house.database)
            .parse()
            .unwrap(),
    )
    .await
    .unwrap();
    for sql in [
        "update problem_message set body = 'khác'",
        "delete from problem_message",
        "update guidance_edition set title = 'khác'",
        "delete from guidance_edition",
    ] {
        assert_eq!(
            app.batch_execute(sql)
                .await
                .expect_err(sql)
                .code()
                .unwrap()
                .code(),
            "42501",
            "{sql}"
        );
    }
}

#[tokio::test]
async fn a_thread_has_an_end_and_room_for_the_answer() {
    let house = House::build().await;
    let path = reported(&house).await;
    let fill = "insert into problem_message (id, organization_id, report_id, kind, author, account_id, body, at) \
        select gen_random_uuid(), organization_id, id, 'message', 'branch_committee', reported_by, 'x', now() from problem_report, generate_series(1, 150) where id = ($1::text)::uuid";
    house
        .owner()
        .await
        .execute(fill, &[&path.rsplit('/').next().unwrap()])
        .await
        .unwrap();
    step(&house, "branch-01", &path, ("messages", 1), text("một nữa"))
        .await
        .refused("invalid_transition");
    assert_eq!(
        thread(
            &step(&house, "office", &path, ("answers", 1), text("Đủ rồi."))
                .await
                .expect(200)
        )
        .len(),
        151
    );
}
