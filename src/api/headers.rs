//! Request headers, parsed strictly and once. The document shows exactly those that a handler takes
//! as arguments.
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{self, EntityTag, Header as _};
use actix_web::{FromRequest, HttpRequest};

use super::operation::{Argument, Draft};
use super::reply::{etag, is_view};
use super::wrong;
use crate::error::{At, Code, Error, Fault, Result};
use crate::law::words::Stage;
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
    readable.map(Some).ok_or_else(|| unreadable(name, most))
}

/// A header whose lines make one list, joined; otherwise as [`once`].
pub fn lines(req: &HttpRequest, name: &'static str, most: usize) -> Result<Option<String>> {
    let all: Vec<_> = req
        .headers()
        .get_all(name)
        .map(|line| line.to_str().ok())
        .collect();
    if all.is_empty() {
        return Ok(None);
    }
    let joined = all
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .map(|lines| lines.join(", "));
    let readable = joined.filter(|value| value.len() <= most);
    readable.map(Some).ok_or_else(|| unreadable(name, most))
}

fn unreadable(name: &'static str, most: usize) -> Error {
    let limits = say(
        format!("Nhiều nhất {most} ký tự ASCII."),
        format!("At most {most} visible ASCII characters."),
    );
    invalid(name, limits)
}

/// The version that the caller read and means to change. Required: 428 without it.
#[derive(Clone, Debug)]
pub struct IfMatch(header::IfMatch);

impl IfMatch {
    /// 412 with the current version, unless the caller read this one.
    pub fn check(&self, version: i32) -> Result<()> {
        self.check_as(version, || None)
    }

    /// The same; the refusal says where the row stands now.
    pub fn check_as(&self, version: i32, stage: impl FnOnce() -> Option<String>) -> Result<()> {
        let current = match &self.0 {
            header::IfMatch::Any => true,
            header::IfMatch::Items(tags) => tags.iter().any(|tag| names(tag, version)),
        };
        if current {
            Ok(())
        } else {
            let refusal = Error::new(Code::PreconditionFailed).header(header::ETAG, etag(version));
            Err(refusal.current(version, stage()))
        }
    }

    /// The same for a file, by its stage.
    pub fn check_at(&self, version: i32, stage: Stage) -> Result<()> {
        self.check_as(version, || Some(stage.wire().to_owned()))
    }

    fn read(req: &HttpRequest) -> Result<Self> {
        // repeated lines form one list (RFC 9110, 5.3)
        match lines(req, "If-Match", 200)?.as_deref() {
            None => {
                let missing = Fault {
                    at: At::Header("If-Match"),
                    code: "required",
                    detail: say("Hãy gửi ETag đã đọc.", "Send the ETag you read."),
                };
                return Err(Error::faults(Code::PreconditionRequired, vec![missing]));
            }
            Some("") => {
                let detail = say("Hãy gửi ETag đã đọc.", "Send the ETag you read.");
                return Err(invalid("If-Match", detail));
            }
            // actix ignores what is not a tag, and a version without quotes would never match
            Some(raw) if raw.trim() != "*" && !parts(raw).all(is_tag) => {
                let detail = if raw.contains('"') {
                    say(
                        "Cần một hoặc nhiều ETag, cách nhau bằng dấu phẩy, hoặc chỉ một dấu *.",
                        "One or more tags separated by commas are expected, or `*` alone.",
                    )
                } else {
                    say(
                        "Hãy viết ETag trong dấu nháy kép: \"1\".",
                        "Write it with quotes: \"1\".",
                    )
                };
                return Err(invalid("If-Match", detail));
            }
            Some(_) => {}
        }
        let tags = header::IfMatch::parse(req);
        Ok(Self(tags.unwrap_or(header::IfMatch::Items(Vec::new()))))
    }
}

/// The members of a list; a comma inside quotes divides nothing.
fn parts(raw: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    raw.split(move |c: char| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .map(str::trim)
    .filter(|part| !part.is_empty())
}

fn is_tag(part: &str) -> bool {
    part.parse::<EntityTag>().is_ok()
}

/// What proxies append to a tag when they compress.
const CODINGS: [&str; 4] = ["-gzip", "-br", "-zstd", "-deflate"];

/// The tag as it was sent. A proxy that compresses makes it weak, or appends its coding: `W/"7"`,
/// `"7-gzip"`.
fn sent(tag: &EntityTag) -> &str {
    let tag = tag.tag();
    let plain = CODINGS.iter().find_map(|coding| tag.strip_suffix(coding));
    plain.unwrap_or(tag)
}

/// Whether a tag is that of the version, in whatever view it was read.
fn names(tag: &EntityTag, version: i32) -> bool {
    let (number, view) = match sent(tag).split_once('-') {
        Some((number, view)) => (number, Some(view)),
        None => (sent(tag), None),
    };
    number == version.to_string() && view.is_none_or(is_view)
}

impl FromRequest for IfMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(wrong::noted(req, Self::read(req)))
    }
}

impl Argument for IfMatch {
    fn describe(draft: &mut Draft) {
        draft.promises.if_match = true;
    }
}

/// What the caller has cached: 304 if one of these is what would be sent.
#[derive(Clone, Debug)]
pub struct IfNoneMatch(header::IfNoneMatch);

impl IfNoneMatch {
    /// Whether one of the tags is this one, as it was sent or as a proxy has made it.
    pub fn holds(&self, current: &str) -> bool {
        let current = current.trim_start_matches("W/").trim_matches('"');
        let is = |tag: &EntityTag| sent(tag) == current;
        match &self.0 {
            header::IfNoneMatch::Any => true,
            header::IfNoneMatch::Items(tags) => tags.iter().any(is),
        }
    }

    pub fn read(req: &HttpRequest) -> Result<Self> {
        lines(req, "If-None-Match", 2000)?;
        let held = header::IfNoneMatch::parse(req);
        Ok(Self(held.unwrap_or(header::IfNoneMatch::Items(Vec::new()))))
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(req))
    }
}
