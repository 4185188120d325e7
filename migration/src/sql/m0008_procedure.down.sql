drop function app.calendar(bytea, timestamptz), app.is_calendar(bytea);
drop table calendar_feed, access_entry;
-- A candidacy that ends before review gives back what was planned for it: sponsors and seats. For unions too, which see neither.
create function app.release_candidate(p_candidate uuid, p_on date, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from candidate where id = p_candidate and organization_id = app.organization() and stage = 'nominated';
  if not found then return; end if;
  update sponsorship set to_on = greatest(p_on, from_on), end_reason = 'giới thiệu đã rút', version = version + 1, updated_at = p_now where candidate_id = p_candidate and to_on is null;
  with freed as (update enrolment set state = 'withdrawn', version = version + 1, updated_at = p_now where candidate_id = p_candidate and state in ('proposed', 'confirmed') returning class_id)
  update class c set seats_taken = c.seats_taken - f.n from (select class_id, count(*)::int as n from freed group by class_id) f where c.id = f.class_id;
end $$;
grant execute on function app.release_candidate to ketnap_app;
drop policy ins on candidate;
do $$ begin execute format('create policy ins on candidate for insert with check ((select app.is_owner()) or ((%s) or (%s)))', app.predicate('clerk'), app.predicate('union')); end $$;
revoke update (department_id, full_name, other_names, sex, birth_date, birth_place, home_town, ethnic_group, religion, citizen_id, phone, address, occupation, position,
  general_education, professional_level, political_theory_level, priority_group, youth_union_member, trade_union_member, remarks, version, updated_at, deleted_at) on candidate from ketnap_app;
grant update on candidate to ketnap_app;
drop function app.follow_act(uuid, date, date, date, date, jsonb), app.move_deadlines(uuid[], date[], jsonb);
drop function app.union_acts(uuid);
drop table deadline, act;
create or replace function app.change_name() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from name_word where person_id = new.id;
  insert into name_word select new.organization_id, tg_argv[0], w, new.id from app.name_words(new.full_name) w on conflict do nothing;
  return null;
end $$;
drop index candidate_was_admitted, member_birth;
drop function app.was_member(text, date), app.past_of(uuid), app.recognised_on(uuid[]), app.lock_candidate(uuid), app.house_facts(uuid), app.member_facts(uuid[]), app.branch_register(uuid), app.transfer_member(uuid, uuid, date);
drop trigger member_membership on member;
drop function app.keep_membership(), app.today();
drop table membership;
alter table member drop column decided_on;
alter table candidate drop column previous_id, drop column official_on;
alter table candidate add constraint candidate_admitted_after_decided check (admitted_on is null or decided_on <= admitted_on);
alter table branch drop column has_youth_union;
