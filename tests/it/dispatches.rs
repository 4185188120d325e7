//! Dispatches: the recipients of a document that was sent out.
use serde_json::{Value, json};

use crate::support::{House, NOBODY, demo, with};

const DISPATCHES: &str = "dispatches";

const ALL: [&str; 4] = [
    "upper_organisation_commission",
    "committee_members",
    "branches",
    "archive",
];

fn dispatch(kinds: &[&str]) -> Value {
    let recipients: Vec<Value> = kinds
        .iter()
        .map(|k| json!({"kind": k, "name": format!("Nơi nhận {k}")}))
        .collect();
    json!({"document_kind": "term", "document_id": demo("7e", 0, 1), "title": "Kế hoạch phát triển đảng viên mới", "number": "12-KH/ĐU",
        "sent_on": "2021-01-12", "recipients": recipients, "archived": true})
}

/// S71: the recipients of a plan: the upper commission, committee members, branches, the archive.
#[tokio::test]
async fn a_branch_reads_the_papers_that_went_to_the_branches() {
    let house = House::build().await;
    let made = house.create("office", DISPATCHES, dispatch(&ALL)).await;
    let path = made.location().to_owned();
    for (field, value) in dispatch(&ALL).as_object().unwrap() {
        assert_eq!(&made.body[field], value, "{field}");
    }
    let above = house
        .create(
            "office",
            DISPATCHES,
            with(
                &dispatch(&ALL[..2]),
                json!({"number": "13-BC/ĐU", "document_kind": "report", "document_id": null}),
            ),
        )
        .await;
    for (who, seen, unseen) in [
        ("standing", 200, 200),
        ("branch-07", 200, 404),
        ("overseer", 403, 403),
        ("union", 403, 403),
        ("upper", 403, 403),
    ] {
        assert_eq!(
            (
                house.get(who, &path).await.status,
                house.get(who, above.location()).await.status
            ),
            (seen, unseen),
            "{who}"
        );
    }
}

#[tokio::test]
async fn a_dispatch_is_refused_with_all_that_is_wrong() {
    let house = House::build().await;
    for (wrong, pointers) in [
        (
            json!({"document_id": NOBODY, "sent_on": "2021-01-16"}),
            &["/sent_on", "/document_id"][..],
        ),
        (json!({"document_kind": "report"}), &["/document_id"]),
        (json!({"document_kind": "quota_plan"}), &["/document_id"]),
        (
            json!({"recipients": [{"kind": "archive", "name": "Lưu"}, {"kind": "archive", "name": "Lưu"}]}),
            &["/recipients/1"],
        ),
        (json!({"recipients": []}), &["/recipients"]),
    ] {
        house
            .post(
                "office",
                DISPATCHES,
                with(&dispatch(&ALL), with(&json!({"number": "99"}), wrong)),
            )
            .await
            .invalid(pointers);
    }
}

/// S71
#[tokio::test]
async fn a_dispatch_of_a_quota_plan_names_it_and_a_number_is_given_once() {
    let house = House::build().await;
    house.create("office", DISPATCHES, dispatch(&ALL)).await;
    let plan =
        json!({"number": "14", "document_kind": "quota_plan", "document_id": demo("90", 0, 2022)});
    let other = house
        .create("office", DISPATCHES, with(&dispatch(&ALL), plan))
        .await;
    let number = json!({"number": dispatch(&ALL)["number"]});
    house
        .patch("office", other.location(), 1, number)
        .await
        .duplicate("/number");
    house
        .post("office", DISPATCHES, dispatch(&ALL))
        .await
        .duplicate("/number");
    house
        .post("standing", DISPATCHES, dispatch(&ALL))
        .await
        .refused("forbidden");
}

/// S71
#[tokio::test]
async fn taken_off_the_list_the_branches_no_longer_see_a_paper() {
    let house = House::build().await;
    let made = house.create("office", DISPATCHES, dispatch(&ALL)).await;
    let path = made.location().to_owned();
    house
        .change(
            "office",
            &path,
            1,
            json!({"recipients": [{"kind": "archive", "name": "Lưu VP"}], "archived": false}),
        )
        .await;
    house.get("branch-07", &path).await.refused("not_found");
    house.remove("office", &path, 2).await;
}

/// A plan whose document was sent out cannot be removed, even as a draft.
#[tokio::test]
async fn a_draft_that_was_sent_out_stays() {
    let house = House::build().await;
    let plan = demo("90", 0, 2023);
    let of = json!({"document_kind": "quota_plan", "document_id": plan});
    house
        .create("office", DISPATCHES, with(&dispatch(&ALL), of))
        .await;
    house
        .delete("office", &format!("quota-plans/{plan}"), 1)
        .await
        .refused("has_dependents");
}
