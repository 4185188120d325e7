//! Certificates, derived from completed enrolments.
mod store;

use std::collections::HashMap;

use actix_web::web::Data;
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadEnrolments, reach};
use crate::api::edit;
use crate::api::list::List;
use crate::api::names;
use crate::api::operation::operation;
use crate::api::reply::Page;
use crate::api::resource::{
    EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::enrolment;
use crate::db::{Db, Tx, constant};
use crate::error::Result;
use crate::law::words::{ClassKind, EnrolmentState, Grade};

pub fn configure(v1: &mut Routes) {
    v1.service(list_certificates);
}

/// A certificate (giấy chứng nhận); its id is that of the enrolment
#[derive(Debug, Serialize, ToSchema)]
pub struct Certificate {
    pub id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    pub class_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub class_title: Option<String>,
    pub candidate_id: Uuid,
    /// Full name of the person; null where there is none, and where your role does not see it
    #[schema(required = true, max_length = 200)]
    pub full_name: Option<String>,
    #[schema(value_type = ClassKind)]
    pub kind: Option<ClassKind>,
    #[schema(max_length = 200)]
    pub issuer: String,
    #[schema(max_length = 100)]
    pub number: String,
    #[schema(required = true)]
    pub on: Option<NaiveDate>,
    /// Last day of validity; null: no limit
    #[schema(required = true)]
    pub valid_to: Option<NaiveDate>,
    /// Whether it has expired
    pub expired: bool,
    #[schema(required = true)]
    pub grade: Option<Grade>,
    /// Version of the enrolment
    #[schema(minimum = 1)]
    pub version: i32,
}

impl Resource for Certificate {
    type Entity = enrolment::Entity;
    const SPEC: Spec = Spec {
        name: "certificate",
        path: "certificates",
        fields: &[
            Field::of(&enrolment::Column::BranchId, FieldKind::Uuid),
            Field::of(&enrolment::Column::ClassId, FieldKind::Uuid),
            Field::of(&enrolment::Column::CandidateId, FieldKind::Uuid),
            Field::expression("kind", store::class_kind, FieldKind::Enum(ClassKind::WIRE)),
            Field::named(
                "number",
                &enrolment::Column::CertificateNumber,
                FieldKind::Text,
            ),
            Field::named("on", &enrolment::Column::CertificateOn, FieldKind::Date).sorted(),
            Field::named(
                "valid_to",
                &enrolment::Column::CertificateValidTo,
                FieldKind::Date,
            ),
            Field::expression("expired", store::expired, FieldKind::Bool),
            Field::of(&enrolment::Column::Grade, FieldKind::Enum(Grade::WIRE)),
        ],
        sort: "-on",
        search: None,
        scope: reach::of_branch,
        expand: &[EXPAND_BRANCH, EXPAND_CANDIDATE, EXPAND_CLASS],
        computed: true,
    };
    fn show(row: enrolment::Model, viewer: &Viewer) -> Self {
        Self {
            id: row.id,
            branch_id: row.branch_id,
            branch_name: None,
            class_id: row.class_id,
            class_title: None,
            candidate_id: row.candidate_id,
            full_name: None,
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
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(
        enrolment::Column::BranchId; enrolment::Column::CandidateId, enrolment::Column::ClassId
    );
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|c| c.class_id).collect();
        let classes = store::classes(tx, ids).await?;
        let known: HashMap<Uuid, (Option<ClassKind>, String)> = classes
            .into_iter()
            .map(|class| (class.id, (Some(class.kind), class.issuer)))
            .collect();
        for item in items {
            (item.kind, item.issuer) = known.get(&item.class_id).cloned().unwrap_or_default();
        }
        Ok(())
    }
}

/// List certificates
///
/// Certificates of the people within your reach.
#[operation(get, "/certificates", tag = "classes")]
pub async fn list_certificates(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    query: List<Certificate>,
) -> Result<Page<Certificate>> {
    let completed = enrolment::Column::State
        .into_expr()
        .eq(constant(EnrolmentState::Completed));
    edit::list_where(&db, &permit, &query, completed).await
}
