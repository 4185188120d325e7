//! The access log as its readers see it.
use crate::support::{House, Plain, demo};

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
    for who in ["office", "standing", "branch-01", "upper"] {
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
