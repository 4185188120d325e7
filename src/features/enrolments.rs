//! Enrolments: proposed by the branch, recorded by the Party Office.

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{ProposeEnrolments, ReadEnrolments, RecordEnrolments, Role};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::{IfMatch, IfNoneMatch};
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Page, Reply};
use crate::auth::Permit;
use crate::db::tables::enrolment;
use crate::db::{Db, Tx};
use crate::error::{Code, Error, Fault, Result};
use crate::law::calendar::valid_to;
use crate::law::enrolment::{attended_enough, enrol, pupil};
use crate::law::settings::CLASS_ATTENDANCE_MINIMUM;
use crate::law::text::Text;
use crate::law::words::{ClassKind, EnrolmentState};
use crate::law::{acts, say};
use crate::resources::class::{Class, lesson, settle_seats};
use crate::resources::enrolment::{Enrolment, EnrolmentRecord};
use crate::{facts, recording};

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(record_enrolment)
        .service(withdraw_enrolment)
        .service(list_enrolments)
        .service(get_enrolment);
}

/// Why a seat is given back
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewWithdrawal {
    #[schema(example = "Trực chống dịch, xin học khóa sau")]
    pub reason: Text<1000>,
}

/// Record a result and a certificate
///
/// `completed` asks that the person had a place on the class's first day, and that enough sessions were attended (setting `class_attendance_minimum`) or the reason why not.
#[operation(patch, "/enrolments/{id}", tag = "classes")]
pub async fn record_enrolment(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<EnrolmentRecord>,
) -> Result<Reply<Enrolment>> {
    let today = db.clock().today();
    edit::change::<Enrolment, _>(&db, &permit, *id, seen, &patch, async |tx, row, new, active| {
        let was = row.state;
        let possible = match new.state {
            EnrolmentState::Proposed
            | EnrolmentState::Waiting
            | EnrolmentState::Compiled
            | EnrolmentState::Confirmed
            | EnrolmentState::Rejected
            | EnrolmentState::Withdrawn => new.state == was,
            // a wrong certificate is an act, and must be annulled as one
            EnrolmentState::Failed => was.seated() && was != EnrolmentState::Completed,
            EnrolmentState::Completed => was.seated(),
        };
        if !possible {
            return Err(Error::new(Code::InvalidTransition));
        }
        let complete = new.state == EnrolmentState::Completed;
        if !complete && !matches!(new.state, EnrolmentState::Failed) {
            let words = say("Chỉ ghi khi có kết quả.", "Recorded with a result only.");
            return Err(Error::invalid("/state", "not_in_list", words));
        }
        let mut faults = Vec::new();
        for (pointer, given) in [("/certificate_number", new.certificate_number.is_some()), ("/certificate_on", new.certificate_on.is_some())] {
            if given != complete {
                faults.push(Fault::pointer(
                    pointer,
                    "required",
                    say("Đi cùng kết quả hoàn thành, và chỉ khi đó.", "Goes with the state completed, and only then."),
                ));
            }
        }
        let class = edit::find::<Class>(tx, permit.reach(), row.class_id, false).await?;
        if new.certificate_on.is_some_and(|on| on < class.starts_on) {
            faults.push(Fault::pointer("/certificate_on", "before_class", say("Trước ngày mở lớp.", "Before the class began.")));
        }
        if complete && new.attendance_reason.is_none() && !attended(tx, row).await? {
            let words = say("Dự chưa đủ số buổi: cần ghi lý do.", "Too few sessions were attended: say why the class counts as completed.");
            faults.push(Fault::pointer("/attendance_reason", "attendance_short", words));
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        let (Some(on), Some(number)) = (new.certificate_on, new.certificate_number.clone()) else {
            active.certificate_key = Set(None);
            return Ok(());
        };
        let kind = class.kind;
        let valid_to = (kind == ClassKind::Awareness).then(|| valid_to(on, law.on(on).whole("awareness_valid_months")));
        active.certificate_valid_to = Set(valid_to);
        if row.certificate_on == Some(on) && row.certificate_number.as_deref() == Some(number.as_str()) {
            return Ok(());
        }
        let key = "select coalesce(o.parent_id, o.id)::text || ' ' || app.plainly($2) || ' ' || app.plainly($3) from organization o where o.id = $1";
        let key = tx.rows(key, vec![class.organization_id.into(), class.issuer.clone().into(), number.as_str().into()]).await?;
        active.certificate_key = Set(key.first().map(|r| r.get(0)));
        let earlier = tx
            .rows(
                "select a.id from act a where a.candidate_id = $1 and a.kind = 'certificate' and a.data ->> 'enrolment_id' = $2 order by a.seq desc limit 1",
                vec![row.candidate_id.into(), row.id.to_string().into()],
            )
            .await?;
        let corrects = if was == EnrolmentState::Completed { earlier.first().map(|r| r.get(0)) } else { None };
        let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
        let lesson = lesson(&class);
        let recorded = facts::candidacy(tx, &candidate, None, today).await?.acts;
        let unmet = enrol(&lesson, pupil(&recorded, &law, &lesson, Some(row.id)).as_ref());
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        let act = acts::Certificate { on, class_kind: kind, enrolment_id: row.id, number, valid_to, corrects };
        recording::append(tx, &permit, &law, &candidate, act.into(), today).await?;
        Ok(())
    })
    .await
}

/// Whether the person attended enough of the programme's sessions.
async fn attended(tx: &Tx, row: &enrolment::Model) -> Result<bool> {
    let rows = tx
        .rows(
            "select count(a.session_id) filter (where a.present)::int, count(*)::int, (select c.ends_on from class c where c.id = $1) from class_session s \
             left join attendance a on a.session_id = s.id and a.enrolment_id = $2 where s.class_id = $1 and s.deleted_at is null",
            vec![row.class_id.into(), row.id.into()],
        )
        .await?;
    let Some(row) = rows.first() else {
        return Ok(true);
    };
    let least = facts::setting(tx, &CLASS_ATTENDANCE_MINIMUM, row.get(2)).await?;
    Ok(attended_enough(row.get(0), row.get(1), least))
}

/// Withdraw an enrolment
///
/// Gives the seat back, and the first on the waiting list moves up. A branch withdraws until the person is confirmed, then the Office does.
#[operation(post, "/enrolments/{id}/withdrawals", tag = "classes")]
pub async fn withdraw_enrolment(
    permit: Permit<ProposeEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewWithdrawal>,
) -> Result<Reply<Enrolment>> {
    let id = *id;
    edit::act_after::<Enrolment, _>(
        &db,
        &permit,
        id,
        seen,
        // lock order: the class before its enrolments
        async |tx| {
            let sql =
                "select app.lock('class', array(select class_id from enrolment where id = $1))";
            tx.rows(sql, vec![id.into()]).await.map(drop)
        },
        async |tx, row: enrolment::Model| {
            let state = row.state;
            let open = match state {
                EnrolmentState::Proposed | EnrolmentState::Waiting | EnrolmentState::Compiled => {
                    true
                }
                EnrolmentState::Confirmed => permit.role() == Role::PartyOffice,
                EnrolmentState::Rejected
                | EnrolmentState::Withdrawn
                | EnrolmentState::Completed
                | EnrolmentState::Failed => false,
            };
            if !open {
                return Err(Error::new(Code::InvalidTransition));
            }
            let mut active = edit::blank::<Enrolment>();
            active.state = Set(EnrolmentState::Withdrawn);
            active.waiting_no = Set(None);
            active.reason = Set(Some(body.value.reason.as_str().to_owned()));
            let gone = edit::update::<Enrolment>(tx, row.id, row.version, active).await?;
            if state != EnrolmentState::Waiting {
                settle_seats(tx, row.class_id).await?;
            }
            Ok((gone, "state"))
        },
    )
    .await
}

/// List enrolments
#[operation(get, "/enrolments", tag = "classes")]
pub async fn list_enrolments(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    query: List<Enrolment>,
) -> Result<Page<Enrolment>> {
    edit::list(&db, &permit, &query).await
}

/// Get an enrolment
#[operation(get, "/enrolments/{id}", tag = "classes")]
pub async fn get_enrolment(
    permit: Permit<ReadEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    held: IfNoneMatch,
) -> Result<Reply<Enrolment>> {
    edit::get(&db, &permit, *id, &held).await
}
