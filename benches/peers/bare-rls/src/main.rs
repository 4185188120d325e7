//! A handwritten service for comparison: actix-web and tokio-postgres, prepared statements, one
//! flush per request (BEGIN, the caller's identity, the statement, COMMIT), row-level security, and
//! JSON written column by column. Its rows are as wide as ketnap's, but it does nothing else: no
//! validation, versions, rate limits, masks or document.
use std::{cell::Cell, env, rc::Rc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, ResponseError,
    error::{ErrorConflict, ErrorInternalServerError, ErrorNotFound, ErrorUnauthorized},
    http::header::{AUTHORIZATION, CONTENT_TYPE},
    web::{Data, Json, Path, Query},
};
use futures_util::future::join4;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339};
use tokio_postgres::{
    Client, NoTls, Row, Statement,
    types::{ToSql, Type},
};
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ENTER: &str = "select set_config('peer.role', a.role, true),
    set_config('peer.organization', a.organization_id::text, true),
    set_config('peer.branches', case when a.branch_id is null then '{}' else '{' || a.branch_id || '}' end, true)
  from peer.session s join peer.account a on a.id = s.account_id
  where s.id = $1 and s.revoked_at is null and s.expires_at > now() and a.session_version = $2 and a.disabled_at is null";

type Answer = Result<HttpResponse, actix_web::Error>;
type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Statements of one connection, prepared once.
struct Connection {
    client: Client,
    read: Statement,
    write: Statement,
    commit: Statement,
    enter: Statement,
    one: Statement,
    list: Statement,
    change: Statement,
    nominate: Statement,
    quotas: Statement,
    search: Statement,
}

/// Connections of one worker, used in turn; each carries many requests at once.
struct Worker {
    connections: Vec<Connection>,
    turn: Cell<usize>,
    key: DecodingKey,
    validation: Validation,
}

#[derive(Deserialize)]
struct Claims {
    sid: Uuid,
    ver: i32,
}

fn failed(error: impl ResponseError + 'static) -> actix_web::Error {
    eprintln!("{error}");
    ErrorInternalServerError("database")
}

impl Worker {
    async fn rows(
        &self,
        request: &HttpRequest,
        write: bool,
        pick: fn(&Connection) -> &Statement,
        values: Values<'_>,
    ) -> Result<Vec<Row>, actix_web::Error> {
        let token = request
            .headers()
            .get(AUTHORIZATION)
            .and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(|| ErrorUnauthorized("no token"))?;
        let claims = decode::<Claims>(token, &self.key, &self.validation)
            .map_err(|_| ErrorUnauthorized("token"))?
            .claims;
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        let connection = &self.connections[turn % self.connections.len()];
        let client = &connection.client;
        let identity: [&(dyn ToSql + Sync); 2] = [&claims.sid, &claims.ver];
        let begin = if write {
            &connection.write
        } else {
            &connection.read
        };
        let (begun, entered, rows, committed) = join4(
            client.execute(begin, &[]),
            client.query(&connection.enter, &identity),
            client.query(pick(connection), values),
            client.execute(&connection.commit, &[]),
        )
        .await;
        let fail = |error: tokio_postgres::Error| failed(std::io::Error::other(error));
        begun.map_err(fail)?;
        if entered.map_err(fail)?.is_empty() {
            return Err(ErrorUnauthorized("session"));
        }
        let rows = rows.map_err(fail)?;
        committed.map_err(fail)?;
        Ok(rows)
    }
}

/// Writes one row as a JSON object, by the types of its columns.
fn object(out: &mut Vec<u8>, row: &Row) {
    for (at, column) in row.columns().iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"{\"" } else { b",\"" });
        out.extend_from_slice(column.name().as_bytes());
        out.extend_from_slice(b"\":");
        let written = match *column.type_() {
            Type::UUID => row.get::<_, Option<Uuid>>(at).map(|value| {
                out.push(b'"');
                out.extend_from_slice(value.hyphenated().encode_lower(&mut [0; 36]).as_bytes());
                out.push(b'"');
            }),
            Type::DATE => row.get::<_, Option<Date>>(at).map(|value| {
                let (year, month, day) = value.to_calendar_date();
                let month = u8::from(month);
                let two = |number: u8| [b'0' + number / 10, b'0' + number % 10];
                out.push(b'"');
                out.extend_from_slice(itoa::Buffer::new().format(year).as_bytes());
                out.push(b'-');
                out.extend_from_slice(&two(month));
                out.push(b'-');
                out.extend_from_slice(&two(day));
                out.push(b'"');
            }),
            Type::TIMESTAMPTZ => row.get::<_, Option<OffsetDateTime>>(at).map(|value| {
                out.push(b'"');
                value.format_into(out, &Rfc3339).expect("written to memory");
                out.push(b'"');
            }),
            Type::BOOL => row
                .get::<_, Option<bool>>(at)
                .map(|value| out.extend_from_slice(if value { b"true" } else { b"false" })),
            Type::INT4 => row
                .get::<_, Option<i32>>(at)
                .map(|value| out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes())),
            Type::INT8 => row
                .get::<_, Option<i64>>(at)
                .map(|value| out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes())),
            _ => row.get::<_, Option<&str>>(at).map(|value| {
                serde_json::to_writer(&mut *out, value).expect("written to memory");
            }),
        };
        if written.is_none() {
            out.extend_from_slice(b"null");
        }
    }
    out.push(b'}');
}

fn json(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .body(body)
}

fn items(rows: &[Row]) -> HttpResponse {
    let mut out = Vec::with_capacity(64 + rows.len() * 1200);
    out.extend_from_slice(b"{\"items\":[");
    for (at, row) in rows.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        object(&mut out, row);
    }
    out.extend_from_slice(b"]}");
    json(out)
}

fn one(row: &Row) -> HttpResponse {
    let mut out = Vec::with_capacity(1200);
    object(&mut out, row);
    json(out)
}

async fn by_id(request: HttpRequest, worker: Data<Rc<Worker>>, id: Path<Uuid>) -> Answer {
    let rows = worker.rows(&request, false, |c| &c.one, &[&*id]).await?;
    Ok(one(rows
        .first()
        .ok_or_else(|| ErrorNotFound("no such row"))?))
}

#[derive(Deserialize)]
struct Wanted {
    branch_id: Option<Uuid>,
    stage: Option<String>,
    q: Option<String>,
    #[serde(default)]
    limit: i64,
}

async fn list(request: HttpRequest, worker: Data<Rc<Worker>>, wanted: Query<Wanted>) -> Answer {
    let rows = if let Some(words) = &wanted.q {
        worker
            .rows(&request, false, |c| &c.search, &[words])
            .await?
    } else {
        let (branch, stage) = (wanted.branch_id.unwrap_or_default(), wanted.stage.clone());
        let values: Values<'_> = &[&branch, &stage, &wanted.limit];
        worker.rows(&request, false, |c| &c.list, values).await?
    };
    Ok(items(&rows))
}

#[derive(Deserialize)]
struct Change {
    occupation: String,
}

async fn change(
    request: HttpRequest,
    worker: Data<Rc<Worker>>,
    id: Path<Uuid>,
    body: Json<Change>,
) -> Answer {
    let version: i32 = request
        .headers()
        .get("if-match")
        .and_then(|header| header.to_str().ok()?.trim_matches('"').parse().ok())
        .ok_or_else(|| ErrorConflict("If-Match"))?;
    let values: Values<'_> = &[&*id, &body.occupation, &version];
    let rows = worker.rows(&request, true, |c| &c.change, values).await?;
    Ok(one(rows.first().ok_or_else(|| ErrorConflict("version"))?))
}

#[derive(Deserialize)]
struct Nomination {
    branch_id: Uuid,
    full_name: String,
    birth_date: String,
    occupation: String,
}

async fn nominate(
    request: HttpRequest,
    worker: Data<Rc<Worker>>,
    body: Json<Nomination>,
) -> Answer {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    let birth = Date::parse(&body.birth_date, form).map_err(|_| ErrorConflict("birth_date"))?;
    let values: Values<'_> = &[&body.branch_id, &body.full_name, &birth, &body.occupation];
    let rows = worker.rows(&request, true, |c| &c.nominate, values).await?;
    Ok(one(rows.first().ok_or_else(|| ErrorConflict("no row"))?))
}

#[derive(Deserialize)]
struct Year {
    year: i32,
}

async fn quotas(request: HttpRequest, worker: Data<Rc<Worker>>, wanted: Query<Year>) -> Answer {
    let rows = worker
        .rows(&request, false, |c| &c.quotas, &[&wanted.year])
        .await?;
    Ok(items(&rows))
}

async fn connect(url: &str) -> Connection {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("connects");
    actix_web::rt::spawn(connection);
    let columns: Vec<String> = client
        .query("select column_name::text from information_schema.columns where table_schema = 'peer' and table_name = 'candidate' and column_name <> 'folded' order by ordinal_position", &[])
        .await
        .expect("columns")
        .iter()
        .map(|row| row.get(0))
        .collect();
    let columns = columns.join(", ");
    let prepare = async |text: String| client.prepare(&text).await.expect("prepares");
    let change = format!(
        "with changed as (update peer.candidate set occupation = $2, version = version + 1, updated_at = now() where id = $1 and version = $3 returning {columns}),
         noted as (insert into peer.audit (organization_id, account_id, action, resource_id, fields) select organization_id, organization_id, 'change', id, '{{occupation}}' from changed)
         select * from changed"
    );
    let nominate = format!(
        "with made as (insert into peer.candidate (organization_id, branch_id, introduced_by, full_name, sex, birth_date, occupation, youth_union_member, trade_union_member, stage, stage_on, nominated_on, folded)
           values (peer.organization(), $1, 'trade_union', $2, 'female', $3, $4, false, true, 'nominated', current_date, current_date, lower($2)) returning {columns}),
         noted as (insert into peer.audit (organization_id, account_id, action, resource_id, fields) select organization_id, organization_id, 'create', id, '{{}}' from made)
         select * from made"
    );
    Connection {
        read: prepare("begin read only".into()).await,
        write: prepare("begin".into()).await,
        commit: prepare("commit".into()).await,
        enter: prepare(ENTER.into()).await,
        one: prepare(format!("select {columns} from peer.candidate where id = $1")).await,
        list: prepare(format!("select {columns} from peer.candidate where branch_id = $1 and stage = $2 order by created_at desc, id desc limit $3")).await,
        change: prepare(change).await,
        nominate: prepare(nominate).await,
        quotas: prepare("select branch_id, stage, count(*) as n from peer.candidate where extract(year from nominated_on) = $1::int group by 1, 2 order by 1, 2".into()).await,
        search: prepare("select id, full_name, branch_id, stage, birth_date from peer.find($1)".into()).await,
        client,
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let url = env::var("DATABASE_URL").expect("DATABASE_URL");
    let port: u16 = env::var("PORT")
        .expect("PORT")
        .parse()
        .expect("PORT is a number");
    let secret = env::var("SECRET").expect("SECRET");
    HttpServer::new(move || {
        let (url, secret) = (url.clone(), secret.clone());
        App::new()
            .data_factory(move || {
                let (url, secret) = (url.clone(), secret.clone());
                async move {
                    let mut connections = Vec::new();
                    for _ in 0..4 {
                        connections.push(connect(&url).await);
                    }
                    Ok::<_, ()>(Rc::new(Worker {
                        connections,
                        turn: Cell::new(0),
                        key: DecodingKey::from_secret(secret.as_bytes()),
                        validation: Validation::new(Algorithm::HS256),
                    }))
                }
            })
            .route("/candidates", actix_web::web::get().to(list))
            .route("/candidates/{id}", actix_web::web::get().to(by_id))
            .route("/candidates/{id}", actix_web::web::patch().to(change))
            .route("/nominations", actix_web::web::post().to(nominate))
            .route("/annual-quotas", actix_web::web::get().to(quotas))
    })
    .workers(2)
    .backlog(1024)
    .bind(("127.0.0.1", port))?
    .run()
    .await
}
