//! The branches' daily work, second part: problem reports, guidance, dispatches, the overview.
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, shows};
use crate::work::with;

const NOBODY: &str = "01750000-0000-7000-8000-00000b990000";
const REPORTS: &str = "/api/v1/problem-reports";
const GUIDANCE: &str = "/api/v1/guidance";
const DISPATCHES: &str = "/api/v1/dispatches";

fn branch(n: u32) -> String {
    demo("0b", n, 0)
}

fn report() -> Value {
    json!({"subject": "Thẩm tra lý lịch chưa có trả lời", "problem": "Đã gửi công văn ba tháng; đề nghị Đảng ủy can thiệp."})
}

/// A step of a report with what is said.
async fn step(
    house: &House,
    who: &str,
    path: &str,
    name: &str,
    version: i64,
    body: impl Into<Option<Value>>,
) -> Answer {
    house
        .send(
            who,
            Method::POST,
            &format!("{path}/{name}"),
            body.into(),
            &[("if-match", &format!("\"{version}\""))],
        )
        .await
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

/// S70, S56: branch -> Office -> Standing Committee -> reply -> closed, with every day and every word.
#[tokio::test]
async fn a_problem_goes_by_the_office_to_the_standing_committee_and_is_answered() {
    let house = House::build().await;
    let made = house.create("branch-01", REPORTS, report()).await;
    let path = made.location().to_owned();
    assert_eq!(house.read("branch-01", &path).await.body, made.body);
    assert_eq!(
        [
            "state",
            "reporter",
            "branch_id",
            "reported_on",
            "due_on",
            "overdue"
        ]
        .map(|f| made.body[f].clone()),
        [
            json!("reported"),
            json!("branch_committee"),
            json!(branch(1)),
            json!("2021-01-15"),
            json!("2021-01-30"),
            json!(false)
        ]
    );
    assert_eq!(
        step(
            &house,
            "branch-01",
            &path,
            "messages",
            1,
            text("Công văn số 12-CV/CB.")
        )
        .await
        .expect(200)
        .version(),
        2
    );
    house.travel("2021-01-18");
    let sent = step(
        &house,
        "office",
        &path,
        "forwardings",
        2,
        text("Kính trình Ban Thường vụ."),
    )
    .await
    .expect(200);
    shows!(sent, {"state": "forwarded", "forwarded_on": "2021-01-18"});
    // what was forwarded is not the Office's to answer
    step(&house, "office", &path, "answers", 3, text("Tự trả lời"))
        .await
        .refused("invalid_transition");
    step(&house, "office", &path, "forwardings", 3, text("Trình lại"))
        .await
        .refused("invalid_transition");
    house.travel("2021-01-20");
    let answered = step(
        &house,
        "standing",
        &path,
        "answers",
        3,
        text("Đã có công văn gửi nơi thẩm tra."),
    )
    .await
    .expect(200);
    assert_eq!(
        ["state", "answered_on", "answered_by"].map(|f| answered.body[f].clone()),
        [
            json!("answered"),
            json!("2021-01-20"),
            json!("standing_committee")
        ]
    );
    // the answer does not help: anew, with a new day and the reason
    house.travel("2021-02-10");
    let again = step(
        &house,
        "branch-01",
        &path,
        "reopenings",
        4,
        Some(json!({"reason": "Vẫn chưa có trả lời."})),
    )
    .await
    .expect(200);
    assert_eq!(
        ["state", "due_on", "answered_on", "forwarded_on", "reopened"]
            .map(|f| again.body[f].clone()),
        [
            json!("reported"),
            json!("2021-02-25"),
            Value::Null,
            Value::Null,
            json!(1)
        ]
    );
    // this time the Office settles it itself
    let answered = step(
        &house,
        "office",
        &path,
        "answers",
        5,
        text("Nơi thẩm tra đã trả lời hôm nay."),
    )
    .await
    .expect(200);
    assert_eq!(answered.body["answered_by"], "party_office");
    let closed = step(&house, "branch-01", &path, "closures", 6, None)
        .await
        .expect(200);
    shows!(closed, {"state": "closed", "closed_on": "2021-02-10"});
    let said = ["message", "forwarding", "answer", "reopening", "answer"];
    let by = [
        "branch_committee",
        "party_office",
        "standing_committee",
        "branch_committee",
        "party_office",
    ];
    assert_eq!(
        thread(&closed),
        said.into_iter()
            .zip(by)
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .collect::<Vec<_>>()
    );
    // closed is closed, until it is reopened
    for (who, name) in [
        ("branch-01", "messages"),
        ("office", "forwardings"),
        ("standing", "answers"),
    ] {
        step(&house, who, &path, name, 7, text("thêm"))
            .await
            .refused("invalid_transition");
    }
    step(&house, "branch-01", &path, "closures", 7, None)
        .await
        .refused("invalid_transition");
    let again = step(
        &house,
        "branch-01",
        &path,
        "reopenings",
        7,
        Some(json!({"reason": "Lại có."})),
    )
    .await
    .expect(200);
    shows!(again, {"closed_on": null, "reopened": 2});
    assert_eq!(
        house.read("standing", &path).await.body["thread"]
            .list()
            .len(),
        6
    );
}

/// S70: the reporter, the Office and the Standing Committee see a report; nobody else knows of it, and each does its own step only.
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
            let written = step(&house, who, path, "messages", 1, text("tôi")).await;
            assert_eq!(written.status, status, "{who} writes to {reporter}");
            if who != *reporter {
                step(&house, who, path, "closures", 1, None)
                    .await
                    .refused("not_found");
                step(
                    &house,
                    who,
                    path,
                    "reopenings",
                    1,
                    Some(json!({"reason": "tôi"})),
                )
                .await
                .refused("not_found");
            }
            step(&house, who, path, "answers", 1, text("tôi"))
                .await
                .refused("forbidden");
            step(&house, who, path, "forwardings", 1, text("tôi"))
                .await
                .refused("forbidden");
        }
        for who in ["office", "standing"] {
            assert_eq!(thread(&house.read(who, path).await).len(), 1);
            step(&house, who, path, "closures", 2, None)
                .await
                .refused("forbidden");
        }
        for who in ["overseer", "upper", "admin", "district-script"] {
            house.get(who, path).await.refused("forbidden");
        }
    }
    step(
        &house,
        "standing",
        &paths[0].1,
        "forwardings",
        2,
        text("tôi"),
    )
    .await
    .refused("forbidden");
    // the Standing Committee may answer what was not forwarded yet
    step(&house, "standing", &paths[1].1, "answers", 2, text("Được."))
        .await
        .expect(200);
    for who in ["office", "standing", "overseer"] {
        house
            .post(who, REPORTS, report())
            .await
            .refused("forbidden");
    }
    let own = house.read("union", &format!("{REPORTS}?limit=200")).await;
    assert!(own.items().iter().all(|r| r["reporter"] == "trade_union") && own.items().len() == 2);
}

/// S56: in time: the days are a setting, what waits too long is overdue.
#[tokio::test]
async fn a_report_that_waits_beyond_its_day_is_overdue_and_the_days_are_a_setting() {
    let house = House::build().await;
    house
        .change(
            "admin",
            "settings/problem_reply_days",
            0,
            json!({"value": 5}),
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
    house
        .post(
            "branch-03",
            REPORTS,
            with(&report(), json!({"due_on": "2021-01-14"})),
        )
        .await
        .invalid(&["/due_on"]);
    house
        .post(
            "branch-03",
            REPORTS,
            json!({"subject": " ", "problem": "x"}),
        )
        .await
        .invalid(&["/subject"]);
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
        "answers",
        1,
        text("Xong."),
    )
    .await
    .expect(200);
    assert_eq!(overdue().await, [(wished.id(), json!(true))]);
}

/// Two answer at once: one stands, the other is told that the report has changed.
#[tokio::test]
async fn of_two_answers_at_once_one_stands() {
    let house = House::build().await;
    let path = house
        .create("branch-01", REPORTS, report())
        .await
        .location()
        .to_owned();
    for who in ["office", "standing"] {
        house.token(who).await;
    }
    let (a, b) = tokio::join!(
        step(&house, "office", &path, "answers", 1, text("một")),
        step(&house, "standing", &path, "answers", 1, text("hai"))
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(thread(&house.read("branch-01", &path).await).len(), 1);
}

/// Nobody takes a word back: not through the service, and not with its database role.
#[tokio::test]
async fn what_was_said_stays_said() {
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
    // a thread has an end, and room for the answer
    let path = house
        .create("branch-01", REPORTS, report())
        .await
        .location()
        .to_owned();
    let fill = "insert into problem_message (id, organization_id, report_id, kind, author, account_id, body, at) \
        select gen_random_uuid(), organization_id, id, 'message', 'branch_committee', reported_by, 'x', now() from problem_report, generate_series(1, 150) where id = ($1::text)::uuid";
    house
        .owner()
        .await
        .execute(fill, &[&path.rsplit('/').next().unwrap()])
        .await
        .unwrap();
    step(&house, "branch-01", &path, "messages", 1, text("một nữa"))
        .await
        .refused("invalid_transition");
    assert_eq!(
        thread(
            &step(&house, "office", &path, "answers", 1, text("Đủ rồi."))
                .await
                .expect(200)
        )
        .len(),
        151
    );
}

fn guide(title: &str) -> Value {
    json!({"title": title, "topic": "class", "valid_from": "2021-02-01", "body": ["Chi bộ lập danh sách.", "Văn phòng tổng hợp."],
        "checklist": ["Danh sách của chi bộ"], "sources": ["09-HD/BTCTW"]})
}

/// S59: guidance by the Office in editions; earlier ones stay readable to everyone inside.
#[tokio::test]
async fn guidance_is_published_in_editions_and_the_earlier_ones_stay_readable() {
    let house = House::build().await;
    let made = house
        .create("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await;
    let (path, editions) = (
        made.location().to_owned(),
        format!("{}/editions", made.location()),
    );
    for (field, value) in guide("Quy trình cử người đi học").as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    shows!(made, {"edition": 1, "published_on": "2021-01-15"});
    let new = json!({"reason": "Thêm biểu mẫu", "valid_from": "2021-03-01", "body": ["Chi bộ lập danh sách theo mẫu."], "checklist": [], "sources": ["09-HD/BTCTW"]});
    let publish = async |who: &str, version: i64, body: Value| {
        step(&house, who, &path, "editions", version, Some(body)).await
    };
    publish("office", 1, with(&new, json!({"valid_from": "2021-01-31"})))
        .await
        .invalid(&["/valid_from"]);
    publish("office", 1, with(&new, json!({"body": []})))
        .await
        .invalid(&["/body"]);
    publish("standing", 1, new.clone())
        .await
        .refused("forbidden");
    house.travel("2021-02-20");
    let second = publish("office", 1, new.clone()).await.expect(200);
    assert_eq!(
        (
            &second.body["edition"],
            &second.body["body"],
            second.version()
        ),
        (&json!(2), &new["body"], 2)
    );
    publish("office", 1, new.clone())
        .await
        .refused("precondition_failed");
    for who in [
        "standing",
        "office",
        "overseer",
        "branch-05",
        "union",
        "youth",
    ] {
        assert_eq!(house.read(who, &path).await.body["edition"], 2, "{who}");
        let all = house.read(who, &editions).await;
        let got: Vec<_> = all
            .items()
            .iter()
            .map(|e| {
                (
                    e["edition"].clone(),
                    e["body"].clone(),
                    e["reason"].clone(),
                    e["published_on"].clone(),
                )
            })
            .collect();
        assert_eq!(
            got,
            [
                (
                    json!(2),
                    new["body"].clone(),
                    json!("Thêm biểu mẫu"),
                    json!("2021-02-20")
                ),
                (
                    json!(1),
                    made.body["body"].clone(),
                    Value::Null,
                    json!("2021-01-15")
                )
            ],
            "{who}"
        );
    }
    for who in ["upper", "admin", "district-script"] {
        house.get(who, &path).await.refused("forbidden");
        house.get(who, &editions).await.refused("forbidden");
    }
    house
        .post("standing", GUIDANCE, guide("khác"))
        .await
        .refused("forbidden");
    house
        .post("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await
        .duplicate("/title");
    house
        .post(
            "office",
            GUIDANCE,
            with(&guide("khác"), json!({"sources": []})),
        )
        .await
        .invalid(&["/sources"]);
    // withdrawn with all its editions
    house.remove("office", &path, 2).await;
    house.get("branch-05", &path).await.refused("not_found");
    assert!(house.read("branch-05", &editions).await.items().is_empty());
    house
        .create("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await;
}

#[tokio::test]
async fn of_two_editions_at_once_one_is_published() {
    let house = House::build().await;
    let path = house
        .create("office", GUIDANCE, guide("Quy trình"))
        .await
        .location()
        .to_owned();
    let new =
        json!({"reason": "x", "valid_from": "2021-03-01", "body": ["x"], "sources": ["29-QĐ/TW"]});
    let (a, b) = tokio::join!(
        step(&house, "office", &path, "editions", 1, Some(new.clone())),
        step(&house, "office", &path, "editions", 1, Some(new))
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(
        house
            .read("office", &format!("{path}/editions"))
            .await
            .items()
            .len(),
        2
    );
}

fn dispatch(kinds: &[&str]) -> Value {
    let recipients: Vec<Value> = kinds
        .iter()
        .map(|k| json!({"kind": k, "name": format!("Nơi nhận {k}")}))
        .collect();
    json!({"document_kind": "term", "document_id": demo("7e", 0, 1), "title": "Kế hoạch phát triển đảng viên mới", "number": "12-KH/ĐU",
        "sent_on": "2021-01-12", "recipients": recipients, "archived": true})
}

/// S71: to whom a plan was sent: upper commission, committee members, branches, archive.
#[tokio::test]
async fn a_paper_has_its_distribution_list_and_a_branch_reads_what_went_to_the_branches() {
    let house = House::build().await;
    let all = [
        "upper_organisation_commission",
        "committee_members",
        "branches",
        "archive",
    ];
    let made = house.create("office", DISPATCHES, dispatch(&all)).await;
    let path = made.location().to_owned();
    for (field, value) in dispatch(&all).as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    let above = house
        .create(
            "office",
            DISPATCHES,
            with(
                &dispatch(&all[..2]),
                json!({"number": "13-BC/ĐU", "document_kind": "report", "document_id": null}),
            ),
        )
        .await;
    for (who, seen, unseen) in [
        ("standing", 200, 200),
        ("branch-07", 200, 404),
        ("overseer", 403, 403),
        ("union", 403, 403),
        ("upper", 403, 403),
    ] {
        assert_eq!(
            (
                house.get(who, &path).await.status,
                house.get(who, above.location()).await.status
            ),
            (seen, unseen),
            "{who}"
        );
    }
    for (wrong, pointers) in [
        (
            json!({"document_id": NOBODY, "sent_on": "2021-01-16"}),
            &["/sent_on", "/document_id"][..],
        ),
        (json!({"document_kind": "report"}), &["/document_id"]),
        (json!({"document_kind": "quota_plan"}), &["/document_id"]),
        (
            json!({"recipients": [{"kind": "archive", "name": "Lưu"}, {"kind": "archive", "name": "Lưu"}]}),
            &["/recipients/1"],
        ),
        (json!({"recipients": []}), &["/recipients"]),
    ] {
        house
            .post(
                "office",
                DISPATCHES,
                with(&dispatch(&all), with(&json!({"number": "99"}), wrong)),
            )
            .await
            .invalid(pointers);
    }
    let plan =
        json!({"number": "14", "document_kind": "quota_plan", "document_id": demo("90", 0, 2022)});
    house
        .create("office", DISPATCHES, with(&dispatch(&all), plan))
        .await;
    house
        .post("office", DISPATCHES, dispatch(&all))
        .await
        .duplicate("/number");
    house
        .post("standing", DISPATCHES, dispatch(&all))
        .await
        .refused("forbidden");
    // taken off the list, the branches no longer see it
    house
        .change(
            "office",
            &path,
            1,
            json!({"recipients": [{"kind": "archive", "name": "Lưu VP"}], "archived": false}),
        )
        .await;
    house.get("branch-07", &path).await.refused("not_found");
    house.remove("office", &path, 2).await;
}

/// The overview of this house: branch number -> item.
async fn overview(house: &House, who: &str, query: &str) -> Vec<Value> {
    house
        .read(who, &format!("overview{query}"))
        .await
        .items()
        .clone()
}

/// S54, S55: one look at the branches, every figure as the raw rows say.
#[tokio::test]
async fn the_overview_shows_each_branch_as_its_rows_are() {
    let house = House::build().await;
    let owner = house.owner().await;
    let count = async |sql: &str, b: &str, day: &str| {
        let sql = sql
            .replace("$b", &format!("'{b}'"))
            .replace("$y", &day[..4])
            .replace("$d", &format!("date '{day}'"));
        owner
            .query_one(&format!("select coalesce(({sql}), 0)::bigint"), &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let mut sums = [0; 6];
    let mut items = Vec::new();
    // admissions are of 2021, quotas of 2022
    for day in ["2021-12-15", "2022-03-10"] {
        house.travel(day);
        // the duties of the calendar are counted by day and reader
        let reader = format!(
            "select set_config('app.role', 'party_office', false), set_config('app.organization', '{}', false), set_config('app.today', '{day}', false)",
            demo("0a", 0, 2)
        );
        owner.batch_execute(&reader).await.unwrap();
        items = overview(&house, "office", "").await;
        assert_eq!(items.len(), 10);
        for item in &items {
            let b = item["branch_id"].text();
            for (n, (pointer, sql)) in [
                ("/official_members", "select count(*) from member where branch_id = $b and status = 'official' and deleted_at is null"),
                ("/probationary_members", "select count(*) from member where branch_id = $b and status = 'probationary' and deleted_at is null"),
                ("/candidates/in_plan", "select count(*) from candidate where branch_id = $b and stage = 'in_plan'"),
                ("/quota", "select sum(l.quota) from quota_line l join quota_plan p on p.id = l.plan_id where l.branch_id = $b and p.year = $y"),
                ("/admitted", "select count(*) from candidate where branch_id = $b and admitted_on between '$y-01-01' and '$y-12-31'"),
                ("/overdue_deadlines", "select count(*) from duty where branch_id = $b and settled_on is null and due_on < $d"),
                ("/candidates/nominated", "select count(*) from candidate where branch_id = $b and stage = 'nominated'"),
                (
                    "/candidates/dossier",
                    "select count(*) from candidate where branch_id = $b and stage in ('dossier', 'branch_resolved', 'committee_resolved')",
                ),
                ("/candidates/submitted", "select count(*) from candidate where branch_id = $b and stage = 'submitted'"),
                ("/candidates/decided", "select count(*) from candidate where branch_id = $b and stage = 'decided'"),
                (
                    "/candidates/probationary",
                    "select count(*) from candidate where branch_id = $b and stage like 'recognition%' or branch_id = $b and stage = 'probationary'",
                ),
                ("/due_deadlines", "select count(*) from duty where branch_id = $b and settled_on is null and due_on between $d and $d + 30"),
                ("/open_problem_reports", "select count(*) from problem_report where branch_id = $b and state in ('reported', 'forwarded')"),
                (
                    "/overdue_follow_ups",
                    "select count(*) from inspection where branch_id = $b and follow_up_due_on < $d and follow_up_done_on is null",
                ),
            ]
            .into_iter()
            .enumerate()
            {
                let shown = item.pointer(pointer).unwrap().as_i64().unwrap();
                assert_eq!(shown, count(sql, b, day).await, "{} {pointer}", item["branch_number"]);
                if n < 6 {
                    sums[n] += shown;
                }
            }
        }
    }
    assert!(sums.iter().all(|s| *s > 0), "nothing to compare: {sums:?}");
    let last: Vec<_> = items
        .iter()
        .map(|i| {
            (
                i["last_inspection_on"].clone(),
                i["last_inspection_kind"].clone(),
            )
        })
        .take(5)
        .collect();
    assert_eq!(
        last,
        [
            ("2020-11-10", "check"),
            ("2020-12-08", "supervision"),
            ("2021-01-06", "urging"),
            ("2020-12-15", "check")
        ]
        .map(|(on, kind)| (json!(on), json!(kind)))
        .into_iter()
        .chain([(Value::Null, Value::Null)])
        .collect::<Vec<_>>()
    );
}

/// S47, S54: which branches have no work plan for a period, and which say nothing about admission work.
#[tokio::test]
async fn the_overview_names_branches_without_a_work_plan_for_the_period() {
    let house = House::build().await;
    let whole = house.read("standing", "overview").await;
    assert_eq!(
        ["period_kind", "period_year", "period_number"].map(|f| whole.body[f].clone()),
        [json!("month"), json!(2021), json!(1)]
    );
    shows!(whole, {"without_work_plan": [branch(9), branch(10)]});
    let silent: Vec<_> = whole
        .items()
        .iter()
        .filter(|b| b["missing_admission_section"] == true)
        .map(|b| b["branch_id"].clone())
        .collect();
    assert_eq!(silent, [json!(branch(8))]);
    let quarter = house
        .read("standing", "overview?period_kind=quarter&period_number=2")
        .await;
    assert_eq!(quarter.body["without_work_plan"].list().len(), 10);
    // the plans of January are none for February
    let february = house.read("standing", "overview?period_number=2").await;
    assert_eq!(
        (
            february.items().len(),
            february.body["without_work_plan"].list().len()
        ),
        (10, 10)
    );
    let own = house.read("branch-09", "overview?period_kind=year").await;
    assert_eq!(
        (own.items().len(), &own.body["without_work_plan"]),
        (1, &json!([branch(9)]))
    );
    for (query, named) in [
        ("period_kind=week", &["period_kind"][..]),
        ("period_kind=quarter&period_number=5", &["period_number"]),
        (
            "period_year=1900&period_number=0",
            &["period_year", "period_number"],
        ),
    ] {
        let answer = house
            .get("office", &format!("overview?{query}"))
            .await
            .refused("invalid_parameter");
        assert_eq!(answer.faults(), named, "{query}");
    }
    house
        .get("office", "overview?branch=1")
        .await
        .refused("unknown_parameter");
}

/// S54: a committee member sees the branches that are his, a branch itself; how many problems, not which.
#[tokio::test]
async fn the_overview_reaches_as_far_as_the_caller() {
    let house = House::build().await;
    let numbers = |items: &[Value]| {
        items
            .iter()
            .map(|b| b["branch_number"].text().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        numbers(&overview(&house, "overseer", "").await),
        ["01", "02", "03"]
    );
    assert_eq!(numbers(&overview(&house, "branch-04", "").await), ["04"]);
    for who in ["union", "youth", "upper", "district-script", "admin"] {
        house.get(who, "overview").await.refused("forbidden");
    }
    let mut office = overview(&house, "office", "").await;
    for (who, n) in [
        ("overseer", 0),
        ("overseer", 1),
        ("overseer", 2),
        ("branch-04", 3),
    ] {
        let own = overview(&house, who, "").await;
        if let Some(same) = own
            .iter()
            .find(|b| b["branch_id"] == office[n]["branch_id"])
        {
            // the day by which a problem is answered is no deadline of a committee member's, who
            // does not read the report
            assert!(same["overdue_deadlines"].as_i64() <= office[n]["overdue_deadlines"].as_i64());
            office[n]["overdue_deadlines"] = same["overdue_deadlines"].clone();
            office[n]["due_deadlines"] = same["due_deadlines"].clone();
        }
        assert!(
            own.contains(&office[n]),
            "{who} sees branch {} otherwise: {:#?}",
            n + 1,
            office[n]
        );
    }
    assert_eq!(
        (
            &office[0]["open_problem_reports"],
            &office[3]["open_problem_reports"]
        ),
        (&json!(1), &json!(0))
    );
    // a report more, an answer less
    let made = house.create("branch-03", REPORTS, report()).await;
    shows!(overview(&house, "overseer", "").await[2], {"open_problem_reports": 1});
    step(
        &house,
        "office",
        made.location(),
        "answers",
        1,
        text("Xong."),
    )
    .await
    .expect(200);
    shows!(overview(&house, "overseer", "").await[2], {"open_problem_reports": 0});
}

/// However many branches, one statement; lists of this part cost the same for one row and for many.
#[tokio::test]
async fn the_overview_and_the_lists_cost_the_same_however_many_rows() {
    let house = House::build().await;
    let cost = async |path: &str| {
        house.token("office").await;
        let before = house.db.statements();
        house.read("office", path).await;
        house.db.statements() - before
    };
    let few = cost("/api/v1/overview").await;
    let many = "insert into branch (id, organization_id, number, name, kind, non_member_count, previous_term_admissions)
        select gen_random_uuid(), organization_id, 'T' || g, 'Chi bộ thử ' || g, 'clinical', 0, 0 from branch, generate_series(1, 200) g where number = '01'";
    house.owner().await.batch_execute(many).await.unwrap();
    assert_eq!(overview(&house, "office", "").await.len(), 210);
    assert_eq!((few, cost("/api/v1/overview").await), (1, 1));
    for (path, most) in [
        ("activities", 1),
        ("work-plans", 1),
        ("inspections", 1),
        ("problem-reports", 2),
        ("guidance", 1),
        ("dispatches", 1),
    ] {
        let costs = [
            cost(&format!("/api/v1/{path}?limit=1")).await,
            cost(&format!("/api/v1/{path}?limit=200")).await,
        ];
        assert_eq!(costs, [most, most], "{path}");
    }
}
