//! The Vietnamese names of what a case says of an act: its fields and their values.
use chrono::NaiveDate;
use serde_json::Value;

use crate::vi;
use crate::words::{
    Assessment, ClassKind, ClassState, Conclusion, DecidingBody, DecisionOutcome, ExitKind,
    GeneralEducation, Introducer, LeavingGround, OpinionOf, PriorityGroup, Purpose, Relation, Role,
    SharedKind, Term, VoteMethod, VotingBody, WaiverKind,
};

/// A field of an act: its name in the API and in Vietnamese, and the words that it may hold.
type Field = (&'static str, &'static str, &'static [Term]);

/// In the order in which they are told.
pub(super) const FIELDS: &[Field] = &[
    ("by", "bên giới thiệu", Introducer::TERMS),
    ("of", "bên nhận xét", OpinionOf::TERMS),
    ("member_id", "", &[]),
    ("open_candidacy", "đang có hồ sơ mở", &[]),
    ("former_member", "đang hoặc đã là đảng viên", &[]),
    ("state", "lớp", ClassState::TERMS),
    ("proposals_due_on", "hạn đề nghị", &[]),
    ("starts_on", "mở lớp ngày", &[]),
    ("seat_from", "đã có tên ở lớp khác, mở ngày", &[]),
    ("compiled_on", "lập danh sách ngày", &[]),
    ("confirmed_on", "duyệt danh sách ngày", &[]),
    ("certificate_on", "giấy chứng nhận đề ngày", &[]),
    ("birth_date", "ngày sinh", &[]),
    (
        "general_education",
        "học vấn phổ thông",
        GeneralEducation::TERMS,
    ),
    ("youth_union_member", "là đoàn viên thanh niên", &[]),
    ("trade_union_member", "là đoàn viên công đoàn", &[]),
    ("relation", "người được thẩm tra", Relation::TERMS),
    ("what", "về việc", WaiverKind::TERMS),
    ("act_id", "đối với việc", &[]),
    ("corrects", "sửa việc", &[]),
    ("replaces", "thay giấy", &[]),
    ("assignment_id", "nhiệm vụ", &[]),
    ("purpose", "mục đích", Purpose::TERMS),
    ("kind", "hình thức", ExitKind::TERMS),
    ("code", "mẫu", &[]),
    ("documents", "giấy tờ trả lại", &[]),
    ("title", "nội dung", &[]),
    ("outcome", "kết quả", DecisionOutcome::TERMS),
    ("body", "cơ quan", DecidingBody::TERMS),
    ("body", "cơ quan", VotingBody::TERMS),
    ("number", "số", &[]),
    ("decision_number", "số quyết định", &[]),
    ("minutes_number", "số biên bản", &[]),
    ("paper_number", "số văn bản", &[]),
    ("agreement_number", "số văn bản đồng ý", &[]),
    ("method", "hình thức", VoteMethod::TERMS),
    ("members", "tổng số", &[]),
    ("exempt_absent", "được miễn sinh hoạt và vắng mặt", &[]),
    ("suspended", "bị đình chỉ sinh hoạt", &[]),
    ("present", "có mặt", &[]),
    ("in_favor", "tán thành", &[]),
    ("against", "không tán thành", &[]),
    ("abstain", "không có ý kiến", &[]),
    ("shared_kind", "quan hệ", SharedKind::TERMS),
    ("shared_from", "từ ngày", &[]),
    ("class_kind", "lớp", ClassKind::TERMS),
    ("application_on", "đơn đề ngày", &[]),
    ("drafted_on", "soạn ngày", &[]),
    ("checked_on", "kiểm tra ngày", &[]),
    ("received_on", "nhận ngày", &[]),
    ("valid_to", "có giá trị đến ngày", &[]),
    ("valid_until", "có giá trị đến ngày", &[]),
    ("due_on", "hạn ngày", &[]),
    ("left_on", "ra khỏi Đảng ngày", &[]),
    ("record_cleared_on", "được xóa án tích ngày", &[]),
    ("earlier_readmissions", "số lần đã kết nạp lại", &[]),
    ("ground", "lý do", LeavingGround::TERMS),
    ("assessment", "đánh giá", Assessment::TERMS),
    ("conclusion", "kết luận", Conclusion::TERMS),
    ("admissible", "được xem xét kết nạp", &[]),
    ("favourable", "tán thành", &[]),
    ("flagged", "có vấn đề chính trị", &[]),
    ("cv_truthful", "lý lịch đầy đủ, trung thực", &[]),
    ("political_standard", "đạt tiêu chuẩn chính trị", &[]),
    ("conduct", "đạt về đạo đức, lối sống", &[]),
    ("capacity", "đạt về năng lực", &[]),
    ("task_performance", "hoàn thành nhiệm vụ", &[]),
    (
        "priority_group",
        "nhóm đối tượng ưu tiên",
        PriorityGroup::TERMS,
    ),
    ("from_branch_id", "từ", &[]),
    ("to_branch_id", "đến", &[]),
    ("to", "nơi đến", &[]),
    ("statement", "ý kiến", &[]),
    ("finding", "kết quả thẩm tra", &[]),
    ("remarks", "nhận xét", &[]),
    ("approver", "nơi đồng ý", &[]),
    ("reason", "lý do", &[]),
    ("replacement_reason", "lý do thay", &[]),
    ("other_branch_reason", "lý do chọn chi bộ khác", &[]),
    ("role", "nơi ghi", Role::TERMS),
    ("missing", "không ghi", &[]),
];

/// The Vietnamese name of a field.
fn named(name: &str) -> Option<&'static str> {
    let known = FIELDS.iter().find(|f| f.0 == name);
    known.map(|f| f.1)
}

/// A field with its value, in Vietnamese; `act` tells the act that the case calls by a name. `None`
/// for a field that has no name here.
pub(super) fn field(name: &str, value: &Value, act: &dyn Fn(&str) -> String) -> Option<String> {
    let label = named(name)?;
    let text = match value {
        Value::Bool(true) => return Some(label.to_owned()),
        Value::Bool(false) => return Some(format!("không {label}")),
        Value::Number(n) => match name {
            "member_id" => return Some(format!("đảng viên số {n}")),
            "from_branch_id" | "to_branch_id" => format!("chi bộ số {n}"),
            _ => n.to_string(),
        },
        Value::String(text) => match name {
            "act_id" | "corrects" | "replaces" | "assignment_id" => act(text),
            _ => word(name, text),
        },
        Value::Array(all) => {
            let parts = all.iter().filter_map(|part| match part {
                Value::String(missing) => named(missing),
                Value::Object(part) => part.get("code").and_then(Value::as_str),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
            });
            let parts: Vec<&str> = parts.collect();
            if parts.is_empty() {
                "không có".to_owned()
            } else {
                parts.join(", ")
            }
        }
        Value::Null | Value::Object(_) => return None,
    };
    Some(format!("{label}: {text}"))
}

/// A word's label, a day as Vietnamese write it, or a text as it stands.
fn word(name: &str, text: &str) -> String {
    let mut known = FIELDS.iter().filter(|f| f.0 == name).flat_map(|f| f.2);
    if let Some(term) = known.find(|t| t.0 == text) {
        return term.1.to_owned();
    }
    match text.parse::<NaiveDate>() {
        Ok(day) => vi(day),
        Err(_) if text == "=on" => "cùng ngày".to_owned(),
        Err(_) if text == "=all" => "tất cả".to_owned(),
        Err(_) => text.to_owned(),
    }
}
