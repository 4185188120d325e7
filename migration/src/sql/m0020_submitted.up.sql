-- Which files have left the base organisation, said once. Who was struck off was submitted before: the committee that decided it goes on seeing the file,
-- and the branch's roster shows no more of the person than the file itself.
create function app.is_submitted(stage text) returns boolean language sql immutable parallel safe
  as $$ select stage in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted', 'struck_off') $$;
drop policy sel on candidate;
do $$ begin
  execute format('create policy sel on candidate for select using ((select app.is_owner()) or (%s) or (%s) or (organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and app.is_submitted(stage)))',
    app.predicate('person'), app.predicate('union'));
end $$;
create or replace function app.class_roster(p_class uuid) returns table (enrolment_id uuid, candidate_id uuid, branch_id uuid, full_name text, birth_date date, sex text, submitted boolean, department text, branch text, state text, certificate_number text, certificate_on date, grade text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select e.id, c.id, e.branch_id, c.full_name, c.birth_date, c.sex, app.is_submitted(c.stage), d.name, b.name, e.state, e.certificate_number, e.certificate_on, e.grade
    from enrolment e join candidate c on c.id = e.candidate_id join branch b on b.id = e.branch_id left join department d on d.id = c.department_id
   where e.class_id = p_class and e.state in ('proposed', 'compiled', 'confirmed', 'completed', 'failed')
     and ((e.organization_id = app.organization() and (app.role() in ('standing_committee', 'party_office')
             or (app.role() in ('committee_member', 'branch_committee') and e.branch_id = any (app.branches()))))
          or (e.organization_id = any (app.below()) and app.role() = 'upper_committee' and e.compiled_on is not null))
   order by b.number, c.name_key collate "vi-x-icu", e.id limit 1000;
end $$;

-- Nobody calls a definer's function but the app role, and of those only what is meant for a caller.
revoke execute on all functions in schema app from public;
grant execute on all functions in schema app to ketnap_app;
revoke execute on function app.protect(regclass, text, text, text, text), app.predicate(text), app.plan_candidates(uuid[], uuid), app.recognition_of(uuid),
  app.move_candidates(uuid[], uuid, timestamptz) from ketnap_app;
