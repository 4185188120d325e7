//! The attendance of a session: who is expected, who was there.
use sea_orm::sea_query::{Expr, ExprTrait as _, Query as Build};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::attendance::AttendanceLine;
use crate::access::reach::by;
use crate::access::{Action, reach};
use crate::db::tables::{attendance, candidate, enrolment};
use crate::db::{Query, Tx, any_row, condition, texts, unnest};
use crate::error::{Error, Result};
use crate::law::words::EnrolmentState;

/// People confirmed for a class, whatever their result.
const ATTENDING: [EnrolmentState; 3] = [
    EnrolmentState::Confirmed,
    EnrolmentState::Completed,
    EnrolmentState::Failed,
];

/// The lines of a session that the caller sees.
pub(super) async fn lines(tx: &Tx, session: Uuid) -> Result<Vec<attendance::Model>> {
    let seen = by(&[Action::ReadEnrolments], reach::of_branch);
    let lines = attendance::Entity::find()
        .filter(attendance::Column::SessionId.eq(session))
        .filter(condition(&seen, ""))
        .order_by_asc(attendance::Column::EnrolmentId);
    tx.all(lines).await
}

/// The seats of those who attend a class, and whether the person was erased.
pub(super) async fn pupils(tx: &Tx, class: Uuid) -> Result<Vec<(Uuid, bool)>> {
    let gone = Expr::col((candidate::Entity, candidate::Column::Id))
        .equals((enrolment::Entity, enrolment::Column::CandidateId))
        .and(candidate::Column::ErasedOn.is_not_null());
    let mut pupils = Build::select();
    pupils
        .expr(Expr::col((enrolment::Entity, enrolment::Column::Id)))
        .expr(any_row::<candidate::Entity>(gone))
        .from(enrolment::Entity)
        .and_where(enrolment::Column::ClassId.eq(class))
        .and_where(enrolment::Column::State.is_in(ATTENDING));
    tx.all(Query::of(&pupils)).await
}

/// Replaces all lines of a session.
pub(super) async fn replace(tx: &Tx, session: Uuid, lines: &[AttendanceLine]) -> Result<()> {
    let earlier =
        attendance::Entity::delete_many().filter(attendance::Column::SessionId.eq(session));
    tx.execute(earlier).await?;
    tx.execute(taken(session, lines)?).await.map(drop)
}

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
