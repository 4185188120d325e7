-- Raw: a report. `$1` and `$2` are its first and last day, `$3` a branch, `$4` the day
-- as of which the figures are shown: the end of the last quarter for roles that see no persons.
with q as materialized (select * from app.quality($1, $2, $4))
select b.id, b.number, b.non_member_count, coalesce(q.nominated, 0), coalesce(q.adopted, 0), coalesce(q.dossier, 0), coalesce(q.admitted, 0), coalesce(q.recognised, 0), coalesce(q.removed, 0), coalesce(q.not_admitted, 0), coalesce(q.struck_off, 0), coalesce(q.withdrawn, 0), q.median_months, q.groups,
       (select jsonb_agg(jsonb_build_array(k.year, k.grade) order by k.year) from branch_classification k
         where k.branch_id = b.id and k.deleted_at is null and k.year between extract(year from $1) and extract(year from $2))
       , b.organization_id from branch b left join q on q.branch_id = b.id where b.deleted_at is null and ($3::uuid is null or b.id = $3) and ({scope}) order by b.organization_id, b.number
