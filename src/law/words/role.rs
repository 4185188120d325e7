//! The roles of accounts.
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Term;

enumeration! {
    /// Role of an account; each account has exactly one.
    Role {
        StandingCommittee = "standing_committee" "Ban Thường vụ Đảng ủy" "Standing Committee",
        PartyOffice = "party_office" "Văn phòng Đảng ủy" "Party Office",
        CommitteeMember = "committee_member" "Đảng ủy viên phụ trách chi bộ" "committee member in charge of branches",
        BranchCommittee = "branch_committee" "Chi ủy, bí thư chi bộ" "branch committee",
        TradeUnion = "trade_union" "Công đoàn cơ sở" "trade union",
        YouthUnion = "youth_union" "Chi đoàn, Đoàn TNCS Hồ Chí Minh" "youth union",
        UpperCommittee = "upper_committee" "Ban Tổ chức Huyện ủy" "committee directly above",
        ServiceAccount = "service_account" "Tài khoản dịch vụ: chỉ đọc số liệu tổng hợp" "service account: aggregates only",
        SystemAdmin = "system_admin" "Quản trị hệ thống" "administrator of accounts and settings",
    }
}
