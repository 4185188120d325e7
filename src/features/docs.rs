//! Pages for browsers: the document, a page per error code, redirects.
use std::sync::Arc;

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use utoipa_swagger_ui::{Config as SwaggerConfig, Url as SwaggerUrl};

use crate::api::document::about_in_vietnamese;
use crate::api::operation::JSON;
use crate::auth::Gate;
use crate::error::{Code, Error, Lang, Result};

/// Routes for browsers, left out of the document.
pub fn undocumented(root: &mut web::ServiceConfig) {
    root.route("/openapi.json", web::get().to(document))
        .route("/openapi.vi.json", web::get().to(vietnamese))
        .route("/docs/swagger-initializer.js", web::get().to(initializer))
        .route("/problems/{code}", web::get().to(problem_page))
        .route("/docs", web::get().to(to_docs))
        .route("/", web::get().to(to_docs));
}

async fn document(gate: Data<Gate>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_LANGUAGE, "en"))
        .json(&gate.contract.document)
}

async fn vietnamese(gate: Data<Gate>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_LANGUAGE, "vi"))
        .content_type(JSON)
        .body(gate.contract.vietnamese.clone())
}

/// Swagger UI's settings, with the document in the reader's language first.
pub fn swagger(lang: Lang) -> SwaggerConfig<'static> {
    let mut documents = [
        SwaggerUrl::new("Tiếng Việt", "/openapi.vi.json"),
        SwaggerUrl::new("English", "/openapi.json"),
    ];
    if lang == Lang::En {
        documents.reverse();
    }
    SwaggerConfig::new(documents)
        .display_request_duration(true)
        .try_it_out_enabled(true)
        .persist_authorization(false)
}

/// Replaces Swagger UI's own file of this name, which is the same for every reader.
async fn initializer(req: HttpRequest) -> HttpResponse {
    let settings = Arc::new(swagger(language(&req)));
    match utoipa_swagger_ui::serve("swagger-initializer.js", settings) {
        Ok(Some(file)) => HttpResponse::Ok()
            .content_type(file.content_type)
            .insert_header((header::VARY, "accept-language"))
            .body(file.bytes.into_owned()),
        _ => HttpResponse::NotFound().finish(),
    }
}

fn language(req: &HttpRequest) -> Lang {
    let accept = req.headers().get(header::ACCEPT_LANGUAGE);
    Lang::parse(accept.and_then(|v| v.to_str().ok()))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

/// A page per error code, in both languages; the reader's comes first.
async fn problem_page(code: Path<String>, req: HttpRequest) -> Result<HttpResponse> {
    let code = Code::ALL
        .iter()
        .find(|c| c.wire() == code.as_str())
        .ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let (vi, en) = code.title();
    let mut texts = [
        ("vi", vi, about_in_vietnamese(*code)),
        ("en", en, code.about()),
    ];
    if language(&req) == Lang::En {
        texts.reverse();
    }
    let texts = texts.map(|(lang, title, about)| {
        format!("<section lang=\"{lang}\"><h2>{title}</h2><p>{about}</p></section>")
    });
    let page = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><title>{wire}</title><style>body{{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}</style>\
         <h1><code>{wire}</code></h1><p>HTTP {status}</p>{texts}<p><a href=\"/docs/\">/docs/</a></p></html>",
        lang = language(&req).pick("vi", "en"),
        wire = code.wire(),
        status = code.status().as_u16(),
        texts = texts.concat(),
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((header::VARY, "accept-language"))
        .body(page))
}
