//! The objects that `expand` adds beside the ids of a page.
use std::collections::{BTreeSet, HashMap};

use sea_orm::sea_query::extension::postgres::PgFunc;
use sea_orm::sea_query::{ExprTrait as _, Func, Query as Build};
use serde_json::Value;
use uuid::Uuid;

use crate::api::resource::Expand;
use crate::db::{Query, Soon, Tx, constant};
use crate::error::Result;

/// The objects that were asked for, of one kind.
pub struct Beside {
    expand: &'static Expand,
    found: Soon<(Uuid, Value)>,
}

/// The rows with these ids, each as a JSON object.
fn objects(expand: &Expand, ids: BTreeSet<Uuid>) -> Query<(Uuid, Value)> {
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let properties = std::iter::once(&expand.id).chain(expand.columns);
    let object = properties.flat_map(|c| [constant(c.name()), c.expr()]);
    let mut select = Build::select();
    select
        .expr(expand.id.expr())
        .expr(Func::cust("jsonb_build_object").args(object))
        .from(expand.id.table())
        .and_where(expand.id.expr().eq(PgFunc::any(ids)));
    Query::of(&select)
}

/// Asks for the objects of these `names`, all in one flush with what is asked next.
pub async fn ask(
    tx: &Tx,
    items: &Value,
    known: &'static [Expand],
    names: &[String],
) -> Vec<Beside> {
    let mut all = Vec::new();
    let wanted = names.iter();
    let wanted = wanted.filter_map(|name| known.iter().find(|expand| expand.name == name.as_str()));
    for expand in wanted {
        let ids = items.as_array().into_iter().flatten();
        let ids = ids
            .filter_map(|i| i[expand.key].as_str())
            .filter_map(|s| Uuid::parse_str(s).ok());
        let found = tx.soon(objects(expand, ids.collect())).await;
        all.push(Beside { expand, found });
    }
    all
}

/// Puts them beside their ids.
pub async fn put(items: &mut Value, all: Vec<Beside>) -> Result<()> {
    for Beside { expand, found } in all {
        let found = found.all().await?;
        let found: HashMap<String, Value> = found
            .into_iter()
            .map(|(id, object)| (id.to_string(), object))
            .collect();
        for item in items.as_array_mut().into_iter().flatten() {
            item[expand.name] = item[expand.key]
                .as_str()
                .and_then(|id| found.get(id))
                .cloned()
                .unwrap_or(Value::Null);
        }
    }
    Ok(())
}
