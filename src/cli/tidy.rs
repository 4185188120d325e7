//! `ketnap tidy`: deletes what has been kept long enough. What is about a person stays until it is
//! erased, and what was done stays for good.
use chrono::{DateTime, Days, Utc};

use super::tell;

/// What is deleted, how, and after how many days.
pub const KEPT: [(&str, &str, u64); 3] = [
    (
        "answers kept for repeated requests",
        "delete from idempotency_key where created_at < $1",
        1,
    ),
    (
        "sessions that had ended",
        "delete from session where least(revoked_at, expires_at) < $1",
        90,
    ),
    (
        "attempts to sign in",
        "delete from sign_in_attempt where at < $1",
        365,
    ),
];

pub async fn tidy(url: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    for (what, delete, days) in KEPT {
        let Some(before) = now.checked_sub_days(Days::new(days)) else {
            continue;
        };
        let gone = client.execute(delete, &[&before]).await?;
        if gone > 0 {
            tell(&format!(
                "{gone} {what} were deleted: older than {days} days"
            ));
        }
    }
    Ok(())
}
