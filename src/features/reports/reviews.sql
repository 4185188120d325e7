-- Raw: a report. `$1` is the year, `$2` today, `$3` a branch.
select k.branch_id, b.number, k.kind, k.period, k.due_on, r.id, r.held_on, r.closed_on,
      count(i.id) filter (where d.says = '{keep}')::int, count(i.id) filter (where d.says = '{add}')::int,
      count(i.id) filter (where d.says = '{adjust}')::int, count(i.id) filter (where d.says = '{remove}')::int,
      count(i.id) filter (where i.propose_class and d.goes_on)::int, count(i.id) filter (where i.propose_dossier and d.goes_on)::int, b.name
 from app.review_calendar($1, $1) k join branch b on b.id = k.branch_id
 left join review r on r.branch_id = k.branch_id and r.kind = k.kind and r.year = k.year and r.period = k.period and r.deleted_at is null
 left join review_item i on i.review_id = r.id and r.state = '{closed}'
 left join app.standing_acts(array(select o.act_id from review_item o join review h on h.id = o.review_id
                                    where h.year = $1 and ($3::uuid is null or h.branch_id = $3) and o.act_id is not null)) s on s.recorded_id = i.act_id
 left join lateral (select says, (s.id is null or says is not null) and says is distinct from '{remove}'
                      from (select case when s.id is null then i.decision::text else s.says end) w (says)) d (says, goes_on) on true
where k.from_on <= $2 and ($3::uuid is null or k.branch_id = $3) and ({scope})
group by k.branch_id, b.number, b.name, k.kind, k.period, k.due_on, r.id order by b.number, k.kind, k.period
