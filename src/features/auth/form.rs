//! Form bodies and error responses, in which RFC 6749 differs from the rest of the API.
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use utoipa::ToSchema;

use super::wire::TokenError;
use crate::api::body;
use crate::api::operation::{Argument, Draft, JSON};
use crate::error::{Error, Problem, Result};

const FORM: &str = "application/x-www-form-urlencoded";
const PROBLEM: &str = "application/problem+json";

/// Maximum number of fields, unknown ones included.
const MOST_FIELDS: usize = 20;

/// A form, documented as `T`; `fields` is `None` if the body is not a form or repeats a parameter.
pub struct Form<T> {
    pub fields: Option<BTreeMap<String, String>>,
    shown: PhantomData<T>,
}

impl<T: 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (req, mut payload) = (req.clone(), payload.take());
        let is_form = req.content_type().eq_ignore_ascii_case(FORM);
        Box::pin(async move {
            let bytes = body::bytes(&req, &mut payload).await?;
            Ok(Self {
                fields: is_form.then(|| fields(&bytes)).flatten(),
                shown: PhantomData,
            })
        })
    }
}

fn fields(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes).into_owned() {
        if fields.insert(name, value).is_some() {
            return None; // RFC 6749, 3.2: no parameter may be repeated
        }
    }
    (fields.len() <= MOST_FIELDS).then_some(fields)
}

impl<T: ToSchema> Argument for Form<T> {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<T>();
        draft.takes(FORM, schema);
    }
}

/// 400 as RFC 6749 has it; a problem, as everywhere else, where the query or a header is at fault.
pub fn describe_refusal(draft: &mut Draft, about: &'static str) {
    draft.answers(400, about);
    let error = draft.schema::<TokenError>();
    draft.content(400, JSON, error);
    let problem = draft.schema::<Problem>();
    draft.content(400, PROBLEM, problem);
}

pub fn basic(req: &HttpRequest) -> Option<(String, String)> {
    let value = req.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, code) = value.split_once(' ')?;
    let pair = scheme
        .eq_ignore_ascii_case("basic")
        .then(|| STANDARD.decode(code.trim()).ok())??;
    let text = String::from_utf8(pair).ok()?;
    text.split_once(':')
        .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

/// RFC 6749 defines its own error format.
pub struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

pub const fn refuse(status: StatusCode, error: &'static str, description: &'static str) -> Refusal {
    Refusal {
        status,
        error,
        description,
    }
}

impl Refusal {
    pub fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"ketnap\""));
        }
        response.json(TokenError {
            error: self.error,
            error_description: self.description.to_owned(),
        })
    }
}
