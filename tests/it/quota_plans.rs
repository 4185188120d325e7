//! The yearly quotas to the end: sent back, opened again, warned about, computed.
use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, Plain, demo, shows};

fn plan(year: u32) -> String {
    format!("/api/v1/quota-plans/{}", demo("90", 0, year))
}

pub fn line(b: u32, quota: i64) -> Value {
    json!({"branch_id": demo("0b", b, 0), "quota": quota, "rationale": "theo nguồn"})
}

async fn step(house: &House, who: &str, path: &str, version: i64, body: Value) -> Answer {
    house.step_with(who, path, version, body).await
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

/// S16, S58: the Office drafts and proposes it again; the reason stays, and is theirs.
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
    let issuances = format!("{path}/issuances");
    let issued = house.advance("standing", &issuances, again.version()).await;
    shows!(issued, {"state": "issued", "remarks": kept});
    shows!(house.read("branch-04", &path).await, {"remarks": []});
}

/// S16: a revision that waits can be refused; the figures in force stay and the year can be closed.
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
        .step("standing", &format!("{path}/issuances"), refused.version())
        .await
        .refused("invalid_transition");
    house
        .advance("standing", &format!("{path}/closures"), refused.version())
        .await;
}

/// S16: only the Standing Committee opens a closed year again, with a reason; the state is that before closing.
#[tokio::test]
async fn a_closed_plan_is_reopened_with_a_reason_into_the_state_that_it_had() {
    let house = House::build().await;
    let path = plan(2022);
    let (closures, reopenings) = (format!("{path}/closures"), format!("{path}/reopenings"));
    let reason = json!({"reason": "một lễ kết nạp ghi thiếu"});
    step(&house, "standing", &reopenings, 1, reason.clone())
        .await
        .refused("invalid_transition");
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
    house.travel("2021-02-01");
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
    let closed = house.advance("standing", &closures, 1).await;
    house.travel("2021-02-01");
    let reason = json!({"reason": "một lễ kết nạp ghi thiếu"});
    let open = house
        .advance_with("standing", &reopenings, closed.version(), reason)
        .await;
    let body = json!({"reason": "chuyển chỉ tiêu", "lines": [line(3, 2), line(4, 4)]});
    let waiting = house
        .advance_with("office", &format!("{path}/revisions"), open.version(), body)
        .await;
    let revised = house
        .advance("standing", &format!("{path}/issuances"), waiting.version())
        .await;
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
            ("reopened", "một lễ kết nạp ghi thiếu", "2021-02-01"),
            ("reopened", "lần thứ hai", "2021-02-01")
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

/// Branch 04 has nobody on the way any more.
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

/// S11, S12: a branch with a quota and nobody on the way to it is named, until it is met; nothing is blocked.
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
    let issued = house
        .advance("standing", &format!("{path}/issuances"), proposed.version())
        .await;
    assert_eq!(issued.body["warnings"], json!(["quota_without_pipeline"]));
    for who in ["branch-04", "overseer", "upper"] {
        let seen = house.read(who, &path).await;
        shows!(seen, {"warnings": [], "branches_without_pipeline": []});
    }
}

/// S11, S12
#[tokio::test]
async fn a_line_of_nought_needs_nobody_and_warnings_come_together() {
    let house = House::build().await;
    let path = plan(2023);
    dried_up(&house).await;
    let proposed = house
        .advance("office", &format!("{path}/submissions"), 1)
        .await;
    let issuances = format!("{path}/issuances");
    let issued = house
        .advance("standing", &issuances, proposed.version())
        .await;
    let body = json!({"reason": "chi bộ 04 hết nguồn", "lines": [line(3, 6), line(4, 0)]});
    let waiting = house
        .advance_with(
            "office",
            &format!("{path}/revisions"),
            issued.version(),
            body,
        )
        .await;
    let revised = house
        .advance("standing", &format!("{path}/issuances"), waiting.version())
        .await;
    assert_eq!(revised.body["warnings"], json!([]));
    // all equal, too few and dry: all three at once
    let body = json!({"reason": "chia đều", "lines": [line(3, 1), line(4, 1)]});
    let waiting = house
        .advance_with(
            "office",
            &format!("{path}/revisions"),
            revised.version(),
            body,
        )
        .await;
    let revised = house
        .advance("standing", &format!("{path}/issuances"), waiting.version())
        .await;
    shows!(revised, {
        "warnings": ["evenly_spread", "below_annual_minimum", "quota_without_pipeline"]
    });
    let closed = house
        .advance("standing", &format!("{path}/closures"), revised.version())
        .await;
    // the year is over
    shows!(closed, {"branches_without_pipeline": []});
}

/// What a proposal rests on: branch id, number, result of the previous term, non-members, people
/// on the way.
async fn raw(house: &House) -> Vec<(String, String, [i64; 3])> {
    let sql = "select b.id::text, b.number, b.previous_term_admissions, b.non_member_count, \
        (select count(*)::int from candidate c where c.branch_id = b.id and c.open and c.stage in \
        ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'submitted', \
        'decided')) from branch b order by b.number";
    let rows = house.owner().await.query(sql, &[]).await.unwrap();
    let figure = |row: &tokio_postgres::Row, k: usize| i64::from(row.get::<_, i32>(k));
    rows.iter()
        .map(|r| {
            (
                r.get(0),
                r.get(1),
                [figure(r, 2), figure(r, 3), figure(r, 4)],
            )
        })
        .collect()
}

/// The exact share of a line: numerator and denominator.
fn share(line: &Value) -> (i128, i128) {
    let (n, d) = line["exact_share"].text().split_once('/').unwrap();
    (n.parse().unwrap(), d.parse().unwrap())
}

/// Nobody who got one more had a smaller remainder than somebody who got none; of equal ones the
/// first in the list goes before.
fn largest_remainders_first(lines: &[Value]) {
    let remainder = |l: &Value| {
        let (n, d) = share(l);
        (n % d, d)
    };
    for (i, a) in lines
        .iter()
        .enumerate()
        .filter(|(_, l)| l["by_remainder"] == true)
    {
        for (k, b) in lines
            .iter()
            .enumerate()
            .filter(|(_, l)| l["by_remainder"] == false)
        {
            let ((a, x), (b, y)) = (remainder(a), remainder(b));
            assert!(a * y > b * x || (a * y == b * x && i < k), "{lines:?}");
        }
    }
}

/// S16, S17, S18: the proposal is recomputed here in another way, from raw rows.
#[tokio::test]
async fn a_proposal_divides_by_largest_remainder() {
    let house = House::build().await;
    let proposals = format!("{}/proposals", plan(2023));
    let rows = raw(&house).await;
    let sum = |k: usize| rows.iter().map(|(_, _, figures)| figures[k]).sum::<i64>();
    let (results, non_members, pipeline) = (sum(0), sum(1), sum(2));
    assert_eq!((results, non_members), (22, 180));
    for (total, weights) in [
        (6, None),
        (30, None),
        (7, Some((100, 0, 0))),
        (1, Some((0, 1, 3))),
        (0, None),
        (10_000, Some((7, 11, 13))),
    ] {
        let (p, q, r) = weights.unwrap_or((1, 1, 1));
        let mut body = json!({"total": total});
        if weights.is_some() {
            body["weights"] = json!({"previous_result": p, "pipeline": q, "non_members": r});
        }
        let answer = house.post("office", &proposals, body).await.expect(200);
        let lines = answer.body["lines"].list();
        assert_eq!(
            lines.iter().map(|l| l["quota"].number()).sum::<i64>(),
            total
        );
        assert_eq!(lines.len(), 10);
        for ((id, number, [result, members, people]), line) in rows.iter().zip(lines) {
            shows!(line, {"branch_id": id, "branch_number": number});
            shows!(line, {"previous_result": result, "non_members": members, "pipeline": people});
            // n/d = total * (p a/A + q b/B + r c/C) / (p + q + r), cross-multiplied
            let part = p * result * pipeline * non_members
                + q * people * results * non_members
                + r * members * results * pipeline;
            let whole = i128::from((p + q + r) * results * pipeline * non_members);
            let (n, d) = share(line);
            assert_eq!(n * whole, d * i128::from(total * part), "{line}");
            let more = i128::from(line["by_remainder"].as_bool().unwrap());
            assert_eq!(i128::from(line["quota"].number()), n / d + more, "{line}");
        }
        largest_remainders_first(lines);
    }
}

/// S17
#[tokio::test]
async fn a_proposal_takes_the_annual_minimum_of_the_term_and_equal_weights_unless_told() {
    let house = House::build().await;
    let proposals = format!("{}/proposals", plan(2023));
    let usual = house
        .post("office", &proposals, json!({}))
        .await
        .expect(200);
    shows!(usual, {"total": 6, "weights": {"previous_result": 1, "pipeline": 1, "non_members": 1}});
    let partly = house
        .post("office", &proposals, json!({"weights": {"pipeline": 0}}))
        .await
        .expect(200);
    shows!(partly, {"weights": {"previous_result": 1, "pipeline": 0, "non_members": 1}});
}

/// S18
#[tokio::test]
async fn a_proposal_gives_its_reasons_in_the_caller_s_language() {
    let house = House::build().await;
    let proposals = format!("{}/proposals", plan(2023));
    let body = json!({"weights": {"pipeline": 0}});
    let english = house.post("office", &proposals, body).await.expect(200);
    let vietnamese = house
        .send(
            "office",
            Method::POST,
            &proposals,
            Some(json!({"weights": {"pipeline": 0}})),
            &[("accept-language", "vi")],
        )
        .await
        .expect(200);
    assert!(
        vietnamese
            .text
            .contains("Kết quả nhiệm kỳ trước: 3 trên 22")
            && vietnamese.text.contains("không tính (trọng số 0)"),
        "{}",
        vietnamese.text
    );
    assert!(
        english
            .text
            .contains("Result of the previous term: 3 of 22")
            && english.text.contains("does not count (weight 0)"),
        "{}",
        english.text
    );
}

/// S17
#[tokio::test]
async fn of_equal_remainders_the_branch_with_the_lower_number_comes_first() {
    let house = House::build().await;
    let proposals = format!("{}/proposals", plan(2023));
    // ties: only the result counts; 3, 2, 4, 4, 3, 2, 2, 1, 1, 0 of 22, one seat: the two with 4
    // are alike
    let one = house
        .post(
            "office",
            &proposals,
            json!({"total": 1, "weights": {"previous_result": 1, "pipeline": 0, "non_members": 0}}),
        )
        .await
        .expect(200);
    let told: Vec<_> = one.body["lines"]
        .list()
        .iter()
        .filter(|l| l["tied"] == true)
        .map(|l| (l["branch_number"].text(), l["quota"].number()))
        .collect();
    assert_eq!(told, [("03", 1), ("04", 0)]);
    assert!(
        one.text
            .contains("the branch with the lower number comes first"),
        "{}",
        one.text
    );
}

/// S18
#[tokio::test]
async fn a_proposal_is_stored_by_nobody_but_a_person() {
    let house = House::build().await;
    let path = plan(2023);
    let before = house.read("office", &path).await;
    let usual = house
        .post("office", &format!("{path}/proposals"), json!({}))
        .await
        .expect(200);
    assert_eq!(house.read("office", &path).await.body, before.body);
    // a person takes it over
    let lines: Vec<Value> = usual.body["lines"]
        .list()
        .iter()
        .map(|l| {
            let said: Vec<&str> = l["reasons"]
                .list()
                .iter()
                .map(|r| r.as_str().unwrap())
                .collect();
            json!({"branch_id": l["branch_id"], "quota": l["quota"], "rationale": said.join(" ")})
        })
        .collect();
    let taken = house
        .change("office", &path, 1, json!({"lines": lines}))
        .await;
    shows!(taken, {"total": 6, "state": "draft"});
}

/// S58: wrong input and other roles.
#[tokio::test]
async fn a_proposal_is_the_offices_and_its_weights_are_checked() {
    let house = House::build().await;
    let proposals = format!("{}/proposals", plan(2023));
    for (body, pointers) in [
        (
            json!({"weights": {"previous_result": 0, "pipeline": 0, "non_members": 0}}),
            &["/weights"][..],
        ),
        (
            json!({"weights": {"previous_result": -1, "pipeline": 101}}),
            &["/weights/pipeline", "/weights/previous_result"],
        ),
        (
            json!({"total": -1, "weights": {"age": 3}}),
            &["/total", "/weights/age"],
        ),
        (json!({"total": 10_001}), &["/total"]),
        (json!({"total": 1.5}), &["/total"]),
    ] {
        let mut faults = house
            .post("office", &proposals, body.clone())
            .await
            .refused("validation_failed")
            .faults();
        faults.sort();
        assert_eq!(faults, pointers, "{body}");
    }
    for who in [
        "standing",
        "branch-01",
        "overseer",
        "union",
        "upper",
        "district-script",
        "admin",
    ] {
        house
            .post(who, &proposals, json!({}))
            .await
            .refused("forbidden");
    }
    house
        .post(
            "office",
            &format!("quota-plans/{NOBODY}/proposals"),
            json!({}),
        )
        .await
        .refused("not_found");
}

/// S16: two revisions of one plan at once; one is kept, the other's writer is told, and nothing is lost.
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

/// S16: one set of earlier figures.
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
                .step("standing", &format!("{path}/issuances"), version)
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
