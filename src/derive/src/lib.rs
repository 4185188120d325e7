//! Derives from a signature or a table what the libraries need spelled out.
mod operation;
mod record;

use proc_macro::TokenStream;

/// Makes a handler an operation of the API: `#[operation(post, "/departments")]`.
///
/// The document is derived from the handler: its name is the `operationId`, its doc comment the
/// summary and description, and each type in its signature describes itself through `Argument` or
/// `Answer` (`crate::api::operation`).
///
/// Besides method and path there are three settings, for what no type can express: `tag = "…"`, if it
/// is not the first segment of the path, `answer = "…"`, a description of the success response, if
/// the usual one does not fit, and `refuses(Duplicate, …)`, the codes of 409 and 422 with which the
/// work itself may be refused (what the signature implies is known: a body can be invalid).
#[proc_macro_attribute]
pub fn operation(attribute: TokenStream, item: TokenStream) -> TokenStream {
    operation::expand(attribute.into(), item.into())
        .unwrap_or_else(|e| e.to_compile_error())
        .into()
}

/// Decodes a struct from a PostgreSQL row by position: its fields in the order of the columns.
///
/// The columns are named like the fields. Errors name the record by `#[sea_orm(table_name = "…")]`
/// if present, otherwise by the struct's name. For an entity with an id, the derive also records
/// which of the common columns it has.
#[proc_macro_derive(Record, attributes(sea_orm))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    record::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
