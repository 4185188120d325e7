//! Maps named constraints of the schema to properties of the request body.

/// Constraint -> the field at fault. A violation of a constraint that stands neither here nor in
/// [`CHECKS`] names no field, and is a bug to fix.
pub const FIELDS: &[(&str, &str)] = &[
    ("account_login_unique", "/login"),
    ("branch_number_unique", "/number"),
    ("department_name_unique", "/name"),
    ("branch_classification_year_unique", "/year"),
    ("branch_officer_secretary", "/position"),
    ("branch_officer_member", "/member_id"),
    ("branch_overseer_open", "/account_id"),
    ("candidate_citizen_id_open", "/citizen_id"),
    ("member_citizen_id_unique", "/citizen_id"),
    ("sponsorship_open_pair", "/member_id"),
    ("transfer_offer_open", "/to_branch_id"),
    ("class_session_number_unique", "/number"),
    ("enrolment_one_seat", "/candidate_id"),
    ("enrolment_certificate_unique", "/certificate_number"),
    ("term_name_unique", "/name"),
    ("term_apart", "/from_year"),
    ("quota_plan_year_unique", "/year"),
    ("quota_line_branch_unique", "/lines"),
    ("work_plan_period_unique", "/number"),
    ("guidance_title_unique", "/title"),
    ("dispatch_number_unique", "/number"),
    ("holiday_date_unique", "/on"),
    ("source_plan_unique", "/term_id"),
    ("source_plan_entry_person", "/full_name"),
    ("review_unique", "/period"),
    ("membership_period", "/on"),
    ("member_activity_change_day", "/on"),
    ("member_leaving_member", "/on"),
];

/// A check -> the fields that it compares, and what it asks of them, in Vietnamese and English.
pub const CHECKS: &[(&str, &[&str], [&str; 2])] = &[
    (
        "account_branch_goes_with_role",
        &["/role", "/branch_id"],
        [
            "Tài khoản của chi ủy có chi bộ (`branch_id`), tài khoản khác thì không.",
            "An account of a branch committee has a branch (`branch_id`), any other has none.",
        ],
    ),
    (
        "member_official_on",
        &["/status", "/official_on", "/joined_on"],
        [
            "Đảng viên chính thức có ngày chính thức (`official_on`), không trước ngày vào Đảng (`joined_on`); đảng viên dự bị thì không.",
            "An official member has `official_on`, not before `joined_on`; a probationary one has none.",
        ],
    ),
    (
        "branch_classification_year",
        &["/year"],
        ["Năm từ 1990 đến 2100.", "A year from 1990 to 2100."],
    ),
    (
        "branch_classification_decided",
        &["/decided_on", "/year"],
        [
            "Ngày quyết định (`decided_on`) không được trước năm được xếp loại (`year`).",
            "`decided_on` may not be before the year that is classified (`year`).",
        ],
    ),
    (
        "branch_officer_period",
        &["/to_on", "/from_on"],
        [
            "Ngày cuối (`to_on`) không được trước ngày đầu (`from_on`).",
            "`to_on` may not be before `from_on`.",
        ],
    ),
    (
        "branch_overseer_period",
        &["/to_on", "/from_on"],
        [
            "Ngày cuối (`to_on`) không được trước ngày đầu (`from_on`).",
            "`to_on` may not be before `from_on`.",
        ],
    ),
    (
        "sponsorship_period",
        &["/to_on", "/from_on"],
        [
            "Ngày cuối (`to_on`) không được trước ngày đầu (`from_on`).",
            "`to_on` may not be before `from_on`.",
        ],
    ),
    (
        "sponsorship_end_reason",
        &["/end_reason", "/to_on"],
        [
            "Việc kèm cặp đã kết thúc (`to_on`) phải có lý do (`end_reason`).",
            "A sponsorship that has ended (`to_on`) has an `end_reason`.",
        ],
    ),
    (
        "class_period",
        &["/ends_on", "/starts_on"],
        [
            "Ngày bế giảng (`ends_on`) không được trước ngày khai giảng (`starts_on`).",
            "`ends_on` may not be before `starts_on`.",
        ],
    ),
    (
        "class_cancel_reason",
        &["/cancel_reason", "/state"],
        [
            "Lớp bị hủy phải có lý do (`cancel_reason`), lớp khác thì không.",
            "A cancelled class has a `cancel_reason`, any other has none.",
        ],
    ),
    (
        "class_proposals_due",
        &["/proposals_due_on", "/starts_on"],
        [
            "Hạn gửi đề nghị (`proposals_due_on`) không được sau ngày khai giảng (`starts_on`).",
            "`proposals_due_on` may not be after `starts_on`.",
        ],
    ),
    (
        "enrolment_certificate_goes_with_completion",
        &["/certificate_number", "/certificate_on", "/state"],
        [
            "Người đã hoàn thành lớp học có số và ngày giấy chứng nhận (`certificate_number`, `certificate_on`), người khác thì không.",
            "A person who has completed the class has `certificate_number` and `certificate_on`; anybody else has neither.",
        ],
    ),
    (
        "term_years",
        &["/to_year", "/from_year"],
        [
            "Nhiệm kỳ dài từ 1 đến 10 năm: `to_year` phải từ `from_year` đến `from_year` + 9.",
            "A term lasts one to ten years: `to_year` is between `from_year` and `from_year` + 9.",
        ],
    ),
    (
        "activity_period",
        &["/ends_on", "/on"],
        [
            "Ngày cuối (`ends_on`) không được trước ngày đầu (`on`).",
            "`ends_on` may not be before `on`.",
        ],
    ),
    (
        "activity_branch_organiser",
        &["/branch_id", "/organiser"],
        [
            "Hoạt động do chi bộ tổ chức (`organiser`) phải có chi bộ (`branch_id`).",
            "An activity organised by a branch (`organiser`) has a `branch_id`.",
        ],
    ),
    (
        "activity_attendance",
        &["/attendance"],
        [
            "Số người tham gia phải từ 0 đến 100.000.",
            "From 0 to 100,000 people.",
        ],
    ),
    (
        "work_plan_number",
        &["/number", "/period_kind"],
        [
            "Số thứ tự của kỳ (`number`) phải có trong loại kỳ (`period_kind`): quý từ 1 đến 4, tháng từ 1 đến 12.",
            "`number` must exist in the kind of period (`period_kind`): quarters 1 to 4, months 1 to 12.",
        ],
    ),
    (
        "work_plan_meeting",
        &["/minutes_number", "/held_on", "/members", "/present"],
        [
            "Biên bản, ngày họp, số đảng viên và số có mặt được ghi cùng nhau, hoặc không ghi mục nào.",
            "`minutes_number`, `held_on`, `members` and `present` are sent together, or none of them.",
        ],
    ),
    (
        "work_plan_attendance",
        &["/present", "/members"],
        [
            "Số có mặt (`present`) không được quá số đảng viên (`members`).",
            "`present` may not be more than `members`.",
        ],
    ),
    (
        "inspection_follow_up",
        &["/follow_up_due_on", "/follow_up"],
        [
            "Việc phải khắc phục (`follow_up`) và hạn của nó (`follow_up_due_on`) được ghi cùng nhau.",
            "`follow_up` and `follow_up_due_on` are sent together.",
        ],
    ),
    (
        "inspection_due",
        &["/follow_up_due_on", "/on"],
        [
            "Hạn khắc phục (`follow_up_due_on`) không được trước ngày kiểm tra (`on`).",
            "`follow_up_due_on` may not be before `on`.",
        ],
    ),
    (
        "inspection_done",
        &["/done_on"],
        [
            "Việc khắc phục đã xong phải có nội dung và ghi chú; ngày xong không được trước ngày kiểm tra.",
            "A follow-up that is done was asked for, has a note, and is not from before the inspection.",
        ],
    ),
    (
        "review_attendance",
        &["/present", "/members"],
        [
            "Số có mặt (`present`) không được quá số đảng viên (`members`).",
            "`present` may not be more than `members`.",
        ],
    ),
];
