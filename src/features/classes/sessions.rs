//! The sessions of a class.

use actix_web::web::{Data, Path};
use sea_orm::ActiveValue::Set;
use sea_orm::ColumnTrait as _;
use uuid::Uuid;

use crate::access::{ReadClasses, WriteClasses};
use crate::api::body::Body;
use crate::api::edit;
use crate::api::list::List;
use crate::api::operation::operation;
use crate::api::reply::{Created, Page};
use crate::api::resource::Editable;
use crate::auth::Permit;
use crate::db::Db;
use crate::db::tables::class_session as table;
use crate::error::Result;
use crate::resources::class::Class;
use crate::resources::class_session::{ClassSession, NewClassSession, inside};

/// List the sessions of a class
#[operation(get, "/classes/{id}/sessions")]
pub async fn list_class_sessions(
    permit: Permit<ReadClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    query: List<ClassSession>,
) -> Result<Page<ClassSession>> {
    edit::list_of::<Class, _, _>(&db, &permit, &query, *id, table::Column::ClassId.eq(*id)).await
}

/// Add a session to a class
#[operation(post, "/classes/{id}/sessions")]
pub async fn create_class_session(
    permit: Permit<WriteClasses>,
    db: Data<Db>,
    id: Path<Uuid>,
    body: Body<NewClassSession>,
) -> Result<Created<ClassSession>> {
    edit::create::<ClassSession, _, _>(&db, &permit, &body, async |tx| {
        // locked until the end, so that the class's dates cannot change meanwhile
        let class = edit::find::<Class>(tx, permit.reach(), *id, true).await?;
        inside(&class, body.value.on)?;
        let mut active = edit::blank::<ClassSession>();
        active.class_id = Set(class.id);
        ClassSession::apply(body.value.clone(), &mut active);
        edit::insert::<ClassSession>(tx, class.organization_id, active).await
    })
    .await
}
