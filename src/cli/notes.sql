-- Settings and rights that an administrator of the server should know about but may have reasons for, one per line.
select format('%s can sign in and is a superuser, as the first one is: nothing is protected from it', rolname) as line from pg_roles where rolsuper and rolcanlogin and oid <> 10
union all select format('%s can sign in and passes by row-level security', rolname) from pg_roles where rolbypassrls and rolcanlogin and not rolsuper and rolname <> 'ketnap_backup'
union all select format('everybody may execute %s, so that a role that only reads can write large objects. As superuser: revoke execute on function %1$s from public', string_agg(proname, ', ' order by proname))
  from pg_proc where pronamespace = 'pg_catalog'::regnamespace and proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_put', 'lo_truncate', 'lo_truncate64', 'lo_unlink', 'lowrite')
   and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) g where g.grantee = 0) having count(*) > 0
union all select format('everybody may execute %s functions of extensions, such as %s. As superuser: revoke execute on all functions in schema public from public; grant execute on function public.unaccent(regdictionary, text) to ketnap_owner, ketnap_app, ketnap_definer', count(*), min(proname))
  from pg_proc p where pronamespace = 'public'::regnamespace and exists (select from pg_depend d where d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e')
   and exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) g where g.grantee = 0) having count(*) > 0
order by 1
