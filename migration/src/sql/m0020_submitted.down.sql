grant execute on all functions in schema app to public;
drop policy sel on candidate;
do $$ begin
  execute format('create policy sel on candidate for select using ((select app.is_owner()) or (%s) or (%s) or (organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and stage in (''submitted'', ''decided'', ''probationary'', ''recognition_branch_resolved'', ''recognition_committee_resolved'', ''official'', ''not_admitted'')))',
    app.predicate('person'), app.predicate('union'));
end $$;
create or replace function app.class_roster(p_class uuid) returns table (enrolment_id uuid, candidate_id uuid, branch_id uuid, full_name text, birth_date date, sex text, submitted boolean, department text, branch text, state text, certificate_number text, certificate_on date, grade text)
language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
begin
  return query
  select e.id, c.id, e.branch_id, c.full_name, c.birth_date, c.sex, c.stage in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted'),
         d.name, b.name, e.state, e.certificate_number, e.certificate_on, e.grade
    from enrolment e join candidate c on c.id = e.candidate_id join branch b on b.id = e.branch_id left join department d on d.id = c.department_id
   where e.class_id = p_class and e.state in ('proposed', 'compiled', 'confirmed', 'completed', 'failed')
     and ((e.organization_id = app.organization() and (app.role() in ('standing_committee', 'party_office')
             or (app.role() in ('committee_member', 'branch_committee') and e.branch_id = any (app.branches()))))
          or (e.organization_id = any (app.below()) and app.role() = 'upper_committee' and e.compiled_on is not null))
   order by b.number, c.name_key collate "vi-x-icu", e.id limit 1000;
end $$;
drop function app.is_submitted(text);
