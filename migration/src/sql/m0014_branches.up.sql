-- Branches over time: what happened to a branch, who moved with it, and figures that stay where they arose.
create table branch_change (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  kind text not null constraint branch_change_kind check (kind in ('founded', 'renamed', 'split', 'merged', 'closed')),
  on_date date not null,
  paper_number text not null,
  reason text,
  from_name text,
  to_name text,
  other_branch_id uuid references branch,
  version int not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index branch_change_list on branch_change (organization_id, created_at desc, id desc);
create index branch_change_branch on branch_change (branch_id, on_date);
select app.protect('branch_change', app.predicate('org+below'), app.predicate('office'));

-- An act belongs to the branch that has the file now; where it was recorded stays.
alter table act add column recorded_branch_id uuid references branch;
update act set recorded_branch_id = branch_id;
create function app.keep_branch() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin new.recorded_branch_id := new.branch_id; return new; end $$;
create trigger act_branch before insert on act for each row execute function app.keep_branch();
-- An admission counts for the branch of its day, wherever the person is now.
alter table candidate add column admitted_branch_id uuid references branch;
update candidate set admitted_branch_id = branch_id where admitted_on is not null;
create function app.keep_admitted_branch() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  new.admitted_branch_id := case when new.admitted_on is not null then coalesce(new.admitted_branch_id, new.branch_id) end;
  return new;
end $$;
create trigger candidate_admitted_branch before insert or update of admitted_on on candidate for each row execute function app.keep_admitted_branch();
create or replace function app.admissions(p_from date, p_to date) returns table (organization_id uuid, branch_id uuid, year int, admitted int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.organization_id, c.admitted_branch_id, extract(year from c.admitted_on)::int, count(*)::int from candidate c
         where c.organization_id = any (app.organization() || app.below()) and c.admitted_on between p_from and p_to and c.deleted_at is null
           and (app.role() not in ('committee_member', 'branch_committee') or c.admitted_branch_id = any (app.branches())) group by 1, 2, 3 $$;

-- Open candidacies go to another branch with everything that hangs on them; those that have ended stay where they ended.
create function app.move_candidates(p_candidates uuid[], p_to uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  with m as (update candidate set branch_id = p_to, version = version + 1, updated_at = p_now
    where id = any (p_candidates) and organization_id = app.organization() and open and branch_id <> p_to returning id) select coalesce(array_agg(id), '{}') into moved from m;
  update act set branch_id = p_to where candidate_id = any (moved);
  update deadline set branch_id = p_to where candidate_id = any (moved) and settled_on is null;
  update enrolment set branch_id = p_to where candidate_id = any (moved);
  update sponsorship set branch_id = p_to where candidate_id = any (moved);
  update nomination set branch_id = p_to where candidate_id = any (moved);
end $$;
create or replace function app.transfer_member(p_member uuid, p_branch uuid, p_on date) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
  -- a probationary member's file goes along
  perform app.move_candidates(array[p_member], p_branch, now());
end $$;
-- Everybody named goes from one branch to another on a day. Null stands for all of them.
create function app.move_people(p_from uuid, p_to uuid, p_members uuid[], p_candidates uuid[], p_departments uuid[], p_on date, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who uuid[];
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  if not exists (select from branch where id = p_from and organization_id = app.organization()) or not exists (select from branch where id = p_to and organization_id = app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  select coalesce(array_agg(id), '{}') into who from member where branch_id = p_from and deleted_at is null and (p_members is null or id = any (p_members));
  if exists (select from membership where member_id = any (who) and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = any (who) and to_on is null;
  insert into membership (organization_id, member_id, branch_id, from_on) select app.organization(), m, p_to, p_on from unnest(who) m;
  update member set branch_id = p_to, version = version + 1, updated_at = p_now where id = any (who);
  update branch_officer set to_on = greatest(from_on, p_on - 1), version = version + 1, updated_at = p_now where branch_id = p_from and member_id = any (who) and to_on is null;
  perform app.move_candidates(array(select id from candidate where branch_id = p_from and open and (p_candidates is null or id = any (p_candidates) or id = any (who))), p_to, p_now);
  update department set branch_id = p_to, version = version + 1, updated_at = p_now where branch_id = p_from and deleted_at is null and (p_departments is null or id = any (p_departments));
end $$;
-- Who belonged to a branch on a day. Names only of those whom the caller sees now.
create function app.register_on(p_branch uuid, p_on date) returns table (member_id uuid, status text, from_on date, to_on date) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select s.member_id, case when m.official_on <= p_on then 'official' else 'probationary' end, s.from_on, s.to_on from membership s join member m on m.id = s.member_id
    where s.branch_id = p_branch and s.from_on <= p_on and (s.to_on is null or s.to_on >= p_on) and s.organization_id = app.organization()
      and (app.role() in ('standing_committee', 'party_office') or (app.role() in ('committee_member', 'branch_committee') and p_branch = any (app.branches())))
    order by s.from_on, s.member_id;
end $$;
grant execute on function app.move_people, app.register_on to ketnap_app;
