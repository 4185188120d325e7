//! The schema: a baseline with one file per area and, from the first release on, one migration per
//! change. Word lists and policies are not migrations: they are generated from Rust and reapplied
//! to every migrated database. Runs as the owner role.
mod run;

pub use run::{Status, declared, down, status, up};

/// One change of the schema: the SQL that applies it and the SQL that reverts it.
pub struct Migration {
    /// Name under which the database records it.
    pub name: &'static str,
    up: &'static str,
    down: &'static str,
}

/// Word lists and policies, generated from Rust. They are reapplied to every migrated database, so
/// a change to them needs no migration.
const DECLARATIONS: &str = concat!(
    include_str!("baseline/generated/words.sql"),
    include_str!("baseline/generated/policies.sql"),
);

/// One area of the baseline: its file, after what all begin with, and the SQL that reverts it.
macro_rules! baseline {
    ($($name:ident: $file:literal, $down:literal;)*) => {
        /// Every migration in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            name: stringify!($name),
            up: concat!(include_str!("baseline/common.sql"), include_str!(concat!("baseline/", $file, ".sql"))),
            down: $down,
        }),*];
    };
}

baseline! {
    m0001_foundation: "foundation", "revoke usage on schema public from ketnap_app, ketnap_backup, ketnap_definer; alter default privileges grant execute on functions to public; drop schema app cascade; drop extension unaccent; drop extension btree_gist";
    m0002_words: "generated/words", "select";
    m0003_organization: "organization", "drop table setting, holiday, branch_classification, branch_change, department, branch, organization cascade";
    m0004_identity: "identity", "drop table sign_in_attempt, calendar_feed, audit_entry, chain_head, index_proof, idempotency_key, branch_overseer, session, credential, account cascade";
    m0005_plan: "plan", "drop table later_admission, quota_closing, quota_revision, quota_line, quota_plan, term cascade";
    m0006_work: "work", "drop table dispatch, guidance_edition, guidance, problem_message, problem_report, inspection, work_plan, activity cascade";
    m0007_people: "people", "drop table erasure, tally, name_word, sponsorship, nomination, candidate, branch_officer, transfer, member_leaving, member_activity_change, membership, member cascade";
    m0008_acts: "acts", "drop table transfer_offer, stage_entry, candidate_move, access_entry, deadline, act cascade";
    m0009_sources: "sources", "drop table source_plan_entry, source_plan cascade";
    m0010_reviews: "reviews", "drop table review_item, review cascade";
    m0011_classes: "classes", "drop table attendance, class_session, enrolment, class cascade";
    m0012_deadlines: "deadlines", "drop view any_deadline cascade; drop table deadline_settlement cascade";
    m0013_reports: "reports", "select";
}

/// Name of the newest migration, which a database must have to be served.
pub fn newest() -> &'static str {
    MIGRATIONS.last().map_or("", |m| m.name)
}
