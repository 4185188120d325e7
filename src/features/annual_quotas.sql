-- Raw: statistics. The years of the chosen terms with the quota, admissions and pipeline of each branch.
with chosen as (
  select distinct on (t.organization_id) t.* from term t where t.deleted_at is null and ($1::uuid is null or t.id = $1)
    and (t.organization_id = (select app.organization()) or t.organization_id = any ((select app.below())::uuid[]))
  order by t.organization_id, ($2 between t.from_year and t.to_year) desc, t.from_year desc),
span as (select min(from_year) as a, max(to_year) as z from chosen),
admitted as materialized (select f.* from span, app.admissions(make_date(span.a, 1, 1), make_date(span.z, 12, 31)) f where span.a is not null),
later as materialized (select x.plan_id, x.branch_id, jsonb_agg(jsonb_build_object('reason', x.reason, 'recorded_on', x.recorded_on, 'difference', x.difference) order by x.recorded_on, x.act_id) as changes from later_admission x group by 1, 2),
pipeline as materialized (select * from app.pipeline())
select b.organization_id, b.id, b.number, b.name, y.year, coalesce(l.quota, 0), coalesce(case when q.state = '{closed}' then coalesce(k.admitted, 0) end, a.admitted, 0), coalesce(p.pipeline, 0),
       t.id, t.name, t.annual_minimum, t.term_minimum, h.changes
  from chosen t join branch b on b.organization_id = t.organization_id and b.deleted_at is null
  cross join lateral generate_series(t.from_year, t.to_year) as y(year)
  left join quota_plan q on q.term_id = t.id and q.year = y.year and q.deleted_at is null and q.state {issued}
  left join quota_line l on l.plan_id = q.id and l.branch_id = b.id
  left join admitted a on a.branch_id = b.id and a.year = y.year
  left join quota_closing k on k.plan_id = q.id and k.branch_id = b.id left join later h on h.plan_id = q.id and h.branch_id = b.id
  left join pipeline p on p.branch_id = b.id
 where ({scope}) and ($3::int is null or y.year = $3) and ($4::uuid is null or b.id = $4) order by b.organization_id, b.number, y.year
