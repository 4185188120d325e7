//! `ketnap doctor`: checks whether a database is safe to serve — roles, row-level security,
//! settings, clock, pooler — and whether the regulations can replay its acts.
use std::process::ExitCode;

use migration::newest;
use tokio_postgres::Client;

use super::account::store;
use super::regulations::tell_cases;
use super::standing::{Moved, changed, other_versions, tell_changed, tell_findings};
use super::{beside, catalog, settings, tell};
use crate::auth::second_factor::needed_by;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{direct, functions};
use crate::law::comparison::By;
use crate::law::regulation::Regulations;

/// Tables without any grant to the app role; only functions access them.
const CLOSED: &[&str] = &["chain_head", "credential", "name_word", "seaql_migrations"];

/// Tables that the app role reads and only functions write.
const READ_ONLY: &[&str] = &["session"];

/// Excludes objects that belong to an extension.
const OURS: &str = "not exists (select 1 from pg_depend e where e.objid = c.oid and e.classid = 'pg_class'::regclass and e.deptype = 'e')";

/// Faults of row-level security and grants, from the catalog alone.
pub async fn catalog_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let sql = format!(
        "select c.relname, c.relrowsecurity, c.relforcerowsecurity, \
                 (select string_agg(case when p.polroles = array[c.relowner] then 'o' when p.polroles = array['ketnap_app'::regrole::oid] then p.polcmd::text else '?' end, '' order by p.polname) \
                    from pg_policy p where p.polrelid = c.oid), \
                 exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polcmd in ('a', 'w') and p.polwithcheck is null), \
                 has_any_column_privilege('ketnap_app', c.oid, 'select, insert, update') or has_table_privilege('ketnap_app', c.oid, 'delete'), \
                 has_table_privilege('ketnap_app', c.oid, 'truncate') or has_table_privilege('ketnap_app', c.oid, 'trigger') or has_table_privilege('ketnap_app', c.oid, 'references'), \
                 pg_get_userbyid(c.relowner), \
                 has_any_column_privilege('ketnap_app', c.oid, 'insert, update') or has_table_privilege('ketnap_app', c.oid, 'delete') \
               from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'app') and c.relkind in ('r', 'p') and {OURS} order by 1"
    );
    for row in client.query(&sql, &[]).await? {
        let name: String = row.get(0);
        let (on, forced): (bool, bool) = (row.get(1), row.get(2));
        if name != "seaql_migrations" {
            if !on || !forced {
                faults.push(format!(
                    "{name}: row-level security is not enabled and forced"
                ));
            }
            // del, ins, own, sel, upd
            if row.get::<_, Option<String>>(3).as_deref() != Some("daorw") {
                faults.push(format!(
                    "{name}: not exactly one policy for each command of the app role, and the owner's"
                ));
            }
            if row.get::<_, bool>(4) {
                faults.push(format!("{name}: a policy for writes has no WITH CHECK"));
            }
        }
        if row.get::<_, bool>(5) && CLOSED.contains(&name.as_str()) && name != "seaql_migrations" {
            faults.push(format!(
                "{name}: the app role may touch a table that only functions may"
            ));
        }
        if row.get::<_, bool>(8) && READ_ONLY.contains(&name.as_str()) {
            faults.push(format!(
                "{name}: the app role may write a table that only functions may"
            ));
        }
        if row.get::<_, bool>(6) {
            faults.push(format!("{name}: the app role has more than row privileges"));
        }
        if row.get::<_, String>(7) == "ketnap_app" {
            faults.push(format!("{name}: belongs to the app role"));
        }
    }
    let sql = format!(
        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'app') and relkind in ('v', 'm') \
         and not coalesce(reloptions::text like '%security_invoker=true%', false) and {OURS}"
    );
    let views = client.query(&sql, &[]).await?;
    faults.extend(
        views
            .iter()
            .map(|r| format!("view {}: not security_invoker", r.get::<_, String>(0))),
    );
    let definers = client
        .query("select proname, coalesce(proconfig::text like '%search_path=%', false), pg_get_userbyid(proowner) = 'ketnap_definer' \
                  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') and prosecdef", &[])
        .await?;
    for row in &definers {
        let name: String = row.get(0);
        if !row.get::<_, bool>(1) {
            faults.push(format!(
                "function {name}: SECURITY DEFINER without its own search_path"
            ));
        }
        if !row.get::<_, bool>(2) {
            faults.push(format!(
                "function {name}: SECURITY DEFINER as another role than ketnap_definer"
            ));
        }
    }
    let sql = "select p.proname, exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0) \
                 from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') and has_function_privilege('ketnap_backup', p.oid, 'execute') \
                  and not exists (select from pg_depend e where e.objid = p.oid and e.classid = 'pg_proc'::regclass and e.deptype = 'e')";
    for row in client.query(sql, &[]).await? {
        let who = if row.get(1) {
            "everybody"
        } else {
            "the backup role"
        };
        let name: String = row.get(0);
        faults.push(format!("function {name}: {who} may execute it"));
    }
    let sql = format!(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('public', 'app') and c.relkind in ('r', 'p', 'v', 'm') and {OURS} \
         and (has_table_privilege('ketnap_backup', c.oid, 'insert, update, delete, truncate, references, trigger') or has_any_column_privilege('ketnap_backup', c.oid, 'insert, update'))"
    );
    let written = client.query(&sql, &[]).await?;
    faults.extend(written.iter().map(|r| {
        let name: String = r.get(0);
        format!("{name}: the backup role may do more than read")
    }));
    faults.extend(catalog::beside_faults(client).await?);
    Ok(faults)
}

/// Faults of the connection: role, settings, clock, pooler.
async fn connection_faults(client: &Client) -> anyhow::Result<Vec<String>> {
    let mut faults = Vec::new();
    let row = client
        .query_one(
            "select current_user::text, rolsuper or rolbypassrls or exists (select from pg_namespace n where n.nspname = 'app' and n.nspowner = pg_roles.oid), \
             extract(epoch from now())::float8, current_setting('server_version_num')::int from pg_roles where rolname = current_user",
            &[],
        )
        .await?;
    if row.get::<_, bool>(1) {
        faults.push(format!(
            "role {} passes by row-level security: serve with ketnap_app",
            row.get::<_, String>(0)
        ));
    }
    faults.extend(settings::guards(client).await?);
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
    let skew = (row.get::<_, f64>(2) - Clock::System.now().timestamp() as f64).abs();
    if skew > 5.0 {
        faults.push(format!(
            "the clocks of this machine and the database differ by {skew:.0} s"
        ));
    }
    if row.get::<_, i32>(3) < 150_000 {
        faults.push("PostgreSQL 15 or newer is needed".into());
    }
    // a pooler in transaction mode would switch the session to another backend
    let mut pids = std::collections::BTreeSet::new();
    for _ in 0..5 {
        pids.insert(
            client
                .query_one("select pg_backend_pid()", &[])
                .await?
                .get::<_, i32>(0),
        );
    }
    if pids.len() > 1 {
        faults.push("a pooler in transaction mode stands between: it answers with other requests' rows. Use session mode, or no pooler".into());
    }
    Ok(faults)
}

async fn schema_fault(client: &Client) -> Option<String> {
    let applied = client
        .query_one("select max(version) from public.seaql_migrations", &[])
        .await
        .ok()
        .and_then(|r| r.get::<_, Option<String>>(0));
    let current = applied.as_deref() == Some(newest())
        && migration::declared(client).await.unwrap_or_default();
    (!current).then(|| {
        "migrations are pending: run `ketnap migrate up` with the owner's DATABASE_URL".to_owned()
    })
}

/// Compares the regulations with the recorded acts. Faults: the version that judged some is gone.
/// Notes: another version is now in force on their day.
pub async fn regulation_faults(
    client: &Client,
    law: &Regulations,
) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let moved = other_versions(client, law).await?;
    let (gone, other): (Vec<_>, Vec<_>) = moved.into_iter().partition(Moved::gone);
    let shown = |all: Vec<Moved>| all.iter().map(Moved::to_string).collect();
    Ok((shown(gone), shown(other)))
}

/// Checks the tallies against the rows they count. Counts them anew where the role may; else
/// reports a fault.
async fn counted_anew(client: &Client) -> anyhow::Result<Option<String>> {
    client.batch_execute("set statement_timeout = 0").await?;
    let wrong = direct::one(client, functions::wrong_tallies()).await?;
    let wrong = wrong.map_or(0, |(wrong,)| wrong);
    if wrong == 0 {
        return Ok(None);
    }
    if direct::holds(client, functions::may_recount()).await? {
        direct::execute(client, functions::recount()).await?;
        tell(&format!(
            "  {wrong} figures were wrong and have been counted anew"
        ));
        return Ok(None);
    }
    Ok(Some(format!(
        "{wrong} figures differ from the rows that they count: run `ketnap doctor` as the owner role, which counts them anew"
    )))
}

/// Faults that keep `serve` from using an external database.
pub async fn serve_faults(url: &str) -> anyhow::Result<Vec<String>> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    if let Some(fault) = schema_fault(&client).await {
        return Ok(vec![fault]);
    }
    let mut faults = connection_faults(&client).await?;
    faults.extend(catalog_faults(&client).await?);
    Ok(faults)
}

pub async fn doctor(config: &Config, url: &str, files: bool) -> anyhow::Result<ExitCode> {
    let mut faults = serve_faults(url).await?;
    let mut client = crate::db::connect::client(&url.parse()?).await?;
    faults.extend(settings::faults(&client).await?);
    let mut notes = settings::advice(&client).await?;
    if schema_fault(&client).await.is_none() {
        faults.extend(catalog::schema_faults(&client).await?);
        notes.extend(catalog::notes(&client).await?);
    }
    for note in notes {
        tell(&format!("  {note}"));
    }
    // if it is off, that was reported above; the checks below read rows
    client.batch_execute("set row_security = on").await?;
    // without an identity the service's own role sees no accounts
    let own = beside::url(&config.home(), "ketnap_owner", "ketnap");
    let own = own.filter(|_| config.database().is_ok_and(|url| url.is_none()));
    let keeper = match &own {
        Some(url) => crate::db::connect::client(&url.parse()?).await?,
        None => crate::db::connect::client(&url.parse()?).await?,
    };
    if store::sees_accounts(&keeper).await.unwrap_or_default() {
        let nobody = store::unadministered(&keeper).await.unwrap_or_default();
        for organization in nobody {
            tell(&format!(
                "  {} has no administrator left: `ketnap account reset` opens the account of one again, `ketnap account create` makes another",
                organization.name
            ));
        }
    } else {
        tell(
            "  who is the only administrator or has no second factor is seen by the owner role only",
        );
    }
    for name in store::lone_administrators(&keeper)
        .await
        .unwrap_or_default()
    {
        tell(&format!(
            "  {name} has only one administrator: a second one should be created"
        ));
    }
    match config.no_second_factor() {
        Ok(Some(reason)) => tell(&format!("  nobody needs a second factor: {reason}")),
        Ok(None) => {
            let without = store::without_second_factor(&keeper).await;
            let without = without.unwrap_or_default().into_iter();
            for account in without.filter(|account| needed_by(account.role)) {
                tell(&format!(
                    "  {} can see persons unmasked, and has no second factor yet",
                    account.login
                ));
            }
        }
        Err(what) => faults.push(format!("KETNAP_SECOND_FACTOR: {what}")),
    }
    if let Some(folder) = &config.keys_dir
        && let Err(wrong) = super::keys::index::check(&client, folder).await
    {
        faults.push(format!("{wrong:#}"));
    }
    match config.law() {
        Err(wrong) => faults.push(wrong.to_string()),
        Ok(law) => {
            tell_cases(&law);
            faults.extend(counted_anew(&client).await.unwrap_or_default());
            // a missing schema was reported above
            if let Ok((gone, other)) = regulation_faults(&client, &law).await {
                faults.extend(gone);
                for note in other {
                    tell(&format!("  {note}"));
                }
                // acts as they stand, and as their own day would judge them
                let found = changed(&mut client, &law, &law, By::Day).await?;
                if !found.is_empty() {
                    tell_changed(&found);
                }
                if files {
                    tell_findings(&mut client, &law).await?;
                }
            }
        }
    }
    if faults.is_empty() {
        tell("roles, row-level security, settings, clock, pooler, schema: all well");
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        tell(&format!("- {fault}"));
    }
    Ok(ExitCode::FAILURE)
}
