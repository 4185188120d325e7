-- Everything but the tables and functions: who may log in, as which roles they may act, what is granted to them, and kinds of objects
-- that the migrations never create; one per line.
with who as (select 0::oid as oid, 'everybody' as name, false as super, false as makes, null::text as can, false as house
  union all select oid, rolname, rolsuper, rolcreaterole, concat_ws(', ', case when rolcanlogin then 'signs in' else 'cannot sign in' end, case when rolsuper then 'superuser' end,
       case when rolcreaterole then 'createrole' end, case when rolcreatedb then 'createdb' end, case when rolreplication then 'replication' end,
       case when rolbypassrls then 'bypassrls' end, case when not rolinherit then 'noinherit' end), rolname in ('ketnap_owner', 'ketnap_app', 'ketnap_backup', 'ketnap_definer') from pg_roles),
spaces as (select n.*, n.nspname in ('public', 'app') as house from pg_namespace n where nspname !~ '^pg_' and nspname <> 'information_schema'
     and not exists (select from pg_depend d where d.objid = n.oid and d.classid = 'pg_namespace'::regclass and d.deptype = 'e')),
base as (select * from pg_database where datname = current_database()),
types as (select t.oid, t.typowner, t.typacl, format('type %s.%s', n.nspname, t.typname) as what,
       concat_ws(' ', 'is', case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) else t.typtype::text end,
         (select string_agg(pg_get_constraintdef(k.oid), ' ' order by k.conname) from pg_constraint k where k.contypid = t.oid)) as made
    from pg_type t join spaces n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
   where n.house and coalesce(c.relkind, 'c') = 'c' and t.typcategory <> 'A' and not exists (select from pg_depend d where d.objid = t.oid and d.classid = 'pg_type'::regclass and d.deptype = 'e')),
owned (what, owner) as (select 'database', datdba from base union all select 'schema ' || nspname, nspowner from spaces union all select what, typowner from types),
granted (what, owner, acl) as (select 'database', datdba, coalesce(datacl, acldefault('d', datdba)) from base
  union all select 'schema ' || nspname, nspowner, nspacl from spaces
  union all select what, typowner, typacl from types
  union all select 'setting ' || parname, 10, paracl from pg_parameter_acl),
others (class, oid) as (select tableoid, oid from pg_operator union all select tableoid, oid from pg_cast union all select tableoid, oid from pg_opclass union all select tableoid, oid from pg_opfamily
  union all select tableoid, oid from pg_proc where prokind = 'a' or pronamespace = 'pg_catalog'::regnamespace union all select tableoid, oid from pg_collation union all select tableoid, oid from pg_conversion
  union all select tableoid, oid from pg_rewrite where rulename <> '_RETURN' union all select tableoid, oid from pg_language union all select tableoid, oid from pg_transform
  union all select tableoid, oid from pg_ts_config union all select tableoid, oid from pg_ts_dict union all select tableoid, oid from pg_event_trigger union all select tableoid, oid from pg_publication union all select 'pg_subscription'::regclass, oid from pg_subscription where subdbid = (select oid from base)
  union all select tableoid, oid from pg_foreign_data_wrapper union all select tableoid, oid from pg_foreign_server union all select 'pg_largeobject'::regclass, oid from pg_largeobject_metadata)
select format('role %s: %s', name, can) as line from who where house
union all select format('role %s: acts as %s%s', m.name, r.name, case when a.admin_option then ' with admin option' end) from pg_auth_members a join who m on m.oid = a.member join who r on r.oid = a.roleid
  where m.house or r.house and not m.super and not m.makes
union all select format('%s: %s', coalesce('role ' || r.name, 'database'), set) from pg_db_role_setting s cross join unnest(s.setconfig) set left join who r on r.oid = nullif(s.setrole, 0)
  where coalesce(r.house, true) and (s.setdatabase = 0 or s.setdatabase = (select oid from base))
    and set ~ '^(search_path|role|row_security|session_replication_role|default_transaction_read_only|(session|local)_preload_libraries)='
union all select format('%s: belongs to %s', o.what, w.name) from owned o join who w on w.oid = o.owner
  where w.name <> 'ketnap_owner' and not (o.what = 'schema public' and (w.name = 'pg_database_owner' or w.super))
union all select format('%s: %s', t.what, t.made) from types t
union all select format('%s: %s has %s', o.what, w.name, string_agg(lower(g.privilege_type) || case when g.is_grantable then ' with grant option' else '' end, ', ' order by g.privilege_type))
    from granted o cross join aclexplode(o.acl) g join who w on w.oid = g.grantee where g.grantee <> o.owner and not w.super and w.name <> 'pg_database_owner' and (w.house or w.oid = 0 or o.what !~ '^setting')
   group by o.what, w.name
union all select format('%s: %s has %s', c.what, w.name, lower(g.privilege_type))
    from (select tableoid as class, oid, oid::regclass::text as what, relacl as acl, false as free from pg_class where relnamespace = 'pg_catalog'::regnamespace
      union all select tableoid, oid, oid::regprocedure::text, proacl, true from pg_proc where pronamespace = 'pg_catalog'::regnamespace
      union all select tableoid, attrelid, format('%s (%s)', attrelid::regclass, attname), attacl, true from pg_attribute) c cross join aclexplode(c.acl) g join who w on w.oid = g.grantee
    left join pg_init_privs i on i.objoid = c.oid and i.classoid = c.class and i.objsubid = 0
   where c.oid < 16384 and (w.house or w.oid = 0 and not (c.free and i.initprivs is null)
     and not exists (select from aclexplode(i.initprivs) x where x.grantee = 0 and x.privilege_type = g.privilege_type))
union all select format('default privileges: %s grants %s on %s%s to %s', r.name, lower(g.privilege_type), case d.defaclobjtype when 'f' then 'functions' when 'r' then 'tables' else d.defaclobjtype::text end, ' in ' || n.nspname, w.name)
    from pg_default_acl d cross join aclexplode(d.defaclacl) g join who r on r.oid = d.defaclrole join who w on w.oid = g.grantee left join pg_namespace n on n.oid = d.defaclnamespace
   where g.grantee <> d.defaclrole and not (r.super and not r.house and d.defaclobjtype = 'f' and w.house)
union all select format('%s %s', i.type, i.identity) from others o cross join pg_identify_object(o.class, o.oid, 0) i
   where o.oid >= 16384 and not exists (select from pg_depend d where d.objid = o.oid and d.classid = o.class and d.deptype = 'e')
order by 1
