alter table term drop constraint term_apart;
drop trigger term_kept on term;
drop function app.keep_term();
drop policy ins on term;
drop policy upd on term;
do $$
declare who text := 'organization_id = (select app.organization()) and (select app.role()) in (''standing_committee'', ''party_office'')';
begin
  execute format('create policy ins on term for insert with check ((select app.is_owner()) or (%s))', app.predicate('office'));
  execute format('create policy upd on term for update using ((select app.is_owner()) or (%s)) with check ((select app.is_owner()) or (%s))', who, who);
end $$;
drop table branch_classification;
drop extension btree_gist;
