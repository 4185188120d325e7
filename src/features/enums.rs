//! Every enumeration with its labels, for user interfaces.
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::ReadEnums;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::error::Result;
use crate::law::words::enumerations;

pub fn configure(v1: &mut Routes) {
    v1.service(list_enums);
}

/// All enumerations
#[derive(Debug, Serialize, ToSchema)]
pub struct Enums {
    #[schema(max_items = 200)]
    pub items: Vec<EnumInfo>,
}

/// An enumeration with its values in order. An open set: later versions may add values
#[derive(Debug, Serialize, ToSchema)]
pub struct EnumInfo {
    #[schema(example = "Stage", max_length = 60)]
    pub name: &'static str,
    #[schema(max_items = 200)]
    pub values: Vec<EnumValue>,
}

/// A value with its labels
#[derive(Debug, Serialize, ToSchema)]
pub struct EnumValue {
    #[schema(example = "in_plan", max_length = 60)]
    pub value: &'static str,
    #[schema(example = "cảm tình Đảng, trong diện quy hoạch", max_length = 200)]
    pub label_vi: &'static str,
    #[schema(example = "in the plan", max_length = 200)]
    pub label_en: &'static str,
}

/// List enumerations with labels
#[operation(get, "/enums", tag = "reference", answer = "All enumerations")]
pub async fn list_enums(permit: Permit<ReadEnums>, db: Data<Db>) -> Result<Reply<Enums>> {
    db.admit(&permit).await?;
    let items = enumerations()
        .map(|(name, terms)| EnumInfo {
            name,
            values: terms
                .iter()
                .map(|(value, label_vi, label_en)| EnumValue {
                    value,
                    label_vi,
                    label_en,
                })
                .collect(),
        })
        .collect();
    Ok(Reply::new(&Enums { items }).cache("private, max-age=3600"))
}
