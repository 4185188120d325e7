//! The audit trail as its readers see it.
use serde_json::json;

use crate::support::{House, Plain, demo};

#[tokio::test]
async fn every_change_has_an_entry_that_the_administrator_reads() {
    let house = House::build().await;
    let path = format!("candidates/{}", demo("ca", 1, 1));
    let version = house.read("office", &path).await.version();
    let change = json!({"occupation": "điều dưỡng", "phone": "0901234567"});
    house.change("office", &path, version, change).await;
    let list = format!("audit-entries?resource_id={}", demo("ca", 1, 1));
    let seen = house.read("admin", &list).await;
    let entry = &seen.items()[0];
    assert_eq!(entry["resource"], "candidate");
    assert_eq!(entry["action"], "candidates.change");
    assert_eq!(entry["fields"], json!(["phone", "occupation"]));
    assert_eq!(entry["role"], "party_office");
    // names of fields, never what stands in them
    assert!(!seen.text.contains("0901234567") && !seen.text.contains("điều dưỡng"));
    let account = entry["account_id"].text();
    let by = format!("audit-entries?account_id={account}");
    assert!(!house.read("admin", &by).await.items().is_empty());
    for who in ["office", "standing", "branch-01", "upper"] {
        house.get(who, "audit-entries").await.refused("forbidden");
    }
}
