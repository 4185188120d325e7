//! Erasing a person for good: it takes two people and a written basis, and leaves only what is
//! needed to judge acts and count people.
use std::collections::BTreeSet;

use ketnap::law::acts::ActKind;
use ketnap::sealing::columns::ALL;
use serde_json::{Value, json};
use utoipa::openapi::{RefOr, Schema};

use crate::access::{second_organization, stranger};
use crate::procedure::{Way, refused};
use crate::process::{owner, run};
use crate::sealed::expect_nowhere;
use crate::support::{
    Answer, House, Plain, branch, candidate, demo, keys_folder, person, planned, shows, superuser,
    with,
};

const NAME: &str = "Vàng Thị Chim Yến";
pub const PHONE: &str = "0977 123 456";
const NUMBER: &str = "077077007077";
const ADDRESS: &str = "số 7 phố Chim Yến";
const REMARK: &str = "chi bộ ghi về tổ chim yến";
const TOWN: &str = "bản Chim Yến";
const WHY: &str = "xin rút vì về nuôi chim yến";

fn basis(person: &str) -> Value {
    json!({"person_id": person, "paper_number": "09-TB/VP", "paper_on": "2021-01-15", "reason": "Người trong hồ sơ yêu cầu xóa"})
}

/// A person of branch 05 whose candidacy has ended, with every kind of personal data in the file.
pub async fn ended(house: &House) -> String {
    let nomination = person(5, NAME, "77-NQ/CĐ");
    let made = house.create("union", "nominations", nomination).await;
    let id = made.body["candidate_id"].text().to_owned();
    let path = format!("candidates/{id}");
    let version = house.read("branch-05", &path).await.version();
    let own = json!({"phone": PHONE, "citizen_id": NUMBER, "address": ADDRESS, "remarks": REMARK, "home_town": TOWN, "occupation": TOWN});
    house.change("branch-05", &path, version, own).await;
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": WHY});
    house.record("branch-05", &id, "exits", exit).await;
    id
}

/// The Office requests the erasure, the Standing Committee confirms it.
pub async fn erase(house: &House, id: &str) {
    let done = erased(house, id).await;
    shows!(done, {"person_id": id, "asked_role": "party_office", "erased_on": "2021-01-15", "version": 2});
}

/// The same on any day.
async fn erased(house: &House, id: &str) -> Answer {
    let asked = house.create("office", "erasures", basis(id)).await;
    let confirmed = format!("{}/confirmations", asked.location());
    house.advance("standing", &confirmed, 1).await
}

/// Ends a membership.
async fn leaves(house: &House, member: &str, on: &str, ground: &str) -> Answer {
    let path = format!("members/{member}");
    let version = house.read("office", &path).await.version();
    let left = json!({"on": on, "ground": ground, "paper_number": "3-GT"});
    house
        .step_with("office", &format!("{path}/leavings"), version, left)
        .await
}

/// The reports, and the acts without anything that identifies the person: none of this may change.
async fn judged(house: &House, id: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for path in [
        "reports/statistics?period=2021&group_by=branch",
        "reports/quality?from=2021-01-01",
        "annual-quotas?year=2021",
    ] {
        all.push(house.read("office", path).await.body);
    }
    let line = format!("candidates/{id}/timeline?limit=200");
    for act in house.read("office", &line).await.items() {
        all.push(json!([
            act["kind"],
            act["on"],
            act["stage_after"],
            act["regulation"]
        ]));
    }
    all
}

#[tokio::test]
async fn what_identifies_a_person_is_gone_from_every_row_and_what_was_judged_stays() {
    let house = House::build().await;
    let id = ended(&house).await;
    let path = format!("candidates/{id}");
    let found = async || {
        let found = house.read("office", "candidates?q=vang chim yen").await;
        found.items().len()
    };
    assert_eq!(found().await, 1);
    let before = judged(&house, &id).await;
    erase(&house, &id).await;
    assert_eq!(judged(&house, &id).await, before);
    assert_eq!(found().await, 0);
    let folded = "vang thi chim yen";
    expect_nowhere(
        &house,
        &[NAME, folded, PHONE, NUMBER, ADDRESS, REMARK, TOWN, WHY],
    )
    .await;
    let left = house.read("office", &path).await;
    shows!(left, {"erased_on": "2021-01-15", "stage": "withdrawn", "phone": null, "citizen_id": null, "occupation": null, "sex": "female"});
    assert!(left.body["full_name"].text().starts_with("Đã xóa "));
    for table in ["candidate", "member"] {
        let kept =
            format!("select count(*) from {table} where id = '{id}' and data_key is not null");
        assert_eq!(house.count(&kept).await, 0);
    }
    // an export tells what is left, including the erasure itself
    let reason = json!({"reason": "Người trong hồ sơ yêu cầu"});
    let told = house
        .post("office", &format!("{path}/exports"), reason)
        .await
        .expect(200);
    let row = &told.body["held"]["erasure"][0];
    assert_eq!(row["paper_number"], "09-TB/VP");
    // the audit trail tells who erased whom, when and by which request, and it still verifies
    let trail = house.read("admin", "audit-entries?limit=200").await;
    let said = trail.items().iter().filter(|e| {
        e["action"] == "persons.erase"
            && (e["resource"] == "erasure" || e["resource_id"] == id.as_str())
    });
    assert_eq!(
        said.count(),
        3,
        "asked, confirmed, and the file: {}",
        trail.text
    );
    run(owner(&house.database, &["audit", "verify"])).succeeded();
}

/// An erased row cannot be changed, and no new key is made for it.
#[tokio::test]
async fn a_tombstone_stays_as_it_is() {
    let house = House::build().await;
    let id = ended(&house).await;
    erase(&house, &id).await;
    let path = format!("candidates/{id}");
    let version = house.read("office", &path).await.version();
    for who in ["office", "branch-05"] {
        house
            .patch(who, &path, version, json!({"phone": PHONE}))
            .await
            .refused("invalid_transition");
    }
    let again =
        json!({"on": "2021-01-15", "paper_number": "9", "by": "member", "earlier_readmissions": 0});
    house
        .act("branch-05", &id, "readmission", again)
        .await
        .refused("invalid_transition");
    let exit = "select id::text from act where kind = 'exit' and candidate_id = ";
    let exit = house.column(&format!("{exit}'{id}'")).await.remove(0);
    let annulment = json!({"on": "2021-01-15", "act_id": exit, "reason": "nhập nhầm"});
    house
        .act("branch-05", &id, "annulments", annulment)
        .await
        .refused("invalid_transition");
    house
        .post("standing", "erasures", basis(&id))
        .await
        .refused("invalid_transition");
    // the database itself refuses the update, and `keys rotate` skips the row
    let inside = house.inside("office", "begin").await;
    let written = format!("update candidate set occupation = 'x' where id = '{id}'");
    assert!(inside.batch_execute(&written).await.is_err());
    let mut rotated = owner(&house.database, &["keys", "rotate"]);
    rotated.env("KETNAP_KEYS_DIR", keys_folder());
    run(rotated).succeeded();
    let keys = format!("select count(*) from candidate where id = '{id}' and data_key is not null");
    assert_eq!(house.count(&keys).await, 0);
    // a new nomination under the same name is a different person
    let new = person(5, NAME, "78-NQ/CĐ");
    house.create("union", "nominations", new).await;
}

/// Row-level security refuses acts of an erased candidacy, which it allowed before.
#[tokio::test]
async fn the_database_takes_no_act_for_a_tombstone() {
    let house = House::build().await;
    let id = ended(&house).await;
    let stored = "select string_agg(attname, ', ') from pg_attribute where attrelid = 'act'::regclass and attnum > 0 and attgenerated = '' and not attisdropped";
    let columns = house.column(stored).await.remove(0);
    let write = format!(
        "insert into act ({columns}) select {columns} from (select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'seq', 900))).* \
           from act a where candidate_id = '{id}' and kind = 'exit') x"
    );
    let taken = async || {
        let inside = house.inside("branch-05", "begin").await;
        let taken = inside.batch_execute(&write).await.is_ok();
        inside.batch_execute("rollback").await.unwrap();
        taken
    };
    assert!(taken().await);
    erase(&house, &id).await;
    assert!(!taken().await);
}

/// Row-level security refuses enrolments and sponsorships of an erased candidacy, as it does for a
/// candidate out of the caller's reach.
#[tokio::test]
async fn the_database_takes_no_seat_and_no_sponsor_for_a_tombstone() {
    let house = House::build().await;
    let id = ended(&house).await;
    let refused = async |table: &str, id: &str| {
        let stored = format!(
            "select string_agg(quote_ident(attname), ', ') from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and attgenerated = '' and not attisdropped"
        );
        let columns = house.column(&stored).await.remove(0);
        let row = format!("select to_jsonb(t)::text from {table} t order by id limit 1");
        let row = house.column(&row).await.remove(0).replace('\'', "''");
        let new = json!({"candidate_id": id, "branch_id": branch(5)});
        let write = format!(
            "insert into {table} ({columns}) select {columns} from jsonb_populate_record(null::{table}, '{row}'::jsonb || '{new}')"
        );
        let inside = house.inside("branch-05", "begin").await;
        let answer = inside.batch_execute(&write).await;
        inside.batch_execute("rollback").await.unwrap();
        // the policy is checked before any constraint
        let code = answer
            .err()
            .and_then(|e| e.code().map(|c| c.code().to_owned()));
        code.as_deref() == Some("42501")
    };
    for table in ["enrolment", "sponsorship"] {
        assert!(!refused(table, &id).await, "{table}");
        assert!(
            refused(table, &demo("ca", 1, 1)).await,
            "{table}: a stranger"
        );
    }
    erase(&house, &id).await;
    for table in ["enrolment", "sponsorship"] {
        assert!(refused(table, &id).await, "{table}");
    }
}

/// All attempts of a person are erased together, and none while one is open. It takes two roles,
/// and a person with an open membership cannot be erased.
#[tokio::test]
async fn nobody_is_erased_on_the_way_or_in_the_party_or_by_one_alone() {
    let house = House::build().await;
    let open = house
        .post("office", "erasures", basis(&demo("ca", 1, 1)))
        .await
        .refused("invalid_transition");
    let member = house
        .post("standing", "erasures", basis(&demo("dd", 1, 6)))
        .await
        .refused("invalid_transition");
    assert_ne!(open.body["detail"], member.body["detail"]);
    let id = ended(&house).await;
    for (wrong, field) in [
        (json!({"person_id": demo("ca", 99, 1)}), "/person_id"),
        (json!({"reason": "vì cần"}), "/reason"),
        (json!({"paper_on": "2021-01-16"}), "/paper_on"),
    ] {
        let body = with(&basis(&id), wrong);
        let answer = house.post("office", "erasures", body).await;
        answer.invalid(&[field]);
    }
    for who in ["overseer", "branch-05", "union", "upper", "admin"] {
        house
            .post(who, "erasures", basis(&id))
            .await
            .refused("forbidden");
    }
    let asked = house.create("standing", "erasures", basis(&id)).await;
    let confirmed = format!("{}/confirmations", asked.location());
    house
        .post("office", "erasures", basis(&id))
        .await
        .refused("invalid_transition");
    house
        .step("standing", &confirmed, 1)
        .await
        .refused("forbidden");
    // a new attempt was opened after the request
    let again =
        json!({"on": "2021-01-15", "paper_number": "9", "by": "member", "earlier_readmissions": 0});
    house.record("branch-05", &id, "readmission", again).await;
    house
        .step("office", &confirmed, 1)
        .await
        .refused("invalid_transition");
    shows!(house.read("office", asked.location()).await, {"erased_on": null, "confirmed_by": null});
    let kept = format!("select count(*) from candidate where id = '{id}' and full_name = '{NAME}'");
    assert_eq!(house.count(&kept).await, 1);
}

#[tokio::test]
async fn a_request_that_nobody_confirms_runs_out() {
    let house = House::build().await;
    let id = ended(&house).await;
    let asked = house.create("office", "erasures", basis(&id)).await;
    house.travel("2021-01-18");
    let confirmed = format!("{}/confirmations", asked.location());
    house
        .step("standing", &confirmed, 1)
        .await
        .refused("invalid_transition");
    house.create("office", "erasures", basis(&id)).await;
    let waiting = house.read("standing", "erasures?erased=false").await;
    assert_eq!(waiting.items().len(), 2);
}

/// A former member is erased with all their attempts. Their leaving remains and can no longer be
/// taken back.
#[tokio::test]
async fn a_member_who_has_left_is_erased_and_the_leaving_stays() {
    let house = House::build().await;
    let id = demo("dd", 1, 12);
    let path = format!("members/{id}");
    let row = house.read("office", &path).await;
    let name = row.body["full_name"].text().to_owned();
    let left = json!({"on": "2021-01-05", "ground": "transferred_out", "paper_number": "3-GT", "reason": WHY});
    let leavings = format!("{path}/leavings");
    let leaving = house.step_with("office", &leavings, row.version(), left);
    let leaving = leaving.await.expect(201);
    erase(&house, &id).await;
    expect_nowhere(&house, &[WHY]).await;
    let gone = format!("select count(*) from member where id = '{id}' and full_name = '{name}'");
    assert_eq!(house.count(&gone).await, 0);
    shows!(house.read("office", &path).await, {"erased_on": "2021-01-15", "left_on": "2021-01-05", "left_because": "transferred_out", "joined_on": row.body["joined_on"]});
    let version = house.read("office", leaving.location()).await.version();
    house
        .delete("office", leaving.location(), version)
        .await
        .refused("invalid_transition");
}

/// The acts of an erased member are no longer judged: their findings and duties end, and they do
/// not prevent true changes to others.
#[tokio::test]
async fn the_file_of_an_erased_member_is_judged_no_more() {
    let house = House::build().await;
    let (way, _) = Way::recognised(&house).await;
    let version = way.seen().await["version"].number();
    let old = json!({"birth_date": "1960-01-01", "acknowledged": true, "reason": "đúng với giấy khai sinh"});
    house.change("office", &way.path(""), version, old).await;
    // the branch recognised them with 10 votes, none of which can have been those of the two who
    // had died
    for other in [10, 11] {
        let died = leaves(&house, &demo("dd", 1, other), "2022-05-01", "deceased").await;
        died.expect(201);
    }
    let third = demo("dd", 1, 12);
    let kept = leaves(&house, &third, "2022-05-01", "deceased").await;
    assert_eq!(refused(kept), ["vote.register"]);
    let left = leaves(&house, &way.id, "2022-07-01", "transferred_out").await;
    left.expect(201);
    let open = async || {
        let duties = way.deadlines("ground_lost").await;
        duties
            .iter()
            .filter(|(state, _)| state != "settled")
            .count()
    };
    let found = async || {
        let list = house.read("office", "findings?limit=200").await;
        let of = |f: &&Value| f["candidate_id"] == way.id.as_str();
        list.items().iter().filter(of).count()
    };
    assert!(open().await > 0);
    assert_eq!(found().await, 1);
    erased(&house, &way.id).await;
    assert_eq!((open().await, found().await), (0, 0));
    leaves(&house, &third, "2022-05-01", "deceased")
        .await
        .expect(201);
    let worked = json!({"on": "2021-03-13", "name": "Làm bù", "kind": "worked"});
    house.create("office", "holidays", worked).await;
    assert_eq!((open().await, found().await), (0, 0));
}

/// Database policies enforce that two people of different roles act, even if one person changes
/// their role in between, and that the request is confirmed in time and unchanged.
#[tokio::test]
async fn a_request_stays_as_it_was_made() {
    let house = House::build().await;
    let id = ended(&house).await;
    let asked = house.create("office", "erasures", basis(&id)).await;
    let confirmed = format!("{}/confirmations", asked.location());
    let owner = house.owner().await;
    let made = async |role: &str| {
        let moved = format!("update account set role = '{role}' where login = 'office'");
        owner.batch_execute(&moved).await.unwrap();
    };
    made("standing_committee").await;
    house
        .step("office", &confirmed, 1)
        .await
        .refused("forbidden");
    made("party_office").await;
    let request = asked.id();
    let taken = async |who: &str, written: String| {
        let inside = house.inside(who, "begin").await;
        inside.batch_execute(&written).await.is_ok()
    };
    for column in [
        "asked_by",
        "asked_role",
        "waits_until",
        "person_id",
        "organization_id",
    ] {
        let same = format!("update erasure set {column} = {column} where id = '{request}'");
        assert!(!taken("office", same.clone()).await, "{column}");
        assert!(!taken("standing", same).await, "{column}");
    }
    let carried_out = |by: &str, at: &str| {
        format!(
            "update erasure set confirmed_by = {by}, erased_on = '2021-01-15' where id = '{request}'; \
             select app.erase('{request}', '{at}')"
        )
    };
    let other = format!("'{}'", asked.body["asked_by"].text());
    assert!(!taken("standing", carried_out(&other, "2021-01-16")).await);
    assert!(!taken("office", carried_out("app.account()", "2021-01-16")).await);
    assert!(!taken("standing", carried_out("app.account()", "2021-01-19")).await);
    assert!(taken("standing", carried_out("app.account()", "2021-01-16")).await);
}

/// A nomination at the same time either waits for the erasure and then is of a new person, or comes
/// first, and then the erasure is refused because an attempt is open.
#[tokio::test]
async fn no_attempt_begins_while_the_earlier_one_is_erased() {
    let house = House::build().await;
    let id = ended(&house).await;
    let asked = house.create("office", "erasures", basis(&id)).await;
    let confirmed = format!("{}/confirmations", asked.location());
    house.token("standing").await;
    house.token("union").await;
    let mut new = person(5, NAME, "78-NQ/CĐ");
    new["paper_on"] = "2021-01-15".into();
    let (done, made) = tokio::join!(
        house.step("standing", &confirmed, 1),
        house.post("union", "nominations", new)
    );
    let made = made.expect(201);
    let begun = made.body["candidate_id"].text();
    let begun = house.read("office", &format!("candidates/{begun}")).await;
    let known = begun.body["previous_id"] == id.as_str();
    assert_eq!(known, done.status == 409, "{}", done.text);
}

/// An attempt that was linked to an erased one can be erased in its turn; the rows erased before do
/// not change.
#[tokio::test]
async fn an_attempt_after_an_erased_one_can_be_erased() {
    let house = House::build().await;
    let first = ended(&house).await;
    erase(&house, &first).await;
    let tombstone = house.read("office", &format!("candidates/{first}")).await;
    let new = person(5, NAME, "78-NQ/CĐ");
    let new = house.create("union", "nominations", new).await;
    let second = new.body["candidate_id"].text().to_owned();
    let linked = format!("update candidate set previous_id = '{first}' where id = '{second}'");
    house.owner().await.batch_execute(&linked).await.unwrap();
    house
        .post("office", "erasures", basis(&first))
        .await
        .refused("invalid_transition");
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": WHY});
    house.record("branch-05", &second, "exits", exit).await;
    erase(&house, &second).await;
    expect_nowhere(&house, &[NAME, WHY]).await;
    let left = house.read("office", &format!("candidates/{first}")).await;
    assert_eq!(left.version(), tombstone.version());
    house
        .post("office", "erasures", basis(&second))
        .await
        .refused("invalid_transition");
}

async fn next_term(house: &House) -> String {
    let term = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "source_plans_due_on": "2021-01-31", "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    house.create("office", "terms", term).await.id()
}

/// Drafts a source plan of this branch for the term, with an entry for a person of that name;
/// returns the entry.
async fn plans(house: &House, number: u32, term: &str) -> Answer {
    let who = format!("branch-{number:02}");
    let plan = json!({"branch_id": branch(number), "term_id": term});
    let plan = house.create(&who, "source-plans", plan).await;
    let entry = json!({"full_name": NAME, "birth_date": "1990-02-03", "target_year": 2026, "priority_group": "doctor", "fostering_from": "2020-06-01",
        "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
    let entries = format!("{}/entries", plan.location());
    house.create(&who, &entries, entry).await
}

/// Two people have the same name and birth date. Only their branch tells which of them a plan
/// means, so the entry in another branch's plan is not erased.
#[tokio::test]
async fn what_another_branch_plans_of_a_namesake_stays() {
    let house = House::build().await;
    let id = ended(&house).await;
    let term = next_term(&house).await;
    let mut entries = Vec::new();
    for number in [5, 6] {
        let entry = plans(&house, number, &term).await;
        entries.push(entry.location().to_owned());
    }
    erase(&house, &id).await;
    let own = house.read("branch-05", &entries[0]).await;
    assert!(own.body["full_name"].text().starts_with("Đã xóa "));
    shows!(house.read("branch-06", &entries[1]).await, {"full_name": NAME, "birth_date": "1990-02-03", "priority_group": "doctor"});
}

/// Nothing can be written about an erased person in an enrolment, in attendance or in a source plan
/// either.
#[tokio::test]
async fn nothing_is_written_about_an_erased_person_in_a_class_or_a_plan() {
    let house = House::build().await;
    let id = planned(&house, 5, NAME).await;
    let entry = plans(&house, 5, &next_term(&house).await).await;
    shows!(entry, {"candidate_id": id});
    let class = json!({"kind": "awareness", "title": "Lớp", "issuer": "Trung tâm Chính trị huyện", "starts_on": "2021-01-25", "ends_on": "2021-01-25", "capacity": 5});
    let class = house.create("office", "classes", class).await;
    let class = class.location().to_owned();
    let session = json!({"number": 1, "topic": "Chuyên đề 1", "on": "2021-01-25", "periods": 10});
    let sessions = format!("{class}/sessions");
    let session = house.create("office", &sessions, session).await;
    let attendance = format!("{}/attendance", session.location());
    let body = json!({"candidate_id": id});
    let places = format!("{class}/enrolments");
    let place = house.create("branch-05", &places, body).await;
    house.listed(&class).await;
    house.travel("2021-02-10");
    let there = |present: bool, reason: Option<&str>| json!({"lines": [{"enrolment_id": place.id(), "present": present, "reason": reason}]});
    let seen = async |path: &str| house.read("office", path).await.version();
    house
        .change("office", &attendance, 1, there(true, None))
        .await;
    let result = json!({"state": "completed", "grade": "good", "certificate_number": "GCN-9", "certificate_on": "2021-01-30"});
    let version = seen(place.location()).await;
    house
        .change("office", place.location(), version, result)
        .await;
    let exit = json!({"on": "2021-02-10", "kind": "withdrawn", "reason": WHY});
    house.record("branch-05", &id, "exits", exit).await;
    erased(&house, &id).await;
    let written = json!({"attendance_reason": WHY});
    let version = seen(place.location()).await;
    house
        .patch("office", place.location(), version, written)
        .await
        .refused("invalid_transition");
    let version = seen(&attendance).await;
    house
        .patch("office", &attendance, version, there(false, Some(WHY)))
        .await
        .refused("invalid_transition");
    house
        .change("office", &attendance, version, there(true, None))
        .await;
    let version = house.read("branch-05", entry.location()).await.version();
    house
        .patch(
            "branch-05",
            entry.location(),
            version,
            json!({"target_year": 2027}),
        )
        .await
        .refused("invalid_transition");
    // NAME is not searched for: it remains as part of the number of the nomination's paper
    expect_nowhere(&house, &[WHY]).await;
}

/// A person who left for another organisation and came back has two rows that do not refer to each
/// other. They are erased together.
#[tokio::test]
async fn who_left_and_came_back_is_erased_as_one() {
    let house = House::build().await;
    let first = demo("dd", 1, 12);
    let row = house.read("office", &format!("members/{first}")).await;
    let born = format!("select birth_date::text from member where id = '{first}'");
    let born = house.column(&born).await.remove(0);
    let left = leaves(&house, &first, "2021-01-05", "transferred_out").await;
    left.expect(201);
    let back = json!({"branch_id": branch(2), "full_name": row.body["full_name"], "birth_date": born, "sex": row.body["sex"], "joined_on": row.body["joined_on"],
        "status": "official", "activity": "active", "official_on": row.body["official_on"], "from_on": "2021-01-10"});
    let second = house.create("office", "members", back).await.id();
    for id in [&first, &second] {
        house
            .post("office", "erasures", basis(id))
            .await
            .refused("invalid_transition");
    }
    let left = leaves(&house, &second, "2021-01-12", "transferred_out").await;
    left.expect(201);
    // an export of either row contains both
    for id in [&first, &second] {
        let asked = json!({"reason": "Người trong hồ sơ yêu cầu"});
        let exports = format!("members/{id}/exports");
        let told = house.post("office", &exports, asked).await.expect(200);
        let mut ids = [&first, &second];
        ids.sort_unstable();
        assert_eq!(told.body["ids"], json!(ids));
        for (kind, rows) in [("member", 2), ("membership", 2), ("member_leaving", 2)] {
            assert_eq!(told.body["held"][kind].list().len(), rows, "{kind}");
        }
    }
    let asked = house.create("office", "erasures", basis(&second)).await;
    let mut both = [first.clone(), second.clone()];
    both.sort_unstable();
    assert_eq!(asked.body["covers"], json!(both));
    let confirmed = format!("{}/confirmations", asked.location());
    house.advance("standing", &confirmed, 1).await;
    for id in [&first, &second] {
        let path = format!("members/{id}");
        shows!(house.read("office", &path).await, {"erased_on": "2021-01-15"});
    }
    let name = row.body["full_name"].text();
    let kept =
        format!("select count(*) from member where full_name = '{name}' and birth_date = '{born}'");
    assert_eq!(house.count(&kept).await, 0);
    house
        .post("office", "erasures", basis(&first))
        .await
        .refused("invalid_transition");
}

/// Two namesakes who were confirmed to be different people are not erased together.
#[tokio::test]
async fn a_namesake_who_was_told_apart_stays() {
    let house = House::build().await;
    let first = candidate(&house, 4, NAME).await;
    let other = with(
        &person(5, NAME, "78-NQ"),
        json!({"namesake_reason": "khác số căn cước"}),
    );
    let other = house.create("union", "nominations", other).await;
    let other = other.body["candidate_id"].text().to_owned();
    let path = format!("candidates/{other}");
    let version = house.read("office", &path).await.version();
    let confirm = format!("{path}/namesake-confirmations");
    house.advance("standing", &confirm, version).await;
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": WHY});
    house.record("branch-04", &first, "exits", exit).await;
    erase(&house, &first).await;
    shows!(house.read("office", &path).await, {"full_name": NAME, "erased_on": null});
}

/// The value without these properties, at any depth.
fn without(value: &Value, names: &[&str]) -> Value {
    match value {
        Value::Array(all) => all.iter().map(|one| without(one, names)).collect(),
        Value::Object(all) => {
            let kept = all
                .iter()
                .filter(|(name, _)| !names.contains(&name.as_str()));
            let kept = kept.map(|(name, value)| (name.clone(), without(value, names)));
            Value::Object(kept.collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The counts of people who were admitted, left or were removed do not change. What the reports
/// knew about the person beyond that is gone.
#[tokio::test]
async fn the_counts_of_past_years_stay_without_the_erased_ones_group_and_reason() {
    let house = House::build().await;
    let removed = planned(&house, 1, NAME).await;
    let (way, _) = Way::recognised(&house).await;
    let group = format!(
        "update candidate set priority_group = 'doctor' where id = '{}'",
        way.id
    );
    house.owner().await.batch_execute(&group).await.unwrap();
    let left = leaves(&house, &way.id, "2022-07-01", "transferred_out").await;
    left.expect(201);
    let removal =
        json!({"on": "2022-06-01", "action": "remove", "minutes_number": "02-BB", "reason": WHY});
    house
        .record("branch-01", &removed, "plan-decisions", removal)
        .await;
    let quality = "reports/quality?from=2021-01-01&to=2021-12-31";
    let figures = async || {
        let mut all = Vec::new();
        for path in [
            "reports/statistics?period=2021&group_by=branch",
            "reports/statistics?period=2022&group_by=branch",
            "reports/progress",
            "annual-quotas?year=2021",
            quality,
        ] {
            all.push(house.read("office", path).await.body);
        }
        Value::Array(all)
    };
    let doctors = async || {
        let own = house.read("branch-01", quality).await.body;
        let groups = own["branches"][0]["source"].list().clone();
        let of = |value: &str| {
            let of = |g: &&Value| g["by"] == "priority_group" && g["value"] == value;
            groups.iter().find(of).map_or(0, |g| g["count"].number())
        };
        (of("doctor"), of("other"))
    };
    let (before, groups) = (figures().await, doctors().await);
    assert!(before.to_string().contains(WHY));
    for id in [&way.id, &removed] {
        erased(&house, id).await;
    }
    let after = figures().await;
    assert!(!after.to_string().contains(WHY));
    let lost = ["removal_reasons", "source"];
    assert_eq!(without(&after, &lost), without(&before, &lost));
    assert_eq!(doctors().await, (groups.0 - 1, groups.1 + 1));
}

/// A typed citizen number does not make two rows one person. It is refused if somebody else has it,
/// even in a file that has ended; and if two rows have it nevertheless, erasing one leaves the
/// other.
#[tokio::test]
async fn a_typed_citizen_number_erases_nobody_else() {
    let house = House::build().await;
    let first = ended(&house).await;
    let nomination = person(5, "Vàng Thị Khác", "78-NQ/CĐ");
    let made = house.create("union", "nominations", nomination).await;
    let other = made.body["candidate_id"].text().to_owned();
    let exit = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": WHY});
    house.record("branch-05", &other, "exits", exit).await;
    let path = format!("candidates/{other}");
    let version = house.read("branch-05", &path).await.version();
    let typed = json!({"citizen_id": NUMBER});
    house
        .patch("branch-05", &path, version, typed)
        .await
        .duplicate("/citizen_id");
    let entered = format!(
        "update candidate set citizen_index = (select citizen_index from candidate where id = '{first}') where id = '{other}'"
    );
    house.owner().await.batch_execute(&entered).await.unwrap();
    let asked = house.create("office", "erasures", basis(&other)).await;
    assert_eq!(asked.body["covers"], json!([other]));
    let confirmed = format!("{}/confirmations", asked.location());
    house.advance("standing", &confirmed, 1).await;
    shows!(house.read("office", &path).await, {"erased_on": "2021-01-15"});
    let kept = house.read("office", &format!("candidates/{first}")).await;
    shows!(kept, {"erased_on": null, "full_name": NAME});
}

/// A request names the rows that it covers. If these have changed since, it cannot be confirmed.
#[tokio::test]
async fn an_erasure_is_not_confirmed_if_its_rows_have_changed_since_the_request() {
    let house = House::build().await;
    let id = ended(&house).await;
    let asked = house.create("office", "erasures", basis(&id)).await;
    let before = format!(
        "update erasure set covers = '{{}}' where id = '{}'",
        asked.id()
    );
    house.owner().await.batch_execute(&before).await.unwrap();
    let confirmed = format!("{}/confirmations", asked.location());
    house
        .step("standing", &confirmed, 1)
        .await
        .refused("invalid_transition");
    shows!(house.read("office", &format!("candidates/{id}")).await, {"erased_on": null});
}

/// The texts about a person that an erasure leaves, and why. All others are cleared, or sealed with
/// a key that is destroyed.
const STAYS: [(&str, &[&str]); 5] = [
    (
        "papers stay, and are found by their numbers",
        &[
            "act.data.agreement_number",
            "act.data.decision_number",
            "act.data.minutes_number",
            "act.data.number",
            "act.data.paper_number",
            "branch_officer.paper_number",
            "candidate_move.paper_number",
            "enrolment.certificate_key",
            "enrolment.certificate_number",
            "enrolment.compiled_number",
            "enrolment.confirmed_number",
            "erasure.paper_number",
            "member.arrives_paper",
            "member.recognition_paper",
            "member_activity_change.paper_number",
            "member_leaving.paper_number",
            "membership.paper_number",
            "nomination.paper_number",
            "transfer.paper_number",
        ],
    ),
    (
        "by what acts were judged, and duties arose: of the law, and of votes in figures",
        &[
            "act.data.code",
            "act.data.rules",
            "act.regulation",
            "act.vote",
            "deadline.key",
            "deadline.rule",
            "deadline.source",
            "member.review_source",
        ],
    ),
    (
        "which body decided, and where a ceremony was",
        &["act.data.approver", "act.data.body", "act.data.place"],
    ),
    ("days and branches", &["member_leaving.stays"]),
    (
        "who read and who erased, and why: both say nothing of the person",
        &[
            "access_entry.hash",
            "access_entry.prev",
            "access_entry.reason",
            "access_entry.request_id",
            "access_entry.resource",
            "erasure.reason",
        ],
    ),
];

/// Free-text fields of acts that are not sealed in every kind of act.
fn words_of_acts() -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for kind in ActKind::ALL {
        let (RefOr::T(Schema::Object(own)), _) = kind.schemas() else {
            panic!("{}", kind.wire());
        };
        let texts = own.properties.iter().filter(|(name, schema)| {
            let schema = serde_json::to_string(schema).unwrap();
            schema.contains("schemas/Text") && !kind.texts().contains(&name.as_str())
        });
        all.extend(texts.map(|(name, _)| name.clone()));
    }
    all
}

/// Every text about a person is sealed, cleared by the erasure, or listed in [`STAYS`]. This covers
/// every text column of the present schema in tables that refer to a person, and every text in
/// acts.
#[tokio::test]
async fn every_text_about_a_person_is_sealed_cleared_or_named() {
    let house = House::build().await;
    second_organization(&house).await;
    let root = superuser(&house.database).await;
    let [own, place, office, member, standing, file, seat, before] =
        [1, 2, 5, 6, 9, 10, 41, 42].map(stranger);
    let (read, act, erasure) = (stranger(900), stranger(20), stranger(779));
    // two attempts and a membership of one person, all of which have ended
    let ended = format!(
        "insert into membership (organization_id, member_id, branch_id, from_on) values ('{own}', '{member}', '{place}', '2020-01-01');
         insert into access_entry (id, organization_id, at, account_id, role, candidate_id, resource, resource_id, request_id)
           values ('{read}', '{own}', now(), '{office}', 'party_office', '{file}', 'act', '{act}', 'x');
         update enrolment set confirmed_on = '2021-04-25', confirmed_number = 'x' where id = '{seat}';
         update candidate set stage = 'removed', previous_id = case when id = '{file}' then '{before}'::uuid else '{member}' end where organization_id = '{own}';
         update member set deleted_at = now() where organization_id = '{own}'"
    );
    root.batch_execute(&ended).await.unwrap();
    let columns = "
      select c.table_name::text, c.column_name::text, c.udt_name::text
        from information_schema.columns c join information_schema.tables b using (table_schema, table_name)
       where c.table_schema = 'public' and b.table_type = 'BASE TABLE' and c.domain_name is null and c.is_generated = 'NEVER' and c.udt_name in ('text', '_text', 'jsonb', 'bytea')
         and (c.table_name in ('candidate', 'member') or exists (select from information_schema.columns p where p.table_schema = 'public' and p.table_name = c.table_name
               and p.column_name in ('candidate_id', 'member_id', 'person_id', 'enrolment_id')))
         -- the rows of name_word follow the names; the fields of acts are listed one by one below
         and (c.table_name, c.column_name) not in (('name_word', 'kind'), ('act', 'data')) order by 1, 2";
    // marks each of these columns, so that it shows which marks are left afterwards
    let mut held = Vec::new();
    for row in root.query(columns, &[]).await.unwrap() {
        let (table, column, kind): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let (value, there) = match kind.as_str() {
            "bytea" => ("'x'::bytea".to_owned(), format!("{column} is not null")),
            "jsonb" => (
                "to_jsonb('chim yến'::text)".to_owned(),
                format!("{column}::text like '%chim yến%'"),
            ),
            "_text" => (
                "array['chim yến']".to_owned(),
                format!("{column}::text like '%chim yến%'"),
            ),
            // with `ctid` all values differ, because some columns are unique
            _ => (
                "'chim yến ' || ctid::text".to_owned(),
                format!("{column} ilike '%chim%'"),
            ),
        };
        if table != "name_word" {
            let write =
                format!("update {table} set {column} = {value} where organization_id = '{own}'");
            // constraints require some columns to be null together, so only rows that have a value
            // get the mark, if there are any
            let some = format!("{write} and {column} is not null");
            if root.execute(&some, &[]).await.unwrap() == 0 {
                root.execute(&write, &[]).await.unwrap();
            }
        }
        let there = format!(
            "select exists (select from {table} where organization_id = '{own}' and {there})"
        );
        held.push((format!("{table}.{column}"), there));
    }
    let mut data = json!({"documents": [{"code": "1", "note": "chim yến"}]});
    for name in words_of_acts() {
        data[&name] = "chim yến".into();
        held.push((
            format!("act.data.{name}"),
            format!("select exists (select from act where id = '{act}' and data ->> '{name}' = 'chim yến')"),
        ));
    }
    held.push((
        "act.data.documents".to_owned(),
        format!("select exists (select from act where id = '{act}' and data #>> '{{documents,0,note}}' = 'chim yến')"),
    ));
    let write = format!("update act set data = data || '{data}' where id = '{act}'");
    root.batch_execute(&write).await.unwrap();
    let holding = async || {
        let mut holding = BTreeSet::new();
        for (name, there) in &held {
            if root.query_one(there, &[]).await.unwrap().get(0) {
                holding.insert(name.as_str());
            }
        }
        holding
    };
    let all: BTreeSet<&str> = held.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(holding().await, all, "each of them is written");
    let erase = format!(
        "begin;
         select set_config('app.organization', '{own}', true), set_config('app.account', '{standing}', true), set_config('app.role', 'standing_committee', true);
         insert into erasure (id, organization_id, person_id, paper_number, paper_on, reason, asked_by, asked_role, waits_until, confirmed_by, erased_on)
           values ('{erasure}', '{own}', '{file}', 'x', '2021-01-01', 'x', '{office}', 'party_office', '2100-01-01', '{standing}', '2021-01-15');
         select app.erase('{erasure}', now());
         commit"
    );
    root.batch_execute(&erase).await.unwrap();
    let stays = STAYS.iter().flat_map(|(_, names)| names.iter().copied());
    assert_eq!(holding().await, stays.collect());
    for sealed in ALL {
        for column in sealed.columns() {
            let name = format!("{}.{column}", sealed.table);
            assert!(all.contains(name.as_str()), "{name}");
        }
    }
}
