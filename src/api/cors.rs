//! Refusals of pages of other origins, in words.
use actix_cors::CorsError;

use super::headers::invalid;
use crate::error::Error;
use crate::law::say;

/// What a page has asked for in vain, by the header that asks.
pub(super) fn refused(why: &CorsError) -> Error {
    use CorsError::{
        BadRequestHeaders, BadRequestMethod, HeadersNotAllowed, MethodNotAllowed,
        MissingRequestMethod,
    };
    if matches!(
        why,
        MethodNotAllowed | BadRequestMethod | MissingRequestMethod
    ) {
        let words = say(
            "Trang từ nguồn khác không được dùng phương thức này.",
            "Pages of other origins may not use this method.",
        );
        return invalid("Access-Control-Request-Method", words);
    }
    if matches!(why, HeadersNotAllowed | BadRequestHeaders) {
        let words = say(
            "Trang từ nguồn khác không được gửi một trong các tiêu đề này.",
            "Pages of other origins may not send one of these headers.",
        );
        return invalid("Access-Control-Request-Headers", words);
    }
    let words = say(
        "Máy chủ không nhận yêu cầu của trang từ nguồn này (KETNAP_CORS_ORIGINS).",
        "The service takes no requests of pages of this origin (KETNAP_CORS_ORIGINS).",
    );
    invalid("Origin", words)
}
