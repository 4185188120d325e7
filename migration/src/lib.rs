//! The schema. The baseline stands in one file an area; from the first release on, one migration a
//! change. Run as the owner role.
pub use sea_orm_migration;
use sea_orm_migration::prelude::*;

/// One area of the baseline: its file, and what takes it away again.
macro_rules! baseline {
    ($($name:ident: $file:literal, $down:literal;)*) => {
        $(
            #[expect(non_camel_case_types, reason = "the name that is kept in the database")]
            struct $name;
            impl MigrationName for $name {
                fn name(&self) -> &'static str {
                    stringify!($name)
                }
            }
            #[async_trait::async_trait]
            impl MigrationTrait for $name {
                async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                    let sql = include_str!(concat!("baseline/", $file, ".sql"));
                    manager.get_connection().execute_unprepared(sql).await.map(drop)
                }
                async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                    manager.get_connection().execute_unprepared($down).await.map(drop)
                }
            }
        )*
        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> {
                vec![$(Box::new($name)),*]
            }
        }
    };
}

/// Every migration in order.
pub struct Migrator;

baseline! {
    m0001_foundation: "foundation", "revoke usage on schema public from ketnap_app, ketnap_backup; drop schema app cascade; drop extension unaccent; drop extension btree_gist";
    m0002_organization: "organization", "drop table setting, holiday, branch_classification, branch_change, department, branch, organization cascade";
    m0003_identity: "identity", "drop table calendar_feed, audit_entry, idempotency_key, branch_overseer, session, credential, account cascade";
    m0004_plan: "plan", "drop table quota_revision, quota_line, quota_plan, term cascade";
    m0005_work: "work", "drop table dispatch, guidance_edition, guidance, problem_message, problem_report, inspection, work_plan, activity cascade";
    m0006_people: "people", "drop table name_word, sponsorship, nomination, candidate, branch_officer, membership, member cascade";
    m0007_acts: "acts", "drop table access_entry, deadline, act cascade";
    m0008_sources: "sources", "drop table source_plan_entry, source_plan cascade";
    m0009_reviews: "reviews", "drop table review_item, review cascade";
    m0010_classes: "classes", "drop table attendance, class_session, enrolment, class cascade";
    m0011_deadlines: "deadlines", "drop view duty cascade";
    m0012_reports: "reports", "select";
    m0013_policies: "policies", "select";
}

/// Name of the newest migration: what a served database must have.
pub fn newest() -> String {
    Migrator::migrations()
        .last()
        .map(|m| m.name().to_owned())
        .unwrap_or_default()
}
