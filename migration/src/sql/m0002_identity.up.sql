-- Organisations, accounts, secrets, sessions, and the functions through which an unauthenticated request may touch them.
create table organization (
  id uuid primary key,
  parent_id uuid references organization,
  kind text not null constraint organization_kind check (kind in ('upper', 'grassroots')),
  name text not null,
  label text not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index organization_parent on organization (parent_id);

create table account (
  id uuid primary key,
  organization_id uuid not null references organization,
  login text not null constraint account_login_unique unique,
  display_name text not null,
  role text not null constraint account_role check (role in ('standing_committee', 'party_office', 'committee_member', 'branch_committee', 'trade_union', 'youth_union', 'upper_committee', 'service_account', 'system_admin')),
  branch_id uuid,
  disabled_at timestamptz,
  expires_at timestamptz,
  session_version int not null default 1,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint account_branch_goes_with_role check ((role = 'branch_committee') = (branch_id is not null))
);
create index account_list on account (organization_id, created_at desc, id desc);

create table credential (
  account_id uuid primary key references account,
  secret_hash text not null,
  must_change boolean not null,
  code_expires_at timestamptz
);
create table session (
  id uuid primary key,
  account_id uuid not null references account,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  refresh_counter int not null default 0,
  rotated_at timestamptz
);
create index session_account on session (account_id);

create table branch_overseer (
  id uuid primary key,
  organization_id uuid not null references organization,
  branch_id uuid not null,
  account_id uuid not null references account,
  from_on date not null,
  to_on date,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint branch_overseer_period check (to_on is null or to_on >= from_on)
);
create unique index branch_overseer_open on branch_overseer (branch_id, account_id) where to_on is null;
create index branch_overseer_account on branch_overseer (account_id);
create index branch_overseer_list on branch_overseer (organization_id, branch_id, from_on desc, id desc);

-- everyone sees the organisation above their own
create function app.parent_organization() returns uuid language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select parent_id from public.organization where id = app.organization() $$;

select app.protect('organization', 'id = (select app.organization()) or id = any ((select app.below())::uuid[]) or id = (select app.parent_organization())',
  '(select app.role()) = ''system_admin'' and parent_id = (select app.organization())',
  '(select app.role()) in (''system_admin'', ''party_office'') and id = (select app.organization())');
-- names of accounts are shown where an overseer is; secrets live in another table
select app.protect('account', 'id = (select app.account()) or (organization_id = (select app.organization()) and (select app.role()) in (''system_admin'', ''standing_committee'', ''party_office'', ''committee_member'', ''branch_committee''))',
  app.predicate('admin'), app.predicate('admin'));
select app.protect('branch_overseer', app.predicate('person'), app.predicate('office'), app.predicate('office'));
-- no grant, no policy: only the functions below reach these two
select app.protect('credential', null);
select app.protect('session', null);

-- First statement of every request: is the session alive, and who is it? Role and reach come from the rows, never from the token.
create function app.enter(p_session uuid, p_version int, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  who record;
  branches uuid[] := '{}';
  below uuid[] := '{}';
begin
  select a.id, a.role, a.organization_id, a.branch_id into who
    from session s join account a on a.id = s.account_id
   where s.id = p_session and s.revoked_at is null and s.expires_at > p_now
     and a.session_version = p_version and a.disabled_at is null and (a.expires_at is null or a.expires_at > p_now);
  if not found then
    raise exception 'session not valid' using errcode = 'KN401';
  end if;
  if who.role = 'branch_committee' then
    branches := array[who.branch_id];
  elsif who.role = 'committee_member' then
    branches := array(select branch_id from branch_overseer where account_id = who.id
      and from_on <= (p_now at time zone 'Asia/Ho_Chi_Minh')::date and (to_on is null or to_on >= (p_now at time zone 'Asia/Ho_Chi_Minh')::date));
  elsif who.role in ('upper_committee', 'service_account', 'system_admin') then
    below := array(with recursive o as (select id from organization where parent_id = who.organization_id
      union all select c.id from organization c join o on c.parent_id = o.id) select id from o);
  end if;
  perform set_config('app.role', who.role, true), set_config('app.account', who.id::text, true),
          set_config('app.organization', who.organization_id::text, true),
          set_config('app.branches', branches::text, true), set_config('app.below', below::text, true);
end $$;

-- The sign-in door: no identity; every policy answers false.
create function app.enter_door() returns void language sql as $$
  select set_config('app.role', '', true), set_config('app.account', '', true), set_config('app.organization', '', true),
         set_config('app.branches', '', true), set_config('app.below', '', true) $$;

create function app.sign_in(p_login text) returns table (account_id uuid, role text, organization_id uuid, branch_id uuid, session_version int, secret_hash text, must_change boolean, usable_until timestamptz, disabled boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.id, a.role, a.organization_id, a.branch_id, a.session_version, c.secret_hash, c.must_change,
         least(a.expires_at, c.code_expires_at), a.disabled_at is not null
    from account a join credential c on c.account_id = a.id where a.login = p_login $$;

create function app.open_session(p_session uuid, p_account uuid, p_now timestamptz, p_until timestamptz) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into session (id, account_id, created_at, expires_at) values (p_session, p_account, p_now, p_until) $$;

-- One UPDATE decides a race. The loser of a race, or a device that lost the answer, gets the same successor for ten seconds; later reuse ends the session.
create function app.rotate(p_session uuid, p_counter int, p_now timestamptz) returns table (counter int, account_id uuid, login text, role text, organization_id uuid, branch_id uuid, session_version int, must_change boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare n int;
begin
  update session s set refresh_counter = p_counter + 1, rotated_at = p_now
   where s.id = p_session and s.refresh_counter = p_counter and s.revoked_at is null and s.expires_at > p_now returning s.refresh_counter into n;
  if not found then
    select s.refresh_counter into n from session s where s.id = p_session and s.refresh_counter = p_counter + 1
       and s.revoked_at is null and s.expires_at > p_now and s.rotated_at > p_now - interval '10 seconds';
    if not found then
      update session s set revoked_at = p_now where s.id = p_session and s.revoked_at is null;
      return;
    end if;
  end if;
  return query select n, a.id, a.login, a.role, a.organization_id, a.branch_id, a.session_version, c.must_change
    from session s join account a on a.id = s.account_id join credential c on c.account_id = a.id
   where s.id = p_session and a.disabled_at is null and (a.expires_at is null or a.expires_at > p_now);
end $$;

create function app.revoke_session(p_session uuid, p_now timestamptz) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update session set revoked_at = p_now where id = p_session and revoked_at is null $$;

-- Own secret, or any secret of the organisation for its administrator. Every session of the account but the caller's own ends.
create function app.set_secret(p_account uuid, p_hash text, p_must_change boolean, p_code_until timestamptz, p_keep_session uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from account where id = p_account and (id = app.account() or (app.role() = 'system_admin' and organization_id = app.organization()));
  if not found then return false; end if;
  insert into credential (account_id, secret_hash, must_change, code_expires_at) values (p_account, p_hash, p_must_change, p_code_until)
    on conflict (account_id) do update set secret_hash = excluded.secret_hash, must_change = excluded.must_change, code_expires_at = excluded.code_expires_at;
  update session set revoked_at = p_now where account_id = p_account and revoked_at is null and id is distinct from p_keep_session;
  return true;
end $$;
create function app.own_secret() returns text language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select secret_hash from credential where account_id = app.account() $$;
grant execute on all functions in schema app to ketnap_app;
revoke execute on function app.protect(regclass, text, text, text, text) from ketnap_app;
