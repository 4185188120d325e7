//! Idempotency-Key: a repeated creation takes effect once.
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use chrono::TimeDelta;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::extension::postgres::PgBinOper;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use serde_json::{Value, json};
use uuid::Uuid;

use super::sealed;
use crate::auth::By;
use crate::db::tables::idempotency_key as table;
use crate::db::{Db, Query, Record, Tx, functions, identity};
use crate::error::{Code, Error, Result};
use crate::law::say;
use crate::sealing::Seals;
use crate::sealing::columns::kept_answer;

/// A stored answer.
#[derive(Record)]
struct Stored {
    fingerprint: Vec<u8>,
    status: i32,
    headers: Value,
    body: Vec<u8>,
    /// Whether the account's reach still covers what it did then.
    same_reach: bool,
}

fn stored(account: Uuid, route: &str, key: &str) -> Query<Stored> {
    let role = table::Column::Role.into_expr().eq(identity("app.role"));
    let branches = table::Column::Branches
        .into_expr()
        .binary(PgBinOper::Contained, identity("app.branches"));
    let mut select = Build::select();
    select
        .columns([
            table::Column::Fingerprint,
            table::Column::Status,
            table::Column::Headers,
            table::Column::Body,
        ])
        .expr_as(role.and(branches), "same_reach")
        .from(table::Entity)
        .and_where(table::Column::AccountId.eq(account))
        .and_where(table::Column::Route.eq(route))
        .and_where(table::Column::Key.eq(key));
    Query::of(&select)
}

/// Claims the key with the first statement of the work, which does not begin if the key is known.
pub async fn claim(tx: &Tx, by: By<'_>) {
    if let Some(key) = &by.call.idempotency_key {
        let (route, since) = (by.call.route.clone(), tx.now() - TimeDelta::hours(24));
        tx.later(functions::claim(route, key.clone(), since)).await;
    }
}

/// What was done, or the stored answer where the key was known.
pub async fn once<T>(
    db: &Db,
    by: By<'_>,
    fingerprint: &[u8],
    done: Result<T>,
    again: fn(HttpResponse) -> T,
) -> Result<T> {
    match (done, &by.call.idempotency_key) {
        (Err(error), Some(key)) if error.code() == Code::IdempotencyKeyReused => {
            let stored = db.read(&by, async |tx| replay(&tx, by, key, fingerprint).await);
            Ok(again(stored.await?))
        }
        (done, _) => done,
    }
}

/// The stored answer to the same request.
async fn replay(tx: &Tx, by: By<'_>, key: &str, fingerprint: &[u8]) -> Result<HttpResponse> {
    let (account, route) = (by.caller.account, by.call.route.as_str());
    let stored = tx.one(stored(account, route, key)).await?;
    let same = stored.filter(|stored| stored.fingerprint == fingerprint);
    let Some(stored) = same else {
        return Err(Error::new(Code::IdempotencyKeyReused));
    };
    // the stored answer shows what the account could see at that time
    if !stored.same_reach {
        let words = say(
            "Khóa đã dùng trước khi phạm vi của tài khoản thay đổi.",
            "The key was used before the account's reach changed.",
        );
        return Err(Error::new(Code::IdempotencyKeyReused).detail(words));
    }
    let status = u16::try_from(stored.status)
        .ok()
        .and_then(|s| StatusCode::from_u16(s).ok())
        .unwrap_or(StatusCode::CREATED);
    let mut response = HttpResponse::build(status);
    response
        .content_type("application/json")
        .insert_header(("Idempotent-Replayed", "true"));
    for name in ["ETag", "Location"] {
        if let Some(value) = stored.headers[name].as_str() {
            response.insert_header((name, value));
        }
    }
    let body = match tx.seals() {
        _ if !Seals::is_sealed(&stored.body) => stored.body,
        Some(seals) => {
            let opened = seals.open(kept_answer(account, route, key), &stored.body);
            opened.map_err(|_| sealed::without_key())?
        }
        None => return Err(sealed::without_key()),
    };
    Ok(response.body(body))
}

/// Stores the answer for a repeated request, with the next statement.
pub async fn keep(
    tx: &Tx,
    by: By<'_>,
    fingerprint: &[u8],
    status: StatusCode,
    (etag, location): (&str, Option<&str>),
    body: &str,
) -> Result<()> {
    let Some(key) = &by.call.idempotency_key else {
        return Ok(());
    };
    let (account, route) = (by.caller.account, &by.call.route);
    // the answer may show values that are stored sealed
    let sealed = tx.seals().map(|seals| {
        let place = kept_answer(account, route, key);
        seals.seal(place, body.as_bytes())
    });
    let sealed = sealed.transpose().map_err(Error::internal)?;
    let body = sealed.unwrap_or_else(|| body.as_bytes().to_vec());
    let row = [
        (table::Column::AccountId, account.into()),
        (table::Column::Route, route.clone().into()),
        (table::Column::Key, key.clone().into()),
        (table::Column::Fingerprint, fingerprint.to_vec().into()),
        (table::Column::Status, i32::from(status.as_u16()).into()),
        (
            table::Column::Headers,
            json!({"ETag": etag, "Location": location}).into(),
        ),
        (table::Column::Body, body.into()),
        (table::Column::CreatedAt, tx.now().into()),
        (table::Column::Role, identity("app.role")),
        (table::Column::Branches, identity("app.branches")),
    ];
    let (columns, values): (Vec<_>, Vec<Expr>) = row.into_iter().unzip();
    let mut insert = Build::insert();
    let insert = insert.into_table(table::Entity).columns(columns);
    let insert = insert.values(values).map_err(Error::internal)?;
    tx.later(Query::<()>::of(insert)).await;
    Ok(())
}
