//! What a reader of a single object asks for: not the version it holds, some of its properties, the
//! objects beside it.
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Value;
use utoipa::{PartialSchema, ToSchema};

use super::document::lists;
use super::headers::IfNoneMatch;
use super::list::chosen::Chosen;
use super::list::query::ListQuery;
use super::list::{beside, properties};
use super::operation::{Argument, Draft, JSON};
use super::prepared::prepared;
use super::reply::{Reply, etag, etag_of};
use super::resource::Resource;
use crate::db::Tx;
use crate::error::{Error, Result};

/// The argument of a `GET` of one `R`.
#[derive(Clone, Debug)]
pub struct One<R> {
    pub held: IfNoneMatch,
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
        if chosen.whole() {
            return Ok(Reply::new(whole).version(version));
        }
        let whole = serde_json::to_value(whole).map_err(Error::internal)?;
        let body = chosen.of(whole).to_string();
        let tag = etag_of(version, &body);
        Ok(Reply::written(body).header((header::ETAG, tag)))
    }
}

impl<T: 'static> FromRequest for Part<T> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(ListQuery::of(req).map(|query| Self {
            query,
            of: PhantomData,
        }))
    }
}

impl<T: PartialSchema> Argument for Part<T> {
    fn describe(draft: &mut Draft) {
        draft.facts.parameters = vec![lists::fields(&properties::<T>())];
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
        let wanted = R::SPEC.expand.iter();
        for expand in wanted.filter(|e| chosen.expand.iter().any(|name| name == e.name)) {
            if let Some(tx) = tx {
                beside(tx, &mut one, expand).await?;
            }
        }
        let one = chosen.of(one[0].take());
        serde_json::to_string(&one).map_err(Error::internal)
    }
}

/// 200 with one object as it was asked for, or 304 where the caller holds it. Where readers see different
/// things, or a name beside an id may change, its ETag tells the views apart; a version that does not cover what is computed is held by nobody.
pub fn seen<R: Resource>(
    version: i32,
    body: String,
    chosen: &Chosen,
    held: &IfNoneMatch,
) -> Reply<R> {
    let named = !R::NAMES.is_empty() && !R::SPEC.computed;
    let (tag, whole) = if R::PERSONAL || named || !chosen.whole() {
        (etag_of(version, &body), true)
    } else {
        (etag(version), !R::SPEC.computed)
    };
    let mut response = if whole && held.holds(&tag) {
        HttpResponse::NotModified().finish()
    } else {
        HttpResponse::Ok().content_type(JSON).body(body)
    };
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Reply::raw(response)
}

impl<R: 'static> FromRequest for One<R> {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let held = IfNoneMatch::from_request(req, payload).into_inner();
        let query = ListQuery::of(req);
        ready(held.and_then(|held| {
            Ok(Self {
                held,
                query: query?,
                of: PhantomData,
            })
        }))
    }
}

impl<R: Resource + ToSchema> Argument for One<R> {
    fn describe(draft: &mut Draft) {
        draft.facts.if_none_match = true;
        let mut asked = vec![lists::fields(&properties::<R>())];
        asked.extend(lists::expand(&R::SPEC));
        draft.facts.parameters = asked;
        let mut whole = serde_json::to_value(R::schema()).unwrap_or_default();
        lists::expanded(&R::SPEC, &mut whole);
        draft.facts.derived.insert(R::name().into_owned(), whole);
    }
}
