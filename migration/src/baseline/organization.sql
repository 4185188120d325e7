-- Organisations, their branches and departments, holidays and settings.
create table organization (id uuid primary key, parent_id uuid references organization, kind app.organization_kind not null, name text not null, label text not null, like kept including defaults);
create index organization_parent on organization (parent_id);
create table branch (
  id uuid primary key, organization_id uuid not null references organization, number text not null, name text not null, kind app.unit_kind not null,
  non_member_count int not null constraint branch_non_member_count check (non_member_count >= 0), previous_term_admissions int not null constraint branch_previous_term_admissions check (previous_term_admissions >= 0),
  has_youth_union boolean not null default true,
  -- the days on which it changed
  youth_union_changed_on date[] not null default '{}',
  -- its duties fall between these dates; figures of past years remain
  founded_on date, closed_on date, merged_into_id uuid references branch, like kept including defaults, deleted_at timestamptz);
create unique index branch_number_unique on branch (organization_id, number) where deleted_at is null;
-- The branch that has finally taken over from one that has ended, through all mergers; '-' if none did. Null while the branch has not ended.
create or replace function app.taken_over(p_branch uuid) returns text language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with recursive line as (
    select b.id, b.number, b.name, b.closed_on, b.merged_into_id, 0 as n from branch b where b.id = p_branch
    union all select b.id, b.number, b.name, b.closed_on, b.merged_into_id, n + 1 from branch b join line l on b.id = l.merged_into_id where l.closed_on is not null and n < 20)
  select case when exists (select from line where n = 0 and closed_on is not null) then coalesce((select l.number || ' ' || l.name from line l where l.closed_on is null), '-') end $$;
-- Whether the caller reads the people of a branch.
create or replace function app.reads_branch(p_branch uuid) returns boolean language sql stable parallel safe as $$ select app.reads_everywhere(app.role()) or app.reads_branches(app.role()) and p_branch = any (app.branches()) $$;
create table department (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid references branch, name text not null, kind app.unit_kind not null, like kept including defaults, deleted_at timestamptz);
create unique index department_name_unique on department (organization_id, name) where deleted_at is null;
create index department_branch on department (branch_id);
-- History of branches.
create table branch_change (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, kind app.branch_change_kind not null, on_date date not null, paper_number text not null, reason text,
  from_name text, to_name text, other_branch_id uuid references branch, version int not null default 1, created_at timestamptz not null, updated_at timestamptz not null);
create index branch_change_branch on branch_change (branch_id, on_date);
create table branch_classification (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, year int not null constraint branch_classification_year check (year between 1990 and 2100),
  grade app.classification_grade not null, decided_on date not null, paper_number text not null, note text, like kept including defaults, deleted_at timestamptz,
  constraint branch_classification_decided check (extract(year from decided_on) >= year));
create unique index branch_classification_year_unique on branch_classification (branch_id, year) where deleted_at is null;
create index branch_classification_years on branch_classification (organization_id, year desc, id desc) where deleted_at is null;
create table holiday (id uuid primary key, organization_id uuid not null references organization, on_date date not null, name text not null, kind app.day_kind not null default 'off', like kept including defaults);
create unique index holiday_date_unique on holiday (organization_id, on_date);
create table setting (
  id uuid primary key, organization_id uuid not null references organization, key text not null,
  -- a value applies from its first day until the next one's; a change is a new row
  from_on date not null, value int not null, like kept including defaults);
create unique index setting_key_unique on setting (organization_id, key, version);
create index setting_day on setting (organization_id, key, from_on desc, version desc);
-- The value of a setting on a day. Like other functions that are called often it is in plpgsql, whose plans are cached, while SQL that is not inlined is planned at every call.
create or replace function app.setting_on(p_organization uuid, p_key text, p_on date, p_default int) returns int language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$ begin
  return coalesce((select s.value from setting s where s.organization_id = p_organization and s.key = p_key and s.from_on <= p_on order by s.from_on desc, s.version desc limit 1), p_default);
end $$;
