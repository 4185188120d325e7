//! Enforces the OpenAPI document: the methods, query parameters, headers and bodies that an
//! operation takes are read from it, so the document cannot differ from what is enforced.
use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{Accept, HeaderValue, Quality, QualityItem};
use jsonschema::{Draft, PatternCache, Registry, Validator};
use mime::Mime;
use serde_json::{Value, json};

use super::document::{deprecated, vietnamese};
use super::list::value;
use super::misfit::{self, explain};
use super::served::Served;
use super::texts;
use crate::error::{Code, Error, Fault, MOST_FAULTS, Result};
use crate::law::say;

pub struct Operation {
    pub id: String,
    /// It takes an Idempotency-Key.
    pub repeatable: bool,
    /// It takes If-None-Match.
    pub conditional: bool,
    query: Vec<String>,
    /// Query parameters that may be repeated.
    arrays: Vec<String>,
    produces: Vec<String>,
    consumes: Vec<String>,
    body: Option<Validator>,
    going: Vec<Going>,
}

/// A deprecated part of the operation, and the headers that announce it.
struct Going {
    /// Applies only to requests with this parameter.
    parameter: Option<String>,
    deprecation: HeaderValue,
    sunset: HeaderValue,
}

impl Going {
    fn of(mark: &Value, query: &[String]) -> Option<Self> {
        let value = |name: &str| HeaderValue::from_str(mark[name].as_str()?).ok();
        let field = mark["field"].as_str().map(str::to_owned);
        Some(Self {
            parameter: field.filter(|field| query.contains(field)),
            deprecation: value("Deprecation")?,
            sunset: value("Sunset")?,
        })
    }
}

/// The operations of the document, by method and path template, and its texts as they are served.
pub struct Contract {
    pub served: Served,
    operations: HashMap<(Method, String), Operation>,
    templates: Vec<(String, Vec<Method>)>,
}

pub(super) fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
}

/// Resolves references in place: copying the components per schema would take hundreds of MB. Compiles
/// a pattern once, however many schemas have it.
pub struct Schemas<'d>(Registry<'d>, PatternCache);

impl<'d> Schemas<'d> {
    const URI: &'static str = "urn:ketnap:openapi";

    pub fn of(document: &'d Value) -> anyhow::Result<Self> {
        let resource = Draft::Draft202012.create_resource_ref(document);
        let registry = Registry::new().add(Self::URI, resource)?.prepare()?;
        Ok(Self(registry, PatternCache::new()))
    }

    pub fn validator(&self, schema: &Value) -> anyhow::Result<Validator> {
        let inside = format!("\"$ref\":\"{}#/", Self::URI);
        let schema = schema.to_string().replace("\"$ref\":\"#/", &inside);
        jsonschema::options()
            .with_registry(&self.0)
            .with_pattern_cache(self.1.clone())
            .should_validate_formats(true)
            .with_format("uuid", |id: &str| value::id(id).is_some())
            .build(&serde_json::from_str(&schema)?)
            .map_err(|e| anyhow::anyhow!("schema {schema}: {e}"))
    }
}

impl Contract {
    pub fn new(document: &Value) -> anyhow::Result<Self> {
        let served = Served::of(document, &vietnamese(document).0)?;
        let schemas = Schemas::of(document)?;
        let mut operations = HashMap::new();
        let mut templates = Vec::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            let mut methods = Vec::new();
            for (method, op) in item.as_object().into_iter().flatten() {
                let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                    continue;
                };
                methods.push(method.clone());
                let parameters: Vec<&Value> = op["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|p| resolve(document, p))
                    .collect();
                let named = |place: &str| {
                    parameters
                        .iter()
                        .filter(|p| p["in"] == place)
                        .filter_map(|p| p["name"].as_str())
                        .map(str::to_owned)
                        .collect::<Vec<_>>()
                };
                let arrays = parameters
                    .iter()
                    .filter(|p| p["in"] == "query" && p["schema"]["type"] == "array")
                    .filter_map(|p| p["name"].as_str())
                    .map(str::to_owned)
                    .collect();
                let content = op["requestBody"]["content"].as_object();
                let consumes: Vec<String> = content
                    .into_iter()
                    .flatten()
                    .map(|(k, _)| k.clone())
                    .collect();
                let body = content
                    .and_then(|c| c.values().next())
                    .map(|c| schemas.validator(&c["schema"]))
                    .transpose()?;
                let produces = op["responses"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(status, _)| status.starts_with('2'));
                let produces = produces
                    .flat_map(|(_, r)| {
                        resolve(document, r)["content"]
                            .as_object()
                            .into_iter()
                            .flatten()
                            .map(|(k, _)| k.clone())
                    })
                    .collect();
                let takes = |header: &str| named("header").iter().any(|name| name == header);
                let repeatable = takes("Idempotency-Key");
                let conditional = takes("If-None-Match");
                let id = op["operationId"].as_str().unwrap_or_default().to_owned();
                let query = named("query");
                let marks = op[deprecated::MARK].as_array().into_iter().flatten();
                let going = marks.filter_map(|mark| Going::of(mark, &query)).collect();
                operations.insert(
                    (method, path.clone()),
                    Operation {
                        id,
                        repeatable,
                        conditional,
                        query,
                        arrays,
                        produces,
                        consumes,
                        body,
                        going,
                    },
                );
            }
            templates.push((path.clone(), methods));
        }
        Ok(Self {
            served,
            operations,
            templates,
        })
    }

    pub fn operation_of(&self, req: &HttpRequest) -> Option<&Operation> {
        self.operations
            .get(&(req.method().clone(), req.match_pattern()?))
    }

    /// The same for a path that no route has matched yet.
    pub fn operation_at(&self, method: &Method, path: &str) -> Option<&Operation> {
        let (template, _) = self.template_of(path)?;
        self.operations.get(&(method.clone(), template.clone()))
    }

    /// The template that the path fits, and its methods. Segments are compared, not matched by regular
    /// expressions: each of those takes tens of kilobytes.
    fn template_of(&self, path: &str) -> Option<&(String, Vec<Method>)> {
        let fits = |template: &str| {
            let mut given = path.split('/');
            let same = |part: &str| match given.next() {
                Some(given) if part.starts_with('{') => !given.is_empty(),
                given => given == Some(part),
            };
            template.split('/').all(same) && given.next().is_none()
        };
        self.templates.iter().find(|(template, _)| fits(template))
    }

    /// Value of `Allow`: HEAD wherever there is GET, always OPTIONS. `None` for an unknown path.
    pub fn allow(&self, path: &str) -> Option<String> {
        let (_, methods) = self.template_of(path)?;
        let mut names: Vec<&str> = methods.iter().map(Method::as_str).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        Some(names.join(", "))
    }
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|r| r.strip_prefix('#')) {
        Some(pointer) => document.pointer(pointer).unwrap_or(value),
        None => value,
    }
}

impl Operation {
    /// `Deprecation` and `Sunset` for a request with this query, if it uses something deprecated.
    pub fn going(&self, query: &str) -> Option<(&HeaderValue, &HeaderValue)> {
        let sent = |name: &str| form_urlencoded::parse(query.as_bytes()).any(|(n, _)| n == name);
        let mut used = self.going.iter();
        let used = used.find(|going| going.parameter.as_deref().is_none_or(sent))?;
        Some((&used.deprecation, &used.sunset))
    }

    /// Checks that every query parameter belongs to this operation and, unless it is an array,
    /// occurs once.
    pub fn check_query(&self, query: &str) -> Result<()> {
        let mut seen: Vec<String> = Vec::new();
        let mut faults = Vec::new();
        let mut unreadable = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if faults.len() == MOST_FAULTS {
                break;
            }
            // what stands in the place of bytes that are not UTF-8
            if value.contains(char::REPLACEMENT_CHARACTER) {
                unreadable.push(value::bad_encoding(&name));
            }
            if !self.query.iter().any(|known| *known == name) {
                let words = if name.is_empty() {
                    say("Tham số không có tên.", "A parameter without a name.")
                } else {
                    say("Không có tham số này.", "Unknown parameter.")
                };
                faults.push(Fault::parameter(name.as_ref(), "unknown", words));
            } else if seen.iter().any(|s| *s == name) && !self.arrays.iter().any(|a| *a == name) {
                faults.push(value::repeated(&name));
            }
            seen.push(name.into_owned());
        }
        let unknown = faults.iter().any(|fault| fault.code == "unknown");
        faults.extend(unreadable);
        if faults.is_empty() {
            return Ok(());
        }
        if !unknown {
            return Err(Error::faults(Code::InvalidParameter, faults));
        }
        let known = self.query.join(", ");
        let detail = if known.is_empty() {
            say(
                "Thao tác này không có tham số truy vấn.",
                "This operation takes no query parameters.",
            )
        } else {
            say(
                format!("Các tham số có thể dùng: {known}."),
                format!("Known parameters: {known}."),
            )
        };
        Err(Error::faults(Code::UnknownParameter, faults).detail(detail))
    }

    /// Checks that the client accepts at least one of the operation's response formats.
    pub fn check_accept(&self, accept: &Accept) -> Result<()> {
        let problem = |range: &QualityItem<Mime>| {
            range.item.essence_str() == "application/problem+json" && range.quality != Quality::ZERO
        };
        let fits = match self.produces.as_slice() {
            [] => accept.iter().any(|range| range.quality != Quality::ZERO),
            all => all.iter().any(|offered| accepted(accept, offered)),
        };
        if fits || accept.iter().any(problem) {
            Ok(())
        } else {
            Err(Error::new(Code::NotAcceptable))
        }
    }

    pub fn takes_a_body(&self) -> bool {
        !self.consumes.is_empty()
    }

    pub fn check_content_type(&self, given: Option<&Mime>) -> Result<()> {
        if given.is_some_and(|given| self.consumes.iter().any(|c| c == given.essence_str())) {
            let charset = given.and_then(|given| given.get_param("charset"));
            // RFC 8259, 8.1
            if charset.is_none_or(|charset| charset == "utf-8") {
                return Ok(());
            }
            return Err(
                Error::new(Code::UnsupportedMediaType).detail(say("Hãy gửi UTF-8.", "Send UTF-8."))
            );
        }
        let known = self.consumes.join(", ");
        Err(Error::new(Code::UnsupportedMediaType)
            .detail(say(format!("Hãy gửi {known}."), format!("Send {known}."))))
    }

    /// Every fault of the body against the document's schema.
    pub fn faults(&self, body: &Value) -> Vec<Fault> {
        self.body
            .as_ref()
            .map(|schema| {
                let errors = schema.iter_errors(body).flat_map(|e| explain(&e));
                misfit::plainest(errors.take(MOST_FAULTS).collect())
            })
            .filter(|faults| !faults.is_empty())
            .unwrap_or_else(|| texts::faults(body))
    }
}

/// How closely the media range covers the type, if it does: `text/csv` most, then `text/*`, `*/*`
/// least.
pub fn covers(range: &str, offered: &str) -> Option<u8> {
    match range.strip_suffix("/*") {
        Some("*") => Some(0),
        Some(main) => (offered.split('/').next() == Some(main)).then_some(1),
        None => (offered == range).then_some(2),
    }
}

/// Whether the closest range that covers the type accepts it.
pub fn accepted(accept: &Accept, offered: &str) -> bool {
    weight(accept, offered).is_some()
}

/// The weight of the closest range that covers the type, unless it is zero (RFC 9110, 12.5.1).
pub fn weight(accept: &Accept, offered: &str) -> Option<Quality> {
    let ranges = accept.iter();
    let covering = ranges
        .filter_map(|range| Some((covers(range.item.essence_str(), offered)?, range.quality)));
    let closest = covering.max_by_key(|(closeness, _)| *closeness);
    let weight = closest.map(|(_, quality)| quality);
    weight.filter(|quality| *quality != Quality::ZERO)
}

pub fn schema_reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
