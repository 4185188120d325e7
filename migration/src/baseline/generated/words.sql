-- Printed by `cargo run -- contract` from src/law/words; every migrated database is given it anew.
do $do$
declare one record;
begin
  for one in select * from (values
    ('act_kind', $$in ('nomination', 'plan_decision', 'sponsorship', 'sponsorship_end', 'sponsor_note', 'test_assignment', 'test_result', 'transfer', 'introduction', 'certificate', 'dossier', 'document', 'verification', 'political_issue', 'opinion', 'resolution', 'submission', 'return', 'decision', 'ceremony', 'waiver', 'recognition', 'exit', 'readmission', 'acknowledgement', 'annulment')$$),
    ('activity', $$in ('active', 'exempt', 'temporarily_elsewhere', 'suspended', 'prosecuted')$$),
    ('activity_kind', $$in ('propaganda', 'study', 'education', 'emulation_movement')$$),
    ('agenda_kind', $$in ('admission_work', 'duty_of_members', 'study', 'professional_work', 'other')$$),
    ('assessment', $$in ('good', 'done', 'not_done')$$),
    ('audience_kind', $$in ('officials', 'members', 'candidates', 'union_members', 'youth_union_members', 'staff', 'non_members', 'youth')$$),
    ('branch_change_kind', $$in ('founded', 'renamed', 'split', 'merged', 'closed')$$),
    ('class_kind', $$in ('awareness', 'new_member')$$),
    ('class_state', $$in ('planned', 'open', 'closed', 'cancelled')$$),
    ('classification_grade', $$in ('excellent', 'good', 'completed', 'not_completed')$$),
    ('conclusion', $$in ('clear', 'unclear', 'not_met')$$),
    ('day_kind', $$in ('off', 'worked')$$),
    ('deadline_kind', $$in ('sponsor_missing', 'sponsor_note', 'verification_return', 'papers_expire', 'certificate_expires', 'decision', 'ceremony', 'recognition_review', 'recognition_decision', 'late_decision', 'failed_votes', 'review', 'yearly_review', 'source_plan', 'problem_report', 'ground_lost', 'inspection_follow_up')$$),
    ('deadline_state', $$in ('open', 'overdue', 'settled')$$),
    ('deciding_body', $$in ('upper_standing_committee', 'delegated_base_committee', 'base_standing_committee')$$),
    ('decision_outcome', $$in ('granted', 'refused')$$),
    ('enrolment_state', $$in ('proposed', 'waiting', 'compiled', 'confirmed', 'rejected', 'withdrawn', 'completed', 'failed')$$),
    ('exit_kind', $$in ('withdrawn', 'transferred_out', 'deceased')$$),
    ('general_education', $$in ('primary', 'lower_secondary', 'upper_secondary')$$),
    ('grade', $$in ('excellent', 'good', 'fair', 'average')$$),
    ('guidance_topic', $$in ('admission', 'recognition', 'class', 'verification', 'review', 'other')$$),
    ('inspection_kind', $$in ('check', 'supervision', 'urging')$$),
    ('introducer', $$in ('trade_union', 'youth_union', 'member')$$),
    ('issue_step', $$in ('proposed', 'concluded')$$),
    ('later_reason', $$in ('ceremony_annulled', 'ceremony_corrected', 'recorded_later')$$),
    ('leaving_ground', $$in ('struck_off', 'resigned_family_hardship', 'resigned', 'self_quit', 'expelled', 'serious_disunity', 'convicted_of_corruption', 'convicted_of_less_serious_crime', 'convicted_of_serious_crime_or_above')$$),
    ('member_leaving_ground', $$in ('transferred_out', 'deceased', 'expelled', 'struck_off', 'withdrawn')$$),
    ('member_status', $$in ('probationary', 'official')$$),
    ('message_kind', $$in ('message', 'forwarding', 'answer', 'reopening')$$),
    ('nomination_outcome', $$in ('pending', 'accepted', 'returned', 'withdrawn')$$),
    ('offer_state', $$in ('offered', 'accepted', 'declined', 'withdrawn')$$),
    ('officer_position', $$in ('secretary', 'deputy_secretary', 'member')$$),
    ('opinion_of', $$in ('trade_union', 'youth_union', 'residence_branch_committee')$$),
    ('organiser', $$in ('committee', 'party_office', 'branch', 'trade_union', 'youth_union')$$),
    ('organization_kind', $$in ('upper', 'grassroots')$$),
    ('pace_state', $$in ('behind', 'on_schedule', 'ahead')$$),
    ('paper_kind', $$in ('quota_plan', 'term', 'guidance', 'source_plan', 'report')$$),
    ('period_kind', $$in ('month', 'quarter', 'year')$$),
    ('plan_action', $$in ('add', 'keep', 'adjust', 'remove')$$),
    ('plan_state', $$in ('draft', 'proposed', 'issued', 'revised', 'closed')$$),
    ('political_theory_level', $$in ('elementary', 'intermediate', 'advanced', 'bachelor')$$),
    ('priority_group', $$in ('department_staff', 'youth_union_member', 'trade_union_member', 'woman', 'ethnic_minority', 'doctor', 'other')$$),
    ('problem_state', $$in ('reported', 'forwarded', 'answered', 'closed')$$),
    ('professional_level', $$in ('elementary', 'intermediate', 'college', 'university', 'master', 'doctor')$$),
    ('purpose', $$in ('admission', 'recognition', 'strike_off')$$),
    ('recipient_kind', $$in ('upper_organisation_commission', 'committee_members', 'branches', 'archive', 'other')$$),
    ('relation', $$in ('self_person', 'father', 'mother', 'guardian', 'spouse', 'spouse_father', 'spouse_mother', 'child')$$),
    ('remark_kind', $$in ('rejected', 'reopened')$$),
    ('reporter', $$in ('branch_committee', 'trade_union', 'youth_union')$$),
    ('review_kind', $$in ('periodic', 'yearly')$$),
    ('review_state', $$in ('open', 'closed')$$),
    ('review_timing', $$in ('held', 'late', 'missing', 'due')$$),
    ('role', $$in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'trade_union', 'youth_union', 'upper_committee', 'service_account', 'system_admin')$$),
    ('sex', $$in ('female', 'male')$$),
    ('shared_kind', $$in ('work', 'labour', 'study', 'residence')$$),
    ('sign_in_outcome', $$in ('wrong', 'right', 'early', 'reuse')$$),
    ('source_plan_state', $$in ('draft', 'submitted', 'returned', 'approved')$$),
    ('stage', $$in ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased')$$),
    ('term_state', $$in ('draft', 'approved')$$),
    ('unit_kind', $$in ('clinical', 'functional', 'commune_station')$$),
    ('verification_step', $$in ('declared', 'sealed', 'sent', 'reminded', 'returned', 'exempted', 'concluded')$$),
    ('vote_method', $$in ('secret_ballot', 'show_of_cards')$$),
    ('voting_body', $$in ('branch', 'committee')$$),
    ('waiver_kind', $$in ('new_member_class', 'age_over_sixty', 'education', 'late_decision', 'late_ceremony', 'readmission', 'ground_lost')$$)
  ) as known (name, words) loop
    if to_regtype('app.' || one.name) is null then
      execute format('create domain app.%I as text constraint known check (value %s)', one.name, one.words);
    else
      execute format('alter domain app.%I drop constraint known', one.name);
      execute format('alter domain app.%I add constraint known check (value %s)', one.name, one.words);
    end if;
  end loop;
end $do$;

-- Questions about words, and words that functions write. Some indexes and stored columns are made of them: whoever changes one rebuilds those.
create or replace function app.is_office(word text) returns boolean language sql immutable parallel safe as $$ select word = 'party_office' $$;
create or replace function app.is_branch_committee(word text) returns boolean language sql immutable parallel safe as $$ select word = 'branch_committee' $$;
create or replace function app.is_script(word text) returns boolean language sql immutable parallel safe as $$ select word = 'service_account' $$;
create or replace function app.reads_everywhere(word text) returns boolean language sql immutable parallel safe as $$ select word in ('standing_committee', 'party_office') $$;
create or replace function app.reads_branches(word text) returns boolean language sql immutable parallel safe as $$ select word in ('committee_member', 'branch_committee') $$;
create or replace function app.watches_branches(word text) returns boolean language sql immutable parallel safe as $$ select word = 'committee_member' $$;
create or replace function app.introduces(word text) returns boolean language sql immutable parallel safe as $$ select word in ('trade_union', 'youth_union') $$;
create or replace function app.reaches_below(word text) returns boolean language sql immutable parallel safe as $$ select word in ('upper_committee', 'service_account', 'system_admin') $$;
create or replace function app.keeps_accounts(word text) returns boolean language sql immutable parallel safe as $$ select word = 'system_admin' $$;
create or replace function app.writes_branches(word text) returns boolean language sql immutable parallel safe as $$ select word = 'party_office' $$;
create or replace function app.writes_members(word text) returns boolean language sql immutable parallel safe as $$ select word = 'party_office' $$;
create or replace function app.confirms_namesakes(word text) returns boolean language sql immutable parallel safe as $$ select word in ('standing_committee', 'party_office') $$;
create or replace function app.erases_persons(word text) returns boolean language sql immutable parallel safe as $$ select word in ('standing_committee', 'party_office') $$;
create or replace function app.writes_holidays(word text) returns boolean language sql immutable parallel safe as $$ select word = 'party_office' $$;
create or replace function app.answers_transfers(word text) returns boolean language sql immutable parallel safe as $$ select word = 'branch_committee' $$;
create or replace function app.writes_terms(word text) returns boolean language sql immutable parallel safe as $$ select word = 'party_office' $$;
create or replace function app.writes_classes(word text) returns boolean language sql immutable parallel safe as $$ select word in ('party_office', 'upper_committee') $$;
create or replace function app.confirms_lists(word text) returns boolean language sql immutable parallel safe as $$ select word = 'upper_committee' $$;
create or replace function app.is_submitted(word text) returns boolean language sql immutable parallel safe as $$ select word in ('submitted', 'decided', 'probationary', 'recognition_branch_resolved', 'recognition_committee_resolved', 'official', 'not_admitted', 'struck_off') $$;
create or replace function app.has_ended(word text) returns boolean language sql immutable parallel safe as $$ select word in ('official', 'removed', 'not_admitted', 'struck_off', 'withdrawn', 'transferred_out', 'deceased') $$;
create or replace function app.is_on_the_way(word text) returns boolean language sql immutable parallel safe as $$ select word in ('nominated', 'in_plan', 'dossier', 'branch_resolved', 'committee_resolved', 'submitted', 'decided') $$;
create or replace function app.is_nominated(word text) returns boolean language sql immutable parallel safe as $$ select word = 'nominated' $$;
create or replace function app.is_in_plan(word text) returns boolean language sql immutable parallel safe as $$ select word = 'in_plan' $$;
create or replace function app.is_dossier(word text) returns boolean language sql immutable parallel safe as $$ select word = 'dossier' $$;
create or replace function app.is_resolved(word text) returns boolean language sql immutable parallel safe as $$ select word in ('branch_resolved', 'committee_resolved', 'submitted') $$;
create or replace function app.is_decided(word text) returns boolean language sql immutable parallel safe as $$ select word = 'decided' $$;
create or replace function app.is_removed(word text) returns boolean language sql immutable parallel safe as $$ select word = 'removed' $$;
create or replace function app.is_not_admitted(word text) returns boolean language sql immutable parallel safe as $$ select word = 'not_admitted' $$;
create or replace function app.is_struck_off(word text) returns boolean language sql immutable parallel safe as $$ select word = 'struck_off' $$;
create or replace function app.has_left(word text) returns boolean language sql immutable parallel safe as $$ select word in ('withdrawn', 'transferred_out', 'deceased') $$;
create or replace function app.is_ground_lost(word text) returns boolean language sql immutable parallel safe as $$ select word = 'ground_lost' $$;
create or replace function app.is_gone(word text) returns boolean language sql immutable parallel safe as $$ select word in ('rejected', 'withdrawn') $$;
create or replace function app.is_seated(word text) returns boolean language sql immutable parallel safe as $$ select word in ('proposed', 'compiled', 'confirmed', 'completed', 'failed') $$;
create or replace function app.is_waiting(word text) returns boolean language sql immutable parallel safe as $$ select word = 'waiting' $$;
create or replace function app.is_confirmed(word text) returns boolean language sql immutable parallel safe as $$ select word = 'confirmed' $$;
create or replace function app.is_completed(word text) returns boolean language sql immutable parallel safe as $$ select word = 'completed' $$;
create or replace function app.is_rejected(word text) returns boolean language sql immutable parallel safe as $$ select word = 'rejected' $$;
create or replace function app.takes_people(word text) returns boolean language sql immutable parallel safe as $$ select word in ('planned', 'open') $$;
create or replace function app.is_cancelled(word text) returns boolean language sql immutable parallel safe as $$ select word = 'cancelled' $$;
create or replace function app.is_awareness(word text) returns boolean language sql immutable parallel safe as $$ select word = 'awareness' $$;
create or replace function app.stands(word text) returns boolean language sql immutable parallel safe as $$ select word in ('pending', 'accepted', 'returned') $$;
create or replace function app.is_offered(word text) returns boolean language sql immutable parallel safe as $$ select word = 'offered' $$;
create or replace function app.is_by_member(word text) returns boolean language sql immutable parallel safe as $$ select word = 'member' $$;
create or replace function app.is_official(word text) returns boolean language sql immutable parallel safe as $$ select word = 'official' $$;
create or replace function app.is_secretary(word text) returns boolean language sql immutable parallel safe as $$ select word = 'secretary' $$;
create or replace function app.is_by_branch(word text) returns boolean language sql immutable parallel safe as $$ select word = 'branch' $$;
create or replace function app.is_approved(word text) returns boolean language sql immutable parallel safe as $$ select word = 'approved' $$;
create or replace function app.is_closed_plan(word text) returns boolean language sql immutable parallel safe as $$ select word = 'closed' $$;
create or replace function app.was_submitted(word text) returns boolean language sql immutable parallel safe as $$ select word in ('submitted', 'approved') $$;
create or replace function app.awaits_answer(word text) returns boolean language sql immutable parallel safe as $$ select word in ('reported', 'forwarded') $$;
create or replace function app.is_answered(word text) returns boolean language sql immutable parallel safe as $$ select word = 'answered' $$;
create or replace function app.is_closed(word text) returns boolean language sql immutable parallel safe as $$ select word = 'closed' $$;
create or replace function app.is_annulment(word text) returns boolean language sql immutable parallel safe as $$ select word = 'annulment' $$;
create or replace function app.last_number(word text) returns int language sql immutable parallel safe as $$ select case word when 'month' then 12 when 'quarter' then 4 when 'year' then 1 end $$;
create or replace function app.proposed() returns app.enrolment_state language sql immutable parallel safe as $$ select 'proposed'::app.enrolment_state $$;
create or replace function app.withdrawn() returns app.enrolment_state language sql immutable parallel safe as $$ select 'withdrawn'::app.enrolment_state $$;
create or replace function app.withdrawn_offer() returns app.offer_state language sql immutable parallel safe as $$ select 'withdrawn'::app.offer_state $$;
create or replace function app.status_of(official boolean) returns text language sql immutable parallel safe as $$ select case when official then 'official' else 'probationary' end $$;
