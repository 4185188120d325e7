//! `ketnap serve`: start the database if needed, report what runs where, serve until stopped.
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, HttpServer, web};
use anyhow::{Context, bail};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::connections::Connections;
use super::edition::{judge_all_again, replayable, reread_on_hangup};
use super::{embedded, is_seen, load_demo, migrate_up, tell, told_password};
use crate::app::{self, App};
use crate::auth::limits::Limits;
use crate::auth::password::{Cost, Passwords};
use crate::auth::token::{Keys, write_secret};
use crate::auth::{Gate, password};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::db::embedded::Embedded;
use crate::sealing::Seals;

struct Ready {
    url: String,
    keys: std::path::PathBuf,
    notes: Vec<String>,
    embedded: Option<Embedded>,
}

impl Ready {
    fn data(&self) -> std::path::Display<'_> {
        let data = self.embedded.as_ref().map_or(Path::new(""), Embedded::data);
        data.display()
    }
}

pub fn serve(config: &Config) -> anyhow::Result<ExitCode> {
    config.check()?;
    logs(config);
    // bind first: a port in use is reported before the database is started
    let listener = bind(&config.listen, "KETNAP_LISTEN")?;
    let metrics = if config.metrics_listen == "off" {
        None
    } else {
        Some(bind(&config.metrics_listen, "KETNAP_METRICS_LISTEN")?)
    };
    let started = Instant::now();
    actix_web::rt::System::new().block_on(async move {
        let mut ready = if let Some(url) = config.database()? {
            external(config, url).await?
        } else {
            private(config).await?
        };
        let done = accept(config, &mut ready, listener, metrics, started).await;
        if let Some(server) = ready.embedded {
            tell("stopping the database …");
            server.stop();
        }
        done
    })?;
    Ok(ExitCode::SUCCESS)
}

fn bind(address: &str, variable: &str) -> anyhow::Result<TcpListener> {
    let parsed: SocketAddr = address.parse().with_context(|| variable.to_owned())?;
    TcpListener::bind(parsed).with_context(|| format!("cannot listen on {address}: another program holds this port, or the address is not this machine's. Set {variable}, for example {variable}=127.0.0.1:0"))
}

fn logs(config: &Config) {
    use std::io::IsTerminal as _;
    let filter = tracing_subscriber::EnvFilter::new(format!(
        "{level},actix_server=warn,tokio_postgres=error,rustls=error",
        level = config.log
    ));
    let json = config
        .log_format
        .as_deref()
        .map_or_else(|| !std::io::stderr().is_terminal(), |f| f == "json");
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let set = if json {
        builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .try_init()
    } else {
        builder.compact().try_init()
    };
    if set.is_err() {
        tell("logging was already set up");
    }
}

/// With an external database: no demo data, keys from files, no pending migrations.
async fn external(config: &Config, url: String) -> anyhow::Result<Ready> {
    let keys = config.keys_dir.clone().context("KETNAP_KEYS_DIR")?;
    let faults = super::doctor::serve_faults(&url).await?;
    if !faults.is_empty() {
        bail!(
            "the database is not ready to be served:\n  - {}",
            faults.join("\n  - ")
        );
    }
    Ok(Ready {
        url,
        keys,
        notes: vec![],
        embedded: None,
    })
}

/// With the embedded database: starts the server, migrates, loads the demo, creates the keys.
async fn private(config: &Config) -> anyhow::Result<Ready> {
    let server = {
        let config = config.clone();
        actix_web::rt::task::spawn_blocking(move || embedded(&config)).await??
    };
    let home = config.home();
    let owner = server.url("ketnap_owner", "ketnap");
    if server.fresh() {
        tell("creating the tables …");
    }
    migrate_up(&owner).await?;
    let mut client = crate::db::connect::client(&owner.parse()?).await?;
    let secret_file = home.join("district-script.secret");
    let keys = home.join("keys");
    Keys::generate(&keys)?;
    // credentials are printed at the first start only; later just where they are
    let first = crate::demo::is_empty(&client).await?;
    if first {
        tell("loading the demo organisation …");
        let secret = password::random_secret()?;
        let _ = fs::remove_file(&secret_file);
        write_secret(&secret_file, &secret)?;
        load_demo(config, &mut client, &secret).await?;
    }
    let password = if first {
        told_password(config)
    } else {
        "as at the first start"
    };
    let secret = if first && is_seen() {
        format!("client_secret {}", fs::read_to_string(&secret_file)?)
    } else {
        format!("its secret in {}", secret_file.display())
    };
    let notes = vec![
        format!("data        {}", server.data().display()),
        "sign-ins    standing, office, overseer, branch-01 … branch-10, union, youth, upper, admin"
            .to_owned(),
        format!("password    {password}"),
        format!("script      client_id district-script, {secret}"),
    ];
    Ok(Ready {
        url: server.url("ketnap_app", "ketnap"),
        keys,
        notes,
        embedded: Some(server),
    })
}

/// The keys of what is stored sealed.
async fn seals(config: &Config, url: &str, folder: &Path) -> anyhow::Result<Option<Arc<Seals>>> {
    let client = crate::db::connect::client(&url.parse()?).await?;
    let seals = super::keys::index::prepare(&client, folder).await?;
    if seals.is_none() {
        // if it was requested explicitly, it is not dropped silently
        if config.second_factor.as_deref() == Some("required") {
            Seals::read(folder)?;
        }
        tracing::warn!(
            "no sealing key: there are no second factors, and citizen numbers, phones, addresses and remarks are neither shown nor written; see `ketnap doctor`"
        );
    }
    Ok(seals)
}

async fn accept(
    config: &Config,
    ready: &mut Ready,
    listener: TcpListener,
    metrics: Option<TcpListener>,
    started: Instant,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    let issuer = if config.public_url == "http://127.0.0.1:8080" && address.port() != 8080 {
        format!("http://{address}")
    } else {
        config.public_url.clone()
    };
    let clock = Clock::System;
    let law = config.law()?;
    let offices = replayable(&ready.url, &law).await?;
    let db = Db::new(
        ready.url.parse().context("DATABASE_URL")?,
        config.pool,
        clock.clone(),
    )?;
    let seals = seals(config, &ready.url, &ready.keys).await?;
    let gate = Gate {
        keys: Keys::read(&ready.keys, &issuer)?,
        clock,
        contract: app::contract()?,
        limits: Limits::new(config.rates()),
        passwords: Passwords::new(Cost::SERVICE)?,
        proxies: config.trusted_proxies.parse().map_err(anyhow::Error::msg)?,
        needs_second_factor: seals.is_some()
            && config
                .no_second_factor()
                .map_err(anyhow::Error::msg)?
                .is_none(),
        seals,
    };
    let limits = gate.limits.clone();
    let connections = Connections::new(config.connections_address.get(), gate.proxies.clone());
    // each connection is an open file, so raise the limit as far as the system allows
    let files =
        rlimit::increase_nofile_limit(u64::MAX).context("raising the limit of open files")?;
    tracing::debug!(files, "limit of open files");
    let app = App::new(db.clone(), gate, law, config.cors_origins.clone());
    // the regulations may have changed since the last run, or that run may have cut a job short
    judge_all_again(offices, &db, &app.law);
    actix_web::rt::spawn(reread_on_hangup(
        config.clone(),
        ready.url.clone(),
        (app.gate.clone(), ready.keys.clone()),
        (db.clone(), app.law.clone()),
    ));
    let workers = config.workers();
    let share = config.connections();
    app.for_worker(share)?; // so that a mistake in the settings shows here, not in a worker
    let server = HttpServer::new(move || {
        app.for_worker(share)
            .unwrap_or_else(|_| app.clone())
            .build()
    })
    .workers(workers)
    .on_connect(move |io, data| connections.admit(io, data))
    .max_connections(config.max_connections)
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75))
    .shutdown_timeout(15)
    .disable_signals()
    .listen(listener)?
    .run();
    let recorder = PrometheusBuilder::new()
        .install_recorder()
        .context("metrics")?;
    if let Some(listener) = metrics {
        let place = listener.local_addr()?;
        actix_web::rt::spawn(metrics_server(listener, recorder.clone())?);
        tell(&format!("metrics     http://{place}/metrics"));
    }
    actix_web::rt::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_mins(1)).await;
            limits.tidy();
            recorder.run_upkeep();
        }
    });
    if let Some(server) = &ready.embedded {
        let owner = server.url("ketnap_owner", "ketnap");
        actix_web::rt::spawn(async move {
            loop {
                if let Err(wrong) = super::tidy::tidy(&owner, Clock::System.now()).await {
                    tracing::error!("nothing is deleted that was kept long enough: {wrong:#}");
                }
                tokio::time::sleep(Duration::from_hours(24)).await;
            }
        });
    }
    for note in &ready.notes {
        tell(note);
    }
    tell(&format!("Swagger UI  http://{address}/docs/"));
    let handle = server.handle();
    let signalled = handle.clone();
    actix_web::rt::spawn(async move {
        stop_signal().await;
        crate::api::health::stop_accepting();
        tell("stopping: finishing the requests that are under way (again to stop at once) …");
        let graceful = signalled.stop(true);
        tokio::select! { () = graceful => {} () = stop_signal() => signalled.stop(false).await }
    });
    db.ping()
        .await
        .map_err(|e| anyhow::anyhow!("the database does not answer: {e}"))?;
    tracing::info!(ms = started.elapsed().as_secs_f64() * 1000.0, "ready");
    tell(&format!("ready http://{address}"));
    tokio::pin!(server);
    tokio::select! {
        done = &mut server => done.context("the HTTP server"),
        () = ended(&mut ready.embedded) => {
            let stop = handle.stop(false);
            let ((), _) = tokio::join!(stop, &mut server);
            bail!("PostgreSQL has ended by itself; its log is beside {}", ready.data())
        }
    }
}

/// Completes when the embedded database has exited; never without one.
async fn ended(embedded: &mut Option<Embedded>) {
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        if embedded.as_mut().is_some_and(Embedded::ended) {
            return;
        }
    }
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return;
    };
    tokio::select! { _ = term.recv() => {} _ = int.recv() => {} }
}

fn metrics_server(
    listener: TcpListener,
    handle: PrometheusHandle,
) -> anyhow::Result<actix_web::dev::Server> {
    let server = HttpServer::new(move || {
        let handle = handle.clone();
        actix_web::App::new().route(
            "/metrics",
            web::get().to(move || {
                std::future::ready(
                    HttpResponse::Ok()
                        .content_type("text/plain; version=0.0.4")
                        .body(handle.render()),
                )
            }),
        )
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}
