//! Wire types of the sign-in endpoints, with the names of RFC 6749 and 7009.

use serde::Serialize;
use utoipa::ToSchema;

use crate::law::words::GrantType;

/// Tokens as defined in RFC 6749
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// JWT as defined in RFC 9068; send it as `Authorization: Bearer …`
    #[schema(max_length = 4000)]
    pub access_token: String,
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Lifetime in seconds
    #[schema(example = 900, minimum = 1, maximum = 86400)]
    pub expires_in: i64,
    /// Exchanged once for new tokens; null for service accounts
    #[schema(required = true, max_length = 400)]
    pub refresh_token: Option<String>,
    /// Permissions, separated by spaces
    #[schema(max_length = 4000)]
    pub scope: String,
}

/// Form body of the token endpoint
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "a schema; the form is read by hand to answer as RFC 6749 asks"
)]
pub struct TokenRequest {
    #[schema(example = "password")]
    grant_type: GrantType,
    /// With `password`: the login
    #[schema(example = "office", max_length = 100)]
    username: Option<String>,
    /// With `password`: the password
    #[schema(format = Password, max_length = 500)]
    password: Option<String>,
    /// With `password`, if the account has a second factor: the code of its authenticator, or a
    /// recovery code
    #[schema(max_length = 60)]
    otp: Option<String>,
    /// With `refresh_token`: the token. With `password`: the last one that this device was given, if any, whether it is
    /// still valid or not; what others try from the same address then does not delay the device
    #[schema(max_length = 400)]
    refresh_token: Option<String>,
    /// With `client_credentials`: the login of a service account (or HTTP Basic)
    #[schema(max_length = 100)]
    client_id: Option<String>,
    /// With `client_credentials`: the client secret (or HTTP Basic)
    #[schema(format = Password, max_length = 500)]
    client_secret: Option<String>,
    /// Accepted and ignored: a token has all permissions of its role
    #[schema(max_length = 4000)]
    scope: Option<String>,
}

/// Form body of the revocation endpoint (RFC 7009)
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "a schema")]
pub struct RevokeRequest {
    /// An access or refresh token whose session ends
    #[schema(example = "what-the-sign-in-answered", max_length = 4000)]
    token: String,
    /// Accepted and ignored
    #[schema(max_length = 40)]
    token_type_hint: Option<String>,
}

/// Error response of the token endpoint (RFC 6749)
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenError {
    #[schema(example = "invalid_grant", max_length = 60)]
    pub error: &'static str,
    #[schema(max_length = 500)]
    pub error_description: String,
}
