-- Party members and the register of the branches, candidates, who introduced and who sponsors them.

create table member (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, department_id uuid references department, full_name text not null, sex app.sex not null, birth_date date not null,
  ethnic_group text, religion text, citizen_id text, phone text, occupation text, position text, status app.member_status not null, activity app.activity not null, joined_on date not null, official_on date, decided_on date,
  -- the decision on recognition: no vote and no sponsorship before it, though official from an earlier day
  recognised_on date, version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz,
  name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored, constraint member_official_on check (app.is_official(status) = (official_on is not null) and (official_on is null or official_on >= joined_on))
);
create unique index member_citizen_id_unique on member (organization_id, citizen_id) where deleted_at is null and citizen_id is not null;
create index member_list on member (organization_id, created_at desc, id desc) where deleted_at is null;
create index member_branch on member (branch_id, status, name_key, id) where deleted_at is null;
create index member_name on member (organization_id, name_key, id) where deleted_at is null;
create index member_birth on member (organization_id, birth_date) where deleted_at is null;

-- Who belonged to which branch, and when: the register of a past day.
create table membership (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references organization, member_id uuid not null references member, branch_id uuid not null references branch, from_on date not null, to_on date,
  constraint membership_period check (to_on is null or to_on >= from_on)
);
create unique index membership_open on membership (member_id) where to_on is null;
create index membership_branch on membership (branch_id, from_on);
create index membership_member on membership (member_id, from_on);

-- From which day on a member takes part in Party activity, or not; before the first change the member's own column says it.
create table member_activity_change (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch,
  member_id uuid not null references member, on_date date not null, from_activity app.activity not null, activity app.activity not null, paper_number text not null, reason text,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
  create unique index member_activity_change_day on member_activity_change (member_id, on_date); create index member_activity_change_list on member_activity_change (organization_id, created_at desc, id desc); create table member_leaving (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch,
  member_id uuid not null references member, on_date date not null, ground app.member_leaving_ground not null, decided_by app.deciding_body, paper_number text not null, reason text,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now());
  create unique index member_leaving_member on member_leaving (member_id); create index member_leaving_list on member_leaving (organization_id, created_at desc, id desc);  create table branch_officer (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, member_id uuid not null references member, position app.officer_position not null, from_on date not null, to_on date,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), constraint branch_officer_period check (to_on is null or to_on >= from_on)
);
create unique index branch_officer_secretary on branch_officer (branch_id) where to_on is null and app.is_secretary(position);
create unique index branch_officer_member on branch_officer (branch_id, member_id) where to_on is null;
create index branch_officer_list on branch_officer (organization_id, branch_id, from_on desc, id desc);

create table candidate (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, department_id uuid references department, introduced_by app.introducer not null,
  -- the attempt before this one
  previous_id uuid references candidate, full_name text not null, other_names text, sex app.sex not null, birth_date date not null, birth_place text, home_town text, ethnic_group text, religion text, citizen_id text, phone text,
  address text, occupation text, position text, general_education app.general_education, professional_level app.professional_level, political_theory_level app.political_theory_level, priority_group app.priority_group,
  youth_union_member boolean not null, trade_union_member boolean not null, remarks text,
  -- the branch that wrote them; they stay its own wherever the person moves
  remarks_branch_id uuid references branch, stage app.stage not null, stage_on date not null, nominated_on date not null, decided_on date, admitted_on date,
  -- an admission counts for the branch of its day
  admitted_branch_id uuid references branch, official_on date,
  -- the year of an approved source plan, so that lists can ask for it
  planned_year int,
  -- another person of the same name, born the same day: why, said by whom, and the second pair of eyes
  namesake_reason text, namesake_by uuid references account, namesake_confirmed_by uuid references account, namesake_confirmed_on date,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz,
  constraint candidate_namesake check (namesake_confirmed_by is null or namesake_confirmed_by is distinct from namesake_by), name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored,
  open boolean generated always as (deleted_at is null and not app.has_ended(stage)) stored
);
create unique index candidate_citizen_id_open on candidate (organization_id, citizen_id) where open and citizen_id is not null;
create index candidate_list on candidate (organization_id, created_at desc, id desc) where deleted_at is null;
create index candidate_branch_stage on candidate (branch_id, stage, created_at desc, id desc) where deleted_at is null;
create index candidate_branch on candidate (branch_id, created_at desc, id desc) where deleted_at is null;
create index candidate_by_name on candidate (organization_id, name_key, id) where deleted_at is null;
create index candidate_admitted on candidate (organization_id, admitted_on, branch_id) where admitted_on is not null and deleted_at is null;
create index candidate_pipeline on candidate (organization_id, branch_id, stage) where open;
create index candidate_department on candidate (department_id);
create index candidate_birth on candidate (organization_id, birth_date) where deleted_at is null;
create index candidate_planned on candidate (organization_id, planned_year);
create index candidate_open_stage on candidate (organization_id, branch_id, stage) where open;
create index candidate_admitted_list on candidate (organization_id, admitted_on) include (admitted_branch_id, birth_date, deleted_at) where admitted_on is not null;
create index candidate_nominated_list on candidate (organization_id, nominated_on);

create table nomination (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid not null references candidate, introduced_by app.introducer not null,
  introducer_member_id uuid references member, paper_number text not null, paper_on date not null, reason text, activity_id uuid references activity, outcome app.nomination_outcome not null, outcome_on date, outcome_reason text,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  constraint nomination_member_names_introducer check (app.is_by_member(introduced_by) = (introducer_member_id is not null))
);
create index nomination_paper on nomination (organization_id, introduced_by, paper_number);
create index nomination_list on nomination (organization_id, created_at desc, id desc);
create index nomination_branch on nomination (branch_id, created_at desc, id desc);
create index nomination_union on nomination (organization_id, introduced_by, created_at desc, id desc);
create index nomination_candidate on nomination (candidate_id);
create index nomination_activity on nomination (activity_id) where activity_id is not null;

create table sponsorship (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid not null references candidate, member_id uuid not null references member, from_on date not null,
  to_on date, end_reason text, other_branch_reason text, version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  constraint sponsorship_period check (to_on is null or to_on >= from_on), constraint sponsorship_end_reason check (to_on is null or end_reason is not null)
);
create unique index sponsorship_open_pair on sponsorship (candidate_id, member_id) where to_on is null;
create index sponsorship_list on sponsorship (organization_id, created_at desc, id desc);
create index sponsorship_branch on sponsorship (branch_id, created_at desc, id desc);
create index sponsorship_member on sponsorship (member_id) where to_on is null;

-- Words and initials of names, for search by beginnings in any order. Full text cannot use its index under forced row-level security
-- (@@ is not leakproof); comparisons of text can. Only the function below reads it; the policy of the person's own table then filters its ids.
create table name_word (
  organization_id uuid not null references organization, kind text not null constraint name_word_kind check (kind in ('member', 'candidate')), word text collate "C" not null, person_id uuid not null,
  primary key (organization_id, kind, word, person_id)
);
create index name_word_person on name_word (person_id);

create or replace function app.name_words(t text) returns setof text language sql immutable strict parallel safe
  as $$ select app.words(t) union select string_agg(left(w, 1), '' order by n) from app.words(t) with ordinality as x(w, n) $$;
-- Keeps the words of a name: of all new rows at once, and of a row whose name has changed. A member who was a candidate bears the candidate's id: words of
-- one kind only.
create or replace function app.index_names() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_level = 'STATEMENT' then
    insert into name_word select n.organization_id, tg_argv[0], w, n.id from fresh n, app.name_words(n.full_name) w on conflict do nothing;
  else
    delete from name_word where person_id = new.id and kind = tg_argv[0];
    insert into name_word select new.organization_id, tg_argv[0], w, new.id from app.name_words(new.full_name) w on conflict do nothing;
  end if;
  return null;
end $$;
create trigger member_names after insert on member referencing new table as fresh for each statement execute function app.index_names('member');
create trigger member_name after update on member for each row when (old.full_name <> new.full_name) execute function app.index_names('member');
create trigger candidate_names after insert on candidate referencing new table as fresh for each statement execute function app.index_names('candidate');
create trigger candidate_name after update on candidate for each row when (old.full_name <> new.full_name) execute function app.index_names('candidate');
create or replace function app.search_names(p_kind text, p_text text) returns setof uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with q as materialized (select distinct w as lo, w || chr(1114111) as hi from (select w from app.words(p_text) w limit 10) words)
  select n.person_id from q join name_word n on n.organization_id = any (app.organization() || app.below()) and n.kind = p_kind and n.word >= q.lo collate "C" and n.word < q.hi collate "C"
   group by n.person_id having count(distinct q.lo) = (select count(*) from q) $$;

-- One line of the register, new or changed; without a first day it never was. Members belong to branches by days, so that the register of a past day stays as it was.
create or replace function app.write_membership(p_id uuid, p_member uuid, p_branch uuid, p_from date, p_to date) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not app.writes_members(app.role()) or not exists (select from member m join branch b on b.organization_id = m.organization_id
      where m.id = p_member and b.id = p_branch and m.organization_id = app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  if p_from is null then delete from membership where id = p_id and member_id = p_member; return; end if;
  insert into membership (id, organization_id, member_id, branch_id, from_on, to_on) values (p_id, app.organization(), p_member, p_branch, p_from, p_to)
    on conflict (id) do update set branch_id = excluded.branch_id, from_on = excluded.from_on, to_on = excluded.to_on where membership.member_id = p_member;
end $$;
