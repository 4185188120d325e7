//! Annual quotas: the figures of each branch in each year.
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::support::{House, ON_THE_WAY, Plain, branch, demo, superuser};

/// (branch, year) -> (quota, admitted, pipeline), counted again from the rows.
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
        if ON_THE_WAY.contains(&stage.as_str()) {
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
    // admissions on either side of New Year, and one whose file was removed as a mistake
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
        // roles that see no persons get the pipeline as of the end of the last quarter, when it was
        // still empty
        let hides = ["upper", "district-script"].contains(&who);
        let told = |mut all: BTreeMap<(String, i64), (i64, i64, i64)>| {
            let standing = all.values_mut().filter(|_| hides);
            standing.for_each(|figures| figures.2 = 0);
            all
        };
        assert_eq!(told(shown), told(expected.clone()), "{who}");
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
        // the minimum is set for the organisation as a whole, not for those who see a part of it
        let whole = !["overseer", "branch-04", "branch-10"].contains(&who);
        let minimum = |of_all: i64| if whole { of_all } else { 0 };
        let missing = |of_all, there: i64| (minimum(of_all) - there).max(0);
        assert_eq!(number(term, "gap"), missing(30, number(term, "admitted")));
        for year in term["years"].list() {
            let y = Some(number(year, "year"));
            assert_eq!(
                (number(year, "quota"), number(year, "admitted")),
                (sum(|v| v.0, y), sum(|v| v.1, y)),
                "{who} {y:?}"
            );
            assert_eq!(number(year, "gap"), missing(6, number(year, "admitted")));
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

/// The figure of a closed year does not change; a later change is listed beside it, with its
/// reason.
#[tokio::test]
async fn the_figure_of_a_closed_year_stays_when_a_ceremony_of_it_is_annulled() {
    let house = House::build().await;
    house.travel("2023-02-01");
    let owner = house.owner().await;
    let last = "select a.candidate_id::text, a.id::text, c.admitted_branch_id::text, extract(year from c.admitted_on)::int from act a join candidate c on c.id = a.candidate_id \
                 where a.kind = 'ceremony' and c.stage = 'probationary' and a.seq = (select max(seq) from act x where x.candidate_id = c.id) limit 1";
    let row = owner.query_one(last, &[]).await.unwrap();
    let (candidate, ceremony, of): (String, String, String) = (row.get(0), row.get(1), row.get(2));
    let year: i32 = row.get(3);
    let figure = async |who: &str| {
        let path = format!("annual-quotas?year={year}&branch_id={of}");
        house.read(who, &path).await.items()[0].clone()
    };
    let before = figure("office").await;
    let lines = serde_json::json!([{"branch_id": of, "quota": 1, "rationale": "theo nguồn"}]);
    let draft = serde_json::json!({"term_id": demo("7e", 0, 1), "year": year, "lines": lines});
    let made = house.create("office", "quota-plans", draft).await;
    let plan = made.location().to_owned();
    house
        .advance("office", &format!("{plan}/submissions"), 1)
        .await;
    house
        .advance_with(
            "standing",
            &format!("{plan}/issuances"),
            2,
            house.decision(),
        )
        .await;
    let seen = 3;
    let closed = house
        .advance("standing", &format!("{plan}/closures"), seen)
        .await;
    let body = serde_json::json!({"on": "2023-02-01", "act_id": ceremony, "reason": "ghi nhầm"});
    house
        .act("office", &candidate, "annulments", body)
        .await
        .expect(201);
    for who in ["office", "upper", "district-script"] {
        let after = figure(who).await;
        assert_eq!(after["admitted"], before["admitted"], "{after}");
        assert_eq!(
            after["later_changes"],
            serde_json::json!([{"reason": "ceremony_annulled", "recorded_on": "2023-02-01", "difference": -1}])
        );
        // the progress report does the same
        let path = format!("reports/progress?year={year}&branch_id={of}");
        let progress = house.read(who, &path).await;
        let seen = &progress.body["branches"][0];
        assert_eq!(seen["admitted"], before["admitted"], "{seen}");
        assert_eq!(seen["later_difference"], -1, "{seen}");
        let mut years = progress.body["years"].list().iter();
        let whole = years.find(|y| y["year"] == year).unwrap();
        if let Some(months) = whole["months"].as_array() {
            let counted: i64 = months.iter().map(|n| n.as_i64().unwrap()).sum();
            let closed = whole["admitted"].number() + whole["later_difference"].number();
            assert_eq!(counted, closed, "{whole}");
        }
    }
    // once the year is reopened, its figure follows from the acts again
    let why = serde_json::json!({"reason": "sửa số liệu"});
    house
        .advance_with(
            "standing",
            &format!("{plan}/reopenings"),
            closed.version(),
            why,
        )
        .await;
    let open = figure("office").await;
    assert_eq!(
        open["admitted"].number(),
        before["admitted"].number() - 1,
        "{open}"
    );
    assert_eq!(open["later_changes"], serde_json::json!([]));
}

#[tokio::test]
async fn a_year_of_an_earlier_term_is_found_when_another_term_has_begun() {
    let house = House::build().await;
    let next = serde_json::json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30,
        "previous_term_admissions": 30, "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    house.create("office", "terms", next).await;
    house.travel("2026-02-01");
    let of = async |year: i32| {
        let found = house
            .read("office", &format!("annual-quotas?year={year}"))
            .await;
        let terms = found.body["terms"].as_array().unwrap();
        (found.items().len(), terms[0]["name"].text().to_owned())
    };
    assert_eq!(of(2021).await, (10, "2020-2025".to_owned()));
    assert_eq!(of(2026).await, (10, "2025-2030".to_owned()));
}

/// The minimum is set for the whole organisation, so a role that sees only some branches gets no
/// gap against it.
#[tokio::test]
async fn a_part_of_the_organisation_has_no_minimum() {
    let house = House::build().await;
    house.travel("2022-07-01");
    let of = |branch: u32| format!("annual-quotas?branch_id={}", crate::support::branch(branch));
    for (who, path) in [
        ("branch-02", "annual-quotas".to_owned()),
        ("overseer", "annual-quotas".to_owned()),
        ("office", of(2)),
    ] {
        let seen = house.read(who, &path).await;
        let term = &seen.body["terms"][0];
        assert_eq!(
            (&term["term_minimum"], &term["gap"]),
            (&0.into(), &0.into()),
            "{who}"
        );
        assert_eq!(term["years"][0]["gap"], 0, "{who}");
    }
    let whole = house.read("office", "annual-quotas").await;
    assert_eq!(whole.body["terms"][0]["term_minimum"], 30);
    let progress = house.read("branch-02", "reports/progress?year=2022").await;
    assert_eq!(progress.body["term"]["gap"], 0);
}

/// Current figures must not reveal on which day somebody advanced or a member arrived. Roles that
/// see no persons therefore see the figures of the last day of the last quarter, until the current
/// quarter has ended.
#[tokio::test]
async fn those_above_see_what_stood_when_the_last_quarter_ended() {
    let house = House::build().await;
    let figures = async |who: &str| {
        let first = |body: &Value, items: &str, id: &str| {
            let mut of = body[items].list().iter();
            of.find(|b| b[id] == branch(1)).unwrap().clone()
        };
        let branches = house.read(who, "branches?limit=200").await.body;
        let own = first(&branches, "items", "id");
        let mut all = vec![
            own["official_members"].number(),
            own["probationary_members"].number(),
        ];
        if who != "union" {
            let quotas = house.read(who, "annual-quotas?year=2021").await.body;
            all.push(first(&quotas, "items", "branch_id")["pipeline"].number());
            let progress = house.read(who, "reports/progress").await.body;
            all.push(first(&progress, "branches", "branch_id")["official_members"].number());
        }
        all
    };
    let roles = ["office", "upper", "district-script", "union"];
    let mut before = Vec::new();
    for who in roles {
        before.push(figures(who).await);
    }
    let root = superuser(&house.database).await;
    let fill = "
      insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on)
        select '01780000-0000-7000-8000-000000000001', b.organization_id, b.id, 'trade_union', 'Người Mới', 'female', '1990-01-01', false, true, 'nominated', '2021-01-12', '2021-01-12' from branch b where b.number = '01';
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
        select id, 1, organization_id, branch_id, 'nominated', '2021-01-12', '2021-01-13T00:00:00Z' from candidate where id = '01780000-0000-7000-8000-000000000001'";
    root.batch_execute(fill).await.unwrap();
    let member = json!({"branch_id": branch(1), "full_name": "Lò Thị Chuyển Đến", "sex": "female", "birth_date": "1988-04-12", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03", "from_on": "2021-01-12", "paper_number": "7-GTSHĐ"});
    house.create("office", "members", member).await;
    let one_more = |figures: &[i64]| -> Vec<i64> {
        let more = [1, 0, 1, 1];
        figures.iter().zip(more).map(|(n, one)| n + one).collect()
    };
    for (who, old) in roles.iter().zip(&before) {
        let now = figures(who).await;
        let seen = if *who == "office" {
            one_more(old)
        } else {
            old.clone()
        };
        assert_eq!(now, seen, "{who}");
    }
    house.travel("2021-04-01");
    for who in roles {
        assert_eq!(figures(who).await[0], figures("office").await[0], "{who}");
    }
    // the demo's own people advance after that quarter, so only the added person is compared
    let one_more: Vec<i64> = before[1][2..].iter().map(|n| n + 1).collect();
    assert_eq!(figures("upper").await[2..], one_more);
}
