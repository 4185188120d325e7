//! Attendance of a session (điểm danh).
use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::reach::by;
use crate::access::{Action, ReadEnrolments, RecordEnrolments, reach};
use crate::api::body::Patch;
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::resource::{Editable, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::{attendance, class_session as table, enrolment};
use crate::db::{Db, Query, Tx, condition, texts, unnest};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;
use crate::law::text::Text;
use crate::law::words::EnrolmentState;
use crate::resources::class_session::ClassSession;

/// Attendance of a session (điểm danh), for the people within your reach: a branch sees its own
#[derive(Debug, Serialize, ToSchema)]
pub struct Attendance {
    pub session_id: Uuid,
    pub class_id: Uuid,
    pub on: NaiveDate,
    /// Attendance has been taken
    pub held: bool,
    #[schema(max_items = 1000)]
    pub lines: Vec<AttendanceLine>,
    /// Version of the session, as in the ETag
    #[schema(minimum = 1)]
    pub version: i32,
}

/// A person's attendance of a session
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttendanceLine {
    #[schema(example = "01750000-0000-7000-8000-0000e1000101")]
    pub enrolment_id: Uuid,
    pub present: bool,
    /// Reason for the absence
    #[schema(example = "có phép: trực bệnh viện")]
    pub reason: Option<Text<500>>,
}

/// The attendance of a session, replaced as a whole
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttendanceLines {
    /// Confirmed participants; anyone not named was absent
    #[schema(min_items = 1, max_items = 1000)]
    pub lines: Vec<AttendanceLine>,
}

impl Resource for Attendance {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "attendance",
        computed: true,
        fields: &[],
        ..ClassSession::SPEC
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        Self {
            session_id: row.id,
            class_id: row.class_id,
            on: row.on_date,
            held: row.held,
            lines: Vec::new(),
            version: row.version,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        for item in items {
            let seen = by(&[Action::ReadEnrolments], reach::of_branch);
            let lines = attendance::Entity::find()
                .filter(attendance::Column::SessionId.eq(item.session_id))
                .filter(condition(&seen, ""))
                .order_by_asc(attendance::Column::EnrolmentId);
            let lines = tx.all(lines).await?.into_iter();
            item.lines = lines
                .map(|line| AttendanceLine {
                    enrolment_id: line.enrolment_id,
                    present: line.present,
                    reason: line.reason.map(Text::stored),
                })
                .collect();
        }
        Ok(())
    }
}

/// People confirmed for a class, whatever their result.
const ATTENDING: [EnrolmentState; 3] = [
    EnrolmentState::Confirmed,
    EnrolmentState::Completed,
    EnrolmentState::Failed,
];

/// The lines of a session, each with the branch of its enrolment.
fn taken(session: Uuid, lines: &[AttendanceLine]) -> Result<Query<()>> {
    let ids: Vec<Uuid> = lines.iter().map(|line| line.enrolment_id).collect();
    let present: Vec<bool> = lines.iter().map(|line| line.present).collect();
    let reasons = lines.iter().map(|line| {
        line.reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned())
    });
    let mut told = Build::select();
    told.expr_as(unnest(ids, "uuid[]"), "enrolment_id")
        .expr_as(unnest(present, "bool[]"), "present")
        .expr_as(unnest(texts(reasons), "text[]"), "reason");
    let of = |column| Expr::col((enrolment::Entity, column));
    let mut rows = Build::select();
    rows.expr(Expr::val(session))
        .expr(of(enrolment::Column::Id))
        .expr(of(enrolment::Column::OrganizationId))
        .expr(of(enrolment::Column::BranchId))
        .expr(Expr::col(("line", "present")))
        .expr(Expr::col(("line", "reason")))
        .from_subquery(told, "line")
        .inner_join(
            enrolment::Entity,
            of(enrolment::Column::Id).eq(Expr::col(("line", "enrolment_id"))),
        );
    let columns = [
        attendance::Column::SessionId,
        attendance::Column::EnrolmentId,
        attendance::Column::OrganizationId,
        attendance::Column::BranchId,
        attendance::Column::Present,
        attendance::Column::Reason,
    ];
    let mut insert = Build::insert();
    let insert = insert.into_table(attendance::Entity).columns(columns);
    Ok(Query::of(
        insert.select_from(rows).map_err(Error::internal)?,
    ))
}

impl Editable for Attendance {
    type Edit = AttendanceLines;
    /// The handler replaces the stored lines; an empty list means "unchanged".
    fn edit(_: &Self::Row) -> AttendanceLines {
        AttendanceLines { lines: Vec::new() }
    }
    fn apply(_: AttendanceLines, active: &mut Self::Active) {
        active.held = Set(true);
    }
}

/// Get the attendance of a session
#[operation(get, "/sessions/{id}/attendance", tag = "classes")]
pub async fn get_attendance(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
) -> Result<Reply<Attendance>> {
    edit::get(&db, &permit, *id, &IfNoneMatch::default()).await
}

/// Take the attendance of a session
///
/// Replaces all lines. Not before the date of the session.
#[operation(patch, "/sessions/{id}/attendance", tag = "classes")]
pub async fn take_attendance(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<AttendanceLines>,
) -> Result<Reply<Attendance>> {
    let today = db.clock().today();
    edit::change::<Attendance, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            if row.on_date > today {
                return Err(Error::new(Code::InvalidTransition).detail(say(
                    "Buổi học chưa diễn ra.",
                    "The date of the session is in the future.",
                )));
            }
            let pupils = enrolment::Entity::find()
                .filter(enrolment::Column::ClassId.eq(row.class_id))
                .filter(enrolment::Column::State.is_in(ATTENDING));
            let pupils: BTreeSet<Uuid> =
                tx.all(pupils).await?.iter().map(|pupil| pupil.id).collect();
            let mut seen = BTreeSet::new();
            let mut faults = Vec::new();
            for (i, line) in new.lines.iter().enumerate() {
                let pointer = format!("/lines/{i}/enrolment_id");
                if !pupils.contains(&line.enrolment_id) {
                    faults.push(crate::api::http::unknown_reference(&pointer));
                } else if !seen.insert(line.enrolment_id) {
                    faults.push(Fault::pointer(
                        pointer,
                        "repeated",
                        say("Đã có trong danh sách này.", "Repeated in this list."),
                    ));
                }
            }
            if !faults.is_empty() {
                return Err(Error::faults(Code::ValidationFailed, faults));
            }
            let earlier =
                attendance::Entity::delete_many().filter(attendance::Column::SessionId.eq(row.id));
            tx.execute(earlier).await?;
            tx.execute(taken(row.id, &new.lines)?).await.map(drop)
        },
    )
    .await
}
