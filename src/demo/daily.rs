//! The branches' daily work in the demo organisation.
use serde_json::{Value, json};

use super::{RowKind, Rows, id};

/// Tables of this module, loaded after the others, and whether they have `created_at` and
/// `updated_at`.
pub const TABLES: [(&str, bool); 9] = [
    ("branch_classification", true),
    ("activity", true),
    ("work_plan", true),
    ("inspection", true),
    ("problem_report", true),
    ("problem_message", false),
    ("guidance", true),
    ("guidance_edition", false),
    ("dispatch", true),
];

/// Ids of this module, in the form of [`id`].
fn own(kind: u8, branch: usize, number: usize) -> String {
    format!("01750000-0000-7000-8000-0000{kind:02x}{branch:02}{number:04}")
}

fn branch(b: usize) -> Value {
    if b == 0 {
        Value::Null
    } else {
        id(RowKind::Branch, b, 0).into()
    }
}

/// Accounts in order of printing: 1 standing, 2 office, 3 overseer, 4 to 13 the branches, 14 union,
/// 15 youth.
fn account(n: usize) -> String {
    id(RowKind::Account, 0, n)
}

pub fn fill(rows: &mut Rows) {
    activities(rows);
    work_plans(rows);
    inspections(rows);
    problems(rows);
    guidance(rows);
    dispatches(rows);
    classifications(rows);
}

/// Branches 09 and 10, the health stations', were founded too late for 2020.
fn classifications(rows: &mut Rows) {
    for b in 1..=8 {
        let grade = ["excellent", "good", "completed"][b % 3];
        rows.put(
            "branch_classification",
            json!({"id": own(0xb8, b, 1), "branch_id": branch(b), "year": 2020, "grade": grade, "decided_on": "2020-12-28", "paper_number": "31-QĐ/ĐU", "note": null}),
        );
    }
}

fn activities(rows: &mut Rows) {
    for (n, (b, role, who, kind, organiser, topic, tags, on, audience, attendance)) in (1..).zip([
        (
            0,
            "standing_committee",
            1,
            "study",
            "committee",
            "Quán triệt Nghị quyết Đại hội X Đảng bộ Y tế",
            &["Nghị quyết Đại hội X"][..],
            "2020-10-20",
            &["officials", "members"][..],
            104,
        ),
        (
            0,
            "party_office",
            2,
            "propaganda",
            "party_office",
            "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
            &["05-CT/TW", "học tập Hồ Chí Minh"],
            "2020-11-17",
            &["members", "union_members", "non_members"],
            160,
        ),
        (
            0,
            "trade_union",
            14,
            "emulation_movement",
            "trade_union",
            "Phong trào “Đổi mới phong cách, thái độ phục vụ”",
            &["thi đua"],
            "2020-09-15",
            &["union_members", "staff"],
            120,
        ),
        (
            0,
            "youth_union",
            15,
            "education",
            "youth_union",
            "Giáo dục lý tưởng cách mạng cho đoàn viên",
            &["lý tưởng cách mạng"],
            "2020-12-05",
            &["youth_union_members", "youth"],
            48,
        ),
        (
            1,
            "branch_committee",
            4,
            "study",
            "branch",
            "Nghị quyết 27-NQ/TW về xây dựng đội ngũ trí thức",
            &["27-NQ/TW"],
            "2020-12-10",
            &["members", "candidates"],
            16,
        ),
        (
            4,
            "branch_committee",
            7,
            "study",
            "branch",
            "Nghị quyết 27-NQ/TW về xây dựng đội ngũ trí thức",
            &["27-NQ/TW"],
            "2020-12-11",
            &["members"],
            12,
        ),
    ]) {
        rows.put(
            "activity",
            json!({"id": own(0xa1, b, n), "branch_id": branch(b), "kind": kind, "topic": topic, "tags": tags, "on_date": on, "organiser": organiser,
                "audience": audience, "attendance": attendance, "department_heads": n <= 2, "recorded_role": role, "recorded_by": account(who)}),
        );
    }
}

/// Branches 09 and 10 have no plan for January; that of branch 08 lacks the section on admission
/// work.
fn work_plans(rows: &mut Rows) {
    for b in 1..=8 {
        for (n, kind, number) in [(1, "year", 1), (2, "month", 1)] {
            let held = kind == "month";
            rows.put(
                "work_plan",
                json!({"id": own(0xb1, b, n), "branch_id": branch(b), "term_id": id(RowKind::Term, 0, 1),
                    "parent_id": held.then(|| own(0xb1, b, 1)), "period_kind": kind, "year": 2021, "number": number,
                    "content": if held { "Lãnh đạo nhiệm vụ chuyên môn tháng 01-2021, phòng, chống dịch dịp Tết." } else { "Lãnh đạo nhiệm vụ chính trị năm 2021." },
                    "admission_section": (b < 8 || !held).then_some("Rà soát quần chúng ưu tú, phân công đảng viên kèm cặp, bổ sung danh sách cảm tình Đảng."),
                    "minutes_number": held.then(|| format!("01-BB/CB{b:02}")), "held_on": held.then_some("2021-01-05"),
                    "members": held.then_some(8), "present": held.then_some(7),
                    "agenda": [{"kind": "admission_work", "text": "Xét danh sách quần chúng được giới thiệu"},
                        {"kind": "duty_of_members", "text": "Trách nhiệm của đảng viên trong công tác tạo nguồn"}],
                    "checklist": [{"text": "Phân công người kèm cặp", "done_on": "2021-01-08"}, {"text": "Lập danh sách học lớp nhận thức", "done_on": null}]}),
            );
        }
    }
}

fn inspections(rows: &mut Rows) {
    for (b, role, who, on, kind, follow_up, due) in [
        (
            1,
            "committee_member",
            3,
            "2020-11-10",
            "check",
            Some("Phân công người kèm cặp cho quần chúng trong quy hoạch."),
            Some("2020-12-31"),
        ),
        (
            2,
            "committee_member",
            3,
            "2020-12-08",
            "supervision",
            None,
            None,
        ),
        (
            3,
            "committee_member",
            3,
            "2021-01-06",
            "urging",
            Some("Hoàn thành kế hoạch tạo nguồn."),
            Some("2021-01-31"),
        ),
        (
            4,
            "standing_committee",
            1,
            "2020-12-15",
            "check",
            Some("Bổ sung biên bản xét danh sách."),
            Some("2021-01-31"),
        ),
    ] {
        rows.put(
            "inspection",
            json!({"id": own(0xb2, b, 1), "branch_id": branch(b), "inspector_id": account(who), "inspector_role": role, "on_date": on, "kind": kind,
                "findings": "Chi bộ triển khai kế hoạch phát triển đảng viên đúng hướng; việc theo dõi từng người chưa đều.",
                "follow_up": follow_up, "follow_up_due_on": due}),
        );
    }
}

fn problems(rows: &mut Rows) {
    for (b, reporter, who, state, forwarded, answered, subject, on, due) in [
        (
            1,
            "branch_committee",
            4,
            "reported",
            None,
            None,
            "Thẩm tra lý lịch ở tỉnh khác chưa có trả lời",
            "2021-01-04",
            "2021-01-19",
        ),
        (
            4,
            "branch_committee",
            7,
            "answered",
            None,
            Some("2020-12-22"),
            "Người kèm cặp chuyển công tác",
            "2020-12-14",
            "2020-12-29",
        ),
        (
            0,
            "trade_union",
            14,
            "forwarded",
            Some("2021-01-07"),
            None,
            "Đoàn viên đi học dài hạn có được giới thiệu không",
            "2021-01-05",
            "2021-01-20",
        ),
        (
            0,
            "youth_union",
            15,
            "reported",
            None,
            None,
            "Chi đoàn thiếu biểu mẫu giới thiệu",
            "2020-12-20",
            "2021-01-04",
        ),
    ] {
        let report = own(0xb3, b, who);
        rows.put(
            "problem_report",
            json!({"id": report, "branch_id": branch(b), "reporter": reporter, "reported_by": account(who), "subject": subject,
                "problem": format!("{subject}; đề nghị Đảng ủy hướng dẫn."), "state": state, "reported_on": on, "due_on": due,
                "forwarded_on": forwarded, "answered_on": answered, "answered_by": answered.map(|_| "party_office")}),
        );
        let said = match state {
            "forwarded" => ("forwarding", "Kính trình Ban Thường vụ cho ý kiến."),
            "answered" => (
                "answer",
                "Chi bộ phân công ngay đảng viên khác; ghi vào biên bản.",
            ),
            _ => ("message", "Văn phòng đã nhận."),
        };
        rows.put(
            "problem_message",
            json!({"id": own(0xb6, b, who), "report_id": report, "kind": said.0, "author": "party_office", "account_id": account(2), "body": said.1,
                "at": format!("{}T02:00:00Z", forwarded.or(answered).unwrap_or("2021-01-05"))}),
        );
    }
}

fn guidance(rows: &mut Rows) {
    for (n, topic, title, from) in [
        (
            1,
            "admission",
            "Quy trình nghiệp vụ kết nạp đảng viên mới",
            "2020-10-01",
        ),
        (
            2,
            "recognition",
            "Quy trình nghiệp vụ công nhận đảng viên chính thức",
            "2020-10-15",
        ),
    ] {
        let edition = json!({"title": title, "edition": 1, "valid_from": from,
            "body": ["Chi bộ xét người được giới thiệu, phân công người kèm cặp.", "Lập hồ sơ theo mẫu, thẩm tra, lấy ý kiến, biểu quyết."],
            "checklist": ["Giấy chứng nhận lớp bồi dưỡng", "Lý lịch đã thẩm tra", "Nghị quyết của chi bộ"],
            "sources": ["29-QĐ/TW", "09-HD/BTCTW"], "published_on": from});
        let with = |more: Value| {
            let mut row = edition.clone();
            if let (Some(row), Some(more)) = (row.as_object_mut(), more.as_object()) {
                row.extend(more.clone());
            }
            row
        };
        rows.put(
            "guidance",
            with(json!({"id": own(0xb4, 0, n), "topic": topic})),
        );
        rows.put(
            "guidance_edition",
            with(json!({"id": own(0xb7, 0, n), "guidance_id": own(0xb4, 0, n)})),
        );
    }
}

fn dispatches(rows: &mut Rows) {
    let all = json!([{"kind": "upper_organisation_commission", "name": "BTC Huyện ủy"}, {"kind": "committee_members", "name": "Các đ/c Ủy viên BCH"},
        {"kind": "branches", "name": "Các chi bộ trực thuộc"}, {"kind": "archive", "name": "Lưu VP"}]);
    let above = json!([{"kind": "upper_organisation_commission", "name": "BTC Huyện ủy"}, {"kind": "archive", "name": "Lưu VP"}]);
    for (n, kind, document, title, number, on, recipients) in [
        (
            1,
            "term",
            Some(id(RowKind::Term, 0, 1)),
            "Kế hoạch phát triển đảng viên mới, nhiệm kỳ 2020-2025",
            "05-KH/ĐU",
            "2020-10-05",
            all,
        ),
        (
            2,
            "report",
            None,
            "Báo cáo công tác phát triển đảng viên năm 2020",
            "21-BC/ĐU",
            "2020-12-28",
            above,
        ),
    ] {
        rows.put(
            "dispatch",
            json!({"id": own(0xb5, 0, n), "document_kind": kind, "document_id": document, "title": title, "number": number, "sent_on": on,
                "recipients": recipients, "archived": true}),
        );
    }
}
