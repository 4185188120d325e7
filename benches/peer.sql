-- psql -f peer.sql, after candidates.sql: copies the same people for the peers into a separate schema with forced row-level security of the same shape: own
-- organisation, own branches, own introductions. The account is read from the session's row in the same transaction.
\set ON_ERROR_STOP on
create schema peer;
create role peer_app login password :'password';
create table peer.candidate as
  select id, organization_id, branch_id, department_id, introduced_by::text, previous_id, full_name, other_names, sex::text, birth_date, birth_place, home_town, ethnic_group, religion, encode(citizen_id, 'hex') as citizen_id, encode(phone, 'hex') as phone, encode(address, 'hex') as address, occupation, position,
         general_education::text, professional_level::text, political_theory_level::text, priority_group::text, youth_union_member, trade_union_member, null::text as remarks, stage::text, stage_on, nominated_on,
         decided_on, admitted_on, official_on, planned_year, version, created_at, updated_at, folded
    from candidate where id >= '01760000-0000-7000-8000-000000000000';
alter table peer.candidate add primary key (id), alter version set default 1, alter created_at set default now(), alter updated_at set default now(), alter id set default gen_random_uuid();
create index on peer.candidate (branch_id, stage, created_at desc, id desc);
create index on peer.candidate (extract(year from nominated_on), branch_id, stage);
create extension if not exists pg_trgm with schema peer;
create index on peer.candidate using gin (folded peer.gin_trgm_ops);
create table peer.audit (id bigint generated always as identity primary key, at timestamptz not null default now(), organization_id uuid not null, account_id uuid not null, action text not null, resource_id uuid not null, fields text[] not null);
create index on peer.audit (organization_id, at desc);
create table peer.account (id uuid primary key, organization_id uuid not null, role text not null, branch_id uuid, disabled_at timestamptz, session_version int not null default 1);
create table peer.session (id uuid primary key, account_id uuid not null references peer.account, expires_at timestamptz not null, revoked_at timestamptz);
insert into peer.account select id, organization_id, role::text, branch_id from account where organization_id = (select organization_id from account where login = 'office');
insert into peer.session select case when login = 'office' then '00000000-0000-0000-0000-000000000001'::uuid else gen_random_uuid() end, id, '2099-01-01' from account where id in (select id from peer.account);
create function peer.role() returns text language sql stable parallel safe as $$ select nullif(current_setting('peer.role', true), '') $$;
create function peer.organization() returns uuid language sql stable parallel safe as $$ select nullif(current_setting('peer.organization', true), '')::uuid $$;
create function peer.branches() returns uuid[] language sql stable parallel safe as $$ select coalesce(nullif(current_setting('peer.branches', true), ''), '{}')::uuid[] $$;
alter table peer.candidate enable row level security, force row level security;
alter table peer.audit enable row level security, force row level security;
\set reach 'organization_id = (select peer.organization()) and ((select peer.role()) in (''standing_committee'', ''party_office'') or (select peer.role()) in (''committee_member'', ''branch_committee'') and branch_id = any ((select peer.branches())::uuid[]) or introduced_by = (select peer.role()))'
create policy read on peer.candidate for select using (:reach);
create policy add on peer.candidate for insert with check (:reach);
create policy change on peer.candidate for update using (:reach) with check (:reach);
create policy add on peer.audit for insert with check (organization_id = (select peer.organization()));
-- LIKE is not leakproof, so an index cannot serve it behind a policy: this function runs as the owner and states the reach itself
create function peer.find(words text) returns setof peer.candidate language sql stable security definer set search_path = pg_catalog, peer, pg_temp as $$
  select * from peer.candidate c where c.folded like '%' || words || '%' and c.organization_id = peer.organization()
    and (peer.role() in ('standing_committee', 'party_office') or c.branch_id = any (peer.branches())) order by c.folded, c.id limit 20 $$;
grant connect on database ketnap to peer_app;
grant usage on schema peer to peer_app;
-- ketnap's migrations revoke the right to run functions of the owner from everybody
grant execute on all functions in schema peer to peer_app;
grant select on peer.session, peer.account to peer_app;
grant select, insert, update on peer.candidate to peer_app;
grant insert on peer.audit to peer_app;
vacuum (analyze) peer.candidate, peer.account, peer.session;
