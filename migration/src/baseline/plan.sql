-- Terms, yearly quota plans, their lines and the figures of earlier revisions.

create table term (
  id uuid primary key, organization_id uuid not null references organization, name text not null, from_year int not null, to_year int not null,
  annual_minimum int not null constraint term_annual_minimum check (annual_minimum >= 0), term_minimum int not null constraint term_term_minimum check (term_minimum >= 0),
  previous_term_admissions int not null constraint term_previous_term_admissions check (previous_term_admissions >= 0), resolution text, source_plans_due_on date,
  committee_coverage_percent int not null constraint term_committee_coverage_percent check (committee_coverage_percent between 0 and 100), committee_coverage_year int not null, state app.term_state not null,
  legal_bases jsonb not null default '[]', plan_document jsonb, edited_by uuid references account, approved_by uuid references account, approved_on date, remarks jsonb not null default '[]', like kept including defaults,
  deleted_at timestamptz,
  constraint term_years check (to_year between from_year and from_year + 9), constraint term_approval check (app.is_approved(state) = (approved_by is not null) and (approved_by is null) = (approved_on is null)),
  constraint term_four_eyes check (approved_by is null or approved_by is distinct from edited_by));
create unique index term_name_unique on term (organization_id, name) where deleted_at is null;
-- created after the name's: if a new term violates both constraints, PostgreSQL reports the older one
alter table term add constraint term_apart exclude using gist (organization_id with =, int4range(from_year, to_year, '[]') with &&) where (deleted_at is null);
create index term_list on term (organization_id, from_year desc, id desc);

create table quota_plan (
  id uuid primary key, organization_id uuid not null references organization, term_id uuid not null references term, year int not null, state app.plan_state not null, revision int not null,
  drafted_by uuid not null references account, issued_by uuid references account, issued_on date, decision_number text, decision_on date, proposed_on date, closed_on date, pending jsonb, remarks jsonb not null default '[]',
  like kept including defaults, deleted_at timestamptz,
  constraint quota_plan_four_eyes check (issued_by is null or issued_by <> drafted_by));
create unique index quota_plan_year_unique on quota_plan (organization_id, year) where deleted_at is null;
create index quota_plan_list on quota_plan (organization_id, year desc, id desc);
create index quota_plan_term on quota_plan (term_id);

create table quota_line (
  id uuid primary key, organization_id uuid not null references organization, plan_id uuid not null references quota_plan, branch_id uuid not null references branch,
  quota int not null constraint quota_line_quota check (quota between 0 and 1000), rationale text not null, basis text);
create unique index quota_line_branch_unique on quota_line (plan_id, branch_id);
create index quota_line_branch on quota_line (branch_id);

create table quota_revision (
  id uuid primary key, organization_id uuid not null references organization, plan_id uuid not null references quota_plan, revision int not null, reason text not null, replaced_on date not null, lines jsonb not null,
  decision_number text, decision_on date);
create unique index quota_revision_unique on quota_revision (plan_id, revision);

-- Admissions of a branch as counted when the year was closed. The figure no longer changes.
create table quota_closing (plan_id uuid not null references quota_plan, organization_id uuid not null references organization, branch_id uuid not null references branch, admitted int not null, primary key (plan_id, branch_id));
-- Changes since then, and why, which are shown beside the figure. Written together with the act that causes them.
create table later_admission (
  plan_id uuid not null references quota_plan, organization_id uuid not null references organization, branch_id uuid not null references branch, act_id uuid not null, recorded_on date not null, reason app.later_reason not null,
  difference int not null, primary key (plan_id, act_id));

-- Used by the policy on changed rows: whether the row was a draft before the statement.
create or replace function app.was_draft(changed term) returns boolean language sql stable as $$ select not app.is_approved(t.state) from term t where t.id = changed.id $$;
