//! A class and its facts for the law.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, JoinType, Query as Build};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach;
use crate::api::resource::{Editable, Field, FieldKind, Resource, Spec, Viewer};
use crate::db::tables::{class as table, class_session};
use crate::db::{Query, Tx, any_of, constant, functions};
use crate::error::Result;
use crate::law::enrolment::Lesson;
use crate::law::text::{Text, plain, stored};
use crate::law::words::{ClassKind, ClassState};

/// A class (lớp bồi dưỡng)
#[derive(Debug, Serialize, ToSchema)]
pub struct Class {
    pub id: Uuid,
    pub organization_id: Uuid,
    pub kind: ClassKind,
    #[schema(max_length = 200)]
    pub title: String,
    /// Who issues the certificates
    #[schema(example = "Trung tâm Chính trị huyện Hồng Lam", max_length = 200)]
    pub issuer: String,
    #[schema(required = true, max_length = 200)]
    pub place: Option<String>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    #[schema(minimum = 1, maximum = 1000)]
    pub capacity: i32,
    #[schema(minimum = 0, maximum = 1000)]
    pub seats_taken: i32,
    /// People on the waiting list (danh sách chờ)
    #[schema(minimum = 0)]
    pub waiting: i32,
    pub state: ClassState,
    #[schema(required = true, max_length = 1000)]
    pub cancel_reason: Option<String>,
    /// Last day for proposals from branches (hạn đề nghị); null: until the class is closed
    #[schema(required = true)]
    pub proposals_due_on: Option<NaiveDate>,
    /// Sessions (buổi học) in the programme
    #[schema(minimum = 0)]
    pub sessions: i32,
    /// Total periods (tiết) of the sessions
    #[schema(minimum = 0)]
    pub periods: i32,
    /// Version of the row, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A class to plan
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewClass {
    /// For the upper committee only: the organisation below that the class is for. Omitted by the
    /// Party Office; cannot be changed
    #[schema(example = "01750000-0000-7000-8000-00000a000002")]
    pub organization_id: Option<Uuid>,
    pub kind: ClassKind,
    #[schema(example = "Lớp nhận thức về Đảng khóa II năm 2021")]
    pub title: Text<200>,
    #[schema(example = "Trung tâm Chính trị huyện Hồng Lam")]
    pub issuer: Text<200>,
    pub place: Option<Text<200>>,
    #[schema(example = "2021-09-06")]
    pub starts_on: NaiveDate,
    #[schema(example = "2021-09-10")]
    pub ends_on: NaiveDate,
    /// Not fewer than the seats already taken
    #[schema(minimum = 1, maximum = 1000, example = 30)]
    pub capacity: i32,
    /// `planned`: visible, but not open for proposals; `open`: takes proposals; `closed`: takes no
    /// more, and the waiting list is dissolved; `cancelled`: all seats are given up
    #[serde(default = "open")]
    pub state: ClassState,
    /// Required with state `cancelled`, and only then
    #[schema(example = "Trung tâm Chính trị huyện dời lịch")]
    pub cancel_reason: Option<Text<1000>>,
    /// Not after the first day of the class
    #[schema(example = "2021-08-31")]
    pub proposals_due_on: Option<NaiveDate>,
}

const fn open() -> ClassState {
    ClassState::Open
}

/// The class as the rules see it.
pub fn lesson(row: &table::Model) -> Lesson {
    Lesson {
        kind: row.kind,
        state: row.state,
        starts_on: row.starts_on,
        proposals_due_on: row.proposals_due_on,
    }
}

/// Fills free seats from the waiting list, in order of waiting.
pub async fn settle_seats(tx: &Tx, class: Uuid) -> Result<()> {
    let settle = functions::settle_class(class, Vec::new(), None, tx.now());
    tx.execute(settle).await.map(drop)
}

/// For each class: people waiting, sessions, and total periods.
fn figures(classes: Vec<Uuid>) -> Query<(Uuid, i32, i32, i32)> {
    let class = || Expr::col((table::Entity, table::Column::Id));
    let session = |column| Expr::col((class_session::Entity, column));
    let or_none = |figure: Expr| Expr::from(Func::coalesce([figure, constant(0)]));
    let waiting = || or_none(Expr::col(("waiting", "n")));
    let periods = Func::sum(session(class_session::Column::Periods));
    let sessions = session(class_session::Column::ClassId)
        .eq(class())
        .and(class_session::Column::DeletedAt.is_null());
    let mut figures = Build::select();
    figures
        .expr(class())
        .expr(waiting())
        .expr(Func::count(session(class_session::Column::Id)).cast_as("int"))
        .expr(or_none(periods.into()).cast_as("int"))
        .from(table::Entity)
        .join_subquery(
            JoinType::LeftJoin,
            functions::counted("waiting_lists", classes.clone()),
            "waiting",
            Expr::col(("waiting", "id")).eq(class()),
        )
        .left_join(class_session::Entity, sessions)
        .and_where(any_of((table::Entity, table::Column::Id), classes))
        .add_group_by([class(), waiting()]);
    Query::of(&figures)
}

impl Resource for Class {
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "class",
        path: "classes",
        fields: &[
            Field::of(&table::Column::OrganizationId, FieldKind::Uuid),
            Field::of(&table::Column::Kind, FieldKind::Enum(ClassKind::WIRE)),
            Field::of(&table::Column::State, FieldKind::Enum(ClassState::WIRE)),
            Field::of(&table::Column::StartsOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::EndsOn, FieldKind::Date).sorted(),
            Field::of(&table::Column::CreatedAt, FieldKind::Instant).sorted(),
        ],
        sort: "-starts_on",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: true,
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            kind,
            title,
            issuer,
            place,
            starts_on,
            ends_on,
            capacity,
            seats_taken,
            waiting_last: _,
            state,
            cancel_reason,
            proposals_due_on,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            organization_id,
            kind,
            title,
            issuer,
            place,
            starts_on,
            ends_on,
            capacity,
            seats_taken,
            waiting: 0,
            state,
            cancel_reason,
            proposals_due_on,
            sessions: 0,
            periods: 0,
            version,
            created_at,
            updated_at,
        }
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        let ids: Vec<Uuid> = items.iter().map(|c| c.id).collect();
        let known = tx.all(figures(ids)).await?.into_iter();
        let known: HashMap<Uuid, (i32, i32, i32)> = known
            .map(|(id, waiting, sessions, periods)| (id, (waiting, sessions, periods)))
            .collect();
        for item in items {
            (item.waiting, item.sessions, item.periods) =
                known.get(&item.id).copied().unwrap_or_default();
        }
        Ok(())
    }
}

impl Editable for Class {
    type Edit = NewClass;
    fn edit(row: &table::Model) -> NewClass {
        NewClass {
            organization_id: Some(row.organization_id),
            kind: row.kind,
            title: Text::stored(row.title.clone()),
            issuer: Text::stored(row.issuer.clone()),
            place: stored(row.place.clone()),
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            capacity: row.capacity,
            state: row.state,
            cancel_reason: stored(row.cancel_reason.clone()),
            proposals_due_on: row.proposals_due_on,
        }
    }
    fn apply(edit: NewClass, active: &mut table::ActiveModel) {
        let NewClass {
            organization_id: _,
            kind,
            title,
            issuer,
            place,
            starts_on,
            ends_on,
            capacity,
            state,
            cancel_reason,
            proposals_due_on,
        } = edit;
        active.kind = Set(kind);
        active.title = Set(title.into_string());
        active.issuer = Set(issuer.into_string());
        active.place = Set(plain(place));
        active.starts_on = Set(starts_on);
        active.ends_on = Set(ends_on);
        active.capacity = Set(capacity);
        active.state = Set(state);
        active.cancel_reason = Set(plain(cancel_reason));
        active.proposals_due_on = Set(proposals_due_on);
    }
}
