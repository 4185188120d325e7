//! The demo's departments and their occupations.

/// A department; its kind is that of its branch.
pub struct Department {
    pub branch: usize,
    pub name: &'static str,
    pub head: &'static str,
    pub deputy: &'static str,
    pub occupations: &'static [&'static str],
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

/// A branch's departments, numbered from 1.
pub fn departments(branch: usize) -> Vec<(usize, &'static Department)> {
    (1..)
        .zip(DEPARTMENTS.iter().filter(|d| d.branch == branch))
        .collect()
}
