-- Branches, departments, officers, members.
create table branch (
  id uuid primary key,
  organization_id uuid not null references organization,
  number text not null,
  name text not null,
  kind text not null constraint branch_kind check (kind in ('clinical', 'functional', 'commune_station')),
  non_member_count int not null constraint branch_non_member_count check (non_member_count >= 0),
  previous_term_admissions int not null constraint branch_previous_term_admissions check (previous_term_admissions >= 0),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index branch_number_unique on branch (organization_id, number) where deleted_at is null;
create index branch_list on branch (organization_id, created_at desc, id desc);
alter table account add constraint account_branch foreign key (branch_id) references branch;
alter table branch_overseer add constraint branch_overseer_branch foreign key (branch_id) references branch;

create table department (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid references branch,
  name text not null,
  kind text not null constraint department_kind check (kind in ('clinical', 'functional', 'commune_station')),
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index department_name_unique on department (organization_id, name) where deleted_at is null;
create index department_list on department (organization_id, created_at desc, id desc);
create index department_branch on department (branch_id);

create table member (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  department_id uuid references department,
  full_name text not null,
  sex text not null constraint member_sex check (sex in ('female', 'male')),
  birth_date date not null,
  ethnic_group text,
  religion text,
  phone text,
  occupation text,
  position text,
  status text not null constraint member_status check (status in ('probationary', 'official')),
  activity text not null constraint member_activity check (activity in ('active', 'exempt', 'temporarily_elsewhere', 'suspended')),
  joined_on date not null,
  official_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored,
  constraint member_official_on check ((status = 'official') = (official_on is not null) and (official_on is null or official_on >= joined_on))
);
create index member_list on member (organization_id, created_at desc, id desc) where deleted_at is null;
create index member_branch on member (branch_id, status, name_key, id) where deleted_at is null;
create index member_name on member (organization_id, name_key, id) where deleted_at is null;

create table branch_officer (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  member_id uuid not null references member,
  position text not null constraint branch_officer_position check (position in ('secretary', 'deputy_secretary', 'member')),
  from_on date not null,
  to_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint branch_officer_period check (to_on is null or to_on >= from_on)
);
create unique index branch_officer_secretary on branch_officer (branch_id) where to_on is null and position = 'secretary';
create unique index branch_officer_member on branch_officer (branch_id, member_id) where to_on is null;
create index branch_officer_list on branch_officer (organization_id, branch_id, from_on desc, id desc);

select app.protect('branch', app.predicate('org+below'), app.predicate('office'), app.predicate('office'));
select app.protect('department', app.predicate('org+below'), app.predicate('office'), app.predicate('office'));
select app.protect('member', app.predicate('person'), app.predicate('office'), app.predicate('office'));
select app.protect('branch_officer', app.predicate('person'), app.predicate('office'), app.predicate('office'));

-- Words and initials of names, for search by beginnings in any order. Full text cannot use its index under forced row-level security
-- (@@ is not leakproof); comparisons of text can. Only the function below reads it; the policy of the person's own table then filters its ids.
create table name_word (
  organization_id uuid not null references organization,
  kind text not null constraint name_word_kind check (kind in ('member', 'candidate')),
  word text collate "C" not null,
  person_id uuid not null,
  primary key (organization_id, kind, word, person_id)
);
create index name_word_person on name_word (person_id);
select app.protect('name_word', null);
create function app.name_words(t text) returns setof text language sql immutable strict parallel safe
  as $$ select app.words(t) union select string_agg(left(w, 1), '' order by n) from app.words(t) with ordinality as x(w, n) $$;
create function app.add_names() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into name_word select n.organization_id, tg_argv[0], w, n.id from fresh n, app.name_words(n.full_name) w on conflict do nothing;
  return null;
end $$;
create function app.change_name() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from name_word where person_id = new.id;
  insert into name_word select new.organization_id, tg_argv[0], w, new.id from app.name_words(new.full_name) w on conflict do nothing;
  return null;
end $$;
create trigger member_names after insert on member referencing new table as fresh for each statement execute function app.add_names('member');
create trigger member_name after update on member for each row when (old.full_name <> new.full_name) execute function app.change_name('member');
create function app.search_names(p_kind text, p_text text) returns setof uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with q as materialized (select distinct w as lo, w || chr(1114111) as hi from (select w from app.words(p_text) w limit 10) words)
  select n.person_id from q join name_word n on n.organization_id = any (app.organization() || app.below()) and n.kind = p_kind and n.word >= q.lo collate "C" and n.word < q.hi collate "C"
   group by n.person_id having count(distinct q.lo) = (select count(*) from q) $$;

-- Counts are P0: every role that sees a branch sees how many members it has, not who they are.
create function app.member_counts(p_branches uuid[]) returns table (branch_id uuid, official int, probationary int)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.branch_id, count(*) filter (where m.status = 'official')::int, count(*) filter (where m.status = 'probationary')::int
    from member m where m.branch_id = any (p_branches) and m.deleted_at is null
     and (m.organization_id = app.organization() or m.organization_id = any (app.below())) group by m.branch_id $$;
grant execute on function app.search_names, app.member_counts to ketnap_app;
