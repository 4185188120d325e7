//! What a reader has asked for.
use actix_web::HttpRequest;
use serde_json::Value;

use super::Listed;
use super::query::ListQuery;
use crate::api::prepared::prepared;
use crate::api::resource::{Ended, Expand};
use crate::api::wrong;
use crate::error::{Code, Error, Result};

/// The query of a list, which the permit judges with whatever else is wrong.
pub fn asked<L: Listed + 'static>(req: &HttpRequest) -> Result<ListQuery> {
    let query = ListQuery::of(req)?;
    let asked = query.clone();
    wrong::judged_later(req, move |role| {
        let known = prepared::<L::Item>();
        let plan = asked.plan(&L::SPEC, known.id, role, &known.properties);
        plan.map(drop)
    });
    Ok(query)
}

impl ListQuery {
    /// What a reader of one object asks for.
    pub fn chosen(&self, expand: &[Expand], properties: &[String]) -> Result<Chosen> {
        let mut faults = Vec::new();
        let known: Vec<String> = expand.iter().map(|e| e.name.to_owned()).collect();
        let chosen = Chosen {
            fields: self.names("fields", properties, &mut faults),
            expand: self
                .names("expand", &known, &mut faults)
                .unwrap_or_default(),
        };
        if faults.is_empty() {
            Ok(chosen)
        } else {
            Err(Error::faults(Code::InvalidParameter, faults))
        }
    }

    /// Rows that have ended, if they are asked for: by their filter, or by id, which finds what a single
    /// `GET` finds.
    pub fn ended(&self, ended: Option<Ended>) -> Option<Ended> {
        let asked = |name: &str| self.pairs.contains_key(name);
        ended.filter(|ended| asked(ended.filter) || asked("id"))
    }
}

/// Everything, unless `fields` names some; the objects of `expand` beside.
#[derive(Clone, Debug, Default)]
pub struct Chosen {
    pub fields: Option<Vec<String>>,
    pub expand: Vec<String>,
}

impl Chosen {
    pub fn whole(&self) -> bool {
        self.fields.is_none() && self.expand.is_empty()
    }

    /// Whether the property is asked for.
    pub fn has(&self, name: &str) -> bool {
        let fields = self.fields.as_ref();
        fields.is_none_or(|fields| fields.iter().any(|field| field == name))
    }

    /// The object without what was not asked for.
    pub fn of(&self, mut object: Value) -> Value {
        if let (Some(fields), Some(object)) = (&self.fields, object.as_object_mut()) {
            object.retain(|name, _| fields.contains(name) || self.expand.contains(name));
        }
        object
    }
}
