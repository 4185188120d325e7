//! Five-year terms (nhiệm kỳ): targets of the plan.
//!
//! | verb and path | handler |
//! |---|---|
//! | `GET /terms` | [`list_terms`] |
//! | `POST /terms` | [`create_term`] |
//! | `GET /terms/{id}` | [`get_term`] |
//! | `PATCH /terms/{id}` | [`change_term`] |
//! | `DELETE /terms/{id}` | [`remove_term`] |

use crate::entity::term as table;
use crate::policy::{ReadTerms, WriteTerms};
use crate::prelude::*;

pub fn configure(v1: &mut ServiceConfig) {
    v1.service(list_terms).service(create_term).service(get_term).service(change_term).service(remove_term);
}

/// A term (nhiệm kỳ) with the targets of its plan
#[derive(Debug, Serialize, ToSchema)]
pub struct Term {
    pub id: Uuid,
    pub organization_id: Uuid,
    #[schema(example = "2020-2025", max_length = 50)]
    pub name: String,
    /// First year with a quota plan
    #[schema(minimum = 1990, maximum = 2100)]
    pub from_year: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub to_year: i32,
    /// Admissions wanted each year, at least (plan, I.3)
    #[schema(minimum = 0)]
    pub annual_minimum: i32,
    /// Admissions wanted in the term, at least (plan, I.3)
    #[schema(minimum = 0)]
    pub term_minimum: i32,
    /// Admissions of the term before
    #[schema(minimum = 0)]
    pub previous_term_admissions: i32,
    /// Resolution and legal bases
    #[schema(required = true, max_length = 2000)]
    pub resolution: Option<String>,
    /// When the branches' source plans are due
    #[schema(required = true)]
    pub source_plans_due_on: Option<NaiveDate>,
    /// Share of department branches that shall have a branch committee, percent
    #[schema(minimum = 0, maximum = 100)]
    pub committee_coverage_percent: i32,
    #[schema(minimum = 1990, maximum = 2100)]
    pub committee_coverage_year: i32,
    /// Version of the row; the ETag
    #[schema(minimum = 1)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
page_of!(
    /// A page of terms
    TermPage,
    Term
);

/// A term to be entered
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTerm {
    #[schema(example = "2025-2030")]
    pub name: Text<50>,
    #[schema(minimum = 1990, maximum = 2100, example = 2026)]
    pub from_year: i32,
    #[schema(minimum = 1990, maximum = 2100, example = 2030)]
    pub to_year: i32,
    #[schema(minimum = 0, maximum = 10_000, example = 6)]
    pub annual_minimum: i32,
    #[schema(minimum = 0, maximum = 100_000, example = 30)]
    pub term_minimum: i32,
    #[schema(minimum = 0, maximum = 100_000, example = 30)]
    pub previous_term_admissions: i32,
    pub resolution: Option<Text<2000>>,
    pub source_plans_due_on: Option<NaiveDate>,
    #[schema(minimum = 0, maximum = 100, example = 100)]
    pub committee_coverage_percent: i32,
    #[schema(minimum = 1990, maximum = 2100, example = 2030)]
    pub committee_coverage_year: i32,
}

impl Resource for Term {
    type Row = table::Model;
    type Active = table::ActiveModel;
    type Entity = table::Entity;
    const SPEC: Spec = Spec {
        name: "term",
        table: "term",
        path: "terms",
        fields: &[
            Field::of("organization_id", Kind::Uuid),
            Field::of("name", Kind::Text).sorted(),
            Field::of("from_year", Kind::Int).sorted(),
            Field::of("to_year", Kind::Int),
            Field::of("created_at", Kind::Instant).sorted(),
        ],
        sort: "-from_year",
        search: None,
        soft: true,
        scope: scope::organization,
        expand: &[],
        computed: false,
    };
    fn show(row: Self::Row, _: &Viewer) -> Self {
        let table::Model {
            id,
            organization_id,
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
            version,
            created_at,
            updated_at,
            deleted_at: _,
        } = row;
        Self {
            id,
            organization_id,
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
            version,
            created_at,
            updated_at,
        }
    }
    fn key(row: &Self::Row) -> (Uuid, i32) {
        (row.id, row.version)
    }
}

impl Editable for Term {
    type Edit = NewTerm;
    fn edit(row: &Self::Row) -> NewTerm {
        let row = row.clone();
        NewTerm {
            name: Text::stored(row.name),
            from_year: row.from_year,
            to_year: row.to_year,
            annual_minimum: row.annual_minimum,
            term_minimum: row.term_minimum,
            previous_term_admissions: row.previous_term_admissions,
            resolution: stored(row.resolution),
            source_plans_due_on: row.source_plans_due_on,
            committee_coverage_percent: row.committee_coverage_percent,
            committee_coverage_year: row.committee_coverage_year,
        }
    }
    fn apply(edit: NewTerm, active: &mut Self::Active) {
        let NewTerm {
            name,
            from_year,
            to_year,
            annual_minimum,
            term_minimum,
            previous_term_admissions,
            resolution,
            source_plans_due_on,
            committee_coverage_percent,
            committee_coverage_year,
        } = edit;
        active.name = Set(name.into_string());
        active.from_year = Set(from_year);
        active.to_year = Set(to_year);
        active.annual_minimum = Set(annual_minimum);
        active.term_minimum = Set(term_minimum);
        active.previous_term_admissions = Set(previous_term_admissions);
        active.resolution = Set(plain(resolution));
        active.source_plans_due_on = Set(source_plans_due_on);
        active.committee_coverage_percent = Set(committee_coverage_percent);
        active.committee_coverage_year = Set(committee_coverage_year);
    }
}

/// List terms
#[utoipa::path(tag = "terms", security(("oauth2" = ["terms.read"])), responses((status = 200, description = "A page of terms", body = TermPage)))]
#[get("/terms")]
pub async fn list_terms(permit: Permit<ReadTerms>, db: Data<Db>, query: ListQuery) -> Result<Answer<TermPage>> {
    crud::list::<Term, _, _>(&db, &permit, &query).await
}

/// Get a term
#[utoipa::path(tag = "terms", security(("oauth2" = ["terms.read"])), params(("id" = Uuid, Path, description = "Id of the term")), responses((status = 200, description = "The term", body = Term)))]
#[get("/terms/{id}")]
pub async fn get_term(permit: Permit<ReadTerms>, db: Data<Db>, id: Path<Uuid>) -> Result<Answer<Term>> {
    crud::get(&db, &permit, *id).await
}

/// Create a term
#[utoipa::path(tag = "terms", security(("oauth2" = ["terms.write"])), request_body = NewTerm, responses((status = 201, description = "The new term", body = Term)))]
#[post("/terms")]
pub async fn create_term(permit: Permit<WriteTerms>, db: Data<Db>, body: Body<NewTerm>) -> Result<Answer<Term>> {
    crud::create::<Term, _, _>(&db, &permit, &body, async |tx| {
        let new = body.value.clone();
        let mut active = crud::blank::<Term>();
        Term::apply(new, &mut active);
        crud::insert::<Term>(tx, permit.caller().organization, active).await
    })
    .await
}

/// Change a term
#[utoipa::path(tag = "terms", security(("oauth2" = ["terms.write"])), params(("id" = Uuid, Path, description = "Id of the term")), request_body(content = NewTerm, content_type = "application/merge-patch+json"), responses((status = 200, description = "The term as it is now", body = Term)))]
#[patch("/terms/{id}")]
pub async fn change_term(permit: Permit<WriteTerms>, db: Data<Db>, id: Path<Uuid>, patch: Patch) -> Result<Answer<Term>> {
    crud::change::<Term, _>(&db, &permit, *id, &patch, async |tx, row, new, _active| {
        let outside = "select 1 from quota_plan where term_id = $1 and deleted_at is null and year not between $2 and $3 limit 1";
        if new.from_year <= new.to_year && !tx.rows(outside, vec![row.id.into(), new.from_year.into(), new.to_year.into()]).await?.is_empty() {
            return Err(
                Error::new(Code::HasDependents).detail(say("Có kế hoạch năm nằm ngoài nhiệm kỳ.", "A year's plan would fall outside the term."))
            );
        }
        Ok(())
    })
    .await
}

/// Remove a term
#[utoipa::path(tag = "terms", security(("oauth2" = ["terms.write"])), params(("id" = Uuid, Path, description = "Id of the term")), responses((status = 204, description = "Gone")))]
#[delete("/terms/{id}")]
pub async fn remove_term(permit: Permit<WriteTerms>, db: Data<Db>, id: Path<Uuid>) -> Result<HttpResponse> {
    crud::remove::<Term, _>(&db, &permit, *id, async |tx, row| {
        crud::refuse_dependents(tx, row.id, &["select 1 from quota_plan where term_id = $1 and deleted_at is null"]).await?;
        crud::mark_deleted::<Term>(tx, row).await
    })
    .await
}
