//! Audit trail: one entry per change, written in the same transaction. It names the changed fields and
//! keeps their values, see `values`.
use sea_orm::sea_query::{CommonTableExpression, Expr, Func, Query as Build, WithClause};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait, Insert, IntoActiveModel as _,
    Iterable as _, QueryTrait as _, UpdateMany,
};
use uuid::Uuid;

use crate::api::list::keyed::Keyed;
use crate::api::values::Kept;
use crate::auth::By;
use crate::db::tables::audit_entry;
use crate::db::{Query, Record, Table, Tx, any_of};
use crate::error::{Error, Result};

/// The changed row and the names of its changed fields.
pub struct Change<'a> {
    pub resource: &'a str,
    pub id: Uuid,
    pub version: i32,
    pub fields: Vec<String>,
}

/// The statement that appends an entry.
pub type Entry = Insert<audit_entry::ActiveModel>;

/// The audit entry of a change; send it as the last statement of the transaction.
pub fn entry(tx: &Tx, by: By<'_>, change: Change<'_>) -> Entry {
    entry_of(tx, by, (change, Kept::default()))
}

/// The same with the values.
pub fn entry_of(tx: &Tx, by: By<'_>, (change, kept): (Change<'_>, Kept)) -> Entry {
    audit_entry::Entity::insert(row(tx, by, change, kept))
}

/// The update and its audit entry in one statement, which returns the changed row and the `names`
/// beside it: there is no entry if nothing was changed.
pub fn with_update<E>(
    tx: &Tx,
    by: By<'_>,
    update: UpdateMany<E>,
    (change, kept): (Change<'_>, Kept),
    names: impl IntoIterator<Item = Expr>,
) -> Result<Query<Keyed<E::Model>>>
where
    E: EntityTrait,
    E::Model: Record,
{
    let mut update = update.into_query();
    update.returning(Build::returning().columns(E::Column::iter()));
    let entry = row(tx, by, change, kept);
    let values = audit_entry::Column::iter().filter_map(|c| entry.get(c).into_value());
    let values = Build::select()
        .exprs(values.map(Expr::val))
        .from("changed")
        .take();
    let mut insert = Build::insert();
    insert
        .into_table(audit_entry::Entity)
        .columns(audit_entry::Column::iter())
        .select_from(values)
        .map_err(Error::internal)?;
    let mut changed = CommonTableExpression::new();
    changed.table_name("changed").query(update);
    let mut audited = CommonTableExpression::new();
    audited.table_name("audited").query(insert);
    let both = WithClause::new().cte(changed).cte(audited).to_owned();
    // named like the table, so that the subqueries for names can refer to its columns
    let kept = Build::select()
        .exprs(E::Column::iter().map(sea_orm::ColumnTrait::into_expr))
        .exprs(names)
        .from_as("changed", E::default().table_name())
        .take();
    Ok(Query::of(&kept.with(both)))
}

/// One entry for each of these rows, as they are now, where a change to one row has changed others
/// as well.
pub fn of_rows<E: Table>(
    tx: &Tx,
    by: By<'_>,
    (resource, field): (&str, &str),
    ids: Vec<Uuid>,
) -> Result<Query<()>> {
    let change = Change {
        resource,
        id: Uuid::nil(),
        version: 0,
        fields: vec![field.to_owned()],
    };
    let entry = row(tx, by, change, Kept::default());
    #[expect(clippy::wildcard_enum_match_arm, reason = "the same for every row")]
    let value = |column| match column {
        audit_entry::Column::Id => Some(Func::cust("gen_random_uuid").into()),
        audit_entry::Column::ResourceId => Some(E::ID.into_expr()),
        audit_entry::Column::ResourceVersion => Some(E::VERSION?.into_expr()),
        other => entry.get(other).into_value().map(Expr::val),
    };
    let mut changed = Build::select();
    changed
        .exprs(audit_entry::Column::iter().filter_map(value))
        .from(E::default().table_ref())
        .and_where(any_of(E::ID, ids));
    let mut insert = Build::insert();
    insert
        .into_table(audit_entry::Entity)
        .columns(audit_entry::Column::iter())
        .select_from(changed)
        .map_err(Error::internal)?;
    Ok(Query::of(&insert))
}

fn row(tx: &Tx, by: By<'_>, change: Change<'_>, kept: Kept) -> audit_entry::ActiveModel {
    let caller = by.caller;
    let entry = audit_entry::Model {
        id: kept.entry.unwrap_or_else(Uuid::now_v7),
        organization_id: caller.organization,
        at: tx.now(),
        account_id: caller.account,
        role: caller.role,
        action: by.action.wire().to_owned(),
        resource: change.resource.to_owned(),
        resource_id: change.id,
        resource_version: change.version,
        fields: change.fields,
        changes: kept.open,
        sealed: kept.sealed,
        request_id: by.call.request_id.clone(),
    };
    entry.into_active_model().reset_all()
}
