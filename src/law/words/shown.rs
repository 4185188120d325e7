//! Words that requests and answers show and no column holds.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Term;

terms! {
    /// How far a permission reaches. Row-level security in the database enforces the same reach.
    Reach {
        Everything = "everything" "toàn đảng bộ" "the whole organisation",
        Assigned = "assigned" "các chi bộ được phân công" "branches assigned to them",
        OwnBranch = "own_branch" "chi bộ mình" "their own branch",
        OwnIntroductions = "own_introductions" "những người do tổ chức mình giới thiệu" "people whom their union introduced",
        Below = "below" "các tổ chức cấp dưới" "the organisations below",
        Accounts = "accounts" "tài khoản và cài đặt" "accounts and settings",
        Own = "own" "của bản thân" "their own",
    }
    /// What a notice to an account holder is about.
    NoticeKind {
        ChangedByOthers = "changed_by_others" "trong 30 ngày qua quản trị viên đã cấp mã mới, đổi vai trò hoặc chi bộ của tài khoản này" "an administrator gave this account a new secret, role or branch in the last 30 days",
        Waits = "waits" "có tài khoản chờ xác nhận" "an account waits for your confirmation",
        DoneAlone = "done_alone" "trong 30 ngày qua có người một mình tạo tài khoản này hoặc cấp mã mới cho tài khoản này bằng dòng lệnh, không ai xác nhận" "in the last 30 days one person made this account, or gave it a new secret, at the command line, and nobody confirmed it",
        OnlyAdministrator = "only_administrator" "tổ chức chưa có quản trị viên thứ hai" "the organisation has no second administrator",
    }
    /// A remark on a plan's figures, which never blocks the plan.
    Warning {
        EvenlySpread = "evenly_spread" "các chi bộ có cùng một chỉ tiêu, trong khi kế hoạch yêu cầu không chia bình quân (I.2)" "all branches have the same quota, although the plan forbids spreading evenly (I.2)",
        BelowAnnualMinimum = "below_annual_minimum" "tổng chỉ tiêu thấp hơn mức tối thiểu hằng năm của nhiệm kỳ (I.3)" "the total is below the term's annual minimum (I.3)",
        QuotaWithoutPipeline = "quota_without_pipeline" "có chi bộ chưa đạt chỉ tiêu mà không còn nguồn" "a branch has an unmet quota and an empty pipeline",
    }
    /// How sure a figure is
    Confirmed {
        Text = "text" "đã đọc văn bản" "the clause itself was read",
        Secondary = "secondary" "theo nguồn thứ cấp" "cited by a question bank or a list of forms",
        Unconfirmed = "unconfirmed" "chưa xác nhận: kế thừa hoặc áp dụng tương tự" "inherited, or carried over by analogy",
    }
    /// Whose register is counted
    Scope {
        Own = "own" "đảng bộ mình" "the own organisation",
        Below = "below" "các tổ chức cấp dưới" "the organisations below",
    }
    /// What a group of figures is about
    Grouping {
        Organization = "organization" "tổ chức đảng" "organisation",
        Branch = "branch" "chi bộ" "branch",
        Quarter = "quarter" "quý" "quarter",
        Month = "month" "tháng" "month",
    }
    /// How the client authenticates
    GrantType {
        Password = "password" "tên đăng nhập và mật khẩu" "login and password",
        RefreshToken = "refresh_token" "gia hạn bằng refresh token" "renewal by refresh token",
        ClientCredentials = "client_credentials" "mã bí mật của tài khoản dịch vụ" "secret of a service account",
    }
    /// A step of `next-steps` that is no act of the file
    FurtherStep {
        ClassEnrolment = "class_enrolment" "đề nghị cho học lớp" "propose for a class",
        Schooling = "schooling" "bổ sung trình độ giáo dục phổ thông" "record the general education",
        VoteReport = "vote_report" "báo cáo cấp ủy có thẩm quyền về các lần biểu quyết không đủ phiếu" "report the failed votes to the competent committee",
    }
}

impl Reach {
    /// Whether it leaves out branches of the caller's own organisation.
    pub const fn of_some_branches(self) -> bool {
        matches!(self, Self::Assigned | Self::OwnBranch)
    }
}
