//! Concurrent writers: every limit holds, and no change is lost.
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Build, House, Plain, demo, person, shows};

/// Starts all tasks at the same time and waits for all of them.
async fn together<T: Send + 'static>(
    all: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let running: Vec<_> = all.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::new();
    for task in running {
        done.push(task.await.unwrap());
    }
    done
}

/// Sends these `POST` bodies at the same time, all from one account.
async fn posts(
    house: &Arc<House>,
    who: &'static str,
    requests: Vec<(String, Value)>,
) -> Vec<Answer> {
    house.token(who).await;
    together(requests.into_iter().map(|(path, body)| {
        let house = house.clone();
        async move { house.step_with(who, &path, 1, body).await }
    }))
    .await
}

/// The number of answers with this status and code.
fn count(answers: &[Answer], status: u16, code: &str) -> usize {
    answers
        .iter()
        .filter(|a| a.status == status && a.code() == code)
        .count()
}

/// The answers in short, to print when a check fails.
fn brief(answers: &[Answer]) -> Vec<(u16, &str)> {
    answers.iter().map(|a| (a.status, a.code())).collect()
}

async fn house() -> Arc<House> {
    Arc::new(
        House::with(Build {
            pool: 24,
            ..Build::default()
        })
        .await,
    )
}

/// Creates people of a branch, nominated by the trade union.
async fn people(house: &House, branch: u32, many: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..many {
        let body = person(
            branch,
            &format!("Lê Thị Đồng Thời {n}"),
            &format!("{n}-ĐT/{branch}"),
        );
        let nomination = house.create("union", "nominations", body).await;
        ids.push(nomination.body["candidate_id"].text().to_owned());
    }
    ids
}

/// Creates people and has the branch adopt them into its plan.
async fn planned(house: &House, branch: u32, many: usize) -> Vec<String> {
    let ids = people(house, branch, many).await;
    for id in &ids {
        house.adopt(&format!("branch-{branch:02}"), id).await;
    }
    ids
}

fn class(capacity: usize) -> Value {
    json!({"kind": "awareness", "title": "Lớp nhận thức về Đảng", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-03-01",
        "ends_on": "2021-03-05", "capacity": capacity})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_writers_with_the_same_version_of_a_draft_one_wins_and_one_is_told() {
    let house = house().await;
    let path = format!("/api/v1/quota-plans/{}", demo("90", 0, 2023));
    let before = house.read("office", &path).await;
    let lines = |n: i32| json!({"lines": [{"branch_id": demo("0b", 1, 0), "quota": n, "rationale": "cùng lúc"}]});
    let answers = together([7, 8].map(|n| {
        let (house, path, version) = (house.clone(), path.clone(), before.version());
        async move { house.patch("office", &path, version, lines(n)).await }
    }))
    .await;
    assert_eq!(
        (
            count(&answers, 200, ""),
            count(&answers, 412, "precondition_failed")
        ),
        (1, 1),
        "{:?}",
        brief(&answers)
    );
    let (winner, loser) = if answers[0].status == 200 {
        (&answers[0], &answers[1])
    } else {
        (&answers[1], &answers[0])
    };
    let after = house.read("office", &path).await;
    assert_eq!(
        (after.version(), &after.body["lines"]),
        (before.version() + 1, &winner.body["lines"])
    );
    assert_eq!(
        loser.header("etag"),
        format!("\"{}\"", after.version()),
        "the loser learns the current version"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t35_the_last_seat_of_a_class_goes_to_one_of_sixteen_and_the_others_wait_in_turn() {
    let house = house().await;
    let candidates = planned(&house, 3, 17).await;
    let class = house.create("office", "classes", class(2)).await;
    let path = format!("/api/v1/classes/{}", class.id());
    let seats = format!("{path}/enrolments");
    let figures = async || {
        let class = house.read("office", &path).await;
        let proposed = house
            .read(
                "office",
                &format!("{seats}?state=proposed&include_total=true"),
            )
            .await;
        (
            class.body["seats_taken"].number(),
            class.body["waiting"].number(),
            proposed.body["page"]["total"].number(),
        )
    };
    let first = house
        .create("office", &seats, json!({"candidate_id": candidates[0]}))
        .await;

    let requests = candidates[1..17]
        .iter()
        .map(|c| (seats.clone(), json!({"candidate_id": c})))
        .collect();
    let answers = posts(&house, "office", requests).await;
    assert_eq!(count(&answers, 201, ""), 16, "{:?}", brief(&answers));
    assert_eq!(figures().await, (2, 15, 2));
    let mut places: Vec<_> = answers
        .iter()
        .filter_map(|a| a.body["waiting_place"].as_i64())
        .collect();
    places.sort_unstable();
    assert_eq!(places, (1..=15).collect::<Vec<_>>(), "every place once");

    // of three concurrent withdrawals of one enrolment, one succeeds: the seat is freed once, and
    // one person moves up
    let place = format!("/api/v1/enrolments/{}/withdrawals", first.id());
    let gone = together((0..3).map(|_| {
        let (house, place) = (house.clone(), place.clone());
        async move {
            house
                .send(
                    "office",
                    reqwest::Method::POST,
                    &place,
                    Some(json!({"reason": "bận"})),
                    &[("if-match", "\"1\"")],
                )
                .await
        }
    }))
    .await;
    assert_eq!(
        gone.iter().filter(|a| a.status == 200).count(),
        1,
        "{gone:?}"
    );
    assert_eq!(figures().await, (2, 14, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_person_enrolled_twice_at_once_takes_one_seat() {
    let house = house().await;
    let candidate = planned(&house, 3, 1).await.remove(0);
    let class = house.create("office", "classes", class(10)).await;
    let path = format!("/api/v1/classes/{}", class.id());
    let requests = (0..6)
        .map(|_| {
            (
                format!("{path}/enrolments"),
                json!({"candidate_id": candidate}),
            )
        })
        .collect();
    let answers = posts(&house, "branch-03", requests).await;
    assert_eq!(
        (count(&answers, 201, ""), count(&answers, 409, "duplicate")),
        (1, 5),
        "{:?}",
        brief(&answers)
    );
    // a refused enrolment has taken no seat
    shows!(house.read("office", &path).await, {"seats_taken": 1});
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn capacity_is_never_below_the_seats_taken_even_when_both_move() {
    let house = house().await;
    let candidates = planned(&house, 3, 6).await;
    let class = house.create("office", "classes", class(6)).await;
    let path = format!("/api/v1/classes/{}", class.id());
    house.token("branch-03").await;
    let smaller = {
        let (house, path) = (house.clone(), path.clone());
        tokio::spawn(async move {
            house
                .patch("office", &path, 1, json!({"capacity": 3}))
                .await
        })
    };
    let requests = candidates
        .iter()
        .map(|c| (format!("{path}/enrolments"), json!({"candidate_id": c})))
        .collect();
    let answers = posts(&house, "branch-03", requests).await;
    let shrunk = smaller.await.unwrap();
    let now = house.read("office", &path).await;
    let (capacity, taken) = (
        now.body["capacity"].number(),
        now.body["seats_taken"].number(),
    );
    assert!(taken <= capacity, "{taken} of {capacity}");
    assert_eq!(count(&answers, 201, ""), 6, "{:?}", brief(&answers));
    assert_eq!(taken + now.body["waiting"].number(), 6, "nobody is lost");
    assert_eq!(
        capacity,
        if shrunk.status == 200 { 3 } else { 6 },
        "{shrunk:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t35_the_last_place_of_a_sponsor_goes_to_one_of_eight() {
    let house = house().await;
    let candidates = people(&house, 1, 10).await;
    let body = json!({"member_id": demo("dd", 1, 8), "from_on": "2021-01-15"});
    for c in &candidates[..2] {
        house
            .record("branch-01", c, "sponsorships", body.clone())
            .await;
    }
    let requests = candidates[2..]
        .iter()
        .map(|c| (format!("/api/v1/candidates/{c}/sponsorships"), body.clone()))
        .collect();
    let answers = posts(&house, "branch-01", requests).await;
    assert_eq!(
        (
            count(&answers, 201, ""),
            count(&answers, 422, "requirements_unmet")
        ),
        (1, 7),
        "{:?}",
        brief(&answers)
    );
    for refused in answers.iter().filter(|a| a.status == 422) {
        let rules: Vec<_> = refused.body["requirements"]
            .list()
            .iter()
            .map(|r| r["rule"].text())
            .collect();
        assert_eq!(rules, ["sponsorship.sponsor.load"]);
    }
    let sponsor = house
        .read("branch-01", &format!("sponsors/{}", demo("dd", 1, 8)))
        .await;
    assert_eq!(
        (
            sponsor.body["open_sponsorships"].as_i64(),
            sponsor.body["eligible"].as_bool()
        ),
        (Some(3), Some(false))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_candidate_never_gets_a_third_sponsor() {
    let house = house().await;
    let candidate = people(&house, 1, 1).await.remove(0);
    let path = format!("/api/v1/candidates/{candidate}/sponsorships");
    // of six changes based on the same version, one is accepted and five get 412
    let requests = (7..=12)
        .map(|n| {
            (
                path.clone(),
                json!({"member_id": demo("dd", 1, n), "from_on": "2021-01-15"}),
            )
        })
        .collect();
    let answers = posts(&house, "branch-01", requests).await;
    assert_eq!(
        (
            count(&answers, 201, ""),
            count(&answers, 412, "precondition_failed")
        ),
        (1, 5),
        "{:?}",
        brief(&answers)
    );
    house
        .record(
            "branch-01",
            &candidate,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 13), "from_on": "2021-01-15"}),
        )
        .await;
    let third = json!({"member_id": demo("dd", 1, 14), "from_on": "2021-01-15"});
    let refused = house
        .act("branch-01", &candidate, "sponsorships", third)
        .await
        .refused("requirements_unmet");
    shows!(refused.body["requirements"][0], {"rule": "sponsorship.candidate.sponsors"});
    assert_eq!(house.read("branch-01", &path).await.items().len(), 2);
}

/// 29-QĐ/TW, 3: a person has one open candidacy, even if two unions nominate them at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t35_a_person_nominated_many_times_at_once_has_one_open_candidacy() {
    let house = house().await;
    house.token("union").await;
    house.token("youth").await;
    for round in 0..5 {
        let answers = together((0..8).map(|n| {
            let house = house.clone();
            // names are compared without regard to case
            let name = if n % 2 == 0 {
                format!("Đỗ Thị Hậu {round}")
            } else {
                format!("ĐỖ THỊ HẬU {round}")
            };
            let mut body = person(1, &name, &format!("{round}-{n}-CL"));
            body["youth_union_member"] = true.into();
            async move {
                house
                    .post(if n < 4 { "union" } else { "youth" }, "nominations", body)
                    .await
            }
        }))
        .await;
        assert_eq!(
            (
                count(&answers, 201, ""),
                count(&answers, 422, "requirements_unmet")
            ),
            (1, 7),
            "round {round}: {:?}",
            brief(&answers)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_number_is_given_once() {
    let house = house().await;
    let candidates = planned(&house, 3, 2).await;
    let class = house.create("office", "classes", class(10)).await;
    let mut places = Vec::new();
    for c in &candidates {
        let seat = house
            .create(
                "office",
                &format!("classes/{}/enrolments", class.id()),
                json!({"candidate_id": c}),
            )
            .await;
        places.push(format!("/api/v1/enrolments/{}", seat.id()));
    }
    house.listed(&format!("classes/{}", class.id())).await;
    house.travel("2021-03-11");
    house.token("office").await;
    let answers = together(places.into_iter().map(|place| {
        let house = house.clone();
        let done = json!({"state": "completed", "certificate_number": "GCN-2021-900", "certificate_on": "2021-03-10"});
        async move { house.patch("office", &place, 3, done).await }
    }))
    .await;
    assert_eq!(
        (count(&answers, 200, ""), count(&answers, 409, "duplicate")),
        (1, 1),
        "{:?}",
        brief(&answers)
    );
    let refused = answers.iter().find(|a| a.status == 409).unwrap();
    assert_eq!(refused.faults(), ["/certificate_number"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_is_given_once() {
    let house = house().await;
    let requests = (0..6)
        .map(|n| ("/api/v1/accounts".to_owned(), json!({"login": "moi.vao", "display_name": format!("Số {n}"), "role": "trade_union"})))
        .collect();
    let answers = posts(&house, "admin", requests).await;
    assert_eq!(
        (count(&answers, 201, ""), count(&answers, 409, "duplicate")),
        (1, 5),
        "{:?}",
        brief(&answers)
    );
    assert!(
        answers
            .iter()
            .filter(|a| a.status == 409)
            .all(|a| a.faults() == ["/login"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_increments_at_once_all_count() {
    let house = house().await;
    let path = format!("/api/v1/branches/{}", demo("0b", 4, 0));
    let before = house.read("office", &path).await;
    let (number, version) = (before.body["non_member_count"].number(), before.version());
    let refused = together((0..50).map(|_| {
        let (house, path) = (house.clone(), path.clone());
        async move {
            let mut refused = 0;
            loop {
                let read = house.read("office", &path).await;
                let next = read.body["non_member_count"].number() + 1;
                let answer = house
                    .patch(
                        "office",
                        &path,
                        read.version(),
                        json!({"non_member_count": next}),
                    )
                    .await;
                match answer.status {
                    200 => return refused,
                    // 503 counts as refused: nothing was written
                    412 | 503 => refused += 1,
                    _ => panic!("{answer:?}"),
                }
                assert!(refused < 1000, "never got through");
            }
        }
    }))
    .await;
    let after = house.read("office", &path).await;
    assert_eq!(
        (after.body["non_member_count"].number(), after.version()),
        (number + 50, version + 50)
    );
    assert!(
        refused.iter().sum::<i32>() > 0,
        "the fifty never met: this shows nothing"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_first_changes_of_a_setting_one_wins() {
    let house = house().await;
    house
        .owner()
        .await
        .execute("delete from setting where key = 'youth_age_limit'", &[])
        .await
        .unwrap();
    let answers = together([31, 32, 33].map(|value| {
        let house = house.clone();
        async move {
            house
                .patch(
                    "admin",
                    "settings/youth_age_limit",
                    0,
                    json!({"value": value, "from_on": "2021-01-01", "acknowledged": true}),
                )
                .await
        }
    }))
    .await;
    assert_eq!(
        (
            count(&answers, 200, ""),
            count(&answers, 412, "precondition_failed")
        ),
        (1, 2),
        "{:?}",
        brief(&answers)
    );
    let winner = answers.iter().find(|a| a.status == 200).unwrap();
    let now = house.read("admin", "settings/youth_age_limit").await;
    assert_eq!(
        (now.version(), &now.body["value"]),
        (1, &winner.body["value"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t39_one_idempotency_key_sent_many_times_at_once_creates_one_row() {
    let house = house().await;
    house.token("office").await;
    let body = json!({"name": "Khoa Cùng lúc", "kind": "clinical"});
    let answers = together((0..8).map(|_| {
        let (house, body) = (house.clone(), body.clone());
        async move {
            house
                .send(
                    "office",
                    Method::POST,
                    "departments",
                    Some(body),
                    &[("idempotency-key", "cung-luc-1")],
                )
                .await
        }
    }))
    .await;
    let created: Vec<_> = answers.iter().filter(|a| a.status == 201).collect();
    assert!(!created.is_empty());
    assert!(
        created.iter().all(|a| a.id() == created[0].id()),
        "{:?}",
        brief(&answers)
    );
    assert_eq!(
        created.len() + count(&answers, 409, "idempotency_in_progress"),
        8,
        "{:?}",
        brief(&answers)
    );
    let rows = house
        .owner()
        .await
        .query("select 1 from department where name = 'Khoa Cùng lúc'", &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}

/// T-29: the requests of one account cannot take up all database connections.
#[tokio::test]
async fn one_account_cannot_take_every_connection() {
    let house = House::with(Build {
        pool: 3,
        in_flight: 2,
        ..Build::default()
    })
    .await;
    house.token("branch-01").await;
    let path = format!(
        "departments/{}",
        house.read("office", "departments").await.ids()[0]
    );
    let owner = house.owner().await;
    owner
        .batch_execute("begin; lock table department in exclusive mode")
        .await
        .unwrap();
    let body = serde_json::json!({"name": "Khoa Nội"});
    let blocked = (0..8).map(|_| house.patch("office", &path, 1, body.clone()));
    let others = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let begun = Instant::now();
        for _ in 0..5 {
            house.read("branch-01", "me").await;
        }
        begun.elapsed()
    };
    let (_, others) = tokio::join!(futures_util::future::join_all(blocked), others);
    assert!(others < Duration::from_millis(1500), "{others:?}");
}

/// When too many requests are under way, further ones are refused at once. One account can take at
/// most half of the places, and once the earlier requests are answered the service accepts new ones
/// again.
#[tokio::test]
async fn a_request_that_cannot_be_served_soon_is_refused_at_once() {
    let house = House::with(Build {
        pool: 3,
        in_flight: 2,
        under_way: 8,
        ..Build::default()
    })
    .await;
    for who in ["office", "standing", "branch-01"] {
        house.token(who).await;
    }
    let owner = house.owner().await;
    owner
        .batch_execute("begin; lock table department in access exclusive mode")
        .await
        .unwrap();
    let begun = Instant::now();
    let mut asked: FuturesUnordered<_> = (0..16)
        .map(|n| house.get(["office", "standing"][n % 2], "departments"))
        .collect();
    for _ in 0..8 {
        let refused = asked.next().await.unwrap().refused("unavailable");
        assert_eq!(refused.header("retry-after"), "1");
        assert!(
            refused.text.contains("Nothing was done"),
            "{}",
            refused.text
        );
        assert_ne!(refused.header("x-request-id"), "");
    }
    // four requests of each account are waiting and the service is full: it answers nothing but the
    // liveness check
    let refused = house.get("branch-01", "me").await.refused("unavailable");
    assert_eq!(refused.header("retry-after"), "1");
    house.get("", "/healthz").await.expect(200);
    assert!(begun.elapsed() < Duration::from_secs(3), "{begun:?}");
    owner.batch_execute("rollback").await.unwrap();
    while let Some(answer) = asked.next().await {
        answer.expect(200);
    }
    house.read("branch-01", "me").await;
    let four = (0..4).map(|_| house.read("office", "departments"));
    futures_util::future::join_all(four).await;
}

/// A row that is about to end and a row that refers to it are locked against each other: no member
/// ends up in a closed branch or a deleted department. Nor do two nominations give one paper
/// different dates.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_row_is_added_to_a_branch_or_department_that_is_ending() {
    let house = house().await;
    house.token("union").await;
    house.token("office").await;
    for round in 0..6 {
        let branch = json!({"number": format!("X{round}"), "name": format!("Chi bộ thử {round}"), "kind": "clinical",
            "non_member_count": 9, "previous_term_admissions": 0, "founded_on": "2015-01-01"});
        let branch = house.create("office", "branches", branch).await;
        let department = json!({"name": format!("Khoa thử {round}"), "kind": "clinical"});
        let department = house.create("office", "departments", department).await;
        let member = |name: &str, branch: &Value, department: Option<&str>| {
            json!({"branch_id": branch, "department_id": department, "full_name": format!("{name} {round}"), "sex": "female",
                "birth_date": "1988-04-12", "status": "official", "activity": "active", "joined_on": "2016-03-03", "official_on": "2017-03-03"})
        };
        let close = json!({"on": "2021-01-15", "paper_number": "21-QĐ/ĐU"});
        let paper = |name: &str, on: &str| {
            let mut body = person(2, &format!("{name} {round}"), &format!("{round}-HM"));
            body["paper_on"] = on.into();
            body
        };
        let ends = house.clone();
        let (path, version) = (
            format!("branches/{}/closures", branch.id()),
            branch.version(),
        );
        let gone = format!("departments/{}", department.id());
        let lands = member("Lò Thị Đáp", &branch.body["id"], None);
        let works = member(
            "Lò Thị Việc",
            &json!(demo("0b", 1, 0)),
            Some(&department.id()),
        );
        let (first, second) = (
            paper("Lê Thị Một", "2021-01-12"),
            paper("Lê Thị Hai", "2021-01-13"),
        );
        let post = |who: &'static str, path: &'static str, body: Value| {
            let house = house.clone();
            tokio::spawn(async move { house.post(who, path, body).await })
        };
        let delete = house.clone();
        let answers = futures_util::future::join_all([
            tokio::spawn(async move { ends.step_with("office", &path, version, close).await }),
            post("office", "members", lands),
            tokio::spawn(async move { delete.delete("office", &gone, 1).await }),
            post("office", "members", works),
            post("union", "nominations", first),
            post("union", "nominations", second),
        ])
        .await;
        let answers: Vec<Answer> = answers.into_iter().map(Result::unwrap).collect();
        let papers = &answers[4..];
        assert_eq!(
            (count(papers, 201, ""), count(papers, 409, "duplicate")),
            (1, 1),
            "round {round}: {:?}",
            brief(&answers)
        );
        let stray = "select count(*) from member m left join branch b on b.id = m.branch_id and b.closed_on is null and b.deleted_at is null \
                       left join department d on d.id = m.department_id and d.deleted_at is null \
                      where m.deleted_at is null and (b.id is null or (m.department_id is not null and d.id is null))";
        assert_eq!(
            house.count(stray).await,
            0,
            "round {round}: {:?}",
            brief(&answers)
        );
    }
}

/// Shortening a term and planning something for its last year are locked against each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_planned_for_a_year_that_a_term_loses_at_the_same_moment() {
    let house = house().await;
    house.token("branch-01").await;
    house.token("office").await;
    for round in 0..5 {
        let (from, to) = (2026 + 5 * round, 2030 + 5 * round);
        let term = json!({"name": format!("{from}-{to}"), "from_year": from, "to_year": to, "annual_minimum": 6, "term_minimum": 30,
            "previous_term_admissions": 30, "committee_coverage_percent": 100, "committee_coverage_year": to});
        let term = house.create("office", "terms", term).await;
        let plan = json!({"branch_id": demo("0b", 1, 0), "term_id": term.id()});
        let plan = house.create("branch-01", "source-plans", plan).await;
        let entry = json!({"full_name": format!("Hồ Thị Quỳnh {round}"), "birth_date": "1994-03-08", "target_year": to, "priority_group": "doctor",
            "fostering_from": "2020-06-01", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
        let work = json!({"period_kind": "year", "year": to, "number": 1, "content": "Lãnh đạo nhiệm vụ chuyên môn.",
            "admission_section": "Bồi dưỡng ba quần chúng ưu tú.", "term_id": term.id(), "checklist": []});
        let shorter = json!({"to_year": to - 1, "committee_coverage_year": to - 1});
        let post = |path: String, body: Value| {
            let house = house.clone();
            tokio::spawn(async move { house.post("branch-01", &path, body).await })
        };
        let (cuts, path) = (house.clone(), term.location().to_owned());
        let answers = futures_util::future::join_all([
            post(format!("{}/entries", plan.location()), entry),
            tokio::spawn(async move { cuts.patch("office", &path, 1, shorter).await }),
            post("work-plans".to_owned(), work),
        ])
        .await;
        let answers: Vec<Answer> = answers.into_iter().map(Result::unwrap).collect();
        let cut = answers[1].status == 200;
        for planned in [&answers[0], &answers[2]] {
            let wanted = if cut { 422 } else { 201 };
            assert_eq!(
                planned.status,
                wanted,
                "round {round}: {:?}",
                brief(&answers)
            );
        }
        let stray = format!(
            "select count(*) from term t where t.id = '{}' and (\
               exists (select from work_plan w where w.term_id = t.id and w.deleted_at is null and w.year not between t.from_year and t.to_year) \
               or exists (select from source_plan p join source_plan_entry e on e.source_plan_id = p.id where p.term_id = t.id \
                           and e.deleted_at is null and e.target_year not between t.from_year and t.to_year))",
            term.id()
        );
        assert_eq!(
            house.count(&stray).await,
            0,
            "round {round}: {:?}",
            brief(&answers)
        );
    }
}
