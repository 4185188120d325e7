-- Raw: figures from ten tables, for all branches, in one statement. `$1` is today, `$2` to `$4` the period.
select b.id, b.number, b.name, coalesce(m.official, 0), coalesce(m.probationary, 0),
      coalesce(c.nominated, 0), coalesce(c.in_plan, 0), coalesce(c.dossier, 0), coalesce(c.submitted, 0), coalesce(c.decided, 0), coalesce(c.probationary, 0),
      coalesce(l.quota, 0), coalesce(a.admitted, 0), coalesce(d.overdue, 0), coalesce(d.due, 0), i.on_date, i.kind, coalesce(f.overdue, 0), coalesce(r.open, 0),
      w.id, w.id is not null and w.admission_section is null, coalesce(g.lost, 0)
 from branch b
 left join (select branch_id, (count(*) filter (where status = '{official}'))::int as official, (count(*) filter (where status = '{on_probation}'))::int as probationary
              from member where organization_id = (select app.organization()) and deleted_at is null and arrives_on is null group by 1) m on m.branch_id = b.id
 left join (select branch_id, coalesce(sum(n) filter (where stage {nominated}), 0)::int as nominated, coalesce(sum(n) filter (where stage {in_plan}), 0)::int as in_plan,
                   coalesce(sum(n) filter (where stage {dossier}), 0)::int as dossier,
                   coalesce(sum(n) filter (where stage {submitted}), 0)::int as submitted, coalesce(sum(n) filter (where stage {decided}), 0)::int as decided,
                   coalesce(sum(n) filter (where stage {probationary}), 0)::int as probationary
              from tally where organization_id = (select app.organization()) and known is null and stage is not null group by 1) c on c.branch_id = b.id
 left join (select ql.branch_id, sum(ql.quota)::int as quota from quota_line ql join quota_plan q on q.id = ql.plan_id
             where q.organization_id = (select app.organization()) and q.year = extract(year from $1::date)::int and q.state {issued} and q.deleted_at is null group by 1) l on l.branch_id = b.id
 left join (select branch_id, sum(admitted)::int as admitted from app.admissions(date_trunc('year', $1::date)::date, (date_trunc('year', $1::date) + interval '1 year - 1 day')::date)
             group by 1) a on a.branch_id = b.id
 left join (select branch_id, (count(*) filter (where due_on < $1::date))::int as overdue, (count(*) filter (where due_on between $1::date and $1::date + 30))::int as due
              from any_deadline where organization_id = (select app.organization()) and settled_on is null and due_on <= $1::date + 30 group by 1) d on d.branch_id = b.id
 left join (select branch_id, count(distinct candidate_id)::int as lost from deadline where organization_id = (select app.organization()) and kind = '{lost}' and settled_on is null
             group by 1) g on g.branch_id = b.id
 left join (select distinct on (branch_id) branch_id, on_date, kind from inspection where organization_id = (select app.organization()) and deleted_at is null
             order by branch_id, on_date desc, id desc) i on i.branch_id = b.id
 left join (select branch_id, count(*)::int as overdue from inspection where organization_id = (select app.organization()) and deleted_at is null
               and follow_up_due_on < $1::date and follow_up_done_on is null group by 1) f on f.branch_id = b.id
 left join (select id, sum(n)::int as open from app.counts('problem_reports', array(select id from branch)) where app.awaits_answer(word) group by 1) r on r.id = b.id
 left join work_plan w on w.branch_id = b.id and w.period_kind = $2 and w.year = $3::int and w.number = $4::int and w.deleted_at is null
where b.deleted_at is null and ({scope}) order by b.number, b.id limit 2000
