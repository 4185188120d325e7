-- Source plans of the branches, reviews with a frozen list, and the duties that follow from the calendar.
-- When a branch began and ended: its duties lie between, figures of past years stay.
alter table branch add column founded_on date, add column closed_on date, add column merged_into_id uuid references branch;

create table source_plan (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  term_id uuid not null references term,
  state text not null constraint source_plan_state check (state in ('draft', 'submitted', 'returned', 'approved')),
  revision int not null,
  note text,
  submitted_on date,
  decided_on date,
  -- the first approval: entries count as planned from then on, also while a revision is prepared
  approved_on date,
  reason text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index source_plan_unique on source_plan (branch_id, term_id) where deleted_at is null;
create index source_plan_list on source_plan (organization_id, created_at desc, id desc);
create index source_plan_term on source_plan (term_id);

create table source_plan_entry (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  source_plan_id uuid not null references source_plan,
  candidate_id uuid references candidate,
  full_name text not null,
  birth_date date not null,
  department_id uuid references department,
  target_year int not null,
  priority_group text not null,
  fostering_from date not null,
  political_standard boolean not null,
  conduct boolean not null,
  capacity boolean not null,
  task_performance boolean not null,
  assessment text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz
);
create unique index source_plan_entry_person on source_plan_entry (source_plan_id, app.fold(full_name), birth_date) where deleted_at is null;
create index source_plan_entry_list on source_plan_entry (organization_id, created_at desc, id desc);
create index source_plan_entry_plan on source_plan_entry (source_plan_id, target_year);
create index source_plan_entry_candidate on source_plan_entry (candidate_id) where deleted_at is null;
create index source_plan_entry_birth on source_plan_entry (organization_id, birth_date) where deleted_at is null;

create table review (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  kind text not null constraint review_kind check (kind in ('periodic', 'yearly')),
  year int not null,
  period int not null constraint review_period check (period between 1 and 12),
  due_on date not null,
  state text not null constraint review_state check (state in ('open', 'closed')),
  opened_on date not null,
  held_on date,
  closed_on date,
  minutes_number text,
  members int,
  present int,
  agenda jsonb not null default '[]',
  summary text,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint review_record check ((state = 'closed') = (closed_on is not null) and (closed_on is null) = (minutes_number is null)),
  constraint review_attendance check (present <= members)
);
create unique index review_unique on review (branch_id, kind, year, period) where deleted_at is null;
create index review_list on review (organization_id, due_on desc, id desc);

create table review_item (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  review_id uuid not null references review,
  candidate_id uuid not null references candidate,
  -- the stage when the list was frozen
  stage text not null,
  decision text,
  political_standard boolean,
  conduct boolean,
  capacity boolean,
  task_performance boolean,
  priority_group text,
  reason text,
  note text,
  propose_class boolean not null default false,
  propose_dossier boolean not null default false,
  act_id uuid references act,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index review_item_person on review_item (review_id, candidate_id);
create index review_item_candidate on review_item (candidate_id);
create index review_item_list on review_item (organization_id, created_at desc, id desc);

do $$
declare
  own text := 'organization_id = (select app.organization()) and (select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])';
  sc text := 'organization_id = (select app.organization()) and (select app.role()) = ''standing_committee''';
begin
  perform app.protect('source_plan', app.predicate('person'), own, '(' || own || ') or (' || sc || ')');
  perform app.protect('source_plan_entry', app.predicate('person'), own, own);
  perform app.protect('review', app.predicate('person'), own, own);
  perform app.protect('review_item', app.predicate('person'), own, own);
end $$;

-- An entry finds its person: when the person is introduced, and when the entry is written.
create function app.link_entries() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'candidate' then
    update source_plan_entry e set candidate_id = new.id
     where e.organization_id = new.organization_id and e.birth_date = new.birth_date and app.fold(e.full_name) = app.fold(new.full_name) and e.deleted_at is null
       and not exists (select from candidate c where c.id = e.candidate_id and c.open);
    return null;
  end if;
  new.candidate_id := coalesce((select c.id from candidate c where c.organization_id = new.organization_id and c.branch_id = new.branch_id and c.birth_date = new.birth_date
    and app.fold(c.full_name) = app.fold(new.full_name) and c.deleted_at is null order by c.open desc, c.created_at desc limit 1), new.candidate_id);
  return new;
end $$;
create trigger candidate_entry after insert on candidate for each row execute function app.link_entries();
create trigger entry_candidate before insert or update of full_name, birth_date on source_plan_entry for each row execute function app.link_entries();
-- Whether a person stands in a source plan that was approved: kept beside the candidate, so that lists can ask for it.
alter table candidate add column planned_year int;
create index candidate_planned on candidate (organization_id, planned_year);
create function app.plan_candidates(p_candidates uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update candidate c set planned_year = n.year, version = version + 1
    from (select x.id, (select min(e.target_year) from source_plan_entry e join source_plan p on p.id = e.source_plan_id and p.approved_on is not null and p.deleted_at is null
            where e.candidate_id = x.id and e.deleted_at is null) as year from unnest(p_candidates) x (id)) n
   where c.id = n.id and c.planned_year is distinct from n.year;
end $$;
create function app.entry_counts() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name = 'source_plan' then
    perform app.plan_candidates(array(select candidate_id from source_plan_entry where source_plan_id = new.id and candidate_id is not null));
  elsif tg_op = 'INSERT' then
    perform app.plan_candidates(array[new.candidate_id]);
  else
    perform app.plan_candidates(array[new.candidate_id, old.candidate_id]);
  end if;
  return null;
end $$;
create trigger entry_counts after insert or update on source_plan_entry for each row execute function app.entry_counts();
create trigger plan_counts after update of approved_on, deleted_at on source_plan for each row execute function app.entry_counts();

-- The union is told why a nomination came back.
alter table nomination add column outcome_reason text;
create function app.nomination_reason() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.outcome_reason := case when new.outcome = 'returned' then (select a.data ->> 'reason' from act a where a.candidate_id = new.candidate_id order by a.seq desc limit 1) end;
  return new;
end $$;
create trigger nomination_reason before update of outcome on nomination for each row when (new.outcome <> old.outcome) execute function app.nomination_reason();

-- The list of an open review: decided there and nowhere else meanwhile.
create function app.in_open_review(p_candidate uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from review_item i join review r on r.id = i.review_id and r.state = 'open' and r.deleted_at is null
    where i.candidate_id = p_candidate and i.organization_id = any (app.organization() || app.below()));
end $$;

-- Every review that is due by the calendar: each branch, each period of the interval that the organisation has set, and the year.
create function app.review_calendar(p_from int, p_to int) returns table (organization_id uuid, branch_id uuid, kind text, year int, period int, from_on date, due_on date)
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select b.organization_id, b.id, k.kind, y.year, k.period, k.from_on, k.due_on
    from branch b join term t on t.organization_id = b.organization_id and t.deleted_at is null
    cross join lateral (select coalesce((select (s.value #>> '{}')::int from setting s where s.organization_id = b.organization_id and s.key = 'review_interval_months'), 3) as months) i
    cross join lateral generate_series(greatest(t.from_year, p_from), least(t.to_year, p_to)) y (year)
    cross join lateral (
      select 'periodic' as kind, n as period, (make_date(y.year, 1, 1) + make_interval(months => (n - 1) * i.months))::date as from_on,
             least(make_date(y.year, 12, 31), (make_date(y.year, 1, 1) + make_interval(months => n * i.months, days => -1))::date) as due_on
        from generate_series(1, ceil(12.0 / i.months)::int) n
      union all select 'yearly', 1, make_date(y.year, 10, 1), make_date(y.year, 12, 31)) k
   where b.deleted_at is null and k.due_on >= coalesce(b.founded_on, k.due_on) and k.due_on <= coalesce(b.closed_on, k.due_on) $$;

grant execute on function app.in_open_review, app.review_calendar to ketnap_app;
revoke execute on function app.plan_candidates from public;
