//! Refusals of pages of other origins, in words.
use actix_cors::CorsError;

use super::headers::invalid;
use crate::error::Error;
use crate::law::say;

/// The refusal, at the header by which the page has asked.
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
            "Trang từ nguồn khác không được gửi ít nhất một trong các tiêu đề này.",
            "At least one of these headers may not be sent by pages of other origins.",
        );
        return invalid("Access-Control-Request-Headers", words);
    }
    let words = say(
        "Dịch vụ không nhận yêu cầu từ trang thuộc nguồn này (KETNAP_CORS_ORIGINS).",
        "The service accepts no requests from pages of this origin (KETNAP_CORS_ORIGINS).",
    );
    invalid("Origin", words)
}
