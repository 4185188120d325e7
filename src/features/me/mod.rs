//! The caller's own account: permissions, password, second factor.
mod again;
mod second_factor;
mod store;

use actix_web::HttpRequest;
use actix_web::web::Data;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{self, Action, ChangePassword, Reach, ReadMe, Role};
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Reply};
use crate::api::routes::Routes;
use crate::auth::second_factor::needed_by;
use crate::auth::sign_in::Code;
use crate::auth::{Gate, Permit, password};
use crate::db::tables::account;
use crate::db::{Db, Tx, functions};
use crate::error::{Error, Result};
use crate::law::words::NoticeKind;

use again::{note, say_again};

pub fn configure(v1: &mut Routes) {
    v1.service(get_me)
        .service(set_password)
        .service(second_factor::begin_second_factor)
        .service(second_factor::confirm_second_factor)
        .service(second_factor::remove_second_factor);
}

/// The caller's account
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub account_id: Uuid,
    #[schema(example = "office", max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub display_name: String,
    pub role: Role,
    pub organization_id: Uuid,
    /// The branch of a branch committee; null for other roles
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    /// Branches whose persons are within reach: the own branch, or those assigned
    #[schema(max_items = 1000)]
    pub branch_ids: Vec<Uuid>,
    /// Everything that this role may do, and how far
    #[schema(max_items = 200)]
    pub permissions: Vec<Granted>,
    /// Whether a password must be set first
    pub must_change_password: bool,
    pub second_factor: SecondFactor,
    /// What others did to this account, and which accounts wait for its confirmation
    #[schema(max_items = 200)]
    pub notices: Vec<Notice>,
}

/// The second factor of an account: the codes of an authenticator
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactor {
    /// When signing in began to require its code; null if it does not
    #[schema(required = true)]
    pub since: Option<DateTime<Utc>>,
    /// Whether this role needs one here; until it has one, nothing but setting one up is allowed
    pub required: bool,
}

/// A notice to the account holder
#[derive(Debug, Serialize, ToSchema)]
pub struct Notice {
    pub kind: NoticeKind,
    pub account_id: Uuid,
    #[schema(example = "branch-11", max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub display_name: String,
    /// The role that the account has, or gets by the confirmation
    pub role: Role,
    /// The branch of a branch committee; null for other roles
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    /// Version of the account, to be sent as `If-Match` with the confirmation
    #[schema(minimum = 1)]
    pub version: i32,
    /// When the change was made
    #[schema(required = true)]
    pub at: Option<DateTime<Utc>>,
    /// Reason that was written where one person did it alone, at the command line; null in other notices
    #[schema(required = true, max_length = 300)]
    pub reason: Option<String>,
}

/// Accounts that wait for the caller's confirmation, and those that nobody confirmed; an administrator
/// is also told if there is no other one.
async fn notices(tx: &Tx, permit: &Permit<ReadMe>, own: &account::Model) -> Result<Vec<Notice>> {
    let notice = |kind, row: &account::Model| Notice {
        kind,
        account_id: row.id,
        login: row.login.clone(),
        display_name: row.display_name.clone(),
        role: row.role,
        branch_id: row.branch_id,
        version: row.version,
        at: row.asked_at,
        reason: None,
    };
    let lately = tx.now() - TimeDelta::days(30);
    let is_late = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at > lately);
    let mut notices = Vec::new();
    if access::may(permit.role(), Action::ConfirmAccounts).is_some() {
        let (waiting, alone) = store::to_confirm(tx, own, lately).await?;
        notices.extend(waiting.iter().map(|row| notice(NoticeKind::Waits, row)));
        notices.extend(alone.into_iter().map(|row| Notice {
            at: row.alone_at,
            reason: row.alone_reason.clone(),
            ..notice(NoticeKind::DoneAlone, &row)
        }));
    }
    if permit.role() == Role::SystemAdmin && !store::has_other_administrator(tx, own).await? {
        notices.push(notice(NoticeKind::OnlyAdministrator, own));
    }
    if is_late(own.asked_at) {
        notices.push(notice(NoticeKind::ChangedByOthers, own));
    }
    Ok(notices)
}

/// A permission and its reach
#[derive(Debug, Serialize, ToSchema)]
pub struct Granted {
    #[schema(example = "branches.read", max_length = 60)]
    pub action: &'static str,
    pub reach: Reach,
}

/// A new password for the caller
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewPassword {
    /// The current password, or the one-time code
    #[schema(example = "my-present-password", format = Password, max_length = 500)]
    pub current_password: String,
    /// At least 15 characters; neither the current password nor one that is easy to guess
    #[schema(example = "my-new-long-password", format = Password, min_length = 15, max_length = 500)]
    pub new_password: String,
    /// If the account has a second factor: a code of it, or a recovery code
    #[schema(max_length = 60)]
    pub code: Option<String>,
}

/// Get the caller's account
#[operation(
    get,
    "/me",
    tag = "access",
    answer = "Account, role, reach and permissions"
)]
pub async fn get_me(permit: Permit<ReadMe>, gate: Data<Gate>, db: Data<Db>) -> Result<Reply<Me>> {
    let (own, notices, branch_ids) = db
        .read(&permit, async |tx| {
            let branches = tx.soon(functions::branches()).await;
            let own = tx.by_id::<account::Entity>(permit.caller().account).await?;
            let own = own.ok_or_else(Error::not_found)?;
            let notices = notices(&tx, &permit, &own).await?;
            let branches = branches.one().await?;
            Ok((own, notices, branches.map_or_else(Vec::new, |(ids,)| ids)))
        })
        .await?;
    let role = permit.role();
    let me = Me {
        account_id: permit.caller().account,
        login: own.login,
        display_name: own.display_name,
        role,
        organization_id: own.organization_id,
        branch_id: own.branch_id,
        branch_ids,
        permissions: Action::ALL
            .iter()
            .filter_map(|a| {
                access::may(role, *a).map(|reach| Granted {
                    action: a.wire(),
                    reach,
                })
            })
            .collect(),
        must_change_password: permit.must_change(),
        second_factor: SecondFactor {
            since: own.second_factor_at,
            required: gate.needs_second_factor && needed_by(role),
        },
        notices,
    };
    Ok(Reply::new(&me))
}

/// Set the caller's password
///
/// All other sessions of the account end; the current one continues, with new rights after the next
/// refresh. Wrong guesses at the current password are delayed and recorded, as at sign-in.
#[operation(
    post,
    "/me/password",
    tag = "access",
    answer = "The password was changed"
)]
pub async fn set_password(
    permit: Permit<ChangePassword>,
    gate: Data<Gate>,
    db: Data<Db>,
    req: HttpRequest,
    body: Body<NewPassword>,
) -> Result<NoContent> {
    let id = permit.caller().account;
    let NewPassword {
        current_password: current,
        new_password: new,
        code,
    } = &body.value;
    let code = Code::Given(code.as_deref().unwrap_or_default());
    let (names, checked) = say_again(
        &permit,
        &gate,
        &db,
        gate.proxies.peer(&req),
        (current, code),
    )
    .await?;
    note(&permit, &db, (&checked, code)).await?;
    let names = names.each_ref().map(String::as_str);
    if let Some(why) = password::weakness(new, current, &names) {
        return Err(Error::invalid("/new_password", "weak_password", why));
    }
    let hash = gate.passwords.hash(new.clone()).await?;
    db.run(&permit, async |tx| {
        let keep: Option<Uuid> = Some(permit.caller().session);
        let set = functions::set_secret(id, Some(hash.clone()), false, None, keep, tx.now());
        tx.one(set).await?;
        let change = Change {
            resource: "account",
            id,
            version: 0,
            fields: vec!["password".into()],
        };
        let entry = audit::entry(&tx, permit.by(), change);
        tx.last().execute(entry).await
    })
    .await?;
    Ok(NoContent)
}
