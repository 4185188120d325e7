//! Attribute macros: what a handler's signature says once, spelled out for actix and utoipa.
mod operation;

use proc_macro::TokenStream;

/// A handler is an operation of the API: `#[operation(post, "/departments")]`.
///
/// Everything that the document says about it is read from the handler: its name is the
/// `operationId`, its doc comment the summary and description, and every type in its signature
/// says what it stands for through `Argument` and `Answer` (`crate::api::operation`).
///
/// Besides method and path there are two settings, for what no type can say:
/// `tag = "…"` where it is not the first segment of the path, and
/// `answer = "…"`, the description of the success, where the usual one does not fit.
#[proc_macro_attribute]
pub fn operation(attribute: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(attribute.into(), item.into())
        .unwrap_or_else(|e| e.to_compile_error())
        .into()
}
