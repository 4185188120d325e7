//! A demo that is loaded after its term: what has been done since, what is still open, and the term
//! in progress.
use chrono::{Datelike as _, Days, NaiveDate};
use serde_json::{Value, json};

use super::cases::Case;
use super::{RowKind, Rows, id, moved, on_the_way, sources};

/// From this day on, the demo's term is over.
pub const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();

/// Numbers of the review of the last quarter that is still open, and of that of this quarter.
const OPEN: usize = 9998;
const BEGUN: usize = 9999;

/// What has happened to a case since its stage.
#[derive(Clone, Copy)]
pub enum Since {
    Nothing,
    Removed,
    Withdrew,
    Fostered,
    Papers,
    Proposed,
    Recognised,
}

/// Where nothing has happened, the document's examples have something to act on, and the deadlines
/// something to tell.
pub fn since(case: &Case, number: usize) -> Since {
    if case.on_the_way {
        return Since::Nothing;
    }
    match (case.branch, number) {
        // (branch, candidate) who is nominated, resolved, submitted or decided now; in the cases
        // they ended
        (1 | 9, 3) | (3 | 4, 5) | (5, 2 | 4) | (6 | 9 | 10, 2) | (7, 2 | 3) => Since::Nothing,
        (4, 2) => Since::Fostered,
        (2, 3) => Since::Papers,
        (3, 6) => Since::Proposed,
        (4, 6) | (5, 5) => Since::Recognised,
        (6, 4) | (8, 2) => Since::Withdrew,
        _ => Since::Removed,
    }
}

pub fn fill(
    rows: &mut Rows,
    plans: &mut Rows,
    cases: &[Case],
    today: NaiveDate,
    service_hash: &str,
) {
    let met: Vec<usize> = (1..=10).map(|branch| entitled(rows, branch)).collect();
    reviews(plans, &met, today);
    moved::members(rows);
    moved::namesake(rows, today);
    moved::namesake_on_the_way(rows);
    done(rows, today);
    spare(rows, service_hash);
    // the plans of 2024 and 2025 wait for the Standing Committee
    for year in [2024, 2025] {
        let plan = id(RowKind::QuotaPlan, 0, year);
        rows.set("quota_plan", &plan, "state", &"proposed".into());
        let on = format!("{}-12-10", year - 1);
        rows.set("quota_plan", &plan, "proposed_on", &on.into());
    }
    // source plans under revision: one is being written, two wait for the Standing Committee
    for (branch, state) in [(3, "draft"), (4, "submitted"), (5, "submitted")] {
        let plan = id(RowKind::SourcePlan, branch, 0);
        plans.set("source_plan", &plan, "state", &state.into());
        plans.set("source_plan", &plan, "revision", &2.into());
    }
    term(rows, plans, today.year());
    sources::fill(rows, plans, cases, today);
    on_the_way::fill(rows, plans, cases, today);
    // a candidacy of this person has ended; the request waits for the Standing Committee
    plans.put(
        "erasure",
        json!({"id": id(RowKind::Erasure, 8, 1), "person_id": id(RowKind::Candidate, 8, 2), "paper_number": "31-TB/VP", "paper_on": today.to_string(),
            "reason": "Người trong hồ sơ yêu cầu xóa, hết thời hạn lưu trữ", "asked_by": id(RowKind::Account, 0, 2), "asked_role": "party_office",
            "covers": [id(RowKind::Candidate, 8, 2)], "waits_until": format!("{}T00:00:00Z", today + Days::new(2))}),
    );
}

/// Everything is reviewed, but for the quarter that ended last in branches 01 and 02: the one has to
/// open its review, the other to close it. Branch 08 has begun that of this quarter.
fn reviews(plans: &mut Rows, met: &[usize], today: NaiveDate) {
    const QUARTERS: [[&str; 3]; 4] = [
        ["03-11", "03-20", "03-31"],
        ["06-11", "06-20", "06-30"],
        ["09-11", "09-20", "09-30"],
        ["12-11", "12-20", "12-31"],
    ];
    let day = today.to_string();
    let quarter = today.month0() / 3;
    let last = if quarter == 0 {
        (today.year() - 1, 4)
    } else {
        (today.year(), quarter as usize)
    };
    for (branch, met) in (1..=10).zip(met) {
        for year in 2021..=today.year() {
            let quarters = (1_usize..).zip(QUARTERS);
            let quarters = quarters.map(|(period, days)| ("periodic", period, days));
            let all = quarters.chain([("yearly", 1, ["12-12", "12-21", "12-31"])]);
            for (kind, period, days) in all {
                let [opened_on, held_on, due_on] = days.map(|day| format!("{year}-{day}"));
                let periodic = kind == "periodic";
                let late = periodic && (year, period) == last && branch <= 2;
                let open = late && branch == 2;
                // the other branches had theirs of the first quarter of 2021 from the start
                let held = periodic && (year, period) == (2021, 1) && branch > 2;
                if held || (late && !open) || due_on >= day {
                    continue;
                }
                let years = usize::try_from(year - 2021).unwrap_or_default();
                let nth = if periodic { period } else { 5 };
                let number = if open { OPEN } else { years * 5 + nth };
                let mut row = review(branch, number, kind, &due_on, &opened_on, open);
                row["year"] = year.into();
                row["period"] = period.into();
                if !open {
                    row["minutes_number"] = format!("{nth:02}-BB/CB").into();
                    row["members"] = (*met).into();
                    row["present"] = (met - 1).into();
                    row["held_on"] = held_on.clone().into();
                    row["closed_on"] = held_on.into();
                }
                plans.put("review", row);
            }
        }
    }
    let due_on = format!("{}-{}", today.year(), QUARTERS[quarter as usize][2]);
    let mut row = review(8, BEGUN, "periodic", &due_on, &day, true);
    row["year"] = today.year().into();
    row["period"] = (quarter + 1).into();
    plans.put("review", row);
    // the dossier of this candidate has been opened since
    let (branch, candidate) = (id(RowKind::Branch, 2, 0), id(RowKind::Candidate, 2, 4));
    plans.put(
        "review_item",
        json!({"id": id(RowKind::ReviewItem, 2, 1), "branch_id": branch, "review_id": id(RowKind::Review, 2, OPEN), "candidate_id": candidate, "stage": "in_plan",
            "decision": null, "note": null, "propose_class": false, "propose_dossier": false}),
    );
}

fn review(
    branch: usize,
    number: usize,
    kind: &str,
    due_on: &str,
    opened_on: &str,
    open: bool,
) -> Value {
    json!({"id": id(RowKind::Review, branch, number), "branch_id": id(RowKind::Branch, branch, 0), "kind": kind, "year": null, "period": null, "due_on": due_on,
        "state": if open { "open" } else { "closed" }, "opened_on": opened_on, "held_on": null, "closed_on": null,
        "minutes_number": null, "members": null, "present": null,
        "summary": (!open).then_some("Đánh giá từng người trong danh sách"),
        "agenda": if open { json!([]) } else { json!(["Xét danh sách cảm tình Đảng"]) }})
}

/// How many official members a branch has.
fn entitled(rows: &Rows, branch: usize) -> usize {
    let own = Value::from(id(RowKind::Branch, branch, 0));
    let members = rows.of("member").iter();
    members
        .filter(|m| m["branch_id"] == own && m["status"] == "official")
        .count()
}

/// Follow-ups and a problem report that have been settled, and reports of these days.
fn done(rows: &mut Rows, today: NaiveDate) {
    let report = id(RowKind::ProblemReport, 0, 15);
    for (column, value) in [
        ("state", "answered"),
        ("answered_on", "2021-01-18"),
        ("answered_by", "party_office"),
    ] {
        rows.set("problem_report", &report, column, &value.into());
    }
    for (branch, account) in [(1, 4), (0, 14)] {
        let report = id(RowKind::ProblemReport, branch, account);
        let (on, due) = (today - Days::new(4), today + Days::new(11));
        rows.set(
            "problem_report",
            &report,
            "reported_on",
            &on.to_string().into(),
        );
        rows.set("problem_report", &report, "due_on", &due.to_string().into());
        if account == 14 {
            rows.set(
                "problem_report",
                &report,
                "forwarded_on",
                &today.to_string().into(),
            );
        }
    }
    for branch in [1, 3] {
        let inspection = id(RowKind::Inspection, branch, 1);
        for (column, value) in [
            ("follow_up_done_on", "2021-01-29"),
            ("follow_up_note", "Chi bộ đã thực hiện."),
        ] {
            rows.set("inspection", &inspection, column, &value.into());
        }
    }
    // one follow-up was postponed, another is late
    let coming = (today + Days::new(18)).to_string();
    let put_off = id(RowKind::Inspection, 4, 1);
    rows.set("inspection", &put_off, "follow_up_due_on", &coming.into());
    let [on, due] = [45, 12].map(|days| (today - Days::new(days)).to_string());
    rows.put(
        "inspection",
        json!({"id": id(RowKind::Inspection, 6, 1), "branch_id": id(RowKind::Branch, 6, 0), "inspector_id": id(RowKind::Account, 0, 1),
            "inspector_role": "standing_committee", "on_date": on, "kind": "check", "findings": "Danh sách cảm tình Đảng chưa được cập nhật sau các kỳ xét.",
            "follow_up": "Bổ sung biên bản xét danh sách.", "follow_up_due_on": due}),
    );
}

/// What nothing else refers to, for who tries what removes it; a script of the organisation's own.
fn spare(rows: &mut Rows, service_hash: &str) {
    rows.put(
        "department",
        json!({"id": id(RowKind::Department, 8, 9), "branch_id": id(RowKind::Branch, 8, 0), "name": "Tổ Công nghệ thông tin", "kind": "functional"}),
    );
    rows.put(
        "class",
        json!({"id": id(RowKind::Class, 0, 9), "kind": "awareness", "title": "Lớp bồi dưỡng nhận thức về Đảng, khóa III năm 2022 (hoãn)",
            "issuer": "Trung tâm Chính trị huyện Hồng Lam", "place": null, "starts_on": "2022-12-05", "ends_on": "2022-12-09", "capacity": 30,
            "state": "open", "proposals_due_on": "2022-11-18", "seats_taken": 0}),
    );
    let account = id(RowKind::Account, 0, 99);
    rows.put(
        "account",
        json!({"id": account, "organization_id": id(RowKind::Organization, 0, 2), "login": "health-script", "display_name": "Phần mềm nhân sự",
            "role": "service_account", "has_password": true, "branch_id": null}),
    );
    rows.put(
        "credential",
        json!({"account_id": account, "secret_hash": service_hash, "must_change": false}),
    );
}

/// The term in progress, with the plan of this year and the source plans.
fn term(rows: &mut Rows, plans: &mut Rows, year: i32) {
    let from_year = year - (year - 2021).rem_euclid(5);
    let own = id(RowKind::Term, 0, 2);
    let mut term = rows.of("term")[0].clone();
    for (column, value) in [
        ("id", json!(own)),
        (
            "name",
            format!("{}-{}", from_year - 1, from_year + 4).into(),
        ),
        ("from_year", from_year.into()),
        ("to_year", (from_year + 4).into()),
        ("committee_coverage_year", (from_year + 4).into()),
        ("previous_term_admissions", 30.into()),
        ("source_plans_due_on", Value::Null),
        ("approved_on", format!("{from_year}-01-01").into()),
        ("resolution", "Nghị quyết Đại hội Đảng bộ Y tế".into()),
        ("plan_document", Value::Null),
    ] {
        term[column] = value;
    }
    rows.put("term", term);
    let plan = id(
        RowKind::QuotaPlan,
        0,
        usize::try_from(year).unwrap_or_default(),
    );
    let on = format!("{year}-01-01");
    rows.put(
        "quota_plan",
        json!({"id": plan, "term_id": own, "year": year, "revision": 1, "state": "issued", "drafted_by": id(RowKind::Account, 0, 2),
            "issued_by": id(RowKind::Account, 0, 1), "issued_on": on, "decision_number": "02-QĐ/ĐU", "decision_on": on, "proposed_on": on}),
    );
    // the plan of another year, which is still a draft
    let next = if year == from_year + 4 {
        year - 1
    } else {
        year + 1
    };
    rows.put(
        "quota_plan",
        json!({"id": id(RowKind::QuotaPlan, 0, 9999), "term_id": own, "year": next, "revision": 1, "state": "draft", "drafted_by": id(RowKind::Account, 0, 2)}),
    );
    for branch in 1..=10 {
        rows.put(
            "quota_line",
            json!({"id": id(RowKind::QuotaLine, branch, usize::try_from(year).unwrap_or_default()), "plan_id": plan, "branch_id": id(RowKind::Branch, branch, 0),
                "quota": usize::from(matches!(branch, 2 | 4 | 5 | 6 | 7 | 9)), "rationale": "Theo kế hoạch nhiệm kỳ", "basis": null}),
        );
        // the plan of branch 09 is still being written
        let draft = branch == 9;
        if branch == 1 {
            continue;
        }
        let on = (!draft).then(|| on.clone());
        plans.put(
            "source_plan",
            json!({"id": id(RowKind::SourcePlan, branch, 2), "branch_id": id(RowKind::Branch, branch, 0), "term_id": own, "state": if draft { "draft" } else { "approved" },
                "revision": 1, "note": "Ưu tiên người trực tiếp làm chuyên môn", "submitted_on": on, "first_submitted_on": on, "decided_on": on, "approved_on": on}),
        );
    }
}
