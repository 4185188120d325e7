//! Regulations as data over HTTP: complete, with citations, and without English prose in Vietnamese
//! answers.
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use ketnap::law::regulation::{BUILT_IN, Regulations};
use serde_json::{Value, json};

use crate::procedure::{BRANCH, Way, ballot};
use crate::process::{Folder, Running, external, ketnap, run, sign_in, start};
use crate::support::{Build, House, PASSWORD, Plain, database, shows, url};

async fn versions(house: &House, language: &str) -> Vec<Value> {
    let headers = [("accept-language", language)];
    let answer = house
        .send(
            "branch-01",
            reqwest::Method::GET,
            "/api/v1/regulations",
            None,
            &headers,
        )
        .await
        .expect(200);
    answer.body["items"].list().clone()
}

fn parameter<'a>(versions: &'a [Value], code: &str, name: &str) -> &'a Value {
    let version = versions.iter().find(|v| v["code"] == code).unwrap();
    let all = version["parameters"].list();
    all.iter().find(|p| p["name"] == name).unwrap()
}

#[tokio::test]
async fn every_parameter_is_served_whole() {
    let house = House::build().await;
    let english = versions(&house, "en").await;
    let ceremony = |code| {
        let p = parameter(&english, code, "ceremony_workdays");
        (
            p["value"].clone(),
            p["unit"].clone(),
            p["from"]["word"].clone(),
        )
    };
    let working_days = |from: &str| (json!(30), json!("working_days"), json!(from));
    assert_eq!(ceremony("294-QĐ/TW"), working_days("decision_received"));
    assert_eq!(ceremony("208-QĐ/TW"), working_days("decision_issued"));
    let decide = parameter(&english, "24-QĐ/TW", "decide_admission_workdays");
    shows!(decide, {"extension": 30, "inherited_from": null});
    let vote = parameter(&english, "232-QĐ/TW", "upper_vote");
    assert_eq!(
        (
            &vote["of"]["label"],
            &vote["strict"],
            &vote["inherited_from"],
            &vote["confirmed"]
        ),
        (
            &json!("all serving members of the upper standing committee, absent ones too"),
            &json!(true),
            &json!("24-QĐ/TW"),
            &json!("unconfirmed")
        )
    );
    assert_eq!(vote["citation"], "kế thừa từ 24-QĐ/TW, 9.3 và 9.3.3");
    let kinds = parameter(&english, "208-QĐ/TW", "introducer_shared_kinds");
    assert_eq!(kinds["allowed"].list().len(), 4);
}

#[tokio::test]
async fn a_vietnamese_reader_reads_vietnamese() {
    let house = House::build().await;
    let vietnamese = versions(&house, "vi").await;
    let vote = parameter(&vietnamese, "208-QĐ/TW", "branch_vote");
    assert_eq!(
        (&vote["meaning"], &vote["of"]["label"]),
        (
            &json!("Tỷ lệ tán thành cần có khi chi bộ biểu quyết"),
            &json!("số đảng viên chính thức có quyền biểu quyết")
        )
    );
    for version in &vietnamese {
        for p in version["parameters"].list() {
            assert_eq!(p["citation"], p["source"]);
            for text in [&p["citation"], &p["meaning"]] {
                for word in [
                    "read",
                    "guidance",
                    "question bank",
                    "clause",
                    "as in",
                    "the ",
                ] {
                    assert!(!text.as_str().unwrap().contains(word), "{text}");
                }
            }
            assert!(p.get("note").is_none());
        }
    }
}

/// A version with all the mistakes that people usually make, to be appended to the built-in ones.
const POOR: &str = "
[[version]]
code = \"X\"
issued_on = 2027-03-02
effective_from = 2027-02-01
[version.parameters]
age_min_months = { value = 216, source = \"\", confirmed = \"text\" }
age_max_months = { value = \"720\", citation = \"\", confirmed = \"text\" }
ceremony_workdays = { value = 30, from = \"receipt\", citation = \"X, 1\", confirmed = \"text\" }
probation_months = { value = 12, citation = \"X, 2\", confirmed = \"text\" }
introducer_shared_kinds = { value = [\"work\", \"friendship\"], citation = \"X, 3\", confirmed = \"text\" }
";

/// The message about each of these mistakes.
const TOLD: [&str; 8] = [
    "X: effective_from 2027-02-01 is before issued_on 2027-03-02",
    "X: age_min_months: citation is missing",
    "X: age_min_months: source is no key",
    "X: age_max_months cannot be \"720\": wanted is a whole number",
    "X: age_max_months: citation is empty",
    "X: ceremony_workdays: from cannot be \"receipt\": wanted is one of decision_received",
    "X: probation_months: from is missing: wanted is one of ceremony",
    "X: introducer_shared_kinds cannot be [\"work\",\"friendship\"]: wanted is a list of one or more of work",
];

fn written(folder: &Folder, name: &str, text: &str) -> PathBuf {
    let path = folder.0.join(name);
    fs::write(&path, text).unwrap();
    path
}

fn check(file: &PathBuf, more: &[&str]) -> Command {
    let mut command = ketnap(&["regulations", "check"]);
    command
        .arg(file)
        .args(more)
        .env("KETNAP_DATA_DIR", "/nowhere");
    command
}

#[tokio::test]
async fn a_file_with_mistakes_is_refused_with_all_of_them_wherever_it_is_read() {
    let folder = Folder::new();
    let poor = written(&folder, "poor.toml", &format!("{BUILT_IN}{POOR}"));
    run(check(&poor, &[])).refused(&TOLD);
    let database = database().await;
    let mut doctor = ketnap(&["doctor"]);
    doctor.env("DATABASE_URL", url("ketnap_app", &database));
    for mut reads in [doctor, external("ketnap_app", &database)] {
        reads.env("KETNAP_REGULATIONS", &poor);
        run(reads).refused(&TOLD);
    }
}

#[tokio::test]
async fn the_check_names_the_cases_and_the_standing_files_that_a_file_changes() {
    let folder = Folder::new();
    let same = written(&folder, "same.toml", BUILT_IN);
    let asks = "= { value = 216, citation = \"29-QĐ/TW, 1\"";
    assert!(BUILT_IN.contains(asks));
    let older = BUILT_IN.replace(asks, &asks.replace("216", "600"));
    let older = written(&folder, "older.toml", &older);
    let alone = run(check(&older, &[])).succeeded();
    assert!(alone.contains("changes the case") && !alone.contains("standing"));

    let url = url("ketnap_app", &database().await);
    let beside = |file| {
        let mut command = check(file, &[]);
        command.env("DATABASE_URL", &url);
        run(command).succeeded()
    };
    let said = beside(&same);
    assert!(
        said.contains("no standing file would be judged differently"),
        "{said}"
    );
    let said = beside(&older);
    assert!(
        said.contains("standing file(s) would be judged differently"),
        "{said}"
    );
    assert!(said.contains("admission.age.least met ("), "{said}");
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
    let rest = text.split_once(from).unwrap().1;
    rest.split_once(to).unwrap().0
}

/// The commands in the README's chapter about a new regulation work as they stand: trial, check,
/// holidays and a setting.
#[tokio::test]
async fn a_new_regulation_comes_in_as_the_readme_says() {
    let readme = include_str!("../../README.md");
    let chapter = between(readme, "## A new regulation\n", "\n## ");
    let block = between(chapter, "```sh\n", "```");
    let draft = between(block, "<<'END'\n", "END\n");
    let house = House::build().await;
    house.travel("2026-12-05");
    let trial = json!({"toml": draft, "appended": true});
    let trial = house.post("office", "regulation-trials", trial).await;
    assert!(trial.expect(200).body["tried"].number() > 0);
    let folder = Folder::new();
    let file = written(&folder, "my.toml", &format!("{BUILT_IN}{draft}"));
    run(check(&file, &[])).succeeded();
    let mut recorded = Vec::new();
    for line in block.lines().filter(|line| line.contains(" -d '{")) {
        let who = line.split(' ').nth(1).unwrap();
        let body: Value = serde_json::from_str(between(line, "-d '", "' $B")).unwrap();
        let path = line.split_once("$B/").unwrap().1;
        if line.contains("PATCH") {
            let seen = house.read(who, path).await.version();
            house.change(who, path, seen, body).await;
        } else {
            house.create(who, path, body).await;
        }
        recorded.push(path.to_owned());
    }
    assert_eq!(
        recorded,
        ["holidays", "holidays", "settings/review_interval_months"]
    );
}

#[test]
fn cases_of_ones_own_are_run_from_a_folder() {
    let folder = Folder::new();
    let same = written(&folder, "same.toml", BUILT_IN);
    let case = |unmet: &str| {
        format!(
            "title = \"Thử\"\n[start]\nfile = \"ready\"\n[[judged]]\nact = \"resolution\"\non = 2021-06-01\nexpect = {{ unmet = [{unmet}] }}\n"
        )
    };
    let cases = folder.0.join("cases");
    fs::create_dir(&cases).unwrap();
    fs::write(cases.join("right.toml"), case("")).unwrap();
    let folder_of = cases.to_str().unwrap().to_owned();
    run(check(&same, &["--cases", &folder_of])).succeeded();
    fs::write(cases.join("wrong.toml"), case("\"admission.age.least\"")).unwrap();
    run(check(&same, &["--cases", &folder_of])).refused(&["wrong.toml", "admission.age.least"]);
}

/// The number of versions in force, as this account sees them.
async fn in_force(base: &str, token: &str) -> usize {
    let answer = reqwest::Client::new()
        .get(format!("{base}/api/v1/regulations"))
        .bearer_auth(token);
    let body: Value = answer.send().await.unwrap().json().await.unwrap();
    body["items"].list().len()
}

#[tokio::test]
async fn a_hangup_reads_a_good_file_and_refuses_a_bad_one_by_name() {
    let folder = Folder::new();
    let file = written(&folder, "regulations.toml", BUILT_IN);
    let mut command = external("ketnap_app", &database().await);
    command.env("KETNAP_REGULATIONS", &file);
    let mut running = start(command);
    let base = running.ready();
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    let versions = in_force(&base, &token).await;

    fs::write(&file, format!("{BUILT_IN}{POOR}")).unwrap();
    running.signal("HUP");
    running.logged("the regulations stay as they were");
    running.logged("introducer_shared_kinds cannot be");
    assert_eq!(in_force(&base, &token).await, versions);

    // all files are judged at the start, and again after each edition that was read
    let (read, judged) = ("regulations read again", "files judged again");
    running.logged(judged);
    let more = "\n[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2027-01-02\neffective_from = 2027-02-01\n";
    fs::write(&file, format!("{BUILT_IN}{more}")).unwrap();
    let before = running.times_logged(judged);
    running.signal("HUP");
    running.logged(read);
    assert_eq!(in_force(&base, &token).await, versions + 1);
    running.logged_again(judged, before);

    // acts are named if a new act of the same day would be judged by another version
    let moved = BUILT_IN.replacen(
        "effective_from = 2021-07-30",
        "effective_from = 2021-12-01",
        1,
    );
    fs::write(&file, moved).unwrap();
    running.signal("HUP");
    running.logged("were judged by 24-QĐ/TW, a new one would be by 29-QĐ/TW");
    running.logged_again(read, 1);

    // an edition that lacks the version by which acts were judged is refused, because they could
    // not be replayed
    let second = BUILT_IN.match_indices("[[version]]").nth(1).unwrap().0;
    fs::write(&file, &BUILT_IN[..second]).unwrap();
    running.signal("HUP");
    running.logged("cannot replay what is on record");
    assert_eq!(in_force(&base, &token).await, versions);
    running.signal("TERM");
    assert!(running.end().status.success());
}

/// Reads this path below `/api/v1/` with the token.
async fn read(base: &str, token: &str, path: &str) -> Value {
    let answer = reqwest::Client::new().get(format!("{base}/api/v1/{path}"));
    let answer = answer.bearer_auth(token).send().await.unwrap();
    assert!(answer.status().is_success(), "{path}: {}", answer.status());
    answer.json().await.unwrap()
}

/// The number of open duties for acts without their ground, once all files have been judged.
/// Asserts that there is one for each act in the findings, and that the overview counts the same
/// files.
async fn lost(base: &str, token: &str) -> usize {
    let found = loop {
        let found = read(base, token, "findings?limit=200").await;
        if found["judging"] == json!([]) {
            break found;
        }
        tokio::task::yield_now().await;
    };
    let path = "deadlines?kind=ground_lost&state=open,overdue&limit=200";
    let duties = read(base, token, path).await["items"].list().len();
    let files = found["items"].list().iter();
    let acts: BTreeSet<String> = files
        .flat_map(|file| file["findings"].list().clone())
        .map(|finding| finding["act_id"].to_string())
        .collect();
    assert_eq!(duties, acts.len(), "{found}");
    let files = found["items"].list().len();
    let overview = read(base, token, "overview").await;
    let counted = overview["items"].list().iter();
    let counted: Option<i64> = counted.map(|b| b["open_findings"].as_i64()).sum();
    assert_eq!(counted, Some(i64::try_from(files).unwrap()));
    duties
}

/// The duties follow the regulations, whether these are read at a signal or at the start, from a
/// file or built in.
#[tokio::test]
async fn duties_follow_the_regulations_of_a_signal_and_of_a_start() {
    let folder = Folder::new();
    let older = BUILT_IN.replacen("{ value = 216,", "{ value = 600,", 1);
    let file = written(&folder, "regulations.toml", BUILT_IN);
    let database = database().await;
    let mut command = external("ketnap_app", &database);
    command.env("KETNAP_REGULATIONS", &file);
    let mut running = start(command);
    let base = running.ready();
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    assert_eq!(lost(&base, &token).await, 0);
    let judge = async |text: &str, running: &mut Running, read: usize| {
        fs::write(&file, text).unwrap();
        running.signal("HUP");
        running.logged_again("regulations read again", read);
        lost(&base, &token).await
    };
    let many = judge(&older, &mut running, 0).await;
    assert!(many > 10, "{many}");
    assert_eq!(judge(BUILT_IN, &mut running, 1).await, 0);
    assert_eq!(judge(&older, &mut running, 2).await, many);
    running.signal("TERM");
    assert!(running.end().status.success());
    // without the setting, the built-in regulations apply
    let mut running = start(external("ketnap_app", &database));
    let base = running.ready();
    let token = sign_in(&base, "office", PASSWORD).await.unwrap();
    assert_eq!(lost(&base, &token).await, 0);
    running.signal("TERM");
    assert!(running.end().status.success());
}

/// The built-in versions, and one in force from this day by which more than half of a branch's
/// votes suffice.
fn laxer(from: &str) -> String {
    let version = format!(
        "[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = {from}\neffective_from = {from}\n[version.parameters]\n\
         branch_vote = {{ value = [1, 2], of = \"entitled official members\", citation = \"999-QĐ/TW, 4\", confirmed = \"text\" }}\n"
    );
    let next = "[[version]]\ncode = \"24-QĐ/TW\"";
    assert!(BUILT_IN.contains(next));
    BUILT_IN.replacen(next, &format!("{version}\n{next}"), 1)
}

/// An act is replayed by the version by which it was judged, even if the file later assigns its day
/// to another one.
#[tokio::test]
async fn an_act_is_replayed_by_its_own_version_and_named_when_the_file_moves_it() {
    let by = |text: &str| Build {
        regulations: Regulations::read(text).unwrap(),
        ..Build::default()
    };
    let house = House::with(by(&laxer("2021-03-10"))).await;
    let way = Way::ready(&house).await;
    let vote = ballot("admission", "branch", "2021-03-15", 8);
    let vote = way.does(BRANCH, "resolutions", vote).await;
    shows!(vote.body, {"regulation": "999-QĐ/TW", "stage_after": "branch_resolved"});

    // here the version takes effect a month later, so eight of fourteen votes would not suffice on
    // that day
    let later = laxer("2021-04-10");
    let after = House::over(house.database.clone(), by(&later)).await;
    after.travel("2021-06-01");
    let way = Way {
        house: &after,
        id: way.id.clone(),
    };
    assert_eq!(way.stage().await, "branch_resolved");
    let opinions = after.read(BRANCH, &way.path("/opinions")).await;
    let first = &opinions.items()[0];
    let spelled = json!({"on": first["on"], "of": first["data"]["of"], "purpose": "admission", "favourable": true,
        "corrects": first["id"], "remarks": "nhất trí"});
    way.does(BRANCH, "opinions", spelled).await;
    let found = after.read("office", "findings").await;
    assert!(
        found
            .items()
            .iter()
            .all(|f| f["candidate_id"] != way.id.as_str())
    );
    let vote = ballot("admission", "committee", "2021-03-25", 15);
    let vote = way.does("office", "resolutions", vote).await;
    shows!(vote.body, {"regulation": "29-QĐ/TW", "stage_after": "committee_resolved"});

    let folder = Folder::new();
    let moved = "1 act(s) of 2021-03-15 were judged by 999-QĐ/TW, a new one would be by 29-QĐ/TW";
    let file = written(&folder, "later.toml", &later);
    let doctor = |file: &PathBuf| {
        let mut command = ketnap(&["doctor"]);
        command.env("DATABASE_URL", url("ketnap_app", &house.database));
        command.env("KETNAP_REGULATIONS", file);
        run(command)
    };
    let serve = |file: &PathBuf| {
        let mut command = external("ketnap_app", &house.database);
        command.env("KETNAP_REGULATIONS", file);
        start(command)
    };
    let told = doctor(&file).sound();
    for named in [moved, &vote_of(&house, &way.id).await] {
        assert!(told.contains(named), "{named} is not named: {told}");
    }
    let mut running = serve(&file);
    running.ready();
    running.logged(moved);
    running.signal("TERM");
    assert!(running.end().status.success());

    // a file without that version is refused, because the vote could not be replayed
    let file = written(&folder, "without.toml", BUILT_IN);
    let gone = "1 act(s) of 2021-03-15 were judged by 999-QĐ/TW, which is not in the file";
    doctor(&file).refused(&[gone]);
    serve(&file).end().refused(&[gone]);
}

/// The id of the branch's vote.
async fn vote_of(house: &House, candidate: &str) -> String {
    let vote = format!(
        "select id::text from act where candidate_id = '{candidate}' and on_date = '2021-03-15'"
    );
    house.column(&vote).await.remove(0)
}

/// The validity of a certificate follows the version in force at its issue: in the requirement, in
/// the deadline and in the list of the class.
#[tokio::test]
async fn a_certificate_is_valid_by_the_version_of_its_issue() {
    let shorter = "\n[[version]]\ncode = \"999-QĐ/TW\"\nissued_on = 2026-10-01\neffective_from = 2026-10-01\n[version.parameters]\n\
        awareness_valid_months = { value = 36, citation = \"999-QĐ/TW, 5\", confirmed = \"text\" }\n";
    let build = Build {
        regulations: Regulations::read(&format!("{BUILT_IN}{shorter}")).unwrap(),
        ..Build::default()
    };
    let house = House::with(build).await;
    for (issued, until, clause) in [
        ("2023-06-01", "2028-06-01", "12-HD/BTCTW (2022)"),
        ("2026-10-15", "2029-10-15", "999-QĐ/TW, 5"),
    ] {
        house.travel("2021-01-15");
        let special = json!({"full_name": format!("Lò Thị {issued}"), "paper_number": issued});
        let way = Way::nominated(&house, "union", special).await;
        house.travel("2026-11-16");
        way.planned().await;
        let class = way.taught("awareness", issued, issued).await;
        let list = house
            .read("office", &format!("classes/{class}/enrolments"))
            .await;
        shows!(list.items()[0], {"certificate_valid_to": until});
        let mine = format!("deadlines?candidate_id={}&kind=certificate_expires", way.id);
        let duty = house.read(BRANCH, &mine).await.items()[0].clone();
        shows!(duty, {"due_on": until});
        assert!(duty["source"].text().contains(clause), "{duty}");
        let next: chrono::NaiveDate = until.parse().unwrap();
        let next = next.succ_opt().unwrap().to_string();
        for (on, held) in [("2026-11-16", true), (until, true), (&next, false)] {
            let steps = house
                .read(BRANCH, &way.path(&format!("/next-steps?on={on}")))
                .await;
            let vote = steps.body["steps"]
                .list()
                .iter()
                .find(|s| s["kind"] == "resolution");
            let mut unmet = vote.unwrap()["requirements"].list().iter();
            let expired = unmet.find(|r| r["rule"] == "admission.certificate");
            assert_eq!(expired.is_none(), held, "{on}: {expired:?}");
            let cited = expired.is_none_or(|r| r["source"].text().contains(clause));
            assert!(cited, "{expired:?}");
        }
    }
}
