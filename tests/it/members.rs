//! Members.
use crate::branches::there;
use serde_json::{Value, json};

use crate::support::{House, NOBODY, Plain, branch, demo, same_when_read, shows, with};

async fn version(house: &House, path: &str) -> i64 {
    house.read("office", path).await.version()
}

fn hanh() -> Value {
    json!({"branch_id": branch(3), "full_name": "Lò Thị Hạnh", "sex": "female",
        "birth_date": "1988-04-12", "status": "official", "activity": "active",
        "joined_on": "2015-03-03", "official_on": "2016-03-03"})
}

#[tokio::test]
async fn members_are_official_with_a_date_and_probationary_without() {
    let house = House::build().await;
    let body = hanh();
    let made = house.create("office", "members", body.clone()).await;
    let path = same_when_read(&house, "office", &made).await;
    for phone in ["abc", "---", "0912"] {
        house
            .post("office", "members", with(&body, json!({"phone": phone})))
            .await
            .invalid(&["/phone"]);
    }
    for wrong in [
        json!({"official_on": null}),
        json!({"status": "probationary"}),
        json!({"official_on": "2015-03-02"}),
    ] {
        house
            .post("office", "members", with(&body, wrong.clone()))
            .await
            .invalid(&["/official_on"]);
        // fields that follow from the procedure cannot be changed by PATCH
        let field = wrong.as_object().unwrap().keys().next().unwrap();
        let pointer = format!("/{field}");
        house
            .patch("office", &path, 1, wrong)
            .await
            .invalid(&[&pointer]);
    }
    house
        .create(
            "office",
            "members",
            with(
                &body,
                json!({"full_name": "Lò Thị Hạnh Nhi", "official_on": "2016-03-03"}),
            ),
        )
        .await;
    house.create(
            "office",
            "members",
            with(&body, json!({"full_name": "Lò Thị Hạnh Vi", "status": "probationary", "official_on": null})),
        ).await;
    house
        .post(
            "office",
            "members",
            with(&body, json!({"branch_id": NOBODY, "department_id": NOBODY})),
        )
        .await
        .invalid(&["/branch_id", "/department_id"]);
}

#[tokio::test]
async fn a_member_is_changed_by_the_office_and_stays_while_an_officer() {
    let house = House::build().await;
    let path = house
        .create("office", "members", hanh())
        .await
        .location()
        .to_owned();
    shows!(house.change("office", &path, 1, json!({"occupation": "Bác sĩ"})).await, {
        "occupation": "Bác sĩ"
    });
    house
        .patch("branch-03", &path, 2, json!({"occupation": "Y sĩ"}))
        .await
        .refused("forbidden");
    house.get("branch-02", &path).await.refused("not_found");

    // the member is an officer and a sponsor
    house
        .delete("office", &format!("members/{}", demo("dd", 3, 1)), 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

/// S15: when a probationary member is transferred, their file moves with them, and the registers of
/// both branches count from that day.
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
            "office",
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10", "paper_number": "12-CV/ĐU"}),
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
    // the transfer also ends a post in the old branch's committee
    let secretary = demo("dd", 3, 1);
    let path = format!("/api/v1/members/{secretary}");
    let at = version(&house, &path).await;
    house
        .advance_with(
            "office",
            &format!("{path}/transfers"),
            at,
            json!({"branch_id": demo("0b", 4, 0), "on": "2022-12-10", "paper_number": "12-CV/ĐU"}),
        )
        .await;
    let posts = house
        .read(
            "office",
            &format!(
                "branches/{}/officers?member_id={secretary}",
                demo("0b", 3, 0)
            ),
        )
        .await;
    assert_eq!(posts.items()[0]["to_on"], "2022-12-09");
}

/// The first day in a branch cannot be changed by PATCH, not even by itself.
#[tokio::test]
async fn the_first_day_in_a_branch_is_not_patched() {
    let house = House::build().await;
    let path = format!("members/{}", demo("dd", 1, 3));
    let patched = house
        .patch("office", &path, 1, json!({"from_on": "2000-01-01"}))
        .await
        .invalid(&["/from_on"]);
    assert!(patched.text.contains("/transfers"), "{}", patched.text);
}

#[tokio::test]
async fn a_former_member_is_not_entered_a_second_time() {
    let house = House::build().await;
    let path = format!("members/{}", demo("dd", 1, 12));
    let row = house.read("office", &path).await;
    let left = json!({"on": "2021-01-05", "ground": "transferred_out", "paper_number": "3-GT"});
    let sql = "select birth_date::text from member where id = $1::text::uuid";
    let owner = house.owner().await;
    let born: String = owner
        .query_one(sql, &[&demo("dd", 1, 12)])
        .await
        .unwrap()
        .get(0);
    let leavings = format!("{path}/leavings");
    let leaving = house.step_with("office", &leavings, row.version(), left);
    leaving.await.expect(201);
    let again = json!({"branch_id": branch(2), "full_name": row.body["full_name"], "birth_date": born,
        "sex": row.body["sex"], "joined_on": row.body["joined_on"], "status": "official", "activity": "active", "official_on": row.body["official_on"]});
    house
        .post("office", "members", again)
        .await
        .duplicate("/full_name");
}

/// A member who was entered on probation and has no file is recognised by a dated decision.
#[tokio::test]
async fn a_member_without_a_file_is_recognised() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let path = format!("members/{}", demo("dd", 1, 15));
    let seen = house.read("office", &path).await;
    shows!(seen, {"status": "probationary", "official_on": null, "recognised_on": null});
    let told = house
        .patch(
            "office",
            &path,
            1,
            json!({"status": "official", "official_on": "2022-01-01"}),
        )
        .await
        .invalid(&["/status", "/official_on"]);
    assert!(told.text.contains("/recognitions"), "{}", told.text);
    let way = format!("{path}/recognitions");
    let joined: chrono::NaiveDate = seen.body["joined_on"].text().parse().unwrap();
    let end = joined + chrono::Months::new(12);
    let decided = json!({"on": "2022-11-20", "decided_by": "upper_standing_committee",
        "paper_number": "41-QĐCN/HU"});
    for (wrong, pointer) in [
        (json!({"on": end}), "/on"),
        (json!({"on": "2022-12-02"}), "/on"),
        (
            json!({"decided_by": "base_standing_committee"}),
            "/decided_by",
        ),
    ] {
        let wrong = with(&decided, wrong);
        house
            .step_with("office", &way, 1, wrong)
            .await
            .invalid(&[pointer]);
    }
    house
        .step_with("branch-01", &way, 1, decided.clone())
        .await
        .refused("forbidden");
    let official = async |day: &str| {
        let register = format!("branches/{}/register?on={day}", branch(1));
        house.read("office", &register).await.body["official"].clone()
    };
    let (then, before) = (official("2022-11-20").await, official("2022-11-19").await);
    let made = house.advance_with("office", &way, 1, decided.clone()).await;
    shows!(made, {"status": "official", "official_on": end, "recognised_on": "2022-11-20",
        "recognition_paper": "41-QĐCN/HU"});
    assert_eq!(official("2022-11-20").await, then.as_i64().unwrap() + 1);
    assert_eq!(official("2022-11-19").await, before);
    house
        .step_with("office", &way, 2, decided.clone())
        .await
        .refused("invalid_transition");
    // a member with a file is recognised by an act of the file
    let own = format!("members/{}/recognitions", demo("ca", 4, 6));
    let version = house
        .read("office", &own.replace("/recognitions", ""))
        .await
        .version();
    house
        .step_with("office", &own, version, decided)
        .await
        .refused("invalid_transition");
}

/// A probationary member and the candidate are one person. The identifying data are changed in the
/// file only, and the member's row follows.
#[tokio::test]
async fn a_member_whom_a_file_has_made_is_the_person_of_the_file() {
    let house = House::build().await;
    let (file, row) = (
        format!("/api/v1/candidates/{}", demo("ca", 4, 6)),
        format!("/api/v1/members/{}", demo("ca", 4, 6)),
    );
    for (field, value) in [
        ("full_name", json!("Đoàn Hữu Hiệu")),
        ("sex", json!("female")),
        ("birth_date", json!("1990-02-03")),
        ("citizen_id", json!("001099000001")),
    ] {
        let version = house.read("office", &row).await.version();
        let refused = house
            .patch("office", &row, version, json!({field: value}))
            .await;
        let refused = refused.invalid(&[&format!("/{field}")]);
        assert!(refused.text.contains(&file), "{}", refused.text);
    }
    let version = house.read("branch-04", &file).await.version();
    let name = json!({"full_name": "Đoàn Hữu Hiệu", "citizen_id": "001099000001"});
    house
        .patch(
            "branch-04",
            &file,
            version,
            json!({"full_name": "Đoàn Hữu Hiệu"}),
        )
        .await
        .refused("invalid_transition");
    house.change("office", &file, version, name).await;
    let shown = house.read("office", &row).await;
    shows!(shown, {"full_name": "Đoàn Hữu Hiệu"});
    let both = "select count(*) from member m join candidate c using (id) where (m.full_name, m.sex::text, m.birth_date, m.citizen_id) is distinct from (c.full_name, c.sex::text, c.birth_date, c.citizen_id)";
    assert_eq!(house.count(both).await, 0);
    // a phone number does not identify the person, so it can be changed here
    house
        .change(
            "office",
            &row,
            shown.version(),
            json!({"phone": "0912 345 678"}),
        )
        .await;
}

/// A leaving ends the member's posts on its day. When it is taken back, they last as long as
/// planned.
#[tokio::test]
async fn posts_follow_a_leaving_and_its_taking_back() {
    let house = House::build().await;
    let (member, posts) = (demo("dd", 8, 5), format!("branches/{}/officers", branch(8)));
    let post = json!({"member_id": member, "position": "deputy_secretary", "from_on": "2020-06-01", "to_on": "2022-12-31"});
    let post = house.create("office", &posts, post).await;
    let path = format!("members/{member}");
    let leavings = format!("{path}/leavings");
    let left = |on: &str| json!({"on": on, "ground": "deceased", "paper_number": "3-GT"});
    // the member cannot have left before the post began
    house
        .step_with("office", &leavings, 1, left("2020-05-31"))
        .await
        .invalid(&["/on"]);
    let left = house
        .step_with("office", &leavings, 1, left("2021-01-05"))
        .await;
    let left = left.expect(201);
    let ends = async || house.read("office", post.location()).await.body["to_on"].clone();
    assert_eq!(ends().await, "2021-01-05");
    house.remove("office", left.location(), 1).await;
    assert_eq!(ends().await, "2022-12-31");

    // a transfer ends the post on the day before, and cannot be dated before the post began
    let seen = version(&house, &path).await;
    let to = |on: &str| json!({"branch_id": branch(5), "on": on, "paper_number": "9-CV"});
    let transfers = format!("{path}/transfers");
    house
        .step_with("office", &transfers, seen, to("2020-06-01"))
        .await
        .invalid(&["/on"]);
    house
        .advance_with("office", &transfers, seen, to("2020-09-01"))
        .await;
    assert_eq!(ends().await, "2020-08-31");
}

/// A death that becomes known after a transfer ends the membership on the day of death. When that
/// leaving is taken back, the stay in the later branch is restored.
#[tokio::test]
async fn a_leaving_from_before_a_transfer_cuts_the_later_stay() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let (member, path) = (demo("dd", 8, 5), format!("members/{}", demo("dd", 8, 5)));
    let to = json!({"branch_id": branch(5), "on": "2022-09-01", "paper_number": "9-CV"});
    let seen = version(&house, &path).await;
    house
        .advance_with("office", &format!("{path}/transfers"), seen, to)
        .await;
    let there = async |n: u32, day: &str| {
        let register = format!("branches/{}/register?on={day}", branch(n));
        let register = house.read("office", &register).await;
        let lines = register.body["items"].list().clone();
        lines.iter().any(|l| l["member_id"] == member.as_str())
    };
    let days = async || {
        [
            there(8, "2022-08-15").await,
            there(8, "2022-08-16").await,
            there(5, "2022-09-01").await,
        ]
    };
    assert_eq!(days().await, [true, true, true]);
    let died = json!({"on": "2022-08-15", "ground": "deceased", "paper_number": "3-GT"});
    let seen = version(&house, &path).await;
    let died = house
        .step_with("office", &format!("{path}/leavings"), seen, died)
        .await
        .expect(201);
    assert_eq!(died.body["branch_id"], branch(8).as_str());
    assert_eq!(days().await, [true, false, false]);
    let own = async || house.read("office", &path).await.body["branch_id"].clone();
    assert_eq!(own().await, branch(8).as_str());
    house.read("branch-08", &path).await;
    house.remove("office", died.location(), 1).await;
    assert_eq!(days().await, [true, true, true]);
    assert_eq!(own().await, branch(5).as_str());
    // with a later change of activity on record, the leaving is refused: a dead member cannot be
    // exempted
    let exempt = json!({"on": "2022-10-01", "activity": "exempt", "paper_number": "1"});
    let seen = version(&house, &path).await;
    let changes = format!("{path}/activity-changes");
    let exempt = house.step_with("office", &changes, seen, exempt).await;
    exempt.expect(201);
    let died = json!({"on": "2022-08-15", "ground": "deceased", "paper_number": "3-GT"});
    let seen = version(&house, &path).await;
    house
        .step_with("office", &format!("{path}/leavings"), seen, died)
        .await
        .invalid(&["/on"]);
}

/// A former member without a file here is readmitted like one with a file, according to the
/// register (29-QĐ/TW, 3.5).
#[tokio::test]
async fn a_former_member_without_a_file_is_readmitted() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let path = format!("members/{}", demo("dd", 1, 12));
    let again = format!("candidates/{}/readmission", demo("dd", 1, 12));
    let apply = |on: &str, special: serde_json::Value| {
        let body = json!({"on": on, "paper_number": "12-NQ", "by": "trade_union", "left_on": "2022-11-10",
            "ground": "resigned_family_hardship", "earlier_readmissions": 0, "agreement_number": "5-CV/TU"});
        with(&body, special)
    };
    let body = apply("2022-12-01", json!({}));
    let seen = version(&house, &path).await;
    let tried = house.step_with("branch-01", &again, seen, body).await;
    tried.refused("invalid_transition");
    let left = json!({"on": "2022-11-10", "ground": "withdrawn", "decided_by": "upper_standing_committee", "paper_number": "7-QĐ/HU"});
    let seen = version(&house, &path).await;
    let leavings = format!("{path}/leavings");
    house
        .step_with("office", &leavings, seen, left)
        .await
        .expect(201);
    house.travel("2025-11-10");
    let seen = version(&house, &path).await;
    for (wrong, pointer) in [
        (json!({"left_on": "2020-01-01"}), "/left_on"),
        (json!({"left_on": null}), "/left_on"),
        (json!({"ground": "expelled"}), "/ground"),
    ] {
        let body = apply("2025-11-10", wrong);
        house
            .step_with("branch-01", &again, seen, body)
            .await
            .invalid(&[pointer]);
    }
    let early = apply("2025-11-09", json!({}));
    let early = house.step_with("branch-01", &again, seen, early).await;
    assert_eq!(early.unmet(), ["readmission.wait"]);
    house
        .step_with("branch-02", &again, seen, apply("2025-11-10", json!({})))
        .await
        .expect_code(404, "not_found");
    let made = house
        .step_with("branch-01", &again, seen, apply("2025-11-10", json!({})))
        .await
        .expect(201);
    let file = format!("candidates/{}", made.body["candidate_id"].text());
    let name = house.read("branch-01", &path).await.body["full_name"].clone();
    shows!(house.read("branch-01", &file).await, {
        "previous_id": demo("dd", 1, 12), "full_name": name, "stage": "nominated", "trade_union_member": true
    });
    // while the new attempt is open, a second one is refused, and the leaving cannot be taken back
    house
        .step_with("branch-01", &again, seen, apply("2025-11-10", json!({})))
        .await
        .refused("duplicate");
    let leaving = house.read("office", &path).await.body["leaving_id"].clone();
    let leaving = format!("leavings/{}", leaving.text());
    house
        .delete("office", &leaving, 1)
        .await
        .refused("has_dependents");
    // not even after that attempt has ended, because the readmission rests on the leaving
    let gone = json!({"on": "2025-11-10", "kind": "withdrawn", "reason": "tự nguyện"});
    house
        .act("branch-01", made.body["candidate_id"].text(), "exits", gone)
        .await
        .expect(201);
    house
        .delete("office", &leaving, 1)
        .await
        .refused("has_dependents");
}

/// A member who left for another organisation may come back, and is in the register from the day of
/// arrival.
#[tokio::test]
async fn a_member_comes_from_another_organisation() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let (id, path) = (demo("dd", 1, 12), format!("members/{}", demo("dd", 1, 12)));
    let row = house.read("office", &path).await;
    let left = json!({"on": "2021-06-05", "ground": "transferred_out", "paper_number": "3-GT"});
    let leavings = format!("{path}/leavings");
    let leaving = house.step_with("office", &leavings, row.version(), left);
    leaving.await.expect(201);
    let sql = "select birth_date::text from member where id = $1::text::uuid";
    let born = house.owner().await.query_one(sql, &[&id]).await.unwrap();
    let born: String = born.get(0);
    let back = |from: serde_json::Value| {
        json!({"branch_id": branch(2), "full_name": row.body["full_name"], "birth_date": born, "sex": row.body["sex"],
            "joined_on": row.body["joined_on"], "status": "official", "activity": "active", "official_on": row.body["official_on"], "from_on": from})
    };
    for known in [json!(null), json!("2021-06-05")] {
        house
            .post("office", "members", back(known))
            .await
            .duplicate("/full_name");
    }
    for wrong in ["2022-12-02", "1950-01-01"] {
        house
            .post("office", "members", back(json!(wrong)))
            .await
            .invalid(&["/from_on"]);
    }
    let there = async |day: &str| {
        let register = format!("branches/{}/register?on={day}", branch(2));
        house.read("office", &register).await.body["official"].number()
    };
    // it is the same person, so the dates of joining and of official membership must be the same
    let wrong = json!({"joined_on": "2015-01-01", "official_on": "2022-02-02"});
    house
        .post("office", "members", with(&back(json!("2022-11-01")), wrong))
        .await
        .invalid(&["/joined_on", "/official_on"]);
    let before = (there("2022-10-31").await, there("2022-11-01").await);
    let made = house
        .create("office", "members", back(json!("2022-11-01")))
        .await;
    let after = (there("2022-10-31").await, there("2022-11-01").await);
    assert_eq!(after, (before.0, before.1 + 1));
    // the earlier membership does not prevent correcting a name
    let wrong = json!({"full_name": "Tên Ghi Nhầm"});
    house.change("office", made.location(), 1, wrong).await;
    let right = json!({"full_name": row.body["full_name"]});
    house.change("office", made.location(), 2, right).await;
    let died = json!({"on": "2022-11-20", "ground": "deceased", "paper_number": "4-GT"});
    let died = house
        .step_with("office", &format!("{}/leavings", made.location()), 3, died)
        .await
        .expect(201);
    house.remove("office", died.location(), 1).await;
}

/// A decision on members has one date, whether it is about a recognition or a leaving.
#[tokio::test]
async fn a_decision_on_members_has_one_number_and_one_date() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let decided = |on: &str, number: &str| json!({"on": on, "decided_by": "upper_standing_committee", "paper_number": number});
    let recognised = format!("members/{}/recognitions", demo("dd", 1, 15));
    house
        .advance_with("office", &recognised, 1, decided("2022-11-20", "41-QĐ/HU"))
        .await;
    let expelled = json!({"on": "2022-11-21", "ground": "expelled", "decided_by": "upper_standing_committee", "paper_number": "41 – qđ/hu"});
    let leavings = format!("members/{}/leavings", demo("dd", 1, 12));
    house
        .step_with("office", &leavings, 1, expelled.clone())
        .await
        .duplicate("/paper_number");
    let same_day = with(&expelled, json!({"on": "2022-11-20"}));
    house
        .step_with("office", &leavings, 1, same_day)
        .await
        .expect(201);
}

/// The file moves with the member, but the sponsor stays in the old branch, so the new branch has
/// to find one.
#[tokio::test]
async fn a_probationary_member_who_moves_needs_a_sponsor_there() {
    let house = House::build().await;
    house.travel("2022-12-09");
    let path = format!("members/{}", demo("ca", 4, 6));
    let seen = version(&house, &path).await;
    let to = json!({"branch_id": branch(5), "on": "2022-12-01", "paper_number": "9-CV"});
    house
        .advance_with("office", &format!("{path}/transfers"), seen, to)
        .await;
    let duties = format!(
        "deadlines?candidate_id={}&kind=sponsor_missing",
        demo("ca", 4, 6)
    );
    let duties = house.read("branch-05", &duties).await;
    let open = duties.items().iter().filter(|d| d["settled_on"].is_null());
    assert_eq!(open.count(), 1, "{}", duties.body);
}

/// A wrong date of membership is corrected, together with what follows from it.
#[tokio::test]
async fn a_day_of_membership_that_was_entered_wrongly_is_corrected() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let path = format!("members/{}", demo("dd", 1, 12));
    let row = house.read("office", &path).await;
    let way = format!("{path}/corrections");
    let told = json!({"official_on": "2022-01-01"});
    let told = house.patch("office", &path, row.version(), told).await;
    assert!(told.text.contains("/corrections"), "{}", told.text);
    let day = |field: &str, months: u32| {
        let day: chrono::NaiveDate = row.body[field].text().parse().unwrap();
        json!(day - chrono::Months::new(months))
    };
    for (wrong, faults) in [
        (json!({}), &["/joined_on"][..]),
        (json!({"joined_on": row.body["joined_on"]}), &["/joined_on"]),
        (json!({"joined_on": "1950-01-01"}), &["/joined_on"]),
        (
            json!({"joined_on": "2022-12-02"}),
            &["/joined_on", "/official_on"],
        ),
        (json!({"official_on": "2022-12-02"}), &["/official_on"]),
        (
            json!({"official_on": day("official_on", 2)}),
            &["/official_on"],
        ),
    ] {
        let wrong = with(&wrong, json!({"reason": "theo lý lịch"}));
        let answer = house.step_with("office", &way, row.version(), wrong);
        answer.await.invalid(faults);
    }
    let right = json!({"joined_on": day("joined_on", 2), "official_on": day("official_on", 2),
        "reason": "theo lý lịch"});
    house
        .step_with("branch-01", &way, row.version(), right.clone())
        .await
        .refused("forbidden");
    let there = async |on: &serde_json::Value| {
        let register = format!("branches/{}/register?on={}", branch(1), on.text());
        house.read("office", &register).await.body["official"].number()
    };
    let (joined, official) = (day("joined_on", 2), day("official_on", 2));
    let before = there(&official).await;
    let made = house
        .advance_with("office", &way, row.version(), right)
        .await;
    shows!(made, {"joined_on": joined, "official_on": official, "correction_reason": "theo lý lịch"});
    assert_eq!(there(&official).await, before + 1);

    // for a member who was recognised here, the day of official membership follows from the day of
    // joining
    let path = format!("members/{}", demo("dd", 1, 15));
    let way = format!("{path}/corrections");
    let row = house.read("office", &path).await;
    let early = json!({"official_on": "2022-11-20", "reason": "theo lý lịch"});
    let answer = house.step_with("office", &way, row.version(), early.clone());
    answer.await.invalid(&["/official_on"]);
    let recognised = json!({"on": "2022-11-20", "decided_by": "upper_standing_committee", "paper_number": "41-QĐCN/HU"});
    let recognitions = format!("{path}/recognitions");
    house
        .advance_with("office", &recognitions, row.version(), recognised)
        .await;
    let answer = house.step_with("office", &way, row.version() + 1, early);
    answer.await.invalid(&["/official_on"]);
    let late = json!({"joined_on": "2021-11-21", "reason": "theo lý lịch"});
    let answer = house.step_with("office", &way, row.version() + 1, late);
    answer.await.invalid(&["/joined_on"]);
    let right = json!({"joined_on": "2021-03-04", "reason": "theo lý lịch"});
    let made = house
        .advance_with("office", &way, row.version() + 1, right.clone())
        .await;
    shows!(made, {"joined_on": "2021-03-04", "official_on": "2022-03-04"});

    // for a member with a file, the dates follow from the acts of the file
    let path = format!("members/{}", demo("ca", 4, 6));
    let version = house.read("office", &path).await.version();
    house
        .step_with("office", &format!("{path}/corrections"), version, right)
        .await
        .refused("invalid_transition");
}

/// The register shows the paper by which a member arrived.
#[tokio::test]
async fn a_member_from_another_organisation_is_entered_with_a_transfer_paper() {
    let house = House::build().await;
    let comes = with(&hanh(), json!({"paper_number": "15-GT/TU"}));
    house
        .post("office", "members", comes.clone())
        .await
        .invalid(&["/paper_number"]);
    let comes = with(&comes, json!({"from_on": "2021-01-10"}));
    let made = house.create("office", "members", comes).await;
    let register = format!(
        "branches/{}/register?on=2021-01-12",
        hanh()["branch_id"].text()
    );
    let register = house.read("office", &register).await;
    let lines = register.body["items"].list();
    let line = lines
        .iter()
        .find(|line| line["member_id"] == made.body["id"]);
    shows!(*line.unwrap(), {"paper_number": "15-GT/TU"});
    let other = json!({"paper_number": "16-GT/TU"});
    let told = house.patch("office", made.location(), 1, other).await;
    told.invalid(&["/paper_number"]);
}

/// Corrections with one day of joining after another do not reveal more of a hidden birth date than
/// the year.
#[tokio::test]
async fn a_correction_tells_no_more_than_the_year_of_birth() {
    let house = House::build().await;
    let id = demo("dd", 1, 12);
    let path = format!("members/{id}");
    let row = house.read("office", &path).await;
    shows!(row, {"birth_date": null});
    let way = format!("{path}/corrections");
    let mut worlds = Vec::new();
    for born in ["1980-01-01", "1980-07-01", "1980-12-31"] {
        let sql = format!("update member set birth_date = '{born}' where id = '{id}'");
        house.owner().await.batch_execute(&sql).await.unwrap();
        let mut answers = Vec::new();
        for joined in ["1997-12-31", "1998-01-01", "1998-06-30", "1998-12-31"] {
            let right =
                json!({"joined_on": joined, "official_on": "2099-01-01", "reason": "theo lý lịch"});
            let answer = house.step_with("office", &way, row.version(), right).await;
            answers.push(answer.refused("validation_failed").faults());
        }
        worlds.push(answers);
    }
    assert_eq!(worlds[0][0], ["/official_on", "/joined_on"]);
    assert_eq!(worlds[0][1], ["/official_on"]);
    assert!(worlds.iter().all(|world| *world == worlds[0]), "{worlds:?}");
}
