//! Who changed what: one entry in the same transaction as the change. Names of changed fields,
//! never their values.
use sea_orm::sea_query::{ArrayType, Value};
use uuid::Uuid;

use crate::access::Permission;
use crate::auth::Permit;
use crate::db::Tx;
use crate::error::Result;

/// What was changed.
pub struct Entry<'a> {
    pub resource: &'a str,
    pub id: Uuid,
    pub version: i32,
    pub fields: Vec<String>,
}

/// Records the change and commits: COMMIT travels with the entry.
pub async fn record<P: Permission>(tx: &Tx, permit: &Permit<P>, entry: Entry<'_>) -> Result<()> {
    let caller = permit.caller();
    let fields = entry
        .fields
        .into_iter()
        .map(|f| Value::String(Some(f)))
        .collect();
    tx.last()
        .await
        .rows(
            "insert into audit_entry (id, organization_id, at, account_id, role, action, resource, resource_id, resource_version, fields, request_id) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            vec![
                Uuid::now_v7().into(),
                caller.organization.into(),
                tx.now().into(),
                caller.account.into(),
                caller.role.wire().into(),
                P::ACTION.wire().into(),
                entry.resource.into(),
                entry.id.into(),
                entry.version.into(),
                Value::Array(ArrayType::String, Some(Box::new(fields))),
                permit.call.request_id.clone().into(),
            ],
        )
        .await
        .map(drop)
}
