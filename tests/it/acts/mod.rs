//! P3 data in acts, and which roles may read it.
mod batches;

use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, shows, with};

/// A person of branch 01, in the stage `dossier` since 4 October 2021.
fn person() -> String {
    demo("ca", 1, 4)
}

async fn verified(house: &House, who: &str, step: &str, more: Value) -> Answer {
    let body = json!({"on": "2021-10-20", "step": step, "relation": "father"});
    house
        .record(who, &person(), "verification", with(&body, more))
        .await
}

/// Records a verification finding and an opinion with remarks (both P3); returns the paths of the
/// two acts.
async fn background(house: &House) -> (String, String) {
    house.travel("2021-11-01");
    verified(
        house,
        "branch-01",
        "declared",
        json!({"relation": "self_person"}),
    )
    .await;
    verified(house, "branch-01", "declared", json!({})).await;
    verified(house, "branch-01", "sealed", json!({"relation": null})).await;
    verified(house, "office", "sent", json!({"new_place": "ZQP3PLACE"})).await;
    let flagged = json!({"flagged": true, "finding": "ZQP3FINDING"});
    let returned = verified(house, "office", "returned", flagged).await;
    let issue = json!({"on": "2021-10-21", "step": "proposed", "relation": "father",
        "statement": "ZQP3STATEMENT"});
    house
        .record("office", &person(), "political-issues", issue)
        .await;
    let note = json!({"on": "2021-10-22", "of": "trade_union", "purpose": "admission",
        "favourable": false, "remarks": "ZQP3OPINION"});
    let opinion = house.record("branch-01", &person(), "opinions", note).await;
    // the answer shows the recorder what they have just written, as a read of the act does
    assert!(returned.text.contains("ZQP3FINDING") && opinion.text.contains("ZQP3OPINION"));
    (
        format!("acts/{}", returned.id()),
        format!("acts/{}", opinion.id()),
    )
}

async fn readings(house: &House) -> i64 {
    let sql = "select count(*) from access_entry";
    house
        .owner()
        .await
        .query_one(sql, &[])
        .await
        .unwrap()
        .get(0)
}

/// The answer to recording an act equals a later read by the recorder, byte for byte and with the
/// same tag. In particular it does not list as hidden what they have just written.
#[tokio::test]
async fn a_recorded_act_is_answered_as_it_is_read() {
    let house = House::build().await;
    let (finding, opinion) = background(&house).await;
    let exit = json!({"on": "2021-10-25", "kind": "withdrawn", "reason": "Xin rút đơn"});
    let note = json!({"on": "2021-10-23", "of": "trade_union", "purpose": "admission",
        "favourable": true, "remarks": "Gương mẫu"});
    let mut made = Vec::new();
    for (who, kind, body) in [
        ("branch-01", "opinions", note),
        ("branch-01", "exits", exit),
    ] {
        made.push((who, house.record(who, &person(), kind, body).await));
    }
    for (who, made) in &made {
        let read = house.read(who, made.location()).await;
        assert_eq!(read.text, made.text, "{who}");
        assert_eq!(read.header("etag"), made.header("etag"), "{who}");
    }
    assert_eq!(made[0].1.body["data"]["remarks"], "Gương mẫu");
    assert_eq!(made[0].1.body["_hidden"], json!([]));
    // the answer shows neither what a read would show only for a reason, nor what others have
    // written
    for (who, path) in [("standing", &finding), ("overseer", &opinion)] {
        assert!(!house.read(who, path).await.text.contains("ZQP3"), "{who}");
    }
}

/// No list shows P3 data, to any role.
#[tokio::test]
async fn no_list_shows_a_background() {
    let house = House::build().await;
    background(&house).await;
    let person = person();
    for who in ["office", "standing", "branch-01", "overseer"] {
        for list in ["timeline", "verification", "opinions", "political-issues"] {
            let answer = house
                .read(who, &format!("candidates/{person}/{list}?limit=200"))
                .await;
            assert!(
                !answer.text.contains("ZQP3")
                    && !answer.text.contains("\"father\"")
                    && !answer.text.contains("\"favourable\":false"),
                "{who} {list}: {}",
                answer.text
            );
        }
    }
}

/// P3 data of a single act is shown to the Party Office, to the branch that recorded it, and to the
/// Standing Committee for a reason. Each access is logged.
#[tokio::test]
async fn a_background_is_read_one_by_one_by_whom_it_concerns_and_each_reading_is_recorded() {
    let house = House::build().await;
    let (finding, remark) = background(&house).await;
    for (who, path, query, shown) in [
        ("office", &finding, "", true),
        ("office", &remark, "", false),
        ("office", &remark, "?reason=thẩm%20định%20hồ%20sơ", true),
        ("branch-01", &finding, "", false),
        ("branch-01", &remark, "", true),
        ("standing", &finding, "", false),
        (
            "standing",
            &finding,
            "?reason=Chuẩn%20bị%20kết%20luận",
            true,
        ),
        ("overseer", &finding, "?reason=x", false),
    ] {
        let before = readings(&house).await;
        let answer = house.read(who, &format!("{path}{query}")).await;
        assert_eq!(
            answer.text.contains("ZQP3"),
            shown,
            "{who} {path}{query}: {}",
            answer.text
        );
        assert_eq!(
            readings(&house).await - before,
            i64::from(shown),
            "{who} {path}{query}"
        );
    }
    let row = house
        .owner()
        .await
        .query_one("select role, reason from access_entry where role = 'standing_committee' order by at limit 1", &[])
        .await
        .unwrap();
    assert_eq!(
        (row.get::<_, String>(0), row.get::<_, String>(1)),
        ("standing_committee".into(), "Chuẩn bị kết luận".into())
    );
    house
        .get("standing", &format!("{finding}?reason=%00"))
        .await
        .refused("invalid_parameter");
    house.get("branch-02", &finding).await.refused("not_found");
}

/// The appraisal slip shows P3 data by the same rules as the acts.
#[tokio::test]
async fn an_appraisal_slip_shows_findings_as_the_acts_do() {
    let house = House::build().await;
    background(&house).await;
    let person = person();
    let slip = format!("/api/v1/candidates/{person}/appraisal");
    for (who, query, shown) in [
        ("office", "", true),
        ("standing", "", false),
        ("standing", "?reason=thẩm%20định%20hồ%20sơ", true),
        ("branch-01", "", false),
        ("overseer", "", false),
    ] {
        let before = readings(&house).await;
        let answer = house.read(who, &format!("{slip}{query}")).await;
        assert_eq!(
            answer.text.contains("ZQP3FINDING"),
            shown,
            "{who}{query}: {}",
            answer.text
        );
        assert_eq!(
            readings(&house).await - before,
            i64::from(shown),
            "{who}{query}"
        );
    }
    house.get("upper", &slip).await.refused("not_found");
}

/// The slip lists an open political issue as a point to explain, and does not propose admission.
#[tokio::test]
async fn an_open_political_issue_is_a_point_to_explain() {
    let house = House::build().await;
    background(&house).await;
    let slip = format!("candidates/{}/appraisal", person());
    let answer = house.read("office", &slip).await;
    assert_eq!(answer.body["proposal"], "return");
    assert!(
        answer.body["points_to_explain"]
            .list()
            .iter()
            .any(|p| p.as_str().unwrap().contains("political standards")),
        "{}",
        answer.text
    );
}

/// The slip of a submitted file, as the upper committee reads it: particulars as in the CV, the
/// figures of both votes, no findings.
#[tokio::test]
async fn the_district_reads_the_slip_of_a_submitted_file() {
    let house = House::build().await;
    let slip = house
        .read(
            "upper",
            &format!("candidates/{}/appraisal", demo("ca", 3, 5)),
        )
        .await;
    let body = &slip.body;
    shows!(body, {"stage": "submitted", "verification_conclusion": "clear"});
    assert_eq!(
        body["branch_resolution"]["in_favor"],
        body["branch_resolution"]["entitled"]
    );
    assert_eq!(
        (
            &body["committee_resolution"]["members"],
            &body["proposal"],
            &body["decision"]
        ),
        (&json!(15), &json!("admit"), &Value::Null),
        "{}",
        slip.text
    );
    assert!(
        body["cv"]["birth_date"].is_string()
            && body["certificate_number"].is_string()
            && body["application_on"].is_string()
    );
    assert!(!body["introducers"].list().is_empty() && body["opinions"].list().len() == 2);
    assert!(
        body["verification"]
            .list()
            .iter()
            .all(|v| v["finding"].is_null() && v["relation"].is_null())
    );
}

/// `fields` selects properties of an act, and `expand` adds the person. If `data` is not selected,
/// no background is read and nothing is logged.
#[tokio::test]
async fn an_act_is_read_in_part_and_with_the_person_beside_it() {
    let house = House::build().await;
    let (finding, _) = background(&house).await;
    let before = readings(&house).await;
    let part = house
        .read(
            "office",
            &format!("{finding}?fields=kind,on&expand=candidate"),
        )
        .await;
    let part = part.body.as_object().unwrap();
    let names: Vec<&String> = part.keys().collect();
    assert_eq!(names, ["kind", "on", "candidate"]);
    assert_eq!(part["candidate"]["id"], person());
    assert_eq!(readings(&house).await, before);
    let data = house
        .read("office", &format!("{finding}?fields=data,_hidden"))
        .await;
    assert_eq!(data.body["data"]["finding"], "ZQP3FINDING");
    assert_eq!(data.body["_hidden"], json!([]));
    assert_eq!(readings(&house).await, before + 1);
    let unknown = house.get("office", &format!("{finding}?fields=x")).await;
    assert_eq!(unknown.refused("invalid_parameter").faults(), ["fields"]);
}

/// The whole background in one request: each act as a read of that act shows it, and a single entry
/// in the access log.
#[tokio::test]
async fn a_background_is_read_at_once_as_its_acts_are_one_by_one() {
    let house = House::build().await;
    background(&house).await;
    let path = format!("candidates/{}/background", person());
    for (who, query, shown, hidden) in [
        ("office", "", "PLACE FINDING STATEMENT", "OPINION"),
        (
            "office",
            "?reason=thẩm%20định%20hồ%20sơ",
            "PLACE FINDING STATEMENT OPINION",
            "",
        ),
        ("branch-01", "", "OPINION", "PLACE FINDING STATEMENT"),
        ("standing", "", "", "PLACE FINDING STATEMENT OPINION"),
        (
            "standing",
            "?reason=thẩm%20định%20hồ%20sơ",
            "PLACE FINDING STATEMENT OPINION",
            "",
        ),
        (
            "overseer",
            "?reason=x",
            "",
            "PLACE FINDING STATEMENT OPINION",
        ),
    ] {
        let before = readings(&house).await;
        let all = house.read(who, &format!("{path}{query}")).await;
        for word in shown.split_whitespace() {
            assert!(all.text.contains(word), "{who}{query}: no {word}");
        }
        for word in hidden.split_whitespace() {
            let word = format!("ZQP3{word}");
            assert!(!all.text.contains(&word), "{who}{query}: {word}");
        }
        let logged = i64::from(!shown.is_empty());
        assert_eq!(readings(&house).await - before, logged, "{who}{query}");
        // reading the acts one by one shows the same, with a log entry for each
        for act in all.body["acts"].list() {
            let one = format!("acts/{}{query}", act["id"].text());
            assert_eq!(&house.read(who, &one).await.body, act, "{who}{query}");
        }
    }
    // what the Office has only proposed stays hidden from the branch
    let own = house.read("branch-01", &path).await;
    assert!(!own.text.contains("political_issue"), "{}", own.text);
    house.get("branch-02", &path).await.refused("not_found");
}
