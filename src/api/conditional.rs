//! Reading again: 304 for a client that already has the answer.
use actix_web::HttpResponse;
use actix_web::body::{BoxBody, MessageBody as _};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::headers::IfNoneMatch;
use super::reply::digest;
use crate::auth::Gate;
use crate::error::Error;

/// Headers that a 304 repeats (RFC 9110, 15.4.5).
const KEPT: [HeaderName; 3] = [header::ETAG, header::VARY, header::CACHE_CONTROL];

/// Innermost middleware. The answer to a `GET` gets an `ETag` unless it has one, as rows do: a digest,
/// weak because the body may be compressed later. The answer is computed in any case: what it rests on
/// has no version, and reading protected data leaves a trace.
pub async fn unless_held(
    req: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse, actix_web::Error> {
    let answer = next.call(req).await?;
    let gate = answer.request().app_data::<Data<Gate>>();
    let operation = gate.and_then(|gate| gate.contract.operation_of(answer.request()));
    if answer.status() != StatusCode::OK || !operation.is_some_and(|o| o.conditional) {
        return Ok(answer);
    }
    let held = match IfNoneMatch::read(answer.request()) {
        Ok(held) => held,
        Err(e) => return Ok(answer.error_response(e)),
    };
    let (req, response) = answer.into_parts();
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(streamed) => return Ok(ServiceResponse::new(req, response.set_body(streamed))),
    };
    if !response.headers().contains_key(header::ETAG) {
        let tag = HeaderValue::from_str(&format!("W/\"{}\"", digest(&body)));
        let tag = tag.map_err(Error::internal)?;
        response.headers_mut().insert(header::ETAG, tag);
    }
    let tag = response.headers().get(header::ETAG);
    let tag = tag.and_then(|tag| tag.to_str().ok()).unwrap_or_default();
    if !held.holds(tag) {
        return Ok(ServiceResponse::new(
            req,
            response.set_body(BoxBody::new(body)),
        ));
    }
    let mut unchanged = HttpResponse::NotModified();
    for name in KEPT {
        for value in response.headers().get_all(&name) {
            unchanged.append_header((name.clone(), value));
        }
    }
    Ok(ServiceResponse::new(req, unchanged.finish()))
}
