-- Classes and enrolments.
create table class (
  id uuid primary key,
  organization_id uuid not null references organization,
  kind text not null constraint class_kind check (kind in ('awareness', 'new_member')),
  title text not null,
  issuer text not null,
  place text,
  starts_on date not null,
  ends_on date not null,
  capacity int not null constraint class_capacity check (capacity between 1 and 1000),
  seats_taken int not null default 0,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint class_period check (ends_on >= starts_on),
  constraint class_seats check (seats_taken between 0 and capacity)
);
create index class_list on class (organization_id, starts_on desc, id desc) where deleted_at is null;

create table enrolment (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null references branch,
  class_id uuid not null references class,
  candidate_id uuid not null references candidate,
  state text not null constraint enrolment_state check (state in ('proposed', 'confirmed', 'withdrawn', 'completed', 'failed')),
  grade text constraint enrolment_grade check (grade in ('excellent', 'good', 'fair', 'average')),
  certificate_number text,
  certificate_on date,
  certificate_valid_to date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint enrolment_certificate_goes_with_completion check ((state = 'completed') = (certificate_number is not null) and (certificate_number is null) = (certificate_on is null) and (certificate_valid_to is null or certificate_number is not null))
);
create unique index enrolment_one_seat on enrolment (class_id, candidate_id) where state <> 'withdrawn';
create unique index enrolment_certificate_unique on enrolment (organization_id, certificate_number) where certificate_number is not null;
create index enrolment_list on enrolment (organization_id, class_id, created_at desc, id desc);
create index enrolment_candidate on enrolment (candidate_id);

select app.protect('class', app.predicate('org+below'), app.predicate('office'), app.predicate('office'));
select app.protect('enrolment', app.predicate('person'), app.predicate('clerk'), app.predicate('clerk'));

-- A seat is a counter with a CHECK: two writers cannot both take the last one. The branch may take or give back a seat, not edit the class.
create function app.take_seat(p_class uuid, p_by int) returns int language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ update class set seats_taken = seats_taken + p_by where id = p_class and organization_id = app.organization() and deleted_at is null
         and app.role() in ('party_office', 'branch_committee') returning seats_taken $$;
grant execute on function app.take_seat to ketnap_app;

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
