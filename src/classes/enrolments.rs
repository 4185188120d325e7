//! Enrolments: proposed by the branch, recorded by the Office.
use super::dto::{Class, Enrolment, EnrolmentPage, EnrolmentRecord, NewEnrolment};
use crate::entity::enrolment;
use crate::facts;
use crate::policy::{ProposeEnrolments, ReadEnrolments, RecordEnrolments};
use crate::prelude::*;
use crate::procedure;
use crate::rules;
use crate::rules::acts;
use crate::rules::dates::valid_to;
use crate::rules::regulation::Regulations;
use crate::rules::vocabulary::{ClassKind, EnrolmentState};

/// Propose a person for a class
///
/// Takes a seat; 409 `capacity_reached` when none is left. Refused with every unmet requirement of the kind of class.
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.propose"])), params(("id" = Uuid, Path, description = "Id of the class")), request_body = NewEnrolment, responses((status = 201, description = "The new enrolment", body = Enrolment)))]
#[post("/classes/{id}/enrolments")]
pub async fn create_enrolment(
    permit: Permit<ProposeEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewEnrolment>,
) -> Result<Answer<Enrolment>> {
    crud::create::<Enrolment, _, _>(&db, &permit, &body, async |tx| {
        let class = crud::find::<Class>(tx, permit.reach(), *id, false).await?;
        // an end recorded meanwhile frees the seats it knows of: not before this one is there
        tx.rows("select app.lock_candidate($1)", vec![body.value.candidate_id.into()]).await?;
        let scope = tx.scope(scope::person(permit.reach()));
        let rows = tx
            .rows(
                &format!("select branch_id, stage from candidate where id = $1 and ({scope}) and deleted_at is null"),
                vec![body.value.candidate_id.into()],
            )
            .await?;
        let candidate = rows.first().ok_or_else(|| Error::faults(Code::ValidationFailed, vec![crate::http::unknown_reference("/candidate_id")]))?;
        let (branch, stage): (Uuid, String) = (candidate.get(0), candidate.get(1));
        let kind = ClassKind::parse(&class.kind).unwrap_or(ClassKind::Awareness);
        let unmet = rules::classes::enrol(&facts::enrolment(tx, body.value.candidate_id, &stage, kind, class.starts_on).await?);
        if !unmet.is_empty() {
            return Err(Error::unmet(unmet));
        }
        tx.rows("select app.take_seat($1, 1)", vec![class.id.into()]).await?;
        let mut active = crud::blank::<Enrolment>();
        active.branch_id = Set(branch);
        active.class_id = Set(class.id);
        active.candidate_id = Set(body.value.candidate_id);
        active.state = Set(EnrolmentState::Proposed.wire().to_owned());
        crud::insert::<Enrolment>(tx, permit.caller().organization, active).await
    })
    .await
}

/// List the enrolments of a class
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.read"])), params(("id" = Uuid, Path, description = "Id of the class")), responses((status = 200, description = "A page of enrolments", body = EnrolmentPage)))]
#[get("/classes/{id}/enrolments")]
pub async fn list_class_enrolments(permit: Permit<ReadEnrolments>, db: Data<Db>, id: Path<Uuid>, query: ListQuery) -> Result<Answer<EnrolmentPage>> {
    crud::list_where::<Enrolment, _, _>(&db, &permit, &query, Some(("class_id", *id))).await
}

/// Confirm an enrolment, record its result and certificate
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.record"])), params(("id" = Uuid, Path, description = "Id of the enrolment")), request_body(content = EnrolmentRecord, content_type = "application/merge-patch+json"), responses((status = 200, description = "The enrolment as it is now", body = Enrolment)))]
#[patch("/enrolments/{id}")]
pub async fn record_enrolment(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    law: Data<Regulations>,
    id: Path<Uuid>,
    patch: Patch,
) -> Result<Answer<Enrolment>> {
    crud::change::<Enrolment, _>(&db, &permit, *id, &patch, async |tx, row, new, active| {
        let was = EnrolmentState::parse(&row.state).unwrap_or(EnrolmentState::Withdrawn);
        let possible = match new.state {
            EnrolmentState::Proposed => was == EnrolmentState::Proposed,
            EnrolmentState::Withdrawn => false,
            // a certificate that should not be there is annulled as the act that it is
            EnrolmentState::Confirmed | EnrolmentState::Failed => !matches!(was, EnrolmentState::Withdrawn | EnrolmentState::Completed),
            EnrolmentState::Completed => was != EnrolmentState::Withdrawn,
        };
        if !possible {
            return Err(Error::new(Code::InvalidTransition));
        }
        let complete = new.state == EnrolmentState::Completed;
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
        let class = crud::find::<Class>(tx, permit.reach(), row.class_id, false).await?;
        if new.certificate_on.is_some_and(|on| on < class.starts_on) {
            faults.push(Fault::pointer("/certificate_on", "before_class", say("Trước ngày mở lớp.", "Before the class began.")));
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        let (Some(on), Some(number)) = (new.certificate_on, new.certificate_number.clone()) else { return Ok(()) };
        let kind = ClassKind::parse(&class.kind).unwrap_or(ClassKind::Awareness);
        let valid_to = (kind == ClassKind::Awareness).then(|| valid_to(on, law.on(on).whole("awareness_valid_months")));
        active.certificate_valid_to = Set(valid_to);
        if row.certificate_on == Some(on) && row.certificate_number.as_deref() == Some(number.as_str()) {
            return Ok(());
        }
        let earlier = tx
            .rows(
                "select a.id from act a where a.candidate_id = $1 and a.kind = 'certificate' and a.data ->> 'enrolment_id' = $2 order by a.seq desc limit 1",
                vec![row.candidate_id.into(), row.id.to_string().into()],
            )
            .await?;
        let corrects = if was == EnrolmentState::Completed { earlier.first().map(|r| r.get(0)) } else { None };
        let candidate = procedure::lock(tx, permit.reach(), row.candidate_id).await?;
        let act = acts::Certificate { on, class_kind: kind, enrolment_id: row.id, number, valid_to, corrects };
        procedure::append(tx, &permit, &law, &candidate, act.into(), db.clock().today()).await?;
        Ok(())
    })
    .await
}

/// Withdraw an enrolment
///
/// Gives the seat back. A branch withdraws what it proposed; once confirmed, the Office does.
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.propose"])), params(("id" = Uuid, Path, description = "Id of the enrolment")), responses((status = 204, description = "Withdrawn")))]
#[delete("/enrolments/{id}")]
pub async fn withdraw_enrolment(permit: Permit<ProposeEnrolments>, db: Data<Db>, id: Path<Uuid>) -> Result<HttpResponse> {
    crud::remove::<Enrolment, _>(&db, &permit, *id, async |tx, row: enrolment::Model| {
        let open =
            row.state == EnrolmentState::Proposed.wire() || (row.state == EnrolmentState::Confirmed.wire() && permit.role() == Role::PartyOffice);
        if !open {
            return Err(Error::new(Code::InvalidTransition));
        }
        tx.rows("select app.take_seat($1, -1)", vec![row.class_id.into()]).await?;
        let mut active = crud::blank::<Enrolment>();
        active.state = Set(EnrolmentState::Withdrawn.wire().to_owned());
        crud::update::<Enrolment>(tx, row.id, row.version, active).await.map(drop)
    })
    .await
}

/// List enrolments
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.read"])), responses((status = 200, description = "A page of enrolments", body = EnrolmentPage)))]
#[get("/enrolments")]
pub async fn list_enrolments(permit: Permit<ReadEnrolments>, db: Data<Db>, query: ListQuery) -> Result<Answer<EnrolmentPage>> {
    crud::list::<Enrolment, _, _>(&db, &permit, &query).await
}

/// Get an enrolment
#[utoipa::path(tag = "classes", security(("oauth2" = ["enrolments.read"])), params(("id" = Uuid, Path, description = "Id of the enrolment")), responses((status = 200, description = "The enrolment", body = Enrolment)))]
#[get("/enrolments/{id}")]
pub async fn get_enrolment(permit: Permit<ReadEnrolments>, db: Data<Db>, id: Path<Uuid>) -> Result<Answer<Enrolment>> {
    crud::get(&db, &permit, *id).await
}
