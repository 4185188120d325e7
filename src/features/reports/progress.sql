-- Raw: a report. `$1` is the term, `$2` today, `$3` a branch, `$4` and `$5` how long certificates are valid.
with p as materialized (select * from app.progress($2, $4, $5)),
     here as materialized (select b.* from branch b where b.deleted_at is null and ({scope}) and b.organization_id = (select organization_id from term where id = $1) and ($3::uuid is null or b.id = $3)),
     m as materialized (select id, (sum(n) filter (where app.is_official(word)))::int as official from app.counts('members', array(select id from here)) group by 1),
     q as materialized (select l.branch_id, jsonb_object_agg(q.year, l.quota) as quotas from quota_plan q join quota_line l on l.plan_id = q.id
       where q.term_id = $1 and q.deleted_at is null and q.state {issued} group by 1),
     k as materialized (select b.id, jsonb_object_agg(q.year, coalesce(k.admitted, 0)) as kept from here b
       join quota_plan q on q.term_id = $1 and q.deleted_at is null and q.state = '{closed}' left join quota_closing k on k.plan_id = q.id and k.branch_id = b.id group by 1),
     s as materialized (select app.setting_on((select organization_id from term where id = $1), '{key}', $2, {default}) as minimum)
select b.id, b.number, b.name, coalesce(q.quotas, '{{}}'),
       coalesce(p.nominated, 0), coalesce(p.in_plan, 0), coalesce(p.in_class, 0), coalesce(p.dossier, 0), coalesce(p.ready, 0), coalesce(p.resolved, 0), coalesce(p.decided, 0),
       coalesce(m.official, 0), (select minimum from s), b.closed_on is null and b.kind <> '{station}', p.entries, coalesce(k.kept, '{{}}')
  from here b left join k on k.id = b.id left join p on p.branch_id = b.id left join m on m.id = b.id left join q on q.branch_id = b.id order by b.number
