//! A private calendar feed of one's own deadlines, for calendar applications.
mod store;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use icalendar::{Calendar, Component as _, Event, EventLike as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::WriteCalendar;
use crate::api::audit::{self, Change};
use crate::api::headers::IfMatch;
use crate::api::operation::{Answer, Draft, file_schema, operation};
use crate::api::reply::{NoContent, Reply};
use crate::api::routes::Routes;
use crate::auth::{Door, Gate, Permit, password};
use crate::db::{Db, Tx, functions};
use crate::error::{Code, Error, Result};
use crate::law::calendar::next_day;
use crate::law::words::DeadlineKind;

pub fn configure(v1: &mut Routes) {
    v1.service(create_calendar).service(remove_calendar);
}

/// Outside /api/v1: knowing the URL is the credential.
pub fn configure_public(root: &mut Routes) {
    root.service(get_calendar);
}

/// The caller's private calendar address
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// Path to subscribe to in a calendar application. Anyone who knows it can read your deadlines
    /// (no names), so keep it secret; creating a new one invalidates the old
    #[schema(max_length = 300, example = "/calendars/0f3c.ics")]
    pub path: String,
}

/// Create a private calendar address
///
/// An iCalendar feed of the open deadlines within your reach. Replaces your previous address.
#[operation(
    post,
    "/calendars",
    tag = "deadlines",
    answer = "The address, shown only once"
)]
pub async fn create_calendar(
    permit: Permit<WriteCalendar>,
    db: Data<Db>,
) -> Result<Reply<CalendarAddress>> {
    let token = password::random_secret().map_err(Error::internal)?;
    let hash = Sha256::digest(&token).to_vec();
    let made = db
        .run(&permit, async |tx| {
            let own = permit.caller().account;
            let made = tx.one(store::address(own, hash.clone(), tx.now())).await?;
            let version = made.as_ref().map_or(0, |feed| feed.version);
            note(tx, &permit, own, version, "*").await?;
            Ok(made)
        })
        .await?;
    let body = CalendarAddress {
        path: format!("/calendars/{token}.ics"),
    };
    let made = made.ok_or_else(|| Error::internal(anyhow::anyhow!("no calendar was made")))?;
    Ok(Reply::new(&body).version(made.version).cache("no-store"))
}

/// Delete the caller's calendar address
///
/// The address stops working. `If-Match` takes the `ETag` returned when it was created.
#[operation(delete, "/calendars", tag = "deadlines", answer = "Ended")]
pub async fn remove_calendar(
    permit: Permit<WriteCalendar>,
    db: Data<Db>,
    seen: IfMatch,
) -> Result<NoContent> {
    let own = permit.caller().account;
    db.run(&permit, async |tx| {
        let gone = || Error::new(Code::PreconditionFailed);
        let held = store::lock(&tx, own).await?.ok_or_else(gone)?;
        seen.check(held.version)?;
        tx.execute(store::end(own)).await?;
        note(tx, &permit, own, held.version, "deleted_at").await
    })
    .await?;
    Ok(NoContent)
}

/// An address is a credential: the audit trail tells that there was one.
async fn note(
    tx: Tx,
    permit: &Permit<WriteCalendar>,
    id: Uuid,
    version: i32,
    field: &str,
) -> Result<()> {
    let change = Change {
        resource: "calendar",
        id,
        version,
        fields: vec![field.to_owned()],
    };
    let entry = audit::entry(&tx, permit.by(), change);
    tx.last().execute(entry).await.map(drop)
}

fn label(kind: &str) -> &'static str {
    DeadlineKind::TERMS
        .iter()
        .find(|t| t.0 == kind)
        .map_or("", |t| t.1)
}

/// Read a private calendar
///
/// The address is the credential: no token is needed. Upcoming deadlines come first, then overdue
/// ones. Each is an all-day event, marked as free, with its duty, branch number, rule and source;
/// no names.
#[operation(get, "/calendars/{token}", tag = "deadlines")]
pub async fn get_calendar(
    door: Door,
    gate: Data<Gate>,
    db: Data<Db>,
    token: Path<String>,
) -> Result<Feed> {
    let token = token.strip_suffix(".ics").unwrap_or(&token);
    let hash = Sha256::digest(token.as_bytes()).to_vec();
    let now = db.clock().now();
    let address = Uuid::from_slice(&hash[..16]).map_err(Error::internal)?;
    let _place = gate.limits.place(address).await?;
    let rows = db
        .read(&door, async |tx| {
            // act as the account that created the address
            tx.execute(functions::enter_calendar(hash.clone(), now))
                .await
                .map_err(|e| {
                    if e.code() == Code::TokenRevoked {
                        Error::not_found()
                    } else {
                        e
                    }
                })?;
            // counted only now: an invalid address costs little and need not be remembered
            gate.limits.feed(address)?;
            tx.last().all(store::due()).await
        })
        .await?;
    let mut calendar = Calendar::new();
    calendar.name("ketnap: thời hạn");
    for row in rows {
        let store::Due {
            id,
            kind,
            due_on: due,
            source,
            branch,
        } = row;
        let event = Event::new()
            .uid(&format!("{id}@ketnap"))
            .timestamp(now)
            .summary(&if branch.is_empty() {
                label(&kind).to_owned()
            } else {
                format!("Chi bộ {branch}: {}", label(&kind))
            })
            .description(&source)
            .add_property("TRANSP", "TRANSPARENT")
            .starts(due)
            .ends(next_day(due))
            .done();
        calendar.push(event);
    }
    Ok(Feed(calendar.done().to_string()))
}

/// An iCalendar document.
pub struct Feed(String);

impl Responder for Feed {
    type Body = BoxBody;
    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok()
            .content_type("text/calendar; charset=utf-8")
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .body(self.0)
    }
}

impl Answer for Feed {
    fn describe(draft: &mut Draft) {
        draft.succeeds(200, "The calendar");
        draft.content(200, "text/calendar", file_schema("^BEGIN:VCALENDAR"));
    }
}
