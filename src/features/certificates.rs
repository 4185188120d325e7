//! Certificates: what the completed enrolments carry.
use std::collections::HashMap;

use actix_web::web::Data;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{Class, ReadEnrolments};
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::Page;
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS, Field, Kind, Resource, Spec, Viewer, scope,
};
use crate::auth::Permit;
use crate::db::tables::enrolment;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::law::words::{ClassKind, Grade};

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_certificates);
}

/// A certificate (giấy chứng nhận). Its id is the enrolment's
#[derive(Debug, Serialize, ToSchema)]
pub struct Certificate {
    pub id: Uuid,
    pub branch_id: Uuid,
    pub class_id: Uuid,
    pub candidate_id: Uuid,
    #[schema(value_type = ClassKind)]
    pub kind: Option<ClassKind>,
    #[schema(max_length = 200)]
    pub issuer: String,
    #[schema(max_length = 100)]
    pub number: String,
    #[schema(required = true)]
    pub on: Option<NaiveDate>,
    /// Last day on which it is in date; null: no limit
    #[schema(required = true)]
    pub valid_to: Option<NaiveDate>,
    /// Out of date today
    pub expired: bool,
    #[schema(required = true)]
    pub grade: Option<Grade>,
    /// Version of the enrolment
    #[schema(minimum = 1)]
    pub version: i32,
}

const P0: Class = Class::P0;

impl Resource for Certificate {
    type Row = enrolment::Model;
    type Active = enrolment::ActiveModel;
    type Entity = enrolment::Entity;
    const SPEC: Spec = Spec {
        name: "certificate",
        table: "enrolment",
        path: "certificates",
        fields: &[
            Field::of("branch_id", Kind::Uuid),
            Field::of("class_id", Kind::Uuid),
            Field::of("candidate_id", Kind::Uuid),
            Field::new(
                "kind",
                "(select k.kind from class k where k.id = enrolment.class_id)",
                Kind::Enum(ClassKind::WIRE),
                P0,
            ),
            Field::new("number", "certificate_number", Kind::Text, P0),
            Field::new("on", "certificate_on", Kind::Date, P0).sorted(),
            Field::new("valid_to", "certificate_valid_to", Kind::Date, P0),
            Field::new(
                "expired",
                "coalesce(certificate_valid_to < (select app.today()), false)",
                Kind::Bool,
                P0,
            ),
            Field::of("grade", Kind::Enum(Grade::WIRE)),
        ],
        sort: "-on",
        search: None,
        soft: false,
        scope: scope::person,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS],
        computed: true,
    };
    fn show(row: Self::Row, viewer: &Viewer) -> Self {
        Self {
            id: row.id,
            branch_id: row.branch_id,
            class_id: row.class_id,
            candidate_id: row.candidate_id,
            kind: None,
            issuer: String::new(),
            number: row.certificate_number.unwrap_or_default(),
            on: row.certificate_on,
            valid_to: row.certificate_valid_to,
            expired: row.certificate_valid_to.is_some_and(|to| to < viewer.today),
            grade: row.grade,
            version: row.version,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|c| c.class_id).collect();
        let rows = tx
            .rows(
                "select id, kind, issuer from class where id = any ($1)",
                vec![ids.into()],
            )
            .await?;
        let known: HashMap<Uuid, (Option<ClassKind>, String)> = rows
            .iter()
            .map(|r| (r.get(0), (r.get(1), r.get(2))))
            .collect();
        for item in items {
            (item.kind, item.issuer) = known.get(&item.class_id).cloned().unwrap_or_default();
        }
        Ok(())
    }
}

/// List certificates
///
/// Of the people within your reach.
#[operation(get, "/certificates", tag = "classes")]
pub async fn list_certificates(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    query: List<Certificate>,
) -> Result<Page<Certificate>> {
    edit::list_part(&db, &permit, &query, None, Some(("state", "completed"))).await
}
