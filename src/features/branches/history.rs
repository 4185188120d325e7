//! History of branches: renamings, splits, mergers and closures, and the register of a day. Past
//! figures stay with the branch in which they arose.
use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::Branch;
use crate::access::{ReadBranches, WriteBranches, reach};
use crate::api::body::Body;
use crate::api::checks::expect_not_in_future;
use crate::api::edit::{self};
use crate::api::headers::IfMatch;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Page, Reply};
use crate::api::resource::{Field, FieldKind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::{branch, branch_change as table, review};
use crate::db::{Db, Tx, any_live, any_row};
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::{BranchChangeKind, ReviewState};

/// A change in the history of a branch
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchChange {
    pub id: Uuid,
    pub branch_id: Uuid,
    pub kind: BranchChangeKind,
    #[serde(rename = "on")]
    pub on_date: NaiveDate,
    /// Number of the decision
    #[schema(max_length = 100)]
    pub paper_number: String,
    #[schema(required = true, max_length = 1000)]
    pub reason: Option<String>,
    /// Name before that day
    #[schema(required = true, max_length = 200)]
    pub from_name: Option<String>,
    /// Name from that day on
    #[schema(required = true, max_length = 200)]
    pub to_name: Option<String>,
    /// The other branch of a split or merger
    #[schema(required = true)]
    pub other_branch_id: Option<Uuid>,
    /// Version of the row
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A new name for a branch
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct BranchRenaming {
    /// First day of the new name
    #[schema(example = "2021-01-15")]
    pub on: NaiveDate,
    #[schema(example = "Chi bộ Hành chính - Tổ chức")]
    pub name: Text<200>,
    #[schema(example = "12-QĐ/ĐU")]
    pub paper_number: Text<100>,
    pub reason: Option<Text<1000>>,
}

impl Resource for BranchChange {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "branch_change",
        path: "branch-changes",
        fields: &[
            Field::of(
                &table::Column::Kind,
                FieldKind::Enum(BranchChangeKind::WIRE),
            ),
            Field::named("on", &table::Column::OnDate, FieldKind::Date).sorted(),
            Field::of(&table::Column::OtherBranchId, FieldKind::Uuid),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-created_at",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: false,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            branch_id,
            kind,
            on_date,
            paper_number,
            reason,
            from_name,
            to_name,
            other_branch_id,
            version,
            created_at,
            updated_at,
        } = row;
        Self {
            id,
            branch_id,
            kind,
            on_date,
            paper_number,
            reason,
            from_name,
            to_name,
            other_branch_id,
            version,
            created_at,
            updated_at,
        }
    }
}

/// An entry in the history of a branch.
pub(super) struct Line<'a> {
    pub(super) branch: Uuid,
    pub(super) kind: BranchChangeKind,
    pub(super) on: NaiveDate,
    pub(super) paper_number: &'a Text<100>,
    pub(super) reason: Option<&'a Text<1000>>,
    pub(super) names: (Option<&'a str>, Option<&'a str>),
    pub(super) other: Option<Uuid>,
}

pub(super) async fn write(tx: &Tx, organization: Uuid, line: Line<'_>) -> Result<()> {
    let mut active = edit::blank::<BranchChange>();
    active.branch_id = Set(line.branch);
    active.kind = Set(line.kind);
    active.on_date = Set(line.on);
    active.paper_number = Set(line.paper_number.as_str().to_owned());
    active.reason = Set(line.reason.map(|r| r.as_str().to_owned()));
    active.from_name = Set(line.names.0.map(str::to_owned));
    active.to_name = Set(line.names.1.map(str::to_owned));
    active.other_branch_id = Set(line.other);
    edit::insert::<BranchChange>(tx, organization, active)
        .await
        .map(drop)
}

/// 409 for a branch that is closed.
pub(super) fn expect_going_on(row: &branch::Model) -> Result<()> {
    if row.closed_on.is_none() {
        return Ok(());
    }
    let words = say("Chi bộ đã kết thúc.", "The branch has been closed.");
    Err(Error::new(Code::InvalidTransition).detail(words))
}

/// 422 for a day in the future; 409 for a branch that is closed or whose review is open.
pub(super) async fn check(
    tx: &Tx,
    row: &branch::Model,
    on: NaiveDate,
    today: NaiveDate,
    moves: bool,
) -> Result<()> {
    expect_not_in_future("/on", on, today)?;
    facts::expect_founded(tx, "/on", row.id, on).await?;
    expect_going_on(row)?;
    let open = review::Column::BranchId
        .eq(row.id)
        .and(review::Column::State.eq(ReviewState::Open));
    if moves && tx.ask([any_live::<review::Entity>(open)]).await? == [true] {
        return Err(Error::new(Code::InvalidTransition).detail(say(
            "Chi bộ đang có phiên xét mở.",
            "The branch has an open review: close it first.",
        )));
    }
    Ok(())
}

/// List changes in the history of a branch
#[operation(get, "/branches/{id}/changes")]
pub async fn list_branch_changes(
    permit: Permit<ReadBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<BranchChange>,
) -> Result<Page<BranchChange>> {
    edit::list_of::<Branch, _, _>(&db, &permit, &query, *id, table::Column::BranchId.eq(*id)).await
}

/// Rename a branch
///
/// Takes effect on a date, by a decision. The old name remains in the history; correct typing
/// mistakes with PATCH.
#[operation(post, "/branches/{id}/renamings", refuses(InvalidTransition))]
pub async fn rename_branch(
    permit: Permit<WriteBranches>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<BranchRenaming>,
) -> Result<Reply<Branch>> {
    let today = db.clock().today();
    edit::step::<Branch, _>(&db, &permit, *id, seen, async |tx, row| {
        let new = &body.value;
        check(tx, &row, new.on, today, false).await?;
        let renamed = table::Column::BranchId
            .eq(row.id)
            .and(table::Column::Kind.eq(BranchChangeKind::Renamed))
            .and(table::Column::OnDate.gte(new.on));
        if tx.ask([any_row::<table::Entity>(renamed)]).await? == [true] {
            return Err(Error::invalid(
                "/on",
                "before_last_change",
                say(
                    "Chi bộ đã đổi tên vào ngày này hoặc sau đó.",
                    "The branch was renamed on this day or later.",
                ),
            ));
        }
        let names = (Some(row.name.as_str()), Some(new.name.as_str()));
        let (kind, reason) = (BranchChangeKind::Renamed, new.reason.as_ref());
        write(
            tx,
            row.organization_id,
            Line {
                branch: row.id,
                kind,
                on: new.on,
                paper_number: &new.paper_number,
                reason,
                names,
                other: None,
            },
        )
        .await?;
        let mut active = edit::blank::<Branch>();
        active.name = Set(new.name.as_str().to_owned());
        edit::stepped::<Branch>(tx, &row, active, "name").await
    })
    .await
}
