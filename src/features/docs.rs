//! Pages for browsers: the document, a page per error code, redirects.
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock, OnceLock};

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder};
use data_encoding::HEXLOWER;
use pulldown_cmark::{Options, Parser};
use sha2::{Digest as _, Sha256};
use utoipa_swagger_ui::{Config as SwaggerConfig, Url as SwaggerUrl};

use crate::access::{Action, Role, may};
use crate::api::document::areas::{AREAS, Area};
use crate::api::document::{about_in_vietnamese, scope_in_vietnamese};
use crate::api::headers::IfNoneMatch;
use crate::api::http::ByLanguage;
use crate::api::law::Law;
use crate::api::operation::JSON;
use crate::api::reply::digest;
use crate::api::served::Served;
use crate::auth::Gate;
use crate::error::{Code, Error, Lang, Result};
use crate::law::book;
use crate::law::states::{Machine, machines as machines_of};

/// Routes for browsers, left out of the document.
pub fn undocumented(root: &mut web::ServiceConfig) {
    root.route("/openapi.json", web::get().to(document))
        .route("/openapi.vi.json", web::get().to(document))
        .route("/openapi/{area}.json", web::get().to(document))
        .route("/docs/swagger-initializer.js", web::get().to(initializer))
        .route("/docs/", web::get().to(index))
        .route("/problems/{code}", web::get().to(problem_page))
        .route("/docs", web::get().to(to_docs))
        .route("/docs/book", web::get().to(book))
        .route("/docs/changelog", web::get().to(changelog))
        .route("/docs/roles", web::get().to(roles))
        .route("/docs/states", web::get().to(states))
        .route("/docs/states/{name}.svg", web::get().to(state_picture))
        .route("/docs/{file:.*}", web::get().to(file))
        .route("/", web::get().to(to_docs));
}

/// 200 with a body that seldom changes, which readers keep and ask about again; 304 if they have
/// it.
fn kept(
    held: &IfNoneMatch,
    response: &mut HttpResponseBuilder,
    body: impl Into<Bytes>,
) -> HttpResponse {
    let body: Bytes = body.into();
    let digest = Sha256::digest(&body);
    let tag = format!("\"{}\"", HEXLOWER.encode(&digest[..16]));
    response
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::ETAG, tag.clone()));
    if held.holds(&tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    response.body(body)
}

/// The document, or the part of it that is about one area.
async fn document(req: HttpRequest, gate: Data<Gate>, held: IfNoneMatch) -> Result<HttpResponse> {
    let served = gate.contract.served.at(req.path());
    let (lang, text) = served.ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_LANGUAGE, lang.pick("vi", "en")))
        .content_type(JSON);
    Ok(kept(&held, &mut response, text))
}

/// What the top bar offers in one language: the areas and the whole, by name and path.
static OFFERED: LazyLock<[Vec<(String, String)>; 2]> = LazyLock::new(|| {
    [Lang::Vi, Lang::En].map(|lang| {
        let name = |area: &Area| format!("{} - {}", lang.pick("VI", "EN"), area.name(lang));
        let areas = AREAS.iter();
        let areas = areas.map(|area| (name(area), Served::path(lang, Some(area))));
        let whole = lang.pick("VI - Toàn bộ", "EN - Everything");
        let whole = (whole.to_owned(), Served::path(lang, None));
        areas.chain([whole]).collect()
    })
});

/// Swagger UI's settings, with the document in the reader's language first.
fn swagger(lang: Lang) -> SwaggerConfig<'static> {
    let [vi, en] = &*OFFERED;
    let all = match lang {
        Lang::Vi => vi.iter().chain(en),
        Lang::En => en.iter().chain(vi),
    };
    SwaggerConfig::new(all.map(|(name, path)| SwaggerUrl::new(name, path)))
        .display_request_duration(true)
        .try_it_out_enabled(true)
        // there are many operations and schemas, so readers open the ones they need
        .doc_expansion("none")
        .default_models_expand_depth(-1)
        .filter(true)
        .deep_linking(true)
        .persist_authorization(false)
}

/// What is ours at the end of Swagger UI's settings: the sign-in dialog says once what was wrong, the
/// token survives a reload within the tab, rare rows are closed, a link opens its operation.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let areas = AREAS.iter();
    let areas: BTreeMap<&str, &str> = areas
        .flat_map(|area| area.tags.iter().map(|tag| (*tag, area.path)))
        .collect();
    let areas = serde_json::json!(areas);
    format!("\nconst AREAS = {areas};{}", include_str!("docs.js"))
});

/// The files that its page reads and that are the same for every reader, each beside its name with a
/// digest in it.
static LASTING: LazyLock<Vec<(&str, String)>> = LazyLock::new(|| {
    let files = [
        "swagger-ui.css",
        "index.css",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
    ];
    let lasting = files.into_iter().filter_map(|name| {
        let (stem, kind) = name.rsplit_once('.')?;
        let (_, body) = found(name, Lang::Vi).ok()?;
        Some((name, format!("{stem}.{}.{kind}", digest(&body))))
    });
    lasting.collect()
});

/// A file of Swagger UI and its type, with ours at its end.
fn found(name: &str, lang: Lang) -> Result<(String, Vec<u8>)> {
    let more = match name {
        "swagger-initializer.js" => &**SCRIPT,
        "index.css" => include_str!("docs.css"),
        _ => "",
    };
    let found = utoipa_swagger_ui::serve(name, Arc::new(swagger(lang)));
    let found = found.map_err(|e| Error::internal(anyhow::anyhow!("{name}: {e}")))?;
    let file = found.ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let mut kind = file.content_type;
    if kind.starts_with("text/") && !kind.contains("charset") {
        kind.push_str("; charset=utf-8");
    }
    Ok((kind, [&*file.bytes, more.as_bytes()].concat()))
}

/// Its settings, with the documents in the reader's language first.
async fn initializer(req: HttpRequest, held: IfNoneMatch) -> Result<HttpResponse> {
    let (kind, body) = found("swagger-initializer.js", language(&req))?;
    Ok(kept(&held, HttpResponse::Ok().content_type(kind), body))
}

/// Its page, which names the lasting files by their digests.
async fn index(req: HttpRequest, held: IfNoneMatch) -> Result<HttpResponse> {
    let lang = language(&req);
    let (kind, body) = found("index.html", lang)?;
    let mut page = String::from_utf8_lossy(&body).into_owned();
    page = page.replace(
        "lang=\"en\"",
        &format!("lang=\"{}\"", lang.pick("vi", "en")),
    );
    for (name, lasting) in LASTING.iter() {
        page = page.replace(&format!("{name}\""), &format!("{lasting}\""));
    }
    Ok(kept(&held, HttpResponse::Ok().content_type(kind), page))
}

/// Any other file of Swagger UI; for a year by the name that is its content's.
async fn file(name: Path<String>, held: IfNoneMatch) -> Result<HttpResponse> {
    let lasting = LASTING.iter().find(|(_, lasting)| *lasting == *name);
    let (kind, body) = found(lasting.map_or(&**name, |(own, _)| *own), Lang::Vi)?;
    let mut response = HttpResponse::Ok();
    response.content_type(kind);
    if lasting.is_some() {
        let forever = "public, max-age=31536000, immutable";
        response.insert_header((header::CACHE_CONTROL, forever));
        return Ok(response.body(body));
    }
    Ok(kept(&held, &mut response, body))
}

fn language(req: &HttpRequest) -> Lang {
    req.extensions_mut().insert(ByLanguage);
    let accept = req.headers().get(header::ACCEPT_LANGUAGE);
    Lang::parse(accept.and_then(|v| v.to_str().ok()))
}

async fn to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

const STYLE: &str = "body{font:1rem/1.5 sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}\
    table{border-collapse:collapse}th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}";

/// A page of the documentation; title and body are our own and not escaped.
fn page(held: &IfNoneMatch, lang: Lang, title: &str, body: &str) -> HttpResponse {
    let html = format!(
        "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><p><a href=\"/docs/\">/docs/</a></p>{body}</html>",
        lang = lang.pick("vi", "en"),
    );
    let mut response = HttpResponse::Ok();
    response.content_type("text/html; charset=utf-8");
    kept(held, &mut response, html)
}

fn html(markdown: &str) -> String {
    let mut html = String::new();
    let text = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    pulldown_cmark::html::push_html(&mut html, text);
    html
}

/// What has changed for those who build on the document.
async fn changelog(req: HttpRequest, held: IfNoneMatch) -> HttpResponse {
    let text = html(include_str!("../../CHANGELOG.md"));
    match language(&req) {
        Lang::En => page(&held, Lang::En, "Changelog", &text),
        Lang::Vi => {
            let body = format!(
                "<p>Nhật ký thay đổi của giao diện lập trình, viết bằng tiếng Anh.</p><div lang=\"en\">{text}</div>"
            );
            page(&held, Lang::Vi, "Nhật ký thay đổi", &body)
        }
    }
}

/// The book for jurists, of the regulations in force.
async fn book(law: Law, held: IfNoneMatch) -> HttpResponse {
    let html = law.book(|regulations| html(&book::book(regulations)));
    page(&held, Lang::Vi, "Quy định mà chương trình áp dụng", html)
}

/// Which role may do what, and how far it reaches.
async fn roles(req: HttpRequest, held: IfNoneMatch) -> HttpResponse {
    let lang = language(&req);
    let title = lang.pick("Vai trò và quyền", "Roles and permissions");
    let mut body = format!(
        "<h1>{title}</h1><p>{}</p><table><tr><th>{}</th>",
        lang.pick(
            "Mỗi ô cho biết quyền có phạm vi đến đâu.",
            "A cell says how far the permission reaches."
        ),
        lang.pick("quyền", "permission")
    );
    for role in Role::ALL {
        let _ = write!(body, "<th>{}</th>", lang.pick(role.vi(), role.en()));
    }
    body.push_str("</tr>");
    for action in Action::ALL {
        let about = lang.pick(scope_in_vietnamese(*action), action.about().trim());
        let wire = action.wire();
        let _ = write!(
            body,
            "<tr><td><code>{wire}</code><br><small>{about}</small></td>"
        );
        for role in Role::ALL {
            let reach = may(*role, *action);
            let reach = reach.map_or("–", |reach| lang.pick(reach.vi(), reach.en()));
            let _ = write!(body, "<td>{reach}</td>");
        }
        body.push_str("</tr>");
    }
    body.push_str("</table>");
    page(&held, lang, title, &body)
}

/// The state machines, which no file of regulations changes.
fn machines() -> &'static [Machine] {
    static MACHINES: OnceLock<Vec<Machine>> = OnceLock::new();
    MACHINES.get_or_init(machines_of)
}

/// Every state machine: its picture, and its moves as a table.
async fn states(req: HttpRequest, held: IfNoneMatch) -> HttpResponse {
    let lang = language(&req);
    let title = lang.pick("Các trạng thái và bước chuyển", "States and steps");
    let mut body = format!(
        "<h1>{title}</h1><p>{}</p>",
        lang.pick(
            "Số trên mũi tên là số dòng trong bảng; tên trong giao diện lập trình đứng dưới mỗi trạng thái.",
            "The numbers on the arrows are those of the rows; below each state stands its value in the interface.",
        )
    );
    let heads = lang.pick(
        "<tr><th>số</th><th>từ</th><th>bước</th><th>đến</th><th>ai thực hiện</th></tr>",
        "<tr><th>no.</th><th>from</th><th>step</th><th>to</th><th>who</th></tr>",
    );
    for machine in machines() {
        let state = |place: usize| {
            let state = &machine.states[place];
            format!("{}<br><code>{}</code>", lang.of(&state.words), state.value)
        };
        let _ = write!(
            body,
            "<h2 id=\"{name}\">{title}</h2><img src=\"/docs/states/{name}.svg\" alt=\"{title}\"><table>{heads}",
            name = machine.name,
            title = lang.of(&machine.title),
        );
        for (place, arrow) in machine.moves.iter().enumerate() {
            let by = arrow.by.iter();
            let by: Vec<&str> = by.map(|role| lang.pick(role.vi(), role.en())).collect();
            let _ = write!(
                body,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                place + 1,
                state(arrow.from),
                lang.of(&arrow.step),
                state(arrow.to),
                by.join(", ")
            );
        }
        body.push_str("</table>");
    }
    page(&held, lang, title, &body)
}

async fn state_picture(
    name: Path<String>,
    req: HttpRequest,
    held: IfNoneMatch,
) -> Result<HttpResponse> {
    let machine = machines().iter().find(|m| m.name == name.as_str());
    let machine = machine.ok_or_else(|| Error::new(Code::RouteNotFound))?;
    let mut response = HttpResponse::Ok();
    response.content_type("image/svg+xml");
    let english = language(&req) == Lang::En;
    Ok(kept(&held, &mut response, machine.svg(english)))
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
        .body(page))
}
