//! `ketnap account`: the first administrator, and recovery when nobody can sign in.
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::TimeDelta;
use clap::Subcommand;
use tokio_postgres::Transaction;
use uuid::Uuid;

use super::tell;
use crate::access::Role;
use crate::auth::one_time;
use crate::auth::password::{hash_now, random_secret};
use crate::clock::Clock;
use crate::features::accounts::confirmations;

#[derive(Subcommand)]
pub enum Account {
    /// Create the first administrator, and the organisation if there is none yet; prints a one-time code
    First {
        #[arg(long, default_value = "admin")]
        login: String,
        /// Name of the grassroots organisation, for example "Đảng bộ Y tế huyện …"
        #[arg(long)]
        organization: String,
        /// Name of the committee above, for example "Huyện ủy …"
        #[arg(long)]
        upper: String,
    },
    /// Create another account and print a one-time code
    Create {
        #[arg(long)]
        login: String,
        #[arg(long)]
        name: String,
        /// One of the roles in openapi/roles.txt
        #[arg(long)]
        role: String,
        /// Number of the branch, for a branch committee
        #[arg(long)]
        branch: Option<String>,
        /// Name of the organisation, if there is more than one
        #[arg(long)]
        organization: Option<String>,
    },
    /// List the accounts: organisation, login, role, branch, what keeps them from signing in, last session
    List,
    /// Disable an account; takes effect on its next request
    Disable { login: String },
    /// Discard the password and print a one-time code
    Reset {
        login: String,
        /// The device with the second factor is lost: remove it too
        #[arg(long)]
        factor_lost: bool,
    },
}

impl Account {
    pub async fn run(self, url: &str) -> anyhow::Result<ExitCode> {
        let mut client = crate::db::connect::client(&url.parse()?).await?;
        let tx = client.transaction().await?;
        let said = match self {
            Self::First {
                login,
                organization,
                upper,
            } => first(&tx, &login, &organization, &upper).await?,
            Self::Create {
                login,
                name,
                role,
                branch,
                organization,
            } => create(&tx, &login, &name, &role, branch, organization).await?,
            Self::List => list(&tx).await?,
            Self::Disable { login } => {
                let row = tx.query_opt("update account set disabled_at = now(), session_version = session_version + 1, version = version + 1, updated_at = now() where login = $1 and disabled_at is null returning id", &[&login]).await?;
                let row = row.with_context(|| format!("no enabled account is called {login}"))?;
                end_sessions(&tx, &login).await?;
                note(&tx, row.get(0), &["disabled"]).await?;
                format!("{login} is disabled")
            }
            Self::Reset { login, factor_lost } => {
                let mut changed = vec!["secret"];
                if factor_lost {
                    remove_factor(&tx, &login).await?;
                    changed.push("second_factor_at");
                }
                let row = tx.query_opt("update account set disabled_at = null, session_version = session_version + 1, version = version + 1, updated_at = now() where login = $1 returning id, organization_id, role::text", &[&login]).await?;
                let row = row.with_context(|| format!("no account is called {login}"))?;
                let role: String = row.get(2);
                let role = Role::parse(&role).with_context(|| format!("unknown role {role}"))?;
                end_sessions(&tx, &login).await?;
                note(&tx, row.get(0), &changed).await?;
                code(&tx, row.get(0), &login, row.get(1), role).await?
            }
        };
        tx.commit().await?;
        tell(&said);
        Ok(ExitCode::SUCCESS)
    }
}

/// A line for each account, in columns that `cut` and spreadsheets read: separated by tabs.
async fn list(tx: &Transaction<'_>) -> anyhow::Result<String> {
    let sql = "select concat_ws(E'\\t', o.name, a.login, a.role, coalesce(b.number, '-'), \
                 case when a.disabled_at is not null then 'disabled' when a.waits_until <= now() then 'not confirmed in time' when a.waits_until is not null then 'waits for confirmation' \
                      when c.account_id is null then 'no secret' when c.must_change and c.code_expires_at <= now() then 'code expired' when c.must_change then 'one-time code' else 'active' end, \
                 coalesce((select max(s.created_at)::date::text from session s where s.account_id = a.id), 'never')) \
               from account a join organization o on o.id = a.organization_id left join branch b on b.id = a.branch_id left join credential c on c.account_id = a.id \
               order by o.name, a.login";
    let rows = tx.query(sql, &[]).await?;
    let lines = rows.iter().map(|row| row.try_get::<_, String>(0));
    Ok(lines.collect::<Result<Vec<_>, _>>()?.join("\n"))
}

/// The audit trail names what the command line does with the account itself: nobody is signed in.
async fn note(tx: &Transaction<'_>, account: Uuid, fields: &[&str]) -> anyhow::Result<()> {
    tx.execute(
        "insert into audit_entry (id, organization_id, at, account_id, role, action, resource, resource_id, resource_version, fields, request_id) \
         select $2, organization_id, now(), id, role, 'command_line', 'account', id, version, $3, '' from account where id = $1",
        &[&account, &Uuid::now_v7(), &fields],
    )
    .await?;
    Ok(())
}

/// Ends every session of an account and its calendar address.
async fn end_sessions(tx: &Transaction<'_>, login: &str) -> anyhow::Result<()> {
    for sql in [
        "update session set revoked_at = now() where revoked_at is null and account_id = (select id from account where login = $1)",
        "delete from calendar_feed where account_id = (select id from account where login = $1)",
    ] {
        tx.execute(sql, &[&login]).await?;
    }
    Ok(())
}

async fn remove_factor(tx: &Transaction<'_>, login: &str) -> anyhow::Result<()> {
    for sql in [
        "update credential set seed = null, recovery = null where account_id = (select id from account where login = $1)",
        "update account set second_factor_at = null where login = $1",
    ] {
        tx.execute(sql, &[&login]).await?;
    }
    Ok(())
}

/// Whether somebody else in the organisation can confirm what is done to the account. The first
/// account of the Standing Committee needs nobody, and so does an administrator, who sees no person:
/// otherwise an organisation whose accounts are all locked could never be opened again.
async fn waits(
    tx: &Transaction<'_>,
    account: Uuid,
    organization: Uuid,
    role: Role,
) -> anyhow::Result<bool> {
    if role == Role::SystemAdmin || !confirmations::waits(role) {
        return Ok(false);
    }
    let sql = "select count(*) filter (where role = 'standing_committee') > 0, count(*) > 0 from account \
               where organization_id = $1 and id <> $2 and role in ('standing_committee', 'system_admin') and disabled_at is null and waits_until is null";
    let row = tx.query_one(sql, &[&organization, &account]).await?;
    let (committee, anybody): (bool, bool) = (row.get(0), row.get(1));
    Ok(committee || anybody && role != Role::StandingCommittee)
}

/// Sets a one-time code that only allows `POST /me/password`, valid for a day, or for as long as a
/// second person has to confirm it; a script, which has no password, gets its client secret.
async fn code(
    tx: &Transaction<'_>,
    account: Uuid,
    login: &str,
    organization: Uuid,
    role: Role,
) -> anyhow::Result<String> {
    let person = role != Role::ServiceAccount;
    let code = if person {
        one_time::code()?
    } else {
        random_secret()?
    };
    let waits = waits(tx, account, organization, role).await?;
    let now = Clock::System.now();
    let until = now
        + if waits {
            confirmations::CONFIRMED_WITHIN
        } else {
            TimeDelta::days(1)
        };
    tx.execute(
        "with asked as (update account set asked_by = null, asked_at = $2, waits_until = $3, confirmed_by = null, secret_until = null, old_secret_until = null where id = $1) \
         insert into credential (account_id, secret_hash, must_change, code_expires_at) values ($1, $4, $5, $6) \
         on conflict (account_id) do update set secret_hash = excluded.secret_hash, must_change = $5, code_expires_at = excluded.code_expires_at, tag = null, old_hash = null",
        &[&account, &now, &waits.then_some(until), &hash_now(&code)?, &person, &person.then_some(until)],
    )
    .await?;
    if !person {
        return Ok(format!(
            "the client secret of {login}, for grant_type=client_credentials: {code}"
        ));
    }
    let before = if waits {
        "once the Standing Committee or an administrator has confirmed the account (POST /api/v1/accounts/{id}/confirmations), "
    } else {
        ""
    };
    let hours = (until - now).num_hours();
    Ok(format!(
        "{before}sign in as {login} with the one-time code {code} within {hours} hours, then set a password with POST /api/v1/me/password"
    ))
}

async fn first(
    tx: &Transaction<'_>,
    login: &str,
    organization: &str,
    upper: &str,
) -> anyhow::Result<String> {
    expect_login(login)?;
    tx.execute("lock table account in exclusive mode", &[])
        .await?;
    if tx.query_one("select exists (select 1 from account where role = 'system_admin' and disabled_at is null)", &[]).await?.get(0) {
        bail!("there is an administrator already: `ketnap account reset <login>` helps one who is locked out");
    }
    let base = match tx
        .query(
            "select id from organization where kind = 'grassroots' order by created_at",
            &[],
        )
        .await?
        .as_slice()
    {
        [] => {
            let (above, base) = (Uuid::now_v7(), Uuid::now_v7());
            tx.execute("insert into organization (id, kind, name, label) values ($1, 'upper', $2, 'Huyện ủy')", &[&above, &upper]).await?;
            tx.execute(
                "insert into organization (id, parent_id, kind, name, label) values ($1, $2, 'grassroots', $3, 'Đảng ủy')",
                &[&base, &above, &organization],
            )
            .await?;
            base
        }
        // the organisation exists but has no administrator yet
        rows => match tx
            .query_opt(
                "select id from organization where kind = 'grassroots' and name = $1",
                &[&organization],
            )
            .await?
        {
            Some(row) => row.get(0),
            None if rows.len() == 1 => rows[0].get(0),
            None => bail!(
                "there are {} organisations: give the --organization that the administrator is for",
                rows.len()
            ),
        },
    };
    let id = Uuid::now_v7();
    tx.execute(
        "insert into account (id, organization_id, login, display_name, role) values ($1, $2, $3, 'Quản trị hệ thống', 'system_admin')",
        &[&id, &base, &login],
    )
    .await?;
    note(tx, id, &["*"]).await?;
    code(tx, id, login, base, Role::SystemAdmin).await
}

async fn create(
    tx: &Transaction<'_>,
    login: &str,
    name: &str,
    role: &str,
    branch: Option<String>,
    organization: Option<String>,
) -> anyhow::Result<String> {
    expect_login(login)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        bail!("a name has 1 to 200 characters");
    }
    let Some(role) = Role::parse(role) else {
        bail!("no such role: {role}. One of {}", Role::WIRE.join(", "));
    };
    let kind = match role {
        // named, for there may be one at each level
        Role::SystemAdmin | Role::ServiceAccount if organization.is_some() => None,
        Role::UpperCommittee | Role::ServiceAccount => Some("upper"),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::SystemAdmin => Some("grassroots"),
    };
    let found = tx
        .query(
            "select id from organization where ($1::text is null or kind = $1) and ($2::text is null or name = $2)",
            &[&kind, &organization],
        )
        .await?;
    let [row] = found.as_slice() else {
        bail!(
            "{} organisations fit: name one with --organization",
            found.len()
        )
    };
    let organization: Uuid = row.get(0);
    let branch: Option<Uuid> = match branch {
        Some(number) => {
            let row = tx
                .query_opt("select id from branch where organization_id = $1 and number = $2 and deleted_at is null", &[&organization, &number])
                .await?;
            Some(
                row.with_context(|| format!("there is no branch {number}"))?
                    .get(0),
            )
        }
        None => None,
    };
    let id = Uuid::now_v7();
    tx
        .execute(
            "insert into account (id, organization_id, login, display_name, role, branch_id) values ($1, $2, $3, $4, $5::text, $6)",
            &[&id, &organization, &login, &name, &role.wire(), &branch],
        )
        .await
        .with_context(|| format!("cannot create {login}: the login may be taken, and a branch goes with branch_committee only"))?;
    note(tx, id, &["*"]).await?;
    code(tx, id, login, organization, role).await
}

/// As the API has it.
fn expect_login(login: &str) -> anyhow::Result<()> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = login.starts_with(word) && login.chars().all(|c| word(c) || "._-".contains(c));
    if !fits || !(2..=63).contains(&login.len()) {
        bail!(
            "a login has 2 to 63 letters a to z, digits, `.`, `_` or `-`, a letter or digit first"
        );
    }
    Ok(())
}
