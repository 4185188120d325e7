//! Terms: drafted by the Party Office, approved by the Standing Committee, in force in their years,
//! and continued by the next.
use serde_json::{Value, json};

use crate::support::{House, Plain, demo, same_when_read, shows, with};

fn demo_term() -> String {
    format!("/api/v1/terms/{}", demo("7e", 0, 1))
}

/// S1, S2: the demo's term names its plan's document and its legal bases, both as the plan cites
/// them and by official number.
#[tokio::test]
async fn a_term_names_its_plan_and_the_documents_that_it_rests_on() {
    let house = House::build().await;
    let term = house.read("branch-01", &demo_term()).await;
    let bases = term.body["legal_bases"].list();
    assert_eq!(bases[0]["official_number"], "29-QĐ/TW");
    shows!(bases[1], {"cited_as": "09-HD/TW", "official_number": "09-HD/BTCTW"});
    assert!(bases[2]["document"].text().contains("Đại hội X"));
    assert_eq!(
        (&term.body["plan_document"]["number"], &term.body["name"]),
        (&json!("12-KH/ĐU"), &json!("2020-2025"))
    );
    // S12, S13
    shows!(term, {"annual_minimum": 6, "term_minimum": 30});
}

/// S1, S2
#[tokio::test]
async fn a_legal_basis_has_a_document_and_a_new_term_is_a_draft() {
    let house = House::build().await;
    let new = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    let mut wrong = new.clone();
    wrong["legal_bases"] = json!([{"clause": "1"}]);
    house
        .post("office", "terms", wrong)
        .await
        .invalid(&["/legal_bases/0/document"]);
    let mut right = new;
    right["legal_bases"] = json!([{"document": "Điều lệ Đảng", "clause": "Điều 4"}]);
    let made = house.create("office", "terms", right).await;
    assert_eq!(
        made.body["legal_bases"],
        json!([{"document": "Điều lệ Đảng", "clause": "Điều 4", "cited_as": null, "official_number": null}])
    );
    shows!(made, {"state": "draft", "plan_document": null, "approved_by": null});
}

/// S3
#[tokio::test]
async fn a_term_is_in_force_by_the_year_of_the_clock() {
    let house = House::build().await;
    let path = demo_term();
    for (day, in_force) in [
        ("2020-12-31", false),
        ("2021-01-01", true),
        ("2025-12-31", true),
        ("2026-01-01", false),
        ("2021-01-15", true),
    ] {
        house.travel(day);
        assert_eq!(
            house.read("youth", &path).await.body["in_force"],
            in_force,
            "{day}"
        );
    }
}

fn reason() -> Value {
    json!({"reason": "Huyện ủy điều chỉnh"})
}

/// S3: only the Standing Committee approves a term, and an approved term can only be changed after
/// it is reopened.
#[tokio::test]
async fn an_approved_term_is_reopened_by_the_standing_committee_with_a_reason() {
    let house = House::build().await;
    let path = demo_term();
    let (approvals, reopenings) = (format!("{path}/approvals"), format!("{path}/reopenings"));
    let change = house
        .patch("office", &path, 1, json!({"annual_minimum": 7}))
        .await;
    change.refused("invalid_transition");
    let twice = house.step("standing", &approvals, 1).await;
    twice.refused("invalid_transition");
    for who in ["office", "branch-01", "overseer", "union", "upper", "admin"] {
        let opened = house.step_with(who, &reopenings, 1, reason()).await;
        opened.refused("forbidden");
        house.step(who, &approvals, 1).await.refused("forbidden");
    }
    let bare = house.step_with("standing", &reopenings, 1, json!({})).await;
    bare.invalid(&["/reason"]);
    let stale = house.step_with("standing", &reopenings, 9, reason()).await;
    stale.refused("precondition_failed");
    let open = house
        .advance_with("standing", &reopenings, 1, reason())
        .await;
    let said = json!({"kind": "reopened", "reason": "Huyện ủy điều chỉnh", "on": "2021-01-15"});
    let said = with(&said, json!({"by": demo("ac", 0, 1)}));
    shows!(open, {"state": "draft", "in_force": false, "remarks": [said]});
    let twice = house.step_with("standing", &reopenings, 2, reason()).await;
    twice.refused("invalid_transition");
    // branches do not see the reasons, which are for the Office and the Standing Committee
    shows!(house.read("branch-01", &path).await, {"remarks": []});
}

/// S3: whoever edited the term last cannot approve it, in any role.
#[tokio::test]
async fn a_reopened_term_is_changed_and_approved_by_somebody_else() {
    let house = House::build().await;
    let (path, owner) = (demo_term(), house.owner().await);
    let approvals = format!("{path}/approvals");
    house
        .advance_with("standing", &format!("{path}/reopenings"), 1, reason())
        .await;
    let change = json!({"annual_minimum": 7});
    shows!(house.change("office", &path, 2, change).await, {"annual_minimum": 7});
    let edited = async |account: u32| {
        let sql = "update term set edited_by = $1::text::uuid where id = $2::text::uuid";
        let ids = [demo("ac", 0, account), demo("7e", 0, 1)];
        owner.execute(sql, &[&ids[0], &ids[1]]).await.unwrap();
    };
    edited(1).await;
    let refused = house
        .step("standing", &approvals, 3)
        .await
        .refused("forbidden");
    assert!(refused.text.contains("last editor"), "{}", refused.text);
    edited(2).await;
    let approved = house.advance("standing", &approvals, 3).await;
    shows!(approved, {"state": "approved", "in_force": true, "approved_on": "2021-01-15"});
    shows!(approved, {"approved_by": demo("ac", 0, 1)});
}

fn next() -> Value {
    json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030})
}

/// S1, S12, S13: the next term copies settings but no people, and counts earlier admissions by the
/// day of the ceremony.
#[tokio::test]
async fn the_next_term_copies_settings_and_no_people() {
    let house = House::build().await;
    let (path, owner) = (demo_term(), house.owner().await);
    let people = "select (select count(*) from candidate) + (select count(*) from member) + (select count(*) from quota_plan) + (select count(*) from source_plan)";
    let before: i64 = owner.query_one(people, &[]).await.unwrap().get(0);
    let admitted = "select count(*)::int from candidate where admitted_on between '2021-01-01' and '2025-12-31' and deleted_at is null";
    let admitted: i32 = owner.query_one(admitted, &[]).await.unwrap().get(0);
    let old = house.read("office", &path).await.body;
    let successors = format!("{path}/successors");
    let body = next();
    let made = house.create("office", &successors, body.clone()).await;
    let new = &made.body;
    for copied in [
        "annual_minimum",
        "term_minimum",
        "legal_bases",
        "committee_coverage_percent",
    ] {
        assert_eq!(new[copied], old[copied], "{copied}");
    }
    shows!(new, {"state": "draft", "committee_coverage_year": 2030});
    shows!(new, {"source_plans_due_on": "2025-12-31", "previous_term_admissions": admitted});
    shows!(new, {"plan_document": null, "resolution": null, "remarks": []});
    assert_eq!(
        owner.query_one(people, &[]).await.unwrap().get::<_, i64>(0),
        before,
        "settings, not people"
    );
    assert_eq!(house.read("office", &path).await.body, old);
}

/// S1
#[tokio::test]
async fn the_next_term_is_the_office_s_and_follows_the_one_before() {
    let house = House::build().await;
    let successors = format!("{}/successors", demo_term());
    let body = next();
    house.create("office", &successors, body.clone()).await;
    house
        .post("office", &successors, body.clone())
        .await
        .refused("duplicate");
    for (from, to, pointer) in [
        (2025, 2030, "/from_year"),
        (2030, 2029, "/to_year"),
        (2031, 2045, "/to_year"),
        (1980, 2030, "/from_year"),
    ] {
        let wrong = json!({"name": "khác", "from_year": from, "to_year": to});
        assert_eq!(
            house
                .post("office", &successors, wrong)
                .await
                .refused("validation_failed")
                .faults(),
            [pointer],
            "{from}-{to}"
        );
    }
    for who in ["standing", "branch-01", "upper", "admin"] {
        house
            .post(who, &successors, body.clone())
            .await
            .refused("forbidden");
    }
}

/// S1
#[tokio::test]
async fn two_terms_never_share_a_year_whoever_enters_the_second() {
    let house = House::build().await;
    let successors = format!("{}/successors", demo_term());
    house.create("office", &successors, next()).await;
    let wrong = json!({"name": "khác", "from_year": 2030, "to_year": 2034});
    house
        .post("office", &successors, wrong)
        .await
        .invalid(&["/from_year"]);
    let mut wrong = json!({"name": "khác", "from_year": 2025, "to_year": 2025, "committee_coverage_percent": 50, "committee_coverage_year": 2025});
    for field in ["annual_minimum", "term_minimum", "previous_term_admissions"] {
        wrong[field] = json!(0);
    }
    house
        .post("office", "terms", wrong)
        .await
        .invalid(&["/from_year"]);
}

/// S3
#[tokio::test]
async fn a_quota_plan_is_issued_once_its_term_is_approved() {
    let house = House::build().await;
    let successors = format!("{}/successors", demo_term());
    let made = house.create("office", &successors, next()).await;
    let new = &made.body;
    let place = made.location().to_owned();
    let plan = json!({"term_id": new["id"], "year": 2027, "lines": [{"branch_id": demo("0b", 1, 0), "quota": 6, "rationale": "nguồn"}]});
    let plan = house
        .create("office", "quota-plans", plan)
        .await
        .location()
        .to_owned();
    house
        .advance("office", &format!("{plan}/submissions"), 1)
        .await;
    house
        .step_with(
            "standing",
            &format!("{plan}/issuances"),
            2,
            house.decision(),
        )
        .await
        .refused("invalid_transition");
    // the new term can be used: it is approved, in force from its first year, and quota plans can
    // be drafted for it
    house
        .advance("standing", &format!("{place}/approvals"), 1)
        .await;
    house
        .advance_with(
            "standing",
            &format!("{plan}/issuances"),
            2,
            house.decision(),
        )
        .await;
    let plan = json!({"term_id": new["id"], "year": 2026, "lines": [{"branch_id": demo("0b", 1, 0), "quota": 6, "rationale": "nguồn"}]});
    house.create("office", "quota-plans", plan).await;
    house.travel("2026-01-01");
    assert_eq!(house.read("office", &place).await.body["in_force"], true);
}

/// The database itself prevents the Party Office from changing an approved term or approving one,
/// and the Standing Committee from creating one.
#[tokio::test]
async fn the_database_keeps_the_office_from_what_the_standing_committee_has_approved() {
    let house = House::build().await;
    let successor = next();
    let draft = house
        .create("office", &format!("{}/successors", demo_term()), successor)
        .await
        .id();
    let mut app = ketnap::db::connect::client(
        &crate::support::url("ketnap_app", &house.database)
            .parse()
            .unwrap(),
    )
    .await
    .unwrap();
    let approved = demo("7e", 0, 1);
    let approve = |id: &str| {
        format!(
            "update term set state = 'approved', approved_by = '{}', approved_on = '2021-01-15', edited_by = null where id = '{id}'",
            demo("ac", 0, 1)
        )
    };
    let change = |id: &str| format!("update term set annual_minimum = 1 where id = '{id}'");
    let enter = format!(
        "insert into term select (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), 'name', 'khác', 'from_year', 2040, 'to_year', 2044))).* from term t where id = '{draft}'"
    );
    for (role, sql, outcome) in [
        ("party_office", change(&draft), Ok(1)),
        ("party_office", change(&approved), Err("42501")),
        ("party_office", approve(&draft), Err("42501")),
        ("party_office", enter.clone(), Ok(1)),
        ("standing_committee", approve(&draft), Ok(1)),
        ("standing_committee", enter, Err("42501")),
        ("branch_committee", change(&draft), Ok(0)),
    ] {
        let tx = app.transaction().await.unwrap();
        tx.batch_execute(&format!("select set_config('app.role', '{role}', true), set_config('app.organization', '{}', true)", demo("0a", 0, 2)))
            .await
            .unwrap();
        let got = tx
            .execute(&sql, &[])
            .await
            .map_err(|e| e.code().map(|c| c.code().to_owned()).unwrap_or_default());
        assert_eq!(got, outcome.map_err(str::to_owned), "{role}: {sql}");
    }
}

#[tokio::test]
async fn terms_have_years_in_order_and_stay_while_a_plan_is_theirs() {
    let house = House::build().await;
    let body = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030});
    let made = house.create("office", "terms", body.clone()).await;
    let path = same_when_read(&house, "office", &made).await;
    shows!(house.read("youth", &path).await, {"name": "2025-2030", "_hidden": ["remarks"]});
    house.post("office", "terms", body).await.duplicate("/name");
    house
        .patch("office", &path, 1, json!({"to_year": 2025}))
        .await
        .invalid(&["/to_year"]);
    house
        .patch(
            "office",
            &path,
            1,
            json!({"annual_minimum": -1, "committee_coverage_percent": 101}),
        )
        .await
        .invalid(&["/annual_minimum", "/committee_coverage_percent"]);
    shows!(house.change("office", &path, 1, json!({"term_minimum": 31})).await, {
        "term_minimum": 31
    });
    house
        .patch("standing", &path, 2, json!({"term_minimum": 0}))
        .await
        .refused("forbidden");
    let taken = json!({"name": house.read("office", &demo_term()).await.body["name"]});
    house
        .patch("office", &path, 2, taken)
        .await
        .duplicate("/name");
    house
        .delete("office", &format!("terms/{}", demo("7e", 0, 1)), 1)
        .await
        .refused("has_dependents");
    house.remove("office", &path, 2).await;
    house.get("office", &path).await.refused("not_found");
}

/// An approved term must be reopened before it can be removed, even if nothing rests on it.
#[tokio::test]
async fn an_approved_term_is_not_removed() {
    let house = House::build().await;
    let made = house
        .create("office", &format!("{}/successors", demo_term()), next())
        .await;
    let path = made.location();
    house
        .advance("standing", &format!("{path}/approvals"), 1)
        .await;
    house
        .delete("office", path, 2)
        .await
        .refused("invalid_transition");
}

#[tokio::test]
async fn branch_committees_cover_the_departments_by_a_year_of_the_term() {
    let house = House::build().await;
    let body = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 1990});
    house
        .post("office", "terms", body)
        .await
        .invalid(&["/committee_coverage_year"]);
}

/// Source plans are due in the term or in the five years before it.
#[tokio::test]
async fn source_plans_are_due_near_the_term() {
    let house = House::build().await;
    let body = json!({"name": "2025-2030", "from_year": 2026, "to_year": 2030, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 30,
        "committee_coverage_percent": 100, "committee_coverage_year": 2030, "legal_bases": []});
    for wrong in ["2020-12-31", "2031-01-01"] {
        let mut body = body.clone();
        body["source_plans_due_on"] = wrong.into();
        house
            .post("office", "terms", body)
            .await
            .invalid(&["/source_plans_due_on"]);
    }
}

/// The years of a term that was once approved stay in it, because reviews were due in them. The
/// years of a draft have no duties.
#[tokio::test]
async fn a_year_that_has_begun_stays_in_its_term_and_a_draft_has_no_duties() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let overdue = async || {
        let duties = "deadlines?overdue=true&include_total=true&limit=1";
        house.read("office", duties).await.body["page"]["total"].clone()
    };
    let before = overdue().await;
    let past = json!({"name": "2011-2015", "from_year": 2011, "to_year": 2015, "annual_minimum": 6, "term_minimum": 30, "previous_term_admissions": 0,
        "committee_coverage_percent": 100, "committee_coverage_year": 2015});
    house.create("office", "terms", past).await;
    assert_eq!(overdue().await, before);
    let path = format!("terms/{}", demo("7e", 0, 1));
    let seen = house.read("standing", &path).await.version();
    let reason = json!({"reason": "sửa chỉ tiêu"});
    house
        .advance_with("standing", &format!("{path}/reopenings"), seen, reason)
        .await;
    assert_eq!(
        overdue().await,
        before,
        "the years stay while the term is changed"
    );
    house
        .patch("office", &path, seen + 1, json!({"from_year": 2022}))
        .await
        .refused("has_dependents");
}

/// The quotas of 2022 were issued under the first approval, which a reopening does not undo.
#[tokio::test]
async fn the_first_approval_of_a_term_stays_when_it_is_reopened_and_approved_again() {
    let house = House::build().await;
    let path = demo_term();
    let first = json!({"first_approved_on": "2020-12-01", "first_approved_by": demo("ac", 0, 1)});
    let shown = |term: &Value| {
        let fields = first.as_object().unwrap().iter();
        fields.for_each(|(name, value)| assert_eq!(term[name], *value, "{name}"));
    };
    shown(&house.read("youth", &path).await.body);
    for (version, day) in [(1, "2021-02-01"), (3, "2021-03-01")] {
        house.travel(day);
        let open = house
            .advance_with("standing", &format!("{path}/reopenings"), version, reason())
            .await;
        shows!(open, {"approved_on": null, "approved_by": null});
        shown(&open.body);
        let approved = house
            .advance("standing", &format!("{path}/approvals"), version + 1)
            .await;
        shows!(approved, {"approved_on": day, "approved_by": demo("ac", 0, 1)});
        shown(&approved.body);
        shown(&house.read("branch-01", &path).await.body);
    }
    let made = house
        .create("office", &format!("{path}/successors"), next())
        .await;
    shows!(made, {"first_approved_on": null, "first_approved_by": null});
}

/// A due date by which source plans were judged to be in time can only be changed with an
/// acknowledgement.
#[tokio::test]
async fn a_due_date_by_which_source_plans_were_submitted_is_changed_knowingly() {
    let house = House::build().await;
    let path = demo_term();
    house
        .advance_with("standing", &format!("{path}/reopenings"), 1, reason())
        .await;
    let plan = format!("source-plans/{}", demo("5a", 2, 0));
    shows!(house.read("branch-02", &plan).await, {"due_on": "2020-12-31", "late": false});
    for due in [json!("2020-12-01"), json!("2021-01-31"), Value::Null] {
        let change = json!({"source_plans_due_on": due});
        house
            .patch("office", &path, 2, change)
            .await
            .refused("has_dependents");
    }
    shows!(house.read("branch-02", &plan).await, {"due_on": "2020-12-31", "late": false});
    let other = json!({"term_minimum": 31, "source_plans_due_on": "2020-12-31"});
    house.change("office", &path, 2, other).await;
    let knowingly = json!({"source_plans_due_on": "2020-12-01", "acknowledged": true});
    let changed = house.change("office", &path, 3, knowingly).await;
    shows!(changed, {"source_plans_due_on": "2020-12-01"});
    shows!(house.read("branch-02", &plan).await, {"due_on": "2020-12-01", "late": true});

    // nobody has submitted a plan for the next term yet
    let made = house
        .create("office", &format!("{path}/successors"), next())
        .await;
    let due = json!({"source_plans_due_on": "2025-11-30"});
    house.change("office", made.location(), 1, due).await;
}

/// A term cannot lose a year for which somebody is planned or which has a work plan.
#[tokio::test]
async fn a_term_keeps_the_years_of_its_source_plans_and_work_plans() {
    let house = House::build().await;
    let made = house
        .create("office", &format!("{}/successors", demo_term()), next())
        .await;
    let term = made.location();
    let plan = json!({"branch_id": demo("0b", 1, 0), "term_id": made.id()});
    let plan = house.create("branch-01", "source-plans", plan).await;
    let person = json!({"full_name": "Hồ Thị Quỳnh Như", "birth_date": "1994-03-08", "target_year": 2029, "priority_group": "doctor",
        "fostering_from": "2020-06-01", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
    let entries = format!("{}/entries", plan.location());
    let person = house.create("branch-01", &entries, person).await;
    let shorter = json!({"to_year": 2028, "committee_coverage_year": 2028});
    let refused = async || {
        let shorter = shorter.clone();
        let refused = house.patch("office", term, 1, shorter).await;
        refused.refused("has_dependents")
    };
    refused().await;
    let earlier = json!({"target_year": 2028});
    house
        .change("branch-01", person.location(), 1, earlier)
        .await;
    let work = json!({"period_kind": "year", "year": 2030, "number": 1, "content": "Lãnh đạo nhiệm vụ chuyên môn.",
        "admission_section": "Bồi dưỡng ba quần chúng ưu tú.", "term_id": made.id(), "checklist": []});
    let work = house.create("branch-01", "work-plans", work).await;
    refused().await;
    house.remove("branch-01", work.location(), 1).await;
    shows!(house.change("office", term, 1, shorter.clone()).await, {"to_year": 2028});
    // people who are planned until a revision is approved count here too
    let step = async |who: &str, what: &str, version: i64| {
        let path = format!("{}/{what}", plan.location());
        if what == "revisions" {
            house.advance_with(who, &path, version, reason()).await
        } else {
            house.advance(who, &path, version).await
        }
    };
    step("branch-01", "submissions", 1).await;
    step("standing", "approvals", 2).await;
    step("branch-01", "revisions", 3).await;
    house.remove("branch-01", person.location(), 2).await;
    let shortest = json!({"to_year": 2027, "committee_coverage_year": 2027});
    house
        .patch("office", term, 2, shortest.clone())
        .await
        .refused("has_dependents");
    // a year that is outside already does not prevent other changes, or a wider term
    let cut = format!(
        "update term set to_year = 2026, committee_coverage_year = 2026 where id = '{}'",
        made.id()
    );
    house.owner().await.batch_execute(&cut).await.unwrap();
    let named = json!({"name": "2025-2028", "term_minimum": 31});
    shows!(house.change("office", term, 2, named).await, {"term_minimum": 31});
    let wider = house.change("office", term, 3, shortest.clone()).await;
    shows!(wider, {"to_year": 2027});
    shows!(house.change("office", term, 4, shorter).await, {"to_year": 2028});
    house
        .patch("office", term, 5, shortest)
        .await
        .refused("has_dependents");
}
