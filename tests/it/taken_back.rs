//! What is taken back leaves no trace: posts, sponsorships, files and plans follow from the
//! remaining facts, in whatever order these were recorded.
use serde_json::{Value, json};

use crate::procedure::{Way, ballot, with};
use crate::register::{duties, hanh_dung, moved, record, stays, transfers};
use crate::support::{Answer, House, demo, planned, shows};

const OFFICE: &str = "office";

/// An official member of branch 01 with a post in its committee since 2020-11-01.
async fn officer(house: &House) -> (String, String) {
    let who = house.create(OFFICE, "members", hanh_dung()).await.id();
    let post = json!({"member_id": who, "position": "member", "from_on": "2020-11-01"});
    let officers = format!("branches/{}/officers", demo("0b", 1, 0));
    let post = house.create(OFFICE, &officers, post).await;
    (who, post.location().to_owned())
}

async fn last_day(house: &House, post: &str) -> Value {
    house.read(OFFICE, post).await.body["to_on"].clone()
}

async fn changed(house: &House, who: &str, on: &str, activity: &str) -> Answer {
    let change = json!({"on": on, "activity": activity, "paper_number": format!("{on}-QĐ")});
    record(house, who, "activity-changes", change).await
}

/// Takes the row back, acknowledging whatever rests on it in other files.
async fn taken_back(house: &House, place: &str) {
    let at = house.read(OFFICE, place).await.version();
    let place = format!("{place}?acknowledged=true&reason=ghi nhầm");
    house.remove(OFFICE, &place, at).await;
}

async fn transfer(house: &House, who: &str) -> String {
    format!("transfers/{}", transfers(house, who).await.ids()[0])
}

#[tokio::test]
async fn a_post_lasts_as_the_facts_that_are_left_allow() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (who, post) = officer(&house).await;
    // transferred, then suspended: without the transfer, the suspension ends the post
    moved(&house, &who, 2, "2021-02-10").await.expect(200);
    let suspended = changed(&house, &who, "2021-02-15", "suspended")
        .await
        .expect(201);
    assert_eq!(last_day(&house, &post).await, "2021-02-09");
    taken_back(&house, &transfer(&house, &who).await).await;
    assert_eq!(last_day(&house, &post).await, "2021-02-14");
    taken_back(&house, suspended.location()).await;
    assert_eq!(last_day(&house, &post).await, json!(null));
    // suspended, then transferred: without the suspension, the transfer ends it
    let suspended = changed(&house, &who, "2021-02-05", "suspended")
        .await
        .expect(201);
    moved(&house, &who, 2, "2021-02-10").await.expect(200);
    taken_back(&house, suspended.location()).await;
    assert_eq!(last_day(&house, &post).await, "2021-02-09");
    // correcting another field of the post in between does not make its end permanent
    let at = house.read(OFFICE, &post).await.version();
    house
        .change(OFFICE, &post, at, json!({"from_on": "2020-12-01"}))
        .await;
    taken_back(&house, &transfer(&house, &who).await).await;
    assert_eq!(last_day(&house, &post).await, json!(null));
}

#[tokio::test]
async fn nobody_holds_a_post_while_suspended_however_that_came_to_be() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (who, first) = officer(&house).await;
    changed(&house, &who, "2021-02-01", "suspended")
        .await
        .expect(201);
    let active = changed(&house, &who, "2021-02-10", "active")
        .await
        .expect(201);
    let post = json!({"member_id": who, "position": "deputy_secretary", "from_on": "2021-02-20"});
    let officers = format!("branches/{}/officers", demo("0b", 1, 0));
    let second = house
        .create(OFFICE, &officers, post)
        .await
        .location()
        .to_owned();
    house
        .delete(OFFICE, active.location(), 1)
        .await
        .refused("has_dependents");
    house.remove(OFFICE, &second, 1).await;
    let post = json!({"member_id": who, "position": "deputy_secretary", "from_on": "2021-02-20", "to_on": "2021-02-25"});
    house.create(OFFICE, &officers, post).await;
    house
        .delete(OFFICE, active.location(), 1)
        .await
        .refused("has_dependents");
    // a suspension recorded later, for days before the posts, ends the first one
    changed(&house, &who, "2021-01-20", "suspended")
        .await
        .expect(201);
    assert_eq!(last_day(&house, &first).await, "2021-01-19");
}

#[tokio::test]
async fn a_sponsorship_lasts_as_the_facts_that_are_left_allow() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-02-20");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let who = demo("dd", 1, 6);
    let until = async || {
        let all = house.read(OFFICE, &way.path("/sponsorships")).await;
        let missing = duties(&house, &way.id)
            .await
            .contains(&"sponsor_missing".to_owned());
        (all.items().last().unwrap()["to_on"].clone(), missing)
    };
    moved(&house, &who, 2, "2021-02-04").await.expect(200);
    let suspended = changed(&house, &who, "2021-02-10", "suspended")
        .await
        .expect(201);
    taken_back(&house, &transfer(&house, &who).await).await;
    assert_eq!(until().await, (json!("2021-02-09"), true));
    taken_back(&house, suspended.location()).await;
    assert_eq!(until().await, (json!(null), false));
}

/// A sponsor who joins the same branch on the day of the person's transfer remains the sponsor.
#[tokio::test]
async fn a_sponsor_who_follows_the_person_goes_on() {
    let house = House::build().await;
    house.travel("2021-02-20");
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let new = with(hanh_dung(), json!({"branch_id": demo("0b", 4, 0)}));
    let who = house.create(OFFICE, "members", new).await.id();
    let sponsor = json!({"member_id": who, "from_on": "2021-01-16"});
    house
        .act("branch-04", &person, "sponsorships", sponsor)
        .await
        .expect(201);
    let to =
        json!({"on": "2021-02-10", "to_branch_id": demo("0b", 5, 0), "reason": "chuyển công tác"});
    let offer = house
        .act("branch-04", &person, "transfers", to)
        .await
        .expect(201);
    let offer = format!("{}/acceptances", offer.location());
    house.advance("branch-05", &offer, 1).await;
    moved(&house, &who, 5, "2021-02-10").await.expect(200);
    let all = house
        .read("branch-05", &format!("candidates/{person}/sponsorships"))
        .await;
    shows!(all.items()[0], {"member_id": who, "to_on": null});
}

/// A transfer cannot be taken back once the member was recognised in the new branch.
#[tokio::test]
async fn a_transfer_of_who_was_recognised_since_is_not_taken_back() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-07-01");
    moved(&house, &way.id, 2, "2022-01-10").await.expect(200);
    let place = transfer(&house, &way.id).await;
    way.waived("new_member_class", "2022-05-04").await;
    way.reviewed().await;
    let register = format!("branches/{}/register?on=2022-05-06", demo("0b", 2, 0));
    let there = house.read(OFFICE, &register).await.body["official"].clone();
    let all = i32::try_from(there.as_i64().unwrap()).unwrap();
    let vote = with(
        ballot("recognition", "branch", "2022-05-06", all),
        json!({"members": all, "present": all, "against": 0}),
    );
    way.does("branch-02", "resolutions", vote).await;
    let vote = ballot("recognition", "committee", "2022-05-16", 10);
    way.does(OFFICE, "resolutions", vote).await;
    way.filed(&["13-KNĐ", "15-KNĐ"], "2022-05-17").await;
    way.does(OFFICE, "recognition", Way::recognition("2022-05-20"))
        .await;
    house
        .delete(OFFICE, &place, 1)
        .await
        .refused("has_dependents");
    assert_eq!(
        stays(&house, &way.id, &["2022-06-01"]).await,
        [(false, true)]
    );
}

/// A member cannot have left a branch before that branch voted on their recognition.
#[tokio::test]
async fn an_official_member_has_not_left_before_the_vote_that_made_them_one() {
    let house = House::build().await;
    let (way, _) = Way::recognised(&house).await;
    let early = moved(&house, &way.id, 2, "2022-05-16").await;
    let early = early.invalid(&["/on"]);
    assert_eq!(early.body["errors"][0]["code"], "before_last_vote");
    moved(&house, &way.id, 2, "2022-05-21").await.expect(200);
}

/// A recognition also gives a vote in the branch to which the member was transferred later.
#[tokio::test]
async fn a_recognition_on_which_a_vote_elsewhere_rests_is_not_annulled_in_silence() {
    let house = House::build().await;
    let (way, recognised) = Way::recognised(&house).await;
    moved(&house, &way.id, 3, "2022-05-21").await.expect(200);
    let register = format!("branches/{}/register?on=2022-06-10", demo("0b", 3, 0));
    let there = async || {
        house.read(OFFICE, &register).await.body["official"]
            .as_i64()
            .unwrap()
    };
    // makes the number of members divisible by three, so that a single vote decides
    for name in ["Lò Thị Một", "Lò Thị Hai"] {
        if there().await % 3 != 0 {
            let new = with(
                hanh_dung(),
                json!({"branch_id": demo("0b", 3, 0), "full_name": name}),
            );
            house.create(OFFICE, "members", new).await;
        }
    }
    let official = there().await;
    let needed = i32::try_from((official * 2 + 2) / 3).unwrap();
    let vote = with(
        ballot("strike_off", "branch", "2022-06-10", needed),
        json!({"members": official, "present": official, "against": official - i64::from(needed)}),
    );
    let file = demo("ca", 3, 6);
    let voted = house.act("branch-03", &file, "resolutions", vote).await;
    let mistake = json!({"on": "2022-07-01", "act_id": recognised.id(), "reason": "ghi nhầm"});
    if voted.status == 201 {
        let rules = house
            .act(OFFICE, &way.id, "annulments", mistake)
            .await
            .unmet();
        assert_eq!(rules, ["vote.register"]);
    } else {
        panic!("{}", voted.text);
    }
}

/// A person who comes to a branch is linked to the entry in its source plan, if there is one; so is
/// one who comes back.
#[tokio::test]
async fn a_source_plan_links_a_person_who_arrives() {
    let house = House::build().await;
    house.travel("2021-02-20");
    let person = planned(&house, 4, "Vàng Thị Chuyển").await;
    let linked = async |branch: &str| {
        let sql = format!(
            "select count(*) from source_plan_entry where candidate_id = '{person}' and branch_id = '{branch}'"
        );
        house.count(&sql).await
    };
    let (fourth, fifth) = (demo("0b", 4, 0), demo("0b", 5, 0));
    let entry = |branch: &str| {
        format!(
            "insert into source_plan_entry (id, organization_id, branch_id, source_plan_id, full_name, birth_date, target_year, priority_group, fostering_from, political_standard, conduct, capacity, task_performance) \
             select gen_random_uuid(), p.organization_id, p.branch_id, p.id, c.full_name, c.birth_date, 2022, 'doctor', '2020-01-01', true, true, true, true from source_plan p, candidate c \
             where p.branch_id = '{branch}' and c.id = '{person}' limit 1"
        )
    };
    house
        .owner()
        .await
        .batch_execute(&entry(&fifth))
        .await
        .unwrap();
    for (from, who, to, on) in [
        ("branch-04", "branch-05", &fifth, "2021-02-10"),
        ("branch-05", "branch-04", &fourth, "2021-02-12"),
        ("branch-04", "branch-05", &fifth, "2021-02-14"),
    ] {
        let offer = json!({"on": on, "to_branch_id": to, "reason": "chuyển công tác"});
        let offer = house
            .act(from, &person, "transfers", offer)
            .await
            .expect(201);
        let offer = format!("{}/acceptances", offer.location());
        house.advance(who, &offer, 1).await;
        assert_eq!(linked(&fifth).await, i64::from(to == &fifth), "{on}");
    }
}

/// A member entered by mistake cannot be removed while there is a transfer, which would remain
/// readable.
#[tokio::test]
async fn a_member_with_a_transfer_is_not_removed_before_it() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let who = house.create(OFFICE, "members", hanh_dung()).await.id();
    moved(&house, &who, 2, "2021-02-04").await.expect(200);
    let path = format!("members/{who}");
    let at = house.read(OFFICE, &path).await.version();
    house
        .delete(OFFICE, &path, at)
        .await
        .refused("has_dependents");
    house.remove(OFFICE, &transfer(&house, &who).await, 1).await;
    let at = house.read(OFFICE, &path).await.version();
    house.remove(OFFICE, &path, at).await;
}

/// Taking back a transfer restores the department, unless it has moved to another branch.
#[tokio::test]
async fn a_transfer_taken_back_gives_the_department_back() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let path = format!("members/{}", demo("dd", 1, 6));
    let department = async || house.read(OFFICE, &path).await.body["department_id"].clone();
    let own = department().await;
    assert!(own.is_string(), "{own}");
    moved(&house, &demo("dd", 1, 6), 2, "2021-02-04")
        .await
        .expect(200);
    assert_eq!(department().await, json!(null));
    taken_back(&house, &transfer(&house, &demo("dd", 1, 6)).await).await;
    assert_eq!(department().await, own);
}

/// An exemption that is already over does not end a sponsorship later.
#[tokio::test]
async fn a_sponsorship_outlasts_what_is_over() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-03-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let who = demo("dd", 1, 6);
    let active = changed(&house, &who, "2021-02-10", "exempt")
        .await
        .expect(201);
    house.remove(OFFICE, active.location(), 1).await;
    // both changes were recorded together afterwards, so the sponsorship continued
    let sql = format!(
        "insert into member_activity_change (id, organization_id, branch_id, member_id, on_date, from_activity, activity, paper_number) \
         select gen_random_uuid(), organization_id, branch_id, id, d::date, f, a, '1' from member, (values ('2021-02-01', 'active', 'exempt'), ('2021-02-08', 'exempt', 'active')) v (d, f, a) where id = '{who}'"
    );
    house.owner().await.batch_execute(&sql).await.unwrap();
    moved(&house, &who, 2, "2021-02-20").await.expect(200);
    taken_back(&house, &transfer(&house, &who).await).await;
    let all = house.read(OFFICE, &way.path("/sponsorships")).await;
    assert_eq!(all.items().last().unwrap()["to_on"], json!(null));
}

/// A sponsor who had died cannot have written a note, even if the sponsorship ended later for
/// another reason.
#[tokio::test]
async fn a_sponsor_writes_no_note_after_leaving() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-03-10");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    let who = demo("dd", 1, 6);
    moved(&house, &who, 2, "2021-02-20").await.expect(200);
    let died = json!({"on": "2021-02-10", "ground": "deceased", "paper_number": "3-GT"});
    record(&house, &who, "leavings", died).await.expect(201);
    let note = |on: &str| json!({"on": on, "member_id": who, "assessment": "good"});
    let late = way
        .tries("branch-01", "sponsor-notes", note("2021-02-15"))
        .await;
    assert_eq!(late.unmet(), ["sponsorship.open"]);
    way.does("branch-01", "sponsor-notes", note("2021-02-10"))
        .await;
}

/// A recognition that was recorded by mistake can be taken back while nothing rests on it.
#[tokio::test]
async fn a_recognition_without_a_file_is_taken_back() {
    let house = House::build().await;
    house.travel("2022-12-01");
    let path = format!("members/{}", demo("dd", 1, 15));
    let way = format!("{path}/recognitions");
    let at = async || house.read(OFFICE, &path).await.version();
    let before = house.read(OFFICE, &path).await.body;
    house
        .delete(OFFICE, &way, at().await)
        .await
        .refused("invalid_transition");
    let decided = json!({"on": "2022-11-20", "decided_by": "upper_standing_committee", "paper_number": "41-QĐCN/HU"});
    let decided = house.advance_with(OFFICE, &way, at().await, decided).await;
    let told = house
        .patch(
            OFFICE,
            &path,
            decided.version(),
            json!({"status": "probationary", "official_on": null}),
        )
        .await;
    let told = told.invalid(&["/status", "/official_on"]);
    assert!(told.text.contains("/recognitions"), "{}", told.text);
    let post =
        json!({"member_id": demo("dd", 1, 15), "position": "member", "from_on": "2022-11-21"});
    let officers = format!("branches/{}/officers", demo("0b", 1, 0));
    let post = house.create(OFFICE, &officers, post).await;
    house
        .delete(OFFICE, &way, at().await)
        .await
        .refused("has_dependents");
    house.remove(OFFICE, post.location(), 1).await;
    house
        .delete("branch-01", &way, at().await)
        .await
        .refused("forbidden");
    house.remove(OFFICE, &way, at().await).await;
    let after = house.read(OFFICE, &path).await.body;
    for told in [
        "status",
        "official_on",
        "recognised_on",
        "recognised_by",
        "recognition_paper",
        "branch_id",
    ] {
        assert_eq!(after[told], before[told], "{told}");
    }
    // with a file, a recognition is an act
    let own = format!("members/{}/recognitions", demo("ca", 4, 6));
    house
        .delete(OFFICE, &own, 1)
        .await
        .refused("invalid_transition");
}

/// A person of branch 04 in the plan, and the member of the branch who has been their sponsor since
/// 2021-01-16.
async fn sponsored(house: &House, name: &str) -> (String, String) {
    let person = planned(house, 4, name).await;
    let new = with(
        hanh_dung(),
        json!({"branch_id": demo("0b", 4, 0), "full_name": format!("{name} Kèm")}),
    );
    let who = house.create(OFFICE, "members", new).await.id();
    assigned(house, &person, &who, "2021-01-16").await;
    (person, who)
}

async fn assigned(house: &House, person: &str, who: &str, from: &str) {
    let sponsor = json!({"member_id": who, "from_on": from});
    house
        .act(OFFICE, person, "sponsorships", sponsor)
        .await
        .expect(201);
}

async fn helped_until(house: &House, person: &str) -> Value {
    let all = format!("candidates/{person}/sponsorships");
    house.read(OFFICE, &all).await.items().last().unwrap()["to_on"].clone()
}

async fn left(house: &House, who: &str, on: &str) -> Answer {
    let dead = json!({"on": on, "ground": "deceased", "paper_number": "3-TB"});
    record(house, who, "leavings", dead).await.expect(201)
}

/// If the sponsor's transfer or leaving was a mistake, the sponsorship never ended, even if the
/// person has moved in the meantime.
#[tokio::test]
async fn a_sponsorship_goes_on_although_the_person_has_moved_meanwhile() {
    for what in ["transfer", "leaving"] {
        let house = House::build().await;
        house.travel("2021-03-10");
        let (person, who) = sponsored(&house, "Vàng Thị Chuyển").await;
        let mistake = if what == "transfer" {
            moved(&house, &who, 2, "2021-02-05").await.expect(200);
            transfer(&house, &who).await
        } else {
            left(&house, &who, "2021-02-05").await.location().to_owned()
        };
        let offer = json!({"on": "2021-02-10", "to_branch_id": demo("0b", 6, 0), "reason": "chuyển công tác"});
        let offer = house.act("branch-04", &person, "transfers", offer).await;
        let offer = format!("{}/acceptances", offer.expect(201).location());
        house.advance("branch-06", &offer, 1).await;
        taken_back(&house, &mistake).await;
        assert_eq!(helped_until(&house, &person).await, json!(null), "{what}");
    }
}

/// The result is the same in whatever order the sponsorship and what ends it are recorded.
#[tokio::test]
async fn a_sponsorship_that_is_recorded_late_ends_and_goes_on_like_others() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (_, who) = sponsored(&house, "Vàng Thị Sớm").await;
    let late = planned(&house, 4, "Vàng Thị Muộn").await;
    let suspended = changed(&house, &who, "2021-02-05", "suspended")
        .await
        .expect(201);
    assigned(&house, &late, &who, "2021-01-17").await;
    assert_eq!(helped_until(&house, &late).await, "2021-02-04");
    let note = json!({"on": "2021-02-20", "member_id": who, "assessment": "good"});
    let note = house.act("branch-04", &late, "sponsor-notes", note).await;
    assert_eq!(note.unmet(), ["sponsorship.open"]);
    taken_back(&house, suspended.location()).await;
    assert_eq!(helped_until(&house, &late).await, json!(null));

    let other = planned(&house, 4, "Vàng Thị Sau").await;
    let gone = left(&house, &who, "2021-02-05").await;
    assigned(&house, &other, &who, "2021-01-17").await;
    assert_eq!(helped_until(&house, &other).await, "2021-02-05");
    taken_back(&house, gone.location()).await;
    for person in [&late, &other] {
        assert_eq!(helped_until(&house, person).await, json!(null));
    }
}

/// A suspended sponsor cannot have written a note, even if the sponsorship ended later for another
/// reason.
#[tokio::test]
async fn a_suspended_sponsor_writes_no_note() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (person, who) = sponsored(&house, "Vàng Thị Chuyển").await;
    changed(&house, &who, "2021-02-10", "exempt")
        .await
        .expect(201);
    let note = json!({"on": "2021-02-07", "member_id": who, "assessment": "good"});
    let place = format!("candidates/{person}/sponsor-notes");
    let at = house
        .read("branch-04", &format!("candidates/{person}"))
        .await
        .version();
    house
        .step_with("branch-04", &place, at, note.clone())
        .await
        .expect(201);
    let suspended = json!({"on": "2021-02-01", "activity": "suspended", "paper_number": "7-QĐ/ĐU"});
    let silent = record(&house, &who, "activity-changes", suspended).await;
    assert_eq!(silent.unmet(), ["sponsorship.open"]);
}

/// If a transfer was a mistake, the member was never a sponsor in the other branch.
#[tokio::test]
async fn a_transfer_that_never_was_leaves_no_sponsorship_behind() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (_, who) = sponsored(&house, "Vàng Thị Sớm").await;
    moved(&house, &who, 6, "2021-02-05").await.expect(200);
    let there = planned(&house, 6, "Vàng Thị Kia").await;
    assigned(&house, &there, &who, "2021-02-10").await;
    taken_back(&house, &transfer(&house, &who).await).await;
    assert_eq!(helped_until(&house, &there).await, "2021-02-10");
}

/// A department is not restored if it was removed or belongs to another branch.
#[tokio::test]
async fn a_department_that_is_gone_is_not_given_back() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let department = |branch: u32, name: &str| {
        let new = json!({"name": name, "kind": "clinical", "branch_id": demo("0b", branch, 0)});
        let house = &house;
        async move { house.create(OFFICE, "departments", new).await }
    };
    let (here, there) = (
        department(4, "Khoa Cũ").await,
        department(6, "Khoa Kia").await,
    );
    let (person, who) = sponsored(&house, "Vàng Thị Chuyển").await;
    let (member, file) = (format!("members/{who}"), format!("candidates/{person}"));
    let place = async |path: &str, department: &Answer| {
        let at = house.read(OFFICE, path).await.version();
        let works = json!({"department_id": department.id()});
        house.change(OFFICE, path, at, works).await;
    };
    let stays = with(
        hanh_dung(),
        json!({"branch_id": demo("0b", 4, 0), "full_name": "Lò Thị Ở Lại"}),
    );
    let stays = format!(
        "members/{}",
        house.create(OFFICE, "members", stays).await.id()
    );
    for path in [&member, &file, &stays] {
        place(path, &here).await;
    }
    let mistake = left(&house, stays.trim_start_matches("members/"), "2021-02-20").await;
    // the member turns out to have left before the transfer, and so never worked in that branch's
    // department
    moved(&house, &who, 6, "2021-02-10").await.expect(200);
    place(&member, &there).await;
    let gone = left(&house, &who, "2021-02-05").await;
    let exit = json!({"on": "2021-02-20", "kind": "withdrawn", "reason": "không còn nguyện vọng"});
    let exit = house
        .act("branch-04", &person, "exits", exit)
        .await
        .expect(201);
    house.remove(OFFICE, here.location(), here.version()).await;
    taken_back(&house, gone.location()).await;
    taken_back(&house, mistake.location()).await;
    let annulled = json!({"on": "2021-03-10", "act_id": exit.id(), "reason": "ghi nhầm"});
    house
        .act("branch-04", &person, "annulments", annulled)
        .await
        .expect(201);
    for path in [&member, &file, &stays] {
        let seen = house.read(OFFICE, path).await;
        assert_eq!(seen.body["department_id"], json!(null), "{path}");
        let phone = json!({"phone": "0912345678"});
        house.change(OFFICE, path, seen.version(), phone).await;
    }
}

/// A citizen number stays with its person after a leaving or the end of a candidacy.
#[tokio::test]
async fn a_returning_member_does_not_bring_a_citizen_number_that_another_has_now() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (person, who) = sponsored(&house, "Vàng Thị Chuyển").await;
    let file = format!("candidates/{person}");
    let bears = async |path: &str, number: &str| {
        let at = house.read(OFFICE, path).await.version();
        let number = json!({"citizen_id": number});
        house.patch(OFFICE, path, at, number).await
    };
    let (theirs, own) = ("099188000777", "099188000778");
    bears(&format!("members/{who}"), theirs).await.expect(200);
    left(&house, &who, "2021-02-05").await;
    bears(&file, theirs).await.duplicate("/citizen_id");
    bears(&file, own).await.expect(200);
    let exit = json!({"on": "2021-02-20", "kind": "withdrawn", "reason": "không còn nguyện vọng"});
    house
        .act("branch-04", &person, "exits", exit)
        .await
        .expect(201);
    let other = with(hanh_dung(), json!({"full_name": "Lò Thị Khác"}));
    let other = with(other, json!({"citizen_id": own}));
    house
        .post(OFFICE, "members", other)
        .await
        .duplicate("/citizen_id");
}

/// The second row was entered as the same person coming back and then renamed to somebody else. It
/// still has the number, so the first membership cannot be continued.
#[tokio::test]
async fn a_leaving_stays_while_somebody_else_bears_the_number() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let first = with(hanh_dung(), json!({"citizen_id": "099188000777"}));
    let who = house.create(OFFICE, "members", first.clone()).await.id();
    let gone = json!({"on": "2021-02-05", "ground": "transferred_out", "paper_number": "3-GT"});
    let gone = record(&house, &who, "leavings", gone).await.expect(201);
    let path = format!("members/{who}");
    let at = house.read(OFFICE, &path).await.version();
    house
        .delete(OFFICE, &path, at)
        .await
        .refused("invalid_transition");
    let back = with(first, json!({"from_on": "2021-02-20"}));
    let back = house.create(OFFICE, "members", back).await;
    let named = json!({"full_name": "Lò Thị Khác"});
    house.change(OFFICE, back.location(), 1, named).await;
    house
        .delete(OFFICE, gone.location(), 1)
        .await
        .duplicate("/citizen_id");
}

/// If a membership ended by an act of the file, earlier changes of activity can no longer be taken
/// back.
#[tokio::test]
async fn a_change_of_activity_stays_once_the_file_has_ended() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    let exempt = changed(&house, &way.id, "2021-12-20", "exempt").await;
    let died = json!({"on": "2021-12-22", "kind": "deceased", "reason": "tai nạn"});
    way.does(OFFICE, "exits", died).await;
    house
        .delete(OFFICE, exempt.expect(201).location(), 1)
        .await
        .refused("invalid_transition");
}

/// A correction of dates cannot leave a post without an official member.
#[tokio::test]
async fn a_correction_leaves_no_post_without_its_ground() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let (who, _) = officer(&house).await;
    let right = json!({"official_on": "2020-12-01", "reason": "theo lý lịch"});
    record(&house, &who, "corrections", right)
        .await
        .refused("has_dependents");
}

/// Each version of a member has an entry in the audit trail.
#[tokio::test]
async fn whoever_moves_leaves_or_stays_has_it_in_the_audit_trail() {
    let house = House::build().await;
    house.travel("2021-03-10");
    let who = house.create(OFFICE, "members", hanh_dung()).await.id();
    moved(&house, &who, 2, "2021-02-05").await.expect(200);
    taken_back(&house, &transfer(&house, &who).await).await;
    let exempt = changed(&house, &who, "2021-02-10", "exempt")
        .await
        .expect(201);
    taken_back(&house, exempt.location()).await;
    let gone = left(&house, &who, "2021-02-15").await;
    taken_back(&house, gone.location()).await;
    let trail = format!("audit-entries?resource_id={who}&limit=200");
    let trail = house.read("admin", &trail).await;
    let mut versions: Vec<i64> = trail
        .items()
        .iter()
        .map(|entry| entry["resource_version"].as_i64().unwrap())
        .collect();
    versions.sort_unstable();
    let last = house
        .read(OFFICE, &format!("members/{who}"))
        .await
        .version();
    assert_eq!(versions, (1..=last).collect::<Vec<_>>());
}

/// A vote of all official members of the branch on a strike-off.
async fn struck_off_by(house: &House, branch: u32, on: &str, in_favor: Option<i32>) -> Value {
    let register = format!("branches/{}/register?on={on}", demo("0b", branch, 0));
    let there = house.read(OFFICE, &register).await.body["official"].clone();
    let all = i32::try_from(there.as_i64().unwrap()).unwrap();
    let yes = in_favor.unwrap_or(all);
    with(
        ballot("strike_off", "branch", on, yes),
        json!({"members": all, "present": all, "against": all - yes}),
    )
}

/// A vote on a probationary member stays with the branch that held it: no transfer can be dated
/// before it, and one after which the new branch has voted cannot be taken back.
#[tokio::test]
async fn a_vote_on_a_probationary_member_stays_with_the_branch_that_held_it() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    let vote = struck_off_by(&house, 1, "2021-08-20", Some(2)).await;
    way.does("branch-01", "resolutions", vote).await;
    for on in ["2021-08-10", "2021-08-20"] {
        let early = moved(&house, &way.id, 2, on).await.invalid(&["/on"]);
        assert_eq!(early.body["errors"][0]["code"], "before_last_vote");
        assert!(early.text.contains("2021-08-20"), "{}", early.text);
    }
    let split = json!({"on": "2021-08-20", "number": "44", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 0,
        "paper_number": "13-QĐ/ĐU", "member_ids": [way.id], "candidate_ids": [], "department_ids": []});
    let path = format!("branches/{}", demo("0b", 1, 0));
    let at = house.read(OFFICE, &path).await.version();
    let path = format!("{path}/splits");
    let split = house.step_with(OFFICE, &path, at, split).await;
    let split = split.invalid(&["/on"]);
    assert_eq!(split.body["errors"][0]["code"], "before_last_vote");
    moved(&house, &way.id, 2, "2021-08-21").await.expect(200);

    let place = transfer(&house, &way.id).await;
    let vote = struck_off_by(&house, 2, "2021-09-01", Some(1)).await;
    let voted = way.does("branch-02", "resolutions", vote).await;
    let kept = house.delete(OFFICE, &place, 1).await;
    let kept = kept.refused("has_dependents");
    assert!(kept.text.contains("2021-09-01"), "{}", kept.text);
    let mistake = json!({"on": "2022-01-10", "act_id": voted.id(), "reason": "ghi nhầm"});
    way.does("branch-02", "annulments", mistake).await;
    house.remove(OFFICE, &place, 1).await;
    assert_eq!(
        stays(&house, &way.id, &["2022-01-10"]).await,
        [(true, false)]
    );
}

/// Nor can the new branch record a vote for a day on which the member belonged to the old one, as
/// `next-steps` shows, unless it has taken that branch over.
#[tokio::test]
async fn a_branch_does_not_vote_for_the_days_of_another_one() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    moved(&house, &way.id, 2, "2021-08-10").await.expect(200);
    let possible = async |on: &str| {
        let steps = way.path(&format!("/next-steps?on={on}"));
        let steps = house.read("branch-02", &steps).await.body["steps"].clone();
        let mut steps = steps.as_array().unwrap().iter();
        let vote =
            steps.find(|s| s["kind"] == "resolution" && s["fields"]["purpose"] == "strike_off");
        vote.map(|s| s["possible"] == true)
    };
    let early = struck_off_by(&house, 1, "2021-08-09", None).await;
    let early = way.tries("branch-02", "resolutions", early).await;
    assert_eq!(early.unmet(), ["act.order"]);
    assert_ne!(possible("2021-08-09").await, Some(true));
    assert_eq!(possible("2021-08-10").await, Some(true));
    let vote = struck_off_by(&house, 2, "2021-08-10", None).await;
    way.does("branch-02", "resolutions", vote).await;

    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-09-15");
    house.merge(1, 2, "2021-08-31").await;
    let late = ballot("strike_off", "branch", "2021-08-20", 14);
    way.does("branch-02", "resolutions", late).await;
}

/// A vote of the former branch can be corrected any number of times, and still belongs to that
/// branch.
#[tokio::test]
async fn a_vote_of_the_former_branch_is_corrected_more_than_once() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-01-10");
    let vote = struck_off_by(&house, 1, "2021-08-20", Some(2)).await;
    let mut last = way.does("branch-01", "resolutions", vote).await.id();
    moved(&house, &way.id, 2, "2021-08-21").await.expect(200);
    for in_favor in [3, 4] {
        let right = struck_off_by(&house, 1, "2021-08-20", Some(in_favor)).await;
        let right = with(right, json!({"corrects": last}));
        last = way.does(OFFICE, "resolutions", right).await.id();
    }
    let place = transfer(&house, &way.id).await;
    house.remove(OFFICE, &place, 1).await;
    let early = moved(&house, &way.id, 2, "2021-08-20").await;
    let early = early.invalid(&["/on"]);
    assert_eq!(early.body["errors"][0]["code"], "before_last_vote");
}

/// A recognition cannot be dated after the member has left, or has left the branch of the file.
#[tokio::test]
async fn nobody_is_recognised_after_they_have_left() {
    for moves in [false, true] {
        let house = House::build().await;
        let (way, recognised) = Way::recognised(&house).await;
        if moves {
            moved(&house, &way.id, 3, "2022-05-20")
                .await
                .invalid(&["/on"]);
            moved(&house, &way.id, 3, "2022-05-25").await.expect(200);
        } else {
            let died = json!({"on": "2022-05-24", "ground": "deceased", "paper_number": "3-GT"});
            record(&house, &way.id, "leavings", died).await.expect(201);
        }
        let corrects = json!({"corrects": recognised.id()});
        let late = with(Way::recognition("2022-05-25"), corrects.clone());
        let late = way.tries(OFFICE, "recognition", late).await;
        assert_eq!(late.unmet(), ["act.order"]);
        let last = with(Way::recognition("2022-05-24"), corrects);
        way.does(OFFICE, "recognition", last).await;
    }
}

/// Acts show the branch to which the file belonged when they were recorded, even after corrections
/// by the Office.
#[tokio::test]
async fn the_timeline_keeps_the_branch_then() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-09-15");
    moved(&house, &way.id, 2, "2021-08-10").await.expect(200);
    let first = format!("branches/{}", demo("0b", 1, 0));
    let name = house.read(OFFICE, &first).await.body["name"].clone();
    let then = json!({"branch_id": demo("0b", 2, 0), "recorded_branch_id": demo("0b", 1, 0), "recorded_branch_name": name});
    let path = way.path("/resolutions");
    let voted = house.read("branch-02", &path).await.items()[0].clone();
    assert_eq!(with(voted.clone(), then.clone()), voted);
    let single = format!("acts/{}", voted["id"].as_str().unwrap());
    let single = house.read("branch-02", &single).await.body;
    assert_eq!(with(single.clone(), then.clone()), single);
    let mut number = "06a-NQ/CB";
    let mut corrects = voted["id"].clone();
    for _ in 0..2 {
        let vote = ballot("admission", "branch", "2021-03-15", 14);
        let vote = with(vote, json!({"number": number, "corrects": corrects}));
        let right = way.does(OFFICE, "resolutions", vote).await.body;
        assert_eq!(with(right.clone(), then.clone()), right);
        (number, corrects) = ("06b-NQ/CB", right["id"].clone());
    }
    let vote = struck_off_by(&house, 2, "2021-08-20", None).await;
    let vote = way.does("branch-02", "resolutions", vote).await;
    shows!(vote, {"branch_id": demo("0b", 2, 0), "recorded_branch_id": demo("0b", 2, 0)});
    let timeline = way.path("/timeline?limit=200");
    let timeline = house.read("branch-02", &timeline).await;
    shows!(timeline.items()[0], {"kind": "nomination", "recorded_branch_id": demo("0b", 1, 0)});
}
