//! Assembles the application: features, middleware in order, and the document.
use std::sync::Arc;

use actix_cors::Cors;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{Data, PathConfig, PayloadConfig, ServiceConfig};
use actix_web::{App as ActixApp, Error as ActixError, dev, web};
use utoipa::OpenApi;

use crate::api::conditional;
use crate::api::contract::Contract;
use crate::api::document::{self, Cover};
use crate::api::http;
use crate::api::law::LawBook;
use crate::api::routes::{Router, Routes};
use crate::auth::Gate;
use crate::db::Db;
use crate::error::Lang;
use crate::features::candidates;
use crate::law::regulation::Regulations;

/// Every feature, once. The server, the tests and the document are all built from this list.
fn features(v1: &mut Routes) {
    use crate::features::{
        access_entries, accounts, activities, annual_quotas, audit_entries, auth,
        branch_classifications, branches, calendars, candidates, certificates, classes, deadlines,
        departments, dispatches, document_types, enrolments, enums, erasures, findings, guidance,
        holidays, inspections, me, members, nominations, officers, organizations, outlooks,
        overseers, overview, problem_reports, quota_plans, regulation_trials, regulations, reports,
        review_items, reviews, sessions, settings, sign_in_attempts, sign_ins, source_plan_entries,
        source_plans, sponsors, sponsorships, terms, transfer_offers, work_plans,
    };
    v1.configure(auth::configure)
        .configure(me::configure)
        .configure(accounts::configure)
        .configure(audit_entries::configure)
        .configure(access_entries::configure)
        .configure(sign_in_attempts::configure)
        .configure(sign_ins::configure)
        .configure(organizations::configure)
        .configure(departments::configure)
        .configure(branches::configure)
        .configure(officers::configure)
        .configure(overseers::configure)
        .configure(branch_classifications::configure)
        .configure(members::configure)
        .configure(nominations::configure)
        .configure(candidates::configure)
        .configure(erasures::configure)
        .configure(deadlines::configure)
        .configure(calendars::configure)
        .configure(sponsors::configure)
        .configure(sponsorships::configure)
        .configure(transfer_offers::configure)
        .configure(classes::configure)
        .configure(sessions::configure)
        .configure(enrolments::configure)
        .configure(certificates::configure)
        .configure(terms::configure)
        .configure(quota_plans::configure)
        .configure(source_plans::configure)
        .configure(source_plan_entries::configure)
        .configure(reviews::configure)
        .configure(review_items::configure)
        .configure(reports::configure)
        .configure(annual_quotas::configure)
        .configure(activities::configure)
        .configure(work_plans::configure)
        .configure(inspections::configure)
        .configure(problem_reports::configure)
        .configure(guidance::configure)
        .configure(dispatches::configure)
        .configure(findings::configure)
        .configure(outlooks::configure)
        .configure(overview::configure)
        .configure(enums::configure)
        .configure(holidays::configure)
        .configure(settings::configure)
        .configure(regulations::configure)
        .configure(regulation_trials::configure)
        .configure(document_types::configure);
}

/// Routes outside `/api/v1`.
fn at_the_root(root: &mut Routes) {
    use crate::features::{calendars, healthz, readyz, well_known};
    root.configure(healthz::configure)
        .configure(readyz::configure)
        .configure(well_known::configure)
        .configure(calendars::configure_public);
}

/// The OpenAPI document. Needs neither a database nor configuration.
pub fn document() -> serde_json::Value {
    let mut doc = Cover::openapi();
    features(&mut Routes::Documented(&mut doc, "/api/v1"));
    at_the_root(&mut Routes::Documented(&mut doc, ""));
    let further = candidates::further_steps::KINDS;
    let elsewhere = candidates::acts::ELSEWHERE;
    document::finish(&doc, &candidates::acts::path, further, elsewhere)
}

/// The document as it is served and checked in.
pub fn published() -> serde_json::Value {
    document::published(&document(), Lang::En)
}

/// State shared by all workers.
#[derive(Clone)]
pub struct App {
    pub db: Data<Db>,
    pub gate: Data<Gate>,
    pub law: LawBook,
    pub origins: Arc<Vec<String>>,
}

impl App {
    pub fn new(db: Db, gate: Gate, law: Regulations, origins: Vec<String>) -> Self {
        Self {
            db: Data::new(db.sealed_by(gate.seals.clone())),
            gate: Data::new(gate),
            law: LawBook::new(law),
            origins: Arc::new(origins),
        }
    }

    /// The same state with database connections of its own, for one worker thread.
    pub fn for_worker(&self, connections: usize) -> anyhow::Result<Self> {
        Ok(Self {
            db: Data::new(self.db.for_worker(connections)?),
            ..self.clone()
        })
    }

    fn cors(&self) -> Cors {
        let cors = Cors::default()
            .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
            .allowed_headers([
                "Authorization",
                "Content-Type",
                "If-Match",
                "If-None-Match",
                "Idempotency-Key",
                "X-Request-Id",
                "Accept-Language",
                "traceparent",
            ])
            .expose_headers([
                "ETag",
                "Link",
                "Location",
                "Retry-After",
                "RateLimit-Limit",
                "RateLimit-Remaining",
                "RateLimit-Reset",
                "Content-Disposition",
                "Deprecation",
                "Sunset",
                "Idempotent-Replayed",
                "X-Request-Id",
            ])
            .max_age(600);
        self.origins
            .iter()
            .fold(cors, |cors, origin| cors.allowed_origin(origin))
    }

    /// The whole application. Middleware from the outside in — task, dress, CORS, admission,
    /// compression,
    /// 304 — then the routes.
    pub fn build(
        &self,
    ) -> ActixApp<
        impl dev::ServiceFactory<
            dev::ServiceRequest,
            Config = (),
            Response = dev::ServiceResponse<impl actix_web::body::MessageBody + use<>>,
            Error = ActixError,
            InitError = (),
        > + use<>,
    > {
        ActixApp::new()
            .configure(|c| self.routes(c))
            .default_service(web::to(http::fallback))
            .wrap(from_fn(conditional::unless_held))
            .wrap(Compress::default())
            .wrap(from_fn(http::admit))
            .wrap(self.cors())
            .wrap(from_fn(http::dress))
            .wrap(from_fn(http::as_task))
    }

    fn routes(&self, config: &mut ServiceConfig) {
        config
            .app_data(self.db.clone())
            .app_data(self.gate.clone())
            .app_data(self.law.clone())
            .app_data(PathConfig::default().error_handler(http::bad_path))
            .app_data(PayloadConfig::new(http::LARGEST_BODY))
            .configure(Router::of(at_the_root))
            .configure(crate::features::docs::undocumented)
            .service(web::scope("/api/v1").configure(Router::of(features)));
    }
}

/// The contract that the gate enforces. It is made by a thread of its own, whose memory goes back to
/// the system when it ends: making it takes several times the size of what is kept.
pub fn contract() -> anyhow::Result<Arc<Contract>> {
    let making = std::thread::spawn(|| Contract::new(&document()));
    let contract = making
        .join()
        .map_err(|_| anyhow::anyhow!("the document was not written"))??;
    Ok(Arc::new(contract))
}
