//! T-14: no answer depends on data that the caller may not see.
use std::collections::{BTreeMap, BTreeSet};

use ketnap::access::{self, Role, Show};
use ketnap::api::beyond;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::access::{LOGINS, Operation, ask, full_list, operations, plausible};
use crate::architecture::sources;
use crate::procedure::{BRANCH, Way, ballot};
use crate::support::{
    Answer, House, Plain, demo, document, person, planned, read_sealed, seals, shows, with,
    write_sealed,
};

/// Status, headers and body, without the parts that are specific to one request.
fn kept(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = ["date", "x-request-id", "ratelimit-remaining"];
    let headers = answer
        .headers
        .iter()
        .filter(|(n, _)| !own.contains(&n.as_str()));
    let headers = headers.map(|(n, v)| {
        let mut value = v.to_str().unwrap_or("");
        if n == "etag" {
            // after the version comes a digest of the body, and the body itself is compared
            value = value.split_once('-').map_or(value, |(version, _)| version);
            value = value.split_once("W/").map_or(value, |(before, _)| before);
        }
        (n.to_string(), value.to_owned())
    });
    let mut headers: Vec<(String, String)> = headers.collect();
    headers.sort();
    let mut body: Value = serde_json::from_str(&answer.text).unwrap_or(Value::Null);
    if let Some(problem) = body.as_object_mut() {
        problem.remove("trace_id");
    }
    let text = if body.is_null() {
        answer.text.clone()
    } else {
        body.to_string()
    };
    (answer.status, headers, text)
}

/// The database looks for other people only when nothing else is wrong with the request. Each hit
/// is logged, and after too many the account is stopped for the day.
#[tokio::test]
async fn t14_who_is_known_is_not_found_out_by_trying() {
    let house = House::build().await;
    let owner = house.owner().await;
    let known = "select full_name, birth_date::text from member where branch_id = $1::text::uuid order by id limit 1";
    let row = owner.query_one(known, &[&demo("0b", 4, 0)]).await.unwrap();
    let (name, born): (String, String) = (row.get(0), row.get(1));
    let nominate = |born: &str, on: &str| {
        let mut body = person(4, &name, "77-NQ/ĐTN");
        body["birth_date"] = born.into();
        body["paper_on"] = on.into();
        body["youth_union_member"] = true.into();
        house.post("youth", "nominations", body)
    };
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    // with a paper dated in the future, a right guess gets the same answer as a wrong one
    let right = nominate(&born, "2031-01-01").await;
    let wrong = nominate("1990-01-01", "2031-01-01").await;
    assert_eq!(kept(&right), kept(&wrong));
    assert_eq!(house.count(hits).await, 0);
    for n in 1..=20 {
        let answer = nominate(&born, "2021-01-12").await;
        assert_eq!(answer.rules(), ["nomination.no_open_candidacy"]);
        assert_eq!(house.count(hits).await, n);
    }
    let stopped = nominate(&born, "2021-01-12").await.refused("rate_limited");
    assert_ne!(stopped.header("retry-after"), "");
    nominate("1990-01-01", "2021-01-12")
        .await
        .refused("rate_limited");
    house.travel("2021-01-17");
    nominate("1990-01-01", "2021-01-12").await.expect(201);
}

/// Remarks about a person belong to the branch that wrote them. After a move, the new branch cannot
/// see, change or guess them.
#[tokio::test]
async fn remarks_stay_with_the_branch_when_a_person_moves() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let path = format!("candidates/{id}");
    let version = house.read("branch-01", &path).await.version();
    let mine = json!({"remarks": "chỉ chi bộ 01 biết"});
    house.change("branch-01", &path, version, mine).await;
    let moved = format!(
        "update candidate set branch_id = '{}', version = 50 where id = '{id}'",
        demo("0b", 2, 0)
    );
    house.owner().await.batch_execute(&moved).await.unwrap();
    // the new branch finds the field empty, and what it writes becomes its own remarks
    let changed = house
        .change("branch-02", &path, 50, json!({"phone": "0900000000"}))
        .await;
    assert!(changed.body["remarks"].is_null());
    let unchanged = json!({"remarks": null});
    let same = house.change("branch-02", &path, 51, unchanged).await;
    assert_eq!(same.version(), 51, "as for a person without remarks");
    for (guess, version) in [("chỉ chi bộ 01 biết", 51), ("khác", 52)] {
        let guessed = json!({"remarks": guess});
        let answer = house.change("branch-02", &path, version, guessed).await;
        shows!(answer, {"remarks": guess, "version": version + 1});
    }
    // when the person comes back, the old branch has its own remarks again
    let back = moved.replace(&demo("0b", 2, 0), &demo("0b", 1, 0));
    house.owner().await.batch_execute(&back).await.unwrap();
    shows!(house.read("branch-01", &path).await, {"remarks": "chỉ chi bộ 01 biết"});
}

/// The same for the reasons why a person is not a namesake and where corrected dates come from:
/// they are shown to the branch that had the person then, and to those who confirm them.
#[tokio::test]
async fn reasons_stay_with_the_branch_when_a_person_moves() {
    let house = House::build().await;
    let why = json!({"namesake_reason": "khác quê quán"});
    let body = with(&person(1, "Vàng Thị Trùng", "78-NQ"), why);
    let made = house.create("union", "nominations", body).await;
    let file = made.body["candidate_id"].text().to_owned();
    let new = json!({"branch_id": demo("0b", 1, 0), "full_name": "Lò Thị Trùng", "birth_date": "1980-04-12", "sex": "female",
        "joined_on": "2010-03-03", "official_on": "2011-03-03", "status": "official", "activity": "active",
        "namesake_reason": "khác quê quán"});
    let made = house.create("office", "members", new).await;
    let member = made.location().to_owned();
    let confirm = format!("{member}/namesake-confirmations");
    let confirmed = house.advance("standing", &confirm, 1).await;
    let days =
        json!({"joined_on": "2010-03-04", "official_on": "2011-03-04", "reason": "theo lý lịch"});
    let corrections = format!("{member}/corrections");
    house
        .advance_with("office", &corrections, confirmed.version(), days)
        .await;
    let paths = [(format!("candidates/{file}"), 1), (member, 2)];
    let sees = async |who: &str, seen: bool| {
        for (path, many) in &paths {
            let body = house.read(who, path).await.body;
            let reasons = [
                ("namesake_reason", "khác quê quán"),
                ("correction_reason", "theo lý lịch"),
            ];
            for (name, text) in reasons.iter().take(*many) {
                let shown = if seen { json!(text) } else { Value::Null };
                assert_eq!(body[*name], shown, "{who} {path} {name}");
                let hidden = body["_hidden"].list().contains(&json!(name));
                assert_eq!(hidden, !seen, "{who} {path} {name}");
            }
        }
    };
    for who in ["branch-01", "office", "standing"] {
        sees(who, true).await;
    }
    sees("overseer", false).await;
    let id = paths[1].0.rsplit('/').next().unwrap();
    let place = demo("0b", 2, 0);
    let moved = format!(
        "update candidate set branch_id = '{place}', version = 50 where id = '{file}'; update member set branch_id = '{place}', version = 50 where id = '{id}'"
    );
    let owner = house.owner().await;
    owner.batch_execute(&moved).await.unwrap();
    sees("branch-02", false).await;
    for who in ["office", "standing"] {
        sees(who, true).await;
    }
    // the history masks them in the same way
    for (who, told) in [("branch-02", false), ("office", true)] {
        let history = house.read(who, &format!("members/{id}/history")).await;
        assert_eq!(history.text.contains("theo lý lịch"), told, "{who}");
    }
    for text in ["khác quê quán", "theo lý lịch"] {
        let clear = format!(
            "select (select count(*) from candidate c where to_jsonb(c)::text like '%{text}%') + (select count(*) from member m where to_jsonb(m)::text like '%{text}%')"
        );
        assert_eq!(house.count(&clear).await, 0, "{text}");
    }
}

/// Some operations have to reveal that somebody out of reach exists. They are listed in the code,
/// and no other handler does.
#[test]
fn t14_only_the_operations_on_the_list_tell_of_somebody_beyond_reach() {
    let mut telling = BTreeSet::new();
    for (_, code) in sources("src/features") {
        let mut handler = "";
        for line in code.lines() {
            if let Some(rest) = line.strip_prefix("pub async fn ") {
                handler = rest.split(['(', '<']).next().unwrap();
            }
            if line.contains("beyond::Found::nothing(") {
                telling.insert(handler.to_owned());
            }
        }
    }
    assert_eq!(telling, beyond::TELLING.map(str::to_owned).into());
    let text = document()["paths"].to_string();
    for id in &telling {
        assert!(text.contains(&format!("\"operationId\":\"{id}\"")), "{id}");
    }
}

/// Logins are unique in the whole service, so a refusal reveals those of other organisations. Each
/// one is logged, and only a few are possible.
#[tokio::test]
async fn logins_of_others_are_not_found_out_by_the_hundred() {
    let house = House::build().await;
    let new = json!({"login": "upper", "display_name": "Thử", "role": "trade_union"});
    let seen = house.read("admin", "accounts?login=upper").await;
    assert!(seen.items().is_empty());
    let hits = "select count(*) from access_entry where resource = 'known_login'";
    for n in 1..=20 {
        let tried = house.post("admin", "accounts", new.clone()).await;
        tried.duplicate("/login");
        assert_eq!(house.count(hits).await, n);
    }
    house
        .post("admin", "accounts", new)
        .await
        .refused("rate_limited");
}

/// Until the Standing Committee has concluded, nobody else learns of a political issue.
#[tokio::test]
async fn a_political_issue_is_told_when_it_is_concluded() {
    let house = House::build().await;
    let id = demo("ca", 1, 1);
    let stored = "select string_agg(attname, ', ') from pg_attribute where attrelid = 'act'::regclass and attnum > 0 and attgenerated = '' and not attisdropped";
    let columns = house.column(stored).await.remove(0);
    let add = |step: &str, seq: i32, unseen: i32| {
        format!(
            "insert into act ({columns}) select {columns} from (select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'seq', {seq}, 'unseen', {unseen}, 'kind', 'political_issue', \
               'data', jsonb_build_object('step', '{step}', 'relation', 'self_person', 'on', '2021-01-10',
               'number', null, 'body', null, 'admissible', null, 'paper_number', null, 'statement', null, 'corrects', null)))).* from act a where candidate_id = '{id}' order by seq limit 1) x"
        )
    };
    let owner = house.owner().await;
    owner.batch_execute(&add("proposed", 900, 1)).await.unwrap();
    let proposal =
        "select id::text from act where kind = 'political_issue' and data ->> 'step' = 'proposed'";
    let proposal = house.column(proposal).await.remove(0);
    for (who, sees) in [
        ("office", true),
        ("standing", true),
        ("overseer", false),
        ("branch-01", false),
    ] {
        let list = house
            .read(
                who,
                &format!("candidates/{id}/political-issues?include_total=true"),
            )
            .await;
        assert_eq!(list.items().len(), usize::from(sees), "{who}");
        assert_eq!(list.body["page"]["total"], usize::from(sees), "{who}");
        let line = house
            .read(who, &format!("candidates/{id}/timeline?limit=200"))
            .await;
        let there = line.items().iter().any(|a| a["kind"] == "political_issue");
        assert_eq!(there, sees, "{who}");
        let one = house.get(who, &format!("acts/{proposal}")).await;
        assert_eq!(one.status, if sees { 200 } else { 404 }, "{who}");
    }
    owner
        .batch_execute(&add("concluded", 901, 0))
        .await
        .unwrap();
    for who in ["overseer", "branch-01"] {
        let list = house
            .read(who, &format!("candidates/{id}/political-issues"))
            .await;
        assert_eq!(list.items().len(), 1, "{who}");
    }
}

/// Nobody can find out that a relative is flagged before the Office has proposed a conclusion.
#[tokio::test]
async fn the_standing_committee_does_not_learn_by_trying_who_is_flagged() {
    let house = House::build().await;
    let id = planned(&house, 1, "Lê Thị Hoa Mai").await;
    let on = "2021-01-15";
    let step = |step: &str, relation: &str| json!({"on": on, "step": step, "relation": relation});
    for act in [
        step("declared", "self_person"),
        step("declared", "father"),
        step("declared", "mother"),
        json!({"on": on, "step": "sealed"}),
        step("sent", "father"),
        json!({"on": on, "step": "returned", "relation": "father", "flagged": true}),
    ] {
        house
            .act("branch-01", &id, "verification", act)
            .await
            .expect(201);
    }
    let mut seen = Vec::new();
    for relation in ["father", "mother"] {
        let guess = json!({"on": on, "step": "concluded", "relation": relation, "admissible": true, "body": "BTV", "paper_number": "1"});
        let refused = house.act("standing", &id, "political-issues", guess).await;
        seen.push(refused.unmet());
    }
    assert_eq!(seen[0], ["political.four_eyes"]);
    assert_eq!(seen[0], seen[1]);
    for who in ["standing", "overseer", "branch-01"] {
        let outlook = house.read(who, &format!("candidates/{id}/outlook")).await;
        assert!(!outlook.text.contains("political_issue"), "{who}");
    }
}

/// Nor does the file show that an act was recorded that the reader cannot see: it is identical,
/// down to its tag, before a proposal, after it and after its annulment.
#[tokio::test]
async fn a_proposed_political_issue_leaves_the_file_as_it_was() {
    let house = House::build().await;
    let id = planned(&house, 1, "Lê Thị Hoa Mai").await;
    let on = "2021-01-15";
    let step = |step: &str, relation: &str| json!({"on": on, "step": step, "relation": relation});
    for act in [
        step("declared", "self_person"),
        step("declared", "father"),
        json!({"on": on, "step": "sealed"}),
        step("sent", "father"),
        json!({"on": on, "step": "returned", "relation": "father", "flagged": true}),
    ] {
        house.record("branch-01", &id, "verification", act).await;
    }
    let file = async || {
        let mut seen = Vec::new();
        for who in ["branch-01", "overseer"] {
            for part in ["", "/next-steps", "/timeline?limit=200"] {
                let path = format!("candidates/{id}{part}");
                let answer = house.read(who, &path).await;
                seen.push((who, part, answer.header("etag").to_owned(), answer.text));
            }
        }
        seen
    };
    // on another day, because the day of the last change would otherwise hide a difference
    house.travel("2021-01-16");
    let before = file().await;
    let issue = json!({"on": on, "step": "proposed", "relation": "father", "statement": "ZQ"});
    let proposed = house.record("office", &id, "political-issues", issue).await;
    assert_eq!(file().await, before);
    let annulled = json!({"on": "2021-01-16", "act_id": proposed.id(), "reason": "Ghi nhầm hồ sơ"});
    house.record("office", &id, "annulments", annulled).await;
    assert_eq!(file().await, before);
    // an annulment that guesses its id is refused like one of an act that does not exist
    let annuls = async |act: &str| {
        let body = json!({"on": "2021-01-16", "act_id": act, "reason": "Ghi nhầm hồ sơ"});
        let refused = house.act("branch-01", &id, "annulments", body).await;
        refused.expect_code(422, "requirements_unmet").body["requirements"].clone()
    };
    let unknown = annuls(&demo("ac", 9, 9)).await;
    assert_eq!(unknown[0]["rule"], "correction.act");
    assert_eq!(annuls(&proposed.id()).await, unknown);
    // visible acts are numbered without gaps, so that no missing number betrays it
    let last = format!("candidates/{id}/timeline?sort=-seq&limit=1");
    let number = async |who: &str| {
        let line = house.read(who, &last).await;
        line.items()[0]["seq"].as_i64().unwrap()
    };
    let shown = number("branch-01").await;
    assert_eq!(proposed.body["seq"], shown);
    assert_eq!(number("office").await, shown);
    let note = json!({"on": on, "step": "declared", "relation": "mother"});
    let note = house.record("branch-01", &id, "verification", note).await;
    assert_eq!(note.body["seq"], shown + 1);
    assert_eq!(number("overseer").await, shown + 1);
    // readers who may see it find it at the place where it was recorded
    let line = house
        .read(
            "office",
            &format!("candidates/{id}/timeline?sort=seq&limit=200"),
        )
        .await;
    let mut all = line.ids();
    let new = all.split_off(all.len() - 3);
    assert_eq!(new[0], proposed.id());
    assert_eq!(new[2], note.id());
}

/// The P2 fields that are stored sealed.
const SEALED: [&str; 3] = ["citizen_id", "phone", "address"];

/// The text fields of class P2, of candidates and of members.
const P2: [(&str, &[&str]); 2] = [
    (
        "candidate",
        &[
            "birth_place",
            "home_town",
            "ethnic_group",
            "religion",
            "citizen_id",
            "phone",
            "address",
        ],
    ),
    (
        "member",
        &["ethnic_group", "religion", "citizen_id", "phone"],
    ),
];

/// The people whom this role cannot see at all, as an SQL condition on their files; `None` if there
/// are none.
fn out_of_reach(role: Role, branch: Option<&str>) -> Option<String> {
    let unseen = match role {
        Role::StandingCommittee | Role::PartyOffice => return None,
        Role::CommitteeMember => {
            let seen = [1, 2, 3].map(|n| format!("'{}'", demo("0b", n, 0)));
            format!("branch_id not in ({})", seen.join(", "))
        }
        Role::BranchCommittee => format!("branch_id <> '{}'", branch.unwrap()),
        Role::TradeUnion => "introduced_by <> 'trade_union'".to_owned(),
        Role::YouthUnion => "introduced_by <> 'youth_union'".to_owned(),
        Role::UpperCommittee => "not app.is_submitted(stage)".to_owned(),
        Role::ServiceAccount | Role::SystemAdmin => "true".to_owned(),
    };
    // a person who was offered to a branch is visible to that branch
    Some(format!(
        "{unseen} and id not in (select candidate_id from transfer_offer)"
    ))
}

/// Gives people out of reach other names. If the role sees only single branches, also another
/// stage, and in one world they are missing altogether; the other roles see figures of every
/// branch, which would tell.
fn become_others(role: Role, unreached: &str, world: u32) -> String {
    let (name, sex) = if world == 1 {
        ("Lò Văn", "male")
    } else {
        ("Vàng Thị", "female")
    };
    let mut sql = format!(
        "update candidate set full_name = '{name} ' || translate(right(id::text, 6), '0123456789abcdef', 'abcdeghiklmnopqr'), sex = '{sex}' where {unreached};"
    );
    if world == 2 && matches!(role, Role::BranchCommittee | Role::CommitteeMember) {
        let other = format!(
            "update candidate set stage = 'in_plan' where stage = 'nominated' and {unreached};
             update candidate set deleted_at = now() where id = (select max(id::text)::uuid from candidate where stage = 'in_plan' and id not in (select candidate_id from enrolment) and {unreached});"
        );
        sql.push_str(&other);
    }
    sql
}

/// Rotates the priority groups that this role cannot see among the files of each branch. The number
/// of each group in a branch stays the same, because reports tell it for whole years. In source
/// plans and reviews the groups are simply replaced.
fn become_groups(role: Role, branch: Option<&str>, world: u32) -> String {
    let submitted =
        "candidate_id in (select id from candidate where app.is_submitted(stage))".to_owned();
    let (files, rows) = match (role, branch) {
        (_, Some(own)) => (
            format!("(branch_id <> '{own}' or app.is_submitted(stage))"),
            format!("(branch_id <> '{own}' or {submitted})"),
        ),
        (Role::UpperCommittee, None) => ("not app.is_submitted(stage)".to_owned(), "true".into()),
        (_, None) => ("true".to_owned(), "true".to_owned()),
    };
    let (group, day) = if world == 1 {
        ("woman", 5)
    } else {
        ("doctor", 17)
    };
    let mut sql = format!(
        "update source_plan_entry set priority_group = '{group}', birth_date = birth_date - extract(day from birth_date)::int + {day} where {rows};
         update review_item set priority_group = '{group}' where priority_group is not null and {rows};"
    );
    if world == 2 {
        let round = format!(
            "with o as (select id, branch_id, priority_group, row_number() over (partition by branch_id order by id) as n, count(*) over (partition by branch_id) as k
               from candidate where priority_group is not null and deleted_at is null and {files})
             update candidate c set priority_group = b.priority_group from o a join o b on b.branch_id = a.branch_id and b.n = a.n % a.k + 1 where c.id = a.id;"
        );
        sql.push_str(&round);
    }
    sql
}

/// Changes what branches note about people in their reviews and source plans, which no other role
/// sees.
async fn become_notes(owner: &tokio_postgres::Client, branch: Option<&str>, world: u32) {
    let unseen = branch.map_or_else(String::new, |own| format!("where branch_id <> '{own}'"));
    for (table, column) in [("review_item", "note"), ("source_plan_entry", "assessment")] {
        let rows = format!("select id, data_key from {table} {unseen} order by id");
        for row in owner.query(&rows, &[]).await.unwrap() {
            let id: Uuid = row.get(0);
            if row.get::<_, Option<Vec<u8>>>(1).is_none() {
                let key = seals().new_data_key(id).unwrap();
                let keyed = format!("update {table} set data_key = $2 where id = $1");
                owner.execute(&keyed, &[&id, &key]).await.unwrap();
            }
            let note = [(column, format!("thế giới {world}"))];
            write_sealed(owner, table, id, &note).await;
        }
    }
}

/// Sets every field that the role cannot see to a value of this world. Masks show the year of
/// birth, so that is the same in both worlds.
async fn become_world(house: &House, role: Role, branch: Option<&str>, world: u32) {
    let owner = house.owner().await;
    let day = if world == 1 { 5 } else { 17 };
    let background = format!(
        "update act set texts = convert_to('thế giới {world}', 'UTF8') where texts is not null;"
    );
    // the Party Office does see background data in acts, and quotes it in the appraisal
    let background = if role == Role::PartyOffice {
        String::new()
    } else {
        background
    };
    let mut sql = background;
    if let Some(unreached) = out_of_reach(role, branch) {
        sql.push_str(&become_others(role, &unreached, world));
    }
    sql.push_str(&become_groups(role, branch, world));
    become_notes(&owner, branch, world).await;
    let another = json!({demo("0b", 9, 0): format!("thế giới {world}")}).to_string();
    for row in owner.query("select id from candidate", &[]).await.unwrap() {
        let remarks = [("remarks", another.clone())];
        write_sealed(&owner, "candidate", row.get(0), &remarks).await;
        if access::reason(role, false) == Show::Hidden {
            let reason = [("namesake_reason", another.clone())];
            write_sealed(&owner, "candidate", row.get(0), &reason).await;
        }
    }
    for (table, fields) in P2 {
        let unseen = match (role, table) {
            (Role::UpperCommittee, "candidate") => "not app.is_submitted(stage)".to_owned(),
            // a branch does not see P2 of files of other branches, nor of its own once submitted
            (Role::BranchCommittee, "candidate") => {
                format!(
                    "branch_id <> '{}' or app.is_submitted(stage)",
                    branch.unwrap()
                )
            }
            _ => "true".to_owned(),
        };
        let (shut, open): (Vec<&str>, Vec<&str>) = fields.iter().partition(|f| SEALED.contains(f));
        let texts = open
            .iter()
            .map(|text| format!("{text} = 'thế giới {world}'"));
        let texts: Vec<String> = texts.collect();
        let unseen_people = format!("select id from {table} where {unseen} order by id");
        for (n, row) in owner
            .query(&unseen_people, &[])
            .await
            .unwrap()
            .iter()
            .enumerate()
        {
            let values = shut.iter().map(|field| match *field {
                // citizen numbers must be unique
                "citizen_id" => (*field, format!("0{world}{}{n:07}123", table.len() % 10)),
                "phone" => (*field, format!("09{world}{world}{world}34567")),
                field => (field, format!("thế giới {world}")),
            });
            let mut values: Vec<(&'static str, String)> = values.collect();
            if table == "member" && access::reason(role, false) == Show::Hidden {
                let reasons = ["namesake_reason", "correction_reason"];
                values.extend(reasons.map(|name| (name, another.clone())));
            }
            write_sealed(&owner, table, row.get(0), &values).await;
        }
        // candidates come of age in the year of the tests, so that many judgements depend on the
        // exact day
        let born = match table {
            "candidate" => format!("make_date(2003, 5, {day})"),
            _ => format!("birth_date - extract(day from birth_date)::int + {day}"),
        };
        let texts = texts.join(", ");
        let set = format!("update {table} set birth_date = {born}, {texts} where {unseen};");
        sql.push_str(&set);
    }
    owner.batch_execute(&sql).await.unwrap();
}

/// Whether the id was generated at run time, and is not one of the demo's.
fn is_made(id: &str) -> bool {
    !id.starts_with("0175") && Uuid::parse_str(id).is_ok()
}

/// The body, with rows sorted by content if they are ordered by random ids.
fn in_order(body: String) -> String {
    let mut read: Value = serde_json::from_str(&body).unwrap_or_default();
    let Some(items) = read["items"].as_array_mut() else {
        return body;
    };
    if !items.iter().any(|i| i["id"].as_str().is_some_and(is_made)) {
        return body;
    }
    items.sort_by_cached_key(|item| {
        let mut item = item.clone();
        for value in item
            .as_object_mut()
            .into_iter()
            .flat_map(|i| i.values_mut())
        {
            if value.as_str().is_some_and(is_made) {
                *value = Value::Null;
            }
        }
        item.to_string()
    });
    read.to_string()
}

/// A list with all its pages in one answer, because random ids decide which row is on which page.
async fn whole(house: &House, login: &str, path: &str) -> Answer {
    let mut answer = house.get(login, path).await;
    while let Some(cursor) = answer.body["page"]["next_cursor"].as_str() {
        let mut next = house.get(login, &format!("{path}&cursor={cursor}")).await;
        assert_eq!(next.status, 200, "{path}: {}", next.text);
        answer.headers.remove("link");
        answer.headers.remove("content-length");
        answer.body["page"] = next.body["page"].take();
        let more = next.body["items"].as_array_mut().unwrap();
        answer.body["items"].as_array_mut().unwrap().append(more);
        answer.text = answer.body.to_string();
    }
    answer
}

/// The answer, with generated ids replaced by numbers in the order of their first appearance.
fn numbered(answer: &Answer, made: &mut Vec<String>) -> String {
    let (status, headers, body) = kept(answer);
    let body = in_order(body);
    let text = format!("{status}\n{headers:?}\n{body}");
    let mut told = String::new();
    let mut rest = text.as_str();
    while let Some(next) = rest.chars().next() {
        if let Some(id) = rest.get(..36).filter(|id| is_made(id)) {
            let known = made.iter().position(|earlier| earlier == id);
            let number = known.unwrap_or(made.len());
            if known.is_none() {
                made.push(id.to_owned());
            }
            told.extend(["<", &number.to_string(), ">"]);
            rest = &rest[36..];
        } else {
            told.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    told
}

/// The first place where two answers differ, with its surroundings.
fn difference(one: &str, other: &str) -> String {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let place = one.iter().zip(&other).position(|(a, b)| a != b);
    let place = place.unwrap_or(one.len().min(other.len()));
    let around = |text: &[char]| {
        let from = place.saturating_sub(80);
        text[from..text.len().min(place + 40)]
            .iter()
            .collect::<String>()
    };
    format!("{} / {}", around(&one), around(&other))
}

/// Requests that guess hidden fields: they change a field to the value of one world, or filter,
/// sort and search by it.
fn guesses(role: Role, id: &str) -> Vec<(Method, String, Value)> {
    let mut all = Vec::new();
    for (table, fields) in P2 {
        for field in fields.iter().chain(&["birth_date", "remarks"]) {
            let value = match *field {
                "birth_date" => "1990-03-05",
                "phone" => "0911134567",
                "citizen_id" => "010001123456",
                _ => "thế giới 1",
            };
            let list = format!("/api/v1/{table}s");
            for query in [
                format!("{field}={value}"),
                format!("sort={field}"),
                format!("q={value}"),
            ] {
                all.push((Method::GET, format!("{list}?{query}"), Value::Null));
            }
            if table == "candidate" && access::may(role, access::Action::ChangeCandidates).is_some()
            {
                all.push((
                    Method::PATCH,
                    format!("{list}/{id}"),
                    json!({*field: value}),
                ));
            }
        }
    }
    all
}

/// The document's example of a new row.
fn example(op: &Operation) -> Option<Value> {
    let method = op.method.as_str().to_lowercase();
    let content = &document()["paths"][&op.path][method]["requestBody"]["content"];
    let schema = &content["application/json"]["schema"];
    let name = schema["$ref"].as_str()?.rsplit('/').next()?;
    Some(document()["components"]["schemas"][name]["example"].clone())
}

/// The answers to everything that this login may do, in a fixed order: all lists, all rows, all
/// writes and guesses. With `readings`, only the operations that change nothing.
async fn walk(house: &House, login: &str, role: Role, readings: bool) -> Vec<(String, String)> {
    let mut made = Vec::new();
    let mut story = Vec::new();
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let open = |op: &Operation| access::may(role, op.action).is_some();
    let all: Vec<Operation> = operations().into_iter().filter(open).collect();
    // excluded: a calendar address is random, reveals and exports show and log hidden data, and
    // ending a sign-in would end the walk
    let left_out = [
        "/api/v1/sign-ins/{id}",
        "/api/v1/calendars",
        "/api/v1/candidates/{id}/reveals",
        "/api/v1/members/{id}/reveals",
        "/api/v1/candidates/{id}/exports",
        "/api/v1/members/{id}/exports",
    ];
    let all: Vec<Operation> = all
        .into_iter()
        .filter(|op| !left_out.contains(&op.path.as_str()))
        .filter(|op| !readings || op.method == Method::GET)
        .collect();
    for op in all.iter().filter(|op| op.is_list()) {
        let answer = whole(house, login, &full_list(op)).await;
        let body: Value = serde_json::from_str(&in_order(answer.text.clone())).unwrap_or_default();
        let items = body["items"].as_array().into_iter().flatten();
        let found = items.filter_map(|i| i["id"].as_str().or(i["key"].as_str()));
        ids.insert(op.path.clone(), found.map(str::to_owned).collect());
        story.push((op.path.clone(), numbered(&answer, &mut made)));
    }
    let (reads, writes): (Vec<_>, Vec<_>) = all
        .iter()
        .filter(|op| !op.is_list())
        .partition(|op| op.method == Method::GET);
    for op in reads.into_iter().chain(writes) {
        let parent = op.path.split("/{").next().unwrap();
        let some = ids
            .get(parent)
            .map_or(&[][..], |ids| &ids[..ids.len().min(6)]);
        let own: Vec<String> = some.iter().map(|id| op.at(id)).collect();
        let paths = if op.path.contains('{') {
            own
        } else {
            vec![op.path.clone()]
        };
        for path in paths {
            let body = if op.path.contains("{id}") {
                plausible(op)
            } else {
                example(op)
            };
            let answer = ask(house, login, op, &path, body).await;
            story.push((
                format!("{} {path}", op.method),
                numbered(&answer, &mut made),
            ));
        }
    }
    if readings {
        return story;
    }
    let candidates = ids.get("/api/v1/candidates").cloned().unwrap_or_default();
    for id in candidates.iter().take(6) {
        for (method, path, body) in guesses(role, id) {
            let body = (method == Method::PATCH).then_some(body);
            let answer = house
                .send(login, method.clone(), &path, body, &[("if-match", "\"1\"")])
                .await;
            story.push((format!("{method} {path}"), numbered(&answer, &mut made)));
        }
    }
    story
}

/// Two worlds that differ only in data that a role cannot see give it the same answers, byte for
/// byte: to every list, row, write and guess, and a year and a half later to every list, row and
/// report.
#[tokio::test]
async fn t14_two_worlds_that_differ_in_hidden_fields_answer_equally() {
    let (mut told, mut compared) = (Vec::new(), 0);
    for (login, role) in LOGINS {
        let own = demo("0b", 1, 0);
        let branch = (role == Role::BranchCommittee).then_some(own.as_str());
        let (one, other) = (House::build().await, House::build().await);
        become_world(&one, role, branch, 1).await;
        become_world(&other, role, branch, 2).await;
        let mut first = walk(&one, login, role, false).await;
        let mut second = walk(&other, login, role, false).await;
        // on that day people have been admitted, so the reports have figures about them
        for (house, story) in [(&one, &mut first), (&other, &mut second)] {
            house.travel("2022-08-01");
            story.extend(walk(house, login, role, true).await);
        }
        assert_eq!(first.len(), second.len(), "{login}");
        let out = first.iter().find(|(_, answer)| answer.starts_with("401"));
        assert_eq!(out, None, "{login} was signed out");
        for ((path, one), (_, other)) in first.iter().zip(&second) {
            compared += 1;
            if one != other {
                told.push(format!("{login}: {path}\n  {}", difference(one, other)));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(compared > 2000, "{compared}");
}

/// A person of branch 03, born 1982-07-27, whose file has been submitted: the branch sees only the
/// year.
const SUBMITTED: &str = "01750000-0000-7000-8000-0000ca030005";

#[tokio::test]
async fn a_hidden_birth_date_is_not_found_by_the_day_of_an_application() {
    let house = House::build().await;
    house.travel("2022-08-01");
    let refused = async |application: &str| {
        let dossier = json!({"on": "2022-06-01", "application_on": application});
        let path = format!("candidates/{SUBMITTED}/dossier");
        let version = house
            .read("branch-03", &format!("candidates/{SUBMITTED}"))
            .await
            .version();
        let answer = house.step_with("branch-03", &path, version, dossier).await;
        answer.refused("requirements_unmet").rules().join(" ")
    };
    let told = refused("1997-07-26").await;
    for day in ["1997-07-27", "1997-01-01", "1997-12-30"] {
        assert_eq!(refused(day).await, told, "{day}");
    }
}

/// What the Party Office is refused anyway is refused alike on both sides of a birthday, of which it
/// knows the year.
#[tokio::test]
async fn a_hidden_birth_date_is_not_found_by_the_day_of_an_act() {
    let house = House::build().await;
    let young = json!({"birth_date": "1996-06-11", "youth_union_member": true, "trade_union_member": false});
    let way = Way::nominated(&house, "youth", young).await;
    let told = async |who: &str, act: &str, on: &str| {
        let body = match act {
            "resolutions" => ballot("admission", "branch", on, 14),
            _ => json!({"on": on, "paper_number": "14-TTr/ĐU"}),
        };
        let answer = way.tries(who, act, body).await;
        let answer = answer.refused("requirements_unmet");
        answer.body["requirements"]
            .to_string()
            .replace(on, "the day")
    };
    // 18, and no longer of the age for the youth union's introduction
    for birthday in [
        ["2014-06-10", "2014-06-11"],
        ["2027-06-10", "2027-06-11"],
        ["2032-06-10", "2032-06-11"],
    ] {
        for act in ["resolutions", "submission"] {
            let [before, after] = birthday.map(|on| told("office", act, on));
            assert_eq!(before.await, after.await, "{act} {birthday:?}");
        }
    }
    let [before, after] = ["2014-06-10", "2014-06-11"].map(|on| told(BRANCH, "resolutions", on));
    assert_ne!(before.await, after.await, "the branch knows the date");
    let young = told("office", "resolutions", "2013-12-31").await;
    assert!(
        young.contains("admission.age.least"),
        "the year tells: {young}"
    );
}

#[tokio::test]
async fn a_hidden_birth_date_and_group_are_not_found_in_a_source_plan() {
    let house = House::build().await;
    house.travel("2022-08-01");
    let owner = house.owner().await;
    let sql = "select p.id::text, e.id::text, e.full_name, e.version::bigint from source_plan p join source_plan_entry e on e.source_plan_id = p.id where e.candidate_id = $1::text::uuid";
    let row = owner.query_one(sql, &[&SUBMITTED]).await.unwrap();
    let (plan, entry, name): (String, String, String) = (row.get(0), row.get(1), row.get(2));
    let path = format!("source-plan-entries/{entry}");
    let seen = house.read("branch-03", &path).await;
    shows!(seen, {"birth_date": null, "priority_group": null});
    let reopened = "update source_plan set state = 'draft' where id = $1::text::uuid";
    owner.execute(reopened, &[&plan]).await.unwrap();
    let said = async |born: &str| {
        let change = json!({"birth_date": born});
        let version = seen.version();
        let changed = house
            .patch("branch-03", &path, version, change)
            .await
            .refused("invalid_transition");
        let new = json!({"full_name": name, "birth_date": born, "target_year": 2022, "priority_group": "woman", "fostering_from": "2020-10-01",
            "political_standard": true, "conduct": true, "capacity": true, "task_performance": true});
        let made = house
            .post("branch-03", &format!("source-plans/{plan}/entries"), new)
            .await;
        (
            changed.body["detail"].clone(),
            made.refused("duplicate").body["errors"].clone(),
        )
    };
    let told = said("1982-07-27").await;
    assert_eq!(said("1982-07-28").await, told);
    for who in ["overseer", "standing"] {
        let list = format!("source-plans/{}/entries", demo("5a", 1, 0));
        let entries = house.read(who, &list).await;
        assert!(
            entries
                .items()
                .iter()
                .all(|e| e["priority_group"].is_null()),
            "{who}"
        );
        let asked = house
            .get(who, &format!("{list}?priority_group=ethnic_minority"))
            .await;
        assert_eq!(asked.status, 400, "{who}");
    }
}

/// A hit on a citizen number is logged like a hit on a name, and counts towards the same limit.
#[tokio::test]
async fn citizen_numbers_are_not_guessed_by_the_hundred() {
    let house = House::build().await;
    let taken = house.column("select id::text from candidate where citizen_id is not null and branch_id <> '01750000-0000-7000-8000-00000b010000' limit 1").await;
    let taken = taken[0].parse().unwrap();
    let taken = read_sealed(&house.owner().await, "candidate", taken, "citizen_id").await;
    let path = format!("candidates/{}", demo("ca", 1, 1));
    let version = house.read("branch-01", &path).await.version();
    let mut limited = false;
    for _ in 0..30 {
        let change = json!({"citizen_id": taken});
        let answer = house.patch("branch-01", &path, version, change).await;
        limited = answer.status == 429;
        if limited {
            break;
        }
        answer.duplicate("/citizen_id");
    }
    assert!(limited);
    let hits = "select count(*) from access_entry where resource = 'known_person'";
    assert!(house.count(hits).await > 0);
}

/// After submission, acts hide from the branch what the file hides, and entries of a source plan
/// cannot be used to guess it.
#[tokio::test]
async fn a_submitted_persons_group_and_birth_date_are_hidden_in_acts_and_from_plans() {
    let house = House::build().await;
    house.travel("2022-08-01");
    for list in ["plan-decisions", "timeline"] {
        let path = format!("candidates/{SUBMITTED}/{list}");
        let acts = house.read("branch-03", &path).await;
        let mut told = acts.items().iter().filter(|a| a["kind"] == "plan_decision");
        let first = told.next().unwrap();
        assert!(first["data"]["priority_group"].is_null(), "{first}");
        assert!(
            first["_hidden"].to_string().contains("priority_group"),
            "{first}"
        );
    }
    let owner = house.owner().await;
    let sql = "select c.full_name, p.id::text from candidate c join source_plan p on p.branch_id = c.branch_id where c.id = $1::text::uuid";
    let row = owner.query_one(sql, &[&SUBMITTED]).await.unwrap();
    let (name, plan): (String, String) = (row.get(0), row.get(1));
    let reset = format!(
        "update source_plan set state = 'draft' where id = '{plan}'; update source_plan_entry set deleted_at = now() where candidate_id = '{SUBMITTED}'"
    );
    owner.batch_execute(&reset).await.unwrap();
    let entries = format!("source-plans/{plan}/entries");
    let entry = |name: &str, born: &str| {
        json!({"full_name": name, "birth_date": born, "target_year": 2022, "priority_group": "woman", "fostering_from": "2020-10-01",
            "political_standard": true, "conduct": true, "capacity": true, "task_performance": true})
    };
    house
        .post("branch-03", &entries, entry(&name, "1982-07-28"))
        .await
        .duplicate("/full_name");
    let other = house
        .create("branch-03", &entries, entry("Lò Thị Khác", "1982-07-28"))
        .await;
    house
        .patch("branch-03", other.location(), 1, json!({"full_name": name}))
        .await
        .duplicate("/full_name");
}
