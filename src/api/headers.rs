//! Request headers, parsed strictly and once. The document shows exactly those that a handler takes
//! as arguments.
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, EntityTag, Header as _};
use actix_web::{FromRequest, HttpRequest};

use super::operation::{Argument, Draft};
use super::reply::etag;
use crate::error::{At, Code, Error, Fault, Result};
use crate::law::{Words, say};

/// 400 that names the header.
pub fn invalid(name: &'static str, detail: Words) -> Error {
    let fault = Fault {
        at: At::Header(name),
        code: "invalid",
        detail,
    };
    Error::faults(Code::InvalidHeader, vec![fault])
}

/// A header that may be sent once only, must be readable text and at most `most` bytes long.
pub fn once<'a>(req: &'a HttpRequest, name: &'static str, most: usize) -> Result<Option<&'a str>> {
    let mut all = req.headers().get_all(name);
    let Some(first) = all.next() else {
        return Ok(None);
    };
    if all.next().is_some() {
        let twice = say(
            "Tiêu đề này chỉ được gửi một lần.",
            "Send this header once.",
        );
        return Err(invalid(name, twice));
    }
    let readable = first.to_str().ok().filter(|value| value.len() <= most);
    readable.map(Some).ok_or_else(|| {
        let limits = say(
            format!("Nhiều nhất {most} ký tự ASCII."),
            format!("At most {most} visible ASCII characters."),
        );
        invalid(name, limits)
    })
}

/// The version that the caller read and means to change. Required: 428 without it.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(Option<i32>);

impl IfMatch {
    /// 412 with the current `ETag`, unless the caller read this version.
    pub fn check(self, version: i32) -> Result<()> {
        if self.0 == Some(version) {
            return Ok(());
        }
        Err(Error::new(Code::PreconditionFailed).header(header::ETAG, etag(version)))
    }

    fn read(req: &HttpRequest) -> Result<Self> {
        match once(req, "If-Match", 200)? {
            None => return Err(Error::new(Code::PreconditionRequired)),
            Some("") => {
                let detail = say("Hãy gửi ETag đã đọc.", "Send the ETag that you read.");
                return Err(invalid("If-Match", detail));
            }
            Some(_) => {}
        }
        // any other form, `*` included, names no version: 412 once the row is found
        let tags = match header::IfMatch::parse(req) {
            Ok(header::IfMatch::Items(tags)) => tags,
            Ok(header::IfMatch::Any) | Err(_) => Vec::new(),
        };
        Ok(Self(match &tags[..] {
            [only] => version(only),
            _ => None,
        }))
    }
}

/// `"7"` -> 7. A suffix added by a proxy after a hyphen (`"7-gzip"`) is ignored.
fn version(tag: &EntityTag) -> Option<i32> {
    let strong = !tag.weak;
    strong
        .then(|| tag.tag().split('-').next()?.parse().ok())
        .flatten()
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(req))
    }
}

impl Argument for IfMatch {
    fn describe(draft: &mut Draft) {
        draft.facts.if_match = true;
    }
}

/// The versions that the caller has cached: 304 if one of them is current.
#[derive(Clone, Debug)]
pub struct IfNoneMatch(header::IfNoneMatch);

impl IfNoneMatch {
    pub fn holds(&self, version: i32) -> bool {
        let current = EntityTag::new_strong(version.to_string());
        match &self.0 {
            header::IfNoneMatch::Any => true,
            header::IfNoneMatch::Items(tags) => tags.iter().any(|tag| tag.weak_eq(&current)),
        }
    }

    fn read(req: &HttpRequest) -> Result<Self> {
        once(req, "If-None-Match", 2000)?;
        let held = header::IfNoneMatch::parse(req);
        Ok(Self(held.unwrap_or(header::IfNoneMatch::Items(Vec::new()))))
    }
}

/// No cached version.
impl Default for IfNoneMatch {
    fn default() -> Self {
        Self(header::IfNoneMatch::Items(Vec::new()))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(req))
    }
}

impl Argument for IfNoneMatch {
    fn describe(draft: &mut Draft) {
        draft.facts.if_none_match = true;
    }
}
