-- Classes, their seats and waiting lists, sessions and attendance, certificates.

create table class (
  id uuid primary key, organization_id uuid not null references organization,
  kind app.class_kind not null,
  title text not null,
  issuer text not null,
  place text,
  starts_on date not null,
  ends_on date not null,
  proposals_due_on date,
  state app.class_state not null,
  cancel_reason text,
  capacity int not null constraint class_capacity check (capacity between 1 and 1000),
  seats_taken int not null default 0,
  waiting_last int not null default 0,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz,
  constraint class_period check (ends_on >= starts_on),
  constraint class_seats check (seats_taken between 0 and capacity),
  constraint class_cancel_reason check (app.is_cancelled(state) = (cancel_reason is not null)),
  constraint class_proposals_due check (proposals_due_on <= starts_on)
);
create index class_list on class (organization_id, starts_on desc, id desc) where deleted_at is null;

create table enrolment (
  id uuid primary key, organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  class_id uuid not null references class,
  candidate_id uuid not null references candidate,
  state app.enrolment_state not null,
  waiting_no int,
  compiled_on date,
  compiled_number text,
  confirmed_on date,
  confirmed_number text,
  reason text,
  attendance_reason text,
  grade app.grade,
  certificate_number text,
  certificate_on date,
  certificate_valid_to date,
  -- one number an issuer, however it is written
  certificate_key text,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
  constraint enrolment_certificate_goes_with_completion check (app.is_completed(state) = (certificate_number is not null) and (certificate_number is null) = (certificate_on is null) and (certificate_valid_to is null or certificate_number is not null)),
  constraint enrolment_waiting check (app.is_waiting(state) = (waiting_no is not null)),
  constraint enrolment_compiled check ((compiled_on is null) = (compiled_number is null)),
  constraint enrolment_confirmed check ((confirmed_on is null) = (confirmed_number is null)),
  constraint enrolment_rejected check (reason is not null or not app.is_rejected(state))
);
create index enrolment_list on enrolment (organization_id, class_id, created_at desc, id desc);
create index enrolment_candidate on enrolment (candidate_id);
create unique index enrolment_one_seat on enrolment (class_id, candidate_id) where not app.is_gone(state);
create unique index enrolment_waiting_turn on enrolment (class_id, waiting_no) where waiting_no is not null;
create index enrolment_certificates on enrolment (organization_id, certificate_on desc, id desc) where app.is_completed(state);
create unique index enrolment_certificate_unique on enrolment (certificate_key) where certificate_key is not null;

create table class_session (
  id uuid primary key, organization_id uuid not null references organization,
  class_id uuid not null references class,
  number int not null constraint class_session_number check (number between 1 and 200),
  topic text not null,
  on_date date not null,
  periods int not null constraint class_session_periods check (periods between 1 and 20),
  lecturer text,
  -- attendance has been taken
  held boolean not null default false,
  version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now(), deleted_at timestamptz
);
create unique index class_session_number_unique on class_session (class_id, number) where deleted_at is null;
create index class_session_list on class_session (organization_id, on_date, id);

create table attendance (
  session_id uuid not null references class_session,
  enrolment_id uuid not null references enrolment,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  present boolean not null,
  reason text,
  primary key (session_id, enrolment_id)
);
create index attendance_enrolment on attendance (enrolment_id);

-- One number an issuer, however it is written and whichever organisation below the same committee the class belongs to.
create or replace function app.plainly(t text) returns text language sql immutable strict parallel safe
  as $$ select lower(normalize(btrim(regexp_replace(t, '\s+', ' ', 'g')), nfc) collate "vi-x-icu") $$;
create or replace function app.certificate_key() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  new.certificate_key := (select coalesce(o.parent_id, o.id)::text || ' ' || app.plainly(c.issuer) || ' ' || app.plainly(new.certificate_number)
                            from class c join organization o on o.id = c.organization_id where c.id = new.class_id);
  return new;
end $$;
-- Whoever changes the seats of a class holds its row; always in the order candidate, class, enrolment.
-- A seat, or a place at the end of the waiting list. No row: the class is not there.
create or replace function app.take_seat(p_class uuid, p_now timestamptz) returns table (seated boolean, waiting_no int) language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare c class;
begin
  select * into c from class where id = p_class and organization_id = app.organization() and deleted_at is null and app.role() in ('party_office', 'branch_committee') for update;
  if not found then return; end if;
  -- who comes while others wait stands behind them
  if c.seats_taken < c.capacity and not exists (select from enrolment e where e.class_id = c.id and e.state = 'waiting') then
    update class set seats_taken = seats_taken + 1 where id = c.id;
    return query select true, null::int;
  else
    update class set waiting_last = waiting_last + 1 where id = c.id;
    return query select false, c.waiting_last + 1;
  end if;
end $$;
create or replace function app.lock_class_of(p_enrolment uuid) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$ begin perform 1 from class where id = (select class_id from enrolment where id = p_enrolment and organization_id = app.organization()) for update; end $$;
-- Seats given back; the first who wait move up by the trigger below.
create or replace function app.give_seats(p_class uuid, p_by int, p_now timestamptz) returns void language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ update class set seats_taken = seats_taken - p_by, updated_at = p_now where id = p_class and organization_id = any (app.organization() || app.below())
         and app.role() in ('party_office', 'branch_committee', 'upper_committee') $$;
-- A seat that is free and somebody who waits for it never stand in one committed state, whatever freed the seat.
create or replace function app.move_up() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare e uuid;
begin
  while new.seats_taken < new.capacity and new.state in ('planned', 'open') loop
    select id into e from enrolment where class_id = new.id and state = 'waiting' order by waiting_no limit 1 for update;
    if e is null then
      -- the first may have left while we waited for its row
      exit when not exists (select from enrolment where class_id = new.id and state = 'waiting');
      continue;
    end if;
    update enrolment set state = 'proposed', waiting_no = null, version = version + 1, updated_at = new.updated_at where id = e;
    new.seats_taken := new.seats_taken + 1;
  end loop;
  return new;
end $$;
-- A class that is closed lets its waiting list go, a cancelled one everybody who has no result.
create or replace function app.empty_class(p_class uuid, p_all boolean, p_reason text, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare n int;
begin
  perform 1 from class where id = p_class and organization_id = any (app.organization() || app.below()) and app.role() in ('party_office', 'upper_committee') for update;
  if not found then return; end if;
  update enrolment set state = 'withdrawn', waiting_no = null, reason = p_reason, version = version + 1, updated_at = p_now where class_id = p_class and state = 'waiting';
  if p_all then
    with freed as (update enrolment set state = 'withdrawn', reason = p_reason, version = version + 1, updated_at = p_now
                    where class_id = p_class and state in ('proposed', 'compiled', 'confirmed') returning 1)
    select count(*)::int into n from freed;
    update class set seats_taken = seats_taken - n, updated_at = p_now where id = p_class;
  end if;
end $$;
-- The place on the waiting list counts people whom the caller may not see.
create or replace function app.waiting_place(p_class uuid, p_no int) returns int language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select case when p_no is not null then (select count(*)::int from enrolment where class_id = p_class and waiting_no <= p_no
                    and organization_id = any (app.organization() || app.below())) end $$;
create or replace function app.class_figures(p_classes uuid[]) returns table (class_id uuid, waiting int, sessions int, periods int) language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.id, (select count(*)::int from enrolment e where e.class_id = c.id and e.waiting_no is not null), count(s.id)::int, coalesce(sum(s.periods), 0)::int
          from class c left join class_session s on s.class_id = c.id and s.deleted_at is null
         where c.id = any (p_classes) and c.organization_id = any (app.organization() || app.below()) group by c.id $$;
-- The printable list: the same words as the policy of enrolment, with the names that the upper committee needs for its answer.
create or replace function app.class_roster(p_class uuid) returns table (enrolment_id uuid, candidate_id uuid, branch_id uuid, full_name text, birth_date date, sex text, submitted boolean, department text, branch text, state text, certificate_number text, certificate_on date, grade text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select e.id, c.id, e.branch_id, c.full_name, c.birth_date, c.sex::text, app.is_submitted(c.stage), d.name, b.name, e.state::text, e.certificate_number, e.certificate_on, e.grade::text
    from enrolment e join candidate c on c.id = e.candidate_id join branch b on b.id = e.branch_id left join department d on d.id = c.department_id
   where e.class_id = p_class and e.state in ('proposed', 'compiled', 'confirmed', 'completed', 'failed')
     and ((e.organization_id = app.organization() and (app.role() in ('standing_committee', 'party_office')
             or (app.role() in ('committee_member', 'branch_committee') and e.branch_id = any (app.branches()))))
          or (e.organization_id = any (app.below()) and app.role() = 'upper_committee' and e.compiled_on is not null))
   order by b.number, c.name_key collate "vi-x-icu", e.id limit 1000;
end $$;
create trigger enrolment_certificate before insert or update of certificate_number, class_id on enrolment for each row execute function app.certificate_key();
create trigger class_seats_free before update of seats_taken, capacity on class for each row execute function app.move_up();
