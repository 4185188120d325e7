//! The demo's names and chances: people are drawn from word lists with a fixed seed.
use std::collections::BTreeSet;

use super::workplaces::Department;

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
