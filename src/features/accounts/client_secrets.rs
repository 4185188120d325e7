//! Secrets of scripts: a new one beside the present one, so that no request fails while it is
//! replaced; and the addresses that a script comes from.
use actix_web::web::{Data, Path};
use chrono::TimeDelta;
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{Account, AccountChange, NewClientSecret, Secret};
use crate::access::{Role, WriteAccounts};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::proxies::network;
use crate::auth::sign_in::tag;
use crate::auth::{Gate, Permit, password};
use crate::db::tables::account as table;
use crate::db::{Db, credentials};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;
use crate::law::text::Text;

/// How long the present secret stays valid unless the request says otherwise, and at most.
const OVERLAP: TimeDelta = TimeDelta::days(7);
const LONGEST_OVERLAP: TimeDelta = TimeDelta::days(30);

/// Checks the fields of scripts. Whether what may sign in changes.
pub(super) fn check(row: &table::Model, new: &AccountChange) -> Result<bool> {
    let addresses = || new.addresses.iter().map(Text::as_str);
    let mut faults = Vec::new();
    for (i, address) in addresses().enumerate() {
        if network(address).is_none() {
            let words = say(
                "Không phải địa chỉ hay dải mạng (10.1.0.0/16).",
                "Neither an address nor a network (10.1.0.0/16).",
            );
            faults.push(Fault::pointer(format!("/addresses/{i}"), "invalid", words));
        }
    }
    // no second person confirms a service account, whose secret would then be the person's password
    if (new.role == Role::ServiceAccount) != (row.role == Role::ServiceAccount) {
        let words = say(
            "Không đổi được tài khoản của người dùng thành tài khoản của chương trình tự động, và ngược lại: hãy tạo tài khoản khác.",
            "A person's account does not become a script's, nor the reverse: create another account.",
        );
        faults.push(Fault::pointer("/role", "another_kind", words));
    }
    if new.role != Role::ServiceAccount && !new.addresses.is_empty() {
        let words = say(
            "Chỉ đặt cho tài khoản của chương trình tự động.",
            "Only for accounts of scripts.",
        );
        faults.push(Fault::pointer("/addresses", "not_a_script", words));
    }
    if new.previous_secret_expires_at > row.old_secret_until {
        let words = say(
            "Mã bí mật cũ chỉ có thể kết thúc sớm hơn.",
            "The earlier secret can only end sooner.",
        );
        let pointer = "/previous_secret_expires_at";
        faults.push(Fault::pointer(pointer, "out_of_range", words));
    }
    if !faults.is_empty() {
        return Err(Error::faults(Code::ValidationFailed, faults));
    }
    let moved = !addresses().eq(row.addresses.iter().map(String::as_str));
    Ok(moved || new.previous_secret_expires_at != row.old_secret_until)
}

/// Give a script another secret
///
/// The present secret stays valid beside it until `previous_expires_at`, and so do the sessions; what
/// was there before the present one ends. `PATCH /accounts/{id}` ends the earlier secret sooner,
/// `POST /accounts/{id}/secrets` ends both at once.
#[operation(
    post,
    "/accounts/{id}/client-secrets",
    answer = "The secret, shown only once",
    refuses(InvalidTransition)
)]
pub async fn add_secret(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewClientSecret>,
) -> Result<Reply<Secret>> {
    let NewClientSecret {
        expires_at,
        previous_expires_at,
    } = body.value;
    let now = db.clock().now();
    let until = previous_expires_at.unwrap_or(now + OVERLAP);
    let days = [
        ("/expires_at", expires_at.is_none_or(|at| at > now)),
        (
            "/previous_expires_at",
            until > now && until <= now + LONGEST_OVERLAP,
        ),
    ];
    let late = |(pointer, fits): (&str, bool)| {
        let words = say(
            "Phải ở tương lai; mã cũ tối đa 30 ngày nữa.",
            "Must be in the future; the present secret, within 30 days.",
        );
        (!fits).then(|| Fault::pointer(pointer, "out_of_range", words))
    };
    let faults: Vec<Fault> = days.into_iter().filter_map(late).collect();
    if !faults.is_empty() {
        return Err(Error::faults(Code::ValidationFailed, faults));
    }
    let secret = password::random_secret().map_err(Error::internal)?;
    let hash = gate.passwords.hash(secret.clone()).await?;
    db.run(&permit, async |tx| {
        let row = edit::find::<Account>(&tx, permit.reach(), *id, true).await?;
        seen.check(row.version)?;
        if row.role != Role::ServiceAccount {
            return Err(Error::new(Code::InvalidTransition).detail(say(
                "Chỉ chương trình tự động có hai mã bí mật; với người dùng: POST /accounts/{id}/secrets.",
                "Only scripts have two secrets; for people use POST /accounts/{id}/secrets.",
            )));
        }
        // an expired secret is not revived
        let until = row.secret_until.map_or(until, |end| end.min(until));
        let add = credentials::add_secret(row.id, hash.clone(), tag(&secret), tx.now());
        tx.one(add).await?;
        let mut active = edit::blank::<Account>();
        active.secret_until = Set(expires_at);
        active.old_secret_until = Set(Some(until));
        let row = edit::update::<Account>(&tx, row.id, row.version, active).await?;
        super::handed_out(tx, &permit, &row, (secret.clone(), expires_at)).await
    })
    .await
}
