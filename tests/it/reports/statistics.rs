//! Statistics: every figure of every group is counted again from the raw rows by an oracle that
//! uses neither the service's tables of stages nor its SQL.
use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{DataType as _, Reader as _, Xlsx, open_workbook_from_rs};
use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, Utc};
use serde_json::{Value, json};

use crate::support::{
    House, ON_THE_WAY, Plain, branch, candidate, demo, planned, shows, superuser,
};

const FLOWS: [(&str, &str); 10] = [
    ("introduced", "nominated"),
    ("adopted", "in_plan"),
    ("removed", "removed"),
    ("not_admitted", "not_admitted"),
    ("struck_off", "struck_off"),
    ("withdrawn", "withdrawn"),
    ("transferred_out", "transferred_out"),
    ("deceased", "deceased"),
    ("admitted", "probationary"),
    ("recognised", "official"),
];

/// Something that counts: on one day, or from one day until the day before another.
struct Fact {
    what: String,
    from: NaiveDate,
    until: Option<NaiveDate>,
    /// The branch on any day, as a list of branches with the last day of each.
    branches: Vec<(Option<NaiveDate>, String)>,
    recorded_on: NaiveDate,
}

impl Fact {
    fn branch(&self, day: NaiveDate) -> &str {
        let there = self
            .branches
            .iter()
            .find(|(to, _)| to.is_none_or(|to| to >= day));
        &there.unwrap().1
    }
}

fn d(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn civil(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&FixedOffset::east_opt(7 * 3600).unwrap())
        .date_naive()
}

/// The stages that result from a person's acts, in their order. Annulled acts are left out, and a
/// correction takes the place of what it corrects. The first act of a chain of corrections is the
/// one that moved the file.
fn story(acts: &[tokio_postgres::Row]) -> Vec<(NaiveDate, String, NaiveDate)> {
    struct Act {
        id: String,
        on: NaiveDate,
        stage: String,
        at: NaiveDate,
    }
    let mut standing: Vec<Act> = Vec::new();
    for row in acts {
        let (id, kind, on, data): (uuid::Uuid, String, NaiveDate, Value) = (
            row.get("id"),
            row.get("kind"),
            row.get("on_date"),
            row.get("data"),
        );
        let at = civil(row.get("recorded_at"));
        let corrects: Option<uuid::Uuid> = row.get("corrects_id");
        if kind == "annulment" {
            let gone = data["act_id"].text();
            standing.retain(|act| act.id != gone);
        } else if let Some(old) = corrects {
            let old = standing
                .iter_mut()
                .find(|act| act.id == old.to_string())
                .unwrap();
            if old.on != on {
                old.at = at;
            }
            (old.id, old.on) = (id.to_string(), on);
        } else {
            let stage = row.get("stage_after");
            standing.push(Act {
                id: id.to_string(),
                on,
                stage,
                at,
            });
        }
    }
    let mut entered: Vec<(NaiveDate, String, NaiveDate)> = Vec::new();
    for act in standing {
        if entered
            .last()
            .is_none_or(|(_, stage, _)| *stage != act.stage)
        {
            entered.push((act.on, act.stage, act.at));
        }
    }
    entered
}

async fn raw(house: &House) -> Vec<Fact> {
    let owner = house.owner().await;
    let rows = async |sql: &str| owner.query(sql, &[]).await.unwrap();
    let mut moves: BTreeMap<uuid::Uuid, Vec<(Option<NaiveDate>, String)>> = BTreeMap::new();
    for row in rows(
        "select candidate_id, on_date, from_branch_id::text from candidate_move order by on_date",
    )
    .await
    {
        let before = row.get::<_, NaiveDate>(1).pred_opt();
        moves
            .entry(row.get(0))
            .or_default()
            .push((before, row.get(2)));
    }
    let of = |id: uuid::Uuid, now: String| {
        let mut all = moves.get(&id).cloned().unwrap_or_default();
        all.push((None, now));
        all
    };
    let mut acts: BTreeMap<uuid::Uuid, Vec<tokio_postgres::Row>> = BTreeMap::new();
    for row in rows("select id, candidate_id, kind::text, on_date, data, corrects_id, stage_after::text, recorded_at from act order by candidate_id, seq").await {
        acts.entry(row.get("candidate_id")).or_default().push(row);
    }
    let mut facts = Vec::new();
    for row in rows("select id, branch_id::text from candidate where deleted_at is null").await {
        let story = story(acts.get(&row.get(0)).unwrap());
        for (n, (from, stage, recorded_on)) in story.iter().enumerate() {
            facts.push(Fact {
                what: stage.clone(),
                from: *from,
                until: story.get(n + 1).map(|next| next.0),
                branches: of(row.get(0), row.get(1)),
                recorded_on: *recorded_on,
            });
        }
    }
    for row in rows("select e.candidate_id, e.branch_id::text, e.certificate_on, k.kind::text, (select max(recorded_at) from act a where a.kind = 'certificate' and a.candidate_id = e.candidate_id and a.data ->> 'class_kind' = k.kind) as at \
        from enrolment e join class k on k.id = e.class_id where e.state = 'completed' and e.certificate_on is not null").await {
        let at: Option<DateTime<Utc>> = row.get("at");
        facts.push(Fact {
            what: format!("{}_completed", row.get::<_, String>(3)),
            from: row.get(2),
            until: None,
            branches: of(row.get(0), row.get(1)),
            recorded_on: at.map_or(NaiveDate::MIN, civil),
        });
    }
    for row in rows("select s.branch_id::text, s.from_on, s.to_on, m.official_on, m.recognised_on, m.created_at from membership s join member m on m.id = s.member_id").await {
        let (from, to): (NaiveDate, Option<NaiveDate>) = (row.get(1), row.get(2));
        let official: Option<NaiveDate> = row.get(3);
        let official = official.map(|on| row.get::<_, Option<NaiveDate>>(4).unwrap_or(on).max(on));
        let end = to.and_then(|to| to.succ_opt());
        let spell = |what: &str, from, until| Fact {
            what: what.to_owned(),
            from,
            until,
            branches: vec![(None, row.get(0))],
            recorded_on: civil(row.get(5)),
        };
        let first = official.map(|on| on.max(from));
        let dry_end = [first, end].into_iter().flatten().min();
        facts.push(spell("probationary_members", from, dry_end));
        if let Some(on) = first {
            facts.push(spell("official_members", on, end));
        }
    }
    facts
}

/// The figure that is expected: the count, and how many of these were recorded later.
fn expected(
    facts: &[Fact],
    what: &str,
    (from, to): (NaiveDate, NaiveDate),
    as_of: NaiveDate,
    stands: bool,
    of: &dyn Fn(&str) -> bool,
) -> Value {
    let all = facts.iter().filter(|fact| {
        let then = if stands {
            fact.from <= to && fact.until.is_none_or(|until| until > to)
        } else {
            (from..=to).contains(&fact.from)
        };
        fact.what == what && then && of(fact.branch(if stands { to } else { fact.from }))
    });
    let (mut count, mut later) = (0, 0);
    for fact in all {
        count += 1;
        later += i32::from(fact.recorded_on > as_of);
    }
    json!({"count": count, "recorded_later": later})
}

/// A year in the life of the organisation, with moves, corrections, annulments and late records.
async fn lively() -> House {
    let house = House::build().await;
    let gone = planned(&house, 4, "Vàng Thị Chuyển").await;
    house.travel("2021-02-10");
    let to = json!({"on": "2021-02-05", "to_branch_id": branch(5), "reason": "chuyển công tác"});
    let offer = house
        .act("branch-04", &gone, "transfers", to)
        .await
        .expect(201);
    let path = format!("{}/acceptances", offer.location());
    house.step("branch-05", &path, 1).await.expect(200);
    house.travel("2021-04-10");
    let late = candidate(&house, 4, "Vàng Thị Muộn").await;
    let adopt = |on: &str, corrects: Option<&str>| {
        json!({"on": on, "action": "add", "minutes_number": "02-BB/CB", "political_standard": true, "conduct": true,
            "capacity": true, "task_performance": true, "priority_group": "woman", "corrects": corrects})
    };
    let act = house
        .act(
            "branch-04",
            &late,
            "plan-decisions",
            adopt("2021-04-02", None),
        )
        .await
        .expect(201);
    house.travel("2021-07-05");
    let id = act.id();
    house
        .act(
            "branch-04",
            &late,
            "plan-decisions",
            adopt("2021-03-29", Some(&id)),
        )
        .await
        .expect(201);
    let remove = json!({"on": "2021-06-20", "action": "remove", "minutes_number": "09-BB/CB", "reason": "xin thôi việc"});
    let removed = house
        .act("branch-05", &gone, "plan-decisions", remove)
        .await
        .expect(201);
    house.travel("2021-08-01");
    let annul = json!({"on": "2021-07-20", "act_id": removed.id(), "reason": "ghi nhầm người"});
    house
        .act("branch-05", &gone, "annulments", annul)
        .await
        .expect(201);
    let remove = json!({"on": "2021-07-20", "action": "remove", "minutes_number": "11-BB/CB", "reason": "xin thôi việc"});
    house
        .act("branch-04", &late, "plan-decisions", remove)
        .await
        .expect(201);
    house.travel("2021-10-03");
    house
}

/// The figure of this name in a group.
fn figure<'v>(figures: &'v Value, name: &str) -> &'v Value {
    if ON_THE_WAY.contains(&name) {
        &figures["pipeline"][name]
    } else {
        &figures[name]
    }
}

#[tokio::test]
async fn every_figure_is_what_the_rows_say() {
    let house = lively().await;
    let wrong = "select n from app.counts('sums', '{}')";
    let root = superuser(&house.database).await;
    let wrong = root.query_one(wrong, &[]).await.unwrap();
    assert_eq!(wrong.get::<_, i32>(0), 0, "counters differ from the rows");
    let facts = raw(&house).await;
    let (mut compared, mut counted, mut later) = (0, BTreeMap::<String, i64>::new(), 0);
    let today = d("2021-10-03");
    for (who, reach) in [
        ("office", 1..=10),
        ("overseer", 1..=3),
        ("branch-04", 4..=4),
    ] {
        let own: Vec<String> = reach.map(branch).collect();
        for (query, as_of) in [
            (
                "period=2021&group_by=branch,month&as_of=2021-06-30",
                "2021-06-30",
            ),
            ("period=2021&group_by=quarter&group_by=branch", "2021-10-03"),
            ("period=2020&group_by=month,quarter", "2021-10-03"),
            (
                "period=2021-Q1&group_by=organization&as_of=2021-03-31",
                "2021-03-31",
            ),
            ("period=2021-02&scope=own", "2021-10-03"),
            (
                "period=2018-03-05..2021-07-22&group_by=branch",
                "2021-10-03",
            ),
            (
                "period=2017-01-01..2021-12-31&group_by=quarter",
                "2021-10-03",
            ),
            ("", "2021-10-03"),
        ] {
            let as_of = d(as_of);
            let answer = house
                .read(who, &format!("reports/statistics?{query}"))
                .await
                .body;
            shows!(answer, {"as_of": as_of, "scope": "own"});
            let mut next: BTreeMap<String, NaiveDate> = BTreeMap::new();
            for group in answer["groups"].list() {
                let days = |name: &str| d(group[name].text());
                let (from, to) = (days("from"), days("to"));
                assert!(to <= as_of.min(today), "{query} {group}");
                let only = group["branch_id"].as_str();
                let of = |branch: &str| {
                    only.map_or(own.iter().any(|b| b == branch), |only| only == branch)
                };
                // the groups cover every day exactly once
                let before =
                    next.insert(only.unwrap_or_default().to_owned(), to.succ_opt().unwrap());
                assert!(before.is_none_or(|next| next == from), "{query}");
                let back = |day: NaiveDate| {
                    let next = day.succ_opt().unwrap();
                    let year =
                        |day: NaiveDate| day.checked_sub_months(chrono::Months::new(12)).unwrap();
                    if next.day() == 1 {
                        year(next).pred_opt().unwrap()
                    } else {
                        year(day)
                    }
                };
                for (name, part, at) in [
                    ("figures", (from, to), as_of),
                    ("year_before", (back(from), back(to)), back(as_of)),
                ] {
                    let stocks = ON_THE_WAY
                        .iter()
                        .chain(&["official_members", "probationary_members"]);
                    let flows = FLOWS.iter().copied().chain([
                        ("awareness_completed", "awareness_completed"),
                        ("new_member_completed", "new_member_completed"),
                    ]);
                    let all = stocks
                        .map(|name| (*name, *name, true))
                        .chain(flows.map(|(name, what)| (name, what, false)));
                    for (field, what, stands) in all {
                        let wanted = expected(&facts, what, part, at, stands, &of);
                        let shown = figure(&group[name], field);
                        assert_eq!(
                            *shown, wanted,
                            "{who} {query} {name} {field} {from} {to} {only:?}"
                        );
                        compared += 1;
                        *counted.entry(field.to_owned()).or_default() += wanted["count"].number();
                        later += wanted["recorded_later"].number();
                    }
                }
            }
        }
    }
    assert!(compared > 5000 && later > 0, "{compared} {later}");
    for name in [
        "introduced",
        "adopted",
        "removed",
        "admitted",
        "awareness_completed",
        "in_plan",
        "official_members",
        "probationary_members",
    ] {
        assert!(counted[name] > 0, "nothing to compare: {name}");
    }
}

/// A person whose file is removed as a mistake is not counted in any figure or counter, for any
/// role.
#[tokio::test]
async fn a_person_removed_as_a_mistake_counts_in_no_figure() {
    let house = House::build().await;
    let owner = house.owner().await;
    let figures = async || {
        let mut all = Vec::new();
        for path in [
            "reports/statistics?period=2021-Q1",
            "reports/statistics?period=2021-01-01..2021-01-20",
            "reports/statistics?period=2021-01&as_of=2021-01-31",
            "reports/progress",
        ] {
            house.travel("2021-01-31");
            all.push(house.read("office", path).await.body);
        }
        house.travel("2021-04-02");
        for path in ["reports/statistics?period=2021-Q1", "reports/progress"] {
            all.push(house.read("upper", path).await.body);
        }
        all
    };
    let before = figures().await;
    house.travel("2021-01-20");
    let id = candidate(&house, 1, "Lê Thị Ghi Nhầm").await;
    assert_ne!(figures().await, before);
    house.travel("2021-01-20");
    house
        .delete("office", &format!("/api/v1/candidates/{id}"), 1)
        .await
        .expect(204);
    assert_eq!(figures().await, before);
    let wrong = "select n from app.counts('sums', '{}')";
    let wrong: i32 = owner.query_one(wrong, &[]).await.unwrap().get(0);
    assert_eq!(wrong, 0);
    owner.batch_execute("select app.recount()").await.unwrap();
    assert_eq!(figures().await, before);
}

/// A person counts for the branch of the day, and what was recorded later is counted separately. A
/// reason is shown for the branch that recorded it.
#[tokio::test]
async fn a_past_day_is_the_register_by_its_own_days_as_known_now() {
    let house = lively().await;
    let of = async |query: &str| {
        let path = format!("reports/statistics?group_by=branch&{query}");
        let answer = house.read("office", &path).await.body;
        answer["groups"].list()[3..=4].to_vec()
    };
    let end = of("period=2021-Q1&as_of=2021-03-31").await;
    // the adoption was recorded as of 2 April, and in July corrected to 29 March
    let (facts, own) = (raw(&house).await, branch(4));
    let quarter = (d("2021-01-01"), d("2021-03-31"));
    let adopted = expected(&facts, "in_plan", quarter, quarter.1, false, &|b| b == own);
    assert_eq!(end[0]["figures"]["adopted"], adopted);
    assert_eq!(adopted["recorded_later"], 1);
    let half = of("period=2021-07&as_of=2021-08-01").await;
    assert_eq!(half[0]["figures"]["removed"]["count"], 1);
    assert_eq!(
        half[0]["figures"]["removal_reasons"],
        json!([{"reason": "xin thôi việc", "count": 1}])
    );
    assert_eq!(half[1]["figures"]["removed"]["count"], 0, "annulled");
}

/// Roles that see no persons can ask as of the end of any quarter. Within the period they get its
/// quarters up to then, afterwards the whole period.
#[tokio::test]
async fn roles_that_see_no_persons_ask_as_of_any_quarters_end() {
    let house = lively().await;
    let groups = async |query: &str| {
        let path = format!("reports/statistics?{query}");
        let answer = house.read("upper", &path).await.body;
        let groups = answer["groups"].list().iter();
        let told =
            |group: &Value| ["from", "to", "figures", "year_before"].map(|of| group[of].clone());
        groups.map(told).collect::<Vec<_>>()
    };
    for (cut, own) in [
        (
            "period=2021&group_by=quarter&as_of=2021-06-30",
            "period=2021-01-01..2021-06-30&group_by=quarter",
        ),
        ("period=2021&as_of=2021-03-31", "period=2021-Q1"),
        ("period=2021-Q1&as_of=2021-09-30", "period=2021-Q1"),
        ("period=2020&as_of=2021-03-31", "period=2020"),
    ] {
        let own = groups(own).await;
        assert!(!own.is_empty());
        assert_eq!(groups(cut).await, own, "{cut}");
    }
}

#[tokio::test]
async fn an_invalid_statistics_query_is_refused_with_the_parameter_at_fault() {
    let house = House::build().await;
    for (who, query, parameter) in [
        ("office", "period=2021-Q5", "period"),
        ("office", "period=21", "period"),
        ("office", "period=2021-13", "period"),
        ("office", "period=2021-02-01..2021-01-01", "period"),
        ("office", "period=2011-01-01..2021-12-31", "period"),
        ("office", "period=1980", "period"),
        ("office", "period=2021-02", "period"),
        ("office", "as_of=2021-01-16", "as_of"),
        ("office", "period=2020-Q4&as_of=2020-09-30", "as_of"),
        ("office", "as_of=2020-02-30", "as_of"),
        ("office", "group_by=year", "group_by"),
        ("office", "group_by=", "group_by"),
        ("office", "scope=below", "scope"),
        ("office", "format=pdf", "format"),
        ("upper", "scope=own", "scope"),
        ("upper", "group_by=branch", "group_by"),
        ("upper", "group_by=organization,month", "group_by"),
        ("upper", "period=2020-07", "period"),
        ("upper", "period=2020-01-01..2020-06-30", "period"),
        ("upper", "period=2019-01-01..2020-12-31", "period"),
        (
            "upper",
            "period=2020-01-01..2020-11-30&group_by=quarter",
            "period",
        ),
        ("upper", "period=2020&as_of=2020-12-30", "as_of"),
        ("upper", "period=2020-Q1&as_of=2020-05-31", "as_of"),
        ("upper", "period=2020&as_of=2020-06-30", "as_of"),
        ("upper", "period=2021", "period"),
    ] {
        let path = format!("reports/statistics?{query}");
        let answer = house.get(who, &path).await.refused("invalid_parameter");
        assert_eq!(answer.faults(), [parameter], "{who} {query}");
    }
    for (who, query, told) in [
        ("office", "period=2021-02", "The period has not begun yet."),
        ("upper", "period=2021", "The period has not ended yet."),
    ] {
        let answer = house.get(who, &format!("reports/statistics?{query}")).await;
        assert_eq!(answer.body["errors"][0]["detail"], told, "{query}");
    }
    house
        .get("office", "reports/statistics?year=2021")
        .await
        .refused("unknown_parameter");
    for who in ["union", "youth", "admin"] {
        house
            .get(who, "reports/statistics")
            .await
            .refused("forbidden");
    }
}

/// A house with so many people that some figures are large and others small.
async fn crowded() -> House {
    let house = House::build().await;
    let fill = "
      insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on)
        select ('01760000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, b.organization_id, b.id, 'trade_union', 'Người Thứ ' || n, 'female', '1990-01-01', false, true, 'nominated', '2020-01-01', '2020-01-01'
          from generate_series(1, 90) n join branch b on b.number = lpad((1 + n % 3)::text, 2, '0') where n % 3 <> 2 or n < 10;
      insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
        select c.id, 1, c.organization_id, c.branch_id, 'nominated', make_date(2016 + n % 4, case when n % 5 = 0 then 2 when n % 7 < 3 then 5 when n % 7 = 3 then 8 else 11 end, 15), '2020-12-31T00:00:00Z'
          from (select *, row_number() over (order by id)::int as n from candidate where id >= '01760000-0000-7000-8000-000000000000') c";
    superuser(&house.database)
        .await
        .batch_execute(fill)
        .await
        .unwrap();
    house
}

/// No figure is about one to four people, and none can be computed by subtracting figures that are
/// shown.
#[tokio::test]
async fn those_above_see_no_small_number_and_can_compute_none() {
    let house = crowded().await;
    let seen = async |who: &str, query: &str| {
        house
            .read(who, &format!("reports/statistics?{query}"))
            .await
            .body
    };
    let (mut withheld, mut shown) = (0, 0);
    for year in 2016..=2019 {
        for who in ["upper", "district-script"] {
            let by_year = seen(who, &format!("period={year}")).await;
            let by_quarter = seen(who, &format!("period={year}&group_by=quarter")).await;
            let mine = seen("office", &format!("period={year}&group_by=quarter")).await;
            for (whole, quarters, ours) in [("figures", &by_quarter, &mine)]
                .map(|(name, q, o)| (&by_year["groups"][0][name], q, o))
            {
                for (field, _) in FLOWS {
                    let real: Vec<i64> = ours["groups"]
                        .list()
                        .iter()
                        .map(|g| g["figures"][field]["count"].number())
                        .collect();
                    let told: Vec<Option<i64>> = quarters["groups"]
                        .list()
                        .iter()
                        .map(|g| g["figures"][field]["count"].as_i64())
                        .collect();
                    for (real, told) in real.iter().zip(&told) {
                        let small = (1..5).contains(real);
                        assert_eq!(*told, (!small).then_some(*real), "{year} {field}");
                        withheld += usize::from(small);
                        shown += usize::from(*real > 4);
                    }
                    let total: i64 = real.iter().sum();
                    if let Some(sum) = whole[field]["count"].as_i64() {
                        assert_eq!(sum, total);
                        let rest = total - told.iter().flatten().sum::<i64>();
                        assert!(rest == 0 || rest >= 5, "{year} {field}: {rest} follows");
                    }
                }
                assert_eq!(whole["removal_reasons"], json!([]));
            }
            shows!(by_year["groups"][0], {"organization_id": demo("0a", 0, 2), "branch_id": null, "to": format!("{year}-12-31")});
        }
    }
    assert!(withheld > 5 && shown > 5, "{withheld} {shown}");
    // the people in a stage on two different days would reveal who entered or left it in between
    for who in ["upper", "district-script"] {
        let quarters = seen(who, "period=2020&group_by=quarter").await;
        for group in quarters["groups"].list() {
            for name in ["figures", "year_before"] {
                let stocks = ON_THE_WAY.map(|stage| &group[name]["pipeline"][stage]);
                let members = ["official_members", "probationary_members"];
                for stock in stocks.into_iter().chain(members.map(|m| &group[name][m])) {
                    shows!(stock, {"count": null, "recorded_later": null});
                }
            }
        }
    }
    assert_eq!(seen("upper", "").await["to"], "2020-12-31");
}

/// Admissions of a year are shown to everybody beside its quota. A quarter that follows from them
/// is withheld together with the others, whether they are requested together or alone.
#[tokio::test]
async fn a_quarter_does_not_follow_from_what_is_told_of_its_year() {
    let house = crowded().await;
    let owner = superuser(&house.database).await;
    let admit = async |numbers: &str, month: u32| {
        let enter = format!(
            "insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, recorded_at)
               select c.id, 2, c.organization_id, c.branch_id, 'probationary', make_date(2018, {month}, 20), '2018-12-01T00:00:00Z'
                 from (select *, row_number() over (order by id)::int as n from candidate where id >= '01760000-0000-7000-8000-000000000000') c where n {numbers}"
        );
        owner.batch_execute(&enter).await.unwrap();
    };
    let seen = async |who: &str, query: &str, name: &str| -> Vec<Value> {
        let path = format!("reports/statistics?{query}");
        let groups = house.read(who, &path).await.body["groups"].list().clone();
        let counts = groups.iter().map(|g| g[name]["admitted"]["count"].clone());
        counts.collect()
    };
    let quarters = "period=2018&group_by=quarter";
    let mine = async || seen("office", quarters, "figures").await;
    admit("<= 6", 2).await;
    admit("between 7 and 9", 5).await;
    assert_eq!(mine().await, [6, 3, 0, 0].map(Value::from));
    for who in ["upper", "district-script"] {
        assert_eq!(seen(who, quarters, "figures").await, vec![Value::Null; 4]);
        let later = "period=2019&group_by=quarter";
        assert_eq!(seen(who, later, "year_before").await, vec![Value::Null; 4]);
        for quarter in 1..=4 {
            let alone = format!("period=2018-Q{quarter}");
            assert_eq!(seen(who, &alone, "figures").await, [Value::Null]);
        }
    }
    // now none of the quarters is small any more
    admit("between 10 and 12", 5).await;
    let all = mine().await;
    assert_eq!(all, [6, 6, 0, 0].map(Value::from));
    assert_eq!(seen("upper", quarters, "figures").await, all);
    // of admissions recorded later, only the quarters' figures are shown: beside them, the year's
    // would reveal those recorded between the ends of the quarter and of the year
    let later = async |query: &str| -> Vec<Value> {
        let path = format!("reports/statistics?{query}");
        let groups = house.read("upper", &path).await.body["groups"]
            .list()
            .clone();
        let told = groups
            .iter()
            .map(|g| g["figures"]["admitted"]["recorded_later"].clone());
        told.collect()
    };
    assert_eq!(later(quarters).await, [6, 6, 0, 0].map(Value::from));
    assert_eq!(later("period=2018").await, [Value::Null]);
}

/// The number of people that a small branch has nominated cannot be computed from the figures of
/// the other branches and of the organisation.
#[tokio::test]
async fn the_source_of_a_small_branch_does_not_follow_from_the_others() {
    let house = crowded().await;
    let owner = superuser(&house.database).await;
    let crowd = "id >= '01760000-0000-7000-8000-000000000000'";
    let dated = format!("update candidate set nominated_on = '2018-03-01' where {crowd}");
    owner.batch_execute(&dated).await.unwrap();
    let year = "reports/quality?from=2018-01-01&to=2018-12-31";
    let seen = async |who: &str, more: &str| -> Vec<Value> {
        let found = house.read(who, &format!("{year}{more}")).await.body;
        let branches = found["branches"].list().iter();
        branches.map(|b| b["nominated"].clone()).collect()
    };
    let ours = seen("office", "").await;
    assert_eq!(ours[..4], [30, 30, 3, 0].map(Value::from));
    let above = seen("upper", "").await;
    assert_eq!(above[..3], [Value::Null, Value::Null, Value::Null]);
    assert_eq!(above[3..], ours[3..], "nobody stays nobody");
    let alone = format!("&branch_id={}", branch(1));
    assert_eq!(seen("upper", &alone).await, [Value::Null]);
    // five are enough to be shown
    let moved = format!(
        "update candidate set branch_id = '{}' where id in (select id from candidate where {crowd} and branch_id = '{}' order by id limit 2)",
        branch(3),
        branch(1)
    );
    owner.batch_execute(&moved).await.unwrap();
    assert_eq!(seen("upper", "").await[..3], [28, 30, 5].map(Value::from));
}

/// In the progress report too, roles that see no persons get the stages of a branch as of the end
/// of the last quarter, and small figures are withheld.
#[tokio::test]
async fn progress_tells_those_above_of_no_small_number() {
    let house = crowded().await;
    let above = house.read("upper", "reports/progress").await.body;
    let stood = "select count(*) from (select distinct on (s.candidate_id) s.stage, c.branch_id from stage_entry s join candidate c on c.id = s.candidate_id
        where s.on_date <= '2020-12-31' order by s.candidate_id, s.place desc) s where branch_id::text = $1 and stage::text = any ($2)";
    let root = superuser(&house.database).await;
    let (mut withheld, mut shown) = (0, 0);
    for b in above["branches"].list() {
        for field in ["in_class", "ready", "could_by_year_end"] {
            assert_eq!(b[field], Value::Null, "{field}");
        }
        for (field, stages) in [
            ("nominated", vec!["nominated"]),
            ("in_plan", vec!["in_plan"]),
            ("dossier", vec!["dossier"]),
            (
                "resolved",
                vec!["branch_resolved", "committee_resolved", "submitted"],
            ),
            ("decided", vec!["decided"]),
        ] {
            let branch = b["branch_id"].text();
            let row = root.query_one(stood, &[&branch, &stages]).await.unwrap();
            let real: i64 = row.get(0);
            assert!(!(1..5).contains(&b[field].as_i64().unwrap_or(0)), "{field}");
            assert!(b[field].is_null() || b[field] == real, "{field} {real}");
            withheld += usize::from(b[field].is_null());
            shown += usize::from(b[field] == real);
        }
    }
    assert!(withheld > 5 && shown > 0, "{withheld} {shown}");
}

#[tokio::test]
async fn the_statistics_are_a_sheet_too() {
    let house = lively().await;
    let path = "reports/statistics?period=2021&group_by=branch,quarter";
    let json = house.read("office", path).await.body;
    let csv = house.read("office", &format!("{path}&format=csv")).await;
    assert!(
        csv.header("content-disposition")
            .contains("statistics-2021-01-01-2021-12-31.csv")
    );
    let text = csv.text.trim_start_matches('\u{feff}');
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let headings = lines.headers().unwrap().clone();
    let place = headings.iter().position(|h| h == "Introduced").unwrap();
    let because = headings.len() - 1;
    assert_eq!(&headings[because], "Reasons of removals");
    assert_eq!(csv.header("content-language"), "en");
    let vietnamese = [("accept-language", "vi"), ("accept", "text/csv")];
    let address = format!("/api/v1/{path}");
    let vietnamese = house
        .send("office", reqwest::Method::GET, &address, None, &vietnamese)
        .await
        .expect(200);
    assert_eq!(vietnamese.header("content-language"), "vi");
    assert!(vietnamese.header("vary").contains("accept-language"));
    assert!(vietnamese.text.contains("\"Lý do đưa ra khỏi quy hoạch\""));
    assert!(!vietnamese.text.contains("Introduced"));
    let rows: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    let groups = json["groups"].list();
    let mut reasons = 0;
    assert_eq!(rows.len(), groups.len());
    for (row, group) in rows.iter().zip(groups) {
        let figures = &group["figures"]["introduced"];
        assert_eq!(row[place], figures["count"].to_string());
        assert_eq!(row[place + 1], figures["recorded_later"].to_string());
        assert_eq!(
            row[place + 2],
            group["year_before"]["introduced"]["count"].to_string()
        );
        assert_eq!(row[2], *group["period"].text());
        let told = group["figures"]["removal_reasons"].list().iter();
        let told = told.map(|r| format!("{} ({})", r["reason"].text(), r["count"]));
        let told: Vec<String> = told.collect();
        assert_eq!(row[because], told.join("; "));
        reasons += told.len();
    }
    assert!(reasons > 0, "nobody was removed");
    for (accept, kind) in [
        ("application/json;q=0.1, text/csv;q=0.9", "text/csv"),
        ("text/csv;q=0.5, */*;q=0.1", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("application/json, text/csv", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
    ] {
        let path = format!("/api/v1/{path}");
        let answer = house
            .send(
                "office",
                reqwest::Method::GET,
                &path,
                None,
                &[("accept", accept)],
            )
            .await;
        let sent = answer.header("content-type");
        assert!(sent.starts_with(kind), "{accept}: {sent}");
    }
    let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let book = house
        .send(
            "office",
            reqwest::Method::GET,
            &format!("/api/v1/{path}"),
            None,
            &[("accept", xlsx)],
        )
        .await
        .expect(200);
    assert_eq!(book.header("content-type"), xlsx);
    let address = format!("{}/api/v1/{path}", house.base);
    let request = house.client.get(address).header("accept", xlsx);
    let request = request.bearer_auth(house.token("office").await);
    let bytes = request.send().await.unwrap().bytes().await.unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("Thống kê").unwrap();
    let introduced = sheet.get_value((1, 5)).unwrap();
    assert!(introduced.is_float(), "a figure is a number: {introduced}");
}
