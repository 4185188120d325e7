//! Macros: what a signature or a table says once, spelled out for the libraries.
mod operation;
mod record;

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

/// Reads a struct from a row of PostgreSQL by position, its fields in the order of the columns.
///
/// The columns have the names of the fields. `#[sea_orm(table_name = "…")]` names the record in
/// errors, where there is one; otherwise the struct's own name does. An entity with an id also says
/// which of the columns that tables have in common it has.
#[proc_macro_derive(Record, attributes(sea_orm))]
pub fn record(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    record::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
