//! Signing in and out, and oneself. The token endpoint speaks RFC 6749; everything else speaks
//! problem+json.
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::pin::Pin;

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, Responder};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{self, Action, ChangePassword, Reach, ReadMe, Role};
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::operation::{Answer, Argument, Draft, JSON, operation};
use crate::api::reply::{NoContent, Reply};
use crate::auth::token::{ACCESS_SECONDS, AUDIENCE, Claims, SESSION_DAYS};
use crate::auth::{Door, Gate, Permit, password};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::law::say;

/// Tokens as RFC 6749
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// JWT as RFC 9068; send it as `Authorization: Bearer …`
    #[schema(max_length = 4000)]
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds
    #[schema(example = 900, minimum = 1, maximum = 86400)]
    pub expires_in: i64,
    /// Gives new tokens once; null for service accounts
    #[schema(required = true, max_length = 400)]
    pub refresh_token: Option<String>,
    /// Permissions, separated by spaces
    #[schema(max_length = 4000)]
    pub scope: String,
}

/// What the token endpoint takes, as a form
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "a schema; the form is read by hand to answer as RFC 6749 asks"
)]
pub struct TokenRequest {
    #[schema(example = "password")]
    grant_type: GrantType,
    /// With `password`
    #[schema(example = "office", max_length = 100)]
    username: Option<String>,
    /// With `password`
    #[schema(format = Password, max_length = 500)]
    password: Option<String>,
    /// With `refresh_token`
    #[schema(max_length = 400)]
    refresh_token: Option<String>,
    /// With `client_credentials`: the login of a service account (or HTTP Basic)
    #[schema(max_length = 100)]
    client_id: Option<String>,
    /// With `client_credentials` (or HTTP Basic)
    #[schema(format = Password, max_length = 500)]
    client_secret: Option<String>,
    /// Accepted and ignored: a token has all permissions of its role
    #[schema(max_length = 4000)]
    scope: Option<String>,
}

/// How to sign in
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum GrantType {
    Password,
    RefreshToken,
    ClientCredentials,
}

/// A token to be ended, as RFC 7009
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "a schema")]
pub struct RevokeRequest {
    /// An access or a refresh token; its session ends
    #[schema(example = "what-the-sign-in-answered", max_length = 4000)]
    token: String,
    /// Accepted and ignored
    #[schema(max_length = 40)]
    token_type_hint: Option<String>,
}

/// An error of the token endpoint as RFC 6749
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenError {
    #[schema(example = "invalid_grant", max_length = 60)]
    pub error: &'static str,
    #[schema(max_length = 500)]
    pub error_description: String,
}

/// Oneself
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    pub account_id: Uuid,
    #[schema(example = "office", max_length = 100)]
    pub login: String,
    #[schema(max_length = 200)]
    pub display_name: String,
    pub role: Role,
    pub organization_id: Uuid,
    /// The own branch of a branch committee; null for other roles
    #[schema(required = true)]
    pub branch_id: Option<Uuid>,
    /// Branches within reach as a person's reader: the own one, or those watched over
    #[schema(max_items = 1000)]
    pub branch_ids: Vec<Uuid>,
    /// Everything this role may do, and how far
    #[schema(max_items = 200)]
    pub permissions: Vec<Granted>,
    /// A password must be set first
    pub must_change_password: bool,
}

/// One permission
#[derive(Debug, Serialize, ToSchema)]
pub struct Granted {
    #[schema(example = "branches.read", max_length = 60)]
    pub action: &'static str,
    pub reach: Reach,
}

/// A new password for oneself
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewPassword {
    /// The present one, or the one-time code
    #[schema(example = "my-present-password", format = Password, max_length = 500)]
    pub current_password: String,
    /// At least 15 characters
    #[schema(example = "my-new-long-password", format = Password, min_length = 15, max_length = 500)]
    pub new_password: String,
}

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(issue_token)
        .service(revoke_token)
        .service(get_me)
        .service(set_password);
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Fields of a form, unknown ones included.
const MOST_FIELDS: usize = 20;

/// A form as the document shows it in `T`; none if it is no form, or a parameter stands twice.
pub struct Form<T> {
    fields: Option<BTreeMap<String, String>>,
    shown: PhantomData<T>,
}

impl<T: 'static> FromRequest for Form<T> {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = Bytes::from_request(req, payload);
        let is_form = req.content_type().eq_ignore_ascii_case(FORM);
        Box::pin(async move {
            let bytes = bytes.await?;
            Ok(Self {
                fields: is_form.then(|| fields(&bytes)).flatten(),
                shown: PhantomData,
            })
        })
    }
}

fn fields(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(bytes).into_owned() {
        if fields.insert(name, value).is_some() {
            return None; // RFC 6749, 3.2: a parameter stands once
        }
    }
    (fields.len() <= MOST_FIELDS).then_some(fields)
}

impl<T: ToSchema> Argument for Form<T> {
    fn describe(draft: &mut Draft) {
        let schema = draft.schema::<T>();
        draft.takes(FORM, schema);
    }
}

/// RFC 6749 has its own words for errors.
pub struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

const fn refuse(status: StatusCode, error: &'static str, description: &'static str) -> Refusal {
    Refusal {
        status,
        error,
        description,
    }
}

impl Refusal {
    fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"ketnap\""));
        }
        response.json(TokenError {
            error: self.error,
            error_description: self.description.to_owned(),
        })
    }
}

/// What the token endpoint answers.
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
        let error = draft.schema::<TokenError>();
        let refused = "The request or the grant is not valid (RFC 6749, 5.2)";
        for (status, about) in [
            (400, refused),
            (401, "The client's credentials are not valid"),
        ] {
            draft.answers(status, about);
            draft.content(status, JSON, error.clone());
        }
    }
}

/// What the revocation endpoint answers.
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
        draft.answers(400, "The request is not valid");
        let error = draft.schema::<TokenError>();
        draft.content(400, JSON, error);
    }
}

fn basic(req: &HttpRequest) -> Option<(String, String)> {
    let value = req.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, code) = value.split_once(' ')?;
    let pair = scheme
        .eq_ignore_ascii_case("basic")
        .then(|| STANDARD.decode(code.trim()).ok())??;
    let text = String::from_utf8(pair).ok()?;
    text.split_once(':')
        .map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

struct SignedIn {
    account: Uuid,
    login: String,
    role: Role,
    organization: Uuid,
    branch: Option<Uuid>,
    version: i32,
    must_change: bool,
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
        scope: scope.clone(),
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
/// For people `grant_type=password`; to go on, `refresh_token` (each works once); for scripts `client_credentials`.
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
            sign_in(&door, &gate, &db, &req, (login, secret), false).await
        }
        Some("client_credentials") => {
            let pair = client
                .as_ref()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .or_else(|| Some((field("client_id")?, field("client_secret")?)));
            let Some(pair) = pair else {
                return Ok(refuse(
                    StatusCode::UNAUTHORIZED,
                    "invalid_client",
                    "client_id and client_secret are required",
                )
                .into());
            };
            sign_in(&door, &gate, &db, &req, pair, true).await
        }
        Some("refresh_token") => match field("refresh_token") {
            Some(token) => refresh(&door, &gate, &db, token).await,
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
    (login, secret): (&str, &str),
    machine: bool,
) -> Result<TokenReply> {
    let allowance = gate.limits.sign_in(login, crate::api::http::peer(req))?;
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
                "unknown user or wrong password",
            )
            .into()
        }
    };
    if login.chars().count() > 100 || secret.chars().count() > 500 || login.contains('\0') {
        return Ok(wrong());
    }
    let found = db
        .read(door, async |tx| {
            let rows = tx.rows("select account_id, role, organization_id, branch_id, session_version, secret_hash, must_change, usable_until, disabled from app.sign_in($1)", vec![login.into()]).await?;
            Ok(rows.into_iter().next())
        })
        .await?;
    let hash = found.as_ref().map(|r| r.get::<_, String>(5));
    let right = gate.passwords.verify(secret.to_owned(), hash).await?;
    let now = gate.clock.now();
    let Some(row) = found.filter(|r| {
        right
            && !r.get::<_, bool>(8)
            && r.get::<_, Option<DateTime<Utc>>>(7)
                .is_none_or(|until| until > now)
    }) else {
        return Ok(wrong());
    };
    let role: Role = row.try_get(1).map_err(Error::internal)?;
    if machine != (role == Role::ServiceAccount) {
        return Ok(wrong());
    }
    let who = SignedIn {
        account: row.get(0),
        login: login.to_owned(),
        role,
        organization: row.get(2),
        branch: row.get(3),
        version: row.get(4),
        must_change: row.get(6),
    };
    let session = Uuid::now_v7();
    let until = if machine {
        now + TimeDelta::seconds(ACCESS_SECONDS)
    } else {
        now + TimeDelta::days(SESSION_DAYS)
    };
    let account = who.account;
    db.run(door, async |tx| {
        tx.last()
            .rows(
                "select app.open_session($1, $2, $3, $4)",
                vec![session.into(), account.into(), now.into(), until.into()],
            )
            .await
            .map(drop)
    })
    .await?;
    let answer = tokens(gate, who, session, (!machine).then_some(0))?;
    Ok(TokenReply::Tokens(answer))
}

async fn refresh(door: &Door, gate: &Gate, db: &Db, token: &str) -> Result<TokenReply> {
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
            let rows = tx
                .last().rows(
                    "select r.counter, r.account_id, r.login, r.role, r.organization_id, r.branch_id, r.session_version, r.must_change from app.rotate($1, $2, $3) r",
                    vec![session.into(), counter.into(), gate.clock.now().into()],
                )
                .await?;
            Ok(rows.into_iter().next())
        })
        .await?;
    let Some(row) = row else { return Ok(ended()) };
    let role: Role = row.try_get(3).map_err(Error::internal)?;
    let who = SignedIn {
        account: row.get(1),
        login: row.get(2),
        role,
        organization: row.get(4),
        branch: row.get(5),
        version: row.get(6),
        must_change: row.get(7),
    };
    Ok(TokenReply::Tokens(tokens(
        gate,
        who,
        session,
        Some(row.get(0)),
    )?))
}

/// End a session
///
/// Answers 200 whether or not the token was known (RFC 7009).
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
        .or_else(|| gate.keys.verify(&token, now).ok().map(|c| c.sid));
    if let Some(session) = session {
        db.run(&door, async |tx| {
            tx.last()
                .rows(
                    "select app.revoke_session($1, $2)",
                    vec![session.into(), now.into()],
                )
                .await
                .map(drop)
        })
        .await?;
    }
    Ok(RevokeReply::Ended)
}

/// See oneself
#[operation(
    get,
    "/me",
    tag = "access",
    answer = "Account, role, reach and permissions"
)]
pub async fn get_me(permit: Permit<ReadMe>, db: Data<Db>) -> Result<Reply<Me>> {
    let row = db
        .read(&permit, async |tx| {
            let sql = "select a.login, a.display_name, a.organization_id, a.branch_id, app.branches() from account a where a.id = app.account()";
            tx.last().rows(sql, vec![]).await?.into_iter().next().ok_or_else(Error::not_found)
        })
        .await?;
    let role = permit.role();
    let me = Me {
        account_id: permit.caller().account,
        login: row.get(0),
        display_name: row.get(1),
        role,
        organization_id: row.get(2),
        branch_id: row.get(3),
        branch_ids: row.get(4),
        permissions: Action::ALL
            .iter()
            .filter_map(|a| {
                access::may(role, *a).map(|reach| Granted {
                    action: a.wire(),
                    reach,
                })
            })
            .collect(),
        must_change_password: permit.must_change(),
    };
    Ok(Reply::new(&me))
}

/// Set one's own password
///
/// Every other session of the account ends; the present one goes on, with new rights after the next refresh.
#[operation(post, "/me/password", tag = "access", answer = "The password is set")]
pub async fn set_password(
    permit: Permit<ChangePassword>,
    gate: Data<Gate>,
    db: Data<Db>,
    body: Body<NewPassword>,
) -> Result<NoContent> {
    let account = permit.caller().account;
    let stored = db
        .read(&permit, async |tx| {
            let rows = tx
                .last()
                .rows(
                    "select app.own_secret(), (select login from account where id = app.account())",
                    vec![],
                )
                .await?;
            Ok(rows
                .first()
                .map(|r| (r.get::<_, Option<String>>(0), r.get::<_, Option<String>>(1))))
        })
        .await?;
    let (hash, login) = stored.unwrap_or_default();
    if !gate
        .passwords
        .verify(body.value.current_password.clone(), hash)
        .await?
    {
        return Err(Error::invalid(
            "/current_password",
            "wrong_password",
            say(
                "Mật khẩu hiện tại không đúng.",
                "The current password is wrong.",
            ),
        ));
    }
    if let Some(why) = password::weakness(&body.value.new_password, &login.unwrap_or_default()) {
        return Err(Error::invalid("/new_password", "weak_password", why));
    }
    let hash = gate.passwords.hash(body.value.new_password.clone()).await?;
    db.run(&permit, async |tx| {
        let keep: Option<Uuid> = Some(permit.caller().session);
        tx.rows(
            "select app.set_secret($1, $2, false, null, $3, $4)",
            vec![
                account.into(),
                hash.clone().into(),
                keep.into(),
                tx.now().into(),
            ],
        )
        .await?;
        let change = Change {
            resource: "account",
            id: account,
            version: 0,
            fields: vec!["password".into()],
        };
        let entry = audit::entry(&tx, &permit, change);
        tx.last().execute(entry).await
    })
    .await?;
    Ok(NoContent)
}
