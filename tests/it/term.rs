//! The demo's whole term in fast motion: five years of quotas, source plans, quarterly reviews and
//! classes, and thirty admissions through the whole procedure.
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{House, Plain, demo, shows};

/// Quotas of the ten branches, 2021 to 2025, as in the demo.
const QUOTAS: [[i32; 5]; 10] = [
    [1, 0, 1, 1, 0],
    [0, 1, 1, 0, 1],
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1],
    [1, 1, 0, 1, 1],
    [1, 0, 1, 0, 1],
    [1, 0, 0, 1, 0],
    [0, 1, 0, 1, 0],
    [0, 1, 0, 0, 1],
    [0, 0, 1, 0, 0],
];

struct Person {
    branch: u32,
    year: usize,
    name: String,
    born: String,
    id: String,
}

impl Person {
    fn who(&self) -> String {
        format!("branch-{:02}", self.branch)
    }
    fn sponsor(&self) -> String {
        // the branch's three officers take turns
        demo("dd", self.branch, 1 + u32::try_from(self.year % 3).unwrap())
    }
}

/// Reduces the demo to its organisation: no pipeline, no plans.
async fn empty(house: &House) {
    let clear = "delete from membership where member_id in (select id from candidate);
      delete from member where id in (select id from candidate);
      delete from name_word where kind = 'candidate';
      truncate candidate, tally, act, nomination, sponsorship, enrolment, class, deadline, review, review_item, source_plan, source_plan_entry, quota_plan, quota_line, quota_revision cascade";
    house.owner().await.batch_execute(clear).await.unwrap();
}

async fn does(house: &House, who: &str, person: &Person, kind: &str, body: Value) {
    let answer = house.act(who, &person.id, kind, body.clone()).await;
    assert_eq!(
        answer.status, 201,
        "{} {kind} {body}: {}",
        person.name, answer.text
    );
}

/// Every branch plans its people for the term, and the Standing Committee approves the plans.
async fn source_plans(house: &House, people: &[Person]) {
    for branch in 1..=10 {
        let who = format!("branch-{branch:02}");
        let plan = json!({"branch_id": demo("0b", branch, 0), "term_id": demo("7e", 0, 1)});
        let path = house
            .create(&who, "source-plans", plan)
            .await
            .location()
            .to_owned();
        for p in people.iter().filter(|p| p.branch == branch) {
            let entry = json!({"full_name": p.name, "birth_date": p.born, "target_year": 2021 + p.year, "priority_group": "department_staff", "fostering_from": "2020-06-01",
                "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
            house.create(&who, &format!("{path}/entries"), entry).await;
        }
        house.advance(&who, &format!("{path}/submissions"), 1).await;
        house
            .advance("standing", &format!("{path}/approvals"), 2)
            .await;
    }
}

/// Every branch reviews its list: new people are adopted, unless their name says otherwise, and the
/// others are kept.
async fn review(house: &House, year: usize, period: u32, on: &str) {
    for branch in 1..=10 {
        let who = format!("branch-{branch:02}");
        let open = json!({"branch_id": demo("0b", branch, 0), "kind": "periodic", "year": 2021 + year, "period": period});
        let opened = house.create(&who, "reviews", open).await;
        let path = opened.location().to_owned();
        if opened.body["items"] != 0 {
            for item in house
                .read(&who, &format!("{path}/items?limit=200&expand=candidate"))
                .await
                .items()
            {
                let decision = if item["stage"] == "nominated"
                    && item["candidate"]["full_name"].text().contains("Chưa")
                {
                    json!({"decision": "remove", "reason": "Chưa đủ thời gian công tác"})
                } else if item["stage"] == "nominated" {
                    json!({"decision": "add", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true,
                        "priority_group": "department_staff", "propose_class": true})
                } else {
                    json!({"decision": "keep"})
                };
                house
                    .change(
                        &who,
                        &format!("review-items/{}", item["id"].text()),
                        1,
                        decision,
                    )
                    .await;
            }
        }
        let record = json!({"held_on": on, "minutes_number": format!("{period:02}-BB/CB"), "members": 9, "present": 8, "agenda": ["Xét danh sách cảm tình Đảng"]});
        house
            .advance_with(&who, &format!("{path}/closures"), 1, record)
            .await;
    }
}

/// From the plan into the dossier stage: sponsor, class, introductions, verification, opinions. The
/// clock is at 10 May.
async fn prepare(house: &House, person: &Person, class: &str, seat: usize) {
    let (who, y) = (person.who(), 2021 + person.year);
    let who = who.as_str();
    does(
        house,
        who,
        person,
        "sponsorships",
        json!({"member_id": person.sponsor(), "from_on": format!("{y}-03-12")}),
    )
    .await;
    let path = format!("/api/v1/candidates/{}", person.id);
    let version = house.read(who, &path).await.version();
    house
        .change(
            who,
            &path,
            version,
            json!({"general_education": "upper_secondary"}),
        )
        .await;
    let place = house
        .create(
            who,
            &format!("{class}/enrolments"),
            json!({"candidate_id": person.id}),
        )
        .await;
    let result = json!({"state": "completed", "grade": "good", "certificate_number": format!("GCN-{y}-{seat}"), "certificate_on": format!("{y}-04-20")});
    house.listed_on(class, &format!("{y}-04-01")).await;
    let version = house.read("office", place.location()).await.version();
    house
        .change("office", place.location(), version, result)
        .await;
    does(
        house,
        who,
        person,
        "dossier",
        json!({"on": format!("{y}-05-03"), "application_on": format!("{y}-05-01")}),
    )
    .await;
    does(
        house,
        who,
        person,
        "sponsor-notes",
        json!({"on": format!("{y}-05-03"), "member_id": person.sponsor(), "assessment": "good"}),
    )
    .await;
    let paper = json!({"on": format!("{y}-05-04"), "by": "member", "member_id": demo("dd", person.branch, 4), "shared_from": "2018-05-02", "shared_kind": "work", "paper_number": "3-KNĐ"});
    does(house, who, person, "introductions", paper).await;
    does(
        house,
        who,
        person,
        "introductions",
        json!({"on": format!("{y}-05-04"), "by": "youth_union", "paper_number": "04-NQ"}),
    )
    .await;
    for (step, day) in [("declared", 4), ("sealed", 5), ("sent", 5), ("returned", 8)] {
        let relations: &[Option<&str>] = if step == "sealed" {
            &[None]
        } else {
            &[Some("self_person"), Some("father"), Some("mother")]
        };
        for relation in relations {
            let mut body =
                json!({"on": format!("{y}-05-{day:02}"), "step": step, "relation": relation});
            if step == "returned" {
                body["flagged"] = false.into();
            }
            does(house, who, person, "verification", body).await;
        }
    }
    does(
        house,
        who,
        person,
        "verification",
        json!({"on": format!("{y}-05-09"), "step": "concluded", "conclusion": "clear"}),
    )
    .await;
    for of in ["trade_union", "residence_branch_committee"] {
        does(house, who, person, "opinions", json!({"on": format!("{y}-05-09"), "of": of, "purpose": "admission", "favourable": true})).await;
    }
}

/// From the votes to the ceremony of 5 November.
async fn admit(house: &House, person: &Person, official: i32) {
    let (who, y) = (person.who(), 2021 + person.year);
    let vote = |body: &str, on: &str, members: i32| {
        json!({"on": format!("{y}-{on}"), "purpose": "admission", "body": body, "number": "06-NQ", "method": "secret_ballot", "members": members, "exempt_absent": 0,
            "suspended": 0, "present": members, "in_favor": members, "against": 0, "abstain": 0})
    };
    does(
        house,
        &who,
        person,
        "resolutions",
        vote("branch", "09-18", official),
    )
    .await;
    does(
        house,
        "office",
        person,
        "resolutions",
        vote("committee", "09-25", 15),
    )
    .await;
    for code in [
        "1-KNĐ", "2-KNĐ", "3-KNĐ", "4-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ",
    ] {
        does(
            house,
            "office",
            person,
            "documents",
            json!({"on": format!("{y}-09-26"), "code": code, "received_on": format!("{y}-09-26")}),
        )
        .await;
    }
    does(
        house,
        "office",
        person,
        "submission",
        json!({"on": format!("{y}-09-28"), "paper_number": "14-TTr/ĐU"}),
    )
    .await;
    let decision = json!({"on": format!("{y}-10-11"), "purpose": "admission", "outcome": "granted", "number": "27-QĐNS/HU", "body": "upper_standing_committee",
        "members": 11, "in_favor": 9, "received_on": format!("{y}-10-13")});
    does(house, "upper", person, "decisions", decision).await;
    does(
        house,
        &who,
        person,
        "ceremony",
        json!({"on": format!("{y}-11-05"), "place": "Hội trường"}),
    )
    .await;
}

/// A plan of one year with the demo's quotas, drafted by the Party Office and issued by the
/// Standing Committee.
async fn quota_plan(house: &House, year: usize) -> String {
    let lines: Vec<Value> = (1..)
        .zip(&QUOTAS)
        .map(|(b, quotas)| json!({"branch_id": demo("0b", b, 0), "quota": quotas[year], "rationale": "theo nguồn và nhu cầu của chi bộ"}))
        .collect();
    let plan = json!({"term_id": demo("7e", 0, 1), "year": 2021 + year, "lines": lines});
    let path = house
        .create("office", "quota-plans", plan)
        .await
        .location()
        .to_owned();
    house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    house
        .advance_with(
            "standing",
            &format!("{path}/issuances"),
            2,
            house.decision(),
        )
        .await;
    path
}

/// S7, S8, S12, S13, S14, S16, S26, S32, S33, S35, S55, S60: six admissions a year and thirty in
/// the term, each through the procedure and from a plan.
#[tokio::test]
async fn the_term_2020_2025_admits_thirty_as_planned_and_every_figure_follows_from_the_rows() {
    let house = House::build().await;
    empty(&house).await;
    let owner = house.owner().await;
    let (given, families) = (
        ["An", "Bình", "Chi", "Dung", "Giang", "Hạnh"],
        ["Đào Thị", "Lương Thị", "Mai Thị", "Tạ Thị", "Kiều Thị"],
    );
    let mut people = Vec::new();
    for year in 0..5 {
        for (n, branch) in (1..=10).filter(|b| QUOTAS[*b - 1][year] == 1).enumerate() {
            let name = format!("{} Hoài {}", families[year], given[n]);
            let born = format!("{}-06-{:02}", 1997 + year, 1 + n);
            people.push(Person {
                branch: u32::try_from(branch).unwrap(),
                year,
                name,
                born,
                id: String::new(),
            });
        }
    }
    assert_eq!(people.len(), 30);
    house.travel("2020-12-10");
    source_plans(&house, &people).await;

    for (year, family) in families.into_iter().enumerate() {
        let y = 2021 + year;
        house.travel(&format!("{y}-01-12"));
        let plan = quota_plan(&house, year).await;
        let mut nominate: Vec<(String, String, u32, Option<usize>)> = people
            .iter()
            .enumerate()
            .filter(|(_, p)| p.year == year)
            .map(|(at, p)| (p.name.clone(), p.born.clone(), p.branch, Some(at)))
            .collect();
        if year % 2 == 0 {
            nominate.push((format!("{family} Chưa Đủ"), "1999-09-09".into(), 4, None));
        }
        for (name, born, branch, at) in nominate {
            let body = json!({"full_name": name, "birth_date": born, "sex": "female", "branch_id": demo("0b", branch, 0), "paper_number": format!("NQ-{y}-{name}"),
                "paper_on": format!("{y}-01-11"), "youth_union_member": true, "trade_union_member": false});
            let made = house.create("youth", "nominations", body).await;
            if let Some(at) = at {
                people[at].id = made.body["candidate_id"].text().to_owned();
            }
        }
        house.travel(&format!("{y}-03-10"));
        review(&house, year, 1, &format!("{y}-03-10")).await;
        house.travel(&format!("{y}-05-10"));
        let class = json!({"kind": "awareness", "title": format!("Lớp nhận thức về Đảng năm {y}"), "issuer": "Trung tâm Chính trị", "starts_on": format!("{y}-04-12"),
            "ends_on": format!("{y}-04-16"), "capacity": 10});
        let class = house
            .create("office", "classes", class)
            .await
            .location()
            .to_owned();
        let now: Vec<&Person> = people.iter().filter(|p| p.year == year).collect();
        for (seat, person) in now.iter().enumerate() {
            prepare(&house, person, &class, seat).await;
        }
        for (period, month) in [(2, "06"), (3, "09")] {
            house.travel(&format!("{y}-{month}-10"));
            review(&house, year, period, &format!("{y}-{month}-10")).await;
        }
        house.travel(&format!("{y}-11-10"));
        for person in &now {
            let official: i64 = owner
                .query_one(
                    &format!(
                        "select count(*) from member where branch_id = '{}' and status = 'official' and deleted_at is null",
                        demo("0b", person.branch, 0)
                    ),
                    &[],
                )
                .await
                .unwrap()
                .get(0);
            admit(&house, person, i32::try_from(official).unwrap()).await;
        }
        review(&house, year, 4, &format!("{y}-11-10")).await;
        house.travel(&format!("{y}-12-20"));
        let version = house.read("standing", &plan).await.version();
        let closed = house
            .advance("standing", &format!("{plan}/closures"), version)
            .await;
        shows!(closed, {"state": "closed", "total": 6});
    }

    house.travel("2025-12-31");
    // every branch has admitted exactly its quota in every year
    let figures = house.read("office", "annual-quotas").await;
    let by: BTreeMap<(String, i64), (i64, i64)> = figures
        .items()
        .iter()
        .map(|r| {
            let number = |f: &str| r[f].number();
            (
                (r["branch_id"].text().to_owned(), number("year")),
                (number("quota"), number("admitted")),
            )
        })
        .collect();
    assert_eq!(by.len(), 50);
    for (b, quotas) in (1..).zip(&QUOTAS) {
        for (year, quota) in quotas.iter().enumerate() {
            let y = 2021 + i64::try_from(year).unwrap();
            assert_eq!(
                by[&(demo("0b", b, 0), y)],
                (i64::from(*quota), i64::from(*quota)),
                "branch {b} in {y}"
            );
            let sql = format!(
                "select count(*) from member m where m.branch_id = '{}' and m.joined_on = '{y}-11-05'",
                demo("0b", b, 0)
            );
            assert_eq!(
                owner.query_one(&sql, &[]).await.unwrap().get::<_, i64>(0),
                i64::from(*quota),
                "members who joined branch {b} in {y}"
            );
        }
    }
    let report = house.read("standing", "reports/progress").await.body;
    let years: Vec<_> = report["years"]
        .list()
        .iter()
        .map(|y| {
            (
                y["quota"].clone(),
                y["admitted"].clone(),
                y["gap"].clone(),
                y["pace"].clone(),
            )
        })
        .collect();
    assert_eq!(
        years,
        vec![(json!(6), json!(6), json!(0), json!("on_schedule")); 5]
    );
    shows!(report["term"], {"admitted": 30, "gap": 0, "projection": 30});
    let covered: i64 = owner
        .query_one(
            "select count(*) from branch b where kind <> 'commune_station' and (select count(*) from member m where m.branch_id = b.id and status = 'official' and deleted_at is null) >= 9",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    shows!(report["coverage"], {"with_committee": covered, "branches": 8});
    // everybody who was admitted was in an approved plan and has every act, in order
    for person in &people {
        let seen = house
            .read("office", &format!("candidates/{}", person.id))
            .await
            .body;
        assert_eq!(
            (&seen["stage"], &seen["planned_year"]),
            (&json!("probationary"), &json!(2021 + person.year)),
            "{}",
            person.name
        );
    }
    let kinds: Vec<String> = owner
        .query(
            "select distinct kind from act a where stage_after <> 'removed' group by kind having count(distinct candidate_id) >= 30 order by 1",
            &[],
        )
        .await
        .unwrap()
        .iter()
        .map(|r| r.get(0))
        .collect();
    for kind in [
        "nomination",
        "plan_decision",
        "sponsorship",
        "certificate",
        "dossier",
        "introduction",
        "verification",
        "opinion",
        "resolution",
        "document",
        "submission",
        "decision",
        "ceremony",
    ] {
        assert!(
            kinds.iter().any(|k| k == kind),
            "not everybody has a {kind}: {kinds:?}"
        );
    }
    // every review of the term was held on time
    for y in 2021..=2025 {
        let reviews = house
            .read("office", &format!("reports/reviews?year={y}"))
            .await;
        let timing: Vec<&Value> = reviews
            .items()
            .iter()
            .filter(|r| r["kind"] == "periodic")
            .map(|r| &r["timing"])
            .collect();
        assert_eq!(timing, vec!["held"; 40], "{y}");
    }
    assert!(
        house
            .read("office", "deadlines?kind=review,source_plan&overdue=true")
            .await
            .items()
            .is_empty()
    );
    let removed: i64 = owner
        .query_one(
            "select count(*) from candidate where stage = 'removed'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    let quality = house
        .read("office", "reports/quality?from=2021-01-01&to=2025-12-31")
        .await
        .body;
    let sum = |field: &str| {
        quality["branches"]
            .list()
            .iter()
            .map(|b| b[field].number())
            .sum::<i64>()
    };
    assert_eq!(
        (
            removed,
            sum("removed"),
            sum("nominated"),
            sum("adopted"),
            sum("admitted")
        ),
        (3, 3, 33, 30, 30)
    );
}
