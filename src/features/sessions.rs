//! Sessions of a class, and who attended them.
use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ReadClasses, ReadEnrolments, RecordEnrolments, WriteClasses, reach};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::{Editable, Field, Kind, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::class_session as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::features::classes::wire::Class;
use crate::law::say;
use crate::law::text::{Text, plain, stored};

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_class_sessions)
        .service(create_class_session)
        .service(get_class_session)
        .service(change_class_session)
        .service(remove_class_session)
        .service(get_attendance)
        .service(take_attendance);
}

/// A session of a class (buổi học): one topic (chuyên đề) on one day
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassSession {
    pub id: Uuid,
    pub class_id: Uuid,
    /// Place in the programme
    #[schema(minimum = 1, maximum = 200)]
    pub number: i32,
    #[schema(max_length = 500)]
    pub topic: String,
    pub on: NaiveDate,
    /// Periods (tiết)
    #[schema(minimum = 1, maximum = 20)]
    pub periods: i32,
    #[schema(required = true, max_length = 200)]
    pub lecturer: Option<String>,
    /// Attendance has been taken
    pub held: bool,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A session to be planned
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewClassSession {
    /// Once in a class
    #[schema(minimum = 1, maximum = 200, example = 1)]
    pub number: i32,
    #[schema(example = "Khái quát lịch sử Đảng Cộng sản Việt Nam")]
    pub topic: Text<500>,
    /// A day of the class
    #[schema(example = "2021-09-06")]
    pub on: NaiveDate,
    #[schema(minimum = 1, maximum = 20, example = 10)]
    pub periods: i32,
    #[schema(example = "Giảng viên Trung tâm Chính trị")]
    pub lecturer: Option<Text<200>>,
}

impl Resource for ClassSession {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "class_session",
        path: "sessions",
        fields: &[
            Field::of(&table::Column::Number, Kind::Int).sorted(),
            Field::named("on", &table::Column::OnDate, Kind::Date).sorted(),
        ],
        sort: "number",
        search: None,
        scope: reach::organization,
        expand: &[],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id: _,
            class_id,
            number,
            topic,
            on_date,
            periods,
            lecturer,
            held,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            class_id,
            number,
            topic,
            on: on_date,
            periods,
            lecturer,
            held,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for ClassSession {
    type Edit = NewClassSession;
    fn edit(row: &Self::Row) -> NewClassSession {
        NewClassSession {
            number: row.number,
            topic: Text::stored(row.topic.clone()),
            on: row.on_date,
            periods: row.periods,
            lecturer: stored(row.lecturer.clone()),
        }
    }
    fn apply(edit: NewClassSession, active: &mut Self::Active) {
        let NewClassSession {
            number,
            topic,
            on,
            periods,
            lecturer,
        } = edit;
        active.number = Set(number);
        active.topic = Set(topic.into_string());
        active.on_date = Set(on);
        active.periods = Set(periods);
        active.lecturer = Set(plain(lecturer));
    }
}

fn inside(class: &crate::db::tables::class::Model, on: NaiveDate) -> Result<()> {
    if (class.starts_on..=class.ends_on).contains(&on) {
        return Ok(());
    }
    let (from, to) = (class.starts_on, class.ends_on);
    Err(Error::invalid(
        "/on",
        "outside_class",
        say(
            format!("Lớp mở từ {from} đến {to}."),
            format!("The class lasts from {from} to {to}."),
        ),
    ))
}

/// List the sessions of a class
#[operation(get, "/classes/{id}/sessions")]
pub async fn list_class_sessions(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<ClassSession>,
) -> Result<Page<ClassSession>> {
    edit::list_where(&db, &permit, &query, table::Column::ClassId.eq(*id)).await
}

/// Add a session to a class
#[operation(post, "/classes/{id}/sessions")]
pub async fn create_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewClassSession>,
) -> Result<Created<ClassSession>> {
    edit::create::<ClassSession, _, _>(&db, &permit, &body, async |tx| {
        // held until the end: the class's days do not move away meanwhile
        let class = edit::find::<Class>(tx, permit.reach(), *id, true).await?;
        inside(&class, body.value.on)?;
        let mut active = edit::blank::<ClassSession>();
        active.class_id = Set(class.id);
        ClassSession::apply(body.value.clone(), &mut active);
        edit::insert::<ClassSession>(tx, class.organization_id, active).await
    })
    .await
}

/// Get a session
#[operation(get, "/sessions/{id}", tag = "classes")]
pub async fn get_class_session(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    held: IfNoneMatch,
) -> Result<Reply<ClassSession>> {
    edit::get(&db, &permit, *id, &held).await
}

/// Change a session
#[operation(patch, "/sessions/{id}", tag = "classes")]
pub async fn change_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewClassSession>,
) -> Result<Reply<ClassSession>> {
    edit::change::<ClassSession, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            inside(
                &edit::find::<Class>(tx, permit.reach(), row.class_id, false).await?,
                new.on,
            )
        },
    )
    .await
}

/// Remove a session
///
/// As long as no attendance has been taken.
#[operation(delete, "/sessions/{id}", tag = "classes")]
pub async fn remove_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<ClassSession, _>(&db, &permit, *id, seen, async |tx, row| {
        if row.held {
            return Err(Error::new(Code::HasDependents));
        }
        edit::mark_deleted::<ClassSession>(tx, row).await
    })
    .await
}

/// Who attended a session (điểm danh). You see the people within your reach: a branch its own
#[derive(Debug, Serialize, ToSchema)]
pub struct Attendance {
    pub session_id: Uuid,
    pub class_id: Uuid,
    pub on: NaiveDate,
    /// Attendance has been taken
    pub held: bool,
    #[schema(max_items = 1000)]
    pub lines: Vec<AttendanceLine>,
    /// Version of the session; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
}

/// One person at a session
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttendanceLine {
    #[schema(example = "01750000-0000-7000-8000-0000e1000101")]
    pub enrolment_id: Uuid,
    pub present: bool,
    /// Why absent
    #[schema(example = "có phép: trực bệnh viện")]
    pub reason: Option<Text<500>>,
}

/// The attendance of a session, replaced as one
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AttendanceLines {
    /// People who were confirmed for the class; who is not named was not there
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
            let rows = tx
                .rows(
                    "select enrolment_id, present, reason from attendance where session_id = $1 and organization_id = (select app.organization()) \
                     and ((select app.role()) in ('standing_committee', 'party_office') or branch_id = any ((select app.branches())::uuid[])) \
                     order by enrolment_id",
                    vec![item.session_id.into()],
                )
                .await?;
            item.lines = rows
                .iter()
                .map(|r| AttendanceLine {
                    enrolment_id: r.get(0),
                    present: r.get(1),
                    reason: r.get::<_, Option<String>>(2).map(Text::stored),
                })
                .collect();
        }
        Ok(())
    }
}

impl Editable for Attendance {
    type Edit = AttendanceLines;
    /// The stored lines are replaced by the handler; an empty list stands for "as they are".
    fn edit(_: &Self::Row) -> AttendanceLines {
        AttendanceLines { lines: Vec::new() }
    }
    fn apply(_: AttendanceLines, active: &mut Self::Active) {
        active.held = Set(true);
    }
}

/// See who attended a session
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
/// All lines are replaced as one. Not before the session's day.
#[operation(patch, "/sessions/{id}/attendance", tag = "classes")]
pub async fn take_attendance(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<AttendanceLines>,
) -> Result<Reply<Attendance>> {
    let today = db.clock().today();
    edit::change::<Attendance, _>(&db, &permit, *id, seen, &patch, async |tx, row, new, _active| {
        if row.on_date > today {
            return Err(Error::new(Code::InvalidTransition).detail(say("Buổi học chưa diễn ra.", "The session's day has not come.")));
        }
        let sql = "select id from enrolment where class_id = $1 and state in ('confirmed', 'completed', 'failed')";
        let pupils: BTreeSet<Uuid> = tx.rows(sql, vec![row.class_id.into()]).await?.iter().map(|r| r.get(0)).collect();
        let mut seen = BTreeSet::new();
        let mut faults = Vec::new();
        for (i, line) in new.lines.iter().enumerate() {
            let pointer = format!("/lines/{i}/enrolment_id");
            if !pupils.contains(&line.enrolment_id) {
                faults.push(crate::api::http::unknown_reference(&pointer));
            } else if !seen.insert(line.enrolment_id) {
                faults.push(Fault::pointer(pointer, "repeated", say("Đã có trong danh sách này.", "Stands twice in this list.")));
            }
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        tx.rows("delete from attendance where session_id = $1", vec![row.id.into()]).await?;
        let lines = serde_json::to_value(&new.lines).map_err(Error::internal)?;
        tx.rows(
            "insert into attendance (session_id, enrolment_id, organization_id, branch_id, present, reason) \
             select $1, e.id, e.organization_id, e.branch_id, l.present, l.reason \
               from jsonb_to_recordset($2) l (enrolment_id uuid, present boolean, reason text) join enrolment e on e.id = l.enrolment_id",
            vec![row.id.into(), lines.into()],
        )
        .await
        .map(drop)
    })
    .await
}
