//! The outlook over HTTP. Its days are the ones on which the acts are then accepted, and its list
//! is sorted by slack, least first.
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{House, Plain, branch, demo, planned, shows};

fn step<'a>(outlook: &'a Value, kind: &str, body: &str) -> &'a Value {
    let mut steps = outlook["steps"].list().iter();
    steps
        .find(|s| s["kind"] == kind && (body.is_empty() || s["fields"]["body"] == body))
        .unwrap_or_else(|| panic!("no {kind} {body} in {outlook}"))
}

/// From a complete dossier to the ceremony, with every step on the earliest day that the outlook
/// gave.
#[tokio::test]
async fn a_file_that_goes_as_fast_as_promised_arrives_on_the_promised_day() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let outlook = house.read(BRANCH, &way.path("/outlook")).await.body;
    shows!(outlook, {"on": "2021-06-01", "until": "2021-12-31", "goal": "probationary", "stage": "dossier", "blocked_by": []});
    let day = |kind: &str, body: &str| step(&outlook, kind, body)["earliest_on"].text().to_owned();
    // 0 days until the vote, because the dossier is complete, and then 7, 10 and 5 days
    assert_eq!(day("resolution", "branch"), "2021-06-01");
    assert_eq!(day("resolution", "committee"), "2021-06-08");
    assert_eq!(day("decision", ""), "2021-06-18");
    shows!(outlook, {"reached_on": "2021-06-23", "begin_by": "2021-12-09", "slack_days": 191});
    assert_eq!(step(&outlook, "ceremony", "")["latest_on"], "2021-12-31");

    house.travel("2021-06-23");
    let vote = ballot("admission", "branch", &day("resolution", "branch"), 14);
    way.does(BRANCH, "resolutions", vote).await;
    let vote = ballot(
        "admission",
        "committee",
        &day("resolution", "committee"),
        15,
    );
    way.does("office", "resolutions", vote).await;
    let codes = ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"];
    way.filed(&codes, &day("document", "")).await;
    let on = day("submission", "");
    way.does(
        "office",
        "submission",
        json!({"on": on, "paper_number": "14-TTr/ĐU"}),
    )
    .await;
    let mut decision = Way::decision();
    decision["on"] = day("decision", "").into();
    decision["received_on"] = day("decision", "").into();
    way.does("upper", "decisions", decision).await;
    let ceremony = json!({"on": outlook["reached_on"]});
    way.does(BRANCH, "ceremony", ceremony).await;
    let after = house.read(BRANCH, &way.path("/outlook")).await.body;
    // the next goal is twelve months later, and the demo has a class for new members by then
    shows!(after, {"goal": "official", "begin_by": null, "blocked_by": []});
}

/// The outlook includes a planned class, and the last day on which the person can be proposed for
/// it.
#[tokio::test]
async fn without_a_certificate_the_way_goes_through_the_next_class_with_a_free_seat() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    way.knows(json!({"general_education": "upper_secondary"}))
        .await;
    let late = house.read(BRANCH, &way.path("/outlook")).await.body;
    shows!(late, {"begin_by": null, "slack_days": null, "until": "2021-12-31"});
    let class = json!({"kind": "awareness", "title": "Lớp", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-09-06", "ends_on": "2021-09-10",
        "capacity": 1, "proposals_due_on": "2021-08-31"});
    let class = house.create("office", "classes", class).await.id();
    let outlook = house.read(BRANCH, &way.path("/outlook")).await.body;
    shows!(outlook, {"reached_on": "2021-10-02", "begin_by": "2021-08-31"});
    let mut steps = outlook["steps"].list().iter();
    let seat = steps.find(|s| s["class_id"] == class.as_str()).unwrap();
    shows!(seat, {"operation": "create_enrolment", "label": "awareness class", "latest_on": "2021-08-31"});
    // somebody else takes the only seat
    let other = planned(&house, 1, "Lê Thị Người Khác").await;
    let path = format!("classes/{class}/enrolments");
    house
        .create(BRANCH, &path, json!({"candidate_id": other}))
        .await;
    let late = house.read(BRANCH, &way.path("/outlook")).await.body;
    assert_eq!(late["begin_by"], Value::Null);
}

#[tokio::test]
async fn the_list_has_the_least_slack_first_and_counts_who_arrives_in_time() {
    let house = House::build().await;
    house.travel("2022-03-10");
    let all = house.read("office", "outlooks?limit=200").await.body;
    let items = all["items"].list();
    let slack = |i: &Value| i["slack_days"].as_i64().unwrap_or(i64::MAX);
    assert!(items.is_sorted_by_key(slack) && items.iter().any(|i| slack(i) < i64::MAX));
    assert_eq!(
        all["page"],
        json!({"limit": 200, "next_cursor": null, "total": null})
    );
    let mut paged: Vec<Value> = Vec::new();
    let mut after = String::new();
    loop {
        let page = house
            .read("office", &format!("outlooks?limit=7{after}"))
            .await
            .body;
        paged.extend(page["items"].list().iter().cloned());
        let Some(next) = page["page"]["next_cursor"].as_str() else {
            break;
        };
        after = format!("&cursor={next}");
    }
    assert_eq!(&paged, items);
    for item in items.iter().take(5) {
        let one = format!("candidates/{}/outlook", item["candidate_id"].text());
        let one = house.read("office", &one).await.body;
        for field in ["reached_on", "begin_by", "slack_days", "goal", "stage"] {
            assert_eq!(one[field], item[field], "{field}");
        }
    }
    let mut counted = 0;
    for n in 1..=10 {
        let path = format!("outlooks?branch_id={}", branch(n));
        let own = house.read("office", &path).await.body;
        let items = own["items"].list();
        assert!(items.iter().all(|i| i["branch_id"] == branch(n).as_str()));
        let in_time = |i: &&Value| i["goal"] == "probationary" && !i["begin_by"].is_null();
        let there = items.iter().filter(in_time).count();
        assert_eq!(own["in_time"], there, "{n}");
        counted += there;
    }
    assert!(counted > 0);
    assert_eq!(all["in_time"], counted);
}

/// The figure is the same in the list, in the organisation's report and in the branch's.
#[tokio::test]
async fn who_could_be_admitted_by_the_end_of_the_year_is_who_the_list_says() {
    let house = House::build().await;
    let figure = async |who: &str, n: u32| {
        let path = format!("reports/progress?branch_id={}", branch(n));
        let report = house.read(who, &path).await.body;
        report["branches"][0]["could_by_year_end"].clone()
    };
    for day in ["2021-06-10", "2022-03-10", "2022-12-24"] {
        house.travel(day);
        let report = house.read("office", "reports/progress").await.body;
        let list = house.read("office", "outlooks?limit=200").await.body;
        let mut all = 0;
        for (n, b) in (1..).zip(report["branches"].list()) {
            let arrives = |i: &&Value| {
                i["branch_id"] == b["branch_id"]
                    && i["goal"] == "probationary"
                    && !i["begin_by"].is_null()
            };
            let counted = list["items"].list().iter().filter(arrives).count();
            assert_eq!(b["could_by_year_end"], counted, "{day} {n}");
            let own = format!("branch-{n:02}");
            assert_eq!(figure(&own, n).await, counted, "{day} {n}");
            all += counted;
        }
        assert_eq!(list["in_time"], all, "{day}");
        assert!(all > 0 || day == "2022-12-24", "{day}");
    }
    // the figure is computed again after any change
    let today = "2022-06-01";
    house.travel(today);
    let list = house.read("office", "outlooks?limit=200").await;
    let arrives = |i: &&&Value| i["goal"] == "probationary" && !i["begin_by"].is_null();
    let mut left = false;
    for one in list.items().iter().filter(|i| arrives(&i)) {
        let id = one["candidate_id"].text();
        let person = house.read("office", &format!("candidates/{id}")).await;
        if person.body["stage_on"].text() > today {
            continue;
        }
        let here = (1..=10)
            .find(|n| one["branch_id"] == branch(*n).as_str())
            .unwrap();
        let before = figure("office", here).await;
        assert_eq!(figure("office", here).await, before);
        let gone = json!({"on": today, "kind": "deceased", "reason": "x"});
        let own = format!("branch-{here:02}");
        house.act(&own, id, "exits", gone).await.expect(201);
        assert_eq!(figure("office", here).await, before.number() - 1);
        left = true;
        break;
    }
    assert!(left);
    for who in ["upper", "district-script"] {
        assert_eq!(figure(who, 1).await, Value::Null, "{who}");
        let report = house.read(who, "reports/progress").await.body;
        assert_eq!(report["term"]["projection"], Value::Null, "{who}");
    }
}

#[tokio::test]
async fn ways_ahead_are_shown_to_those_who_see_the_persons() {
    let house = House::build().await;
    let of = |list: Value| {
        list["items"]
            .list()
            .iter()
            .map(|i| i["branch_id"].text().to_owned())
            .collect::<Vec<_>>()
    };
    let own = of(house.read("branch-02", "outlooks").await.body);
    assert!(!own.is_empty() && own.iter().all(|b| *b == branch(2)));
    let watched = of(house.read("overseer", "outlooks").await.body);
    assert!(watched.iter().all(|b| (1..=3).any(|n| *b == branch(n))));
    let one = format!("candidates/{}/outlook", demo("ca", 1, 1));
    for who in ["union", "youth", "upper", "district-script", "admin"] {
        house.get(who, "outlooks").await.refused("forbidden");
        house.get(who, &one).await.refused("forbidden");
    }
    house.get("branch-02", &one).await.refused("not_found");
    for list in ["outlooks", "findings"] {
        for (wrong, code) in [
            ("cursor=x", "invalid_cursor"),
            ("limit=0", "invalid_parameter"),
            ("limit=201", "invalid_parameter"),
            ("limit=x", "invalid_parameter"),
            ("limit=x&cursor=x", "invalid_parameter"),
        ] {
            house
                .get("office", &format!("{list}?{wrong}"))
                .await
                .refused(code);
        }
    }
    house
        .get("office", "outlooks?until=2021-02-30")
        .await
        .refused("invalid_parameter");
    // the outlook reaches five years ahead at most, because the search takes longer the further it
    // looks
    house.read("office", "outlooks?until=2026-01-15").await;
    for path in ["outlooks", &one] {
        house
            .get("office", &format!("{path}?until=2026-01-16"))
            .await
            .refused("invalid_parameter");
    }
}

#[tokio::test]
async fn ways_and_findings_are_asked_for_by_the_ids_of_their_files() {
    let house = House::build().await;
    let all = house.read("office", "outlooks").await;
    let id = |place: usize| all.items()[place]["candidate_id"].text().to_owned();
    let (one, other) = (id(0), id(2));
    for asked in [format!("id={one},{other}"), format!("id={one}&id={other}")] {
        let some = house.read("office", &format!("outlooks?{asked}")).await;
        assert_eq!(
            some.items()[..],
            [all.items()[0].clone(), all.items()[2].clone()]
        );
    }
    let none = house.read("office", &format!("findings?id={one}")).await;
    assert!(none.items().is_empty());
    for path in ["outlooks?id=x", "findings?id="] {
        let wrong = house.get("office", path).await.refused("invalid_parameter");
        assert_eq!(wrong.faults(), ["id"], "{path}");
    }
}
