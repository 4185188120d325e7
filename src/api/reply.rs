//! Return types of handlers: the type decides the status and the body that the document promises.
use std::marker::PhantomData;

use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::http::header::{self, HeaderValue, TryIntoHeaderPair};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, Responder};
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::Value;
use twox_hash::XxHash3_64;
use utoipa::ToSchema;

use super::document::phrases;
use super::http::ByLanguage;
use super::operation::{Answer, Draft, JSON};
use crate::error::{Error, Lang, Result};

/// The ETag of a version: `"7"`.
pub fn etag(version: i32) -> String {
    format!("\"{version}\"")
}

/// Bytes of a view's digest.
const VIEW: usize = 8;

/// The ETag of one view of a version, where readers differ in what they see or ask for, or part of it is
/// computed: `"7-90a1b2c3d4e5f607"`. What changes with the reader's role, or without the version,
/// changes it.
pub fn etag_of(version: i32, body: &str) -> String {
    format!("\"{version}-{}\"", digest(body.as_bytes()))
}

/// What tells one body from another. It keeps no secret, because its reader has the body, and a
/// cryptographic digest took a tenth of the time of a list of 50.
pub fn digest(body: &[u8]) -> String {
    let digest: [u8; VIEW] = XxHash3_64::oneshot(body).to_be_bytes();
    HEXLOWER.encode(&digest)
}

/// Whether this is how a view is written after the version.
pub fn is_view(text: &str) -> bool {
    HEXLOWER
        .decode(text.as_bytes())
        .is_ok_and(|view| view.len() == VIEW)
}

/// 200 with a `T`.
#[derive(Debug)]
pub struct Reply<T> {
    response: HttpResponse,
    body: PhantomData<T>,
}

/// 200 with a `T` whose sentences are in the reader's language, which the headers say.
#[derive(Debug)]
pub struct Spoken<T>(Reply<T>);

/// 201 with the new `T`, its `ETag` and `Location`; a repeated `Idempotency-Key` gets the same
/// answer again. Only `edit::create` makes one.
#[derive(Debug)]
pub struct Created<T> {
    response: HttpResponse,
    body: PhantomData<T>,
}

/// 200 with what a POST has done, which is nothing that can be read later; a repeated
/// `Idempotency-Key` gets the same answer again. Its sentences are in the reader's language.
#[derive(Debug)]
pub struct Done<T> {
    response: HttpResponse,
    body: PhantomData<T>,
}

/// 200 with a page of `T`. Only a list makes one.
#[derive(Debug)]
pub struct Page<T> {
    response: HttpResponse,
    item: PhantomData<T>,
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

impl<T: Serialize> Reply<T> {
    pub fn new(body: &T) -> Self {
        Self::raw(HttpResponse::Ok().json(body))
    }
}

impl<T> Reply<T> {
    /// 200 with a body that is a `T` in JSON already.
    pub fn written(body: String) -> Self {
        Self::raw(HttpResponse::Ok().content_type(JSON).body(body))
    }

    /// The caller guarantees that the body is a `T`.
    pub(super) fn raw(response: HttpResponse) -> Self {
        Self {
            response,
            body: PhantomData,
        }
    }

    #[must_use]
    pub fn header(mut self, header: impl TryIntoHeaderPair) -> Self {
        if let Ok((name, value)) = header.try_into_pair() {
            self.response.headers_mut().insert(name, value);
        }
        self
    }

    /// Sets the row's version as the `ETag`.
    #[must_use]
    pub fn version(self, version: i32) -> Self {
        self.header((header::ETAG, etag(version)))
    }

    #[must_use]
    pub fn cache(self, control: &'static str) -> Self {
        self.header((header::CACHE_CONTROL, control))
    }
}

impl<T: Serialize> Spoken<T> {
    pub fn new(body: &T) -> Self {
        Self(Reply::new(body))
    }
}

impl<T> Created<T> {
    pub(super) fn raw(response: HttpResponse) -> Self {
        Self {
            response,
            body: PhantomData,
        }
    }
}

impl<T> Created<T> {
    /// Adds a property that is shown only once: the answer kept for a repeated request lacks it.
    pub fn once(self, name: &str, value: &str) -> Result<Self> {
        let (head, body) = self.response.into_parts();
        let body = body.try_into_bytes();
        let body =
            body.map_err(|_| Error::internal(anyhow::anyhow!("a body that is not there")))?;
        let mut shown: Value = serde_json::from_slice(&body).map_err(Error::internal)?;
        shown[name] = value.into();
        Ok(Self::raw(head.set_body(BoxBody::new(shown.to_string()))))
    }
}

impl<T> Done<T> {
    /// The stored answer.
    pub fn again(response: HttpResponse) -> Self {
        Self {
            response,
            body: PhantomData,
        }
    }

    /// The caller guarantees that the body is a `T`.
    pub fn new(version: i32, body: String) -> Self {
        let mut response = HttpResponse::Ok();
        response
            .content_type(JSON)
            .insert_header((header::ETAG, etag(version)));
        Self::again(response.body(body))
    }
}

impl<T> Page<T> {
    pub(super) fn raw(response: HttpResponse) -> Self {
        Self {
            response,
            item: PhantomData,
        }
    }
}

/// Says in which language the sentences are, and that another reader gets another one.
pub(super) fn in_the_language_of(req: &HttpRequest, mut response: HttpResponse) -> HttpResponse {
    let accept = req.headers().get(header::ACCEPT_LANGUAGE);
    let lang = Lang::parse(accept.and_then(|value| value.to_str().ok()));
    let value = HeaderValue::from_static(lang.pick("vi", "en"));
    response
        .headers_mut()
        .insert(header::CONTENT_LANGUAGE, value);
    req.extensions_mut().insert(ByLanguage);
    response
}

impl<T> Responder for Reply<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

impl<T> Responder for Spoken<T> {
    type Body = BoxBody;
    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        in_the_language_of(req, self.0.response)
    }
}

impl<T> Responder for Created<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

impl<T> Responder for Done<T> {
    type Body = BoxBody;
    fn respond_to(self, req: &HttpRequest) -> HttpResponse {
        in_the_language_of(req, self.response)
    }
}

impl<T> Responder for Page<T> {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.response
    }
}

impl Responder for NoContent {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::NoContent().finish()
    }
}

/// `QuotaPlan` -> `quota plan`
fn words(name: &str) -> String {
    let mut words = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

impl<T: ToSchema> Answer for Reply<T> {
    fn describe(draft: &mut Draft) {
        let phrase = if draft.promises.if_match {
            phrases::AS_IT_IS_NOW
        } else {
            phrases::THE
        };
        draft.succeeds(200, phrase.about(&[&words(&T::name())]));
        let schema = draft.schema::<T>();
        draft.content(200, JSON, schema);
    }
}

impl<T: ToSchema> Answer for Spoken<T> {
    fn describe(draft: &mut Draft) {
        draft.promises.spoken = true;
        Reply::<T>::describe(draft);
    }
}

impl<T: ToSchema> Answer for Created<T> {
    fn describe(draft: &mut Draft) {
        draft.promises.idempotency_key = true;
        draft.succeeds(201, phrases::NEW.about(&[&words(&T::name())]));
        let schema = draft.schema::<T>();
        draft.content(201, JSON, schema);
    }
}

impl<T: ToSchema> Answer for Done<T> {
    fn describe(draft: &mut Draft) {
        draft.promises.idempotency_key = true;
        Spoken::<T>::describe(draft);
    }
}

impl<T: ToSchema> Answer for Page<T>
where
    Self: ToSchema,
{
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, phrases::PAGE.about(&[&draft.noun()]));
        let schema = draft.schema::<Self>();
        draft.content(200, JSON, schema);
    }
}

impl Answer for NoContent {
    fn describe(draft: &mut Draft) {
        draft.succeeds(204, "Removed");
    }
}
