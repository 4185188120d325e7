//! Lists: a page of a resource with filters, order, cursor and the objects that `expand` adds.
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, ModelTrait as _, QueryTrait as _};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

pub mod chosen;
pub(super) mod expanded;
pub(super) mod keyed;
mod order;
pub mod query;
mod search;
pub mod value;

use keyed::Keyed;

use super::access_log;
use super::document::lists;
use super::edit::{find, viewer};
use super::names;
use super::operation::{Argument, Draft};
use super::prepared::prepared;
use super::reply::Page;
use crate::access::Permission;
use crate::api::list::query::{ListQuery, PageInfo, Plan};
use crate::api::list::value::key_text;
use crate::api::resource::{Ended, Resource, Row, Spec, Viewer, within};
use crate::auth::{By, Permit};
use crate::db::{Db, Query, Table as _, Tx, constant};
use crate::error::{Error, Result};

/// A resource as one of its lists shows it. Every resource is its own `Listed`; a list that lacks
/// some of the filters is a separate type.
pub trait Listed {
    type Item: Resource;
    const SPEC: Spec;
}

impl<R: Resource> Listed for R {
    type Item = R;
    const SPEC: Spec = R::SPEC;
}

/// The filters, order and position that the caller asks of a list.
#[derive(Clone, Debug)]
pub struct List<L> {
    query: ListQuery,
    of: PhantomData<L>,
}

impl<L: Listed + 'static> FromRequest for List<L> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(chosen::asked::<L>(req).map(|query| Self {
            query,
            of: PhantomData,
        }))
    }
}

impl<L: Listed<Item: ToSchema>> Argument for List<L> {
    fn describe(draft: &mut Draft) {
        let properties = properties::<L::Item>();
        draft.promises.list = Some(lists::parameters(&L::SPEC, &properties, L::Item::ENDED));
        let whole = serde_json::to_value(L::Item::schema()).unwrap_or_default();
        let item = lists::item(&L::SPEC, &L::Item::name(), &whole);
        draft.promises.derived.insert(item_name::<L::Item>(), item);
    }
}

/// Schema name of a type as a list item.
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

/// Property names of a wire type.
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
    page(db, permit, query, None, NO_PARENT).await
}

/// `GET` of part of a collection: the rows of one kind.
pub async fn list_where<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    query: &List<L>,
    part: Expr,
) -> Result<Page<L::Item>> {
    page(db, permit, query, Some(part), NO_PARENT).await
}

/// `GET` of the rows below a parent; `parent` answers 404 if the caller cannot see it.
pub async fn list_below<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    query: &List<L>,
    part: Expr,
    parent: impl AsyncFn(&Tx) -> Result<()>,
) -> Result<Page<L::Item>> {
    page(db, permit, query, Some(part), Some(parent)).await
}

/// `GET` of the rows below the `Parent` with this id: 404 if the caller cannot see it.
pub async fn list_of<Parent: Resource, L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    query: &List<L>,
    id: Uuid,
    part: Expr,
) -> Result<Page<L::Item>> {
    let reach = permit.reach();
    let parent = async |tx: &Tx| find::<Parent>(tx, reach, id, false).await.map(drop);
    list_below(db, permit, query, part, parent).await
}

type Checked = fn(&Tx) -> Ready<Result<()>>;

const NO_PARENT: Option<Checked> = None;

/// The conditions of the list, before paging.
fn chosen<R: Resource>(
    scope: &str,
    part: Option<&Expr>,
    plan: &Plan,
    ended: Option<Ended>,
) -> Vec<Expr> {
    let mut all = vec![within(scope)];
    all.extend(R::Entity::DELETED_AT.map(|deleted| match ended {
        Some(ended) => deleted.is_null().or((ended.condition)()),
        None => deleted.is_null(),
    }));
    all.extend(part.cloned());
    all.extend(plan.filters.iter().cloned());
    all
}

/// The page, plus one row that tells whether there is a next page.
fn paged<R: Resource>(
    tx: &Tx,
    conditions: &[Expr],
    plan: &Plan,
    gathered: bool,
) -> Query<Keyed<Row<R>>> {
    let mut page = R::Entity::find().into_query();
    for condition in conditions.iter().chain(&plan.after) {
        page.and_where(condition.clone());
    }
    order::put(&mut page, plan, gathered);
    page.exprs(names::read::<R>(tx));
    page.limit(u64::from(plan.limit) + 1);
    Query::of(&page)
}

/// A total that is not counted further: there are more than ten thousand.
const MOST_COUNTED: u64 = 10_001;

fn counted<R: Resource>(conditions: &[Expr]) -> Query<(i64,)> {
    let mut rows = Build::select();
    rows.expr(constant(1)).from(R::Entity::default());
    for condition in conditions {
        rows.and_where(condition.clone());
    }
    rows.limit(MOST_COUNTED);
    let mut count = Build::select();
    count
        .expr(Func::count(Expr::col(Asterisk)))
        .from_subquery(rows, "counted");
    Query::of(&count)
}

/// The position after the page: the sort keys of its last row, as text.
fn end<R: Resource>(last: &Keyed<Row<R>>, plan: &Plan) -> Result<Vec<String>> {
    let mut more = last.more.iter();
    let text = plan.keys.iter().map(|key| match key.field.column() {
        Some(column) => {
            let column = column.name().parse().ok();
            column.and_then(|column| key_text(last.row.get(column)))
        }
        None => more.next().cloned().flatten(),
    });
    let text: Option<Vec<String>> = text.collect();
    text.ok_or_else(|| Error::internal(anyhow::anyhow!("{}: an order without value", R::SPEC.name)))
}

async fn page<L: Listed, P: Permission>(
    db: &Db,
    permit: &Permit<P>,
    list: &List<L>,
    part: Option<Expr>,
    parent: Option<impl AsyncFn(&Tx) -> Result<()>>,
) -> Result<Page<L::Item>> {
    let viewer = viewer(db, permit);
    let traced = access_log::traces::<L::Item>(&viewer);
    db.read_traced(permit, traced, async |tx| {
        let reading = Reading {
            by: permit.by(),
            viewer: &viewer,
            followed: traced || parent.is_some(),
        };
        let (page, tx) = reading.page::<L>(tx, &list.query, part.as_ref()).await?;
        if let (Some(parent), Some(tx)) = (&parent, &tx) {
            parent(tx).await?;
        }
        Ok(page)
    })
    .await
}

/// Who reads a list, and whether anything follows in its transaction.
struct Reading<'a> {
    by: By<'a>,
    viewer: &'a Viewer,
    followed: bool,
}

impl Reading<'_> {
    /// The page, and the transaction where an empty one leaves a question. Apart from who may ask:
    /// compiled once for each list, and not for each way to it.
    async fn page<L: Listed>(
        &self,
        tx: Tx,
        query: &ListQuery,
        part: Option<&Expr>,
    ) -> Result<(Page<L::Item>, Option<Tx>)> {
        let Self {
            by,
            viewer,
            followed,
        } = *self;
        let spec = L::SPEC;
        let known = prepared::<L::Item>();
        let plan = query.plan(&spec, known.id, viewer.role, &known.properties)?;
        let scope = tx.scope(&(spec.scope)(viewer.reach), "");
        let ended = query.ended(L::Item::ENDED);
        let mut conditions = chosen::<L::Item>(&scope, part, &plan, ended);
        if let Some(found) = plan.search.clone() {
            conditions.push(search::named(&tx, found, known.id.expr(), &plan).await?);
        }
        let total = if plan.include_total {
            Some(tx.soon(counted::<L::Item>(&conditions)).await)
        } else {
            None
        };
        let gathered = order::gathers(&spec, &query.pairs, &plan);
        let wanted = paged::<L::Item>(&tx, &conditions, &plan, gathered);
        // nothing else to read: send COMMIT along with the select
        let followed = followed || L::Item::COMPLETED || ended.is_some() || !plan.expand.is_empty();
        let (mut rows, tx) = if followed {
            (tx.all(wanted).await?, Some(tx))
        } else {
            (tx.last().all(wanted).await?, None)
        };
        let total = match total {
            Some(counted) => counted.one().await?.map(|(n,)| n),
            None => None,
        };
        let more = rows.len() > plan.limit as usize;
        rows.truncate(plan.limit as usize);
        let next = match rows.last() {
            Some(end_row) if more => Some(query.cursor(&plan, end::<L::Item>(end_row, &plan)?)),
            _ => None,
        };
        if let Some(tx) = &tx {
            let read = rows.iter().map(|keyed| &keyed.row);
            // a filter by a field reveals as much as the field does
            let asked = |name: &str| {
                let fields = plan.fields.as_ref();
                let filters = &mut query.pairs.keys();
                fields.is_none_or(|fields| fields.iter().any(|field| field == name))
                    || filters.any(|filter| filter.starts_with(name))
            };
            access_log::trace::<L::Item>(tx, by, viewer, asked, read).await?;
        }
        let keys = plan.keys.iter();
        let keys = keys.filter(|key| key.field.column().is_none()).count();
        let mut found: Vec<L::Item> = (rows.into_iter())
            .map(|keyed| {
                let mut item = L::Item::show(keyed.row, viewer);
                names::put(&mut item, keyed.more.into_iter().skip(keys))?;
                Ok(item)
            })
            .collect::<Result<_>>()?;
        let empty = found.is_empty();
        let mut beside = Vec::new();
        if let Some(tx) = &tx {
            if !plan.expand.is_empty() {
                let ids = serde_json::to_value(&found).map_err(Error::internal)?;
                beside = expanded::ask(tx, &ids, spec.expand, &plan.expand).await;
            }
            L::Item::complete(tx, &mut found).await?;
        }
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
            let page = Page::raw(response.json(Written { items: found, page }));
            return Ok((page, tx.filter(|_| empty)));
        }
        let mut items = serde_json::to_value(found).map_err(Error::internal)?;
        expanded::put(&mut items, beside).await?;
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
        let page = Page::raw(response.json(Written { items, page }));
        Ok((page, tx.filter(|_| empty)))
    }
}
