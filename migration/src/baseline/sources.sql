-- Source plans of branches and their entries.

create table source_plan (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, term_id uuid not null references term, state app.source_plan_state not null, revision int not null,
  note text, submitted_on date, first_submitted_on date, decided_on date, /* the first approval */ approved_on date, reason text, like kept including defaults, deleted_at timestamptz);
create unique index source_plan_unique on source_plan (branch_id, term_id) where deleted_at is null;
create index source_plan_term on source_plan (term_id);

create table source_plan_entry (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, source_plan_id uuid not null references source_plan, candidate_id uuid references candidate,
  full_name text not null, birth_date date not null, department_id uuid references department, target_year int not null,
  /* as of the last approval, also of who has been taken out since: what counts while a revision is drafted */ approved_year int, priority_group app.priority_group not null, fostering_from date not null,
  political_standard boolean not null, conduct boolean not null, capacity boolean not null, task_performance boolean not null, assessment bytea, data_key bytea, like kept including defaults, deleted_at timestamptz);
create unique index source_plan_entry_person on source_plan_entry (source_plan_id, app.person_key(full_name), birth_date) where deleted_at is null;
create index source_plan_entry_plan on source_plan_entry (source_plan_id, target_year);
create index source_plan_entry_candidate on source_plan_entry (candidate_id) where deleted_at is null or approved_year is not null;
create index source_plan_entry_birth on source_plan_entry (organization_id, birth_date, app.person_key(full_name)) where deleted_at is null or approved_year is not null;

-- Links entries of a branch's source plan to the candidates they name, and copies the years of an approved plan to the candidates for filtering. A person who
-- has moved keeps the old branch's year until the new branch plans one.
create or replace function app.plan_candidates(p_candidates uuid[], p_branch uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update source_plan_entry e set approved_year = case when e.deleted_at is null then e.target_year end from source_plan p where p.id = e.source_plan_id and p.branch_id = p_branch and p.organization_id = app.organization()
     and p.deleted_at is null and app.is_approved(p.state) and e.approved_year is distinct from case when e.deleted_at is null then e.target_year end;
  update source_plan_entry e set candidate_id = c.id, version = e.version + 1, updated_at = p_now
    from candidate c where c.id = any (p_candidates) and c.branch_id = p_branch and c.organization_id = app.organization() and c.open
     and e.organization_id = c.organization_id and e.branch_id = p_branch and e.birth_date = c.birth_date and app.person_key(e.full_name) = app.person_key(c.full_name) and (e.deleted_at is null or e.approved_year is not null)
     -- in a term that is over, an entry stays with the attempt of that time
     and not exists (select from candidate o where o.id = e.candidate_id and o.open) and exists (select from source_plan p join term t on t.id = p.term_id
         where p.id = e.source_plan_id and (e.candidate_id is null or t.to_year >= extract(year from c.nominated_on)));
  update candidate c set planned_year = n.year, version = version + 1
    from (select x.id, (select e.approved_year from source_plan_entry e join source_plan p on p.id = e.source_plan_id and p.deleted_at is null
            where e.candidate_id = x.id and e.branch_id = p_branch and e.approved_year is not null order by p.approved_on desc, e.approved_year limit 1) as year from unnest(p_candidates) x (id)) n
   where c.id = n.id and c.branch_id = p_branch and c.organization_id = app.organization() and c.planned_year is distinct from n.year;
end $$;
