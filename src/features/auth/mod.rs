//! Signing in and out. These endpoints follow RFC 6749; everything else uses problem+json.
mod form;
mod revoke;
mod token;
mod wire;

use crate::api::routes::Routes;

pub fn configure(v1: &mut Routes) {
    v1.service(token::issue_token).service(revoke::revoke_token);
}
