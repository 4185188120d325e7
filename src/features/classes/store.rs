//! The seats of a class as its list is compiled and confirmed, and its capacity.
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait as _, Func, IntoIden as _, Query as Build, TableRef, Value,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use super::wire::{NewCompilation, NewConfirmation};
use crate::db::tables::{candidate, class, enrolment};
use crate::db::{Query, Tx, any_of, any_row, constant, unnest};
use crate::error::Result;
use crate::law::words::EnrolmentState;

/// Puts everyone who is proposed on the list, and those who were confirmed by name; returns their
/// number.
pub(super) async fn compile(tx: &Tx, class: Uuid, new: &NewCompilation) -> Result<u64> {
    let is = |state| enrolment::Column::State.eq(state);
    let by_name = is(EnrolmentState::Confirmed).and(enrolment::Column::CompiledOn.is_null());
    let state = CaseStatement::new()
        .case(
            is(EnrolmentState::Proposed),
            constant(EnrolmentState::Compiled),
        )
        .finally(enrolment::Column::State.into_expr());
    let seats = enrolment::ActiveModel {
        compiled_on: Set(Some(new.on)),
        compiled_number: Set(Some(new.paper_number.as_str().to_owned())),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let listed = enrolment::Entity::update_many()
        .set(seats)
        .col_expr(enrolment::Column::State, state.into())
        .col_expr(
            enrolment::Column::Version,
            enrolment::Column::Version.into_expr().add(1),
        )
        .filter(enrolment::Column::ClassId.eq(class))
        .filter(is(EnrolmentState::Proposed).or(by_name));
    tx.execute(listed).await
}

/// The seats of a class in one of these states, locked in the order of their ids.
pub(super) async fn lock_seats(
    tx: &Tx,
    class: Uuid,
    states: impl IntoIterator<Item = EnrolmentState>,
) -> Result<Vec<enrolment::Model>> {
    let seats = enrolment::Entity::find()
        .filter(enrolment::Column::ClassId.eq(class))
        .filter(any_of(enrolment::Column::State, states))
        .order_by_asc(enrolment::Column::Id)
        .lock_exclusive();
    tx.all(seats).await
}

/// Confirms every seat, or rejects it if there is a reason; the two lists are parallel.
pub(super) fn answered(
    new: &NewConfirmation,
    reasons: Value,
    seats: Vec<Uuid>,
    now: DateTime<Utc>,
) -> Query<()> {
    let seat = |column| Expr::col((enrolment::Entity, column));
    let reason = || Expr::col(("answer", "reason"));
    let state = CaseStatement::new()
        .case(reason().is_null(), constant(EnrolmentState::Confirmed))
        .finally(constant(EnrolmentState::Rejected));
    let kept = Func::coalesce([reason(), seat(enrolment::Column::Reason)]);
    let mut answers = Build::select();
    answers
        .expr_as(unnest(seats, "uuid[]"), "id")
        .expr_as(unnest(reasons, "text[]"), "reason");
    let mut update = Build::update();
    update
        .table(enrolment::Entity)
        .value(enrolment::Column::State, state)
        .value(enrolment::Column::Reason, kept)
        .value(enrolment::Column::ConfirmedOn, new.on)
        .value(
            enrolment::Column::ConfirmedNumber,
            new.paper_number.as_str(),
        )
        .value(
            enrolment::Column::Version,
            seat(enrolment::Column::Version).add(1),
        )
        .value(enrolment::Column::UpdatedAt, now)
        .from(TableRef::SubQuery(Box::new(answers), "answer".into_iden()))
        .and_where(seat(enrolment::Column::Id).eq(Expr::col(("answer", "id"))));
    Query::of(&update)
}

/// Changes the number of seats.
pub(super) async fn set_capacity(tx: &Tx, class: Uuid, capacity: i32) -> Result<()> {
    let update = class::Entity::update_many()
        .col_expr(class::Column::Capacity, capacity.into())
        .filter(class::Column::Id.eq(class));
    tx.execute(update).await.map(drop)
}

/// The files of those who have a seat in the class, or had one. Of who was erased, what places and
/// certificates rested on is gone.
pub(super) fn seated(class: Uuid) -> Expr {
    let here = Expr::col((enrolment::Entity, enrolment::Column::CandidateId))
        .equals((candidate::Entity, candidate::Column::Id))
        .and(enrolment::Column::ClassId.eq(class));
    let whole = Expr::col((candidate::Entity, candidate::Column::ErasedOn)).is_null();
    any_row::<enrolment::Entity>(here).and(whole)
}

/// These places.
pub(super) async fn places(tx: &Tx, ids: Vec<Uuid>) -> Result<Vec<enrolment::Model>> {
    let places = enrolment::Entity::find().filter(any_of(enrolment::Column::Id, ids));
    tx.all(places).await
}
