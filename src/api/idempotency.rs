//! Idempotency-Key: a repeated creation takes effect once.
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::{Value, json};

use super::reply::{Created, etag};
use crate::auth::Permit;
use crate::db::Tx;
use crate::error::{Code, Error, Result};
use crate::law::say;

/// The stored answer to the same request, if its key is known.
pub async fn replay<P, T>(
    tx: &Tx,
    permit: &Permit<P>,
    fingerprint: &[u8],
) -> Result<Option<Created<T>>> {
    let Some(key) = &permit.call.idempotency_key else {
        return Ok(None);
    };
    let (account, route) = (permit.caller().account, permit.call.route.clone());
    let lock = format!("{account} {route} {key}");
    let free = tx
        .rows(
            "select pg_try_advisory_xact_lock(hashtextextended($1, 0))",
            vec![lock.into()],
        )
        .await?;
    if !free.first().is_some_and(|r| r.get(0)) {
        return Err(Error::new(Code::IdempotencyInProgress).header(header::RETRY_AFTER, "1"));
    }
    let horizon = tx.now() - chrono::TimeDelta::hours(24);
    tx.rows(
        "delete from idempotency_key where account_id = $1 and created_at < $2",
        vec![account.into(), horizon.into()],
    )
    .await?;
    let stored = tx
        .rows(
            "select fingerprint, status, headers, body, role = (select app.role()) and branches <@ (select app.branches()) from idempotency_key where account_id = $1 and route = $2 and key = $3",
            vec![account.into(), route.into(), key.clone().into()],
        )
        .await?;
    let Some(row) = stored.first() else {
        return Ok(None);
    };
    if row.get::<_, Vec<u8>>(0) != fingerprint {
        return Err(Error::new(Code::IdempotencyKeyReused));
    }
    // the stored answer shows what the account could see at that time
    if !row.get::<_, bool>(4) {
        let words = say(
            "Khóa đã dùng trước khi phạm vi của tài khoản thay đổi.",
            "The key was used before the reach of the account changed.",
        );
        return Err(Error::new(Code::IdempotencyKeyReused).detail(words));
    }
    let status = u16::try_from(row.get::<_, i32>(1))
        .ok()
        .and_then(|s| StatusCode::from_u16(s).ok())
        .unwrap_or(StatusCode::CREATED);
    let headers: Value = row.get(2);
    let mut response = HttpResponse::build(status);
    response
        .content_type("application/json")
        .insert_header(("Idempotent-Replayed", "true"));
    for name in ["ETag", "Location"] {
        if let Some(value) = headers[name].as_str() {
            response.insert_header((name, value));
        }
    }
    Ok(Some(Created::raw(response.body(row.get::<_, String>(3)))))
}

/// Stores the answer for a repeated request.
pub async fn keep<P>(
    tx: &Tx,
    permit: &Permit<P>,
    fingerprint: &[u8],
    version: i32,
    location: &str,
    body: &str,
) -> Result<()> {
    let Some(key) = &permit.call.idempotency_key else {
        return Ok(());
    };
    let values = vec![
        permit.caller().account.into(),
        permit.call.route.clone().into(),
        key.clone().into(),
        fingerprint.to_vec().into(),
        201.into(),
        json!({"ETag": etag(version), "Location": location}).into(),
        body.into(),
        tx.now().into(),
    ];
    tx.rows("insert into idempotency_key (account_id, route, key, fingerprint, status, headers, body, created_at, role, branches) values ($1, $2, $3, $4, $5, $6, $7, $8, app.role(), app.branches())", values).await.map(drop)
}
