//! Connections: TLS where the address asks for it, and the owner's own connection for tasks of the
//! command line.
use std::sync::Arc;

use anyhow::Context;
use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

fn tls() -> anyhow::Result<MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS protocol versions")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

/// `sslmode=require` verifies the server's certificate against the system's authorities and its name; the default, `prefer`, is plain.
fn wants_tls(config: &Config) -> bool {
    config.get_ssl_mode() == SslMode::Require
}

pub(super) fn manager(mut config: Config) -> anyhow::Result<Manager> {
    let recycle = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    config.application_name("ketnap");
    if wants_tls(&config) {
        Ok(Manager::from_config(config, tls()?, recycle))
    } else {
        config.ssl_mode(SslMode::Disable);
        Ok(Manager::from_config(config, NoTls, recycle))
    }
}

/// One connection outside any request: migrations' helpers, `account`, `demo`, `doctor`.
pub async fn client(config: &Config) -> anyhow::Result<Client> {
    let why = "cannot connect to PostgreSQL: is DATABASE_URL right and the server running?";
    if wants_tls(config) {
        let (client, connection) = config.connect(tls()?).await.context(why)?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let (client, connection) = config.connect(NoTls).await.context(why)?;
        tokio::spawn(connection);
        Ok(client)
    }
}
