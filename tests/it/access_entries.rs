//! The access log as its readers see it.
use serde_json::json;

use crate::support::{House, Plain, demo, shows};

/// Whoever prints the list of a class has read names and birth dates of all who are on it.
#[tokio::test]
async fn printing_the_list_of_a_class_is_recorded() {
    let house = House::build().await;
    let class = demo("c1", 0, 1);
    for (who, format) in [("office", "csv"), ("upper", "json"), ("branch-01", "xlsx")] {
        house
            .get(who, &format!("classes/{class}/roster?format={format}"))
            .await
            .expect(200);
    }
    let seen = house.read("admin", "access-entries").await;
    let rosters: Vec<_> = seen
        .items()
        .iter()
        .filter(|e| e["resource"] == "roster")
        .collect();
    // the committee above is another organisation's, and so is its entry
    let kept = "select count(*) from access_entry where resource = 'roster'";
    assert_eq!((rosters.len(), house.count(kept).await), (2, 3));
    assert!(rosters.iter().all(|e| e["resource_id"].text() == class));
    assert!(!seen.text.contains("reason"));
    for who in ["office", "standing", "upper"] {
        house.get(who, "access-entries").await.refused("forbidden");
    }
}

/// A log that cannot be written withholds what it would have recorded.
#[tokio::test]
async fn without_its_entry_a_list_is_not_printed() {
    let house = House::build().await;
    let owner = house.owner().await;
    owner
        .batch_execute("begin; lock table access_entry in exclusive mode")
        .await
        .unwrap();
    let path = format!("classes/{}/roster", demo("c1", 0, 1));
    let answer = house.get("office", &path).await.refused("unavailable");
    assert_ne!(answer.header("retry-after"), "");
    assert!(!answer.text.contains("full_name"));
}

/// T-13: what plain reads mask, a reason shows: one record, logged without its values.
#[tokio::test]
async fn t13_a_record_is_revealed_for_a_reason_and_the_branch_sees_by_whom() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let path = format!("candidates/{id}");
    let version = house.read("branch-01", &path).await.version();
    let own =
        json!({"phone": "0901234567", "citizen_id": "001190012345", "remarks": "chi bộ 01 ghi"});
    house.change("branch-01", &path, version, own).await;
    for who in ["office", "standing", "overseer"] {
        let plain = house.read(who, &path).await;
        shows!(plain, {"phone": "•••567", "citizen_id": "•••345", "birth_date": null, "home_town": null, "remarks": null});
    }
    let reveals = format!("{path}/reveals");
    let reason = json!({"reason": "Đối chiếu với lý lịch gốc"});
    for who in ["office", "standing"] {
        for short in ["", "quá ngắn", "1234567890 !!!"] {
            let answer = house.post(who, &reveals, json!({"reason": short})).await;
            answer.invalid(&["/reason"]);
        }
        let shown = house.post(who, &reveals, reason.clone()).await.expect(200);
        shows!(shown, {"phone": "0901234567", "citizen_id": "001190012345", "remarks": "chi bộ 01 ghi"});
        assert!(shown.body["birth_date"].is_string());
        assert!(shown.header("cache-control").contains("no-store"));
    }
    for who in ["overseer", "branch-01", "upper", "admin"] {
        house
            .post(who, &reveals, reason.clone())
            .await
            .refused("forbidden");
    }
    let member = format!("members/{}/reveals", demo("dd", 4, 5));
    let shown = house
        .post("office", &member, reason.clone())
        .await
        .expect(200);
    assert!(shown.body["birth_date"].is_string());
    // the branch sees who looked at its own candidate, and at nobody else's
    let seen = house.read("branch-01", "access-entries").await;
    assert_eq!(seen.items().len(), 2, "{}", seen.text);
    assert!(
        seen.items()
            .iter()
            .all(|e| e["candidate_id"] == id.as_str())
    );
    assert!(!seen.text.contains("0901234567") && !seen.text.contains("lý lịch gốc"));
    assert!(
        house
            .read("branch-02", "access-entries")
            .await
            .items()
            .is_empty()
    );
    assert_eq!(house.read("admin", "access-entries").await.items().len(), 3);
    for who in ["office", "standing", "overseer", "upper"] {
        house.get(who, "access-entries").await.refused("forbidden");
    }
}

/// Revealing one after the other is not a way to read everybody.
#[tokio::test]
async fn t13_reveals_are_counted_by_the_hour_and_the_day() {
    let house = House::build().await;
    let reason = json!({"reason": "Đối chiếu với lý lịch gốc"});
    let reveals = format!("candidates/{}/reveals", demo("ca", 1, 1));
    let reveal = async |who: &str| house.post(who, &reveals, reason.clone()).await;
    for _ in 0..30 {
        reveal("standing").await.expect(200);
    }
    let stopped = reveal("standing").await.refused("rate_limited");
    assert_ne!(stopped.header("retry-after"), "");
    // ninety some hours ago, and many at the same instant
    let earlier = "insert into access_entry (id, organization_id, at, account_id, role, resource, resource_id, request_id) \
                   select gen_random_uuid(), organization_id, '2021-01-14T20:00Z', id, role, 'candidate', id, 'x' \
                     from account, generate_series(1, 90) where login = 'office'";
    house.owner().await.batch_execute(earlier).await.unwrap();
    house.token("office").await;
    let many = (0..16).map(|_| reveal("office"));
    let answers = futures_util::future::join_all(many).await;
    let shown = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!(shown, 10, "a hundred in a day");
    // plain reads are not counted
    house
        .read("office", &format!("candidates/{}", demo("ca", 1, 1)))
        .await;
    house
        .read("standing", &format!("candidates/{}", demo("ca", 1, 1)))
        .await;
}

/// Whether a value that is masked for the writer is the stored one, no answer tells.
#[tokio::test]
async fn t13_writing_a_masked_field_does_not_compare_it() {
    let house = House::build().await;
    let path = format!("candidates/{}", demo("ca", 1, 1));
    let version = house.read("branch-01", &path).await.version();
    let own = json!({"phone": "0901234567"});
    let version = house
        .change("branch-01", &path, version, own.clone())
        .await
        .version();
    let right = house.change("office", &path, version, own).await;
    let wrong = json!({"phone": "0907654567"});
    let wrong = house.change("office", &path, version + 1, wrong).await;
    assert_eq!(
        [right.version(), wrong.version()],
        [version + 1, version + 2]
    );
    assert_eq!(right.body["phone"], wrong.body["phone"]);
}
