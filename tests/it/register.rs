//! The register of members consists of dated facts. It can be read as of any day, and a vote is
//! checked against the register of its day.
use serde_json::{Value, json};

use crate::procedure::{Way, ballot, refused, with};
use crate::support::{Answer, House, demo, shows};

const OFFICE: &str = "office";

async fn version(house: &House, path: &str) -> i64 {
    house.get(OFFICE, path).await.expect(200).version()
}

/// Records a dated event about a member of branch 01.
pub async fn record(house: &House, member: &str, what: &str, body: Value) -> Answer {
    let path = format!("/api/v1/members/{member}");
    let at = version(house, &path).await;
    house
        .step_with(OFFICE, &format!("{path}/{what}"), at, body)
        .await
}

/// An official member of branch 01.
pub fn hanh_dung() -> Value {
    json!({"branch_id": demo("0b", 1, 0), "full_name": "Lò Thị Hạnh Dung", "sex": "female", "birth_date": "1988-04-12",
        "status": "official", "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"})
}

async fn suspend(house: &House, member: &str, on: &str) -> Answer {
    let body = json!({"on": on, "activity": "suspended", "paper_number": "7-QĐ/ĐU"});
    record(house, member, "activity-changes", body).await
}

/// The number of official, probationary, exempt and suspended members, and whether this member is
/// in the register.
async fn register(house: &House, branch: u32, on: &str, member: &str) -> ([i64; 4], bool) {
    let path = format!(
        "/api/v1/branches/{}/register?on={on}",
        demo("0b", branch, 0)
    );
    let seen = house.get(OFFICE, &path).await.expect(200).body;
    let count = |name: &str| seen[name].as_i64().unwrap();
    let items = seen["items"].as_array().unwrap();
    (
        ["official", "probationary", "exempt", "suspended"].map(count),
        items.iter().any(|i| i["member_id"] == member),
    )
}

pub async fn duties(house: &House, candidate: &str) -> Vec<String> {
    let path = format!("/api/v1/deadlines?candidate_id={candidate}&state=open,overdue&limit=200");
    let list = house.get(OFFICE, &path).await.expect(200);
    let kinds = list
        .items()
        .iter()
        .map(|d| d["kind"].as_str().unwrap().to_owned());
    kinds.collect()
}

#[tokio::test]
async fn an_activity_holds_from_its_day_on_and_is_not_patched() {
    let house = House::build().await;
    let who = demo("dd", 1, 3);
    let path = format!("/api/v1/members/{who}");
    let patched = house
        .patch(OFFICE, &path, 1, json!({"activity": "suspended"}))
        .await
        .expect(422);
    assert_eq!(patched.faults(), ["/activity"]);
    assert!(
        patched.text.contains("/activity-changes"),
        "{}",
        patched.text
    );
    let before = register(&house, 1, "2021-01-09", &who).await.0;
    suspend(&house, &who, "2021-01-10").await.expect(201);
    assert_eq!(
        house.get(OFFICE, &path).await.expect(200).body["activity"],
        "suspended"
    );
    assert_eq!(register(&house, 1, "2021-01-09", &who).await.0, before);
    let [official, probationary, exempt, suspended] = before;
    let (after, there) = register(&house, 1, "2021-01-10", &who).await;
    assert_eq!(after, [official, probationary, exempt, suspended + 1]);
    assert!(there);
    for (body, pointer) in [
        (
            json!({"on": "2021-01-16", "activity": "active", "paper_number": "1"}),
            "/on",
        ),
        (
            json!({"on": "1950-01-01", "activity": "active", "paper_number": "1"}),
            "/on",
        ),
        (
            json!({"on": "2021-01-11", "activity": "suspended", "paper_number": "1"}),
            "/activity",
        ),
    ] {
        let answer = record(&house, &who, "activity-changes", body)
            .await
            .expect(422);
        assert_eq!(answer.faults(), [pointer]);
    }
    let again = json!({"on": "2021-01-12", "activity": "active", "paper_number": "8-QĐ/ĐU"});
    record(&house, &who, "activity-changes", again)
        .await
        .expect(201);
    assert_eq!(
        register(&house, 1, "2021-01-11", &who).await.0[3],
        suspended + 1
    );
    assert_eq!(register(&house, 1, "2021-01-12", &who).await.0, before);
    let list = house
        .get("branch-01", &format!("{path}/activity-changes"))
        .await
        .expect(200);
    assert_eq!(list.items().len(), 2);
    house
        .post("branch-01", &format!("{path}/activity-changes"), json!({}))
        .await
        .expect_code(403, "forbidden");
}

#[tokio::test]
async fn who_leaves_is_in_the_register_to_the_last_day_and_no_post_outlasts_it() {
    let house = House::build().await;
    house.travel("2023-06-20");
    let who = demo("dd", 3, 1);
    let before = register(&house, 3, "2023-06-10", &who).await;
    assert!(before.1);
    let undecided = json!({"on": "2023-06-10", "ground": "expelled", "paper_number": "9-QĐ/HU"});
    let refused = record(&house, &who, "leavings", undecided)
        .await
        .expect(422);
    assert_eq!(refused.faults(), ["/decided_by"]);
    for (ground, by) in [
        ("expelled", "base_standing_committee"),
        ("deceased", "upper_standing_committee"),
    ] {
        let by = json!({"on": "2023-06-10", "ground": ground, "decided_by": by, "paper_number": "9-QĐ/HU"});
        let refused = record(&house, &who, "leavings", by).await;
        refused.invalid(&["/decided_by"]);
    }
    let future = json!({"on": "2023-06-21", "ground": "deceased", "paper_number": "9"});
    let refused = record(&house, &who, "leavings", future).await.expect(422);
    assert_eq!(refused.faults(), ["/on"]);
    let expelled = json!({"on": "2023-06-10", "ground": "expelled", "decided_by": "upper_standing_committee", "paper_number": "9-QĐ/HU"});
    let left = record(&house, &who, "leavings", expelled).await;
    let left = if left.status == 422 {
        // if some file rests on her by now, choose another member
        panic!("{}", left.text)
    } else {
        left.expect(201)
    };
    assert_eq!(
        [&left.body["on"], &left.body["ground"]],
        ["2023-06-10", "expelled"]
    );
    assert_eq!(register(&house, 3, "2023-06-10", &who).await, before);
    let (after, there) = register(&house, 3, "2023-06-11", &who).await;
    assert!(!there);
    assert_eq!(after[0], before.0[0] - 1);
    // whoever could read the member can still do so, but lists show former members only on demand
    let path = format!("/api/v1/members/{who}");
    for reader in [OFFICE, "branch-03", "overseer"] {
        shows!(house.read(reader, &path).await, {
            "left_on": "2023-06-10", "left_because": "expelled", "leaving_id": left.body["id"]
        });
    }
    house
        .get("branch-02", &path)
        .await
        .expect_code(404, "not_found");
    let listed = async |filter: &str| {
        let list = format!("members?branch_id={}&limit=200{filter}", demo("0b", 3, 0));
        let list = house.read(OFFICE, &list).await;
        let who = list.items().iter().find(|m| m["id"] == who.as_str());
        who.map(|m| m["left_on"].clone())
    };
    assert_eq!(listed("").await, None);
    assert_eq!(listed("&left=false").await, None);
    assert_eq!(listed("&left=true").await, Some("2023-06-10".into()));
    // a filter by id finds former members too, like a read of a single one
    let id = format!("&id={who}");
    assert_eq!(listed(&id).await, Some("2023-06-10".into()));
    assert_eq!(listed(&format!("{id}&left=false")).await, None);
    let at = house.read(OFFICE, &path).await.version();
    house
        .patch(OFFICE, &path, at, json!({"occupation": "Y sĩ"}))
        .await
        .refused("invalid_transition");
    let posts = format!(
        "/api/v1/branches/{}/officers?member_id={who}",
        demo("0b", 3, 0)
    );
    let posts = house.get(OFFICE, &posts).await.expect(200);
    assert_eq!(posts.items()[0]["to_on"], "2023-06-10");
    // nothing can be recorded for a day after the leaving
    let other = demo("dd", 3, 2);
    let exempt = json!({"on": "2023-06-15", "activity": "exempt", "paper_number": "1"});
    let exempt = record(&house, &other, "activity-changes", exempt).await;
    exempt.expect(201);
    let left = |on: &str| json!({"on": on, "ground": "deceased", "paper_number": "9"});
    let early = record(&house, &other, "leavings", left("2023-06-14")).await;
    early.invalid(&["/on"]);
    let that_day = record(&house, &other, "leavings", left("2023-06-15")).await;
    that_day.expect(201);
}

#[tokio::test]
async fn a_probationary_member_leaves_on_the_day_of_the_act_whenever_it_is_recorded() {
    let house = House::build().await;
    let who = demo("ca", 4, 6);
    house.travel("2023-07-20");
    let file = house
        .get(OFFICE, &format!("/api/v1/candidates/{who}"))
        .await
        .expect(200);
    assert_eq!(file.body["stage"], "probationary");
    let direct = json!({"on": "2023-06-10", "ground": "transferred_out", "paper_number": "1"});
    let direct = record(&house, &who, "leavings", direct).await;
    assert!(
        direct
            .expect_code(409, "invalid_transition")
            .text
            .contains("/exits")
    );
    let transferred = json!({"on": "2023-06-10", "kind": "transferred_out", "reason": "chuyển công tác", "to": "Đảng bộ khác"});
    let died = json!({"on": "2023-06-10", "kind": "deceased", "reason": "bệnh nặng"});
    let withdrawn = json!({"on": "2023-06-10", "kind": "withdrawn", "reason": "thử", "body": "upper_standing_committee",
        "decision_number": "9-QĐ/HU", "ground": "resigned"});
    for (by, exit) in [
        ("branch-04", transferred),
        ("branch-04", died),
        ("office", withdrawn),
    ] {
        let answer = house.act(by, &who, "exits", exit).await.expect(201);
        assert!(register(&house, 4, "2023-06-10", &who).await.1);
        assert!(!register(&house, 4, "2023-06-11", &who).await.1);
        // after the annulment it is as if the exit had not happened
        let annulment = json!({"on": "2023-07-20", "act_id": answer.id(), "reason": "ghi nhầm"});
        house
            .act(by, &who, "annulments", annulment)
            .await
            .expect(201);
        assert!(register(&house, 4, "2023-06-11", &who).await.1);
    }
}

/// An exit dated before a transfer is annulled, and a ceremony is recorded anew. Each day then has
/// the same branch as before, and the transfer its paper.
#[tokio::test]
async fn what_is_taken_back_leaves_the_branch_of_each_day_as_it_was() {
    let house = House::build().await;
    let who = demo("ca", 4, 6); // on probation since 2021-09-02
    house.travel("2023-07-20");
    let to = demo("0b", 5, 0);
    let moved = json!({"on": "2022-03-01", "branch_id": to, "paper_number": "9-CV/ĐU"});
    record(&house, &who, "transfers", moved).await.expect(200);
    let as_it_was = async |what: &str| {
        for (branch, on, there) in [
            (4, "2022-01-01", true),
            (5, "2022-01-01", false),
            (4, "2022-02-28", true),
            (4, "2022-03-01", false),
            (5, "2022-02-28", false),
            (5, "2022-03-01", true),
            (5, "2023-07-20", true),
        ] {
            let seen = register(&house, branch, on, &who).await.1;
            assert_eq!(seen, there, "{what}: branch {branch} on {on}");
        }
        let here = house.read(OFFICE, &format!("branches/{to}/register")).await;
        let mut items = here.body["items"].as_array().unwrap().iter();
        let line = items.find(|i| i["member_id"] == who.as_str()).unwrap();
        shows!(line, {"from_on": "2022-03-01", "paper_number": "9-CV/ĐU"});
    };
    as_it_was("a transfer").await;
    let annul = async |act: &str, by: &str| {
        let annulment = json!({"on": "2023-07-20", "act_id": act, "reason": "ghi nhầm"});
        house.record(by, &who, "annulments", annulment).await;
    };
    let died = json!({"on": "2022-01-10", "kind": "deceased", "reason": "bệnh nặng"});
    let exit = house.record(OFFICE, &who, "exits", died).await;
    assert!(!register(&house, 5, "2022-03-01", &who).await.1);
    annul(&exit.id(), OFFICE).await;
    as_it_was("an exit taken back").await;
    let held = house
        .read("branch-05", &format!("candidates/{who}/ceremony"))
        .await;
    annul(held.items()[0]["id"].as_str().unwrap(), "branch-05").await;
    assert!(!register(&house, 5, "2022-03-01", &who).await.1);
    let again = json!({"on": "2021-09-02"});
    house.record("branch-05", &who, "ceremony", again).await;
    as_it_was("a ceremony recorded anew").await;
}

/// A strike-off counts from the day of the decision, even if that is recorded two weeks later.
#[tokio::test]
async fn who_is_struck_off_is_in_the_register_to_the_day_of_the_decision() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-09-15");
    let vote = crate::procedure::ballot("strike_off", "branch", "2021-08-20", 10);
    way.does("branch-01", "resolutions", vote).await;
    let decision = json!({"on": "2021-09-01", "purpose": "strike_off", "outcome": "granted", "number": "50-QĐ/HU", "body": "upper_standing_committee",
        "members": 11, "in_favor": 8, "reason": "vi phạm tư cách", "ground": "struck_off"});
    way.does("upper", "decisions", decision).await;
    assert!(register(&house, 1, "2021-09-01", &way.id).await.1);
    assert!(!register(&house, 1, "2021-09-02", &way.id).await.1);
}

#[tokio::test]
async fn a_member_on_whom_something_rests_is_not_deleted() {
    let house = House::build().await;
    let body = hanh_dung();
    let made = house
        .post(OFFICE, "/api/v1/members", body)
        .await
        .expect(201);
    let path = made.header("location").to_owned();
    assert!(register(&house, 1, "2020-06-01", &made.id()).await.1);
    house.delete(OFFICE, &path, 1).await.expect(204);
    assert!(!register(&house, 1, "2020-06-01", &made.id()).await.1);
    // members who are sponsors or hold a post cannot be removed
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let introduction = Way::introduction(9, "2021-02-09");
    way.does(
        "branch-01",
        "dossier",
        json!({"on": "2021-02-05", "application_on": "2021-02-01"}),
    )
    .await;
    way.does("branch-01", "introductions", introduction).await;
    for member in [1, 6, 9] {
        house
            .delete(
                OFFICE,
                &format!("/api/v1/members/{}", demo("dd", 1, member)),
                1,
            )
            .await
            .expect_code(409, "has_dependents");
    }
}

#[tokio::test]
async fn a_vote_is_compared_with_the_register_of_its_day() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    suspend(&house, &demo("dd", 1, 12), "2021-03-10")
        .await
        .expect(201);
    let vote = |special: Value| with(ballot("admission", "branch", "2021-03-15", 10), special);
    for (figures, rule) in [
        (json!({}), vec!["vote.suspended"]),
        (
            json!({"suspended": 2, "present": 12, "against": 2}),
            vec!["vote.suspended"],
        ),
        (
            json!({"suspended": 1, "exempt_absent": 6, "present": 7, "in_favor": 5, "against": 2}),
            vec!["vote.exempt"],
        ),
        (
            json!({"suspended": 5, "exempt_absent": 9, "present": 0, "in_favor": 0, "against": 0}),
            vec!["vote.entitled", "vote.exempt", "vote.suspended"],
        ),
    ] {
        let answer = way
            .tries("branch-01", "resolutions", vote(figures.clone()))
            .await;
        assert_eq!(refused(answer), rule, "{figures}");
    }
    let figures = json!({"suspended": 1, "present": 13, "in_favor": 8, "against": 5});
    let failed = way.does("branch-01", "resolutions", vote(figures)).await;
    assert_eq!(
        failed.body["vote"],
        json!({"entitled": 13, "needed": 9, "carried": false})
    );
    assert_eq!(failed.body["stage_after"], "dossier");
    let list = house
        .get("branch-01", &way.path("/resolutions"))
        .await
        .expect(200);
    assert_eq!(list.items()[0]["vote"]["carried"], false);
}

#[tokio::test]
async fn a_sponsor_who_can_help_no_more_is_missing_and_still_has_a_name() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let sponsor = demo("dd", 1, 6);
    let dossier = json!({"on": "2021-02-05", "application_on": "2021-02-01"});
    assert!(
        !duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    suspend(&house, &sponsor, "2021-02-01").await.expect(201);
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    let answer = way.tries("branch-01", "dossier", dossier.clone()).await;
    assert_eq!(refused(answer), ["dossier.sponsor"]);
    let seen = house
        .get("branch-01", &way.path("/sponsorships"))
        .await
        .expect(200);
    assert_eq!(seen.items()[0]["to_on"], "2021-01-31");
    let active = json!({"on": "2021-02-03", "activity": "active", "paper_number": "8-QĐ/ĐU"});
    record(&house, &sponsor, "activity-changes", active)
        .await
        .expect(201);
    way.sponsored(6, "2021-02-03").await;
    assert!(
        !duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    let moved =
        json!({"branch_id": demo("0b", 2, 0), "on": "2021-02-04", "paper_number": "12-CV/ĐU"});
    record(&house, &sponsor, "transfers", moved)
        .await
        .expect(200);
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    let answer = way.tries("branch-01", "dossier", dossier).await;
    assert_eq!(refused(answer), ["dossier.sponsor"]);
    let seen = house
        .get("branch-01", &way.path("/sponsorships"))
        .await
        .expect(200);
    let name = seen.items()[0]["member_name"].as_str().unwrap();
    assert!(!name.is_empty(), "{}", seen.text);
}

#[tokio::test]
async fn evidence_of_a_standing_act_is_not_taken_from_under_it() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    way.dossier().await;
    let sponsor = demo("dd", 1, 6);
    let answer = suspend(&house, &sponsor, "2021-02-01").await;
    assert!(refused(answer).contains(&"dossier.sponsor".to_owned()));
    let left = json!({"on": "2021-02-01", "ground": "deceased", "paper_number": "1"});
    let answer = record(&house, &sponsor, "leavings", left).await;
    assert!(refused(answer).contains(&"dossier.sponsor".to_owned()));
    // from a later day on, the leaving only opens the duty to find another sponsor
    let left = json!({"on": "2021-02-08", "ground": "deceased", "paper_number": "1"});
    record(&house, &sponsor, "leavings", left).await.expect(201);
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    let seen = house
        .get("branch-01", &way.path("/sponsorships"))
        .await
        .expect(200);
    assert_eq!(seen.items()[0]["to_on"], "2021-02-08");
}

#[tokio::test]
async fn a_branch_has_one_secretary_on_any_day_and_a_post_lies_inside_the_membership() {
    let house = House::build().await;
    let path = format!("/api/v1/branches/{}/officers", demo("0b", 1, 0));
    for (body, pointer) in [
        (
            json!({"member_id": demo("dd", 1, 6), "position": "secretary", "from_on": "2021-01-01", "to_on": "2023-12-31"}),
            "/position",
        ),
        (
            json!({"member_id": demo("dd", 1, 6), "position": "secretary", "from_on": "2020-01-01", "to_on": "2020-06-01"}),
            "/position",
        ),
        (
            json!({"member_id": demo("dd", 1, 6), "position": "member", "from_on": "1950-01-01"}),
            "/from_on",
        ),
        (
            json!({"member_id": demo("dd", 1, 6), "position": "member", "from_on": "2021-01-16"}),
            "/from_on",
        ),
    ] {
        let answer = house.post(OFFICE, &path, body.clone()).await.expect(422);
        assert_eq!(answer.faults(), [pointer], "{body}");
    }
    let before = json!({"member_id": demo("dd", 1, 1), "position": "secretary", "from_on": "2020-01-01", "to_on": "2020-05-31"});
    house.post(OFFICE, &path, before).await.expect(201);
}

#[tokio::test]
async fn a_new_branch_owes_nothing_from_before_its_first_day() {
    let house = House::build().await;
    let body = json!({"number": "31", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 0, "previous_term_admissions": 0});
    let made = house
        .post(OFFICE, "/api/v1/branches", body.clone())
        .await
        .expect(201);
    assert_eq!(made.body["founded_on"], "2021-01-15");
    let path = format!("/api/v1/deadlines?branch_id={}&overdue=true", made.id());
    let overdue = house.get(OFFICE, &path).await.expect(200);
    assert!(overdue.items().is_empty(), "{}", overdue.text);
    house.travel("2022-04-10");
    let before = json!({"number": "33", "founded_on": "2022-03-10"});
    let before = with(body.clone(), before);
    let made = house.create(OFFICE, "branches", before).await.id();
    let reviews = format!("deadlines?branch_id={made}&kind=review&limit=200");
    let reviews = house.read(OFFICE, &reviews).await;
    let due = reviews.items().iter().map(|d| d["due_on"].as_str());
    assert_eq!(due.min(), Some(Some("2022-03-31")));
    let future = with(body, json!({"number": "32", "founded_on": "2022-04-11"}));
    let answer = house.post(OFFICE, "/api/v1/branches", future).await;
    assert_eq!(answer.expect(422).faults(), ["/founded_on"]);
}

#[tokio::test]
async fn overseers_go_along_with_a_split_and_moved_rows_have_a_new_version() {
    let house = House::build().await;
    let (branch, candidate) = (demo("0b", 3, 0), demo("ca", 3, 1));
    let path = format!("/api/v1/branches/{branch}");
    let split = json!({"on": "2021-01-14", "number": "33", "name": "Chi bộ tách", "kind": "clinical", "non_member_count": 0,
        "paper_number": "1", "member_ids": [], "candidate_ids": [candidate], "department_ids": []});
    let at = version(&house, &path).await;
    let made = house
        .step_with(OFFICE, &format!("{path}/splits"), at, split)
        .await
        .expect(201);
    house
        .get("overseer", &format!("/api/v1/candidates/{candidate}"))
        .await
        .expect(200);
    let overseers = format!("/api/v1/branches/{}/overseers", made.id());
    let overseers = house.get(OFFICE, &overseers).await.expect(200);
    assert_eq!(overseers.items().len(), 1);
    let list = "/api/v1/sponsorships?open=true&limit=200&branch_id=";
    let of = house
        .get(OFFICE, &format!("{list}{}", demo("0b", 10, 0)))
        .await
        .expect(200);
    let sponsorship = format!(
        "/api/v1/sponsorships/{}",
        of.items()[0]["id"].as_str().unwrap()
    );
    let before = version(&house, &sponsorship).await;
    let path = format!("/api/v1/branches/{}", demo("0b", 10, 0));
    let merge =
        json!({"on": "2021-01-14", "paper_number": "2", "into_branch_id": demo("0b", 9, 0)});
    let at = version(&house, &path).await;
    house
        .step_with(OFFICE, &format!("{path}/closures"), at, merge)
        .await
        .expect(200);
    assert_eq!(version(&house, &sponsorship).await, before + 1);
}

/// Rows that move with a merger get a new version, so that cached copies are stale.
#[tokio::test]
async fn what_moves_with_a_merger_has_another_entity_tag() {
    let house = House::build().await;
    let one = crate::support::planned(&house, 9, "Ngô Thị Chứng").await;
    let class = crate::enrolments::a_class("awareness", "2021-02-01", "2021-02-05", 9);
    let class = house.create(OFFICE, "classes", class).await;
    let seats = format!("{}/enrolments", class.location());
    let seat = json!({"candidate_id": one});
    house.create("branch-09", &seats, seat).await;
    let mut copies = Vec::new();
    for list in [
        "members",
        "candidates",
        "nominations",
        "sponsorships",
        "enrolments",
        "departments",
    ] {
        let rows = format!("{list}?branch_id={}&limit=200", demo("0b", 9, 0));
        let rows = house.read(OFFICE, &rows).await;
        assert!(!rows.items().is_empty(), "{list}");
        for row in rows.items() {
            let path = format!("/api/v1/{list}/{}", row["id"].as_str().unwrap());
            let seen = house.get(OFFICE, &path).await.expect(200);
            copies.push((path, seen));
        }
    }
    house.merge(9, 10, "2021-01-14").await;
    for (path, seen) in copies {
        let tag = seen.header("etag").to_owned();
        let held = [("if-none-match", tag.as_str())];
        let mut now = house
            .send(OFFICE, reqwest::Method::GET, &path, None, &held)
            .await;
        if now.status == 304 {
            now = house.get(OFFICE, &path).await.expect(200);
        }
        // nominations that are over and sponsorships that have ended stay in the old branch
        let moved = now.body["branch_id"] == demo("0b", 10, 0);
        assert!(!moved || now.header("etag") != tag, "{path}");
        // even then the text may differ, because the candidate has moved
        assert_eq!(now.text != seen.text, now.header("etag") != tag, "{path}");
    }
}

/// A record made by mistake can be taken back while nothing rests on it; posts and sponsorships
/// that it had ended then continue.
#[tokio::test]
async fn a_change_of_activity_and_a_leaving_are_taken_back() {
    let house = House::build().await;
    house.travel("2021-02-10");
    let person = crate::support::planned(&house, 4, "Vàng Thị Kèm").await;
    let new = json!({"branch_id": crate::support::branch(4), "full_name": "Lò Thị Kèm", "sex": "female", "birth_date": "1988-04-12", "status": "official",
        "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"});
    let member = house.create("office", "members", new).await.id();
    let post = json!({"member_id": member, "position": "member", "from_on": "2020-06-01"});
    let officers = format!("branches/{}/officers", crate::support::branch(4));
    house.create("office", &officers, post).await;
    let path = format!("/api/v1/members/{member}");
    let sponsor = json!({"member_id": member, "from_on": "2021-01-16"});
    house
        .act("branch-04", &person, "sponsorships", sponsor)
        .await
        .expect(201);
    let missing = async || {
        let list = format!("deadlines?candidate_id={person}&kind=sponsor_missing&state=open");
        house.read("branch-04", &list).await.items().len()
    };
    let seen = async || house.read("office", &path).await.version();
    let suspended = json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "3-QĐ"});
    let change = house
        .step_with(
            "office",
            &format!("{path}/activity-changes"),
            seen().await,
            suspended,
        )
        .await
        .expect(201);
    assert_eq!(missing().await, 1);
    let place = change.location().to_owned();
    house
        .delete("branch-04", &place, 1)
        .await
        .refused("forbidden");
    house.remove("office", &place, 1).await;
    house.get("office", &place).await.refused("not_found");
    assert_eq!(house.read("office", &path).await.body["activity"], "active");
    assert_eq!(missing().await, 0);

    let posts = async || {
        let list = format!("branches/{}/officers", crate::support::branch(4));
        let all = house.read("office", &list).await;
        let mine = |o: &&serde_json::Value| o["member_id"] == json!(member) && o["to_on"].is_null();
        all.items().iter().filter(mine).count()
    };
    let held = posts().await;
    assert_eq!(held, 1);
    let left = json!({"on": "2021-02-05", "ground": "transferred_out", "paper_number": "4-GT"});
    let leaving = house
        .step_with("office", &format!("{path}/leavings"), seen().await, left)
        .await
        .expect(201);
    assert_eq!((missing().await, posts().await), (1, 0));
    shows!(house.read("office", &path).await, {"left_on": "2021-02-05"});
    house.remove("office", leaving.location(), 1).await;
    assert_eq!((missing().await, posts().await), (0, held));
    let there = crate::branches::there(&house, &crate::support::branch(4), "2021-02-09").await;
    assert!(there.contains(&member));

    // an earlier change cannot be taken back while a later one follows it
    let exempt =
        |on: &str, activity: &str| json!({"on": on, "activity": activity, "paper_number": "5-QĐ"});
    let first = house
        .step_with(
            "office",
            &format!("{path}/activity-changes"),
            seen().await,
            exempt("2021-02-01", "exempt"),
        )
        .await
        .expect(201);
    house
        .step_with(
            "office",
            &format!("{path}/activity-changes"),
            seen().await,
            exempt("2021-02-03", "active"),
        )
        .await
        .expect(201);
    house
        .delete("office", first.location(), 1)
        .await
        .refused("has_dependents");
}

/// For each day, whether the member is in the register of branch 01 and of branch 02.
pub async fn stays(house: &House, who: &str, days: &[&str]) -> Vec<(bool, bool)> {
    let mut all = Vec::new();
    for day in days {
        let (first, second) = (register(house, 1, day, who), register(house, 2, day, who));
        all.push((first.await.1, second.await.1));
    }
    all
}

/// A vote of 2021-03-15 in which 15 members took part.
fn of_fifteen(in_favor: i32) -> Value {
    with(
        ballot("admission", "branch", "2021-03-15", in_favor),
        json!({"members": 15, "present": 15, "against": 15 - in_favor}),
    )
}

pub async fn moved(house: &House, who: &str, branch: u32, on: &str) -> Answer {
    let to = json!({"branch_id": demo("0b", branch, 0), "on": on, "paper_number": "12-CV/ĐU"});
    record(house, who, "transfers", to).await
}

/// A death that becomes known after a transfer removes the later stay. If it is annulled or
/// corrected to a later day, the stay is restored.
#[tokio::test]
async fn the_end_of_a_file_before_a_move_keeps_what_it_takes_away() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    moved(&house, &way.id, 2, "2021-12-20").await.expect(200);
    let days = [
        "2021-05-04",
        "2021-05-05",
        "2021-12-10",
        "2021-12-11",
        "2021-12-19",
        "2021-12-20",
        "2021-12-26",
    ];
    let (nowhere, first, second) = ((false, false), (true, false), (false, true));
    let whole = [nowhere, first, first, first, first, second, second];
    assert_eq!(stays(&house, &way.id, &days).await, whole);
    let papers = format!(
        "select count(*) from membership where member_id = '{}' and paper_number = '12-CV/ĐU'",
        way.id
    );
    assert_eq!(house.count(&papers).await, 1);

    let died = |on: &str| json!({"on": on, "kind": "deceased", "reason": "tai nạn"});
    let died_early = way.does(OFFICE, "exits", died("2021-12-10")).await;
    let cut = [nowhere, first, first, nowhere, nowhere, nowhere, nowhere];
    assert_eq!(stays(&house, &way.id, &days).await, cut);
    // the file moves to the branch of the last day
    let branch = async || way.seen().await["branch_id"].clone();
    assert_eq!(branch().await, demo("0b", 1, 0).as_str());
    house
        .read("branch-01", &format!("members/{}", way.id))
        .await;

    let corrected = with(died("2021-12-25"), json!({"corrects": died_early.id()}));
    let later = way.does(OFFICE, "exits", corrected).await;
    let until = [nowhere, first, first, first, first, second, nowhere];
    assert_eq!(stays(&house, &way.id, &days).await, until);
    assert_eq!(branch().await, demo("0b", 2, 0).as_str());

    let mistake = json!({"on": "2022-01-10", "act_id": later.id(), "reason": "ghi nhầm"});
    way.does(OFFICE, "annulments", mistake).await;
    assert_eq!(stays(&house, &way.id, &days).await, whole);
    assert_eq!(house.count(&papers).await, 1);
    assert_eq!(branch().await, demo("0b", 2, 0).as_str());
    // the version that the exit returned is that of the file, so the next act can be based on it
    let seen = way.seen().await["version"].clone();
    let file = format!("candidates/{}", way.id);
    assert_eq!(
        house.read(OFFICE, &file).await.version(),
        seen.as_i64().unwrap()
    );
}

/// A ceremony that is corrected or recorded again moves the beginning of the membership; the
/// branches of the days after it stay the same.
#[tokio::test]
async fn another_day_of_the_ceremony_moves_the_register_along() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-06-10");
    moved(&house, &way.id, 2, "2021-05-08").await.expect(200);
    let days = [
        "2021-05-05",
        "2021-05-06",
        "2021-05-07",
        "2021-05-08",
        "2021-05-10",
    ];
    let (nowhere, first, second) = ((false, false), (true, false), (false, true));
    assert_eq!(
        stays(&house, &way.id, &days).await,
        [first, first, first, second, second]
    );
    let ceremony = house.read("office", &way.path("/ceremony")).await;
    let at =
        |on: &str, corrects: &Value| json!({"on": on, "place": "Hội trường", "corrects": corrects});
    let first_act = ceremony.items()[0]["id"].clone();
    let corrected = way
        .does("branch-02", "ceremony", at("2021-05-09", &first_act))
        .await;
    assert_eq!(
        stays(&house, &way.id, &days).await,
        [nowhere, nowhere, nowhere, nowhere, second]
    );
    let again = at("2021-05-06", &json!(corrected.id()));
    let again = way.does("branch-02", "ceremony", again).await;
    assert_eq!(
        stays(&house, &way.id, &days).await,
        [nowhere, first, first, second, second]
    );
    let mistake = json!({"on": "2021-06-10", "act_id": again.id(), "reason": "ghi nhầm"});
    way.does("branch-02", "annulments", mistake).await;
    assert_eq!(stays(&house, &way.id, &days).await, [nowhere; 5]);
    way.does("branch-02", "ceremony", at("2021-05-07", &Value::Null))
        .await;
    assert_eq!(
        stays(&house, &way.id, &days).await,
        [nowhere, nowhere, first, second, second]
    );
}

/// If a file whose branch has ended is reopened, it belongs to the branch that took over.
#[tokio::test]
async fn a_file_that_is_open_again_is_not_in_a_branch_that_has_ended() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    let planned = crate::support::planned(&house, 1, "Vàng Thị Rút").await;
    house.travel("2021-08-10");
    let died = json!({"on": "2021-07-10", "kind": "deceased", "reason": "tai nạn"});
    let died = way.does(OFFICE, "exits", died).await;
    let gone = json!({"on": "2021-07-11", "kind": "withdrawn", "reason": "tự nguyện"});
    let gone = house.act(OFFICE, &planned, "exits", gone).await.expect(201);
    house.merge(1, 2, "2021-07-31").await;
    let mistake =
        |act: &Answer| json!({"on": "2021-08-10", "act_id": act.id(), "reason": "ghi nhầm"});
    house
        .act(OFFICE, &planned, "annulments", mistake(&gone))
        .await
        .expect(201);
    way.does(OFFICE, "annulments", mistake(&died)).await;
    for file in [&planned, &way.id] {
        let seen = house.read("branch-02", &format!("candidates/{file}")).await;
        assert_eq!(seen.body["branch_id"], demo("0b", 2, 0).as_str());
    }
    let days = ["2021-07-31", "2021-08-01"];
    assert_eq!(
        stays(&house, &way.id, &days).await,
        [(true, false), (false, true)]
    );
    let member = house
        .read("branch-02", &format!("members/{}", way.id))
        .await;
    assert_eq!(member.body["branch_id"], demo("0b", 2, 0).as_str());
}

/// A post can only be held by an official member who is not suspended.
#[tokio::test]
async fn a_post_ends_with_the_suspension() {
    let house = House::build().await;
    house.travel("2021-03-01");
    let posts = format!("branches/{}/officers", demo("0b", 1, 0));
    let new = hanh_dung();
    let who = house.create(OFFICE, "members", new).await.id();
    let post = json!({"member_id": who, "position": "member", "from_on": "2020-06-01"});
    let held = house.create(OFFICE, &posts, post).await;
    let ends = async || house.read(OFFICE, held.location()).await.body["to_on"].clone();
    let change = suspend(&house, &who, "2021-02-10").await.expect(201);
    assert_eq!(ends().await, "2021-02-09");
    house.remove(OFFICE, change.location(), 1).await;
    assert_eq!(ends().await, Value::Null);
    // a post that would include a day of suspension is refused
    house.remove(OFFICE, held.location(), 3).await;
    suspend(&house, &who, "2021-02-10").await.expect(201);
    let same = json!({"on": "2021-02-10", "activity": "exempt", "paper_number": "8-QĐ/ĐU"});
    record(&house, &who, "activity-changes", same)
        .await
        .duplicate("/on");
    for to in [Value::Null, json!("2021-02-10")] {
        let post =
            json!({"member_id": who, "position": "member", "from_on": "2021-02-01", "to_on": to});
        let refused = house.post(OFFICE, &posts, post).await;
        assert_eq!(
            refused.invalid(&["/member_id"]).body["errors"][0]["code"],
            "not_active"
        );
    }
}

/// Posts are held by official members, so a recognition cannot be annulled while a post rests on
/// it.
#[tokio::test]
async fn a_recognition_on_which_a_post_rests_is_not_annulled() {
    let house = House::build().await;
    let (way, recognised) = Way::recognised(&house).await;
    let who = way.id.clone();
    let posts = format!("branches/{}/officers", demo("0b", 1, 0));
    let post = json!({"member_id": who, "position": "member", "from_on": "2022-05-20", "to_on": "2022-05-21"});
    let post = house.create(OFFICE, &posts, post).await;
    let mistake = json!({"on": "2022-07-01", "act_id": recognised.id(), "reason": "ghi nhầm"});
    house
        .act(OFFICE, &who, "annulments", mistake.clone())
        .await
        .refused("has_dependents");
    let file = format!("/api/v1/candidates/{who}");
    let (seen, batch) = (version(&house, &file).await, format!("{file}/act-batches"));
    let acts = json!({"acts": [{"kind": "annulment", "act": mistake}]});
    let refused = house.step_with(OFFICE, &batch, seen, acts).await;
    assert_eq!(refused.refused("has_dependents").faults(), ["/acts/0"]);
    // nor can it be corrected to a day after the post began
    let later = json!({"corrects": recognised.id()});
    let later = with(Way::recognition("2022-05-25"), later);
    house
        .act(OFFICE, &who, "recognition", later)
        .await
        .refused("has_dependents");
    house.remove(OFFICE, post.location(), 1).await;
    house
        .act(OFFICE, &who, "annulments", mistake)
        .await
        .expect(201);
}

/// A member who died before a vote may have been counted among those in favour. If the vote then
/// lacks its majority, it is named.
#[tokio::test]
async fn a_vote_in_which_somebody_dead_may_have_been_counted_is_named() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    house.travel("2021-06-01");
    let vote = ballot("admission", "branch", "2021-03-15", 10);
    way.does("branch-01", "resolutions", vote).await;
    let died = json!({"on": "2021-02-25", "ground": "deceased", "paper_number": "3-GT"});
    // 9 of 13 and 8 of 12 still carry the vote, but 7 of 11 do not
    for member in [10, 11] {
        let member = demo("dd", 1, member);
        let answer = record(&house, &member, "leavings", died.clone());
        answer.await.expect(201);
    }
    let third = demo("dd", 1, 12);
    let answer = record(&house, &third, "leavings", died.clone()).await;
    assert_eq!(refused(answer), ["vote.register"]);
    let said = json!({"acknowledged": true, "reason": "giấy chứng tử đến muộn"});
    record(&house, &third, "leavings", with(died, said))
        .await
        .expect(201);
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"ground_lost".to_owned())
    );
}

/// Acts that are entered late may name a member who has since left.
#[tokio::test]
async fn what_a_member_did_before_leaving_is_recorded_after_it() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-03-10");
    way.planned().await;
    let who = demo("dd", 1, 9);
    let left = json!({"on": "2021-03-01", "ground": "transferred_out", "paper_number": "3-GT"});
    record(&house, &who, "leavings", left).await.expect(201);
    way.sponsored(9, "2021-01-18").await;
    let seen = house.read("branch-01", &way.path("/sponsorships")).await;
    shows!(seen.items()[0], {"member_id": who, "from_on": "2021-01-18", "to_on": "2021-03-01"});
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned())
    );
    way.sponsored(6, "2021-01-19").await;
    way.dossier().await;
    way.introduced(9).await;
    // but not for a day after the member had left
    let late = Way::introduction(9, "2021-03-02");
    let unmet = refused(way.tries("branch-01", "introductions", late).await);
    assert!(
        unmet.contains(&"introduction.official".to_owned()),
        "{unmet:?}"
    );
}

/// A change of activity belongs to the member's branch on its day, even if a transfer is recorded
/// later.
#[tokio::test]
async fn a_change_of_activity_follows_a_transfer_from_before_it() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let who = demo("dd", 1, 9);
    let exempt = json!({"on": "2021-03-05", "activity": "exempt", "paper_number": "9-QĐ"});
    let change = record(&house, &who, "activity-changes", exempt)
        .await
        .expect(201);
    moved(&house, &who, 2, "2021-03-01").await.expect(200);
    let seen = house.read("branch-02", change.location()).await;
    assert_eq!(seen.body["branch_id"], demo("0b", 2, 0).as_str());
    house
        .get("branch-01", change.location())
        .await
        .refused("not_found");
}

/// A vote of any branch that the member has belonged to keeps the member from being deleted.
#[tokio::test]
async fn a_member_with_whom_an_earlier_branch_has_voted_is_not_deleted() {
    let house = House::build().await;
    let new = hanh_dung();
    let who = house.create(OFFICE, "members", new).await.id();
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    way.does("branch-01", "resolutions", of_fifteen(15)).await;
    moved(&house, &who, 2, "2021-03-18").await.expect(200);
    let path = format!("members/{who}");
    let at = version(&house, &path).await;
    house
        .delete(OFFICE, &path, at)
        .await
        .refused("has_dependents");
}

/// A vote and a change of those entitled, recorded at the same time: one of them is judged with the
/// other.
#[tokio::test]
async fn a_vote_and_a_change_of_the_register_at_once_know_of_each_other() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    let new = |n: u32| {
        json!({"branch_id": demo("0b", 1, 0), "full_name": format!("Lò Thị Số {n}"), "sex": "female", "birth_date": format!("1988-04-1{n}"),
        "status": "official", "activity": "active", "joined_on": "2015-03-03", "official_on": "2016-03-03"})
    };
    let vote = ballot("admission", "branch", "2021-03-15", 10);
    let (vote, first, second) = tokio::join!(
        way.tries("branch-01", "resolutions", vote),
        house.post(OFFICE, "members", new(1)),
        house.post(OFFICE, "members", new(2)),
    );
    let made = [&first, &second].iter().filter(|a| a.status == 201).count();
    match vote.status {
        // 10 of 16 votes would not carry it
        201 => assert!(made < 2, "{} {}", first.text, second.text),
        _ => assert_eq!(made, 2, "{}", vote.text),
    }
    let findings = house.read(OFFICE, "findings?limit=200").await;
    let mine = findings
        .items()
        .iter()
        .find(|f| f["candidate_id"] == way.id.as_str());
    assert_eq!(mine, None);
}

/// A suspension that was a mistake can be taken back even if others have become sponsors in the
/// meantime.
#[tokio::test]
async fn a_suspension_is_taken_back_after_others_have_become_sponsors() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let sponsor = demo("dd", 1, 6);
    let change = suspend(&house, &sponsor, "2021-02-01").await.expect(201);
    way.sponsored(9, "2021-02-02").await;
    way.sponsored(10, "2021-02-03").await;
    house.remove(OFFICE, change.location(), 1).await;
    let path = format!("members/{sponsor}");
    assert_eq!(house.read(OFFICE, &path).await.body["activity"], "active");
    let seen = house.read("branch-01", &way.path("/sponsorships")).await;
    let his = seen
        .items()
        .iter()
        .find(|s| s["member_id"] == sponsor.as_str())
        .unwrap();
    assert_eq!(his["to_on"], "2021-01-31");
}

/// The transfers of a member, as the Office sees them.
pub async fn transfers(house: &House, who: &str) -> Answer {
    let list = format!("members/{who}/transfers");
    house.read(OFFICE, &list).await
}

/// A transfer taken back leaves no trace in the register, in the member's posts or in their
/// sponsorships.
#[tokio::test]
async fn a_transfer_by_mistake_is_taken_back() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let who = demo("dd", 1, 6);
    let post = json!({"member_id": who, "position": "member", "from_on": "2020-11-01"});
    let officers = format!("branches/{}/officers", demo("0b", 1, 0));
    let post = house.create(OFFICE, &officers, post).await;
    let open = async || {
        let post = house.read(OFFICE, post.location()).await.body["to_on"].clone();
        let sponsors = house.read(OFFICE, &way.path("/sponsorships")).await;
        let unsponsored = duties(&house, &way.id).await;
        let unsponsored = unsponsored.contains(&"sponsor_missing".to_owned());
        let last = sponsors.items().last().unwrap()["to_on"].clone();
        (post, last, unsponsored)
    };
    let days = ["2021-02-03", "2021-02-04", "2021-02-10"];
    assert_eq!(open().await, (json!(null), json!(null), false));
    moved(&house, &who, 2, "2021-02-04").await.expect(200);
    let (there, gone) = ((true, false), (false, true));
    assert_eq!(stays(&house, &who, &days).await, [there, gone, gone]);
    let last_day = json!("2021-02-03");
    assert_eq!(open().await, (last_day.clone(), last_day, true));

    let list = transfers(&house, &who).await;
    shows!(list.items()[0], {"member_id": who, "from_branch_id": demo("0b", 1, 0), "branch_id": demo("0b", 2, 0),
        "on": "2021-02-04", "paper_number": "12-CV/ĐU", "reason": null});
    let place = format!("transfers/{}", list.ids()[0]);
    house
        .readers(
            &place,
            "office standing branch-02: 200, admin: 403, branch-01 branch-03: 404",
        )
        .await;
    house
        .delete("branch-02", &place, 1)
        .await
        .refused("forbidden");
    house.remove(OFFICE, &place, 1).await;
    house.get(OFFICE, &place).await.refused("not_found");
    assert_eq!(transfers(&house, &who).await.items().len(), 0);
    assert_eq!(stays(&house, &who, &days).await, [there; 3]);
    assert_eq!(open().await, (json!(null), json!(null), false));
    let member = house.read("branch-01", &format!("members/{who}")).await;
    shows!(member, {"branch_id": demo("0b", 1, 0)});
    // the right transfer can then be recorded for the same day
    moved(&house, &who, 3, "2021-02-04").await.expect(200);
    house
        .readers(
            &format!("members/{who}"),
            "branch-01 branch-02: 404, branch-03: 200",
        )
        .await;
}

/// Later records keep a transfer from being taken back.
#[tokio::test]
async fn a_transfer_on_which_something_rests_is_not_taken_back() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let who = house.create(OFFICE, "members", hanh_dung()).await.id();
    moved(&house, &who, 9, "2021-02-04").await.expect(200);
    moved(&house, &who, 3, "2021-03-01").await.expect(200);
    let list = transfers(&house, &who).await;
    let place = |row: usize| format!("transfers/{}", list.ids()[row]);
    house
        .delete(OFFICE, &place(1), 1)
        .await
        .refused("has_dependents");
    let post = json!({"member_id": who, "position": "member", "from_on": "2021-03-05"});
    let officers = format!("branches/{}/officers", demo("0b", 3, 0));
    let post = house.create(OFFICE, &officers, post).await;
    house
        .delete(OFFICE, &place(0), 1)
        .await
        .refused("has_dependents");
    house.remove(OFFICE, post.location(), 1).await;
    house.merge(9, 10, "2021-03-09").await;
    house
        .delete(OFFICE, &place(0), 1)
        .await
        .refused("invalid_transition");
}

/// A probationary member's file moves back with its person.
#[tokio::test]
async fn a_transfer_of_a_probationary_member_is_taken_back() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    let seen = async || {
        let file = way.seen().await;
        (
            file["branch_id"].clone(),
            stays(&house, &way.id, &["2021-12-19", "2021-12-20"]).await,
        )
    };
    let before = seen().await;
    moved(&house, &way.id, 2, "2021-12-20").await.expect(200);
    assert_ne!(seen().await, before);
    let place = format!("transfers/{}", transfers(&house, &way.id).await.ids()[0]);
    house.remove(OFFICE, &place, 1).await;
    assert_eq!(seen().await, before);
    assert_eq!(
        house
            .count(&format!(
                "select count(*) from candidate_move where candidate_id = '{}'",
                way.id
            ))
            .await,
        0
    );
    let ended = json!({"on": "2021-12-22", "kind": "deceased", "reason": "tai nạn"});
    way.does(OFFICE, "exits", ended).await;
    assert_eq!(
        stays(&house, &way.id, &["2021-12-22", "2021-12-23"]).await,
        [(true, false), (false, false)]
    );
}

#[tokio::test]
async fn a_vote_that_a_recognition_had_made_possible_is_named_when_it_is_taken_back() {
    let house = House::build().await;
    let new = json!({"status": "probationary", "official_on": null, "joined_on": "2019-12-01"});
    let new = house
        .create(OFFICE, "members", with(hanh_dung(), new))
        .await;
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    let decided = json!({"on": "2021-02-01", "decided_by": "upper_standing_committee", "paper_number": "41-QĐCN/HU"});
    record(&house, &new.id(), "recognitions", decided)
        .await
        .expect(200);
    way.does("branch-01", "resolutions", of_fifteen(10)).await;
    let seen = version(&house, new.location()).await;
    let path = format!("{}/recognitions", new.location());
    let rules = house.delete(OFFICE, &path, seen).await.unmet();
    assert_eq!(rules, ["vote.register"]);
}

/// A recognition recorded late for an earlier day must not take the majority from a vote unnoticed.
#[tokio::test]
async fn a_vote_that_a_recognition_would_turn_is_named() {
    let house = House::build().await;
    house.create(OFFICE, "members", hanh_dung()).await;
    let new = json!({"full_name": "Lò Thị Khác", "status": "probationary", "official_on": null, "joined_on": "2019-12-01"});
    let new = house
        .create(OFFICE, "members", with(hanh_dung(), new))
        .await;
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    way.does("branch-01", "resolutions", of_fifteen(10)).await;
    let decided = json!({"on": "2021-02-01", "decided_by": "upper_standing_committee", "paper_number": "41-QĐCN/HU"});
    let answer = record(&house, &new.id(), "recognitions", decided).await;
    assert_eq!(answer.unmet(), ["vote.register"]);
}

/// A member who was entered after the vote may be the one who makes the vote match the register.
#[tokio::test]
async fn a_vote_that_rests_on_somebody_entered_since_is_named_when_the_row_is_removed() {
    let house = House::build().await;
    let who = house.create(OFFICE, "members", hanh_dung()).await.id();
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    way.does("branch-01", "resolutions", of_fifteen(10)).await;
    let left = json!({"on": "2021-03-10", "ground": "deceased", "paper_number": "3-GT", "acknowledged": true,
        "reason": "giấy báo tử đến sau"});
    record(&house, &who, "leavings", left).await.expect(201);
    house.travel("2021-03-21");
    let other = with(hanh_dung(), json!({"full_name": "Lò Thị Khác"}));
    let other = house.create(OFFICE, "members", other).await;
    let rules = house.delete(OFFICE, other.location(), 1).await.unmet();
    assert_eq!(rules, ["vote.register"]);
}

/// A member who waits for confirmation had no vote; once confirmed they did, which may take the
/// ground from a vote.
#[tokio::test]
async fn a_vote_that_a_namesake_enters_is_named_when_they_are_confirmed() {
    let house = House::build().await;
    house.create(OFFICE, "members", hanh_dung()).await;
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    way.does("branch-01", "resolutions", of_fifteen(10)).await;
    let same = json!({"namesake_reason": "khác số căn cước"});
    let same = house
        .create(OFFICE, "members", with(hanh_dung(), same))
        .await;
    let confirm = format!("{}/namesake-confirmations", same.location());
    let rules = house.step("standing", &confirm, 1).await.unmet();
    assert!(rules.contains(&"vote.register".to_owned()), "{rules:?}");
    let knowing = format!("{confirm}?acknowledged=true&reason=hai người khác nhau");
    house.advance("standing", &knowing, 1).await;
}

#[tokio::test]
async fn a_vote_to_which_a_transfer_had_brought_somebody_is_named_when_it_is_taken_back() {
    let house = House::build().await;
    let new = crate::support::with(&hanh_dung(), json!({"branch_id": demo("0b", 2, 0)}));
    let who = house.create(OFFICE, "members", new).await.id();
    let way = Way::ready(&house).await;
    house.travel("2021-03-20");
    moved(&house, &who, 1, "2021-03-10").await.expect(200);
    way.does("branch-01", "resolutions", of_fifteen(10)).await;
    let place = format!("transfers/{}", transfers(&house, &who).await.ids()[0]);
    let rules = house.delete(OFFICE, &place, 1).await.unmet();
    assert_eq!(rules, ["vote.register"]);
    let known = format!("{place}?acknowledged=true&reason=chuyển nhầm người");
    house.remove(OFFICE, &known, 1).await;
    assert!(
        duties(&house, &way.id)
            .await
            .contains(&"ground_lost".to_owned())
    );
}
