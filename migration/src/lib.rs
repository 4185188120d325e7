//! The schema. The baseline stands in one file an area; from the first release on, one migration a
//! change. The words and policies are no migrations: they are printed from Rust, and every migrated
//! database is given them anew. Run as the owner role.
mod run;

pub use run::{Status, declared, down, status, up};

/// One change of the schema: its SQL, and what takes it away again.
pub struct Migration {
    /// As it is kept in the database.
    pub name: &'static str,
    up: &'static str,
    down: &'static str,
}

/// The words and the policies as Rust has printed them. Every migrated database is given them anew,
/// so that they need no migration when they change.
const DECLARATIONS: &str = concat!(
    include_str!("baseline/generated/words.sql"),
    include_str!("baseline/generated/policies.sql"),
);

/// One area of the baseline: its file, and what takes it away again.
macro_rules! baseline {
    ($($name:ident: $file:literal, $down:literal;)*) => {
        /// Every migration in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            name: stringify!($name),
            up: include_str!(concat!("baseline/", $file, ".sql")),
            down: $down,
        }),*];
    };
}

baseline! {
    m0001_foundation: "foundation", "revoke usage on schema public from ketnap_app, ketnap_backup; alter default privileges grant execute on functions to public; drop schema app cascade; drop extension unaccent; drop extension btree_gist";
    m0002_words: "generated/words", "select";
    m0003_organization: "organization", "drop table setting, holiday, branch_classification, branch_change, department, branch, organization cascade";
    m0004_identity: "identity", "drop table calendar_feed, audit_entry, idempotency_key, branch_overseer, session, credential, account cascade";
    m0005_plan: "plan", "drop table quota_revision, quota_line, quota_plan, term cascade";
    m0006_work: "work", "drop table dispatch, guidance_edition, guidance, problem_message, problem_report, inspection, work_plan, activity cascade";
    m0007_people: "people", "drop table name_word, sponsorship, nomination, candidate, branch_officer, member_leaving, member_activity_change, membership, member cascade";
    m0008_acts: "acts", "drop table access_entry, deadline, act cascade";
    m0009_sources: "sources", "drop table source_plan_entry, source_plan cascade";
    m0010_reviews: "reviews", "drop table review_item, review cascade";
    m0011_classes: "classes", "drop table attendance, class_session, enrolment, class cascade";
    m0012_deadlines: "deadlines", "drop view duty cascade";
    m0013_reports: "reports", "select";
}

/// Name of the newest migration: what a served database must have.
pub fn newest() -> &'static str {
    MIGRATIONS.last().map_or("", |m| m.name)
}
