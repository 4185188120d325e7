//! Endpoints of classes.
use actix_web::web::{Data, Path};
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::ExprTrait as _;
use uuid::Uuid;

use super::{first_day, store};
use crate::access::{Reach, ReadClasses, WriteClasses};
use crate::api::body::{Body, Patch};
use crate::api::checks::long_ago;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::law::Law;
use crate::api::list::List;
use crate::api::one::One;
use crate::api::operation::operation;
use crate::api::reply::{Created, NoContent, Page, Reply};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::tables::{class_session, enrolment};
use crate::db::{Db, Tx, any_live, any_row, functions};
use crate::error::{Code, Error, Fault, Result};
use crate::law::enrolment::Lesson;
use crate::law::lives::enrolment::{EnrolmentStep, LIFE};
use crate::law::lives::{class, follow, left_by};
use crate::law::say;
use crate::law::words::{ClassState, EnrolmentState};
use crate::resources::class::{Class, NewClass, lesson};

/// List classes
#[operation(get, "/classes")]
pub async fn list_classes(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    query: List<Class>,
) -> Result<Page<Class>> {
    edit::list(&db, &permit, &query).await
}

/// Get a class
#[operation(get, "/classes/{id}")]
pub async fn get_class(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    wanted: One<Class>,
) -> Result<Reply<Class>> {
    edit::get(&db, &permit, *id, &wanted).await
}

/// Create a class
///
/// For the plan of classes (kế hoạch mở lớp). The Party Office plans for its own organisation; the
/// upper committee for one below, which it names.
#[operation(post, "/classes")]
pub async fn create_class(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    body: Body<NewClass>,
) -> Result<Created<Class>> {
    edit::create::<Class, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let mut faults = stated(&new, &[ClassState::Planned, ClassState::Open]);
        let organization = organization(tx, &permit, new.organization_id).await?;
        if organization.is_none() {
            faults.push(crate::api::http::unknown_reference("/organization_id"));
        }
        let Some(organization) = organization.filter(|_| faults.is_empty()) else {
            return Err(Error::faults(Code::ValidationFailed, faults));
        };
        let mut active = edit::blank::<Class>();
        Class::apply(new, &mut active);
        edit::insert::<Class>(tx, organization, active).await
    })
    .await
}

/// The organisation that the class is for, if the caller may plan for it.
async fn organization(
    tx: &Tx,
    permit: &Permit<WriteClasses>,
    named: Option<Uuid>,
) -> Result<Option<Uuid>> {
    let own = permit.caller().organization;
    if permit.reach() != Reach::Below {
        return Ok(named.is_none_or(|id| id == own).then_some(own));
    }
    let below = tx.one(functions::below()).await?;
    let (below,) = below.unwrap_or_default();
    Ok(named.filter(|id| below.contains(id)))
}

/// Faults of a state that is not allowed here or lacks its reason.
fn stated(new: &NewClass, possible: &[ClassState]) -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.extend(long_ago("/starts_on", new.starts_on));
    faults.extend(long_ago("/proposals_due_on", new.proposals_due_on));
    if !possible.contains(&new.state) {
        faults.push(Fault::pointer(
            "/state",
            "not_in_list",
            say(
                "Lớp mới: planned hoặc open.",
                "A new class must be planned or open.",
            ),
        ));
    }
    if (new.state == ClassState::Cancelled) != new.cancel_reason.is_some() {
        let words = say(
            "Đi cùng trạng thái đã hủy, và chỉ khi đó.",
            "Required with state cancelled, and only then.",
        );
        faults.push(Fault::pointer("/cancel_reason", "required", words));
    }
    faults
}

/// Change a class
///
/// Includes the state: from planned to open, to closed (the waiting list is dissolved), to
/// cancelled with a reason (everyone without a result is withdrawn, for that reason).
#[operation(patch, "/classes/{id}", refuses(InvalidTransition, CapacityReached))]
pub async fn change_class(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    law: Law,
    id: Path<Uuid>,
    seen: IfMatch,
    patch: Patch<NewClass>,
) -> Result<Reply<Class>> {
    let today = db.clock().today();
    edit::change::<Class, _>(
        &db,
        &permit,
        *id,
        seen,
        &patch,
        async |tx, row, new, _active| {
            let was = lesson(row);
            follow(class::LIFE, was.state, &new.state, permit.role())
                .ok_or_else(|| Error::new(Code::InvalidTransition))?;
            let mut faults = stated(new, ClassState::ALL);
            if new.organization_id != Some(row.organization_id) {
                let words = say(
                    "Không đổi được đảng bộ của lớp.",
                    "The organisation of a class cannot be changed.",
                );
                faults.push(Fault::pointer("/organization_id", "read_only", words));
            }
            // sessions must stay within the dates; certificates name issuer and kind
            let outside = class_session::Column::OnDate.not_between(new.starts_on, new.ends_on);
            let completed = enrolment::Column::State.eq(EnrolmentState::Completed);
            let early = completed
                .clone()
                .and(enrolment::Column::CertificateOn.lt(new.ends_on));
            let compiled = enrolment::Column::CompiledOn.gt(new.ends_on);
            let [session_outside, certified, certified_before, compiled_after] = tx
                .ask([
                    any_live::<class_session::Entity>(
                        class_session::Column::ClassId.eq(row.id).and(outside),
                    ),
                    any_row::<enrolment::Entity>(
                        enrolment::Column::ClassId.eq(row.id).and(completed),
                    ),
                    any_row::<enrolment::Entity>(enrolment::Column::ClassId.eq(row.id).and(early)),
                    any_row::<enrolment::Entity>(
                        enrolment::Column::ClassId.eq(row.id).and(compiled),
                    ),
                ])
                .await?;
            if session_outside && new.starts_on <= new.ends_on {
                let words = say(
                    "Còn buổi học ngoài những ngày này.",
                    "A session is outside these dates.",
                );
                faults.push(Fault::pointer(
                    if new.starts_on == row.starts_on {
                        "/ends_on"
                    } else {
                        "/starts_on"
                    },
                    "outside_class",
                    words,
                ));
            }
            if compiled_after && new.ends_on != row.ends_on {
                faults.push(Fault::pointer(
                    "/ends_on",
                    "before_compilation",
                    say("Trước ngày lập danh sách.", "Before the list was compiled."),
                ));
            }
            if certified_before && new.ends_on != row.ends_on {
                faults.push(Fault::pointer(
                    if new.starts_on == row.starts_on {
                        "/ends_on"
                    } else {
                        "/starts_on"
                    },
                    "after_certificates",
                    say(
                        "Sau ngày của giấy chứng nhận đã cấp.",
                        "After the day of a certificate that has been issued.",
                    ),
                ));
            }
            let cancelled = new.state == ClassState::Cancelled && was.state != new.state;
            for (pointer, same) in [
                ("/state", !cancelled),
                ("/issuer", new.issuer.as_str() == row.issuer),
                ("/kind", new.kind == was.kind),
            ] {
                if certified && !same {
                    faults.push(Fault::pointer(
                        pointer,
                        "certificates_issued",
                        say("Đã cấp giấy chứng nhận.", "Certificates have been issued."),
                    ));
                }
            }
            let moved = new.starts_on != row.starts_on;
            let as_new = Lesson {
                kind: new.kind,
                starts_on: new.starts_on,
                ..was
            };
            if faults.is_empty() && (moved || new.kind != was.kind) {
                let change = (row, as_new);
                let places = first_day::misplaced(tx, permit.by(), &law, change, today).await?;
                if !places.is_empty() {
                    let pointer = if moved { "/starts_on" } else { "/kind" };
                    faults.push(first_day::enrolled(pointer, &places));
                }
            }
            if !faults.is_empty() {
                return Err(Error::faults(Code::ValidationFailed, faults));
            }
            let left = |step| left_by(LIFE, step, permit.role()).collect();
            let gone: Option<(Vec<EnrolmentState>, &str)> = match new.state {
                ClassState::Cancelled if was.state != ClassState::Cancelled => Some((
                    left(&EnrolmentStep::ClassCancelled),
                    new.cancel_reason.as_ref().map_or("", |r| r.as_str()),
                )),
                ClassState::Closed if was.state != ClassState::Closed => {
                    Some((left(&EnrolmentStep::ClassCloses), "lớp đã đóng"))
                }
                ClassState::Planned
                | ClassState::Open
                | ClassState::Closed
                | ClassState::Cancelled => None,
            };
            if new.capacity != row.capacity {
                store::set_capacity(tx, row.id, new.capacity).await?;
            }
            if gone.is_some() || new.capacity != row.capacity {
                let (states, reason) = gone.map_or((Vec::new(), None), |(states, reason)| {
                    (states, Some(reason))
                });
                let reason = reason.map(str::to_owned);
                tx.execute(functions::settle_class(row.id, states, reason, tx.now()))
                    .await?;
            }
            Ok(())
        },
    )
    .await
}

/// Remove a class
#[operation(delete, "/classes/{id}", refuses(HasDependents))]
pub async fn remove_class(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
) -> Result<NoContent> {
    edit::remove::<Class, _>(&db, &permit, *id, seen, async |tx, row| {
        let given_back = [EnrolmentState::Withdrawn, EnrolmentState::Rejected];
        let seated = enrolment::Column::ClassId
            .eq(row.id)
            .and(enrolment::Column::State.is_not_in(given_back));
        edit::refuse_dependents(tx, [any_row::<enrolment::Entity>(seated)]).await?;
        edit::mark_deleted::<Class>(tx, row).await
    })
    .await
}
