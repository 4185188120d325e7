//! Lists in the document: their parameters and the schema of their items.
use serde_json::{Value, json};

use super::phrases;
use crate::access::{self, Role, Sensitivity, Show};
use crate::api::resource::{Ended, Field, FieldKind, Spec};

fn kind_schema(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Uuid => json!({"type": "string", "format": "uuid"}),
        FieldKind::Text => {
            json!({"type": "string", "maxLength": 200, "minLength": 1, "pattern": crate::law::text::PATTERN})
        }
        FieldKind::Enum(known) => json!({"type": "string", "enum": known}),
        FieldKind::Date => json!({"type": "string", "format": "date"}),
        FieldKind::Instant => json!({"type": "string", "format": "date-time"}),
        FieldKind::Int => json!({"type": "integer", "format": "int32"}),
        FieldKind::Bool => json!({"type": "boolean"}),
        FieldKind::Within => {
            json!({"type": "string", "pattern": "^[0-9]{1,3}d$", "maxLength": 4, "example": "30d"})
        }
    }
}

fn query(name: &str, about: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": about, "schema": schema})
}

/// A query parameter with several values, comma-separated: an OpenAPI array with `explode: false`.
/// Repeated, it is accepted too.
fn several(name: &str, about: &str, items: &Value, most: usize) -> Value {
    json!({"name": name, "in": "query", "required": false, "description": about, "style": "form", "explode": false,
        "schema": {"type": "array", "items": items, "minItems": 1, "maxItems": most}})
}

fn filter(name: &str, kind: FieldKind, about: Option<&str>) -> Value {
    let words = |usual: phrases::Phrase| about.map_or_else(|| usual.about(&[name]), str::to_owned);
    match kind.most() {
        Some(most) => several(name, &words(phrases::FILTER), &kind_schema(kind), most),
        None => query(name, &words(phrases::FILTER_ONE), &kind_schema(kind)),
    }
}

impl Field {
    /// Says what the filter selects.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = Some(about);
        self
    }
}

/// Extension of a filter, which the published document has in words: the roles that see the field.
pub const SEEN_BY: &str = "x-seen-by";

/// Every parameter of a list whose items have these properties. Rows that `ended` selects are in the
/// list only if asked for.
pub fn parameters(spec: &Spec, properties: &[String], ended: Option<Ended>) -> Vec<Value> {
    let mut all = vec![filter("id", FieldKind::Uuid, None)];
    for field in spec.fields.iter().filter(|f| f.filter) {
        let first = all.len();
        all.push(filter(field.name(), field.kind, field.about));
        if ended.is_some_and(|ended| ended.filter == field.name()) {
            all[first]["schema"]["default"] = false.into();
        }
        if field.ranged() {
            all.push(query(
                &format!("{}_from", field.name()),
                &phrases::FILTER_FROM.about(&[field.name()]),
                &kind_schema(field.kind),
            ));
            all.push(query(
                &format!("{}_to", field.name()),
                &phrases::FILTER_TO.about(&[field.name()]),
                &kind_schema(field.kind),
            ));
        }
        let seen = |role: &&Role| access::show(**role, field.class, true) == Show::Full;
        if field.class != Sensitivity::P0 {
            let roles: Vec<&str> = Role::ALL.iter().filter(seen).map(|r| r.wire()).collect();
            all[first..]
                .iter_mut()
                .for_each(|p| p[SEEN_BY] = json!(roles));
        }
    }
    if spec.search.is_some() {
        all.push(query(
            "q",
            "Search names, ignoring diacritics and word order, by prefixes of words or by initials.",
            &json!({"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^.*[0-9A-Za-zÀ-ỹ].*$", "example": "hoa"}),
        ));
    }
    let sorts: Vec<String> = spec
        .fields
        .iter()
        .filter(|f: &&Field| f.sort)
        .flat_map(|f| [f.name().to_owned(), format!("-{}", f.name())])
        .collect();
    let mut sort = several(
        "sort",
        &phrases::SORT.about(&[spec.sort]),
        &json!({"type": "string", "enum": sorts}),
        5,
    );
    sort["schema"]["uniqueItems"] = true.into();
    all.push(sort);
    all.push(query(
        "limit",
        "Page size.",
        &json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 200, "default": 50}),
    ));
    all.push(query(
        "cursor",
        "`page.next_cursor` of the previous page; send the same sort and filters.",
        &json!({"type": "string", "minLength": 1, "maxLength": 2000, "pattern": "^[A-Za-z0-9_-]+$"}),
    ));
    all.push(query(
        "include_total",
        "Also count all items.",
        &json!({"type": "boolean", "default": false}),
    ));
    all.push(fields(properties));
    all.extend(expand(spec));
    all
}

/// The parameter that selects properties.
pub fn fields(properties: &[String]) -> Value {
    several(
        "fields",
        "Return only these top-level properties; the others are absent, also those that the schema requires.",
        &json!({"type": "string", "enum": properties}),
        properties.len(),
    )
}

/// The parameter that adds related objects, if there are any.
pub fn expand(spec: &Spec) -> Option<Value> {
    let names: Vec<&str> = spec.expand.iter().map(|e| e.name).collect();
    (!names.is_empty()).then(|| {
        several(
            "expand",
            "Include these related objects beside their ids.",
            &json!({"type": "string", "enum": names}),
            names.len(),
        )
    })
}

/// Adds the related objects to the properties.
pub fn expanded(spec: &Spec, schema: &mut Value) {
    for expand in spec.expand {
        let mut properties = json!({"id": {"type": "string", "format": "uuid"}});
        for column in expand.columns {
            properties[column.name()] = json!({"type": "string", "maxLength": 500});
        }
        schema["properties"][expand.name] = json!({"description": phrases::EXPANDED.about(&[expand.name, expand.key]),
            "type": ["object", "null"], "properties": properties, "additionalProperties": false});
    }
}

/// Extension of a list item's schema, which the published document does not have: the schema of the
/// whole object, and what it requires.
pub const ITEM_OF: &str = "x-item-of";

/// Schema of a list item: `fields` may omit properties, `expand` may add some.
pub fn item(spec: &Spec, name: &str, whole: &Value) -> Value {
    let mut schema = whole.clone();
    let required = schema.as_object_mut().and_then(|o| o.remove("required"));
    schema[ITEM_OF] = json!({"schema": name, "required": required});
    expanded(spec, &mut schema);
    let about = schema["description"].as_str().unwrap_or(name);
    schema["description"] = phrases::IN_A_LIST.about(&[about]).into();
    schema
}
