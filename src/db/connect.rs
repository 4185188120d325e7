//! Connections: with TLS where the address asks for it, and one outside the pool for the commands.
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, ensure};
use deadpool_postgres::{Manager, ManagerConfig, RecyclingMethod};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tokio_postgres::config::SslMode;
use tokio_postgres::{CancelToken, Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Host, database, role and TLS of a connection: a parsed `DATABASE_URL`.
///
/// `sslmode=require` (or `verify-full`, treated alike) verifies the server's certificate and host
/// name against the system's authorities, or those in the file that `sslrootcert` names. The
/// default, `prefer`, connects without TLS.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl FromStr for Address {
    type Err = anyhow::Error;

    /// Errors never quote the address, which may hold a password.
    fn from_str(text: &str) -> anyhow::Result<Self> {
        let (text, authorities) = without_root_certificates(text);
        let mut config = Config::from_str(&text).map_err(|_| {
            anyhow::anyhow!("DATABASE_URL cannot be read: postgres://role@host:5432/database")
        })?;
        config.application_name("ketnap");
        let tls = if config.get_ssl_mode() == SslMode::Require {
            Some(tls(authorities.as_deref())?)
        } else {
            ensure!(
                authorities.is_none(),
                "DATABASE_URL has sslrootcert without sslmode=require: it would not be used"
            );
            config.ssl_mode(SslMode::Disable);
            None
        };
        Ok(Self { config, tls })
    }
}

/// Splits off `sslrootcert`, which the driver does not know.
fn without_root_certificates(text: &str) -> (String, Option<PathBuf>) {
    let Some((before, query)) = text.split_once('?') else {
        return (text.to_owned(), None);
    };
    let (files, rest): (Vec<&str>, Vec<&str>) = query
        .split('&')
        .map(|pair| match pair {
            "sslmode=verify-full" => "sslmode=require",
            _ => pair,
        })
        .partition(|pair| pair.starts_with("sslrootcert="));
    let file = form_urlencoded::parse(files.join("&").as_bytes())
        .map(|(_, file)| PathBuf::from(&*file))
        .next();
    (format!("{before}?{}", rest.join("&")), file)
}

fn tls(authorities: Option<&Path>) -> anyhow::Result<MakeRustlsConnect> {
    let mut roots = rustls::RootCertStore::empty();
    if let Some(file) = authorities {
        let why = || format!("certificates of sslrootcert, {}", file.display());
        for certificate in CertificateDer::pem_file_iter(file).with_context(why)? {
            roots
                .add(certificate.with_context(why)?)
                .with_context(why)?;
        }
    } else {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS protocol versions")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

impl Address {
    pub(super) fn manager(&self) -> Manager {
        let recycle = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        match self.tls.clone() {
            Some(tls) => Manager::from_config(self.config.clone(), tls, recycle),
            None => Manager::from_config(self.config.clone(), NoTls, recycle),
        }
    }

    /// Asks the server to cancel the statement that runs on a connection of this address.
    pub(super) async fn cancel(&self, running: CancelToken) {
        // best effort: a statement that survives this ends by its timeout
        let _ = match self.tls.clone() {
            Some(tls) => running.cancel_query(tls).await,
            None => running.cancel_query(NoTls).await,
        };
    }
}

/// A connection without a caller's identity.
pub type Connection = tokio_postgres::Client;

/// A connection outside any request, for `migrate`, `account`, `demo` and `doctor`.
pub async fn client(address: &Address) -> anyhow::Result<Client> {
    let why = "cannot connect to PostgreSQL: is DATABASE_URL right and the server running?";
    if let Some(tls) = address.tls.clone() {
        let (client, connection) = address.config.connect(tls).await.context(why)?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let (client, connection) = address.config.connect(NoTls).await.context(why)?;
        tokio::spawn(connection);
        Ok(client)
    }
}
