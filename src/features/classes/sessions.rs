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
use crate::error::{Code, Error, Result};
use crate::facts;
use crate::law::say;
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
///
/// 409 where people who have completed the class would then have attended too few sessions.
#[operation(post, "/classes/{id}/sessions", refuses(Duplicate, HasDependents))]
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
        let before = facts::completed_in_spite(tx, class.id).await?;
        let row = edit::insert::<ClassSession>(tx, class.organization_id, active).await?;
        // results rest on the share of sessions attended, which a new session lowers
        let short = facts::completed_in_spite(tx, class.id).await?;
        if short.iter().any(|id| !before.contains(id)) {
            return Err(Error::new(Code::HasDependents).detail(say(
                "Có người đã được ghi hoàn thành lớp, khi đó sẽ dự chưa đủ số buổi.",
                "People who have completed the class would fall short of its sessions.",
            )));
        }
        Ok(row)
    })
    .await
}
