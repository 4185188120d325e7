//! Lists: a page of a resource with filters, order, cursor, and the objects that `expand` adds.
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{ArrayType, Value as Bound};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

pub mod query;

use super::document::lists;
use super::edit::{alive, columns, rows_of, viewer};
use super::operation::{Argument, Draft};
use super::reply::Page;
use crate::access::Permission;
use crate::api::list::query::{ListQuery, PageInfo, Sql, key_text};
use crate::api::resource::{Expand, Resource, Spec};
use crate::auth::Permit;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};

/// A resource as one of its lists shows it: every resource is its own, and a list that lacks some
/// of its filters is a type of its own.
pub trait Listed {
    type Item: Resource;
    const SPEC: Spec;
}

impl<R: Resource> Listed for R {
    type Item = R;
    const SPEC: Spec = R::SPEC;
}

/// Filters, order and position that the caller asks of a list.
#[derive(Clone, Debug)]
pub struct List<L> {
    query: ListQuery,
    of: PhantomData<L>,
}

impl<L: 'static> FromRequest for List<L> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            query: ListQuery::of(req),
            of: PhantomData,
        }))
    }
}

impl<L: Listed<Item: ToSchema>> Argument for List<L> {
    fn describe(draft: &mut Draft) {
        let properties = properties::<L::Item>();
        draft.facts.list = Some(lists::parameters(&L::SPEC, &properties));
        let whole = serde_json::to_value(L::Item::schema()).unwrap_or_default();
        let item = lists::item(&L::SPEC, &L::Item::name(), &whole);
        draft.facts.derived.insert(item_name::<L::Item>(), item);
    }
}

/// The name of a type's schema where it is an item of a list.
fn item_name<T: ToSchema>() -> String {
    format!("{}Item", T::name())
}

impl<T: Resource + ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(item_name::<T>()))
            .max_items(Some(200));
        ObjectBuilder::new()
            .description(Some(format!(
                "A page of {}",
                T::SPEC.path.replace('-', " ")
            )))
            .property("items", items)
            .required("items")
            .property("page", Ref::from_schema_name(PageInfo::name()))
            .required("page")
            .into()
    }
}

impl<T: Resource + ToSchema> ToSchema for Page<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }
    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        all.push((T::name().into_owned(), T::schema()));
        T::schemas(all);
    }
}

/// Names of a wire type's properties.
pub fn properties<T: PartialSchema>() -> Vec<String> {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    schema["properties"]
        .as_object()
        .map(|p| p.keys().cloned().collect())
        .unwrap_or_default()
}

#[derive(Serialize)]
struct Written<T> {
    items: T,
    page: PageInfo,
}

/// `GET` of a collection.
pub async fn list<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    query: &List<L>,
) -> Result<Page<L::Item>> {
    list_where(db, permit, query, None).await
}

/// `GET` of a collection below a parent: `parent` is its column and id.
pub async fn list_where<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    query: &List<L>,
    parent: Option<(&str, Uuid)>,
) -> Result<Page<L::Item>> {
    list_part(db, permit, query, parent, None).await
}

/// The same, and only rows whose column `only.0` holds `only.1`.
pub async fn list_part<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    list: &List<L>,
    parent: Option<(&str, Uuid)>,
    only: Option<(&str, &'static str)>,
) -> Result<Page<L::Item>> {
    let query = &list.query;
    let viewer = viewer(db, permit);
    let spec = L::SPEC;
    db.read(permit, async |tx| {
        let plan = query.plan(&spec, permit.role(), &properties::<L::Item>(), parent)?;
        let scope = tx.scope((spec.scope)(permit.reach()));
        let only = only
            .map(|(column, value)| format!(" and {column} = '{value}'"))
            .unwrap_or_default();
        let condition = format!("({scope}){}{only}{}", alive::<L::Item>(), plan.filters);
        let keys: Vec<String> = plan
            .keys
            .iter()
            .enumerate()
            .map(|(i, (field, _))| format!("{} as k{i}", key_text(field)))
            .collect();
        let text = format!(
            "select {}, {} from {} where {condition}{} order by {} limit {}",
            columns::<L::Item>(),
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
            Some(row) if more => {
                let keys: Result<Vec<String>, _> = (0..plan.keys.len())
                    .map(|i| row.try_get("", &format!("k{i}")))
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
            let row = <L::Item as Resource>::Row::from_query_result(row, "")?;
            shown.push(L::Item::show(row, &viewer));
        }
        L::Item::complete(tx, &mut shown).await?;
        let mut response = HttpResponse::Ok();
        if let Some(cursor) = &next {
            response.insert_header((
                header::LINK,
                format!("<{}>; rel=\"next\"", query.next(cursor)),
            ));
        }
        let page = PageInfo {
            limit: plan.limit,
            next_cursor: next,
            total,
        };
        if plan.fields.is_none() && plan.expand.is_empty() {
            return Ok(Page::raw(response.json(Written { items: shown, page })));
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
        Ok(Page::raw(response.json(Written { items, page })))
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
