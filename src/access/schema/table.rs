//! What each role may do with the rows of one table.
use crate::access::Reach;
use crate::access::policy::Action;
use crate::access::reach::{self, by};
use crate::access::rows::{Rows, all};

/// The rows of a table that may be read, inserted, updated and deleted.
pub struct Table {
    pub name: &'static str,
    pub select: Rows,
    pub insert: Rows,
    pub update: Rows,
    /// What an updated row must satisfy, if different from `update`.
    pub changed: Option<Rows>,
    pub delete: Rows,
    /// The only columns that the application updates; empty for all.
    pub columns: &'static [&'static str],
}

impl Table {
    pub(super) fn new(name: &'static str, select: Rows) -> Self {
        Self {
            name,
            select,
            insert: Rows::Nothing,
            update: Rows::Nothing,
            changed: None,
            delete: Rows::Nothing,
            columns: &[],
        }
    }
    pub(super) fn insert(mut self, rows: Rows) -> Self {
        self.insert = rows;
        self
    }
    pub(super) fn update(mut self, rows: Rows) -> Self {
        self.update = rows;
        self
    }
    pub(super) fn changed(mut self, rows: Rows) -> Self {
        self.changed = Some(rows);
        self
    }
    pub(super) fn columns(mut self, columns: &'static [&'static str]) -> Self {
        self.columns = columns;
        self
    }
    pub(super) fn delete(mut self, rows: Rows) -> Self {
        self.delete = rows;
        self
    }
    /// Lets those who may perform `action` insert and update rows.
    pub(super) fn write(self, action: Action, rows: fn(Reach) -> Rows) -> Self {
        let rows = by(&[action], rows);
        self.insert(rows.clone()).update(rows)
    }
    /// The same, and deletes them, for what was recorded by mistake.
    pub(super) fn keep(self, action: Action, rows: fn(Reach) -> Rows) -> Self {
        self.write(action, rows).delete(by(&[action], rows))
    }
}

/// Enrolments on a compiled list, which has been submitted to the committee above.
pub(super) fn on_a_list(reach: Reach) -> Rows {
    if reach == Reach::Below {
        all([reach::below(), Rows::NotNull("compiled_on")])
    } else {
        Rows::Nothing
    }
}

/// Somebody whom the caller sees, and who was not erased.
pub(super) fn living() -> Rows {
    let there = Box::new(Rows::Null("erased_on"));
    Rows::Of("candidate", "candidate_id", there)
}

/// What the second person adds to a request; the request itself stays as it was made.
pub(super) const CONFIRMED: &[&str] = &["confirmed_by", "erased_on", "version", "updated_at"];

/// Of a candidate: empty until an act writes it.
pub(super) const WRITTEN_BY_ACTS: [&str; 6] = [
    "decided_on",
    "admitted_on",
    "official_on",
    "introduced_branch_id",
    "adopted_on",
    "opened_on",
];

/// The candidate's particulars; the other columns follow from acts.
pub(super) const PARTICULARS: &[&str] = &[
    "department_id",
    "full_name",
    "other_names",
    "sex",
    "birth_date",
    "birth_place",
    "home_town",
    "ethnic_group",
    "religion",
    "citizen_id",
    "citizen_index",
    "phone",
    "address",
    "occupation",
    "position",
    "general_education",
    "professional_level",
    "political_theory_level",
    "priority_group",
    "youth_union_member",
    "youth_union_changed_on",
    "trade_union_member",
    "trade_union_changed_on",
    "remarks",
    "namesake_reason",
    "namesake_by",
    "namesake_confirmed_by",
    "namesake_confirmed_on",
    "version",
    "updated_at",
    "deleted_at",
];
