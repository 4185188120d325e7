//! The access log, as its readers see it.
use serde_json::{Value, json};

use crate::procedure::Way;
use crate::support::{House, Plain, demo, shows};

/// Printing the list of a class is logged, because it shows names and birth dates.
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
    // the upper committee's entry belongs to another organisation, so this administrator does not
    // see it
    let kept = "select count(*) from access_entry where resource = 'roster'";
    assert_eq!((rosters.len(), house.count(kept).await), (2, 3));
    assert!(rosters.iter().all(|e| e["resource_id"].text() == class));
    assert!(!seen.text.contains("reason"));
    for who in ["office", "standing", "upper"] {
        house.get(who, "access-entries").await.refused("forbidden");
    }
}

/// If the access cannot be logged, the data is not shown.
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

/// T-13: a reason unmasks one record. The access is logged, the values are not.
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
        shows!(plain, {"phone": "•••", "citizen_id": "•••", "birth_date": null, "home_town": null, "remarks": null});
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
    // the branch sees who looked at its own candidate, and no entries about other candidates
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

/// Reveals are limited, so that nobody can read through all records.
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
    // the account has revealed ninety records some hours ago, and now asks for many more at the
    // same instant
    let earlier = "insert into access_entry (id, organization_id, at, account_id, role, resource, resource_id, request_id) \
                   select gen_random_uuid(), organization_id, '2021-01-14T20:00Z', id, role, 'candidate', id, 'x' \
                     from account, generate_series(1, 90) where login = 'office'";
    house.owner().await.batch_execute(earlier).await.unwrap();
    house.token("office").await;
    let many = (0..16).map(|_| reveal("office"));
    let answers = futures_util::future::join_all(many).await;
    let shown = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!(shown, 10, "a hundred in a day");
    // a plain read does not count as a reveal
    house
        .read("office", &format!("candidates/{}", demo("ca", 1, 1)))
        .await;
    house
        .read("standing", &format!("candidates/{}", demo("ca", 1, 1)))
        .await;
}

/// Writing to a masked field does not tell whether the value sent equals the stored one.
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

/// A person who asks for it gets every row about them, from every table, and the list of who has
/// read them.
#[tokio::test]
async fn a_person_gets_all_that_is_held_and_by_whom_it_was_read() {
    let house = House::build().await;
    let (id, before) = (demo("ca", 3, 5), demo("ca", 3, 1));
    let path = format!("candidates/{id}");
    let reason = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let exports = format!("{path}/exports");
    for who in [
        "standing",
        "overseer",
        "branch-03",
        "upper",
        "union",
        "admin",
    ] {
        house
            .post(who, &exports, reason.clone())
            .await
            .refused("forbidden");
    }
    let short = json!({"reason": "vì cần"});
    let member = format!("members/{}", demo("dd", 3, 1));
    for person in [&path, &member] {
        for way in ["reveals", "exports"] {
            house
                .post("office", &format!("{person}/{way}"), short.clone())
                .await
                .invalid(&["/reason"]);
        }
    }
    house
        .post("office", &format!("{path}/reveals"), reason.clone())
        .await
        .expect(200);
    let owner = house.owner().await;
    // an earlier attempt of the same person is included
    let linked = format!("update candidate set previous_id = '{before}' where id = '{id}'");
    owner.batch_execute(&linked).await.unwrap();
    let told = house
        .post("office", &exports, reason.clone())
        .await
        .expect(200);
    assert!(told.header("cache-control").contains("no-store"));
    assert_eq!(told.body["ids"], json!([before, id]));
    let held = &told.body["held"];
    assert!(
        held["candidate"].to_string().contains("099"),
        "the citizen number: {held}"
    );
    for kind in ["act", "nomination", "sponsorship", "enrolment", "deadline"] {
        let rows = held[kind].as_array().unwrap();
        let count =
            format!("select count(*) from {kind} where candidate_id in ('{id}', '{before}')");
        assert_eq!(
            i64::try_from(rows.len()).unwrap(),
            house.count(&count).await,
            "{kind}"
        );
        assert!(!rows.is_empty(), "{kind}");
    }
    let read = &held["access_entry"][0];
    shows!(read, {"resource": "candidate", "reader": "Văn phòng Đảng ủy", "reason": "Người trong hồ sơ yêu cầu"});
    // the branch sees that the data were exported
    let seen = house.read("branch-03", "access-entries").await;
    let kinds = crate::support::texts(&seen.body["items"], "resource");
    assert_eq!(kinds, ["personal_data", "candidate"]);
    // an export of a member contains the member's own rows, and the files of others in which the
    // member plays a part
    let own = format!("{member}/exports");
    let told = house.post("office", &own, reason).await.expect(200);
    let held = &told.body["held"];
    assert_eq!(held["membership"].as_array().unwrap().len(), 1);
    assert!(!held["sponsor"].as_array().unwrap().is_empty());
    assert_eq!(held["candidate"], json!([]));
    // every table that refers to a person is in the export, except these two, which are derived
    // from the acts
    let naming = "select distinct conrelid::regclass::text from pg_constraint where contype = 'f' and confrelid in ('candidate'::regclass, 'member'::regclass)";
    let mut tables = house.column(naming).await;
    tables.retain(|table| held.get(table).is_none());
    tables.sort();
    assert_eq!(tables, ["candidate_move", "stage_entry"]);
}

/// An export shows at least as much as a reveal, and counts towards the same limit.
#[tokio::test]
async fn exports_are_counted_with_reveals() {
    let house = House::build().await;
    let reason = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let path = format!("candidates/{}", demo("ca", 1, 1));
    for _ in 0..15 {
        for what in ["reveals", "exports"] {
            let path = format!("{path}/{what}");
            house
                .post("office", &path, reason.clone())
                .await
                .expect(200);
        }
    }
    for what in ["reveals", "exports"] {
        let path = format!("{path}/{what}");
        house
            .post("office", &path, reason.clone())
            .await
            .refused("rate_limited");
    }
}

/// The appraisal slip shows the same fields as a reveal, so it takes the same reason and counts
/// towards the same limit.
#[tokio::test]
async fn t13_an_appraisal_with_a_reason_is_a_reveal() {
    let house = House::build().await;
    let slip = format!("candidates/{}/appraisal", demo("ca", 1, 1));
    let short = house.read("office", &format!("{slip}?reason=x")).await;
    assert!(short.body["cv"]["birth_date"].is_null());
    let with_a_reason = format!("{slip}?reason=thẩm định hồ sơ");
    for _ in 0..30 {
        let shown = house.read("office", &with_a_reason).await;
        assert!(shown.body["cv"]["birth_date"].is_string());
    }
    house
        .get("office", &with_a_reason)
        .await
        .refused("rate_limited");
    // without a reason the fields are masked, and the slip can be read any number of times
    let masked = house.read("office", &slip).await;
    assert!(masked.body["cv"]["birth_date"].is_null());
}

/// A branch sees who has revealed its own members, and no entries about other members.
#[tokio::test]
async fn t13_a_branch_sees_who_read_its_members() {
    let house = House::build().await;
    let reason = json!({"reason": "Đối chiếu với lý lịch gốc"});
    let member = demo("dd", 1, 4);
    house
        .post("standing", &format!("members/{member}/reveals"), reason)
        .await
        .expect(200);
    let seen = async |who: &str| {
        let all = house.read(who, "access-entries?limit=200").await;
        let mut all = all.items().iter();
        all.any(|e| e["resource"] == "member" && e["resource_id"] == member.as_str())
    };
    assert!(seen("branch-01").await);
    assert!(!seen("branch-02").await);
}

/// The upper committee sees a submitted file unmasked, as on paper. Each record that it reads
/// leaves an entry, whether alone, in a list, through a filter or on the slip.
#[tokio::test]
async fn what_the_committee_above_reads_unmasked_leaves_a_trace() {
    let house = House::build().await;
    let id = demo("ca", 3, 5);
    let path = format!("candidates/{id}");
    let all = async || {
        let kept = "select count(*) from access_entry where role = 'upper_committee'";
        house.count(kept).await
    };
    let seen = async || {
        let seen = house.read("branch-03", "access-entries?limit=200").await;
        let own = seen.items().iter();
        let own = own.filter(|e| e["candidate_id"] == id.as_str());
        own.map(|e| format!("{} {}", e["role"].text(), e["resource"].text()))
            .collect::<Vec<_>>()
    };
    let before = seen().await;
    assert!(!before.iter().any(|e| e.starts_with("upper")), "{before:?}");
    let one = house.read("upper", &path).await;
    assert!(one.body["birth_date"].is_string());
    assert_eq!(all().await, 1);
    let listed = house.read("upper", "candidates?limit=200").await;
    let read = i64::try_from(listed.items().len()).unwrap();
    assert!(read > 1);
    assert_eq!(all().await, 1 + read, "each by itself");
    let born = one.body["birth_date"].text();
    let filtered = format!("candidates?fields=id&birth_date={born}");
    let found = house.read("upper", &filtered).await.items().len();
    let found = i64::try_from(found).unwrap();
    assert_eq!(all().await, 1 + read + found, "a filter tells as much");
    house.read("upper", &format!("{path}/appraisal")).await;
    let after = seen().await;
    assert_eq!(after.len(), before.len() + 4, "{after:?}");
    for entry in ["upper_committee candidate", "upper_committee appraisal"] {
        assert!(after.iter().any(|e| e == entry), "{entry}: {after:?}");
    }
    // names and stages leave no entry, and neither do masked fields
    let plain = all().await;
    house
        .read("upper", "candidates?fields=id,full_name,stage")
        .await;
    house
        .read("upper", &format!("{path}?fields=full_name"))
        .await;
    for who in ["office", "standing", "overseer", "branch-03"] {
        house.read(who, &path).await;
    }
    assert_eq!(all().await, plain);
    assert_eq!(seen().await, after);
    // what cannot be logged is not shown
    let owner = house.owner().await;
    owner
        .batch_execute("begin; lock table access_entry in exclusive mode")
        .await
        .unwrap();
    for path in [path.as_str(), "candidates"] {
        let answer = house.get("upper", path).await.refused("unavailable");
        assert!(!answer.text.contains(born), "{}", answer.text);
    }
}

/// The list of a class shows birth dates to the upper committee, so the branch of each person on it
/// sees the access.
#[tokio::test]
async fn a_birth_date_on_a_class_list_leaves_its_persons_trace() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-06-01");
    way.planned().await;
    let class = way.taught("awareness", "2021-01-25", "2021-01-30").await;
    let seen = async |who: &str| {
        let all = house.read(who, "access-entries?limit=200").await;
        let own = all.items().iter();
        let own = own.filter(|e| e["candidate_id"] == way.id.as_str());
        own.map(|e| format!("{} {}", e["role"].text(), e["resource"].text()))
            .collect::<Vec<_>>()
    };
    let roster = format!("classes/{class}/roster");
    house.read("office", &roster).await;
    assert!(seen("branch-01").await.is_empty());
    let list = house.read("upper", &roster).await;
    let row = &list.body["rows"][0];
    assert_eq!(row["candidate_id"], way.id.as_str());
    assert!(row["birth_date"].is_string());
    for who in ["branch-01", "admin"] {
        assert_eq!(seen(who).await, ["upper_committee candidate"], "{who}");
    }
    assert!(seen("branch-02").await.is_empty());
}

/// Acts hide a person's priority group from the upper committee, which reads it in the file, where
/// the access is logged.
#[tokio::test]
async fn the_committee_above_reads_no_group_in_acts() {
    let house = House::build().await;
    house.travel("2022-08-01");
    let id = demo("ca", 3, 5);
    let group = format!("update candidate set priority_group = 'doctor' where id = '{id}'");
    house.owner().await.batch_execute(&group).await.unwrap();
    let path = format!("candidates/{id}");
    let file = house.read("upper", &path).await;
    shows!(file, {"priority_group": "doctor"});
    let mut acts = Vec::new();
    for list in ["plan-decisions", "timeline"] {
        let list = format!("{path}/{list}?limit=200");
        let list = house.read("upper", &list).await;
        let of = |a: &&Value| a["kind"] == "plan_decision";
        acts.extend(list.items().iter().find(of).cloned());
    }
    assert_eq!(acts.len(), 2);
    let one = format!("acts/{}", acts[0]["id"].text());
    acts.push(house.read("upper", &one).await.body);
    for act in acts {
        assert!(act["data"]["priority_group"].is_null(), "{act}");
        let hidden = act["_hidden"].list();
        assert!(hidden.contains(&json!("priority_group")), "{act}");
    }
}

/// T-13: a background contains more than a reveal shows. It opens only for a meaningful reason, and
/// only for a limited number of people; reading the same person again does not count.
#[tokio::test]
async fn t13_a_background_takes_a_reason_and_few_people_are_read() {
    let house = House::build().await;
    house.travel("2021-11-01");
    let id = demo("ca", 1, 4);
    let finding = json!({"on": "2021-10-20", "step": "declared", "relation": "self_person"});
    house
        .record("branch-01", &id, "verification", finding)
        .await;
    let path = format!("candidates/{id}/background");
    let reason = "reason=Chuẩn bị kết luận";
    let one = house.read("standing", &format!("{path}?{reason}")).await;
    let act = format!("acts/{}", one.body["acts"][0]["id"].text());
    let slip = format!("candidates/{id}/appraisal");
    for path in [&path, &act, &slip] {
        for short in [".", "abc", "—— —— —— ——", "1234567890 !!!"] {
            let answer = house
                .get("standing", &format!("{path}?reason={short}"))
                .await;
            let faults = answer.refused("invalid_parameter").faults();
            assert_eq!(faults, ["reason"], "{path} {short}");
        }
    }
    // the account has read the backgrounds of this many other people within the hour
    let read = async |who: &str, at: &str, people: i32| {
        let sql = format!(
            "insert into access_entry (id, organization_id, at, account_id, role, resource, resource_id, reason, request_id) \
             select gen_random_uuid(), organization_id, '{at}', id, role, 'background', gen_random_uuid(), 'Chuẩn bị kết luận', 'x' \
               from account, generate_series(1, {people}) where login = '{who}'"
        );
        house.owner().await.batch_execute(&sql).await.unwrap();
    };
    let now = house.column("select max(at)::text from access_entry").await;
    read("standing", &now[0], 29).await;
    let again = house.get("standing", &format!("{path}?{reason}")).await;
    again.expect(200);
    read("standing", &now[0], 1).await;
    for path in [&path, &act] {
        let stopped = house.get("standing", &format!("{path}?{reason}")).await;
        let stopped = stopped.refused("rate_limited");
        assert_ne!(stopped.header("retry-after"), "", "{path}");
    }
    // the Party Office reads backgrounds as part of its work: it needs no reason, and its limit is
    // higher
    house.read("office", &path).await;
    read("office", &now[0], 99).await;
    house.read("office", &path).await;
    read("office", &now[0], 1).await;
    house.get("office", &path).await.refused("rate_limited");
    // a request that shows nothing of the background is not logged and needs no valid reason
    house.read("overseer", &format!("{path}?reason=.")).await;
}
