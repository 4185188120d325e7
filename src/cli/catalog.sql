-- The objects that the migrations create, one per line.
with ours as (select c.oid, nullif(c.relowner::regrole::text, 'ketnap_owner') as owner, c.relname, c.relkind, c.relacl, c.reloptions, c.relrowsecurity, c.relforcerowsecurity, c.relpersistence
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname in ('public', 'app') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')),
routines as (select p.*, n.nspname, nullif(p.proowner::regrole::text, 'ketnap_owner') as owner from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'app') and p.prokind <> 'a'
     and not exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')),
lines (part, name, kind, line) as (
  select 0, extname::text, 0, format('extension %s', extname) from pg_extension where extname <> 'plpgsql'
  union all select 1, relname, 0, format(E'\n%s %s%s%s%s%s', case when relkind in ('v', 'm') then 'view' when relkind = 'S' then 'sequence' else 'table' end, relname,
       case when relrowsecurity then ' row level security' end, case when relforcerowsecurity then ' forced' end, case when relpersistence = 'u' then ' unlogged' end, coalesce(' owner ' || owner, '') || coalesce(' ' || reloptions::text, '')) from ours
  union all select 1, o.relname, 1, format('  %s %s%s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
       case when a.attcollation <> t.typcollation then ' collate ' || a.attcollation::regcollation end, case when a.attnotnull then ' not null' end,
       case when a.attgenerated <> '' then format(' generated always as (%s) stored', pg_get_expr(d.adbin, d.adrelid)) else ' default ' || pg_get_expr(d.adbin, d.adrelid) end)
      from ours o join pg_attribute a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all select 1, relname, 2, '  as ' || pg_get_viewdef(oid) from ours where relkind in ('v', 'm')
  union all select 1, o.relname, 3, format('  constraint %s %s', k.conname, pg_get_constraintdef(k.oid)) from ours o join pg_constraint k on k.conrelid = o.oid where k.contype <> 'n'
  union all select 1, o.relname, 4, '  ' || pg_get_indexdef(i.indexrelid) from ours o join pg_index i on i.indrelid = o.oid
  union all select 1, o.relname, 5, format('  %s%s', pg_get_triggerdef(t.oid), case t.tgenabled when 'A' then ' always' when 'D' then ' disabled' when 'R' then ' on replicas' end) from ours o join pg_trigger t on t.tgrelid = o.oid where not t.tgisinternal
  union all select 1, o.relname, 6, format('  policy %s for %s to %s using (%s) check (%s)', p.polname, p.polcmd, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from ours o join pg_policy p on p.polrelid = o.oid
  union all select 1, o.relname, 7, format('  %s: %s', coalesce(nullif(g.grantee, 0)::regrole::text, 'everybody'), string_agg(lower(g.privilege_type) || case when g.is_grantable then ' with grant option' else '' end, ', ' order by g.privilege_type))
      from ours o cross join aclexplode(o.relacl) g where g.grantee <> g.grantor group by o.relname, g.grantee
  union all select 1, o.relname, 8, format('  %s: %s%s (%s)', coalesce(nullif(g.grantee, 0)::regrole::text, 'everybody'), lower(g.privilege_type), case when g.is_grantable then ' with grant option' end, string_agg(a.attname, ', ' order by a.attname))
      from ours o join pg_attribute a on a.attrelid = o.oid cross join aclexplode(a.attacl) g group by o.relname, g.grantee, g.privilege_type, g.is_grantable
  union all select 2, format('%s.%s', r.nspname, r.proname), 0, E'\n' || rtrim(pg_get_functiondef(r.oid), E'\n') || E'\n  executed by: ' || coalesce((select string_agg(
       coalesce(nullif(g.grantee, 0)::regrole::text, 'everybody') || case when g.is_grantable then ' with grant option' else '' end, ', ' order by g.grantee) from aclexplode(coalesce(r.proacl, acldefault('f', r.proowner))) g
       where g.grantee <> r.proowner), 'nobody else') || coalesce(E'\n  owner ' || r.owner, '') from routines r)
select line from lines order by part, name collate "C", kind, line collate "C"
