//! The token endpoint (RFC 6749): password, client secret, refresh token.

use actix_web::body::BoxBody;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, Responder};
use uuid::Uuid;

use super::form::{Form, Refusal, basic, describe_refusal, refuse};
use super::wire::{TokenError, TokenRequest, Tokens};
use crate::access::{self, Action, Role};
use crate::api::operation::{Answer, Draft, JSON, operation};
use crate::auth::lives::Life;
use crate::auth::second_factor::{self, Proof};
use crate::auth::sign_in::{Claim, Code, check};
use crate::auth::token::{ACCESS_SECONDS, AUDIENCE, Claims};
use crate::auth::{Door, Gate, one_time};
use crate::db::{Db, credentials, functions};
use crate::error::Result;

/// Responses of the token endpoint.
pub enum TokenReply {
    Tokens(Tokens),
    Refused(Refusal),
}

impl From<Refusal> for TokenReply {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Responder for TokenReply {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        match self {
            Self::Tokens(tokens) => HttpResponse::Ok()
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .json(tokens),
            Self::Refused(refusal) => refusal.response(),
        }
    }
}

impl Answer for TokenReply {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "Tokens");
        let tokens = draft.schema::<Tokens>();
        draft.content(200, JSON, tokens);
        let refused = "The request or the grant is not valid (RFC 6749, 5.2)";
        describe_refusal(draft, refused);
        draft.answers(401, "The client's credentials are not valid");
        let error = draft.schema::<TokenError>();
        draft.content(401, JSON, error);
    }
}

struct SignedIn {
    account: Uuid,
    login: String,
    role: Role,
    organization: Uuid,
    branch: Option<Uuid>,
    version: i32,
    must_change: bool,
    second_factor: bool,
}

fn tokens(gate: &Gate, who: SignedIn, session: Uuid, refresh: Option<i32>) -> Result<Tokens> {
    let now = gate.clock.now().timestamp();
    let scope: Vec<&str> = Action::ALL
        .iter()
        .filter(|a| access::may(who.role, **a).is_some())
        .map(|a| a.wire())
        .collect();
    let scope = scope.join(" ");
    let claims = Claims {
        iss: gate.keys.issuer().to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: who.account,
        client_id: who.login,
        iat: now,
        exp: now + ACCESS_SECONDS,
        jti: Uuid::now_v7(),
        sid: session,
        ver: who.version,
        role: who.role,
        organization_id: who.organization,
        branch_id: who.branch,
        must_change: who.must_change,
        must_enrol: gate.needs_second_factor
            && second_factor::needed_by(who.role)
            && !who.second_factor,
    };
    Ok(Tokens {
        access_token: gate.keys.sign(&claims)?,
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        refresh_token: refresh.map(|n| gate.keys.refresh_token(session, n)),
        scope,
    })
}

/// Get tokens
///
/// People use `grant_type=password`, then `refresh_token` (each token works once, and if its answer
/// was lost, again for ten seconds; later it ends the session); scripts use `client_credentials`.
/// An account with a second factor sends its code, or a recovery code, as `otp`; or after the
/// password and a space, where a dialog such as Swagger UI's has no field for it.
#[operation(post, "/auth/token", tag = "access")]
pub async fn issue_token(
    door: Door,
    gate: Data<Gate>,
    db: Data<Db>,
    req: HttpRequest,
    form: Form<TokenRequest>,
) -> Result<TokenReply> {
    let Some(fields) = form.fields else {
        return Ok(refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "send application/x-www-form-urlencoded, each parameter once",
        )
        .into());
    };
    let field = |name: &str| {
        fields
            .get(name)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    };
    let client = basic(&req);
    match field("grant_type") {
        Some("password") => {
            let (Some(login), Some(secret)) = (field("username"), field("password")) else {
                return Ok(refuse(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "username and password are required",
                )
                .into());
            };
            let code = field("otp").map_or(Code::WithSecret, Code::Given);
            let shown = field("refresh_token");
            let shown = shown.and_then(|token| gate.keys.read_refresh_token(token));
            let claim = Claim {
                login,
                secret,
                code,
                device: shown.map(|(session, _)| session),
            };
            sign_in(&door, &gate, &db, &req, claim, false).await
        }
        Some("client_credentials") => {
            let pair = client
                .as_ref()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .or_else(|| Some((field("client_id")?, field("client_secret")?)));
            let Some((login, secret)) = pair else {
                return Ok(refuse(
                    StatusCode::UNAUTHORIZED,
                    "invalid_client",
                    "client_id and client_secret are required",
                )
                .into());
            };
            let claim = Claim {
                login,
                secret,
                code: Code::Script,
                device: None,
            };
            sign_in(&door, &gate, &db, &req, claim, true).await
        }
        Some("refresh_token") => match field("refresh_token") {
            Some(token) => refresh(&door, &gate, &db, &req, token).await,
            None => Ok(refuse(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "refresh_token is required",
            )
            .into()),
        },
        Some(_) => Ok(refuse(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "one of password, refresh_token, client_credentials",
        )
        .into()),
        None => Ok(refuse(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "grant_type is required",
        )
        .into()),
    }
}

async fn sign_in(
    door: &Door,
    gate: &Gate,
    db: &Db,
    req: &HttpRequest,
    claim: Claim<'_>,
    machine: bool,
) -> Result<TokenReply> {
    let address = gate.proxies.peer(req);
    let login = claim.login;
    let allowance = match claim.device {
        Some(session) => gate.limits.device(session)?,
        None => gate.limits.sign_in(login, address)?,
    };
    actix_web::HttpMessage::extensions_mut(req).insert(allowance);
    let wrong = || {
        if machine {
            refuse(
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "unknown client or wrong secret",
            )
            .into()
        } else {
            refuse(
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "unknown user, wrong password, or a code is missing, wrong or used",
            )
            .into()
        }
    };
    if login.chars().count() > 100 || claim.secret.chars().count() > 500 || login.contains('\0') {
        return Ok(wrong());
    }
    if !machine && one_time::mistyped(claim.secret) {
        let mistyped = "the one-time code is mistyped: its last letter does not fit the others";
        return Ok(refuse(StatusCode::BAD_REQUEST, "invalid_grant", mistyped).into());
    }
    let checked = check(gate, db, door, address, claim).await?;
    let right = async |right: credentials::Right| {
        let right = &right;
        db.run(door, async |tx| {
            tx.last()
                .one(credentials::open_session(right.clone()))
                .await
        })
        .await
    };
    let now = gate.clock.now();
    let Some(checked) = checked.filter(|c| machine == (c.role == Role::ServiceAccount)) else {
        // an unknown login takes as long as a wrong password
        right(credentials::Right::default()).await?;
        return Ok(wrong());
    };
    let who = SignedIn {
        account: checked.account,
        login: login.to_owned(),
        role: checked.role,
        organization: checked.organization,
        branch: checked.branch,
        version: checked.version,
        must_change: checked.must_change,
        second_factor: checked.enrolled,
    };
    let session = Uuid::now_v7();
    let until = now + Life::of(who.role).idle;
    let (step, recovery) = Proof::parts(checked.proof.as_ref());
    let opened = credentials::Right {
        session: Some(session),
        account: who.account,
        now,
        until,
        attempt: checked.attempt,
        given: checked.given.clone(),
        hash: None,
        step,
        recovery,
    };
    if right(opened).await? != Some((true,)) {
        return Ok(wrong());
    }
    if checked.outdated {
        let upgraded = credentials::Right {
            account: who.account,
            now,
            given: checked.given.clone(),
            hash: Some(gate.passwords.hash(checked.secret.clone()).await?),
            ..credentials::Right::default()
        };
        right(upgraded).await?;
    }
    let answer = tokens(gate, who, session, (!machine).then_some(0))?;
    Ok(TokenReply::Tokens(answer))
}

async fn refresh(
    door: &Door,
    gate: &Gate,
    db: &Db,
    req: &HttpRequest,
    token: &str,
) -> Result<TokenReply> {
    let ended = || {
        refuse(
            StatusCode::BAD_REQUEST,
            "invalid_grant",
            "the refresh token is not valid any more: sign in again",
        )
        .into()
    };
    let Some((session, counter)) = gate.keys.read_refresh_token(token) else {
        return Ok(ended());
    };
    let row = db
        .run(door, async |tx| {
            let (now, address) = (gate.clock.now(), gate.proxies.peer(req).to_string());
            let rotate = functions::rotate(session, Some(counter), now, Life::table(), address);
            tx.last().one(rotate).await
        })
        .await?;
    let Some(row) = row else { return Ok(ended()) };
    let who = SignedIn {
        account: row.account_id,
        login: row.login,
        role: row.role,
        organization: row.organization_id,
        branch: row.branch_id,
        version: row.session_version,
        must_change: row.must_change,
        second_factor: row.second_factor,
    };
    Ok(TokenReply::Tokens(tokens(
        gate,
        who,
        session,
        Some(row.counter),
    )?))
}
