drop function app.register_on(uuid, date), app.move_people(uuid, uuid, uuid[], uuid[], uuid[], date, timestamptz);
create or replace function app.transfer_member(p_member uuid, p_branch uuid, p_on date) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
end $$;
create or replace function app.admissions(p_from date, p_to date) returns table (organization_id uuid, branch_id uuid, year int, admitted int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.organization_id, c.branch_id, extract(year from c.admitted_on)::int, count(*)::int from candidate c
         where c.organization_id = any (app.organization() || app.below()) and c.admitted_on between p_from and p_to and c.deleted_at is null
           and (app.role() not in ('committee_member', 'branch_committee') or c.branch_id = any (app.branches())) group by 1, 2, 3 $$;
drop function app.move_candidates(uuid[], uuid, timestamptz);
drop trigger candidate_admitted_branch on candidate;
drop function app.keep_admitted_branch();
alter table candidate drop column admitted_branch_id;
drop trigger act_branch on act;
drop function app.keep_branch();
alter table act drop column recorded_branch_id;
drop table branch_change;
