//! Reports: every figure is counted again from the rows.
mod statistics;

use serde_json::{Value, json};

use crate::support::{House, Plain, demo, shows, superuser};

/// Whole months between two days.
fn whole_months(from: chrono::NaiveDate, to: chrono::NaiveDate) -> i64 {
    (1..1200)
        .take_while(|n| from + chrono::Months::new(*n) <= to)
        .map(i64::from)
        .last()
        .unwrap_or(0)
}

async fn report(house: &House, who: &str, query: &str) -> Value {
    house
        .read(who, &format!("reports/progress{query}"))
        .await
        .body
}

/// The figures of a branch on 10 March 2022, each with the query that counts it from the rows.
const RAW: [(&str, &str); 10] = [
    (
        "quota",
        "select sum(quota) from quota_line l join quota_plan p on p.id = l.plan_id where p.year = 2022 and l.branch_id = $b",
    ),
    (
        "in_plan",
        "select count(*) from candidate where branch_id = $b and stage = 'in_plan'",
    ),
    (
        "resolved",
        "select count(*) from candidate where branch_id = $b and stage in ('branch_resolved', 'committee_resolved', 'submitted')",
    ),
    (
        "official_members",
        "select count(*) from member where branch_id = $b and status = 'official' and deleted_at is null",
    ),
    (
        "nominated",
        "select count(*) from candidate where branch_id = $b and stage = 'nominated'",
    ),
    (
        "decided",
        "select count(*) from candidate where branch_id = $b and stage = 'decided'",
    ),
    (
        "in_class",
        "select count(distinct c.id) from candidate c join enrolment e on e.candidate_id = c.id join class k on k.id = e.class_id where c.branch_id = $b and c.open \
       and c.admitted_on is null and k.kind = 'awareness' and e.state = 'confirmed' and k.ends_on >= '2022-03-10'",
    ),
    (
        "ready",
        "select count(distinct c.id) from candidate c join enrolment e on e.candidate_id = c.id join class k on k.id = e.class_id where c.branch_id = $b \
       and c.stage = 'dossier' and k.kind = 'awareness' and e.state = 'completed' and e.certificate_valid_to >= '2022-03-10'",
    ),
    (
        "dossier",
        "select count(*) from candidate where branch_id = $b and stage = 'dossier'",
    ),
    (
        "admitted",
        "select count(*) from candidate where branch_id = $b and admitted_on between '2022-01-01' and '2022-12-31'",
    ),
];

/// The demo organisation on 10 March 2022, with one admission in that year.
async fn with_an_admission() -> (House, tokio_postgres::Client) {
    let house = House::build().await;
    house.travel("2022-03-10");
    let owner = house.owner().await;
    let sql = "update candidate set admitted_on = '2022-02-10' where id = \
        (select id from candidate where admitted_on >= '2021-01-01' order by id limit 1)";
    assert_eq!(owner.execute(sql, &[]).await.unwrap(), 1);
    (house, owner)
}

/// The single number that a query returns.
async fn one(owner: &tokio_postgres::Client, sql: &str) -> i64 {
    let sql = format!("select coalesce(({sql}), 0)::bigint");
    owner.query_one(&sql, &[]).await.unwrap().get(0)
}

/// S4, S5, S12, S13, S14, S55: quota, admissions, pipeline, ages and coverage, counted again from
/// the rows.
#[tokio::test]
async fn progress_of_a_branch_is_what_its_rows_say() {
    let (house, owner) = with_an_admission().await;
    let all = report(&house, "office", "").await;
    shows!(all, {"year": 2022, "term_name": "2020-2025"});
    let mut seen = [0; 4];
    for b in all["branches"].list() {
        for (n, (field, sql)) in RAW.into_iter().enumerate() {
            let sql = sql.replace("$b", &format!("'{}'", b["branch_id"].text()));
            let raw = one(&owner, &sql).await;
            assert_eq!(b[field], raw, "{} {field}", b["branch_number"]);
            if n < 4 {
                seen[n] += raw;
            }
        }
        let [quota, admitted, official] =
            ["quota", "admitted", "official_members"].map(|field| b[field].number());
        // 68 of 365 days of the year have passed
        let pace = match admitted.cmp(&(quota * 68 / 365)) {
            std::cmp::Ordering::Less => "behind",
            std::cmp::Ordering::Equal => "on_schedule",
            std::cmp::Ordering::Greater => "ahead",
        };
        shows!(b, {"pace": pace, "gap": (quota - admitted).max(0)});
        shows!(b, {"committee_gap": (9 - official).max(0)});
    }
    assert!(seen.iter().all(|n| *n > 0), "nothing to compare: {seen:?}");
}

#[tokio::test]
async fn progress_of_a_year_is_what_its_rows_say() {
    let (house, owner) = with_an_admission().await;
    let all = report(&house, "office", "").await;
    let mut drafted = 0;
    for y in all["years"].list() {
        let year = y["year"].number();
        let within = format!("admitted_on between '{year}-01-01' and '{year}-12-31'");
        assert_eq!(
            y["admitted"],
            one(
                &owner,
                &format!("select count(*) from candidate where {within}")
            )
            .await
        );
        // a draft or proposed plan is not yet a quota
        let lines = format!(
            "select sum(quota) from quota_line l join quota_plan p on p.id = l.plan_id where p.year = {year}"
        );
        let (in_force, written) = (
            one(
                &owner,
                &format!("{lines} and p.state in ('issued', 'revised', 'closed')"),
            )
            .await,
            one(&owner, &lines).await,
        );
        assert_eq!(y["quota"], in_force, "{year}");
        drafted += written - in_force;
        assert_eq!(
            y["up_to_30"],
            one(&owner, &format!("select count(*) from candidate where {within} and extract(year from admitted_on) - extract(year from birth_date) <= 30")).await
        );
        assert_eq!(
            y["up_to_35"],
            one(&owner, &format!("select count(*) from candidate where {within} and extract(year from admitted_on) - extract(year from birth_date) <= 35")).await
        );
        let ages = one(&owner, &format!("select floor(avg(extract(year from admitted_on) - extract(year from birth_date)) * 10) from candidate where {within}")).await;
        assert_eq!(y["average_age_tenths"].as_i64().unwrap_or(0), ages);
        for month in 1..=12 {
            let there = one(&owner, &format!("select count(*) from candidate where {within} and extract(month from admitted_on) = {month}")).await;
            assert_eq!(y["months"][month - 1], there, "{year}-{month}");
        }
    }
    assert!(drafted > 0, "no year has a draft");
}

/// T-14: figures about ages reveal no more than the year of birth, even if they are about a single
/// person.
#[tokio::test]
async fn t14_ages_in_figures_tell_no_more_than_the_year_of_birth() {
    let (house, owner) = with_an_admission().await;
    let days = house
        .column("select distinct nominated_on::text from candidate")
        .await;
    let spans = days.iter().map(|day| format!("from={day}&to={day}"));
    let mut paths: Vec<String> = spans
        .map(|span| format!("reports/quality?{span}"))
        .collect();
    for branch in 1..=10 {
        let branch = demo("0b", branch, 0);
        paths.push(format!("reports/progress?branch_id={branch}"));
    }
    let figures = async |day: &str| {
        let sql = format!(
            "update candidate set birth_date = make_date(extract(year from birth_date)::int, {day})"
        );
        owner.batch_execute(&sql).await.unwrap();
        let mut all = Vec::new();
        for who in ["overseer", "office", "standing", "branch-03"] {
            for path in &paths {
                let answer = house.get(who, &format!("/api/v1/{path}")).await;
                all.push((who, path, answer.text));
            }
        }
        all
    };
    let first = figures("1, 1").await;
    for told in ["age_band", "average_age_tenths\":3"] {
        assert!(first.iter().any(|(.., text)| text.contains(told)), "{told}");
    }
    for (one, other) in first.iter().zip(&figures("12, 31").await) {
        assert_eq!(one, other);
    }
}

/// Roles that see no persons get no ages of fewer than five people, and none of a single branch.
#[tokio::test]
async fn the_district_sees_no_ages_of_a_few() {
    let (house, _) = with_an_admission().await;
    let all = report(&house, "office", "").await;
    let ages = |y: &Value| ["average_age_tenths", "up_to_30", "up_to_35"].map(|f| y[f].clone());
    let above = house.read("district-script", "reports/progress").await;
    let branch = house
        .read(
            "district-script",
            &format!("reports/progress?branch_id={}", demo("0b", 3, 0)),
        )
        .await;
    let years = |p: &Value| p["years"].list().clone();
    let mut withheld = 0;
    for ((y, ours), alone) in years(&above.body)
        .iter()
        .zip(&years(&all))
        .zip(&years(&branch.body))
    {
        let few = y["admitted"].number() < 5;
        withheld += usize::from(few && y["admitted"] != 0);
        assert_eq!(
            ages(y),
            if few {
                [Value::Null, Value::Null, Value::Null]
            } else {
                ages(ours)
            }
        );
        assert_eq!(
            ages(alone),
            [Value::Null, Value::Null, Value::Null],
            "a single branch"
        );
        assert_eq!(
            (&y["months"], &alone["months"]),
            (&Value::Null, &Value::Null)
        );
    }
    assert!(withheld > 0, "nothing is withheld");
}

/// Nor do they get figures from which the age of one among many follows.
#[tokio::test]
async fn the_district_sees_no_figures_that_reveal_one_persons_age() {
    let house = House::build().await;
    house.travel("2022-03-10");
    let owner = house.owner().await;
    let admitted = "update candidate set admitted_on = '2022-02-10', admitted_branch_id = branch_id, birth_date = case when n = 1 then date '1995-01-01' else '1980-01-01' end \
        from (select id as of, row_number() over (order by id) as n from candidate where admitted_on is null and deleted_at is null order by id limit 6) six where id = of";
    assert_eq!(owner.execute(admitted, &[]).await.unwrap(), 6);
    let seen = async |who: &str| {
        let path = "reports/progress";
        let years = house.read(who, path).await.body["years"].list().clone();
        years.into_iter().find(|y| y["year"] == 2022).unwrap()
    };
    shows!(seen("office").await, {"admitted": 6, "up_to_30": 1, "up_to_35": 1});
    for who in ["upper", "district-script"] {
        shows!(seen(who).await, {"admitted": 6, "up_to_30": null, "up_to_35": null, "average_age_tenths": null});
    }
    // during the year, the average before and after an admission would reveal one age, so it is
    // shown only once the year is over
    house.travel("2023-01-02");
    let mean = seen("office").await["average_age_tenths"].clone();
    assert!(mean.is_number());
    for who in ["upper", "district-script"] {
        shows!(seen(who).await, {"admitted": 6, "up_to_30": null, "average_age_tenths": mean});
    }
}

#[tokio::test]
async fn progress_of_the_term_is_what_the_rows_say() {
    let (house, owner) = with_an_admission().await;
    let all = report(&house, "office", "").await;
    let total = one(
        &owner,
        "select count(*) from candidate where admitted_on between '2021-01-01' and '2025-12-31'",
    )
    .await;
    assert!(total > 0);
    shows!(all["term"], {"admitted": total, "gap": (30 - total).max(0)});
    let covered =
        one(&owner, "select count(*) from (select 1 from member m join branch b on b.id = m.branch_id and b.kind <> 'commune_station' where status = 'official' and m.deleted_at is null group by branch_id having count(*) >= 9) x")
            .await;
    shows!(all["coverage"], {"with_committee": covered, "branches": 8, "reached": false});
    // admitted, plus this year's gap as far as people could be ready, plus later quotas as far as
    // the rest of the pipeline suffices
    let sum = |field: &str| {
        all["branches"]
            .list()
            .iter()
            .map(|b| b[field].number())
            .sum::<i64>()
    };
    let quota = |wanted: &dyn Fn(i64) -> bool| {
        let years = all["years"]
            .list()
            .iter()
            .filter(|y| wanted(y["year"].number()));
        years.map(|y| y["quota"].number()).sum::<i64>()
    };
    let gap = quota(&|y| y == 2022) - all["years"][1]["admitted"].number();
    let now = gap.min(sum("could_by_year_end"));
    let pipeline: i64 = ["nominated", "in_plan", "dossier", "resolved", "decided"]
        .iter()
        .map(|f| sum(f))
        .sum();
    assert_eq!(
        all["term"]["projection"],
        total + now + quota(&|y| y > 2022).min(pipeline - now)
    );
    let past = report(&house, "office", "?year=2021").await;
    assert_eq!(
        past["term"], all["term"],
        "the term's figures are today's, whichever year is looked at"
    );
}

/// On a day that no term covers, the report says so and shows the last term.
#[tokio::test]
async fn the_report_says_when_its_day_is_outside_every_term() {
    let house = House::build().await;
    for (day, outside) in [
        ("2021-01-15", false),
        ("2025-12-31", false),
        ("2026-01-01", true),
    ] {
        house.travel(day);
        let all = report(&house, "office", "").await;
        assert_eq!(all["outside_term"], outside, "{day}: {}", all["term_name"]);
        let chart = house.read("office", "reports/progress-chart").await.text;
        assert_eq!(chart.contains("ngoài nhiệm kỳ"), outside, "{day}");
    }
}

/// S15: a transfer changes which branches have enough members for a committee.
#[tokio::test]
async fn a_transfer_into_a_branch_gives_it_the_nine_for_a_committee() {
    let (house, owner) = with_an_admission().await;
    let covered =
        one(&owner, "select count(*) from (select 1 from member m join branch b on b.id = m.branch_id and b.kind <> 'commune_station' where status = 'official' and m.deleted_at is null group by branch_id having count(*) >= 9) x")
            .await;
    let path = format!("/api/v1/members/{}", demo("dd", 1, 7));
    let version = house.read("office", &path).await.version();
    house
        .advance_with(
            "office",
            &format!("{path}/transfers"),
            version,
            json!({"branch_id": demo("0b", 8, 0), "on": "2022-03-01", "paper_number": "12-CV/ĐU"}),
        )
        .await;
    let after = report(&house, "office", "").await;
    assert_eq!(
        after["coverage"]["with_committee"],
        covered + 1,
        "the branch that lacked one has nine now"
    );
}

#[tokio::test]
async fn progress_reaches_as_far_as_the_caller() {
    let (house, _) = with_an_admission().await;
    let second = format!("?branch_id={}", demo("0b", 2, 0));
    for (who, query, branches) in [
        ("branch-04", "", 1),
        ("overseer", "", 3),
        ("upper", "", 10),
        ("office", second.as_str(), 1),
    ] {
        let seen = report(&house, who, query).await;
        assert_eq!(seen["branches"].list().len(), branches, "{who}");
    }
    for who in ["union", "youth", "admin"] {
        house
            .get(who, "reports/progress")
            .await
            .refused("forbidden");
    }
    house
        .get("office", "reports/progress?year=2026")
        .await
        .refused("invalid_parameter");
    house
        .get(
            "office",
            &format!("reports/progress?term_id={}", demo("0b", 2, 0)),
        )
        .await
        .refused("invalid_parameter");
    house
        .get("office", "reports/progress?month=1")
        .await
        .refused("unknown_parameter");
}

/// The chart shows the same figures as the report, is well-formed XML, and escapes names.
#[tokio::test]
async fn the_picture_shows_the_same_figures_and_escapes_names() {
    let house = House::build().await;
    house.travel("2022-03-10");
    let path = format!("/api/v1/branches/{}", demo("0b", 1, 0));
    let version = house.read("office", &path).await.version();
    house
        .change(
            "office",
            &path,
            version,
            json!({"name": "Chi bộ <script>alert(1)</script> & \"Nội\""}),
        )
        .await;
    let all = report(&house, "office", "").await;
    let answer = house.read("office", "reports/progress-chart").await;
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    let tree = roxmltree::Document::parse(&answer.text).unwrap();
    assert!(
        tree.descendants()
            .all(|n| !["script", "style", "foreignObject"].contains(&n.tag_name().name()))
    );
    let figures: Vec<&str> = tree
        .descendants()
        .filter(|n| n.attribute("class") == Some("figure"))
        .filter_map(|n| n.text())
        .collect();
    let expected: Vec<String> = all["years"]
        .list()
        .iter()
        .chain(all["branches"].list())
        .map(|r| format!("{}/{}", r["admitted"], r["quota"]))
        .collect();
    assert_eq!(figures, expected);
    // one heading for each group, with the year, and a legend of the colours
    let texts = |class: &str| -> Vec<String> {
        let all = tree.descendants();
        let of = all.filter(|n| n.attribute("class") == Some(class));
        of.map(|n| n.descendants().filter_map(|d| d.text()).collect())
            .collect()
    };
    let headings = texts("heading");
    assert_eq!(headings.len(), 2);
    assert!(
        headings[0].contains(all["term_name"].text()),
        "{headings:?}"
    );
    assert!(
        headings[1].contains(&all["year"].to_string()),
        "{headings:?}"
    );
    let legend = texts("legend").join(" ");
    assert!(legend.contains("chỉ tiêu") && legend.contains("đã kết nạp"));
    assert!(tree.descendants().any(|n| {
        n.text()
            .is_some_and(|t| t.contains("<script>alert(1)</script>"))
    }));
    assert!(
        tree.descendants().any(|n| n.tag_name().name() == "title")
            && tree.descendants().any(|n| n.tag_name().name() == "desc")
    );
}

const OUTCOMES: [(&str, &str); 9] = [
    ("nominated", "true"),
    (
        "adopted",
        "exists (select from act a where a.candidate_id = c.id and a.data ->> 'action' = 'add')",
    ),
    ("admitted", "admitted_on is not null"),
    ("removed", "stage = 'removed'"),
    (
        "dossier",
        "exists (select from act a where a.candidate_id = c.id and a.kind = 'dossier')",
    ),
    ("recognised", "stage = 'official'"),
    (
        "withdrawn",
        "stage in ('withdrawn', 'transferred_out', 'deceased')",
    ),
    ("not_admitted", "stage = 'not_admitted'"),
    ("struck_off", "stage = 'struck_off'"),
];

async fn at_the_end_of_2022() -> House {
    let house = House::build().await;
    house.travel("2022-12-20");
    house
}

async fn quality(house: &House, who: &str) -> Value {
    let path = "reports/quality?from=2019-01-01&to=2022-12-31";
    house.read(who, path).await.body
}

/// Whether a candidate belongs to this group, as an SQL condition.
fn belongs(by: &str, value: &str) -> String {
    match by {
        "sex" => format!("sex = '{value}'"),
        "priority_group" if value == "other" => {
            "(priority_group is null or priority_group = 'other')".to_owned()
        }
        "priority_group" => format!("priority_group = '{value}'"),
        _ => {
            let (low, high) = value
                .split_once('-')
                .unwrap_or((value.trim_end_matches('+'), "200"));
            format!(
                "extract(year from nominated_on) - extract(year from birth_date) between {low} and {high}"
            )
        }
    }
}

/// S6, S31, S43, S50, S68
#[tokio::test]
async fn quality_counts_what_became_of_those_introduced() {
    let house = at_the_end_of_2022().await;
    let owner = house.owner().await;
    let mut sums = [0; 9];
    for b in quality(&house, "office").await["branches"].list() {
        for (n, (field, condition)) in OUTCOMES.into_iter().enumerate() {
            let sql = format!(
                "select count(*) from candidate c where branch_id = '{}' \
                 and nominated_on between '2019-01-01' and '2022-12-31' and {condition}",
                b["branch_id"].text()
            );
            let raw: i64 = owner.query_one(&sql, &[]).await.unwrap().get(0);
            assert_eq!(b[field], raw, "{} {field}", b["branch_number"]);
            sums[n] += raw;
        }
        let nominated = b["nominated"].number();
        let rate = (nominated != 0).then(|| b["admitted"].number() * 1000 / nominated);
        shows!(b, {"admitted_per_thousand": rate});
    }
    assert!(sums[..5].iter().all(|n| *n > 0), "{sums:?}");
}

/// Whole months are read from counters, and the people of a month only if the period cuts it. The
/// parts of a period therefore add up to the whole wherever it is cut.
#[tokio::test]
async fn quality_is_the_sum_of_its_parts_wherever_it_is_cut() {
    let house = at_the_end_of_2022().await;
    let figures = async |from: &str, to: &str| -> Vec<i64> {
        let path = format!("reports/quality?from={from}&to={to}");
        let body = house.read("office", &path).await.body;
        let branches = body["branches"].list().iter();
        branches
            .flat_map(|b| OUTCOMES.map(|(field, _)| b[field].number()))
            .collect()
    };
    let whole = figures("2019-01-01", "2022-12-31").await;
    assert!(whole.iter().sum::<i64>() > 0);
    for (last, next) in [
        ("2020-12-31", "2021-01-01"),
        ("2021-01-01", "2021-01-02"),
        ("2021-02-09", "2021-02-10"),
        ("2021-04-29", "2021-04-30"),
    ] {
        let before = figures("2019-01-01", last).await;
        let after = figures(next, "2022-12-31").await;
        let sum: Vec<i64> = before.iter().zip(&after).map(|(a, b)| a + b).collect();
        assert_eq!(sum, whole, "{last}");
    }
}

/// S6, S50: the median number of months from the adoption to the ceremony.
#[tokio::test]
async fn quality_shows_how_long_it_took_from_the_plan_to_the_ceremony() {
    let house = at_the_end_of_2022().await;
    let owner = house.owner().await;
    let mut medians = 0;
    for b in quality(&house, "office").await["branches"].list() {
        let id = b["branch_id"].text();
        let spans = "select min(a.on_date), c.admitted_on from candidate c join act a on a.candidate_id = c.id and a.data ->> 'action' = 'add' \
                       where c.branch_id = $1::text::uuid and c.admitted_on is not null and c.nominated_on >= '2019-01-01' group by c.id";
        let mut months: Vec<i64> = Vec::new();
        for row in owner.query(spans, &[&id]).await.unwrap() {
            let (from, to): (chrono::NaiveDate, chrono::NaiveDate) = (row.get(0), row.get(1));
            months.push(whole_months(from, to));
        }
        months.sort_unstable();
        let middle = (!months.is_empty()).then(|| months[(months.len() - 1) / 2]);
        assert_eq!(
            b["median_months_to_ceremony"],
            json!(middle),
            "{}",
            b["branch_number"]
        );
        medians += usize::from(middle.is_some());
    }
    assert!(medians > 0);
}

/// S31, S43, S68
#[tokio::test]
async fn quality_shows_the_source_in_groups() {
    let house = at_the_end_of_2022().await;
    let owner = house.owner().await;
    for b in quality(&house, "office").await["branches"].list() {
        let id = b["branch_id"].text();
        for group in b["source"].list() {
            let condition = belongs(group["by"].text(), group["value"].text());
            let sql =
                format!("select count(*) from candidate where branch_id = '{id}' and {condition}");
            let raw: i64 = owner.query_one(&sql, &[]).await.unwrap().get(0);
            assert_eq!(group["count"], raw, "{group}");
        }
    }
}

/// A priority group of one or two people would reveal whose it is, although it is masked in the
/// file.
#[tokio::test]
async fn quality_names_no_priority_group_of_one_or_two_to_roles_that_see_none() {
    let house = at_the_end_of_2022().await;
    let small = async |who: &str, day: &str| -> usize {
        let path = format!("reports/quality?from={day}&to={day}");
        let found = house.read(who, &path).await.body;
        let branches = found["branches"].list().iter();
        let groups = branches.flat_map(|b| b["source"].list().iter());
        let groups = groups.filter(|g| g["by"] == "priority_group");
        groups.filter(|g| g["count"].number() < 3).count()
    };
    let owner = house.owner().await;
    let sql = "select distinct nominated_on::text from candidate where branch_id = $1 and deleted_at is null";
    let branch: uuid::Uuid = demo("0b", 1, 0).parse().unwrap();
    let mut of_its_own = 0;
    for row in owner.query(sql, &[&branch]).await.unwrap() {
        let day: String = row.get(0);
        for who in ["office", "standing", "overseer"] {
            assert_eq!(small(who, &day).await, 0, "{who} {day}");
        }
        of_its_own += small("branch-01", &day).await;
    }
    assert!(of_its_own > 0, "the branch sees its own people");
}

/// Two periods that differ by one day reveal the group of whoever was nominated on that day, and a
/// group that contains everybody reveals it for each person. Roles for which groups are masked
/// therefore see them only for whole past years, and only if there is more than one.
#[tokio::test]
async fn quality_shows_groups_of_past_years_to_who_sees_nobodys_own() {
    let house = House::build().await;
    let root = superuser(&house.database).await;
    let fill = "
      insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on, priority_group)
        select ('01770000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, b.organization_id, b.id, 'trade_union', 'Người Số ' || n, 'female', '1990-01-01', false, true, 'nominated',
               d, d, case when n <= 4 or n > 8 then 'doctor' else 'woman' end
          from (select n, case when n <= 8 then date '2016-02-15' + n else '2017-02-15' end as d from generate_series(1, 13) n) x join branch b on b.number = '01'";
    root.batch_execute(fill).await.unwrap();
    let groups = async |who: &str, span: &str| {
        let path = format!("reports/quality?{span}&branch_id={}", demo("0b", 1, 0));
        let found = house.read(who, &path).await.body;
        let source = found["branches"][0]["source"].list().clone();
        let mut source = source.iter().filter(|g| g["by"] == "priority_group");
        let count = |g: &Value| (g["value"].text().to_owned(), g["count"].number());
        source.by_ref().map(count).collect::<Vec<_>>()
    };
    let both = [("doctor".to_owned(), 4), ("woman".to_owned(), 4)];
    for (span, shown) in [
        ("from=2016-01-01&to=2016-12-31", true),
        ("from=2016-01-01&to=2016-12-30", false),
        ("from=2016-02-01&to=2016-12-31", false),
        ("from=2015-01-01&to=2016-12-31", false),
    ] {
        assert_eq!(groups("branch-01", span).await, both, "{span}");
        for who in ["office", "standing"] {
            let wanted = if shown { &both[..] } else { &[] };
            assert_eq!(groups(who, span).await, wanted, "{who} {span}");
        }
    }
    let everybody = "from=2017-01-01&to=2017-12-31";
    let own = groups("branch-01", everybody).await;
    assert_eq!(own, [("doctor".to_owned(), 5)]);
    assert!(groups("office", everybody).await.is_empty());
    let goes_on = "from=2021-01-01&to=2021-12-31";
    assert!(groups("office", goes_on).await.is_empty());
}

#[tokio::test]
async fn quality_reaches_as_far_as_the_caller() {
    let house = at_the_end_of_2022().await;
    for who in ["union", "youth", "admin"] {
        house.get(who, "reports/quality").await.refused("forbidden");
    }
    for (who, branches) in [("branch-04", 1), ("overseer", 3), ("upper", 10)] {
        let seen = house.read(who, "reports/quality").await.body;
        assert_eq!(seen["branches"].list().len(), branches, "{who}");
    }
    // a branch asked for alone is shown as in the list of all branches, both where figures are
    // withheld and where none are
    for (who, theirs) in [("office", 10), ("upper", 10), ("branch-04", 1)] {
        let all = house.read(who, "reports/quality").await.body;
        let mut shown = Vec::new();
        for n in 1..=10 {
            let path = format!("reports/quality?branch_id={}", demo("0b", n, 0));
            let one = house.read(who, &path).await.body;
            shown.extend(one["branches"].list().iter().cloned());
        }
        assert_eq!(shown.len(), theirs, "{who}");
        for row in all["branches"].list() {
            assert!(shown.contains(row), "{who} {row}");
        }
    }
    // dates begin in 1900, including a default that would be earlier
    for (to, from) in [("1900-01-01", "1900-01-01"), ("1906-03-01", "1901-03-01")] {
        let path = format!("reports/quality?to={to}");
        assert_eq!(house.read("office", &path).await.body["from"], from);
    }
    let turned = "/api/v1/reports/quality?from=2022-01-02&to=2022-01-01";
    assert_eq!(
        house
            .get("office", turned)
            .await
            .refused("invalid_parameter")
            .faults(),
        ["from"]
    );
}

/// S68, T-14: roles that see no persons can ask for single whole years only. They get no groups,
/// and no figures of a branch if one of them is about one to four people.
#[tokio::test]
async fn quality_tells_those_above_of_no_small_number() {
    let house = House::build().await;
    // these roles see the state at the end of the last quarter, so travel to a time when nobody was
    // on the way at its end
    house.travel("2024-01-02");
    for span in [
        "from=2021-03-05&to=2021-03-05",
        "from=2021-01-01&to=2022-12-31",
        "from=2019-01-01&to=2022-12-31",
        "from=2021-01-01&to=2021-06-30",
        "from=2021-02-01",
        "to=2021-03-31",
        // the year has not ended
        "from=2024-01-01&to=2024-12-31",
    ] {
        for who in ["upper", "district-script"] {
            let path = format!("/api/v1/reports/quality?{span}");
            let answer = house.get(who, &path).await.refused("invalid_parameter");
            assert_eq!(answer.faults(), ["from"], "{who} {span}");
        }
    }
    let figures = [
        "nominated",
        "adopted",
        "dossier",
        "admitted",
        "recognised",
        "removed",
        "not_admitted",
        "struck_off",
        "withdrawn",
    ];
    let mut withheld = 0;
    for year in 2018..=2022 {
        let path = format!("reports/quality?from={year}-01-01&to={year}-12-31");
        let all = house.read("office", &path).await.body;
        let above = house.read("upper", &path).await.body;
        for (b, ours) in above["branches"].list().iter().zip(all["branches"].list()) {
            let small = figures.iter().any(|f| (1..5).contains(&ours[*f].number()));
            for f in figures {
                let wanted = if small { Value::Null } else { ours[f].clone() };
                assert_eq!(b[f], wanted, "{year} {} {f}", ours["branch_number"]);
            }
            assert_eq!(b["source"], json!([]));
            assert!(b["median_months_to_ceremony"].is_null());
            withheld += usize::from(small);
        }
    }
    assert!(withheld > 0);
}

/// Roles that see no persons get the stages as of the end of the last quarter, so two answers
/// within a quarter do not reveal who advanced in between.
#[tokio::test]
async fn quality_tells_those_above_what_stood_when_the_last_quarter_ended() {
    let house = House::build().await;
    let root = superuser(&house.database).await;
    let fill = introduced(('6', 12), "2016-02-15", "2020-12-31T00:00:00Z");
    root.batch_execute(&fill).await.unwrap();
    let adopted = async |who: &str| {
        let path = "reports/quality?from=2016-01-01&to=2016-12-31";
        let body = house.read(who, path).await.body;
        let mut branches = body["branches"].list().iter();
        let first = branches.find(|b| b["branch_number"] == "01").unwrap();
        assert_eq!(first["nominated"], 12, "{who}");
        first["adopted"].number()
    };
    for who in ["office", "upper", "district-script"] {
        assert_eq!(adopted(who).await, 0, "{who}");
    }
    let go_on = "
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
        select candidate_id, 2, organization_id, branch_id, 'in_plan', '2021-01-12', '2021-01-13T00:00:00Z'
          from stage_entry where candidate_id >= '01760000-0000-7000-8000-000000000000' order by 1 limit 6";
    root.batch_execute(go_on).await.unwrap();
    assert_eq!(adopted("office").await, 6);
    for who in ["upper", "district-script"] {
        assert_eq!(adopted(who).await, 0, "{who}");
    }
    house.travel("2021-04-01");
    for who in ["upper", "district-script"] {
        assert_eq!(adopted(who).await, 6, "{who}");
    }
}

/// SQL that creates this number of candidates in branch 01; the digit distinguishes their ids from
/// those of other calls.
fn introduced((digit, people): (char, u32), on: &str, recorded: &str) -> String {
    format!("
      with new as (insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on)
        select ('017{digit}0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, b.organization_id, b.id, 'trade_union', 'Người Thứ {digit} ' || n, 'female', '1990-01-01', false, true, 'nominated', '{on}', '{on}'
          from generate_series(1, {people}) n join branch b on b.number = '01' returning id, organization_id, branch_id)
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
        select id, 1, organization_id, branch_id, 'nominated', '{on}', '{recorded}' from new;")
}

/// Makes the organisation older than three months, so that late records are held back, and removes
/// the stages of the demo's people.
const ALL_BEFORE: &str =
    "update organization set created_at = '2019-01-01'; delete from stage_entry;";

/// Correcting an early stage leaves a person in the stage that was known, instead of moving them
/// back to an earlier one.
#[tokio::test]
async fn a_correction_moves_nobody_to_an_earlier_stage_for_roles_that_see_no_persons() {
    let house = House::build().await;
    let root = superuser(&house.database).await;
    let fill = introduced(('6', 12), "2016-02-15", "2020-06-01T00:00:00Z");
    let go_on = "
      update candidate set stage = 'in_plan', stage_on = '2016-03-01' where id >= '01760000-0000-7000-8000-000000000000';
      update stage_entry set left_on = '2016-03-01';
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
        select candidate_id, 2, organization_id, branch_id, 'in_plan', '2016-03-01', recorded_at from stage_entry;";
    root.batch_execute(&format!("{ALL_BEFORE} {fill} {go_on}"))
        .await
        .unwrap();
    house.travel("2021-07-02");
    let stood = async |who: &str| {
        let body = report(&house, who, "").await;
        let mut branches = body["branches"].list().iter();
        let first = branches.find(|b| b["branch_id"] == demo("0b", 1, 0));
        let first = first.unwrap();
        [first["nominated"].number(), first["in_plan"].number()]
    };
    for who in ["upper", "district-script"] {
        assert_eq!(stood(who).await, [0, 12], "{who}");
    }
    let corrected = "update stage_entry set on_date = '2016-02-14', recorded_at = '2021-07-01T01:00:00Z' where place = 1";
    root.batch_execute(corrected).await.unwrap();
    for who in ["upper", "district-script"] {
        assert_eq!(stood(who).await, [0, 12], "{who}");
    }
}

/// What is recorded late about a past quarter is shown to roles that see no persons when the next
/// quarter ends. On the day of recording it would reveal something about one person.
#[tokio::test]
async fn those_above_see_what_was_recorded_when_the_last_quarter_ended() {
    let house = House::build().await;
    let root = superuser(&house.database).await;
    let fill = introduced(('6', 12), "2016-02-15", "2020-06-01T00:00:00Z");
    root.batch_execute(&format!("{ALL_BEFORE} {fill}"))
        .await
        .unwrap();
    house.travel("2021-07-02");
    let first = |body: &Value, items: &str| {
        let mut of = body[items].list().iter();
        let own = of.find(|b| b["branch_id"] == demo("0b", 1, 0));
        own.unwrap().clone()
    };
    let figures = async |who: &str| {
        let progress = report(&house, who, "").await;
        let progress = first(&progress, "branches");
        let quotas = house.read(who, "annual-quotas?year=2021").await.body;
        let statistics = house.read(who, "reports/statistics?period=2021-Q2").await;
        let figures = statistics.body["groups"][0]["figures"].clone();
        let year = "reports/quality?from=2016-01-01&to=2016-12-31";
        let quality = house.read(who, year).await.body;
        [
            progress["nominated"].clone(),
            progress["in_plan"].clone(),
            first(&quotas, "items")["pipeline"].clone(),
            figures["adopted"]["count"].clone(),
            first(&quality, "branches")["adopted"].clone(),
        ]
    };
    let numbers = |of: [i64; 5]| of.map(Value::from);
    for who in ["upper", "district-script"] {
        assert_eq!(figures(who).await, numbers([12, 0, 12, 0, 0]), "{who}");
    }
    let ours = figures("office").await;
    // in July somebody records that six people were adopted in June, and six more nominated
    let late = "
      with six as (update candidate set stage = 'in_plan', stage_on = '2021-06-20' where id between '01760000-0000-7000-8000-000000000001' and '01760000-0000-7000-8000-000000000006' returning id, organization_id, branch_id)
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at) select id, 2, organization_id, branch_id, 'in_plan', '2021-06-20', '2021-07-01T01:00:00Z' from six;
      update stage_entry s set left_on = '2021-06-20' from stage_entry n where n.candidate_id = s.candidate_id and n.place = 2 and s.place = 1;";
    let more = introduced(('7', 6), "2021-06-25", "2021-07-01T01:00:00Z");
    root.batch_execute(&format!("{late} {more}")).await.unwrap();
    let now = figures("office").await;
    let more: Vec<i64> = (ours.iter().zip(&now))
        .map(|(before, now)| now.number() - before.number())
        .collect();
    assert_eq!(more, [0, 6, 6, 6, 6]);
    for who in ["upper", "district-script"] {
        assert_eq!(figures(who).await, numbers([12, 0, 12, 0, 0]), "{who}");
    }
    house.travel("2021-10-01");
    for who in ["upper", "district-script"] {
        assert_eq!(figures(who).await, numbers([12, 6, 18, 6, 6]), "{who}");
    }
}
