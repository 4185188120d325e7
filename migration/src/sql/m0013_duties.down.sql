drop function app.calendar(bytea, timestamptz);
drop view duty;
create function app.calendar(p_hash bytea, p_now timestamptz) returns table (id uuid, kind text, due_on date, rule text, source text, branch text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select d.id, d.kind, d.due_on, d.rule, d.source, b.number
    from calendar_feed f join account a on a.id = f.account_id and a.disabled_at is null and (a.expires_at is null or a.expires_at > p_now)
    join deadline d on d.organization_id = a.organization_id and d.settled_on is null
    join branch b on b.id = d.branch_id
   where f.token_hash = p_hash
     and (a.role in ('standing_committee', 'party_office') or (a.role = 'branch_committee' and d.branch_id = a.branch_id)
       or (a.role = 'committee_member' and exists (select from branch_overseer o where o.account_id = a.id and o.branch_id = d.branch_id
            and o.from_on <= (p_now at time zone 'Asia/Ho_Chi_Minh')::date and (o.to_on is null or o.to_on >= (p_now at time zone 'Asia/Ho_Chi_Minh')::date))))
   order by d.due_on, d.id limit 2000 $$;
grant execute on function app.calendar to ketnap_app;
