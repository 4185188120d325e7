//! Audit trail: one entry per change, written in the same transaction. It names the changed fields,
//! never their values.
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, Insert, IntoActiveModel as _};
use uuid::Uuid;

use crate::access::Permission;
use crate::auth::Permit;
use crate::db::Tx;
use crate::db::tables::audit_entry;

/// The changed row and the names of its changed fields.
pub struct Change<'a> {
    pub resource: &'a str,
    pub id: Uuid,
    pub version: i32,
    pub fields: Vec<String>,
}

/// The audit entry of a change; send it as the last statement of the transaction.
pub fn entry<P: Permission>(
    tx: &Tx,
    permit: &Permit<P>,
    change: Change<'_>,
) -> Insert<audit_entry::ActiveModel> {
    let caller = permit.caller();
    let entry = audit_entry::Model {
        id: Uuid::now_v7(),
        organization_id: caller.organization,
        at: tx.now(),
        account_id: caller.account,
        role: caller.role,
        action: P::ACTION.wire().to_owned(),
        resource: change.resource.to_owned(),
        resource_id: change.id,
        resource_version: change.version,
        fields: change.fields,
        request_id: permit.call.request_id.clone(),
    };
    audit_entry::Entity::insert(entry.into_active_model().reset_all())
}
