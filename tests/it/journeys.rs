//! The main workflow over HTTP, as one story.
use serde_json::json;

use crate::support::{House, Plain, demo, person, shows};

/// S12, S13, S16, S23, S32, S33, S35, S37, S58, S60, S61: quotas, a nomination, a sponsor, a class,
/// a certificate.
#[tokio::test]
async fn the_plan_of_2021_is_drafted_issued_and_worked_on() {
    let house = House::build().await;
    let quotas = [1, 0, 1, 1, 1, 1, 1, 0, 0, 0];

    // the Party Office drafts and proposes the plan, but cannot issue it
    let lines: Vec<_> =
        (1..=10).zip(quotas).map(|(b, n)| json!({"branch_id": demo("0b", b, 0), "quota": n, "rationale": "theo kế hoạch nhiệm kỳ"})).collect();
    let plan = house
        .create(
            "office",
            "quota-plans",
            json!({"term_id": demo("7e", 0, 1), "year": 2021, "lines": lines}),
        )
        .await;
    assert_eq!(
        (
            plan.body["total"].as_i64(),
            plan.body["warnings"].list().len()
        ),
        (Some(6), 0)
    );
    let path = format!("/api/v1/quota-plans/{}", plan.id());
    assert_eq!(plan.location(), path);
    house.get("branch-01", &path).await.refused("not_found");
    let plan = house
        .advance("office", &format!("{path}/submissions"), plan.version())
        .await;
    house
        .step_with(
            "office",
            &format!("{path}/issuances"),
            plan.version(),
            house.decision(),
        )
        .await
        .refused("forbidden");
    let plan = house
        .advance_with(
            "standing",
            &format!("{path}/issuances"),
            plan.version(),
            house.decision(),
        )
        .await;
    assert_eq!(plan.body["state"], "issued");

    // branch 01 sees its own line of the plan
    let own = house.read("branch-01", &path).await;
    let lines = own.body["lines"].list();
    assert_eq!(
        (lines.len(), lines[0]["branch_id"].as_str()),
        (1, Some(demo("0b", 1, 0).as_str()))
    );
    // but nobody of branch 02
    let theirs = house
        .read(
            "office",
            &format!("candidates?branch_id={}&limit=1", demo("0b", 2, 0)),
        )
        .await;
    let theirs = theirs.items()[0]["id"].text().to_owned();
    house
        .read("branch-02", &format!("candidates/{theirs}"))
        .await;
    house
        .get("branch-01", &format!("candidates/{theirs}"))
        .await
        .refused("not_found");
    let seen = house.read("branch-01", "candidates?limit=200").await;
    assert!(
        seen.items()
            .iter()
            .all(|c| c["branch_id"] == demo("0b", 1, 0))
    );

    // the trade union nominates a person, and sees only the outcome
    let nomination = house
        .create(
            "union",
            "nominations",
            person(1, "Đặng Thị Hoài An", "21-NQ/CĐ"),
        )
        .await;
    assert_eq!(
        (
            nomination.body["outcome"].as_str(),
            nomination.body["stage"].as_str()
        ),
        (Some("pending"), Some("nominated"))
    );
    let candidate = nomination.body["candidate_id"].text().to_owned();
    house
        .read("union", &format!("nominations/{}", nomination.id()))
        .await;
    house
        .get("union", &format!("candidates/{candidate}"))
        .await
        .refused("forbidden");

    // the branch assigns a sponsor; a probationary member is refused
    let refused = house
        .act(
            "branch-01",
            &candidate,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 15), "from_on": "2021-01-15"}),
        )
        .await
        .refused("requirements_unmet");
    shows!(refused.body["requirements"][0], {"rule": "sponsorship.sponsor.official"});
    let sponsorship = house
        .record(
            "branch-01",
            &candidate,
            "sponsorships",
            json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"}),
        )
        .await;
    house
        .read("branch-01", &format!("sponsorships/{}", sponsorship.id()))
        .await;

    // the branch adopts her into its plan, without which the awareness class refuses her (S33)
    let class = json!({"kind": "awareness", "title": "Lớp nhận thức về Đảng khóa I", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-01-20",
        "ends_on": "2021-01-24", "capacity": 2});
    let class = house.create("office", "classes", class).await;
    let seats = format!("/api/v1/classes/{}/enrolments", class.id());
    let refused = house
        .post("branch-01", &seats, json!({"candidate_id": candidate}))
        .await
        .refused("requirements_unmet");
    assert_eq!(refused.body["requirements"][0]["rule"], "class.stage");
    house.adopt("branch-01", &candidate).await;

    // the branch proposes her for the class, the Party Office records the certificate
    let enrolment = house
        .create("branch-01", &seats, json!({"candidate_id": candidate}))
        .await;
    let place = format!("/api/v1/enrolments/{}", enrolment.id());
    house
        .patch("branch-01", &place, 1, json!({"state": "failed"}))
        .await
        .refused("forbidden");
    house.listed(&format!("classes/{}", class.id())).await;
    house.travel("2021-01-31");
    let done = house.change(
            "office",
            &place,
            3,
            json!({"state": "completed", "grade": "good", "certificate_number": "GCN-2021-777", "certificate_on": "2021-01-30"}),
        ).await;
    assert_eq!(done.body["certificate_valid_to"], "2026-01-30");

    // the youth union can read none of this
    for path in [
        &path,
        &format!("/api/v1/candidates/{candidate}"),
        &place,
        &format!("/api/v1/sponsorships/{}", sponsorship.id()),
    ] {
        house.get("youth", path).await.refused("forbidden");
    }
    house
        .get("youth", &format!("nominations/{}", nomination.id()))
        .await
        .refused("not_found");

    // the year is measured against a minimum of 6, the term against 30
    let figures = house.read("office", "annual-quotas").await;
    let term = &figures.body["terms"][0];
    let year = term["years"]
        .list()
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
    let own = house.read("branch-01", "annual-quotas").await;
    assert!(
        own.items()
            .iter()
            .all(|i| i["branch_id"] == demo("0b", 1, 0))
    );

    // the district's service account reads totals, but no person
    let totals = house.read("district-script", "annual-quotas").await;
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
            .refused("forbidden");
    }
}
