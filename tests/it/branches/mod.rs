//! Branches: their figures, names and numbers, their splits and mergers.
mod closed;
mod records;

use crate::support::PASSWORD;
use serde_json::{Value, json};

use crate::support::{House, Plain, branch, demo, same_when_read, shows, with};

pub async fn version(house: &House, path: &str) -> i64 {
    house.read("office", path).await.version()
}

/// The members of a branch on a day, according to the register.
pub async fn there(house: &House, branch: &str, on: &str) -> Vec<String> {
    let register = house
        .read("office", &format!("branches/{branch}/register?on={on}"))
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
    let old = house.read("office", &path).await;
    let body = json!({"on": "2021-01-10", "name": "Chi bộ Hành chính", "paper_number": "12-QĐ/ĐU", "reason": "gọn tên"});
    let mut future = body.clone();
    future["on"] = json!("2021-01-16");
    let refused = house
        .step_with(
            "office",
            &format!("{path}/renamings"),
            old.version(),
            future,
        )
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
            "office",
            &format!("{path}/renamings"),
            old.version(),
            body.clone(),
        )
        .await;
    assert_eq!(new.body["name"], "Chi bộ Hành chính");
    // once it has a history, a new name needs a day and a paper
    house
        .patch(
            "office",
            &path,
            new.version(),
            json!({"name": "Chi bộ Khác"}),
        )
        .await
        .invalid(&["/name"]);
    house
        .step_with("office", &format!("{path}/renamings"), old.version(), body)
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

/// S5, S15: a split and a merger move people from a certain day on. Registers of earlier days and
/// figures of past years do not change.
#[tokio::test]
async fn a_split_and_a_merger_keep_who_belonged_where_and_the_figures_of_past_years() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let (third, fourth) = (demo("0b", 3, 0), demo("0b", 4, 0));
    let path = format!("/api/v1/branches/{third}");
    let before = there(&house, &third, "2022-06-01").await;
    let admitted_before = admitted(&house, "office", &third, 2021).await;
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
            "office",
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
        async |path: &str| house.read("office", path).await.body["non_member_count"].number();
    let all_of_them = non_members(&path).await;
    let unread = house
        .post("office", &format!("{path}/splits"), split.clone())
        .await;
    assert_eq!(unread.status, 428);
    let fresh = house
        .step_with(
            "office",
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

    // until the day before nothing has changed; from that day on the people are elsewhere
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
    // her post in the old branch has ended
    let posts = house
        .read("office", &format!("{path}/officers?member_id={officer}"))
        .await;
    assert_eq!(posts.items()[0]["to_on"], "2022-11-30");
    // the candidacy belongs to the new branch with its whole history, and the old branch cannot see
    // it
    let steps = house
        .read("office", &format!("candidates/{planned}"))
        .await
        .body;
    assert_eq!(steps["branch_id"], new.as_str());
    house
        .get("branch-03", &format!("candidates/{planned}"))
        .await
        .expect(404);
    house
        .get("branch-03", &format!("candidates/{planned}/timeline"))
        .await
        .expect(404);
    assert!(
        !house
            .read("office", &format!("candidates/{planned}/timeline"))
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
    // an admission of 2021 still counts for the old branch
    assert_eq!(
        admitted(&house, "office", &third, 2021).await,
        admitted_before
    );
    assert_eq!(admitted(&house, "office", &new, 2021).await, json!(0));

    // an open review blocks the merger into branch 04; after that the merger moves everyone
    let review = json!({"branch_id": third, "kind": "periodic", "year": 2022, "period": 4});
    let review = house.create("branch-03", "reviews", review).await;
    let merge = json!({"on": "2022-12-15", "paper_number": "21-QĐ/ĐU", "into_branch_id": fourth});
    house
        .step_with(
            "office",
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
            "office",
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
            "office",
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
    let counted = async || {
        house.read("office", "reports/progress").await.body["coverage"]["branches"].number()
    };
    let fourth_path = format!("/api/v1/branches/{fourth}");
    let (before_merger, departments) = (non_members(&fourth_path).await, counted().await);
    let (old_count, other_count) = (
        there(&house, &third, "2022-12-15").await.len(),
        there(&house, &fourth, "2022-12-15").await.len(),
    );
    let closed = house
        .advance_with(
            "office",
            &format!("{path}/closures"),
            version(&house, &path).await,
            merge.clone(),
        )
        .await;
    shows!(closed, {"closed_on": "2022-12-15", "merged_into_id": fourth, "official_members": 0});
    house
        .step_with(
            "office",
            &format!("{path}/closures"),
            closed.version(),
            merge,
        )
        .await
        .refused("invalid_transition");
    assert_eq!(posts().await, [0, 0]);
    assert_eq!(
        (non_members(&path).await, non_members(&fourth_path).await),
        (0, before_merger + all_of_them - 5)
    );
    assert_eq!(counted().await, departments - 1);
    // a closed branch cannot be merged into
    let into_closed =
        json!({"on": "2022-12-16", "paper_number": "22-QĐ/ĐU", "into_branch_id": third});
    let at = version(&house, &new_path).await;
    house
        .step_with("office", &format!("{new_path}/closures"), at, into_closed)
        .await
        .invalid(&["/into_branch_id"]);
    // a quota for the closed branch is possible in the year of its closure, but not later
    for (year, status) in [(2022, 200), (2023, 422)] {
        let plan = format!("/api/v1/quota-plans/{}", demo("90", 0, year));
        let version = version(&house, &plan).await;
        let lines = json!([{"branch_id": third, "quota": 1, "rationale": "nguồn"}]);
        let answer = match year {
            2022 => {
                house
                    .step_with(
                        "office",
                        &format!("{plan}/revisions"),
                        version,
                        json!({"reason": "sáp nhập", "lines": lines}),
                    )
                    .await
            }
            _ => {
                house
                    .patch("office", &plan, version, json!({"lines": lines}))
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
        admitted(&house, "office", &third, 2021).await,
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
    // a closed branch accepts nobody and has no duties
    let person = json!({"full_name": "Trịnh Thị Hải Yến", "birth_date": "1996-02-02", "sex": "female", "branch_id": third, "paper_number": "77-NQ", "paper_on": "2022-12-18",
        "youth_union_member": true, "trade_union_member": true});
    house
        .post("union", "nominations", person)
        .await
        .invalid(&["/branch_id"]);
    house.travel("2023-02-01");
    let duties = house
        .read(
            "office",
            &format!("deadlines?kind=review&branch_id={third}&due_on_from=2023-01-01"),
        )
        .await;
    assert!(duties.items().is_empty());
    let kinds: Vec<Value> = house
        .read("office", &format!("{path}/changes?sort=created_at"))
        .await
        .items()
        .iter()
        .map(|c| c["kind"].clone())
        .collect();
    assert_eq!(
        &kinds[kinds.len() - 2..],
        &[json!("split"), json!("merged")]
    );
    let founded = house.read("office", &format!("{new_path}/changes")).await;
    shows!(founded.items()[0], {"kind": "founded", "other_branch_id": third});
}

/// Without a merger, only an empty branch can be closed.
#[tokio::test]
async fn a_branch_with_a_member_a_candidate_or_a_department_is_not_just_closed() {
    let house = House::build().await;
    let closing = json!({"on": "2021-01-15", "paper_number": "23-QĐ/ĐU"});
    let mut left = Vec::new();
    for number in 21..=24 {
        let body = json!({"number": number.to_string(), "name": format!("Chi bộ {number}"), "kind": "clinical", "founded_on": "2021-01-01", "non_member_count": 3, "previous_term_admissions": 0});
        left.push(house.create("office", "branches", body).await.id());
    }
    let member = json!({"branch_id": left[0], "full_name": "Mai Thị Lan Chi", "sex": "female", "birth_date": "1985-05-05", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    house.create("office", "members", member).await;
    let person = json!({"full_name": "Mai Thị Thu Trang", "birth_date": "1996-02-02", "sex": "female", "branch_id": left[1], "paper_number": "78-NQ",
        "paper_on": "2021-01-10", "youth_union_member": true, "trade_union_member": true});
    house.create("union", "nominations", person).await;
    house
        .create(
            "office",
            "departments",
            json!({"branch_id": left[2], "name": "Khoa thử", "kind": "clinical"}),
        )
        .await;
    for (n, id) in left.iter().enumerate() {
        let path = format!("/api/v1/branches/{id}");
        let at = version(&house, &path).await;
        let answer = house
            .step_with("office", &format!("{path}/closures"), at, closing.clone())
            .await;
        match n {
            3 => assert_eq!(answer.expect(200).body["closed_on"], "2021-01-15"),
            _ => _ = answer.refused("has_dependents"),
        }
    }
}

#[tokio::test]
async fn branches_show_their_figures() {
    let house = House::build().await;
    let list = house.read("office", "branches?sort=number").await;
    let sum = |field: &str| list.items().iter().map(|b| b[field].number()).sum::<i64>();
    let sums = [
        "official_members",
        "probationary_members",
        "non_member_count",
        "previous_term_admissions",
    ]
    .map(sum);
    assert_eq!((list.items().len(), sums), (10, [98, 12, 180, 22]));
    let with = list
        .items()
        .iter()
        .filter(|b| b["kind"] != "commune_station" && b["has_branch_committee"] == true)
        .count();
    assert_eq!(
        with, 7,
        "7 of the 8 department branches have a branch committee"
    );
    let gaps: Vec<_> = list
        .items()
        .iter()
        .map(|b| b["committee_gap"].number())
        .collect();
    assert_eq!(gaps, [0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    let official: Vec<_> = list
        .items()
        .iter()
        .map(|b| b["official_members"].number())
        .collect();
    assert_eq!(official, [14, 9, 12, 11, 12, 10, 9, 8, 7, 6]);
}

#[tokio::test]
async fn a_branch_of_nine_that_loses_one_lacks_one_for_a_committee() {
    let house = House::build().await;
    let member = demo("dd", 2, 9);
    let left = json!({"on": "2021-01-10", "ground": "deceased", "paper_number": "1"});
    house
        .step_with(
            "office",
            &format!("/api/v1/members/{member}/leavings"),
            1,
            left,
        )
        .await
        .expect(201);
    let now = house
        .read("office", &format!("branches/{}", branch(2)))
        .await;
    assert_eq!(
        (
            now.body["has_branch_committee"].as_bool(),
            now.body["committee_gap"].as_i64()
        ),
        (Some(false), Some(1))
    );
}

fn eleventh() -> Value {
    json!({"number": "11", "name": "Chi bộ Y học cổ truyền", "kind": "clinical",
        "non_member_count": 12, "previous_term_admissions": 1})
}

#[tokio::test]
async fn branches_are_numbered_once_by_the_office() {
    let house = House::build().await;
    let body = eleventh();
    let made = house.create("office", "branches", body.clone()).await;
    shows!(made, {"committee_gap": 9, "has_branch_committee": false});
    let path = same_when_read(&house, "standing", &made).await;
    house
        .post("office", "branches", body.clone())
        .await
        .duplicate("/number");
    house
        .patch("office", &path, 1, json!({"number": "01"}))
        .await
        .duplicate("/number");
    house
        .patch(
            "office",
            &path,
            1,
            json!({"non_member_count": -1, "kind": "ward"}),
        )
        .await
        .invalid(&["/non_member_count", "/kind"]);
    house
        .patch("branch-01", &path, 1, json!({"name": "x"}))
        .await
        .refused("forbidden");
    shows!(house.change("office", &path, 1, json!({"non_member_count": 11})).await, {
        "non_member_count": 11
    });
}

#[tokio::test]
async fn a_branch_stays_while_something_belongs_to_it() {
    let house = House::build().await;
    let body = eleventh();
    let made = house.create("office", "branches", body.clone()).await;
    let path = made.location().to_owned();
    for n in [1, 10] {
        house
            .delete("office", &format!("branches/{}", branch(n)), 1)
            .await
            .refused("has_dependents");
    }
    // a line in a draft plan blocks the removal; once the draft is removed, the branch can be too
    let plan = json!({"term_id": demo("7e", 0, 1), "year": 2021, "lines": [{"branch_id": made.id(), "quota": 1, "rationale": "thử"}]});
    let plan = house.create("office", "quota-plans", plan).await;
    house
        .delete("office", &path, 1)
        .await
        .refused("has_dependents");
    house
        .remove("office", &format!("quota-plans/{}", plan.id()), 1)
        .await;
    house.remove("office", &path, 1).await;
    house.get("office", &path).await.refused("not_found");
    house.create("office", "branches", body).await;
}

/// S15: a merger moves the file to the other branch, but the old branch's remarks stay hidden
/// there. The old branch's committee can no longer sign in.
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
    let found = house.column(&found).await;
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
    // the rows that move with the file, settled duties included
    let parts = ["act", "deadline", "enrolment", "sponsorship", "nomination"];
    let hangs = async |branch: &str| -> Vec<i64> {
        let mut all = Vec::new();
        for table in parts {
            all.push(house.count(&format!("select count(*) from {table} where candidate_id = '{who}' and branch_id = '{branch}'")).await);
        }
        let sql = format!(
            "select count(*) from attendance a join enrolment e on e.id = a.enrolment_id where e.candidate_id = '{who}' and a.branch_id = '{branch}'"
        );
        all.push(house.count(&sql).await);
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
            .read("office", &format!("{note}?reason=thẩm%20định%20hồ%20sơ"))
            .await
            .text
            .contains("ZQNOTE")
    );
    // the entry in the old branch's plan keeps its text, but no longer links to the person
    shows!(house.read("office", &format!("source-plan-entries/{entry}")).await, {
        "candidate_id": null
    });

    // the committee's session and password no longer work
    house.get("branch-03", "me").await.expect(401);
    let form = [
        ("grant_type", "password"),
        ("username", "branch-03"),
        ("password", PASSWORD),
    ];
    assert_eq!(house.form("/api/v1/auth/token", &form).await.status, 400);
    let account = house
        .column("select id::text from account where login = 'branch-03'")
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

/// A Youth Union is founded or dissolved on a day: acts dated before are still judged by what was
/// true then.
#[tokio::test]
async fn a_youth_union_is_there_until_the_day_on_which_it_is_not() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}", branch(4));
    let seen = version(&house, &path).await;
    // acknowledged, because acts of later days rest on it
    let change = |on: &str| json!({"has_youth_union": false, "youth_union_from_on": on, "acknowledged": true, "reason": "đúng với thực tế"});
    house
        .patch("office", &path, seen, change("2021-01-16"))
        .await
        .invalid(&["/youth_union_from_on"]);
    let gone = house
        .change("office", &path, seen, change("2021-01-10"))
        .await;
    shows!(gone, {"has_youth_union": false, "youth_union_changed_on": ["2021-01-10"]});
    let back = |on: &str| json!({"has_youth_union": true, "youth_union_from_on": on});
    let again = house
        .change("office", &path, gone.version(), back("2021-01-12"))
        .await;
    shows!(again, {"youth_union_changed_on": ["2021-01-10", "2021-01-12"]});
    // a change made by mistake is undone by the opposite change on the same day; a wrong day is
    // corrected
    let mut seen = again.version();
    house
        .patch(
            "office",
            &path,
            seen,
            json!({"youth_union_from_on": "2021-01-10"}),
        )
        .await
        .invalid(&["/youth_union_from_on"]);
    for (change, flag, days) in [
        (
            json!({"youth_union_from_on": "2021-01-11"}),
            true,
            json!(["2021-01-10", "2021-01-11"]),
        ),
        (change("2021-01-11"), false, json!(["2021-01-10"])),
        (
            with(&change("2020-12-01"), json!({"has_youth_union": false})),
            false,
            json!(["2020-12-01"]),
        ),
        (back("2020-12-01"), true, json!([])),
    ] {
        let after = house.change("office", &path, seen, change).await;
        shows!(after, {"has_youth_union": flag, "youth_union_changed_on": days});
        seen = after.version();
    }
    // neither the day of an undone change, nor a day in the future or before the branch existed
    for on in ["2021-01-10", "2099-01-01", "1900-01-01"] {
        let day = json!({"youth_union_from_on": on});
        house
            .patch("office", &path, seen, day)
            .await
            .invalid(&["/youth_union_from_on"]);
    }
    // a change dated today can be undone on the same day
    let today = json!({"has_youth_union": false, "acknowledged": true, "reason": "nhầm"});
    let seen = house.change("office", &path, seen, today).await.version();
    let back = house
        .change("office", &path, seen, json!({"has_youth_union": true}))
        .await;
    shows!(back, {"has_youth_union": true, "youth_union_changed_on": []});
}

/// For a branch that is entered after its founding, the request says since when there has or has
/// not been a Youth Union. That day cannot be before the founding.
#[tokio::test]
async fn a_new_branch_says_since_when_there_is_a_youth_union() {
    let house = House::build().await;
    let new = |number: u8, has: bool, since: &str| {
        json!({"number": number.to_string(), "name": format!("Chi bộ {number}"), "kind": "clinical", "founded_on": "2020-02-29", "non_member_count": 3,
            "previous_term_admissions": 0, "has_youth_union": has, "youth_union_from_on": since})
    };
    for since in ["2020-02-28", "2021-01-16"] {
        let wrong = house.post("office", "branches", new(50, true, since)).await;
        wrong.invalid(&["/youth_union_from_on"]);
    }
    for (number, has, since, days) in [
        (51, true, "2020-11-01", json!(["2020-11-01"])),
        (52, false, "2020-11-01", json!(["2020-11-01"])),
        (53, true, "2020-02-29", json!([])),
    ] {
        let made = house.create("office", "branches", new(number, has, since));
        shows!(made.await, {"has_youth_union": has, "youth_union_changed_on": days});
    }
}

/// The body of a split of branch 03 on this day that takes these people along.
fn split_off(on: &str, members: &[String], candidates: &[String]) -> Value {
    json!({"on": on, "number": "12", "name": "Chi bộ Mới", "kind": "clinical", "non_member_count": 0,
        "paper_number": "21-QĐ/ĐU", "member_ids": members, "candidate_ids": candidates, "department_ids": []})
}

#[tokio::test]
async fn a_probationary_member_and_their_file_go_to_the_new_branch_together() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let path = format!("branches/{}", branch(4));
    let splits = format!("{path}/splits");
    let person = demo("ca", 4, 6);
    let twice = split_off("2022-12-01", &[], &[person.clone(), person.clone()]);
    let seen = version(&house, &path).await;
    let refused = house.step_with("office", &splits, seen, twice);
    refused.await.invalid(&["/candidate_ids/1"]);
    let split = split_off("2022-12-01", &[], std::slice::from_ref(&person));
    let taken = with(&split, json!({"number": "05"}));
    let refused = house.step_with("office", &splits, seen, taken);
    refused.await.duplicate("/number");
    let fresh = house.step_with("office", &splits, seen, split);
    let fresh = fresh.await.expect(201).id();
    for row in ["candidates", "members"] {
        let row = house.read("office", &format!("{row}/{person}")).await;
        assert_eq!(row.body["branch_id"], json!(fresh));
    }
    assert_eq!(
        there(&house, &fresh, "2022-12-01").await,
        std::slice::from_ref(&person)
    );
    // the audit trail has an entry for everyone who moved
    for resource in ["member", "candidate"] {
        let path = format!("audit-entries?resource={resource}&resource_id={person}");
        let trail = house.read("admin", &path).await;
        let now = house
            .read("office", &format!("{resource}s/{person}"))
            .await
            .version();
        shows!(trail.items()[0], {"fields": ["branch_id"], "action": "branches.write", "resource_version": now});
    }
    // the founding day of a branch that a split created follows from the split and cannot be edited
    let path = format!("/api/v1/branches/{fresh}");
    let seen = version(&house, &path).await;
    for on in ["2022-12-05", "2020-10-01"] {
        house
            .patch("office", &path, seen, json!({"founded_on": on}))
            .await
            .invalid(&["/founded_on"]);
    }
}

/// A member who joined the branch on the day of the split or later is named in the refusal.
#[tokio::test]
async fn a_split_names_who_came_too_late_to_move() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let member = json!({"branch_id": branch(4), "full_name": "Lò Thị Mới", "sex": "female", "birth_date": "1988-04-12", "status": "official", "activity": "active",
        "joined_on": "2015-03-03", "official_on": "2016-03-03", "from_on": "2022-12-10"});
    let late = house.create("office", "members", member).await.id();
    let splits = format!("branches/{}/splits", branch(4));
    let seen = version(&house, &format!("branches/{}", branch(4))).await;
    let other = demo("dd", 4, 5);
    for (on, fits) in [
        ("2022-12-01", false),
        ("2022-12-10", false),
        ("2022-12-11", true),
    ] {
        let split = split_off(on, &[other.clone(), late.clone()], &[]);
        let answer = house.step_with("office", &splits, seen, split).await;
        if fits {
            answer.expect(201);
        } else {
            answer.invalid(&["/member_ids/1"]);
        }
    }
}

#[tokio::test]
async fn a_branch_is_not_split_or_merged_before_its_vote_on_a_person_who_moves() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let path = format!("branches/{}", branch(3));
    let (splits, closures) = (format!("{path}/splits"), format!("{path}/closures"));
    let seen = version(&house, &path).await;
    let person = demo("ca", 3, 5);
    let split = split_off("2022-01-10", &[], &[person]);
    let refused = house.step_with("office", &splits, seen, split);
    refused.await.invalid(&["/on"]);
    let merger =
        json!({"on": "2022-01-10", "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(4)});
    let refused = house.step_with("office", &closures, seen, merger);
    refused.await.invalid(&["/on"]);
    let itself =
        json!({"on": "2022-12-10", "paper_number": "22-QĐ/ĐU", "into_branch_id": branch(3)});
    let refused = house.step_with("office", &closures, seen, itself);
    refused.await.invalid(&["/into_branch_id"]);
}

#[tokio::test]
async fn a_branch_is_renamed_after_its_last_renaming_and_not_before_it_was_founded() {
    let house = House::build().await;
    let new = json!({"number": "31", "name": "Chi bộ Mới", "kind": "clinical", "founded_on": "2020-06-01",
        "non_member_count": 3, "previous_term_admissions": 0});
    let made = house.create("office", "branches", new).await;
    let path = format!("{}/renamings", made.location());
    let named = |on: &str| json!({"on": on, "name": format!("Chi bộ {on}"), "paper_number": "1"});
    let refused = house.step_with("office", &path, 1, named("2020-05-31"));
    refused.await.invalid(&["/on"]);
    house
        .advance_with("office", &path, 1, named("2020-12-01"))
        .await;
    for earlier in ["2020-12-01", "2020-07-01"] {
        let refused = house.step_with("office", &path, 2, named(earlier));
        refused.await.invalid(&["/on"]);
    }
    house
        .advance_with("office", &path, 2, named("2020-12-02"))
        .await;
}

/// No record about a branch can be dated before the branch was founded.
#[tokio::test]
async fn nothing_is_recorded_of_a_branch_before_its_first_day() {
    let house = House::build().await;
    let new = json!({"number": "32", "name": "Chi bộ Trẻ", "kind": "clinical", "founded_on": "2021-01-11",
        "non_member_count": 3, "previous_term_admissions": 0});
    let id = house.create("office", "branches", new).await.id();
    let person = json!({"branch_id": id, "full_name": "Hồ Thị Sớm", "sex": "female", "birth_date": "1990-02-03",
        "youth_union_member": false, "trade_union_member": true, "paper_number": "41-NQ/CĐ", "paper_on": "2021-01-10"});
    let activity = json!({"branch_id": id, "kind": "study", "topic": "Học tập", "on": "2021-01-10",
        "organiser": "party_office", "audience": ["members"], "department_heads": false});
    let inspection =
        json!({"branch_id": id, "on": "2021-01-10", "kind": "check", "findings": "Tốt."});
    let grade = json!({"branch_id": id, "year": 2020, "grade": "good", "decided_on": "2021-01-12", "paper_number": "1"});
    let overseer = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-10"});
    for (who, path, body, field) in [
        ("union", "nominations".to_owned(), person, "/paper_on"),
        ("office", "activities".to_owned(), activity, "/on"),
        ("office", "inspections".to_owned(), inspection, "/on"),
        (
            "office",
            "branch-classifications".to_owned(),
            grade,
            "/year",
        ),
        (
            "office",
            format!("branches/{id}/overseers"),
            overseer,
            "/from_on",
        ),
    ] {
        house.post(who, &path, body).await.invalid(&[field]);
    }
}
