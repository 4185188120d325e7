//! Guidance and its editions.
use serde_json::{Value, json};

use crate::support::{Answer, House, NOBODY, shows, with};

const GUIDANCE: &str = "guidance";

fn guide(title: &str) -> Value {
    json!({"title": title, "topic": "class", "valid_from": "2021-02-01", "body": ["Chi bộ lập danh sách.", "Văn phòng tổng hợp."],
        "checklist": ["Danh sách của chi bộ"], "sources": ["09-HD/BTCTW"]})
}

async fn guided(house: &House) -> String {
    let body = guide("Quy trình cử người đi học");
    house
        .create("office", GUIDANCE, body)
        .await
        .location()
        .to_owned()
}

/// S59: the Party Office publishes guidance in editions. Earlier editions remain readable within
/// the organisation.
#[tokio::test]
async fn guidance_is_published_by_the_office() {
    let house = House::build().await;
    let made = house
        .create("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await;
    for (field, value) in guide("Quy trình cử người đi học").as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    shows!(made, {"edition": 1, "published_on": "2021-01-15"});
}

/// The body of a new edition of existing guidance.
fn edition() -> Value {
    json!({"reason": "Thêm biểu mẫu", "valid_from": "2021-03-01", "checklist": [],
        "body": ["Chi bộ lập danh sách theo mẫu."], "sources": ["09-HD/BTCTW"]})
}

/// Publishes the second edition.
async fn publish(house: &House, who: &str, path: &str, body: Value) -> Answer {
    house
        .step_with(who, &format!("{path}/editions"), 1, body)
        .await
}

#[tokio::test]
async fn an_edition_is_the_office_s_and_begins_when_it_is_published() {
    let house = House::build().await;
    let path = guided(&house).await;
    for (wrong, pointer) in [
        (json!({"valid_from": "2021-01-31"}), "/valid_from"),
        // the same day as the first edition
        (json!({"valid_from": "2021-02-01"}), "/valid_from"),
        (json!({"body": []}), "/body"),
    ] {
        let body = with(&edition(), wrong);
        let answer = publish(&house, "office", &path, body).await;
        answer.invalid(&[pointer]);
    }
    let standing = publish(&house, "standing", &path, edition()).await;
    standing.refused("forbidden");
    publish(&house, "office", &path, edition())
        .await
        .expect(200);
    let stale = publish(&house, "office", &path, edition()).await;
    stale.refused("precondition_failed");
}

/// S59: earlier editions remain readable within the organisation.
#[tokio::test]
async fn all_editions_of_guidance_are_read_by_everyone_inside() {
    let house = House::build().await;
    let path = guided(&house).await;
    let editions = format!("{path}/editions");
    house.travel("2021-02-20");
    let second = publish(&house, "office", &path, edition())
        .await
        .expect(200);
    // the second edition is not yet in force
    shows!(second, {"edition": 1, "body": guide("")["body"], "version": 2});
    let seen = house.read("branch-05", GUIDANCE).await;
    shows!(seen.items()[0], {"edition": 1, "valid_from": "2021-02-01"});
    let of_then = format!("{GUIDANCE}?valid_from=2021-02-01");
    assert_eq!(house.read("branch-05", &of_then).await.items().len(), 1);
    house.travel("2021-03-01");
    assert_eq!(house.read("branch-05", &of_then).await.items().len(), 0);
    for who in [
        "standing",
        "office",
        "overseer",
        "branch-05",
        "union",
        "youth",
    ] {
        assert_eq!(house.read(who, &path).await.body["edition"], 2, "{who}");
        let all = house.read(who, &editions).await;
        let [new, old] = all.items().as_slice() else {
            panic!("{}", all.text)
        };
        shows!(new, {"edition": 2, "body": edition()["body"], "reason": "Thêm biểu mẫu"});
        shows!(new, {"published_on": "2021-02-20"});
        shows!(old, {"edition": 1, "body": guide("")["body"], "reason": null});
        shows!(old, {"published_on": "2021-01-15"});
        let one = format!("{editions}?id={NOBODY},{}", old["id"].as_str().unwrap());
        let found = house.read(who, &one).await;
        assert_eq!(*found.items(), std::slice::from_ref(old));
    }
    for who in ["upper", "admin", "district-script"] {
        house.get(who, &path).await.refused("forbidden");
        house.get(who, &editions).await.refused("forbidden");
    }
}

/// S59
#[tokio::test]
async fn guidance_is_the_office_s_with_a_title_of_its_own_and_sources() {
    let house = House::build().await;
    guided(&house).await;
    house
        .post("standing", GUIDANCE, guide("khác"))
        .await
        .refused("forbidden");
    house
        .post("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await
        .duplicate("/title");
    house
        .post(
            "office",
            GUIDANCE,
            with(&guide("khác"), json!({"sources": []})),
        )
        .await
        .invalid(&["/sources"]);
}

#[tokio::test]
async fn guidance_is_withdrawn_with_all_its_editions() {
    let house = House::build().await;
    let path = guided(&house).await;
    let editions = format!("{path}/editions");
    house.remove("office", &path, 1).await;
    house.get("branch-05", &path).await.refused("not_found");
    house.get("branch-05", &editions).await.refused("not_found");
    let nobody = format!("{GUIDANCE}/{NOBODY}/editions");
    house.get("office", &nobody).await.refused("not_found");
    house
        .create("office", GUIDANCE, guide("Quy trình cử người đi học"))
        .await;
}

#[tokio::test]
async fn guidance_that_was_sent_out_stays_and_has_two_hundred_editions_at_most() {
    let house = House::build().await;
    let made = house.create("office", GUIDANCE, guide("Quy trình")).await;
    let (id, path) = (made.id(), made.location());
    let sent = json!({"document_kind": "guidance", "document_id": id, "title": "Quy trình", "number": "15-HD/ĐU",
        "sent_on": "2021-01-12", "recipients": [{"kind": "branches", "name": "Các chi bộ"}], "archived": true});
    house.create("office", "dispatches", sent).await;
    house
        .delete("office", path, 1)
        .await
        .refused("has_dependents");
    let many = format!("update guidance set edition = 200 where id = '{id}'");
    house.owner().await.batch_execute(&many).await.unwrap();
    publish(&house, "office", path, edition())
        .await
        .refused("invalid_transition");
}

#[tokio::test]
async fn of_two_editions_at_once_one_is_published() {
    let house = House::build().await;
    let path = house
        .create("office", GUIDANCE, guide("Quy trình"))
        .await
        .location()
        .to_owned();
    let new =
        json!({"reason": "x", "valid_from": "2021-03-01", "body": ["x"], "sources": ["29-QĐ/TW"]});
    let (a, b) = tokio::join!(
        publish(&house, "office", &path, new.clone()),
        publish(&house, "office", &path, new)
    );
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    assert_eq!(
        house
            .read("office", &format!("{path}/editions"))
            .await
            .items()
            .len(),
        2
    );
}
