-- Party members and the branches' register; candidates, nominations and sponsorships. Citizen number, phone and address are sealed with the person's data key, and that with a key file (`src/sealing/`); equal
-- citizen numbers have equal indexes.
create table member (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, department_id uuid references department, full_name text not null, sex app.sex not null,
  birth_date date not null, ethnic_group text, religion text, citizen_id bytea, citizen_index bytea, phone bytea, data_key bytea, occupation text, position text, status app.member_status not null, activity app.activity not null,
  joined_on date not null, official_on date, decided_on date, /* of that decision: no votes or sponsorships before it, even if official_on is earlier */ recognised_on date, recognition_paper text, recognised_by app.deciding_body,
  /* the branch's vote on the recognition, of who has no file */ review_from_on date, review_workdays int, review_due_on date, review_skipped date[] not null default '{}', review_source text,
  -- `arrives_on`: set while a second person has to confirm that the member is no namesake; the day on which the register then begins
  namesake_reason bytea, namesake_by uuid references account, namesake_confirmed_by uuid references account, namesake_confirmed_on date, arrives_on date, arrives_paper text, correction_reason bytea, erased_on date,
  like kept including defaults, deleted_at timestamptz, name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored, folded text collate "C" generated always as (app.folded_name(full_name)) stored,
  constraint member_erased check (erased_on is null or num_nonnulls(citizen_id, citizen_index, phone, data_key, ethnic_group, religion, occupation, position, namesake_reason, correction_reason) = 0),
  constraint member_namesake check (namesake_confirmed_by is null or namesake_confirmed_by is distinct from namesake_by),
  constraint member_official_on check (app.is_official(status) = (official_on is not null) and (official_on is null or official_on >= joined_on)));
create unique index member_citizen_id_unique on member (organization_id, citizen_index) where deleted_at is null and citizen_index is not null;
create index member_citizen on member (organization_id, citizen_index) where citizen_index is not null;
create index member_branch on member (branch_id, status, name_key, id) where deleted_at is null;
create index member_name on member (organization_id, name_key, id) where deleted_at is null;
create index member_review on member (organization_id, review_due_on, id) where review_due_on is not null;
create index member_birth on member (organization_id, birth_date, app.person_key(full_name));
-- From this day on a member votes and sponsors; null for one on probation.
create or replace function app.official_from(m member) returns date language sql immutable as $$ select case when m.official_on is not null then greatest(m.official_on, m.recognised_on) end $$;

-- Membership of branches over time, which gives the register of any day.
create table membership (
  id uuid primary key default gen_random_uuid(), organization_id uuid not null references organization, member_id uuid not null references member, branch_id uuid not null references branch, from_on date not null, to_on date,
  /* by which the member came from another branch */ paper_number text,
  constraint membership_period check (to_on is null or to_on >= from_on));
create unique index membership_open on membership (member_id) where to_on is null;
create index membership_branch on membership (branch_id, from_on);
create index membership_member on membership (member_id, from_on);

-- Changes of a member's activity by date; before the first one, the member's own column applies.
create table member_activity_change (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, member_id uuid not null references member, on_date date not null, from_activity app.activity not null,
  activity app.activity not null, paper_number text not null, reason text, like kept including defaults);
create unique index member_activity_change_day on member_activity_change (member_id, on_date);
-- The activity of a member at first, and since each change. A set-returning function, so that it is planned with the calling statement.
create or replace function app.activities(p_member uuid, p_now text) returns table (activities jsonb) language sql stable as $$
  select jsonb_build_array(jsonb_build_array(null, coalesce((array_agg(x.from_activity order by x.on_date))[1]::text, p_now))) || coalesce(jsonb_agg(jsonb_build_array(x.on_date, x.activity)
        order by x.on_date) filter (where x.id is not null), '[]')
    from member_activity_change x where x.member_id = p_member $$;
create table member_leaving (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, member_id uuid not null references member, on_date date not null, ground app.member_leaving_ground not null,
  decided_by app.deciding_body, paper_number text not null, reason text, /* the lines of the register that it has cut */ stays jsonb not null default '[]', like kept including defaults);
create unique index member_leaving_member on member_leaving (member_id);
-- Moves of members to another branch as the Office records them; `membership` has the lines of the register that follow.
create table transfer (
  id uuid primary key, organization_id uuid not null references organization, from_branch_id uuid not null references branch, from_department_id uuid references department, branch_id uuid not null references branch,
  member_id uuid not null references member, on_date date not null, paper_number text not null, reason text, like kept including defaults);
create index transfer_member on transfer (member_id);
create table branch_officer (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, member_id uuid not null references member, position app.officer_position not null, from_on date not null,
  to_on date, /* where a leaving has ended it */ planned_to_on date, paper_number text, like kept including defaults,
  constraint branch_officer_period check (to_on is null or to_on >= from_on));
create unique index branch_officer_secretary on branch_officer (branch_id) where to_on is null and app.is_secretary(position);
create unique index branch_officer_member on branch_officer (branch_id, member_id) where to_on is null;
create index branch_officer_list on branch_officer (organization_id, branch_id, from_on desc, id desc);

create table candidate (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, department_id uuid references department, introduced_by app.introducer not null,
  -- the previous attempt, or the membership that had no file
  previous_id uuid, full_name text not null, other_names text, sex app.sex not null, birth_date date not null, birth_place text, home_town text, ethnic_group text, religion text, citizen_id bytea, citizen_index bytea, phone bytea,
  address bytea, data_key bytea, occupation text, position text, general_education app.general_education, professional_level app.professional_level, political_theory_level app.political_theory_level,
  priority_group app.priority_group, youth_union_member boolean not null, youth_union_changed_on date[] not null default '{}', trade_union_member boolean not null, trade_union_changed_on date[] not null default '{}',
  -- `…_changed_on`: the days on which membership changed. `remarks`: by the id of the branch that wrote them, which keeps them to itself wherever the person moves
  remarks bytea, stage app.stage not null, stage_on date not null, nominated_on date not null, decided_on date, admitted_on date,
  -- admissions count for the branch of their date
  admitted_branch_id uuid references branch, official_on date,
  -- as moves and stages tell (`app.strayed`): the branch of the day of nomination, if another; first days in the plan and with a dossier
  introduced_branch_id uuid references branch, adopted_on date, opened_on date,
  -- year in an approved source plan, copied here for filtering
  planned_year int,
  -- why this is not a namesake born on the same day, who said so, and who confirmed it
  namesake_reason bytea, namesake_by uuid references account, namesake_confirmed_by uuid references account, namesake_confirmed_on date, erased_on date, like kept including defaults, deleted_at timestamptz,
  constraint candidate_erased check (erased_on is null or num_nonnulls(citizen_id, citizen_index, phone, address, data_key, remarks, other_names, birth_place, home_town, ethnic_group, religion, occupation, position,
        general_education, professional_level, political_theory_level, priority_group, namesake_reason) = 0),
  constraint candidate_namesake check (namesake_confirmed_by is null or namesake_confirmed_by is distinct from namesake_by), name_key text collate "vi-x-icu" generated always as (app.name_key(full_name)) stored,
  folded text collate "C" generated always as (app.folded_name(full_name)) stored,
  -- room on each page for changes that write no index
  open boolean generated always as (deleted_at is null and not app.has_ended(stage)) stored) with (fillfactor = 90);
create unique index candidate_citizen_id_open on candidate (organization_id, citizen_index) where open and citizen_index is not null;
create index candidate_citizen on candidate (organization_id, citizen_index) where citizen_index is not null;
create index candidate_branch_stage on candidate (branch_id, stage, created_at desc, id desc) where deleted_at is null;
create index candidate_stage on candidate (organization_id, stage, created_at desc, id desc) where deleted_at is null;
create index candidate_branch_name on candidate (branch_id, name_key, id) where deleted_at is null;
create index candidate_by_name on candidate (organization_id, name_key, id) where deleted_at is null;
create index candidate_admitted on candidate (organization_id, admitted_on, branch_id) where admitted_on is not null and deleted_at is null;
create index candidate_department on candidate (department_id);
create index candidate_previous on candidate (previous_id) where previous_id is not null;
create index candidate_birth on candidate (organization_id, birth_date, app.person_key(full_name)) where deleted_at is null;
create index candidate_planned on candidate (organization_id, planned_year);
create index candidate_nominated_list on candidate (organization_id, nominated_on, id) where deleted_at is null;
create index candidate_stage_list on candidate (organization_id, stage_on, id) where deleted_at is null;
create index candidate_removed on candidate (organization_id, id) where deleted_at is not null;
-- Counters, by branch of now: people per stage, admissions per month with their ages by the year of birth, entries of stages per month, and (`stands`) where stays on the way end and begin: what stood at a month's end is the sum
-- of all later ones (`known`: the month of the record, or of the day if later). By the branch of their day, who was introduced in a month, and `what` has become of them. A change inserts its difference in the same transaction, so
-- nobody waits for a counter row; readers take the sum. This is a trigger although it writes another table: the app role inserts and updates candidacies itself, and could call a function for the counters without a change.
create table tally (
  organization_id uuid not null, branch_id uuid not null, stage app.stage, month date, known date, stands boolean, what text, value text, n int not null, years_of_age bigint not null, up_to_30 int not null, up_to_35 int not null,
  constraint tally_of check (case when what is null then (stage is null) <> (month is null) and known is null and stands is null or num_nulls(stage, month, known, stands) = 0 else num_nulls(stage, month, known, stands) = 2 end));
create index tally_stage on tally (organization_id, known, branch_id, stage, month, stands) include (n) where stage is not null;
create index tally_month on tally (organization_id, month, branch_id) include (n) where stage is null and what is null;
create index tally_what on tally (organization_id, month, branch_id, what, value) include (n) where what is not null;
-- What one candidacy adds to the counters.
create or replace function app.tallied(c candidate, sign int) returns setof tally language sql immutable as $$
  select c.organization_id, c.branch_id, c.stage, null::date, null::date, null::boolean, null::text, null::text, sign, 0::bigint, 0, 0 where c.id is not null and c.deleted_at is null
  union all select c.organization_id, c.admitted_branch_id, null, app.month(c.admitted_on), null, null, null, null, sign, sign * y, sign * (y <= 30)::int, sign * (y <= 35)::int
    from (select (extract(year from c.admitted_on) - extract(year from c.birth_date))::bigint as y) x where c.admitted_on is not null and c.admitted_branch_id is not null and c.deleted_at is null
  union all select c.organization_id, coalesce(c.introduced_branch_id, c.branch_id), null, app.month(c.nominated_on), app.month(c.nominated_on), null, x.what, x.value, sign, 0, 0, 0
    from (select extract(year from c.nominated_on) - extract(year from c.birth_date) as years, age(c.admitted_on, c.adopted_on) as took) y
    cross join lateral (values ('sex', c.sex::text), ('priority_group', coalesce(c.priority_group, 'other')), ('age_band', case when years <= 30 then '18-30' when years <= 35 then '31-35' when years <= 40 then '36-40'
          when years <= 45 then '41-45' when years <= 50 then '46-50' when years <= 55 then '51-55' when years <= 60 then '56-60' else '61+' end), ('months', (extract(year from took) * 12 + extract(month from took))::text),
      ('adoption', left(c.adopted_on::text, 0)), ('file', left(c.opened_on::text, 0)), ('admission', left(c.admitted_on::text, 0)), ('recognised', left(c.official_on::text, 0)),
      ('removal', case when app.is_removed(c.stage) then '' end), ('refusal', case when app.is_not_admitted(c.stage) then '' end), ('striking', case when app.is_struck_off(c.stage) then '' end),
      ('leaving', case when app.has_left(c.stage) then '' end)) x (what, value) where c.id is not null and c.deleted_at is null and x.value is not null $$;
create or replace function app.tally() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_table_name <> 'candidate' then
    update candidate c set introduced_branch_id = k.introduced_branch_id, adopted_on = k.adopted_on, opened_on = k.opened_on from app.strayed() k where k.id = coalesce(new.candidate_id, old.candidate_id) and c.id = k.id;
    if tg_table_name = 'candidate_move' then return null; end if;
  end if;
  insert into tally select t.organization_id, t.branch_id, t.stage, t.month, t.known, t.stands, t.what, t.value, sum(t.n), sum(t.years_of_age), sum(t.up_to_30), sum(t.up_to_35)
    from (select * from app.tallied(old, -1) union all select * from app.tallied(new, 1)) t group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(t.n) <> 0 or sum(t.years_of_age) <> 0;
  -- a candidacy removed as a mistake is taken out of every count
  if tg_table_name = 'candidate' and tg_op = 'UPDATE' then if old.deleted_at is null and new.deleted_at is not null then
    insert into tally select t.* from stage_entry s cross join app.tallied(s, -1) t where s.candidate_id = new.id;
  end if; end if;
  if random() < 0.1 then
    with gone as (delete from tally where ctid in (select t.ctid from tally t where t.organization_id = new.organization_id and t.branch_id = new.branch_id and (t.stage = new.stage and (t.known is null
            or t.known = app.month(app.today())) or t.what is not null and t.month = app.month((to_jsonb(new) ->> 'nominated_on')::date)) for update skip locked) returning *)
    insert into tally select g.organization_id, g.branch_id, g.stage, g.month, g.known, g.stands, g.what, g.value, sum(g.n), 0, 0, 0 from gone g group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(g.n) <> 0;
  end if;
  return null;
end $$;
create trigger candidate_tallied after insert or delete or update of branch_id, stage, nominated_on, admitted_on, admitted_branch_id, birth_date, deleted_at, sex, priority_group, official_on, introduced_branch_id, adopted_on,
  opened_on on candidate for each row execute function app.tally();
create table nomination (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid not null references candidate, introduced_by app.introducer not null,
  introducer_member_id uuid references member, paper_number text not null, paper_key text not null generated always as (app.paper_key(paper_number)) stored, paper_on date not null, reason text,
  activity_id uuid references activity, outcome app.nomination_outcome not null, outcome_on date, outcome_reason text, like kept including defaults,
  constraint nomination_member_names_introducer check (app.is_by_member(introduced_by) = (introducer_member_id is not null)));
create index nomination_paper on nomination (organization_id, introduced_by, paper_key);
create index nomination_union on nomination (organization_id, introduced_by, created_at desc, id desc);
create index nomination_day on nomination (organization_id, paper_on, id);
create index nomination_outcome_list on nomination (organization_id, outcome, created_at desc, id desc);
create index nomination_candidate on nomination (candidate_id);
create index nomination_activity on nomination (activity_id) where activity_id is not null;

create table sponsorship (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, candidate_id uuid not null references candidate, member_id uuid not null references member,
  from_on date not null, to_on date, end_reason text, other_branch_reason text, /* its act was annulled */ void boolean not null default false, like kept including defaults,
  constraint sponsorship_period check (to_on is null or to_on >= from_on), constraint sponsorship_end_reason check (to_on is null or end_reason is not null));
create unique index sponsorship_open_pair on sponsorship (candidate_id, member_id) where to_on is null;
create index sponsorship_member on sponsorship (member_id);

-- Words and initials of names, for prefix search in any order. The whole folded name stands beside each word, so one index range of the rarest word answers for
-- all words. Full text cannot use its index under row-level security (@@ is not leakproof); text comparison can. Only the function below reads this table; the
-- policy of the person's own table then filters the ids.
create table name_word (
  organization_id uuid not null references organization, kind text not null constraint name_word_kind check (kind in ('member', 'candidate')), word text collate "C" not null, person_id uuid not null,
  folded text collate "C" not null, primary key (organization_id, kind, word, person_id) include (folded));
create index name_word_person on name_word (person_id);

-- Maintains the words of names, for all new rows of a statement and for rows whose name has changed. A member who was a candidate has the candidate's id, so
-- each update is limited to one kind.
create or replace function app.index_names() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_level = 'STATEMENT' then
    insert into name_word select n.organization_id, tg_argv[0], w, n.id, n.folded from fresh n, regexp_split_to_table(trim(n.folded), ' ') w on conflict do nothing;
  else
    delete from name_word where person_id = new.id and kind = tg_argv[0];
    insert into name_word select new.organization_id, tg_argv[0], w, new.id, new.folded from regexp_split_to_table(trim(new.folded), ' ') w on conflict do nothing;
  end if;
  return null;
end $$;
create trigger member_names after insert on member referencing new table as fresh for each statement execute function app.index_names('member');
create trigger member_name after update on member for each row when (old.full_name <> new.full_name) execute function app.index_names('member');
create trigger candidate_names after insert on candidate referencing new table as fresh for each statement execute function app.index_names('candidate');
create trigger candidate_name after update on candidate for each row when (old.full_name <> new.full_name) execute function app.index_names('candidate');
-- The people whose names have these words, or null if they are so many that scanning a list in its own order fills a page sooner, comparing `folded` with the
-- patterns row by row. The planner's estimate for the range of each word decides.
create or replace function app.find_names(p_kind text, p_text text, /* also who is not on the first page */ p_whole boolean) returns table (people uuid[], patterns text[])
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare reach uuid[] := app.organization() || app.below();
  everybody float8 := greatest((select reltuples from pg_class where relname = p_kind and relnamespace = 'public'::regnamespace), 1);
  hits float8 := everybody;
  one text; plan json; n float8; fewest float8; rarest text;
begin
  patterns := '{}';
  for one in select distinct w from (select w from app.words(p_text) w limit 10) words loop
    execute format('explain (format json) select from name_word where organization_id = any (%L::uuid[]) and kind = %L and word >= %L and word < %L', reach, p_kind, one, one || chr(1114111)) into plan;
    n := (plan -> 0 -> 'Plan' ->> 'Plan Rows')::float8;
    hits := hits * least(n / everybody, 1);
    patterns := patterns || ('% ' || one || '%');
    if fewest is null or n < fewest then rarest := one; fewest := n; end if;
  end loop;
  if fewest <= 1000 or p_whole and hits <= 20000 or fewest * 0.3 + hits * 2 <= 100 * everybody / greatest(hits, 1) then
    select coalesce(array_agg(distinct few.person_id), '{}') into people from (select n.person_id from name_word n where n.organization_id = any (reach) and n.kind = p_kind
      and n.word >= rarest and n.word < rarest || chr(1114111) and n.folded like all (patterns) limit 20001) few;
  end if;
  if people is null or cardinality(people) > 20000 then
    people := null;
    -- under row-level security the planner assumes that a text comparison rarely matches, and would read and sort the whole table
    perform set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true);
  end if;
  return next;
end $$;

-- Writes one line of the register; without a first day, deletes it. Lines are dated, so that the register of a past day does not change.
create or replace function app.write_membership(p_id uuid, p_member uuid, p_branch uuid, p_from date, p_to date, p_paper text) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not (app.writes_members(app.role()) or app.confirms_namesakes(app.role()) and p_from is not null and not exists (select from membership where member_id = p_member)) or not exists (select from member m
      join branch b on b.organization_id = m.organization_id where m.id = p_member and b.id = p_branch and m.organization_id = app.organization()) then
    raise exception 'not yours' using errcode = '42501';
  end if;
  if p_from is null then delete from membership where id = p_id and member_id = p_member; return; end if;
  insert into membership (id, organization_id, member_id, branch_id, from_on, to_on, paper_number) values (p_id, app.organization(), p_member, p_branch, p_from, p_to, p_paper)
    on conflict (id) do update set branch_id = excluded.branch_id, from_on = excluded.from_on, to_on = excluded.to_on where membership.member_id = p_member;
end $$;

-- Requests to erase a person for good, each with its basis. Either the Office or the Standing Committee asks, and the other confirms.
create table erasure (
  id uuid primary key, organization_id uuid not null references organization, person_id uuid not null, paper_number text not null, paper_on date not null, reason text not null, asked_by uuid not null references account,
  asked_role app.role not null, waits_until timestamptz not null, covers uuid[] not null default '{}', confirmed_by uuid references account, erased_on date, like kept including defaults,
  constraint erasure_two_people check ((confirmed_by is null) = (erased_on is null) and confirmed_by is distinct from asked_by));
-- Erases the person of a request that this account has confirmed in this very transaction, in every attempt and membership. This removes keys and sealed values, everything that identifies the person, and all free text about them.
-- Days, kinds, branches, outcomes and numbers of papers stay: the counts of people, and what the acts were judged by; groups and reasons of removal in past figures do not. A tombstone keeps the year of birth, and is as old in
-- whole years as the person was when introduced and when admitted.
create or replace function app.erase(p_erasure uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare e erasure; p uuid[]; gone constant text := 'Đã xóa '; mark constant text := '•••';
begin
  select * into e from erasure where id = p_erasure and organization_id = app.organization() and confirmed_by = app.account() and asked_role <> app.role() and waits_until > p_now and app.erases_persons(app.role())
    and xmin = pg_current_xact_id()::xid;
  select array_agg(line.id) into p from unnest(app.one_person(e.person_id)) line (id) where not exists (select from candidate c where c.id = line.id and c.erased_on is not null) and not exists (select from member m
      where m.id = line.id and m.erased_on is not null);
  if e.id is null or exists (select from candidate c where c.id = any (p) and (c.open or c.organization_id <> e.organization_id)) or exists (select from member m
      where m.id = any (p) and (m.deleted_at is null or m.organization_id <> e.organization_id)) then raise exception 'not yours' using errcode = '42501'; end if;
  -- also plans that name the person without a link to the file, in the person's branches, unless a namesake is there
  update source_plan_entry s set full_name = gone || right(s.id::text, 12), birth_date = make_date(extract(year from s.birth_date)::int, 1, 1), priority_group = 'other', assessment = null, data_key = null,
    version = s.version + 1, updated_at = p_now
   where s.organization_id = e.organization_id and (s.candidate_id = any (p) or s.candidate_id is null and (s.branch_id, s.birth_date, app.person_key(s.full_name)) in (select w.branch_id, c.birth_date, app.person_key(c.full_name)
         from candidate c cross join lateral app.whereabouts(c.id, c.branch_id) w where c.id = any (p) union all select b.branch_id, m.birth_date, app.person_key(m.full_name) from member m join membership b on b.member_id = m.id
         where m.id = any (p)) and not exists (select from (select c.id, c.organization_id, c.birth_date, c.full_name from candidate c where c.deleted_at is null union all select m.id, m.organization_id, m.birth_date, m.full_name
           from member m) o where o.organization_id = e.organization_id and o.birth_date = s.birth_date and app.person_key(o.full_name) = app.person_key(s.full_name) and o.id <> all (p)));
  update candidate c set full_name = gone || right(c.id::text, 12), birth_date = least(make_date(extract(year from c.birth_date)::int, 12, 31),
      c.nominated_on - date_part('year', age(c.nominated_on, c.birth_date)) * interval '1 year',
      c.admitted_on - date_part('year', age(c.admitted_on, c.birth_date)) * interval '1 year')::date,
         citizen_id = null, citizen_index = null, phone = null, address = null, data_key = null, remarks = null, other_names = null, birth_place = null, home_town = null, ethnic_group = null, religion = null,
           occupation = null, position = null,
         general_education = null, professional_level = null, political_theory_level = null, priority_group = null, namesake_reason = null, erased_on = e.erased_on, version = c.version + 1, updated_at = p_now where c.id = any (p);
  update member m set full_name = gone || right(m.id::text, 12), birth_date = coalesce((select c.birth_date from candidate c where c.id = m.id),
      (m.joined_on - date_part('year', age(m.joined_on, m.birth_date)) * interval '1 year')::date),
         citizen_id = null, citizen_index = null, phone = null, data_key = null, ethnic_group = null, religion = null, occupation = null, position = null, namesake_reason = null, correction_reason = null, erased_on = e.erased_on,
           version = m.version + 1, updated_at = p_now where m.id = any (p);
  update act a set texts = null, data = a.data || (select coalesce(jsonb_object_agg(x.k, case when x.k = 'priority_group' then 'null' when jsonb_typeof(x.v) = 'array' then (select jsonb_agg(d || jsonb_build_object('note', mark))
            from jsonb_array_elements(x.v) d) else to_jsonb(mark) end), '{}')
      from jsonb_each(a.data) x (k, v) where x.v <> 'null' and (x.k in ('priority_group', 'reason', 'replacement_reason', 'other_branch_reason', 'to', 'title', 'remarks', 'finding', 'old_place', 'new_place', 'statement')
          or x.k = 'documents' and jsonb_path_exists(x.v, '$[*].note'))) where a.candidate_id = any (p);
  update stage_entry set reason = null where candidate_id = any (p); update deadline set settled_on = e.erased_on where candidate_id = any (p) and settled_on is null;
  update nomination set reason = null, outcome_reason = null, version = version + 1, updated_at = p_now where candidate_id = any (p);
  update sponsorship set end_reason = mark || left(end_reason, 0), other_branch_reason = null, version = version + 1, updated_at = p_now where candidate_id = any (p);
  update transfer_offer set reason = null, answer_reason = null, version = version + 1, updated_at = p_now where candidate_id = any (p);
  update enrolment set reason = mark || left(reason, 0), attendance_reason = null, version = version + 1, updated_at = p_now where candidate_id = any (p);
  update attendance a set reason = null from enrolment n where n.id = a.enrolment_id and n.candidate_id = any (p);
  update review_item set note = null, data_key = null, reason = mark || left(reason, 0), priority_group = null, version = version + 1, updated_at = p_now where candidate_id = any (p);
  update member_leaving set reason = null, version = version + 1, updated_at = p_now where member_id = any (p); update member_activity_change set reason = null, version = version + 1, updated_at = p_now where member_id = any (p);
  update transfer set reason = null, version = version + 1, updated_at = p_now where member_id = any (p);
end $$;
