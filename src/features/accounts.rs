//! Accounts: who may sign in, and in which role. For the administrator, who sees no person.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /accounts` | [`list_accounts`] |
//! | `POST /accounts` | [`create_account`] |
//! | `GET /accounts/{id}` | [`get_account`] |
//! | `PATCH /accounts/{id}` | [`change_account`] |
//! | `POST /accounts/{id}/secrets` | [`issue_secret`] |
use actix_web::web::{Data, Path};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::ExprTrait as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadAccounts, Role, WriteAccounts, reach};
use crate::api::audit::{self, Change};
use crate::api::body::{Body, Patch};
use crate::api::edit::{self, Reference};
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page, Reply};
use crate::api::resource::{EXPAND_BRANCH, Editable, Field, Kind, Resource, Spec, Viewer};
use crate::auth::{Gate, Permit, password};
use crate::db::tables::{account as table, organization};
use crate::db::{Db, Tx, functions, identity};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::OrganizationKind;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_accounts)
        .service(create_account)
        .service(get_account)
        .service(change_account)
        .service(issue_secret);
}

/// A user or service account
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    pub id: Uuid,
    #[schema(example = "branch-01", max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub display_name: String,
    pub role: Role,
    /// The branch of a branch committee; null for other roles
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    pub disabled: bool,
    #[schema(required = true)]
    pub expires_at: Option<DateTime<Utc>>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An account to create; it can sign in once it has a secret (`POST /accounts/{id}/secrets`)
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewAccount {
    /// Unique across the service; letters, digits, `.`, `_`, `-`
    #[schema(
        pattern = "^[a-z0-9][a-z0-9._-]{1,62}$",
        min_length = 2,
        max_length = 63,
        example = "branch-11"
    )]
    pub login: String,
    #[schema(example = "Chi ủy Chi bộ Y học cổ truyền")]
    pub display_name: Text<200>,
    pub role: Role,
    /// Required for `branch_committee`, absent for other roles
    pub branch_id: Option<Uuid>,
    #[serde(default)]
    pub disabled: bool,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The changeable fields; a new role, branch or `disabled` applies from the account's next request
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AccountChange {
    #[schema(example = "Chi ủy Chi bộ Y học cổ truyền")]
    pub display_name: Text<200>,
    pub role: Role,
    pub branch_id: Option<Uuid>,
    #[schema(example = true)]
    pub disabled: bool,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A secret, shown only once
#[derive(Debug, Serialize, ToSchema)]
pub struct Secret {
    pub account_id: Uuid,
    /// One-time code of a person, or client secret of a script
    #[schema(max_length = 100)]
    pub secret: String,
    /// Expiry of the code; null for a client secret
    #[schema(required = true)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Resource for Account {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "account",
        path: "accounts",
        fields: &[
            Field::of(&table::Column::Login, Kind::Text).sorted(),
            Field::of(&table::Column::Role, Kind::Enum(ROLES)),
            Field::of(&table::Column::BranchId, Kind::Uuid),
            Field::computed(
                "disabled",
                || table::Column::DisabledAt.is_not_null(),
                Kind::Bool,
            ),
            Field::of(&table::Column::CreatedAt, Kind::Instant).sorted(),
        ],
        sort: "login",
        search: None,
        scope: reach::own_organization,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            login,
            display_name,
            role,
            branch_id,
            disabled_at,
            expires_at,
            session_version: _,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            login,
            display_name,
            role,
            branch_id,
            disabled: disabled_at.is_some(),
            expires_at,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

const ROLES: &[&str] = &[
    "standing_committee",
    "party_office",
    "committee_member",
    "branch_committee",
    "trade_union",
    "youth_union",
    "upper_committee",
    "service_account",
    "system_admin",
];

impl Editable for Account {
    type Edit = AccountChange;
    fn edit(row: &Self::Row) -> AccountChange {
        AccountChange {
            display_name: Text::stored(row.display_name.clone()),
            role: row.role,
            branch_id: row.branch_id,
            disabled: row.disabled_at.is_some(),
            expires_at: row.expires_at,
        }
    }
    fn apply(edit: AccountChange, active: &mut Self::Active) {
        let AccountChange {
            display_name,
            role,
            branch_id,
            disabled: _,
            expires_at,
        } = edit;
        active.display_name = Set(display_name.into_string());
        active.role = Set(role);
        active.branch_id = Set(branch_id);
        active.expires_at = Set(expires_at);
    }
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
    let own = organization::Column::Id
        .into_expr()
        .eq(identity("app.organization"));
    let own = tx.one(organization::Entity::find().filter(own)).await?;
    let upper = own.is_some_and(|o| o.kind == OrganizationKind::Upper);
    let fits = match role {
        Role::UpperCommittee | Role::ServiceAccount => upper,
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::TradeUnion
        | Role::YouthUnion => !upper,
        Role::SystemAdmin => true,
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

/// Create an account
#[operation(post, "/accounts", answer = "The new account, without a secret")]
pub async fn create_account(
    permit: Permit<WriteAccounts>,
    db: Data<Db>,
    body: Body<NewAccount>,
) -> Result<Created<Account>> {
    edit::create::<Account, _, _>(&db, &permit, &body, async |tx| {
        let NewAccount {
            login,
            display_name,
            role,
            branch_id,
            disabled,
            expires_at,
        } = body.value.clone();
        check(tx, role, branch_id, branch_id).await?;
        let mut active = edit::blank::<Account>();
        active.login = Set(login);
        active.session_version = Set(1);
        active.disabled_at = Set(disabled.then(|| tx.now()));
        Account::apply(
            AccountChange {
                display_name,
                role,
                branch_id,
                disabled,
                expires_at,
            },
            &mut active,
        );
        edit::insert::<Account>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change or disable an account
///
/// When an account's rights change, its access tokens end on their next request; disabling it also
/// ends its sessions and its calendar address for good. Administrators cannot disable or demote
/// themselves.
#[operation(patch, "/accounts/{id}")]
pub async fn change_account(
    permit: Permit<WriteAccounts>,
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
            if row.id == permit.caller().account && (new.disabled || new.role != Role::SystemAdmin)
            {
                return Err(Error::new(Code::Forbidden).detail(say(
                    "Không tự khóa hoặc đổi vai trò của chính mình.",
                    "You cannot disable or demote yourself.",
                )));
            }
            let opened = row.disabled_at.is_some() && !new.disabled;
            let branch = new.branch_id;
            let fresh = branch.filter(|_| opened || branch != row.branch_id);
            check(tx, new.role, branch, fresh).await?;
            let rights = new.role != row.role
                || new.branch_id != row.branch_id
                || new.disabled != row.disabled_at.is_some()
                || new.expires_at != row.expires_at;
            if rights {
                active.session_version = Set(row.session_version + 1);
            }
            if new.disabled != row.disabled_at.is_some() {
                active.disabled_at = Set(new.disabled.then(|| tx.now()));
            }
            if new.disabled {
                // once enabled again, the account has no old sessions and no old calendar address
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
/// A person gets a one-time code, valid for 24 hours, that only allows `POST /me/password`; a
/// script gets its client secret. All sessions of the account end, as does its calendar address.
#[operation(post, "/accounts/{id}/secrets", answer = "The secret, shown only once")]
pub async fn issue_secret(
    permit: Permit<WriteAccounts>,
    gate: Data<Gate>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<Reply<Secret>> {
    let secret = password::random_secret().map_err(Error::internal)?;
    let hash = gate.passwords.hash(secret.clone()).await?;
    db.run(&permit, async |tx| {
        let row = edit::find::<Account>(&tx, permit.reach(), *id, true).await?;
        seen.check(row.version)?;
        let person = row.role != Role::ServiceAccount;
        let expires_at = person.then(|| tx.now() + TimeDelta::days(1));
        let hash = hash.clone();
        let set = functions::set_secret(row.id, Some(hash), person, expires_at, None, tx.now());
        tx.one(set).await?;
        let mut active = edit::blank::<Account>();
        active.session_version = Set(row.session_version + 1);
        let row = edit::update::<Account>(&tx, row.id, row.version, active).await?;
        let change = Change {
            resource: "account",
            id: row.id,
            version: row.version,
            fields: vec!["secret".into()],
        };
        let entry = audit::entry(&tx, &permit, change);
        tx.last().execute(entry).await?;
        let answer = Secret {
            account_id: row.id,
            secret: secret.clone(),
            expires_at,
        };
        Ok(Reply::new(&answer).version(row.version))
    })
    .await
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
    held: IfNoneMatch,
) -> Result<Reply<Account>> {
    edit::get(&db, &permit, *id, &held).await
}
