-- Raw: the deadlines feed, ordered by what comes next, then by what is overdue.
select d.id, d.kind, d.due_on, d.source, coalesce(b.number, '') as branch from any_deadline d left join branch b on b.id = d.branch_id
where d.organization_id = (select app.organization()) and d.settled_on is null order by d.due_on < app.today(), abs(d.due_on - app.today()), d.id
