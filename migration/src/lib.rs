//! The schema, one change a migration, each a pair of `.sql` files. Run as the owner role.
pub use sea_orm_migration;
use sea_orm_migration::prelude::*;

macro_rules! migrations {
    ($($name:ident),* $(,)?) => {
        $(
            #[expect(non_camel_case_types, reason = "named like its files")]
            struct $name;
            impl MigrationName for $name {
                fn name(&self) -> &'static str { stringify!($name) }
            }
            #[async_trait::async_trait]
            impl MigrationTrait for $name {
                async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                    manager.get_connection().execute_unprepared(include_str!(concat!("sql/", stringify!($name), ".up.sql"))).await.map(drop)
                }
                async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
                    manager.get_connection().execute_unprepared(include_str!(concat!("sql/", stringify!($name), ".down.sql"))).await.map(drop)
                }
            }
        )*
        #[async_trait::async_trait]
        impl MigratorTrait for Migrator {
            fn migrations() -> Vec<Box<dyn MigrationTrait>> { vec![$(Box::new($name)),*] }
        }
    };
}

/// Every migration in order.
pub struct Migrator;

migrations! {
    m0001_foundation,
    m0002_identity,
    m0003_organization,
    m0004_people,
    m0005_classes,
    m0006_quotas,
    m0007_house,
    m0008_procedure,
    m0009_reviews,
    m0010_work,
    m0011_terms,
    m0012_classes,
    m0013_duties,
    m0014_branches,
    m0015_reports,
    m0016_classifications,
    m0017_recognised,
    m0018_posts,
    m0019_reach,
    m0020_submitted,
}

/// Name of the newest migration: what a served database must have.
pub fn newest() -> String {
    Migrator::migrations()
        .last()
        .map(|m| m.name().to_owned())
        .unwrap_or_default()
}
