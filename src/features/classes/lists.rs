//! From proposals to the list of a class: compiled by the Party Office, confirmed by the upper
//! committee or the Party Office. Each step needs If-Match.
use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use uuid::Uuid;

use super::store;
use super::wire::{NewCompilation, NewConfirmation};
use crate::access::{ConfirmEnrolments, RecordEnrolments};
use crate::api::body::Body;
use crate::api::checks::expect_not_in_future;
use crate::api::edit;
use crate::api::headers::IfMatch;
use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Permit;
use crate::db::{Db, texts};
use crate::error::{Code, Error, Fault, Result};
use crate::law::lives::enrolment::{EnrolmentStep as Step, LIFE};
use crate::law::lives::left_by;
use crate::law::words::EnrolmentState;
use crate::law::{say, vi};
use crate::resources::class::{Class, settle_seats};

fn nothing() -> Error {
    Error::new(Code::InvalidTransition)
        .detail(say("Không có ai trong danh sách.", "The list is empty."))
}

/// Compile the list of a class
///
/// Puts everyone who is proposed on the list (lập danh sách), with its date, no later than the last
/// day of the class, and number; those confirmed by name before stay confirmed. People on the waiting
/// list remain there.
#[operation(post, "/classes/{id}/compilations", refuses(InvalidTransition))]
pub async fn compile_class(
    permit: Permit<RecordEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewCompilation>,
) -> Result<Reply<Class>> {
    let new = &body.value;
    expect_not_in_future("/on", new.on, db.clock().today())?;
    edit::step::<Class, _>(&db, &permit, *id, seen, async |tx, row| {
        if new.on > row.ends_on {
            let words = say(
                format!("Lớp đã kết thúc ngày {}.", vi(row.ends_on)),
                format!("The class ended on {}.", row.ends_on),
            );
            return Err(Error::invalid("/on", "after_the_class", words));
        }
        if store::compile(tx, row.id, new).await? == 0 {
            return Err(nothing());
        }
        Ok((
            edit::update::<Class>(tx, row.id, row.version, edit::blank::<Class>()).await?,
            "compiled",
        ))
    })
    .await
}

/// Confirm the list of a class
///
/// Confirms everyone on the compiled list, or those named. A refused person gives up the seat, and
/// the first on the waiting list moves up. The Party Office may also confirm people by name who are
/// not on a list yet.
#[operation(post, "/classes/{id}/confirmations", refuses(InvalidTransition))]
pub async fn confirm_class(
    permit: Permit<ConfirmEnrolments>,
    db: Data<Db>,
    id: Path<Uuid>,
    seen: IfMatch,
    body: Body<NewConfirmation>,
) -> Result<Reply<Class>> {
    let new = &body.value;
    let refused = new.rejections.as_deref().unwrap_or_default();
    expect_not_in_future("/on", new.on, db.clock().today())?;
    edit::step::<Class, _>(&db, &permit, *id, seen, async |tx, row| {
        let states = left_by(LIFE, &Step::Confirm, permit.role());
        let seats = store::lock_seats(tx, row.id, states).await?;
        if seats
            .iter()
            .any(|s| s.compiled_on.is_some_and(|on| on > new.on))
        {
            let words = say("Trước ngày lập danh sách.", "Before the list was compiled.");
            return Err(Error::invalid("/on", "before_compilation", words));
        }
        let known: BTreeSet<Uuid> = seats.iter().map(|s| s.id).collect();
        let compiled = seats
            .iter()
            .filter(|s| s.state == EnrolmentState::Compiled)
            .map(|s| s.id);
        let mut faults = Vec::new();
        let mut seen = BTreeSet::new();
        let named = new
            .enrolment_ids
            .iter()
            .flatten()
            .enumerate()
            .map(|(i, id)| (format!("/enrolment_ids/{i}"), *id));
        let refusals = refused
            .iter()
            .enumerate()
            .map(|(i, r)| (format!("/rejections/{i}/enrolment_id"), r.enrolment_id));
        for (pointer, id) in named.chain(refusals) {
            if !known.contains(&id) {
                faults.push(crate::api::http::unknown_reference(&pointer));
            } else if !seen.insert(id) {
                faults.push(Fault::pointer(
                    pointer,
                    "repeated",
                    say("Đã có trong yêu cầu này.", "Repeated in this request."),
                ));
            }
        }
        if !faults.is_empty() {
            return Err(Error::faults(Code::ValidationFailed, faults));
        }
        let out: Vec<Uuid> = refused.iter().map(|r| r.enrolment_id).collect();
        let confirmed: Vec<Uuid> = new
            .enrolment_ids
            .clone()
            .unwrap_or_else(|| compiled.filter(|id| !out.contains(id)).collect());
        if confirmed.is_empty() && out.is_empty() {
            return Err(nothing());
        }
        let freed = !out.is_empty();
        let reasons = refused.iter().map(|r| Some(r.reason.as_str().to_owned()));
        let reasons = confirmed.iter().map(|_| None).chain(reasons);
        tx.execute(store::answered(
            new,
            texts(reasons),
            confirmed.iter().copied().chain(out).collect(),
            tx.now(),
        ))
        .await?;
        if freed {
            settle_seats(tx, row.id).await?;
        }
        Ok((
            edit::update::<Class>(tx, row.id, row.version, edit::blank::<Class>()).await?,
            "confirmed",
        ))
    })
    .await
}
