//! Authentication and authorisation. A handler takes a `Permit<P>`, which only a caller with
//! permission `P` can obtain.
pub mod cursors;
pub mod limits;
pub mod lives;
mod office;
pub mod one_time;
pub mod password;
pub mod proxies;
pub mod second_factor;
pub mod sign_in;
pub mod token;
mod usual;

pub use office::Office;

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::{self, Header as _};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use uuid::Uuid;

use crate::access::{self, Action, Permission, Reach, Role, Sensitivity, Show};
use crate::api::body;
use crate::api::contract::Contract;
use crate::api::headers::{self, lines, once};
use crate::api::http;
use crate::api::wrong;
use crate::clock::Clock;
use crate::db::{Db, Entry, Identity};
use crate::error::{Code, Error, Lang, Result};
use crate::law::say;
use crate::sealing::Seals;

/// What authentication needs; shared by all workers.
pub struct Gate {
    pub keys: token::Keys,
    pub clock: Clock,
    pub contract: Arc<Contract>,
    pub limits: limits::Limits,
    pub passwords: password::Passwords,
    pub proxies: proxies::Proxies,
    /// None where the keys folder has no sealing key: then there are no second factors, and citizen
    /// numbers, phones and addresses are neither shown nor written. So are these where it has no
    /// index key.
    pub seals: Option<Arc<Seals>>,
    /// Whether accounts that can see persons unmasked need a second factor.
    pub needs_second_factor: bool,
}

/// The account behind a request, as its token claims. The database trusts only the session row.
#[derive(Clone, Debug)]
pub struct Caller {
    pub account: Uuid,
    pub role: Role,
    pub organization: Uuid,
    pub branch: Option<Uuid>,
    pub session: Uuid,
    version: i32,
    must_change: bool,
}

/// Request headers with a meaning in the API's conventions.
#[derive(Clone, Debug, Default)]
pub struct Call {
    pub idempotency_key: Option<String>,
    /// `POST /api/v1/candidates/{id}/...` with the real id: the scope of the Idempotency-Key.
    pub route: String,
    pub request_id: String,
    /// Whether the caller prefers English texts.
    pub english: bool,
}

/// Proof that the caller holds permission `P`. Only this extractor makes one, and without one `Db`
/// opens no transaction.
#[derive(Clone, Debug)]
pub struct Permit<P> {
    caller: Caller,
    reach: Reach,
    pub call: Call,
    _p: PhantomData<P>,
}

impl<P> Permit<P> {
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
    pub fn reach(&self) -> Reach {
        self.reach
    }
    pub fn role(&self) -> Role {
        self.caller.role
    }
    /// Whether the account may do nothing but change its password.
    pub fn must_change(&self) -> bool {
        self.caller.must_change
    }
    /// How the caller sees a field of this class.
    pub fn show(&self, class: Sensitivity, submitted: bool) -> Show {
        access::show(self.caller.role, class, submitted)
    }
}

/// Who does what in which request: a permit without its type parameter, so that code that needs no
/// more is compiled once and not for each permission. Only a permit gives one.
#[derive(Clone, Copy)]
pub struct By<'a> {
    pub caller: &'a Caller,
    pub reach: Reach,
    pub call: &'a Call,
    pub action: Action,
    _only: PhantomData<()>,
}

impl By<'_> {
    pub fn role(&self) -> Role {
        self.caller.role
    }
}

impl<P: Permission> Permit<P> {
    pub fn by(&self) -> By<'_> {
        By {
            caller: &self.caller,
            reach: self.reach,
            call: &self.call,
            action: P::ACTION,
            _only: PhantomData,
        }
    }
}

impl Caller {
    fn identity(&self) -> Identity {
        Identity::Session {
            id: self.session,
            version: self.version,
        }
    }
}

impl<P> Entry for Permit<P> {
    fn identity(&self) -> Identity {
        self.caller.identity()
    }
}

/// Who a well-signed token says is behind a request: for the log, and to ask whether the session is alive.
#[derive(Clone, Debug)]
pub struct Signed(Caller);

impl Signed {
    pub fn account(&self) -> Uuid {
        self.0.account
    }
}

impl Entry for Signed {
    fn identity(&self) -> Identity {
        self.0.identity()
    }
}

/// 401 instead of a refusal that was decided without the database, if the session has ended: the
/// holder of its token learns nothing else, not even the faults of the request.
pub async fn ended(req: &HttpRequest, refusal: &Error) -> Option<Error> {
    let early = matches!(
        refusal.code().status().as_u16(),
        400 | 403 | 406 | 408 | 413 | 415 | 422 | 428
    );
    let signed = req
        .extensions()
        .get::<Signed>()
        .filter(|_| early)
        .cloned()?;
    let db = req.app_data::<Data<Db>>()?;
    // releases the request's own place, for which it would otherwise wait itself
    drop(req.extensions_mut().remove::<limits::Place>());
    let asked = async {
        let _place = gate(req)?.limits.place(signed.account()).await?;
        db.admit(&signed).await
    };
    asked.await.err()
}

impl Entry for By<'_> {
    fn identity(&self) -> Identity {
        self.caller.identity()
    }
}

/// The permit for signing in: gives access to the sign-in functions and to no table.
#[derive(Debug)]
pub struct Door(pub Call);

impl Entry for Door {
    fn identity(&self) -> Identity {
        Identity::Door
    }
}

impl FromRequest for Door {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(call_of(req, None).map(Self))
    }
}

/// Set by the outermost middleware.
#[derive(Clone)]
pub struct RequestId(pub String);

pub fn gate(req: &HttpRequest) -> Result<&Data<Gate>> {
    req.app_data::<Data<Gate>>()
        .ok_or_else(|| Error::internal(anyhow::anyhow!("no gate")))
}

/// Parsed here because scheme names are case-insensitive (RFC 9110, 11.1), while actix-web-httpauth
/// accepts `Bearer` only.
fn bearer(req: &HttpRequest) -> Result<&str> {
    once(req, "Authorization", 16_384)
        .ok()
        .flatten()
        .and_then(|v| v.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Error::new(Code::Unauthenticated))
}

/// The Idempotency-Key of the request.
fn key_of(req: &HttpRequest) -> Result<Option<String>> {
    match once(req, "Idempotency-Key", 200)? {
        Some(key) if key.is_empty() || !key.bytes().all(|b| b.is_ascii_graphic()) => {
            let detail = say(
                "Khóa gồm 1 đến 200 ký tự ASCII, không có dấu cách.",
                "The key must be 1 to 200 visible ASCII characters, without blanks.",
            );
            Err(headers::invalid("Idempotency-Key", detail))
        }
        key => Ok(key.map(str::to_owned)),
    }
}

/// Reads the convention headers and rejects what the operation does not support, before any work is
/// done: all that is wrong with path, query and headers at once.
fn call_of(req: &HttpRequest, role: Option<Role>) -> Result<Call> {
    let operation = gate(req)?.contract.operation_of(req);
    let query = operation.map_or(Ok(()), |o| o.check_query(req.query_string()));
    let mut own: Vec<Error> = query.err().into_iter().collect();
    let accept = lines(req, "Accept", 2000).unwrap_or_else(|error| {
        own.push(error);
        None
    });
    let idempotency_key = key_of(req).unwrap_or_else(|error| {
        own.push(error);
        None
    });
    // an Idempotency-Key is scoped to a path, so a path must have only one spelling
    if let Some(given) = req.match_info().get("id")
        && !given.parse().is_ok_and(|id: Uuid| id.to_string() == given)
    {
        own.push(http::bad_id());
    }
    wrong::at_once(req, role, own)?;
    if let Some(operation) = operation {
        if accept.is_some_and(|accept| !accept.trim().is_empty()) {
            let accept = header::Accept::parse(req).unwrap_or(header::Accept(Vec::new()));
            operation.check_accept(&accept)?;
        }
        body::expect_none(req, operation)?;
    }
    Ok(Call {
        idempotency_key,
        // percent-decoded, because an escaped character does not make another path
        route: format!("{} {}", req.method(), req.match_info().get_ref().path()),
        english: Lang::parse(
            req.headers()
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|v| v.to_str().ok()),
        ) == Lang::En,
        request_id: req
            .extensions()
            .get::<RequestId>()
            .map(|r| r.0.clone())
            .unwrap_or_default(),
    })
}

/// What a permit for the action holds; one function for all permissions, of which there are many.
async fn permitted(req: &HttpRequest, action: Action) -> Result<(Caller, Reach, Call)> {
    let gate = gate(req)?;
    let claims = gate.keys.verify(bearer(req)?, gate.clock.now())?;
    let caller = Caller {
        account: claims.sub,
        role: claims.role,
        organization: claims.organization_id,
        branch: claims.branch_id,
        session: claims.sid,
        version: claims.ver,
        must_change: claims.must_change,
    };
    req.extensions_mut().insert(Signed(caller.clone()));
    let allowance = gate.limits.account(claims.sub, claims.role)?;
    req.extensions_mut().insert(allowance);
    if claims.must_change && !matches!(action, Action::ReadMe | Action::ChangePassword) {
        return Err(Error::new(Code::PasswordChangeRequired));
    }
    let own = matches!(
        action,
        Action::ReadMe | Action::ChangePassword | Action::SetSecondFactor
    );
    if claims.must_enrol && !own {
        return Err(Error::new(Code::SecondFactorRequired).detail(say(
            "Vai trò này phải có yếu tố xác thực thứ hai: POST /api/v1/me/second-factor.",
            "This role needs a second factor: POST /api/v1/me/second-factor.",
        )));
    }
    let Some(reach) = access::may(claims.role, action) else {
        let needs = action.wire();
        let roles = |name: fn(Role) -> &'static str| {
            let names = access::allowed(action).map(|(role, _)| name(role));
            names.collect::<Vec<_>>().join(", ")
        };
        return Err(Error::new(Code::Forbidden).detail(say(
            format!("Việc này chỉ dành cho: {}.", roles(Role::vi)),
            format!(
                "This needs the permission {needs}, which these roles have: {}.",
                roles(Role::en)
            ),
        )));
    };
    let call = call_of(req, Some(claims.role))?;
    let place = gate.limits.place(caller.account).await?;
    // held until the request is answered
    req.extensions_mut().insert(place);
    Ok((caller, reach, call))
}

impl<P: Permission> FromRequest for Permit<P> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let (caller, reach, call) = permitted(&req, P::ACTION).await?;
            Ok(Permit {
                caller,
                reach,
                call,
                _p: PhantomData,
            })
        })
    }
}
