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
        // the head of the chain records up to where entries were deleted
        "with gone as (delete from sign_in_attempt where at < $1 returning organization_id, chain, seq, told_chain, told_seq), \
           last as (select organization_id, chain, max(seq) as seq from (select organization_id, chain, seq from gone union all select organization_id, told_chain, told_seq from gone) x group by 1, 2), \
           noted as (update chain_head h set gone = greatest(h.gone, l.seq) from last l where h.log = 'sign_in_attempt' and (h.organization_id, h.chain) = (l.organization_id, l.chain)) \
         select from gone",
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
