//! Classes.
use super::dto::{Class, ClassPage, NewClass};
use crate::policy::{ReadClasses, WriteClasses};
use crate::prelude::*;

/// List classes
#[utoipa::path(tag = "classes", security(("oauth2" = ["classes.read"])), responses((status = 200, description = "A page of classes", body = ClassPage)))]
#[get("/classes")]
pub async fn list_classes(permit: Permit<ReadClasses>, db: Data<Db>, query: ListQuery) -> Result<Answer<ClassPage>> {
    crud::list::<Class, _, _>(&db, &permit, &query).await
}

/// Get a class
#[utoipa::path(tag = "classes", security(("oauth2" = ["classes.read"])), params(("id" = Uuid, Path, description = "Id of the class")), responses((status = 200, description = "The class", body = Class)))]
#[get("/classes/{id}")]
pub async fn get_class(permit: Permit<ReadClasses>, db: Data<Db>, id: Path<Uuid>) -> Result<Answer<Class>> {
    crud::get(&db, &permit, *id).await
}

/// Create a class
#[utoipa::path(tag = "classes", security(("oauth2" = ["classes.write"])), request_body = NewClass, responses((status = 201, description = "The new class", body = Class)))]
#[post("/classes")]
pub async fn create_class(permit: Permit<WriteClasses>, db: Data<Db>, body: Body<NewClass>) -> Result<Answer<Class>> {
    crud::create::<Class, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let mut active = crud::blank::<Class>();
        Class::apply(new, &mut active);
        crud::insert::<Class>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a class
#[utoipa::path(tag = "classes", security(("oauth2" = ["classes.write"])), params(("id" = Uuid, Path, description = "Id of the class")), request_body(content = NewClass, content_type = "application/merge-patch+json"), responses((status = 200, description = "The class as it is now", body = Class)))]
#[patch("/classes/{id}")]
pub async fn change_class(permit: Permit<WriteClasses>, db: Data<Db>, id: Path<Uuid>, patch: Patch) -> Result<Answer<Class>> {
    crud::change::<Class, _>(&db, &permit, *id, &patch, async |_tx, _row, _new, _active| Ok(())).await
}

/// Remove a class
#[utoipa::path(tag = "classes", security(("oauth2" = ["classes.write"])), params(("id" = Uuid, Path, description = "Id of the class")), responses((status = 204, description = "Gone")))]
#[delete("/classes/{id}")]
pub async fn remove_class(permit: Permit<WriteClasses>, db: Data<Db>, id: Path<Uuid>) -> Result<HttpResponse> {
    crud::remove::<Class, _>(&db, &permit, *id, async |tx, row| {
        crud::refuse_dependents(tx, row.id, &["select 1 from enrolment where class_id = $1 and state <> 'withdrawn'"]).await?;
        crud::mark_deleted::<Class>(tx, row).await
    })
    .await
}
