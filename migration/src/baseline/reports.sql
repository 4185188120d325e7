-- Figures by branch, counted in the database within the caller's reach; no persons are returned.
-- Totals per branch, which are P0. Roles that see no persons get stocks (`pipeline`, members) as of the last day of the last quarter, so that no day reveals who advanced.
create or replace function app.sees_persons() returns boolean language sql stable parallel safe as $$ select coalesce(app.reads_everywhere(app.role()) or app.reads_branches(app.role()), false) $$;
create or replace function app.admissions(p_from date, p_to date) returns table (organization_id uuid, branch_id uuid, year int, admitted int) language sql stable as $$ select t.organization_id, t.branch_id, extract(year
    from t.month)::int, sum(t.n)::int from tally t
         where t.organization_id = any ((select app.organization() || app.below())::uuid[]) and t.stage is null and t.what is null and t.month between p_from and p_to group by 1, 2, 3 $$;
-- By branch and year (month null), and by year and month (branch null).
create or replace function app.admission_ages(p_from date, p_to date, p_organization uuid, p_branch uuid) returns table (branch_id uuid, year int, month int, admitted int, years_of_age bigint, up_to_30 int, up_to_35 int)
  language sql stable as $$ select t.branch_id, d.year, d.month, sum(t.n)::int, sum(t.years_of_age)::bigint, sum(t.up_to_30)::int, sum(t.up_to_35)::int from tally t
    cross join lateral (select extract(year from t.month)::int as year, extract(month from t.month)::int as month) d where t.organization_id = p_organization and t.stage is null and t.what is null
      and t.month between p_from and p_to and (p_branch is null or t.branch_id = p_branch) group by grouping sets ((t.branch_id, d.year), (d.year, d.month)) $$;
-- Roles that see no persons see what was recorded before this moment: the end of the last quarter, so that figures change on four days of the year. What an organisation enters in its first months counts as its past.
create or replace function app.known(p_reach uuid[]) returns table (organization_id uuid, until timestamptz) language sql stable as $$
  select o.id, case when app.sees_persons() then 'infinity' else greatest((app.last_quarter() + 1)::timestamp, app.month(app.civil(o.created_at)) + interval '4 months') at time zone 'Asia/Ho_Chi_Minh' end from organization o
  where o.id = any (p_reach) $$;
-- People on the way at the end of the last quarter, as known then. Those with later records count in the last stage known then, and those who have moved since in their branch at that time.
create or replace function app.stood(p_reach uuid[]) returns table (organization_id uuid, branch_id uuid, stage app.stage, n int) language sql stable as $$
  with late as (select distinct s.candidate_id, k.until from app.known(p_reach) k join stage_entry s on s.organization_id = k.organization_id and s.recorded_at >= k.until and s.on_date <= app.last_quarter()),
    v as (select distinct on (v.candidate_id) v.candidate_id, v.from_branch_id from candidate_move v where v.organization_id = any (p_reach) and v.on_date > app.last_quarter() order by v.candidate_id, v.on_date),
    s as materialized (select s.*, late.until as late, v.from_branch_id, s.on_date <= app.last_quarter() and coalesce(s.left_on, 'infinity') > app.last_quarter() as stands from (select late.candidate_id from late
        union select v.candidate_id from v) c join candidate k on k.id = c.candidate_id and k.deleted_at is null cross join lateral (select s.* from stage_entry s
          where s.candidate_id = c.candidate_id and app.is_on_the_way(s.stage) offset 0) s
      left join late on late.candidate_id = c.candidate_id left join v on v.candidate_id = c.candidate_id)
  select x.organization_id, x.branch_id, x.stage::app.stage, sum(x.n)::int from (select t.organization_id, t.branch_id, t.stage, t.n from tally t where t.organization_id = any (p_reach) and t.stage is not null and t.stands
      and t.known > app.last_quarter() and t.month > app.last_quarter() union all select s.organization_id, s.branch_id, s.stage, -1 from s where s.stands
    union all select s.organization_id, coalesce(s.from_branch_id, s.branch_id), s.stage, 1 from s where case when s.late is null then s.stands
      else s.place = (select max(k.place) from stage_entry k where k.candidate_id = s.candidate_id and k.on_date <= app.last_quarter() and k.recorded_at < s.late) end) x group by 1, 2, 3 having sum(x.n) <> 0 $$;
-- Figures of classes need rows, but only those of people on the way who have attended one.
create or replace function app.progress(p_today date, /* how long a certificate issued since then is valid */ p_since date[], p_months int[])
  returns table (organization_id uuid, branch_id uuid, nominated int, in_plan int, in_class int, dossier int, ready int, resolved int, decided int, entries bigint)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare reach uuid[] := app.organization() || app.below(); branches uuid[] := case when app.reads_branches(app.role()) then app.branches() end; begin return query
  with recursive /* certificates count in later attempts */ again as (select c.id, c.previous_id as earlier from candidate c where c.previous_id is not null and c.open and c.organization_id = any (reach)
      union select g.id, c.previous_id from again g join candidate c on c.id = g.earlier where c.previous_id is not null), e as materialized (select c.id, c.organization_id, c.branch_id, c.stage,
        bool_or(app.is_completed(e.state) and e.certificate_on + make_interval(months => coalesce((select v.months from unnest(p_since, p_months) v (since, months) where v.since <= e.certificate_on order by v.since desc limit 1),
                p_months[1])) >= p_today) as certified_now,
        bool_or(app.is_confirmed(e.state) and k.ends_on >= p_today) as in_class
      from class k join (select x.candidate_id as person, x.class_id, x.state, x.certificate_on from enrolment x union all select g.id, x.class_id, x.state, x.certificate_on from again g
          join enrolment x on x.candidate_id = g.earlier) e on e.class_id = k.id join candidate c on c.id = e.person
     where app.sees_persons() and app.is_awareness(k.kind) and k.deleted_at is null and (app.is_completed(e.state) or app.is_confirmed(e.state))
       and c.organization_id = any (reach) and c.open and app.is_on_the_way(c.stage) and (branches is null or c.branch_id = any (branches)) group by c.id),
    f as (select t.organization_id, t.branch_id, t.stage::text as stage, t.n, 0 as in_class, 0 as ready from tally t
       where app.sees_persons() and t.organization_id = any (reach) and t.known is null and app.is_on_the_way(t.stage) and (branches is null or t.branch_id = any (branches))
      union all select t.organization_id, t.branch_id, t.stage::text, t.n, 0, 0 from app.stood(reach) t where not app.sees_persons()
      union all select e.organization_id, e.branch_id, e.stage::text, 0, e.in_class::int, (app.is_dossier(e.stage) and e.certified_now)::int from e)
  select f.organization_id, f.branch_id, coalesce(sum(n) filter (where app.is_nominated(stage)), 0)::int, coalesce(sum(n) filter (where app.is_in_plan(stage)), 0)::int, sum(f.in_class)::int,
         coalesce(sum(n) filter (where app.is_dossier(stage)), 0)::int, sum(f.ready)::int, coalesce(sum(n) filter (where app.is_resolved(stage)), 0)::int,
         coalesce(sum(n) filter (where app.is_decided(stage)), 0)::int,
         -- the number of changes on record: figures computed at the same number are still valid
         coalesce((select sum(h.seq) from chain_head h where h.log = 'audit_entry'), 0)::bigint from f group by 1, 2;
end $$;
-- Outcomes and breakdown of everybody nominated between two dates, by the branch of that day, as known on a day. Whole months come from counters, less the people about whom more has been recorded since.
create or replace function app.quality(p_from date, p_to date, p_as_of date) returns table (organization_id uuid, branch_id uuid, nominated int, adopted int, dossier int, admitted int, recognised int, removed int,
  not_admitted int, struck_off int, withdrawn int, median_months int, groups jsonb) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set work_mem = '64MB' as $$
#variable_conflict use_column
declare reach uuid[] := app.organization() || app.below(); branches uuid[] := case when app.reads_branches(app.role()) then app.branches() end; last date := least(p_to, p_as_of);
  first_month date := app.month(p_from - 1) + interval '1 month'; month_after date := greatest(app.month(last + 1), first_month); begin return query
  with u as materialized (select * from app.known(reach)), late as materialized (select c.c, u.until from (select s.candidate_id from u join stage_entry s on s.organization_id = u.organization_id and s.recorded_at >= u.until
        where p_as_of < '9999-12-31' union select s.candidate_id from stage_entry s where s.organization_id = any (reach) and s.on_date > p_as_of) s
      cross join lateral (select c from candidate c where c.id = s.candidate_id offset 0) c join u on u.organization_id = (c.c).organization_id where (c.c).nominated_on between p_from and last),
    t as materialized (select t.organization_id, t.branch_id, t.what, t.value, sum(t.n) as n from (
        select t.* from tally t where t.organization_id = any (reach) and t.what is not null and t.month >= first_month and t.month < month_after
        union all select t.* from (select c from candidate c where c.organization_id = any (reach) and c.deleted_at is null and c.nominated_on between p_from and least(last, first_month - 1)
          union all select c from candidate c where c.organization_id = any (reach) and c.deleted_at is null and c.nominated_on between month_after and last) x cross join app.tallied(x.c, 1) t
        union all select t.* from late cross join app.tallied(late.c, -1) t
        union all select t.* from late cross join app.course(late.c, p_as_of, late.until) k cross join lateral (select jsonb_populate_record(late.c, to_jsonb(k)) as c offset 0) x cross join app.tallied(x.c, 1) t
          where k.stage is not null) t where t.what is not null and (branches is null or t.branch_id = any (branches)) group by 1, 2, 3, 4 having sum(t.n) <> 0),
    m as (select branch_id, value::int as months, sum(n) over (partition by branch_id order by value::int) as up_to, sum(n) over (partition by branch_id) as people from t where what = 'months')
  select t.organization_id, t.branch_id, (sum(n) filter (where what = 'sex'))::int, (sum(n) filter (where what = 'adoption'))::int, (sum(n) filter (where what = 'file'))::int, (sum(n) filter (where what = 'admission'))::int,
         (sum(n) filter (where what = 'recognised'))::int, (sum(n) filter (where what = 'removal'))::int, (sum(n) filter (where what = 'refusal'))::int, (sum(n) filter (where what = 'striking'))::int,
         (sum(n) filter (where what = 'leaving'))::int, (select min(m.months) from m where m.branch_id = t.branch_id and 2 * m.up_to >= m.people),
         jsonb_agg(jsonb_build_array(what, value, n) order by what, value) filter (where what in ('sex', 'priority_group', 'age_band')) from t group by 1, 2;
end $$;
-- The register in figures: for each span, what happened within it (stages entered, classes finished) and, for who sees persons, what stood on its last day (stages before the ceremony; members, official or not) and why somebody
-- was removed (of those counted), by branch of that day. `later`: of these, recorded after `known`. Stages are counted by whole months, less the entries that need a closer look (`r`), and those by their days: of a month that is
-- cut, recorded in one, or of somebody who has moved since.
create or replace function app.statistics(p_from date[], p_to date[], p_known date[]) returns table (span int, organization_id uuid, branch_id uuid, stands boolean, stage app.stage, class_kind app.class_kind, official boolean,
    reason text, n int, later int) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp set work_mem = '64MB' set enable_sort = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare reach uuid[] := app.organization() || app.below(); branches uuid[] := case when app.reads_branches(app.role()) then app.branches() end; sees constant boolean := app.sees_persons();
begin return query with u as materialized (select * from app.known(reach)), x as materialized (select x.*, app.month(x.from_on) as first, (app.month(x.to_on) + interval '1 month')::date as next, (x.known_on + 1)::timestamp
        at time zone 'Asia/Ho_Chi_Minh' as after, (app.month(x.known_on) + interval '1 month') at time zone 'Asia/Ho_Chi_Minh' as after_month
      from unnest(p_from, p_to, p_known) with ordinality as x (from_on, to_on, known_on, span)), moved as materialized (select v.candidate_id as id, max(v.on_date) as on_date from candidate_move v
      where v.organization_id = any (reach) and v.on_date > (select min(x.from_on) from x) group by 1), r as materialized (select x.*, s.* from x cross join lateral (
        select s from stage_entry s where s.organization_id = any (reach) and s.on_date > x.to_on and s.on_date < x.next
        union select s from stage_entry s where s.organization_id = any (reach) and s.on_date >= x.first and s.on_date < x.from_on
        union select s from stage_entry s where s.organization_id = any (reach) and coalesce(s.left_on, 'infinity') > x.to_on and coalesce(s.left_on, 'infinity') < x.next and app.is_on_the_way(s.stage)
        union select s from stage_entry s where s.organization_id = any (reach) and s.recorded_at >= x.after and s.recorded_at < x.after_month and s.on_date <= x.to_on
        union select s.s from moved m cross join lateral (select s from stage_entry s where s.candidate_id = m.id and s.on_date <= x.to_on and (s.on_date >= x.from_on and s.on_date < m.on_date
            or m.on_date > x.to_on and coalesce(s.left_on, 'infinity') > x.to_on) offset 0) s where m.on_date > x.from_on) s
      where (s.s).candidate_id not in (select k.id from candidate k where k.organization_id = any (reach) and k.deleted_at is not null)),
    f as (select r.span, (r.s).organization_id, (r.s).candidate_id, (r.s).branch_id, v.day, v.stands, (r.s).stage, null::app.class_kind as class_kind, null::boolean as official, null as reason, (r.s).recorded_at, r.known_on
        from r cross join lateral (values (false, (r.s).on_date), (true, r.to_on)) v (stands, day) where case when v.stands then sees and app.is_on_the_way((r.s).stage) and daterange((r.s).on_date, (r.s).left_on) @> v.day
          else v.day between r.from_on and r.to_on end
      union all select x.span, s.organization_id, s.candidate_id, s.branch_id, s.on_date, false, s.stage, null, null, s.reason, s.recorded_at, x.known_on from x join stage_entry s on sees and s.organization_id = any (reach)
          and s.reason is not null and s.on_date between x.from_on and x.to_on
      union all select x.span, e.organization_id, e.candidate_id, e.branch_id, e.certificate_on, false, null, k.kind, null, null, (select max(a.recorded_at) from act a where a.candidate_id = e.candidate_id
          and a.data ->> 'enrolment_id' = e.id::text), x.known_on from x join enrolment e on e.organization_id = any (reach) and app.is_completed(e.state) and e.certificate_on between x.from_on and x.to_on
        join class k on k.id = e.class_id and k.deleted_at is null
      union all select x.span, s.organization_id, null, s.branch_id, x.to_on, true, null, null, coalesce(app.official_from(m) <= x.to_on, false), null, m.created_at, x.known_on
        from x join membership s on s.organization_id = any (reach) and s.from_on <= x.to_on and (s.to_on is null or s.to_on >= x.to_on) join member m on m.id = s.member_id where sees),
    t as (select x.span, t.* from x join tally t on t.organization_id = any (reach) and t.stage is not null and t.known >= x.first union all select r.span, t.* from r cross join lateral app.tallied(r.s, -1) t)
  select a.span::int, a.organization_id, a.branch_id, a.stands, a.stage::app.stage, a.class_kind::app.class_kind, a.official, a.reason, sum(a.n)::int, sum(a.later)::int from (
      select f.span, f.organization_id, b.branch_id, f.stands, f.stage, f.class_kind, f.official, f.reason, count(*) as n, count(*) filter (where app.civil(f.recorded_at) > f.known_on) as later
        from f left join moved on moved.id = f.candidate_id cross join lateral (select coalesce(case when moved.id is not null then (select v.from_branch_id from candidate_move v
          where v.candidate_id = moved.id and v.on_date > f.day order by v.on_date limit 1) end, f.branch_id) as branch_id) b
       where sees or (f.recorded_at >= (select u.until from u where u.organization_id = f.organization_id)) is not true group by 1, 2, 3, 4, 5, 6, 7, 8
      union all select t.span, t.organization_id, t.branch_id, t.stands, t.stage, null, null, null, sum(t.n * (not t.stands or t.month > x.to_on)::int),
          sum(t.n * case when t.known <= x.known_on then 0 when not t.stands then 1 else -(t.month <= x.to_on)::int end) from t join x on x.span = t.span
       where case when t.stands then t.month > x.to_on or t.known > x.known_on else t.month between x.first and x.to_on end
         and (sees or not t.stands and t.known < (select app.civil(u.until) from u where u.organization_id = t.organization_id)) group by 1, 2, 3, 4, 5) a
    where branches is null or a.branch_id = any (branches) group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(a.n) <> 0; end $$;
create or replace function app.pipeline() returns table (organization_id uuid, branch_id uuid, pipeline int) language sql stable as $$ select t.organization_id, t.branch_id, sum(t.n)::int from tally t
  where app.sees_persons() and t.organization_id = any ((select app.organization() || app.below())::uuid[]) and t.known is null and app.is_on_the_way(t.stage) group by 1, 2
  union all select p.organization_id, p.branch_id, p.nominated + p.in_plan + p.dossier + p.resolved + p.decided from app.progress(null, '{}', '{}') p where not app.sees_persons() $$;
revoke execute on function app.write_deadlines, app.fill_class, app.recount from ketnap_app;
-- Indexes for lists with the newest rows first, by organisation and by branch (`_branch`). The second array is of tables whose lists leave out deleted rows.
do $$ declare name text; live boolean; begin for name, live in select unnest(
      '{account_list, branch_list, branch_change_list, department_list, erasure_list, member_activity_change_list, member_leaving_list, transfer_list, nomination_branch, nomination_list, problem_report_branch,
        problem_report_list, review_item_list, session_list, source_plan_list, source_plan_entry_list, sponsorship_branch, sponsorship_list, transfer_offer_list}'::text[]),
    false
      union all select unnest('{activity_newest, branch_classification_list, candidate_branch, candidate_list, dispatch_list, guidance_list, inspection_newest, member_list, work_plan_branch, work_plan_newest}'::text[]), true loop
    execute format('create index if not exists %I on %I (%s, created_at desc, id desc) %s', name, regexp_replace(name, '_(list|newest|branch)$', ''), case when name like '%\_branch' then 'branch_id' else 'organization_id' end,
        case when live then 'where deleted_at is null' end);
  end loop;
end $$;
