//! The demo's people — names, workplaces, histories — generated from word lists with a fixed seed.
use std::collections::BTreeSet;

use serde_json::json;

use super::{Branch, COMMITTEE_MINIMUM, Kind, OFFICERS, Rows, id};

/// Number of the member who signs introductions: active, and not an officer.
pub const INTRODUCER: usize = 4;

/// Splitmix64 with a fixed seed: the same people on every machine.
pub struct Dice(u64);

impl Dice {
    /// 0 to `sides - 1`
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % (sides.max(1) as u64)).unwrap_or(0)
    }
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
    /// A word of the list; `_` stands for a space.
    fn word(&mut self, list: &'static str) -> &'static str {
        let words: Vec<&str> = list.split_whitespace().collect();
        self.pick(&words)
    }
    /// `yyyy-mm-dd`, with a day that every month has
    pub fn day_in(&mut self, year: usize) -> String {
        format!("{year}-{:02}-{:02}", 1 + self.below(12), 1 + self.below(28))
    }
}

/// The randomly drawn part of a person.
pub struct Person {
    pub full_name: String,
    pub sex: &'static str,
    pub ethnic_group: &'static str,
    pub religion: &'static str,
    pub phone: String,
}

/// Draws people without repeating a name.
pub struct People {
    pub dice: Dice,
    taken: BTreeSet<String>,
}

impl People {
    pub fn new() -> Self {
        Self {
            dice: Dice(20_201_001),
            taken: BTreeSet::new(),
        }
    }

    pub fn next(&mut self) -> Person {
        let dice = &mut self.dice;
        let female = dice.below(100) < 65;
        let ethnic_group = dice.word(ETHNIC_GROUPS);
        let families = match ethnic_group {
            "Tày" => "Hoàng Nông Lục Triệu Ma",
            "Mường" => "Bùi Quách Đinh Phạm",
            "Thái" => "Lò Cầm Quàng Lường Vi",
            _ => FAMILIES,
        };
        let (middles, givens) = if female {
            (FEMALE_MIDDLES, FEMALE_GIVENS)
        } else {
            (MALE_MIDDLES, MALE_GIVENS)
        };
        let full_name = loop {
            let (family, middle, given) =
                (dice.word(families), dice.word(middles), dice.word(givens));
            let name = format!("{family} {middle} {given}").replace('_', " ");
            if family != given
                && !middle.ends_with(given)
                && !KNOWN.contains(name.as_str())
                && !self.taken.contains(&name)
            {
                break name;
            }
        };
        self.taken.insert(full_name.clone());
        let religion = match dice.below(16) {
            0 => "Phật giáo",
            1 => "Công giáo",
            _ => "Không",
        };
        Person {
            full_name,
            sex: if female { "female" } else { "male" },
            ethnic_group,
            religion,
            phone: format!("0900000{:03}", self.taken.len()),
        }
    }

    /// One of the department's occupations; midwives are always women.
    pub fn occupation(&mut self, department: &Department, sex: &str) -> &'static str {
        loop {
            let occupation = self.dice.pick(department.occupations);
            if sex == "female" || occupation != "hộ sinh" {
                return occupation;
            }
        }
    }
}

/// Full names of public figures, which are skipped.
const KNOWN: &str = "Nguyễn Văn Hiếu, Nguyễn Văn Khoa, Nguyễn Văn Phúc, Nguyễn Đức Toàn, Trần Thu Hà, Trần Thị Lý, Vũ Văn Dũng, Đặng Ngọc Thịnh, \
    Trần Quang Vinh, Nguyễn Văn Thắng, Nguyễn Văn Toàn, Nguyễn Quang Hải, Nguyễn Hữu Thắng, Nguyễn Thị Oanh, Nguyễn Ngọc Ánh, Hồ Đức Phúc";
// A repeated word is drawn more often.
const ETHNIC_GROUPS: &str = "Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Kinh Tày Tày Mường Thái";
const FAMILIES: &str = "Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Trần Lê Lê Lê Phạm Phạm Hoàng \
    Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Đoàn Lương Trịnh Cao Mai Tạ Chu";
const FEMALE_MIDDLES: &str = "Thị Thị Thị Thị Thị Thị_Thu Thị_Hồng Thị_Thanh Thị_Kim Thị_Ngọc Thu Ngọc Thanh Hồng Bích Phương Diệu Hải";
const FEMALE_GIVENS: &str = "Hoa Hương Lan Hằng Thảo Nhung Thúy Yến Trang Hà Hạnh Thủy Nga Huệ Loan Phượng Liên Vân Dung Tâm Oanh Quyên Linh My \
    Nhàn Thơm Duyên Xuân Tuyết Mến Thoa Ngân Chi Hiên Lý Hường Ánh Trâm Diệp Nguyệt";
const MALE_MIDDLES: &str = "Văn Văn Văn Văn Đức Hữu Quang Xuân Ngọc Công Đình Bá Trọng Duy";
const MALE_GIVENS: &str = "Hùng Dũng Tuấn Hải Sơn Thắng Kiên Quân Toàn Hiếu Đạt Tiến Vinh Cường Khánh Trung Thành Bình Phúc Tùng Việt Lợi Đông Hòa \
    Nghĩa Khoa Lộc Thịnh Mạnh Tường";
/// Communes of an invented district.
const COMMUNES: [&str; 6] = [
    "xã Hồng Sơn",
    "xã Tân Lam",
    "xã Lam Thượng",
    "xã Lam Hạ",
    "xã Hồng Thủy",
    "xã Hồng Phúc",
];

/// A department; its kind is that of its branch.
pub struct Department {
    pub branch: usize,
    pub name: &'static str,
    pub head: &'static str,
    pub deputy: &'static str,
    occupations: &'static [&'static str],
}

const fn unit(
    branch: usize,
    name: &'static str,
    titles: (&'static str, &'static str),
    occupations: &'static [&'static str],
) -> Department {
    Department {
        branch,
        name,
        head: titles.0,
        deputy: titles.1,
        occupations,
    }
}

const OFFICE: (&str, &str) = ("Trưởng phòng", "Phó Trưởng phòng");
const WARD: (&str, &str) = ("Trưởng khoa", "Phó Trưởng khoa");
const STATION: (&str, &str) = ("Trưởng trạm", "Phó Trưởng trạm");
const STAFF: &[&str] = &[
    "y sĩ",
    "y sĩ",
    "bác sĩ",
    "điều dưỡng",
    "hộ sinh",
    "dược sĩ",
    "cán bộ dân số",
];

const DEPARTMENTS: [Department; 26] = [
    unit(
        1,
        "Phòng Tổ chức - Hành chính",
        OFFICE,
        &["bác sĩ", "cán bộ y tế công cộng", "kế toán"],
    ),
    unit(
        1,
        "Phòng Điều dưỡng",
        OFFICE,
        &["điều dưỡng", "điều dưỡng", "hộ sinh"],
    ),
    unit(
        2,
        "Phòng Kế hoạch - Nghiệp vụ",
        OFFICE,
        &["bác sĩ", "điều dưỡng", "cán bộ y tế công cộng"],
    ),
    unit(2, "Phòng Tài chính - Kế toán", OFFICE, &["kế toán"]),
    unit(
        3,
        "Khoa Khám bệnh",
        WARD,
        &["bác sĩ", "điều dưỡng", "điều dưỡng"],
    ),
    unit(
        3,
        "Khoa Cấp cứu - Hồi sức tích cực - Chống độc",
        WARD,
        &["bác sĩ", "điều dưỡng", "điều dưỡng"],
    ),
    unit(
        3,
        "Khoa Y học cổ truyền - Phục hồi chức năng",
        WARD,
        &["bác sĩ", "y sĩ", "kỹ thuật viên y"],
    ),
    unit(
        4,
        "Khoa Nội tổng hợp",
        WARD,
        &["bác sĩ", "điều dưỡng", "điều dưỡng"],
    ),
    unit(4, "Khoa Nhi", WARD, &["bác sĩ", "điều dưỡng", "điều dưỡng"]),
    unit(
        4,
        "Khoa Truyền nhiễm",
        WARD,
        &["bác sĩ", "điều dưỡng", "y sĩ"],
    ),
    unit(
        5,
        "Khoa Ngoại tổng hợp",
        WARD,
        &["bác sĩ", "điều dưỡng", "điều dưỡng"],
    ),
    unit(
        5,
        "Khoa Phẫu thuật - Gây mê hồi sức",
        WARD,
        &["bác sĩ", "kỹ thuật viên y", "điều dưỡng"],
    ),
    unit(5, "Khoa Phụ sản", WARD, &["bác sĩ", "hộ sinh", "hộ sinh"]),
    unit(
        6,
        "Khoa Dược - Trang thiết bị - Vật tư y tế",
        WARD,
        &["dược sĩ"],
    ),
    unit(6, "Khoa Xét nghiệm", WARD, &["kỹ thuật viên y", "bác sĩ"]),
    unit(
        6,
        "Khoa Chẩn đoán hình ảnh",
        WARD,
        &["kỹ thuật viên y", "bác sĩ"],
    ),
    unit(
        7,
        "Khoa Kiểm soát bệnh tật",
        WARD,
        &["bác sĩ", "y sĩ", "cán bộ y tế công cộng"],
    ),
    unit(
        7,
        "Khoa Tư vấn và điều trị HIV/AIDS",
        WARD,
        &["bác sĩ", "y sĩ", "điều dưỡng", "kỹ thuật viên y"],
    ),
    unit(
        8,
        "Phòng Y tế công cộng - An toàn thực phẩm",
        OFFICE,
        &["cán bộ y tế công cộng", "y sĩ"],
    ),
    unit(
        8,
        "Phòng Dân số - Truyền thông",
        OFFICE,
        &["cán bộ dân số", "cán bộ y tế công cộng"],
    ),
    unit(9, "Trạm Y tế xã Hồng Sơn", STATION, STAFF),
    unit(9, "Trạm Y tế xã Tân Lam", STATION, STAFF),
    unit(9, "Trạm Y tế xã Lam Thượng", STATION, STAFF),
    unit(10, "Trạm Y tế xã Lam Hạ", STATION, STAFF),
    unit(10, "Trạm Y tế xã Hồng Thủy", STATION, STAFF),
    unit(10, "Trạm Y tế thị trấn Hồng Lam", STATION, STAFF),
];

/// First day, number of days, name: holidays of fixed date and days off as announced for the public
/// service, days in lieu included.
pub const HOLIDAYS: [(&str, usize, &str); 32] = [
    ("2020-01-23", 7, "Tết Nguyên đán Canh Tý"),
    ("2020-04-02", 1, "Giỗ Tổ Hùng Vương"),
    ("2020-09-02", 1, "Quốc khánh"),
    ("2021-02-10", 7, "Tết Nguyên đán Tân Sửu"),
    ("2021-04-21", 1, "Giỗ Tổ Hùng Vương"),
    ("2021-05-03", 1, "Nghỉ bù Ngày Quốc tế lao động"),
    ("2021-09-02", 2, "Quốc khánh"),
    ("2022-01-03", 1, "Nghỉ bù Tết Dương lịch"),
    ("2022-01-31", 5, "Tết Nguyên đán Nhâm Dần"),
    ("2022-04-10", 1, "Giỗ Tổ Hùng Vương"),
    ("2022-04-11", 1, "Nghỉ bù Giỗ Tổ Hùng Vương"),
    ("2022-05-02", 2, "Nghỉ bù 30-4 và 1-5"),
    ("2022-09-01", 2, "Quốc khánh"),
    ("2023-01-02", 1, "Nghỉ bù Tết Dương lịch"),
    ("2023-01-20", 7, "Tết Nguyên đán Quý Mão"),
    ("2023-04-29", 1, "Giỗ Tổ Hùng Vương"),
    ("2023-05-02", 2, "Nghỉ bù Giỗ Tổ Hùng Vương và 30-4"),
    ("2023-09-01", 2, "Quốc khánh"),
    ("2023-09-04", 1, "Nghỉ bù Quốc khánh"),
    ("2024-02-08", 7, "Tết Nguyên đán Giáp Thìn"),
    ("2024-04-18", 1, "Giỗ Tổ Hùng Vương"),
    ("2024-04-29", 1, "Nghỉ hoán đổi (làm bù 04-5)"),
    ("2024-09-02", 2, "Quốc khánh"),
    ("2025-01-27", 5, "Tết Nguyên đán Ất Tỵ"),
    ("2025-04-07", 1, "Giỗ Tổ Hùng Vương"),
    ("2025-05-02", 1, "Nghỉ hoán đổi (làm bù 26-4)"),
    ("2025-09-01", 2, "Quốc khánh"),
    ("2026-01-02", 1, "Nghỉ hoán đổi (làm bù 10-01)"),
    ("2026-02-16", 5, "Tết Nguyên đán Bính Ngọ"),
    ("2026-04-26", 2, "Giỗ Tổ Hùng Vương và nghỉ bù"),
    ("2026-08-31", 1, "Nghỉ hoán đổi (làm bù 22-8)"),
    ("2026-09-01", 2, "Quốc khánh"),
];

/// Saturdays worked in lieu.
pub const WORKED: [(&str, &str); 4] = [
    ("2024-05-04", "Làm bù ngày 29-4"),
    ("2025-04-26", "Làm bù ngày 02-5"),
    ("2026-01-10", "Làm bù ngày 02-01"),
    ("2026-08-22", "Làm bù ngày 31-8"),
];

/// The course of one candidacy: the acts that led to its stage, as dates.
pub struct Case {
    pub branch: usize,
    pub stage: &'static str,
    pub introduced_by: &'static str,
    pub nominated_on: &'static str,
    /// adopted into the plan or withdrawn; empty while pending
    pub outcome_on: &'static str,
    pub stage_on: &'static str,
    pub sponsors: usize,
}

type Str = &'static str;

const fn case(
    branch: usize,
    stage: Str,
    introduced_by: Str,
    nominated_on: Str,
    outcome_on: Str,
    stage_on: Str,
    sponsors: usize,
) -> Case {
    Case {
        branch,
        stage,
        introduced_by,
        nominated_on,
        outcome_on,
        stage_on,
        sponsors,
    }
}

const UNION: &str = "trade_union";
const YOUTH: &str = "youth_union";
const MEMBER: &str = "member";

pub const CASES: [Case; 38] = [
    case(
        1,
        "in_plan",
        UNION,
        "2021-11-15",
        "2021-12-24",
        "2021-12-24",
        0,
    ),
    case(
        1,
        "in_plan",
        YOUTH,
        "2021-08-16",
        "2021-09-24",
        "2021-09-24",
        1,
    ),
    case(1, "nominated", MEMBER, "2022-04-11", "", "2022-04-11", 0),
    case(
        1,
        "dossier",
        YOUTH,
        "2020-11-09",
        "2020-12-23",
        "2021-10-04",
        2,
    ),
    case(
        2,
        "in_plan",
        MEMBER,
        "2021-05-17",
        "2021-06-25",
        "2021-06-25",
        1,
    ),
    case(2, "nominated", UNION, "2022-05-16", "", "2022-05-16", 0),
    case(
        2,
        "committee_resolved",
        UNION,
        "2020-10-19",
        "2020-12-22",
        "2022-04-20",
        1,
    ),
    case(
        3,
        "in_plan",
        YOUTH,
        "2021-05-24",
        "2021-06-24",
        "2021-06-24",
        1,
    ),
    case(
        3,
        "in_plan",
        UNION,
        "2021-11-22",
        "2021-12-23",
        "2021-12-23",
        2,
    ),
    case(3, "nominated", YOUTH, "2022-03-28", "", "2022-03-28", 0),
    case(
        3,
        "dossier",
        MEMBER,
        "2021-02-01",
        "2021-03-24",
        "2022-02-21",
        1,
    ),
    case(
        3,
        "submitted",
        UNION,
        "2020-11-16",
        "2020-12-24",
        "2022-05-12",
        1,
    ),
    case(
        3,
        "probationary",
        YOUTH,
        "2020-10-12",
        "2020-12-24",
        "2021-11-19",
        2,
    ),
    case(
        4,
        "in_plan",
        UNION,
        "2022-02-14",
        "2022-03-25",
        "2022-03-25",
        0,
    ),
    case(
        4,
        "in_plan",
        YOUTH,
        "2021-08-23",
        "2021-09-23",
        "2021-09-23",
        2,
    ),
    case(4, "nominated", MEMBER, "2022-05-09", "", "2022-05-09", 0),
    case(
        4,
        "dossier",
        YOUTH,
        "2021-01-18",
        "2021-03-25",
        "2021-11-08",
        1,
    ),
    case(
        4,
        "branch_resolved",
        UNION,
        "2020-12-07",
        "2020-12-25",
        "2022-05-05",
        2,
    ),
    case(
        4,
        "probationary",
        YOUTH,
        "2020-10-05",
        "2020-12-25",
        "2021-09-02",
        1,
    ),
    case(
        5,
        "in_plan",
        UNION,
        "2021-10-18",
        "2021-12-21",
        "2021-12-21",
        1,
    ),
    case(5, "nominated", YOUTH, "2022-04-18", "", "2022-04-18", 0),
    case(
        5,
        "dossier",
        UNION,
        "2021-01-25",
        "2021-03-22",
        "2022-01-10",
        1,
    ),
    case(
        5,
        "decided",
        YOUTH,
        "2020-11-23",
        "2020-12-21",
        "2022-05-25",
        2,
    ),
    case(
        5,
        "probationary",
        MEMBER,
        "2020-10-26",
        "2020-12-21",
        "2021-12-22",
        1,
    ),
    case(
        6,
        "in_plan",
        YOUTH,
        "2021-08-30",
        "2021-09-27",
        "2021-09-27",
        2,
    ),
    case(6, "nominated", UNION, "2022-05-23", "", "2022-05-23", 0),
    case(
        6,
        "dossier",
        MEMBER,
        "2021-02-22",
        "2021-03-26",
        "2022-03-14",
        1,
    ),
    case(
        6,
        "committee_resolved",
        YOUTH,
        "2020-11-30",
        "2020-12-28",
        "2022-05-18",
        1,
    ),
    case(
        7,
        "in_plan",
        UNION,
        "2021-07-12",
        "2021-09-22",
        "2021-09-22",
        1,
    ),
    case(7, "nominated", UNION, "2022-03-21", "", "2022-03-21", 0),
    case(
        7,
        "submitted",
        MEMBER,
        "2020-12-14",
        "2020-12-29",
        "2022-04-27",
        2,
    ),
    case(
        8,
        "in_plan",
        YOUTH,
        "2022-01-17",
        "2022-03-22",
        "2022-03-22",
        1,
    ),
    case(
        8,
        "branch_resolved",
        UNION,
        "2021-01-11",
        "2021-03-23",
        "2022-05-20",
        1,
    ),
    case(
        9,
        "in_plan",
        UNION,
        "2021-04-19",
        "2021-06-22",
        "2021-06-22",
        1,
    ),
    case(9, "nominated", MEMBER, "2022-06-06", "", "2022-06-06", 0),
    case(
        9,
        "removed",
        UNION,
        "2020-12-21",
        "2021-03-29",
        "2021-12-20",
        1,
    ),
    case(
        10,
        "dossier",
        UNION,
        "2021-03-01",
        "2021-03-30",
        "2022-04-04",
        2,
    ),
    case(
        10,
        "withdrawn",
        YOUTH,
        "2021-08-09",
        "2021-10-05",
        "2021-10-05",
        0,
    ),
];

/// Reasons of the nominations.
const REASONS: [&str; 4] = [
    "Hoàn thành tốt nhiệm vụ ba năm liền; tích cực trong phong trào thi đua của đơn vị.",
    "Có sáng kiến cải tiến quy trình được công nhận cấp cơ sở; được đồng nghiệp tín nhiệm.",
    "Đoàn viên nòng cốt; chủ động nhận việc khó và giúp đỡ đồng nghiệp mới.",
    "Chuyên môn vững, thái độ phục vụ người bệnh tốt; có nguyện vọng phấn đấu vào Đảng.",
];

/// Date of the admission decision.
pub fn decided_on(case: &Case) -> Option<&'static str> {
    match (case.stage, case.branch) {
        ("decided", _) => Some(case.stage_on),
        ("probationary", 3) => Some("2021-10-29"),
        ("probationary", 4) => Some("2021-08-18"),
        ("probationary", _) => Some("2021-12-01"),
        _ => None,
    }
}

/// The cases, each with its number within its branch.
pub fn cases() -> Vec<(usize, &'static Case)> {
    CASES
        .iter()
        .enumerate()
        .map(|(k, case)| {
            (
                1 + CASES[..k]
                    .iter()
                    .filter(|c| c.branch == case.branch)
                    .count(),
                case,
            )
        })
        .collect()
}

pub fn still_a_source(stage: &str) -> bool {
    !matches!(stage, "probationary" | "removed" | "withdrawn")
}

/// A branch's departments, numbered from 1.
pub fn departments(branch: usize) -> Vec<(usize, &'static Department)> {
    (1..)
        .zip(DEPARTMENTS.iter().filter(|d| d.branch == branch))
        .collect()
}

/// A branch's members, official ones first, and its officers. As many of them joined since mid-2015
/// as the previous term admitted.
pub fn members(rows: &mut Rows, people: &mut People, b: usize, branch: &Branch) {
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
        rows.put(
            "membership",
            json!({"member_id": id(Kind::Member, b, n), "branch_id": id(Kind::Branch, b, 0), "from_on": joined_on}),
        );
        rows.put(
            "member",
            json!({"id": id(Kind::Member, b, n), "branch_id": id(Kind::Branch, b, 0), "department_id": id(Kind::Department, b, unit_number),
                "full_name": person.full_name, "sex": person.sex, "birth_date": born, "ethnic_group": person.ethnic_group,
                "religion": person.religion, "phone": person.phone, "occupation": occupation, "position": position,
                "status": if is_official { "official" } else { "probationary" },
                "activity": if exempt { "exempt" } else if elsewhere { "temporarily_elsewhere" } else { "active" },
                "joined_on": joined_on, "official_on": is_official.then(|| format!("{}-{day}", joined_year + 1))}),
        );
    }
    for (n, position) in (1..)
        .zip(OFFICERS)
        .take(if official < COMMITTEE_MINIMUM { 2 } else { 3 })
    {
        rows.put(
            "branch_officer",
            json!({"id": id(Kind::Officer, b, n), "branch_id": id(Kind::Branch, b, 0), "member_id": id(Kind::Member, b, n), "position": position,
                "from_on": "2020-06-01"}),
        );
    }
}

/// The candidates and their nominations.
pub fn candidates(rows: &mut Rows, people: &mut People) {
    for (k, (n, case)) in cases().into_iter().enumerate() {
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
            json!({"id": id(Kind::Candidate, b, n), "branch_id": id(Kind::Branch, b, 0), "department_id": id(Kind::Department, b, unit_number),
                "introduced_by": case.introduced_by, "full_name": person.full_name, "sex": person.sex, "birth_date": dice.day_in(birth_year),
                "birth_place": origin, "home_town": origin, "ethnic_group": person.ethnic_group, "religion": person.religion,
                "citizen_id": citizen_id, "phone": person.phone, "address": format!("Thôn {}, {commune}, huyện Hồng Lam", 1 + dice.below(9)),
                "occupation": occupation, "position": "Viên chức", "general_education": "upper_secondary", "professional_level": level,
                "political_theory_level": (dice.below(4) == 0).then_some("elementary"), "priority_group": priority,
                "youth_union_member": birth_year >= 1989, "trade_union_member": true,
                "remarks_branch_id": (case.stage == "removed").then(|| id(Kind::Branch, b, 0)),
                "remarks": (case.stage == "removed").then_some("Không còn tích cực phấn đấu; chi bộ thống nhất đưa ra khỏi quy hoạch."),
                "stage": "nominated", "stage_on": case.nominated_on, "nominated_on": case.nominated_on}),
        );
        let number = 1 + CASES
            .iter()
            .filter(|c| c.introduced_by == case.introduced_by && c.nominated_on < case.nominated_on)
            .count();
        let paper = match case.introduced_by {
            UNION => format!("{number:02}-NQ/CĐCS"),
            YOUTH => format!("{number:02}-NQ/ĐTN"),
            _ => format!("{number:02}-GT/CB{b:02}"),
        };
        let introducer = (case.introduced_by == MEMBER).then(|| id(Kind::Member, b, INTRODUCER));
        rows.put(
            "nomination",
            json!({"id": id(Kind::Nomination, b, n), "branch_id": id(Kind::Branch, b, 0), "candidate_id": id(Kind::Candidate, b, n),
                "introduced_by": case.introduced_by, "introducer_member_id": introducer,
                "paper_number": paper, "paper_on": case.nominated_on, "reason": REASONS[k % REASONS.len()], "outcome": "pending"}),
        );
    }
}
