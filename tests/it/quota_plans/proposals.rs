//! Proposals of quotas by the largest remainder method.
use reqwest::Method;
use serde_json::{Value, json};

use crate::quota_plans::plan;
use crate::support::{House, NOBODY, Plain, shows};

/// What a proposal is based on: branch id, number, result of the previous term, non-members,
/// pipeline.
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

/// The exact share of a line, as numerator and denominator.
fn share(line: &Value) -> (i128, i128) {
    let (n, d) = line["exact_share"].text().split_once('/').unwrap();
    (n.parse().unwrap(), d.parse().unwrap())
}

/// Asserts that no line with an extra seat has a smaller remainder than one without, and that ties
/// are broken by the order of the list.
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

/// S16, S17, S18: the proposal is computed again from the rows, in another way.
#[expect(
    clippy::many_single_char_names,
    reason = "weights, shares and remainders of a sum"
)]
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
    // only the results count: 3, 2, 4, 4, 3, 2, 2, 1, 1, 0 of 22. There is one seat, for which the
    // two branches with 4 are tied
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
async fn a_proposed_allocation_is_stored_only_when_a_person_stores_it() {
    let house = House::build().await;
    let path = plan(2023);
    let before = house.read("office", &path).await;
    let usual = house
        .post("office", &format!("{path}/proposals"), json!({}))
        .await
        .expect(200);
    assert_eq!(house.read("office", &path).await.body, before.body);
    // somebody has to store it as the plan's lines
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

/// S58: invalid input, and roles that may not ask for a proposal.
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
