-- Row-level security of every table: FORCE, one policy a command, explicit WITH CHECK, and only the grants that a policy needs.

-- Predicates that policies are built from; the words are those of policy.rs.
create or replace function app.predicate(kind text) returns text language sql immutable as $$
  select case kind
    when 'org'       then 'organization_id = (select app.organization())'
    when 'org+below' then '(organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]))'
    when 'office'    then 'organization_id = (select app.organization()) and (select app.role()) = ''party_office'''
    when 'admin'     then 'organization_id = (select app.organization()) and (select app.role()) = ''system_admin'''
    when 'person'    then 'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) in (''committee_member'', ''branch_committee'') and branch_id = any ((select app.branches())::uuid[])))'
    when 'clerk'     then 'organization_id = (select app.organization()) and ((select app.role()) = ''party_office'' or ((select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])))'
    when 'union'     then 'organization_id = (select app.organization()) and (select app.role()) in (''trade_union'', ''youth_union'') and introduced_by = (select app.role())'
  end
$$;
-- FORCE, one policy per command, explicit WITH CHECK, and only the grants that a policy needs.
create or replace function app.protect(tbl regclass, sel text, ins text default null, upd text default null, del text default null) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', tbl);
  execute format('alter table %s force row level security', tbl);
  execute format('create policy sel on %s for select using ((select app.is_owner()) or (%s))', tbl, coalesce(sel, 'false'));
  execute format('create policy ins on %s for insert with check ((select app.is_owner()) or (%s))', tbl, coalesce(ins, 'false'));
  execute format('create policy upd on %s for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', tbl, coalesce(upd, 'false'), coalesce(upd, 'false'));
  execute format('create policy del on %s for delete using ((select app.is_owner()) or (%s))', tbl, coalesce(del, 'false'));
  if sel is not null then execute format('grant select on %s to ketnap_app', tbl); end if;
  if ins is not null then execute format('grant insert on %s to ketnap_app', tbl); end if;
  if upd is not null then execute format('grant update on %s to ketnap_app', tbl); end if;
  if del is not null then execute format('grant delete on %s to ketnap_app', tbl); end if;
  execute format('grant select on %s to ketnap_backup', tbl);
end $$;
revoke all on function app.protect(regclass, text, text, text, text) from public;
select app.protect('organization', 'id = (select app.organization()) or id = any ((select app.below())::uuid[]) or id = (select app.parent_organization())',
  '(select app.role()) = ''system_admin'' and parent_id = (select app.organization())',
  '(select app.role()) in (''system_admin'', ''party_office'') and id = (select app.organization())');
select app.protect('account', 'id = (select app.account()) or (organization_id = (select app.organization()) and (select app.role()) in (''system_admin'', ''standing_committee'', ''party_office'', ''committee_member'', ''branch_committee''))',
  app.predicate('admin'), app.predicate('admin'));
select app.protect('branch_overseer', app.predicate('person'), app.predicate('office'), app.predicate('office'));
select app.protect('credential', null);
select app.protect('session', null);
select app.protect('branch', app.predicate('org+below'), app.predicate('office'), app.predicate('office'));
select app.protect('department', app.predicate('org+below'), app.predicate('office'), app.predicate('office'));
select app.protect('member', app.predicate('person'), app.predicate('office'), app.predicate('office'));
select app.protect('branch_officer', app.predicate('person'), app.predicate('office'), app.predicate('office'));
select app.protect('name_word', null);
select app.protect('nomination', '(' || app.predicate('person') || ') or (' || app.predicate('union') || ')',
  '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')', '(' || app.predicate('clerk') || ') or (' || app.predicate('union') || ')');
select app.protect('sponsorship', app.predicate('person'), app.predicate('clerk'), app.predicate('clerk'));
select app.protect('quota_plan',
  '(organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) in (''committee_member'', ''branch_committee'') and state in (''issued'', ''revised'', ''closed'')))) or (organization_id = any ((select app.below())::uuid[]) and state in (''issued'', ''revised'', ''closed''))',
  app.predicate('office'),
  'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')');
select app.protect('quota_line', '(' || app.predicate('person') || ') or organization_id = any ((select app.below())::uuid[])',
  'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')',
  null, 'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')');
select app.protect('quota_revision', 'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')',
  'organization_id = (select app.organization()) and (select app.role()) = ''standing_committee''');
select app.protect('holiday', app.predicate('org'), app.predicate('office'), app.predicate('office'), app.predicate('office'));
select app.protect('setting', app.predicate('org'), app.predicate('admin'), app.predicate('admin'));
select app.protect('audit_entry', app.predicate('admin'), 'organization_id = (select app.organization()) and account_id = (select app.account())');
select app.protect('idempotency_key', 'account_id = (select app.account())', 'account_id = (select app.account())', null, 'account_id = (select app.account())');
select app.protect('membership', app.predicate('person'));
select app.protect('act',
  '(' || app.predicate('person') || ') or (organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and exists (select from candidate c where c.id = candidate_id))',
  'account_id = (select app.account()) and role = (select app.role()) and exists (select from candidate c where c.id = candidate_id and c.branch_id = act.branch_id and c.organization_id = act.organization_id) and ('
    || 'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role()) in (''trade_union'', ''youth_union'') and kind in (''nomination'', ''exit'')))'
    || ' or organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee'' and kind in (''return'', ''decision'', ''recognition''))');
select app.protect('deadline', app.predicate('person'));
select app.protect('access_entry', app.predicate('admin'), 'account_id = (select app.account())');
select app.protect('calendar_feed', 'account_id = (select app.account())', 'account_id = (select app.account())', 'account_id = (select app.account())', 'account_id = (select app.account())');
select app.protect('activity',
  'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or (branch_id is null and (select app.role()) in (''committee_member'', ''branch_committee'', ''trade_union'', ''youth_union'')) or ((select app.role()) in (''committee_member'', ''branch_committee'') and branch_id = any ((select app.branches())::uuid[])) or ((select app.role()) in (''trade_union'', ''youth_union'') and recorded_role = (select app.role())))',
  'organization_id = (select app.organization()) and recorded_role = (select app.role()) and recorded_by = (select app.account()) and ((select app.role()) in (''standing_committee'', ''party_office'', ''trade_union'', ''youth_union'') or ((select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])))',
  'organization_id = (select app.organization()) and ((select app.role()) = ''party_office'' or (recorded_role = (select app.role()) and ((select app.role()) in (''standing_committee'', ''trade_union'', ''youth_union'') or ((select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])))))');
select app.protect('work_plan', app.predicate('person'),
  'organization_id = (select app.organization()) and (select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])',
  'organization_id = (select app.organization()) and (select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])');
select app.protect('inspection', app.predicate('person'),
  'organization_id = (select app.organization()) and inspector_id = (select app.account()) and inspector_role = (select app.role()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) = ''committee_member'' and branch_id = any ((select app.branches())::uuid[])))',
  app.predicate('person'));
select app.protect('problem_report',
  'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or (reporter = (select app.role()) and (reporter <> ''branch_committee'' or branch_id = any ((select app.branches())::uuid[]))))',
  'organization_id = (select app.organization()) and state = ''reported'' and reported_by = (select app.account()) and reporter = (select app.role()) and (reporter <> ''branch_committee'' or branch_id = any ((select app.branches())::uuid[]))',
  'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or (reporter = (select app.role()) and (reporter <> ''branch_committee'' or branch_id = any ((select app.branches())::uuid[]))))');
select app.protect('problem_message', 'organization_id = (select app.organization()) and exists (select from problem_report r where r.id = report_id)',
  'organization_id = (select app.organization()) and account_id = (select app.account()) and author = (select app.role()) and exists (select from problem_report r where r.id = report_id)');
select app.protect('guidance',
  'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'', ''committee_member'', ''branch_committee'', ''trade_union'', ''youth_union'')',
  app.predicate('office'), app.predicate('office'));
select app.protect('guidance_edition',
  'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'', ''committee_member'', ''branch_committee'', ''trade_union'', ''youth_union'') and exists (select from guidance g where g.id = guidance_id and g.deleted_at is null)',
  app.predicate('office'));
select app.protect('dispatch',
  'organization_id = (select app.organization()) and ((select app.role()) in (''standing_committee'', ''party_office'') or ((select app.role()) = ''branch_committee'' and recipients @> ''[{"kind": "branches"}]''))',
  app.predicate('office'), app.predicate('office'));
select app.protect('attendance', app.predicate('person'), app.predicate('office'), null, app.predicate('office'));
select app.protect('branch_change', app.predicate('org+below'), app.predicate('office'));
select app.protect('branch_classification', '(' || app.predicate('person') || ') or organization_id = any ((select app.below())::uuid[])',
  app.predicate('office'), app.predicate('office'));

do $$
declare
  own text := 'organization_id = (select app.organization()) and (select app.role()) = ''branch_committee'' and branch_id = any ((select app.branches())::uuid[])';
  committee text := 'organization_id = (select app.organization()) and (select app.role()) = ''standing_committee''';
  below text := 'organization_id = any ((select app.below())::uuid[]) and (select app.role()) = ''upper_committee''';
  person text := app.predicate('person');
  clerk text := app.predicate('clerk');
  office text := app.predicate('office');
  unions text := app.predicate('union');
begin
  perform app.protect('source_plan', person, own, '(' || own || ') or (' || committee || ')');
  perform app.protect('source_plan_entry', person, own, own);
  perform app.protect('review', person, own, own);
  perform app.protect('review_item', person, own, own);
  -- A union mends what it wrote about a person only until the branch has decided.
  perform app.protect('candidate', format('(%s) or (%s) or (%s and app.is_submitted(stage))', person, unions, below),
    format('stage = ''nominated'' and decided_on is null and admitted_on is null and official_on is null and ((%s) or (%s))', clerk, unions),
    format('(%s) or ((%s) and stage = ''nominated'')', clerk, unions));
  -- The Office writes drafts and no more; what is approved is the Standing Committee's.
  perform app.protect('term', app.predicate('org+below'), format('(%s) and state = ''draft''', office), format('(%s) or (%s)', office, committee));
  drop policy upd on term;
  execute format('create policy upd on term for update using ((select app.is_owner()) or (%1$s) or (%2$s)) with check ((select app.is_owner()) or ((%1$s) and state = ''draft'') or (%2$s))', office, committee);
  -- The plan of classes is the Office's and the upper committee's.
  perform app.protect('class', app.predicate('org+below'), format('(%s) or (%s)', office, below), format('(%s) or (%s)', office, below));
  perform app.protect('class_session', app.predicate('org+below'), format('(%s) or (%s)', office, below), format('(%s) or (%s)', office, below));
  -- The upper committee sees and confirms who stands on a compiled list, which is a paper submitted to it; nothing else.
  perform app.protect('enrolment', format('(%s) or (%s and compiled_on is not null)', person, below), clerk, clerk);
  drop policy upd on enrolment;
  execute format('create policy upd on enrolment for update using ((select app.is_owner()) or (%1$s) or (%2$s and compiled_on is not null and state in (''compiled'', ''confirmed'', ''rejected''))) with check ((select app.is_owner()) or (%1$s) or (%2$s and compiled_on is not null and state in (''confirmed'', ''rejected'')))', clerk, below);
end $$;

-- The app role changes particulars, never a stage.
revoke update on candidate from ketnap_app;
grant update (department_id, full_name, other_names, sex, birth_date, birth_place, home_town, ethnic_group, religion, citizen_id, phone, address, occupation, position,
  general_education, professional_level, political_theory_level, priority_group, youth_union_member, trade_union_member, remarks, version, updated_at, deleted_at) on candidate to ketnap_app;
grant select on duty to ketnap_app;

-- Nobody but the app role calls a function here, and of those only what is meant for a caller.
revoke execute on all functions in schema app from public;
grant execute on all functions in schema app to ketnap_app;
revoke execute on function app.protect(regclass, text, text, text, text), app.predicate(text), app.plan_candidates(uuid[], uuid),
  app.move_candidates(uuid[], uuid, timestamptz) from ketnap_app;
