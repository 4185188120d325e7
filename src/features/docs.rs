//! Pages for browsers: the document, a page per error code, redirects.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, Path};

use crate::auth::Gate;
use crate::error::{Code, Error, Result};

/// Routes for browsers, left out of the document.
pub fn undocumented(root: &mut web::ServiceConfig) {
    root.route("/openapi.json", web::get().to(document))
        .route("/problems/{code}", web::get().to(problem_page))
        .route("/docs", web::get().to(to_docs))
        .route("/", web::get().to(to_docs));
}

async fn document(gate: Data<Gate>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .json(&gate.contract.document)
}

async fn to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

/// A page per error code, in both languages.
async fn problem_page(code: Path<String>) -> Result<HttpResponse> {
    let code = Code::ALL
        .iter()
        .find(|c| c.wire() == code.as_str())
        .ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let (vi, en) = code.title();
    let page = format!(
        "<!doctype html><html lang=\"vi\"><meta charset=\"utf-8\"><title>{wire}</title><style>body{{font:1.1rem/1.5 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}}</style>\
         <h1><code>{wire}</code></h1><p>HTTP {status}</p><h2>{vi}</h2><p lang=\"en\"><b>{en}.</b> {about}</p><p><a href=\"/docs/\">/docs/</a></p></html>",
        wire = code.wire(),
        status = code.status().as_u16(),
        about = code.about()
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(page))
}
