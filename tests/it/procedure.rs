//! The procedure over HTTP, from nomination to official member: what each step requires and
//! refuses. `procedure_exits` tests exits and corrections.
use serde_json::{Value, json};

use crate::support::{Answer, House, Plain, demo, person, shows};

pub const BRANCH: &str = "branch-01";

/// `base`, overridden by the fields of `special`.
pub fn with(mut base: Value, special: Value) -> Value {
    let Value::Object(special) = special else {
        panic!("fields, not {special}")
    };
    base.as_object_mut().unwrap().extend(special);
    base
}

/// The ids of the unmet rules in a refusal, in order.
#[track_caller]
pub fn refused(answer: Answer) -> Vec<String> {
    let answer = answer.refused("requirements_unmet");
    let requirements = answer.body["requirements"].list();
    requirements
        .iter()
        .map(|r| r["rule"].text().to_owned())
        .collect()
}

/// A vote of the 14 official members of branch 01, or of the 15 members of the committee.
pub fn ballot(purpose: &str, body: &str, on: &str, in_favor: i32) -> Value {
    let members = if body == "branch" { 14 } else { 15 };
    json!({"on": on, "purpose": purpose, "body": body, "number": format!("06-NQ/{on}"), "method": "secret_ballot", "members": members, "exempt_absent": 0,
        "suspended": 0, "present": members, "in_favor": in_favor, "against": members - in_favor, "abstain": 0})
}

/// A candidate of branch 01. Every step has a default body on a default day.
pub struct Way<'a> {
    pub house: &'a House,
    pub id: String,
}

impl<'a> Way<'a> {
    /// Nominated by `who`; otherwise as by the trade union.
    pub async fn nominated(house: &'a House, who: &str, special: Value) -> Self {
        let body = with(person(1, "Nguyễn Thị Thử Thách", "01-NQ"), special);
        let nomination = house.create(who, "nominations", body).await;
        assert_eq!(nomination.body["stage"], "nominated");
        Self {
            house,
            id: nomination.body["candidate_id"].text().to_owned(),
        }
    }

    pub async fn tries(&self, who: &str, kind: &str, body: Value) -> Answer {
        self.house.act(who, &self.id, kind, body).await
    }
    pub async fn does(&self, who: &str, kind: &str, body: Value) -> Answer {
        let answer = self.tries(who, kind, body.clone()).await;
        assert_eq!(answer.status, 201, "{who} {kind} {body}: {}", answer.text);
        answer
    }
    pub fn path(&self, part: &str) -> String {
        format!("/api/v1/candidates/{}{part}", self.id)
    }
    pub async fn seen(&self) -> Value {
        self.house.read("office", &self.path("")).await.body
    }
    pub async fn stage(&self) -> String {
        self.seen().await["stage"].text().to_owned()
    }
    pub async fn knows(&self, particulars: Value) {
        let version = self.seen().await["version"].number();
        self.house
            .change(BRANCH, &self.path(""), version, particulars)
            .await;
    }

    pub async fn planned(&self) {
        let body = json!({"on": "2021-01-18", "action": "add", "minutes_number": "01-BB/CB", "political_standard": true, "conduct": true,
            "capacity": true, "task_performance": true, "priority_group": "department_staff"});
        self.does(BRANCH, "plan-decisions", body).await;
    }
    pub async fn sponsored(&self, member: u32, on: &str) {
        self.does(
            BRANCH,
            "sponsorships",
            json!({"member_id": demo("dd", 1, member), "from_on": on}),
        )
        .await;
    }
    pub async fn noted(&self, on: &str) {
        self.does(BRANCH, "sponsor-notes", json!({"on": on, "member_id": demo("dd", 1, 6), "assessment": "good", "remarks": "tốt"})).await;
    }
    /// Creates a class of this kind, proposes the person for it and records the certificate;
    /// returns the class.
    pub async fn taught(&self, kind: &str, starts_on: &str, certificate_on: &str) -> String {
        let class = json!({"kind": kind, "title": "Lớp", "issuer": "Trung tâm Chính trị huyện", "starts_on": starts_on, "ends_on": starts_on, "capacity": 5});
        let class = self.house.create("office", "classes", class).await.id();
        let place = self
            .house
            .create(
                BRANCH,
                &format!("classes/{class}/enrolments"),
                json!({"candidate_id": self.id}),
            )
            .await;
        let result = json!({"state": "completed", "grade": "good", "certificate_number": format!("GCN-{class}"), "certificate_on": certificate_on});
        self.house
            .listed_on(&format!("classes/{class}"), starts_on)
            .await;
        self.house
            .change("office", &format!("enrolments/{}", place.id()), 3, result)
            .await;
        class
    }
    pub async fn dossier(&self) {
        self.does(
            BRANCH,
            "dossier",
            json!({"on": "2021-02-05", "application_on": "2021-02-01"}),
        )
        .await;
    }
    pub fn introduction(member: u32, on: &str) -> Value {
        json!({"on": on, "by": "member", "member_id": demo("dd", 1, member), "shared_from": "2018-05-02", "shared_kind": "work", "paper_number": "3-KNĐ"})
    }
    pub async fn introduced(&self, member: u32) {
        self.does(
            BRANCH,
            "introductions",
            Self::introduction(member, "2021-02-10"),
        )
        .await;
    }
    pub async fn introduced_by_union(&self, union: &str) {
        self.does(
            BRANCH,
            "introductions",
            json!({"on": "2021-02-11", "by": union, "paper_number": "04-NQ"}),
        )
        .await;
    }
    /// Records the verification of the person and both parents: declared, sealed, sent, returned.
    /// `flagged` is the one with an issue.
    pub async fn returned(&self, flagged: &str) {
        for visit in Self::visits(flagged) {
            self.does(BRANCH, "verification", visit).await;
        }
    }
    pub fn visits(flagged: &str) -> Vec<Value> {
        let mut visits = Vec::new();
        for (step, on) in [
            ("declared", "2021-02-06"),
            ("sealed", "2021-02-07"),
            ("sent", "2021-02-08"),
            ("returned", "2021-03-01"),
        ] {
            if step == "sealed" {
                visits.push(json!({"on": on, "step": step}));
                continue;
            }
            for relation in ["self_person", "father", "mother"] {
                let mut visit = json!({"on": on, "step": step, "relation": relation});
                if step == "returned" {
                    visit["flagged"] = (relation == flagged).into();
                }
                visits.push(visit);
            }
        }
        visits
    }
    pub async fn verified(&self, flagged: &str) {
        self.returned(flagged).await;
        self.does(
            BRANCH,
            "verification",
            json!({"on": "2021-03-03", "step": "concluded", "conclusion": "clear"}),
        )
        .await;
    }
    pub async fn opined(&self) {
        for of in ["trade_union", "residence_branch_committee"] {
            self.does(
                BRANCH,
                "opinions",
                json!({"on": "2021-03-05", "of": of, "purpose": "admission", "favourable": true}),
            )
            .await;
        }
    }

    /// In the dossier stage, with everything that the branch's vote requires except introductions
    /// and verification. The clock is at 2021-06-01.
    pub async fn prepared(house: &'a House, who: &str, special: Value) -> Self {
        let way = Self::nominated(house, who, special).await;
        house.travel("2021-06-01");
        way.planned().await;
        way.sponsored(6, "2021-01-18").await;
        way.knows(json!({"general_education": "upper_secondary"}))
            .await;
        way.taught("awareness", "2021-01-25", "2021-01-30").await;
        way.dossier().await;
        way.opined().await;
        way.noted("2021-03-10").await;
        way
    }
    /// A trade-union member of 31, introduced by two members and ready for the vote of 2021-03-15.
    pub async fn ready(house: &'a House) -> Self {
        let way = Self::prepared(house, "union", json!({})).await;
        way.introduced(7).await;
        way.introduced(8).await;
        way.verified("").await;
        way
    }
    pub async fn resolved(&self) -> (Answer, Answer) {
        let branch = self
            .does(
                BRANCH,
                "resolutions",
                ballot("admission", "branch", "2021-03-15", 14),
            )
            .await;
        assert_eq!(branch.body["stage_after"], "branch_resolved");
        let committee = self
            .does(
                "office",
                "resolutions",
                ballot("admission", "committee", "2021-03-25", 15),
            )
            .await;
        assert_eq!(committee.body["stage_after"], "committee_resolved");
        (branch, committee)
    }
    pub async fn filed(&self, codes: &[&str], on: &str) {
        for code in codes {
            self.does(
                "office",
                "documents",
                json!({"on": on, "code": code, "received_on": on}),
            )
            .await;
        }
    }
    pub async fn submitted(&self) {
        self.filed(
            &["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"],
            "2021-03-27",
        )
        .await;
        self.does(
            "office",
            "submission",
            json!({"on": "2021-04-01", "paper_number": "14-TTr/ĐU"}),
        )
        .await;
    }
    pub fn decision() -> Value {
        json!({"on": "2021-04-20", "purpose": "admission", "outcome": "granted", "number": "27-QĐNS/HU", "body": "upper_standing_committee",
            "members": 11, "in_favor": 6, "received_on": "2021-04-23"})
    }
    /// Records the decision of 2021-04-20 and the ceremony of 2021-05-05.
    pub async fn admitted(&self) {
        self.does("upper", "decisions", Self::decision()).await;
        self.does(
            BRANCH,
            "ceremony",
            json!({"on": "2021-05-05", "place": "Hội trường"}),
        )
        .await;
        assert_eq!(self.stage().await, "probationary");
    }
    /// A probationary member since 2021-05-05.
    pub async fn probationary(house: &'a House) -> Self {
        let way = Self::ready(house).await;
        way.resolved().await;
        way.submitted().await;
        way.admitted().await;
        way
    }
    /// Official by a recognition of 2022-05-20; the clock is at 2022-07-01.
    pub async fn recognised(house: &'a House) -> (Self, Answer) {
        let way = Self::probationary(house).await;
        house.travel("2022-07-01");
        way.waived("new_member_class", "2022-05-04").await;
        way.reviewed().await;
        for (who, body, on) in [
            (BRANCH, "branch", "2022-05-06"),
            ("office", "committee", "2022-05-16"),
        ] {
            way.does(who, "resolutions", ballot("recognition", body, on, 10))
                .await;
        }
        way.filed(&["13-KNĐ", "15-KNĐ"], "2022-05-17").await;
        let recognised = way
            .does("office", "recognition", Self::recognition("2022-05-20"))
            .await;
        (way, recognised)
    }
    pub fn recognition(on: &str) -> Value {
        json!({"on": on, "number": "41-QĐCN/HU", "body": "upper_standing_committee", "members": 11, "in_favor": 9})
    }
    /// Records the papers for the recognition, dated 2022-05-04.
    pub async fn reviewed(&self) {
        self.filed(&["10-KNĐ", "11-KNĐ", "12-KNĐ"], "2022-05-04")
            .await;
    }
    pub async fn waived(&self, what: &str, on: &str) {
        let body = json!({"on": on, "what": what, "reason": "đi chống dịch", "approver": "Ban Thường vụ Đảng ủy", "paper_number": format!("31-CV/{on}")});
        self.does("standing", "waivers", body).await;
    }
    /// The person's row in the list of members, as the Party Office sees it.
    pub async fn member(&self) -> Option<Value> {
        let list = self
            .house
            .read(
                "office",
                &format!("members?branch_id={}&limit=200", demo("0b", 1, 0)),
            )
            .await;
        list.items()
            .iter()
            .find(|m| m["id"] == self.id.as_str())
            .cloned()
    }
    /// State and due date of this person's deadlines of one kind.
    pub async fn deadlines(&self, kind: &str) -> Vec<(String, String)> {
        let list = self
            .house
            .read(
                BRANCH,
                &format!("deadlines?candidate_id={}&kind={kind}", self.id),
            )
            .await;
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        list.items()
            .iter()
            .map(|d| (text(&d["state"]), text(&d["due_on"])))
            .collect()
    }
    /// The sponsor's notes that are due, and those that were, in order.
    pub async fn notes(&self) -> Vec<(String, String)> {
        let mut notes = self.deadlines("sponsor_note").await;
        notes.sort();
        notes
    }
}

pub fn due(state: &str, on: &str) -> (String, String) {
    (state.to_owned(), on.to_owned())
}

/// S8, S36, S42, S43, S49, S51, S52, S59, S69.
#[tokio::test]
async fn a_youth_union_member_of_24_goes_from_nomination_to_official_member() {
    let house = House::build().await;
    let young = json!({"birth_date": "1996-06-01", "youth_union_member": true, "trade_union_member": false});
    let way = Way::prepared(&house, "youth", young).await;
    way.verified("").await;

    // two members without the union's resolution do not suffice, but the resolution and one member
    // do
    way.introduced(7).await;
    way.introduced(8).await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote).await),
        ["admission.introduction.union"]
    );
    way.introduced_by_union("youth_union").await;
    way.resolved().await;

    // the file must be complete, including the union's form
    way.filed(
        &["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"],
        "2021-03-27",
    )
    .await;
    let submission = json!({"on": "2021-04-01", "paper_number": "14-TTr/ĐU"});
    let missing = way.tries("office", "submission", submission).await;
    assert!(
        missing.body["requirements"][0]["detail"]
            .text()
            .starts_with("4-KNĐ "),
        "{}",
        missing.text
    );
    assert_eq!(refused(missing), ["submission.document"]);
    way.filed(&["4-KNĐ"], "2021-03-27").await;
    way.submitted().await;

    // a stage cannot be set by hand, and no step can be skipped (S8, S42)
    let version = way.seen().await["version"].number();
    let typed = house
        .patch(
            "office",
            &way.path(""),
            version,
            json!({"stage": "official"}),
        )
        .await;
    assert_eq!(
        (typed.status, typed.faults()),
        (422, vec!["/stage".to_owned()]),
        "{}",
        typed.text
    );
    assert_eq!(
        refused(
            way.tries(BRANCH, "ceremony", json!({"on": "2021-05-05"}))
                .await
        ),
        ["act.stage", "ceremony.decision"]
    );
    let five = with(Way::decision(), json!({"in_favor": 5}));
    assert_eq!(
        refused(way.tries("upper", "decisions", five).await),
        ["decision.vote"]
    );
    assert_eq!(way.stage().await, "submitted");
    assert_eq!(way.member().await, None);
    way.admitted().await;

    // the person is now listed as a probationary member; sponsor, notes and tests continue (S43,
    // S51)
    let member = way.member().await.unwrap();
    shows!(member, {"status": "probationary", "joined_on": "2021-05-05", "official_on": null});
    way.noted("2021-05-20").await;
    let test =
        json!({"on": "2021-05-20", "title": "Phụ trách đội tình nguyện", "due_on": "2021-06-30"});
    let test = way.does(BRANCH, "test-assignments", test).await;
    let sponsorships = house.read(BRANCH, &way.path("/sponsorships")).await;
    assert_eq!(
        (
            sponsorships.items().len(),
            &sponsorships.items()[0]["to_on"]
        ),
        (1, &Value::Null)
    );

    // the list of the new-member class (S52)
    house.travel("2022-06-01");
    way.does(
        BRANCH,
        "test-results",
        json!({"on": "2021-06-30", "assignment_id": test.id(), "assessment": "good"}),
    )
    .await;
    let class = way.taught("new_member", "2021-09-06", "2021-09-10").await;
    let pupils = house
        .read("office", &format!("classes/{class}/enrolments"))
        .await;
    assert_eq!(
        (pupils.items().len(), &pupils.items()[0]["candidate_id"]),
        (1, &json!(way.id))
    );

    // the last day still belongs to the probation; the papers are required
    let early = way
        .tries(
            BRANCH,
            "resolutions",
            ballot("recognition", "branch", "2022-05-05", 14),
        )
        .await;
    assert_eq!(early.body["requirements"][0]["earliest_on"], "2022-05-06");
    let wanted = [
        "recognition.probation_ended",
        "recognition.document",
        "recognition.document",
        "recognition.document",
    ];
    assert_eq!(refused(early), wanted);
    way.reviewed().await;
    way.does(
        BRANCH,
        "resolutions",
        ballot("recognition", "branch", "2022-05-06", 10),
    )
    .await;
    assert_eq!(
        refused(
            way.tries("upper", "recognition", Way::recognition("2022-05-20"))
                .await
        ),
        ["act.stage"]
    );
    way.does(
        "office",
        "resolutions",
        ballot("recognition", "committee", "2022-05-16", 10),
    )
    .await;
    // the file must contain both resolutions (13-KNĐ, 15-KNĐ)
    assert_eq!(
        refused(
            way.tries("upper", "recognition", Way::recognition("2022-05-20"))
                .await
        ),
        ["recognition.document", "recognition.document"]
    );
    way.filed(&["13-KNĐ", "15-KNĐ"], "2022-05-17").await;
    let recognised = way
        .does("upper", "recognition", Way::recognition("2022-05-20"))
        .await;
    assert_eq!(recognised.body["stage_after"], "official");

    // official from the end of the twelve months; Party age counts from the decision
    let seen = way.seen().await;
    let days = ["stage", "decided_on", "admitted_on", "official_on"].map(|f| seen[f].text());
    assert_eq!(days, ["official", "2021-04-20", "2021-05-05", "2022-05-05"]);
    let member = way.member().await.unwrap();
    shows!(member, {"status": "official", "official_on": "2022-05-05", "party_age": 1});
    house.travel("2023-04-19");
    assert_eq!(way.member().await.unwrap()["party_age"], 1);
    house.travel("2023-04-20");
    assert_eq!(way.member().await.unwrap()["party_age"], 2);

    // S36: the timeline lists every act in order, with the regulation in force on its day
    let timeline = house.read("office", &way.path("/timeline?limit=200")).await;
    let acts = timeline.items();
    assert!(acts.iter().zip(1..).all(|(a, n)| a["seq"] == n));
    for act in acts {
        let law = if act["on"].text() < "2021-07-30" {
            "29-QĐ/TW"
        } else {
            "24-QĐ/TW"
        };
        assert_eq!(act["regulation"], law, "{act}");
    }
    let count = |kind: &str| acts.iter().filter(|a| a["kind"] == kind).count();
    let counts = [
        "nomination",
        "verification",
        "introduction",
        "resolution",
        "document",
        "certificate",
        "recognition",
    ]
    .map(count);
    assert_eq!(counts, [1, 11, 3, 4, 18, 2, 1]);
    assert_eq!(recognised.body["version"], seen["version"]);
}

/// S42, S69; example 11.
#[tokio::test]
async fn a_trade_union_member_of_37_beside_a_youth_union_needs_two_members() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({"birth_date": "1984-01-20"})).await;
    way.verified("").await;
    way.introduced(7).await;
    way.introduced_by_union("trade_union").await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    let one = way.tries(BRANCH, "resolutions", vote.clone()).await;
    assert_eq!(refused(one), ["admission.introduction.members"]);

    // refused: a probationary member, one who has shared work with the person for only eleven
    // months, and the same member again, whatever the date of the paper
    let bad = Way::introduction(15, "2021-02-10");
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", bad).await),
        ["introduction.official"]
    );
    let short = with(
        Way::introduction(8, "2021-02-10"),
        json!({"shared_from": "2020-02-11"}),
    );
    let short = way.tries(BRANCH, "introductions", short).await;
    assert_eq!(short.body["requirements"][0]["earliest_on"], "2021-02-11");
    assert_eq!(refused(short), ["introduction.shared_months"]);
    for on in ["2021-02-10", "2021-02-09", "2021-02-12"] {
        assert_eq!(
            refused(
                way.tries(BRANCH, "introductions", Way::introduction(7, on))
                    .await
            ),
            ["introduction.once"],
            "{on}"
        );
    }

    // an introducer moves away, and another one replaces them without the twelve months (example
    // 18); the replaced introduction stays on file
    let first = way
        .does(BRANCH, "introductions", Way::introduction(8, "2021-02-10"))
        .await;
    let mut other = with(
        Way::introduction(9, "2021-02-20"),
        json!({"shared_from": "2020-12-20"}),
    );
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", other.clone()).await),
        ["introduction.shared_months"]
    );
    other["replaces"] = first.id().into();
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", other.clone()).await),
        ["introduction.replaces"]
    );
    other["replacement_reason"] = "chuyển công tác".into();
    way.does(BRANCH, "introductions", other).await;
    assert_eq!(
        house
            .read(BRANCH, &way.path("/introductions"))
            .await
            .items()
            .len(),
        4
    );
    way.does(BRANCH, "resolutions", vote).await;
    assert_eq!(way.stage().await, "branch_resolved");
}

/// S42, S69.
#[tokio::test]
async fn where_there_is_no_youth_union_the_trade_union_and_one_member_introduce() {
    let house = House::build().await;
    let branch = format!("/api/v1/branches/{}", demo("0b", 1, 0));
    let version = house.read("office", &branch).await.version();
    house
        .change(
            "office",
            &branch,
            version,
            json!({"has_youth_union": false}),
        )
        .await;
    let way = Way::prepared(&house, "union", json!({})).await;
    way.verified("").await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    way.introduced(7).await;
    way.introduced(8).await;
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote).await),
        ["admission.introduction.union"]
    );
    let foreign = json!({"on": "2021-02-11", "by": "youth_union", "paper_number": "04-NQ"});
    assert_eq!(
        refused(way.tries(BRANCH, "introductions", foreign).await),
        ["introduction.own_member"]
    );
    way.introduced_by_union("trade_union").await;
    way.resolved().await;
    way.filed(
        &["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"],
        "2021-03-27",
    )
    .await;
    let submission = json!({"on": "2021-04-01", "paper_number": "14-TTr/ĐU"});
    let missing = way.tries("office", "submission", submission).await;
    assert!(
        missing.body["requirements"][0]["detail"]
            .text()
            .starts_with("4A-KNĐ "),
        "{}",
        missing.text
    );
    assert_eq!(refused(missing), ["submission.document"]);
    way.filed(&["4A-KNĐ"], "2021-03-28").await;
    way.submitted().await;
}

/// S41, S53: the agreement is never implied.
#[tokio::test]
async fn a_person_over_60_is_voted_on_and_admitted_only_with_a_written_agreement() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({"birth_date": "1961-03-14"})).await;
    way.verified("").await;
    way.introduced(7).await;
    way.introduced(8).await;
    // 720 completed months until 2021-04-13, 721 from the day after (example 4)
    let at = |on: &str| ballot("admission", "branch", on, 14);
    let failed = way
        .does(
            BRANCH,
            "resolutions",
            ballot("admission", "branch", "2021-04-13", 9),
        )
        .await;
    assert_eq!(failed.body["stage_after"], "dossier");
    let carried = way.does(BRANCH, "resolutions", at("2021-04-14")).await;
    assert_eq!(carried.body["stage_after"], "branch_resolved");
    let committee = ballot("admission", "committee", "2021-04-16", 15);
    way.does("office", "resolutions", committee).await;
    way.filed(
        &["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"],
        "2021-04-17",
    )
    .await;
    let submission = json!({"on": "2021-04-18", "paper_number": "14-TTr/ĐU"});
    way.does("office", "submission", submission).await;
    let decision = |on: &str| with(Way::decision(), json!({"on": on, "received_on": on}));
    let decided = |on: &'static str| way.tries("upper", "decisions", decision(on));
    assert_eq!(refused(decided("2021-04-20").await), ["admission.age.most"]);
    let waiver = json!({"on": "2021-04-21", "what": "age_over_sixty", "reason": "bác sĩ đầu ngành", "approver": "Thành ủy", "paper_number": "9-CV"});
    way.tries(BRANCH, "waivers", waiver.clone())
        .await
        .refused("forbidden");
    way.does("office", "waivers", waiver).await;
    assert_eq!(
        refused(decided("2021-04-20").await),
        ["admission.age.most"],
        "agreed to only afterwards"
    );
    let admitted = decided("2021-04-21").await.expect(201);
    assert_eq!(admitted.body["stage_after"], "decided");
}

/// S8, S69; examples 3 and 13.
#[tokio::test]
async fn a_vote_that_fails_is_recorded_and_moves_nothing() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    let vote = |on: &str, special: Value| with(ballot("admission", "branch", on, 9), special);
    let figures = json!({"present": 20, "in_favor": 14, "against": 7, "members": 14});
    assert_eq!(
        refused(
            way.tries(BRANCH, "resolutions", vote("2021-03-15", figures))
                .await
        ),
        ["vote.ballots", "vote.present"]
    );
    let other = json!({"members": 15, "present": 14});
    assert_eq!(
        refused(
            way.tries(BRANCH, "resolutions", vote("2021-03-15", other))
                .await
        ),
        ["vote.register"]
    );
    assert_eq!(
        refused(
            way.tries("office", "resolutions", vote("2021-03-15", json!({})))
                .await
        ),
        ["act.recorded_by"]
    );

    // 9 of 14 is less than two thirds
    for on in ["2021-03-15", "2021-03-22", "2021-03-29"] {
        let failed = way.does(BRANCH, "resolutions", vote(on, json!({}))).await;
        assert_eq!(failed.body["stage_after"], "dossier");
    }
    // a report after three failed votes is due only for recognition and strike-off (29-QĐ/TW, 4.2)
    assert_eq!(way.deadlines("failed_votes").await, []);
    let early = ballot("admission", "committee", "2021-03-30", 15);
    assert_eq!(
        refused(way.tries("office", "resolutions", early).await),
        ["act.stage"]
    );

    // an exempt member is absent, so 9 of 13 carry the vote
    let carried = way
        .does(
            BRANCH,
            "resolutions",
            vote(
                "2021-04-05",
                json!({"exempt_absent": 1, "present": 13, "against": 4}),
            ),
        )
        .await;
    assert_eq!(carried.body["stage_after"], "branch_resolved");
    assert_eq!(
        house
            .read(BRANCH, &way.path("/resolutions"))
            .await
            .items()
            .len(),
        4
    );
    // in the committee it takes two thirds of all serving members
    let failed = way
        .does(
            "office",
            "resolutions",
            ballot("admission", "committee", "2021-04-12", 9),
        )
        .await;
    assert_eq!(failed.body["stage_after"], "branch_resolved");
    way.does(
        "office",
        "resolutions",
        ballot("admission", "committee", "2021-04-13", 10),
    )
    .await;
    assert_eq!(way.stage().await, "committee_resolved");
}

/// S8, S42.
#[tokio::test]
async fn a_returned_file_is_mended_received_and_voted_on_again() {
    let house = House::build().await;
    let way = Way::ready(&house).await;
    way.resolved().await;
    way.submitted().await;
    let notes = json!([{"code": "2-KNĐ", "note": "Thiếu dấu giáp lai trang 4"}, {"code": "5-KNĐ", "note": "Thiếu ngày"}]);
    let back = json!({"on": "2021-04-10", "reason": "chưa hoàn chỉnh", "documents": notes});
    way.tries(BRANCH, "return", back.clone())
        .await
        .refused("forbidden");
    let unknown = with(
        back.clone(),
        json!({"documents": [{"code": "99-KNĐ", "note": "thử"}]}),
    );
    assert_eq!(
        refused(way.tries("upper", "return", unknown).await),
        ["return.documents"]
    );
    let returned = way.does("upper", "return", back).await;
    // having returned the file, the upper committee can no longer read it, so there is no Location
    assert_eq!(returned.location(), "");
    let gone = house.get("upper", &format!("acts/{}", returned.id())).await;
    gone.refused("not_found");
    assert_eq!(
        (
            &returned.body["stage_after"],
            &returned.body["data"]["documents"]
        ),
        (&json!("dossier"), &notes)
    );
    assert_eq!(way.stage().await, "dossier");

    // no vote can be skipped, and votes before the return do not count
    let submission = json!({"on": "2021-05-10", "paper_number": "15-TTr/ĐU"});
    let two = ["act.stage", "submission.document", "submission.document"];
    assert_eq!(
        refused(way.tries("office", "submission", submission.clone()).await),
        two
    );
    let before = ballot("admission", "branch", "2021-04-09", 14);
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", before).await),
        ["act.order"]
    );
    way.does(
        BRANCH,
        "resolutions",
        ballot("admission", "branch", "2021-04-26", 14),
    )
    .await;
    way.does(
        "office",
        "resolutions",
        ballot("admission", "committee", "2021-05-04", 15),
    )
    .await;
    way.filed(&["2-KNĐ"], "2021-05-05").await;
    let one = way.tries("office", "submission", submission.clone()).await;
    assert!(
        one.body["requirements"][0]["detail"]
            .text()
            .starts_with("5-KNĐ "),
        "{}",
        one.text
    );
    assert_eq!(refused(one), ["submission.document"]);
    way.filed(&["5-KNĐ"], "2021-05-06").await;
    let first = with(submission.clone(), json!({"paper_number": "14-TTr/ĐU"}));
    way.tries("office", "submission", first)
        .await
        .duplicate("/paper_number");
    way.does("office", "submission", submission).await;
    assert_eq!(way.stage().await, "submitted");
    way.does(
        "upper",
        "decisions",
        with(
            Way::decision(),
            json!({"on": "2021-05-20", "received_on": "2021-05-24"}),
        ),
    )
    .await;
}

/// S44, S45, S46: the Office proposes a conclusion, and the Standing Committee decides.
#[tokio::test]
async fn a_flagged_political_issue_blocks_the_vote_until_the_standing_committee_admits_it() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    way.introduced(7).await;
    way.introduced(8).await;
    way.verified("father").await;
    let vote = ballot("admission", "branch", "2021-03-25", 14);
    let blocked = way.tries(BRANCH, "resolutions", vote.clone()).await;
    shows!(blocked.body["requirements"][0], {"source": "126-QĐ/TW; kế hoạch dẫn 57-QĐ/TW"});
    assert_eq!(refused(blocked), ["admission.political_issues"]);

    let issue = |on: &str, step: &str| json!({"on": on, "step": step, "relation": "father"});
    let judged = |on: &str, admissible: bool| {
        with(
            issue(on, "concluded"),
            json!({"body": "Ban Thường vụ Đảng ủy", "admissible": admissible}),
        )
    };
    let mother = with(
        issue("2021-03-10", "proposed"),
        json!({"relation": "mother"}),
    );
    assert_eq!(
        refused(way.tries("office", "political-issues", mother).await),
        ["political.flagged"]
    );
    way.tries(BRANCH, "political-issues", issue("2021-03-10", "proposed"))
        .await
        .refused("forbidden");
    assert_eq!(
        refused(
            way.tries(
                "standing",
                "political-issues",
                issue("2021-03-10", "proposed")
            )
            .await
        ),
        ["act.recorded_by"]
    );
    assert_eq!(
        refused(
            way.tries("standing", "political-issues", judged("2021-03-12", true))
                .await
        ),
        ["political.four_eyes"]
    );
    way.does(
        "office",
        "political-issues",
        issue("2021-03-10", "proposed"),
    )
    .await;
    let own = refused(
        way.tries("office", "political-issues", judged("2021-03-12", true))
            .await,
    );
    assert_eq!(own, ["act.recorded_by", "political.four_eyes"]);
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote.clone()).await),
        ["admission.political_issues"],
        "only proposed"
    );
    assert_eq!(
        refused(
            way.tries(
                "standing",
                "political-issues",
                issue("2021-03-12", "concluded")
            )
            .await
        ),
        ["political.conclusion"]
    );
    way.does("standing", "political-issues", judged("2021-03-12", false))
        .await;
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote.clone()).await),
        ["admission.political_issues"],
        "inadmissible"
    );
    way.does("standing", "political-issues", judged("2021-03-20", true))
        .await;
    assert_eq!(way.stage().await, "dossier", "an issue moves no stage");
    way.does(BRANCH, "resolutions", vote).await;

    // the person concerned is P3, and so the timeline leaves it out
    let timeline = house
        .read("standing", &way.path("/timeline?kind=political_issue"))
        .await;
    assert_eq!(timeline.items().len(), 3);
    assert!(
        timeline
            .items()
            .iter()
            .all(|a| a["data"]["relation"].is_null())
    );
}

/// In both languages, an impossible step is worded as possible only in another stage.
#[tokio::test]
async fn a_step_of_another_stage_is_said_to_be_possible_only_there() {
    let house = House::build().await;
    let way = Way::nominated(&house, "union", json!({})).await;
    for (language, words) in [("vi", "Chỉ ở giai đoạn: "), ("en", "Possible only in: ")] {
        let language = [("accept-language", language)];
        let path = way.path("/next-steps");
        let steps = house
            .send(BRANCH, reqwest::Method::GET, &path, None, &language)
            .await;
        let all = steps.body["steps"].list().iter();
        let mut unmet = all
            .flat_map(|step| step["requirements"].list())
            .filter(|r| r["rule"] == "act.stage" && r["met"] == false)
            .map(|r| r["detail"].text())
            .peekable();
        assert!(unmet.peek().is_some(), "nothing is impossible");
        assert!(
            unmet.all(|detail| detail.starts_with(words)),
            "{}",
            steps.text
        );
    }
}

/// An annulment of a political issue is hidden like the issue itself, because it would reveal that
/// there was one.
#[tokio::test]
async fn nobody_else_learns_of_an_issue_that_was_taken_back() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    way.introduced(7).await;
    way.introduced(8).await;
    way.verified("father").await;
    let issue = json!({"on": "2021-03-10", "step": "proposed", "relation": "father"});
    let issue = way.does("office", "political-issues", issue).await.id();
    let taken_back = json!({"on": "2021-03-11", "act_id": issue, "reason": "ghi nhầm"});
    let taken_back = way.does("office", "annulments", taken_back).await.id();
    for act in [&issue, &taken_back] {
        let readers = "standing office: 200, branch-01 overseer: 404";
        house.readers(&format!("acts/{act}"), readers).await;
    }
    for list in ["/timeline?limit=200", "/annulments"] {
        for (who, told) in [
            ("office", true),
            ("standing", true),
            (BRANCH, false),
            ("overseer", false),
        ] {
            let seen = house.read(who, &way.path(list)).await;
            assert_eq!(seen.text.contains(&taken_back), told, "{who} {list}");
        }
    }
}

/// S44.
#[tokio::test]
async fn a_verification_is_sealed_sent_reminded_and_concluded_after_every_answer() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    let step = |on: &str, step: &str, relation: &str| json!({"on": on, "step": step, "relation": relation});
    for relation in ["self_person", "father"] {
        way.does(
            BRANCH,
            "verification",
            step("2021-02-06", "declared", relation),
        )
        .await;
    }
    let sent = step("2021-02-08", "sent", "father");
    assert_eq!(
        refused(way.tries(BRANCH, "verification", sent.clone()).await),
        ["verification.sealed"]
    );
    way.does(
        BRANCH,
        "verification",
        json!({"on": "2021-02-07", "step": "sealed"}),
    )
    .await;
    assert_eq!(
        refused(
            way.tries(
                BRANCH,
                "verification",
                step("2021-03-12", "reminded", "father")
            )
            .await
        ),
        ["verification.sent"]
    );
    house.travel("2021-03-10");
    way.does(BRANCH, "verification", sent).await;
    way.does(
        BRANCH,
        "verification",
        step("2021-02-08", "sent", "self_person"),
    )
    .await;

    // the deadline is thirty days; overdue, reminded, and settled by the answer
    let list = way.deadlines("verification_return").await;
    assert_eq!(list, [due("open", "2021-03-10"), due("open", "2021-03-10")]);
    house.travel("2021-03-11");
    assert_eq!(
        way.deadlines("verification_return").await,
        [due("overdue", "2021-03-10"), due("overdue", "2021-03-10")]
    );
    way.does(
        BRANCH,
        "verification",
        step("2021-03-11", "reminded", "father"),
    )
    .await;
    way.does(
        BRANCH,
        "verification",
        step("2021-03-11", "returned", "father"),
    )
    .await;
    let mut list = way.deadlines("verification_return").await;
    list.sort();
    assert_eq!(
        list,
        [due("overdue", "2021-03-10"), due("settled", "2021-03-10")]
    );

    // the conclusion waits for all subjects, the mother included
    let concluded = json!({"on": "2021-03-11", "step": "concluded", "conclusion": "clear"});
    let early = refused(way.tries(BRANCH, "verification", concluded.clone()).await);
    assert_eq!(early, ["verification.subjects", "verification.returned"]);
    way.does(
        BRANCH,
        "verification",
        step("2021-03-11", "returned", "self_person"),
    )
    .await;
    way.does(
        BRANCH,
        "verification",
        step("2021-03-11", "declared", "mother"),
    )
    .await;
    assert_eq!(
        refused(way.tries(BRANCH, "verification", concluded.clone()).await),
        ["verification.returned"]
    );
    let exempted = step("2021-03-11", "exempted", "mother");
    assert_eq!(
        refused(way.tries(BRANCH, "verification", exempted.clone()).await),
        ["verification.exemption"]
    );
    way.does(
        BRANCH,
        "verification",
        with(
            exempted,
            json!({"reason": "anh ruột là đảng viên", "cv_truthful": true}),
        ),
    )
    .await;
    way.does(BRANCH, "verification", concluded.clone()).await;

    // the earlier conclusion does not cover a subject that is declared later
    house.travel("2021-04-01");
    way.introduced(7).await;
    way.introduced(8).await;
    way.does(
        BRANCH,
        "verification",
        step("2021-03-12", "declared", "child"),
    )
    .await;
    let vote = ballot("admission", "branch", "2021-03-25", 14);
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote.clone()).await),
        ["admission.verification"]
    );
    way.does(BRANCH, "verification", step("2021-03-12", "sent", "child"))
        .await;
    way.does(
        BRANCH,
        "verification",
        step("2021-03-20", "returned", "child"),
    )
    .await;
    assert_eq!(
        refused(way.tries(BRANCH, "resolutions", vote.clone()).await),
        ["admission.verification"]
    );
    way.does(
        BRANCH,
        "verification",
        with(concluded, json!({"on": "2021-03-22"})),
    )
    .await;
    way.does(BRANCH, "resolutions", vote).await;
}

/// S9: parameters depend on the regulation version; example 10.
#[tokio::test]
async fn a_candidacy_over_30_july_2021_is_judged_by_the_regulation_of_each_day() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    way.verified("").await;
    let neighbour = |on: &str| {
        with(
            Way::introduction(7, on),
            json!({"shared_kind": "residence"}),
        )
    };
    house.travel("2021-07-29");
    let old = way
        .tries(BRANCH, "introductions", neighbour("2021-07-29"))
        .await;
    assert_eq!(old.body["requirements"][0]["version"], "29-QĐ/TW");
    assert_eq!(refused(old), ["introduction.shared_kind"]);
    let own = way
        .does(BRANCH, "introductions", Way::introduction(8, "2021-07-29"))
        .await;
    assert_eq!(own.body["regulation"], "29-QĐ/TW");
    shows!(house.read(BRANCH, &way.path("/next-steps")).await, {"regulation": "29-QĐ/TW"});

    house.travel("2021-07-30");
    shows!(house.read(BRANCH, &way.path("/next-steps")).await, {"regulation": "24-QĐ/TW"});
    // an act recorded today and dated yesterday is judged by yesterday's regulation
    assert_eq!(
        refused(
            way.tries(BRANCH, "introductions", neighbour("2021-07-29"))
                .await
        ),
        ["introduction.shared_kind"]
    );
    let new = way
        .does(BRANCH, "introductions", neighbour("2021-07-30"))
        .await;
    assert_eq!(new.body["regulation"], "24-QĐ/TW");
    assert_eq!(
        refused(way.tries(BRANCH, "opinions", json!({"on": "2021-07-31", "of": "youth_union", "purpose": "admission", "favourable": true})).await),
        ["act.not_in_future"]
    );
    let vote = way
        .does(
            BRANCH,
            "resolutions",
            ballot("admission", "branch", "2021-07-30", 14),
        )
        .await;
    assert_eq!(vote.body["regulation"], "24-QĐ/TW");
    let timeline = house.read(BRANCH, &way.path("/timeline?limit=200")).await;
    for act in timeline.items() {
        let law = if act["on"] == "2021-07-30" {
            "24-QĐ/TW"
        } else {
            "29-QĐ/TW"
        };
        assert_eq!(act["regulation"], law, "{act}");
    }
}

/// A union's resolution has one date, and a union introduces a person only once.
#[tokio::test]
async fn a_union_introduces_once_and_by_a_paper_of_one_date() {
    let house = House::build().await;
    let way = Way::prepared(&house, "union", json!({})).await;
    let by_union =
        |number: &str, on: &str| json!({"on": on, "by": "trade_union", "paper_number": number});
    // the nomination cites the same paper with another date
    way.tries(BRANCH, "introductions", by_union("01 – nq", "2021-02-11"))
        .await
        .duplicate("/paper_number");
    way.does(BRANCH, "introductions", by_union("04-NQ", "2021-02-11"))
        .await;
    let again = way.tries(BRANCH, "introductions", by_union("05-NQ", "2021-02-12"));
    assert_eq!(refused(again.await), ["introduction.once"]);
}

/// One resolution of the committee states one number of members.
#[tokio::test]
async fn a_resolution_of_the_committee_says_one_number_of_members() {
    let house = House::build().await;
    let one = Way::ready(&house).await;
    one.resolved().await;
    let other = json!({"full_name": "Nguyễn Thị Hai", "paper_number": "02-NQ"});
    let other = Way::prepared(&house, "union", other).await;
    other.introduced(7).await;
    other.introduced(8).await;
    other.verified("").await;
    let vote = ballot("admission", "branch", "2021-03-15", 14);
    other.does(BRANCH, "resolutions", vote).await;
    let vote = ballot("admission", "committee", "2021-03-25", 15);
    let more = with(vote.clone(), json!({"members": 17}));
    other
        .tries("office", "resolutions", more)
        .await
        .duplicate("/members");
    let right = other.does("office", "resolutions", vote).await;
    // it is unknown which number is right, so the first one can be corrected
    let corrected = json!({"members": 17, "present": 17, "corrects": right.body["id"]});
    let corrected = with(
        ballot("admission", "committee", "2021-03-25", 15),
        corrected,
    );
    other.does("office", "resolutions", corrected).await;
}
