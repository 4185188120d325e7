-- Raw: statistics. The lines of all plans at once, each with the admissions and the pipeline of its branch.
with inside as (select app.reads_everywhere((select app.role())) as yes),
span as (select min(year) as a, max(year) as z from quota_plan where id = any ($1)),
admitted as materialized (select f.* from inside, span, app.admissions(make_date(span.a, 1, 1), make_date(span.z, 12, 31)) f where inside.yes and span.a is not null),
pipeline as materialized (select f.* from inside, app.pipeline() f where inside.yes)
select l.plan_id, t.annual_minimum, i.yes as inside, coalesce(a.admitted, 0) as admitted, coalesce(w.pipeline, 0) as pipeline, l.branch_id, l.quota, l.rationale, l.basis
from quota_line l cross join inside i join quota_plan p on p.id = l.plan_id join term t on t.id = p.term_id join branch b on b.id = l.branch_id
left join admitted a on a.branch_id = l.branch_id and a.year = p.year left join pipeline w on w.branch_id = l.branch_id where l.plan_id = any ($1) and ({scope}) order by b.number, l.id
