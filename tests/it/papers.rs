//! A paper is identified by its issuer, year and number, and has one date; it may name several
//! people.
use serde_json::{Value, json};

use crate::procedure::Way;
use crate::support::{House, demo, person, planned, with};

fn agreement(on: &str, approver: &str, number: &str) -> Value {
    json!({"on": on, "what": "education", "reason": "vùng đặc thù", "approver": approver,
        "paper_number": number})
}

#[tokio::test]
async fn an_agreement_has_one_date() {
    let house = House::build().await;
    house.travel("2021-03-01");
    let first = planned(&house, 1, "Mai Thị Một").await;
    let second = planned(&house, 2, "Mai Thị Hai").await;
    let made = house
        .record(
            "office",
            &first,
            "waivers",
            agreement("2021-02-01", "Ban Thường vụ", "31-CV/ĐU"),
        )
        .await;
    let again = agreement("2021-02-02", "ban thường vụ", "31 – cv/đu");
    house
        .act("office", &second, "waivers", again)
        .await
        .duplicate("/paper_number");
    for other in [
        agreement("2021-02-01", "Ban Thường vụ", "31-CV/ĐU"),
        agreement("2021-02-02", "Ban Tổ chức", "31-CV/ĐU"),
        agreement("2021-02-02", "Ban Thường vụ", "32-CV/ĐU"),
    ] {
        house.record("office", &second, "waivers", other).await;
    }
    // the corrected act no longer counts, but the other file has the same paper with the old date
    let corrected = with(
        &agreement("2021-02-03", "Ban Thường vụ", "31-CV/ĐU"),
        json!({"corrects": made.id()}),
    );
    house
        .act("office", &first, "waivers", corrected)
        .await
        .duplicate("/paper_number");
}

/// Candidates of two branches; the demo submitted both in 2022.
#[tokio::test]
async fn a_decision_has_one_date_whatever_it_decides() {
    let house = House::build().await;
    house.travel("2022-07-01");
    let decision = |on: &str, number: &str| {
        json!({"on": on, "purpose": "admission", "outcome": "granted", "number": number,
            "body": "upper_standing_committee", "members": 11, "in_favor": 9})
    };
    let (one, other) = (demo("ca", 7, 3), demo("ca", 3, 5));
    house
        .record("upper", &one, "decisions", decision("2022-05-20", "7"))
        .await;
    house
        .act("upper", &other, "decisions", decision("2022-06-20", "7"))
        .await
        .duplicate("/number");
    house
        .record("upper", &other, "decisions", decision("2022-05-20", "7"))
        .await;
}

#[tokio::test]
async fn a_decision_by_which_members_leave_has_one_date() {
    let house = House::build().await;
    let leaving = |on: &str| {
        json!({"on": on, "ground": "expelled", "decided_by": "upper_standing_committee",
            "paper_number": "16-QĐ/HU", "reason": "vi phạm"})
    };
    let path = |n| format!("members/{}/leavings", demo("dd", 9, n));
    house
        .step_with("office", &path(7), 1, leaving("2021-01-10"))
        .await
        .expect(201);
    house
        .step_with("office", &path(8), 1, leaving("2021-01-11"))
        .await
        .duplicate("/paper_number");
}

/// Invisible characters of any Unicode block are refused, because two different numbers would look
/// the same.
#[tokio::test]
async fn a_number_has_no_invisible_character() {
    let house = House::build().await;
    for hidden in ['\u{E0041}', '\u{1FFFE}', '\u{F0000}', '\u{200E}'] {
        let number = format!("77-NQ{hidden}");
        let body = person(1, "Lò Thị Số Hiệu", &number);
        let refused = house.post("union", "nominations", body).await;
        refused.invalid(&["/paper_number"]);
    }
}

/// The law and the database normalise paper numbers in the same way.
#[tokio::test]
async fn a_number_is_the_same_paper_to_the_law_and_to_the_database() {
    let house = House::build().await;
    for (number, key) in [
        ("7 – nq/cb", "7-NQ/CB"),
        ("07‑NQ—ĐU", "07-NQ-ĐU"),
        ("№ 5 − qđ", "NO5-QĐ"),
    ] {
        let sql = format!("select app.paper_key('{number}')");
        assert_eq!(house.column(&sql).await, [key]);
        assert_eq!(ketnap::law::text::paper_key(number), key);
    }
}

/// Decisions on members with and without a file belong to one series of numbers.
#[tokio::test]
async fn a_recognition_and_an_exit_have_numbers_of_their_own() {
    let house = House::build().await;
    let (way, recognised) = Way::recognised(&house).await;
    house.travel("2022-12-01");
    let member = format!("members/{}", demo("dd", 1, 15));
    let seen = house.read("office", &member).await.version();
    let path = format!("{member}/recognitions");
    let decided = |number: &str| json!({"on": "2022-11-20", "decided_by": "upper_standing_committee", "paper_number": number});
    house
        .step_with("office", &path, seen, decided("41 – qđcn/hu"))
        .await
        .duplicate("/paper_number");
    house
        .advance_with("office", &path, seen, decided("42-QĐCN/HU"))
        .await;
    let other = json!({"number": "42-QĐCN/HU", "corrects": recognised.id()});
    let other = with(&Way::recognition("2022-05-20"), other);
    way.tries("office", "recognition", other)
        .await
        .duplicate("/number");

    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-07-01");
    let exit = json!({"on": "2021-06-10", "kind": "withdrawn", "reason": "xin ra", "body": "upper_standing_committee",
        "decision_number": "27-QĐNS/HU", "ground": "resigned"});
    way.tries("office", "exits", exit)
        .await
        .duplicate("/decision_number");
}
