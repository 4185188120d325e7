//! Wire types of erasures.
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Role, reach};
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::db::tables::erasure as table;
use crate::law::text::Text;

/// A request to erase a person for good
#[derive(Debug, Serialize, ToSchema)]
pub struct Erasure {
    pub id: Uuid,
    /// The candidate or member; all their attempts and memberships go together
    pub person_id: Uuid,
    /// Number of the paper on whose basis the person is erased
    #[schema(max_length = 100)]
    pub paper_number: String,
    pub paper_on: NaiveDate,
    /// Why; it is kept after the erasure, and names nobody
    #[schema(max_length = 500)]
    pub reason: String,
    /// Account that asked
    pub asked_by: Uuid,
    /// Its role; the other of Party Office and Standing Committee confirms
    pub asked_role: Role,
    /// Until when it can be confirmed
    pub waits_until: DateTime<Utc>,
    /// The candidates and members that are erased together: every row about the person when it was asked for
    #[schema(max_items = 1000)]
    pub covers: Vec<Uuid>,
    /// Account that confirmed
    #[schema(required = true)]
    pub confirmed_by: Option<Uuid>,
    /// Day on which the person was erased; null if it has not been confirmed
    #[schema(required = true)]
    pub erased_on: Option<NaiveDate>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Whom to erase, and on what basis
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewErasure {
    /// A candidate or member whose candidacy or membership has ended
    #[schema(example = "01750000-0000-7000-8000-0000ca010001")]
    pub person_id: Uuid,
    /// Number of the paper on whose basis the person is erased
    pub paper_number: Text<100>,
    /// Not after today
    pub paper_on: NaiveDate,
    /// At least ten letters; it is kept after the erasure, so it must name nobody
    #[schema(example = "Hết thời hạn lưu trữ, người trong hồ sơ yêu cầu xóa")]
    pub reason: Text<500>,
}

impl Resource for Erasure {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "erasure",
        path: "erasures",
        fields: &[
            Field::of(&table::Column::PersonId, FieldKind::Uuid),
            Field::expression(
                "erased",
                || table::Column::ErasedOn.is_not_null(),
                FieldKind::Bool,
            )
            .about("True: only what has been erased (`erased_on`). False: only what has not"),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::own_organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            person_id,
            paper_number,
            paper_on,
            reason,
            asked_by,
            asked_role,
            waits_until,
            covers,
            confirmed_by,
            erased_on,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            person_id,
            paper_number,
            paper_on,
            reason,
            asked_by,
            asked_role,
            waits_until,
            covers,
            confirmed_by,
            erased_on,
            version,
            created_at,
            updated_at,
        }
    }
}
