//! Quota plans: drafted, proposed, issued, revised, closed, rejected and reopened.
mod proposals;

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, House, NOBODY, PASSWORD, Plain, branch, demo, same_when_read, shows, with,
};

fn plan(year: u32) -> String {
    format!("/api/v1/quota-plans/{}", demo("90", 0, year))
}

pub fn line(b: u32, quota: i64) -> Value {
    json!({"branch_id": demo("0b", b, 0), "quota": quota, "rationale": "theo nguồn"})
}

async fn step(house: &House, who: &str, path: &str, version: i64, body: Value) -> Answer {
    house.step_with(who, path, version, body).await
}

/// The Office drafts other figures for a plan that is in force.
#[track_caller]
fn revising(house: &House, path: &str, plan: &Answer, body: Value) -> impl Future<Output = Answer> {
    let (path, version) = (format!("{path}/revisions"), plan.version());
    async move { house.advance_with("office", &path, version, body).await }
}

/// The Standing Committee issues the plan or revision that was submitted.
#[track_caller]
fn issuing(house: &House, path: &str, plan: &Answer) -> impl Future<Output = Answer> {
    let (path, version) = (format!("{path}/issuances"), plan.version());
    async move {
        house
            .advance_with("standing", &path, version, house.decision())
            .await
    }
}

const WHY: &str = "chưa dựa vào nguồn của chi bộ 04";

/// S16, S58
#[tokio::test]
async fn a_proposed_plan_is_sent_back_by_the_standing_committee_with_a_reason() {
    let house = House::build().await;
    let path = plan(2023);
    let (rejections, reason) = (format!("{path}/rejections"), json!({"reason": WHY}));
    let early = step(&house, "standing", &rejections, 1, reason.clone()).await;
    early.refused("invalid_transition");
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let version = proposed.version();
    for who in ["office", "branch-01", "overseer", "upper", "union", "admin"] {
        step(&house, who, &rejections, version, reason.clone())
            .await
            .refused("forbidden");
    }
    for (body, pointer) in [
        (json!({}), "/reason"),
        (json!({"reason": " "}), "/reason"),
        (json!({"reason": "x", "lines": []}), "/lines"),
    ] {
        step(&house, "standing", &rejections, version, body)
            .await
            .invalid(&[pointer]);
    }
    let stale = step(&house, "standing", &rejections, version - 1, reason).await;
    stale.refused("precondition_failed");
}

/// S16, S58: the Party Office drafts and proposes the plan again. The reason of the rejection is
/// kept, visible only to the Office and the Standing Committee.
#[tokio::test]
async fn a_plan_that_was_sent_back_is_proposed_again_and_the_reason_stays() {
    let house = House::build().await;
    let path = plan(2023);
    let (rejections, reason) = (format!("{path}/rejections"), json!({"reason": WHY}));
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let version = proposed.version();
    let back = house
        .advance_with("standing", &rejections, version, reason.clone())
        .await;
    let kept = json!([
        {"kind": "rejected", "reason": WHY, "on": "2021-01-15", "by": demo("ac", 0, 1)}
    ]);
    shows!(back, {"state": "draft", "remarks": kept, "lines": proposed.body["lines"]});
    let twice = step(&house, "standing", &rejections, back.version(), reason).await;
    twice.refused("invalid_transition");
    let lines = json!({"lines": [line(3, 2), line(4, 4)]});
    let again = house.change("office", &path, back.version(), lines).await;
    let again = house
        .advance("office", &format!("{path}/submissions"), again.version())
        .await;
    let issued = issuing(&house, &path, &again).await;
    shows!(issued, {"state": "issued", "remarks": kept});
    shows!(house.read("branch-04", &path).await, {"remarks": []});
}

/// S16: a revision that waits can be rejected. The figures in force remain, and the year can be
/// closed.
#[tokio::test]
async fn a_waiting_revision_is_refused_and_the_figures_in_force_stay() {
    let house = House::build().await;
    let path = plan(2022);
    let before = house.read("office", &path).await;
    let body = json!({"reason": "thêm cho chi bộ 01", "lines": [line(1, 3), line(2, 4)]});
    let waiting = house
        .advance_with("office", &format!("{path}/revisions"), 1, body)
        .await;
    assert!(waiting.body["pending"].is_object());
    let refused = house
        .advance_with(
            "standing",
            &format!("{path}/rejections"),
            waiting.version(),
            json!({"reason": "không đủ nguồn"}),
        )
        .await;
    shows!(refused, {"state": "issued", "pending": null, "revisions": []});
    shows!(refused, {"lines": before.body["lines"]});
    shows!(refused.body["remarks"][0], {"kind": "rejected", "reason": "không đủ nguồn"});
    house
        .step_with(
            "standing",
            &format!("{path}/issuances"),
            refused.version(),
            house.decision(),
        )
        .await
        .refused("invalid_transition");
    house.travel("2022-01-03");
    house
        .advance("standing", &format!("{path}/closures"), refused.version())
        .await;
}

/// S16: only the Standing Committee reopens a closed plan, with a reason, and into the state that
/// it had before.
#[tokio::test]
async fn a_closed_plan_is_reopened_with_a_reason_into_the_state_that_it_had() {
    let house = House::build().await;
    let path = plan(2022);
    let (closures, reopenings) = (format!("{path}/closures"), format!("{path}/reopenings"));
    let reason = json!({"reason": "một lễ kết nạp ghi thiếu"});
    step(&house, "standing", &reopenings, 1, reason.clone())
        .await
        .refused("invalid_transition");
    // a year cannot be closed before it has begun
    house
        .step("standing", &closures, 1)
        .await
        .refused("invalid_transition");
    house.travel("2022-01-03");
    let closed = house.advance("standing", &closures, 1).await;
    for who in ["office", "branch-01", "upper"] {
        step(&house, who, &reopenings, closed.version(), reason.clone())
            .await
            .refused("forbidden");
    }
    step(
        &house,
        "standing",
        &reopenings,
        closed.version(),
        json!({"reason": null}),
    )
    .await
    .invalid(&["/reason"]);
    house.travel("2022-02-01");
    let open = house
        .advance_with("standing", &reopenings, closed.version(), reason.clone())
        .await;
    shows!(open, {"state": "issued", "closed_on": null, "total": 6});
}

/// S16
#[tokio::test]
async fn a_revised_plan_is_reopened_as_a_revised_one_and_every_reason_is_kept() {
    let house = House::build().await;
    let path = plan(2022);
    let (closures, reopenings) = (format!("{path}/closures"), format!("{path}/reopenings"));
    house.travel("2022-01-03");
    let closed = house.advance("standing", &closures, 1).await;
    house.travel("2022-02-01");
    let reason = json!({"reason": "một lễ kết nạp ghi thiếu"});
    let open = house
        .advance_with("standing", &reopenings, closed.version(), reason)
        .await;
    let body = json!({"reason": "chuyển chỉ tiêu", "lines": [line(3, 2), line(4, 4)]});
    let waiting = revising(&house, &path, &open, body).await;
    let revised = issuing(&house, &path, &waiting).await;
    let closed = house
        .advance("standing", &closures, revised.version())
        .await;
    let open = house
        .advance_with(
            "standing",
            &reopenings,
            closed.version(),
            json!({"reason": "lần thứ hai"}),
        )
        .await;
    let said: Vec<_> = open.body["remarks"]
        .list()
        .iter()
        .map(|r| (r["kind"].text(), r["reason"].text(), r["on"].text()))
        .collect();
    assert_eq!(
        said,
        [
            ("reopened", "một lễ kết nạp ghi thiếu", "2022-02-01"),
            ("reopened", "lần thứ hai", "2022-02-01")
        ]
    );
    assert_eq!(
        (
            &open.body["state"],
            &open.body["revision"],
            open.body["revisions"].list().len()
        ),
        (&json!("revised"), &json!(2), 1)
    );
}

/// Empties the pipeline of branch 04.
async fn dried_up(house: &House) {
    let sql = "update candidate set stage = 'withdrawn' where branch_id = $1::text::uuid \
        and stage in ('nominated', 'in_plan', 'dossier', 'branch_resolved', \
        'committee_resolved', 'submitted', 'decided')";
    house
        .owner()
        .await
        .execute(sql, &[&demo("0b", 4, 0)])
        .await
        .unwrap();
}

/// S11, S12: a plan warns about branches with a quota and an empty pipeline, but can be issued
/// nevertheless.
#[tokio::test]
async fn a_quota_without_anybody_on_the_way_is_warned_about_and_issued() {
    let house = House::build().await;
    let path = plan(2023);
    let own = demo("0b", 4, 0);
    let before = house.read("office", &path).await;
    shows!(before, {"warnings": [], "branches_without_pipeline": []});
    dried_up(&house).await;
    let dry = house.read("standing", &path).await;
    shows!(dry, {"warnings": ["quota_without_pipeline"], "branches_without_pipeline": [own]});
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let issued = issuing(&house, &path, &proposed).await;
    assert_eq!(issued.body["warnings"], json!(["quota_without_pipeline"]));
    for who in ["branch-04", "overseer", "upper"] {
        let seen = house.read(who, &path).await;
        shows!(seen, {"warnings": [], "branches_without_pipeline": []});
    }
}

/// S11, S12
#[tokio::test]
async fn a_quota_of_zero_needs_no_pipeline_and_warnings_come_together() {
    let house = House::build().await;
    let path = plan(2023);
    dried_up(&house).await;
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let issued = issuing(&house, &path, &proposed).await;
    let body = json!({"reason": "chi bộ 04 hết nguồn", "lines": [line(3, 6), line(4, 0)]});
    let waiting = revising(&house, &path, &issued, body).await;
    let revised = issuing(&house, &path, &waiting).await;
    assert_eq!(revised.body["warnings"], json!([]));
    // quotas that are evenly spread, below the minimum and without a pipeline cause all three
    // warnings
    let body = json!({"reason": "chia đều", "lines": [line(3, 1), line(4, 1)]});
    let waiting = revising(&house, &path, &revised, body).await;
    let revised = issuing(&house, &path, &waiting).await;
    shows!(revised, {
        "warnings": ["evenly_spread", "below_annual_minimum", "quota_without_pipeline"]
    });
    house.travel("2023-01-03");
    let closed = house
        .advance("standing", &format!("{path}/closures"), revised.version())
        .await;
    // the year is over, so branches without a pipeline are no longer listed
    shows!(closed, {"branches_without_pipeline": []});
}

/// S16: of two concurrent revisions, one is stored and the other gets 412; nothing is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_revisions_of_a_plan_at_once_one_waits_and_the_other_is_told() {
    let house = Arc::new(House::build().await);
    let path = plan(2022);
    let before = house.read("office", &path).await;
    let one = |n: i64| {
        let (house, path, version) = (house.clone(), path.clone(), before.version());
        let body = json!({"reason": format!("lần {n}"), "lines": [line(1, n), line(2, 3)]});
        tokio::spawn(async move {
            house
                .step_with("office", &format!("{path}/revisions"), version, body)
                .await
        })
    };
    let (a, b) = tokio::join!(one(7), one(8));
    let (a, b) = (a.unwrap(), b.unwrap());
    let (winner, loser) = if a.status == 200 { (a, b) } else { (b, a) };
    assert_eq!(winner.status, 200, "{}", winner.text);
    assert!(
        matches!(
            (loser.status, loser.code()),
            (412, "precondition_failed") | (409, _)
        ),
        "{}",
        loser.text
    );
    let after = house.read("office", &path).await;
    assert_eq!(
        (&after.body, &after.body["lines"], after.version()),
        (&winner.body, &before.body["lines"], before.version() + 1)
    );
}

/// S16: the earlier figures are kept only once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_issued_twice_at_once_is_one_revision() {
    let house = Arc::new(House::build().await);
    let path = plan(2022);
    let before = house.read("office", &path).await.version();
    let body = json!({"reason": "lần 7", "lines": [line(1, 7), line(2, 3)]});
    let after = house
        .advance_with("office", &format!("{path}/revisions"), before, body)
        .await;
    let issue = || {
        let (house, path, version) = (house.clone(), path.clone(), after.version());
        tokio::spawn(async move {
            house
                .step_with(
                    "standing",
                    &format!("{path}/issuances"),
                    version,
                    house.decision(),
                )
                .await
        })
    };
    let (a, b) = tokio::join!(issue(), issue());
    let mut statuses = [a.unwrap().status, b.unwrap().status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    let last = house.read("office", &path).await;
    assert_eq!(
        (last.body["revisions"].list().len(), &last.body["revision"]),
        (1, &json!(2))
    );
    assert_eq!(
        last.body["revisions"][0]["lines"].list().len(),
        10,
        "the earlier figures are all there"
    );
}

fn draft(year: i32, lines: &[Value]) -> Value {
    json!({"term_id": demo("7e", 0, 1), "year": year, "lines": lines})
}

#[tokio::test]
async fn every_step_of_a_plan_is_possible_from_its_own_states_only() {
    let house = House::build().await;
    house.travel("2023-01-03");
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
                    "issuances" => (
                        "standing",
                        house
                            .step_with(
                                "standing",
                                &format!("{path}/{step}"),
                                version,
                                house.decision(),
                            )
                            .await,
                    ),
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
async fn a_plan_is_checked_line_by_line() {
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
}

#[tokio::test]
async fn an_even_or_small_plan_is_warned_about_and_taken() {
    let house = House::build().await;
    let create = async |body: Value| house.post("office", "quota-plans", body).await;
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
}

#[tokio::test]
async fn a_change_of_a_plan_is_checked_as_its_creation() {
    let house = House::build().await;
    let now = house
        .create("office", "quota-plans", draft(2021, &[line(1, 6)]))
        .await;
    let path = now.location().to_owned();
    let wrong = vec![line(1, 1), line(99, 1), line(1, 2), line(3, 0), line(99, 1)];
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
}

#[tokio::test]
async fn a_proposed_plan_that_is_changed_is_a_draft_again() {
    let house = House::build().await;
    let create = async |body: Value| house.post("office", "quota-plans", body).await;
    let now = create(draft(2021, &[line(1, 6)])).await.expect(201);
    let path = now.location().to_owned();
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
    house
        .advance("standing", &format!("{account}/confirmations"), 2)
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
            Some(house.decision()),
            &headers,
        )
        .await
        .refused("forbidden");
    assert!(refused.text.contains("drafted"), "{}", refused.text);
    issuing(&house, &path, &proposed).await;
}

/// The quota of a branch in 2022 that is in force.
async fn figure(house: &House, b: u32) -> i64 {
    let path = format!("annual-quotas?year=2022&branch_id={}", branch(b));
    house.read("office", &path).await.items()[0]["quota"].number()
}

/// Revises the quotas: four for branch 01, one for each of the others.
async fn revise(house: &House, reason: &str, version: i64) -> Answer {
    let lines: Vec<_> = (1..=10)
        .map(|b| line(b, if b == 1 { 4 } else { 1 }))
        .collect();
    let path = format!("quota-plans/{}/revisions", demo("90", 0, 2022));
    let body = json!({"reason": reason, "lines": lines});
    house.advance_with("office", &path, version, body).await
}

#[tokio::test]
async fn a_revision_that_waits_holds_nothing_yet() {
    let house = House::build().await;
    let path = format!("/api/v1/quota-plans/{}", demo("90", 0, 2022));
    let earlier = house.read("office", &path).await;
    assert_eq!((figure(&house, 1).await, figure(&house, 2).await), (0, 1));
    let first = revise(&house, "lý do thứ nhất", 1).await;
    let waiting = revise(&house, "một chi bộ giải thể", first.version()).await;
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
        (figure(&house, 1).await, figure(&house, 2).await),
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
        .step_with(
            "office",
            &format!("{path}/issuances"),
            waiting.version(),
            house.decision(),
        )
        .await
        .refused("forbidden");
}

#[tokio::test]
async fn an_issued_revision_keeps_the_earlier_figures() {
    let house = House::build().await;
    let path = format!("quota-plans/{}", demo("90", 0, 2022));
    let earlier = house.read("office", &path).await;
    let waiting = revise(&house, "một chi bộ giải thể", 1).await;
    let revised = issuing(&house, &path, &waiting).await;
    shows!(revised, {"state": "revised", "revision": 2, "pending": null, "total": 13});
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
    assert_eq!((figure(&house, 1).await, figure(&house, 2).await), (4, 1));
    let own = house.read("branch-01", &path).await;
    assert_eq!(
        (
            own.body["lines"].list().len(),
            &own.body["total"],
            &own.body["revisions"]
        ),
        (1, &json!(4), &json!([]))
    );
    house.travel("2022-01-03");
    let closed = house
        .advance("standing", &format!("{path}/closures"), revised.version())
        .await;
    assert_eq!(
        [&closed.body["state"], &closed.body["closed_on"]],
        ["closed", "2022-01-03"]
    );
    assert_eq!(
        figure(&house, 1).await,
        4,
        "a closed plan's figures stay in force"
    );
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
    // as in organization.toml, for the years 2022 to 2025
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

/// A plan is issued by a decision with a number, dated between the submission and today.
#[tokio::test]
async fn a_plan_is_issued_by_a_decision_that_follows_its_submission() {
    let house = House::build().await;
    let path = plan(2023);
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    shows!(proposed, {"proposed_on": "2021-01-15", "decision_number": null, "decision_on": null});
    let issuances = format!("{path}/issuances");
    let issue = async |body: Value| {
        house
            .step_with("standing", &issuances, proposed.version(), body)
            .await
    };
    issue(json!({})).await.expect(422);
    issue(json!({"decision_number": " ", "decision_on": "2021-01-15"}))
        .await
        .invalid(&["/decision_number"]);
    for day in ["2021-01-14", "2021-01-16"] {
        issue(json!({"decision_number": "05-QĐ/ĐU", "decision_on": day}))
            .await
            .invalid(&["/decision_on"]);
    }
    house.travel("2021-01-20");
    let decided = json!({"decision_number": "05-QĐ/ĐU", "decision_on": "2021-01-18"});
    let issued = issue(decided.clone()).await.expect(200);
    shows!(issued, {"state": "issued", "decision_number": "05-QĐ/ĐU", "decision_on": "2021-01-18"});

    // a revision is issued by a decision of its own, and the earlier one is kept
    let body = json!({"reason": "thêm cho chi bộ 01", "lines": [line(1, 3)]});
    let waiting = revising(&house, &path, &issued, body).await;
    house
        .step_with("standing", &issuances, waiting.version(), decided)
        .await
        .invalid(&["/decision_on"]);
    let again = json!({"decision_number": "06-QĐ/ĐU", "decision_on": "2021-01-20"});
    let revised = house
        .advance_with("standing", &issuances, waiting.version(), again)
        .await;
    shows!(revised, {"state": "revised", "decision_number": "06-QĐ/ĐU"});
    shows!(revised.body["revisions"][0], {"decision_number": "05-QĐ/ĐU", "decision_on": "2021-01-18"});
}

/// A rejected revision leaves nothing but its remark: who drafted and submitted the figures in
/// force, and when, is shown as before. A draft has no day of submission.
#[tokio::test]
async fn what_is_in_force_keeps_its_drafter_and_the_day_of_its_submission() {
    let house = House::build().await;
    let path = plan(2023);
    let step = |what: &str| format!("{path}/{what}");
    let reason = json!({"reason": WHY});
    let proposed = house.advance("office", &step("submissions"), 1).await;
    let back = house
        .advance_with(
            "standing",
            &step("rejections"),
            proposed.version(),
            reason.clone(),
        )
        .await;
    shows!(back, {"state": "draft", "proposed_on": null});
    let proposed = house
        .advance("office", &step("submissions"), back.version())
        .await;
    shows!(proposed, {"proposed_on": "2021-01-15"});
    let lines = json!({"lines": [line(3, 2), line(4, 4)]});
    let back = house
        .change("office", &path, proposed.version(), lines)
        .await;
    shows!(back, {"state": "draft", "proposed_on": null});
    let proposed = house
        .advance("office", &step("submissions"), back.version())
        .await;
    let issued = house
        .advance_with(
            "standing",
            &step("issuances"),
            proposed.version(),
            house.decision(),
        )
        .await;
    let drafter = demo("ac", 0, 2);
    shows!(issued, {"proposed_on": "2021-01-15", "decision_on": "2021-01-15", "drafted_by": drafter});
    // as if another account of the Office had drafted the figures in force
    let other = "update quota_plan set drafted_by = $1::text::uuid where id = $2::text::uuid";
    let ids = [demo("ac", 0, 3), demo("90", 0, 2023)];
    let owner = house.owner().await;
    owner.execute(other, &[&ids[0], &ids[1]]).await.unwrap();
    house.travel("2021-11-30");
    let body = json!({"reason": "thêm cho chi bộ 01", "lines": [line(1, 3)]});
    let waiting = house
        .advance_with("office", &step("revisions"), issued.version(), body.clone())
        .await;
    shows!(waiting, {"proposed_on": "2021-11-30", "drafted_by": drafter, "decision_on": "2021-01-15"});
    // a role that is not told about the revision sees those of the figures in force
    let seen = house.read("branch-01", &path).await;
    shows!(seen, {"proposed_on": "2021-01-15", "drafted_by": ids[0], "pending": null});
    let refused = house
        .advance_with("standing", &step("rejections"), waiting.version(), reason)
        .await;
    shows!(refused, {"state": "issued", "pending": null, "revision": 1});
    shows!(refused, {"proposed_on": "2021-01-15", "drafted_by": ids[0], "decision_on": "2021-01-15"});
    // once the revision is issued, its own drafter and day of submission are shown
    let waiting = house
        .advance_with("office", &step("revisions"), refused.version(), body)
        .await;
    house.travel("2021-12-02");
    let decision = json!({"decision_number": "07-QĐ/ĐU", "decision_on": "2021-11-29"});
    house
        .step_with(
            "standing",
            &step("issuances"),
            waiting.version(),
            decision.clone(),
        )
        .await
        .invalid(&["/decision_on"]);
    let decision = with(&decision, json!({"decision_on": "2021-12-01"}));
    let revised = house
        .advance_with("standing", &step("issuances"), waiting.version(), decision)
        .await;
    shows!(revised, {"state": "revised", "proposed_on": "2021-11-30", "drafted_by": drafter});
}

#[tokio::test]
async fn a_year_s_plan_has_no_line_of_a_branch_that_was_founded_later() {
    let house = House::build().await;
    let new = json!({"number": "33", "name": "Chi bộ Trẻ", "kind": "clinical", "founded_on": "2021-01-11",
        "non_member_count": 3, "previous_term_admissions": 0});
    let young = house.create("office", "branches", new).await.id();
    let term = json!({"name": "2015-2020", "from_year": 2016, "to_year": 2020, "annual_minimum": 6, "term_minimum": 30,
        "previous_term_admissions": 30, "committee_coverage_percent": 100, "committee_coverage_year": 2020});
    let term = house.create("office", "terms", term).await.id();
    let lines = [
        line(1, 3),
        json!({"branch_id": young, "quota": 1, "rationale": "theo nguồn"}),
    ];
    let plan = json!({"term_id": term, "year": 2020, "lines": lines});
    house
        .post("office", "quota-plans", plan)
        .await
        .invalid(&["/lines/1/branch_id"]);
}

/// A branch may end after the plan was drafted and before it is issued.
#[tokio::test]
async fn no_quota_is_issued_to_a_branch_that_ended_before_the_year() {
    let house = House::build().await;
    house.travel("2022-12-20");
    let path = &plan(2025);
    let lines = json!({"lines": [line(9, 2), line(10, 1)]});
    house.change("office", path, 1, lines).await;
    house
        .advance("office", &format!("{path}/submissions"), 2)
        .await;
    house.merge(10, 9, "2022-12-15").await;
    house
        .step_with(
            "standing",
            &format!("{path}/issuances"),
            3,
            house.decision(),
        )
        .await
        .refused("invalid_transition");
}
