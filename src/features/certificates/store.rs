//! What a certificate takes from its class, and the columns of its list that are computed.
use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use crate::db::tables::{class, enrolment};
use crate::db::{Tx, any_of, constant, today};
use crate::error::Result;

/// The kind of the certificate's class.
pub(super) fn class_kind() -> Expr {
    let kind = class::Entity::find()
        .select_only()
        .column(class::Column::Kind)
        .filter(
            class::Column::Id
                .into_expr()
                .eq(enrolment::Column::ClassId.into_expr()),
        );
    Expr::SubQuery(None, Box::new(kind.into_query().into()))
}

/// Whether its last day has passed.
pub(super) fn expired() -> Expr {
    let before = enrolment::Column::CertificateValidTo
        .into_expr()
        .lt(today());
    Func::coalesce([before, constant(false)]).into()
}

/// The classes with these ids.
pub(super) async fn classes(tx: &Tx, ids: Vec<Uuid>) -> Result<Vec<class::Model>> {
    let classes = class::Entity::find().filter(any_of(class::Column::Id, ids));
    tx.all(classes).await
}
