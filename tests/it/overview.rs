//! The overview of the branches.
use serde_json::{Value, json};

use crate::problem_reports::report;
use crate::support::{House, Plain, branch, demo, shows};

/// The items of the overview in this house, in the order of the branches' numbers.
async fn overview(house: &House, who: &str, query: &str) -> Vec<Value> {
    house
        .read(who, &format!("overview{query}"))
        .await
        .items()
        .clone()
}

/// S54, S55: every figure of the overview equals a count of the rows.
#[tokio::test]
async fn the_overview_shows_each_branch_as_its_rows_are() {
    let house = House::build().await;
    let owner = house.owner().await;
    let count = async |sql: &str, b: &str, day: &str| {
        let sql = sql
            .replace("$b", &format!("'{b}'"))
            .replace("$y", &day[..4])
            .replace("$d", &format!("date '{day}'"));
        owner
            .query_one(&format!("select coalesce(({sql}), 0)::bigint"), &[])
            .await
            .unwrap()
            .get::<_, i64>(0)
    };
    let mut sums = [0; 6];
    // the demo's admissions are in 2021, its quotas in 2022
    for day in ["2021-12-15", "2022-03-10"] {
        house.travel(day);
        // which review deadlines are counted depends on the day and on the reader
        let reader = format!(
            "select set_config('app.role', 'party_office', false), set_config('app.organization', '{}', false), set_config('app.today', '{day}', false)",
            demo("0a", 0, 2)
        );
        owner.batch_execute(&reader).await.unwrap();
        let items = overview(&house, "office", "").await;
        assert_eq!(items.len(), 10);
        for item in &items {
            let b = item["branch_id"].text();
            for (n, (pointer, sql)) in [
                ("/official_members", "select count(*) from member where branch_id = $b and status = 'official' and deleted_at is null"),
                ("/probationary_members", "select count(*) from member where branch_id = $b and status = 'probationary' and deleted_at is null"),
                ("/candidates/in_plan", "select count(*) from candidate where branch_id = $b and stage = 'in_plan'"),
                ("/quota", "select sum(l.quota) from quota_line l join quota_plan p on p.id = l.plan_id where l.branch_id = $b and p.year = $y"),
                ("/admitted", "select count(*) from candidate where branch_id = $b and admitted_on between '$y-01-01' and '$y-12-31'"),
                ("/overdue_deadlines", "select count(*) from any_deadline where branch_id = $b and settled_on is null and due_on < $d"),
                ("/candidates/nominated", "select count(*) from candidate where branch_id = $b and stage = 'nominated'"),
                (
                    "/candidates/dossier",
                    "select count(*) from candidate where branch_id = $b and stage in ('dossier', 'branch_resolved', 'committee_resolved')",
                ),
                ("/candidates/submitted", "select count(*) from candidate where branch_id = $b and stage = 'submitted'"),
                ("/candidates/decided", "select count(*) from candidate where branch_id = $b and stage = 'decided'"),
                (
                    "/candidates/probationary",
                    "select count(*) from candidate where branch_id = $b and stage like 'recognition%' or branch_id = $b and stage = 'probationary'",
                ),
                ("/due_deadlines", "select count(*) from any_deadline where branch_id = $b and settled_on is null and due_on between $d and $d + 30"),
                ("/open_problem_reports", "select count(*) from problem_report where branch_id = $b and state in ('reported', 'forwarded')"),
                (
                    "/overdue_follow_ups",
                    "select count(*) from inspection where branch_id = $b and follow_up_due_on < $d and follow_up_done_on is null",
                ),
            ]
            .into_iter()
            .enumerate()
            {
                let shown = item.pointer(pointer).unwrap().as_i64().unwrap();
                assert_eq!(shown, count(sql, b, day).await, "{} {pointer}", item["branch_number"]);
                if n < 6 {
                    sums[n] += shown;
                }
            }
        }
    }
    assert!(sums.iter().all(|s| *s > 0), "nothing to compare: {sums:?}");
}

/// S54
#[tokio::test]
async fn the_overview_shows_the_last_inspection_of_each_branch() {
    let house = House::build().await;
    house.travel("2022-03-10");
    let items = overview(&house, "office", "").await;
    let last: Vec<_> = items
        .iter()
        .map(|i| {
            (
                i["last_inspection_on"].clone(),
                i["last_inspection_kind"].clone(),
            )
        })
        .take(5)
        .collect();
    assert_eq!(
        last,
        [
            ("2020-11-10", "check"),
            ("2020-12-08", "supervision"),
            ("2021-01-06", "urging"),
            ("2020-12-15", "check")
        ]
        .map(|(on, kind)| (json!(on), json!(kind)))
        .into_iter()
        .chain([(Value::Null, Value::Null)])
        .collect::<Vec<_>>()
    );
}

/// S47, S54: the overview lists branches without a work plan for a period, and plans without a
/// section on admission work.
#[tokio::test]
async fn the_overview_names_branches_without_a_work_plan_for_the_period() {
    let house = House::build().await;
    let whole = house.read("standing", "overview").await;
    assert_eq!(
        ["period_kind", "period_year", "period_number"].map(|f| whole.body[f].clone()),
        [json!("month"), json!(2021), json!(1)]
    );
    shows!(whole, {"without_work_plan": [branch(9), branch(10)]});
    let silent: Vec<_> = whole
        .items()
        .iter()
        .filter(|b| b["missing_admission_section"] == true)
        .map(|b| b["branch_id"].clone())
        .collect();
    assert_eq!(silent, [json!(branch(8))]);
    let quarter = house
        .read("standing", "overview?period_kind=quarter&period_number=2")
        .await;
    assert_eq!(quarter.body["without_work_plan"].list().len(), 10);
    // plans for January do not count for February
    let february = house.read("standing", "overview?period_number=2").await;
    assert_eq!(
        (
            february.items().len(),
            february.body["without_work_plan"].list().len()
        ),
        (10, 10)
    );
    let own = house.read("branch-09", "overview?period_kind=year").await;
    assert_eq!(
        (own.items().len(), &own.body["without_work_plan"]),
        (1, &json!([branch(9)]))
    );
}

#[tokio::test]
async fn a_wrong_period_of_the_overview_is_named() {
    let house = House::build().await;
    for (query, named) in [
        ("period_kind=week", &["period_kind"][..]),
        ("period_kind=quarter&period_number=5", &["period_number"]),
        (
            "period_year=1900&period_number=0",
            &["period_year", "period_number"],
        ),
    ] {
        let answer = house
            .get("office", &format!("overview?{query}"))
            .await
            .refused("invalid_parameter");
        assert_eq!(answer.faults(), named, "{query}");
    }
    house
        .get("office", "overview?branch=1")
        .await
        .refused("unknown_parameter");
}

/// S54: a committee member sees the branches assigned to them. A branch sees itself, and only the
/// number of its problem reports.
#[tokio::test]
async fn the_overview_reaches_as_far_as_the_caller() {
    let house = House::build().await;
    let numbers = |items: &[Value]| {
        items
            .iter()
            .map(|b| b["branch_number"].text().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        numbers(&overview(&house, "overseer", "").await),
        ["01", "02", "03"]
    );
    assert_eq!(numbers(&overview(&house, "branch-04", "").await), ["04"]);
    for who in ["union", "youth", "upper", "district-script", "admin"] {
        house.get(who, "overview").await.refused("forbidden");
    }
}

/// S54
#[tokio::test]
async fn everyone_sees_the_same_figures_of_a_branch() {
    let house = House::build().await;
    let mut office = overview(&house, "office", "").await;
    for (who, n) in [
        ("overseer", 0),
        ("overseer", 1),
        ("overseer", 2),
        ("branch-04", 3),
    ] {
        let own = overview(&house, who, "").await;
        if let Some(same) = own
            .iter()
            .find(|b| b["branch_id"] == office[n]["branch_id"])
        {
            // a committee member cannot read problem reports, so their deadlines are not counted
            assert!(same["overdue_deadlines"].as_i64() <= office[n]["overdue_deadlines"].as_i64());
            office[n]["overdue_deadlines"] = same["overdue_deadlines"].clone();
            office[n]["due_deadlines"] = same["due_deadlines"].clone();
        }
        assert!(
            own.contains(&office[n]),
            "{who} sees branch {} otherwise: {:#?}",
            n + 1,
            office[n]
        );
    }
    assert_eq!(
        (
            &office[0]["open_problem_reports"],
            &office[3]["open_problem_reports"]
        ),
        (&json!(1), &json!(0))
    );
}

/// S54
#[tokio::test]
async fn the_overview_counts_open_problems_and_does_not_name_them() {
    let house = House::build().await;
    let made = house.create("branch-03", "problem-reports", report()).await;
    shows!(overview(&house, "overseer", "").await[2], {"open_problem_reports": 1});
    let answers = format!("{}/answers", made.location());
    house
        .advance_with("office", &answers, 1, json!({"text": "Xong."}))
        .await;
    shows!(overview(&house, "overseer", "").await[2], {"open_problem_reports": 0});
}

/// The overview takes one statement for any number of branches, and a list as many for one row as
/// for many.
#[tokio::test]
async fn the_overview_and_the_lists_cost_the_same_however_many_rows() {
    let house = House::build().await;
    let cost = async |path: &str| {
        house.token("office").await;
        let before = house.db.statements();
        house.read("office", path).await;
        house.db.statements() - before
    };
    let few = cost("/api/v1/overview").await;
    let many = "insert into branch (id, organization_id, number, name, kind, non_member_count, previous_term_admissions)
        select gen_random_uuid(), organization_id, 'T' || g, 'Chi bộ thử ' || g, 'clinical', 0, 0 from branch, generate_series(1, 200) g where number = '01'";
    house.owner().await.batch_execute(many).await.unwrap();
    assert_eq!(overview(&house, "office", "").await.len(), 210);
    assert_eq!((few, cost("/api/v1/overview").await), (1, 1));
    for (path, most) in [
        ("activities", 1),
        ("work-plans", 1),
        ("inspections", 1),
        ("problem-reports", 2),
        ("guidance", 1),
        ("dispatches", 1),
    ] {
        let costs = [
            cost(&format!("/api/v1/{path}?limit=1")).await,
            cost(&format!("/api/v1/{path}?limit=200")).await,
        ];
        assert_eq!(costs, [most, most], "{path}");
    }
}
