//! Request bodies: parsed strictly and validated against the document's schema.
use std::cell::RefCell;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use serde::Deserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use utoipa::openapi::Ref;

use super::contract::Operation;
use super::document::changes_schema;
use super::http::Turn;
use super::misfit::unreadable;
use super::operation::{Argument, Draft, JSON};
use crate::auth::{Gate, gate};
use crate::error::{Code, Error, Fault, Result, part};
use crate::law::say;

/// Media type of every PATCH body.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// A JSON body that is valid against the document's schema, with its fingerprint.
#[derive(Debug)]
pub struct Body<T> {
    pub value: T,
    pub fingerprint: Vec<u8>,
}

/// A merge patch (RFC 7396) of the writable fields `T`, valid against the document's schema.
/// `edit::change` applies it to the stored value.
#[derive(Debug)]
pub struct Patch<T> {
    pub value: Value,
    target: PhantomData<T>,
}

/// A body that has not been read yet, and the checks that it must pass besides its schema.
struct Unread(Payload, fn(Value) -> Result<()>);

/// The faults of the body, for a request that its permit refused before the body was read.
pub async fn unread(req: &HttpRequest) -> Vec<Fault> {
    let judge = req.extensions().get::<Unread>().map(|unread| unread.1);
    let Some(judge) = judge else {
        return Vec::new();
    };
    let Ok(read) = tokio::time::timeout(REFUSED_BODY, read(req.clone())).await else {
        return Vec::new();
    };
    let judged = read.and_then(|(value, _)| judge(value));
    judged.map_or_else(|error| error.named().to_vec(), |()| Vec::new())
}

async fn read(req: HttpRequest) -> Result<(Value, Vec<u8>)> {
    let unread = req.extensions_mut().remove::<Unread>();
    let Some(Unread(mut payload, _)) = unread else {
        return Err(Error::internal(anyhow::anyhow!("no body is left to read")));
    };
    let gate: Data<Gate> = gate(&req)?.clone();
    let operation = gate
        .contract
        .operation_of(&req)
        .ok_or_else(|| Error::new(Code::RouteNotFound))?;
    operation.check_content_type(req.mime_type().ok().flatten().as_ref())?;
    let bytes = bytes(&req, &mut payload).await?;
    // editors on Windows put a byte order mark there, which RFC 8259, 8.1 allows a parser to ignore
    let json = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let value = strict(json)?;
    let faults = operation.faults(&value);
    if faults.is_empty() {
        Ok((value, Sha256::digest(&bytes).to_vec()))
    } else {
        Err(Error::faults(Code::ValidationFailed, faults))
    }
}

fn strict(json: &[u8]) -> Result<Value> {
    let twice = RefCell::default();
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = Strict(&twice).deserialize(&mut reader);
    read.and_then(|value| reader.end().map(|()| value))
        .map_err(|e| {
            let (line, column) = (e.line(), e.column());
            let malformed = Error::new(Code::InvalidJson).detail(say(
                format!("Không đọc được JSON ở dòng {line}, cột {column}."),
                format!("The JSON cannot be read at line {line}, column {column}."),
            ));
            let path = twice.take();
            if path.is_empty() {
                return malformed;
            }
            let mut pointer = String::new();
            for name in path.iter().rev() {
                pointer.push('/');
                pointer.push_str(&part(name));
            }
            let words = say("Trường này đứng hai lần.", "This field stands twice.");
            malformed.with_faults(vec![Fault::pointer(pointer, "repeated", words)])
        })
}

/// JSON without duplicate keys: parsers disagree about which of two would count. Keeps the path of one
/// that stands twice, the innermost name first.
#[derive(Clone, Copy)]
struct Strict<'t>(&'t RefCell<Vec<String>>);

impl Strict<'_> {
    /// Parsing failed further inside: if the cause is a duplicate key, its path continues below this one.
    fn within(self, name: impl FnOnce() -> String) {
        let mut path = self.0.borrow_mut();
        if !path.is_empty() {
            path.push(name());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }
    /// `30.0` and `3e1` are the integer 30 (JSON Schema 2020-12, 4.2.3).
    fn visit_f64<E>(self, v: f64) -> Result<Value, E> {
        let whole = v.to_string().parse::<i64>();
        Ok(whole.map_or_else(|_| v.into(), Value::from))
    }
    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let next = seq.next_element_seed(self);
            match next.inspect_err(|_| self.within(|| items.len().to_string()))? {
                Some(item) => items.push(item),
                None => return Ok(items.into()),
            }
        }
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let value = map.next_value_seed(self);
            let value = value.inspect_err(|_| self.within(|| name.clone()))?;
            if object.contains_key(&name) {
                self.0.borrow_mut().push(name);
                return Err(A::Error::custom("a property stands twice"));
            }
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

/// A body that has not arrived completely by then is abandoned.
const LONGEST_BODY: Duration = Duration::from_secs(8);

/// The body of a request that is already refused is awaited no longer than this: a complete one has
/// arrived by then, and a slow sender learns of its faults with the next request.
const REFUSED_BODY: Duration = Duration::from_secs(1);

/// 415 where the operation takes no body and the request has one: its contents would be ignored
/// silently. In a `GET` it means nothing (RFC 9110, 9.3.1).
pub fn expect_none(req: &HttpRequest, operation: &Operation) -> Result<()> {
    let length = req.headers().get(header::CONTENT_LENGTH);
    let sent = length.is_some_and(|length| length != "0")
        || req.headers().contains_key(header::TRANSFER_ENCODING);
    if !sent || operation.takes_a_body() || req.method() == Method::GET {
        return Ok(());
    }
    Err(Error::new(Code::UnsupportedMediaType).detail(say(
        "Thao tác này không nhận nội dung: hãy gửi yêu cầu không kèm nội dung.",
        "This operation takes no body: send none.",
    )))
}

/// The raw body. A compressed one is refused unread: decompressed, it may be a thousand times as
/// large.
pub async fn bytes(req: &HttpRequest, payload: &mut Payload) -> Result<Bytes> {
    let coded = req.headers().get_all(header::CONTENT_ENCODING);
    if coded
        .filter_map(|coding| coding.to_str().ok())
        .any(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
    {
        return Err(Error::new(Code::UnsupportedMediaType).detail(say(
            "Không nhận nội dung nén (Content-Encoding).",
            "Compressed bodies (Content-Encoding) are not taken.",
        )));
    }
    let held = req.extensions_mut().remove::<Option<Turn>>().flatten();
    let admitted = held.is_some();
    drop(held);
    let whole = tokio::time::timeout(LONGEST_BODY, Bytes::from_request(req, payload)).await;
    if admitted && let Some(gate) = req.app_data::<Data<Gate>>() {
        // nothing has been done yet
        let turn = gate.limits.admit()?;
        req.extensions_mut().insert(Some(Turn::of(turn)));
    }
    whole
        .map_err(|_| Error::new(Code::RequestTimeout))?
        .map_err(|e| match e.as_response_error().status_code() {
            StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::PayloadTooLarge),
            _ => Error::new(Code::InvalidJson).detail(say(
                "Không đọc được nội dung yêu cầu.",
                "The body could not be read.",
            )),
        })
}

/// Deserializes a value that is valid against its schema. Finds the faults that a schema cannot
/// express, such as a date that does not exist.
pub fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_path_to_error::deserialize(value).map_err(|e| misread(e.path()))
}

fn misread(path: &Path) -> Error {
    let name = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } | Segment::Enum { variant: key } => format!("/{}", part(key)),
        Segment::Unknown => String::new(),
    };
    let pointer: String = path.iter().map(name).collect();
    Error::invalid(&pointer, "invalid", unreadable())
}

type Reading<T> = Pin<Box<dyn Future<Output = Result<T>>>>;

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Error;
    type Future = Reading<Self>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = Unread(payload.take(), |value| typed::<T>(value).map(drop));
        req.extensions_mut().insert(unread);
        let req = req.clone();
        Box::pin(async move {
            let (value, fingerprint) = read(req).await?;
            Ok(Self {
                value: typed(value)?,
                fingerprint,
            })
        })
    }
}

impl<T: 'static> FromRequest for Patch<T> {
    type Error = Error;
    type Future = Reading<Self>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let unread = Unread(payload.take(), |_| Ok(()));
        req.extensions_mut().insert(unread);
        let req = req.clone();
        Box::pin(async move {
            Ok(Self {
                value: read(req).await?.0,
                target: PhantomData,
            })
        })
    }
}

impl<T: ToSchema> Argument for Body<T> {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<T>();
        draft.takes(JSON, schema);
    }
}

/// The document names this body `…Changes`: the schema of `T` with every property optional.
impl<T: ToSchema> Argument for Patch<T> {
    fn describe(draft: &mut Draft) {
        draft.schema::<T>();
        let name = T::name();
        let of = name.trim_start_matches("New").trim_end_matches("Change");
        let name = format!("{of}Changes");
        draft.takes(MERGE_PATCH, Ref::from_schema_name(&name).into());
        let whole = serde_json::to_value(T::schema()).unwrap_or_default();
        draft.promises.derived.insert(name, changes_schema(&whole));
    }
}
