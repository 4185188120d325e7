-- Acts of a candidacy, and all that follows from them: the stage, the member, the deadlines. Nothing but an act writes a stage.

create table act (
  id uuid primary key, organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  candidate_id uuid not null references candidate,
  seq int not null,
  kind app.act_kind not null,
  on_date date not null,
  data jsonb not null,
  regulation text not null,
  corrects_id uuid references act,
  stage_after app.stage not null,
  account_id uuid not null references account,
  role app.role not null,
  -- where it was recorded; branch_id is where the file is now
  recorded_branch_id uuid references branch,
  -- version of the candidate after this act
  version int not null,
  recorded_at timestamptz not null,
  constraint act_in_turn unique (candidate_id, seq)
);
create unique index act_corrected_once on act (corrects_id) where corrects_id is not null;
create index act_list on act (organization_id, recorded_at desc, id desc);
create index act_kind on act (candidate_id, kind, seq);

create table deadline (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  candidate_id uuid references candidate,
  kind app.deadline_kind not null,
  key text not null,
  from_on date not null,
  workdays int,
  due_on date not null,
  skipped date[] not null,
  rule text not null,
  source text not null,
  settled_on date,
  created_at timestamptz not null,
  constraint deadline_one_duty unique (candidate_id, key)
);
create index deadline_list on deadline (organization_id, due_on, id);
create index deadline_branch on deadline (branch_id, due_on, id);
create index deadline_open on deadline (organization_id, due_on, id) where settled_on is null;

-- Every reading of a background, in its own transaction's company.
create table access_entry (
  id uuid primary key, organization_id uuid not null references organization,
  at timestamptz not null,
  account_id uuid not null references account,
  role app.role not null,
  -- an entry of a source plan may lead to no candidacy
  candidate_id uuid references candidate,
  resource text not null,
  resource_id uuid not null,
  reason text,
  request_id text not null
);
create index access_entry_list on access_entry (organization_id, at desc, id desc);
create index access_entry_candidate on access_entry (candidate_id, at);

create or replace function app.keep_branch() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin new.recorded_branch_id := new.branch_id; return new; end $$;
-- Serialises the acts of one candidacy, for everyone who may record one.
create or replace function app.lock_candidate(p_candidate uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$ begin perform 1 from candidate where id = p_candidate and organization_id = any (app.organization() || app.below()) for update; end $$;
-- Earlier attempts of a person: whether one of them led into the Party, when and why it was left, how often that was a readmission.
create or replace function app.past_of(p_candidate uuid) returns table (left_on date, ground text, readmissions int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query with recursive past as (
      select c.id, c.previous_id, c.stage, c.stage_on, c.admitted_on, 0 as back from candidate c where c.id = p_candidate and c.organization_id = app.organization()
      union all select c.id, c.previous_id, c.stage, c.stage_on, c.admitted_on, p.back + 1 from candidate c join past p on c.id = p.previous_id)
    select p.stage_on, (select a.data ->> 'ground' from act a where a.candidate_id = p.id and a.stage_after = p.stage and a.data ->> 'ground' is not null order by a.seq desc limit 1),
           (select count(*)::int from past q where q.admitted_on is not null and q.previous_id is not null)
      from past p where p.admitted_on is not null order by p.back limit 1;
end $$;
-- Unions read no acts; withdrawing what they introduced is judged by them all the same.
create or replace function app.union_acts(p_candidate uuid) returns setof act language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select a.* from act a join candidate c on c.id = a.candidate_id
         where a.candidate_id = p_candidate and app.role() in ('trade_union', 'youth_union') and c.introduced_by = app.role() and c.organization_id = app.organization();
end $$;
-- What the rules ask about besides the candidacy's own rows, in one call (each call of a definer's function costs as much as a small query):
-- days of the branch's register, the members whom the acts name also of branches that the caller does not see, settings, holidays.
create or replace function app.surroundings(p_candidate uuid, p_branch uuid, p_organization uuid, p_members uuid[]) returns json
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
      'holidays', (select json_object_agg(h.on_date, h.kind) from holiday h where h.organization_id = o.id))
    from organization o where o.id = p_organization and o.id = any (app.organization() || app.below()));
end $$;
-- Writes what follows from an act, as the law has decided it: `src/law/consequences`, one key an effect. The only way to a stage, a member and a deadline,
-- which the app role cannot update.
create or replace function app.carry(p_act uuid, p_effects jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  a act; c candidate; e jsonb;
begin
  -- an act that this account has written in this very transaction
  select * into a from act where id = p_act and account_id = app.account() and xmin = pg_current_xact_id()::xid;
  if not found then raise exception 'no such act' using errcode = '42501'; end if;
  -- only the newest act of its candidacy moves anything
  if exists (select from act where candidate_id = a.candidate_id and seq > a.seq) then raise exception 'not the newest' using errcode = '42501'; end if;
  e := p_effects -> 'stage';
  update candidate set stage = a.stage_after, stage_on = (e ->> 'stage_on')::date, nominated_on = (e ->> 'nominated_on')::date, decided_on = (e ->> 'decided_on')::date,
         admitted_on = (e ->> 'admitted_on')::date, official_on = (e ->> 'official_on')::date,
         -- an admission counts for the branch of its day
         admitted_branch_id = case when e ->> 'admitted_on' is not null then coalesce(admitted_branch_id, branch_id) end,
         version = version + (a.seq > 1)::int, updated_at = a.recorded_at
   where id = a.candidate_id returning * into c;
  e := p_effects -> 'enrolment_failed';
  if e is not null then
    update enrolment set state = e ->> 'to', grade = null, certificate_number = null, certificate_on = null, certificate_valid_to = null, version = version + 1, updated_at = a.recorded_at
     where id = (e ->> 'enrolment')::uuid and candidate_id = c.id;
  end if;
  e := p_effects -> 'sponsorship_void';
  if e is not null then
    update sponsorship set to_on = from_on, end_reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and member_id = (e ->> 'member')::uuid and to_on is null;
  end if;
  e := p_effects -> 'sponsorship_reopened';
  if e is not null then
    update sponsorship set to_on = null, end_reason = null, version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and member_id = (e ->> 'member')::uuid and to_on = (e ->> 'ended_on')::date;
  end if;
  e := p_effects -> 'sponsorships_reopened';
  if e is not null then
    update sponsorship set to_on = null, end_reason = null, version = version + 1, updated_at = a.recorded_at where candidate_id = c.id and end_reason = e ->> 'reason';
  end if;
  e := p_effects -> 'sponsorships_ended';
  if e is not null then
    update sponsorship set to_on = greatest((e ->> 'on')::date, from_on), end_reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and to_on is null;
  end if;
  e := p_effects -> 'seats_freed';
  if e is not null then
    -- candidate, class, enrolment: the order of everybody who changes seats
    perform 1 from class where id in (select class_id from enrolment where candidate_id = c.id and e -> 'from' ? state) order by id for update;
    update enrolment set state = e ->> 'to', waiting_no = null, reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and waiting_no is not null;
    with freed as (update enrolment set state = e ->> 'to', reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
                    where candidate_id = c.id and e -> 'from' ? state returning class_id)
    update class k set seats_taken = k.seats_taken - f.n, updated_at = a.recorded_at from (select class_id, count(*)::int as n from freed group by class_id) f where k.id = f.class_id;
  end if;
  e := p_effects -> 'outcome';
  if e is not null then
    update nomination set outcome = e ->> 'to', outcome_on = (e ->> 'on')::date, outcome_reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and e -> 'from' ? outcome;
  end if;
  e := p_effects -> 'member';
  if e is not null then
    insert into member (id, organization_id, branch_id, department_id, full_name, sex, birth_date, ethnic_group, religion, phone, occupation, position, status, activity,
           joined_on, official_on, recognised_on, decided_on, version, created_at, updated_at)
    values (c.id, c.organization_id, c.branch_id, c.department_id, c.full_name, c.sex, c.birth_date, c.ethnic_group, c.religion, c.phone, c.occupation, c.position, e ->> 'status', e ->> 'activity',
            (e ->> 'joined_on')::date, (e ->> 'official_on')::date, (e ->> 'recognised_on')::date, (e ->> 'decided_on')::date, 1, a.recorded_at, a.recorded_at)
    on conflict (id) do update set status = excluded.status, joined_on = excluded.joined_on, official_on = excluded.official_on, recognised_on = excluded.recognised_on,
            decided_on = excluded.decided_on, deleted_at = null, version = member.version + 1, updated_at = excluded.updated_at
     where (member.status, member.joined_on, member.official_on, member.recognised_on, member.decided_on, member.deleted_at)
           is distinct from (excluded.status, excluded.joined_on, excluded.official_on, excluded.recognised_on, excluded.decided_on, null);
  elsif p_effects ? 'member_gone' then
    update member set deleted_at = a.recorded_at, version = version + 1, updated_at = a.recorded_at where id = c.id and deleted_at is null;
  end if;
  e := p_effects -> 'deadlines';
  update deadline set settled_on = (e ->> 'on')::date where candidate_id = c.id and settled_on is null and key not in (select d ->> 'key' from jsonb_array_elements(e -> 'open') d);
  insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, workdays, due_on, skipped, rule, source, created_at)
  select c.organization_id, c.branch_id, c.id, d.*, a.recorded_at
    from jsonb_to_recordset(e -> 'open') as d (kind text, key text, from_on date, workdays int, due_on date, skipped date[], rule text, source text)
  on conflict (candidate_id, key) do update set due_on = excluded.due_on, from_on = excluded.from_on, workdays = excluded.workdays, skipped = excluded.skipped,
         rule = excluded.rule, source = excluded.source, settled_on = null
   where (deadline.due_on, deadline.from_on, deadline.workdays, deadline.skipped, deadline.rule, deadline.source, deadline.settled_on)
         is distinct from (excluded.due_on, excluded.from_on, excluded.workdays, excluded.skipped, excluded.rule, excluded.source, null);
end $$;
-- A holiday entered later moves what is counted in working days.
create or replace function app.move_deadlines(p_ids uuid[], p_due date[], p_skipped jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  update deadline d set due_on = n.due, skipped = array(select jsonb_array_elements_text(p_skipped -> (n.place - 1)::int))::date[]
    from unnest(p_ids, p_due) with ordinality n (id, due, place) where d.id = n.id and d.organization_id = app.organization() and d.settled_on is null;
end $$;
-- Open candidacies go to another branch with everything that hangs on them; those that have ended stay where they ended. The old branch's plan keeps its
-- own words about the person, and leads to the file no longer.
create or replace function app.move_candidates(p_candidates uuid[], p_to uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moved uuid[];
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  with m as (update candidate set branch_id = p_to, version = version + 1, updated_at = p_now
    where id = any (p_candidates) and organization_id = app.organization() and open and branch_id <> p_to returning id) select coalesce(array_agg(id), '{}') into moved from m;
  update act set branch_id = p_to where candidate_id = any (moved);
  update deadline set branch_id = p_to where candidate_id = any (moved);
  update enrolment set branch_id = p_to where candidate_id = any (moved);
  update attendance a set branch_id = p_to from enrolment e where e.id = a.enrolment_id and e.candidate_id = any (moved);
  update sponsorship set branch_id = p_to where candidate_id = any (moved);
  update nomination set branch_id = p_to where candidate_id = any (moved);
  update source_plan_entry set candidate_id = null, version = version + 1, updated_at = p_now where candidate_id = any (moved) and branch_id <> p_to;
end $$;
create or replace function app.transfer_member(p_member uuid, p_branch uuid, p_on date, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' or not exists (select from member m join branch b on b.organization_id = m.organization_id
      where m.id = p_member and b.id = p_branch and m.organization_id = app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
  update branch_officer set to_on = greatest(from_on, p_on - 1), version = version + 1, updated_at = p_now
   where member_id = p_member and branch_id <> p_branch and organization_id = app.organization() and to_on is null;
  -- a probationary member's file goes along
  perform app.move_candidates(array[p_member], p_branch, p_now);
end $$;
-- Everybody named goes from one branch to another on a day. Null stands for all of them.
create or replace function app.move_people(p_from uuid, p_to uuid, p_members uuid[], p_candidates uuid[], p_departments uuid[], p_on date, p_now timestamptz) returns void
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
create trigger act_branch before insert on act for each row execute function app.keep_branch();

-- called by functions of the owner only
revoke execute on function app.move_candidates from ketnap_app;
