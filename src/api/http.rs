//! Middleware around every request: its own task, problem+json, headers and the log line.
use std::time::{Duration, Instant};

use actix_cors::CorsError;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode, Uri};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use tokio::sync::OwnedSemaphorePermit;

use super::{body, cors, vary, wrong};
use crate::auth::limits::Allowance;
use crate::auth::{self, Gate, RequestId, Signed};
use crate::error::{At, Code, Error, Fault, Lang, Result};
use crate::law::{Words, say};

/// Largest JSON body, in bytes.
pub const LARGEST_BODY: usize = 64 * 1024;
/// A request that takes longer is answered with 503, while its work runs to the end.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(10);

/// The error for an id in the path that is no UUID, or is not written in its usual form.
pub fn bad_id() -> Error {
    let words = say(
        "Mã trong đường dẫn phải là UUID viết bằng chữ thường, dạng 8-4-4-4-12.",
        "The id in the path must be a UUID in lower case, as 8-4-4-4-12.",
    );
    let fault = Fault::parameter("id", "invalid", words.clone());
    Error::faults(Code::InvalidPath, vec![fault]).detail(words)
}

/// The same for what no permit has looked at.
pub fn bad_path(_: actix_web::error::PathError, _: &HttpRequest) -> actix_web::Error {
    bad_id().into()
}

/// For unmatched requests: OPTIONS is answered, a known path is 405 with Allow, anything else 404.
pub async fn fallback(req: HttpRequest, gate: Data<Gate>) -> Result<HttpResponse> {
    // pages for browsers are not in the document
    let page = || (req.match_pattern()).map(|_| "GET, HEAD, OPTIONS".to_owned());
    match gate.contract.allow(req.path()).or_else(page) {
        Some(allow) if req.method() == Method::OPTIONS => Ok(HttpResponse::NoContent()
            .insert_header((header::ALLOW, allow))
            .finish()),
        Some(allow) => Err(Error::new(Code::MethodNotAllowed).header(header::ALLOW, allow)),
        None => Err(Error::new(Code::RouteNotFound)),
    }
}

/// Outermost middleware: runs the request as a task of its own, so that a client that hangs up does
/// not cut a transaction short. Turns panics and slow work into problems.
pub async fn as_task<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let advice = Advice::of(&req);
    let task = actix_web::rt::spawn(next.call(req));
    match tokio::time::timeout(LONGEST_REQUEST, task).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => {
            tracing::error!(
                panic = panic.is_panic(),
                "a request's task ended without an answer"
            );
            Err(Error::new(Code::Internal).into())
        }
        Err(_) => {
            let advice = advice.words();
            let detail = say(
                format!("Quá thời gian. {}", advice.vi),
                format!("Out of time. {}", advice.en),
            );
            let late = Error::new(Code::Unavailable).detail(detail);
            Err(late.header(header::RETRY_AFTER, "2").into())
        }
    }
}

/// A slot among the requests in progress, released while a body is awaited, so that slow senders
/// block nobody.
pub struct Turn {
    _held: OwnedSemaphorePermit,
}

impl Turn {
    pub fn of(place: OwnedSemaphorePermit) -> Self {
        Self { _held: place }
    }
}

/// Refuses requests that would have to wait too long, before anything is read. Health checks are
/// always answered.
pub async fn admit<B: MessageBody>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let gate = req.app_data::<Data<Gate>>().cloned();
    let gate = gate.filter(|_| !["/healthz", "/readyz"].contains(&req.path()));
    match gate.map(|gate| gate.limits.admit()).transpose() {
        Ok(turn) => req.extensions_mut().insert(turn.map(Turn::of)),
        Err(busy) => return Ok(req.error_response(busy).map_into_right_body()),
    };
    let answer = next.call(req).await?;
    answer.request().extensions_mut().remove::<Option<Turn>>();
    Ok(answer.map_into_left_body())
}

/// What to do after a 503: only what the operation takes. Kept until it is needed.
struct Advice {
    gate: Option<Data<Gate>>,
    method: Method,
    address: Uri,
}

impl Advice {
    fn of(req: &ServiceRequest) -> Self {
        Self {
            gate: req.app_data::<Data<Gate>>().cloned(),
            method: req.method().clone(),
            address: req.uri().clone(),
        }
    }

    fn words(&self) -> Words {
        let operation = (self.gate.as_ref()).and_then(|gate| {
            gate.contract
                .operation_at(&self.method, self.address.path())
        });
        if self.method.is_safe() {
            say("Hãy thử lại sau.", "Try again shortly.")
        } else if operation.is_some_and(|o| o.repeatable) {
            say(
                "Kết quả chưa rõ: hãy gửi lại với cùng Idempotency-Key.",
                "The result is unknown: repeat the request with the same Idempotency-Key.",
            )
        } else {
            say(
                "Kết quả chưa rõ: hãy đọc lại rồi mới gửi lại.",
                "The result is unknown: read the row again before you repeat the request.",
            )
        }
    }
}

/// Adds the language to `Vary`, because the answer depends on it. Written last: the layers in
/// between keep one line of `Vary` only.
pub struct ByLanguage;

/// Headers whose lists would be in a different order from each worker.
const LISTS: [HeaderName; 3] = [
    header::ACCESS_CONTROL_EXPOSE_HEADERS,
    header::ACCESS_CONTROL_ALLOW_HEADERS,
    header::ACCESS_CONTROL_ALLOW_METHODS,
];

/// The same list in the alphabet's order.
fn in_order(list: &HeaderValue) -> Option<HeaderValue> {
    let mut all: Vec<&str> = list.to_str().ok()?.split(',').map(str::trim).collect();
    all.sort_unstable();
    HeaderValue::from_str(&all.join(", ")).ok()
}

const SECURITY: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-site"),
    (
        "strict-transport-security",
        "max-age=31536000; includeSubDomains",
    ),
    (
        "content-security-policy",
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
];

/// Request ids, errors in the caller's language, security headers, metrics, and one log line
/// without personal data.
pub async fn dress<B: MessageBody + 'static>(
    mut req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&req);
    req.extensions_mut().insert(RequestId(id.clone()));
    let lang = Lang::parse(
        req.headers()
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|v| v.to_str().ok()),
    );
    let method = req.method().clone();
    let advice = Advice::of(&req);
    if method == Method::HEAD {
        req.head_mut().method = Method::GET; // the connection omits the body of a HEAD response
    }
    let answer = next.call(req).await?;
    let own = answer.response().error();
    let own = own.and_then(|e| e.as_error::<Error>());
    let ended = match own {
        Some(own) => Box::pin(auth::ended(answer.request(), own)).await,
        None => None,
    };
    let more = match ended.as_ref().or(own) {
        Some(own) if wrong::of_the_address(own) => body::unread(answer.request()).await,
        Some(_) | None => Vec::new(),
    };
    let error = answer.response().error().map(|e| {
        let path = answer.request().path();
        // a framework error may quote the request: keep only its status
        ended.as_ref().or(e.as_error::<Error>()).map_or_else(
            || {
                (
                    foreign(e).response(lang, path, &id),
                    Some("refused by the framework".to_owned()),
                )
            },
            |own| {
                let advice = (own.code() == Code::Unavailable).then(|| advice.words());
                (
                    own.response_with(advice.as_ref(), &more, lang, path, &id),
                    own.log_cause(),
                )
            },
        )
    });
    // the compression middleware refuses by itself, before anything is done
    let uncoded = error.is_none() && answer.status() == StatusCode::NOT_ACCEPTABLE;
    let error = error.or_else(|| {
        let problem = uncoded.then(|| no_coding().response(lang, answer.request().path(), &id))?;
        Some((problem, None))
    });
    let gate = answer.request().app_data::<Data<Gate>>().cloned();
    let operation = gate
        .as_ref()
        .and_then(|g| g.contract.operation_of(answer.request()));
    let going = operation.and_then(|o| o.going(answer.request().query_string()));
    let operation = operation.map_or_else(|| "none".to_owned(), |o| o.id.clone());
    let mut answer = match error {
        Some((problem, cause)) => {
            if let Some(cause) = cause {
                tracing::warn!(
                    request_id = id,
                    operation,
                    status = problem.status().as_u16(),
                    cause,
                    "refused"
                );
            }
            let kept: Vec<_> = answer
                .headers()
                .iter()
                .filter(|(n, _)| n.as_str().starts_with("access-control-") || n.as_str() == "vary")
                .map(|(n, v)| (n.clone(), v.clone()))
                .collect();
            let mut problem = answer.into_response(problem).map_into_right_body();
            for (name, value) in kept {
                problem.headers_mut().append(name, value);
            }
            problem
                .headers_mut()
                .append(header::VARY, HeaderValue::from_static("accept-language"));
            problem
        }
        None => answer.map_into_left_body(),
    };
    let allowance = answer.request().extensions().get::<Allowance>().copied();
    let by_language = answer.request().extensions().contains::<ByLanguage>();
    let bodiless = answer.status() == StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    vary::line(headers, by_language, bodiless);
    for name in LISTS {
        if let Some(list) = headers.get(&name).and_then(in_order) {
            headers.insert(name, list);
        }
    }
    for (name, value) in SECURITY {
        if !headers.contains_key(*name) {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(a) = allowance {
        for (name, value) in [
            ("ratelimit-limit", u64::from(a.limit)),
            ("ratelimit-remaining", u64::from(a.remaining)),
            ("ratelimit-reset", a.reset),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    if let (Some((since, gone)), true) = (going, answer.status().is_success()) {
        let headers = answer.headers_mut();
        headers.insert(HeaderName::from_static("deprecation"), since.clone());
        headers.insert(HeaderName::from_static("sunset"), gone.clone());
    }
    let (status, seconds) = (answer.status().as_u16(), started.elapsed().as_secs_f64());
    metrics::counter!("http_requests_total", "operation" => operation.clone(), "status" => status.to_string()).increment(1);
    metrics::histogram!("http_request_seconds", "operation" => operation.clone()).record(seconds);
    let signed = answer.request().extensions().get().map(Signed::account);
    let account = signed.map(tracing::field::display);
    tracing::info!(
        request_id = id,
        account,
        method = method.as_str(),
        operation,
        status,
        ms = seconds * 1000.0,
        "request"
    );
    Ok(answer)
}

/// The caller's own id if it is harmless, else the trace id of `traceparent`, else a new one.
fn request_id(req: &ServiceRequest) -> String {
    let given = req
        .headers()
        .get("x-request-id")
        .and_then(|v| v.to_str().ok())
        .filter(|v| {
            (1..=100).contains(&v.len())
                && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    let traced = || {
        req.headers()
            .get("traceparent")
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.split('-').nth(1))
            .filter(|v| {
                v.len() == 32
                    && v.bytes().all(|b| b.is_ascii_hexdigit())
                    && v.bytes().any(|b| b != b'0')
            })
    };
    given
        .or_else(traced)
        .map_or_else(|| uuid::Uuid::now_v7().to_string(), str::to_owned)
}

/// 406 for a client that takes the answer neither as it is nor compressed in a way that is known here.
fn no_coding() -> Error {
    let words = say(
        "Accept-Encoding loại trừ mọi cách mã hóa của dịch vụ này: hãy chấp nhận identity, gzip hoặc deflate.",
        "Accept-Encoding excludes every coding of this service: accept identity, gzip or deflate.",
    );
    let fault = Fault {
        at: At::Header("Accept-Encoding"),
        code: "invalid",
        detail: words.clone(),
    };
    Error::faults(Code::NotAcceptable, vec![fault]).detail(words)
}

/// Translates an error raised by actix or a library into a problem of this API.
fn foreign(e: &actix_web::Error) -> Error {
    match e.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::PayloadTooLarge),
        StatusCode::REQUEST_TIMEOUT => Error::new(Code::RequestTimeout),
        StatusCode::NOT_FOUND => Error::new(Code::RouteNotFound),
        s if s.is_client_error() => match e.as_error::<CorsError>() {
            Some(refused) => cors::refused(refused),
            None => Error::new(Code::InvalidParameter),
        },
        _ => Error::new(Code::Internal),
    }
}

/// The fault for a reference to nothing that the caller can see.
pub fn unknown_reference(pointer: &str) -> Fault {
    Fault::pointer(
        pointer,
        "unknown_reference",
        say("Không có bản ghi này.", "There is no such row."),
    )
}
