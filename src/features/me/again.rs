//! Changing the credentials of an account takes the password again, and the code of the second
//! factor: a stolen access token is not enough. Failures count like failed sign-ins.
use std::net::IpAddr;

use super::store;
use crate::access::Permission;
use crate::auth::second_factor::Proof;
use crate::auth::sign_in::{Checked, Claim, Code, check};
use crate::auth::{Gate, Permit};
use crate::db::{Db, credentials};
use crate::error::{self, Error, Fault, Result};
use crate::law::say;

/// Login, display name, organisation and branches of the caller, and what the code has proven; `note` says
/// whether the password is right.
pub(super) async fn say_again<P: Permission>(
    permit: &Permit<P>,
    gate: &Gate,
    db: &Db,
    address: IpAddr,
    (password, code): (&str, Code<'_>),
) -> Result<([String; 4], Checked)> {
    let id = permit.caller().account;
    let own = db.read(permit, async |tx| tx.last().one(store::own_names(id)).await);
    let (login, display_name, organization, branches) = own.await?.ok_or_else(Error::not_found)?;
    gate.limits.sign_in(&login, address)?;
    let claim = Claim {
        login: &login,
        secret: password,
        code,
        device: None,
    };
    let checked = check(gate, db, permit, address, claim).await?;
    let checked = checked.ok_or_else(|| wrong(code))?;
    let names = [
        login,
        display_name,
        organization,
        branches.unwrap_or_default(),
    ];
    Ok((names, checked))
}

/// Refused unless the password is right, or where the code was used before.
pub(super) async fn note<P: Permission>(
    permit: &Permit<P>,
    db: &Db,
    (checked, code): (&Checked, Code<'_>),
) -> Result<()> {
    let right = db.run(permit, async |tx| {
        let (step, recovery) = Proof::parts(checked.proof.as_ref().filter(|_| checked.enrolled));
        let right = credentials::Right {
            account: checked.account,
            now: tx.now(),
            attempt: checked.attempt,
            given: checked.given.clone(),
            step,
            recovery,
            ..credentials::Right::default()
        };
        tx.last().one(credentials::open_session(right)).await
    });
    match right.await? {
        Some((true,)) => Ok(()),
        _ => Err(wrong(code)),
    }
}

/// One wording, at both if there is a code, so that a guess at the code tells nothing about the
/// password.
pub(super) fn wrong(code: Code<'_>) -> Error {
    let coded = matches!(code, Code::Given(code) if !code.is_empty());
    let places = [Some("/current_password"), coded.then_some("/code")];
    let words = say(
        "Mật khẩu hoặc mã xác thực không đúng, hoặc mã đã dùng rồi.",
        "The password or the code is wrong, or the code was used before.",
    );
    let at = |place: &str| Fault::pointer(place, "wrong_password", words.clone());
    let faults = places.into_iter().flatten().map(at).collect();
    Error::faults(error::Code::ValidationFailed, faults)
}
