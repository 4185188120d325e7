-- Acts of a candidacy, and all that follows from them: the stage, the member, the deadlines. Nothing but an act writes a stage.

create table act (
  id uuid primary key, organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  candidate_id uuid not null references candidate,
  seq int not null,
  kind text not null,
  on_date date not null,
  data jsonb not null,
  regulation text not null,
  corrects_id uuid references act,
  stage_after text not null,
  account_id uuid not null references account,
  role text not null,
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
  kind text not null,
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
  role text not null,
  -- an entry of a source plan may lead to no candidacy
  candidate_id uuid references candidate,
  resource text not null,
  resource_id uuid not null,
  reason text,
  request_id text not null
);
create index access_entry_list on access_entry (organization_id, at desc, id desc);
create index access_entry_candidate on access_entry (candidate_id, at);

-- Which files have left the base organisation, said once. Who was struck off was submitted before: the committee that decided it goes on seeing the file,
-- and the branch's roster shows no more of the person than the file itself.
create or replace function app.is_submitted(stage text) returns boolean language sql immutable parallel safe
  as $$ select stage in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted', 'struck_off') $$;
create or replace function app.recognition_of(p_candidate uuid) returns date language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select max(r.on_date) from act r where r.candidate_id = p_candidate and r.kind = 'recognition' and not exists (
    select from act n where n.candidate_id = r.candidate_id and (n.corrects_id = r.id or (n.kind = 'annulment' and n.data ->> 'act_id' = r.id::text))) $$;
create or replace function app.keep_branch() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin new.recorded_branch_id := new.branch_id; return new; end $$;
create or replace function app.keep_recognised() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update member set recognised_on = app.recognition_of(new.candidate_id) where id = new.candidate_id;
  return null;
end $$;
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
    select p.stage_on, (select a.data ->> 'ground' from act a where a.candidate_id = p.id and a.kind = 'decision' and a.stage_after = 'struck_off' order by a.seq desc limit 1),
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
      'holidays', (select json_object_agg(h.on_date, h.name) from holiday h where h.organization_id = o.id))
    from organization o where o.id = p_organization and o.id = any (app.organization() || app.below()));
end $$;
-- What an act leads to, in one place: the candidate's stage and version, sponsorships and seats that end with it, the nomination's outcome, the member.
create or replace function app.follow_act(p_act uuid, p_decided date, p_admitted date, p_official date, p_stage_on date, p_duties jsonb) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  a act; c candidate; v int; was text;
begin
  -- an act that this very transaction has written: nobody follows one a second time
  select * into a from act where id = p_act and account_id = app.account() and xmin = pg_current_xact_id()::xid;
  if not found then raise exception 'no such act' using errcode = '42501'; end if;
  -- only the newest act of its candidacy moves anything
  if exists (select from act where candidate_id = a.candidate_id and seq > a.seq) then raise exception 'not the newest' using errcode = '42501'; end if;
  select stage into was from candidate where id = a.candidate_id;
  update candidate set stage = a.stage_after, stage_on = p_stage_on, decided_on = p_decided, admitted_on = p_admitted, official_on = p_official,
         nominated_on = case when a.kind = 'nomination' then a.on_date else nominated_on end,
         version = version + case when a.seq = 1 then 0 else 1 end, updated_at = a.recorded_at
   where id = a.candidate_id returning * into c;
  v := c.version;
  -- what was annulled in the other resources' rows
  if a.kind = 'annulment' then
    update enrolment e set state = 'failed', grade = null, certificate_number = null, certificate_on = null, certificate_valid_to = null, version = e.version + 1, updated_at = a.recorded_at
      from act t where t.id = (a.data ->> 'act_id')::uuid and t.kind = 'certificate' and e.id = (t.data ->> 'enrolment_id')::uuid;
    update sponsorship s set to_on = s.from_on, end_reason = 'ghi nhận đã hủy', version = s.version + 1, updated_at = a.recorded_at
      from act t where t.id = (a.data ->> 'act_id')::uuid and t.kind = 'sponsorship' and s.candidate_id = c.id and s.member_id = (t.data ->> 'member_id')::uuid and s.to_on is null;
    update sponsorship s set to_on = null, end_reason = null, version = s.version + 1, updated_at = a.recorded_at
      from act t where t.id = (a.data ->> 'act_id')::uuid and t.kind = 'sponsorship_end' and s.candidate_id = c.id and s.member_id = (t.data ->> 'member_id')::uuid and s.to_on = t.on_date;
  end if;
  -- an end that was taken back gives the sponsors back that it had ended
  if was in ('removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased', 'official')
     and a.stage_after not in ('removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased', 'official') then
    update sponsorship set to_on = null, end_reason = null, version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and end_reason = 'hồ sơ kết thúc: ' || was;
  end if;
  if a.stage_after in ('removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased', 'official') then
    update sponsorship set to_on = greatest(a.on_date, from_on), end_reason = coalesce(end_reason, 'hồ sơ kết thúc: ' || a.stage_after), version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and to_on is null;
    with freed as (update enrolment set state = 'withdrawn', version = version + 1, updated_at = a.recorded_at where candidate_id = c.id and state in ('proposed', 'confirmed') returning class_id)
    update class k set seats_taken = k.seats_taken - f.n from (select class_id, count(*)::int as n from freed group by class_id) f where k.id = f.class_id;
  end if;
  if a.kind in ('plan_decision', 'exit', 'annulment') then
    update nomination set outcome = w.outcome, outcome_on = case when w.outcome <> 'pending' then a.on_date end, version = version + 1, updated_at = a.recorded_at
      from (select case a.stage_after when 'nominated' then 'pending' when 'removed' then 'returned' when 'withdrawn' then 'withdrawn' when 'transferred_out' then 'withdrawn' when 'deceased' then 'withdrawn' else 'accepted' end as outcome) w
     where candidate_id = c.id and nomination.outcome <> w.outcome and nomination.outcome <> 'withdrawn'
       and not (nomination.outcome = 'accepted' and w.outcome in ('returned', 'withdrawn')) and not (nomination.outcome = 'returned' and w.outcome = 'withdrawn');
  end if;
  if c.admitted_on is not null and a.stage_after in ('probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official') then
    insert into member (id, organization_id, branch_id, department_id, full_name, sex, birth_date, ethnic_group, religion, phone, occupation, position, status, activity, joined_on, official_on, decided_on, version, created_at, updated_at)
    values (c.id, c.organization_id, c.branch_id, c.department_id, c.full_name, c.sex, c.birth_date, c.ethnic_group, c.religion, c.phone, c.occupation, c.position,
            case when c.official_on is null then 'probationary' else 'official' end, 'active', c.admitted_on, c.official_on, c.decided_on, 1, a.recorded_at, a.recorded_at)
    on conflict (id) do update set status = excluded.status, joined_on = excluded.joined_on, official_on = excluded.official_on, decided_on = excluded.decided_on,
            deleted_at = null, version = member.version + 1, updated_at = excluded.updated_at
     where (member.status, member.joined_on, member.official_on, member.decided_on, member.deleted_at) is distinct from (excluded.status, excluded.joined_on, excluded.official_on, excluded.decided_on, null);
  else
    update member set deleted_at = a.recorded_at, version = version + 1, updated_at = a.recorded_at where id = c.id and deleted_at is null;
  end if;
  update deadline set settled_on = a.on_date where candidate_id = c.id and settled_on is null and key not in (select d ->> 'key' from jsonb_array_elements(p_duties) d);
  insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, workdays, due_on, skipped, rule, source, created_at)
  select c.organization_id, c.branch_id, c.id, d ->> 'kind', d ->> 'key', (d ->> 'from_on')::date, (d ->> 'workdays')::int, (d ->> 'due_on')::date,
         array(select jsonb_array_elements_text(d -> 'skipped'))::date[], d ->> 'rule', d ->> 'source', a.recorded_at
    from jsonb_array_elements(p_duties) d
  on conflict (candidate_id, key) do update set due_on = excluded.due_on, from_on = excluded.from_on, workdays = excluded.workdays, skipped = excluded.skipped,
         rule = excluded.rule, source = excluded.source, settled_on = null;
  return v;
end $$;
create or replace function app.nomination_reason() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.outcome_reason := case when new.outcome = 'returned' then (select a.data ->> 'reason' from act a where a.candidate_id = new.candidate_id order by a.seq desc limit 1) end;
  return new;
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
create trigger act_recognition after insert on act for each row
  when (new.kind in ('recognition', 'annulment') or new.corrects_id is not null) execute function app.keep_recognised();
create trigger nomination_reason before update of outcome on nomination for each row when (new.outcome <> old.outcome) execute function app.nomination_reason();
