//! PostgreSQL's settings as the service's role sees them, and what another value of each would cost.
use tokio_postgres::Client;

/// A setting, its values, the best first and as SQL writes it, and what any other means.
type Setting = (&'static str, &'static [&'static str], &'static str);

/// Without these the service answers wrongly, or not at all.
const GUARDS: [Setting; 3] = [
    ("row_security", &["on"], "every statement fails"),
    (
        "search_path",
        &["\"$user\", public"],
        "a name may mean somebody else's table or function",
    ),
    (
        "session_replication_role",
        &["origin"],
        "no trigger and no foreign key works",
    ),
];

/// What was acknowledged is kept, and the log holds nothing about persons.
const FAULTS: [Setting; 12] = [
    ("fsync", &["on"], "a crash loses what was acknowledged"),
    (
        "synchronous_commit",
        &["on", "local", "remote_write", "remote_apply"],
        "a crash loses what was acknowledged",
    ),
    (
        "password_encryption",
        &["'scram-sha-256'"],
        "a role's new password is stored weakly",
    ),
    (
        "log_error_verbosity",
        &["terse"],
        "an error writes the row into PostgreSQL's log",
    ),
    (
        "log_parameter_max_length",
        &["0"],
        "a logged statement writes its values into PostgreSQL's log",
    ),
    (
        "log_parameter_max_length_on_error",
        &["0"],
        "an error writes values into PostgreSQL's log",
    ),
    (
        "log_statement",
        &["none", "ddl"],
        "PostgreSQL's log holds every statement",
    ),
    ("debug_print_parse", &["off"], PRINTED),
    ("debug_print_rewritten", &["off"], PRINTED),
    ("debug_print_plan", &["off"], PRINTED),
    ("zero_damaged_pages", &["off"], DAMAGED),
    ("ignore_checksum_failure", &["off"], DAMAGED),
];

const PRINTED: &str = "PostgreSQL's log holds every statement with its values";
const DAMAGED: &str = "damaged rows are dropped, or read, without an error";

/// Better so, but there may be reasons.
const ADVICE: [Setting; 5] = [
    (
        "full_page_writes",
        &["on"],
        "a crash may tear pages, unless the disk writes them whole",
    ),
    (
        "log_min_error_statement",
        &["panic", "fatal", "log"],
        "what somebody mistypes by hand stands in PostgreSQL's log",
    ),
    (
        "log_min_duration_statement",
        &["-1"],
        "slow statements stand in PostgreSQL's log",
    ),
    (
        "log_min_duration_sample",
        &["-1"],
        "slow statements stand in PostgreSQL's log",
    ),
    (
        "log_transaction_sample_rate",
        &["0"],
        "some statements stand in PostgreSQL's log",
    ),
];

/// Timeouts, the most milliseconds that each may have, and what it is set to.
const TIMEOUTS: [(&str, u64, &str); 3] = [
    ("statement_timeout", 30_000, "5s"),
    ("lock_timeout", 10_000, "2s"),
    ("idle_in_transaction_session_timeout", 60_000, "10s"),
];

/// The settings that have another value, with the statement that mends each.
async fn other(client: &Client, wanted: &[Setting]) -> anyhow::Result<Vec<String>> {
    let sql = "select name, setting, source in ('default', 'configuration file') or context in ('sighup', 'postmaster'), \
                 format('alter role %I in database %I set ', current_user, current_database()) from pg_settings where name = any($1) order by name";
    let names: Vec<&str> = wanted.iter().map(|setting| setting.0).collect();
    let mut told = Vec::new();
    for row in client.query(sql, &[&names]).await? {
        let (name, is, whole): (&str, &str, bool) = (row.get(0), row.get(1), row.get(2));
        for (_, values, means) in wanted.iter().filter(|setting| setting.0 == name) {
            if values.iter().any(|value| value.trim_matches('\'') == is) {
                continue;
            }
            let best = values.first().copied().unwrap_or_default();
            let mend = if whole {
                format!("alter system set {name} = {best}; select pg_reload_conf()")
            } else {
                format!("{}{name} = {best}", row.get::<_, &str>(3))
            };
            told.push(format!("{name} is {is}: {means}. As superuser: {mend}"));
        }
    }
    Ok(told)
}

/// Settings without which the service is not safe to start.
pub async fn guards(client: &Client) -> anyhow::Result<Vec<String>> {
    let mut faults = other(client, &GUARDS).await?;
    let sql = "select current_user::text, name, setting from pg_settings where name = any($1)";
    let names: Vec<&str> = TIMEOUTS.iter().map(|timeout| timeout.0).collect();
    for row in client.query(sql, &[&names]).await? {
        let (role, name, is): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
        for (_, most, set) in TIMEOUTS.iter().filter(|timeout| timeout.0 == name) {
            let how = match is.parse::<u64>() {
                Ok(0) => "off".to_owned(),
                Ok(ms) if ms <= *most => continue,
                _ => format!("{is} ms, more than {most},"),
            };
            faults.push(format!(
                "{name} is {how} for this role: alter role {role} set {name} = '{set}'"
            ));
        }
    }
    Ok(faults)
}

/// Settings that lose what was acknowledged, or write what is about persons into a log.
pub async fn faults(client: &Client) -> anyhow::Result<Vec<String>> {
    other(client, &FAULTS).await
}

/// Settings that would be better otherwise.
pub async fn advice(client: &Client) -> anyhow::Result<Vec<String>> {
    other(client, &ADVICE).await
}
