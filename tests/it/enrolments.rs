//! Enrolments: from a proposal to a certificate.
use serde_json::{Value, json};

use crate::support::{
    Answer, House, NOBODY, Plain, demo, person, planned, same_when_read, shows, with,
};

pub async fn withdraw(house: &House, who: &str, path: &str, version: i64) -> Answer {
    let body = json!({"reason": "bận trực"});
    house
        .step_with(who, &format!("{path}/withdrawals"), version, body)
        .await
}

/// Compiles the list as the Party Office, and confirms these people by name.
async fn confirm(house: &House, class: &str, version: i64, ids: &[String]) -> Answer {
    let list = json!({"on": "2021-01-15", "paper_number": "8-CV"});
    let list = house
        .advance_with("office", &format!("{class}/compilations"), version, list)
        .await;
    let body = json!({"on": "2021-01-15", "paper_number": "9-CV", "enrolment_ids": ids});
    let version = list.version();
    house
        .step_with("office", &format!("{class}/confirmations"), version, body)
        .await
}

pub fn a_class(kind: &str, starts_on: &str, ends_on: &str, capacity: i32) -> Value {
    json!({"kind": kind, "title": "Lớp thử", "issuer": "Trung tâm Chính trị huyện Hồng Lam", "starts_on": starts_on, "ends_on": ends_on, "capacity": capacity})
}

fn done(number: &str, on: &str) -> Value {
    json!({"state": "completed", "grade": "good", "certificate_number": number, "certificate_on": on})
}

/// A class, a proposed enrolment in it, and the candidate's id.
async fn proposed(house: &House) -> (Answer, Answer, String) {
    let body = a_class("awareness", "2021-02-01", "2021-02-05", 9);
    let class = house.create("office", "classes", body).await;
    let seats = format!("{}/enrolments", class.location());
    let one = planned(house, 3, "Ngô Thị Chứng").await;
    let made = house
        .create("branch-03", &seats, json!({"candidate_id": one}))
        .await;
    (class, made, one)
}

/// The path of an enrolment, its answer once the certificate is recorded, and the candidate's id.
async fn certified(house: &House) -> (String, Answer, String) {
    let (class, made, one) = proposed(house).await;
    confirm(house, class.location(), 1, &[made.id()])
        .await
        .expect(200);
    house.travel("2021-02-10");
    let body = done("GCN-1", "2021-02-10");
    let finished = house.change("office", made.location(), 3, body).await;
    (made.location().to_owned(), finished, one)
}

#[tokio::test]
async fn the_office_leads_an_enrolment_to_a_certificate_by_the_steps_in_between() {
    let house = House::build().await;
    let lesson = house
        .create(
            "office",
            "classes",
            a_class("awareness", "2021-02-01", "2021-02-05", 9),
        )
        .await;
    let seats = format!("{}/enrolments", lesson.location());
    let one = planned(&house, 3, "Ngô Thị Chứng").await;
    let made = house
        .create("branch-03", &seats, json!({"candidate_id": one}))
        .await;
    let path = same_when_read(&house, "branch-03", &made).await;
    house.get("branch-02", &path).await.refused("not_found");
    house
        .patch("branch-03", &path, 1, json!({"state": "failed"}))
        .await
        .refused("forbidden");
    house
        .patch("office", &path, 1, json!({"state": "confirmed"}))
        .await
        .refused("invalid_transition");
    house
        .patch("office", &path, 1, json!({"state": "withdrawn"}))
        .await
        .refused("invalid_transition");
    house
        .patch("office", &path, 1, json!({"state": "completed"}))
        .await
        .invalid(&["/certificate_number", "/certificate_on"]);
    house
        .patch(
            "office",
            &path,
            1,
            json!({"state": "failed", "certificate_number": "X"}),
        )
        .await
        .invalid(&["/certificate_number"]);
}

#[tokio::test]
async fn a_confirmed_enrolment_ends_with_a_certificate_that_lasts_sixty_months() {
    let house = House::build().await;
    let (lesson, made, _) = proposed(&house).await;
    let path = made.location().to_owned();
    confirm(&house, lesson.location(), 1, &[made.id()])
        .await
        .expect(200);
    house
        .patch("office", &path, 3, json!({"state": "proposed"}))
        .await
        .refused("invalid_transition");
    withdraw(&house, "branch-03", &path, 3)
        .await
        .refused("invalid_transition");
    house
        .patch("office", &path, 3, done("GCN-1", "2021-01-31"))
        .await
        .invalid(&["/certificate_on"]);
    // a certificate dated tomorrow is refused
    let early = house
        .patch("office", &path, 3, done("GCN-1", "2021-02-10"))
        .await
        .refused("requirements_unmet");
    assert_eq!(early.rules(), ["act.not_in_future"]);
    house.travel("2021-02-10");
    house
        .patch("office", &path, 3, done("GCN-2021-001", "2021-02-10"))
        .await
        .duplicate("/certificate_number");
    let finished = house
        .change("office", &path, 3, done("GCN-1", "2021-02-10"))
        .await;
    assert_eq!(finished.body["certificate_valid_to"], "2026-02-10");
    withdraw(&house, "office", &path, 4)
        .await
        .refused("invalid_transition");
}

#[tokio::test]
async fn a_certificate_in_date_keeps_from_another_class_also_on_its_last_day() {
    let house = House::build().await;
    let (_, _, one) = certified(&house).await;
    for (day, status) in [("2026-02-10", 422), ("2026-02-11", 201)] {
        let next = house
            .create(
                "office",
                "classes",
                a_class("awareness", day, "2026-03-01", 9),
            )
            .await;
        let answer = house
            .post(
                "office",
                &format!("{}/enrolments", next.location()),
                json!({"candidate_id": one}),
            )
            .await
            .expect(status);
        assert_eq!(
            answer.rules(),
            if status == 422 {
                vec!["class.certificate.none"]
            } else {
                vec![]
            }
        );
    }
}

/// A person has only one seat in classes of a kind at a time, even if the classes are on different
/// days, and only one valid certificate.
#[tokio::test]
async fn nobody_has_two_seats_in_classes_of_a_kind_nor_two_results() {
    let house = House::build().await;
    let (class, made, one) = proposed(&house).await;
    let person = json!({"candidate_id": one});
    let mut paths = Vec::new();
    for (from, to) in [("2021-02-01", "2021-02-05"), ("2021-03-01", "2021-03-05")] {
        let other = a_class("awareness", from, to, 9);
        let other = house.create("office", "classes", other).await;
        let seats = format!("{}/enrolments", other.location());
        for who in ["branch-03", "office"] {
            let refused = house.post(who, &seats, person.clone()).await;
            assert_eq!(refused.unmet(), ["class.seat.none"], "{from}");
        }
        paths.push(seats);
    }
    // after withdrawing from one class the person can be proposed for the other, and then again not
    // for the first
    withdraw(&house, "branch-03", made.location(), 1)
        .await
        .expect(200);
    let moved = house.create("branch-03", &paths[0], person.clone()).await;
    let own = format!("{}/enrolments", class.location());
    let refused = house.post("branch-03", &own, person.clone()).await;
    assert_eq!(refused.unmet(), ["class.seat.none"]);
    // the certificate is issued after the first class had begun, and still prevents a second seat
    // in it
    let class = paths[0].trim_end_matches("/enrolments");
    house.listed(class).await;
    house.travel("2021-02-10");
    let result = done("GCN-1", "2021-02-10");
    house.change("office", moved.location(), 3, result).await;
    let refused = house.post("office", &own, person.clone()).await;
    assert_eq!(refused.unmet(), ["class.certificate.none"]);
}

/// A certificate belongs to the person and counts in all their attempts.
#[tokio::test]
async fn who_is_nominated_again_still_holds_the_certificate() {
    let house = House::build().await;
    let (_, _, one) = certified(&house).await;
    let left = json!({"on": "2021-02-10", "kind": "withdrawn", "reason": "xin rút"});
    house.record("branch-03", &one, "exits", left).await;
    house.travel("2021-03-01");
    let again = with(
        &person(4, "Ngô Thị Chứng", "77-NQ"),
        json!({"paper_on": "2021-02-20"}),
    );
    let again = house.create("union", "nominations", again).await;
    let two = again.body["candidate_id"].text();
    shows!(house.read("office", &format!("candidates/{two}")).await, {"previous_id": one.as_str()});
    let adopted = json!({"on": "2021-02-25", "action": "add", "minutes_number": "02-BB/CB", "political_standard": true, "conduct": true,
        "capacity": true, "task_performance": true, "priority_group": "department_staff"});
    house
        .record("branch-04", two, "plan-decisions", adopted)
        .await;
    let steps = format!("candidates/{two}/next-steps");
    let steps = house.read("branch-04", &steps).await;
    let mut steps = steps.body["steps"].list().iter();
    let vote = steps.clone().find(|s| s["kind"] == "resolution");
    let mut missing = vote.unwrap()["requirements"].list().iter();
    assert!(!missing.any(|r| r["rule"] == "admission.certificate"));
    assert!(!steps.any(|s| s["kind"] == "class_enrolment"));
    let duty = format!("deadlines?candidate_id={two}&kind=certificate_expires");
    let duty = house.read("branch-04", &duty).await;
    shows!(duty.items()[0], {"due_on": "2026-02-10"});
    let next = a_class("awareness", "2021-04-01", "2021-04-05", 9);
    let next = house.create("office", "classes", next).await;
    let seats = format!("{}/enrolments", next.location());
    let refused = house.post("branch-04", &seats, json!({"candidate_id": two}));
    assert_eq!(refused.await.unmet(), ["class.certificate.none"]);
    // the number of people of branch 04 who are ready for admission
    let ready = async || {
        let path = format!("reports/progress?branch_id={}", demo("0b", 4, 0));
        let report = house.read("office", &path).await;
        report.body["branches"].list()[0]["ready"].number()
    };
    let before = ready().await;
    let sponsor = json!({"member_id": demo("dd", 4, 1), "from_on": "2021-02-25"});
    house
        .record("branch-04", two, "sponsorships", sponsor)
        .await;
    let dossier = json!({"on": "2021-02-26", "application_on": "2021-02-25"});
    house.record("branch-04", two, "dossier", dossier).await;
    assert_eq!(ready().await, before + 1);
    // validity follows the regulation in force at the issue, not the date stored then
    let shown = format!(
        "update enrolment set certificate_valid_to = '2021-02-28' where candidate_id = '{one}'"
    );
    house.owner().await.batch_execute(&shown).await.unwrap();
    assert_eq!(ready().await, before + 1);
    house.travel("2026-02-10");
    let last = ready().await;
    house.travel("2026-02-11");
    assert_eq!(ready().await, last - 1);
    // branch 04 cannot read the first attempt, which is in another branch
    let first = format!("candidates/{one}");
    house.get("branch-04", &first).await.refused("not_found");
}

/// A certificate is an act: it is annulled, not overwritten.
#[tokio::test]
async fn a_certificate_recorded_by_mistake_is_annulled() {
    let house = House::build().await;
    let (path, _, one) = certified(&house).await;
    let failed = json!({"state": "failed", "certificate_number": null, "certificate_on": null, "grade": null});
    house
        .patch("office", &path, 4, failed)
        .await
        .refused("invalid_transition");
    let acts = house
        .read(
            "office",
            &format!("candidates/{one}/timeline?kind=certificate"),
        )
        .await;
    let annulment =
        json!({"on": "2021-02-10", "act_id": acts.items()[0]["id"], "reason": "nhầm người"});
    house.record("office", &one, "annulments", annulment).await;
    let failed = house.read("office", &path).await;
    assert_eq!(
        (
            &failed.body["state"],
            &failed.body["certificate_valid_to"],
            failed.version()
        ),
        (&json!("failed"), &Value::Null, 5)
    );
}

/// The id of the act by which the person was adopted into the plan.
async fn adoption(house: &House, one: &str) -> Value {
    let acts = format!("candidates/{one}/timeline?kind=plan_decision");
    house.read("office", &acts).await.items()[0]["id"].clone()
}

/// The certificate rests on the person being in the plan on the first day of the class, 1 February.
/// The adoption cannot be annulled or moved to a later day.
#[tokio::test]
async fn a_certificate_falls_with_the_place_on_the_first_day_of_its_class() {
    let house = House::build().await;
    let (_, _, one) = certified(&house).await;
    let adopted = adoption(&house, &one).await;
    let corrected = async |on: &str| {
        let body = json!({"on": on, "action": "add", "minutes_number": "02-BB/CB", "political_standard": true, "conduct": true,
            "capacity": true, "task_performance": true, "priority_group": "department_staff", "corrects": adopted});
        house.act("branch-03", &one, "plan-decisions", body).await
    };
    let late = corrected("2021-02-02").await;
    let said = late.text.clone();
    assert!(late.unmet().contains(&"class.stage".to_owned()), "{said}");
    let annulment = json!({"on": "2021-02-10", "act_id": adopted, "reason": "nhầm người"});
    let void = house.act("branch-03", &one, "annulments", annulment).await;
    assert!(void.unmet().contains(&"class.stage".to_owned()));
    corrected("2021-02-01").await.expect(201);
    let findings = house.read("office", "findings").await;
    let own = |file: &Value| file["candidate_id"] == one.as_str();
    assert!(!findings.items().iter().any(own), "{}", findings.text);
}

/// If the adoption into the plan is annulled, the person's seat is freed.
#[tokio::test]
async fn a_seat_is_given_up_with_the_plan_that_is_taken_back() {
    let house = House::build().await;
    let (class, made, one) = proposed(&house).await;
    let adopted = adoption(&house, &one).await;
    let annulment = json!({"on": "2021-01-15", "act_id": adopted, "reason": "nhầm người"});
    house
        .record("branch-03", &one, "annulments", annulment)
        .await;
    shows!(house.read("branch-03", made.location()).await, {
        "state": "withdrawn", "reason": "ghi nhận đã hủy"
    });
    shows!(house.read("office", class.location()).await, {"seats_taken": 0});
    let list = json!({"on": "2021-01-15", "paper_number": "8-CV"});
    let step = format!("{}/compilations", class.location());
    let version = house.read("office", class.location()).await.version();
    house
        .step_with("office", &step, version, list)
        .await
        .refused("invalid_transition");
}

/// S60: a result can be recorded only for somebody on a list that was compiled and then confirmed.
#[tokio::test]
async fn nobody_completes_a_class_whose_list_was_not_compiled_and_confirmed() {
    let house = House::build().await;
    let (class, made, _) = proposed(&house).await;
    let path = made.location();
    house.travel("2021-02-10");
    let result = |version| house.patch("office", path, version, done("GCN-1", "2021-02-10"));
    let refused = result(1).await;
    assert_eq!(
        refused.unmet(),
        ["class.list.compiled", "class.list.confirmed"]
    );
    let list = json!({"on": "2021-01-20", "paper_number": "8-CV"});
    let step = format!("{}/compilations", class.location());
    let listed = house.advance_with("office", &step, 1, list).await;
    assert_eq!(result(2).await.unmet(), ["class.list.confirmed"]);
    let step = format!("{}/confirmations", class.location());
    let early = json!({"on": "2021-01-19", "paper_number": "9-CV"});
    house
        .step_with("office", &step, listed.version(), early)
        .await
        .invalid(&["/on"]);
    house.travel("2021-02-11");
    let late = json!({"on": "2021-02-11", "paper_number": "9-CV"});
    house
        .advance_with("office", &step, listed.version(), late)
        .await;
    assert_eq!(result(3).await.unmet(), ["class.list.before_certificate"]);
}

/// `failed` is refused before the class has begun, and has no grade.
#[tokio::test]
async fn nobody_fails_before_the_class_or_with_a_grade() {
    let house = House::build().await;
    let (class, made, _) = proposed(&house).await;
    confirm(&house, class.location(), 1, &[made.id()])
        .await
        .expect(200);
    let path = made.location();
    let fails = async |body: Value| house.patch("office", path, 3, body).await;
    house.travel("2021-01-31");
    let early = fails(json!({"state": "failed"})).await;
    early.invalid(&["/state"]);
    shows!(house.read("office", path).await, {"state": "confirmed"});
    house.travel("2021-02-01");
    let graded = fails(json!({"state": "failed", "grade": "good"})).await;
    graded.invalid(&["/grade"]);
    let failed = fails(json!({"state": "failed"})).await.expect(200);
    shows!(failed, {"state": "failed", "grade": null});
}

/// A person who was confirmed by name before the list was compiled is on that list.
#[tokio::test]
async fn a_list_is_compiled_with_those_who_were_confirmed_by_name() {
    let house = House::build().await;
    let (class, made, _) = proposed(&house).await;
    let path = made.location();
    let seats = format!("{}/enrolments", class.location());
    let other = planned(&house, 3, "Ngô Thị Đề Nghị").await;
    let other = house
        .create("branch-03", &seats, json!({"candidate_id": other}))
        .await;
    let named = json!({"on": "2021-01-15", "paper_number": "9-CV", "enrolment_ids": [made.id()]});
    let step = format!("{}/confirmations", class.location());
    let version = house.read("office", class.location()).await.version();
    house.advance_with("office", &step, version, named).await;
    shows!(house.read("office", path).await, {"state": "confirmed", "compiled_on": null});
    let list = json!({"on": "2021-01-15", "paper_number": "8-CV"});
    let step = format!("{}/compilations", class.location());
    let version = house.read("office", class.location()).await.version();
    let listed = house
        .advance_with("office", &step, version, list.clone())
        .await;
    shows!(house.read("office", path).await, {
        "state": "confirmed", "compiled_on": "2021-01-15", "compiled_number": "8-CV",
        "confirmed_number": "9-CV"
    });
    shows!(house.read("office", other.location()).await, {"state": "compiled"});
    // there is nobody left to compile
    house
        .step_with("office", &step, listed.version(), list)
        .await
        .refused("invalid_transition");
    house.travel("2021-02-10");
    let version = house.read("office", path).await.version();
    let result = done("GCN-1", "2021-02-10");
    house.change("office", path, version, result).await;
}

/// A correction is a new act that replaces the old one.
#[tokio::test]
async fn a_certificate_is_corrected_by_another() {
    let house = House::build().await;
    let (path, _, one) = certified(&house).await;
    let corrected = house
        .change("office", &path, 4, done("GCN-2", "2021-02-09"))
        .await;
    assert_eq!(corrected.body["certificate_valid_to"], "2026-02-09");
    let acts = house
        .read(
            "office",
            &format!("candidates/{one}/timeline?kind=certificate"),
        )
        .await;
    assert_eq!(acts.items().len(), 2);
    assert_eq!(
        (
            &acts.items()[1]["corrects_id"],
            &acts.items()[0]["superseded_by"]
        ),
        (&acts.items()[0]["id"], &acts.items()[1]["id"])
    );
}

#[tokio::test]
async fn a_withdrawn_enrolment_gives_the_seat_back_and_stays_withdrawn() {
    let house = House::build().await;
    let lesson = house
        .create(
            "office",
            "classes",
            a_class("awareness", "2021-02-01", "2021-02-05", 1),
        )
        .await;
    let seats = format!("{}/enrolments", lesson.location());
    let (one, two) = (
        planned(&house, 3, "Ngô Thị Rút").await,
        planned(&house, 3, "Ngô Thị Thay").await,
    );
    let made = house
        .create("branch-03", &seats, json!({"candidate_id": one}))
        .await;
    let next = house
        .create("branch-03", &seats, json!({"candidate_id": two}))
        .await;
    shows!(next, {"state": "waiting", "waiting_place": 1});
    let path = made.location();
    withdraw(&house, "branch-02", path, 1)
        .await
        .refused("not_found");
    withdraw(&house, "branch-03", path, 1).await.expect(200);
    shows!(house.read("branch-03", path).await, {"state": "withdrawn"});
    withdraw(&house, "branch-03", path, 2)
        .await
        .refused("invalid_transition");
    house
        .patch("office", path, 2, json!({"state": "failed"}))
        .await
        .refused("invalid_transition");
    // the next person has moved up
    shows!(house.read("branch-03", next.location()).await, {"state": "proposed"});
    // once a person is confirmed, only the Party Office can withdraw them
    confirm(&house, lesson.location(), 1, &[next.id()])
        .await
        .expect(200);
    withdraw(&house, "branch-03", next.location(), 4)
        .await
        .refused("invalid_transition");
    withdraw(&house, "office", next.location(), 4)
        .await
        .expect(200);
    // the same person can be enrolled again
    house
        .create("branch-03", &seats, json!({"candidate_id": one}))
        .await;
}

/// An awareness class and a class for new members; the clock is then set to summer 2022.
async fn both(house: &House) -> (Answer, Answer) {
    let (from, to) = ("2022-06-20", "2022-06-24");
    let awareness = house
        .create("office", "classes", a_class("awareness", from, to, 9))
        .await;
    let new_member = house
        .create("office", "classes", a_class("new_member", from, to, 9))
        .await;
    (awareness, new_member)
}

#[tokio::test]
async fn a_class_is_for_people_of_its_stage() {
    let house = House::build().await;
    let (awareness, new_member) = both(&house).await;
    let seats = |lesson: &Answer| format!("{}/enrolments", lesson.location());
    let candidate = |b: u32, n: u32| json!({"candidate_id": demo("ca", b, n)});
    for (lesson, who) in [
        (&awareness, (4, 5)),
        (&new_member, (1, 1)),
        (&awareness, (9, 3)),
        (&awareness, (1, 3)),
    ] {
        let refused = house
            .post("office", &seats(lesson), candidate(who.0, who.1))
            .await
            .refused("requirements_unmet");
        assert!(
            refused.rules().contains(&"class.stage"),
            "{who:?} {}",
            refused.text
        );
    }
}

/// People in the plan take the awareness class. Probationary members take the other one, whose
/// certificate does not expire.
#[tokio::test]
async fn a_probationary_member_takes_the_class_of_new_members() {
    let house = House::build().await;
    let (awareness, new_member) = both(&house).await;
    let seats = |lesson: &Answer| format!("{}/enrolments", lesson.location());
    let candidate = |b: u32, n: u32| json!({"candidate_id": demo("ca", b, n)});
    house
        .create("branch-01", &seats(&awareness), candidate(1, 1))
        .await;
    // a person who already has a seat, in the demo's own class, must give it up first
    let refused = house
        .post("branch-03", &seats(&new_member), candidate(3, 6))
        .await;
    assert_eq!(refused.unmet(), ["class.seat.none"]);
    let own = format!("enrolments/{}", demo("e1", 0, 301));
    withdraw(&house, "office", &own, 1).await.expect(200);
    let made = house
        .create("branch-03", &seats(&new_member), candidate(3, 6))
        .await;
    house.travel("2022-06-10");
    house.listed(new_member.location()).await;
    house.travel("2022-07-01");
    let done = json!({"state": "completed", "certificate_number": "GCN-M-1", "certificate_on": "2022-06-30"});
    shows!(house.change("office", made.location(), 3, done).await, {
        "certificate_valid_to": null
    });
}

#[tokio::test]
async fn a_branch_enrols_people_of_its_own_once() {
    let house = House::build().await;
    let (awareness, _) = both(&house).await;
    let seats = |lesson: &Answer| format!("{}/enrolments", lesson.location());
    let candidate = |b: u32, n: u32| json!({"candidate_id": demo("ca", b, n)});
    let other = planned(&house, 1, "Ngô Thị Hai").await;
    for one in [candidate(1, 1), json!({"candidate_id": other})] {
        house.create("branch-01", &seats(&awareness), one).await;
    }
    house
        .post("branch-01", &seats(&awareness), candidate(1, 1))
        .await
        .duplicate("/candidate_id");
    house
        .post("branch-01", &seats(&awareness), candidate(2, 1))
        .await
        .invalid(&["/candidate_id"]);
    house
        .post(
            "office",
            &seats(&awareness),
            json!({"candidate_id": NOBODY}),
        )
        .await
        .invalid(&["/candidate_id"]);
    assert_eq!(
        house
            .read("branch-01", &seats(&awareness))
            .await
            .items()
            .len(),
        2
    );
    assert_eq!(
        house
            .read("branch-02", &seats(&awareness))
            .await
            .items()
            .len(),
        0
    );
}
