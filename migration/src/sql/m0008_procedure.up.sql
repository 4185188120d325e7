-- Acts of a candidacy, and all that follows from them: the stage, the member, the deadlines. Nothing but an act writes a stage.
alter table branch add column has_youth_union boolean not null default true;
alter table candidate add column previous_id uuid references candidate, add column official_on date;
alter table candidate drop constraint candidate_admitted_after_decided;
alter table member add column decided_on date;

-- Who belonged to which branch, and when: the register of a past day.
create table membership (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organization,
  member_id uuid not null references member,
  branch_id uuid not null references branch,
  from_on date not null,
  to_on date,
  constraint membership_period check (to_on is null or to_on >= from_on)
);
create unique index membership_open on membership (member_id) where to_on is null;
create index membership_branch on membership (branch_id, from_on);
create index membership_member on membership (member_id, from_on);
select app.protect('membership', app.predicate('person'));

create function app.keep_membership() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into membership (organization_id, member_id, branch_id, from_on) values (new.organization_id, new.id, new.branch_id, new.joined_on);
  elsif new.deleted_at is not null and old.deleted_at is null then
    update membership set to_on = greatest(from_on, coalesce(app.today(), new.deleted_at::date)) where member_id = new.id and to_on is null;
  elsif new.deleted_at is null and old.deleted_at is not null then
    update membership set to_on = null, branch_id = new.branch_id
     where id = (select id from membership where member_id = new.id order by from_on desc, to_on desc nulls first limit 1);
  elsif new.branch_id <> old.branch_id then
    -- a correction; a transfer has moved the open row already
    update membership set branch_id = new.branch_id where member_id = new.id and to_on is null;
  end if;
  if tg_op = 'UPDATE' and new.joined_on <> old.joined_on then
    update membership set from_on = new.joined_on where member_id = new.id and from_on = old.joined_on and (to_on is null or to_on >= new.joined_on);
  end if;
  return null;
end $$;
-- the day of the request in Asia/Ho_Chi_Minh, set with the identity
create function app.today() returns date language sql stable parallel safe as $$ select nullif(current_setting('app.today', true), '')::date $$;
insert into membership (organization_id, member_id, branch_id, from_on) select organization_id, id, branch_id, joined_on from member where deleted_at is null;
create trigger member_membership after insert or update on member for each row execute function app.keep_membership();

create function app.transfer_member(p_member uuid, p_branch uuid, p_on date) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  if exists (select from membership where member_id = p_member and to_on is null and from_on >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = p_on - 1 where member_id = p_member and organization_id = app.organization() and to_on is null and from_on < p_on;
  insert into membership (organization_id, member_id, branch_id, from_on) values (app.organization(), p_member, p_branch, p_on);
end $$;

-- (plpgsql keeps its plans for the session; a function in SQL is planned at every call)
-- Who was recognised late had no vote and sponsored nobody before the decision, though official from an earlier day.
create function app.recognised_on(p_members uuid[]) returns table (member_id uuid, on_date date) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select r.candidate_id, max(r.on_date) from act r where r.candidate_id = any (p_members) and r.kind = 'recognition' and not exists (
      select from act n where n.candidate_id = r.candidate_id and (n.corrects_id = r.id or (n.kind = 'annulment' and n.data ->> 'act_id' = r.id::text))) group by r.candidate_id;
end $$;
-- Official members of a branch with the days from and to which they count there; only days leave here.
create function app.branch_register(p_branch uuid) returns table (from_on date, to_on date) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select greatest(s.from_on, m.official_on, r.on_date), s.to_on from membership s join member m on m.id = s.member_id
         left join app.recognised_on(array(select member_id from membership where branch_id = p_branch)) r on r.member_id = m.id
         where s.branch_id = p_branch and s.organization_id = any (app.organization() || app.below()) and m.official_on is not null
           and (s.to_on is null or s.to_on >= greatest(m.official_on, r.on_date));
end $$;
-- What rules ask about members whom acts name, also of branches that the caller does not see.
create function app.member_facts(p_members uuid[]) returns table (id uuid, official_on date, branch_id uuid, active boolean, open_sponsorships int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select m.id, case when m.official_on is not null then greatest(m.official_on, r.on_date) end, m.branch_id, m.activity = 'active' and m.deleted_at is null,
         (select count(*)::int from sponsorship s where s.member_id = m.id and s.to_on is null)
    from member m left join app.recognised_on(p_members) r on r.member_id = m.id where m.id = any (p_members) and m.organization_id = any (app.organization() || app.below());
end $$;
-- Earlier attempts of a person: whether one of them led into the Party, when and why it was left, how often that was a readmission.
create function app.past_of(p_candidate uuid) returns table (left_on date, ground text, readmissions int)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return query with recursive past as (
      select c.id, c.previous_id, c.stage, c.stage_on, c.admitted_on, 0 as back from candidate c where c.id = p_candidate and c.organization_id = app.organization()
      union all select c.id, c.previous_id, c.stage, c.stage_on, c.admitted_on, p.back + 1 from candidate c join past p on c.id = p.previous_id)
    select p.stage_on, (select a.data ->> 'ground' from act a where a.candidate_id = p.id and a.kind = 'decision' and a.stage_after = 'struck_off' order by a.seq desc limit 1),
           (select count(*)::int from past q where q.admitted_on is not null and q.previous_id is not null)
      from past p where p.admitted_on is not null order by p.back limit 1;
end $$;
-- The same folded name and birth date was a member here and left: readmission, no nomination. Only yes or no leaves here.
create function app.was_member(p_name text, p_birth date) returns boolean language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return exists (select 1 from candidate c where c.organization_id = app.organization() and c.birth_date = p_birth and app.fold(c.full_name) = app.fold(p_name)
                    and c.deleted_at is null and c.admitted_on is not null and not c.open)
      or exists (select 1 from member m where m.organization_id = app.organization() and m.birth_date = p_birth and app.fold(m.full_name) = app.fold(p_name) and m.deleted_at is null);
end $$;
create index candidate_was_admitted on candidate (organization_id, birth_date) where admitted_on is not null;
create index member_birth on member (organization_id, birth_date) where deleted_at is null;
-- Settings and holidays of the candidate's organisation, for the committee above too.
create function app.house_facts(p_organization uuid) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  return (select jsonb_build_object('settings', (select jsonb_object_agg(key, value) from setting where organization_id = p_organization),
                            'holidays', (select jsonb_object_agg(on_date, name) from holiday where organization_id = p_organization))
   where p_organization = any (app.organization() || app.below()));
end $$;
-- Serialises the acts of one candidacy, for everyone who may record one.
create function app.lock_candidate(p_candidate uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$ begin perform 1 from candidate where id = p_candidate and organization_id = any (app.organization() || app.below()) for update; end $$;

-- a member who was a candidate bears the candidate's id: words of one kind only
create or replace function app.change_name() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from name_word where person_id = new.id and kind = tg_argv[0];
  insert into name_word select new.organization_id, tg_argv[0], w, new.id from app.name_words(new.full_name) w on conflict do nothing;
  return null;
end $$;

create table act (
  id uuid primary key,
  organization_id uuid not null references organization,
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
  -- version of the candidate after this act
  version int not null,
  recorded_at timestamptz not null,
  constraint act_in_turn unique (candidate_id, seq)
);
create unique index act_corrected_once on act (corrects_id) where corrects_id is not null;
create index act_list on act (organization_id, recorded_at desc, id desc);
create index act_kind on act (candidate_id, kind, seq);
-- only inserts: nobody rewrites an act
select app.protect('act',
  '(' || app.predicate('person') || ') or (organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and exists (select from candidate c where c.id = candidate_id))',
  'account_id = (select app.account()) and role = (select app.role()) and exists (select from candidate c where c.id = candidate_id and c.branch_id = act.branch_id and c.organization_id = act.organization_id) and ('
    || 'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role()) in (''trade_union'', ''youth_union'') and kind in (''nomination'', ''exit'')))'
    || ' or organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and kind in (''return'', ''decision'', ''recognition''))');

-- Unions read no acts; withdrawing what they introduced is judged by them all the same.
create function app.union_acts(p_candidate uuid) returns setof act language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query select a.* from act a join candidate c on c.id = a.candidate_id
         where a.candidate_id = p_candidate and app.role() in ('trade_union', 'youth_union') and c.introduced_by = app.role() and c.organization_id = app.organization();
end $$;

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
select app.protect('deadline', app.predicate('person'));

-- What an act leads to, in one place: the candidate's stage and version, sponsorships and seats that end with it, the nomination's outcome, the member.
create function app.follow_act(p_act uuid, p_decided date, p_admitted date, p_official date, p_stage_on date, p_duties jsonb) returns int
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

-- A holiday entered later moves what is counted in working days.
create function app.move_deadlines(p_ids uuid[], p_due date[], p_skipped jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if app.role() <> 'party_office' then raise exception 'not yours' using errcode = '42501'; end if;
  update deadline d set due_on = n.due, skipped = array(select jsonb_array_elements_text(p_skipped -> (n.place - 1)::int))::date[]
    from unnest(p_ids, p_due) with ordinality n (id, due, place) where d.id = n.id and d.organization_id = app.organization() and d.settled_on is null;
end $$;

-- The app role changes particulars, never a stage.
revoke update on candidate from ketnap_app;
grant update (department_id, full_name, other_names, sex, birth_date, birth_place, home_town, ethnic_group, religion, citizen_id, phone, address, occupation, position,
  general_education, professional_level, political_theory_level, priority_group, youth_union_member, trade_union_member, remarks, version, updated_at, deleted_at) on candidate to ketnap_app;
drop policy ins on candidate;
do $$ begin execute format('create policy ins on candidate for insert with check ((select app.is_owner()) or (stage = ''nominated'' and decided_on is null and admitted_on is null and official_on is null and ((%s) or (%s))))', app.predicate('clerk'), app.predicate('union')); end $$;
drop function app.release_candidate(uuid, date, timestamptz);

-- Every reading of a background, in its own transaction's company.
create table access_entry (
  id uuid primary key,
  organization_id uuid not null references organization,
  at timestamptz not null,
  account_id uuid not null references account,
  role text not null,
  candidate_id uuid not null references candidate,
  resource text not null,
  resource_id uuid not null,
  reason text,
  request_id text not null
);
create index access_entry_list on access_entry (organization_id, at desc, id desc);
create index access_entry_candidate on access_entry (candidate_id, at);
select app.protect('access_entry', app.predicate('admin'), 'account_id = (select app.account())');

-- A person's own deadlines for a calendar: the address is the secret, only its digest is kept.
create table calendar_feed (
  account_id uuid primary key references account,
  token_hash bytea not null constraint calendar_feed_token unique,
  created_at timestamptz not null
);
select app.protect('calendar_feed', 'account_id = (select app.account())', 'account_id = (select app.account())', 'account_id = (select app.account())', 'account_id = (select app.account())');
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
create function app.is_calendar(p_hash bytea) returns boolean language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select exists (select from calendar_feed where token_hash = p_hash) $$;
grant execute on all functions in schema app to ketnap_app;
revoke execute on function app.protect(regclass, text, text, text, text), app.recognised_on(uuid[]) from ketnap_app;
