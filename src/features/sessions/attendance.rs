//! Attendance of a session (điểm danh).
use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ReadEnrolments, RecordEnrolments};
use crate::api::body::Patch;
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::resource::{Editable, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::class_session as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::law::say;
use crate::law::text::Text;
use crate::resources::class_session::ClassSession;

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
    /// The handler replaces the stored lines; an empty list means "unchanged".
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
