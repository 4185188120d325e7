//! The properties and related objects that a reader has asked for.
use serde_json::Value;

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
