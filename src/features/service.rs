//! What stands outside /api/v1: health, the document, keys, pages that explain error codes.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::auth::Gate;
use crate::db::Db;
use crate::error::{Code, Error, Result};

/// Whether the service lives.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    #[schema(example = "ok", max_length = 20)]
    pub status: &'static str,
    /// Version of the service
    #[schema(example = "0.1.0", max_length = 40)]
    pub version: &'static str,
}

/// Public signing keys as RFC 7517
#[derive(Debug, Serialize, ToSchema)]
pub struct KeySet {
    #[schema(max_items = 10)]
    pub keys: Vec<PublicKey>,
}

/// An Ed25519 public key as RFC 8037
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKey {
    pub kty: &'static str,
    pub crv: &'static str,
    pub r#use: &'static str,
    pub alg: &'static str,
    pub kid: String,
    pub x: String,
}

/// Authorization server metadata as RFC 8414
#[derive(Debug, Serialize, ToSchema)]
pub struct Metadata {
    pub issuer: String,
    pub token_endpoint: String,
    pub revocation_endpoint: String,
    pub jwks_uri: String,
    #[schema(max_items = 10)]
    pub grant_types_supported: Vec<&'static str>,
    #[schema(max_items = 10)]
    pub response_types_supported: Vec<&'static str>,
    #[schema(max_items = 10)]
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    #[schema(max_items = 200)]
    pub scopes_supported: Vec<&'static str>,
    pub service_documentation: String,
}

pub fn configure(root: &mut ServiceConfig) {
    root.service(get_health)
        .service(get_readiness)
        .service(get_keys)
        .service(get_metadata);
}

/// The document itself, redirects and pages: for browsers, not operations.
pub fn undocumented(root: &mut web::ServiceConfig) {
    root.route("/openapi.json", web::get().to(document))
        .route("/problems/{code}", web::get().to(problem_page))
        .route("/docs", web::get().to(to_docs))
        .route("/", web::get().to(to_docs));
}

/// Is the process alive?
#[operation(get, "/healthz", tag = "service", answer = "Alive")]
pub async fn get_health() -> Reply<Health> {
    Reply::new(&Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    })
}

/// Can it serve: database reachable, schema current, not stopping?
#[operation(get, "/readyz", tag = "service", answer = "Ready")]
pub async fn get_readiness(db: Data<Db>) -> Result<Reply<Health>> {
    if crate::api::shutdown::stopping() {
        return Err(Error::unavailable(anyhow::anyhow!("stopping")));
    }
    db.ping().await?;
    if db.migrated_to().await?.as_deref() != Some(migration::newest()) {
        return Err(Error::unavailable(anyhow::anyhow!("pending migrations")));
    }
    Ok(Reply::new(&Health {
        status: "ready",
        version: env!("CARGO_PKG_VERSION"),
    }))
}

/// Public keys that access tokens are signed with
#[operation(
    get,
    "/.well-known/jwks.json",
    tag = "service",
    answer = "The keys: current, next and previous"
)]
pub async fn get_keys(gate: Data<Gate>) -> Reply<KeySet> {
    let key = |(kid, x): (&str, &str)| PublicKey {
        kty: "OKP",
        crv: "Ed25519",
        r#use: "sig",
        alg: "EdDSA",
        kid: kid.to_owned(),
        x: x.to_owned(),
    };
    Reply::new(&KeySet {
        keys: gate.keys.public().map(key).collect(),
    })
    .cache("public, max-age=300")
}

/// Where and how to get tokens
#[operation(
    get,
    "/.well-known/oauth-authorization-server",
    tag = "service",
    answer = "RFC 8414 metadata"
)]
pub async fn get_metadata(gate: Data<Gate>) -> Reply<Metadata> {
    let issuer = gate.keys.issuer().trim_end_matches('/').to_owned();
    Reply::new(&Metadata {
        token_endpoint: format!("{issuer}/api/v1/auth/token"),
        revocation_endpoint: format!("{issuer}/api/v1/auth/revoke"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        grant_types_supported: vec!["password", "refresh_token", "client_credentials"],
        response_types_supported: vec![],
        token_endpoint_auth_methods_supported: vec![
            "none",
            "client_secret_basic",
            "client_secret_post",
        ],
        scopes_supported: crate::access::Action::ALL
            .iter()
            .map(|a| a.wire())
            .collect(),
        service_documentation: format!("{issuer}/docs/"),
        issuer,
    })
    .cache("public, max-age=300")
}

async fn document(gate: Data<Gate>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(&gate.contract.document)
}

async fn to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

/// A page for each error code, in both languages.
async fn problem_page(code: Path<String>) -> Result<HttpResponse> {
    let code = Code::ALL
        .iter()
        .find(|c| c.wire() == code.as_str())
        .ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let (vi, en) = code.title();
    let page = format!(
        "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{wire}</title><style>body{{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}</style>\
         <h1><code>{wire}</code></h1><p>HTTP {status}</p><h2>{vi}</h2><p lang=\"en\"><b>{en}.</b> {about}</p><p><a href=\"/docs/\">/docs/</a></p></html>",
        wire = code.wire(),
        status = code.status().as_u16(),
        about = code.about()
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(page))
}
