drop policy upd on term;
do $$ begin
  execute format('create policy upd on term for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', app.predicate('office'), app.predicate('office'));
end $$;
alter table term drop column state, drop column legal_bases, drop column plan_document, drop column edited_by, drop column approved_by, drop column approved_on, drop column remarks;
alter table quota_plan drop column remarks;
