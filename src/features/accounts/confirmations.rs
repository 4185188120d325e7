//! A second person confirms what one administrator did to an account.
use actix_web::web::{Data, Path};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Account, store};
use crate::access::{self, Action, ConfirmAccounts, Role};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::second_factor::needed_by;
use crate::auth::{Gate, Permit};
use crate::db::tables::account as table;
use crate::db::{Db, Tx, locks};
use crate::error::{Code, Error, Result};
use crate::law::say;

/// How long a second person has to confirm.
pub const CONFIRMED_WITHIN: TimeDelta = TimeDelta::hours(72);

/// Whether what an administrator does to an account of this role waits for a second person. A script
/// sees no person; an administrator sees none either, but is the second person for others.
pub const fn waits(role: Role) -> bool {
    match role {
        Role::ServiceAccount => false,
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::UpperCommittee
        | Role::SystemAdmin => true,
    }
}

/// 409 while something that another administrator asked for waits: confirming one would confirm both.
pub(super) fn expect_none_waits<P>(tx: &Tx, permit: &Permit<P>, row: &table::Model) -> Result<()> {
    let waiting = row.waits_until.is_some_and(|until| until > tx.now());
    if !waiting || row.asked_by == Some(permit.caller().account) {
        return Ok(());
    }
    Err(Error::new(Code::InvalidTransition).detail(say(
        "Yêu cầu của một quản trị khác đang chờ xác nhận: hãy xác nhận yêu cầu ấy trước.",
        "What another administrator asked for waits to be confirmed: confirm that first.",
    )))
}

/// Whether accounts of this role confirm what an administrator did.
pub fn confirms(role: Role) -> bool {
    access::may(role, Action::ConfirmAccounts).is_some()
}

/// 409 if a working account would stop and nobody were left who could confirm its return, or
/// anything else: neither the caller nor the account's own person can. An account with an end does
/// not count: it would end by itself, and nobody would be left. Nor does one that nobody can work with
/// yet: its person has to set a password first, and the second factor if `gate` asks for one.
pub(super) async fn expect_another<P>(
    tx: &Tx,
    gate: &Gate,
    permit: &Permit<P>,
    row: &table::Model,
) -> Result<()> {
    let ended = row.expires_at.is_some_and(|end| end <= tx.now());
    if row.disabled_at.is_some() || row.waits_until.is_some() || ended {
        return Ok(());
    }
    // of two concurrent requests, the second sees what the first has left
    tx.later(locks::account(row.organization_id)).await;
    let needs = |role| gate.needs_second_factor && needed_by(role);
    let another = store::confirms_besides([row.id, permit.caller().account], row, needs);
    match tx.ask([another]).await? {
        [true] => Ok(()),
        [false] => Err(Error::new(Code::InvalidTransition).detail(say(
            "Sau thao tác này sẽ không còn ai có thể xác nhận: trước hết hãy tạo thêm một tài khoản không có thời hạn của quản trị viên hoặc của Ban Thường vụ, để tài khoản đó được xác nhận và để chủ tài khoản đặt mật khẩu (kèm yếu tố xác thực thứ hai, nếu phải có).",
            "Nobody would be left to confirm: first make an account without an end for another administrator or for the Standing Committee, have it confirmed, and let its owner set a password (and the second factor, where one is needed).",
        ))),
    }
}

/// Makes the account wait for a second person.
pub(super) fn wait<P>(tx: &Tx, permit: &Permit<P>, active: &mut table::ActiveModel) {
    active.asked_by = Set(Some(permit.caller().account));
    active.asked_at = Set(Some(tx.now()));
    active.waits_until = Set(Some(tx.now() + CONFIRMED_WITHIN));
    active.confirmed_by = Set(None);
}

/// Confirm what an administrator did to an account
///
/// A new account or one that is enabled again, another role or branch, and a new secret wait for a second
/// person: the Standing Committee or another administrator, within 72 hours. Until then nobody can sign in with the
/// account. Nobody confirms their own request or their own account. Accounts of scripts do not wait.
#[operation(
    post,
    "/accounts/{id}/confirmations",
    answer = "The account, which no longer waits",
    refuses(InvalidTransition)
)]
pub async fn confirm_account(
    permit: Permit<ConfirmAccounts>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Account>> {
    edit::step::<Account, _>(&db, &permit, *id, seen, async |tx, row| {
        let caller = permit.caller().account;
        if row.waits_until.is_none_or(|until| until <= tx.now()) {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Không có gì chờ xác nhận, hoặc đã quá 72 giờ: hãy cấp lại mã.",
                "Nothing waits to be confirmed, or 72 hours have passed: issue a new secret.",
            )));
        }
        if row.asked_by == Some(caller) || row.id == caller {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Phải do người thứ hai xác nhận.",
                "A second person must confirm.",
            )));
        }
        let mut active = edit::blank::<Account>();
        active.waits_until = Set(None);
        active.confirmed_by = Set(Some(caller));
        edit::stepped::<Account>(tx, &row, active, "confirmed_by").await
    })
    .await
}
