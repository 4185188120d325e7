//! The demo organisation: a district's health sector with invented people only. `organization.toml`
//! holds its figures, `names` its people.
//!
//! Everything but `created_at` and what is sealed is the same every time, ids included, so that documentation can cite
//! them. An id is a version 7 UUID with the timestamp 6 October 2020, and its last group reads
//! `0000 KK BB NNNN`: kind of row, branch number, number within the branch (decimal digits; branch
//! `00`: the organisation as a whole). [`RowKind`] lists the letters.
//!
//! | row | id |
//! |---|---|
//! | branch 01 | `01750000-0000-7000-8000-00000b010000` |
//! | member 5 of branch 03 (official members come first) | `01750000-0000-7000-8000-0000dd030005` |
//! | candidate 2 of branch 10 | `01750000-0000-7000-8000-0000ca100002` |
//! | quota plan of 2022 | `01750000-0000-7000-8000-000090002022` |
mod accounts;
mod acts;
mod calendar;
mod cases;
mod classes;
mod daily;
mod history;
mod later;
mod moved;
mod names;
mod on_the_way;
mod people;
mod plans;
mod rows;
mod sources;
mod workplaces;

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use tokio_postgres::{Client, GenericClient};

use cases::{CASES, Case};
use names::People;
use rows::Rows;
use workplaces::departments;

use crate::clock;
use crate::db::tables::organization;
use crate::db::{any_row, constant, direct};
use crate::sealing::Seals;

/// A line of the sign-in list that `demo` prints.
#[derive(Clone, Debug)]
pub struct SignIn {
    pub login: String,
    pub role: &'static str,
    pub about: String,
}

/// The result of loading.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub sign_ins: Vec<SignIn>,
}

/// The kind of a row, as written in its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// 1 the upper committee, 2 the grassroots organisation
    Organization = 0x0a,
    /// in order of printing
    Account = 0xac,
    Overseer = 0x0e,
    /// number 0
    Branch = 0x0b,
    Department = 0xde,
    /// đảng viên
    Member = 0xdd,
    Officer = 0x0f,
    Candidate = 0xca,
    /// same number as its candidate
    Nomination = 0xa0,
    /// the candidate's number, then 1 or 2
    Sponsorship = 0x50,
    /// 1 awareness 2021, 2 awareness 2022, 3 new members 2022
    Class = 0xc1,
    /// the class's number, then the seat's in two digits
    Enrolment = 0xe1,
    /// the class's number, then the session's in two digits
    Session = 0xc5,
    /// number 1
    Term = 0x7e,
    /// the year; 9999 is a draft of the term in progress
    QuotaPlan = 0x90,
    /// branch and year
    QuotaLine = 0x91,
    Holiday = 0xda,
    Setting = 0x5e,
    /// of the candidate in the last group; the third group numbers the acts
    Act = 0xaf,
    /// the branch
    SourcePlan = 0x5a,
    SourcePlanEntry = 0x5b,
    /// the branch; number 1 is the first quarter of 2021, 9998 the last quarter's that is still open
    Review = 0x4e,
    ReviewItem = 0x4f,
    BranchChange = 0xbc,
    ActivityChange = 0xa3,
    Inspection = 0xb2,
    /// the reporting account
    ProblemReport = 0xb3,
    TransferOffer = 0x0d,
    Leaving = 0x1e,
    Transfer = 0x7f,
    Erasure = 0xea,
}

/// The id of a demo row. `branch` is below 100, `number` below 10,000.
pub fn id(kind: RowKind, branch: usize, number: usize) -> String {
    format!(
        "01750000-0000-7000-8000-0000{:02x}{branch:02}{number:04}",
        kind as u8
    )
}

#[derive(Deserialize)]
struct Figures {
    organization: Organization,
    #[serde(rename = "branch")]
    branches: Vec<Branch>,
}

#[derive(Deserialize)]
struct Organization {
    name: String,
    upper: String,
    term: String,
    annual_minimum: i32,
    term_minimum: i32,
    admitted_previous_term: i32,
    source_plans_due_on: toml::value::Datetime,
    branch_committee_coverage_target: Coverage,
}

#[derive(Deserialize)]
struct Coverage {
    percent: i32,
    by: i32,
}

#[derive(Deserialize)]
struct Branch {
    name: String,
    kind: String,
    /// official members, probationary members, non-members, admitted in the previous term
    counts: [usize; 4],
    /// 2021 to 2025
    quotas: [usize; 5],
}

/// Number of official members from which a branch has a committee.
const COMMITTEE_MINIMUM: usize = 9;
/// The first members of a branch are its officers; they are also the sponsors.
const OFFICERS: [&str; 3] = ["secretary", "deputy_secretary", "member"];

/// Whether there is no organisation yet. Run it as the owner: row-level security hides the rows
/// from every other role.
pub async fn is_empty(client: &impl GenericClient) -> anyhow::Result<bool> {
    let organizations = any_row::<organization::Entity>(constant(true));
    Ok(!direct::holds(client, organizations).await?)
}

/// The whole demo of one day, judged, before it is stored.
pub struct Plan {
    rows: Rows,
    plans: Rows,
    acts: history::History,
    sign_ins: Vec<SignIn>,
}

/// Plans the demo that is loaded at `now`. `password_hash` is the PHC string of every person's
/// account, `service_hash` that of `district-script`.
pub fn plan(password_hash: &str, service_hash: &str, now: DateTime<Utc>) -> anyhow::Result<Plan> {
    let figures: Figures =
        toml::from_str(include_str!("organization.toml")).context("organization.toml")?;
    let mut rows = Rows::default();
    let mut people = People::new();
    structure(&mut rows, &figures);
    let sign_ins = accounts::accounts(&mut rows, &figures, password_hash, service_hash);
    calendar::holidays_and_settings(&mut rows)?;
    let (law, holidays) = (history::law()?, history::holidays(&rows));
    for (b, branch) in (1..).zip(&figures.branches) {
        people::members(&mut rows, &mut people, (&law, &holidays), b, branch);
    }
    term(&mut rows, &figures);
    let today = clock::day(now);
    let later = is_alive(now).then_some(today);
    let mut cases = CASES.to_vec();
    cases.extend(later.into_iter().flat_map(on_the_way::cases));
    people::candidates(&mut rows, &mut people, &cases);
    sponsorships(&mut rows, &cases);
    classes::classes(&mut rows);
    daily::fill(&mut rows);
    let mut plans = plans::plans(&rows);
    if later.is_some() {
        later::fill(&mut rows, &mut plans, &cases, today, service_hash);
    }
    let acts = history::tell(&rows, &law, &cases, later)?;
    Ok(Plan {
        rows,
        plans,
        acts,
        sign_ins,
    })
}

/// Whether it is loaded after its own term, with a term in progress beside that. Before, it is the plan's own term
/// alone, days to come included, which the tests play through.
pub fn is_alive(now: DateTime<Utc>) -> bool {
    clock::day(now) >= later::FIRST_DAY
}

/// Fills an empty database with a [`plan`] in one transaction. Without `seals` nobody has a citizen
/// number, a phone, an address or a remark.
pub async fn load(
    client: &mut Client,
    password_hash: &str,
    service_hash: &str,
    seals: Option<&Seals>,
    now: DateTime<Utc>,
) -> anyhow::Result<Loaded> {
    let plan = plan(password_hash, service_hash, now)?;
    let tx = client.transaction().await?;
    // a concurrent loader waits here, then finds the database no longer empty
    tx.batch_execute("lock table organization in share row exclusive mode")
        .await?;
    if !is_empty(&tx).await? {
        bail!("the database is not empty");
    }
    plan.rows.insert(&tx, seals, now).await?;
    history::write(&tx, plan.acts, seals, now).await?;
    plan.plans.insert(&tx, seals, now).await?;
    plans::count_years(&tx, now).await?;
    tx.commit().await?;
    Ok(Loaded {
        sign_ins: plan.sign_ins,
    })
}

fn structure(rows: &mut Rows, figures: &Figures) {
    let (upper, own) = (
        id(RowKind::Organization, 0, 1),
        id(RowKind::Organization, 0, 2),
    );
    rows.put("organization", json!({"id": upper, "parent_id": null, "kind": "upper", "name": figures.organization.upper, "label": "Huyện ủy"}));
    rows.put("organization", json!({"id": own, "parent_id": upper, "kind": "grassroots", "name": figures.organization.name, "label": "Đảng ủy"}));
    for (b, branch) in (1..).zip(&figures.branches) {
        let [_, _, non_members, previous] = branch.counts;
        rows.put(
            "branch",
            json!({"id": id(RowKind::Branch, b, 0), "number": format!("{b:02}"), "name": branch.name, "kind": branch.kind,
                "non_member_count": non_members, "previous_term_admissions": previous}),
        );
        for (n, unit) in departments(b) {
            let row = json!({"id": id(RowKind::Department, b, n), "branch_id": id(RowKind::Branch, b, 0), "name": unit.name, "kind": branch.kind});
            rows.put("department", row);
        }
    }
}

fn term(rows: &mut Rows, figures: &Figures) {
    let o = &figures.organization;
    rows.put(
        "term",
        json!({"id": id(RowKind::Term, 0, 1), "name": o.term, "from_year": 2021, "to_year": 2025, "annual_minimum": o.annual_minimum,
            "term_minimum": o.term_minimum, "previous_term_admissions": o.admitted_previous_term,
            "resolution": "Nghị quyết Đại hội X Đảng bộ Y tế, nhiệm kỳ 2020-2025", "source_plans_due_on": o.source_plans_due_on.to_string(),
            "committee_coverage_percent": o.branch_committee_coverage_target.percent,
            "committee_coverage_year": o.branch_committee_coverage_target.by, "state": "approved", "edited_by": id(RowKind::Account, 0, 2),
            "approved_by": id(RowKind::Account, 0, 1), "approved_on": "2020-12-01",
            "plan_document": {"number": "12-KH/ĐU", "on": "2020-11-20", "title": "Kế hoạch tạo nguồn, phát triển đảng viên nhiệm kỳ 2020-2025"},
            "legal_bases": [{"document": "Quy định thi hành Điều lệ Đảng", "official_number": "29-QĐ/TW"},
                {"document": "Hướng dẫn một số vấn đề cụ thể thi hành Quy định 29-QĐ/TW", "cited_as": "09-HD/TW", "official_number": "09-HD/BTCTW"},
                {"document": "Nghị quyết Đại hội X Đảng bộ Y tế, nhiệm kỳ 2020-2025"}]}),
    );
    // 2021 is left for the reader to draft and issue
    for (k, year) in (1..).zip(2022..=2025) {
        let issued = year == 2022;
        rows.put(
            "quota_plan",
            json!({"id": id(RowKind::QuotaPlan, 0, year), "term_id": id(RowKind::Term, 0, 1), "year": year, "revision": 1,
                "state": if issued { "issued" } else { "draft" }, "drafted_by": id(RowKind::Account, 0, 2),
                "issued_by": issued.then(|| id(RowKind::Account, 0, 1)), "issued_on": issued.then_some("2021-12-15"),
                "decision_number": issued.then_some("31-QĐ/ĐU"), "decision_on": issued.then_some("2021-12-15"), "proposed_on": issued.then_some("2021-12-10")}),
        );
        for (b, branch) in (1..).zip(&figures.branches) {
            let [_, _, left, previous] = branch.counts;
            let sources = CASES
                .iter()
                .filter(|c| c.branch == b && cases::still_a_source(c.stage))
                .count();
            rows.put(
                "quota_line",
                json!({"id": id(RowKind::QuotaLine, b, year), "plan_id": id(RowKind::QuotaPlan, 0, year), "branch_id": id(RowKind::Branch, b, 0),
                    "quota": branch.quotas[k], "rationale": rationale(branch, branch.quotas[k], year),
                    "basis": format!("Kết nạp 2015-2020: {previous}; quần chúng: {left}; nguồn đang theo dõi: {sources}")}),
            );
        }
    }
}

fn rationale(branch: &Branch, quota: usize, year: usize) -> String {
    let [official, _, left, previous] = branch.counts;
    match quota {
        0 if left < 20 => format!(
            "Chỉ còn {left} quần chúng, nhiệm kỳ trước kết nạp {previous}: bồi dưỡng nguồn, năm {year} chưa giao."
        ),
        0 => format!(
            "Còn {left} quần chúng nhưng nguồn năm {year} chưa chín; không dàn đều, tập trung kèm cặp để giao các năm sau."
        ),
        _ if official < COMMITTEE_MINIMUM => format!(
            "Chi bộ có {official} đảng viên chính thức, còn thiếu {} để có chi ủy; nhiệm kỳ trước kết nạp {previous}, còn {left} quần chúng.",
            COMMITTEE_MINIMUM - official
        ),
        _ if left >= 20 => format!(
            "Nguồn dồi dào: còn {left} quần chúng, nhiệm kỳ trước kết nạp {previous}; trẻ hóa đội ngũ trực tiếp chuyên môn."
        ),
        _ => format!(
            "Giữ nhịp của nhiệm kỳ trước (kết nạp {previous}); còn {left} quần chúng, ưu tiên đoàn viên đã qua lớp nhận thức."
        ),
    }
}

/// Candidates in the plan or beyond have sponsors, taken in turn from the branch's officers.
fn sponsorships(rows: &mut Rows, cases: &[Case]) {
    let mut turn = BTreeMap::<usize, usize>::new();
    for (n, case) in cases::numbered(cases) {
        for k in 1..=case.sponsors {
            let turn = turn.entry(case.branch).or_default();
            let sponsor = 1 + *turn % OFFICERS.len();
            *turn += 1;
            rows.put(
                "sponsorship",
                json!({"id": id(RowKind::Sponsorship, case.branch, n * 10 + k), "branch_id": id(RowKind::Branch, case.branch, 0),
                    "candidate_id": id(RowKind::Candidate, case.branch, n), "member_id": id(RowKind::Member, case.branch, sponsor),
                    "from_on": case.outcome_on}),
            );
        }
    }
}
