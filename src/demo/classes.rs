//! The demo's classes: enrolments, sessions, attendance.
use serde_json::json;

use super::cases::{self, CASES, Case};
use super::{RowKind, Rows, id};

const AWARENESS: [&str; 5] = [
    "Khái quát lịch sử Đảng Cộng sản Việt Nam",
    "Cương lĩnh xây dựng đất nước trong thời kỳ quá độ lên chủ nghĩa xã hội",
    "Nội dung cơ bản của Điều lệ Đảng",
    "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh",
    "Phấn đấu trở thành đảng viên Đảng Cộng sản Việt Nam",
];
const NEW_MEMBER: [&str; 10] = [
    "Chủ nghĩa Mác - Lênin, tư tưởng Hồ Chí Minh: nền tảng tư tưởng của Đảng",
    "Độc lập dân tộc gắn liền với chủ nghĩa xã hội",
    "Dân chủ xã hội chủ nghĩa và đại đoàn kết dân tộc",
    "Phát triển kinh tế và công nghiệp hóa, hiện đại hóa",
    "Văn hóa, giáo dục, y tế và con người",
    "Quốc phòng, an ninh, đối ngoại",
    "Xây dựng Đảng trong sạch, vững mạnh",
    "Tổ chức cơ sở đảng và công tác của chi bộ",
    "Thi hành Điều lệ; kiểm tra, giám sát, kỷ luật của Đảng",
    "Rèn luyện của đảng viên mới",
];

const ISSUER: &str = "Trung tâm Chính trị huyện Hồng Lam";

pub fn classes(rows: &mut Rows) {
    let graduate = |c: &Case| !matches!(c.stage, "nominated" | "in_plan" | "removed" | "withdrawn");
    let seats = |wanted: &dyn Fn(&Case) -> bool| {
        cases::numbered(&CASES)
            .into_iter()
            .filter(|(_, c)| wanted(c))
            .collect::<Vec<_>>()
    };
    // candidate 1 of branch 01 is left for the README's walkthrough to enrol
    let upcoming = seats(&|c| c.stage == "in_plan")
        .into_iter()
        .skip(1)
        .take(6)
        .collect::<Vec<_>>();
    let states = [
        "confirmed",
        "proposed",
        "confirmed",
        "proposed",
        "withdrawn",
        "proposed",
    ];
    let awareness = "Lớp bồi dưỡng nhận thức về Đảng";
    for (class, kind, title, starts_on, ends_on, due_on, seats) in [
        (
            1,
            "awareness",
            format!("{awareness}, khóa I năm 2021"),
            "2021-05-10",
            "2021-05-14",
            "2021-04-23",
            seats(&graduate),
        ),
        (
            2,
            "awareness",
            format!("{awareness}, khóa II năm 2022"),
            "2022-09-12",
            "2022-09-16",
            "2022-08-26",
            upcoming,
        ),
        (
            3,
            "new_member",
            "Lớp bồi dưỡng đảng viên mới năm 2022".into(),
            "2022-07-11",
            "2022-07-20",
            "2022-06-24",
            seats(&|c| c.stage == "probationary"),
        ),
    ] {
        let state = |k: usize| match class {
            1 => "completed",
            2 => states[k % states.len()],
            _ => "confirmed",
        };
        let taken = (0..seats.len())
            .filter(|k| state(*k) != "withdrawn")
            .count();
        rows.put(
            "class",
            json!({"id": id(RowKind::Class, 0, class), "kind": kind, "title": title, "issuer": ISSUER,
                "place": "Hội trường Trung tâm Chính trị huyện Hồng Lam", "starts_on": starts_on, "ends_on": ends_on, "capacity": 30,
                "state": if class == 1 { "closed" } else { "open" }, "proposals_due_on": due_on,
                "seats_taken": taken}),
        );
        let topics: &[&str] = if kind == "awareness" {
            &AWARENESS
        } else {
            &NEW_MEMBER
        };
        for (k, topic) in topics.iter().enumerate() {
            // five days of ten periods; ten topics on eight of the ten days
            let (day, periods) = if kind == "awareness" {
                (k, 10)
            } else {
                ([0, 0, 1, 2, 3, 4, 4, 7, 8, 9][k], 8)
            };
            rows.put(
                "class_session",
                json!({"id": id(RowKind::Session, 0, class * 100 + k + 1), "class_id": id(RowKind::Class, 0, class), "number": k + 1, "topic": topic,
                    "on_date": format!("{}{:02}", &starts_on[..8], starts_on[8..].parse::<usize>().unwrap_or(1) + day), "periods": periods,
                    "lecturer": "Giảng viên Trung tâm Chính trị huyện Hồng Lam", "held": class == 1}),
            );
        }
        for (k, (n, case)) in seats.iter().enumerate() {
            for (s, _) in topics.iter().enumerate().filter(|_| class == 1) {
                let present = (k + 3 * s) % 11 != 7;
                rows.put(
                    "attendance",
                    json!({"session_id": id(RowKind::Session, 0, class * 100 + s + 1), "enrolment_id": id(RowKind::Enrolment, 0, class * 100 + k + 1),
                        "branch_id": id(RowKind::Branch, case.branch, 0), "present": present, "reason": (!present).then_some("có phép: trực chuyên môn")}),
                );
            }
            let done = class == 1;
            rows.put(
                "enrolment",
                json!({"id": id(RowKind::Enrolment, 0, class * 100 + k + 1), "branch_id": id(RowKind::Branch, case.branch, 0),
                    "class_id": id(RowKind::Class, 0, class), "candidate_id": id(RowKind::Candidate, case.branch, *n), "state": state(k),
                    "grade": done.then(|| ["good", "excellent", "good", "fair", "good", "average"][k % 6]),
                    "certificate_number": done.then(|| format!("GCN-2021-{:03}", k + 1)),
                    "certificate_key": done.then(|| format!("{} {} gcn-2021-{:03}", id(RowKind::Organization, 0, 1), ISSUER.to_lowercase(), k + 1)), "certificate_on": done.then_some("2021-05-20"),
                    "certificate_valid_to": done.then_some("2026-05-20")}),
            );
        }
    }
}
