//! Results of a class that the attendance no longer bears out.
use chrono::NaiveDate;
use sea_orm::ColumnTrait as _;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, Query as Build};
use uuid::Uuid;

use super::setting;
use crate::db::tables::{attendance, class, class_session, enrolment};
use crate::db::{Query, Tx, value_of};
use crate::error::Result;
use crate::law::enrolment::attended_enough;
use crate::law::settings::CLASS_ATTENDANCE_MINIMUM;
use crate::law::words::EnrolmentState;

/// Enrolments of the class recorded as completed, without a reason why, of people who attended too
/// few of its sessions.
pub async fn completed_in_spite(tx: &Tx, class: Uuid) -> Result<Vec<Uuid>> {
    let mut held = Build::select();
    held.expr(Func::count(Expr::col(Asterisk)).cast_as("int"))
        .from(class_session::Entity)
        .and_where(class_session::Column::ClassId.eq(class))
        .and_where(class_session::Column::DeletedAt.is_null());
    let mut end = Build::select();
    end.column(class::Column::EndsOn)
        .from(class::Entity)
        .and_where(class::Column::Id.eq(class));
    let of = |column| Expr::col((enrolment::Entity, column));
    let present = Expr::col((attendance::Entity, attendance::Column::Present));
    let own = Expr::col((attendance::Entity, attendance::Column::EnrolmentId))
        .equals((enrolment::Entity, enrolment::Column::Id));
    let mut people = Build::select();
    people
        .expr(of(enrolment::Column::Id))
        .expr(Func::count(present.clone()).filter(present).cast_as("int"))
        .expr(value_of(held))
        .expr(value_of(end))
        .from(enrolment::Entity)
        .left_join(attendance::Entity, own)
        .and_where(enrolment::Column::ClassId.eq(class))
        .and_where(enrolment::Column::State.eq(EnrolmentState::Completed))
        .and_where(enrolment::Column::AttendanceReason.is_null())
        .add_group_by([of(enrolment::Column::Id)]);
    let people = Query::<(Uuid, i32, i32, Option<NaiveDate>)>::of(&people);
    let people = tx.all(people).await?;
    let Some((.., ends_on)) = people.first() else {
        return Ok(Vec::new());
    };
    let least = setting(tx, &CLASS_ATTENDANCE_MINIMUM, *ends_on).await?;
    let short = people.into_iter();
    let short = short.filter(|(_, attended, held, _)| !attended_enough(*attended, *held, least));
    Ok(short.map(|(id, ..)| id).collect())
}
