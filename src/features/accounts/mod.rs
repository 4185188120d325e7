//! Accounts: who may sign in, and in which role. For the administrator, who sees no person.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /accounts` | [`list_accounts`] |
//! | `POST /accounts` | [`create_account`] |
//! | `GET /accounts/{id}` | [`get_account`] |
//! | `PATCH /accounts/{id}` | [`change_account`] |
//! | `POST /accounts/{id}/secrets` | [`issue_secret`] |
//! | `POST /accounts/{id}/client-secrets` | [`client_secrets::add_secret`] |
//! | `POST /accounts/{id}/factor-resets` | [`factor_resets::reset_factor`] |
//! | `POST /accounts/{id}/confirmations` | [`confirmations::confirm_account`] |
mod client_secrets;
pub mod confirmations;
mod factor_resets;
mod store;
mod wire;

use std::cell::Cell;

use actix_web::web::{Data, Path};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::access::{ReadAccounts, Role, WriteAccounts};
use crate::api::audit::{self, Change};
use crate::api::beyond;
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::Editable as _;
use crate::api::routes::Routes;
use crate::auth::{Gate, Permit, one_time, password};
use crate::db::tables::account;
use crate::db::{Db, Tx, credentials, functions};
use crate::error::{Code, Error, Result};
use crate::law::say;

pub use wire::{Account, AccountChange, NewAccount, NewClientSecret, Secret};

use confirmations::{CONFIRMED_WITHIN, expect_another, expect_none_waits, wait, waits};

pub fn configure(v1: &mut Routes) {
    v1.service(list_accounts)
        .service(create_account)
        .service(get_account)
        .service(change_account)
        .service(issue_secret)
        .service(client_secrets::add_secret)
        .service(factor_resets::reset_factor)
        .service(confirmations::confirm_account);
}

/// Only a branch committee has a branch; roles of the committee above belong to its own
/// organisation.
async fn check(tx: &Tx, role: Role, branch: Option<Uuid>, fresh: Option<Uuid>) -> Result<()> {
    if (role == Role::BranchCommittee) != branch.is_some() {
        return Err(Error::invalid(
            "/branch_id",
            "required",
            say(
                "Bắt buộc với chi ủy, và chỉ với chi ủy.",
                "Required for branch_committee, and only for it.",
            ),
        ));
    }
    let upper = store::at_upper_level(tx).await?;
    let fits = match role {
        Role::UpperCommittee => upper,
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::TradeUnion
        | Role::YouthUnion => !upper,
        Role::SystemAdmin | Role::ServiceAccount => true,
    };
    if !fits {
        return Err(Error::invalid(
            "/role",
            "wrong_level",
            say(
                "Vai trò không thuộc cấp này.",
                "The role does not belong to this level of organisation.",
            ),
        ));
    }
    edit::check_references(tx, [Reference::to_branch("/branch_id", fresh)]).await
}

/// A new secret for an account of this role, and its hash.
async fn drawn(gate: &Gate, role: Role) -> Result<(String, String)> {
    let secret = if role == Role::ServiceAccount {
        password::random_secret()
    } else {
        one_time::code()
    };
    let secret = secret.map_err(Error::internal)?;
    let hash = gate.passwords.hash(secret.clone()).await?;
    Ok((secret, hash))
}

/// How long a one-time code lives; a script's client secret has no such end.
const fn lives(role: Role) -> Option<TimeDelta> {
    if matches!(role, Role::ServiceAccount) {
        None
    } else if waits(role) {
        Some(CONFIRMED_WITHIN)
    } else {
        Some(TimeDelta::days(1))
    }
}

/// Create an account
///
/// With `with_secret` the answer shows its secret, this once: a person's one-time code, made to be read
/// out (no letters that look alike, the last one is a check; capitals do not matter), or a script's
/// client secret. A repeated request with the same `Idempotency-Key` is answered without it.
#[operation(
    post,
    "/accounts",
    answer = "The new account; with its secret, if asked for",
    refuses(Duplicate)
)]
pub async fn create_account(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    body: Body<NewAccount>,
) -> Result<Created<Account>> {
    let drawn = if body.value.with_secret {
        Some(drawn(&gate, body.value.role).await?)
    } else {
        None
    };
    let given = Cell::new(false);
    let found = beyond::Found::nothing(beyond::KNOWN_LOGIN);
    let made = edit::create::<Account, _, _>(&db, &permit, &body, async |tx| {
        let NewAccount {
            login,
            display_name,
            role,
            branch_id,
            disabled,
            expires_at,
            with_secret: _,
        } = body.value.clone();
        // checked only now, because a repeated request may come after the account has ended
        if expires_at.is_some_and(|at| at <= tx.now()) {
            let words = say("Phải ở tương lai.", "Must be in the future.");
            return Err(Error::invalid("/expires_at", "out_of_range", words));
        }
        check(tx, role, branch_id, branch_id).await?;
        let mut active = edit::blank::<Account>();
        active.login = Set(login);
        active.session_version = Set(1);
        active.disabled_at = Set(disabled.then(|| tx.now()));
        if waits(role) {
            wait(tx, &permit, &mut active);
        }
        Account::apply(
            AccountChange {
                display_name,
                role,
                branch_id,
                disabled,
                expires_at,
                addresses: Vec::new(),
                previous_secret_expires_at: None,
            },
            &mut active,
        );
        found.expect_few(tx, &permit).await?;
        let row = edit::insert::<Account>(tx, permit.caller().organization, active).await;
        // the answer reveals that the login exists, perhaps in another organisation
        let row = row.inspect_err(|e| found.somebody(e.code() == Code::Duplicate))?;
        if let Some((_, hash)) = &drawn {
            let until = lives(role).map(|time| tx.now() + time);
            let (hash, person) = (Some(hash.clone()), until.is_some());
            let set = functions::set_secret(row.id, hash, person, until, None, tx.now());
            tx.one(set).await?;
            let entry = audit::entry(tx, permit.by(), secret_of(&row));
            tx.execute(entry).await?;
            given.set(true);
        }
        Ok(row)
    })
    .await;
    let made = found.recorded(&db, &permit, made).await?;
    match drawn {
        Some((secret, _)) if given.get() => made.once("secret", &secret),
        _ => Ok(made),
    }
}

/// Change or disable an account
///
/// When an account's rights change, its access tokens end on their next request; disabling it also
/// ends its sessions and its calendar address for good. A person's account that is enabled again waits for a
/// second person, as with another role or branch. Administrators cannot disable or demote
/// themselves, or let their own account expire; nor can they do so to the last other account whose person
/// can sign in and confirm (`POST /accounts/{id}/confirmations`). A person's account does not become a script's, nor the reverse.
#[operation(patch, "/accounts/{id}", refuses(InvalidTransition))]
pub async fn change_account(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<AccountChange>,
) -> Result<Reply<Account>> {
    edit::change::<Account, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            let shut = new.disabled || new.expires_at != row.expires_at;
            if row.id == permit.caller().account && (shut || new.role != Role::SystemAdmin) {
                return Err(Error::new(Code::Forbidden).detail(say(
                    "Không tự khóa, đặt thời hạn hoặc đổi vai trò của chính mình.",
                    "You cannot disable or demote yourself, or let your own account expire.",
                )));
            }
            let opened = row.disabled_at.is_some() && !new.disabled;
            let branch = new.branch_id;
            let fresh = branch.filter(|_| opened || branch != row.branch_id);
            check(tx, new.role, branch, fresh).await?;
            let moved = client_secrets::check(row, new)?;
            let rights = new.role != row.role
                || new.branch_id != row.branch_id
                || new.disabled != row.disabled_at.is_some()
                || new.expires_at != row.expires_at
                || moved;
            let another = new.role != row.role || new.branch_id != row.branch_id;
            let ends = new.disabled || (new.expires_at.is_some() && shut);
            if another || (ends && confirmations::confirms(row.role)) {
                expect_another(tx, &gate, &permit, row).await?;
            }
            // enabling an account again grants as much as a new one
            if waits(new.role) && (another || opened) {
                expect_none_waits(tx, &permit, row)?;
                wait(tx, &permit, active);
                // the feed would show another branch's deadlines, or none
                let end = credentials::end_calendar(row.id, tx.now());
                tx.one(end).await?;
            }
            if rights {
                active.session_version = Set(row.session_version + 1);
            }
            if new.disabled != row.disabled_at.is_some() {
                active.disabled_at = Set(new.disabled.then(|| tx.now()));
            }
            if new.disabled {
                // when it is enabled again, earlier sessions and calendar addresses stay invalid
                let end = functions::set_secret(row.id, None, false, None, None, tx.now());
                tx.one(end).await?;
            }
            Ok(())
        },
    )
    .await
}

/// Issue a new secret for an account
///
/// A person gets a one-time code that only allows `POST /me/password`: valid for 24 hours, or for 72
/// where a second person must confirm it first (`POST /accounts/{id}/confirmations`). A script gets
/// its client secret, in place of those it has (`POST /accounts/{id}/client-secrets` leaves it the
/// present one for a while). All sessions of the account end, as does its calendar address. Not for your own
/// account: that is `POST /me/password`. 409 where nobody would be left to confirm it.
#[operation(
    post,
    "/accounts/{id}/secrets",
    answer = "The secret, shown only once",
    refuses(InvalidTransition)
)]
pub async fn issue_secret(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Secret>> {
    let row = db
        .read(&permit, async |tx| {
            edit::find::<Account>(&tx, permit.reach(), *id, false).await
        })
        .await?;
    let (secret, hash) = drawn(&gate, row.role).await?;
    db.run(&permit, async |tx| {
        let row = edit::find::<Account>(&tx, permit.reach(), *id, true).await?;
        seen.check(row.version)?;
        if row.id == permit.caller().account {
            return Err(Error::new(Code::Forbidden).detail(say(
                "Đổi mật khẩu của chính mình bằng POST /me/password.",
                "Change your own password with POST /me/password.",
            )));
        }
        let waits = waits(row.role);
        if waits {
            expect_none_waits(&tx, &permit, &row)?;
            expect_another(&tx, &gate, &permit, &row).await?;
        }
        let expires_at = lives(row.role).map(|time| tx.now() + time);
        let (hash, person) = (Some(hash.clone()), expires_at.is_some());
        let set = functions::set_secret(row.id, hash, person, expires_at, None, tx.now());
        tx.one(set).await?;
        let mut active = edit::blank::<Account>();
        active.session_version = Set(row.session_version + 1);
        active.secret_until = Set(None);
        active.old_secret_until = Set(None);
        if waits {
            wait(&tx, &permit, &mut active);
        }
        let row = edit::update::<Account>(&tx, row.id, row.version, active).await?;
        handed_out(tx, &permit, &row, (secret.clone(), expires_at)).await
    })
    .await
}

/// That a secret was made for the account.
fn secret_of(row: &account::Model) -> Change<'static> {
    Change {
        resource: "account",
        id: row.id,
        version: row.version,
        fields: vec!["secret".into()],
    }
}

/// Records that a secret was made for the account, and shows it: the only time.
async fn handed_out(
    tx: Tx,
    permit: &Permit<WriteAccounts>,
    row: &account::Model,
    (secret, expires_at): (String, Option<DateTime<Utc>>),
) -> Result<Reply<Secret>> {
    let entry = audit::entry(&tx, permit.by(), secret_of(row));
    tx.last().execute(entry).await?;
    let answer = Secret {
        account_id: row.id,
        secret,
        expires_at,
    };
    Ok(Reply::new(&answer).version(row.version))
}

/// List accounts
#[operation(get, "/accounts")]
pub async fn list_accounts(
    permit: Permit<ReadAccounts>,
    db: Data<Db>,
    query: List<Account>,
) -> Result<Page<Account>> {
    edit::list(&db, &permit, &query).await
}

/// Get an account
#[operation(get, "/accounts/{id}")]
pub async fn get_account(
    permit: Permit<ReadAccounts>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Account>,
) -> Result<Reply<Account>> {
    edit::get(&db, &permit, *id, &wanted).await
}
