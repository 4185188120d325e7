//! Classes: planning, waiting lists, compiled lists, attendance, certificates and the printable
//! list.
use calamine::Reader as _;
use std::sync::Arc;

use calamine::Xlsx;
use reqwest::Method;
use serde_json::{Value, json};

use crate::enrolments::a_class;
use crate::support::{Answer, House, Plain, demo, planned, same_when_read, shows, with};

const ISSUER: &str = "Trung tâm Chính trị huyện Hồng Lam";

const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Creates a class of two days in February 2021, with these fields set differently.
async fn class(house: &House, capacity: i32, special: Value) -> String {
    let body = json!({
        "kind": "awareness", "title": "Lớp nhận thức", "issuer": ISSUER,
        "starts_on": "2021-02-01", "ends_on": "2021-02-05", "capacity": capacity
    });
    let body = with(&body, special);
    house
        .create("office", "classes", body)
        .await
        .location()
        .to_owned()
}

async fn propose(house: &House, class: &str, candidate: &str) -> Answer {
    house
        .post(
            "branch-03",
            &format!("{class}/enrolments"),
            json!({"candidate_id": candidate}),
        )
        .await
}

/// Enrols this number of people in the class; those beyond its capacity wait.
async fn pupils(house: &House, class: &str, many: usize) -> Vec<Answer> {
    let mut all = Vec::new();
    for n in 0..many {
        let one = planned(house, 3, &format!("Phùng Thị Học Viên {n}")).await;
        all.push(propose(house, class, &one).await.expect(201));
    }
    all
}

/// Takes a step with a body and the row's current version.
async fn step(house: &House, who: &str, row: &str, kind: &str, body: Value) -> Answer {
    let version = house.read("office", row).await.version();
    house
        .step_with(who, &format!("{row}/{kind}"), version, body)
        .await
}

async fn withdraw(house: &House, who: &str, row: &str) -> Answer {
    step(
        house,
        who,
        row,
        "withdrawals",
        json!({"reason": "trực chống dịch"}),
    )
    .await
}

fn paper(special: Value) -> Value {
    with(
        &json!({"on": "2021-01-15", "paper_number": "15-CV/ĐU"}),
        special,
    )
}

async fn state(house: &House, row: &Answer) -> String {
    house.read("office", row.location()).await.body["state"]
        .text()
        .to_owned()
}

fn done(number: &str, on: &str) -> Value {
    json!({"state": "completed", "grade": "good", "certificate_number": number, "certificate_on": on})
}

/// S60, S66: a planned class accepts proposals until their due date.
#[tokio::test]
async fn a_planned_class_opens_and_takes_proposals_until_its_day() {
    let house = House::build().await;
    let one = planned(&house, 3, "Phùng Thị Kế Hoạch").await;
    let path = class(
        &house,
        1,
        json!({"state": "planned", "proposals_due_on": "2021-01-16"}),
    )
    .await;
    shows!(house.read("branch-03", &path).await, {"state": "planned"});
    assert_eq!(propose(&house, &path, &one).await.unmet(), ["class.open"]);
    house
        .patch("office", &path, 1, json!({"state": "closed"}))
        .await
        .refused("invalid_transition");
    house
        .change("office", &path, 1, json!({"state": "open"}))
        .await;
    propose(&house, &path, &one).await.expect(201);
    // proposals are accepted on the due date itself; after it, only from the Party Office
    house.travel("2021-01-17");
    let two = planned(&house, 3, "Phùng Thị Muộn").await;
    assert_eq!(
        propose(&house, &path, &two).await.unmet(),
        ["class.proposals.in_time"]
    );
    let late = house
        .create(
            "office",
            &format!("{path}/enrolments"),
            json!({"candidate_id": two}),
        )
        .await;
    shows!(late, {"state": "waiting", "waiting_place": 1});
}

/// S60, S66
#[tokio::test]
async fn a_closed_class_lets_the_waiting_list_go_and_may_be_opened_again() {
    let house = House::build().await;
    let path = class(&house, 1, json!({})).await;
    let all = pupils(&house, &path, 2).await;
    house
        .change("office", &path, 1, json!({"state": "closed"}))
        .await;
    assert_eq!(
        (state(&house, &all[1]).await, state(&house, &all[0]).await),
        ("withdrawn".into(), "proposed".into())
    );
    house
        .change("office", &path, 2, json!({"state": "open"}))
        .await;
}

/// S60, S66
#[tokio::test]
async fn a_class_is_cancelled_with_a_reason_and_stays_cancelled() {
    let house = House::build().await;
    let path = class(&house, 1, json!({})).await;
    let seat = pupils(&house, &path, 1).await.remove(0);
    house
        .patch("office", &path, 1, json!({"state": "cancelled"}))
        .await
        .invalid(&["/cancel_reason"]);
    house
        .patch("branch-03", &path, 1, json!({"state": "open"}))
        .await
        .refused("forbidden");
    let cancelled = json!({"state": "cancelled", "cancel_reason": "dịch bệnh"});
    let gone = house.change("office", &path, 1, cancelled).await;
    shows!(gone, {"seats_taken": 0, "waiting": 0});
    shows!(house.read("branch-03", seat.location()).await, {"reason": "dịch bệnh"});
    let open = json!({"state": "open", "cancel_reason": null});
    house
        .patch("office", &path, 2, open)
        .await
        .refused("invalid_transition");
}

/// S66
#[tokio::test]
async fn a_class_is_neither_created_closed_nor_with_proposals_after_its_first_day() {
    let house = House::build().await;
    for (wrong, pointer) in [
        (json!({"state": "closed"}), "/state"),
        (
            json!({"proposals_due_on": "2021-02-02"}),
            "/proposals_due_on",
        ),
    ] {
        let body = json!({
            "kind": "awareness", "title": "x", "issuer": "x",
            "starts_on": "2021-02-01", "ends_on": "2021-02-05", "capacity": 3
        });
        let answer = house.post("office", "classes", with(&body, wrong)).await;
        answer.invalid(&[pointer]);
    }
}

/// S60, S66: the upper committee plans a class for an organisation below it.
#[tokio::test]
async fn the_upper_committee_plans_a_class_for_an_organisation_below_and_for_no_other() {
    let house = House::build().await;
    let body = |organization: Value| {
        json!({"organization_id": organization, "kind": "awareness", "title": "Lớp của huyện", "issuer": ISSUER, "starts_on": "2021-02-01",
            "ends_on": "2021-02-05", "capacity": 3})
    };
    for nowhere in [
        Value::Null,
        json!(demo("0a", 0, 1)),
        json!("01750000-0000-7000-8000-00000a009999"),
    ] {
        house
            .post("upper", "classes", body(nowhere))
            .await
            .invalid(&["/organization_id"]);
    }
    house
        .post("office", "classes", body(json!(demo("0a", 0, 1))))
        .await
        .invalid(&["/organization_id"]);
    let made = house
        .create("upper", "classes", body(json!(demo("0a", 0, 2))))
        .await;
    let path = made.location();
    house.read("branch-03", path).await;
    let one = planned(&house, 3, "Phùng Thị Của Huyện").await;
    propose(&house, path, &one).await.expect(201);
    for other in [Value::Null, json!(demo("0a", 0, 1))] {
        let answer = house
            .patch("upper", path, 1, json!({"organization_id": other}))
            .await
            .invalid(&["/organization_id"]);
        assert_eq!(answer.body["errors"][0]["code"], "read_only");
    }
    house
        .change("upper", path, 1, json!({"title": "Lớp của huyện, khóa II"}))
        .await;
    let session = json!({"number": 1, "topic": "Điều lệ Đảng", "on": "2021-02-02", "periods": 10});
    house
        .create("upper", &format!("{path}/sessions"), session)
        .await;
}

/// S35, S60: a free seat goes to the first person on the waiting list.
#[tokio::test]
async fn whoever_waits_moves_up_when_another_withdraws_or_is_refused() {
    let house = House::build().await;
    let path = class(&house, 1, json!({})).await;
    let all = pupils(&house, &path, 5).await;
    let places: Vec<_> = all
        .iter()
        .map(|a| a.body["waiting_place"].as_i64())
        .collect();
    assert_eq!(places, [None, Some(1), Some(2), Some(3), Some(4)]);
    // when a waiting person withdraws, those behind move up, but no seat becomes free
    withdraw(&house, "branch-03", all[1].location())
        .await
        .expect(200);
    shows!(house.read("branch-03", all[2].location()).await, {"waiting_place": 1});
    assert_eq!(house.read("office", &path).await.body["seats_taken"], 1);
    // a withdrawal, and then a refusal, each free a seat
    let gone = withdraw(&house, "branch-03", all[0].location())
        .await
        .expect(200);
    shows!(gone, {"state": "withdrawn", "reason": "trực chống dịch"});
    assert_eq!(state(&house, &all[2]).await, "proposed");
    let no = json!({"rejections": [{"enrolment_id": all[2].id(), "reason": "đã học"}], "enrolment_ids": []});
    step(&house, "office", &path, "confirmations", paper(no))
        .await
        .expect(200);
    assert_eq!(
        (state(&house, &all[2]).await, state(&house, &all[3]).await),
        ("rejected".into(), "proposed".into())
    );
}

/// S35, S60: the end of a candidacy and a larger class both free seats.
#[tokio::test]
async fn whoever_waits_moves_up_when_a_candidacy_ends_and_when_seats_are_added() {
    let house = House::build().await;
    let path = class(&house, 1, json!({})).await;
    let all = pupils(&house, &path, 2).await;
    let candidate = all[0].body["candidate_id"].text();
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "xin rút"});
    house.record("branch-03", candidate, "exits", exit).await;
    assert_eq!(
        (state(&house, &all[0]).await, state(&house, &all[1]).await),
        ("withdrawn".into(), "proposed".into())
    );
    let third = planned(&house, 3, "Phùng Thị Ba").await;
    let again = propose(&house, &path, &third).await.expect(201);
    assert_eq!(again.body["state"], "waiting");
    let version = house.read("office", &path).await.version();
    house
        .change("office", &path, version, json!({"capacity": 2}))
        .await;
    assert_eq!(state(&house, &again).await, "proposed");
}

/// The seats taken and the people waiting as the class shows them, and the seats taken as counted
/// from its enrolments.
async fn figures(house: &House, path: &str) -> (i64, i64, i64) {
    let class = house.read("office", path).await.body;
    let seated = format!("{path}/enrolments?state=proposed&include_total=true");
    let seated = house.read("office", &seated).await.body["page"]["total"].number();
    (
        class["seats_taken"].number(),
        class["waiting"].number(),
        seated,
    )
}

/// S60: concurrent proposals neither lose a seat nor give it twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eight_ask_for_the_last_seat_at_once_and_one_gets_it() {
    let house = Arc::new(House::build().await);
    let path = class(&house, 2, json!({})).await;
    pupils(&house, &path, 1).await;
    let mut people = Vec::new();
    for n in 0..8 {
        people.push(planned(&house, 3, &format!("Phùng Thị Cùng Lúc {n}")).await);
    }
    let asked = people.into_iter().map(|one| {
        let (house, path) = (house.clone(), path.clone());
        tokio::spawn(async move { propose(&house, &path, &one).await })
    });
    let mut answers = Vec::new();
    for asked in asked.collect::<Vec<_>>() {
        answers.push(asked.await.unwrap().expect(201));
    }
    assert_eq!(
        answers
            .iter()
            .filter(|a| a.body["state"] == "proposed")
            .count(),
        1
    );
    assert_eq!(figures(&house, &path).await, (2, 7, 2));
}

/// S60: concurrent withdrawals neither lose a seat nor give it twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_sit_and_the_first_who_waits_leaving_at_once_nothing_is_lost() {
    let house = Arc::new(House::build().await);
    let path = class(&house, 2, json!({})).await;
    let all = pupils(&house, &path, 9).await;
    assert_eq!(figures(&house, &path).await, (2, 7, 2));
    let leaving = [&all[0], &all[1], &all[2]].map(|row| {
        let (house, row) = (house.clone(), format!("{}/withdrawals", row.location()));
        tokio::spawn(async move {
            house
                .step_with("office", &row, 1, json!({"reason": "bận"}))
                .await
                .status
        })
    });
    let mut left = 0;
    for leaving in leaving {
        left += i32::from(leaving.await.unwrap() == 200);
    }
    // whoever moved up in the meantime has a new version, so their withdrawal may fail with 412
    assert!((2..=3).contains(&left));
    assert_eq!(figures(&house, &path).await, (2, 7 - i64::from(left), 2));
}

#[tokio::test]
async fn a_class_list_cannot_be_dated_in_the_future() {
    let house = House::build().await;
    let path = class(&house, 3, json!({})).await;
    pupils(&house, &path, 2).await;
    for kind in ["compilations", "confirmations"] {
        let tomorrow = paper(json!({"on": "2021-01-16"}));
        step(&house, "office", &path, kind, tomorrow)
            .await
            .invalid(&["/on"]);
        step(&house, "office", &path, kind, paper(json!({})))
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn no_list_is_compiled_after_the_class() {
    let house = House::build().await;
    let path = class(&house, 3, json!({})).await;
    pupils(&house, &path, 2).await;
    house.travel("2021-02-10");
    let late = paper(json!({"on": "2021-02-06"}));
    let refused = step(&house, "office", &path, "compilations", late).await;
    refused.invalid(&["/on"]);
    // a list recorded late, but dated the last day of the class, is accepted
    let last = paper(json!({"on": "2021-02-05"}));
    step(&house, "office", &path, "compilations", last)
        .await
        .expect(200);
}

/// S60: branches propose people, the Party Office compiles the list, the upper committee confirms
/// it.
#[tokio::test]
async fn the_office_compiles_the_list_for_the_upper_committee() {
    let house = House::build().await;
    let path = class(&house, 3, json!({})).await;
    let all = pupils(&house, &path, 4).await;
    // the upper committee sees no names before the list is compiled
    shows!(house.read("upper", &format!("{path}/roster")).await, {"rows": []});
    step(&house, "upper", &path, "confirmations", paper(json!({})))
        .await
        .refused("invalid_transition");
    step(&house, "branch-03", &path, "compilations", paper(json!({})))
        .await
        .refused("forbidden");
    step(&house, "office", &path, "compilations", paper(json!({})))
        .await
        .expect(200);
    step(&house, "office", &path, "compilations", paper(json!({})))
        .await
        .refused("invalid_transition");
    let listed = house.read("branch-03", all[0].location()).await;
    shows!(listed, {"state": "compiled", "compiled_number": "15-CV/ĐU"});
    assert_eq!(state(&house, &all[3]).await, "waiting");
    let list = house.read("upper", &format!("{path}/roster")).await;
    assert_eq!(list.body["rows"].list().len(), 3);
}

/// S60: the upper committee confirms a compiled list, and may refuse people on it.
#[tokio::test]
async fn the_upper_committee_confirms_the_compiled_list_and_refuses_one() {
    let house = House::build().await;
    let path = class(&house, 3, json!({})).await;
    let all = pupils(&house, &path, 4).await;
    step(&house, "office", &path, "compilations", paper(json!({})))
        .await
        .expect(200);
    // an unknown id and a repeated one are both reported
    let wrong = json!({"enrolment_ids": [all[0].id(), all[3].id()], "rejections": [{"enrolment_id": all[0].id(), "reason": "x"}]});
    let refused = step(&house, "upper", &path, "confirmations", paper(wrong))
        .await
        .refused("validation_failed");
    assert_eq!(
        refused.faults(),
        ["/enrolment_ids/1", "/rejections/0/enrolment_id"]
    );
    let answer =
        json!({"rejections": [{"enrolment_id": all[1].id(), "reason": "đã học năm 2020"}]});
    step(&house, "upper", &path, "confirmations", paper(answer))
        .await
        .expect(200);
    let mut states = Vec::new();
    for row in &all {
        states.push(state(&house, row).await);
    }
    assert_eq!(states, ["confirmed", "rejected", "confirmed", "proposed"]);
    shows!(house.read("branch-03", all[1].location()).await, {"reason": "đã học năm 2020"});
    // a refused person may be proposed again; once a person is confirmed, the branch cannot
    // withdraw them
    withdraw(&house, "branch-03", all[0].location())
        .await
        .refused("invalid_transition");
    withdraw(&house, "branch-02", all[0].location())
        .await
        .refused("not_found");
    propose(&house, &path, all[1].body["candidate_id"].text())
        .await
        .expect(201);
}

async fn five_sessions(house: &House, class: &str) -> Vec<String> {
    let mut sessions = Vec::new();
    for n in 1..=5 {
        let body = json!({"number": n, "topic": format!("Chuyên đề {n}"), "on": format!("2021-02-0{n}"), "periods": 10, "lecturer": "Giảng viên"});
        sessions.push(
            house
                .create("office", &format!("{class}/sessions"), body)
                .await
                .location()
                .to_owned(),
        );
    }
    sessions
}

fn attendance(session: &str) -> String {
    format!("{session}/attendance")
}

/// Attendance lines: a reason for each person who was not present.
fn lines(pupils: &[Answer], present: &[bool]) -> Value {
    let line = |(pupil, present): (&Answer, &bool)| {
        let reason = (!present).then_some("trực");
        json!({"enrolment_id": pupil.id(), "present": present, "reason": reason})
    };
    json!({"lines": pupils.iter().zip(present).map(line).collect::<Vec<_>>()})
}

async fn confirm(house: &House, class: &str) {
    for kind in ["compilations", "confirmations"] {
        step(house, "office", class, kind, paper(json!({})))
            .await
            .expect(200);
    }
}

/// A class of five sessions whose three people attended 4, 3 and 5 of them.
async fn attended(house: &House) -> (String, Vec<Answer>) {
    let path = class(house, 9, json!({})).await;
    let all = pupils(house, &path, 3).await;
    let sessions = five_sessions(house, &path).await;
    confirm(house, &path).await;
    house.travel("2021-02-10");
    for (n, session) in sessions.iter().enumerate() {
        house
            .change(
                "office",
                &attendance(session),
                1,
                lines(&all, &[n < 4, n < 3, true]),
            )
            .await;
    }
    (path, all)
}

/// S35, S40: readiness depends on the certificate, and the certificate on attendance.
#[tokio::test]
async fn sessions_are_numbered_once_and_lie_within_the_class() {
    let house = House::build().await;
    let path = class(&house, 9, json!({})).await;
    let sessions = five_sessions(&house, &path).await;
    let class = house.read("branch-03", &path).await;
    shows!(class, {"sessions": 5, "periods": 50});
    let body = json!({"number": 1, "topic": "x", "on": "2021-02-05", "periods": 1});
    house
        .post("office", &format!("{path}/sessions"), body)
        .await
        .duplicate("/number");
    house
        .patch("office", &sessions[1], 1, json!({"number": 1}))
        .await
        .duplicate("/number");
    let body = json!({"number": 6, "topic": "x", "on": "2021-02-06", "periods": 1});
    house
        .post("office", &format!("{path}/sessions"), body)
        .await
        .invalid(&["/on"]);
    house
        .patch("office", &path, 1, json!({"ends_on": "2021-02-04"}))
        .await
        .invalid(&["/ends_on"]);
}

/// S35, S40
#[tokio::test]
async fn attendance_is_taken_of_the_confirmed_once_the_session_has_been() {
    let house = House::build().await;
    let path = class(&house, 9, json!({})).await;
    let all = pupils(&house, &path, 3).await;
    let sessions = five_sessions(&house, &path).await;
    house
        .patch("office", &attendance(&sessions[0]), 1, lines(&all, &[true]))
        .await
        .refused("invalid_transition");
    house.travel("2021-02-10");
    // nobody is confirmed yet, so nobody's attendance can be recorded
    house
        .patch("office", &attendance(&sessions[0]), 1, lines(&all, &[true]))
        .await
        .invalid(&["/lines/0/enrolment_id"]);
    confirm(&house, &path).await;
    house
        .change(
            "office",
            &attendance(&sessions[0]),
            1,
            lines(&all, &[true, true, true]),
        )
        .await;
    house
        .patch("office", &attendance(&sessions[0]), 1, lines(&all, &[true]))
        .await
        .refused("precondition_failed");
    house
        .patch(
            "branch-03",
            &attendance(&sessions[0]),
            2,
            lines(&all, &[true]),
        )
        .await
        .refused("forbidden");
    house
        .delete("office", &sessions[0], 2)
        .await
        .refused("has_dependents");
    assert_eq!(
        house
            .read("branch-03", &attendance(&sessions[0]))
            .await
            .body["lines"]
            .list()
            .len(),
        3
    );
    shows!(house.read("branch-01", &attendance(&sessions[0])).await, {"lines": []});
}

/// S35, S40: a result takes attendance at 80 % of the sessions, or a reason.
#[tokio::test]
async fn a_class_is_completed_from_eighty_percent_of_its_sessions_or_with_a_reason() {
    let house = House::build().await;
    let (_, all) = attended(&house).await;
    let seen = house.read("branch-03", all[1].location()).await;
    shows!(seen, {"sessions_attended": 3, "sessions_held": 5});
    let version = seen.version();
    house
        .change(
            "office",
            all[0].location(),
            version,
            done("A-1", "2021-02-10"),
        )
        .await;
    house
        .patch(
            "office",
            all[1].location(),
            version,
            done("A-2", "2021-02-10"),
        )
        .await
        .invalid(&["/attendance_reason"]);
    let mut reasoned = done("A-2", "2021-02-10");
    reasoned["attendance_reason"] = json!("đã học bù hai buổi");
    house
        .change("office", all[1].location(), version, reasoned)
        .await;
}

/// Once a result is recorded, the attendance on which it rests cannot be taken away, nor can
/// sessions be added, unless the result gives a reason.
#[tokio::test]
async fn attendance_goes_on_bearing_out_the_results() {
    let house = House::build().await;
    let (class, all) = attended(&house).await;
    let result = all[0].location();
    let version = house.read("office", result).await.version();
    let made = done("A-1", "2021-02-10");
    house.change("office", result, version, made).await;
    let sessions = house.read("office", &format!("{class}/sessions")).await;
    let first = sessions.items()[0]["id"].text().to_owned();
    let first = format!("sessions/{first}");
    let absent = lines(&all, &[false, true, true]);
    let path = attendance(&first);
    house
        .patch("office", &path, 2, absent.clone())
        .await
        .invalid(&["/lines/0/present"]);
    let sixth = json!({"number": 6, "topic": "x", "on": "2021-02-05", "periods": 1});
    let more = format!("{class}/sessions");
    house
        .post("office", &more, sixth)
        .await
        .refused("has_dependents");
    let version = house.read("office", result).await.version();
    let reason = json!({"attendance_reason": "đã học bù"});
    house.change("office", result, version, reason).await;
    house.change("office", &path, 2, absent).await;
}

/// S35
#[tokio::test]
async fn the_share_of_sessions_is_the_organisation_s_setting() {
    let house = House::build().await;
    let (_, all) = attended(&house).await;
    let version = house.read("office", all[2].location()).await.version();
    house
        .change(
            "admin",
            "settings/class_attendance_minimum",
            0,
            json!({"value": 100, "from_on": "2021-01-01", "acknowledged": true}),
        )
        .await;
    house
        .change(
            "office",
            all[2].location(),
            version,
            done("A-3", "2021-02-10"),
        )
        .await;
}

/// S35: a certificate number is unique per issuer, in whatever spelling.
#[tokio::test]
async fn a_certificate_number_is_given_once_by_an_issuer() {
    let house = House::build().await;
    let first = class(&house, 9, json!({})).await;
    let second = class(
        &house,
        9,
        json!({"issuer": "  Trung TÂM  Chính trị huyện Hồng Lam "}),
    )
    .await;
    let third = class(&house, 9, json!({"issuer": "Trường Chính trị tỉnh"})).await;
    let mut rows = Vec::new();
    for (n, path) in [&first, &second, &third].into_iter().enumerate() {
        let one = planned(&house, 3, &format!("Phùng Thị Số {n}")).await;
        rows.push(
            propose(&house, path, &one)
                .await
                .expect(201)
                .location()
                .to_owned(),
        );
    }
    for path in [&first, &second, &third] {
        house.listed(path).await;
    }
    house.travel("2021-02-11");
    let made = house
        .change("office", &rows[0], 3, done("GCN 01/Đ", "2021-02-10"))
        .await;
    assert_eq!(made.body["certificate_valid_to"], "2026-02-10");
    for same in ["gcn 01/đ", " GCN  01/Đ ", "GCN 01/\u{110}"] {
        house
            .patch("office", &rows[1], 3, done(same, "2021-02-10"))
            .await
            .duplicate("/certificate_number");
    }
    house
        .change("office", &rows[2], 3, done("GCN 01/Đ", "2021-02-10"))
        .await;
    // the issuer cannot be changed once a certificate has been issued
    let refused = house
        .patch("office", &first, 3, json!({"issuer": "Khác"}))
        .await
        .refused("validation_failed");
    assert_eq!(refused.faults(), ["/issuer"]);
    let cancelled = json!({"state": "cancelled", "cancel_reason": "không đủ người"});
    let refused = house.patch("office", &first, 3, cancelled).await;
    refused.invalid(&["/state"]);
}

/// S35: validity follows the regulation in force on the day of issue; each role lists the
/// certificates within its reach.
#[tokio::test]
async fn certificates_are_listed_by_number_and_by_whether_they_have_expired() {
    let house = House::build().await;
    for (n, issuer) in [ISSUER, "Trường Chính trị tỉnh"].into_iter().enumerate() {
        let path = class(&house, 9, json!({"issuer": issuer})).await;
        let one = planned(&house, 3, &format!("Phùng Thị Số {n}")).await;
        let seat = propose(&house, &path, &one).await.expect(201);
        house.listed(&path).await;
        house.travel("2021-02-11");
        house
            .change("office", seat.location(), 3, done("GCN 01/Đ", "2021-02-10"))
            .await;
        house.travel("2021-01-15");
    }
    let own = house
        .read(
            "branch-03",
            "certificates?number=GCN%2001/%C4%90&include_total=true",
        )
        .await;
    assert_eq!(
        (
            own.body["page"]["total"].as_i64(),
            own.items().iter().filter(|c| c["expired"] == true).count()
        ),
        (Some(2), 0)
    );
    assert_eq!(
        house
            .read("branch-02", "certificates?number=GCN%2001/%C4%90")
            .await
            .items()
            .len(),
        0
    );
    house
        .get("youth", "certificates")
        .await
        .refused("forbidden");
    house.travel("2026-02-11");
    let out = house
        .read("office", "certificates?expired=true&kind=awareness")
        .await;
    assert!(
        out.items()
            .iter()
            .all(|c| c["valid_to"].text() < "2026-02-11")
            && out.items().len() == 2
    );
}

/// S52, S66: the stage that counts is the one on the first day of the class, by the acts up to that
/// day.
#[tokio::test]
async fn whoever_enrols_is_judged_by_the_stage_of_the_classs_first_day() {
    let house = House::build().await;
    house.travel("2022-07-01");
    // in the demo: candidate 1 of branch 02 was adopted on 25 June 2021; the ceremony of candidate
    // 6 of branch 03 was on 19 November 2021
    for (kind, day, who, fits) in [
        ("awareness", "2021-06-24", (2, 1), false),
        ("awareness", "2021-06-25", (2, 1), true),
        ("new_member", "2021-11-18", (3, 6), false),
        ("new_member", "2021-11-19", (3, 6), true),
        // on that day in the dossier stage with a valid certificate; a probationary member today
        ("awareness", "2021-06-01", (3, 6), false),
    ] {
        let path = class(
            &house,
            9,
            json!({"kind": kind, "starts_on": day, "ends_on": "2022-06-30"}),
        )
        .await;
        let answer = house
            .post(
                "office",
                &format!("{path}/enrolments"),
                json!({"candidate_id": demo("ca", who.0, who.1)}),
            )
            .await;
        // people who already have a seat in the demo's class fail that requirement too
        let mut unmet = answer.rules().into_iter();
        assert_eq!(
            unmet.all(|rule| rule == "class.seat.none"),
            fits,
            "{kind} {day}: {}",
            answer.text
        );
    }
    // S52: the demo's list of the new-member class
    let list = house
        .read("standing", &format!("classes/{}/roster", demo("c1", 0, 3)))
        .await;
    assert_eq!(list.body["rows"].list().len(), 3);
}

/// Creates a class with one person, who has a certificate; returns the path of its printable list.
async fn roster(house: &House) -> String {
    let path = class(house, 9, json!({})).await;
    let one = planned(house, 3, "Phùng Thị Sum").await;
    // new names cannot start like this, but an old row may
    let older = format!("update candidate set full_name = '=SUM(A1) Phùng' where id = '{one}'");
    house.owner().await.batch_execute(&older).await.unwrap();
    let seat = propose(house, &path, &one).await.expect(201);
    house.listed(&path).await;
    house.travel("2021-02-11");
    house
        .change("office", seat.location(), 3, done("+GCN-1", "2021-02-10"))
        .await;
    format!("{path}/roster")
}

/// Asserts that the file is a spreadsheet with a header and this row, and contains no formulas.
fn the_sheet_is(bytes: &[u8], row: &Value) {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Danh sách").unwrap();
    let cell = |line, column| {
        sheet
            .get((line, column))
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    assert_eq!((sheet.height(), sheet.width()), (2, 9));
    assert_eq!(
        (cell(0, 1), cell(0, 6)),
        ("Họ và tên".into(), "Số giấy chứng nhận".into())
    );
    let born = row["birth_date"]
        .text()
        .split('-')
        .rev()
        .collect::<Vec<_>>()
        .join("/");
    assert_eq!(
        [cell(1, 0), cell(1, 1), cell(1, 2), cell(1, 6), cell(1, 7)],
        [
            "1".into(),
            "=SUM(A1) Phùng".into(),
            born,
            "+GCN-1".to_owned(),
            "10/02/2021".into()
        ]
    );
    assert_eq!(cell(1, 5), row["branch"].text());
    assert!(
        book.worksheet_formula("Danh sách").unwrap().is_empty(),
        "no formula"
    );
}

/// S35, S52: the printable list has the same contents in JSON, CSV and XLSX, and no cell is a
/// formula.
#[tokio::test]
async fn the_printable_list_opens_in_a_spreadsheet() {
    let house = House::build().await;
    let path = roster(&house).await;
    let list = house.read("branch-03", &path).await;
    shows!(list.body["rows"][0], {"number": 1, "grade": "good", "certificate_on": "2021-02-10"});
    // the file can be requested by `format` or by `Accept`
    for (query, accept) in [("?format=xlsx", "*/*"), ("", SHEET)] {
        let request = house
            .client
            .get(format!("{}{path}{query}", house.base))
            .header("accept", accept);
        let answer = request
            .header(
                "authorization",
                format!("Bearer {}", house.token("branch-03").await),
            )
            .send()
            .await
            .unwrap();
        assert_eq!(
            (
                answer.status().as_u16(),
                answer.headers()["content-type"].to_str().unwrap()
            ),
            (200, SHEET)
        );
        assert!(
            answer.headers()["content-disposition"]
                .to_str()
                .unwrap()
                .contains("filename*=UTF-8''danh%20s%C3%A1ch")
        );
        the_sheet_is(&answer.bytes().await.unwrap(), &list.body["rows"][0]);
    }
}

/// S35, S52
#[tokio::test]
async fn t25_the_printable_list_as_csv_has_no_formula_and_there_is_no_other_format() {
    let house = House::build().await;
    let path = roster(&house).await;
    let csv = house
        .send(
            "office",
            Method::GET,
            &path,
            None,
            &[("accept", "text/csv")],
        )
        .await
        .expect(200);
    // headings and words are in the reader's language
    assert_eq!(csv.header("content-language"), "en");
    assert!(csv.text.contains("\"Full name\"") && csv.text.contains("\"2021-02-10\""));
    assert!(
        csv.text.contains("\"'=SUM(A1) Phùng\"")
            && csv.text.contains("\"'+GCN-1\"")
            && csv.text.ends_with("\r\n"),
        "{}",
        csv.text
    );
    house
        .get("office", &format!("{path}?format=pdf"))
        .await
        .refused("invalid_parameter");
    house
        .send(
            "office",
            Method::GET,
            &path,
            None,
            &[("accept", "application/pdf")],
        )
        .await
        .refused("not_acceptable");
}

/// S35, S52, class P2: the Standing Committee sees the year of birth only, and a branch nobody but
/// its own people.
#[tokio::test]
async fn the_printable_list_shows_to_each_role_its_own() {
    let house = House::build().await;
    let path = roster(&house).await;
    let masked = house.read("standing", &path).await;
    assert_eq!(
        (
            &masked.body["rows"][0]["birth_date"],
            masked.body["rows"][0]["birth_year"].is_number()
        ),
        (&Value::Null, true)
    );
    assert!(house.read("branch-03", &path).await.body["rows"][0]["birth_date"].is_string());
    assert_eq!(house.read("branch-01", &path).await.body["rows"], json!([]));
    house.get("union", &path).await.refused("forbidden");
}

#[tokio::test]
async fn a_class_has_days_in_order_and_is_the_office_s() {
    let house = House::build().await;
    let made = house
        .create(
            "office",
            "classes",
            a_class("awareness", "2021-02-01", "2021-02-05", 2),
        )
        .await;
    let path = same_when_read(&house, "branch-01", &made).await;
    assert_eq!(made.body["seats_taken"], 0);
    house
        .post(
            "office",
            "classes",
            a_class("awareness", "2021-02-02", "2021-02-01", 2),
        )
        .await
        .invalid(&["/ends_on"]);
    house
        .post(
            "office",
            "classes",
            a_class("evening", "2021-02-01", "2021-02-01", 0),
        )
        .await
        .invalid(&["/kind", "/capacity"]);
    // the error is at the field that was sent, and names the field that it contradicts
    for (sent, pointer, other) in [
        (
            json!({"starts_on": "2021-02-06"}),
            "/starts_on",
            "`ends_on`",
        ),
        (json!({"ends_on": "2021-01-06"}), "/ends_on", "`starts_on`"),
    ] {
        let refused = house
            .patch("office", &path, 1, sent)
            .await
            .invalid(&[pointer]);
        assert_eq!(refused.body["errors"][0]["code"], "inconsistent");
        assert!(refused.text.contains(other), "{}", refused.text);
    }
    let late = json!({"proposals_due_on": "2021-02-09"});
    let late = house
        .patch("office", &path, 1, late)
        .await
        .invalid(&["/proposals_due_on"]);
    assert!(late.text.contains("`starts_on`"), "{}", late.text);
    let old = json!({"proposals_due_on": "1900-01-01"});
    house
        .patch("office", &path, 1, old)
        .await
        .invalid(&["/proposals_due_on"]);
    house
        .patch("office", &path, 1, json!({"seats_taken": 1}))
        .await
        .invalid(&["/seats_taken"]);
    house
        .post(
            "branch-01",
            "classes",
            a_class("awareness", "2021-02-01", "2021-02-05", 2),
        )
        .await
        .refused("forbidden");
}

#[tokio::test]
async fn a_class_never_has_fewer_seats_than_are_taken_and_stays_while_they_are() {
    let house = House::build().await;
    let body = a_class("awareness", "2021-02-01", "2021-02-05", 2);
    let path = house
        .create("office", "classes", body)
        .await
        .location()
        .to_owned();
    let mut seats = Vec::new();
    for n in 0..2 {
        let one = planned(&house, 3, &format!("Ngô Thị Lớp {n}")).await;
        seats.push(
            house
                .create(
                    "branch-03",
                    &format!("{path}/enrolments"),
                    json!({"candidate_id": one}),
                )
                .await,
        );
    }
    house
        .patch("office", &path, 1, json!({"capacity": 1}))
        .await
        .refused("capacity_reached");
    shows!(house.change("office", &path, 1, json!({"capacity": 3})).await, {"seats_taken": 2});
    house
        .delete("office", &path, 2)
        .await
        .refused("has_dependents");
    for seat in &seats {
        crate::enrolments::withdraw(&house, "branch-03", seat.location(), 1)
            .await
            .expect(200);
    }
    shows!(house.read("office", &path).await, {"seats_taken": 0});
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
    house
        .post(
            "branch-03",
            &format!("{path}/enrolments"),
            json!({"candidate_id": demo("ca", 3, 1)}),
        )
        .await
        .refused("not_found");
}

/// A class cannot be moved away from its certificates, nor a session that has been held into the
/// future.
#[tokio::test]
async fn a_class_does_not_end_after_its_certificates_nor_is_a_session_held_to_come() {
    let house = House::build().await;
    let (path, all) = attended(&house).await;
    let ends = async |on: &str| {
        let seen = house.read("office", &path).await.version();
        house
            .patch("office", &path, seen, json!({"ends_on": on}))
            .await
    };
    ends("2021-03-20").await.expect(200);
    let sessions = house.read("office", &format!("{path}/sessions")).await;
    let held = &sessions.items()[0];
    let session = format!("sessions/{}", held["id"].text());
    house
        .patch(
            "office",
            &session,
            held["version"].number(),
            json!({"on": "2021-03-01"}),
        )
        .await
        .invalid(&["/on"]);
    ends("2021-02-05").await.expect(200);
    let seat = format!("enrolments/{}", all[2].id());
    let seen = house.read("office", &seat).await.version();
    let done = json!({"state": "completed", "grade": "good", "certificate_number": "GCN-1", "certificate_on": "2021-02-07"});
    house.change("office", &seat, seen, done).await;
    ends("2021-02-08").await.invalid(&["/ends_on"]);
    ends("2021-02-07").await.expect(200);
}

/// A class is for people who are in the plan on its first day, so a change of that day is checked
/// against everybody on the list.
#[tokio::test]
async fn a_class_does_not_begin_before_those_on_its_list_were_in_the_plan() {
    let house = House::build().await;
    let (path, all) = attended(&house).await;
    let becomes = async |change: Value| {
        let seen = house.read("office", &path).await.version();
        house.patch("office", &path, seen, change).await
    };
    // everybody on the list was adopted on 15 January
    let before = json!({"starts_on": "2021-01-14"});
    becomes(before.clone()).await.invalid(&["/starts_on"]);
    becomes(json!({"kind": "new_member"}))
        .await
        .invalid(&["/kind"]);
    becomes(json!({"starts_on": "2021-01-15"}))
        .await
        .expect(200);
    for (n, row) in all.iter().enumerate() {
        let version = house.read("office", row.location()).await.version();
        let mut result = done(&format!("A-{n}"), "2021-02-10");
        result["attendance_reason"] = json!("đã học bù");
        house
            .change("office", row.location(), version, result)
            .await;
    }
    // the same holds once all of them have certificates; the refusal names those affected
    let names = |answer: &Answer| -> Vec<bool> {
        let said = answer.body["errors"][0]["detail"].text();
        all.iter().map(|row| said.contains(&row.id())).collect()
    };
    let refused = becomes(before.clone()).await.invalid(&["/starts_on"]);
    assert_eq!(names(&refused), [true; 3], "{}", refused.text);
    becomes(json!({"starts_on": "2021-01-16"}))
        .await
        .expect(200);
    // people who have since been removed from the plan no longer stand in the way
    let removed = json!({"on": "2021-02-10", "action": "remove", "minutes_number": "2-BB", "reason": "không còn nguyện vọng"});
    for (n, row) in all.iter().enumerate() {
        let who = row.body["candidate_id"].text();
        house
            .act("branch-03", who, "plan-decisions", removed.clone())
            .await
            .expect(201);
        let answer = becomes(before.clone()).await;
        if n < 2 {
            let refused = answer.invalid(&["/starts_on"]);
            let left = [false, n < 1, true];
            assert_eq!(names(&refused), left, "{}", refused.text);
        } else {
            answer.expect(200);
        }
    }
}
