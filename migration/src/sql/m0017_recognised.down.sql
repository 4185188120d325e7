drop policy upd on candidate;
do $$
declare who text := format('(%s) or (%s)', app.predicate('clerk'), app.predicate('union'));
begin
  execute format('create policy upd on candidate for update using ((select app.is_owner()) or %1$s) with check ((select app.is_owner()) or %1$s)', who);
end $$;
create function app.recognised_on(p_members uuid[]) returns table (member_id uuid, on_date date) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select r.candidate_id, max(r.on_date) from act r where r.candidate_id = any (p_members) and r.kind = 'recognition' and not exists (
      select from act n where n.candidate_id = r.candidate_id and (n.corrects_id = r.id or (n.kind = 'annulment' and n.data ->> 'act_id' = r.id::text))) group by r.candidate_id;
end $$;
revoke execute on function app.recognised_on(uuid[]) from public, ketnap_app;
create function app.branch_register(p_branch uuid) returns table (from_on date, to_on date) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select greatest(s.from_on, m.official_on, r.on_date), s.to_on from membership s join member m on m.id = s.member_id
         left join app.recognised_on(array(select member_id from membership where branch_id = p_branch)) r on r.member_id = m.id
         where s.branch_id = p_branch and s.organization_id = any (app.organization() || app.below()) and m.official_on is not null
           and (s.to_on is null or s.to_on >= greatest(m.official_on, r.on_date));
end $$;
create function app.member_facts(p_members uuid[]) returns table (id uuid, official_on date, branch_id uuid, active boolean, open_sponsorships int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select m.id, case when m.official_on is not null then greatest(m.official_on, r.on_date) end, m.branch_id, m.activity = 'active' and m.deleted_at is null,
         (select count(*)::int from sponsorship s where s.member_id = m.id and s.to_on is null)
    from member m left join app.recognised_on(p_members) r on r.member_id = m.id where m.id = any (p_members) and m.organization_id = any (app.organization() || app.below());
end $$;
create function app.house_facts(p_organization uuid) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select jsonb_build_object('settings', (select jsonb_object_agg(key, value) from setting where organization_id = p_organization),
                            'holidays', (select jsonb_object_agg(on_date, name) from holiday where organization_id = p_organization))
   where p_organization = any (app.organization() || app.below()));
end $$;
create function app.in_open_review(p_candidate uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select from review_item i join review r on r.id = i.review_id and r.state = 'open' and r.deleted_at is null
    where i.candidate_id = p_candidate and i.organization_id = any (app.organization() || app.below()));
end $$;
grant execute on function app.branch_register, app.member_facts, app.house_facts, app.in_open_review to ketnap_app;
drop function app.surroundings(uuid, uuid, uuid, uuid[]);
drop trigger act_recognition on act;
drop function app.keep_recognised();
drop function app.recognition_of(uuid);
alter table member drop column recognised_on;
