//! `/.well-known`: public keys and authorization server metadata.
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::operation::operation;
use crate::api::reply::Reply;
use crate::api::routes::Routes;
use crate::auth::Gate;

pub fn configure(root: &mut Routes) {
    root.service(get_keys).service(get_metadata);
}

/// Public signing keys (RFC 7517)
#[derive(Debug, Serialize, ToSchema)]
pub struct KeySet {
    #[schema(max_items = 10)]
    pub keys: Vec<PublicKey>,
}

/// An Ed25519 public key (RFC 8037)
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicKey {
    pub kty: &'static str,
    pub crv: &'static str,
    pub r#use: &'static str,
    pub alg: &'static str,
    pub kid: String,
    pub x: String,
}

/// Authorization server metadata (RFC 8414)
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

/// Get the public keys of access tokens
#[operation(
    get,
    "/.well-known/jwks.json",
    tag = "service",
    answer = "The keys: current, next and previous"
)]
pub async fn get_keys(gate: Data<Gate>) -> Reply<KeySet> {
    let key = |(kid, x): (String, String)| PublicKey {
        kty: "OKP",
        crv: "Ed25519",
        r#use: "sig",
        alg: "EdDSA",
        kid,
        x,
    };
    Reply::new(&KeySet {
        keys: gate.keys.public().into_iter().map(key).collect(),
    })
    .cache("public, max-age=300")
}

/// Get the authorization server's metadata
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
