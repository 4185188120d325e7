//! The statements about accounts, sent by the owner role: row-level security does not limit it.
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, OnConflict, Order, Query as Build};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, Insert, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, UpdateMany,
};
use serde_json::json;
use tokio_postgres::{GenericClient, Transaction};
use uuid::Uuid;

use crate::access::Role;
use crate::db::tables::{account, audit_entry, branch, calendar_feed, organization, session};
use crate::db::{Query, Record, any_row, constant, direct, inserted, returning, revise, value_of};
use crate::features::accounts::confirmations::confirms;
use crate::law::words::OrganizationKind;

/// Only functions of the schema write this table while the service runs, so it has no entity.
const CREDENTIAL: &str = "credential";

/// An account as `ketnap account list` shows it.
#[derive(Record)]
pub struct AccountLine {
    pub organization: String,
    pub login: String,
    pub role: Role,
    pub branch: Option<String>,
    pub disabled_at: Option<DateTime<Utc>>,
    pub waits_until: Option<DateTime<Utc>>,
    /// None: no secret was ever set.
    pub must_change: Option<bool>,
    pub code_expires_at: Option<DateTime<Utc>>,
    pub last_session_at: Option<DateTime<Utc>>,
}

/// Who can be signed in with, once nobody has to confirm it any more.
fn usable() -> Expr {
    let waits = account::Column::WaitsUntil.is_null();
    account::Column::DisabledAt.is_null().and(waits)
}

/// An account's organisation.
fn its_organization() -> Expr {
    let of = account::Column::OrganizationId.into_expr();
    organization::Column::Id.into_expr().eq(of)
}

/// All accounts, by organisation and login.
pub async fn accounts(client: &impl GenericClient) -> anyhow::Result<Vec<AccountLine>> {
    let id = || account::Column::Id.into_expr();
    let of_account = session::Column::AccountId.into_expr().eq(id());
    let last_session = Build::select()
        .expr(session::Column::CreatedAt.max())
        .from(session::Entity)
        .and_where(of_account)
        .take();
    let mut select = Build::select();
    select
        .expr_as(organization::Column::Name.into_expr(), "organization")
        .expr(account::Column::Login.into_expr())
        .expr(account::Column::Role.into_expr())
        .expr_as(branch::Column::Number.into_expr(), "branch")
        .expr(account::Column::DisabledAt.into_expr())
        .expr(account::Column::WaitsUntil.into_expr())
        .column((CREDENTIAL, "must_change"))
        .column((CREDENTIAL, "code_expires_at"))
        .expr_as(value_of(last_session), "last_session_at")
        .from(account::Entity)
        .inner_join(organization::Entity, its_organization())
        .left_join(
            branch::Entity,
            branch::Column::Id
                .into_expr()
                .eq(account::Column::BranchId.into_expr()),
        )
        .left_join(CREDENTIAL, Expr::col((CREDENTIAL, "account_id")).eq(id()))
        .order_by_expr(organization::Column::Name.into_expr(), Order::Asc)
        .order_by_expr(account::Column::Login.into_expr(), Order::Asc);
    direct::all(client, Query::of(&select)).await
}

/// A change that ends what the account's tokens allow.
fn changed(login: &str, now: DateTime<Utc>) -> UpdateMany<account::Entity> {
    let version = account::Column::SessionVersion;
    revise::<account::Entity>(now)
        .col_expr(version, version.into_expr().add(1))
        .filter(account::Column::Login.eq(login))
}

/// Disables an account; none if no enabled account has this login.
pub async fn disable(
    tx: &Transaction<'_>,
    login: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<account::Model>> {
    let disabled = changed(login, now)
        .col_expr(account::Column::DisabledAt, Expr::val(now))
        .filter(account::Column::DisabledAt.is_null());
    direct::one(tx, returning(disabled)).await
}

/// Enables an account, and takes its second factor from it if that is lost.
pub async fn enable(
    tx: &Transaction<'_>,
    login: &str,
    factor_lost: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<account::Model>> {
    let never = || Expr::val(None::<DateTime<Utc>>);
    let mut enabled = changed(login, now).col_expr(account::Column::DisabledAt, never());
    if factor_lost {
        enabled = enabled.col_expr(account::Column::SecondFactorAt, never());
    }
    let account = direct::one(tx, returning(enabled)).await?;
    if let Some(account) = account.as_ref().filter(|_| factor_lost) {
        let mut forgotten = Build::update();
        forgotten
            .table(CREDENTIAL)
            .value("seed", Expr::val(None::<Vec<u8>>))
            .value("recovery", Expr::val(None::<Vec<String>>))
            .and_where(Expr::col("account_id").eq(account.id));
        direct::execute(tx, Query::<()>::of(&forgotten)).await?;
    }
    Ok(account)
}

/// Ends every session of an account and its calendar address.
pub async fn end_sessions(
    tx: &Transaction<'_>,
    account: Uuid,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::val(now))
        .filter(session::Column::AccountId.eq(account))
        .filter(session::Column::RevokedAt.is_null());
    direct::execute(tx, ended).await?;
    direct::execute(tx, calendar_feed::Entity::delete_by_id(account)).await?;
    Ok(())
}

/// The audit trail names what the command line does with the account itself: nobody is signed in. It keeps
/// the reason of who did it alone.
pub async fn note(
    tx: &Transaction<'_>,
    account: &account::Model,
    fields: &[&str],
    alone: Option<&str>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let named = alone.map(|_| "alone");
    let entry = audit_entry::Model {
        id: Uuid::now_v7(),
        organization_id: account.organization_id,
        at: now,
        account_id: account.id,
        role: account.role,
        action: "command_line".to_owned(),
        resource: "account".to_owned(),
        resource_id: account.id,
        resource_version: account.version,
        fields: (fields.iter().copied().chain(named))
            .map(str::to_owned)
            .collect(),
        changes: alone.map(|reason| json!({ "alone": [null, reason] })),
        sealed: None,
        request_id: String::new(),
    };
    let entry = Insert::one(entry.into_active_model().reset_all());
    direct::execute(tx, entry).await.map(drop)
}

/// The other accounts of the organisation whose role confirms, whether they can be signed in with or not.
pub async fn others_who_confirm(
    tx: &Transaction<'_>,
    account: &account::Model,
) -> anyhow::Result<Vec<account::Model>> {
    let roles = Role::ALL.iter().copied().filter(|role| confirms(*role));
    let others = account::Entity::find()
        .filter(account::Column::OrganizationId.eq(account.organization_id))
        .filter(account::Column::Id.ne(account.id))
        .filter(account::Column::Role.is_in(roles));
    direct::all(tx, others).await
}

/// A secret that the command line sets.
pub struct IssuedSecret {
    pub hash: String,
    /// Whether it only allows a password to be set.
    pub must_change: bool,
    pub expires_at: Option<DateTime<Utc>>,
    /// By when a second person has to confirm the account, if somebody must.
    pub waits_until: Option<DateTime<Utc>>,
    /// Why nobody has to, where one person acts alone.
    pub alone: Option<String>,
}

/// Replaces every secret of an account.
pub async fn set_secret(
    tx: &Transaction<'_>,
    account: Uuid,
    secret: IssuedSecret,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (nobody, never) = (None::<Uuid>, None::<DateTime<Utc>>);
    let mut asked = account::Entity::update_many()
        .col_expr(account::Column::AskedBy, Expr::val(nobody))
        .col_expr(account::Column::AskedAt, Expr::val(now))
        .col_expr(account::Column::WaitsUntil, Expr::val(secret.waits_until))
        .col_expr(account::Column::ConfirmedBy, Expr::val(nobody))
        .col_expr(account::Column::SecretUntil, Expr::val(never))
        .col_expr(account::Column::OldSecretUntil, Expr::val(never))
        .col_expr(account::Column::HasPassword, (!secret.must_change).into())
        .filter(account::Column::Id.eq(account));
    // earlier actions with `--alone` are still shown
    if let Some(reason) = secret.alone {
        asked = asked
            .col_expr(account::Column::AloneReason, Expr::val(reason))
            .col_expr(account::Column::AloneAt, Expr::val(now));
    }
    direct::execute(tx, asked).await?;
    let columns = [
        "secret_hash",
        "must_change",
        "code_expires_at",
        "tag",
        "old_hash",
    ];
    let mut stored = Build::insert();
    stored
        .into_table(CREDENTIAL)
        .columns(columns.into_iter().chain(["account_id"]))
        .values([
            Expr::val(secret.hash),
            Expr::val(secret.must_change),
            Expr::val(secret.expires_at),
            Expr::val(None::<String>),
            Expr::val(None::<String>),
            Expr::val(account),
        ])?
        .on_conflict(
            OnConflict::column("account_id")
                .update_columns(columns)
                .to_owned(),
        );
    direct::execute(tx, Query::<()>::of(&stored))
        .await
        .map(drop)
}

/// Whether somebody can administer accounts.
pub async fn has_administrator(client: &impl GenericClient) -> anyhow::Result<bool> {
    let administrator = account::Column::Role.eq(Role::SystemAdmin);
    let enabled = account::Column::DisabledAt.is_null();
    direct::holds(
        client,
        any_row::<account::Entity>(administrator.and(enabled)),
    )
    .await
}

/// Whether an account has this login.
pub async fn is_taken(client: &impl GenericClient, login: &str) -> anyhow::Result<bool> {
    let same = account::Column::Login.eq(login);
    direct::holds(client, any_row::<account::Entity>(same)).await
}

/// Whether the role of the connection sees any account.
pub async fn sees_accounts(client: &impl GenericClient) -> anyhow::Result<bool> {
    direct::holds(client, any_row::<account::Entity>(constant(true))).await
}

/// The organisations of that kind and name, oldest first.
pub async fn organizations(
    client: &impl GenericClient,
    kind: Option<OrganizationKind>,
    name: Option<&str>,
) -> anyhow::Result<Vec<organization::Model>> {
    let mut found = organization::Entity::find().order_by_asc(organization::Column::CreatedAt);
    if let Some(kind) = kind {
        found = found.filter(organization::Column::Kind.eq(kind));
    }
    if let Some(name) = name {
        found = found.filter(organization::Column::Name.eq(name));
    }
    direct::all(client, found).await
}

/// Enters a grassroots organisation below a committee; returns the id of the former.
pub async fn found(tx: &Transaction<'_>, name: &str, upper: &str) -> anyhow::Result<Uuid> {
    let (above, base) = (Uuid::now_v7(), Uuid::now_v7());
    for (id, parent, kind, name, label) in [
        (above, None, OrganizationKind::Upper, upper, "Huyện ủy"),
        (
            base,
            Some(above),
            OrganizationKind::Grassroots,
            name,
            "Đảng ủy",
        ),
    ] {
        let row = organization::ActiveModel {
            id: Set(id),
            parent_id: Set(parent),
            kind: Set(kind),
            name: Set(name.to_owned()),
            label: Set(label.to_owned()),
            ..Default::default()
        };
        direct::execute(tx, Insert::one(row)).await?;
    }
    Ok(base)
}

/// The branch of the organisation with that number.
pub async fn branch(
    tx: &Transaction<'_>,
    organization: Uuid,
    number: &str,
) -> anyhow::Result<Option<branch::Model>> {
    let here = branch::Entity::find()
        .filter(branch::Column::OrganizationId.eq(organization))
        .filter(branch::Column::Number.eq(number))
        .filter(branch::Column::DeletedAt.is_null());
    direct::one(tx, here).await
}

/// What is needed to enter an account.
pub struct AccountToEnter<'a> {
    pub organization: Uuid,
    pub login: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub branch: Option<Uuid>,
}

/// Enters an account.
pub async fn enter(
    tx: &Transaction<'_>,
    new: AccountToEnter<'_>,
) -> anyhow::Result<account::Model> {
    let row = account::ActiveModel {
        id: Set(Uuid::now_v7()),
        organization_id: Set(new.organization),
        login: Set(new.login.to_owned()),
        display_name: Set(new.name.to_owned()),
        role: Set(new.role),
        branch_id: Set(new.branch),
        ..Default::default()
    };
    let entered = direct::one(tx, inserted(Insert::one(row))).await?;
    entered.ok_or_else(|| anyhow::anyhow!("no row came back"))
}

/// The organisations that nobody can administer any more, of those that should have somebody: a committee
/// above may do without.
pub async fn unadministered(
    client: &impl GenericClient,
) -> anyhow::Result<Vec<organization::Model>> {
    let administers = || {
        let administrator = account::Column::Role.eq(Role::SystemAdmin);
        administrator.and(its_organization())
    };
    let nobody = any_row::<account::Entity>(administers().and(usable())).not();
    let base = organization::Column::Kind.eq(OrganizationKind::Grassroots);
    let should = base.or(any_row::<account::Entity>(administers()));
    let found = organization::Entity::find()
        .filter(nobody.and(should))
        .order_by_asc(organization::Column::Name);
    direct::all(client, found).await
}

/// Names of the organisations without a second account that can administer.
pub async fn lone_administrators(client: &impl GenericClient) -> anyhow::Result<Vec<String>> {
    let has = account::Column::HasPassword.into_expr();
    let mut select = Build::select();
    select
        .expr(organization::Column::Name.into_expr())
        .from(account::Entity)
        .inner_join(organization::Entity, its_organization())
        .and_where(account::Column::Role.eq(Role::SystemAdmin))
        .and_where(usable())
        .add_group_by([organization::Column::Id.into_expr()])
        .and_having(Expr::from(Func::count(Expr::case(has, constant(1)))).lte(1_i64))
        .order_by_expr(organization::Column::Name.into_expr(), Order::Asc);
    let names = direct::all(client, Query::<(String,)>::of(&select)).await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// The enabled accounts without a second factor, by login.
pub async fn without_second_factor(
    client: &impl GenericClient,
) -> anyhow::Result<Vec<account::Model>> {
    let without = account::Entity::find()
        .filter(account::Column::DisabledAt.is_null())
        .filter(account::Column::SecondFactorAt.is_null())
        .order_by_asc(account::Column::Login);
    direct::all(client, without).await
}
