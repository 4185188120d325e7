-- Classes, their seats and waiting lists, sessions and attendance, certificates.
create table class (
  id uuid primary key, organization_id uuid not null references organization, kind app.class_kind not null, title text not null, issuer text not null, place text, starts_on date not null, ends_on date not null,
  proposals_due_on date, state app.class_state not null, cancel_reason text, capacity int not null constraint class_capacity check (capacity between 1 and 1000), seats_taken int not null default 0,
  waiting_last int not null default 0, like kept including defaults, deleted_at timestamptz,
  constraint class_period check (ends_on >= starts_on), constraint class_seats check (seats_taken between 0 and capacity), constraint class_cancel_reason check (app.is_cancelled(state) = (cancel_reason is not null)),
  constraint class_proposals_due check (proposals_due_on <= starts_on));
create index class_list on class (organization_id, starts_on desc, id desc) where deleted_at is null;
create table enrolment (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, class_id uuid not null references class, candidate_id uuid not null references candidate,
  state app.enrolment_state not null, waiting_no int, compiled_on date, compiled_number text, confirmed_on date, confirmed_number text, reason text, attendance_reason text, grade app.grade, certificate_number text,
  certificate_on date, certificate_valid_to date,
  -- unique per issuer, however written, across all organisations below one committee
  certificate_key text, like kept including defaults,
  constraint enrolment_certificate_goes_with_completion check (app.is_completed(state) = (certificate_number is not null) and (certificate_number is null) = (certificate_on is null)
      and (certificate_valid_to is null or certificate_number is not null)),
  constraint enrolment_certificate_key check ((certificate_key is null) = (certificate_number is null)), constraint enrolment_waiting check (app.is_waiting(state) = (waiting_no is not null)),
  constraint enrolment_compiled check ((compiled_on is null) = (compiled_number is null)), constraint enrolment_confirmed check ((confirmed_on is null) = (confirmed_number is null)),
  constraint enrolment_rejected check (reason is not null or not app.is_rejected(state)));
create index enrolment_list on enrolment (organization_id, class_id, created_at desc, id desc);
create index enrolment_candidate on enrolment (candidate_id);
create unique index enrolment_one_seat on enrolment (class_id, candidate_id) where not app.is_gone(state);
create unique index enrolment_waiting_turn on enrolment (class_id, waiting_no) where waiting_no is not null;
create index enrolment_certificates on enrolment (organization_id, certificate_on desc, id desc) where app.is_completed(state);
create unique index enrolment_certificate_unique on enrolment (certificate_key) where certificate_key is not null;
create table class_session (
  id uuid primary key, organization_id uuid not null references organization, class_id uuid not null references class, number int not null constraint class_session_number check (number between 1 and 200), topic text not null,
  on_date date not null, periods int not null constraint class_session_periods check (periods between 1 and 20), lecturer text,
  -- attendance has been taken
  held boolean not null default false, like kept including defaults, deleted_at timestamptz);
create unique index class_session_number_unique on class_session (class_id, number) where deleted_at is null;
create index class_session_list on class_session (organization_id, on_date, id);
create table attendance (
  session_id uuid not null references class_session, enrolment_id uuid not null references enrolment, organization_id uuid not null references organization, branch_id uuid not null references branch, present boolean not null,
  reason text, primary key (session_id, enrolment_id));
create index attendance_enrolment on attendance (enrolment_id);
-- Normalises a text for the key of a certificate.
create or replace function app.plainly(t text) returns text language sql immutable strict parallel safe as $$ select lower(normalize(btrim(regexp_replace(t, '\s+', ' ', 'g')), nfc) collate "vi-x-icu") $$;
-- Recounts the seats of a class under its lock and gives free ones to those who have waited longest, so that no committed state has both a free seat and
-- somebody waiting.
create or replace function app.fill_class(p_class uuid, p_now timestamptz) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare c class;
  taken int;
  last int;
  up int;
begin
  select * into c from class where id = p_class for update;
  select count(*) filter (where app.is_seated(state)), coalesce(max(waiting_no), 0) into taken, last from enrolment where class_id = p_class;
  if app.takes_people(c.state) then
    with first as (select id from enrolment where class_id = p_class and waiting_no is not null order by waiting_no limit greatest(c.capacity - taken, 0))
    update enrolment e set state = app.proposed(), waiting_no = null, version = version + 1, updated_at = p_now from first where e.id = first.id;
    get diagnostics up = row_count;
    taken := taken + up;
  end if;
  update class set seats_taken = taken, waiting_last = greatest(waiting_last, last), updated_at = p_now where id = p_class and (seats_taken, waiting_last) is distinct from (taken, greatest(waiting_last, last));
end $$;
-- The same, for callers who have taken or given up a seat. Roles that plan classes may also withdraw everybody in one of these states.
create or replace function app.settle_class(p_class uuid, p_leave text[], p_reason text, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform from class where id = p_class and organization_id = any (app.organization() || app.below()) for update;
  if not found then return; end if;
  if cardinality(p_leave) > 0 then
    if not app.writes_classes(app.role()) then raise exception 'not yours' using errcode = '42501'; end if;
    update enrolment set state = app.withdrawn(), waiting_no = null, reason = p_reason, version = version + 1, updated_at = p_now where class_id = p_class and state = any (p_leave);
  end if;
  perform app.fill_class(p_class, p_now);
end $$;
-- The printable list: the rows that the policy of enrolment allows, with the names that the committee above needs to answer.
create or replace function app.class_roster(p_class uuid) returns table (enrolment_id uuid, candidate_id uuid, branch_id uuid, full_name text, birth_date date, sex text, submitted boolean,
  department text, branch text, state text, certificate_number text, certificate_on date, grade text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin return query
  select e.id, c.id, e.branch_id, c.full_name, c.birth_date, c.sex::text, app.is_submitted(c.stage), d.name, b.name, e.state::text, e.certificate_number, e.certificate_on, e.grade::text
    from enrolment e join candidate c on c.id = e.candidate_id join branch b on b.id = e.branch_id left join department d on d.id = c.department_id
   where e.class_id = p_class and app.is_seated(e.state)
     and ((e.organization_id = app.organization() and app.reads_branch(e.branch_id))
          or (e.organization_id = any (app.below()) and app.confirms_lists(app.role()) and e.compiled_on is not null))
   order by b.number, c.name_key collate "vi-x-icu", e.id limit 1000;
end $$;
