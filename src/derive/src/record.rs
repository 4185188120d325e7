//! `#[derive(Record)]`.
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Error, Fields, Ident, LitStr};

/// The entity's table name.
fn table(input: &DeriveInput) -> syn::Result<Option<String>> {
    let mut table = None;
    for attribute in &input.attrs {
        if attribute.path().is_ident("sea_orm") {
            attribute.parse_nested_meta(|meta| {
                let value: LitStr = meta.value()?.parse()?;
                if meta.path.is_ident("table_name") {
                    table = Some(value.value());
                }
                Ok(())
            })?;
        }
    }
    Ok(table)
}

/// Which of the common columns this table has, if it has an id.
fn common(fields: &[&Ident]) -> Option<TokenStream> {
    let has = |name: &str| fields.iter().any(|field| *field == name);
    let optional = [
        ("organization_id", "ORGANIZATION_ID", "OrganizationId"),
        ("version", "VERSION", "Version"),
        ("created_at", "CREATED_AT", "CreatedAt"),
        ("updated_at", "UPDATED_AT", "UpdatedAt"),
        ("deleted_at", "DELETED_AT", "DeletedAt"),
    ];
    let present = optional.iter().filter(|(field, ..)| has(field));
    let consts = present.map(|(_, name, column)| {
        let (name, column) = (format_ident!("{name}"), format_ident!("{column}"));
        quote!(const #name: ::core::option::Option<Column> = ::core::option::Option::Some(Column::#column);)
    });
    let version = if has("version") {
        quote!(row.version)
    } else {
        quote!(1)
    };
    has("id").then(|| {
        quote! {
            impl ::ketnap_tables::Table for Entity {
                const ID: Column = Column::Id;
                #(#consts)*
                fn key(row: &Model) -> (::uuid::Uuid, i32) {
                    (row.id, #version)
                }
            }
        }
    })
}

pub fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let Data::Struct(data) = &input.data else {
        return Err(Error::new(name.span(), "a record is a struct"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new(name.span(), "a record has named fields"));
    };
    let table = table(input)?;
    let called = table.clone().unwrap_or_else(|| name.to_string());
    let types = fields.named.iter().map(|f| &f.ty);
    let fields: Vec<_> = fields.named.iter().flat_map(|f| &f.ident).collect();
    let common = table.and_then(|_| common(&fields));
    let columns = fields.iter().map(|field| field.unraw().to_string());
    let places = 0..fields.len();
    Ok(quote! {
        #common
        impl ::ketnap_tables::Record for #name {
            const NAME: &'static str = #called;
            const COLUMNS: &'static [&'static str] = &[#(#columns),*];
            const TYPES: &'static [fn(&::tokio_postgres::types::Type) -> bool] =
                &[#(::ketnap_tables::accepts::<#types>),*];
            fn read(
                row: &::tokio_postgres::Row,
            ) -> ::core::result::Result<Self, ::ketnap_tables::Unreadable> {
                Ok(Self { #(#fields: ::ketnap_tables::column(row, #places)?),* })
            }
        }
    })
}
