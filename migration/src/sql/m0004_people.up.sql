-- Candidates, nominations, sponsorships.
create table candidate (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  department_id uuid references department,
  introduced_by text not null constraint candidate_introduced_by check (introduced_by in ('trade_union', 'youth_union', 'member')),
  full_name text not null,
  other_names text,
  sex text not null constraint candidate_sex check (sex in ('female', 'male')),
  birth_date date not null,
  birth_place text,
  home_town text,
  ethnic_group text,
  religion text,
  citizen_id text,
  phone text,
  address text,
  occupation text,
  position text,
  general_education text constraint candidate_general_education check (general_education in ('primary', 'lower_secondary', 'upper_secondary')),
  professional_level text constraint candidate_professional_level check (professional_level in ('elementary', 'intermediate', 'college', 'university', 'master', 'doctor')),
  political_theory_level text constraint candidate_political_theory_level check (political_theory_level in ('elementary', 'intermediate', 'advanced', 'bachelor')),
  priority_group text constraint candidate_priority_group check (priority_group in ('department_staff', 'youth_union_member', 'trade_union_member', 'woman', 'ethnic_minority', 'doctor', 'other')),
  youth_union_member boolean not null,
  trade_union_member boolean not null,
  remarks text,
  stage text not null constraint candidate_stage check (stage in ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased')),
  stage_on date not null,
  nominated_on date not null,
  decided_on date,
  admitted_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored,
  open boolean generated always as (deleted_at is null and stage not in ('official', 'removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased')) stored,
  constraint candidate_admitted_after_decided check (admitted_on is null or decided_on <= admitted_on)
);
-- one open candidacy a person; the answer to a clash says nothing about the other row
create unique index candidate_citizen_id_open on candidate (organization_id, citizen_id) where open and citizen_id is not null;
create index candidate_list on candidate (organization_id, created_at desc, id desc) where deleted_at is null;
create index candidate_branch_stage on candidate (branch_id, stage, created_at desc, id desc) where deleted_at is null;
create index candidate_branch on candidate (branch_id, created_at desc, id desc) where deleted_at is null;
create index candidate_by_name on candidate (organization_id, name_key, id) where deleted_at is null;
create index candidate_admitted on candidate (organization_id, admitted_on, branch_id) where admitted_on is not null and deleted_at is null;
create index candidate_pipeline on candidate (organization_id, branch_id, stage) where open;
create index candidate_department on candidate (department_id);

create table nomination (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  candidate_id uuid not null references candidate,
  introduced_by text not null constraint nomination_introduced_by check (introduced_by in ('trade_union', 'youth_union', 'member')),
  introducer_member_id uuid references member,
  paper_number text not null,
  paper_on date not null,
  reason text,
  outcome text not null constraint nomination_outcome check (outcome in ('pending', 'accepted', 'returned', 'withdrawn')),
  outcome_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint nomination_member_names_introducer check ((introduced_by = 'member') = (introducer_member_id is not null))
);
create unique index nomination_paper_unique on nomination (organization_id, introduced_by, paper_number, paper_on) where outcome <> 'withdrawn';
create index nomination_list on nomination (organization_id, created_at desc, id desc);
create index nomination_branch on nomination (branch_id, created_at desc, id desc);
create index nomination_union on nomination (organization_id, introduced_by, created_at desc, id desc);
create index nomination_candidate on nomination (candidate_id);

create table sponsorship (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  candidate_id uuid not null references candidate,
  member_id uuid not null references member,
  from_on date not null,
  to_on date,
  end_reason text,
  other_branch_reason text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint sponsorship_period check (to_on is null or to_on >= from_on),
  constraint sponsorship_end_reason check (to_on is null or end_reason is not null)
);
create unique index sponsorship_open_pair on sponsorship (candidate_id, member_id) where to_on is null;
create index sponsorship_list on sponsorship (organization_id, created_at desc, id desc);
create index sponsorship_branch on sponsorship (branch_id, created_at desc, id desc);
create index sponsorship_member on sponsorship (member_id) where to_on is null;

select app.protect('candidate',
  '(' || app.predicate('person') || ') or (' || app.predicate('union') || ') or (organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and stage in (''submitted'', ''decided'', ''probationary'', ''recognition_branch_resolved'', ''recognition_committee_resolved'', ''official'', ''not_admitted''))',
  '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')',
  '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')');
select app.protect('nomination', '(' || app.predicate('person') || ') or (' || app.predicate('union') || ')',
  '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')', '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')');
select app.protect('sponsorship', app.predicate('person'), app.predicate('clerk'), app.predicate('clerk'));

create trigger candidate_names after insert on candidate referencing new table as fresh for each statement execute function app.add_names('candidate');
create trigger candidate_name after update on candidate for each row when (old.full_name <> new.full_name) execute function app.change_name('candidate');
-- How many of them a member already sponsors, in every branch: the load limit must hold even where the caller sees one branch.
create function app.sponsor_loads(p_members uuid[]) returns table (member_id uuid, open int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select s.member_id, count(*)::int from sponsorship s where s.member_id = any (p_members) and s.to_on is null and s.organization_id = app.organization() group by s.member_id $$;
-- Serialises assignments to one sponsor and to one candidate: FOR UPDATE on rows the caller may see but not change, always in this order.
create function app.lock_sponsor(p_member uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$ begin perform 1 from member where id = p_member and organization_id = app.organization() for update; end $$;
-- Totals per branch: P0, also for roles that never see a person.
create function app.admissions(p_from date, p_to date) returns table (organization_id uuid, branch_id uuid, year int, admitted int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.organization_id, c.branch_id, extract(year from c.admitted_on)::int, count(*)::int from candidate c
         where c.organization_id = any (app.organization() || app.below()) and c.admitted_on between p_from and p_to and c.deleted_at is null
           and (app.role() not in ('committee_member', 'branch_committee') or c.branch_id = any (app.branches())) group by 1, 2, 3 $$;
create function app.pipeline() returns table (organization_id uuid, branch_id uuid, pipeline int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.organization_id, c.branch_id, count(*)::int from candidate c
         where c.organization_id = any (app.organization() || app.below()) and c.open and c.stage in ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'submitted', 'decided')
           and (app.role() not in ('committee_member', 'branch_committee') or c.branch_id = any (app.branches())) group by 1, 2 $$;
-- The same folded name and birth date with an open candidacy anywhere in the organisation: only yes or no leaves here.
create function app.has_open_candidacy(p_name text, p_birth date) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select exists (select 1 from candidate c where c.organization_id = app.organization() and c.birth_date = p_birth and app.fold(c.full_name) = app.fold(p_name) and c.open) $$;
create index candidate_birth on candidate (organization_id, birth_date) where open;
grant execute on function app.has_open_candidacy to ketnap_app;
grant execute on function app.sponsor_loads, app.lock_sponsor, app.admissions, app.pipeline to ketnap_app;
