//! What a handler's signature says about its operation.
//!
//! Every type in a handler's signature describes itself: an [`Argument`] says what it takes from
//! the request, an [`Answer`] what comes back. `#[operation]` collects these descriptions, so the
//! document promises exactly what the code does.
use std::collections::BTreeMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, Route};
pub use ketnap_derive::operation;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::path::{Operation as Documented, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{
    Content, HttpMethod, Ref, RefOr, Required, ResponseBuilder, ResponsesBuilder, Schema,
    SecurityRequirement,
};
use uuid::Uuid;

use super::document::phrases;
use crate::access::Permission;
use crate::auth::{Door, Permit};
use crate::error::Code;

pub const JSON: &str = "application/json";

/// Named schemas, as utoipa collects them.
pub type Schemas = Vec<(String, RefOr<Schema>)>;

/// A handler that `#[operation]` has turned into a route.
pub trait Operation {
    /// Its path and how it is served there.
    fn served() -> (&'static str, Route);
    fn draft() -> Draft;
}

/// An argument of a handler.
pub trait Argument {
    fn describe(draft: &mut Draft);
}

/// What a handler returns.
pub trait Answer {
    fn describe(draft: &mut Draft);
}

impl<A: Answer, E> Answer for Result<A, E> {
    fn describe(draft: &mut Draft) {
        A::describe(draft);
    }
}

/// What a signature promises and utoipa cannot express. It travels in an extension, which
/// `document::finish` removes.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Promises {
    /// Parameters of the list, if the operation is one.
    pub list: Option<Vec<Value>>,
    /// Parameters of a single object.
    pub parameters: Vec<Value>,
    pub if_match: bool,
    /// A `GET` that needs a token: 304 for a client that already has the answer.
    pub if_none_match: bool,
    /// It reads one object.
    pub one: bool,
    pub idempotency_key: bool,
    /// The caller passes the gate, which checks the query and the headers.
    pub gated: bool,
    /// Codes with which the work itself may be refused.
    pub refusals: Vec<String>,
    /// The answer has sentences in the reader's language.
    pub spoken: bool,
    /// Schemas derived from others: list items and patch bodies.
    pub derived: Map<String, Value>,
}

impl Promises {
    pub const EXTENSION: &str = "x-promises";

    /// Every parameter of the query.
    pub fn asked(&self) -> impl Iterator<Item = &Value> {
        self.list.iter().flatten().chain(&self.parameters)
    }
}

/// Media types of a response, each with the schema of its body.
type Contents = Vec<(&'static str, RefOr<Schema>)>;

/// An operation, as far as its signature has been read.
pub struct Draft {
    method: HttpMethod,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    pub tag: &'static str,
    /// Description of the success response, where the usual one does not fit.
    pub answer: Option<&'static str>,
    pub promises: Promises,
    scope: Option<&'static str>,
    parameters: Vec<Parameter>,
    body: Option<(&'static str, RefOr<Schema>)>,
    responses: BTreeMap<u16, (String, Contents)>,
    schemas: Schemas,
}

impl Draft {
    pub fn new(
        method: HttpMethod,
        path: &'static str,
        id: &'static str,
        summary: &'static str,
        description: &'static str,
    ) -> Self {
        Self {
            method,
            path,
            id,
            summary,
            description,
            tag: segments(path).next().unwrap_or_default(),
            answer: None,
            promises: Promises::default(),
            scope: None,
            parameters: Vec::new(),
            body: None,
            responses: BTreeMap::new(),
            schemas: Vec::new(),
        }
    }

    /// A reference to a type's schema, which is added to the document.
    pub fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name().into_owned();
        self.schemas.push((name.clone(), T::schema()));
        T::schemas(&mut self.schemas);
        Ref::from_schema_name(name).into()
    }

    /// The request takes a body of this media type.
    pub fn takes(&mut self, media_type: &'static str, schema: RefOr<Schema>) {
        self.body = Some((media_type, schema));
    }

    pub fn asks(&mut self, parameter: Parameter) {
        self.parameters.push(parameter);
    }

    /// The operation succeeds with this status, described by `usual` unless the handler has its own
    /// description.
    pub fn succeeds(&mut self, status: u16, usual: impl Into<String>) {
        let words = self.answer.map_or_else(|| usual.into(), str::to_owned);
        self.answers(status, words);
    }

    pub fn answers(&mut self, status: u16, description: impl Into<String>) {
        self.responses
            .entry(status)
            .or_insert((description.into(), Vec::new()));
    }

    /// The work may be refused with this code.
    pub fn refuses(&mut self, code: Code) {
        self.promises.refusals.push(code.wire().to_owned());
    }

    /// Adds a media type to the response of this status.
    pub fn content(&mut self, status: u16, media_type: &'static str, schema: RefOr<Schema>) {
        if let Some((_, content)) = self.responses.get_mut(&status) {
            content.push((media_type, schema));
        }
    }

    /// The noun that the path ends in: `/classes/{id}/sessions` -> `sessions`.
    pub fn noun(&self) -> String {
        let last = segments(self.path).last().unwrap_or_default();
        last.replace('-', " ")
    }

    /// The operation's path and method, its entry there, and the schemas that it refers to.
    pub fn finish(mut self) -> (&'static str, HttpMethod, Documented, Schemas) {
        let (path, method) = (self.path, self.method.clone());
        let schemas = std::mem::take(&mut self.schemas);
        (path, method, self.operation(), schemas)
    }

    fn operation(self) -> Documented {
        let mut operation = OperationBuilder::new()
            .tag(self.tag)
            .summary(Some(self.summary))
            .operation_id(Some(self.id))
            .security(self.scope.map_or_else(SecurityRequirement::default, |s| {
                SecurityRequirement::new("oauth2", [s])
            }));
        if !self.description.is_empty() {
            operation = operation.description(Some(self.description));
        }
        for parameter in self.parameters {
            operation = operation.parameter(parameter);
        }
        if let Some((media_type, schema)) = self.body {
            let body = RequestBodyBuilder::new()
                .content(media_type, Content::new(Some(schema)))
                .required(Some(Required::True));
            operation = operation.request_body(Some(body.build()));
        }
        let mut responses = ResponsesBuilder::new();
        for (status, (description, content)) in self.responses {
            let mut response = ResponseBuilder::new().description(description);
            for (media_type, schema) in content {
                response = response.content(media_type, Content::new(Some(schema)));
            }
            responses = responses.response(status.to_string(), response.build());
        }
        let mut promises = self.promises;
        promises.if_none_match = self.scope.is_some() && self.method == HttpMethod::Get;
        let promises = serde_json::to_value(promises).unwrap_or_default();
        operation
            .responses(responses.build())
            .extensions(Some(Extensions::from_iter([(
                Promises::EXTENSION,
                promises,
            )])))
            .build()
    }
}

/// A non-JSON file, recognised by its first bytes.
pub fn file_schema(begins: &str) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(2_000_000))
        .pattern(Some(begins))
        .into()
}

/// The fixed segments of a path.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter(|s| !s.is_empty() && !s.starts_with('{'))
}

/// Singular of an English plural, as far as our paths need it.
pub fn singular(plural: &str) -> String {
    let stem = |end: &str| plural.strip_suffix(end);
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = stem("es").filter(|s| s.ends_with("ch") || s.ends_with("ss")) {
        return stem.to_owned();
    }
    stem("s").unwrap_or(plural).to_owned()
}

impl<P: Permission> Argument for Permit<P> {
    fn describe(draft: &mut Draft) {
        draft.scope = Some(P::ACTION.wire());
        draft.promises.gated = true;
    }
}

/// Open to everyone.
impl Argument for Door {
    fn describe(draft: &mut Draft) {
        draft.promises.gated = true;
    }
}

impl<T: 'static> Argument for Data<T> {
    fn describe(_: &mut Draft) {}
}

impl Argument for HttpRequest {
    fn describe(_: &mut Draft) {}
}

/// A type for the variable segment of a path.
pub trait Segment {
    fn schema() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String)
    }
}

impl Segment for Uuid {
    fn schema() -> ObjectBuilder {
        let format = SchemaFormat::KnownFormat(KnownFormat::Uuid);
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(format))
    }
}

impl Segment for String {}

impl<T: Segment> Argument for Path<T> {
    fn describe(draft: &mut Draft) {
        let Some((before, rest)) = draft.path.split_once('{') else {
            return;
        };
        let name = rest.split('}').next().unwrap_or_default();
        let noun = segments(before).last().unwrap_or_default();
        let mut title = name.to_owned();
        title[..1].make_ascii_uppercase();
        let about = phrases::OF_THE.about(&[&title, &singular(noun).replace('-', " ")]);
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .description(Some(about))
            .required(Required::True)
            .schema(Some(T::schema().build()));
        draft.parameters.push(parameter.build());
    }
}
