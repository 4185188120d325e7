//! `ketnap account`: the first administrator, and recovery when nobody can sign in.
pub mod store;

use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Subcommand;
use tokio_postgres::Transaction;

use self::store::{AccountLine, AccountToEnter, IssuedSecret};
use super::tell;
use crate::access::Role;
use crate::auth::one_time;
use crate::auth::password::{hash_now, random_secret};
use crate::clock::{self, Clock};
use crate::db::tables::account;
use crate::features::accounts::confirmations;
use crate::law::text::too_short;
use crate::law::words::OrganizationKind;

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
        #[command(flatten)]
        emergency: Emergency,
    },
    /// Create another account and print a one-time code
    Create {
        #[arg(long)]
        login: String,
        #[arg(long)]
        name: String,
        /// standing_committee, party_office, committee_member, branch_committee, trade_union, youth_union,
        /// system_admin, upper_committee or service_account
        #[arg(long)]
        role: String,
        /// Number of the branch, for a branch committee
        #[arg(long)]
        branch: Option<String>,
        /// Name of the organisation, if there is more than one
        #[arg(long)]
        organization: Option<String>,
        #[command(flatten)]
        emergency: Emergency,
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
        #[command(flatten)]
        emergency: Emergency,
    },
}

/// One person acts alone.
#[derive(clap::Args)]
pub struct Emergency {
    /// Let nobody confirm it, for this reason of at least 10 letters: the audit trail keeps it, and the
    /// administrators and the Standing Committee are told it for 30 days
    #[arg(long, value_name = "REASON")]
    alone: Option<String>,
}

impl Emergency {
    fn reason(self) -> anyhow::Result<Option<String>> {
        let reason = self.alone.map(|reason| reason.trim().to_owned());
        if let Some(said) = &reason
            && (too_short(said).is_some() || said.chars().count() > 300)
        {
            bail!("--alone takes a reason of at least 10 letters and at most 300 characters");
        }
        Ok(reason)
    }
}

impl Account {
    pub async fn run(self, url: &str) -> anyhow::Result<ExitCode> {
        let mut client = crate::db::connect::client(&url.parse()?).await?;
        let tx = client.transaction().await?;
        let now = Clock::System.now();
        let said = match self {
            Self::First {
                login,
                organization,
                upper,
                emergency,
            } => {
                let alone = emergency.reason()?;
                first(&tx, &login, (&organization, &upper), alone).await?
            }
            Self::Create {
                login,
                name,
                role,
                branch,
                organization,
                emergency,
            } => {
                let alone = emergency.reason()?;
                let of = (branch, organization);
                create(&tx, (&login, &name, &role), of, alone).await?
            }
            Self::List => list(&tx, now).await?,
            Self::Disable { login } => {
                let account = store::disable(&tx, &login, now).await?;
                let account =
                    account.with_context(|| format!("no enabled account is called {login}"))?;
                store::end_sessions(&tx, account.id, now).await?;
                store::note(&tx, &account, &["disabled"], None, now).await?;
                format!("{login} is disabled")
            }
            Self::Reset {
                login,
                factor_lost,
                emergency,
            } => {
                let alone = emergency.reason()?;
                let account = store::enable(&tx, &login, factor_lost, now).await?;
                let account = account.with_context(|| format!("no account is called {login}"))?;
                let mut changed = vec!["secret"];
                if factor_lost {
                    changed.push("second_factor_at");
                }
                store::end_sessions(&tx, account.id, now).await?;
                store::note(&tx, &account, &changed, alone.as_deref(), now).await?;
                code(&tx, &account, false, alone, now).await?
            }
        };
        tx.commit().await?;
        tell(&said);
        Ok(ExitCode::SUCCESS)
    }
}

/// A line for each account, in columns that `cut` and spreadsheets read: separated by tabs.
async fn list(tx: &Transaction<'_>, now: DateTime<Utc>) -> anyhow::Result<String> {
    let accounts = store::accounts(tx).await?;
    let line = |account: &AccountLine| {
        let session = account.last_session_at.map(|at| clock::day(at).to_string());
        [
            &account.organization,
            &account.login,
            account.role.wire(),
            account.branch.as_deref().unwrap_or("-"),
            state(account, now),
            session.as_deref().unwrap_or("never"),
        ]
        .join("\t")
    };
    Ok(accounts.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// What keeps the account from signing in, if anything does.
fn state(account: &AccountLine, now: DateTime<Utc>) -> &'static str {
    let past = |until: Option<DateTime<Utc>>| until.is_some_and(|until| until <= now);
    match account.must_change {
        _ if account.disabled_at.is_some() => "disabled",
        _ if past(account.waits_until) => "not confirmed in time",
        _ if account.waits_until.is_some() => "waits for confirmation",
        None => "no secret",
        Some(true) if past(account.code_expires_at) => "code expired",
        Some(true) => "one-time code",
        Some(false) => "active",
    }
}

/// Whether what is done to the account waits for somebody else of the organisation. The first
/// administrator and the first account of the Standing Committee need nobody, and nor does an organisation
/// where nobody else was ever there to confirm. Where somebody was, whom a disabling or a reset has put
/// aside, it takes `--alone`: otherwise one person would first put aside the others.
async fn waits(
    tx: &Transaction<'_>,
    account: &account::Model,
    new: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let others = store::others_who_confirm(tx, account).await?;
    let of_its_role = |other: &account::Model| other.role == account.role;
    let first = new && confirmations::confirms(account.role) && !others.iter().any(of_its_role);
    if !confirmations::waits(account.role) || first || others.is_empty() {
        return Ok(false);
    }
    let confirms = |other: &account::Model| {
        let ended = other.expires_at.is_some_and(|end| end <= now);
        other.disabled_at.is_none() && other.waits_until.is_none() && !ended
    };
    if !others.iter().any(confirms) {
        bail!(
            "nobody can confirm it: the other administrators and accounts of the Standing Committee are disabled, have ended or wait themselves. In an emergency, --alone \"<reason>\" does it without, and tells it to them"
        );
    }
    Ok(true)
}

/// Sets a one-time code that only allows `POST /me/password`, valid for a day, or for as long as a
/// second person has to confirm it; a script, which has no password, gets its client secret.
async fn code(
    tx: &Transaction<'_>,
    account: &account::Model,
    new: bool,
    alone: Option<String>,
    now: DateTime<Utc>,
) -> anyhow::Result<String> {
    let person = account.role != Role::ServiceAccount;
    let code = if person {
        one_time::code()?
    } else {
        random_secret()?
    };
    let waits = alone.is_none() && waits(tx, account, new, now).await?;
    let until = now
        + if waits {
            confirmations::CONFIRMED_WITHIN
        } else {
            TimeDelta::days(1)
        };
    let secret = IssuedSecret {
        hash: hash_now(&code)?,
        must_change: person,
        expires_at: person.then_some(until),
        waits_until: waits.then_some(until),
        alone,
    };
    store::set_secret(tx, account.id, secret, now).await?;
    let login = &account.login;
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
    (organization, upper): (&str, &str),
    alone: Option<String>,
) -> anyhow::Result<String> {
    expect_login(login)?;
    // otherwise two commands at the same time would both find no administrator
    tx.batch_execute("lock table account in exclusive mode")
        .await?;
    if store::has_administrator(tx).await? {
        bail!(
            "there is an administrator already: `ketnap account reset <login>` helps one who is locked out"
        );
    }
    let there = store::organizations(tx, Some(OrganizationKind::Grassroots), None).await?;
    let named = there.iter().find(|one| one.name == organization);
    let base = match (there.as_slice(), named) {
        ([], _) => store::found(tx, organization, upper).await?,
        // the organisation exists but has no administrator yet
        (_, Some(one)) | ([one], None) => one.id,
        (several, None) => bail!(
            "there are {} organisations: give the --organization that the administrator is for",
            several.len()
        ),
    };
    let administrator = AccountToEnter {
        organization: base,
        login,
        name: "Quản trị hệ thống",
        role: Role::SystemAdmin,
        branch: None,
    };
    entered(tx, administrator, alone).await
}

async fn create(
    tx: &Transaction<'_>,
    (login, name, role): (&str, &str, &str),
    (branch, organization): (Option<String>, Option<String>),
    alone: Option<String>,
) -> anyhow::Result<String> {
    expect_login(login)?;
    let name = name.trim();
    if name.is_empty() || name.chars().count() > 200 {
        bail!("a name has 1 to 200 characters");
    }
    let Some(role) = Role::parse(role) else {
        bail!("no such role: {role}. One of {}", Role::WIRE.join(", "));
    };
    match (role == Role::BranchCommittee, &branch) {
        (true, None) => bail!("the account of a branch committee needs a --branch"),
        (false, Some(_)) => bail!("--branch goes with the role branch_committee only"),
        (true, Some(_)) | (false, None) => {}
    }
    let kind = match role {
        // the organisation is named, because each level may have one
        Role::SystemAdmin | Role::ServiceAccount if organization.is_some() => None,
        Role::UpperCommittee | Role::ServiceAccount => Some(OrganizationKind::Upper),
        Role::StandingCommittee
        | Role::PartyOffice
        | Role::CommitteeMember
        | Role::BranchCommittee
        | Role::TradeUnion
        | Role::YouthUnion
        | Role::SystemAdmin => Some(OrganizationKind::Grassroots),
    };
    let found = store::organizations(tx, kind, organization.as_deref()).await?;
    let [organization] = found.as_slice() else {
        bail!(
            "{} organisations fit: name one with --organization",
            found.len()
        )
    };
    let branch = match branch {
        Some(number) => {
            let branch = store::branch(tx, organization.id, &number).await?;
            Some(branch.with_context(|| format!("there is no branch {number}"))?)
        }
        None => None,
    };
    let new = AccountToEnter {
        organization: organization.id,
        login,
        name,
        role,
        branch: branch.map(|branch| branch.id),
    };
    entered(tx, new, alone).await
}

/// Enters the account and sets its first secret.
async fn entered(
    tx: &Transaction<'_>,
    new: AccountToEnter<'_>,
    alone: Option<String>,
) -> anyhow::Result<String> {
    let (login, now) = (new.login, Clock::System.now());
    if store::is_taken(tx, login).await? {
        bail!("there is an account called {login} already");
    }
    let account = store::enter(tx, new).await;
    let account = account.with_context(|| format!("cannot create {login}"))?;
    store::note(tx, &account, &["*"], alone.as_deref(), now).await?;
    code(tx, &account, true, alone, now).await
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
