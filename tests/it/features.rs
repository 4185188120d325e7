//! Each feature: the ordinary way through, then every refusal of its own rules.
use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, PASSWORD, Plain, branch, candidate, demo, person, planned, same_when_read, shows, with};
use crate::quota_plans::line;

#[tokio::test]
async fn departments_are_named_once_by_the_office() {
    let house = House::build().await;
    let body =
        json!({"name": "Khoa Phục hồi chức năng", "kind": "clinical", "branch_id": branch(4)});
    let made = house.create("office", "departments", body.clone()).await;
    let path = same_when_read(&house, "youth", &made).await;
    let changed = house
        .change(
            "office",
            &path,
            1,
            json!({"branch_id": null, "kind": "functional"}),
        )
        .await;
    assert_eq!(
        (
            changed.version(),
            &changed.body["branch_id"],
            &changed.body["name"]
        ),
        (2, &Value::Null, &body["name"])
    );

    house
        .post("office", "departments", body.clone())
        .await
        .duplicate("/name");
    house
        .patch("office", &path, 2, json!({"branch_id": NOBODY}))
        .await
        .invalid(&["/branch_id"]);
    house
        .patch("office", &path, 2, json!({"name": null}))
        .await
        .invalid(&["/name"]);
    house
        .patch("office", &path, 1, json!({"kind": "clinical"}))
        .await
        .refused("precondition_failed");
    house
        .send("office", Method::PATCH, &path, Some(json!({})), &[])
        .await
        .refused("precondition_required");
    house
        .post("standing", "departments", body.clone())
        .await
        .refused("forbidden");
}

#[tokio::test]
async fn a_department_stays_while_people_work_there() {
    let house = House::build().await;
    let body = json!({"name": "Khoa Phục hồi chức năng", "kind": "clinical"});
    let path = house
        .create("office", "departments", body.clone())
        .await
        .location()
        .to_owned();
    let staffed = format!("/api/v1/departments/{}", demo("de", 1, 1));
    house
        .delete("office", &staffed, 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 1).await;
    house.get("office", &path).await.refused("not_found");
    house.delete("office", &path, 2).await.refused("not_found");
    house.create("office", "departments", body).await;
}

#[tokio::test]
async fn branches_show_their_figures() {
    let house = House::build().await;
    let list = house.read("youth", "branches?sort=number").await;
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
    house
        .remove("office", &format!("members/{member}"), 1)
        .await;
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
    let path = same_when_read(&house, "branch-01", &made).await;
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
    // a line in a draft holds it; a draft that was removed does not
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

#[expect(clippy::needless_pass_by_value, reason = "written as a literal")]
fn officer(member: String, position: &str) -> Value {
    json!({"member_id": member, "position": position, "from_on": "2021-01-01"})
}

#[tokio::test]
async fn a_branch_sees_its_officers_and_the_office_enters_them() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}/officers", branch(8));
    let made = house
        .create("office", &path, officer(demo("dd", 8, 5), "member"))
        .await;
    let place = same_when_read(&house, "branch-08", &made).await;
    house.get("branch-01", &place).await.refused("not_found");
    house.get("union", &place).await.refused("forbidden");
    assert_eq!(house.read("branch-08", &path).await.items().len(), 3);
    house
        .post("branch-08", &path, officer(demo("dd", 8, 6), "member"))
        .await
        .refused("forbidden");
    let nowhere = format!("branches/{NOBODY}/officers");
    let nowhere = house
        .post("office", &nowhere, officer(demo("dd", 8, 6), "member"))
        .await;
    nowhere.refused("not_found");
}

#[tokio::test]
async fn officers_are_official_members_of_the_branch_with_one_secretary() {
    let house = House::build().await;
    let path = format!("branches/{}/officers", branch(8));
    let made = house
        .create("office", &path, officer(demo("dd", 8, 5), "member"))
        .await;
    let place = made.location().to_owned();
    // member 9 of branch 08 is probationary, the next one of another branch
    for member in [demo("dd", 8, 9), demo("dd", 1, 5), NOBODY.into()] {
        house
            .post("office", &path, officer(member, "member"))
            .await
            .invalid(&["/member_id"]);
    }
    house
        .post("office", &path, officer(demo("dd", 8, 6), "secretary"))
        .await
        .duplicate("/position");
    house
        .patch("office", &place, 1, json!({"position": "secretary"}))
        .await
        .duplicate("/position");
    house
        .post(
            "office",
            &path,
            officer(demo("dd", 8, 5), "deputy_secretary"),
        )
        .await
        .duplicate("/member_id");
    house
        .patch("office", &place, 1, json!({"to_on": "2020-12-31"}))
        .await
        .invalid(&["/to_on"]);
    // the secretary leaves, another follows
    let secretary = format!("/api/v1/officers/{}", demo("0f", 8, 1));
    house
        .change("office", &secretary, 1, json!({"to_on": "2021-01-14"}))
        .await;
    house
        .change("office", &place, 1, json!({"position": "secretary"}))
        .await;
}

#[tokio::test]
async fn an_overseer_reaches_a_branch_from_the_first_day_to_the_last() {
    let house = House::build().await;
    let seen = async || {
        let list = house.read("overseer", "candidates?limit=200").await;
        list.items()
            .iter()
            .map(|c| c["branch_id"].text().to_owned())
            .collect::<BTreeSet<_>>()
    };
    let three: BTreeSet<_> = (1..=3).map(branch).collect();
    assert_eq!(seen().await, three);
    let path = format!("/api/v1/branches/{}/overseers", branch(5));
    let body = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-15"});
    let made = house.create("office", &path, body.clone()).await;
    let place = same_when_read(&house, "standing", &made).await;
    assert_eq!(
        seen().await,
        (1..=5).filter(|n| *n != 4).map(branch).collect()
    );

    // until today is still today
    house
        .change("office", &place, 1, json!({"to_on": "2021-01-15"}))
        .await;
    assert!(seen().await.contains(&branch(5)));
    house
        .change(
            "office",
            &place,
            2,
            json!({"from_on": "2021-01-10", "to_on": "2021-01-14"}),
        )
        .await;
    assert_eq!(seen().await, three);
    // not before the first day
    house
        .create(
            "office",
            &path,
            json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-16"}),
        )
        .await;
    assert_eq!(seen().await, three);
}

#[tokio::test]
async fn an_overseer_is_a_committee_member_assigned_once_until_a_later_day() {
    let house = House::build().await;
    let path = format!("branches/{}/overseers", branch(5));
    let body = json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-15"});
    let made = house.create("office", &path, body.clone()).await;
    let place = made.location().to_owned();
    house
        .post("office", &path, body)
        .await
        .duplicate("/account_id");
    for account in [demo("ac", 0, 2), NOBODY.into()] {
        house
            .post(
                "office",
                &path,
                json!({"account_id": account, "from_on": "2021-01-15"}),
            )
            .await
            .invalid(&["/account_id"]);
    }
    house
        .patch("office", &place, 1, json!({"to_on": "2021-01-14"}))
        .await
        .invalid(&["/to_on"]);
}

#[tokio::test]
async fn organisations_are_renamed_by_their_own_people_only() {
    let house = House::build().await;
    let (upper, own) = (
        format!("/api/v1/organizations/{}", demo("0a", 0, 1)),
        format!("/api/v1/organizations/{}", demo("0a", 0, 2)),
    );
    shows!(house.change("office", &own, 1, json!({"name": "Đảng bộ Y tế"})).await, {
        "name": "Đảng bộ Y tế"
    });
    house
        .patch("office", &upper, 1, json!({"name": "của tôi"}))
        .await
        .refused("forbidden");
    house
        .patch("branch-01", &own, 2, json!({"name": "của tôi"}))
        .await
        .refused("forbidden");
    assert_eq!(house.read("upper", "organizations").await.items().len(), 2);
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
    for wrong in [
        json!({"official_on": null}),
        json!({"status": "probationary"}),
        json!({"official_on": "2015-03-02"}),
    ] {
        house
            .post("office", "members", with(&body, wrong.clone()))
            .await
            .invalid(&["/official_on"]);
        // what follows from the procedure is not patched at all
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
    shows!(house.change("office", &path, 1, json!({"activity": "exempt"})).await, {
        "activity": "exempt"
    });
    house
        .patch("branch-03", &path, 2, json!({"activity": "active"}))
        .await
        .refused("forbidden");
    house.get("branch-02", &path).await.refused("not_found");

    // an officer, who also sponsors
    house
        .delete("office", &format!("members/{}", demo("dd", 3, 1)), 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

#[tokio::test]
async fn a_branch_edits_its_candidates_until_they_are_submitted() {
    let house = House::build().await;
    let (early, submitted) = (
        format!("/api/v1/candidates/{}", demo("ca", 3, 1)),
        format!("/api/v1/candidates/{}", demo("ca", 3, 5)),
    );
    // the acts of the demo have raised their versions
    let (v, last) = (
        house.read("office", &early).await.version(),
        house.read("office", &submitted).await.version(),
    );
    let changed = house
        .change(
            "branch-03",
            &early,
            v,
            json!({"phone": "0912345678", "remarks": "chăm chỉ"}),
        )
        .await;
    assert_eq!(
        (
            &changed.body["phone"],
            &changed.body["remarks"],
            changed.version()
        ),
        (&json!("0912345678"), &json!("chăm chỉ"), v + 1)
    );
    house
        .patch(
            "branch-03",
            &submitted,
            last,
            json!({"phone": "0912345678"}),
        )
        .await
        .refused("invalid_transition");
    house
        .change("office", &submitted, last, json!({"phone": "0912345678"}))
        .await;
    house
        .patch("branch-02", &early, 2, json!({"phone": "0912345678"}))
        .await
        .refused("not_found");
    house
        .patch("standing", &early, 2, json!({"phone": "0912345678"}))
        .await
        .refused("forbidden");
}

/// The Office neither sees nor writes nor clears them.
#[tokio::test]
async fn remarks_about_a_candidate_are_the_branch_s() {
    let house = House::build().await;
    let early = format!("candidates/{}", demo("ca", 3, 1));
    let v = house.read("office", &early).await.version();
    house
        .change("branch-03", &early, v, json!({"remarks": "chăm chỉ"}))
        .await;
    let read = house.read("office", &early).await;
    assert_eq!(read.body["remarks"], Value::Null);
    for remarks in [json!("của Văn phòng"), Value::Null] {
        house
            .patch("office", &early, v + 1, json!({"remarks": remarks}))
            .await
            .invalid(&["/remarks"]);
    }
    house
        .change(
            "office",
            &early,
            v + 1,
            json!({"occupation": "bác sĩ nội trú"}),
        )
        .await;
    shows!(house.read("branch-03", &early).await, {"remarks": "chăm chỉ"});
}

#[tokio::test]
async fn nobody_types_a_stage_and_references_and_numbers_are_checked() {
    let house = House::build().await;
    let early = format!("candidates/{}", demo("ca", 3, 1));
    let v = house.read("office", &early).await.version();
    house
        .patch("office", &early, v, json!({"stage": "official"}))
        .await
        .invalid(&["/stage"]);
    house
        .patch("office", &early, v, json!({"department_id": NOBODY}))
        .await
        .invalid(&["/department_id"]);
    house
        .patch("office", &early, v, json!({"citizen_id": "12345678901x"}))
        .await
        .invalid(&["/citizen_id"]);
    house
        .change("office", &early, v, json!({"citizen_id": "099195000123"}))
        .await;
    let other = format!("/api/v1/candidates/{}", demo("ca", 4, 1));
    let v = house.read("office", &other).await.version();
    house
        .patch("office", &other, v, json!({"citizen_id": "099195000123"}))
        .await
        .duplicate("/citizen_id");
}

#[tokio::test]
async fn only_a_candidate_who_was_just_nominated_can_be_removed() {
    let house = House::build().await;
    let in_plan = format!("/api/v1/candidates/{}", demo("ca", 1, 1));
    let v = house.read("office", &in_plan).await.version();
    house
        .delete("office", &in_plan, v)
        .await
        .refused("has_dependents");
    let path = format!("/api/v1/candidates/{}", demo("ca", 1, 3));
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("forbidden");
    let sponsorship = json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"});
    house
        .record(
            "branch-01",
            path.rsplit('/').next().unwrap(),
            "sponsorships",
            sponsorship,
        )
        .await;
    let v = house.read("office", &path).await.version();
    house
        .delete("office", &path, v)
        .await
        .refused("has_dependents");
}

#[tokio::test]
async fn a_candidate_nominated_by_mistake_is_removed_and_may_be_nominated_again() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Vũ Thị Nhầm").await;
    let path = format!("/api/v1/candidates/{new}");
    house.remove("office", &path, 1).await;
    house.get("office", &path).await.refused("not_found");
    let nominations = house
        .read("office", &format!("nominations?candidate_id={new}"))
        .await;
    shows!(nominations.items()[0], {"outcome": "withdrawn", "outcome_on": "2021-01-15"});
    // the person may be nominated again
    candidate(&house, 1, "Vũ Thị Nhầm").await;
}

/// Name and birth date of candidate 4 of branch 04.
async fn known(house: &House) -> (String, String) {
    let sql = "select full_name, birth_date::text from candidate where id = $1::text::uuid";
    let row = house
        .owner()
        .await
        .query_one(sql, &[&demo("ca", 4, 4)])
        .await
        .unwrap();
    (row.get(0), row.get(1))
}

/// A person whom the youth union may nominate.
fn youth(patch: Value) -> Value {
    let person = person(1, "Hồ Thị Điều Kiện", "9-NQ/ĐTN");
    with(&with(&person, json!({"youth_union_member": true})), patch)
}

#[tokio::test]
async fn a_nomination_is_refused_for_each_unmet_requirement_and_for_all_together() {
    let house = House::build().await;
    let (name, birth) = known(&house).await;
    for (patch, unmet) in [
        (
            json!({"youth_union_member": false}),
            &["nomination.own_member"][..],
        ),
        (
            json!({"full_name": name.to_uppercase(), "birth_date": birth}),
            &["nomination.no_open_candidacy"],
        ),
        (
            json!({"paper_on": "2021-01-16"}),
            &["nomination.paper.dated"],
        ),
        (
            json!({"youth_union_member": false, "full_name": name, "birth_date": birth, "paper_on": "2021-01-16"}),
            &[
                "nomination.own_member",
                "nomination.no_open_candidacy",
                "nomination.paper.dated",
            ],
        ),
    ] {
        let refused = house
            .post("youth", "nominations", youth(patch))
            .await
            .refused("requirements_unmet");
        assert_eq!(refused.rules(), unmet);
        assert!(
            !refused.text.contains(&branch(4)),
            "the answer says nothing of the other row"
        );
    }
}

/// The same name with another birth date is another person.
#[tokio::test]
async fn a_nomination_may_be_of_the_day_itself_and_of_a_namesake() {
    let house = House::build().await;
    let (name, _) = known(&house).await;
    house
        .create(
            "youth",
            "nominations",
            youth(json!({"full_name": name, "paper_on": "2021-01-15"})),
        )
        .await;
}

#[tokio::test]
async fn a_member_introduces_through_the_branch_and_a_union_for_itself() {
    let house = House::build().await;
    house
        .post("branch-01", "nominations", youth(json!({})))
        .await
        .invalid(&["/introducer_member_id"]);
    house
        .post(
            "youth",
            "nominations",
            youth(json!({"introducer_member_id": demo("dd", 1, 4)})),
        )
        .await
        .invalid(&["/introducer_member_id"]);
    let by_member = json!({"introducer_member_id": demo("dd", 1, 4)});
    let made = house
        .create("branch-01", "nominations", youth(by_member.clone()))
        .await;
    assert_eq!(
        (
            &made.body["introduced_by"],
            &made.body["introducer_member_id"]
        ),
        (&json!("member"), &by_member["introducer_member_id"])
    );
    same_when_read(&house, "branch-01", &made).await;
}

#[tokio::test]
async fn a_nomination_names_a_branch_within_reach_and_is_not_the_office_s() {
    let house = House::build().await;
    let by_member = json!({"introducer_member_id": demo("dd", 1, 4)});
    house
        .post("branch-02", "nominations", youth(by_member))
        .await
        .invalid(&["/branch_id"]);
    house
        .post(
            "youth",
            "nominations",
            youth(json!({"branch_id": NOBODY, "department_id": NOBODY})),
        )
        .await
        .invalid(&["/branch_id", "/department_id"]);
    for who in ["office", "standing", "admin"] {
        house
            .post(who, "nominations", youth(json!({})))
            .await
            .refused("forbidden");
    }
}

#[tokio::test]
async fn a_pending_nomination_is_corrected_by_its_own_introducer() {
    let house = House::build().await;
    let made = house
        .create("union", "nominations", person(1, "Hồ Thị Sửa", "5-NQ/CĐ"))
        .await;
    let path = same_when_read(&house, "union", &made).await;
    house
        .patch("youth", &path, 1, json!({"reason": "x"}))
        .await
        .refused("not_found");
    house.delete("youth", &path, 1).await.refused("not_found");
    house
        .patch("branch-01", &path, 1, json!({"reason": "x"}))
        .await
        .refused("forbidden");
    house
        .delete("branch-01", &path, 1)
        .await
        .refused("forbidden");
    house
        .patch("union", &path, 1, json!({"paper_on": "2021-01-16"}))
        .await
        .invalid(&["/paper_on"]);
    house
        .patch("union", &path, 1, json!({"outcome": "accepted"}))
        .await
        .invalid(&["/outcome"]);
    let corrected = house
        .change("union", &path, 1, json!({"paper_number": "6-NQ/CĐ"}))
        .await;
    assert_eq!(
        (corrected.version(), &corrected.body["paper_number"]),
        (2, &json!("6-NQ/CĐ"))
    );
    house
        .post("union", "nominations", person(2, "Hồ Thị Khác", "6-NQ/CĐ"))
        .await
        .duplicate("/paper_number");
}

#[tokio::test]
async fn a_pending_nomination_is_withdrawn_by_its_own_introducer() {
    let house = House::build().await;
    let body = person(1, "Hồ Thị Sửa", "6-NQ/CĐ");
    let path = house
        .create("union", "nominations", body)
        .await
        .location()
        .to_owned();
    house.remove("union", &path, 1).await;
    let gone = house.read("union", &path).await;
    assert_eq!(
        [
            &gone.body["outcome"],
            &gone.body["stage"],
            &gone.body["outcome_on"]
        ],
        ["withdrawn", "withdrawn", "2021-01-15"]
    );
    house
        .delete("union", &path, 2)
        .await
        .refused("invalid_transition");
    house
        .patch("union", &path, 2, json!({"reason": "x"}))
        .await
        .refused("invalid_transition");
    house
        .create("union", "nominations", person(1, "Hồ Thị Sửa", "6-NQ/CĐ"))
        .await;
}

#[tokio::test]
async fn an_accepted_nomination_is_neither_corrected_nor_withdrawn() {
    let house = House::build().await;
    let made = house
        .create("union", "nominations", person(1, "Hồ Thị Nhận", "7-NQ/CĐ"))
        .await;
    house
        .owner()
        .await
        .execute(
            "update nomination set outcome = 'accepted' where id = $1::text::uuid",
            &[&made.id()],
        )
        .await
        .unwrap();
    let path = made.location();
    house
        .patch("union", path, 1, json!({"reason": "x"}))
        .await
        .refused("invalid_transition");
    house
        .delete("union", path, 1)
        .await
        .refused("invalid_transition");
}

fn sponsor(b: u32, n: u32) -> Value {
    json!({"member_id": demo("dd", b, n), "from_on": "2021-01-15"})
}

async fn refused(house: &House, who: &str, candidate: &str, body: Value, unmet: &[&str]) {
    let answer = house.act(who, candidate, "sponsorships", body).await;
    assert_eq!(answer.unmet(), unmet);
}

#[tokio::test]
async fn a_sponsor_is_refused_for_each_unmet_requirement() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 15),
        &["sponsorship.sponsor.official"],
    )
    .await;
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 5),
        &["sponsorship.sponsor.active"],
    )
    .await;
    refused(
        &house,
        "office",
        &new,
        sponsor(2, 4),
        &["sponsorship.sponsor.branch"],
    )
    .await;
    let mut other = sponsor(2, 4);
    other["other_branch_reason"] = "cùng chuyên môn".into();
    let made = house
        .record("office", &new, "sponsorships", other.clone())
        .await;
    assert_eq!(made.body["other_branch_reason"], "cùng chuyên môn");
    refused(&house, "office", &new, other, &["sponsorship.pair.open"]).await;
    refused(
        &house,
        "branch-09",
        &demo("ca", 9, 3),
        sponsor(9, 4),
        &["act.stage"],
    )
    .await;
    refused(
        &house,
        "branch-01",
        &demo("ca", 1, 4),
        sponsor(1, 8),
        &["sponsorship.candidate.sponsors"],
    )
    .await;
}

#[tokio::test]
async fn a_sponsor_is_refused_for_all_unmet_requirements_at_once() {
    let house = House::build().await;
    house
        .owner()
        .await
        .execute(
            "update member set activity = 'suspended' where id = $1::text::uuid",
            &[&demo("dd", 9, 8)],
        )
        .await
        .unwrap();
    refused(
        &house,
        "branch-09",
        &demo("ca", 9, 3),
        sponsor(9, 8),
        &[
            "act.stage",
            "sponsorship.sponsor.official",
            "sponsorship.sponsor.active",
        ],
    )
    .await;
}

/// Members of other branches are not a branch's to name, candidates not to reach.
#[tokio::test]
async fn a_branch_names_sponsors_of_its_own_for_candidates_of_its_own() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    house
        .act("branch-01", &new, "sponsorships", sponsor(2, 5))
        .await
        .invalid(&["/member_id"]);
    house
        .act("branch-02", &new, "sponsorships", sponsor(2, 5))
        .await
        .refused("not_found");
}

#[tokio::test]
async fn a_member_sponsors_as_many_as_the_setting_says() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kèm").await;
    for n in 0..3 {
        let one = candidate(&house, 1, &format!("Mai Thị Đông {n}")).await;
        house
            .record("branch-01", &one, "sponsorships", sponsor(1, 9))
            .await;
    }
    refused(
        &house,
        "branch-01",
        &new,
        sponsor(1, 9),
        &["sponsorship.sponsor.load"],
    )
    .await;
    house
        .change(
            "admin",
            "settings/sponsorship_load_limit",
            1,
            json!({"value": 4}),
        )
        .await;
    house
        .record("branch-01", &new, "sponsorships", sponsor(1, 9))
        .await;
    let sponsor = house
        .read("branch-01", &format!("sponsors/{}", demo("dd", 1, 9)))
        .await;
    assert_eq!(
        [
            &sponsor.body["open_sponsorships"],
            &sponsor.body["load_limit"],
            &sponsor.body["eligible"]
        ],
        [&json!(4), &json!(4), &json!(false)]
    );
}

#[tokio::test]
async fn a_sponsorship_ends_with_a_reason_and_is_not_taken_up_again() {
    let house = House::build().await;
    let new = candidate(&house, 1, "Mai Thị Kết").await;
    let made = house
        .record(
            "branch-01",
            &new,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 9), "from_on": "2021-01-10"}),
        )
        .await;
    let path = same_when_read(&house, "branch-01", &made).await;
    house
        .patch("branch-01", &path, 1, json!({"to_on": "2021-01-15"}))
        .await
        .invalid(&["/end_reason"]);
    house
        .patch(
            "branch-01",
            &path,
            1,
            json!({"to_on": "2021-01-09", "end_reason": "sớm"}),
        )
        .await
        .invalid(&["/to_on"]);
    let ended = house
        .change(
            "branch-01",
            &path,
            1,
            json!({"to_on": "2021-01-15", "end_reason": "chuyển công tác"}),
        )
        .await;
    assert_eq!(
        (&ended.body["to_on"], ended.version()),
        (&json!("2021-01-15"), 2)
    );
    for again in [
        json!({"to_on": null}),
        json!({"to_on": null, "end_reason": null}),
    ] {
        house
            .patch("branch-01", &path, 2, again)
            .await
            .refused("invalid_transition");
    }
    let sponsor = house
        .read("branch-01", &format!("sponsors/{}", demo("dd", 1, 9)))
        .await;
    assert_eq!(sponsor.body["open_sponsorships"], 0);
    // history: the ended one stays, the same two may begin anew
    let again = json!({"member_id": demo("dd", 1, 9), "from_on": "2021-01-15"});
    house.record("branch-01", &new, "sponsorships", again).await;
    assert_eq!(
        house
            .read("branch-01", &format!("candidates/{new}/sponsorships"))
            .await
            .items()
            .len(),
        2
    );
    house
        .patch("branch-02", &path, 2, json!({"end_reason": "x"}))
        .await
        .refused("not_found");
}

async fn withdraw(house: &House, who: &str, path: &str, version: i64) -> Answer {
    let body = json!({"reason": "bận trực"});
    house
        .step_with(who, &format!("{path}/withdrawals"), version, body)
        .await
}

/// The Office confirms these by name.
async fn confirm(house: &House, class: &str, version: i64, ids: &[String]) -> Answer {
    let body = json!({"on": "2021-01-15", "paper_number": "9-CV", "enrolment_ids": ids});
    house
        .step_with("office", &format!("{class}/confirmations"), version, body)
        .await
}

fn lesson(kind: &str, starts_on: &str, ends_on: &str, capacity: i32) -> Value {
    json!({"kind": kind, "title": "Lớp thử", "issuer": "Trung tâm Chính trị huyện Hồng Lam", "starts_on": starts_on, "ends_on": ends_on, "capacity": capacity})
}

#[tokio::test]
async fn a_class_has_days_in_order_and_never_fewer_seats_than_are_taken() {
    let house = House::build().await;
    let made = house
        .create(
            "office",
            "classes",
            lesson("awareness", "2021-02-01", "2021-02-05", 2),
        )
        .await;
    let path = same_when_read(&house, "branch-01", &made).await;
    assert_eq!(made.body["seats_taken"], 0);
    house
        .post(
            "office",
            "classes",
            lesson("awareness", "2021-02-02", "2021-02-01", 2),
        )
        .await
        .invalid(&["/ends_on"]);
    house
        .post(
            "office",
            "classes",
            lesson("evening", "2021-02-01", "2021-02-01", 0),
        )
        .await
        .invalid(&["/kind", "/capacity"]);
    house
        .patch("office", &path, 1, json!({"starts_on": "2021-02-06"}))
        .await
        .invalid(&["/ends_on"]);
    house
        .patch("office", &path, 1, json!({"seats_taken": 1}))
        .await
        .invalid(&["/seats_taken"]);
    house
        .post(
            "branch-01",
            "classes",
            lesson("awareness", "2021-02-01", "2021-02-05", 2),
        )
        .await
        .refused("forbidden");

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
        withdraw(&house, "branch-03", seat.location(), 1)
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

#[tokio::test]
async fn an_enrolment_goes_from_proposed_to_a_certificate_that_lasts_sixty_months() {
    let house = House::build().await;
    let lesson = house
        .create(
            "office",
            "classes",
            lesson("awareness", "2021-02-01", "2021-02-05", 9),
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
    confirm(&house, lesson.location(), 1, &[made.id()])
        .await
        .expect(200);
    house
        .patch("office", &path, 2, json!({"state": "proposed"}))
        .await
        .refused("invalid_transition");
    withdraw(&house, "branch-03", &path, 2)
        .await
        .refused("invalid_transition");
    let done = |number: &str, on: &str| json!({"state": "completed", "grade": "good", "certificate_number": number, "certificate_on": on});
    house
        .patch("office", &path, 2, done("GCN-1", "2021-01-31"))
        .await
        .invalid(&["/certificate_on"]);
    // a certificate of tomorrow is not recorded
    let early = house
        .patch("office", &path, 2, done("GCN-1", "2021-02-10"))
        .await
        .refused("requirements_unmet");
    assert_eq!(early.rules(), ["act.not_in_future"]);
    house.travel("2021-02-10");
    house
        .patch("office", &path, 2, done("GCN-2021-001", "2021-02-10"))
        .await
        .duplicate("/certificate_number");
    let finished = house
        .change("office", &path, 2, done("GCN-1", "2021-02-10"))
        .await;
    assert_eq!(finished.body["certificate_valid_to"], "2026-02-10");
    withdraw(&house, "office", &path, 3)
        .await
        .refused("invalid_transition");

    // a certificate in date keeps from another class, also on its last day, not on the day after
    for (day, status) in [("2026-02-10", 422), ("2026-02-11", 201)] {
        let next = house
            .create(
                "office",
                "classes",
                lesson("awareness", day, "2026-03-01", 9),
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
    // recorded by mistake: the certificate is an act, which is annulled and not overwritten
    let failed = json!({"state": "failed", "certificate_number": null, "certificate_on": null, "grade": null});
    house
        .patch("office", &path, 3, failed)
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
        (&json!("failed"), &Value::Null, 4)
    );
    // and recorded again; a correction of the number is a new act in the place of the old one
    house
        .change("office", &path, 4, done("GCN-1", "2021-02-10"))
        .await;
    let corrected = house
        .change("office", &path, 5, done("GCN-2", "2021-02-09"))
        .await;
    assert_eq!(corrected.body["certificate_valid_to"], "2026-02-09");
    let acts = house
        .read(
            "office",
            &format!("candidates/{one}/timeline?kind=certificate"),
        )
        .await;
    assert_eq!(acts.items().len(), 3);
    assert_eq!(
        (
            &acts.items()[2]["corrects_id"],
            &acts.items()[1]["superseded_by"]
        ),
        (&acts.items()[1]["id"], &acts.items()[2]["id"])
    );
}

#[tokio::test]
async fn a_withdrawn_enrolment_gives_the_seat_back_and_stays_withdrawn() {
    let house = House::build().await;
    let lesson = house
        .create(
            "office",
            "classes",
            lesson("awareness", "2021-02-01", "2021-02-05", 1),
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
    // the next one moved up
    shows!(house.read("branch-03", next.location()).await, {"state": "proposed"});
    // once confirmed the Office withdraws
    confirm(&house, lesson.location(), 1, &[next.id()])
        .await
        .expect(200);
    withdraw(&house, "branch-03", next.location(), 3)
        .await
        .refused("invalid_transition");
    withdraw(&house, "office", next.location(), 3)
        .await
        .expect(200);
    // and the same person may take a seat again
    house
        .create("branch-03", &seats, json!({"candidate_id": one}))
        .await;
}

#[tokio::test]
async fn a_class_is_for_people_of_its_stage() {
    let house = House::build().await;
    // the demo's people are where they are in the summer of 2022
    let awareness = house
        .create(
            "office",
            "classes",
            lesson("awareness", "2022-06-20", "2022-06-24", 9),
        )
        .await;
    let new_member = house
        .create(
            "office",
            "classes",
            lesson("new_member", "2022-06-20", "2022-06-24", 9),
        )
        .await;
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
    // in the plan; a probationary member in the other class, whose certificate does not expire
    house
        .create("branch-01", &seats(&awareness), candidate(1, 1))
        .await;
    house
        .create("branch-01", &seats(&awareness), candidate(1, 2))
        .await;
    let made = house
        .create("branch-03", &seats(&new_member), candidate(3, 6))
        .await;
    house.travel("2022-07-01");
    let done = json!({"state": "completed", "certificate_number": "GCN-M-1", "certificate_on": "2022-06-30"});
    shows!(house.change("office", made.location(), 1, done).await, {
        "certificate_valid_to": null
    });
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

#[tokio::test]
async fn terms_have_years_in_order_and_stay_while_a_plan_is_theirs() {
    let house = House::build().await;
    let body = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    let made = house.create("office", "terms", body.clone()).await;
    let path = same_when_read(&house, "youth", &made).await;
    house.post("office", "terms", body).await.duplicate("/name");
    house
        .patch("office", &path, 1, json!({"to_year": 2025}))
        .await
        .invalid(&["/to_year"]);
    house
        .patch(
            "office",
            &path,
            1,
            json!({"annual_minimum": -1, "committee_coverage_percent": 101}),
        )
        .await
        .invalid(&["/annual_minimum", "/committee_coverage_percent"]);
    shows!(house.change("office", &path, 1, json!({"term_minimum": 31})).await, {
        "term_minimum": 31
    });
    house
        .patch("standing", &path, 2, json!({"term_minimum": 0}))
        .await
        .refused("forbidden");
    house
        .delete("office", &format!("terms/{}", demo("7e", 0, 1)), 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

fn draft(year: i32, lines: &[Value]) -> Value {
    json!({"term_id": demo("7e", 0, 1), "year": year, "lines": lines})
}

#[tokio::test]
async fn every_step_of_a_plan_is_possible_from_its_own_states_only() {
    let house = House::build().await;
    let owner = house.owner().await;
    let path = format!("/api/v1/quota-plans/{}", demo("90", 0, 2023));
    let revision = json!({"reason": "một chi bộ giải thể", "lines": [line(1, 2)]});
    for state in ["draft", "proposed", "issued", "revised", "closed"] {
        for waits in [false, true] {
            let in_force = ["issued", "revised"].contains(&state);
            if waits && !in_force {
                continue;
            }
            for step in [
                "change",
                "remove",
                "submissions",
                "issuances",
                "revisions",
                "closures",
            ] {
                let pending = waits.then(|| revision.clone());
                let reset = "update quota_plan set state = $2::text, pending = $3, deleted_at = null, issued_by = null, version = version + 1 where id = $1::text::uuid returning version";
                let version = i64::from(
                    owner
                        .query_one(reset, &[&demo("90", 0, 2023), &state, &pending])
                        .await
                        .unwrap()
                        .get::<_, i32>(0),
                );
                let tag = format!("\"{version}\"");
                let (who, answer) = match step {
                    "change" => (
                        "office",
                        house
                            .patch(
                                "office",
                                &path,
                                version,
                                json!({"lines": [line(2, version % 900)]}),
                            )
                            .await,
                    ),
                    "remove" => ("office", house.delete("office", &path, version).await),
                    "submissions" => (
                        "office",
                        house
                            .step("office", &format!("{path}/{step}"), version)
                            .await,
                    ),
                    "revisions" => {
                        let address = format!("{path}/{step}");
                        (
                            "office",
                            house
                                .send(
                                    "office",
                                    Method::POST,
                                    &address,
                                    Some(revision.clone()),
                                    &[("if-match", &tag)],
                                )
                                .await,
                        )
                    }
                    _ => (
                        "standing",
                        house
                            .step("standing", &format!("{path}/{step}"), version)
                            .await,
                    ),
                };
                let follows = match step {
                    "change" => ["draft", "proposed"].contains(&state).then_some("draft"),
                    "remove" => (state == "draft").then_some("removed"),
                    "submissions" => (state == "draft").then_some("proposed"),
                    "issuances" if waits => Some("revised"),
                    "issuances" => (state == "proposed").then_some("issued"),
                    "revisions" => in_force.then_some(state),
                    _ => (in_force && !waits).then_some("closed"),
                };
                let case = format!(
                    "{step} by {who} from {state}, revision waiting: {waits}: {}",
                    answer.text
                );
                match follows {
                    None => assert_eq!(
                        (answer.status, answer.code()),
                        (409, "invalid_transition"),
                        "{case}"
                    ),
                    Some("removed") => assert_eq!(answer.status, 204, "{case}"),
                    Some(next) => assert_eq!(
                        (answer.status, answer.body["state"].as_str()),
                        (200, Some(next)),
                        "{case}"
                    ),
                }
            }
        }
    }
}

#[tokio::test]
async fn a_plan_is_checked_line_by_line_and_warned_about_without_blocking() {
    let house = House::build().await;
    let create = async |body: Value| house.post("office", "quota-plans", body).await;
    create(draft(2020, &[line(1, 1)])).await.invalid(&["/year"]);
    create(draft(2026, &[line(1, 1)])).await.invalid(&["/year"]);
    create(draft(2022, &[line(1, 1)])).await.duplicate("/year");
    create(json!({"term_id": NOBODY, "year": 2021, "lines": [line(1, 1)]}))
        .await
        .invalid(&["/term_id"]);
    create(draft(2021, &[])).await.invalid(&["/lines"]);
    create(draft(2021, &[line(1, -1), line(2, 1001)]))
        .await
        .invalid(&["/lines/0/quota", "/lines/1/quota"]);
    let wrong = vec![line(1, 1), line(99, 1), line(1, 2), line(3, 0), line(99, 1)];
    create(draft(2021, &wrong)).await.invalid(&[
        "/lines/1/branch_id",
        "/lines/2/branch_id",
        "/lines/4/branch_id",
    ]);
    house
        .post("standing", "quota-plans", draft(2021, &[line(1, 1)]))
        .await
        .refused("forbidden");

    let made = create(draft(
        2021,
        &(1..=10).map(|b| line(b, 1)).collect::<Vec<_>>(),
    ))
    .await
    .expect(201);
    let path = same_when_read(&house, "standing", &made).await;
    shows!(made, {"total": 10, "warnings": ["evenly_spread"]});
    for (quotas, warnings) in [
        (
            vec![line(1, 0), line(2, 0)],
            json!(["evenly_spread", "below_annual_minimum"]),
        ),
        (
            vec![line(1, 5), line(2, 0)],
            json!(["below_annual_minimum"]),
        ),
        (vec![line(1, 5), line(2, 1)], json!([])),
        (vec![line(1, 6)], json!([])),
    ] {
        let version = house.read("office", &path).await.version();
        let changed = house
            .change("office", &path, version, json!({"lines": quotas}))
            .await;
        assert_eq!(changed.body["warnings"], warnings);
    }
    let now = house.read("office", &path).await;
    house
        .patch("office", &path, now.version(), json!({"lines": wrong}))
        .await
        .invalid(&[
            "/lines/1/branch_id",
            "/lines/2/branch_id",
            "/lines/4/branch_id",
        ]);
    house
        .patch("office", &path, now.version(), json!({"state": "issued"}))
        .await
        .invalid(&["/state"]);
    // a proposed plan that is changed is a draft again
    let proposed = house
        .advance("office", &format!("{path}/submissions"), now.version())
        .await;
    let changed = house
        .change(
            "office",
            &path,
            proposed.version(),
            json!({"lines": [line(1, 7)]}),
        )
        .await;
    shows!(changed, {"state": "draft", "total": 7});
    house.remove("office", &path, changed.version()).await;
    house.get("office", &path).await.refused("not_found");
    create(draft(2021, &[line(1, 1)])).await.expect(201);
}

#[tokio::test]
async fn who_drafted_a_plan_cannot_issue_it_even_in_another_role() {
    let house = House::build().await;
    let path = format!("/api/v1/quota-plans/{}", demo("90", 0, 2023));
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let account = format!("/api/v1/accounts/{}", demo("ac", 0, 2));
    house
        .change("admin", &account, 1, json!({"role": "standing_committee"}))
        .await;
    let fresh = house
        .form(
            "/api/v1/auth/token",
            &[
                ("grant_type", "password"),
                ("username", "office"),
                ("password", PASSWORD),
            ],
        )
        .await
        .expect(200);
    let bearer = format!("Bearer {}", fresh.body["access_token"].text());
    let tag = format!("\"{}\"", proposed.version());
    let headers = [
        ("authorization", bearer.as_str()),
        ("if-match", tag.as_str()),
    ];
    let refused = house
        .send(
            "",
            Method::POST,
            &format!("{path}/issuances"),
            None,
            &headers,
        )
        .await
        .refused("forbidden");
    assert!(refused.text.contains("drafted"), "{}", refused.text);
    house
        .advance("standing", &format!("{path}/issuances"), proposed.version())
        .await;
}

#[tokio::test]
async fn a_revision_keeps_the_earlier_figures_and_holds_only_once_issued() {
    let house = House::build().await;
    let path = format!("/api/v1/quota-plans/{}", demo("90", 0, 2022));
    let earlier = house.read("office", &path).await;
    let figure = async |b: u32| {
        let answer = house
            .read(
                "office",
                &format!("annual-quotas?year=2022&branch_id={}", branch(b)),
            )
            .await;
        answer.items()[0]["quota"].number()
    };
    assert_eq!((figure(1).await, figure(2).await), (0, 1));
    let lines: Vec<_> = (1..=10)
        .map(|b| line(b, if b == 1 { 4 } else { 1 }))
        .collect();
    let send = async |reason: &str, version: i64| {
        let tag = format!("\"{version}\"");
        let body = json!({"reason": reason, "lines": lines});
        house
            .send(
                "office",
                Method::POST,
                &format!("{path}/revisions"),
                Some(body),
                &[("if-match", &tag)],
            )
            .await
    };
    let first = send("lý do thứ nhất", 1).await.expect(200);
    let waiting = send("một chi bộ giải thể", first.version())
        .await
        .expect(200);
    assert_eq!(
        (
            &waiting.body["lines"],
            &waiting.body["state"],
            &waiting.body["revision"]
        ),
        (&earlier.body["lines"], &json!("issued"), &json!(1))
    );
    assert_eq!(waiting.body["pending"]["reason"], "một chi bộ giải thể");
    assert_eq!(
        (figure(1).await, figure(2).await),
        (0, 1),
        "the figures in force hold until the revision is issued"
    );
    for who in ["branch-01", "overseer", "upper"] {
        let seen = house.read(who, &path).await;
        assert_eq!(
            (&seen.body["pending"], &seen.body["revisions"]),
            (&Value::Null, &json!([])),
            "{who}"
        );
    }
    house
        .step("standing", &format!("{path}/closures"), waiting.version())
        .await
        .refused("invalid_transition");
    house
        .step("office", &format!("{path}/issuances"), waiting.version())
        .await
        .refused("forbidden");

    let revised = house
        .advance("standing", &format!("{path}/issuances"), waiting.version())
        .await;
    assert_eq!(
        [
            &revised.body["state"],
            &revised.body["revision"],
            &revised.body["pending"],
            &revised.body["total"]
        ],
        [&json!("revised"), &json!(2), &Value::Null, &json!(13)]
    );
    let kept = &revised.body["revisions"];
    assert_eq!(
        (
            kept.as_array().unwrap().len(),
            &kept[0]["revision"],
            &kept[0]["reason"]
        ),
        (1, &json!(1), &json!("một chi bộ giải thể"))
    );
    let figures = |lines: &Value| {
        lines
            .as_array()
            .unwrap()
            .iter()
            .map(|l| {
                (
                    l["branch_id"].clone().to_string(),
                    l["quota"].as_i64(),
                    l["basis"].to_string(),
                )
            })
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(figures(&kept[0]["lines"]), figures(&earlier.body["lines"]));
    assert_eq!((figure(1).await, figure(2).await), (4, 1));
    let own = house.read("branch-01", &path).await;
    assert_eq!(
        (
            own.body["lines"].list().len(),
            &own.body["total"],
            &own.body["revisions"]
        ),
        (1, &json!(4), &json!([]))
    );
    let closed = house
        .advance("standing", &format!("{path}/closures"), revised.version())
        .await;
    assert_eq!(
        [&closed.body["state"], &closed.body["closed_on"]],
        ["closed", "2021-01-15"]
    );
    assert_eq!(figure(1).await, 4, "a closed plan's figures stay in force");
}

#[tokio::test]
async fn each_role_sees_its_own_lines_and_drafts_stay_inside() {
    let house = House::build().await;
    let issued = format!("/api/v1/quota-plans/{}", demo("90", 0, 2022));
    let draft = format!("/api/v1/quota-plans/{}", demo("90", 0, 2023));
    for (who, plans, lines, total) in [
        ("standing", 4, 10, 6),
        ("office", 4, 10, 6),
        ("upper", 1, 10, 6),
        ("district-script", 1, 10, 6),
        ("overseer", 1, 3, 2),
        ("branch-03", 1, 1, 1),
        ("branch-01", 1, 1, 0),
    ] {
        assert_eq!(
            house.read(who, "quota-plans").await.items().len(),
            plans,
            "{who}"
        );
        let seen = house.read(who, &issued).await;
        assert_eq!(
            (seen.body["lines"].list().len(), seen.body["total"].as_i64()),
            (lines, Some(total)),
            "{who}"
        );
        let answer = house.get(who, &draft).await;
        assert_eq!(answer.status, if plans == 4 { 200 } else { 404 }, "{who}");
    }
    for who in ["union", "youth", "admin"] {
        house.get(who, &issued).await.refused("forbidden");
    }
    // organization.toml, years 2022 to 2025
    let quotas = [
        [0, 1, 1, 0],
        [1, 1, 0, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 0, 1, 1],
        [0, 1, 0, 1],
        [0, 0, 1, 0],
        [1, 0, 1, 0],
        [1, 0, 0, 1],
        [0, 1, 0, 0],
    ];
    for (k, year) in (2022..=2025).enumerate() {
        let plan = house
            .read("office", &format!("quota-plans/{}", demo("90", 0, year)))
            .await;
        let shown: Vec<_> = plan.body["lines"]
            .list()
            .iter()
            .map(|l| l["quota"].number())
            .collect();
        assert_eq!(shown, quotas.map(|of_branch| of_branch[k]), "{year}");
        shows!(plan, {"total": 6, "warnings": []});
    }
}

/// Branch and year to quota, admitted, pipeline: counted here from the rows themselves.
async fn recounted(house: &House) -> BTreeMap<(String, i64), (i64, i64, i64)> {
    let owner = house.owner().await;
    let mut all: BTreeMap<(String, i64), (i64, i64, i64)> = (1..=10)
        .flat_map(|b| (2021..=2025).map(move |y| ((branch(b), y), (0, 0, 0))))
        .collect();
    let lines = "select l.branch_id::text, p.year::bigint, l.quota::bigint from quota_line l, quota_plan p where p.id = l.plan_id and p.deleted_at is null and p.state not in ('draft', 'proposed')";
    for row in owner.query(lines, &[]).await.unwrap() {
        all.get_mut(&(row.get(0), row.get(1))).unwrap().0 += row.get::<_, i64>(2);
    }
    let people = "select branch_id::text, coalesce(to_char(admitted_on, 'YYYY'), '0')::bigint, stage from candidate where deleted_at is null";
    for row in owner.query(people, &[]).await.unwrap() {
        let (of, year, stage): (String, i64, String) = (row.get(0), row.get(1), row.get(2));
        if let Some(cell) = all.get_mut(&(of.clone(), year)) {
            cell.1 += 1;
        }
        if [
            "nominated",
            "in_plan",
            "dossier",
            "branch_resolved",
            "committee_resolved",
            "submitted",
            "decided",
        ]
        .contains(&stage.as_str())
        {
            all.iter_mut()
                .filter(|((b, _), _)| *b == of)
                .for_each(|(_, cell)| cell.2 += 1);
        }
    }
    all
}

#[tokio::test]
async fn annual_quotas_are_the_figures_that_the_rows_add_up_to_for_every_role() {
    let house = House::build().await;
    let owner = house.owner().await;
    // somebody admitted this side and that side of New Year, and somebody removed by mistake
    for (n, on, gone) in [
        (1, "2022-12-31", false),
        (2, "2023-01-01", false),
        (3, "2022-06-01", true),
    ] {
        let sql = "update candidate set stage = 'probationary', decided_on = $2::text::date, admitted_on = $2::text::date, admitted_branch_id = branch_id, deleted_at = case when $3 then now() end where id = $1::text::uuid";
        owner
            .execute(sql, &[&demo("ca", 4, n), &on, &gone])
            .await
            .unwrap();
    }
    let all = recounted(&house).await;
    assert_eq!(all[&(branch(4), 2022)].1, 1);
    for (who, branches) in [
        ("office", (1..=10).collect::<Vec<u32>>()),
        ("standing", (1..=10).collect()),
        ("upper", (1..=10).collect()),
        ("district-script", (1..=10).collect()),
        ("overseer", vec![1, 2, 3]),
        ("branch-04", vec![4]),
        ("branch-10", vec![10]),
    ] {
        let answer = house.read(who, "annual-quotas").await;
        let within: BTreeSet<_> = branches.into_iter().map(branch).collect();
        let expected: BTreeMap<_, _> = all
            .clone()
            .into_iter()
            .filter(|((b, _), _)| within.contains(b))
            .collect();
        let number = |item: &Value, name: &str| item[name].number();
        let shown: BTreeMap<_, _> = answer
            .items()
            .iter()
            .map(|i| {
                (
                    (i["branch_id"].text().to_owned(), number(i, "year")),
                    (
                        number(i, "quota"),
                        number(i, "admitted"),
                        number(i, "pipeline"),
                    ),
                )
            })
            .collect();
        assert_eq!(shown, expected, "{who}");
        assert!(
            answer
                .items()
                .iter()
                .all(|i| number(i, "gap") == (number(i, "quota") - number(i, "admitted")).max(0))
        );
        let term = &answer.body["terms"][0];
        let sum = |f: fn(&(i64, i64, i64)) -> i64, year: Option<i64>| {
            expected
                .iter()
                .filter(|((_, y), _)| year.is_none_or(|w| w == *y))
                .map(|(_, v)| f(v))
                .sum::<i64>()
        };
        assert_eq!(
            (number(term, "quota"), number(term, "admitted")),
            (sum(|v| v.0, None), sum(|v| v.1, None)),
            "{who}"
        );
        assert_eq!(number(term, "gap"), (30 - number(term, "admitted")).max(0));
        for year in term["years"].list() {
            let y = Some(number(year, "year"));
            assert_eq!(
                (number(year, "quota"), number(year, "admitted")),
                (sum(|v| v.0, y), sum(|v| v.1, y)),
                "{who} {y:?}"
            );
            assert_eq!(number(year, "gap"), (6 - number(year, "admitted")).max(0));
        }
    }
    for who in ["union", "youth", "admin"] {
        house.get(who, "annual-quotas").await.refused("forbidden");
    }
    let some = house
        .read(
            "office",
            &format!("annual-quotas?year=2022&branch_id={}", branch(4)),
        )
        .await;
    assert_eq!(some.items().len(), 1);
    assert_eq!(
        house
            .read(
                "branch-04",
                &format!("annual-quotas?branch_id={}", branch(3))
            )
            .await
            .items()
            .len(),
        0
    );
    house
        .get("office", "annual-quotas?year=once")
        .await
        .refused("invalid_parameter");
}

#[tokio::test]
async fn every_enumeration_has_labels_in_both_languages_for_everybody() {
    let house = House::build().await;
    let all = house.read("district-script", "enums").await;
    let names: Vec<_> = all.items().iter().map(|e| e["name"].text()).collect();
    for name in [
        "Stage",
        "PlanState",
        "EnrolmentState",
        "NominationOutcome",
        "UnitKind",
        "Grade",
    ] {
        assert!(names.contains(&name), "{names:?}");
    }
    for value in all.items().iter().flat_map(|e| e["values"].list()) {
        assert!(
            ["value", "label_vi", "label_en"]
                .iter()
                .all(|k| !value[*k].text().is_empty()),
            "{value}"
        );
    }
    assert_eq!(house.read("union", "enums").await.body, all.body);
    house.get("", "enums").await.refused("unauthenticated");
}

#[tokio::test]
async fn a_holiday_stands_once_a_day() {
    let house = House::build().await;
    let made = house
        .create(
            "office",
            "holidays",
            json!({"on": "2027-02-05", "name": "Tết Nguyên đán"}),
        )
        .await;
    let path = same_when_read(&house, "union", &made).await;
    house
        .post(
            "office",
            "holidays",
            json!({"on": "2027-02-05", "name": "hai lần"}),
        )
        .await
        .duplicate("/on");
    house
        .patch("office", &path, 1, json!({"on": "2021-01-01"}))
        .await
        .duplicate("/on");
    house
        .post(
            "office",
            "holidays",
            json!({"on": "2027-02-30", "name": "không có ngày này"}),
        )
        .await
        .invalid(&["/on"]);
    shows!(house.change("office", &path, 1, json!({"on": "2027-02-06"})).await, {
        "on": "2027-02-06"
    });
    house
        .post(
            "admin",
            "holidays",
            json!({"on": "2027-02-07", "name": "x"}),
        )
        .await
        .refused("forbidden");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

#[tokio::test]
async fn a_setting_stays_within_its_bounds_and_counts_its_changes() {
    let house = House::build().await;
    house
        .owner()
        .await
        .execute("delete from setting where key = 'youth_age_limit'", &[])
        .await
        .unwrap();
    let path = "/api/v1/settings/youth_age_limit";
    let unset = house.read("branch-01", path).await;
    assert_eq!(
        (
            unset.version(),
            unset.header("etag"),
            &unset.body["value"],
            &unset.body["default"]
        ),
        (0, "\"0\"", &json!(30), &json!(30))
    );
    let (least, most) = (unset.body["least"].number(), unset.body["most"].number());
    for outside in [least - 1, most + 1, -1, 3_000_000_000] {
        house
            .patch("admin", path, 0, json!({"value": outside}))
            .await
            .invalid(&["/value"]);
    }
    house
        .patch("admin", path, 0, json!({"value": null}))
        .await
        .invalid(&["/value"]);
    house
        .patch("admin", path, 0, json!({"value": 30.5}))
        .await
        .invalid(&["/value"]);
    for (version, value) in [(0, least), (1, most)] {
        let set = house
            .change("admin", path, version, json!({"value": value}))
            .await;
        assert_eq!(
            (set.version(), &set.body["value"]),
            (version + 1, &json!(value))
        );
    }
    house
        .patch("admin", path, 0, json!({"value": 20}))
        .await
        .refused("precondition_failed");
    house
        .patch("office", path, 2, json!({"value": 20}))
        .await
        .refused("forbidden");
    house.get("union", path).await.refused("forbidden");
    house
        .get("admin", "settings/no_such_setting")
        .await
        .refused("not_found");
    house
        .patch("admin", "settings/no_such_setting", 0, json!({"value": 20}))
        .await
        .refused("not_found");
    let all = house.read("standing", "settings").await;
    assert!(
        all.items()
            .iter()
            .any(|s| s["key"] == "youth_age_limit" && s["value"] == most && s["version"] == 2)
    );
}

#[tokio::test]
async fn an_account_has_a_role_of_its_level_and_a_branch_only_if_it_is_a_branchs() {
    let house = House::build().await;
    let body = |role: &str, branch: Option<String>| json!({"login": "moi.vao", "display_name": "Mới", "role": role, "branch_id": branch});
    let create = async |body: Value| house.post("admin", "accounts", body).await;
    for role in ["upper_committee", "service_account"] {
        create(body(role, None)).await.invalid(&["/role"]);
    }
    create(body("branch_committee", None))
        .await
        .invalid(&["/branch_id"]);
    create(body("party_office", Some(branch(1))))
        .await
        .invalid(&["/branch_id"]);
    create(body("branch_committee", Some(NOBODY.into())))
        .await
        .invalid(&["/branch_id"]);
    create(body("clerk", None)).await.invalid(&["/role"]);
    let mut spaced = body("party_office", None);
    spaced["login"] = "Mới Vào".into();
    create(spaced).await.invalid(&["/login"]);
    let made = create(body("branch_committee", Some(branch(1))))
        .await
        .expect(201);
    let path = same_when_read(&house, "admin", &made).await;
    create(body("party_office", None)).await.duplicate("/login");
    house
        .patch("admin", &path, 1, json!({"login": "khac"}))
        .await
        .invalid(&["/login"]);
    house
        .patch("admin", &path, 1, json!({"role": "trade_union"}))
        .await
        .invalid(&["/branch_id"]);
    house
        .patch(
            "admin",
            &path,
            1,
            json!({"role": "upper_committee", "branch_id": null}),
        )
        .await
        .invalid(&["/role"]);
    house
        .change(
            "admin",
            &path,
            1,
            json!({"role": "trade_union", "branch_id": null}),
        )
        .await;
    for who in ["office", "standing", "upper"] {
        house.get(who, &path).await.refused("forbidden");
    }
    // nobody shuts oneself out
    let own = format!(
        "/api/v1/accounts/{}",
        house.read("admin", "me").await.body["account_id"].text()
    );
    for patch in [json!({"disabled": true}), json!({"role": "party_office"})] {
        house
            .patch("admin", &own, 1, patch)
            .await
            .refused("forbidden");
    }
    shows!(house.change("admin", &own, 1, json!({"display_name": "Quản trị"})).await, {
        "display_name": "Quản trị"
    });
}

#[tokio::test]
async fn what_changes_in_an_account_acts_on_its_next_request() {
    let house = House::build().await;
    let account = |n: u32| format!("/api/v1/accounts/{}", demo("ac", 0, n));
    // branch-01 is the fourth account
    house.read("branch-01", "me").await;
    shows!(house.read("admin", &account(4)).await, {"login": "branch-01"});
    house
        .change("admin", &account(4), 1, json!({"display_name": "Chi ủy"}))
        .await;
    house.read("branch-01", "me").await;
    house
        .change("admin", &account(4), 2, json!({"branch_id": branch(2)}))
        .await;
    house.get("branch-01", "me").await.refused("token_revoked");
    house.read("branch-02", "me").await;
    house
        .change("admin", &account(5), 1, json!({"disabled": true}))
        .await;
    house.get("branch-02", "me").await.refused("token_revoked");
    let sign_in = async |login: &str, password: &str| {
        house
            .form(
                "/api/v1/auth/token",
                &[
                    ("grant_type", "password"),
                    ("username", login),
                    ("password", password),
                ],
            )
            .await
    };
    assert_eq!(sign_in("branch-02", PASSWORD).await.status, 400);
    house
        .change("admin", &account(5), 2, json!({"disabled": false}))
        .await;
    assert_eq!(sign_in("branch-02", PASSWORD).await.status, 200);
    // expired
    house.read("branch-03", "me").await;
    house
        .change(
            "admin",
            &account(6),
            1,
            json!({"expires_at": "2021-01-15T01:59:59Z"}),
        )
        .await;
    house.get("branch-03", "me").await.refused("token_revoked");
    assert_eq!(sign_in("branch-03", PASSWORD).await.status, 400);

    // a new secret: the old password is dead, the code opens the password only
    let secret = house
        .advance("admin", &format!("{}/secrets", account(5)), 3)
        .await;
    assert_eq!(
        (&secret.body["expires_at"], secret.header("etag")),
        (&json!("2021-01-16T02:00:00Z"), "\"4\"")
    );
    assert_eq!(sign_in("branch-02", PASSWORD).await.status, 400);
    let token = sign_in("branch-02", secret.body["secret"].text())
        .await
        .expect(200);
    let bearer = format!("Bearer {}", token.body["access_token"].text());
    house
        .send(
            "",
            Method::GET,
            "branches",
            None,
            &[("authorization", &bearer)],
        )
        .await
        .refused("password_change_required");
    house
        .step("admin", &format!("{}/secrets", account(5)), 3)
        .await
        .refused("precondition_failed");
    house.clock.set("2021-01-16T02:00:01Z".parse().unwrap());
    assert_eq!(
        sign_in("branch-02", secret.body["secret"].text())
            .await
            .status,
        400,
        "a code lasts a day"
    );
}
