//! Getting and removing the caller's own second factor. Each step takes the password again, so that
//! a stolen access token is not enough.
use actix_web::HttpRequest;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::again::{note, say_again, wrong};
use crate::access::SetSecondFactor;
use crate::api::audit::{self, Change};
use crate::api::body::Body;
use crate::api::operation::operation;
use crate::api::reply::{NoContent, Reply};
use crate::auth::second_factor::{self, Proof};
use crate::auth::sign_in::{Checked, Code};
use crate::auth::{Gate, Permit};
use crate::db::credentials::{self, Factor};
use crate::db::{Db, Tx};
use crate::error::{self, Error, Result};
use crate::law::say;

/// The caller's password, to be asked again
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PasswordAgain {
    #[schema(example = "my-present-password", format = Password, max_length = 500)]
    pub current_password: String,
}

/// The caller's password, and a code of the second factor
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PasswordAndCode {
    #[schema(example = "my-present-password", format = Password, max_length = 500)]
    pub current_password: String,
    /// Six digits of the authenticator; to remove the factor, also a recovery code
    #[schema(example = "123456", max_length = 60)]
    pub code: String,
}

/// The seed of a second factor, shown only once
#[derive(Debug, Serialize, ToSchema)]
pub struct Seed {
    /// To be typed into an authenticator (base32; SHA-1, 6 digits, 30 seconds)
    #[schema(max_length = 60)]
    pub secret: String,
    /// The same, to be shown as a QR code
    #[schema(max_length = 300)]
    pub uri: String,
}

/// Codes that each work once in place of the authenticator's, shown only once
#[derive(Debug, Serialize, ToSchema)]
pub struct ConfirmedFactor {
    #[schema(max_items = 10)]
    pub recovery_codes: Vec<String>,
}

/// Checks the password, and the code if one is asked for.
async fn again(
    permit: &Permit<SetSecondFactor>,
    gate: &Gate,
    db: &Db,
    req: &HttpRequest,
    (password, code): (&str, Code<'_>),
) -> Result<(String, Checked)> {
    let ([login, ..], checked) =
        say_again(permit, gate, db, gate.proxies.peer(req), (password, code)).await?;
    let asked = !matches!(code, Code::NotAsked);
    if asked && checked.proof.is_none() {
        return Err(wrong(code));
    }
    if checked.enrolled && !asked {
        // the password is not recorded as right, because that would reset the count of guessed
        // codes
        return Err(not_now());
    }
    note(permit, db, (&checked, code)).await?;
    Ok((login, checked))
}

fn not_now() -> Error {
    Error::new(error::Code::InvalidTransition).detail(say(
        "Bước này không thực hiện được: đã có, chưa có hoặc vừa thay yếu tố xác thực thứ hai.",
        "Not possible now: the account has a second factor, has none, or has just begun another.",
    ))
}

/// Changes the factor and records it.
async fn set(tx: Tx, permit: &Permit<SetSecondFactor>, factor: Factor) -> Result<()> {
    let caller = permit.caller();
    let set = credentials::set_factor(caller.account, factor, Some(caller.session), tx.now());
    if tx.one(set).await? != Some((true,)) {
        return Err(not_now());
    }
    let change = Change {
        resource: "account",
        id: caller.account,
        version: 0,
        fields: vec!["second_factor".into()],
    };
    let entry = audit::entry(&tx, permit.by(), change);
    tx.last().execute(entry).await?;
    Ok(())
}

/// Begin a second factor
///
/// Put the secret into an authenticator (any TOTP app, RFC 6238) and send its first code to
/// `POST /me/second-factor/confirmations`; until then nothing changes, and beginning again gives
/// another secret. Wrong passwords are delayed and recorded, as at sign-in.
#[operation(
    post,
    "/me/second-factor",
    tag = "access",
    answer = "The secret, shown only once",
    refuses(InvalidTransition)
)]
pub async fn begin_second_factor(
    permit: Permit<SetSecondFactor>,
    gate: Data<Gate>,
    db: Data<Db>,
    req: HttpRequest,
    body: Body<PasswordAgain>,
) -> Result<Reply<Seed>> {
    let asked = (body.value.current_password.as_str(), Code::NotAsked);
    let (login, _) = again(&permit, &gate, &db, &req, asked).await?;
    let id = permit.caller().account;
    let Some(seals) = &gate.seals else {
        return Err(Error::new(crate::error::Code::Unavailable).detail(say(
            "Máy chủ chưa có khóa niêm phong (seal.key), nên chưa dùng được xác thực hai yếu tố.",
            "The server has no sealing key (seal.key) yet, so there are no second factors.",
        )));
    };
    let (sealed, secret) = second_factor::new_seed(seals, id).map_err(Error::internal)?;
    db.run(&permit, async |tx| {
        set(tx, &permit, Factor::Begun(sealed.clone())).await
    })
    .await?;
    let uri = second_factor::uri("ketnap", &login, &secret);
    Ok(Reply::new(&Seed { secret, uri }))
}

/// Confirm the second factor with its first code
///
/// From now on signing in takes a code too; the answer has ten recovery codes. All other sessions
/// end; the current one continues, with new rights after the next refresh.
#[operation(
    post,
    "/me/second-factor/confirmations",
    tag = "access",
    answer = "Recovery codes, shown only once",
    refuses(InvalidTransition)
)]
pub async fn confirm_second_factor(
    permit: Permit<SetSecondFactor>,
    gate: Data<Gate>,
    db: Data<Db>,
    req: HttpRequest,
    body: Body<PasswordAndCode>,
) -> Result<Reply<ConfirmedFactor>> {
    let PasswordAndCode {
        current_password,
        code,
    } = &body.value;
    // a mistyped code does not count as a guess
    let digits = code.chars().filter(char::is_ascii_digit).count();
    if digits != 6 || code.chars().any(char::is_alphabetic) {
        let words = say(
            "Cần sáu chữ số của ứng dụng xác thực.",
            "Six digits of the authenticator are expected.",
        );
        return Err(Error::invalid("/code", "bad_format", words));
    }
    let asked = (current_password.as_str(), Code::Given(code));
    let (_, checked) = again(&permit, &gate, &db, &req, asked).await?;
    let (Some(seed), Some(Proof::Step(step)), false) =
        (checked.seed, checked.proof, checked.enrolled)
    else {
        return Err(not_now());
    };
    let codes = second_factor::recovery_codes().map_err(Error::internal)?;
    let digests: Vec<String> = codes
        .iter()
        .map(|code| second_factor::digest(code))
        .collect();
    db.run(&permit, async |tx| {
        let factor = Factor::Confirmed(seed.clone(), step, digests.clone());
        set(tx, &permit, factor).await
    })
    .await?;
    Ok(Reply::new(&ConfirmedFactor {
        recovery_codes: codes,
    }))
}

/// Remove the caller's second factor
///
/// Takes the password and a code, or a recovery code. All other sessions end, and so does this access token:
/// refresh it.
#[operation(
    post,
    "/me/second-factor/removals",
    tag = "access",
    answer = "The password alone is enough again",
    refuses(InvalidTransition)
)]
pub async fn remove_second_factor(
    permit: Permit<SetSecondFactor>,
    gate: Data<Gate>,
    db: Data<Db>,
    req: HttpRequest,
    body: Body<PasswordAndCode>,
) -> Result<NoContent> {
    let PasswordAndCode {
        current_password,
        code,
    } = &body.value;
    let asked = (current_password.as_str(), Code::Given(code));
    let (_, checked) = again(&permit, &gate, &db, &req, asked).await?;
    if !checked.enrolled {
        return Err(not_now());
    }
    db.run(&permit, async |tx| set(tx, &permit, Factor::Removed).await)
        .await?;
    Ok(NoContent)
}
