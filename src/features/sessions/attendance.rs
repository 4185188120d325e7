//! Attendance of a session (điểm danh).
use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::{ReadEnrolments, RecordEnrolments};
use crate::api::body::Patch;
use crate::api::checks::{erased_for_good, refuse};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::resource::{Editable, Resource, Spec, Viewer};
use crate::auth::Permit;
use crate::db::tables::class_session as table;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::facts;
use crate::law::say;
use crate::law::text::Text;
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
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "attendance",
        computed: true,
        fields: &[],
        ..ClassSession::SPEC
    };
    fn show(row: table::Model, _: &Viewer) -> Self {
        Self {
            session_id: row.id,
            class_id: row.class_id,
            on: row.on_date,
            held: row.held,
            lines: Vec::new(),
            version: row.version,
        }
    }
    const COMPLETED: bool = true;
    async fn complete(tx: &Tx, items: &mut [Self]) -> Result<()> {
        for item in items {
            let lines = store::lines(tx, item.session_id).await?.into_iter();
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

impl Editable for Attendance {
    type Edit = AttendanceLines;
    const KEEPS_VALUES: bool = false;
    /// The handler replaces the stored lines; an empty list means "unchanged".
    fn edit(_: &table::Model) -> AttendanceLines {
        AttendanceLines { lines: Vec::new() }
    }
    fn apply(_: AttendanceLines, active: &mut table::ActiveModel) {
        active.held = Set(true);
    }
}

/// A result rests on the attendance, which would no longer bear it out.
fn no_longer_enough(new: &AttendanceLines, enrolment: Uuid) -> Fault {
    let place = new.lines.iter().position(|l| l.enrolment_id == enrolment);
    let pointer = place.map_or_else(|| "/lines".to_owned(), |i| format!("/lines/{i}/present"));
    Fault::pointer(
        pointer,
        "attendance_short",
        say(
            format!(
                "Người ở ghi danh {enrolment} đã được ghi hoàn thành lớp, khi đó sẽ dự chưa đủ số buổi: trước hết ghi lý do ở kết quả học, hoặc hủy giấy chứng nhận."
            ),
            format!(
                "Enrolment {enrolment} is completed and would fall short of the sessions: first record the reason with its result, or annul the certificate."
            ),
        ),
    )
}

/// 409 where the line of a person who was erased is another one than before.
async fn expect_tombstones_kept(
    tx: &Tx,
    session: Uuid,
    erased: &[Uuid],
    new: &AttendanceLines,
) -> Result<()> {
    if erased.is_empty() {
        return Ok(());
    }
    let before = store::lines(tx, session).await?;
    let same = erased.iter().all(|id| {
        let before = before.iter().find(|l| l.enrolment_id == *id);
        let after = new.lines.iter().find(|l| l.enrolment_id == *id);
        before.map(|l| (l.present, l.reason.is_some()))
            == after.map(|l| (l.present, l.reason.is_some()))
    });
    if same { Ok(()) } else { Err(erased_for_good()) }
}

/// Get the attendance of a session
#[operation(get, "/sessions/{id}/attendance", tag = "classes")]
pub async fn get_attendance(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Attendance>,
) -> Result<Reply<Attendance>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Take the attendance of a session
///
/// Replaces all lines. Not before the date of the session. Refused where a person who has completed
/// the class would fall short of its sessions, unless the result states the reason.
#[operation(
    patch,
    "/sessions/{id}/attendance",
    tag = "classes",
    refuses(InvalidTransition)
)]
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
            let pupils = store::pupils(tx, row.class_id).await?;
            let erased = pupils.iter().filter(|(_, erased)| *erased);
            let erased: Vec<Uuid> = erased.map(|(id, _)| *id).collect();
            expect_tombstones_kept(tx, row.id, &erased, new).await?;
            let pupils: BTreeSet<Uuid> = pupils.into_iter().map(|(id, _)| id).collect();
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
            refuse(faults)?;
            let before = facts::completed_in_spite(tx, row.class_id).await?;
            store::replace(tx, row.id, &new.lines).await?;
            let mut short = facts::completed_in_spite(tx, row.class_id).await?;
            short.retain(|id| !before.contains(id));
            refuse(
                short
                    .into_iter()
                    .map(|id| no_longer_enough(new, id))
                    .collect(),
            )
        },
    )
    .await
}
