//! The demo's accounts, in the order of the sign-in list.
use serde_json::json;

use super::{COMMITTEE_MINIMUM, Figures, RowKind, Rows, SignIn, id};
use crate::law::words::Role;

pub(super) fn accounts(
    rows: &mut Rows,
    figures: &Figures,
    password_hash: &str,
    service_hash: &str,
) -> Vec<SignIn> {
    let mut list: Vec<(String, Role, String, usize)> = Vec::new();
    let mut add = |login: &str, role, name: &str, branch| {
        list.push((login.into(), role, name.into(), branch));
    };
    add(
        "standing",
        Role::StandingCommittee,
        "Ban Thường vụ Đảng ủy",
        0,
    );
    add("office", Role::PartyOffice, "Văn phòng Đảng ủy", 0);
    add(
        "overseer",
        Role::CommitteeMember,
        "Đảng ủy viên phụ trách chi bộ 01, 02, 03",
        0,
    );
    for (b, branch) in (1..).zip(&figures.branches) {
        let body = if branch.counts[0] >= COMMITTEE_MINIMUM {
            "Chi ủy"
        } else {
            "Bí thư"
        };
        add(
            &format!("branch-{b:02}"),
            Role::BranchCommittee,
            &format!("{body} {}", branch.name),
            b,
        );
    }
    add("union", Role::TradeUnion, "Công đoàn cơ sở", 0);
    add("youth", Role::YouthUnion, "Chi đoàn Trung tâm Y tế", 0);
    add("admin", Role::SystemAdmin, "Quản trị hệ thống", 0);
    add("upper", Role::UpperCommittee, "Ban Tổ chức Huyện ủy", 0);
    add(
        "district-script",
        Role::ServiceAccount,
        "Tổng hợp số liệu của Huyện ủy",
        0,
    );
    for (n, (login, role, name, branch)) in (1..).zip(&list) {
        let above = matches!(*role, Role::UpperCommittee | Role::ServiceAccount);
        let account = id(RowKind::Account, 0, n);
        rows.put(
            "account",
            json!({"id": account, "organization_id": id(RowKind::Organization, 0, if above { 1 } else { 2 }), "login": login, "display_name": name,
                "role": role, "has_password": true, "branch_id": (*branch > 0).then(|| id(RowKind::Branch, *branch, 0))}),
        );
        let hash = if *role == Role::ServiceAccount {
            service_hash
        } else {
            password_hash
        };
        rows.put(
            "credential",
            json!({"account_id": account, "secret_hash": hash, "must_change": false}),
        );
        if *role == Role::CommitteeMember {
            for b in 1..=3 {
                rows.put(
                    "branch_overseer",
                    json!({"id": id(RowKind::Overseer, b, 1), "branch_id": id(RowKind::Branch, b, 0), "account_id": account, "from_on": "2020-09-01"}),
                );
            }
        }
    }
    list.into_iter()
        .map(|(login, role, about, _)| SignIn {
            login,
            role: role.wire(),
            about,
        })
        .collect()
}
