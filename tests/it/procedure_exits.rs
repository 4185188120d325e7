//! Continues `procedure`: recognition and its waiver, strike-off, readmission, corrections,
//! concurrent recording.
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot, due, refused, with};
use crate::support::{House, Plain, demo, person, shows};

/// S53; example 15.
#[tokio::test]
async fn without_the_new_member_class_recognition_needs_a_waiver_that_shows() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-06-01");
    way.reviewed().await;
    let vote = ballot("recognition", "branch", "2022-05-10", 14);
    let without = way.tries(BRANCH, "resolutions", vote.clone()).await;
    let missing = &without.body["requirements"][0];
    shows!(missing, {"version": "24-QĐ/TW", "source": "kế thừa từ 29-QĐ/TW, 4.1; kế hoạch, II.3"});
    assert_eq!(refused(without), ["recognition.new_member_class"]);
    let silent = json!({"on": "2022-05-09", "what": "new_member_class", "approver": "Ban Thường vụ", "paper_number": "31-CV/ĐU"});
    way.tries("standing", "waivers", silent).await.expect(422);
    way.waived("new_member_class", "2022-05-09").await;
    // next-steps shows what meets the requirement
    let next = house
        .read(BRANCH, &way.path("/next-steps?on=2022-05-10"))
        .await;
    let steps = next.body["steps"].list();
    let step = steps
        .iter()
        .find(|s| s["fields"] == json!({"purpose": "recognition", "body": "branch"}))
        .unwrap();
    let class = step["requirements"]
        .list()
        .iter()
        .find(|r| r["rule"] == "recognition.new_member_class")
        .unwrap();
    assert_eq!(
        (&step["possible"], &class["met"], &class["evidence"]),
        (&json!(true), &json!(true), &json!("31-CV/2022-05-09"))
    );
    way.does(BRANCH, "resolutions", vote).await;
    shows!(house.read("office", &way.path("/waivers")).await.items()[0]["data"], {
        "approver": "Ban Thường vụ Đảng ủy"
    });
    assert_eq!(way.stage().await, "recognition_branch_resolved");
}

/// Example 7.
#[tokio::test]
async fn a_late_recognition_is_still_dated_ceremony_and_twelve_months() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-12-01");
    way.reviewed().await;
    way.waived("new_member_class", "2022-05-09").await;
    assert_eq!(way.deadlines("recognition_review").await[0].0, "overdue");
    way.does(
        BRANCH,
        "resolutions",
        ballot("recognition", "branch", "2022-09-15", 14),
    )
    .await;
    assert_eq!(way.deadlines("recognition_review").await[0].0, "settled");
    way.does(
        "office",
        "resolutions",
        ballot("recognition", "committee", "2022-10-10", 15),
    )
    .await;
    way.filed(&["13-KNĐ", "15-KNĐ"], "2022-10-11").await;
    let late = Way::recognition("2022-11-30");
    let answer = way.tries("upper", "recognition", late.clone()).await;
    let told = answer.body["requirements"][0]["detail"].clone();
    assert_eq!(answer.faults(), ["/reason"]);
    assert_eq!(refused(answer), ["recognition.decision_in_time"]);
    // next-steps says the same about that day, and what would meet the requirement
    let next = way.path("/next-steps?on=2022-11-30");
    let next = house.read("upper", &next).await;
    let mut steps = next.body["steps"].list().iter();
    let step = steps.find(|s| s["kind"] == "recognition").unwrap();
    let mut all = step["requirements"].list().iter();
    let in_time = all.find(|r| r["rule"] == "recognition.decision_in_time");
    shows!(in_time.unwrap(), {"met": false, "detail": told,
        "met_by": {"operation": "record_recognition", "field": "reason"}});
    assert_eq!(step["possible"], true);
    let reason = json!({"reason": "chờ ý kiến của cấp ủy nơi cư trú"});
    way.does("upper", "recognition", with(late, reason)).await;
    // within the thirty extra working days no paper has to be noted
    assert_eq!(way.deadlines("late_decision").await, []);
    let member = way.member().await.unwrap();
    shows!(member, {"status": "official", "joined_on": "2021-05-05", "official_on": "2022-05-05"});
    assert_eq!(way.seen().await["official_on"], "2022-05-05");
}

/// Example 8: after the twelve months but before the recognition, a member neither votes nor
/// sponsors, even if the recognition is recorded retroactively.
#[tokio::test]
async fn who_is_recognised_late_had_no_vote_before_the_decision() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2022-12-01");
    way.reviewed().await;
    way.waived("new_member_class", "2022-05-09").await;
    let other = house
        .create(
            "union",
            "nominations",
            with(
                person(1, "Lê Văn Hai", "02-NQ"),
                json!({"paper_on": "2022-06-01"}),
            ),
        )
        .await;
    let other = Way {
        house: &house,
        id: other.body["candidate_id"].text().to_owned(),
    };
    way.does(
        BRANCH,
        "resolutions",
        ballot("recognition", "branch", "2022-09-15", 14),
    )
    .await;
    way.does(
        "office",
        "resolutions",
        ballot("recognition", "committee", "2022-10-10", 15),
    )
    .await;
    way.filed(&["13-KNĐ", "15-KNĐ"], "2022-10-11").await;
    let reason = json!({"reason": "chờ ý kiến của cấp ủy nơi cư trú"});
    let late = with(Way::recognition("2022-11-15"), reason);
    way.does("upper", "recognition", late).await;
    let sponsor = |on: &str| json!({"member_id": way.id, "from_on": on});
    assert_eq!(
        refused(
            other
                .tries(BRANCH, "sponsorships", sponsor("2022-11-14"))
                .await
        ),
        ["sponsorship.sponsor.official"]
    );
    // the register counts 14 on a day in between, and 15 on the day of the decision
    for (on, official) in [("2022-11-14", 14), ("2022-11-15", 15)] {
        let register = format!("branches/{}/register?on={on}", demo("0b", 1, 0));
        shows!(house.read("office", &register).await, {"official": official});
    }
    let rules = |answer| {
        refused(answer)
            .into_iter()
            .filter(|r| r == "vote.register")
            .count()
    };
    let at = |on: &str, members: i32| {
        with(
            ballot("admission", "branch", on, 14),
            json!({"members": members}),
        )
    };
    for (on, members, wrong) in [
        ("2022-11-14", 14, 0),
        ("2022-11-14", 15, 1),
        ("2022-11-15", 15, 0),
        ("2022-11-15", 14, 1),
    ] {
        assert_eq!(
            rules(other.tries(BRANCH, "resolutions", at(on, members)).await),
            wrong,
            "{on} {members}"
        );
    }
    other
        .does(BRANCH, "sponsorships", sponsor("2022-11-15"))
        .await;
}

async fn struck_off(way: &Way<'_>, ground: &str) {
    way.does(
        BRANCH,
        "resolutions",
        ballot("strike_off", "branch", "2021-08-20", 10),
    )
    .await;
    way.does("upper", "decisions", strike_off(ground)).await;
}

fn strike_off(ground: &str) -> Value {
    json!({"on": "2021-09-01", "purpose": "strike_off", "outcome": "granted", "number": "50-QĐ/HU", "body": "upper_standing_committee", "members": 11,
        "in_favor": 8, "reason": "vi phạm tư cách", "ground": ground})
}

/// S43.
#[tokio::test]
async fn a_strike_off_takes_a_carried_vote_and_a_decision_and_ends_everything() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2021-09-15");
    assert_eq!(
        refused(
            way.tries("upper", "decisions", strike_off("struck_off"))
                .await
        ),
        ["strike_off.vote"]
    );
    way.does(
        BRANCH,
        "resolutions",
        ballot("strike_off", "branch", "2021-08-10", 9),
    )
    .await;
    assert_eq!(
        refused(
            way.tries("upper", "decisions", strike_off("struck_off"))
                .await
        ),
        ["strike_off.vote"]
    );
    let carried = way
        .does(
            BRANCH,
            "resolutions",
            ballot("strike_off", "branch", "2021-08-20", 10),
        )
        .await;
    // the branch only proposes the strike-off
    shows!(carried, {"stage_after": "probationary"});
    way.tries(BRANCH, "decisions", strike_off("struck_off"))
        .await
        .refused("forbidden");
    let bare = with(
        strike_off("struck_off"),
        json!({"ground": null, "reason": null}),
    );
    assert_eq!(
        refused(way.tries("upper", "decisions", bare).await),
        ["strike_off.ground"]
    );
    assert!(way.member().await.is_some());
    let decided = way
        .does("upper", "decisions", strike_off("struck_off"))
        .await;
    assert_eq!(decided.body["stage_after"], "struck_off");

    assert_eq!(way.member().await, None);
    shows!(house.read("office", &format!("members/{}", way.id)).await, {
        "left_on": "2021-09-01", "left_because": "struck_off", "leaving_id": null
    });
    let sponsorships = house.read(BRANCH, &way.path("/sponsorships")).await;
    assert!(
        sponsorships
            .items()
            .iter()
            .all(|s| s["to_on"] == "2021-09-01" && s["end_reason"].is_string())
    );
    let open = house
        .read(
            BRANCH,
            &format!("deadlines?candidate_id={}&state=open,overdue", way.id),
        )
        .await;
    assert_eq!(open.items().len(), 0);
    // the deciding committee can still see the file on which it decided
    let seen = house.read("upper", &way.path("")).await;
    assert_eq!(seen.body["stage"], "struck_off");
    let own = format!("/api/v1/acts/{}", decided.id());
    house.read("upper", &own).await;
    let timeline = house.read("upper", &way.path("/timeline")).await;
    assert!(
        timeline
            .items()
            .iter()
            .any(|a| a["id"] == decided.body["id"])
    );
    // no act can follow the end of a file
    assert_eq!(
        refused(
            way.tries(
                BRANCH,
                "resolutions",
                ballot("recognition", "branch", "2021-09-10", 14)
            )
            .await
        )[0],
        "act.stage"
    );
}

/// A roster shows no more about a person than the person's file (class P2).
#[tokio::test]
async fn a_roster_hides_the_birth_date_that_the_file_hides() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    let born = async || {
        let file = house.read(BRANCH, &way.path("")).await;
        let seats = house
            .read(BRANCH, &format!("enrolments?candidate_id={}", way.id))
            .await;
        let class = seats.items()[0]["class_id"].text();
        let roster = house.read(BRANCH, &format!("classes/{class}/roster")).await;
        let row = roster.body["rows"]
            .list()
            .iter()
            .find(|row| row["candidate_id"] == way.id.as_str());
        [
            file.body["birth_date"].clone(),
            row.unwrap()["birth_date"].clone(),
        ]
    };
    assert_eq!(born().await, ["1990-02-03", "1990-02-03"]);
    way.introduced(7).await;
    way.introduced(8).await;
    way.verified("").await;
    way.resolved().await;
    way.submitted().await;
    way.admitted().await;
    house.travel("2021-09-15");
    struck_off(&way, "struck_off").await;
    assert_eq!(born().await, [Value::Null, Value::Null]);
}

fn again() -> Value {
    json!({"on": "2024-09-01", "paper_number": "12-NQ", "by": "trade_union", "left_on": "2021-09-01", "ground": "struck_off",
        "earlier_readmissions": 0, "agreement_number": "5-CV/TU"})
}

/// S59, S69; example 20.
#[tokio::test]
async fn who_was_struck_off_comes_back_after_36_months_with_an_agreement_once() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2024-09-01");
    way.tries(BRANCH, "readmission", again())
        .await
        .refused("invalid_transition");
    struck_off(&way, "struck_off").await;
    let early = way
        .tries(
            BRANCH,
            "readmission",
            with(again(), json!({"on": "2024-08-31"})),
        )
        .await;
    assert_eq!(early.body["requirements"][0]["earliest_on"], "2024-09-01");
    assert_eq!(refused(early), ["readmission.wait"]);
    for (special, rule) in [
        (json!({"agreement_number": null}), "readmission.agreement"),
        (json!({"earlier_readmissions": 1}), "readmission.times"),
        (
            json!({"record_cleared_on": "2022-01-10"}),
            "readmission.fields",
        ),
    ] {
        assert_eq!(
            refused(
                way.tries(BRANCH, "readmission", with(again(), special))
                    .await
            ),
            [rule]
        );
    }
    way.tries(
        BRANCH,
        "readmission",
        with(again(), json!({"left_on": "2018-01-01"})),
    )
    .await
    .invalid(&["/left_on"]);

    let act = way.does(BRANCH, "readmission", again()).await;
    let new = Way {
        house: &house,
        id: act.body["candidate_id"].text().to_owned(),
    };
    assert_ne!(new.id, way.id);
    let seen = new.seen().await;
    let fields = ["previous_id", "stage", "full_name", "nominated_on"].map(|f| seen[f].text());
    assert_eq!(
        fields,
        [
            way.id.as_str(),
            "nominated",
            "Nguyễn Thị Thử Thách",
            "2024-09-01"
        ]
    );
    assert!(
        ["decided_on", "admitted_on", "official_on"]
            .iter()
            .all(|f| seen[f].is_null())
    );
    assert_eq!(
        way.stage().await,
        "struck_off",
        "the old attempt stays as it ended"
    );
    // only one candidacy can be open at a time, and it goes through the full procedure again
    way.tries(BRANCH, "readmission", again())
        .await
        .refused("duplicate");
    let dossier = json!({"on": "2024-09-01", "application_on": "2024-09-01"});
    assert_eq!(
        refused(new.tries(BRANCH, "dossier", dossier).await),
        ["act.stage", "dossier.time_in_plan", "dossier.sponsor"]
    );
}

/// 29-QĐ/TW, 3.5.2: the recorded ground bars a readmission, whatever the application claims.
#[tokio::test]
async fn a_barred_ground_bars_readmission_whatever_the_application_says() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2024-09-01");
    struck_off(&way, "self_quit").await;
    let barred = way
        .tries(
            BRANCH,
            "readmission",
            with(again(), json!({"ground": "self_quit"})),
        )
        .await;
    assert_eq!(refused(barred), ["readmission.not_barred"]);
    way.tries(BRANCH, "readmission", again())
        .await
        .invalid(&["/ground"]);
}

/// S10, S40, S41.
#[tokio::test]
async fn a_refused_vote_lists_everything_that_is_missing_in_both_languages_whatever_the_quota() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-06-01");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    way.dossier().await;
    way.does(
        BRANCH,
        "test-assignments",
        json!({"on": "2021-02-10", "title": "Trực tăng cường", "due_on": "2021-03-01"}),
    )
    .await;
    let wanted = [
        "admission.education",
        "admission.introduction.members",
        "admission.certificate",
        "admission.verification",
        "admission.opinion.work",
        "admission.opinion.residence",
        "admission.tests",
        "admission.sponsor_note",
    ];
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let version = way.seen().await["version"].to_string();
    let ask = async |language: &str| {
        let headers = [
            ("if-match", format!("\"{version}\"")),
            ("accept-language", language.to_owned()),
        ];
        let headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        house
            .send(
                BRANCH,
                reqwest::Method::POST,
                &way.path("/resolutions"),
                Some(vote.clone()),
                &headers,
            )
            .await
    };
    let (vietnamese, english) = (ask("vi").await, ask("en").await);
    for (answer, language, first) in [
        (
            &vietnamese,
            "vi",
            "Chưa ghi trình độ học vấn; yêu cầu tốt nghiệp trung học cơ sở hoặc tương đương trở lên.",
        ),
        (
            &english,
            "en",
            "The education is not recorded: at least lower secondary or equivalent is required.",
        ),
    ] {
        assert_eq!(answer.header("content-language"), language);
        let list = answer.body["requirements"].list();
        assert_eq!(list[0]["detail"], first);
        assert!(list.iter().all(|r| r["met"] == false
            && r["version"] == "29-QĐ/TW"
            && !r["source"].text().is_empty()));
    }
    let sources = |body: &Value| {
        body["requirements"]
            .list()
            .iter()
            .map(|r| r["source"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(sources(&vietnamese.body), sources(&english.body));
    assert_eq!(
        (refused(vietnamese), refused(english)),
        (
            wanted.map(String::from).to_vec(),
            wanted.map(String::from).to_vec()
        )
    );

    // an unmet quota waives no requirement
    let lines = json!([{"branch_id": demo("0b", 1, 0), "quota": 9, "rationale": "chi bộ lớn"}]);
    let plan = house
        .create(
            "office",
            "quota-plans",
            json!({"term_id": demo("7e", 0, 1), "year": 2021, "lines": lines}),
        )
        .await;
    let path = format!("/api/v1/quota-plans/{}", plan.id());
    let plan = house
        .advance("office", &format!("{path}/submissions"), plan.version())
        .await;
    house
        .advance_with(
            "standing",
            &format!("{path}/issuances"),
            plan.version(),
            house.decision(),
        )
        .await;
    assert_eq!(refused(ask("en").await), wanted);

    // next-steps lists the same requirements in advance
    let next = house
        .read(BRANCH, &way.path("/next-steps?on=2021-03-15"))
        .await;
    let steps = next.body["steps"].list();
    let step = steps
        .iter()
        .find(|s| s["fields"] == json!({"purpose": "admission", "body": "branch"}))
        .unwrap();
    let unmet: Vec<_> = step["requirements"]
        .list()
        .iter()
        .filter(|r| r["met"] == false)
        .map(|r| r["rule"].text())
        .collect();
    assert_eq!((unmet, &step["possible"]), (wanted.to_vec(), &json!(false)));
    // a failed test assignment or a critical sponsor note means that the person is not ready (S38,
    // S40, S49)
    let tests = house
        .read(BRANCH, &way.path("/test-assignments"))
        .await
        .items()[0]["id"]
        .clone();
    let tomorrow = [
        (
            "test-assignments",
            json!({"on": "2021-06-02", "title": "Trực", "due_on": "2021-07-01"}),
        ),
        (
            "test-results",
            json!({"on": "2021-06-02", "assignment_id": tests, "assessment": "done"}),
        ),
    ];
    for (kind, body) in tomorrow {
        let answer = way.tries(BRANCH, kind, body).await;
        assert_eq!(refused(answer), ["act.not_in_future"], "{kind}");
    }
    way.does(
        BRANCH,
        "test-results",
        json!({"on": "2021-03-01", "assignment_id": tests, "assessment": "not_done"}),
    )
    .await;
    let note = |on: &str, assessment: &str| json!({"on": on, "member_id": demo("dd", 1, 6), "assessment": assessment});
    way.does(BRANCH, "sponsor-notes", note("2021-03-02", "not_done"))
        .await;
    assert_eq!(
        refused(
            way.tries(
                BRANCH,
                "resolutions",
                ballot("admission", "branch", "2021-03-15", 14)
            )
            .await
        ),
        wanted
    );
    way.does(
        BRANCH,
        "test-results",
        json!({"on": "2021-03-05", "assignment_id": tests, "assessment": "done"}),
    )
    .await;
    way.does(BRANCH, "sponsor-notes", note("2021-03-06", "done"))
        .await;
    assert_eq!(
        refused(
            way.tries(
                BRANCH,
                "resolutions",
                ballot("admission", "branch", "2021-03-15", 14)
            )
            .await
        ),
        wanted[..6]
    );
}

/// S37, S38.
#[tokio::test]
async fn a_sponsor_is_official_under_the_limit_one_of_two_and_notes_every_quarter() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    way.tries(
        BRANCH,
        "dossier",
        json!({"on": "2021-01-15", "application_on": "2021-01-15"}),
    )
    .await
    .expect(422);
    house.travel("2021-03-01");
    way.planned().await;
    assert_eq!(
        way.deadlines("sponsor_missing").await,
        [("overdue".to_owned(), "2021-02-17".to_owned())]
    );
    let dossier = json!({"on": "2021-02-05", "application_on": "2021-02-01"});
    assert_eq!(
        refused(way.tries(BRANCH, "dossier", dossier).await),
        ["dossier.sponsor"]
    );
    let sponsor =
        |member: u32| json!({"member_id": demo("dd", 1, member), "from_on": "2021-02-18"});
    assert_eq!(
        refused(way.tries(BRANCH, "sponsorships", sponsor(15)).await),
        ["sponsorship.sponsor.official"]
    );
    assert_eq!(
        refused(way.tries(BRANCH, "sponsorships", sponsor(5)).await),
        ["sponsorship.sponsor.active"]
    );
    way.does(BRANCH, "sponsorships", sponsor(6)).await;
    assert_eq!(
        way.deadlines("sponsor_missing").await,
        [("settled".to_owned(), "2021-02-17".to_owned())]
    );
    assert_eq!(
        refused(way.tries(BRANCH, "sponsorships", sponsor(6)).await),
        ["sponsorship.pair.open"]
    );
    way.does(BRANCH, "sponsorships", sponsor(7)).await;
    assert_eq!(
        refused(way.tries(BRANCH, "sponsorships", sponsor(8)).await),
        ["sponsorship.candidate.sponsors"]
    );
    assert_eq!(
        way.deadlines("sponsor_note").await,
        [("open".to_owned(), "2021-03-31".to_owned())]
    );
    let note = |member: u32| json!({"on": "2021-02-25", "member_id": demo("dd", 1, member), "assessment": "good"});
    assert_eq!(
        refused(way.tries(BRANCH, "sponsor-notes", note(8)).await),
        ["sponsorship.open"]
    );
    way.does(BRANCH, "sponsor-notes", note(6)).await;
    assert_eq!(
        way.notes().await,
        [due("open", "2021-06-30"), due("settled", "2021-03-31")]
    );
}

/// A quarter that ended without a note stays due, whoever is the sponsor later and while nobody is.
#[tokio::test]
async fn a_change_of_sponsors_does_not_settle_a_note_that_nobody_wrote() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    house.travel("2021-01-20");
    way.planned().await;
    way.sponsored(6, "2021-01-18").await;
    house.travel("2021-05-10");
    let overdue = [("overdue".to_owned(), "2021-03-31".to_owned())];
    assert_eq!(way.deadlines("sponsor_note").await, overdue);
    way.sponsored(7, "2021-05-10").await;
    assert_eq!(way.deadlines("sponsor_note").await, overdue, "two sponsors");
    let of = house.read(BRANCH, &way.path("/sponsorships")).await;
    for sponsorship in of.items() {
        let path = format!("/api/v1/sponsorships/{}", sponsorship["id"].text());
        let ended = json!({"to_on": "2021-05-10", "end_reason": "bận công tác"});
        let version = sponsorship["version"].number();
        house.change(BRANCH, &path, version, ended).await;
    }
    house.travel("2021-05-11");
    assert_eq!(way.deadlines("sponsor_note").await, overdue, "no sponsor");
    way.sponsored(8, "2021-05-11").await;
    assert_eq!(way.deadlines("sponsor_note").await, overdue, "a new one");
    let note = json!({"on": "2021-05-11", "member_id": demo("dd", 1, 8), "assessment": "good"});
    way.does(BRANCH, "sponsor-notes", note).await;
    assert_eq!(
        way.notes().await,
        [due("open", "2021-09-30"), due("settled", "2021-03-31")]
    );
}

#[tokio::test]
async fn two_people_record_the_same_vote_at_once_and_it_is_recorded_once() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let version = way.seen().await["version"].number();
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let (header, path) = (format!("\"{version}\""), way.path("/resolutions"));
    let headers = [("if-match", header.as_str())];
    let record = || {
        house.send(
            BRANCH,
            reqwest::Method::POST,
            &path,
            Some(vote.clone()),
            &headers,
        )
    };
    house.token(BRANCH).await;
    let (one, two) = tokio::join!(record(), record());
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 412], "{} {}", one.text, two.text);
    assert_eq!(house.read(BRANCH, &path).await.items().len(), 1);
    let seen = way.seen().await;
    assert_eq!(
        (seen["stage"].as_str(), seen["version"].as_i64()),
        (Some("branch_resolved"), Some(version + 1))
    );
}

/// S42: acts are corrected by further acts.
#[tokio::test]
async fn a_correction_that_leaves_a_later_act_without_ground_is_refused() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let (vote, committee) = way.resolved().await;
    let corrected = |in_favor: i32, on: &str| {
        with(
            ballot("admission", "branch", on, in_favor),
            json!({"corrects": vote.id()}),
        )
    };
    let lost = way
        .tries(BRANCH, "resolutions", corrected(9, "2021-03-15"))
        .await;
    let detail = lost.body["requirements"][0]["detail"].text();
    assert!(
        detail.starts_with("A later act (resolution, 2021-03-25) would no longer hold: "),
        "{detail}"
    );
    assert_eq!(refused(lost), ["act.stage"]);
    assert_eq!(
        refused(
            way.tries(BRANCH, "resolutions", corrected(14, "2021-03-26"))
                .await
        ),
        ["act.order"]
    );
    let annulled = |act: &str| json!({"on": "2021-05-01", "act_id": act, "reason": "ghi nhầm"});
    assert_eq!(
        refused(way.tries(BRANCH, "annulments", annulled(&vote.id())).await),
        ["act.stage"]
    );
    let other_kind = json!({"on": "2021-03-05", "of": "trade_union", "purpose": "admission", "favourable": true, "corrects": vote.id()});
    assert_eq!(
        refused(way.tries(BRANCH, "opinions", other_kind).await),
        ["correction.kind"]
    );
    assert_eq!(
        refused(
            way.tries(BRANCH, "annulments", annulled(&committee.id()))
                .await
        ),
        ["correction.by"]
    );
    assert_eq!(way.stage().await, "committee_resolved");

    // a harmless correction succeeds; the old act remains and names its replacement
    let right = way
        .does(BRANCH, "resolutions", corrected(13, "2021-03-16"))
        .await;
    shows!(right, {"corrects_id": vote.id(), "stage_after": "committee_resolved"});
    let old = house.read(BRANCH, &format!("acts/{}", vote.id())).await;
    assert_eq!(
        (&old.body["superseded_by"], &old.body["data"]["in_favor"]),
        (&json!(right.id()), &json!(14))
    );
    assert_eq!(
        refused(
            way.tries(BRANCH, "resolutions", corrected(12, "2021-03-16"))
                .await
        ),
        ["correction.act"]
    );
    let again = with(
        ballot("admission", "branch", "2021-03-16", 9),
        json!({"corrects": right.id()}),
    );
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", again).await),
        ["act.stage"]
    );
    // the Party Office may correct what the branch recorded
    let office = with(
        ballot("admission", "branch", "2021-03-16", 12),
        json!({"corrects": right.id()}),
    );
    way.does("office", "resolutions", office).await;

    // the last act can be annulled
    way.does("office", "annulments", annulled(&committee.id()))
        .await;
    assert_eq!(way.stage().await, "branch_resolved");
    let old = house
        .read("office", &format!("acts/{}", committee.id()))
        .await;
    assert!(old.body["superseded_by"].is_string());
}

#[tokio::test]
async fn an_act_asks_for_the_version_and_is_repeated_with_its_key_only_once() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let version = way.seen().await["version"].number();
    let path = way.path("/resolutions");
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let send = async |headers: &[(&str, &str)]| {
        house
            .send(
                BRANCH,
                reqwest::Method::POST,
                &path,
                Some(vote.clone()),
                headers,
            )
            .await
    };
    send(&[]).await.refused("precondition_required");
    let stale = send(&[("if-match", &format!("\"{}\"", version - 1))])
        .await
        .refused("precondition_failed");
    assert_eq!(stale.header("etag"), format!("\"{version}\""));
    assert_eq!(house.read(BRANCH, &path).await.items().len(), 0);

    let tag = format!("\"{version}\"");
    let headers = [
        ("if-match", tag.as_str()),
        ("idempotency-key", "bieu-quyet-1"),
    ];
    let first = send(&headers).await.expect(201);
    let second = send(&headers).await.expect(201);
    assert_eq!(
        (second.header("idempotent-replayed"), &second.body),
        ("true", &first.body)
    );
    assert_eq!(first.version(), version + 1);
    assert_eq!(way.seen().await["version"], version + 1);
    assert_eq!(house.read(BRANCH, &path).await.items().len(), 1);
    send(&[("if-match", &tag)])
        .await
        .refused("precondition_failed");
}

/// A form marks a field, so the error states only what is wrong with that field, not the whole
/// rule.
#[tokio::test]
async fn a_refusal_names_the_field_that_is_missing_or_too_much() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    let exit = json!({"on": "2021-05-31", "kind": "transferred_out", "reason": "chuyển công tác"});
    for (more, pointer, told) in [
        (json!({}), "/to", "The destination is missing."),
        (
            json!({"kind": "deceased", "to": "Đảng bộ khác"}),
            "/to",
            "A destination is given for a transfer elsewhere only.",
        ),
        (
            json!({"kind": "deceased", "decision_number": "1-QĐ"}),
            "/decision_number",
            "The body, the number and the ground of a decision are given only where a probationary member leaves the Party.",
        ),
    ] {
        let answer = way.tries(BRANCH, "exits", with(exit.clone(), more)).await;
        let answer = answer.refused("requirements_unmet");
        assert_eq!(answer.rules(), ["exit.fields"]);
        shows!(answer.body["requirements"][0], {"detail": told});
        shows!(answer.body["errors"][0], {"pointer": pointer, "detail": told});
    }
    let concluded = json!({"on": "2021-05-31", "step": "concluded", "relation": "self_person"});
    let answer = way.tries(BRANCH, "verification", concluded).await;
    let answer = answer.refused("requirements_unmet");
    assert_eq!(answer.faults(), ["/relation", "/conclusion"]);
    let told = &answer.body["errors"][0]["detail"];
    assert_eq!(*told, "This step takes no relation.");
    // a date violates both its format and its pattern, but is reported once
    let undated = json!({"on": "x", "member_id": demo("dd", 1, 6), "assessment": "good"});
    let answer = way.tries(BRANCH, "sponsor-notes", undated).await;
    answer.invalid(&["/on"]);
}

/// The end of an attempt can be corrected only as long as no later attempt rests on it: that
/// attempt began afterwards, with a person who was alive, and a readmission states how the
/// membership ended.
#[tokio::test]
async fn an_end_on_which_a_later_attempt_rests_stays_as_it_was() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2024-10-01");
    let left = json!({"on": "2021-10-01", "kind": "withdrawn", "reason": "nguyện vọng", "body": "upper_standing_committee",
        "decision_number": "9-QĐ/HU", "ground": "resigned_family_hardship"});
    let exit = way.does("office", "exits", left.clone()).await;
    let back =
        json!({"on": "2024-10-01", "left_on": "2021-10-01", "ground": "resigned_family_hardship"});
    way.does(BRANCH, "readmission", with(again(), back)).await;
    let corrected = |special: Value| {
        let special = with(special, json!({"corrects": exit.id()}));
        way.tries("office", "exits", with(left.clone(), special))
    };
    for (wrong, pointer) in [
        (json!({"on": "2021-11-01"}), "/on"),
        (json!({"ground": "resigned"}), "/on"),
        (
            json!({"kind": "deceased", "body": null, "decision_number": null, "ground": null}),
            "/kind",
        ),
    ] {
        let refused = corrected(wrong).await.invalid(&[pointer]);
        assert_eq!(refused.body["errors"][0]["code"], "after_next_attempt");
        assert!(refused.text.contains("2024-10-01"), "{}", refused.text);
    }
    corrected(json!({"reason": "gia đình khó khăn"}))
        .await
        .expect(201);

    let house = House::build().await;
    let one = crate::support::candidate(&house, 4, "Vàng Thị Trở Lại").await;
    let left = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "tự nguyện"});
    let exit = house
        .act("branch-04", &one, "exits", left)
        .await
        .expect(201);
    let new = json!({"on": "2021-01-15", "paper_number": "9", "by": "trade_union", "earlier_readmissions": 0});
    let new = house.act("branch-04", &one, "readmission", new).await;
    let new = new.expect(201).body["candidate_id"].text().to_owned();
    let died =
        json!({"on": "2021-01-15", "kind": "deceased", "reason": "tai nạn", "corrects": exit.id()});
    let dead = house.act("branch-04", &one, "exits", died).await;
    dead.invalid(&["/kind"]);
    // even after the later attempt has ended, the earlier one cannot be reopened
    let gone = json!({"on": "2021-01-15", "kind": "withdrawn", "reason": "tự nguyện"});
    house
        .act("branch-04", &new, "exits", gone)
        .await
        .expect(201);
    let mistake = json!({"on": "2021-01-15", "act_id": exit.id(), "reason": "ghi nhầm"});
    house
        .act("branch-04", &one, "annulments", mistake)
        .await
        .refused("invalid_transition");
}

/// A member who was transferred to another organisation left the Party there, so on a later day.
#[tokio::test]
async fn who_was_transferred_out_did_not_leave_the_party_on_that_day() {
    let house = House::build().await;
    let way = Way::probationary(&house).await;
    house.travel("2024-10-10");
    let exit = json!({"on": "2021-10-01", "kind": "transferred_out", "reason": "chuyển công tác", "to": "Đảng bộ khác"});
    way.does("office", "exits", exit).await;
    let next = way.path("/next-steps?on=2024-10-01");
    let steps = house.read(BRANCH, &next).await.body["steps"].clone();
    let mut steps = steps.list().iter();
    shows!(steps.find(|s| s["kind"] == "readmission").unwrap(), {"possible": false, "earliest_on": "2024-10-02"});
    let back = with(
        again(),
        json!({"on": "2024-10-02", "left_on": "2021-10-01"}),
    );
    way.tries(BRANCH, "readmission", back.clone())
        .await
        .invalid(&["/left_on"]);
    let back = with(back, json!({"left_on": "2021-10-02"}));
    way.does(BRANCH, "readmission", back).await;
    // the readmission tells of a membership, which is not annulled under it
    let ceremony = house.read("office", &way.path("/ceremony")).await;
    let annul =
        json!({"on": "2024-10-10", "act_id": ceremony.items()[0]["id"], "reason": "ghi nhầm"});
    let answer = way.tries("office", "annulments", annul).await;
    let refused = answer.invalid(&["/act_id"]);
    assert_eq!(refused.body["errors"][0]["code"], "after_next_attempt");
}
