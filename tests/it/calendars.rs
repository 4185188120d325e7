//! Calendars: an account's deadlines as an iCalendar feed at a secret address.
use reqwest::Method;

use serde_json::json;

use crate::support::{Answer, House, Plain, demo, texts};

async fn subscribe(house: &House, who: &str) -> Answer {
    house.send(who, Method::POST, "calendars", None, &[]).await
}

#[tokio::test]
async fn a_calendar_has_a_private_address_and_no_names() {
    let house = House::build().await;
    let first = subscribe(&house, "branch-03").await.expect(200);
    let path = first.body["path"].text().to_owned();
    let feed = house.read("", &path).await;
    assert!(
        feed.header("content-type").starts_with("text/calendar")
            && feed.header("cache-control").contains("no-store"),
        "{:?}",
        feed.headers
    );
    let open = house
        .read("branch-03", "deadlines?state=open,overdue&limit=200")
        .await;
    assert_eq!(
        feed.text.matches("BEGIN:VEVENT").count(),
        open.items().len()
    );
    assert!(
        feed.text.starts_with("BEGIN:VCALENDAR") && feed.text.contains("Chi bộ 03"),
        "{}",
        feed.text
    );
    // sorted by day, and as all-day events that do not show as busy
    assert_eq!(path.rsplit('.').next(), Some("ics"), "{path}");
    let days = |line: &str| feed.text.lines().filter(|l| l.starts_with(line)).count();
    assert_eq!(days("TRANSP:TRANSPARENT"), open.items().len());
    let starts = feed.text.lines().filter(|l| l.starts_with("DTSTART"));
    assert!(
        starts.clone().is_sorted(),
        "{:?}",
        starts.collect::<Vec<_>>()
    );
    for item in open.items() {
        assert!(
            feed.text.contains(&format!(
                "DTSTART;VALUE=DATE:{}",
                item["due_on"].text().replace('-', "")
            )),
            "{item}"
        );
    }
    // descriptions are for people: no rule ids, no names, no ids
    let unfolded = feed.text.replace("\r\n ", "");
    let about: Vec<&str> = unfolded
        .lines()
        .filter(|l| l.starts_with("DESCRIPTION"))
        .collect();
    assert_eq!(about.len(), open.items().len());
    for item in open.items() {
        assert!(
            !about.iter().any(|line| line.contains(item["rule"].text())),
            "{item}"
        );
    }
    let people = house.read("branch-03", "candidates?limit=200").await;
    for person in people.items() {
        assert!(
            !feed.text.contains(person["full_name"].text())
                && !feed.text.contains(person["id"].text())
        );
    }
}

/// The Office's feed contains everything in its list, which takes several pages: first what is due
/// next, then what is overdue, latest first.
#[tokio::test]
async fn a_feed_holds_every_duty_and_begins_with_what_comes_next() {
    let house = House::build().await;
    house.travel("2026-11-28");
    let made = subscribe(&house, "office").await.expect(200);
    let feed = house.read("", made.body["path"].text()).await.text;
    let mut due = Vec::new();
    let list = "deadlines?state=open,overdue&limit=200";
    let mut path = list.to_owned();
    loop {
        let page = house.read("office", &path).await;
        due.extend(texts(&page.body["items"], "due_on"));
        let Some(next) = page.body["page"]["next_cursor"].as_str() else {
            break;
        };
        path = format!("{list}&cursor={next}");
    }
    assert!(due.len() > 200, "{}", due.len());
    let day = |line: &str| line.strip_prefix("DTSTART;VALUE=DATE:").map(str::to_owned);
    let days: Vec<String> = feed.lines().filter_map(day).collect();
    let (mut next, mut overdue): (Vec<_>, Vec<_>) = due
        .iter()
        .map(|on| on.replace('-', ""))
        .partition(|on| on.as_str() >= "20261128");
    assert!(!next.is_empty() && !overdue.is_empty());
    next.sort();
    overdue.sort_by(|a, b| b.cmp(a));
    assert_eq!(days, [next, overdue].concat());
}

/// A new address replaces the old one. A wrong address is unknown, and so is that of a disabled
/// account.
#[tokio::test]
async fn a_calendar_has_one_address_at_a_time() {
    let house = House::build().await;
    let first = subscribe(&house, "branch-03").await.expect(200);
    let events = async |path: &str| {
        house
            .read("", path)
            .await
            .text
            .matches("BEGIN:VEVENT")
            .count()
    };
    let before = events(first.body["path"].text()).await;
    let second = subscribe(&house, "branch-03").await.expect(200);
    house
        .get("", first.body["path"].text())
        .await
        .refused("not_found");
    let path = second.body["path"].text();
    assert_eq!(events(path).await, before);
    house.get("", "/calendars/abc").await.refused("not_found");
    // a path that is longer than the document allows for `instance` is cut off
    house
        .get("", &format!("/calendars/{}", "0".repeat(3000)))
        .await
        .refused("not_found");
    house
        .owner()
        .await
        .execute(
            "update account set disabled_at = now() where login = 'branch-03'",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(events(path).await, 0);
    for who in ["union", "upper", "admin"] {
        subscribe(&house, who).await.refused("forbidden");
    }
}

#[tokio::test]
async fn a_calendar_address_is_read_thirty_times_a_minute() {
    let house = House::build().await;
    let made = subscribe(&house, "branch-03").await.expect(200);
    let path = made.body["path"].text();
    for _ in 0..30 {
        house.read("", path).await;
    }
    let answer = house.get("", path).await.refused("rate_limited");
    assert!(!answer.header("retry-after").is_empty());
    let other = subscribe(&house, "branch-01").await.expect(200);
    house.read("", other.body["path"].text()).await;
}

#[tokio::test]
async fn a_calendar_address_is_ended_by_whoever_made_it() {
    let house = House::build().await;
    let mine = subscribe(&house, "branch-03").await.expect(200);
    let other = subscribe(&house, "branch-01").await.expect(200);
    let end = async |who, version| house.delete(who, "calendars", version).await;
    assert_eq!(mine.header("etag"), "\"1\"");
    end("branch-03", 2).await.refused("precondition_failed");
    end("branch-03", 1).await.expect(204);
    let feed = mine.body["path"].text();
    house.get("", feed).await.refused("not_found");
    house.read("", other.body["path"].text()).await;
    end("branch-03", 1).await.refused("precondition_failed");
    end("union", 1).await.refused("forbidden");
}

/// The address is a credential, so the audit trail records that it was created and ended.
#[tokio::test]
async fn a_calendar_address_leaves_a_trace() {
    let house = House::build().await;
    subscribe(&house, "branch-03").await.expect(200);
    house.delete("branch-03", "calendars", 1).await.expect(204);
    let account = demo("ac", 0, 6);
    let path = format!("audit-entries?resource=calendar&resource_id={account}&sort=at");
    let trail = house.read("admin", &path).await;
    let seen: Vec<_> = trail
        .items()
        .iter()
        .map(|entry| {
            assert_eq!(entry["account_id"], json!(account));
            (entry["action"].clone(), entry["fields"].clone())
        })
        .collect();
    assert_eq!(
        seen,
        [
            (json!("calendar.write"), json!(["*"])),
            (json!("calendar.write"), json!(["deleted_at"])),
        ]
    );
}

/// Without the right to see deadlines the feed is 404; an empty calendar would suggest that nothing
/// is due.
#[tokio::test]
async fn a_calendar_address_does_not_outlive_its_accounts_right() {
    let house = House::build().await;
    let feed = subscribe(&house, "branch-03").await.expect(200);
    let feed = feed.body["path"].text().to_owned();
    let account = format!("/api/v1/accounts/{}", demo("ac", 0, 6));
    let expired = json!({"expires_at": "2021-01-15T01:59:59Z"});
    house.change("admin", &account, 1, expired).await;
    house.get("", &feed).await.refused("not_found");
    house
        .change("admin", &account, 2, json!({"expires_at": null}))
        .await;
    assert!(house.read("", &feed).await.text.contains("BEGIN:VEVENT"));
    let union = json!({"role": "trade_union", "branch_id": null});
    house.change("admin", &account, 3, union).await;
    house.get("", &feed).await.refused("not_found");
}

/// A new branch of the account ends the address at once, before anybody confirms the change: the
/// feed must not turn into another branch's.
#[tokio::test]
async fn a_calendar_address_ends_with_the_branch_of_its_account() {
    let house = House::build().await;
    let feed = subscribe(&house, "branch-03").await.expect(200);
    let feed = feed.body["path"].text().to_owned();
    let account = format!("/api/v1/accounts/{}", demo("ac", 0, 6));
    let other = json!({"branch_id": demo("0b", 1, 0)});
    house.change("admin", &account, 1, other).await;
    house.get("", &feed).await.refused("not_found");
    house
        .advance("standing", &format!("{account}/confirmations"), 2)
        .await;
    house.get("", &feed).await.refused("not_found");
    // changing only the name does not end the address
    let feed = subscribe(&house, "branch-04").await.expect(200);
    let account = format!("/api/v1/accounts/{}", demo("ac", 0, 7));
    house
        .change("admin", &account, 1, json!({"display_name": "Chi ủy"}))
        .await;
    house.read("", feed.body["path"].text()).await;
}
