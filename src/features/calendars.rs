//! A private calendar feed of one's own deadlines, for calendar applications.
use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, Responder};
use chrono::NaiveDate;
use icalendar::{Calendar, Component as _, Event, EventLike as _};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::WriteCalendar;
use crate::api::headers::IfMatch;
use crate::api::operation::{Answer, Draft, file_schema, operation};
use crate::api::reply::{NoContent, Reply};
use crate::auth::{Door, Gate, Permit, password};
use crate::db::{Db, sql};
use crate::error::{Code, Error, Result};
use crate::law::calendar::next_day;
use crate::law::words::DeadlineKind;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(create_calendar).service(remove_calendar);
}

/// Outside /api/v1: knowing the URL is the credential.
pub fn configure_public(root: &mut ServiceConfig) {
    root.service(get_calendar);
}

/// A calendar address of one's own
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// Put this address into a calendar program. Whoever knows it reads your deadlines (no names): keep it to yourself; making a new one ends the old
    #[schema(max_length = 300, example = "/calendars/0f3c.ics")]
    pub path: String,
}

/// Make a private calendar address
///
/// An iCalendar feed of the open deadlines within your reach. An earlier address of yours ends.
#[operation(
    post,
    "/calendars",
    tag = "deadlines",
    answer = "The address, shown once"
)]
pub async fn create_calendar(
    permit: Permit<WriteCalendar>,
    db: Data<Db>,
) -> Result<Reply<CalendarAddress>> {
    let token = password::random_secret().map_err(Error::internal)?;
    let hash = Sha256::digest(&token).to_vec();
    let made = db.run(&permit, async |tx| {
        let values = vec![
            permit.caller().account.into(),
            hash.clone().into(),
            tx.now().into(),
        ];
        let made = "insert into calendar_feed (account_id, token_hash, created_at) values ($1, $2, $3) \
                    on conflict (account_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at, \
                    version = calendar_feed.version + 1 returning version";
        tx.last().one(sql::<(i32,)>(made, values)).await
    })
    .await?;
    let body = CalendarAddress {
        path: format!("/calendars/{token}.ics"),
    };
    let (version,) =
        made.ok_or_else(|| Error::internal(anyhow::anyhow!("no calendar was made")))?;
    Ok(Reply::new(&body).version(version).cache("no-store"))
}

/// End one's calendar address
///
/// Whoever knows the address reads nothing any more. The `ETag` is that of its making.
#[operation(delete, "/calendars", tag = "deadlines", answer = "Ended")]
pub async fn remove_calendar(
    permit: Permit<WriteCalendar>,
    db: Data<Db>,
    seen: IfMatch,
) -> Result<NoContent> {
    let own = || vec![permit.caller().account.into()];
    db.run(&permit, async |tx| {
        let held = "select version from calendar_feed where account_id = $1 for update";
        let held = tx.one(sql::<(i32,)>(held, own())).await?;
        let (version,) = held.ok_or_else(Error::not_found)?;
        seen.check(version)?;
        let end = "delete from calendar_feed where account_id = $1";
        tx.last().execute(sql::<()>(end, own())).await
    })
    .await?;
    Ok(NoContent)
}

fn label(kind: &str) -> &'static str {
    DeadlineKind::TERMS
        .iter()
        .find(|t| t.0 == kind)
        .map_or("", |t| t.1)
}

/// Read a private calendar
///
/// The address is the key: no token is asked. What comes next stands first, then what is overdue. Each open deadline is an all-day event that leaves the day free, with its duty, branch number, rule and source; no names.
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
            let enter = "select app.enter(null, null, $2, $1)";
            tx.rows(enter, vec![hash.clone().into(), now.into()])
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
            let open = "select d.id, d.kind, d.due_on, d.rule, d.source, coalesce(b.number, '') from duty d left join branch b on b.id = d.branch_id \
                 where d.organization_id = (select app.organization()) and d.settled_on is null order by d.due_on < app.today(), abs(d.due_on - app.today()), d.id";
            tx.last().rows(open, vec![]).await
        })
        .await?;
    let mut calendar = Calendar::new();
    calendar.name("ketnap: thời hạn");
    for row in rows {
        let (id, kind, due): (Uuid, String, NaiveDate) = (row.get(0), row.get(1), row.get(2));
        let (rule, source, branch): (String, String, String) = (row.get(3), row.get(4), row.get(5));
        let event = Event::new()
            .uid(&format!("{id}@ketnap"))
            .timestamp(now)
            .summary(&if branch.is_empty() {
                label(&kind).to_owned()
            } else {
                format!("Chi bộ {branch}: {}", label(&kind))
            })
            .description(&format!("{rule}\n{source}"))
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
