//! Enrolments: proposed by the branch, recorded by the Party Office.
mod store;

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{ProposeEnrolments, ReadEnrolments, RecordEnrolments};
use crate::api::body::{Body, Patch};
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Page, Reply};
use crate::api::routes::Routes;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::enrolment;
use crate::error::{Code, Error, Fault, Result};
use crate::law::calendar::valid_to;
use crate::law::enrolment::listed;
use crate::law::lives::enrolment::{EnrolmentStep as Step, LIFE};
use crate::law::lives::follow;
use crate::law::text::Text;
use crate::law::words::{ClassKind, EnrolmentState};
use crate::law::{acts, say, vi};
use crate::recording;
use crate::resources::class::{Class, settle_seats};
use crate::resources::enrolment::{Enrolment, EnrolmentRecord};

pub fn configure(v1: &mut Routes) {
    v1.service(record_enrolment)
        .service(withdraw_enrolment)
        .service(list_enrolments)
        .service(get_enrolment);
}

/// Withdrawal of an enrolment
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewWithdrawal {
    #[schema(example = "Trực chống dịch, xin học khóa sau")]
    pub reason: Text<1000>,
}

/// Record a result and a certificate
///
/// `completed` asks that the list with the person was compiled and confirmed, that the person had a place on the class's first day, and that enough sessions were attended (setting `class_attendance_minimum`) or the reason why not. `failed` has no grade, and not before the class's first day.
#[operation(
    patch,
    "/enrolments/{id}",
    tag = "classes",
    refuses(Duplicate, InvalidTransition, RequirementsUnmet)
)]
pub async fn record_enrolment(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<EnrolmentRecord>,
) -> Result<Reply<Enrolment>> {
    let today = db.clock().today();
    edit::change::<Enrolment, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, active| {
            let was = row.state;
            let takes = |step| follow(LIFE, was, &step, permit.role()) == Some(new.state);
            let possible = match new.state {
                EnrolmentState::Proposed
                | EnrolmentState::Waiting
                | EnrolmentState::Compiled
                | EnrolmentState::Confirmed
                | EnrolmentState::Rejected
                | EnrolmentState::Withdrawn => new.state == was,
                // a wrong certificate is an act, and must be annulled as one
                EnrolmentState::Failed => takes(Step::Fail),
                // if the person was not confirmed yet, the missing list is reported below
                EnrolmentState::Completed => takes(Step::Complete) || was.open() && was.seated(),
            };
            if !possible {
                return Err(Error::new(Code::InvalidTransition));
            }
            let complete = new.state == EnrolmentState::Completed;
            if !complete && !matches!(new.state, EnrolmentState::Failed) {
                let words = say("Chỉ ghi khi có kết quả.", "Only recorded with a result.");
                return Err(Error::invalid("/state", "not_in_list", words));
            }
            let mut faults = Vec::new();
            for (pointer, given) in [
                ("/certificate_number", new.certificate_number.is_some()),
                ("/certificate_on", new.certificate_on.is_some()),
            ] {
                if given != complete {
                    faults.push(Fault::pointer(
                        pointer,
                        "required",
                        say(
                            "Đi cùng kết quả hoàn thành, và chỉ khi đó.",
                            "Required with state completed, and only then.",
                        ),
                    ));
                }
            }
            let class = edit::find::<Class>(tx, permit.reach(), row.class_id, false).await?;
            if new.certificate_on.is_some_and(|on| on < class.ends_on) {
                faults.push(Fault::pointer(
                    "/certificate_on",
                    "before_class",
                    say("Trước ngày bế giảng.", "Before the class ended."),
                ));
            }
            if !complete && new.grade.is_some() {
                faults.push(Fault::pointer(
                    "/grade",
                    "not_possible",
                    say(
                        "Xếp loại là của người hoàn thành lớp.",
                        "A grade is of a class that was completed.",
                    ),
                ));
            }
            if complete && new.attendance_reason.is_none() && !store::attended(tx, row).await? {
                let words = say(
                    "Dự chưa đủ số buổi: cần ghi lý do.",
                    "Too few sessions were attended: state why the class counts as completed.",
                );
                faults.push(Fault::pointer(
                    "/attendance_reason",
                    "attendance_short",
                    words,
                ));
            }
            if faults.is_empty() && !complete && today < class.starts_on {
                let words = say(
                    format!("Lớp khai giảng ngày {}.", vi(class.starts_on)),
                    format!("The class begins on {}.", class.starts_on),
                );
                faults.push(Fault::pointer("/state", "before_class", words));
            }
            if !faults.is_empty() {
                return Err(Error::faults(Code::ValidationFailed, faults));
            }
            if complete {
                let unmet = listed(row.compiled_on, row.confirmed_on, new.certificate_on);
                if !unmet.is_empty() {
                    return Err(Error::unmet(unmet));
                }
                if !takes(Step::Complete) {
                    return Err(Error::new(Code::InvalidTransition));
                }
            }
            let (Some(on), Some(number)) = (new.certificate_on, new.certificate_number.clone())
            else {
                active.certificate_key = Set(None);
                return Ok(());
            };
            let kind = class.kind;
            let valid_to = (kind == ClassKind::Awareness)
                .then(|| valid_to(on, law.on(on).whole("awareness_valid_months")));
            active.certificate_valid_to = Set(valid_to);
            if row.certificate_on == Some(on)
                && row.certificate_number.as_deref() == Some(number.as_str())
            {
                return Ok(());
            }
            let key = tx
                .one(store::certificate_key(&class, number.as_str()))
                .await?;
            active.certificate_key = Set(key.map(|(key,)| key));
            let earlier = store::recorded_certificate(tx, row).await?;
            let corrects = earlier
                .filter(|_| was == EnrolmentState::Completed)
                .map(|act| act.id);
            let candidate = recording::lock_candidate(tx, permit.reach(), row.candidate_id).await?;
            let act = acts::Certificate {
                on,
                class_kind: kind,
                enrolment_id: row.id,
                number,
                valid_to,
                corrects,
            };
            let said = (new.acknowledged, new.reason.as_ref().map(Text::as_str));
            let act = (act.into(), said);
            recording::append_as(tx, permit.by(), &law, (&candidate, None), act, today)
                .await?
                .map_err(Error::unmet)?;
            Ok(())
        },
    )
    .await
}

/// Withdraw an enrolment
///
/// Gives up the seat, and the first on the waiting list moves up. The branch may withdraw until the
/// person is confirmed, then only the Party Office.
#[operation(
    post,
    "/enrolments/{id}/withdrawals",
    tag = "classes",
    refuses(InvalidTransition)
)]
pub async fn withdraw_enrolment(
    permit: Permit<ProposeEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewWithdrawal>,
) -> Result<Reply<Enrolment>> {
    let id = *id;
    edit::step_after::<Enrolment, _>(
        &db,
        &permit,
        id,
        seen,
        // lock order: the class before its enrolments
        async |tx| store::lock_class(tx, id).await,
        async |tx, row: enrolment::Model| {
            let state = row.state;
            let after = follow(LIFE, state, &Step::Withdraw, permit.role());
            let after = after.ok_or_else(|| Error::new(Code::InvalidTransition))?;
            let mut active = edit::blank::<Enrolment>();
            active.state = Set(after);
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
    wanted: One<Enrolment>,
) -> Result<Reply<Enrolment>> {
    edit::get(&db, &permit, *id, &wanted).await
}
