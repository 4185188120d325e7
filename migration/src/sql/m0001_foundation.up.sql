-- Schemas, text folding, the caller's identity as SQL functions, and protect(): the one way a table gets its row-level security.
create extension if not exists unaccent with schema public;
create schema app;

-- unaccent is STABLE; with the dictionary named it is safe to call it immutable. It folds every Vietnamese letter, đ too.
create function app.fold(t text) returns text language sql immutable strict parallel safe
  as $$ select lower(public.unaccent('public.unaccent'::regdictionary, t)) $$;
-- Vietnamese names sort by the given name (last word), then by the rest.
create function app.name_key(t text) returns text language sql immutable strict parallel safe
  as $$ select regexp_replace(t, '^(.*)\s+(\S+)$', '\2 \1') $$;
-- Folded words of a text; unaccent may write a letter as several characters, so it is folded first and split then.
create function app.words(t text) returns setof text language sql immutable strict parallel safe
  as $$ select w from regexp_split_to_table(regexp_replace(app.fold(t), '[^[:alnum:]]+', ' ', 'g'), ' ') w where w <> '' $$;
-- The identity. enter() sets it inside the transaction from the session's own row; outside it every function answers null or empty.
create function app.role() returns text language sql stable parallel safe as $$ select nullif(current_setting('app.role', true), '') $$;
create function app.account() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('app.account', true), '')::uuid $$;
create function app.organization() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('app.organization', true), '')::uuid $$;
create function app.branches() returns uuid[] language sql stable parallel safe as $$ select coalesce(nullif(current_setting('app.branches', true), ''), '{}')::uuid[] $$;
create function app.below() returns uuid[] language sql stable parallel safe as $$ select coalesce(nullif(current_setting('app.below', true), ''), '{}')::uuid[] $$;
-- SECURITY DEFINER functions run as the owner; policies let exactly that role through (FORCE holds for everyone else).
do $$ begin execute format('create function app.is_owner() returns boolean language sql stable parallel safe as $f$ select current_user = %L $f$', current_user); end $$;

-- Predicates that policies are built from; the words are those of policy.rs.
create function app.predicate(kind text) returns text language sql immutable as $$
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
create function app.protect(tbl regclass, sel text, ins text default null, upd text default null, del text default null) returns void language plpgsql as $$
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
grant usage on schema app, public to ketnap_app, ketnap_backup;
