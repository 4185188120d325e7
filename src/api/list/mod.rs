//! A page of a resource: filters, order, cursor, what stands beside.
use actix_web::HttpResponse;
use actix_web::http::header;
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{ArrayType, Value as Bound};
use serde::Serialize;
use serde_json::Value;
use utoipa::PartialSchema;
use uuid::Uuid;

pub mod query;

use super::edit::{Answer, alive, columns, rows_of, viewer};
use crate::access::Permission;
use crate::api::list::query::{ListQuery, Page, Sql, key_text};
use crate::api::resource::{Expand, Resource};
use crate::auth::Permit;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

/// Names of a wire type's properties.
pub fn properties<T: PartialSchema>() -> Vec<String> {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    schema["properties"]
        .as_object()
        .map(|p| p.keys().cloned().collect())
        .unwrap_or_default()
}

#[derive(Serialize)]
struct Listed<T> {
    items: T,
    page: Page,
}

/// `GET` of a collection.
pub async fn list<R: Resource, P: Permission, T>(
    db: &Db,
    permit: &Permit<P>,
    query: &ListQuery,
) -> Result<Answer<T>> {
    list_where::<R, P, T>(db, permit, query, None).await
}

/// `GET` of a collection below a parent: `parent` is its column and id.
pub async fn list_where<R: Resource, P: Permission, T>(
    db: &Db,
    permit: &Permit<P>,
    query: &ListQuery,
    parent: Option<(&str, Uuid)>,
) -> Result<Answer<T>> {
    list_part::<R, P, T>(db, permit, query, parent, None).await
}

/// The same, and only rows whose column `only.0` holds `only.1`.
pub async fn list_part<R: Resource, P: Permission, T>(
    db: &Db,
    permit: &Permit<P>,
    query: &ListQuery,
    parent: Option<(&str, Uuid)>,
    only: Option<(&str, &'static str)>,
) -> Result<Answer<T>> {
    let viewer = viewer(db, permit);
    let spec = R::SPEC;
    db.read(permit, async |tx| {
        let plan = query.plan(&spec, permit.role(), &properties::<R>(), parent)?;
        let scope = tx.scope((spec.scope)(permit.reach()));
        let only = only
            .map(|(column, value)| format!(" and {column} = '{value}'"))
            .unwrap_or_default();
        let condition = format!("({scope}){}{only}{}", alive::<R>(), plan.filters);
        let keys: Vec<String> = plan
            .keys
            .iter()
            .enumerate()
            .map(|(i, (field, _))| format!("{} as k{i}", key_text(field)))
            .collect();
        let text = format!(
            "select {}, {} from {} where {condition}{} order by {} limit {}",
            columns::<R>(),
            keys.join(", "),
            spec.table,
            plan.keyset,
            plan.order_by(),
            plan.limit + 1
        );
        let mut rows = rows_of(
            tx,
            Sql {
                text,
                values: plan.sql.values.clone(),
            },
        )
        .await?;
        let more = rows.len() > plan.limit as usize;
        rows.truncate(plan.limit as usize);
        let next = match rows.last() {
            Some(last) if more => {
                let keys: Result<Vec<String>, _> = (0..plan.keys.len())
                    .map(|i| last.try_get("", &format!("k{i}")))
                    .collect();
                Some(plan.cursor(keys?))
            }
            _ => None,
        };
        let total = if plan.include_total {
            let values = plan.sql.values[..plan.filter_values].to_vec();
            let text = format!("select count(*) as n from {} where {condition}", spec.table);
            let counted = rows_of(tx, Sql { text, values }).await?;
            counted
                .first()
                .map(|r| r.try_get::<i64>("", "n"))
                .transpose()?
        } else {
            None
        };
        let mut shown = Vec::with_capacity(rows.len());
        for row in &rows {
            shown.push(R::show(R::Row::from_query_result(row, "")?, &viewer));
        }
        R::complete(tx, &mut shown).await?;
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &next {
            response.insert_header((
                header::LINK,
                format!("<{}>; rel=\"next\"", query.next(cursor)),
            ));
        }
        let page = Page {
            limit: plan.limit,
            next_cursor: next,
            total,
        };
        if plan.fields.is_none() && plan.expand.is_empty() {
            return Ok(Answer::new(response.json(Listed { items: shown, page })));
        }
        let mut items = serde_json::to_value(shown).map_err(Error::internal)?;
        for wanted in &plan.expand {
            if let Some(expand) = spec.expand.iter().find(|e| e.name == wanted) {
                beside(tx, &mut items, expand).await?;
            }
        }
        if let Some(fields) = &plan.fields {
            for item in items
                .as_array_mut()
                .into_iter()
                .flatten()
                .filter_map(Value::as_object_mut)
            {
                item.retain(|name, _| fields.contains(name) || plan.expand.contains(name));
            }
        }
        Ok(Answer::new(response.json(Listed { items, page })))
    })
    .await
}

async fn beside(tx: &Tx, items: &mut Value, expand: &Expand) -> Result<()> {
    let ids: std::collections::BTreeSet<Uuid> = items
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|i| i[expand.key].as_str())
        .filter_map(|s| Uuid::parse_str(s).ok())
        .collect();
    let ids = Bound::Array(
        ArrayType::Uuid,
        Some(Box::new(ids.into_iter().map(Bound::from).collect())),
    );
    let pairs: Vec<String> = expand
        .columns
        .iter()
        .map(|c| format!("'{c}', {c}"))
        .collect();
    let text = format!(
        "select id, jsonb_build_object('id', id, {}) as object from {} where id = any ($1)",
        pairs.join(", "),
        expand.table
    );
    let mut found = std::collections::HashMap::new();
    for row in tx.rows(&text, vec![ids]).await? {
        found.insert(row.get::<_, Uuid>(0).to_string(), row.get::<_, Value>(1));
    }
    for item in items.as_array_mut().into_iter().flatten() {
        item[expand.name] = item[expand.key]
            .as_str()
            .and_then(|id| found.get(id))
            .cloned()
            .unwrap_or(Value::Null);
    }
    Ok(())
}
