drop function app.class_figures(uuid[]);
drop table attendance;
drop table class_session;
drop trigger candidate_leaves_classes on candidate;
drop trigger class_seats_free on class;
drop trigger enrolment_certificate on enrolment;
drop function app.class_roster(uuid), app.waiting_place(uuid, int), app.empty_class(uuid, boolean, text, timestamptz), app.leave_classes(), app.move_up(),
  app.give_seats(uuid, int, timestamptz), app.lock_class_of(uuid), app.take_seat(uuid, timestamptz), app.certificate_key(), app.plainly(text);
drop policy sel on enrolment;
drop policy upd on enrolment;
drop policy ins on class;
drop policy upd on class;
do $$
declare p text := app.predicate('person'); c text := app.predicate('clerk'); o text := app.predicate('office');
begin
  execute format('create policy sel on enrolment for select using ((select app.is_owner()) or (%s))', p);
  execute format('create policy upd on enrolment for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', c, c);
  execute format('create policy ins on class for insert with check ((select app.is_owner()) or (%s))', o);
  execute format('create policy upd on class for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', o, o);
end $$;
-- what the older schema has no word for
alter table enrolment drop constraint enrolment_waiting, drop constraint enrolment_compiled, drop constraint enrolment_confirmed, drop constraint enrolment_rejected, drop constraint enrolment_state;
update enrolment set state = case state when 'compiled' then 'proposed' else 'withdrawn' end where state in ('waiting', 'compiled', 'rejected');
drop index enrolment_one_seat, enrolment_waiting_turn, enrolment_certificates, enrolment_certificate_unique;
alter table enrolment drop column waiting_no, drop column compiled_on, drop column compiled_number, drop column confirmed_on, drop column confirmed_number, drop column reason,
  drop column attendance_reason, drop column certificate_key,
  add constraint enrolment_state check (state in ('proposed', 'confirmed', 'withdrawn', 'completed', 'failed'));
create unique index enrolment_one_seat on enrolment (class_id, candidate_id) where state <> 'withdrawn';
create unique index enrolment_certificate_unique on enrolment (organization_id, certificate_number) where certificate_number is not null;
alter table class drop constraint class_cancel_reason, drop constraint class_proposals_due, drop column state, drop column cancel_reason, drop column proposals_due_on, drop column waiting_last;
create function app.take_seat(p_class uuid, p_by int) returns int language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ update class set seats_taken = seats_taken + p_by where id = p_class and organization_id = app.organization() and deleted_at is null
         and app.role() in ('party_office', 'branch_committee') returning seats_taken $$;
grant execute on function app.take_seat(uuid, int) to ketnap_app;
