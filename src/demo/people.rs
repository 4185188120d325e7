//! The demo's members, candidates and nominations as rows.
use serde_json::json;

use super::cases::{CASES, Case, MEMBER, UNION, YOUTH, numbered};
use super::names::People;
use super::workplaces::departments;
use super::{Branch, COMMITTEE_MINIMUM, OFFICERS, RowKind, Rows, id};
use crate::law::calendar::Holidays;
use crate::law::regulation::Regulations;
use crate::law::time_limits::recognition_review_of_member;

/// Number of the member who signs introductions: active, and not an officer.
pub const INTRODUCER: usize = 4;

/// Communes of an invented district.
const COMMUNES: [&str; 6] = [
    "xã Hồng Sơn",
    "xã Tân Lam",
    "xã Lam Thượng",
    "xã Lam Hạ",
    "xã Hồng Thủy",
    "xã Hồng Phúc",
];

/// Reasons of the nominations.
const REASONS: [&str; 4] = [
    "Hoàn thành tốt nhiệm vụ ba năm liền; tích cực trong phong trào thi đua của đơn vị.",
    "Có sáng kiến cải tiến quy trình được công nhận cấp cơ sở; được đồng nghiệp tín nhiệm.",
    "Đoàn viên nòng cốt; chủ động nhận việc khó và giúp đỡ đồng nghiệp mới.",
    "Chuyên môn vững, thái độ phục vụ người bệnh tốt; có nguyện vọng phấn đấu vào Đảng.",
];

/// A branch's members, official ones first, and its officers. No member on probation has a file. As many of them joined since mid-2015
/// as the previous term admitted.
pub fn members(
    rows: &mut Rows,
    people: &mut People,
    (law, holidays): (&Regulations, &Holidays),
    b: usize,
    branch: &Branch,
) {
    let departments = departments(b);
    let [official, probationary, _, previous] = branch.counts;
    // the others become members by their own ceremony
    let probationary = probationary
        - CASES
            .iter()
            .filter(|c| c.branch == b && c.stage == "probationary")
            .count();
    for n in 1..=official + probationary {
        let (unit_number, unit) = departments[(n - 1) % departments.len()];
        let (order, person) = ((n - 1) / departments.len(), people.next());
        let (exempt, elsewhere) = (
            n == 5 && matches!(b, 1 | 3 | 4),
            n == 6 && matches!(b, 2 | 5),
        );
        let recent = n > official - previous.saturating_sub(probationary).min(official);
        let dice = &mut people.dice;
        let (birth_year, joined_year) = match n {
            _ if n > official => (1988 + dice.below(9), Some(2020)),
            _ if exempt => (1962, None),
            _ if recent => (1984 + dice.below(7), Some(2016 + dice.below(3))),
            1..=3 => (1965 + dice.below(14), None),
            _ => (1966 + dice.below(20), None),
        };
        let joined_year =
            joined_year.unwrap_or_else(|| (birth_year + 25 + dice.below(10)).clamp(1990, 2014));
        let born = dice.day_in(birth_year);
        let month = match joined_year {
            2020 if b == 10 => 11,
            2020 => 1 + dice.below(10),
            _ => 1 + dice.below(12),
        };
        let day = format!("{month:02}-{:02}", 1 + dice.below(28));
        let is_official = n <= official;
        let occupation = if order == 0 {
            unit.occupations[0]
        } else {
            people.occupation(unit, person.sex)
        };
        let position = match order {
            _ if !is_official => "Viên chức",
            0 => unit.head,
            1 => unit.deputy,
            _ => "Viên chức",
        };
        let joined_on = format!("{joined_year}-{day}");
        let review = joined_on.parse().ok().filter(|_| !is_official);
        let review = review.map(|on| recognition_review_of_member(on, law, holidays));
        let review = review.as_ref();
        rows.put(
            "membership",
            json!({"id": id(RowKind::Member, b, n), "member_id": id(RowKind::Member, b, n), "branch_id": id(RowKind::Branch, b, 0), "from_on": joined_on}),
        );
        rows.put(
            "member",
            json!({"id": id(RowKind::Member, b, n), "branch_id": id(RowKind::Branch, b, 0), "department_id": id(RowKind::Department, b, unit_number),
                "full_name": person.full_name, "sex": person.sex, "birth_date": born, "ethnic_group": person.ethnic_group,
                "religion": person.religion, "phone": person.phone, "occupation": occupation, "position": position,
                "status": if is_official { "official" } else { "probationary" },
                "activity": if exempt { "exempt" } else if elsewhere { "temporarily_elsewhere" } else { "active" },
                "joined_on": joined_on, "official_on": is_official.then(|| format!("{}-{day}", joined_year + 1)),
                "review_from_on": review.map(|r| r.from_on), "review_workdays": review.map(|r| r.workdays), "review_due_on": review.map(|r| r.due_on),
                "review_skipped": review.map_or(&[][..], |r| &r.skipped), "review_source": review.map(|r| &r.source.text)}),
        );
    }
    for (n, position) in (1..)
        .zip(OFFICERS)
        .take(if official < COMMITTEE_MINIMUM { 2 } else { 3 })
    {
        rows.put(
            "branch_officer",
            json!({"id": id(RowKind::Officer, b, n), "branch_id": id(RowKind::Branch, b, 0), "member_id": id(RowKind::Member, b, n), "position": position,
                "from_on": "2020-06-01"}),
        );
    }
}

/// The candidates and their nominations.
pub fn candidates(rows: &mut Rows, people: &mut People, cases: &[Case]) {
    for (k, (n, case)) in numbered(cases).into_iter().enumerate() {
        let b = case.branch;
        let departments = departments(b);
        let (unit_number, unit) = departments[(n - 1) % departments.len()];
        let person = people.next();
        let occupation = people.occupation(unit, person.sex);
        let dice = &mut people.dice;
        let youth = case.introduced_by == YOUTH;
        let birth_year = if youth {
            1991 + dice.below(5)
        } else {
            1978 + dice.below(13)
        };
        // people on the way today are as old as those of the plan's own term were
        let birth_year = birth_year + case.years_later();
        let level = match occupation {
            "bác sĩ" => ["university", "university", "master"][dice.below(3)],
            "y sĩ" => "intermediate",
            "kế toán" | "cán bộ y tế công cộng" | "cán bộ dân số" => "university",
            _ => ["intermediate", "college", "college", "university"][dice.below(4)],
        };
        let priority = match (occupation, person.sex) {
            _ if person.ethnic_group != "Kinh" => "ethnic_minority",
            ("bác sĩ", _) => "doctor",
            _ if youth => "youth_union_member",
            (_, "female") => "woman",
            _ => ["department_staff", "trade_union_member"][dice.below(2)],
        };
        let remarks = if case.stage == "removed" {
            let branch = id(RowKind::Branch, b, 0);
            json!({branch: "Không còn tích cực phấn đấu; chi bộ thống nhất đưa ra khỏi quy hoạch."})
        } else {
            json!(null)
        };
        let commune = dice.pick(&COMMUNES);
        let origin = format!("{}, huyện Hồng Lam", dice.pick(&COMMUNES));
        // 099 is not a province code
        let citizen_id = format!(
            "099{}{:02}{:06}",
            usize::from(person.sex == "female"),
            birth_year % 100,
            310 + 7 * k
        );
        rows.put(
            "candidate",
            json!({"id": id(RowKind::Candidate, b, n), "branch_id": id(RowKind::Branch, b, 0), "department_id": id(RowKind::Department, b, unit_number),
                "introduced_by": case.introduced_by, "full_name": person.full_name, "sex": person.sex, "birth_date": dice.day_in(birth_year),
                "birth_place": origin, "home_town": origin, "ethnic_group": person.ethnic_group, "religion": person.religion,
                "citizen_id": citizen_id, "phone": person.phone, "address": format!("Thôn {}, {commune}, huyện Hồng Lam", 1 + dice.below(9)),
                "occupation": occupation, "position": "Viên chức", "general_education": "upper_secondary", "professional_level": level,
                "political_theory_level": (dice.below(4) == 0).then_some("elementary"), "priority_group": priority,
                "youth_union_member": birth_year >= 1989 + case.years_later(), "trade_union_member": true,
                "remarks": remarks,
                "stage": "nominated", "stage_on": case.nominated_on, "nominated_on": case.nominated_on}),
        );
        let number = 1 + cases
            .iter()
            .filter(|c| c.introduced_by == case.introduced_by && c.nominated_on < case.nominated_on)
            .count();
        let paper = match case.introduced_by {
            UNION => format!("{number:02}-NQ/CĐCS"),
            YOUTH => format!("{number:02}-NQ/ĐTN"),
            _ => format!("{number:02}-GT/CB{b:02}"),
        };
        let introducer = (case.introduced_by == MEMBER).then(|| id(RowKind::Member, b, INTRODUCER));
        rows.put(
            "nomination",
            json!({"id": id(RowKind::Nomination, b, n), "branch_id": id(RowKind::Branch, b, 0), "candidate_id": id(RowKind::Candidate, b, n),
                "introduced_by": case.introduced_by, "introducer_member_id": introducer,
                "paper_number": paper, "paper_on": case.nominated_on, "reason": REASONS[k % REASONS.len()], "outcome": "pending"}),
        );
    }
}
