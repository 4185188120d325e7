//! Yearly classification of branches (xếp loại chất lượng chi bộ hằng năm), as decided by the
//! organisation's committee. The quality report shows it beside the branch's admissions.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadClassifications, WriteClassifications, reach};
use crate::api::body::{Body, Patch};
use crate::api::checks::expect_not_in_future;
use crate::api::edit::{self, Reference};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::names;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{
    EXPAND_BRANCH, Editable, Field, FieldKind, Named, Resource, Spec, Viewer,
};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::tables::branch_classification as table;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::facts;
use crate::law::calendar::days_of;
use crate::law::say;
use crate::law::text::{Text, plain, stored};
use crate::law::words::ClassificationGrade;

pub fn configure(v1: &mut Routes) {
    v1.service(list_classifications)
        .service(create_classification)
        .service(get_classification)
        .service(change_classification)
        .service(remove_classification);
}

/// Classification of a branch for a year (xếp loại chất lượng)
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchClassification {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub branch_id: Uuid,
    #[schema(required = true, max_length = 200)]
    pub branch_name: Option<String>,
    #[schema(minimum = 1990, maximum = 2100, example = 2020)]
    pub year: i32,
    pub grade: ClassificationGrade,
    pub decided_on: NaiveDate,
    /// Number of the committee's decision
    #[schema(max_length = 50, example = "12-QĐ/ĐU")]
    pub paper_number: String,
    #[schema(required = true, max_length = 1000)]
    pub note: Option<String>,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A classification to record
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewBranchClassification {
    /// Cannot be changed: remove the classification and record a new one
    pub branch_id: Uuid,
    /// Unique per branch
    #[schema(minimum = 1990, maximum = 2100, example = 2020)]
    pub year: i32,
    pub grade: ClassificationGrade,
    /// In that year or later, not after today
    #[schema(example = "2020-12-31")]
    pub decided_on: NaiveDate,
    /// Number of the committee's decision
    #[schema(example = "12-QĐ/ĐU")]
    pub paper_number: Text<50>,
    pub note: Option<Text<1000>>,
}

impl Resource for BranchClassification {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "classification",
        path: "branch-classifications",
        fields: &[
            Field::of(&table::Column::BranchId, FieldKind::Uuid),
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(
                &table::Column::Grade,
                FieldKind::Enum(ClassificationGrade::WIRE),
            ),
            Field::of(&table::Column::Year, FieldKind::Int).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::of_branch_or_below,
        expand: &[EXPAND_BRANCH],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            branch_id,
            year,
            grade,
            decided_on,
            paper_number,
            note,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            organization_id,
            branch_id,
            branch_name: None,
            year,
            grade,
            decided_on,
            paper_number,
            note,
            version,
            created_at,
            updated_at,
        }
    }
    const NAMES: &'static [Named<Self>] = names::of_its_branch!(table::Column::BranchId);
}

impl Editable for BranchClassification {
    type Edit = NewBranchClassification;
    fn edit(row: &table::Model) -> NewBranchClassification {
        NewBranchClassification {
            branch_id: row.branch_id,
            year: row.year,
            grade: row.grade,
            decided_on: row.decided_on,
            paper_number: Text::stored(row.paper_number.clone()),
            note: stored(row.note.clone()),
        }
    }
    fn apply(edit: NewBranchClassification, active: &mut table::ActiveModel) {
        let NewBranchClassification {
            branch_id,
            year,
            grade,
            decided_on,
            paper_number,
            note,
        } = edit;
        active.branch_id = Set(branch_id);
        active.year = Set(year);
        active.grade = Set(grade);
        active.decided_on = Set(decided_on);
        active.paper_number = Set(paper_number.into_string());
        active.note = Set(plain(note));
    }
}

/// List classifications
#[operation(get, "/branch-classifications", tag = "branches")]
pub async fn list_classifications(
    permit: Permit<ReadClassifications>,
    db: Data<Db>,
    query: List<BranchClassification>,
) -> Result<Page<BranchClassification>> {
    edit::list(&db, &permit, &query).await
}

/// Get a classification
#[operation(get, "/branch-classifications/{id}", tag = "branches")]
pub async fn get_classification(
    permit: Permit<ReadClassifications>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<BranchClassification>,
) -> Result<Reply<BranchClassification>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// A year in which the branch was there is graded, also after its end.
async fn expect_there(tx: &Tx, branch: Uuid, year: i32) -> Result<()> {
    let (first, last) = days_of(year);
    facts::expect_founded(tx, "/year", branch, last).await?;
    if edit::ended_since(tx, branch, first).await? {
        return Ok(());
    }
    edit::check_references(tx, [Reference::to_branch("/branch_id", branch)]).await
}

/// Record the classification of a branch
///
/// One per branch and year. The quality report shows it beside the branch's admissions.
#[operation(post, "/branch-classifications", tag = "branches", refuses(Duplicate))]
pub async fn create_classification(
    permit: Permit<WriteClassifications>,
    db: Data<Db>,
    body: Body<NewBranchClassification>,
) -> Result<Created<BranchClassification>> {
    let today = db.clock().today();
    edit::create::<BranchClassification, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        expect_not_in_future("/decided_on", new.decided_on, today)?;
        expect_there(tx, new.branch_id, new.year).await?;
        let mut active = edit::blank::<BranchClassification>();
        BranchClassification::apply(new, &mut active);
        edit::insert::<BranchClassification>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a classification
#[operation(
    patch,
    "/branch-classifications/{id}",
    tag = "branches",
    refuses(Duplicate)
)]
pub async fn change_classification(
    permit: Permit<WriteClassifications>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewBranchClassification>,
) -> Result<Reply<BranchClassification>> {
    let today = db.clock().today();
    edit::change::<BranchClassification, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            expect_not_in_future("/decided_on", new.decided_on, today)?;
            if new.branch_id == row.branch_id {
                if new.year != row.year {
                    expect_there(tx, row.branch_id, new.year).await?;
                }
                return Ok(());
            }
            Err(Error::invalid(
                "/branch_id",
                "read_only",
                say("Không đổi được chi bộ.", "The branch cannot be changed."),
            ))
        },
    )
    .await
}

/// Remove a classification
#[operation(delete, "/branch-classifications/{id}", tag = "branches")]
pub async fn remove_classification(
    permit: Permit<WriteClassifications>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<BranchClassification, _>(&db, &permit, *id, seen, async |tx, row| {
        edit::mark_deleted::<BranchClassification>(tx, row).await
    })
    .await
}
