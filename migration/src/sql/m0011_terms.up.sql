-- What the Standing Committee says when it rejects or reopens a plan or a term; the life of a term, its legal bases and the paper of its plan.
alter table quota_plan add column remarks jsonb not null default '[]';
alter table term
  add column state text not null default 'draft' constraint term_state check (state in ('draft', 'approved')),
  add column legal_bases jsonb not null default '[]',
  add column plan_document jsonb,
  add column edited_by uuid references account,
  add column approved_by uuid references account,
  add column approved_on date,
  add column remarks jsonb not null default '[]',
  add constraint term_approval check ((state = 'approved') = (approved_by is not null) and (approved_by is null) = (approved_on is null)),
  add constraint term_four_eyes check (approved_by is null or approved_by is distinct from edited_by);
-- the Standing Committee approves and reopens
drop policy upd on term;
do $$
declare who text := 'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')';
begin
  execute format('create policy upd on term for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', who, who);
end $$;
