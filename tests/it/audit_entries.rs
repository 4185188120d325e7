//! The audit trail, as its readers see it.
use serde_json::json;

use ketnap::cli::audit::check;

use crate::erasures::{PHONE, ended, erase};
use crate::support::{House, Plain, demo};

const SLIP: &str = "0901 234 568";
const REASON: &str = "reason=Đối chiếu với lý lịch gốc";

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
    // for a person the administrator sees which fields changed, but not their values
    assert_eq!(entry["changes"], json!([]));
    assert_eq!(entry["_hidden"], entry["fields"]);
    assert!(!seen.text.contains("0901234567") && !seen.text.contains("điều dưỡng"));
    let account = entry["account_id"].text();
    let by = format!("audit-entries?account_id={account}");
    assert!(!house.read("admin", &by).await.items().is_empty());
    for who in ["office", "standing", "branch-01", "upper"] {
        house.get(who, "audit-entries").await.refused("forbidden");
    }
}

/// For rows that the administrator may read, the entry also shows the values before and after:
/// rights, settings, removed rows.
#[tokio::test]
async fn a_change_of_rights_says_which_they_were() {
    let house = House::build().await;
    let row = house.read("admin", "accounts?login=youth").await.items()[0].clone();
    let id = row["id"].text();
    let path = format!("accounts/{id}");
    let role = json!({"role": "trade_union"});
    house
        .change("admin", &path, row["version"].number(), role)
        .await;
    let list = format!("audit-entries?resource_id={id}");
    let entry = house.read("admin", &list).await.items()[0].clone();
    let both = json!([{"field": "role", "before": "youth_union", "after": "trade_union"}]);
    assert_eq!(entry["changes"], both);
    assert_eq!(entry["_hidden"], json!([]));
    // the entry of a removed row keeps what it contained
    let made = json!({"name": "Khoa Lão", "kind": "clinical"});
    let made = house.create("office", "departments", made).await;
    let path = format!("departments/{}", made.id());
    house.remove("office", &path, 1).await;
    let list = format!("audit-entries?resource_id={}", made.id());
    let entry = house.read("admin", &list).await.items()[0].clone();
    let gone = json!({"field": "name", "before": "Khoa Lão", "after": null});
    assert!(
        entry["changes"].as_array().unwrap().contains(&gone),
        "{entry}"
    );
    // values of a resource that the administrator may not read stay hidden
    let plan = "update audit_entry set resource = 'activity' where resource = 'department'";
    house.owner().await.batch_execute(plan).await.unwrap();
    let entry = house.read("admin", &list).await.items()[0].clone();
    assert_eq!(
        (&entry["changes"], &entry["_hidden"]),
        (&json!([]), &entry["fields"])
    );
}

/// A mistyped value can be looked up: by the branch that sees the field, and by the Office for a
/// written reason.
#[tokio::test]
async fn a_slip_can_be_read_back() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let path = format!("candidates/{id}");
    for phone in [PHONE, SLIP] {
        let version = house.read("branch-01", &path).await.version();
        let change = json!({"phone": phone});
        house.change("branch-01", &path, version, change).await;
    }
    let history = format!("{path}/history");
    let both = json!([{"field": "phone", "before": PHONE, "after": SLIP}]);
    let seen = house.read("branch-01", &history).await;
    assert_eq!(seen.body["entries"][0]["changes"], both);
    assert_eq!(seen.body["entries"][0]["fields"], json!(["phone"]));
    assert_eq!(seen.body["entries"][0]["_hidden"], json!([]));
    // remarks are hidden without a reason, because they must not follow the person to another
    // branch
    let version = house.read("branch-01", &path).await.version();
    let remark = json!({"remarks": "Nhận xét của chi bộ 1"});
    house.change("branch-01", &path, version, remark).await;
    let seen = house.read("branch-01", &history).await;
    assert_eq!(seen.body["entries"][0]["_hidden"], json!(["remarks"]));
    let version = house.read("branch-01", &path).await.version();
    let again = json!({"phone": PHONE});
    house.change("branch-01", &path, version, again).await;
    let both = json!([{"field": "phone", "before": SLIP, "after": PHONE}]);
    // a field that the record masks is hidden in the history too; a reason shows it, and is logged
    let told = async |who: &str, path: &str| {
        let seen = house.read(who, path).await;
        assert!(seen.header("cache-control").contains("no-store"));
        seen.body["entries"][0].clone()
    };
    let reveals = "select count(*) from access_entry where resource in ('candidate', 'member')";
    let before = house.count(reveals).await;
    let masked = told("office", &history).await;
    assert_eq!(
        (&masked["changes"], &masked["_hidden"]),
        (&json!([]), &json!(["phone"]))
    );
    // a reason is ignored, and not logged, for a role that sees the record unmasked anyway
    let with_a_reason = format!("{history}?{REASON}");
    let own = told("branch-01", &with_a_reason).await;
    assert_eq!(own["changes"], both);
    assert_eq!(house.count(reveals).await, before);
    for who in ["office", "standing"] {
        assert_eq!(told(who, &with_a_reason).await["changes"], both, "{who}");
    }
    assert_eq!(house.count(reveals).await, before + 2);
    let short = format!("{history}?reason=vì cần");
    house
        .get("office", &short)
        .await
        .refused("invalid_parameter");
    house.get("branch-02", &history).await.refused("not_found");
    for who in ["overseer", "union", "upper", "admin"] {
        house.get(who, &history).await.refused("forbidden");
    }
    // the person's own export contains all values
    let reason = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let held = house
        .post("office", &format!("{path}/exports"), reason)
        .await;
    let held = held.expect(200).body["held"]["audit_entry"].to_string();
    assert!(
        held.contains(PHONE) && held.contains(SLIP) && !held.contains("sealed"),
        "{held}"
    );
    // once the file is submitted, its history is masked for the branch like the file itself
    let gone = format!("update candidate set stage = 'submitted' where id = '{id}'");
    house.owner().await.batch_execute(&gone).await.unwrap();
    let masked = told("branch-01", &history).await;
    assert_eq!(
        (&masked["changes"], &masked["_hidden"]),
        (&json!([]), &json!(["phone"]))
    );
}

/// A member's history is masked for the branch like the member's record.
#[tokio::test]
async fn the_changes_of_a_member_are_masked_like_the_member() {
    let house = House::build().await;
    let path = format!("members/{}", demo("dd", 1, 1));
    let version = house.read("office", &path).await.version();
    let change = json!({"phone": SLIP, "occupation": "hộ lý"});
    house.change("office", &path, version, change).await;
    let history = format!("{path}/history");
    let seen = house.read("branch-01", &history).await;
    let entry = &seen.body["entries"][0];
    assert_eq!(entry["changes"][0]["field"], "occupation");
    assert_eq!(entry["changes"][0]["after"], "hộ lý");
    assert_eq!(entry["_hidden"], json!(["phone"]));
    house.get("branch-02", &history).await.refused("not_found");
    let seen = house.read("standing", &format!("{history}?{REASON}")).await;
    assert!(seen.text.contains(SLIP));
}

/// Values sealed with the erased person's key are gone, and the chain still verifies.
#[tokio::test]
async fn an_erasure_takes_the_values_and_leaves_the_chain() {
    let house = House::build().await;
    let id = ended(&house).await;
    let history = format!("candidates/{id}/history?{REASON}");
    let seen = house.read("office", &history).await;
    assert!(seen.text.contains(PHONE));
    erase(&house, &id).await;
    let seen = house.read("office", &history).await;
    assert!(!seen.text.contains(PHONE));
    let entries = seen.body["entries"].as_array().unwrap();
    let changed = entries
        .iter()
        .find(|e| e["fields"].to_string().contains("phone"));
    let changed = changed.unwrap();
    assert_eq!(changed["changes"], json!([]));
    assert_eq!(changed["_hidden"], changed["fields"]);
    let mut client = house.owner().await;
    let tx = client.transaction().await.unwrap();
    let checked = check(&tx, None, None).await.unwrap();
    assert!(checked.faults.is_empty(), "{:?}", checked.faults);
}
