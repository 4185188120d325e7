//! A database with 200,000 candidates, loaded once for all tests that read it.
use tokio::sync::OnceCell;

use super::superuser;

/// The name of the database. No test writes to it.
pub async fn database() -> String {
    static NAME: OnceCell<String> = OnceCell::const_new();
    let load = async || {
        let name = super::database().await;
        let root = superuser(&name).await;
        for sql in [
            include_str!("large.sql"),
            include_str!("entries.sql"),
            "set session_replication_role = origin",
            "select app.recount()",
            "vacuum analyze",
        ] {
            root.batch_execute(sql).await.unwrap();
        }
        super::keep(&name);
        name
    };
    NAME.get_or_init(load).await.clone()
}
