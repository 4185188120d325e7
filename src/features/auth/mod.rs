//! Signing in and out. These endpoints follow RFC 6749; everything else uses problem+json.
mod form;
mod revoke;
mod token;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(token::issue_token).service(revoke::revoke_token);
}
