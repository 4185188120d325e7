//! The main job, told as one story over HTTP.
use serde_json::json;

use crate::support::{House, demo, person};

/// S12, S13, S16, S23, S32, S33, S35, S37, S58, S60, S61: quotas, a nomination, a sponsor, a class, a certificate.
#[tokio::test]
async fn the_plan_of_2021_is_drafted_issued_and_worked_on() {
    let house = House::build().await;
    let quotas = [1, 0, 1, 1, 1, 1, 1, 0, 0, 0];

    // the Office drafts and proposes; it cannot issue
    let lines: Vec<_> =
        (1..=10).zip(quotas).map(|(b, n)| json!({"branch_id": demo("0b", b, 0), "quota": n, "rationale": "theo kế hoạch nhiệm kỳ"})).collect();
    let plan = house
        .post(
            "office",
            "/api/v1/quota-plans",
            json!({"term_id": demo("7e", 0, 1), "year": 2021, "lines": lines}),
        )
        .await
        .expect(201);
    assert_eq!(
        (
            plan.body["total"].as_i64(),
            plan.body["warnings"].as_array().unwrap().len()
        ),
        (Some(6), 0)
    );
    let path = format!("/api/v1/quota-plans/{}", plan.id());
    assert_eq!(plan.header("location"), path);
    house
        .get("branch-01", &path)
        .await
        .expect_code(404, "not_found");
    let plan = house
        .step("office", &format!("{path}/submissions"), plan.version())
        .await
        .expect(200);
    house
        .step("office", &format!("{path}/issuances"), plan.version())
        .await
        .expect_code(403, "forbidden");
    let plan = house
        .step("standing", &format!("{path}/issuances"), plan.version())
        .await
        .expect(200);
    assert_eq!(plan.body["state"], "issued");

    // branch 01 sees its own line
    let own = house.get("branch-01", &path).await.expect(200);
    let lines = own.body["lines"].as_array().unwrap();
    assert_eq!(
        (lines.len(), lines[0]["branch_id"].as_str()),
        (1, Some(demo("0b", 1, 0).as_str()))
    );
    // and not branch 02's people
    let theirs = house
        .get(
            "office",
            &format!("/api/v1/candidates?branch_id={}&limit=1", demo("0b", 2, 0)),
        )
        .await
        .expect(200);
    let theirs = theirs.items()[0]["id"].as_str().unwrap().to_owned();
    house
        .get("branch-02", &format!("/api/v1/candidates/{theirs}"))
        .await
        .expect(200);
    house
        .get("branch-01", &format!("/api/v1/candidates/{theirs}"))
        .await
        .expect_code(404, "not_found");
    let seen = house
        .get("branch-01", "/api/v1/candidates?limit=200")
        .await
        .expect(200);
    assert!(
        seen.items()
            .iter()
            .all(|c| c["branch_id"] == demo("0b", 1, 0))
    );

    // the trade union nominates a person and sees the outcome and nothing else
    let nomination = house
        .post(
            "union",
            "/api/v1/nominations",
            person(1, "Đặng Thị Hoài An", "21-NQ/CĐ"),
        )
        .await
        .expect(201);
    assert_eq!(
        (
            nomination.body["outcome"].as_str(),
            nomination.body["stage"].as_str()
        ),
        (Some("pending"), Some("nominated"))
    );
    let candidate = nomination.body["candidate_id"].as_str().unwrap().to_owned();
    house
        .get("union", &format!("/api/v1/nominations/{}", nomination.id()))
        .await
        .expect(200);
    house
        .get("union", &format!("/api/v1/candidates/{candidate}"))
        .await
        .expect_code(403, "forbidden");

    // the branch assigns a sponsor; a probationary member is refused
    let refused = house
        .act(
            "branch-01",
            &candidate,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 15), "from_on": "2021-01-15"}),
        )
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(
        refused.body["requirements"][0]["rule"],
        "sponsorship.sponsor.official"
    );
    let sponsorship = house
        .act(
            "branch-01",
            &candidate,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"}),
        )
        .await
        .expect(201);
    house
        .get(
            "branch-01",
            &format!("/api/v1/sponsorships/{}", sponsorship.id()),
        )
        .await
        .expect(200);

    // the branch adopts her into its plan, not before that does the awareness class take her (S33)
    let class = json!({"kind": "awareness", "title": "Lớp nhận thức về Đảng khóa I", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-01-20",
        "ends_on": "2021-01-24", "capacity": 2});
    let class = house
        .post("office", "/api/v1/classes", class)
        .await
        .expect(201);
    let seats = format!("/api/v1/classes/{}/enrolments", class.id());
    let refused = house
        .post("branch-01", &seats, json!({"candidate_id": candidate}))
        .await
        .expect_code(422, "requirements_unmet");
    assert_eq!(refused.body["requirements"][0]["rule"], "class.stage");
    house.adopt("branch-01", &candidate).await;

    // the branch proposes for the awareness class, the Office records the certificate
    let enrolment = house
        .post("branch-01", &seats, json!({"candidate_id": candidate}))
        .await
        .expect(201);
    let place = format!("/api/v1/enrolments/{}", enrolment.id());
    house
        .patch("branch-01", &place, 1, json!({"state": "failed"}))
        .await
        .expect_code(403, "forbidden");
    house.travel("2021-01-31");
    let done = house
        .patch(
            "office",
            &place,
            1,
            json!({"state": "completed", "grade": "good", "certificate_number": "GCN-2021-777", "certificate_on": "2021-01-30"}),
        )
        .await
        .expect(200);
    assert_eq!(done.body["certificate_valid_to"], "2026-01-30");

    // the youth union cannot read any of it
    for path in [
        &path,
        &format!("/api/v1/candidates/{candidate}"),
        &place,
        &format!("/api/v1/sponsorships/{}", sponsorship.id()),
    ] {
        house.get("youth", path).await.expect_code(403, "forbidden");
    }
    house
        .get("youth", &format!("/api/v1/nominations/{}", nomination.id()))
        .await
        .expect_code(404, "not_found");

    // the year against 6, the term against 30
    let figures = house
        .get("office", "/api/v1/annual-quotas")
        .await
        .expect(200);
    let term = &figures.body["terms"][0];
    let year = term["years"]
        .as_array()
        .unwrap()
        .iter()
        .find(|y| y["year"] == 2021)
        .unwrap();
    assert_eq!(
        (
            year["quota"].as_i64(),
            year["annual_minimum"].as_i64(),
            year["admitted"].as_i64(),
            year["gap"].as_i64()
        ),
        (Some(6), Some(6), Some(3), Some(3))
    );
    assert_eq!(
        (
            term["term_minimum"].as_i64(),
            term["admitted"].as_i64(),
            term["gap"].as_i64()
        ),
        (Some(30), Some(3), Some(27))
    );
    let own = house
        .get("branch-01", "/api/v1/annual-quotas")
        .await
        .expect(200);
    assert!(
        own.items()
            .iter()
            .all(|i| i["branch_id"] == demo("0b", 1, 0))
    );

    // the district script reads totals and no person
    let totals = house
        .get("district-script", "/api/v1/annual-quotas")
        .await
        .expect(200);
    assert_eq!(totals.body["terms"][0]["admitted"], 3);
    for path in [
        "/api/v1/candidates",
        "/api/v1/members",
        "/api/v1/nominations",
        "/api/v1/sponsors",
        "/api/v1/enrolments",
    ] {
        house
            .get("district-script", path)
            .await
            .expect_code(403, "forbidden");
    }
}
