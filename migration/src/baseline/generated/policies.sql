-- Printed by `cargo run -- contract` from src/access; every migrated database is given it anew.
-- FORCE applies to every role. The owner, who migrates, has one policy of its own. SECURITY DEFINER functions belong to a role that nobody can log in as; it
-- bypasses row-level security, so their statements are planned without policies.
grant create on schema app to ketnap_definer;
do $$
declare one record;
begin
  for one in select polname, polrelid::regclass as relation from pg_policy join pg_class c on c.oid = polrelid
              where c.relnamespace = 'public'::regnamespace loop
    execute format('drop policy %I on %s', one.polname, one.relation);
  end loop;
  for one in select p.oid::regprocedure as called from pg_proc p where p.pronamespace = 'app'::regnamespace and p.prosecdef loop
    execute format('alter function %s owner to ketnap_definer', one.called);
  end loop;
end $$;
revoke create on schema app from ketnap_definer;
grant select, insert, update, delete on all tables in schema public to ketnap_definer;
grant execute on all functions in schema app to ketnap_definer;
revoke all on all tables in schema public from ketnap_app;
grant select on all tables in schema public to ketnap_backup;
grant select on any_deadline to ketnap_app;

alter table organization enable row level security, force row level security;
create policy own on organization to current_user using (true) with check (true);
create policy sel on organization for select to ketnap_app using (id = (select app.organization()) or id = (select app.parent()) or id = any ((select app.below())::uuid[]));
create policy ins on organization for insert to ketnap_app with check (parent_id = (select app.organization()) and (select app.role() = 'system_admin'));
create policy upd on organization for update to ketnap_app using (id = (select app.organization()) and (select app.role() in ('party_office', 'system_admin'))) with check (id = (select app.organization()) and (select app.role() in ('party_office', 'system_admin')));
create policy del on organization for delete to ketnap_app using (false);
grant select, insert, update on organization to ketnap_app;

alter table branch enable row level security, force row level security;
create policy own on branch to current_user using (true) with check (true);
create policy sel on branch for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on branch for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on branch for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on branch for delete to ketnap_app using (false);
grant select, insert, update on branch to ketnap_app;

alter table department enable row level security, force row level security;
create policy own on department to current_user using (true) with check (true);
create policy sel on department for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on department for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on department for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on department for delete to ketnap_app using (false);
grant select, insert, update on department to ketnap_app;

alter table branch_change enable row level security, force row level security;
create policy own on branch_change to current_user using (true) with check (true);
create policy sel on branch_change for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on branch_change for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on branch_change for update to ketnap_app using (false) with check (false);
create policy del on branch_change for delete to ketnap_app using (false);
grant select, insert on branch_change to ketnap_app;

alter table branch_classification enable row level security, force row level security;
create policy own on branch_classification to current_user using (true) with check (true);
create policy sel on branch_classification for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee')));
create policy ins on branch_classification for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on branch_classification for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on branch_classification for delete to ketnap_app using (false);
grant select, insert, update on branch_classification to ketnap_app;

alter table holiday enable row level security, force row level security;
create policy own on holiday to current_user using (true) with check (true);
create policy sel on holiday for select to ketnap_app using (organization_id = (select app.organization()));
create policy ins on holiday for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on holiday for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on holiday for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on holiday to ketnap_app;

alter table setting enable row level security, force row level security;
create policy own on setting to current_user using (true) with check (true);
create policy sel on setting for select to ketnap_app using (organization_id = (select app.organization()));
create policy ins on setting for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'system_admin'));
create policy upd on setting for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'system_admin')) with check (organization_id = (select app.organization()) and (select app.role() = 'system_admin'));
create policy del on setting for delete to ketnap_app using (false);
grant select, insert, update on setting to ketnap_app;

alter table account enable row level security, force row level security;
create policy own on account to current_user using (true) with check (true);
create policy sel on account for select to ketnap_app using (id = (select app.account()) or (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'system_admin'))));
create policy ins on account for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'system_admin'));
create policy upd on account for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'system_admin'))) with check (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'system_admin')));
create policy del on account for delete to ketnap_app using (false);
grant select, insert, update on account to ketnap_app;

alter table credential enable row level security, force row level security;
create policy own on credential to current_user using (true) with check (true);
create policy sel on credential for select to ketnap_app using (false);
create policy ins on credential for insert to ketnap_app with check (false);
create policy upd on credential for update to ketnap_app using (false) with check (false);
create policy del on credential for delete to ketnap_app using (false);

alter table session enable row level security, force row level security;
create policy own on session to current_user using (true) with check (true);
create policy sel on session for select to ketnap_app using ((account_id = (select app.account()) and (select app.role() in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'trade_union', 'youth_union', 'upper_committee', 'service_account'))) or ((organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[])) and (select app.role() = 'system_admin')));
create policy ins on session for insert to ketnap_app with check (false);
create policy upd on session for update to ketnap_app using (false) with check (false);
create policy del on session for delete to ketnap_app using (false);
grant select on session to ketnap_app;

alter table sign_in_attempt enable row level security, force row level security;
create policy own on sign_in_attempt to current_user using (true) with check (true);
create policy sel on sign_in_attempt for select to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'system_admin'));
create policy ins on sign_in_attempt for insert to ketnap_app with check (false);
create policy upd on sign_in_attempt for update to ketnap_app using (false) with check (false);
create policy del on sign_in_attempt for delete to ketnap_app using (false);
grant select on sign_in_attempt to ketnap_app;

alter table branch_overseer enable row level security, force row level security;
create policy own on branch_overseer to current_user using (true) with check (true);
create policy sel on branch_overseer for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on branch_overseer for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on branch_overseer for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on branch_overseer for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on branch_overseer to ketnap_app;

alter table idempotency_key enable row level security, force row level security;
create policy own on idempotency_key to current_user using (true) with check (true);
create policy sel on idempotency_key for select to ketnap_app using (account_id = (select app.account()));
create policy ins on idempotency_key for insert to ketnap_app with check (account_id = (select app.account()));
create policy upd on idempotency_key for update to ketnap_app using (false) with check (false);
create policy del on idempotency_key for delete to ketnap_app using (account_id = (select app.account()));
grant select, insert, delete on idempotency_key to ketnap_app;

alter table chain_head enable row level security, force row level security;
create policy own on chain_head to current_user using (true) with check (true);
create policy sel on chain_head for select to ketnap_app using (false);
create policy ins on chain_head for insert to ketnap_app with check (false);
create policy upd on chain_head for update to ketnap_app using (false) with check (false);
create policy del on chain_head for delete to ketnap_app using (false);

alter table index_proof enable row level security, force row level security;
create policy own on index_proof to current_user using (true) with check (true);
create policy sel on index_proof for select to ketnap_app using (proof is not null);
create policy ins on index_proof for insert to ketnap_app with check (proof is not null);
create policy upd on index_proof for update to ketnap_app using (false) with check (false);
create policy del on index_proof for delete to ketnap_app using (false);
grant select, insert on index_proof to ketnap_app;

alter table audit_entry enable row level security, force row level security;
create policy own on audit_entry to current_user using (true) with check (true);
create policy sel on audit_entry for select to ketnap_app using (organization_id = (select app.organization()) and (((select app.role() in ('standing_committee', 'party_office')) and resource in ('candidate', 'member')) or ((select app.role() = 'branch_committee') and ((resource = 'candidate' and exists (select from candidate its where its.id = resource_id and its.branch_id = any ((select app.branches())::uuid[]))) or (resource = 'member' and exists (select from member its where its.id = resource_id and its.branch_id = any ((select app.branches())::uuid[]))))) or (select app.role() = 'system_admin')));
create policy ins on audit_entry for insert to ketnap_app with check (organization_id = (select app.organization()) and account_id = (select app.account()));
create policy upd on audit_entry for update to ketnap_app using (false) with check (false);
create policy del on audit_entry for delete to ketnap_app using (false);
grant select, insert on audit_entry to ketnap_app;

alter table access_entry enable row level security, force row level security;
create policy own on access_entry to current_user using (true) with check (true);
create policy sel on access_entry for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('party_office', 'system_admin')) or ((select app.role() = 'branch_committee') and ((resource in ('candidate', 'personal_data', 'appraisal', 'appraisal_unmasked', 'review_item', 'source_plan_entry') and exists (select from candidate its where its.id = candidate_id and its.branch_id = any ((select app.branches())::uuid[]))) or (resource = 'source_plan_entry' and exists (select from source_plan_entry its where its.id = resource_id and its.branch_id = any ((select app.branches())::uuid[]))) or (resource in ('member', 'personal_data') and exists (select from member its where its.id = resource_id and its.branch_id = any ((select app.branches())::uuid[]))))))) or account_id = (select app.account()));
create policy ins on access_entry for insert to ketnap_app with check (account_id = (select app.account()));
create policy upd on access_entry for update to ketnap_app using (false) with check (false);
create policy del on access_entry for delete to ketnap_app using (false);
grant select, insert on access_entry to ketnap_app;

alter table calendar_feed enable row level security, force row level security;
create policy own on calendar_feed to current_user using (true) with check (true);
create policy sel on calendar_feed for select to ketnap_app using (account_id = (select app.account()));
create policy ins on calendar_feed for insert to ketnap_app with check (account_id = (select app.account()));
create policy upd on calendar_feed for update to ketnap_app using (account_id = (select app.account())) with check (account_id = (select app.account()));
create policy del on calendar_feed for delete to ketnap_app using (account_id = (select app.account()));
grant select, insert, update, delete on calendar_feed to ketnap_app;

alter table member enable row level security, force row level security;
create policy own on member to current_user using (true) with check (true);
create policy sel on member for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on member for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on member for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office'))) with check (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy del on member for delete to ketnap_app using (false);
grant select, insert, update on member to ketnap_app;

alter table membership enable row level security, force row level security;
create policy own on membership to current_user using (true) with check (true);
create policy sel on membership for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on membership for insert to ketnap_app with check (false);
create policy upd on membership for update to ketnap_app using (false) with check (false);
create policy del on membership for delete to ketnap_app using (false);
grant select on membership to ketnap_app;

alter table member_activity_change enable row level security, force row level security;
create policy own on member_activity_change to current_user using (true) with check (true);
create policy sel on member_activity_change for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on member_activity_change for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on member_activity_change for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on member_activity_change for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on member_activity_change to ketnap_app;

alter table member_leaving enable row level security, force row level security;
create policy own on member_leaving to current_user using (true) with check (true);
create policy sel on member_leaving for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on member_leaving for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on member_leaving for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on member_leaving for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on member_leaving to ketnap_app;

alter table transfer enable row level security, force row level security;
create policy own on transfer to current_user using (true) with check (true);
create policy sel on transfer for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on transfer for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on transfer for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on transfer for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on transfer to ketnap_app;

alter table branch_officer enable row level security, force row level security;
create policy own on branch_officer to current_user using (true) with check (true);
create policy sel on branch_officer for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on branch_officer for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on branch_officer for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on branch_officer for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, update, delete on branch_officer to ketnap_app;

alter table candidate enable row level security, force row level security;
create policy own on candidate to current_user using (true) with check (true);
create policy sel on candidate for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role())))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and stage in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted', 'struck_off')));
create policy ins on candidate for insert to ketnap_app with check (stage = 'nominated' and decided_on is null and admitted_on is null and official_on is null and introduced_branch_id is null and adopted_on is null and opened_on is null and organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()))));
create policy upd on candidate for update to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = (select app.organization()) and (select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()) and stage = 'nominated')) with check ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = (select app.organization()) and (select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()) and stage = 'nominated'));
create policy del on candidate for delete to ketnap_app using (false);
grant select, insert, update (department_id, full_name, other_names, sex, birth_date, birth_place, home_town, ethnic_group, religion, citizen_id, citizen_index, phone, address, occupation, position, general_education, professional_level, political_theory_level, priority_group, youth_union_member, youth_union_changed_on, trade_union_member, trade_union_changed_on, remarks, namesake_reason, namesake_by, namesake_confirmed_by, namesake_confirmed_on, version, updated_at, deleted_at) on candidate to ketnap_app;

alter table nomination enable row level security, force row level security;
create policy own on nomination to current_user using (true) with check (true);
create policy sel on nomination for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()))));
create policy ins on nomination for insert to ketnap_app with check (organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()))));
create policy upd on nomination for update to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role())))) with check (organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and introduced_by = (select app.role()))));
create policy del on nomination for delete to ketnap_app using (false);
grant select, insert, update on nomination to ketnap_app;

alter table sponsorship enable row level security, force row level security;
create policy own on sponsorship to current_user using (true) with check (true);
create policy sel on sponsorship for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on sponsorship for insert to ketnap_app with check (exists (select from candidate its where its.id = candidate_id and its.erased_on is null) and organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy upd on sponsorship for update to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) with check (organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy del on sponsorship for delete to ketnap_app using (false);
grant select, insert, update on sponsorship to ketnap_app;

alter table name_word enable row level security, force row level security;
create policy own on name_word to current_user using (true) with check (true);
create policy sel on name_word for select to ketnap_app using (false);
create policy ins on name_word for insert to ketnap_app with check (false);
create policy upd on name_word for update to ketnap_app using (false) with check (false);
create policy del on name_word for delete to ketnap_app using (false);

alter table candidate_move enable row level security, force row level security;
create policy own on candidate_move to current_user using (true) with check (true);
create policy sel on candidate_move for select to ketnap_app using (false);
create policy ins on candidate_move for insert to ketnap_app with check (false);
create policy upd on candidate_move for update to ketnap_app using (false) with check (false);
create policy del on candidate_move for delete to ketnap_app using (false);

alter table stage_entry enable row level security, force row level security;
create policy own on stage_entry to current_user using (true) with check (true);
create policy sel on stage_entry for select to ketnap_app using (false);
create policy ins on stage_entry for insert to ketnap_app with check (false);
create policy upd on stage_entry for update to ketnap_app using (false) with check (false);
create policy del on stage_entry for delete to ketnap_app using (false);

alter table transfer_offer enable row level security, force row level security;
create policy own on transfer_offer to current_user using (true) with check (true);
create policy sel on transfer_offer for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and (branch_id = any ((select app.branches())::uuid[]) or to_branch_id = any ((select app.branches())::uuid[])))));
create policy ins on transfer_offer for insert to ketnap_app with check (exists (select from candidate its where its.id = candidate_id and its.erased_on is null) and organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy upd on transfer_offer for update to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and to_branch_id = any ((select app.branches())::uuid[]))) with check ((organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and to_branch_id = any ((select app.branches())::uuid[])));
create policy del on transfer_offer for delete to ketnap_app using (false);
grant select, insert, update on transfer_offer to ketnap_app;

alter table erasure enable row level security, force row level security;
create policy own on erasure to current_user using (true) with check (true);
create policy sel on erasure for select to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy ins on erasure for insert to ketnap_app with check (asked_by = (select app.account()) and asked_role = (select app.role()) and organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy upd on erasure for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office'))) with check (confirmed_by = (select app.account()) and organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy del on erasure for delete to ketnap_app using (false);
grant select, insert, update (confirmed_by, erased_on, version, updated_at) on erasure to ketnap_app;

alter table tally enable row level security, force row level security;
create policy own on tally to current_user using (true) with check (true);
create policy sel on tally for select to ketnap_app using (known is null and ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() in ('upper_committee', 'service_account')))));
create policy ins on tally for insert to ketnap_app with check (false);
create policy upd on tally for update to ketnap_app using (false) with check (false);
create policy del on tally for delete to ketnap_app using (false);
grant select on tally to ketnap_app;

alter table act enable row level security, force row level security;
create policy own on act to current_user using (true) with check (true);
create policy sel on act for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and exists (select from candidate its where its.id = candidate_id and its.stage in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted', 'struck_off'))));
create policy ins on act for insert to ketnap_app with check (account_id = (select app.account()) and role = (select app.role()) and (recorded_branch_id is null or recorded_branch_id = branch_id) and exists (select from candidate its where its.id = candidate_id and its.branch_id = act.branch_id and its.organization_id = act.organization_id and its.erased_on is null) and ((organization_id = (select app.organization()) and (((select app.role() = 'standing_committee') and kind in ('political_issue', 'waiver', 'annulment')) or ((select app.role() = 'party_office') and kind in ('sponsorship', 'sponsorship_end', 'transfer', 'introduction', 'certificate', 'document', 'verification', 'political_issue', 'opinion', 'resolution', 'submission', 'return', 'decision', 'waiver', 'recognition', 'exit', 'readmission', 'acknowledgement', 'annulment')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]) and kind in ('nomination', 'plan_decision', 'sponsorship', 'sponsorship_end', 'sponsor_note', 'test_assignment', 'test_result', 'transfer', 'introduction', 'dossier', 'document', 'verification', 'opinion', 'resolution', 'ceremony', 'exit', 'readmission', 'acknowledgement', 'annulment')) or ((select app.role() in ('trade_union', 'youth_union')) and kind in ('nomination', 'exit')))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and kind in ('return', 'decision', 'recognition', 'annulment'))));
create policy upd on act for update to ketnap_app using (false) with check (false);
create policy del on act for delete to ketnap_app using (false);
grant select, insert on act to ketnap_app;

alter table deadline enable row level security, force row level security;
create policy own on deadline to current_user using (true) with check (true);
create policy sel on deadline for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on deadline for insert to ketnap_app with check (false);
create policy upd on deadline for update to ketnap_app using (false) with check (false);
create policy del on deadline for delete to ketnap_app using (false);
grant select on deadline to ketnap_app;

alter table deadline_settlement enable row level security, force row level security;
create policy own on deadline_settlement to current_user using (true) with check (true);
create policy sel on deadline_settlement for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on deadline_settlement for insert to ketnap_app with check (account_id = (select app.account()) and organization_id = (select app.organization()) and (select app.role() = 'party_office') and exists (select from branch its where its.id = branch_id and its.closed_on is not null));
create policy upd on deadline_settlement for update to ketnap_app using (false) with check (false);
create policy del on deadline_settlement for delete to ketnap_app using (false);
grant select, insert on deadline_settlement to ketnap_app;

alter table class enable row level security, force row level security;
create policy own on class to current_user using (true) with check (true);
create policy sel on class for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on class for insert to ketnap_app with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee')));
create policy upd on class for update to ketnap_app using ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee'))) with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee')));
create policy del on class for delete to ketnap_app using (false);
grant select, insert, update on class to ketnap_app;

alter table class_session enable row level security, force row level security;
create policy own on class_session to current_user using (true) with check (true);
create policy sel on class_session for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on class_session for insert to ketnap_app with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee')));
create policy upd on class_session for update to ketnap_app using ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee'))) with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee')));
create policy del on class_session for delete to ketnap_app using (false);
grant select, insert, update on class_session to ketnap_app;

alter table enrolment enable row level security, force row level security;
create policy own on enrolment to current_user using (true) with check (true);
create policy sel on enrolment for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and compiled_on is not null));
create policy ins on enrolment for insert to ketnap_app with check (exists (select from candidate its where its.id = candidate_id and its.erased_on is null) and organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy upd on enrolment for update to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and compiled_on is not null and state in ('compiled', 'confirmed', 'rejected'))) with check ((organization_id = (select app.organization()) and ((select app.role() = 'party_office') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() = 'upper_committee') and compiled_on is not null and state in ('confirmed', 'rejected')));
create policy del on enrolment for delete to ketnap_app using (false);
grant select, insert, update on enrolment to ketnap_app;

alter table attendance enable row level security, force row level security;
create policy own on attendance to current_user using (true) with check (true);
create policy sel on attendance for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on attendance for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on attendance for update to ketnap_app using (false) with check (false);
create policy del on attendance for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
grant select, insert, delete on attendance to ketnap_app;

alter table term enable row level security, force row level security;
create policy own on term to current_user using (true) with check (true);
create policy sel on term for select to ketnap_app using (organization_id = (select app.organization()) or organization_id = any ((select app.below())::uuid[]));
create policy ins on term for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office') and state = 'draft');
create policy upd on term for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office'))) with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office') and state = 'draft' and app.was_draft(term)) or (organization_id = (select app.organization()) and (select app.role() = 'standing_committee')));
create policy del on term for delete to ketnap_app using (false);
grant select, insert, update on term to ketnap_app;

alter table quota_plan enable row level security, force row level security;
create policy own on quota_plan to current_user using (true) with check (true);
create policy sel on quota_plan for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and state in ('issued', 'revised', 'closed')))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() in ('upper_committee', 'service_account')) and state in ('issued', 'revised', 'closed')));
create policy ins on quota_plan for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on quota_plan for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office'))) with check (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy del on quota_plan for delete to ketnap_app using (false);
grant select, insert, update on quota_plan to ketnap_app;

alter table quota_line enable row level security, force row level security;
create policy own on quota_line to current_user using (true) with check (true);
create policy sel on quota_line for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() in ('upper_committee', 'service_account'))));
create policy ins on quota_line for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy upd on quota_line for update to ketnap_app using (false) with check (false);
create policy del on quota_line for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
grant select, insert, delete on quota_line to ketnap_app;

alter table quota_revision enable row level security, force row level security;
create policy own on quota_revision to current_user using (true) with check (true);
create policy sel on quota_revision for select to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office')));
create policy ins on quota_revision for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'standing_committee'));
create policy upd on quota_revision for update to ketnap_app using (false) with check (false);
create policy del on quota_revision for delete to ketnap_app using (false);
grant select, insert on quota_revision to ketnap_app;

alter table quota_closing enable row level security, force row level security;
create policy own on quota_closing to current_user using (true) with check (true);
create policy sel on quota_closing for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() in ('upper_committee', 'service_account'))));
create policy ins on quota_closing for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'standing_committee'));
create policy upd on quota_closing for update to ketnap_app using (false) with check (false);
create policy del on quota_closing for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'standing_committee'));
grant select, insert, delete on quota_closing to ketnap_app;

alter table later_admission enable row level security, force row level security;
create policy own on later_admission to current_user using (true) with check (true);
create policy sel on later_admission for select to ketnap_app using ((organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) or (organization_id = any ((select app.below())::uuid[]) and (select app.role() in ('upper_committee', 'service_account'))));
create policy ins on later_admission for insert to ketnap_app with check (false);
create policy upd on later_admission for update to ketnap_app using (false) with check (false);
create policy del on later_admission for delete to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'standing_committee'));
grant select, delete on later_admission to ketnap_app;

alter table source_plan enable row level security, force row level security;
create policy own on source_plan to current_user using (true) with check (true);
create policy sel on source_plan for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on source_plan for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy upd on source_plan for update to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() = 'standing_committee') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))) with check (organization_id = (select app.organization()) and ((select app.role() = 'standing_committee') or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy del on source_plan for delete to ketnap_app using (false);
grant select, insert, update on source_plan to ketnap_app;

alter table source_plan_entry enable row level security, force row level security;
create policy own on source_plan_entry to current_user using (true) with check (true);
create policy sel on source_plan_entry for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on source_plan_entry for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy upd on source_plan_entry for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy del on source_plan_entry for delete to ketnap_app using (false);
grant select, insert, update on source_plan_entry to ketnap_app;

alter table review enable row level security, force row level security;
create policy own on review to current_user using (true) with check (true);
create policy sel on review for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on review for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy upd on review for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy del on review for delete to ketnap_app using (false);
grant select, insert, update on review to ketnap_app;

alter table review_item enable row level security, force row level security;
create policy own on review_item to current_user using (true) with check (true);
create policy sel on review_item for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on review_item for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy upd on review_item for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy del on review_item for delete to ketnap_app using (false);
grant select, insert, update on review_item to ketnap_app;

alter table activity enable row level security, force row level security;
create policy own on activity to current_user using (true) with check (true);
create policy sel on activity for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and (branch_id is null or branch_id = any ((select app.branches())::uuid[]))) or ((select app.role() in ('trade_union', 'youth_union')) and (branch_id is null or recorded_role = (select app.role())))));
create policy ins on activity for insert to ketnap_app with check (recorded_role = (select app.role()) and recorded_by = (select app.account()) and organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office', 'trade_union', 'youth_union')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))));
create policy upd on activity for update to ketnap_app using ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (recorded_role = (select app.role()) and organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office', 'trade_union', 'youth_union')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]))))) with check ((organization_id = (select app.organization()) and (select app.role() = 'party_office')) or (recorded_role = (select app.role()) and organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office', 'trade_union', 'youth_union')) or ((select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])))));
create policy del on activity for delete to ketnap_app using (false);
grant select, insert, update on activity to ketnap_app;

alter table work_plan enable row level security, force row level security;
create policy own on work_plan to current_user using (true) with check (true);
create policy sel on work_plan for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on work_plan for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy upd on work_plan for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[])) with check (organization_id = (select app.organization()) and (select app.role() = 'branch_committee') and branch_id = any ((select app.branches())::uuid[]));
create policy del on work_plan for delete to ketnap_app using (false);
grant select, insert, update on work_plan to ketnap_app;

alter table inspection enable row level security, force row level security;
create policy own on inspection to current_user using (true) with check (true);
create policy sel on inspection for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))));
create policy ins on inspection for insert to ketnap_app with check (inspector_id = (select app.account()) and inspector_role = (select app.role()) and organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'committee_member') and branch_id = any ((select app.branches())::uuid[]))));
create policy upd on inspection for update to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[])))) with check (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() in ('committee_member', 'branch_committee')) and branch_id = any ((select app.branches())::uuid[]))) and app.keeps_findings(inspection));
create policy del on inspection for delete to ketnap_app using (false);
grant select, insert, update on inspection to ketnap_app;

alter table problem_report enable row level security, force row level security;
create policy own on problem_report to current_user using (true) with check (true);
create policy sel on problem_report for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and reporter = 'branch_committee' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and reporter = (select app.role()))));
create policy ins on problem_report for insert to ketnap_app with check (state = 'reported' and reported_by = (select app.account()) and organization_id = (select app.organization()) and (((select app.role() = 'branch_committee') and reporter = 'branch_committee' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and reporter = (select app.role()))));
create policy upd on problem_report for update to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and reporter = 'branch_committee' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and reporter = (select app.role())))) with check (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and reporter = 'branch_committee' and branch_id = any ((select app.branches())::uuid[])) or ((select app.role() in ('trade_union', 'youth_union')) and reporter = (select app.role()))));
create policy del on problem_report for delete to ketnap_app using (false);
grant select, insert, update on problem_report to ketnap_app;

alter table problem_message enable row level security, force row level security;
create policy own on problem_message to current_user using (true) with check (true);
create policy sel on problem_message for select to ketnap_app using (organization_id = (select app.organization()) and exists (select from problem_report its where its.id = report_id));
create policy ins on problem_message for insert to ketnap_app with check (organization_id = (select app.organization()) and account_id = (select app.account()) and author = (select app.role()) and exists (select from problem_report its where its.id = report_id));
create policy upd on problem_message for update to ketnap_app using (false) with check (false);
create policy del on problem_message for delete to ketnap_app using (false);
grant select, insert on problem_message to ketnap_app;

alter table guidance enable row level security, force row level security;
create policy own on guidance to current_user using (true) with check (true);
create policy sel on guidance for select to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'trade_union', 'youth_union')));
create policy ins on guidance for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on guidance for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on guidance for delete to ketnap_app using (false);
grant select, insert, update on guidance to ketnap_app;

alter table guidance_edition enable row level security, force row level security;
create policy own on guidance_edition to current_user using (true) with check (true);
create policy sel on guidance_edition for select to ketnap_app using (organization_id = (select app.organization()) and (select app.role() in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'trade_union', 'youth_union')) and exists (select from guidance its where its.id = guidance_id and its.deleted_at is null));
create policy ins on guidance_edition for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on guidance_edition for update to ketnap_app using (false) with check (false);
create policy del on guidance_edition for delete to ketnap_app using (false);
grant select, insert on guidance_edition to ketnap_app;

alter table dispatch enable row level security, force row level security;
create policy own on dispatch to current_user using (true) with check (true);
create policy sel on dispatch for select to ketnap_app using (organization_id = (select app.organization()) and ((select app.role() in ('standing_committee', 'party_office')) or ((select app.role() = 'branch_committee') and recipients @> '[{"kind": "branches"}]')));
create policy ins on dispatch for insert to ketnap_app with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy upd on dispatch for update to ketnap_app using (organization_id = (select app.organization()) and (select app.role() = 'party_office')) with check (organization_id = (select app.organization()) and (select app.role() = 'party_office'));
create policy del on dispatch for delete to ketnap_app using (false);
grant select, insert, update on dispatch to ketnap_app;
