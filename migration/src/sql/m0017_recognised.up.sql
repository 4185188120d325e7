-- The day of the decision on recognition stands beside the member: every judgement of a vote and of a sponsor asks for it.
-- (Who was recognised late had no vote and sponsored nobody before the decision, though official from an earlier day.)
alter table member add column recognised_on date;

create function app.recognition_of(p_candidate uuid) returns date language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select max(r.on_date) from act r where r.candidate_id = p_candidate and r.kind = 'recognition' and not exists (
    select from act n where n.candidate_id = r.candidate_id and (n.corrects_id = r.id or (n.kind = 'annulment' and n.data ->> 'act_id' = r.id::text))) $$;
update member m set recognised_on = app.recognition_of(m.id) where exists (select from act where candidate_id = m.id and kind = 'recognition');

create function app.keep_recognised() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update member set recognised_on = app.recognition_of(new.candidate_id) where id = new.candidate_id;
  return null;
end $$;
create trigger act_recognition after insert on act for each row
  when (new.kind in ('recognition', 'annulment') or new.corrects_id is not null) execute function app.keep_recognised();

-- What the rules ask about besides the candidacy's own rows, in one call (each call of a definer's function costs as much as a small query):
-- days of the branch's register, the members whom the acts name also of branches that the caller does not see, settings, holidays.
create function app.surroundings(p_candidate uuid, p_branch uuid, p_organization uuid, p_members uuid[]) returns json
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select json_build_object(
      'register', (select json_agg(json_build_array(greatest(s.from_on, m.official_on, m.recognised_on), s.to_on)) from membership s join member m on m.id = s.member_id
         where s.branch_id = p_branch and s.organization_id = o.id and m.official_on is not null and (s.to_on is null or s.to_on >= greatest(m.official_on, m.recognised_on))),
      'members', (select json_agg(json_build_array(m.id, case when m.official_on is not null then greatest(m.official_on, m.recognised_on) end, m.branch_id,
           m.activity = 'active' and m.deleted_at is null, (select count(*) from sponsorship s where s.member_id = m.id and s.to_on is null)))
         from member m where m.id = any (p_members) and m.organization_id = o.id),
      'in_open_review', exists (select from review_item i join review r on r.id = i.review_id and r.state = 'open' and r.deleted_at is null
         where i.candidate_id = p_candidate and i.organization_id = o.id),
      'youth_union', (select b.has_youth_union from branch b where b.id = p_branch and b.organization_id = o.id),
      'settings', (select json_object_agg(s.key, s.value) from setting s where s.organization_id = o.id),
      'holidays', (select json_object_agg(h.on_date, h.name) from holiday h where h.organization_id = o.id))
    from organization o where o.id = p_organization and o.id = any (app.organization() || app.below()));
end $$;
drop function app.branch_register(uuid), app.member_facts(uuid[]), app.house_facts(uuid), app.in_open_review(uuid), app.recognised_on(uuid[]);
grant execute on function app.surroundings to ketnap_app;
revoke execute on function app.recognition_of(uuid), app.keep_recognised() from public, ketnap_app;

-- A union mends what it wrote about a person only until the branch has decided.
drop policy upd on candidate;
do $$
declare who text := format('(%s) or ((%s) and stage = ''nominated'')', app.predicate('clerk'), app.predicate('union'));
begin
  execute format('create policy upd on candidate for update using ((select app.is_owner()) or %1$s) with check ((select app.is_owner()) or %1$s)', who);
end $$;
