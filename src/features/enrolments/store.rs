//! What a result rests on: sessions attended, the key of a certificate, the act that recorded an
//! earlier one.
use chrono::NaiveDate;
use sea_orm::sea_query::{Asterisk, Expr, ExprTrait as _, Func, Query as Build};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::db::tables::{act, attendance, class, class_session, enrolment, organization};
use crate::db::{Query, Tx, array_of, constant, functions, json_text, value_of};
use crate::error::Result;
use crate::facts;
use crate::law::acts::ActKind;
use crate::law::enrolment::attended_enough;
use crate::law::settings::CLASS_ATTENDANCE_MINIMUM;

/// Whether the person attended enough of the programme's sessions.
pub(super) async fn attended(tx: &Tx, row: &enrolment::Model) -> Result<bool> {
    let own = attendance::Column::EnrolmentId.eq(row.id);
    let own = own.and(
        Expr::col((attendance::Entity, attendance::Column::SessionId))
            .equals((class_session::Entity, class_session::Column::Id)),
    );
    let present = Expr::col((attendance::Entity, attendance::Column::Present));
    let mut end = Build::select();
    end.column(class::Column::EndsOn)
        .from(class::Entity)
        .and_where(class::Column::Id.eq(row.class_id));
    let mut sessions = Build::select();
    sessions
        .expr(Func::count(present.clone()).filter(present).cast_as("int"))
        .expr(Func::count(Expr::col(Asterisk)).cast_as("int"))
        .expr(value_of(end))
        .from(class_session::Entity)
        .left_join(attendance::Entity, own)
        .and_where(class_session::Column::ClassId.eq(row.class_id))
        .and_where(class_session::Column::DeletedAt.is_null());
    let counted = Query::<(i32, i32, Option<NaiveDate>)>::of(&sessions);
    let Some((attended, held, ends_on)) = tx.one(counted).await? else {
        return Ok(true);
    };
    let least = facts::setting(tx, &CLASS_ATTENDANCE_MINIMUM, ends_on).await?;
    Ok(attended_enough(attended, held, least))
}

/// The key by which certificates are unique: topmost organisation, issuer and number, normalised.
pub(super) fn certificate_key(class: &class::Model, number: &str) -> Query<(String,)> {
    let top = [organization::Column::ParentId, organization::Column::Id].map(Expr::col);
    let plainly = |text: &str| Func::cust("app.plainly").arg(Expr::val(text));
    let parts = [
        Expr::from(Func::coalesce(top)).cast_as("text"),
        constant(" "),
        plainly(&class.issuer).into(),
        constant(" "),
        plainly(number).into(),
    ];
    let mut key = Build::select();
    key.expr(Func::cust("concat").args(parts))
        .from(organization::Entity)
        .and_where(organization::Column::Id.eq(class.organization_id));
    Query::of(&key)
}

/// The latest act that recorded a certificate of this enrolment.
pub(super) async fn recorded_certificate(
    tx: &Tx,
    row: &enrolment::Model,
) -> Result<Option<act::Model>> {
    let recorded = act::Entity::find()
        .filter(act::Column::CandidateId.eq(row.candidate_id))
        .filter(act::Column::Kind.eq(ActKind::Certificate))
        .filter(json_text(act::Column::Data, "enrolment_id").eq(row.id.to_string()))
        .order_by_desc(act::Column::Seq)
        .limit(1);
    tx.one(recorded).await
}

/// Locks the class of an enrolment.
pub(super) async fn lock_class(tx: &Tx, id: Uuid) -> Result<()> {
    let this = enrolment::Column::Id.eq(id);
    let class = array_of::<enrolment::Entity>(enrolment::Column::ClassId, this);
    let locked = functions::lock_selected("class", class);
    tx.execute(locked).await.map(drop)
}
