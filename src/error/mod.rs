//! The error type, its table of stable codes, and its rendering as RFC 9457 problem+json.
mod database;
mod problem;

pub use problem::{Current, Problem, ProblemField};

use std::fmt;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};

use crate::law::{Check, Requirement, Words, say};

pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! codes {
    ($($name:ident = $wire:literal $status:ident $vi:literal, $en:literal, $about:literal;)*) => {
        /// Stable and machine-readable. Renaming a code is a breaking change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($name),* }
        impl Code {
            pub const ALL: &[Self] = &[$(Self::$name),*];
            pub const fn wire(self) -> &'static str { match self { $(Self::$name => $wire),* } }
            pub const fn status(self) -> StatusCode { match self { $(Self::$name => StatusCode::$status),* } }
            /// Title in Vietnamese and English.
            pub const fn title(self) -> (&'static str, &'static str) { match self { $(Self::$name => ($vi, $en)),* } }
            /// What the code means and what to do about it, for its page under `/problems`.
            pub const fn about(self) -> &'static str { match self { $(Self::$name => $about),* } }
        }
    };
}

codes! {
    InvalidJson = "invalid_json" BAD_REQUEST "Nội dung JSON không đọc được", "The body is not valid JSON", "The body is not well-formed JSON, is nested too deeply, has a number out of range, or a property twice, which `errors` names. The detail names line and column.";
    InvalidParameter = "invalid_parameter" BAD_REQUEST "Tham số không hợp lệ", "A parameter is not valid", "A query parameter has an invalid value, is sent twice, or is not for your role. `errors` names each one.";
    UnknownParameter = "unknown_parameter" BAD_REQUEST "Tham số không tồn tại", "A parameter is unknown", "A query parameter does not belong to this operation. The detail lists the known ones.";
    InvalidCursor = "invalid_cursor" BAD_REQUEST "Con trỏ trang không hợp lệ", "The cursor is not valid", "A cursor is only valid with the sort and filters it was issued for. Start again without `cursor`.";
    InvalidPath = "invalid_path" BAD_REQUEST "Đường dẫn không hợp lệ", "A path segment is not valid", "An id in the path is not a UUID in lower case, as 8-4-4-4-12.";
    InvalidHeader = "invalid_header" BAD_REQUEST "Tiêu đề yêu cầu không hợp lệ", "A header is not valid", "A request header is malformed. `errors` names it.";
    Unauthenticated = "unauthenticated" UNAUTHORIZED "Cần đăng nhập", "Sign in first", "The request has no valid access token. Get one from /api/v1/auth/token.";
    TokenExpired = "token_expired" UNAUTHORIZED "Phiên truy cập đã hết hạn", "The access token has expired", "Use the refresh token at /api/v1/auth/token to get a new one.";
    TokenRevoked = "token_revoked" UNAUTHORIZED "Phiên truy cập đã bị thu hồi", "The session is no longer valid", "The session was ended, or the account was disabled or changed. Refresh, or sign in again.";
    Forbidden = "forbidden" FORBIDDEN "Không được phép", "Not allowed", "Your role does not have this permission. /api/v1/me lists those it has.";
    PasswordChangeRequired = "password_change_required" FORBIDDEN "Phải đổi mật khẩu", "Change the password first", "The account has a one-time code. Set a password with POST /api/v1/me/password; until then nothing else is allowed.";
    SecondFactorRequired = "second_factor_required" FORBIDDEN "Phải có yếu tố xác thực thứ hai", "Get a second factor first", "Accounts that can see persons unmasked need a second factor. Get one with POST /api/v1/me/second-factor and a first code with POST /api/v1/me/second-factor/confirmations, then refresh the token; until then nothing else is allowed.";
    NotFound = "not_found" NOT_FOUND "Không tìm thấy", "Not found", "The row does not exist or is out of your reach. The two cannot be told apart.";
    RouteNotFound = "route_not_found" NOT_FOUND "Không có địa chỉ này", "No such path", "The service has no resource at this path. /openapi.json lists them all.";
    MethodNotAllowed = "method_not_allowed" METHOD_NOT_ALLOWED "Phương thức không được hỗ trợ", "Method not allowed", "The resource exists but does not support this method. The Allow header lists those it does.";
    NotAcceptable = "not_acceptable" NOT_ACCEPTABLE "Không có định dạng được yêu cầu", "No acceptable representation", "The Accept header excludes every format of this operation, or Accept-Encoding every coding.";
    RequestTimeout = "request_timeout" REQUEST_TIMEOUT "Nội dung yêu cầu không đến đủ kịp thời", "The body did not arrive in time", "The body was announced and did not arrive whole. Send the request again.";
    PayloadTooLarge = "payload_too_large" PAYLOAD_TOO_LARGE "Nội dung quá lớn", "The body is too large", "The body exceeds the limit of 64 KiB.";
    UnsupportedMediaType = "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "Kiểu nội dung không được hỗ trợ", "Unsupported media type", "Send application/json; for PATCH, application/merge-patch+json; to the token endpoint, application/x-www-form-urlencoded. Compressed bodies are not accepted. An operation that takes no body refuses one.";
    Duplicate = "duplicate" CONFLICT "Đã tồn tại", "Already exists", "Another row already has this value, which must be unique. `errors` names the field.";
    InvalidTransition = "invalid_transition" CONFLICT "Bước này không thể thực hiện ở trạng thái hiện tại", "Not possible in the current state", "This step is not possible in the current state of the resource.";
    HasDependents = "has_dependents" CONFLICT "Còn dữ liệu phụ thuộc", "Other rows depend on this one", "The row cannot be removed, or moved, while others refer to it. `errors` names the field, where there is one.";
    IdempotencyInProgress = "idempotency_in_progress" CONFLICT "Yêu cầu cùng khóa đang được xử lý", "The same request is still running", "A request with this Idempotency-Key is in progress. Repeat it shortly.";
    CapacityReached = "capacity_reached" CONFLICT "Không đủ chỗ", "Not enough seats", "More people already have a seat in the class than the new number of seats.";
    PreconditionFailed = "precondition_failed" PRECONDITION_FAILED "Dữ liệu đã thay đổi", "Changed meanwhile", "If-Match names an older version. Read the row again; the ETag header has the current version.";
    PreconditionRequired = "precondition_required" PRECONDITION_REQUIRED "Thiếu If-Match", "If-Match is required", "Send If-Match with the ETag of the version you read.";
    ValidationFailed = "validation_failed" UNPROCESSABLE_ENTITY "Dữ liệu không hợp lệ", "Invalid data", "The body is well-formed, but fields are invalid. `errors` names each one.";
    RequirementsUnmet = "requirements_unmet" UNPROCESSABLE_ENTITY "Chưa đủ điều kiện theo quy định", "Requirements not met", "Every unmet requirement is listed in `requirements` with its legal source.";
    IdempotencyKeyReused = "idempotency_key_reused" UNPROCESSABLE_ENTITY "Khóa Idempotency-Key đã dùng cho nội dung khác", "Idempotency-Key used for another request", "Use a new key for a new request.";
    RateLimited = "rate_limited" TOO_MANY_REQUESTS "Quá nhiều yêu cầu", "Too many requests", "Wait for the number of seconds in Retry-After.";
    Unavailable = "unavailable" SERVICE_UNAVAILABLE "Tạm thời không phục vụ được", "Temporarily unavailable", "The database is busy or away. A write may have happened: repeat it with the same Idempotency-Key where the operation takes one, else read the row first.";
    Internal = "internal" INTERNAL_SERVER_ERROR "Lỗi nội bộ", "Internal error", "A bug in the service. Report the trace_id to its operators.";
}

/// Maximum number of faults in a problem, so that a response cannot outgrow its request.
pub const MOST_FAULTS: usize = 100;

/// The part of the request at fault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum At {
    /// JSON pointer into the body.
    Pointer(String),
    Parameter(String),
    Header(&'static str),
}

/// One fault of a request.
#[derive(Clone, Debug)]
pub struct Fault {
    pub at: At,
    pub code: &'static str,
    pub detail: Words,
}

impl Fault {
    pub fn pointer(pointer: impl Into<String>, code: &'static str, detail: Words) -> Self {
        Self {
            at: At::Pointer(harmless(&pointer.into())),
            code,
            detail,
        }
    }
    /// The field names a branch that has ended.
    pub fn branch_closed(pointer: &str, successor: &str) -> Self {
        Self::pointer(pointer, "branch_closed", branch_closed(successor))
    }
    pub fn parameter(name: impl Into<String>, code: &'static str, detail: Words) -> Self {
        Self {
            at: At::Parameter(harmless(&name.into())),
            code,
            detail,
        }
    }
}

/// A branch that has ended, and the one that took over (`-`: none).
pub fn branch_closed(successor: &str) -> Words {
    if matches!(successor, "" | "-") {
        return say(
            "Chi bộ đã kết thúc, không có chi bộ kế tục: hãy chọn chi bộ khác.",
            "The branch has been closed, and none took over: choose another one.",
        );
    }
    say(
        format!("Chi bộ đã kết thúc; chi bộ kế tục: {successor}."),
        format!("The branch has been closed; its successor: {successor}."),
    )
}

/// A name as a part of a JSON pointer (RFC 6901, 3).
pub fn part(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A name from the request, made safe to echo: bounded length, no control characters.
fn harmless(name: &str) -> String {
    name.chars()
        .take(300)
        .map(|c| {
            if crate::law::text::refused(c) {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

/// A message for the caller, and a cause for the log that never reaches a response.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    code: Code,
    detail: Option<Words>,
    faults: Vec<Fault>,
    /// With the part of the body that lacks it, where there are several.
    unmet: Vec<(Option<String>, Check)>,
    current: Option<Current>,
    headers: Vec<(header::HeaderName, String)>,
    cause: Option<anyhow::Error>,
    retry: bool,
}

impl Error {
    pub fn new(code: Code) -> Self {
        Self(Box::new(Inner {
            code,
            detail: None,
            faults: Vec::new(),
            unmet: Vec::new(),
            current: None,
            headers: Vec::new(),
            cause: None,
            retry: false,
        }))
    }
    pub fn code(&self) -> Code {
        self.0.code
    }
    #[must_use]
    pub fn detail(mut self, detail: Words) -> Self {
        self.0.detail = Some(detail);
        self
    }
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.0.headers.push((name, value.into()));
        self
    }
    /// Attaches a cause, for the log only.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<anyhow::Error>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }
    /// Keeps the first [`MOST_FAULTS`].
    pub fn faults(code: Code, mut faults: Vec<Fault>) -> Self {
        faults.truncate(MOST_FAULTS);
        let mut e = Self::new(code);
        e.0.faults = faults;
        e
    }
    /// The places of the body that it is about, too.
    #[must_use]
    pub fn with_faults(mut self, mut faults: Vec<Fault>) -> Self {
        faults.truncate(MOST_FAULTS);
        self.0.faults = faults;
        self
    }
    /// The parts of the request that it names.
    pub fn named(&self) -> &[Fault] {
        &self.0.faults
    }
    /// The fields of a body that is not valid; any other error as it is.
    pub fn into_faults(self) -> Result<Vec<Fault>> {
        if self.0.code == Code::ValidationFailed {
            return Ok(self.0.faults);
        }
        Err(self)
    }
    /// 422 that names one field.
    pub fn invalid(pointer: &str, code: &'static str, detail: Words) -> Self {
        Self::faults(
            Code::ValidationFailed,
            vec![Fault::pointer(pointer, code, detail)],
        )
    }
    /// 422 with every unmet requirement.
    pub fn unmet(unmet: Vec<Check>) -> Self {
        let mut e = Self::new(Code::RequirementsUnmet);
        e.0.unmet = unmet.into_iter().map(|check| (None, check)).collect();
        e
    }
    /// The same of several parts of the body, each under its pointer.
    pub fn unmet_at(parts: Vec<(String, Vec<Check>)>) -> Self {
        let mut e = Self::new(Code::RequirementsUnmet);
        for (pointer, unmet) in parts {
            let lacking = unmet.into_iter();
            e.0.unmet
                .extend(lacking.map(|check| (Some(pointer.clone()), check)));
        }
        e
    }
    /// Where the row stands that the caller meant to change.
    #[must_use]
    pub fn current(mut self, version: i32, stage: Option<String>) -> Self {
        self.0.current = Some(Current { version, stage });
        self
    }
    /// One response for both a row that does not exist and one out of reach.
    pub fn not_found() -> Self {
        Self::new(Code::NotFound)
    }
    pub fn internal(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Code::Internal).cause(cause)
    }
    pub fn unavailable(cause: impl Into<anyhow::Error>) -> Self {
        Self::new(Code::Unavailable)
            .header(header::RETRY_AFTER, "2")
            .cause(cause)
    }
    /// Whether the whole transaction may be retried (serialisation failure, deadlock).
    pub fn is_retryable(&self) -> bool {
        self.0.retry
    }
    /// As text and not as an error, which would bring its backtrace into the log.
    pub fn log_cause(&self) -> Option<String> {
        self.0.cause.as_ref().map(|cause| format!("{cause:#}"))
    }

    /// Renders the problem in the caller's language.
    pub fn response(&self, lang: Lang, instance: &str, trace_id: &str) -> HttpResponse {
        self.response_with(None, &[], lang, instance, trace_id)
    }

    /// The same with a detail, where the error has none of its own, and with more faults.
    pub fn response_with(
        &self,
        detail: Option<&Words>,
        more: &[Fault],
        lang: Lang,
        instance: &str,
        trace_id: &str,
    ) -> HttpResponse {
        let e = &self.0;
        let detail = e.detail.as_ref().or(detail);
        let title = lang.pick(e.code.title().0, e.code.title().1);
        let problem = Problem {
            r#type: format!("/problems/{}", e.code.wire()),
            title: title.to_owned(),
            status: e.code.status().as_u16(),
            detail: detail.map_or(title, |d| lang.of(d)).to_owned(),
            instance: instance.chars().take(2000).collect(),
            code: e.code.wire().to_owned(),
            trace_id: trace_id.to_owned(),
            errors: e
                .faults
                .iter()
                .chain(more)
                .take(MOST_FAULTS)
                .map(|f| ProblemField {
                    pointer: if let At::Pointer(p) = &f.at {
                        Some(p.clone())
                    } else {
                        None
                    },
                    parameter: if let At::Parameter(p) = &f.at {
                        Some(p.clone())
                    } else {
                        None
                    },
                    header: if let At::Header(h) = &f.at {
                        Some((*h).to_owned())
                    } else {
                        None
                    },
                    code: f.code.to_owned(),
                    detail: lang.of(&f.detail).to_owned(),
                })
                .collect(),
            requirements: e
                .unmet
                .iter()
                .cloned()
                .map(|(pointer, check)| Requirement {
                    pointer,
                    ..Requirement::of(check, lang == Lang::En)
                })
                .collect(),
            current: e.current.clone(),
        };
        let mut response = HttpResponse::build(e.code.status());
        response
            .content_type("application/problem+json")
            .insert_header((header::CONTENT_LANGUAGE, lang.pick("vi", "en")));
        for (name, value) in &e.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        if e.code.status() == StatusCode::UNAUTHORIZED {
            let scheme = if e.code == Code::Unauthenticated {
                "Bearer realm=\"ketnap\""
            } else {
                "Bearer realm=\"ketnap\", error=\"invalid_token\""
            };
            response.insert_header((header::WWW_AUTHENTICATE, scheme));
        }
        response.json(problem)
    }
}

/// Language of human-readable texts: Vietnamese unless the caller prefers English.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    Vi,
    En,
}

impl Lang {
    /// By weight; a malformed one counts as missing, where actix's header would drop the language.
    pub fn parse(accept: Option<&str>) -> Self {
        let mut best = (0.0_f32, Self::Vi);
        for part in accept.unwrap_or("").split(',') {
            let mut pieces = part.trim().split(';');
            let tag = pieces.next().unwrap_or("").trim().to_ascii_lowercase();
            let weight = pieces
                .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                .unwrap_or(1.0);
            let lang = match tag.split('-').next() {
                Some("vi") => Self::Vi,
                Some("en") => Self::En,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, lang);
            }
        }
        best.1
    }
    pub fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }
    pub fn of(self, words: &Words) -> &str {
        self.pick(&words.vi, &words.en)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.wire())
    }
}
impl std::error::Error for Error {}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.0.code.status()
    }
    /// Used where no middleware renders the error: after a panic or a timeout.
    fn error_response(&self) -> HttpResponse {
        self.response(Lang::Vi, "", "")
    }
}
