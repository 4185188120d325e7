//! Branches over time: names, splits, mergers; who belonged where, figures that stay.
use serde_json::{Value, json};

use crate::support::{House, Plain, demo, shows};

const OFFICE: &str = "office";

async fn version(house: &House, path: &str) -> i64 {
    house.read(OFFICE, path).await.version()
}

/// Members of a branch on a day, by the register.
async fn there(house: &House, branch: &str, on: &str) -> Vec<String> {
    let register = house
        .read(OFFICE, &format!("branches/{branch}/register?on={on}"))
        .await;
    let ids = register
        .items()
        .iter()
        .map(|m| m["member_id"].text().to_owned())
        .collect::<Vec<_>>();
    assert_eq!(
        register.body["official"].as_u64().unwrap()
            + register.body["probationary"].as_u64().unwrap(),
        ids.len() as u64
    );
    ids
}

async fn admitted(house: &House, who: &str, branch: &str, year: i32) -> Value {
    let rows = house
        .read(
            who,
            &format!("annual-quotas?branch_id={branch}&year={year}"),
        )
        .await;
    rows.items()[0]["admitted"].clone()
}

#[tokio::test]
async fn a_renaming_has_its_day_and_the_old_name_stays_in_the_history() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}", demo("0b", 1, 0));
    let old = house.read(OFFICE, &path).await;
    let body = json!({"on": "2021-01-10", "name": "Chi bộ Hành chính", "paper_number": "12-QĐ/ĐU", "reason": "gọn tên"});
    let mut future = body.clone();
    future["on"] = json!("2021-01-16");
    let refused = house
        .step_with(OFFICE, &format!("{path}/renamings"), old.version(), future)
        .await
        .refused("validation_failed");
    assert_eq!(refused.faults(), vec!["/on"]);
    house
        .step_with(
            "standing",
            &format!("{path}/renamings"),
            old.version(),
            body.clone(),
        )
        .await
        .refused("forbidden");
    let new = house
        .advance_with(
            OFFICE,
            &format!("{path}/renamings"),
            old.version(),
            body.clone(),
        )
        .await;
    assert_eq!(new.body["name"], "Chi bộ Hành chính");
    house
        .step_with(OFFICE, &format!("{path}/renamings"), old.version(), body)
        .await
        .refused("precondition_failed");
    let history = house.read("union", &format!("{path}/changes")).await;
    assert_eq!(
        (
            history.items().len(),
            &history.items()[0]["from_name"],
            &history.items()[0]["on"]
        ),
        (1, &old.body["name"], &json!("2021-01-10"))
    );
}

/// S5, S15: a split and a merger move people from a day on; registers of past days and figures of past years stay.
#[tokio::test]
async fn a_split_and_a_merger_keep_who_belonged_where_and_the_figures_of_past_years() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let (third, fourth) = (demo("0b", 3, 0), demo("0b", 4, 0));
    let path = format!("/api/v1/branches/{third}");
    let before = there(&house, &third, "2022-06-01").await;
    let admitted_before = admitted(&house, OFFICE, &third, 2021).await;
    assert_ne!(
        admitted_before,
        json!(0),
        "the demo has admissions of branch 03 in 2021"
    );
    let owner = house.owner().await;
    let raw = owner
        .query("select id::text, stage from candidate where branch_id = $1::text::uuid and open order by id", &[&third])
        .await
        .unwrap()
        .iter()
        .map(|r| (r.get::<_, String>(0), r.get::<_, String>(1)))
        .collect::<Vec<_>>();
    let probationary = raw
        .iter()
        .find(|c| c.1 == "probationary")
        .expect("a probationary member of branch 03")
        .0
        .clone();
    let planned = raw
        .iter()
        .find(|c| c.1 == "in_plan")
        .expect("somebody in the plan of branch 03")
        .0
        .clone();
    let officer = demo("dd", 3, 1);
    let moving = [
        officer.clone(),
        demo("dd", 3, 5),
        demo("dd", 3, 6),
        probationary.clone(),
    ];
    let split = json!({"on": "2022-12-01", "number": "11", "name": "Chi bộ Cấp cứu", "kind": "clinical", "non_member_count": 5, "paper_number": "20-QĐ/ĐU",
        "member_ids": moving, "candidate_ids": [planned], "department_ids": []});
    let mut wrong = split.clone();
    let elsewhere = async |table: &str| -> String {
        let sql = format!("select id::text from {table} branch_id = $1::text::uuid limit 1");
        owner.query_one(&sql, &[&fourth]).await.unwrap().get(0)
    };
    wrong["member_ids"] = json!([demo("dd", 3, 5), demo("dd", 4, 1)]);
    wrong["candidate_ids"] = json!([planned, elsewhere("candidate where open and").await]);
    wrong["department_ids"] = json!([elsewhere("department where").await]);
    wrong["non_member_count"] = json!(1000);
    let refused = house
        .step_with(
            OFFICE,
            &format!("{path}/splits"),
            version(&house, &path).await,
            wrong,
        )
        .await
        .refused("validation_failed");
    assert_eq!(
        refused.faults(),
        vec![
            "/member_ids/1",
            "/candidate_ids/1",
            "/department_ids/0",
            "/non_member_count"
        ]
    );
    let non_members =
        async |path: &str| house.read(OFFICE, path).await.body["non_member_count"].number();
    let all_of_them = non_members(&path).await;
    let unread = house
        .post(OFFICE, &format!("{path}/splits"), split.clone())
        .await;
    assert_eq!(unread.status, 428);
    let fresh = house
        .step_with(
            OFFICE,
            &format!("{path}/splits"),
            version(&house, &path).await,
            split,
        )
        .await
        .expect(201);
    let (new, new_path) = (fresh.id(), format!("/api/v1/branches/{}", fresh.id()));
    shows!(fresh, {"founded_on": "2022-12-01", "official_members": 3});

    assert_eq!(
        (non_members(&path).await, non_members(&new_path).await),
        (all_of_them - 5, 5)
    );

    // the day before nothing had changed, from the day on they are elsewhere
    assert_eq!(there(&house, &third, "2022-06-01").await, before);
    assert!(there(&house, &new, "2022-11-30").await.is_empty());
    let mut moved = there(&house, &new, "2022-12-01").await;
    moved.sort();
    let mut expected = moving.to_vec();
    expected.sort();
    assert_eq!(moved, expected);
    assert_eq!(
        there(&house, &third, "2022-12-01").await.len(),
        before.len() - 4
    );
    // her office in the old branch ended
    let posts = house
        .read(OFFICE, &format!("{path}/officers?member_id={officer}"))
        .await;
    assert_eq!(posts.items()[0]["to_on"], "2022-11-30");
    // the candidacy is the new branch's, with its whole history; the old branch sees it no more
    let steps = house
        .read(OFFICE, &format!("candidates/{planned}"))
        .await
        .body;
    assert_eq!(steps["branch_id"], new.as_str());
    house
        .get("branch-03", &format!("candidates/{planned}"))
        .await
        .expect(404);
    assert!(
        house
            .read("branch-03", &format!("candidates/{planned}/timeline"))
            .await
            .items()
            .is_empty()
    );
    assert!(
        !house
            .read(OFFICE, &format!("candidates/{planned}/timeline"))
            .await
            .items()
            .is_empty()
    );
    let acts: i64 = owner
        .query_one(
            "select count(*) from act where candidate_id = $1::text::uuid and branch_id = $2::text::uuid and recorded_branch_id = $3::text::uuid",
            &[&planned, &new, &third],
        )
        .await
        .unwrap()
        .get(0);
    assert!(acts > 0);
    // an admission of 2021 is still the old branch's
    assert_eq!(
        admitted(&house, OFFICE, &third, 2021).await,
        admitted_before
    );
    assert_eq!(admitted(&house, OFFICE, &new, 2021).await, json!(0));

    // merged into branch 04: an open review holds it up, then everybody goes
    let review = json!({"branch_id": third, "kind": "periodic", "year": 2022, "period": 4});
    let review = house.create("branch-03", "reviews", review).await;
    let merge = json!({"on": "2022-12-15", "paper_number": "21-QĐ/ĐU", "into_branch_id": fourth});
    house
        .step_with(
            OFFICE,
            &format!("{path}/closures"),
            version(&house, &path).await,
            merge.clone(),
        )
        .await
        .refused("invalid_transition");
    house
        .remove("branch-03", &format!("reviews/{}", review.id()), 1)
        .await;
    let alone = json!({"on": "2022-12-15", "paper_number": "21-QĐ/ĐU"});
    house
        .step_with(
            OFFICE,
            &format!("{path}/closures"),
            version(&house, &path).await,
            alone,
        )
        .await
        .refused("has_dependents");
    let mut itself = merge.clone();
    itself["into_branch_id"] = json!(third);
    let refused = house
        .step_with(
            OFFICE,
            &format!("{path}/closures"),
            version(&house, &path).await,
            itself,
        )
        .await;
    refused.invalid(&["/into_branch_id"]);
    let posts = async || -> Vec<i64> {
        let sql = "select (select count(*) from branch_officer where branch_id = b.id and to_on is null), \
                          (select count(*) from branch_overseer where branch_id = b.id and to_on is null) from branch b where id = $1::text::uuid";
        let row = owner.query_one(sql, &[&third]).await.unwrap();
        vec![row.get(0), row.get(1)]
    };
    assert!(posts().await.iter().all(|n| *n > 0), "{:?}", posts().await);
    let counted =
        async || house.read(OFFICE, "reports/progress").await.body["coverage"]["branches"].number();
    let fourth_path = format!("/api/v1/branches/{fourth}");
    let (before_merger, departments) = (non_members(&fourth_path).await, counted().await);
    let (old_count, other_count) = (
        there(&house, &third, "2022-12-15").await.len(),
        there(&house, &fourth, "2022-12-15").await.len(),
    );
    let closed = house
        .advance_with(
            OFFICE,
            &format!("{path}/closures"),
            version(&house, &path).await,
            merge.clone(),
        )
        .await;
    shows!(closed, {"closed_on": "2022-12-15", "merged_into_id": fourth, "official_members": 0});
    house
        .step_with(OFFICE, &format!("{path}/closures"), closed.version(), merge)
        .await
        .refused("invalid_transition");
    assert_eq!(posts().await, [0, 0]);
    assert_eq!(
        (non_members(&path).await, non_members(&fourth_path).await),
        (0, before_merger + all_of_them - 5)
    );
    assert_eq!(counted().await, departments - 1);
    // nobody is merged into a branch that has ended
    let into_closed =
        json!({"on": "2022-12-16", "paper_number": "22-QĐ/ĐU", "into_branch_id": third});
    let at = version(&house, &new_path).await;
    house
        .step_with(OFFICE, &format!("{new_path}/closures"), at, into_closed)
        .await
        .invalid(&["/into_branch_id"]);
    // the year in which it was closed may still give it a quota, a later one not
    for (year, status) in [(2022, 200), (2023, 422)] {
        let plan = format!("/api/v1/quota-plans/{}", demo("90", 0, year));
        let version = version(&house, &plan).await;
        let lines = json!([{"branch_id": third, "quota": 1, "rationale": "nguồn"}]);
        let answer = match year {
            2022 => {
                house
                    .step_with(
                        OFFICE,
                        &format!("{plan}/revisions"),
                        version,
                        json!({"reason": "sáp nhập", "lines": lines}),
                    )
                    .await
            }
            _ => {
                house
                    .patch(OFFICE, &plan, version, json!({"lines": lines}))
                    .await
            }
        };
        let wrong = answer.expect(status).faults();
        assert!(
            status == 200 || wrong == ["/lines/0/branch_id"],
            "{wrong:?}"
        );
    }
    assert_eq!(there(&house, &third, "2022-12-15").await.len(), old_count);
    assert!(there(&house, &third, "2022-12-16").await.is_empty());
    assert_eq!(
        there(&house, &fourth, "2022-12-16").await.len(),
        old_count + other_count
    );
    assert_eq!(
        admitted(&house, OFFICE, &third, 2021).await,
        admitted_before
    );
    let left: i64 = owner
        .query_one(
            "select count(*) from candidate where branch_id = $1::text::uuid and open",
            &[&third],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(left, 0);
    // nobody comes to a closed branch, and it has no duties any more
    let person = json!({"full_name": "Trịnh Thị Hải Yến", "birth_date": "1996-02-02", "sex": "female", "branch_id": third, "paper_number": "77-NQ", "paper_on": "2022-12-18",
        "youth_union_member": true, "trade_union_member": true});
    house
        .post("union", "nominations", person)
        .await
        .invalid(&["/branch_id"]);
    house.travel("2023-02-01");
    let duties = house
        .read(
            OFFICE,
            &format!("deadlines?kind=review&branch_id={third}&due_on_from=2023-01-01"),
        )
        .await;
    assert!(duties.items().is_empty());
    let kinds: Vec<Value> = house
        .read(OFFICE, &format!("{path}/changes?sort=created_at"))
        .await
        .items()
        .iter()
        .map(|c| c["kind"].clone())
        .collect();
    assert_eq!(
        &kinds[kinds.len() - 2..],
        &[json!("split"), json!("merged")]
    );
    let founded = house.read(OFFICE, &format!("{new_path}/changes")).await;
    shows!(founded.items()[0], {"kind": "founded", "other_branch_id": third});
}

/// A branch that is not merged ends only when nobody and nothing is left in it.
#[tokio::test]
async fn a_branch_with_a_member_a_candidate_or_a_department_is_not_just_closed() {
    let house = House::build().await;
    let closing = json!({"on": "2021-01-15", "paper_number": "23-QĐ/ĐU"});
    let mut left = Vec::new();
    for number in 21..=24 {
        let body = json!({"number": number.to_string(), "name": format!("Chi bộ {number}"), "kind": "clinical", "non_member_count": 3, "previous_term_admissions": 0});
        left.push(house.create(OFFICE, "branches", body).await.id());
    }
    let member = json!({"branch_id": left[0], "full_name": "Mai Thị Lan Chi", "sex": "female", "birth_date": "1985-05-05", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    house.create(OFFICE, "members", member).await;
    let person = json!({"full_name": "Mai Thị Thu Trang", "birth_date": "1996-02-02", "sex": "female", "branch_id": left[1], "paper_number": "78-NQ",
        "paper_on": "2021-01-10", "youth_union_member": true, "trade_union_member": true});
    house.create("union", "nominations", person).await;
    house
        .create(
            OFFICE,
            "departments",
            json!({"branch_id": left[2], "name": "Khoa thử", "kind": "clinical"}),
        )
        .await;
    for (n, id) in left.iter().enumerate() {
        let path = format!("/api/v1/branches/{id}");
        let at = version(&house, &path).await;
        let answer = house
            .step_with(OFFICE, &format!("{path}/closures"), at, closing.clone())
            .await;
        match n {
            3 => assert_eq!(answer.expect(200).body["closed_on"], "2021-01-15"),
            _ => _ = answer.refused("has_dependents"),
        }
    }
}

/// S15: a transfer of a probationary member takes the file along; the register of the branch counts from that day.
#[tokio::test]
async fn a_probationary_members_file_goes_along_with_a_transfer() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let owner = house.owner().await;
    let who: String = owner
        .query_one(
            "select c.id::text from candidate c join member m on m.id = c.id where c.stage = 'probationary' and c.branch_id = $1::text::uuid limit 1",
            &[&demo("0b", 3, 0)],
        )
        .await
        .unwrap()
        .get(0);
    let path = format!("/api/v1/members/{who}");
    let at = version(&house, &path).await;
    house
        .advance_with(
            OFFICE,
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10"}),
        )
        .await;
    let seen = house
        .read("branch-04", &format!("candidates/{who}/next-steps"))
        .await
        .body;
    assert_eq!(seen["stage"], "probationary");
    house
        .get("branch-03", &format!("candidates/{who}/next-steps"))
        .await
        .expect(404);
    assert!(
        there(&house, &demo("0b", 3, 0), "2022-12-09")
            .await
            .contains(&who)
    );
    assert!(
        there(&house, &demo("0b", 4, 0), "2022-12-10")
            .await
            .contains(&who)
    );
    // who sat in the old branch's committee leaves it
    let secretary = demo("dd", 3, 1);
    let path = format!("/api/v1/members/{secretary}");
    let at = version(&house, &path).await;
    house
        .advance_with(
            OFFICE,
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10"}),
        )
        .await;
    let posts = house
        .read(
            OFFICE,
            &format!(
                "branches/{}/officers?member_id={secretary}",
                demo("0b", 3, 0)
            ),
        )
        .await;
    assert_eq!(posts.items()[0]["to_on"], "2022-12-09");
}

/// S39: the committee's classification of a branch is kept once a year, seen where it may be, and stands beside the branch's admissions.
#[tokio::test]
async fn a_branch_is_classified_once_a_year_and_the_report_of_quality_shows_it() {
    let house = House::build().await;
    let all = "/api/v1/branch-classifications";
    let body = json!({"branch_id": demo("0b", 1, 0), "year": 2019, "grade": "excellent", "decided_on": "2019-12-30", "paper_number": "30-QĐ/ĐU"});
    for who in [
        "standing",
        "branch-01",
        "overseer",
        "union",
        "youth",
        "upper",
        "district-script",
        "admin",
    ] {
        house
            .post(who, all, body.clone())
            .await
            .refused("forbidden");
    }
    let made = house.create(OFFICE, all, body.clone()).await;
    assert_eq!(
        [&made.body["grade"], &made.body["year"], &made.body["note"]],
        [&json!("excellent"), &json!(2019), &Value::Null]
    );
    house
        .post(OFFICE, all, body.clone())
        .await
        .duplicate("/year");
    for (field, value, pointer) in [
        ("grade", json!("great"), "/grade"),
        ("year", json!(1980), "/year"),
        ("decided_on", json!("2018-12-30"), "/decided_on"),
        ("decided_on", json!("2021-01-16"), "/decided_on"),
        ("paper_number", json!(" "), "/paper_number"),
        ("branch_id", json!(demo("0b", 77, 0)), "/branch_id"),
    ] {
        let mut wrong = body.clone();
        wrong[field] = value;
        assert_eq!(
            house
                .post(OFFICE, all, wrong)
                .await
                .refused("validation_failed")
                .faults(),
            [pointer],
            "{field}"
        );
    }
    let path = format!("{all}/{}", made.id());
    let elsewhere = json!({"branch_id": demo("0b", 2, 0)});
    house
        .patch(OFFICE, &path, 1, elsewhere)
        .await
        .invalid(&["/branch_id"]);
    house
        .patch(OFFICE, &path, 9, json!({"grade": "good"}))
        .await
        .refused("precondition_failed");
    let changed = house
        .change(
            OFFICE,
            &path,
            1,
            json!({"grade": "good", "note": "Điều chỉnh sau phúc tra"}),
        )
        .await;
    assert_eq!(
        (&changed.body["grade"], changed.version()),
        (&json!("good"), 2)
    );
    // each role sees its own
    for (who, seen) in [
        ("standing", 9),
        ("overseer", 4),
        ("branch-01", 2),
        ("branch-02", 1),
        ("upper", 9),
    ] {
        assert_eq!(house.read(who, all).await.items().len(), seen, "{who}");
    }
    house.get("branch-02", &path).await.refused("not_found");
    house.get("union", all).await.refused("forbidden");
    // beside the admissions
    let report = house
        .read("branch-01", "reports/quality?from=2019-01-01&to=2020-12-31")
        .await
        .body;
    let grades = json!([{"year": 2019, "grade": "good"}, {"year": 2020, "grade": "good"}]);
    assert_eq!(report["branches"][0]["classifications"], grades);
    let later = house
        .read(OFFICE, "reports/quality?from=2020-01-01&to=2020-12-31")
        .await
        .body;
    shows!(later["branches"][2], {"classifications": [{"year": 2020, "grade": "excellent"}]});
    assert_eq!(later["branches"][8]["classifications"], json!([]));
    house.remove(OFFICE, &path, 2).await;
    house.create(OFFICE, all, body).await;
}
