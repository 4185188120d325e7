//! The access matrix: every operation of the document, as every role, on the caller's own rows,
//! rows of others and rows that do not exist (T-11 to T-14).
use std::collections::{BTreeMap, BTreeSet};

use ketnap::access::{self, Action, Role, Sensitivity, Show};
use ketnap::law::Stage;
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, House, Plain, demo, document, published, shows, superuser, write_sealed,
};

/// One demo login for each role.
pub const LOGINS: [(&str, Role); 9] = [
    ("standing", Role::StandingCommittee),
    ("office", Role::PartyOffice),
    ("overseer", Role::CommitteeMember),
    ("branch-01", Role::BranchCommittee),
    ("union", Role::TradeUnion),
    ("youth", Role::YouthUnion),
    ("upper", Role::UpperCommittee),
    ("district-script", Role::ServiceAccount),
    ("admin", Role::SystemAdmin),
];

#[test]
fn every_role_has_a_login() {
    let played: BTreeSet<&str> = LOGINS.iter().map(|(_, role)| role.wire()).collect();
    assert_eq!(played, Role::WIRE.iter().copied().collect());
}

/// An operation of the document that requires a permission.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub action: Action,
    /// Its query parameters.
    pub query: Vec<String>,
    body: Option<String>,
}

impl Operation {
    /// The operation's path with `{id}` replaced by this id.
    pub fn at(&self, id: &str) -> String {
        self.path.replace("{id}", id).replace("{key}", id)
    }
    pub fn takes(&self, parameter: &str) -> bool {
        self.query.iter().any(|q| q == parameter)
    }
    /// Whether this is the `GET` of a top-level collection.
    pub fn is_list(&self) -> bool {
        self.method == Method::GET && !self.path.contains('{')
    }
}

/// The only operations that need no permission.
const OPEN: [&str; 2] = ["post /api/v1/auth/token", "post /api/v1/auth/revoke"];

/// Every operation below /api/v1; panics if one of them has no entry in the permission table.
pub fn operations() -> Vec<Operation> {
    let mut all = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, op) in item.as_object().unwrap() {
            if !path.starts_with("/api/v1/") || OPEN.contains(&format!("{method} {path}").as_str())
            {
                continue;
            }
            let security = op["security"]
                .as_array()
                .unwrap_or_else(|| panic!("{method} {path} says nothing about security"));
            let [one] = security.as_slice() else {
                panic!("{method} {path}: one security requirement")
            };
            let [action] = one["oauth2"]
                .as_array()
                .unwrap_or_else(|| panic!("{method} {path} is open"))
                .as_slice()
            else {
                panic!("{method} {path}: one permission")
            };
            let action = Action::parse(action.as_str().unwrap())
                .unwrap_or_else(|| panic!("{method} {path}: unknown permission {action}"));
            let query = op["parameters"].as_array().into_iter().flatten();
            let query = query
                .filter(|p| p["in"] == "query")
                .map(|p| p["name"].text().to_owned())
                .collect();
            let body = op["requestBody"]["content"]
                .as_object()
                .and_then(|c| c.keys().next().cloned());
            all.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                action,
                query,
                body,
            });
        }
    }
    assert!(all.len() > 70, "the document has lost its operations");
    all
}

pub async fn ask(
    house: &House,
    who: &str,
    op: &Operation,
    path: &str,
    body: Option<Value>,
) -> Answer {
    let body = op.body.is_some().then(|| body.unwrap_or_else(|| json!({})));
    let if_match: &[(&str, &str)] = if op.method == Method::GET {
        &[]
    } else {
        &[("if-match", "\"1\"")]
    };
    house
        .send(who, op.method.clone(), path, body, if_match)
        .await
}

/// The id of a row in the second organisation; see [`second_organization`].
pub fn stranger(n: u32) -> String {
    format!("0175ffff-0000-7000-8000-{n:012}")
}

/// Creates one row of every kind in an organisation without accounts, and adds a revision to the
/// demo's issued plan.
pub async fn second_organization(house: &House) {
    let s = stranger;
    let sql = format!(
        "insert into organization (id, kind, name, label) values ('{o}', 'grassroots', 'Đảng bộ XYZ-STRANGER', 'Đảng ủy');
         insert into branch (id, organization_id, number, name, kind, non_member_count, previous_term_admissions) values ('{b}', '{o}', '77', 'XYZ-STRANGER', 'clinical', 3, 1);
         insert into department (id, organization_id, branch_id, name, kind) values ('{d}', '{o}', '{b}', 'XYZ-STRANGER', 'clinical');
         insert into account (id, organization_id, login, display_name, role, branch_id) values ('{bc}', '{o}', 'stranger-branch', 'XYZ-STRANGER', 'branch_committee', '{b}'),
           ('{po}', '{o}', 'stranger-office', 'XYZ-STRANGER', 'party_office', null), ('{cm}', '{o}', 'stranger-overseer', 'XYZ-STRANGER', 'committee_member', null);
         insert into credential (account_id, secret_hash, must_change) select a.id, c.secret_hash, false from account a, credential c, account f
           where a.organization_id = '{o}' and c.account_id = f.id and f.login = 'office';
         insert into member (id, organization_id, branch_id, full_name, sex, birth_date, status, activity, joined_on, official_on) values ('{m}', '{o}', '{b}', 'XYZ-STRANGER', 'male', '1980-01-01', 'official', 'active', '2005-01-01', '2006-01-01');
         insert into branch_officer (id, organization_id, branch_id, member_id, position, from_on) values ('{of}', '{o}', '{b}', '{m}', 'secretary', '2020-01-01');
         insert into branch_overseer (id, organization_id, branch_id, account_id, from_on) values ('{ov}', '{o}', '{b}', '{cm}', '2020-01-01');
         insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on)
           values ('{c}', '{o}', '{b}', 'trade_union', 'XYZ-STRANGER', 'male', '1990-01-01', true, true, 'submitted', '2020-12-01', '2020-06-01');
         insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member, stage, stage_on, nominated_on)
           values ('{cd}', '{o}', '{b}', 'trade_union', 'XYZ-STRANGER', 'male', '1991-01-01', true, true, 'in_plan', '2020-12-01', '2020-06-01');
         insert into act (id, organization_id, branch_id, candidate_id, seq, kind, on_date, data, regulation, stage_after, account_id, role, version, recorded_at)
           values ('{ac}', '{o}', '{b}', '{c}', 1, 'sponsor_note', '2020-12-01', '{{\"on\": \"2020-12-01\", \"member_id\": \"{m}\", \"assessment\": \"good\", \"remarks\": \"XYZ-STRANGER\", \"corrects\": null}}', 'XYZ-STRANGER', 'submitted', '{po}', 'party_office', 1, now());
         insert into deadline (id, organization_id, branch_id, candidate_id, kind, key, from_on, due_on, skipped, rule, source, created_at)
           values ('{dl}', '{o}', '{b}', '{c}', 'decision', 'XYZ-STRANGER', '2020-12-01', '2021-01-31', '{{}}', 'decision.in_time', 'XYZ-STRANGER', now());
         insert into nomination (id, organization_id, branch_id, candidate_id, introduced_by, paper_number, paper_on, outcome) values ('{n}', '{o}', '{b}', '{c}', 'trade_union', 'XYZ-STRANGER', '2020-06-01', 'pending');
         insert into candidate_move (candidate_id, on_date, organization_id, from_branch_id, to_branch_id) values ('{cd}', '2020-12-15', '{o}', '{b}', '{b}');
         insert into stage_entry (candidate_id, place, organization_id, branch_id, stage, on_date, reason, recorded_at) values ('{cd}', 1, '{o}', '{b}', 'in_plan', '2020-12-01', 'XYZ-STRANGER', now());
         insert into transfer_offer (id, organization_id, branch_id, to_branch_id, candidate_id, on_date, reason, state) values ('0175ffff-0000-7000-8000-000000000777', '{o}', '{b}', '{b}', '{cd}', '2021-01-01', 'XYZ-STRANGER', 'offered');
         insert into erasure (id, organization_id, person_id, paper_number, paper_on, reason, asked_by, asked_role, waits_until) values ('0175ffff-0000-7000-8000-000000000778', '{o}', '{c}', 'XYZ-STRANGER', '2021-01-01', 'XYZ-STRANGER', '{po}', 'party_office', '2100-01-01');
         insert into sponsorship (id, organization_id, branch_id, candidate_id, member_id, from_on) values ('{sp}', '{o}', '{b}', '{c}', '{m}', '2020-06-01');
         insert into class (id, organization_id, kind, state, title, issuer, starts_on, ends_on, capacity, seats_taken) values ('{cl}', '{o}', 'awareness', 'open', 'XYZ-STRANGER', 'XYZ', '2021-05-01', '2021-05-05', 5, 1);
         insert into class_session (id, organization_id, class_id, number, topic, on_date, periods, held) values ('{se}', '{o}', '{cl}', 1, 'XYZ-STRANGER', '2021-05-01', 5, true);
         insert into enrolment (id, organization_id, branch_id, class_id, candidate_id, state) values ('{e}', '{o}', '{b}', '{cl}', '{c}', 'proposed');
         insert into enrolment (id, organization_id, branch_id, class_id, candidate_id, state, compiled_on, compiled_number, certificate_number, certificate_key, certificate_on, reason)
           values ('{ce}', '{o}', '{b}', '{cl}', '{cd}', 'completed', '2021-04-20', 'XYZ-STRANGER', 'XYZ-STRANGER', 'XYZ-STRANGER', '2021-05-20', 'XYZ-STRANGER');
         insert into attendance (session_id, enrolment_id, organization_id, branch_id, present, reason) values ('{se}', '{ce}', '{o}', '{b}', false, 'XYZ-STRANGER');
         insert into term (id, organization_id, name, from_year, to_year, annual_minimum, term_minimum, previous_term_admissions, committee_coverage_percent, committee_coverage_year, state)
           values ('{t}', '{o}', 'XYZ-STRANGER', 2021, 2025, 1, 5, 2, 50, 2025, 'draft');
         insert into quota_plan (id, organization_id, term_id, year, state, revision, drafted_by) values ('{q}', '{o}', '{t}', 2021, 'issued', 2, '{po}');
         insert into quota_line (id, organization_id, plan_id, branch_id, quota, rationale) values ('{ql}', '{o}', '{q}', '{b}', 1, 'XYZ-STRANGER');
         insert into quota_closing (plan_id, organization_id, branch_id, admitted) values ('{q}', '{o}', '{b}', 1);
         insert into later_admission (plan_id, organization_id, branch_id, act_id, recorded_on, reason, difference) values ('{q}', '{o}', '{b}', '{ac}', '2021-01-01', 'recorded_later', 1);
         insert into deadline_settlement (deadline_id, organization_id, branch_id, settled_on, reason, account_id, created_at) values ('{q}', '{o}', '{b}', '2021-01-01', 'XYZ-STRANGER', '{po}', now());
         insert into quota_revision (id, organization_id, plan_id, revision, reason, replaced_on, lines) values ('{qr}', '{o}', '{q}', 1, 'XYZ-STRANGER', '2021-01-01', '[]'),
           ('{qs}', '{own}', '{plan}', 1, 'REVISION-OF-ALL-BRANCHES', '2021-01-01', '[{{\"branch_id\": \"{b2}\", \"quota\": 5, \"rationale\": \"REVISION-OF-ALL-BRANCHES\", \"basis\": null}}]');
         insert into activity (id, organization_id, branch_id, kind, topic, tags, on_date, organiser, audience, department_heads, recorded_role, recorded_by)
           values ('{av}', '{o}', null, 'study', 'XYZ-STRANGER', '{{}}', '2021-01-01', 'committee', '{{members}}', true, 'party_office', '{po}');
         insert into work_plan (id, organization_id, branch_id, period_kind, year, number, content, agenda, checklist) values ('{wp}', '{o}', '{b}', 'month', 2021, 1, 'XYZ-STRANGER', '[]', '[]');
         insert into inspection (id, organization_id, branch_id, inspector_id, inspector_role, on_date, kind, findings) values ('{is}', '{o}', '{b}', '{po}', 'party_office', '2021-01-01', 'check', 'XYZ-STRANGER');
         insert into problem_report (id, organization_id, branch_id, reporter, reported_by, subject, problem, state, reported_on, due_on)
           values ('{pr}', '{o}', '{b}', 'branch_committee', '{bc}', 'XYZ-STRANGER', 'XYZ-STRANGER', 'reported', '2021-01-01', '2021-01-10');
         insert into problem_message (id, organization_id, report_id, kind, author, account_id, body, at) values ('{pm}', '{o}', '{pr}', 'message', 'party_office', '{po}', 'XYZ-STRANGER', now());
         insert into guidance (id, organization_id, title, topic, edition, valid_from, body, checklist, sources, published_on) values ('{gd}', '{o}', 'XYZ-STRANGER', 'other', 1, '2021-01-01', '[]', '[]', '[]', '2021-01-01');
         insert into guidance_edition (id, organization_id, guidance_id, edition, title, valid_from, body, checklist, sources, published_on) values ('{ge}', '{o}', '{gd}', 1, 'XYZ-STRANGER', '2021-01-01', '[]', '[]', '[]', '2021-01-01');
         insert into dispatch (id, organization_id, document_kind, title, number, sent_on, recipients, archived) values ('{dp}', '{o}', 'report', 'XYZ-STRANGER', '1', '2021-01-01', '[{{\"kind\": \"branches\", \"name\": \"XYZ-STRANGER\"}}]', true);
         insert into holiday (id, organization_id, on_date, name) values ('{h}', '{o}', '2021-09-09', 'XYZ-STRANGER');
         insert into branch_change (id, organization_id, branch_id, kind, on_date, paper_number, from_name, created_at, updated_at) values ('{bg}', '{o}', '{b}', 'renamed', '2020-01-01', '1', 'XYZ-STRANGER', now(), now());
         insert into source_plan (id, organization_id, branch_id, term_id, state, revision, note) values ('{pl}', '{o}', '{b}', '{t}', 'submitted', 1, 'XYZ-STRANGER');
         insert into source_plan_entry (id, organization_id, branch_id, source_plan_id, candidate_id, full_name, birth_date, target_year, priority_group, fostering_from, political_standard, conduct, capacity, task_performance)
           values ('{en}', '{o}', '{b}', '{pl}', '{c}', 'XYZ-STRANGER', '1990-01-01', 2021, 'doctor', '2020-01-01', true, true, true, true);
         insert into review (id, organization_id, branch_id, kind, year, period, due_on, state, opened_on) values ('{rv}', '{o}', '{b}', 'periodic', 2021, 1, '2021-03-31', 'open', '2021-01-02');
         insert into review_item (id, organization_id, branch_id, review_id, candidate_id, stage, note) values ('{ri}', '{o}', '{b}', '{rv}', '{c}', 'nominated', 'XYZ-STRANGER');
         insert into branch_classification (id, organization_id, branch_id, year, grade, decided_on, paper_number, note) values ('{bk}', '{o}', '{b}', 2020, 'good', '2020-12-31', 'XYZ-STRANGER', 'XYZ-STRANGER');
         insert into member_activity_change (id, organization_id, branch_id, member_id, on_date, from_activity, activity, paper_number) values ('{mc}', '{o}', '{b}', '{m}', '2020-01-01', 'active', 'exempt', 'XYZ-STRANGER');
         insert into member_leaving (id, organization_id, branch_id, member_id, on_date, ground, paper_number) values ('{ml}', '{o}', '{b}', '{m}', '2020-02-01', 'deceased', 'XYZ-STRANGER');
         insert into transfer (id, organization_id, from_branch_id, branch_id, member_id, on_date, paper_number) values ('{tr}', '{o}', '{b}', '{b}', '{m}', '2020-02-01', 'XYZ-STRANGER');
         insert into session (id, organization_id, account_id, address, created_at, expires_at) values ('{si}', '{o}', '{bc}', 'XYZ-STRANGER', now(), now() + interval '1 day');
         insert into setting (id, organization_id, key, from_on, value) values ('{st}', '{o}', 'sponsorship_load_limit', '2000-01-01', 17);",
        o = s(1), b = s(2), d = s(3), bc = s(4), po = s(5), m = s(6), of = s(7), ov = s(8), cm = s(9), c = s(10), n = s(11), sp = s(12), cl = s(13),
        e = s(14), t = s(15), q = s(16), ql = s(17), h = s(18), st = s(19), ac = s(20), dl = s(21), qr = s(22), qs = s(23), pl = s(24), en = s(25), rv = s(26), ri = s(27), bg = s(28), own = demo("0a", 0, 2), plan = demo("90", 0, 2022),
        b2 = demo("0b", 2, 0), av = s(30), wp = s(31), is = s(32), pr = s(33), pm = s(34), gd = s(35), ge = s(36), dp = s(37), se = s(40), ce = s(41), cd = s(42), bk = s(43), mc = s(44), ml = s(45), si = s(46), tr = s(47),
    );
    house.owner().await.batch_execute(&sql).await.unwrap();
}

/// The id of the second organisation's row for this path.
pub fn stranger_at(path: &str) -> String {
    stranger(match path.split('/').nth(3).unwrap() {
        "organizations" => 1,
        "branches" => 2,
        "branch-classifications" => 43,
        "activity-changes" => 44,
        "leavings" => 45,
        "sign-ins" => 46,
        "transfers" => 47,
        "transfer-offers" => 777,
        "erasures" => 778,
        "departments" => 3,
        "accounts" => 4,
        "members" | "sponsors" => 6,
        "officers" => 7,
        "overseers" => 8,
        "candidates" => 10,
        "nominations" => 11,
        "sponsorships" => 12,
        "classes" => 13,
        "enrolments" => 14,
        "sessions" => 40,
        "certificates" => 41,
        "terms" => 15,
        "quota-plans" => 16,
        "holidays" => 18,
        "acts" => 20,
        "deadlines" => 21,
        "source-plans" => 24,
        "source-plan-entries" => 25,
        "reviews" => 26,
        "review-items" => 27,
        "activities" => 30,
        "work-plans" => 31,
        "inspections" => 32,
        "problem-reports" => 33,
        "guidance" => 35,
        "dispatches" => 37,
        other => panic!("{other}: put a row into second_organization"),
    })
}

// T-11
#[tokio::test]
async fn t11_every_operation_is_open_to_exactly_the_roles_of_the_table_and_asks_before_it_reads_the_body()
 {
    let house = House::build().await;
    let unknown = Uuid::new_v4().to_string();
    let mut wrong = Vec::new();
    let mut named = BTreeSet::new();
    for op in operations() {
        named.insert(op.action.wire());
        let path = op.at(&unknown);
        // without a token the answer is 401, whatever else is wrong with the request
        for body in [None, Some("{"), Some("[]")] {
            let mut request = house
                .client
                .request(op.method.clone(), format!("{}{path}?no_such=1", house.base));
            if let Some(body) = body.filter(|_| op.method != Method::GET) {
                request = request.header("content-type", "text/plain").body(body);
            }
            let answer = request.send().await.unwrap();
            if answer.status() != 401 || !answer.headers().contains_key("www-authenticate") {
                wrong.push(format!(
                    "{} {path} by nobody: {}",
                    op.method,
                    answer.status()
                ));
            }
        }
        for (login, role) in LOGINS {
            let allowed = access::may(role, op.action).is_some();
            let answer = ask(&house, login, &op, &path, None).await;
            if (answer.status, answer.code()) == (403, "forbidden") && !allowed {
                // the permission is checked before the body, the query and the headers
                let headers = [("content-type", "text/plain"), ("accept", "text/csv")];
                let body = (op.method != Method::GET).then(|| json!("not a body"));
                let broken = house
                    .send(
                        login,
                        op.method.clone(),
                        &format!("{path}?no_such=1"),
                        body,
                        &headers,
                    )
                    .await;
                if (broken.status, broken.code()) != (403, "forbidden") {
                    wrong.push(format!(
                        "{} {path} by {login} with a broken body: {} {}",
                        op.method,
                        broken.status,
                        broken.code()
                    ));
                }
            } else if !allowed || matches!(answer.status, 401 | 403) {
                wrong.push(format!(
                    "{} {path} by {login}: {} {}, allowed: {allowed}",
                    op.method,
                    answer.status,
                    answer.code()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let idle: Vec<_> = Action::ALL
        .iter()
        .map(|a| a.wire())
        .filter(|a| !named.contains(a))
        .collect();
    assert!(idle.is_empty(), "no operation needs {idle:?}");
}

/// A valid body for an act of this kind.
pub fn act(kind: &str) -> Value {
    let on = "2021-01-14";
    match kind {
        "plan-decisions" => {
            json!({"on": on, "action": "remove", "minutes_number": "1", "reason": "thử"})
        }
        "sponsor-notes" => json!({"on": on, "member_id": demo("dd", 1, 1), "assessment": "good"}),
        "test-assignments" => json!({"on": on, "title": "thử", "due_on": "2021-02-01"}),
        "test-results" => {
            json!({"on": on, "assignment_id": demo("ca", 1, 1), "assessment": "good"})
        }
        "introductions" => json!({"on": on, "by": "trade_union", "paper_number": "1"}),
        "dossier" => json!({"on": on, "application_on": on}),
        "documents" => json!({"on": on, "code": "2-KNĐ", "received_on": on}),
        "verification" => json!({"on": on, "step": "declared", "relation": "father"}),
        "political-issues" => json!({"on": on, "step": "proposed", "relation": "father"}),
        "opinions" => {
            json!({"on": on, "of": "trade_union", "purpose": "admission", "favourable": true})
        }
        "resolutions" => {
            json!({"on": on, "purpose": "admission", "body": "branch", "number": on, "method": "secret_ballot", "members": 14,
            "exempt_absent": 0, "suspended": 0, "present": 14, "in_favor": 14, "against": 0, "abstain": 0})
        }
        "submission" => json!({"on": on, "paper_number": on}),
        "return" => {
            json!({"on": on, "reason": "thử", "documents": [{"code": "2-KNĐ", "note": "thử"}]})
        }
        "decisions" => {
            json!({"on": on, "purpose": "admission", "outcome": "granted", "number": on, "body": "upper_standing_committee", "members": 11, "in_favor": 11})
        }
        "ceremony" => json!({"on": on}),
        "waivers" => {
            json!({"on": on, "what": "new_member_class", "reason": "thử", "approver": "BTV", "paper_number": on})
        }
        "recognition" => {
            json!({"on": on, "number": "1", "body": "upper_standing_committee", "members": 11, "in_favor": 11})
        }
        "exits" => json!({"on": on, "kind": "withdrawn", "reason": "thử"}),
        "readmission" => {
            json!({"on": on, "paper_number": "1", "by": "member", "earlier_readmissions": 0})
        }
        "act-batches" => {
            let act = json!({"on": on, "paper_number": "1"});
            json!({"acts": [{"kind": "submission", "act": act}]})
        }
        "annulments" => json!({"on": on, "act_id": demo("ca", 1, 1), "reason": "thử"}),
        other => panic!("{other}: say what a plausible act is"),
    }
}

/// A body that would take effect if it were sent to a row of the caller's own.
pub fn plausible(op: &Operation) -> Option<Value> {
    let resource = op.path.trim_start_matches("/api/v1/");
    Some(match (op.method.as_str(), resource) {
        (
            "POST",
            "candidates/{id}/namesake-confirmations" | "members/{id}/namesake-confirmations",
        ) => {
            return None;
        }
        (
            "POST",
            "candidates/{id}/reveals"
            | "members/{id}/reveals"
            | "candidates/{id}/exports"
            | "members/{id}/exports",
        ) => {
            json!({"reason": "đối chiếu lý lịch gốc"})
        }
        ("POST", "candidates/{id}/transfers") => {
            json!({"on": "2021-01-15", "to_branch_id": demo("0b", 5, 0)})
        }
        ("POST", "branches/{id}/officers") => {
            json!({"member_id": demo("dd", 1, 6), "position": "member", "from_on": "2021-01-10"})
        }
        ("POST", "branches/{id}/overseers") => {
            json!({"account_id": demo("ac", 0, 3), "from_on": "2021-01-10"})
        }
        ("POST", "candidates/{id}/sponsorships") => {
            json!({"member_id": demo("dd", 1, 6), "from_on": "2021-01-10"})
        }
        ("POST", "members/{id}/transfers") => {
            json!({"branch_id": demo("0b", 2, 0), "on": "2021-01-10", "paper_number": "1"})
        }
        ("POST", "members/{id}/activity-changes") => {
            json!({"on": "2021-01-10", "activity": "exempt", "paper_number": "1"})
        }
        ("POST", "members/{id}/recognitions") => {
            json!({"on": "2021-01-10", "decided_by": "upper_standing_committee", "paper_number": "1"})
        }
        ("POST", "members/{id}/corrections") => {
            json!({"joined_on": "2010-01-10", "reason": "thử"})
        }
        ("POST", "members/{id}/leavings") => {
            json!({"on": "2021-01-10", "ground": "deceased", "paper_number": "1"})
        }
        ("POST", path) if path.starts_with("candidates/{id}/") => {
            act(path.rsplit('/').next().unwrap())
        }
        ("POST", "classes/{id}/enrolments") => json!({"candidate_id": demo("ca", 1, 1)}),
        ("POST", "branches/{id}/renamings") => {
            json!({"on": "2021-01-14", "name": "Đã sửa", "paper_number": "1"})
        }
        ("POST", "branches/{id}/closures") => {
            json!({"on": "2021-01-14", "paper_number": "1", "into_branch_id": demo("0b", 2, 0)})
        }
        ("POST", "branches/{id}/splits") => {
            json!({"on": "2021-01-14", "number": "78", "name": "Chi bộ mới", "kind": "clinical", "non_member_count": 0,
            "paper_number": "1", "member_ids": [], "candidate_ids": [], "department_ids": []})
        }
        ("POST", "source-plans/{id}/submissions" | "source-plans/{id}/approvals") => return None,
        ("POST", "source-plans/{id}/returns" | "source-plans/{id}/revisions") => {
            json!({"reason": "thử"})
        }
        ("POST", "source-plans/{id}/entries") => {
            json!({"full_name": "Người Thử Nghiệm", "birth_date": "1995-05-05", "target_year": 2022,
            "priority_group": "doctor", "fostering_from": "2020-05-05", "political_standard": true, "conduct": true, "capacity": true, "task_performance": true})
        }
        ("POST", "reviews/{id}/closures") => {
            json!({"held_on": "2021-01-15", "minutes_number": "1", "members": 9, "present": 9, "agenda": ["thử"]})
        }
        ("PATCH", "source-plans/{id}") => json!({"note": "đã sửa"}),
        ("PATCH", "source-plan-entries/{id}") => json!({"target_year": 2023}),
        ("PATCH", "review-items/{id}") => json!({"note": "đã sửa"}),
        ("POST", "quota-plans/{id}/revisions") => {
            json!({"reason": "thử", "lines": [{"branch_id": demo("0b", 1, 0), "quota": 1, "rationale": "thử"}]})
        }
        (
            "PATCH",
            "organizations/{id}" | "branches/{id}" | "departments/{id}" | "terms/{id}"
            | "holidays/{id}",
        ) => json!({"name": "Đã sửa"}),
        ("PATCH", "branch-classifications/{id}") => json!({"grade": "not_completed"}),
        ("PATCH", "accounts/{id}") => json!({"display_name": "Đã sửa", "disabled": true}),
        ("PATCH", "members/{id}" | "candidates/{id}") => json!({"occupation": "đã sửa"}),
        ("PATCH", "officers/{id}" | "overseers/{id}") => json!({"to_on": "2021-01-14"}),
        ("PATCH", "sponsorships/{id}") => json!({"to_on": "2021-01-14", "end_reason": "đã sửa"}),
        ("PATCH", "nominations/{id}") => json!({"reason": "đã sửa"}),
        ("PATCH", "enrolments/{id}") => json!({"state": "failed"}),
        ("POST", "enrolments/{id}/withdrawals") => json!({"reason": "thử"}),
        ("POST", "classes/{id}/compilations" | "classes/{id}/confirmations") => {
            json!({"on": "2021-01-14", "paper_number": "1"})
        }
        ("POST", "classes/{id}/sessions") => {
            json!({"number": 90, "topic": "thử", "on": "2021-05-01", "periods": 5})
        }
        ("PATCH", "sessions/{id}") => json!({"topic": "đã sửa"}),
        ("PATCH", "sessions/{id}/attendance") => {
            json!({"lines": [{"enrolment_id": demo("e1", 0, 101), "present": false}]})
        }
        ("PATCH", "classes/{id}") => json!({"title": "Đã sửa"}),
        ("POST", "quota-plans/{id}/rejections" | "quota-plans/{id}/reopenings") => {
            json!({"reason": "thử"})
        }
        ("POST", "terms/{id}/approvals") => return None,
        ("POST", "terms/{id}/reopenings") => json!({"reason": "thử"}),
        ("POST", "terms/{id}/successors") => {
            json!({"name": "thử", "from_year": 2031, "to_year": 2035})
        }
        ("POST", "quota-plans/{id}/proposals") => json!({"total": 6}),
        ("PATCH", "quota-plans/{id}") => {
            json!({"lines": [{"branch_id": demo("0b", 1, 0), "quota": 9, "rationale": "đã sửa"}]})
        }
        ("PATCH", "activities/{id}") => json!({"topic": "Đã sửa"}),
        ("PATCH", "work-plans/{id}") => json!({"content": "Đã sửa"}),
        ("PATCH", "inspections/{id}") => json!({"findings": "Đã sửa"}),
        ("PATCH", "dispatches/{id}") => json!({"title": "Đã sửa"}),
        ("POST", "inspections/{id}/completions") => {
            json!({"done_on": "2021-01-14", "note": "đã xong"})
        }
        (
            "POST",
            "problem-reports/{id}/messages"
            | "problem-reports/{id}/forwardings"
            | "problem-reports/{id}/answers",
        ) => json!({"text": "thử"}),
        ("POST", "problem-reports/{id}/reopenings") => json!({"reason": "thử"}),
        ("POST", "guidance/{id}/editions") => {
            json!({"reason": "thử", "valid_from": "2021-02-01", "body": ["thử"], "sources": ["29-QĐ/TW"]})
        }
        ("POST", "problem-reports/{id}/closures") => return None,
        ("POST", "quota-plans/{id}/issuances") => {
            json!({"decision_number": "05-QĐ/ĐU", "decision_on": "2021-01-15"})
        }
        ("POST", "transfer-offers/{id}/refusals" | "transfer-offers/{id}/withdrawals") => {
            json!({"reason": "thử"})
        }
        ("POST", "transfer-offers/{id}/acceptances") => {
            return None;
        }
        ("POST", "accounts/{id}/client-secrets") => json!({}),
        ("POST", "deadlines/{id}/settlements") => json!({"on": "2021-01-15", "reason": "thử"}),
        (
            "POST",
            "accounts/{id}/secrets"
            | "accounts/{id}/factor-resets"
            | "accounts/{id}/confirmations"
            | "erasures/{id}/confirmations"
            | "quota-plans/{id}/submissions"
            | "quota-plans/{id}/closures",
        ) => {
            return None;
        }
        ("GET" | "DELETE", _) => return None,
        other => panic!("{other:?}: say what a plausible body is"),
    })
}

/// Ids of existing rows for this path whose existence must stay hidden from this role.
fn foreign(op: &Operation, role: Role) -> Vec<String> {
    let segments: Vec<&str> = op.path.split('/').skip(3).collect();
    let person = |table: &str, branch: &str| {
        format!("select id::text from {table} where branch_id = '{branch}' order by id limit 2")
    };
    let mut sql = Vec::new();
    let other = match role {
        Role::BranchCommittee => Some(demo("0b", 2, 0)),
        Role::CommitteeMember => Some(demo("0b", 4, 0)),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::UpperCommittee
        | Role::ServiceAccount
        | Role::SystemAdmin => None,
    };
    match (segments.as_slice(), role, other) {
        (["branches", "{id}", "officers" | "overseers" | "register"], _, Some(branch)) => {
            sql.push(format!("select '{branch}'::text"));
        }
        (["members" | "sponsors", ..], _, Some(branch)) => sql.push(person("member", &branch)),
        (["candidates", ..], _, Some(branch)) => sql.push(person("candidate", &branch)),
        (["nominations", ..], _, Some(branch)) => sql.push(person("nomination", &branch)),
        (["sponsorships", ..], _, Some(branch)) => sql.push(person("sponsorship", &branch)),
        (["acts", ..], _, Some(branch)) => sql.push(person("act", &branch)),
        (["deadlines", ..], _, Some(branch)) => sql.push(person("deadline", &branch)),
        (["branch-classifications", ..], _, Some(branch)) => {
            sql.push(person("branch_classification", &branch));
        }
        (["source-plans", ..], _, Some(branch)) => sql.push(person("source_plan", &branch)),
        (["source-plan-entries", ..], _, Some(branch)) => {
            sql.push(person("source_plan_entry", &branch));
        }
        // branches 01 and 02 have no review yet
        (["reviews", ..], _, Some(_)) => sql.push(person("review", &demo("0b", 4, 0))),
        (["review-items", ..], _, Some(_)) => sql.push(person("review_item", &demo("0b", 4, 0))),
        (["enrolments", ..], _, Some(branch)) => sql.push(person("enrolment", &branch)),
        (["officers", ..], _, Some(branch)) => sql.push(person("branch_officer", &branch)),
        (["activities", ..], _, Some(branch)) => sql.push(person(
            "activity",
            &if branch == demo("0b", 2, 0) {
                demo("0b", 4, 0)
            } else {
                branch
            },
        )),
        (["activities", ..], Role::TradeUnion | Role::YouthUnion, _) => {
            sql.push(person("activity", &demo("0b", 1, 0)));
        }
        (["work-plans", ..], _, Some(branch)) => sql.push(person("work_plan", &branch)),
        (["inspections", ..], _, Some(branch)) => sql.push(person("inspection", &branch)),
        (["problem-reports", ..], Role::BranchCommittee, _) => {
            sql.push("select id::text from problem_report where branch_id is distinct from (select id from branch where number = '01')".into());
        }
        (["problem-reports", ..], Role::TradeUnion, _) => {
            sql.push("select id::text from problem_report where reporter <> 'trade_union'".into());
        }
        (["problem-reports", ..], Role::YouthUnion, _) => {
            sql.push("select id::text from problem_report where reporter <> 'youth_union'".into());
        }
        (["dispatches", ..], Role::BranchCommittee, _) => {
            sql.push("select id::text from dispatch where not recipients @> '[{\"kind\": \"branches\"}]' order by id limit 1".into());
        }
        (["overseers", ..], _, Some(_)) => sql.push(person("branch_overseer", &demo("0b", 5, 0))),
        (["nominations", ..], Role::TradeUnion, _) => sql.push(
            "select id::text from nomination where introduced_by <> 'trade_union' limit 3".into(),
        ),
        (["nominations", ..], Role::YouthUnion, _) => sql.push(
            "select id::text from nomination where introduced_by <> 'youth_union' limit 3".into(),
        ),
        (["candidates", ..], Role::UpperCommittee, _) => {
            sql.push("select distinct on (stage) id::text from candidate where stage in ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'removed', 'withdrawn')".into());
        }
        _ => {}
    }
    if let (["sponsors", ..], true) = (segments.as_slice(), access::may(role, op.action).is_some())
    {
        sql.push(
            "select id::text from member where status = 'probationary' order by id limit 1".into(),
        );
    }
    if matches!(segments[0], "quota-plans")
        && matches!(
            role,
            Role::BranchCommittee
                | Role::CommitteeMember
                | Role::UpperCommittee
                | Role::ServiceAccount
        )
    {
        sql.push("select id::text from quota_plan where state = 'draft'".into());
    }
    sql
}

/// The answer without the parts that differ every time, so that two answers can be compared.
fn face(answer: &Answer, id: &str) -> String {
    let mut text = answer.text.replace(id, "<id>");
    if let Some(trace) = answer.body["trace_id"].as_str() {
        text = text.replace(trace, "<trace>");
    }
    let headers: BTreeMap<&str, String> = answer
        .headers
        .iter()
        .map(|(n, v)| (n.as_str(), v.to_str().unwrap().replace(id, "<id>")))
        .filter(|(n, _)| *n != "date" && *n != "x-request-id" && !n.starts_with("ratelimit-"))
        .collect();
    format!("{}\n{headers:?}\n{text}", answer.status)
}

/// A fingerprint of every row of every table, except sessions and sign-in attempts.
pub async fn fingerprint(house: &House) -> BTreeMap<String, String> {
    let client = superuser(&house.database).await;
    let mut prints = BTreeMap::new();
    for row in client.query("select tablename::text from pg_tables where schemaname = 'public' and tablename not in ('session', 'sign_in_attempt', 'chain_head')", &[]).await.unwrap() {
        let table: String = row.get(0);
        let sql = format!("select coalesce(md5(string_agg(md5(t::text), '' order by t::text)), '') from public.\"{table}\" t");
        prints.insert(table, client.query_one(&sql, &[]).await.unwrap().get(0));
    }
    prints
}

// T-12
#[tokio::test]
async fn t12_a_row_out_of_reach_answers_byte_for_byte_as_an_unknown_one_and_is_not_changed() {
    let house = House::build().await;
    second_organization(&house).await;
    let owner = house.owner().await;
    // a post of the overseer that branches 01, 02 and 03 cannot see
    let put = format!(
        "insert into branch_overseer (id, organization_id, branch_id, account_id, from_on) values (gen_random_uuid(), '{}', '{}', '{}', '2020-01-01')",
        demo("0a", 0, 2),
        demo("0b", 5, 0),
        demo("ac", 0, 1)
    );
    owner.batch_execute(&put).await.unwrap();
    let before = fingerprint(&house).await;
    let mut wrong = Vec::new();
    let (mut asked, mut own) = (0, 0);
    let all = operations();
    for op in all.iter().filter(|op| op.path.contains("{id}")) {
        let nested_list = op.method == Method::GET && !op.path.ends_with("{id}");
        for (login, role) in LOGINS {
            if access::may(role, op.action).is_none() {
                continue;
            }
            let mut ids = vec![stranger_at(&op.path)];
            for sql in foreign(op, role) {
                let rows = owner.query(&sql, &[]).await.unwrap();
                assert!(!rows.is_empty(), "nothing foreign to ask for: {sql}");
                ids.extend(rows.iter().map(|r| r.get::<_, String>(0)));
            }
            let body = plausible(op);
            let nobody = Uuid::new_v4().to_string();
            let reference = ask(&house, login, op, &op.at(&nobody), body.clone()).await;
            if !nested_list && (reference.status, reference.code()) != (404, "not_found") {
                wrong.push(format!(
                    "{} {} by {login}: an unknown id answers {} {}",
                    op.method, op.path, reference.status, reference.text
                ));
            }
            if nested_list
                && !matches!(
                    (
                        reference.status,
                        reference.body["items"].as_array().map(Vec::len)
                    ),
                    (404, None) | (200, Some(0))
                )
            {
                wrong.push(format!(
                    "{} {} by {login}: below an unknown id there is {}",
                    op.method, op.path, reference.text
                ));
            }
            for id in ids {
                let answer = ask(&house, login, op, &op.at(&id), body.clone()).await;
                asked += 1;
                if face(&answer, &id) != face(&reference, &nobody) {
                    wrong.push(format!(
                        "{} {} by {login}:\n  foreign {id}: {}\n  unknown: {}",
                        op.method,
                        op.path,
                        face(&answer, &id),
                        face(&reference, &nobody)
                    ));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(
        fingerprint(&house).await,
        before,
        "a refused write left a trace"
    );
    // only now, after the comparison: reads by the upper committee write to the access log
    for op in all.iter().filter(|op| op.path.ends_with("{id}")) {
        for (login, role) in LOGINS {
            if op.method == Method::GET && access::may(role, op.action).is_some() {
                own += usize::from(any_own(&house, login, op).await);
            }
        }
    }
    assert!(
        asked > 200 && own > 50,
        "{asked} foreign rows asked for, {own} own ones seen"
    );
}

/// Negative control: the same request for one of the caller's own rows succeeds.
async fn any_own(house: &House, login: &str, op: &Operation) -> bool {
    let list = op.path.trim_end_matches("/{id}");
    if !operations()
        .iter()
        .any(|o| o.path == list && o.method == Method::GET)
    {
        return false;
    }
    let page = house.read(login, &format!("{list}?limit=1")).await;
    match page.items().first() {
        Some(row) => {
            house.read(login, &op.at(row["id"].text())).await;
            true
        }
        None => false,
    }
}

// T-12: ids in bodies and filters reveal no more about foreign rows than ids in paths
#[tokio::test]
async fn t12_foreign_ids_in_bodies_and_filters_answer_as_unknown_ones() {
    let house = House::build().await;
    second_organization(&house).await;
    let before = fingerprint(&house).await;
    let sponsors = format!("/api/v1/candidates/{}/sponsorships", demo("ca", 1, 1));
    let enrolments = format!("/api/v1/classes/{}/enrolments", demo("c1", 0, 2));
    let officers = format!("/api/v1/branches/{}/officers", demo("0b", 1, 0));
    let overseers = format!("/api/v1/branches/{}/overseers", demo("0b", 1, 0));
    let nomination = |branch: &str, department: Value, member: Value| {
        json!({"branch_id": branch, "department_id": department, "full_name": "Lò Thị Thử", "sex": "female", "birth_date": "1991-01-01", "youth_union_member": true,
            "trade_union_member": true, "introducer_member_id": member, "paper_number": "1", "paper_on": "2021-01-10"})
    };
    let own = demo("0b", 1, 0);
    // (login, path, foreign id, body that contains the id)
    type Around<'a> = Box<dyn Fn(&str) -> Value + 'a>;
    let cases: Vec<(&str, &str, String, Around<'_>)> = vec![
        (
            "branch-01",
            &sponsors,
            demo("dd", 2, 6),
            Box::new(|id| json!({"member_id": id, "from_on": "2021-01-15"})),
        ),
        (
            "branch-01",
            &sponsors,
            stranger(6),
            Box::new(|id| json!({"member_id": id, "from_on": "2021-01-15"})),
        ),
        (
            "office",
            &sponsors,
            stranger(6),
            Box::new(|id| json!({"member_id": id, "from_on": "2021-01-15"})),
        ),
        (
            "branch-01",
            &enrolments,
            demo("ca", 2, 1),
            Box::new(|id| json!({"candidate_id": id})),
        ),
        (
            "office",
            &enrolments,
            stranger(10),
            Box::new(|id| json!({"candidate_id": id})),
        ),
        (
            "office",
            &officers,
            stranger(6),
            Box::new(|id| json!({"member_id": id, "position": "member", "from_on": "2021-01-10"})),
        ),
        (
            "office",
            &overseers,
            stranger(9),
            Box::new(|id| json!({"account_id": id, "from_on": "2021-01-10"})),
        ),
        (
            "office",
            "/api/v1/branch-classifications",
            stranger(2),
            Box::new(
                |id| json!({"branch_id": id, "year": 2019, "grade": "good", "decided_on": "2019-12-31", "paper_number": "1"}),
            ),
        ),
        (
            "office",
            "/api/v1/departments",
            stranger(2),
            Box::new(|id| json!({"branch_id": id, "name": "Khoa thử", "kind": "clinical"})),
        ),
        (
            "union",
            "/api/v1/nominations",
            stranger(2),
            Box::new(|id| nomination(id, Value::Null, Value::Null)),
        ),
        (
            "union",
            "/api/v1/nominations",
            stranger(3),
            Box::new(|id| nomination(&own, json!(id), Value::Null)),
        ),
        (
            "branch-01",
            "/api/v1/nominations",
            demo("0b", 2, 0),
            Box::new(|id| nomination(id, Value::Null, json!(demo("dd", 1, 6)))),
        ),
        (
            "branch-01",
            "/api/v1/nominations",
            demo("dd", 2, 6),
            Box::new(|id| nomination(&own, Value::Null, json!(id))),
        ),
        (
            "office",
            "/api/v1/quota-plans",
            stranger(15),
            Box::new(
                |id| json!({"term_id": id, "year": 2021, "lines": [{"branch_id": own, "quota": 1, "rationale": "thử"}]}),
            ),
        ),
        (
            "office",
            "/api/v1/quota-plans",
            stranger(2),
            Box::new(
                |id| json!({"term_id": demo("7e", 0, 1), "year": 2021, "lines": [{"branch_id": id, "quota": 1, "rationale": "thử"}]}),
            ),
        ),
        (
            "admin",
            "/api/v1/accounts",
            stranger(2),
            Box::new(
                |id| json!({"login": "new-one", "display_name": "Mới", "role": "branch_committee", "branch_id": id}),
            ),
        ),
    ];
    /// Posts as `who`. Acts must send the version that they are based on; other creations omit it.
    async fn post(house: &House, who: &str, path: &str, body: Value) -> Answer {
        match path
            .strip_prefix("/api/v1/candidates/")
            .and_then(|p| p.split_once('/'))
        {
            Some((candidate, kind)) => house.act(who, candidate, kind, body).await,
            None => house.post(who, path, body).await,
        }
    }
    let mut wrong = Vec::new();
    for (who, path, id, body) in &cases {
        let nobody = Uuid::new_v4().to_string();
        let (theirs, unknown) = (
            post(&house, who, path, body(id)).await,
            post(&house, who, path, body(&nobody)).await,
        );
        if face(&theirs, id) != face(&unknown, &nobody) || unknown.status != 422 {
            wrong.push(format!(
                "POST {path} by {who} with {id}:\n  foreign: {}\n  unknown: {}",
                face(&theirs, id),
                face(&unknown, &nobody)
            ));
        }
    }
    for (who, path, parameter, id) in [
        (
            "branch-01",
            "/api/v1/candidates",
            "branch_id",
            demo("0b", 2, 0),
        ),
        (
            "branch-01",
            "/api/v1/members",
            "branch_id",
            demo("0b", 2, 0),
        ),
        (
            "overseer",
            "/api/v1/sponsorships",
            "candidate_id",
            demo("ca", 4, 2),
        ),
        (
            "branch-01",
            "/api/v1/enrolments",
            "candidate_id",
            demo("ca", 4, 2),
        ),
        (
            "office",
            "/api/v1/candidates",
            "organization_id",
            stranger(1),
        ),
        (
            "upper",
            "/api/v1/candidates",
            "organization_id",
            stranger(1),
        ),
        (
            "district-script",
            "/api/v1/quota-plans",
            "organization_id",
            stranger(1),
        ),
        (
            "district-script",
            "/api/v1/annual-quotas",
            "term_id",
            stranger(15),
        ),
        (
            "branch-01",
            "/api/v1/annual-quotas",
            "branch_id",
            demo("0b", 2, 0),
        ),
        ("admin", "/api/v1/accounts", "branch_id", stranger(2)),
    ] {
        let nobody = Uuid::new_v4().to_string();
        let total = if path.ends_with("annual-quotas") {
            ""
        } else {
            "&include_total=true"
        };
        let theirs = house
            .read(who, &format!("{path}?{parameter}={id}{total}"))
            .await;
        let unknown = house
            .read(who, &format!("{path}?{parameter}={nobody}{total}"))
            .await;
        if face(&theirs, &id) != face(&unknown, &nobody) {
            wrong.push(format!("{path}?{parameter}={id} by {who}: {}", theirs.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        fingerprint(&house).await,
        before,
        "a refused write left a trace"
    );
}

/// Everything that this login can read, bodies and headers: each list with all its options, then
/// each row by id.
pub async fn everything(house: &House, login: &str, role: Role) -> Vec<(String, String)> {
    let mut read = Vec::new();
    let all = operations();
    let open = |op: &&Operation| op.method == Method::GET && access::may(role, op.action).is_some();
    let note = |path: &str, answer: &Answer| {
        (
            path.to_owned(),
            format!("{:?}\n{}", answer.headers, answer.text),
        )
    };
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for op in all.iter().filter(open).filter(|op| op.is_list()) {
        let mut next = Some(full_list(op));
        while let Some(path) = next.take() {
            let answer = house.read(login, &path).await;
            read.push(note(&path, &answer));
            let items = answer.body["items"].as_array().into_iter().flatten();
            ids.entry(op.path.clone()).or_default().extend(
                items
                    .filter_map(|i| i["id"].as_str().or(i["key"].as_str()))
                    .map(str::to_owned),
            );
            next = answer
                .header("link")
                .strip_prefix('<')
                .and_then(|l| l.split_once('>'))
                .map(|(path, _)| path.to_owned());
        }
    }
    for op in all.iter().filter(open).filter(|op| !op.is_list()) {
        let parent = op.path.split("/{").next().unwrap().to_owned();
        let ids = match parent.as_str() {
            "/api/v1/officers" | "/api/v1/overseers" => vec![demo(
                if parent.ends_with("officers") {
                    "0f"
                } else {
                    "0e"
                },
                1,
                1,
            )],
            _ => ids.get(&parent).cloned().unwrap_or_default(),
        };
        for id in ids {
            let path = if op.path.ends_with('}') {
                op.at(&id)
            } else {
                op.at(&id) + &full_list(op)[op.path.len()..]
            };
            let answer = house.get(login, &path).await;
            read.push(note(&path, &answer));
        }
    }
    read
}

/// The path of a list with all its options set.
pub fn full_list(op: &Operation) -> String {
    let id = op.path.split('/').next_back().unwrap().replace('-', "_");
    let expand = document()["paths"][&op.path]["get"]["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|p| p["name"] == "expand");
    let mut query = Vec::new();
    if op.takes("limit") {
        query.push("limit=200".to_owned());
    }
    if op.takes("include_total") {
        query.push("include_total=true".to_owned());
    }
    if let Some(expand) = expand {
        let names = match id.as_str() {
            "sponsorships" => "branch,candidate,member",
            "enrolments" | "certificates" => "branch,candidate,class",
            "officers" => "member",
            "overseers" => "",
            _ => "branch",
        };
        let documented = expand["schema"].to_string();
        if !names.is_empty()
            && names
                .split(',')
                .all(|n| documented.contains(&format!("\"{n}\"")))
        {
            query.push(format!("expand={names}"));
        }
    }
    if query.is_empty() {
        op.path.clone()
    } else {
        format!("{}?{}", op.path, query.join("&"))
    }
}

const SEALED: [&str; 6] = [
    "citizen_id",
    "phone",
    "address",
    "remarks",
    "namesake_reason",
    "correction_reason",
];

/// The fields that belong to the branch in which they were written, even if the person moves.
const BY_BRANCH: [&str; 3] = ["remarks", "namesake_reason", "correction_reason"];

/// The fields that members have too; the others exist only for candidates.
const OF_MEMBERS: [&str; 5] = [
    "ethnic_group",
    "religion",
    "phone",
    "namesake_reason",
    "correction_reason",
];

const P2_TEXTS: [&str; 7] = [
    "birth_place",
    "home_town",
    "ethnic_group",
    "religion",
    "citizen_id",
    "phone",
    "address",
];

// T-11, T-13: every sensitive field holds a canary, which must appear exactly where the policy
// allows it
#[tokio::test]
async fn t13_canaries_in_sensitive_fields_come_out_only_where_the_policy_shows_them() {
    let house = House::build().await;
    let owner = house.owner().await;
    // (table, branch, number, birth date): files before and after submission in branches of the
    // tested roles, and people elsewhere
    let people = [
        ("candidate", 1, 1, "1911-01-11"),
        ("candidate", 3, 5, "1912-02-12"),
        ("candidate", 4, 2, "1913-03-13"),
        ("member", 1, 5, "1914-04-14"),
        ("member", 4, 5, "1915-05-15"),
    ];
    let mut rows = Vec::new();
    for (table, branch, number, birth) in people {
        let mark = |field: &str| {
            format!("ZQ{}{branch}{}", &table[..1], field.replace('_', "")).to_uppercase()
        };
        let texts: Vec<&str> = P2_TEXTS
            .into_iter()
            .chain(BY_BRANCH)
            .filter(|f| match table {
                "candidate" => *f != "correction_reason",
                _ => OF_MEMBERS.contains(f),
            })
            .collect();
        let tail = format!("{branch}{}", if table == "candidate" { 77 } else { 88 });
        let (shut, open): (Vec<&str>, Vec<&str>) = texts.iter().partition(|f| SEALED.contains(f));
        let set: Vec<String> = open
            .iter()
            .map(|f| format!("{f} = '{}{tail}'", mark(f)))
            .collect();
        let id = demo(
            if table == "candidate" { "ca" } else { "dd" },
            branch,
            number,
        );
        let changed = owner
            .execute(
                &format!(
                    "update {table} set birth_date = '{birth}', {} where id = '{id}'",
                    set.join(", ")
                ),
                &[],
            )
            .await
            .unwrap();
        assert_eq!(changed, 1);
        let shut = shut.into_iter().map(|f| {
            let text = format!("{}{tail}", mark(f));
            let own = json!({demo("0b", branch, 0): text}).to_string();
            (f, if BY_BRANCH.contains(&f) { own } else { text })
        });
        let shut: Vec<(&str, String)> = shut.collect();
        write_sealed(&owner, table, id.parse().unwrap(), &shut).await;
        let stage = if table == "candidate" {
            owner
                .query_one(
                    &format!("select stage from candidate where id = '{id}'"),
                    &[],
                )
                .await
                .unwrap()
                .get(0)
        } else {
            String::new()
        };
        // a member's file counts as submitted
        let submitted = table == "member" || Stage::parse(&stage).is_some_and(Stage::submitted);
        assert_eq!(submitted, number == 5, "{stage}");
        rows.push((
            table,
            branch,
            submitted,
            birth,
            texts
                .into_iter()
                .map(|f| (f, mark(f), tail.clone()))
                .collect::<Vec<_>>(),
        ));
    }
    let mut wrong = Vec::new();
    for (login, role) in LOGINS {
        let texts = everything(&house, login, role).await;
        let place = |needle: &str| {
            texts
                .iter()
                .find(|(_, text)| text.contains(needle))
                .map(|(path, _)| path.clone())
        };
        for (table, branch, submitted, birth, fields) in &rows {
            let action = if *table == "candidate" {
                Action::ReadCandidates
            } else {
                Action::ReadMembers
            };
            let sees = access::may(role, action).is_some()
                && match role {
                    Role::BranchCommittee => *branch == 1,
                    Role::CommitteeMember => *branch <= 3,
                    Role::UpperCommittee => *submitted,
                    Role::StandingCommittee | Role::PartyOffice => true,
                    Role::TradeUnion
                    | Role::YouthUnion
                    | Role::ServiceAccount
                    | Role::SystemAdmin => false,
                };
            let check = |wrong: &mut Vec<String>, field: &str, needle: &str, class: Sensitivity| {
                let shown = match field {
                    "namesake_reason" | "correction_reason" => access::reason(role, true),
                    _ => access::show(role, class, *submitted),
                };
                let full = sees && shown == Show::Full;
                let found = place(needle);
                if found.is_some() != full {
                    wrong.push(format!("{login}: {table} of branch {branch}, {field} ({needle}): expected {full}, found {found:?}"));
                }
            };
            check(&mut wrong, "birth_date", birth, Sensitivity::P2);
            for (field, mark, tail) in fields {
                let class = if *field == "remarks" {
                    Sensitivity::P3
                } else {
                    Sensitivity::P2
                };
                check(&mut wrong, field, mark, class);
                // the mask must not keep the end of the value either
                let masked = place(&format!("\"{field}\":\"•••{tail}"));
                assert_eq!(masked, None, "{login}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // the answer to a change must show no more than a read does
    let path = format!("/api/v1/candidates/{}", demo("ca", 1, 1));
    let version = house.read("office", &path).await.version();
    let changed = house
        .change("office", &path, version, json!({"occupation": "y sĩ"}))
        .await;
    assert!(
        !changed.text.contains("ZQC1RELIGION") && !changed.text.contains("ZQC1REMARKS"),
        "{}",
        changed.text
    );
    // nor may the values be reached by `fields`, by a search, or through a problem about the field
    let chosen = house
        .read(
            "standing",
            "candidates?fields=id,religion,remarks,citizen_id&limit=200",
        )
        .await;
    assert!(!chosen.text.contains("ZQC"), "{}", chosen.text);
    for needle in ["ZQC1RELIGION177", "ZQC1CITIZENID177", "ZQC1REMARKS177"] {
        assert_eq!(
            house
                .read("standing", &format!("candidates?q={needle}"))
                .await
                .items()
                .len(),
            0
        );
    }
}

/// The document names the roles that may use a restricted filter, and the refusal says that the
/// role is the reason.
#[tokio::test]
async fn a_filter_says_which_roles_may_use_it() {
    let about = |path: &str, name: &str| -> String {
        let all = published()["paths"][path]["get"]["parameters"].list();
        let found = all.iter().find(|p| p["name"] == name).unwrap();
        assert_eq!(found["x-seen-by"], Value::Null);
        found["description"].text().to_owned()
    };
    for name in ["birth_date", "birth_date_from", "birth_date_to"] {
        let told = about("/api/v1/candidates", name);
        assert!(
            told.ends_with("Only for: committee directly above."),
            "{told}"
        );
        let told = about("/api/v1/members", name);
        assert!(
            told.ends_with("No role may, as yet: it would tell what is masked."),
            "{told}"
        );
    }
    assert_eq!(
        about("/api/v1/candidates", "nominated_on_from"),
        "Lower bound of `nominated_on`, inclusive."
    );
    let house = House::build().await;
    let answer = house.get("office", "members?birth_date=1990-01-01").await;
    let answer = answer.refused("invalid_parameter");
    shows!(answer.body["errors"][0], {"parameter": "birth_date", "code": "forbidden",
        "detail": "Your role may not filter by this field."});
}

// T-14: a role cannot filter, sort or count by a field that it cannot see
#[tokio::test]
async fn t14_hidden_fields_can_be_neither_filtered_nor_sorted_nor_counted() {
    let house = House::build().await;
    let mut open = 0;
    for (login, role) in LOGINS {
        for (list, action) in [
            ("candidates", Action::ReadCandidates),
            ("members", Action::ReadMembers),
        ] {
            if access::may(role, action).is_none() {
                continue;
            }
            for parameter in ["birth_date", "birth_date_from", "birth_date_to"] {
                let answer = house
                    .get(
                        login,
                        &format!("{list}?{parameter}=1990-01-01&include_total=true"),
                    )
                    .await;
                // a list contains files from before and after submission, so the stricter rule
                // applies
                if access::show(role, Sensitivity::P2, true) == Show::Full
                    && (list == "candidates"
                        || access::show(role, Sensitivity::P2, false) == Show::Full)
                {
                    assert_eq!(
                        answer.status, 200,
                        "{login} {list} {parameter}: {}",
                        answer.text
                    );
                    open += 1;
                } else {
                    assert_eq!(
                        (answer.status, answer.faults()),
                        (400, vec![parameter.to_owned()]),
                        "{login} {list}: {}",
                        answer.text
                    );
                }
            }
            for field in P2_TEXTS.into_iter().chain(["remarks", "other_names"]) {
                let answer = house
                    .get(login, &format!("{list}?{field}=x&include_total=true"))
                    .await;
                assert_eq!(
                    (answer.status, answer.faults()),
                    (400, vec![field.to_owned()]),
                    "{login} {list}: {}",
                    answer.text
                );
            }
            for field in P2_TEXTS.into_iter().chain(["remarks", "birth_date"]) {
                let answer = house.get(login, &format!("{list}?sort={field}")).await;
                assert_eq!(
                    (answer.status, answer.faults()),
                    (400, vec!["sort".to_owned()]),
                    "{login} {list} {field}: {}",
                    answer.text
                );
            }
        }
    }
    assert!(
        open > 0,
        "nobody may filter by birth date: the test shows nothing"
    );
    // a change that guesses the branch's remarks gets the same answer whether the stored remarks
    // are equal, different or empty
    let (with, without) = (demo("ca", 1, 1), demo("ca", 1, 2));
    let remarks = json!({demo("0b", 1, 0): "ZQ-REMARKS"}).to_string();
    let (owner, id) = (house.owner().await, with.parse().unwrap());
    write_sealed(&owner, "candidate", id, &[("remarks", remarks)]).await;
    for guess in [json!("ZQ-REMARKS"), json!("another guess"), Value::Null] {
        let mut answers = Vec::new();
        for id in [&with, &without] {
            let file = format!("candidates/{id}");
            let at = house.read("office", &file).await.version();
            let change = json!({"remarks": guess});
            let answer = house.patch("office", &file, at, change).await;
            answers.push((answer.status, answer.code().to_owned(), answer.faults()));
        }
        assert_eq!(
            answers[0], answers[1],
            "the Office learns from guessing {guess}"
        );
        assert_eq!(
            answers[0].0, 422,
            "remarks are not the Office's to write: {answers:?}"
        );
    }
}
