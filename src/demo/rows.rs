//! Rows of the demo until they are inserted.
use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use serde_json::Value;
use tokio_postgres::{Transaction, types::Json};
use uuid::Uuid;

use super::{RowKind, daily, id};
use crate::sealing::Seals;
use crate::sealing::columns::{Owner, Sealed};

/// Tables in order of their references, and whether they have `created_at`.
const TABLES: [(&str, bool); 31] = [
    ("organization", true),
    ("branch", true),
    ("department", true),
    ("account", true),
    ("credential", false),
    ("branch_overseer", true),
    ("member", true),
    ("membership", false),
    ("member_activity_change", true),
    ("member_leaving", true),
    ("transfer", true),
    ("branch_officer", true),
    ("term", true),
    ("quota_plan", true),
    ("quota_line", false),
    ("candidate", true),
    ("nomination", true),
    ("sponsorship", true),
    ("class", true),
    ("enrolment", true),
    ("class_session", true),
    ("attendance", false),
    ("holiday", true),
    ("setting", true),
    ("source_plan", true),
    ("source_plan_entry", true),
    ("review", true),
    ("review_item", true),
    ("branch_change", true),
    ("transfer_offer", true),
    ("erasure", true),
];

/// Seals what is a person's own.
fn seal(columns: &Sealed, row: &mut Value, seals: Option<&Seals>) -> anyhow::Result<()> {
    let bytea = |bytes: Vec<u8>| Value::from(format!("\\x{}", HEXLOWER.encode(&bytes)));
    let id: Uuid = row["id"].as_str().unwrap_or_default().parse()?;
    let mut values = columns.columns().map(|column| !row[column].is_null());
    let keyed = columns.owner == Owner::Person || values.any(|given| given);
    let seals = seals.filter(|_| keyed);
    let key = seals.map(|seals| seals.new_data_key(id)).transpose()?;
    let person = seals.zip(key.as_ref());
    let person = person.map(|(seals, key)| seals.person(id, key));
    let person = person.transpose()?;
    if let Some((of, column)) = columns.indexed {
        let index = seals.zip(row[of].as_str());
        let index = index.map(|(seals, value)| seals.index(value)).transpose()?;
        row[column] = index.map(bytea).into();
    }
    for column in columns.columns() {
        if let Some(value) = row.get_mut(column) {
            let text = value.as_str().map(str::to_owned);
            let plain = (!value.is_null()).then(|| text.unwrap_or_else(|| value.to_string()));
            let plain = plain.zip(person.as_ref());
            let sealed = plain.map(|(plain, person)| person.seal(column, &plain));
            *value = sealed.transpose()?.map(bytea).into();
        }
    }
    row["data_key"] = key.map(bytea).into();
    Ok(())
}

#[derive(Default)]
pub(super) struct Rows(BTreeMap<&'static str, Vec<Value>>);

impl Rows {
    /// Adds a row; it belongs to the grassroots organisation unless it says otherwise.
    pub(super) fn put(&mut self, table: &'static str, mut row: Value) {
        if !matches!(table, "organization" | "credential")
            && let Some(row) = row.as_object_mut()
        {
            row.entry("organization_id")
                .or_insert_with(|| id(RowKind::Organization, 0, 2).into());
        }
        self.0.entry(table).or_default().push(row);
    }

    /// The rows of a table so far.
    pub(super) fn of(&self, table: &str) -> &[Value] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }

    /// Sets a column of the row with this id, which the others leave empty unless they have it.
    pub(super) fn set(&mut self, table: &str, row: &str, column: &str, value: &Value) {
        self.set_by(table, ("id", row), column, value);
    }

    /// The same of the row with this value in another column.
    pub(super) fn set_by(&mut self, table: &str, row: (&str, &str), column: &str, value: &Value) {
        for other in self.0.get_mut(table).into_iter().flatten() {
            let own = other[row.0] == row.1;
            if let Some(columns) = other.as_object_mut() {
                let old = columns.entry(column).or_insert(Value::Null);
                if own {
                    *old = value.clone();
                }
            }
        }
    }

    /// One statement per table. `created_at` grows by a microsecond per row, which gives lists a
    /// stable order.
    pub(super) async fn insert(
        self,
        tx: &Transaction<'_>,
        seals: Option<&Seals>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mut rows = self.0;
        let mut at = now - TimeDelta::seconds(1);
        for (table, stamped) in TABLES.into_iter().chain(daily::TABLES) {
            let mut rows = rows.remove(table).unwrap_or_default();
            for row in rows
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .filter(|_| stamped)
            {
                at += TimeDelta::microseconds(1);
                let stamp = Value::from(at.to_rfc3339_opts(SecondsFormat::Micros, true));
                row.insert("created_at".into(), stamp.clone());
                row.insert("updated_at".into(), stamp);
            }
            if let Some(columns) = Sealed::of(table) {
                for row in &mut rows {
                    seal(columns, row, seals)?;
                }
            }
            let Some(first) = rows.first().and_then(Value::as_object) else {
                continue;
            };
            let columns = first
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            let sql = format!(
                "insert into {table} ({columns}) select {columns} from jsonb_populate_recordset(null::{table}, $1)"
            );
            tx.execute(&sql, &[&Json(&rows)])
                .await
                .with_context(|| format!("filling {table}"))?;
        }
        if let Some(table) = rows.into_keys().next() {
            bail!("{table} is missing from the list of tables");
        }
        Ok(())
    }
}
