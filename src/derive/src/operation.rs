//! `#[operation]`: a handler's route, and the draft of its documentation.
use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Expr, FnArg, Ident, ItemFn, Lit, LitStr, Meta, ReturnType, Token, parenthesized,
};

/// `post, "/departments", tag = "…", answer = "…", refuses(Duplicate)`
struct Settings {
    method: Ident,
    path: LitStr,
    tag: Option<LitStr>,
    answer: Option<LitStr>,
    refuses: Vec<Ident>,
}

impl Parse for Settings {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let method: Ident = input.parse()?;
        input.parse::<Token![,]>()?;
        let mut settings = Self {
            method,
            path: input.parse()?,
            tag: None,
            answer: None,
            refuses: Vec::new(),
        };
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            let name: Ident = input.parse()?;
            if name == "refuses" {
                let codes;
                parenthesized!(codes in input);
                let codes = Punctuated::<Ident, Token![,]>::parse_terminated(&codes)?;
                settings.refuses = codes.into_iter().collect();
                continue;
            }
            input.parse::<Token![=]>()?;
            let place = match name.to_string().as_str() {
                "tag" => &mut settings.tag,
                "answer" => &mut settings.answer,
                _ => {
                    let expected = "expected `tag`, `answer` or `refuses(…)`";
                    return Err(syn::Error::new(name.span(), expected));
                }
            };
            *place = Some(input.parse()?);
        }
        Ok(settings)
    }
}

pub fn expand(attribute: TokenStream, item: TokenStream) -> syn::Result<TokenStream> {
    let settings: Settings = syn::parse2(attribute)?;
    let handler: ItemFn = syn::parse2(item)?;
    let Settings { method, path, .. } = &settings;
    let name = &handler.sig.ident;
    let id = name.to_string();
    let (summary, description) = documentation(&handler.attrs);
    if summary.is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "an operation needs a doc comment",
        ));
    }
    let mut arguments = Vec::new();
    for argument in &handler.sig.inputs {
        match argument {
            FnArg::Typed(argument) => arguments.push(&argument.ty),
            FnArg::Receiver(me) => {
                return Err(syn::Error::new(me.self_token.span, "a handler has no self"));
            }
        }
    }
    let ReturnType::Type(_, returned) = &handler.sig.output else {
        return Err(syn::Error::new(
            name.span(),
            "an operation answers something",
        ));
    };
    let tag = settings.tag.iter();
    let answer = settings.answer.iter();
    let refuses = settings.refuses.iter();
    let variant = variant(method)?;
    let visible = &handler.vis;
    let about = handler.attrs.iter().filter(|a| a.path().is_ident("doc"));
    Ok(quote! {
        #(#about)*
        #[expect(non_camel_case_types, reason = "an operation is named as its handler")]
        #visible struct #name;

        impl crate::api::operation::Operation for #name {
            fn served() -> (&'static str, ::actix_web::Route) {
                #handler
                (#path, ::actix_web::web::#method().to(#name))
            }

            fn draft() -> crate::api::operation::Draft {
                let mut draft = crate::api::operation::Draft::new(
                    ::utoipa::openapi::HttpMethod::#variant, #path, #id, #summary, #description,
                );
                #(draft.tag = #tag;)*
                #(draft.answer = Some(#answer);)*
                #(draft.refuses(crate::error::Code::#refuses);)*
                #(<#arguments as crate::api::operation::Argument>::describe(&mut draft);)*
                <#returned as crate::api::operation::Answer>::describe(&mut draft);
                draft
            }
        }
    })
}

fn variant(method: &Ident) -> syn::Result<Ident> {
    let name = match method.to_string().as_str() {
        "get" => "Get",
        "post" => "Post",
        "patch" => "Patch",
        "delete" => "Delete",
        _ => {
            return Err(syn::Error::new(
                method.span(),
                "expected `get`, `post`, `patch` or `delete`",
            ));
        }
    };
    Ok(Ident::new(name, method.span()))
}

/// The first line of the doc comment, and the rest.
fn documentation(attributes: &[Attribute]) -> (String, String) {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    let mut lines = lines.iter().map(|line| line.trim());
    let summary = lines.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = lines.collect();
    (summary, rest.join("\n").trim().to_owned())
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    let mut value = &pair.value;
    // a literal passed through a macro_rules fragment is wrapped in an invisible group
    while let Expr::Group(group) = value {
        value = &group.expr;
    }
    if let Expr::Lit(literal) = value
        && let Lit::Str(text) = &literal.lit
    {
        return Some(text.value());
    }
    None
}
