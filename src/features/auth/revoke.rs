//! Token revocation (RFC 7009).

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};

use serde_json::Value;

use super::form::{Form, Refusal, describe_refusal, refuse};
use super::wire::RevokeRequest;
use crate::api::operation::{Answer, Draft, operation};
use crate::auth::{Door, Gate};
use crate::db::{Db, functions};
use crate::error::Result;

/// Responses of the revocation endpoint.
pub enum RevokeReply {
    Ended,
    Refused(Refusal),
}

impl Responder for RevokeReply {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::Ended => HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .finish(),
            Self::Refused(refusal) => refusal.response(),
        }
    }
}

impl Answer for RevokeReply {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "The session is ended");
        describe_refusal(draft, "The request is not valid");
    }
}

/// End a session
///
/// Answers 200 whether or not the token was valid (RFC 7009).
#[operation(post, "/auth/revoke", tag = "access")]
pub async fn revoke_token(
    door: Door,
    gate: Data<Gate>,
    db: Data<Db>,
    form: Form<RevokeRequest>,
) -> Result<RevokeReply> {
    let Some(token) = form.fields.and_then(|mut f| f.remove("token")) else {
        return Ok(RevokeReply::Refused(refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "token is required",
        )));
    };
    let now = gate.clock.now();
    let session = gate
        .keys
        .read_refresh_token(&token)
        .map(|(s, _)| s)
        .or_else(|| gate.keys.session_of(&token));
    if let Some(session) = session {
        db.run(&door, async |tx| {
            let revoke = functions::rotate(session, None, now, Value::Null, String::new());
            tx.last().execute(revoke).await
        })
        .await?;
    }
    Ok(RevokeReply::Ended)
}
