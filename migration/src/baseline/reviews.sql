-- Reviews with their frozen lists, and the calendar of their due dates.
create table review (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, kind app.review_kind not null, year int not null,
  period int not null constraint review_period check (period between 1 and 12), due_on date not null, state app.review_state not null, opened_on date not null, held_on date, closed_on date, minutes_number text, members int,
  present int, agenda jsonb not null default '[]', summary text, like kept including defaults, deleted_at timestamptz,
  constraint review_record check (app.is_closed(state) = (closed_on is not null) and (closed_on is null) = (minutes_number is null)), constraint review_attendance check (present <= members));
create unique index review_unique on review (branch_id, kind, year, period) where deleted_at is null;
create index review_list on review (organization_id, due_on desc, id desc);
create table review_item (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references organization, branch_id uuid not null references branch, review_id uuid not null references review,
  candidate_id uuid not null references candidate,
  -- the stage when the list was frozen
  stage app.stage not null, decision app.plan_action, political_standard boolean, conduct boolean, capacity boolean, task_performance boolean, priority_group app.priority_group, reason text, note bytea, data_key bytea,
  propose_class boolean not null default false, propose_dossier boolean not null default false, act_id uuid references act, like kept including defaults);
create unique index review_item_person on review_item (review_id, candidate_id);
create index review_item_candidate on review_item (candidate_id);
-- The act that is in effect today in place of each of these: the act itself, or the last that corrected or annulled it, with its action (null if annulled). No row if the caller cannot see the file.
create or replace function app.standing_acts(p_acts uuid[]) returns table (recorded_id uuid, id uuid, says text) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with recursive f as (select a.id as recorded_id, a.id, a.candidate_id, a.data, 0 as turn from act a where a.id = any (p_acts) union all select f.recorded_id, n.id, n.candidate_id, n.data, f.turn + 1
    from f join act n on n.candidate_id = f.candidate_id and (n.corrects_id = f.id or app.is_annulment(n.kind) and n.data ->> 'act_id' = f.id::text)) select distinct on (f.recorded_id) f.recorded_id, f.id, f.data ->> 'action'
  from f order by f.recorded_id, f.turn desc $$;
-- Every review due by the calendar, which continues after a term until the next one begins: for each branch, the periods of the organisation's interval and the year.
-- `rows` is the size of one organisation's calendar, before it is filtered for the reader; with a lower estimate the planner joins the reviews one by one.
create or replace function app.review_calendar(p_from int, p_to int) returns table (organization_id uuid, branch_id uuid, kind text, year int, period int, from_on date, due_on date)
language plpgsql stable rows 50000 set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin return query
  -- once for all branches of an organisation
  with calendar as materialized (select t.organization_id, y.year, k.* from term t
    cross join lateral generate_series(greatest(t.from_year, p_from), least(p_to, coalesce((select min(n.from_year) - 1 from term n where n.organization_id = t.organization_id and n.deleted_at is null
              and n.from_year > t.to_year), greatest(t.to_year, extract(year from app.today())::int)))) y (year)
    cross join lateral (
      -- the length of a period follows the setting on its first day
      with recursive p as (
        select 1 as period, make_date(y.year, 1, 1) as from_on, app.setting_on(t.organization_id, 'review_interval_months', make_date(y.year, 1, 1), 3) as months
        union all select p.period + 1, n.from_on, app.setting_on(t.organization_id, 'review_interval_months', n.from_on, 3)
          from p cross join lateral (select (p.from_on + make_interval(months => p.months))::date as from_on) n where n.from_on <= make_date(y.year, 12, 31))
      select 'periodic' as kind, p.period, p.from_on, least(make_date(y.year, 12, 31), (p.from_on + make_interval(months => p.months, days => -1))::date) as due_on from p
      union all select 'yearly', 1, make_date(y.year, 10, 1), make_date(y.year, 12, 31)) k
   where t.deleted_at is null and (app.is_approved(t.state) or t.remarks <> '[]'))
  select b.organization_id, b.id, k.kind, k.year, k.period, k.from_on, k.due_on from calendar k join branch b on b.organization_id = k.organization_id
   where b.deleted_at is null and k.due_on >= coalesce(b.founded_on, k.due_on) and k.due_on <= coalesce(b.closed_on, k.due_on);
end $$;
