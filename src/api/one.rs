//! What a reader of a single object asks for: some of its properties, the objects beside it.
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use serde::Serialize;
use serde_json::Value;
use utoipa::{PartialSchema, ToSchema};

use super::document::lists;
use super::list::chosen::Chosen;
use super::list::query::ListQuery;
use super::list::{expanded, properties};
use super::operation::{Argument, Draft};
use super::prepared::prepared;
use super::reply::{Reply, etag, etag_of};
use super::resource::Resource;
use super::wrong;
use crate::db::Tx;
use crate::error::{Error, Result};

/// The argument of a `GET` of one `R`.
#[derive(Clone, Debug)]
pub struct One<R> {
    query: ListQuery,
    of: PhantomData<R>,
}

/// The argument of a `GET` of one `T` that is no row: which of its properties a reader asks for.
#[derive(Clone, Debug)]
pub struct Part<T> {
    query: ListQuery,
    of: PhantomData<T>,
}

impl<T: Serialize + PartialSchema> Part<T> {
    /// 200 with what was asked for; 400 names a property that is not known.
    pub fn of(&self, version: i32, whole: &T) -> Result<Reply<T>> {
        let chosen = self.query.chosen(&[], &properties::<T>())?;
        let body = if chosen.whole() {
            serde_json::to_string(whole).map_err(Error::internal)?
        } else {
            let whole = serde_json::to_value(whole).map_err(Error::internal)?;
            chosen.of(whole).to_string()
        };
        let tag = etag_of(version, &body);
        Ok(Reply::written(body).header((header::ETAG, tag)))
    }
}

impl<T: Serialize + PartialSchema + 'static> FromRequest for Part<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(ListQuery::of(req).map(|query| {
            let asked = query.clone();
            wrong::judged_later(req, move |_| {
                asked.chosen(&[], &properties::<T>()).map(drop)
            });
            Self {
                query,
                of: PhantomData,
            }
        }))
    }
}

impl<T: PartialSchema> Argument for Part<T> {
    fn describe(draft: &mut Draft) {
        draft.promises.parameters = vec![lists::fields(&properties::<T>())];
    }
}

impl<R: Resource> One<R> {
    /// The properties and objects asked for; 400 names one that is not known.
    pub fn chosen(&self) -> Result<Chosen> {
        let known = &prepared::<R>().properties;
        self.query.chosen(R::SPEC.expand, known)
    }

    /// The object as JSON, as asked for.
    pub async fn written(chosen: &Chosen, tx: Option<&Tx>, one: &R) -> Result<String> {
        if chosen.whole() {
            return serde_json::to_string(one).map_err(Error::internal);
        }
        let mut one = Value::Array(vec![serde_json::to_value(one).map_err(Error::internal)?]);
        if let Some(tx) = tx {
            let beside = expanded::ask(tx, &one, R::SPEC.expand, &chosen.expand).await;
            expanded::put(&mut one, beside).await?;
        }
        let one = chosen.of(one[0].take());
        serde_json::to_string(&one).map_err(Error::internal)
    }
}

/// The ETag of a whole row. Where readers see different things, where a name beside an id may change,
/// and where something is computed, it tells the views apart.
pub fn tag<R: Resource>(version: i32, body: &str) -> String {
    if R::PERSONAL || R::SPEC.computed || !R::NAMES.is_empty() {
        etag_of(version, body)
    } else {
        etag(version)
    }
}

/// 200 with one object as it was asked for.
pub fn seen<R: Resource>(version: i32, body: String, chosen: &Chosen) -> Reply<R> {
    let tag = if chosen.whole() {
        tag::<R>(version, &body)
    } else {
        etag_of(version, &body)
    };
    Reply::written(body).header((header::ETAG, tag))
}

/// 200 with a row that was written, with the ETag that its next reading gives.
pub fn written<R: Resource>(version: i32, body: String) -> Reply<R> {
    let tag = tag::<R>(version, &body);
    Reply::written(body).header((header::ETAG, tag))
}

impl<R: Resource> FromRequest for One<R> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(ListQuery::of(req).map(|query| {
            let asked = query.clone();
            wrong::judged_later(req, move |_| {
                let known = &prepared::<R>().properties;
                asked.chosen(R::SPEC.expand, known).map(drop)
            });
            Self {
                query,
                of: PhantomData,
            }
        }))
    }
}

impl<R: Resource + ToSchema> Argument for One<R> {
    fn describe(draft: &mut Draft) {
        draft.promises.one = true;
        let mut asked = vec![lists::fields(&properties::<R>())];
        asked.extend(lists::expand(&R::SPEC));
        draft.promises.parameters = asked;
        let mut whole = serde_json::to_value(R::schema()).unwrap_or_default();
        lists::expanded(&R::SPEC, &mut whole);
        draft.promises.derived.insert(R::name().into_owned(), whole);
    }
}
