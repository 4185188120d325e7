//! The statements about what is stored sealed, sent by the owner role: row-level security does not
//! limit it.
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{
    CommonTableExpression, Expr, ExprTrait as _, OnConflict, Order, Query as Build, WithClause,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, Insert, QueryFilter as _};
use tokio_postgres::GenericClient;
use uuid::Uuid;

use crate::db::tables::{idempotency_key, index_proof};
use crate::db::{Query, constant, direct};
use crate::sealing::columns::{Owner, Sealed};

/// The sealed seeds of second factors, by account.
pub async fn seeds(client: &impl GenericClient) -> anyhow::Result<Vec<(Uuid, Vec<u8>)>> {
    let mut select = Build::select();
    select
        .columns(["account_id", "seed"])
        .from("credential")
        .and_where(Expr::col("seed").is_not_null())
        .order_by("account_id", Order::Asc);
    direct::all(client, Query::of(&select)).await
}

/// Puts a seed in the place of another, unless its owner has just replaced it.
pub async fn replace_seed(
    client: &impl GenericClient,
    account: Uuid,
    old: Vec<u8>,
    fresh: Vec<u8>,
) -> anyhow::Result<u64> {
    let mut update = Build::update();
    update
        .table("credential")
        .value("seed", Expr::val(fresh))
        .and_where(Expr::col("account_id").eq(account))
        .and_where(Expr::col("seed").eq(old));
    direct::execute(client, Query::<()>::of(&update)).await
}

/// The answer kept for a repeated request: account, route, key, body.
pub type KeptAnswer = (Uuid, String, String, Vec<u8>);

pub async fn kept_answers(client: &impl GenericClient) -> anyhow::Result<Vec<KeptAnswer>> {
    use idempotency_key::{Column, Entity};
    let mut select = Build::select();
    select
        .columns([Column::AccountId, Column::Route, Column::Key, Column::Body])
        .from(Entity);
    direct::all(client, Query::of(&select)).await
}

/// Stores the body of such an answer anew, unless it has changed meanwhile.
pub async fn replace_answer(
    client: &impl GenericClient,
    (account, route, key, body): KeptAnswer,
    fresh: Vec<u8>,
) -> anyhow::Result<u64> {
    use idempotency_key::Column;
    let update = idempotency_key::Entity::update_many()
        .col_expr(Column::Body, Expr::val(fresh))
        .filter(Column::AccountId.eq(account))
        .filter(Column::Route.eq(route))
        .filter(Column::Key.eq(key))
        .filter(Column::Body.eq(body));
    direct::execute(client, update).await
}

/// Who has a data key in this table, or is to get one: the row's id and its key.
pub async fn data_keys(
    client: &impl GenericClient,
    of: &Sealed,
) -> anyhow::Result<Vec<(Uuid, Option<Vec<u8>>)>> {
    let due = match of.owner {
        // an erased person gets no new key
        Owner::Person => Expr::col("erased_on").is_null(),
        Owner::Row | Owner::Candidate => Expr::col("data_key").is_not_null(),
    };
    let mut select = Build::select();
    select
        .columns(["id", "data_key"])
        .from(of.table)
        .and_where(due);
    direct::all(client, Query::of(&select)).await
}

/// Puts a data key in the place of another, or of none, in all these tables at once.
pub async fn replace_data_key(
    client: &impl GenericClient,
    tables: &[&'static str],
    id: Uuid,
    old: Option<&Vec<u8>>,
    fresh: &[u8],
) -> anyhow::Result<()> {
    let mut updates = WithClause::new();
    for &table in tables {
        let key = || Expr::col("data_key");
        let update = Build::update()
            .table(table)
            .value("data_key", Expr::val(fresh.to_vec()))
            .and_where(Expr::col("id").eq(id))
            .and_where(old.map_or_else(|| key().is_null(), |old| key().eq(old.clone())))
            .take();
        let mut named = CommonTableExpression::new();
        named.table_name(format!("{table}_key")).query(update);
        updates.cte(named);
    }
    let all = Build::select().expr(constant(1)).take().with(updates);
    direct::execute(client, Query::<()>::of(&all))
        .await
        .map(drop)
}

/// The proof of the index key in use.
pub async fn proof(client: &impl GenericClient) -> anyhow::Result<Option<Vec<u8>>> {
    let kept = direct::one(client, index_proof::Entity::find()).await?;
    Ok(kept.map(|kept| kept.proof))
}

/// Stores the proof; one that is there already stays unless it is to be replaced.
pub async fn keep_proof(
    client: &impl GenericClient,
    proof: Vec<u8>,
    replace: bool,
) -> anyhow::Result<()> {
    let mut there = OnConflict::column(index_proof::Column::Sole);
    if replace {
        there.update_column(index_proof::Column::Proof);
    } else {
        there.do_nothing();
    }
    let row = index_proof::ActiveModel {
        sole: Set(true),
        proof: Set(proof),
    };
    direct::execute(client, Insert::one(row).on_conflict(there))
        .await
        .map(drop)
}

/// A sealed value with an index: id, data key, the value, its index.
pub type Indexed = (Uuid, Vec<u8>, Vec<u8>, Option<Vec<u8>>);

pub async fn indexed(
    client: &impl GenericClient,
    table: &'static str,
    (value, index): (&'static str, &'static str),
) -> anyhow::Result<Vec<Indexed>> {
    let mut select = Build::select();
    select
        .columns(["id", "data_key", value, index])
        .from(table)
        .and_where(Expr::col(value).is_not_null());
    direct::all(client, Query::of(&select)).await
}

/// Stores the index of a value, unless that has changed meanwhile.
pub async fn replace_index(
    client: &impl GenericClient,
    table: &'static str,
    (value, index): (&'static str, &'static str),
    (id, sealed): (Uuid, Vec<u8>),
    fresh: Vec<u8>,
) -> anyhow::Result<u64> {
    let mut update = Build::update();
    update
        .table(table)
        .value(index, Expr::val(fresh))
        .and_where(Expr::col("id").eq(id))
        .and_where(Expr::col(value).eq(sealed));
    direct::execute(client, Query::<()>::of(&update)).await
}
