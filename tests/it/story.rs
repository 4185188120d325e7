//! One person from the nomination to official membership, by a client that knows only the document.
//! Every request is counted, including sign-ins.
use std::cell::Cell;

use serde_json::{Value, json};

use crate::procedure::{Way, ballot, with};
use crate::support::{Answer, House, Plain, demo, person};

/// The most requests that the whole story may take.
const MOST: usize = 75;

/// The people in the story; each signs in once.
struct Told<'a> {
    house: &'a House,
    calls: Cell<usize>,
    signed_in: Cell<Vec<&'static str>>,
}

impl Told<'_> {
    fn count(&self, who: &'static str) {
        let mut known = self.signed_in.take();
        if !known.contains(&who) {
            known.push(who);
            self.calls.set(self.calls.get() + 1);
        }
        self.signed_in.set(known);
        self.calls.set(self.calls.get() + 1);
    }
    async fn reads(&self, who: &'static str, path: &str) -> Answer {
        self.count(who);
        self.house.read(who, path).await
    }
    async fn makes(&self, who: &'static str, path: &str, body: Value) -> Answer {
        self.count(who);
        self.house.create(who, path, body).await
    }
    /// Takes a step based on this version.
    async fn steps(&self, who: &'static str, path: &str, version: i64, body: Value) -> Answer {
        self.count(who);
        let answer = self.house.step_with(who, path, version, body).await;
        assert!(
            (200..300).contains(&answer.status),
            "{path}: {}",
            answer.text
        );
        answer
    }
    async fn changes(&self, who: &'static str, path: &str, version: i64, body: Value) -> Answer {
        self.count(who);
        self.house.change(who, path, version, body).await
    }

    /// Takes the person through a class, from its announcement to the certificate.
    async fn taught(&self, candidate: &str, kind: &str, on: &str) {
        let class = json!({"kind": kind, "title": "Lớp", "issuer": "Trung tâm Chính trị huyện",
            "starts_on": on, "ends_on": on, "capacity": 5});
        let class = self.makes("office", "classes", class).await.id();
        let seats = format!("classes/{class}/enrolments");
        let seat = self
            .makes("branch-01", &seats, json!({"candidate_id": candidate}))
            .await;
        let paper = json!({"on": on, "paper_number": "15-CV/ĐU"});
        for (step, version) in [("compilations", 1), ("confirmations", 2)] {
            let path = format!("classes/{class}/{step}");
            self.steps("office", &path, version, paper.clone()).await;
        }
        let result = json!({"state": "completed", "grade": "good",
            "certificate_number": format!("GCN-{kind}"), "certificate_on": on});
        let seat = format!("enrolments/{}", seat.id());
        self.changes("office", &seat, 3, result).await;
    }

    /// Reads the version of the file, and records these acts in one batch.
    async fn records(&self, who: &'static str, candidate: &str, acts: Vec<Value>) -> Answer {
        let file = format!("candidates/{candidate}");
        let version = self.reads(who, &file).await.version();
        let batch = format!("{file}/act-batches");
        self.steps(who, &batch, version, json!({"acts": acts}))
            .await
    }
}

fn entry(kind: &str, on: &str, act: Value) -> Value {
    let mut entry = json!({"kind": kind});
    entry["act"] = with(json!({"on": on}), act);
    entry
}

fn papers(codes: &[&str], on: &str) -> Vec<Value> {
    let paper = |code: &&str| entry("document", on, json!({"code": code, "received_on": on}));
    codes.iter().map(paper).collect()
}

fn voted(purpose: &str, body: &str, on: &str) -> Value {
    let members = if body == "branch" { 14 } else { 15 };
    entry("resolution", on, ballot(purpose, body, on, members))
}

/// What the branch records between the adoption and its vote.
fn file() -> Vec<Value> {
    let mut acts = vec![entry(
        "dossier",
        "2021-02-05",
        json!({"application_on": "2021-02-01"}),
    )];
    let visits = Way::visits("").into_iter();
    acts.extend(visits.map(|visit| json!({"kind": "verification", "act": visit})));
    let clear = json!({"step": "concluded", "conclusion": "clear"});
    acts.push(entry("verification", "2021-03-03", clear));
    for member in [7, 8] {
        let introduction = Way::introduction(member, "2021-02-10");
        acts.push(entry("introduction", "2021-02-10", introduction));
    }
    for of in ["trade_union", "residence_branch_committee"] {
        let opinion = json!({"of": of, "purpose": "admission", "favourable": true});
        acts.push(entry("opinion", "2021-03-05", opinion));
    }
    let note = json!({"member_id": demo("dd", 1, 6), "assessment": "good"});
    acts.push(entry("sponsor_note", "2021-03-10", note));
    acts.push(voted("admission", "branch", "2021-03-15"));
    acts
}

#[tokio::test]
async fn the_whole_story_of_a_person_takes_at_most_75_requests() {
    let house = House::build().await;
    house.travel("2022-06-01");
    let story = Told {
        house: &house,
        calls: Cell::default(),
        signed_in: Cell::default(),
    };
    let (branch, office, upper) = ("branch-01", "office", "upper");
    let nominated = person(1, "Đặng Thị Hoài An", "21-NQ/CĐ");
    let nomination = story.makes("union", "nominations", nominated).await;
    let id = nomination.body["candidate_id"].text().to_owned();
    let own = format!("candidates/{id}");

    // the branch enters the particulars, assigns a sponsor and adopts her
    let seen = story.reads(branch, &own).await;
    let educated = json!({"general_education": "upper_secondary"});
    let seen = story.changes(branch, &own, seen.version(), educated).await;
    let sponsor = json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-15"});
    let place = format!("{own}/sponsorships");
    story.steps(branch, &place, seen.version(), sponsor).await;
    let add = json!({"action": "add", "minutes_number": "01-BB/CB", "political_standard": true,
        "conduct": true, "capacity": true, "task_performance": true,
        "priority_group": "department_staff"});
    let add = vec![entry("plan_decision", "2021-01-18", add)];
    let planned = story.records(branch, &id, add).await;
    assert_eq!(planned.body["stage"], "in_plan");
    story.taught(&id, "awareness", "2021-01-25").await;

    // what is missing is read from next-steps; then the file is completed and the branch votes
    story.reads(branch, &format!("{own}/next-steps")).await;
    let voted_on = story.records(branch, &id, file()).await;
    assert_eq!(voted_on.body["stage"], "branch_resolved");

    // the Office reads the appraisal slip and the background, the committee votes, and the file is
    // submitted
    story.reads(office, &format!("{own}/appraisal")).await;
    let background = story.reads(office, &format!("{own}/background")).await;
    assert!(background.body["acts"].list().len() >= 11);
    let mut up = vec![voted("admission", "committee", "2021-03-25")];
    let admission = ["1-KNĐ", "2-KNĐ", "3-KNĐ", "5-KNĐ", "6-KNĐ", "8-KNĐ"];
    up.extend(papers(&admission, "2021-03-27"));
    up.push(entry(
        "submission",
        "2021-04-01",
        json!({"paper_number": "14-TTr/ĐU"}),
    ));
    let submitted = story.records(office, &id, up).await;
    assert_eq!(submitted.body["stage"], "submitted");
    story.reads(upper, &format!("{own}/appraisal")).await;
    let decision = vec![entry("decision", "2021-04-20", Way::decision())];
    story.records(upper, &id, decision).await;

    // the ceremony, a year on probation, the class for new members
    let mut year = vec![entry(
        "ceremony",
        "2021-05-05",
        json!({"place": "Hội trường"}),
    )];
    let note = json!({"member_id": demo("dd", 1, 6), "assessment": "good"});
    year.push(entry("sponsor_note", "2021-08-05", note));
    let admitted = story.records(branch, &id, year).await;
    assert_eq!(admitted.body["stage"], "probationary");
    story.taught(&id, "new_member", "2021-09-10").await;
    let review = papers(&["10-KNĐ", "11-KNĐ", "12-KNĐ"], "2022-05-04");
    story.records(office, &id, review).await;
    let vote = vec![voted("recognition", "branch", "2022-05-06")];
    story.records(branch, &id, vote).await;
    let mut up = vec![voted("recognition", "committee", "2022-05-16")];
    up.extend(papers(&["13-KNĐ", "15-KNĐ"], "2022-05-17"));
    story.records(office, &id, up).await;
    let recognition = vec![entry(
        "recognition",
        "2022-05-20",
        Way::recognition("2022-05-20"),
    )];
    let done = story.records(upper, &id, recognition).await;
    assert_eq!(done.body["stage"], "official");

    // finally the whole timeline is read
    let timeline = story
        .reads(office, &format!("{own}/timeline?limit=200"))
        .await;
    assert_eq!(timeline.items().len(), 42);
    let member = story.reads(office, &format!("members/{id}")).await;
    assert_eq!(member.body["official_on"], "2022-05-05");
    let calls = story.calls.get();
    assert!(calls <= MOST, "{calls} requests, at most {MOST}");
}
