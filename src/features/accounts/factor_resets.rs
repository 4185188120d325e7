//! Removing the second factor of somebody who has lost the device and the recovery codes.
use actix_web::web::{Data, Path};
use uuid::Uuid;

use super::Account;
use super::confirmations::{expect_another, expect_none_waits, wait};
use crate::access::WriteAccounts;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::{Gate, Permit};
use crate::db::credentials::{Factor, set_factor};
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Result};
use crate::law::say;

/// Removes the factor, which ends all sessions.
async fn remove(tx: &Tx, account: Uuid) -> Result<()> {
    let removed = set_factor(account, Factor::Removed, None, tx.now());
    match tx.one(removed).await? {
        Some((true,)) => Ok(()),
        _ => Err(Error::not_found()),
    }
}

/// Remove the second factor of an account
///
/// For somebody who has lost the device and the recovery codes. Like a new secret it waits for a
/// second person (`POST /accounts/{id}/confirmations`): until then nobody can sign in with the
/// account, afterwards the password is enough. All sessions of the account end, as does its calendar
/// address. Not for your own account: that is `POST /me/second-factor/removals`.
#[operation(
    post,
    "/accounts/{id}/factor-resets",
    answer = "The account, which waits to be confirmed",
    refuses(InvalidTransition)
)]
pub async fn reset_factor(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Account>> {
    edit::step::<Account, _>(&db, &permit, *id, seen, async |tx, row| {
        if row.id == permit.caller().account {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Yếu tố xác thực của chính mình: POST /me/second-factor/removals.",
                "Remove your own second factor with POST /me/second-factor/removals.",
            )));
        }
        if row.second_factor_at.is_none() {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Tài khoản không có yếu tố xác thực thứ hai.",
                "The account has no second factor.",
            )));
        }
        expect_none_waits(tx, &permit, &row)?;
        expect_another(tx, &gate, &permit, &row).await?;
        let mut active = edit::blank::<Account>();
        wait(tx, &permit, &mut active);
        let row = edit::update::<Account>(tx, row.id, row.version, active).await?;
        remove(tx, row.id).await?;
        let row = edit::find::<Account>(tx, permit.reach(), row.id, true).await?;
        Ok((row, "second_factor"))
    })
    .await
}
