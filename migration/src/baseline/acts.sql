-- Acts of a candidacy and their effects: the stage, the member, the deadlines. Only acts write stages.

create table act (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid not null references candidate, seq int not null, kind app.act_kind not null,
  on_date date not null, data jsonb not null, /* row-level security shuts an index on data */ member_id uuid generated always as ((data ->> 'member_id')::uuid) stored, /* its prose, sealed */ texts bytea, regulation text not null,
  corrects_id uuid references act, stage_after app.stage not null, account_id uuid not null references account, role app.role not null, /* the outcome, as the law computed it */ vote jsonb,
  -- the branch that recorded it; branch_id is the file's current branch
  recorded_branch_id uuid references branch,
  -- version of the candidate after this act
  version int not null, recorded_at timestamptz not null, /* a hidden act has the number of the one before it, so that no gap tells of it, and here its place after that */ unseen int not null default 0,
  constraint act_in_turn unique (candidate_id, seq, unseen));
create unique index act_corrected_once on act (corrects_id) where corrects_id is not null;
create index act_list on act (organization_id, recorded_at desc, id desc);
create index act_member on act (member_id) where member_id is not null;
create index act_branch on act (recorded_branch_id, on_date);
create index act_kind on act (candidate_id, kind, seq);
create index act_day on act (organization_id, kind, on_date);

create table deadline (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid references candidate, kind app.deadline_kind not null,
  key text not null, from_on date not null, workdays int, due_on date not null, skipped date[] not null, rule text not null, source text not null, settled_on date, act_id uuid references act, account_id uuid references account,
  created_at timestamptz not null,
  constraint deadline_one_duty unique (candidate_id, key));
create index deadline_list on deadline (organization_id, due_on, id);
create index deadline_branch on deadline (branch_id, due_on, id);
create index deadline_open on deadline (organization_id, due_on, id) include (branch_id) where settled_on is null;
create index deadline_kind on deadline (branch_id, kind, candidate_id) where settled_on is null;
create index deadline_of_kind on deadline (organization_id, kind, due_on, id);
create index deadline_newest on deadline (organization_id, created_at, id);

-- Every access to P3 data, logged in the same transaction, in a chain of the organisation.
create table access_entry (
  id uuid primary key, organization_id uuid not null references organization, at timestamptz not null, account_id uuid not null references account, role app.role not null,
  -- null for a source plan entry without a candidacy
  candidate_id uuid references candidate, resource text not null, resource_id uuid not null, reason text, request_id text not null, chain smallint not null, seq bigint not null, prev bytea not null, hash bytea not null,
  constraint access_entry_chain unique (organization_id, chain, seq), constraint access_entry_no_fork unique (organization_id, chain, prev));
create trigger chain before insert on access_entry for each row execute function app.chain();
alter table access_entry enable always trigger chain;
create index access_entry_list on access_entry (organization_id, at desc, id desc);
create index access_entry_candidate on access_entry (candidate_id, at);

-- Moves of candidacies between branches. Until the day before, the person belonged to the branch that they left. Only a move writes rows here.
create table candidate_move (
  candidate_id uuid not null references candidate, on_date date not null, organization_id uuid not null references organization, from_branch_id uuid not null references branch, to_branch_id uuid not null references branch,
  paper_number text, primary key (candidate_id, on_date));
-- The branches of a person, each with the first and the last day of the stay. The first stay has no first day, the last one no last day.
create or replace function app.whereabouts(p_candidate uuid, p_branch uuid) returns table (branch_id uuid, from_on date, to_on date) language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select v.from_branch_id, lag(v.on_date) over (order by v.on_date), v.on_date - 1 from candidate_move v where v.candidate_id = p_candidate
  union all select p_branch, (select max(v.on_date) from candidate_move v where v.candidate_id = p_candidate), null $$;

-- Every stage that a candidacy has entered, according to its present acts: the register of any past day. A row keeps the moment when its stage and day were first recorded; `left_on` is the first day of a later stage.
create table stage_entry (
  candidate_id uuid not null references candidate, place int not null, organization_id uuid not null references organization, branch_id uuid not null references branch, stage app.stage not null, on_date date not null,
  left_on date, reason text, recorded_at timestamptz not null, primary key (candidate_id, place),
  constraint stage_entry_period check (left_on >= on_date));
create index stage_entry_day on stage_entry (organization_id, on_date);
create index candidate_move_day on candidate_move (organization_id, on_date);
create index stage_entry_recorded on stage_entry (organization_id, recorded_at, on_date);
create index stage_entry_left on stage_entry (organization_id, coalesce(left_on, 'infinity')) where app.is_on_the_way(stage);
create index stage_entry_reason on stage_entry (organization_id, on_date) include (branch_id, candidate_id, stage, reason, recorded_at) where reason is not null;
create or replace function app.tallied(s stage_entry, sign int) returns setof tally language sql immutable as $$
  select s.organization_id, s.branch_id, s.stage, app.month(x.day), app.month(greatest(x.day, app.civil(s.recorded_at))), x.stands, null::text, null::text, sign * x.n, 0::bigint, 0, 0
    from (values (false, s.on_date, 1), (true, s.on_date, -1), (true, coalesce(s.left_on, 'infinity'), 1)) x (stands, day, n) where s.candidate_id is not null and (not x.stands or app.is_on_the_way(s.stage)) $$;
create trigger stage_entry_tallied after insert or update or delete on stage_entry for each row execute function app.tally();
create trigger candidate_move_tallied after insert or delete on candidate_move for each row execute function app.tally();
-- The stage of a candidacy on a day, by what had been recorded before a certain moment.
create or replace function app.course(c candidate, p_on date, p_until timestamptz) returns table (introduced_branch_id uuid, adopted_on date, opened_on date, stage text, admitted_on date, official_on date) language sql stable
  as $$ select (select v.from_branch_id from candidate_move v where v.candidate_id = c.id and v.on_date > c.nominated_on order by v.on_date limit 1), min(s.on_date) filter (where app.is_in_plan(s.stage)),
         min(s.on_date) filter (where app.is_dossier(s.stage)), (array_agg(s.stage order by s.place desc))[1], case when bool_or(s.on_date = c.admitted_on) then c.admitted_on end,
         case when bool_or(app.is_official(s.stage)) then c.official_on end from stage_entry s where s.candidate_id = c.id and s.on_date <= p_on and s.recorded_at < p_until $$;
create or replace function app.strayed() returns table (id uuid, introduced_branch_id uuid, adopted_on date, opened_on date) language sql stable as $$
  select c.id, k.introduced_branch_id, k.adopted_on, k.opened_on from candidate c cross join app.course(c, 'infinity', 'infinity') k
   where (c.introduced_branch_id, c.adopted_on, c.opened_on) is distinct from (k.introduced_branch_id, k.adopted_on, k.opened_on) $$;
create or replace function app.tallied() returns setof tally language sql stable as $$ select t.* from candidate c cross join app.tallied(c, 1) t
  union all select t.* from stage_entry s join candidate c on c.id = s.candidate_id and c.deleted_at is null cross join app.tallied(s, 1) t $$;
create or replace function app.recount() returns void language sql as $$
  lock table candidate, stage_entry, candidate_move in share row exclusive mode;
  update candidate c set introduced_branch_id = k.introduced_branch_id, adopted_on = k.adopted_on, opened_on = k.opened_on from app.strayed() k where c.id = k.id; delete from tally;
  insert into tally select t.organization_id, t.branch_id, t.stage, t.month, t.known, t.stands, t.what, t.value, sum(t.n), sum(t.years_of_age), sum(t.up_to_30), sum(t.up_to_35)
    from app.tallied() t group by 1, 2, 3, 4, 5, 6, 7, 8 $$;
-- Offers of a branch to hand over a person in its plan. Until the other branch accepts, the file stays.
create table transfer_offer (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, to_branch_id uuid not null references branch, candidate_id uuid not null references candidate,
  on_date date not null, reason text, state app.offer_state not null, answered_on date, answer_reason text, like kept including defaults);
create unique index transfer_offer_open on transfer_offer (candidate_id) where app.is_offered(state);

-- All facts that the law needs besides the candidacy's own rows, in one call, because each call of a definer function costs as much as a small query: the
-- branch's register (with member ids for those who can read the branch), the members named by acts even from branches the caller cannot see, settings,
-- holidays; and the acts for a union, which cannot read acts but may record its withdrawal.
create or replace function app.surroundings(p_candidate uuid, p_branch uuid, p_organization uuid, p_members uuid[]) returns json language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
declare reads boolean := app.reads_branch(p_branch);
begin
  return (select json_build_object(
      -- each day is that of the branch to which the person belonged on it
      'register', (select coalesce(json_agg(json_build_array(case when reads then s.member_id end, greatest(s.from_on, w.from_on), least(s.to_on, w.to_on), app.official_from(m), (select d.activities
                from app.activities(m.id, m.activity) d)) order by s.from_on, s.member_id), '[]')
         from app.whereabouts(p_candidate, p_branch) w join membership s on s.branch_id = w.branch_id and (w.to_on is null or s.from_on <= w.to_on) and (w.from_on is null or s.to_on is null or s.to_on >= w.from_on)
           join member m on m.id = s.member_id where s.organization_id = o.id and (reads or m.official_on is not null)), 'own_stays', (select json_agg(t order by t.from_on) from membership t where t.member_id = p_candidate),
      'moves', (select json_agg(to_jsonb(v) || jsonb_build_object('merged_into_id', b.merged_into_id) order by v.on_date) from candidate_move v join branch b on b.id = v.from_branch_id where v.candidate_id = p_candidate),
      'members', (select json_agg(json_build_array(m.id, app.official_from(m), (select coalesce(json_agg(json_build_array(t.branch_id, t.from_on, t.to_on) order by t.from_on), '[]') from membership t
                where t.member_id = m.id), (select d.activities from app.activities(m.id, m.activity) d), (select coalesce(json_agg(json_build_array(s.from_on, s.to_on)), '[]') from sponsorship s
                where s.member_id = m.id and s.candidate_id <> p_candidate)))
         from member m where m.organization_id = o.id and m.id = any (p_members || case when app.introduces(app.role())
           then array(select a.member_id from act a where a.candidate_id = p_candidate and a.member_id is not null) end)),
      'acts', case when app.introduces(app.role()) then (select json_agg(json_build_array(a.id, a.account_id, a.role, a.kind, a.data, a.regulation) order by a.seq, a.unseen) from act a join candidate c on c.id = a.candidate_id
         where a.candidate_id = p_candidate and c.introduced_by::text = app.role() and c.organization_id = o.id) end,
      'namesake_waits', (select c.namesake_by is not null and c.namesake_confirmed_on is null from candidate c where c.id = p_candidate), 'seats', (select json_agg(json_build_array(e.id, k.id, k.kind, k.starts_on, e.state))
          from enrolment e join class k on k.id = e.class_id where e.candidate_id = p_candidate and e.organization_id = o.id and not app.is_gone(e.state)), 'earlier', (with recursive attempt as (select c.previous_id as id
            from candidate c where c.id = p_candidate union select c.previous_id from attempt p join candidate c on c.id = p.id)
          select json_agg(json_build_array(a.branch_id, json_build_array(a.id, a.account_id, a.role, a.kind, a.data, a.regulation)) order by a.on_date, a.id) from attempt p join enrolment e on e.candidate_id = p.id
          and e.organization_id = o.id and app.is_completed(e.state) cross join lateral (select x.* from act x where x.candidate_id = e.candidate_id and x.data ->> 'enrolment_id' = e.id::text order by x.seq desc limit 1) a),
      'offer_waits', exists (select from transfer_offer t where t.candidate_id = p_candidate and app.is_offered(t.state)), 'in_open_review', exists (select from review_item i join review r on r.id = i.review_id
          and r.closed_on is null and r.deleted_at is null
         where i.candidate_id = p_candidate and i.organization_id = o.id),
      'youth_unions', (select json_agg(json_build_array(b.id, b.has_youth_union, b.youth_union_changed_on)) from branch b where b.organization_id = o.id and b.id in (select w.branch_id
            from app.whereabouts(p_candidate, p_branch) w)),
      'settings', (select json_agg(json_build_array(s.key, s.from_on, s.value) order by s.version) from setting s where s.organization_id = o.id),
      'holidays', (select json_object_agg(h.on_date, h.kind) from holiday h where h.organization_id = o.id))
    from organization o where o.id = p_organization and o.id = any (app.organization() || app.below()));
end $$;

-- Whether another row of the organisation is about a person of this folded name and birth date: an open candidacy, or a present or former member. Also their last candidacy that ended before admission, for a new one to refer to,
-- and its last day unless the nomination was withdrawn before it was considered, and, for the row itself, when and why the person left the Party and the number of readmissions. And whether an open candidacy or a member of another
-- row bears the citizen number, or one that has ended and is somebody else's by name or birth date. Plans are kept in plpgsql only.
create or replace function app.known_person(p_name text, p_birth date, p_except uuid, p_citizen bytea default null)
returns table (open_candidacy boolean, members uuid[], previous_id uuid, previous_ended_on date, previous_stage text, left_on date, left_as text, ground text, readmissions int, citizen boolean)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query with recursive
    -- the organisation's rows, and whether they have the name and the birth date
    c as not materialized (select *, birth_date = p_birth and app.person_key(full_name) = app.person_key(p_name) as named from candidate where organization_id = app.organization()),
    m as not materialized (select *, birth_date = p_birth and app.person_key(full_name) = app.person_key(p_name) as named from member where organization_id = app.organization()),
    -- the candidacies of that name and the one in question, each with the attempts before it
    line as (
      select c.id as of, c.*, 0 as back from c where c.named and c.deleted_at is null and c.id is distinct from p_except
      union all select c.id, c.*, 0 from c where c.id = p_except
      union all select l.of, c.*, l.back + 1 from c join line l on c.id = l.previous_id),
    past as (select * from line where of = p_except),
    -- the next attempts of the asked-about one, and of the others so named, whatever they are called today
    later as ((select c.id, c.open from c where c.previous_id = p_except and c.deleted_at is null
               union all select c.id, c.open from same join c on c.previous_id = same.of and c.deleted_at is null and c.id is distinct from p_except and c.id not in (select id from past))
      union all select c.id, c.open from c join later on c.previous_id = later.id and c.deleted_at is null),
    listed as (select * from m where (m.id = p_except or m.named) and (m.deleted_at is null or exists (select from member_leaving l where l.member_id = m.id))),
    -- each person's first row, and the confirmation of the last. Two namesakes are told apart if the later one was confirmed, or if the earlier one was confirmed after the later one was entered
    first as (select distinct on (of) of, id, (created_at at time zone 'Asia/Ho_Chi_Minh')::date as known, first_value(namesake_confirmed_on) over (partition by of order by back) as told
      from (select of, id, namesake_confirmed_on, created_at, back from line
            union all select l.id, l.id, l.namesake_confirmed_on, l.created_at, 0 from listed l where not exists (select from c where c.id = l.id)
            union all select l.of, m.id, m.namesake_confirmed_on, m.created_at, 1000 from line l join m on m.id = l.previous_id where not exists (select from c where c.id = m.id)) x order by of, back desc),
    apart as (select y.of from first x, first y where x.of = p_except and x.id <> y.id and (exists (select from past where back = 0 and named) or exists (select from listed where id = p_except and named))
      and (case when x.id < y.id then y.told else x.told end is not null or case when x.id < y.id then x.told > y.known else y.told > x.known end)),
    same as materialized (select * from line where back = 0 and of is distinct from p_except and of not in (select of from apart)),
    -- the membership that ended last, which may have had no file
    last as (select * from (select id, stage, stage_on, back from past where admitted_on is not null
                            union all select m.id, null, null, 1000 from m where m.id = p_except or m.id in (select previous_id from past)) x order by back limit 1)
  select exists (select from same where open) or exists (select from later where open),
         -- from other rows than this person's own attempts
         array(select id from same where admitted_on is not null and not open and id not in (select id from past)
               union select l.id from listed l where l.id is distinct from p_except and l.id not in (select of from apart) and not exists (select from past where l.id in (past.id, past.previous_id))),
         earlier.id, earlier.stage_on, earlier.stage::text,
         coalesce(l.on_date, last.stage_on), coalesce(l.ground::text, case when app.has_left(last.stage) or app.is_struck_off(last.stage) then last.stage::text end),
         (select a.data ->> 'ground' from act a where l.id is null and a.candidate_id = last.id and a.stage_after = last.stage and a.data ->> 'ground' is not null order by a.seq desc limit 1),
         (select count(*)::int from past where admitted_on is not null and previous_id is not null),
         exists (select from c where c.citizen_index = p_citizen and c.id is distinct from p_except
             and (c.open or c.deleted_at is null and c.named is not true and not exists (select from past where past.id = c.id) and not exists (select from later where later.id = c.id)))
           or exists (select from m where m.citizen_index = p_citizen and m.id is distinct from p_except and (m.deleted_at is null
             or m.named is not true and not exists (select from past where past.id = m.id) and exists (select from member_leaving l where l.member_id = m.id)))
    from (select) one left join last on true left join member_leaving l on l.member_id = last.id
    left join (select id, stage, max(case when exists (select from nomination n where n.candidate_id = same.id and not app.stands(n.outcome)) then null else stage_on end) over () as stage_on
      from same where admitted_on is null and not open order by created_at desc limit 1) earlier on true; end $$;

-- All rows about the person of a candidate or member: attempts that refer to each other, and rows with the same name and birth date unless they were told apart, or with the same citizen number as well. A number alone, which
-- somebody typed, is not enough. A person who left and came back has two rows.
create or replace function app.one_person(p_id uuid) returns uuid[] language sql stable set search_path = pg_catalog, public, pg_temp as $$
  with recursive person as not materialized (select id, full_name, birth_date, citizen_index from candidate where organization_id = app.organization()
      union all select id, full_name, birth_date, citizen_index from member where organization_id = app.organization()),
  line (id) as (select p_id union select x.id from line l cross join lateral (
    select unnest(array[c.id, c.previous_id]) from candidate c where l.id in (c.id, c.previous_id) and c.organization_id = app.organization()
    union all select s.id from person r cross join lateral (
      select o.id from person o where o.citizen_index = r.citizen_index and o.birth_date = r.birth_date and app.person_key(o.full_name) = app.person_key(r.full_name)
      union all select unnest(k.members || k.previous_id || array(select c.id from candidate c where k.open_candidacy and c.open and c.organization_id = app.organization() and c.birth_date = r.birth_date
            and app.person_key(c.full_name) = app.person_key(r.full_name)))
        from app.known_person(r.full_name, r.birth_date, l.id) k) s (id) where r.id = l.id) x (id) where x.id is not null)
  select array_agg(line.id order by line.id) from line $$;
-- These deadlines of a candidacy are open from now on; every other one is settled on that day. For the functions below.
create or replace function app.write_deadlines(c candidate, p_due jsonb, p_on date, p_now timestamptz) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update deadline set settled_on = p_on where candidate_id = c.id and settled_on is null and key not in (select d ->> 'key' from jsonb_array_elements(p_due) d);
  insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, workdays, due_on, skipped, rule, source, act_id, account_id, created_at)
  select c.organization_id, c.branch_id, c.id, d.kind, d.key, coalesce(lost.from_on, d.from_on), d.workdays, coalesce(lost.due_on, d.due_on), d.skipped, d.rule, d.source, d.act, case when d.act is null then null
      when lost.id is not null then lost.account_id else d.by end, p_now
    from jsonb_to_recordset(p_due) as d (kind text, key text, from_on date, workdays int, due_on date, skipped date[], rule text, source text, act uuid, by uuid)
    /* since when, and by whom, an act has lost its ground stays, whatever else it lacks since */ left join deadline lost on lost.candidate_id = c.id and lost.key = d.key and lost.settled_on is null
      and app.is_ground_lost(lost.kind)
  on conflict (candidate_id, key) do update set due_on = excluded.due_on, from_on = excluded.from_on, workdays = excluded.workdays, skipped = excluded.skipped, rule = excluded.rule, source = excluded.source,
    account_id = excluded.account_id, settled_on = null
   where (deadline.due_on, deadline.from_on, deadline.workdays, deadline.skipped, deadline.rule, deadline.source, deadline.settled_on)
         is distinct from (excluded.due_on, excluded.from_on, excluded.workdays, excluded.skipped, excluded.rule, excluded.source, null);
end $$;

-- Writes the effects of an act as decided by `src/law/consequences`, one key per effect. The app role cannot update stages and
-- deadlines itself; `move_deadlines` and `move_people` change when a deadline is due and whose a file is.
create or replace function app.carry(p_act uuid, p_effects jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare a act; c candidate; before candidate; e jsonb; classes uuid[]; left_already boolean;
begin
  if p_act is null then
    -- a change that is not an act of this file: only its deadlines follow
    select * into c from candidate where id = (p_effects ->> 'candidate')::uuid and organization_id = app.organization();
    if not found or not (app.writes_members(app.role()) or app.is_branch_committee(app.role()) and c.branch_id = any (app.branches())) then raise exception 'not yours' using errcode = '42501'; end if;
    e := p_effects -> 'deadlines';
    perform app.write_deadlines(c, e -> 'due', (e ->> 'on')::date, (e ->> 'at')::timestamptz);
    return;
  end if;
  -- an act that this account has written in this very transaction
  select * into a from act where id = p_act and account_id = app.account() and xmin = pg_current_xact_id()::xid;
  if not found then raise exception 'no such act' using errcode = '42501'; end if;
  -- only the newest act of its candidacy has effects
  if exists (select from act where candidate_id = a.candidate_id and (seq, unseen) > (a.seq, a.unseen)) then raise exception 'not the newest' using errcode = '42501'; end if;
  e := p_effects -> 'stage';
  select * into before from candidate where id = a.candidate_id;
  update candidate set department_id = (select d.id from department d where d.id = candidate.department_id and d.branch_id = candidate.branch_id and d.deleted_at is null), stage = a.stage_after,
    stage_on = (e ->> 'stage_on')::date, nominated_on = (e ->> 'nominated_on')::date, decided_on = (e ->> 'decided_on')::date,
         admitted_on = (e ->> 'admitted_on')::date, official_on = (e ->> 'official_on')::date,
         -- an admission counts for the branch that the person belonged to on that day
         admitted_branch_id = case when e ->> 'admitted_on' is not null then coalesce(admitted_branch_id, branch_id) end,
         version = version + (a.seq > 1 and not p_effects ? 'unseen')::int, updated_at = case when p_effects ? 'unseen' then updated_at else a.recorded_at end
   where id = a.candidate_id returning * into c;
  if before.admitted_on is distinct from c.admitted_on then
    -- closed years keep their figure; the difference is stored beside it
    insert into later_admission (plan_id, organization_id, branch_id, act_id, recorded_on, reason, difference)
    select p.id, p.organization_id, x.branch_id, a.id, (a.recorded_at at time zone 'Asia/Ho_Chi_Minh')::date, p_effects -> 'stage' ->> 'admission', x.difference
      from (values (before.admitted_on, before.admitted_branch_id, -1), (c.admitted_on, c.admitted_branch_id, 1)) x (admitted_on, branch_id, difference)
      join quota_plan p on p.organization_id = c.organization_id and p.year = extract(year from x.admitted_on) and app.is_closed_plan(p.state) and p.deleted_at is null
     where extract(year from before.admitted_on) is distinct from extract(year from c.admitted_on);
  end if;
  e := p_effects -> 'entered'; delete from stage_entry where candidate_id = c.id and place > jsonb_array_length(e);
  insert into stage_entry as s (candidate_id, place, organization_id, branch_id, stage, on_date, left_on, reason, recorded_at) select c.id, n.place, c.organization_id, c.branch_id, n.stage, n.on_date, n.left_on, n.reason,
    a.recorded_at from jsonb_to_recordset(e) as n (place int, stage text, on_date date, left_on date, reason text)
  on conflict (candidate_id, place) do update set stage = excluded.stage, on_date = excluded.on_date, left_on = excluded.left_on, reason = excluded.reason,
    recorded_at = case when (s.stage, s.on_date) = (excluded.stage, excluded.on_date) then s.recorded_at else excluded.recorded_at end
    where (s.stage, s.on_date, s.left_on, s.reason) is distinct from (excluded.stage, excluded.on_date, excluded.left_on, excluded.reason);
  e := p_effects -> 'enrolment_failed';
  if e is not null then
    update enrolment set state = e ->> 'to', grade = null, certificate_number = null, certificate_key = null, certificate_on = null, certificate_valid_to = null, version = version + 1, updated_at = a.recorded_at
     where id = (e ->> 'enrolment')::uuid and candidate_id = c.id;
  end if;
  e := p_effects -> 'sponsorship_void';
  if e is not null then
    update sponsorship set to_on = from_on, end_reason = e ->> 'reason', void = true, version = version + 1, updated_at = a.recorded_at
     where id = (select id from sponsorship where candidate_id = c.id and member_id = (e ->> 'member')::uuid and from_on = (e ->> 'from_on')::date and not void order by id desc limit 1);
  end if;
  e := p_effects -> 'sponsorships';
  if e is not null then
    -- if several of one member begin on the same day, they are matched in order
    update sponsorship s set to_on = n.to_on, end_reason = n.end_reason, version = version + 1, updated_at = a.recorded_at
      from (select id, member_id, from_on, row_number() over (partition by member_id, from_on order by id) from sponsorship where candidate_id = c.id and not void) r (id, member_id, from_on, nth)
      join (select l.*, row_number() over (partition by member_id, from_on order by ordinality) from rows from (jsonb_to_recordset(e) as (member_id uuid, from_on date, to_on date, end_reason text))
          with ordinality l) n (member_id, from_on, to_on, end_reason, place, nth) using (member_id, from_on, nth)
     where s.id = r.id and (s.to_on, s.end_reason) is distinct from (n.to_on, n.end_reason);
  end if;
  e := p_effects -> 'seats_freed';
  if e is not null then
    -- whoever changes seats locks in this order: candidate, class, enrolment
    perform from class where id in (select class_id from enrolment where candidate_id = c.id and e -> 'from' ? state) order by id for update;
    with freed as (update enrolment set state = e ->> 'to', waiting_no = null, reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
                    where candidate_id = c.id and e -> 'from' ? state returning class_id)
    select array_agg(distinct class_id order by class_id) into classes from freed;
    perform app.fill_class(k, a.recorded_at) from unnest(classes) k; update transfer_offer set state = app.withdrawn_offer(), answered_on = a.on_date, answer_reason = e ->> 'reason', version = version + 1,
      updated_at = a.recorded_at where candidate_id = c.id and app.is_offered(state);
  end if;
  e := p_effects -> 'outcome';
  if e is not null then
    update nomination set outcome = e ->> 'to', outcome_on = (e ->> 'on')::date, outcome_reason = e ->> 'reason', version = version + 1, updated_at = a.recorded_at
     where candidate_id = c.id and (outcome, outcome_on, outcome_reason) is distinct from (e ->> 'to', (e ->> 'on')::date, e ->> 'reason');
  end if;
  e := p_effects -> 'member';
  if e is not null then
    left_already := exists (select from member_leaving l where l.member_id = c.id);
    insert into member (id, organization_id, branch_id, department_id, full_name, sex, birth_date, ethnic_group, religion, citizen_id, citizen_index, phone, data_key, occupation, position, status, activity,
           joined_on, official_on, recognised_on, decided_on, version, created_at, updated_at)
    values (c.id, c.organization_id, c.branch_id, c.department_id, c.full_name, c.sex, c.birth_date, c.ethnic_group, c.religion, c.citizen_id, c.citizen_index, c.phone, c.data_key, c.occupation, c.position,
        e ->> 'status', e ->> 'activity',
            (e ->> 'joined_on')::date, (e ->> 'official_on')::date, (e ->> 'recognised_on')::date, (e ->> 'decided_on')::date, 1, a.recorded_at, a.recorded_at)
    on conflict (id) do update set status = excluded.status, joined_on = excluded.joined_on, official_on = excluded.official_on, recognised_on = excluded.recognised_on,
            decided_on = excluded.decided_on, deleted_at = case when left_already then member.deleted_at end, version = member.version + 1, updated_at = excluded.updated_at
     where (member.status, member.joined_on, member.official_on, member.recognised_on, member.decided_on, member.deleted_at)
           is distinct from (excluded.status, excluded.joined_on, excluded.official_on, excluded.recognised_on, excluded.decided_on, case when left_already then member.deleted_at end);
  elsif p_effects ? 'member_gone' then
    update member set deleted_at = a.recorded_at, version = version + 1, updated_at = a.recorded_at where id = c.id and deleted_at is null;
  end if;
  e := p_effects -> 'stays';
  if e is not null then
    delete from membership where member_id = c.id and not e -> 'lines' @> jsonb_build_array(jsonb_build_object('id', id));
    insert into membership (id, organization_id, member_id, branch_id, from_on, to_on, paper_number) select coalesce(n.id, gen_random_uuid()), c.organization_id, c.id, n.branch_id, n.from_on, n.to_on, n.paper_number
      from jsonb_to_recordset(e -> 'lines') as n (id uuid, branch_id uuid, from_on date, to_on date, paper_number text) order by n.from_on
    on conflict (id) do update set from_on = excluded.from_on, to_on = excluded.to_on;
    update member set branch_id = (e #>> '{lines,-1,branch_id}')::uuid where id = c.id and jsonb_array_length(e -> 'lines') > 0;
    -- the file did not follow the moves of an official member
    insert into candidate_move (candidate_id, on_date, organization_id, from_branch_id, to_branch_id) select c.id, n.from_on, c.organization_id, n.before, n.branch_id
      from (select t.*, lag(t.branch_id) over (order by t.from_on) as before from membership t where t.member_id = c.id) n where n.before is not null and (e -> 'file_moves')::boolean on conflict do nothing;
  end if;
  e := p_effects -> 'deadlines';
  perform app.write_deadlines(c, e -> 'due', (e ->> 'on')::date, a.recorded_at);
end $$;

-- Moves deadlines counted in working days when a holiday is entered later.
create or replace function app.move_deadlines(p_ids uuid[], p_due date[], p_skipped jsonb) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin if not app.writes_holidays(app.role()) then raise exception 'not yours' using errcode = '42501'; end if;
  update deadline d set due_on = n.due, skipped = array(select jsonb_array_elements_text(p_skipped -> (n.place - 1)::int))::date[]
    from unnest(p_ids, p_due) with ordinality n (id, due, place) where d.id = n.id and d.organization_id = app.organization() and d.settled_on is null;
  update member m set review_due_on = n.due, review_skipped = array(select jsonb_array_elements_text(p_skipped -> (n.place - 1)::int))::date[]
    from unnest(p_ids, p_due) with ordinality n (id, due, place) where m.id = n.id and m.organization_id = app.organization() and m.review_due_on is not null;
end $$;

-- Moves members and open candidacies to another branch from a day on, with all dependent rows; the register keeps the old branch until the day before. A probationary member's file moves too; ended candidacies stay. Without a day,
-- files only follow what `carry` has written. A move back on the day of the last move undoes it. The old branch's plan keeps its texts about a person but no longer links to the file; that of the new branch does, if it names the
-- person. Called by the Office, and by a branch for people whom another branch has offered to it.
create or replace function app.move_people(p_members uuid[], p_candidates uuid[], p_to uuid, p_on date, p_paper text, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare back uuid[]; moved uuid[] := array(select id from candidate where id = any (p_candidates || p_members) and organization_id = app.organization() and (open or p_on is null) and branch_id <> p_to);
  offered boolean := app.answers_transfers(app.role()) and p_to = any (app.branches()) and p_members = '{}'
    and not exists (select from unnest(p_candidates) x where not exists (select from transfer_offer o where o.candidate_id = x and o.to_branch_id = p_to and o.on_date = p_on and app.is_offered(o.state)));
begin
  if not (app.writes_members(app.role()) or offered) or not exists (select from branch where id = p_to and organization_id = app.organization())
     or exists (select from member where id = any (p_members) and organization_id <> app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if; with gone as (delete from membership l using membership b where l.member_id = any (p_members) and l.to_on is null and l.from_on = p_on and b.member_id = l.member_id and b.branch_id = p_to
      and b.to_on = p_on - 1 returning l.member_id) select coalesce(array_agg(member_id), '{}') into back from gone;
  if exists (select from membership where member_id = any (p_members) and to_on is null and from_on >= p_on) or exists (select from candidate_move
      where candidate_id = any (moved) and candidate_id <> all (back) and on_date >= p_on) then
    raise exception 'before the last move' using errcode = '23514', constraint = 'membership_period';
  end if;
  update membership set to_on = null where member_id = any (back) and branch_id = p_to and to_on = p_on - 1; delete from candidate_move where candidate_id = any (back) and candidate_id = any (moved) and on_date = p_on;
  update membership set to_on = p_on - 1 where member_id = any (p_members) and member_id <> all (back) and to_on is null;
  insert into membership (organization_id, member_id, branch_id, from_on, paper_number) select app.organization(), m, p_to, p_on, p_paper from unnest(p_members) m where m <> all (back);
  update member_activity_change set branch_id = p_to, version = version + 1, updated_at = p_now where member_id = any (p_members) and on_date >= p_on;
  insert into candidate_move (candidate_id, on_date, organization_id, from_branch_id, to_branch_id, paper_number) select id, p_on, organization_id, branch_id, p_to, p_paper from candidate
    where id = any (moved) and id <> all (back) and p_on is not null;
  update candidate set branch_id = p_to, department_id = (select d.id from department d where d.id = department_id and d.branch_id = p_to), version = version + (updated_at < p_now)::int, updated_at = p_now where id = any (moved);
  update act set branch_id = p_to where candidate_id = any (moved);
  update stage_entry set branch_id = p_to where candidate_id = any (moved);
  update deadline set branch_id = p_to where candidate_id = any (moved);
  update enrolment set branch_id = p_to, version = version + 1, updated_at = p_now where candidate_id = any (moved);
  update attendance a set branch_id = p_to from enrolment e where e.id = a.enrolment_id and e.candidate_id = any (moved);
  update sponsorship set branch_id = p_to, version = version + 1, updated_at = p_now where candidate_id = any (moved);
  update nomination set branch_id = p_to, version = version + 1, updated_at = p_now where candidate_id = any (moved);
  update source_plan_entry set candidate_id = null, version = version + 1, updated_at = p_now where candidate_id = any (moved) and branch_id <> p_to;
  perform app.plan_candidates(array(select c.id from candidate c join source_plan_entry e on e.branch_id = p_to and e.birth_date = c.birth_date and app.person_key(e.full_name) = app.person_key(c.full_name)
        and (e.deleted_at is null or e.approved_year is not null) where c.id = any (moved)), p_to, p_now);
  -- other branches to which the person was offered need not answer any more
  update transfer_offer set state = app.withdrawn_offer(), answered_on = p_on, version = version + 1, updated_at = p_now
   where candidate_id = any (moved) and app.is_offered(state) and (to_branch_id <> p_to or app.writes_members(app.role()));
end $$;

-- Locks rows until the transaction ends, for callers who record about rows they may not update; reads nothing. Lock order: candidate, member, class.
create or replace function app.lock(p_table text, p_ids uuid[]) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare reach uuid[] := app.organization() || app.below();
begin
  case p_table
    when 'candidate' then perform from candidate where id = any (p_ids) and organization_id = any (reach) order by id for update;
    when 'member' then perform from member where id = any (p_ids) and organization_id = any (reach) order by id for update;
    when 'class' then perform from class where id = any (p_ids) and organization_id = any (reach) order by id for update;
  end case;
end $$;

-- Number of rows for each of these ids, by word: counts of rows that the caller may not see individually.
create or replace function app.counts(p_of text, p_ids uuid[]) returns table (id uuid, word text, n int) language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare reach uuid[] := app.organization() || app.below(); begin
  case p_of
    -- members of branches by status; for roles that see no persons, as of the last day of the last quarter
    when 'members' then return query select m.branch_id, m.status::text, count(*)::int from member m where app.sees_persons() and m.branch_id = any (p_ids) and m.organization_id = any (reach) and m.deleted_at is null
      and m.arrives_on is null group by 1, 2
      union all select s.branch_id, app.status_of(app.official_from(m) <= q), count(*)::int from app.last_quarter() q join membership s on s.branch_id = any (p_ids) and s.organization_id = any (reach) and s.from_on <= q
        and (s.to_on is null or s.to_on >= q) join member m on m.id = s.member_id where not app.sees_persons() group by 1, 2;
    when 'sponsors' then -- names, also of another branch's, and the file's version, for those who read the person's branch
      return query select s.id, m.full_name, c.version from sponsorship s join member m on m.id = s.member_id join candidate c on c.id = s.candidate_id where s.id = any (p_ids) and s.organization_id = app.organization()
        and app.reads_branch(s.branch_id);
    -- what a branch may know of a person offered to it: name, stage, and since when; nothing once it has declined
    when 'offers' then return query select o.id, json_build_array(c.full_name, c.stage, c.stage_on)::text, 1 from transfer_offer o join candidate c on c.id = o.candidate_id
      where o.id = any (p_ids) and o.organization_id = app.organization() and (app.reads_branch(c.branch_id) or app.reads_branch(o.to_branch_id) and app.is_offered(o.state));
    -- people whom members sponsor now, in every branch: the load limit must hold where the caller sees one branch
    when 'sponsorships' then return query select s.member_id, null::text, count(*)::int from sponsorship s where s.member_id = any (p_ids) and s.organization_id = app.organization() and s.to_on is null group by 1;
    -- nominations that cite activities, by outcome
    when 'nominations' then return query select n.activity_id, n.outcome::text, count(*)::int from nomination n where n.activity_id = any (p_ids) and n.organization_id = app.organization() group by 1, 2;
    -- problem reports of branches by state: a committee member in charge sees how many, not what they say
    when 'problem_reports' then return query select r.branch_id, r.state::text, count(*)::int from problem_report r
      where r.branch_id = any (p_ids) and r.organization_id = app.organization() and app.reads_branch(r.branch_id) group by 1, 2;
    when 'sums' then return query select null::uuid, null::text, count(*)::int from (select from (select * from app.tallied()
          union all select t.organization_id, t.branch_id, t.stage, t.month, t.known, t.stands, t.what, t.value, -t.n, -t.years_of_age, -t.up_to_30, -t.up_to_35 from tally t) t
        group by t.organization_id, t.branch_id, t.stage, t.month, t.known, t.stands, t.what, t.value having (sum(t.n), sum(t.years_of_age), sum(t.up_to_30), sum(t.up_to_35)) <> (0, 0, 0, 0)
      union all select from app.strayed()) wrong;
    -- the version by which acts were judged, by organisation and day: it is compared with the regulations before these are used; ids only, no person
    when 'judged' then return query select a.organization_id, json_build_array(a.regulation, a.on_date, (array_agg(a.id order by a.id))[1:5])::text, count(*)::int
      from act a group by a.organization_id, a.regulation, a.on_date order by a.organization_id, a.regulation, a.on_date;
    -- people on the waiting lists of classes
    when 'waiting_lists' then return query select e.class_id, null::text, count(*)::int from enrolment e where e.class_id = any (p_ids) and e.organization_id = any (reach) and e.waiting_no is not null group by 1;
    -- positions on waiting lists: 1 is next
    when 'places' then return query select e.id, null::text, (select count(*)::int from enrolment w where w.class_id = e.class_id and w.waiting_no <= e.waiting_no)
      from enrolment e where e.id = any (p_ids) and e.organization_id = any (reach) and e.waiting_no is not null;
  end case;
end $$;
