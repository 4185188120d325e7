-- Accounts, secrets, sessions and the functions that access them before a request has an identity; audit entries and stored answers.
create table account (
  id uuid primary key, organization_id uuid not null references organization, login text not null constraint account_login_unique unique, display_name text not null, role app.role not null,
  branch_id uuid constraint account_branch references branch, disabled_at timestamptz, expires_at timestamptz, session_version int not null default 1,
  -- `waits_until`: a second person has to confirm by then what one administrator did; nobody can sign in until they have
  asked_by uuid references account, asked_at timestamptz, waits_until timestamptz, confirmed_by uuid references account, second_factor_at timestamptz, alone_reason text, alone_at timestamptz,
  -- `alone_…`: what one person did at the command line without confirmation, shown to those who could have confirmed. Of a service account: its networks, and until when its secret and the previous one are valid
  addresses text[] not null default '{}', secret_until timestamptz, old_secret_until timestamptz, /* one of its own: a one-time code is none */ has_password boolean not null default false, like kept including defaults,
  constraint account_branch_goes_with_role check (app.is_branch_committee(role) = (branch_id is not null)));
create table credential (
  account_id uuid primary key references account, secret_hash text not null, must_change boolean not null, code_expires_at timestamptz,
  -- second factor: the sealed seed, the last time step that counted, digests of the recovery codes left; without these it waits for its first code
  seed bytea, seed_step bigint not null default 0, recovery text[], tag text,
  -- of a service account: the beginning of the secret, which tells it from the previous one
  old_hash text);
-- Every sign-in attempt, at unknown logins too, and every refresh token that was used twice. Those of an organisation's accounts are chained; a successful one is chained again when it turns out to be right.
create table sign_in_attempt (
  id uuid primary key, login_digest bytea not null, account_id uuid references account, organization_id uuid references organization, address text not null, at timestamptz not null, outcome app.sign_in_outcome not null,
  chain smallint, seq bigint, prev bytea, hash bytea, told_chain smallint, told_seq bigint, told_prev bytea, told_hash bytea,
  constraint sign_in_attempt_chain unique (organization_id, chain, seq));
create index sign_in_attempt_login on sign_in_attempt (login_digest, at);
create index sign_in_attempt_list on sign_in_attempt (organization_id, at desc, id desc);
create table session (
  id uuid primary key, organization_id uuid not null references organization, account_id uuid not null references account, address text not null, created_at timestamptz not null, expires_at timestamptz not null,
  revoked_at timestamptz, refresh_counter int not null default 0, rotated_at timestamptz);
create index session_account on session (account_id, created_at desc, id desc);
create table branch_overseer (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null constraint branch_overseer_branch references branch, account_id uuid not null references account, from_on date not null,
  to_on date, like kept including defaults,
  constraint branch_overseer_period check (to_on is null or to_on >= from_on));
create unique index branch_overseer_open on branch_overseer (branch_id, account_id) where to_on is null;
create index branch_overseer_account on branch_overseer (account_id);
create index branch_overseer_list on branch_overseer (organization_id, branch_id, from_on desc, id desc);
create table idempotency_key (
  account_id uuid not null references account, route text not null, key text not null, fingerprint bytea not null, status int not null, headers jsonb not null, body bytea not null,
  -- the identity that was answered; no other gets the stored answer
  role app.role not null, branches uuid[] not null, created_at timestamptz not null, primary key (account_id, route, key));
create index idempotency_key_age on idempotency_key (created_at); create table index_proof (sole boolean primary key default true check (sole), proof bytea not null); -- of the key of the citizen numbers' index
-- Claims an Idempotency-Key until the transaction ends, before anything else is done. Refused while another request holds it, or if its answer is stored.
create or replace function app.claim(p_route text, p_key text, p_since timestamptz) returns void language plpgsql set search_path = pg_catalog, public, pg_temp as $$ begin
  if not pg_try_advisory_xact_lock(hashtextextended(concat_ws(' ', app.account(), p_route, p_key), 0)) then raise exception 'in progress' using errcode = 'KN409'; end if;
  delete from idempotency_key where account_id = app.account() and created_at < p_since;
  if exists (select from idempotency_key where (account_id, route, key) = (app.account(), p_route, p_key)) then raise exception 'known' using errcode = 'KN422'; end if; end $$;
-- The heads of the chains of each log of an organisation: number and hash of the last entry. A transaction holds one of at most eight to its end, so that
-- as many can commit at once; transactions that do not overlap all use the first. Only `chain` writes it.
create table chain_head (
  organization_id uuid not null references organization, log text not null, chain smallint not null, seq bigint not null, hash bytea not null, gone bigint not null default 0,
  -- up to this number `ketnap tidy` has deleted old entries
  primary key (organization_id, log, chain)) with (fillfactor = 50);
-- Numbers an entry and ties it to the previous one, whatever the writer has put there. `ketnap audit verify` computes the same without the database. What the entry refers to is locked before the head, so that the head is the
-- last lock of every transaction. An attempt at an unknown login takes as long: the same is done with somebody else's chain, the one that real attempts use last, and leaves no trace. This is a trigger although it writes
-- another table: whoever may insert an entry could leave out a function call, or make it with another number; so could another function here, or the owner.
create or replace function app.chain() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare head chain_head; parts text[]; digest bytea; nobody boolean := new.organization_id is null;
begin
  if tg_op = 'UPDATE' then if old.outcome <> 'wrong' or new.outcome <> 'right' or old.told_seq is not null or current_setting('app.proven', true) is distinct from new.id::text then return new; end if; end if;
  if nobody then
    select a.organization_id, a.id into new.organization_id, new.account_id from account a where a.organization_id = (select h.organization_id from chain_head h where h.log = tg_table_name order by h.chain desc limit 1) limit 1;
    perform 1 from organization o, account a where o.id = new.organization_id and a.id = new.account_id for key share skip locked;
  else perform 1 from organization o, account a where o.id = new.organization_id and a.id = new.account_id for key share; end if;
  select * into head from chain_head h where h.organization_id = new.organization_id and h.log = tg_table_name order by case when nobody then -h.chain else h.chain end limit 1 for update skip locked;
  if not found and not nobody then
    insert into chain_head as h select new.organization_id, tg_table_name, least(count(*), 7), 0, decode(repeat('00', 32), 'hex') from chain_head h where h.organization_id = new.organization_id and h.log = tg_table_name
      on conflict (organization_id, log, chain) do update set seq = h.seq returning * into head;
  end if;
  parts := array[tg_table_name::text, head.chain::text, (head.seq + 1)::text, encode(head.hash, 'hex'), new.id::text, new.organization_id::text, (extract(epoch from new.at) * 1000000)::bigint::text, new.account_id::text];
  if tg_table_name = 'sign_in_attempt' then parts := parts || array[encode(new.login_digest, 'hex'), new.address, new.outcome::text];
  elsif tg_table_name = 'audit_entry' then parts := parts || array[new.role::text, new.resource, new.resource_id::text, new.request_id, new.action, new.resource_version::text, new.changes::text,
    encode(new.sealed, 'hex')] || new.fields;
  else parts := parts || array[new.role::text, new.resource, new.resource_id::text, new.request_id, new.candidate_id::text, new.reason]; end if;
  -- for each text its length in bytes and its UTF-8, or -1 for null
  digest := sha256((select string_agg(case when p is null then int4send(-1) else int4send(octet_length(p)) || convert_to(p, 'UTF8') end, ''::bytea order by n) from unnest(parts) with ordinality as x(p, n)));
  update chain_head set seq = head.seq + (not nobody)::int, hash = case when nobody then hash else digest end where organization_id = new.organization_id and log = tg_table_name and chain = head.chain;
  if nobody then new.organization_id := null; new.account_id := null; elsif tg_op = 'UPDATE' then new.told_chain := head.chain; new.told_seq := head.seq + 1; new.told_prev := head.hash; new.told_hash := digest;
  else new.chain := head.chain; new.seq := head.seq + 1; new.prev := head.hash; new.hash := digest; end if; return new;
end $$;
-- One row per change, in the same transaction, in a chain of the organisation. The values before and after are in `changes` or, about a person, in `sealed` under their key. The chain is made over what is stored, so that it stays
-- whole when the key is destroyed.
create table audit_entry (
  id uuid primary key, organization_id uuid not null references organization, at timestamptz not null, account_id uuid not null references account, role app.role not null, action text not null, resource text not null,
  resource_id uuid not null, resource_version int not null, fields text[] not null, changes jsonb, sealed bytea, request_id text not null, chain smallint not null, seq bigint not null, prev bytea not null, hash bytea not null,
  constraint audit_entry_chain unique (organization_id, chain, seq), constraint audit_entry_no_fork unique (organization_id, chain, prev));
create trigger chain before insert on audit_entry for each row execute function app.chain();
alter table audit_entry enable always trigger chain;
create trigger chain before insert or update of outcome on sign_in_attempt for each row execute function app.chain();
alter table sign_in_attempt enable always trigger chain;
create index audit_entry_resource on audit_entry (resource, resource_id, at);
create index audit_entry_list on audit_entry (organization_id, at desc, id desc);
-- Private calendar feeds: the address is the secret, and only its digest is stored.
create table calendar_feed (account_id uuid primary key references account, token_hash bytea not null constraint calendar_feed_token unique, created_at timestamptz not null, version int not null default 1);
-- First statement of every request: checks the session and sets the identity. Role and reach come from the rows, never from the token. A calendar feed enters
-- with the digest of its address, as the account that created it; if that account may not sign in, without an identity.
create or replace function app.enter(p_session uuid, p_version int, p_now timestamptz, p_calendar bytea default null) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare today date := (p_now at time zone 'Asia/Ho_Chi_Minh')::date;
begin perform set_config('app.role', a.role::text, true), set_config('app.account', a.id::text, true), set_config('app.organization', a.organization_id::text, true),
          set_config('app.parent', coalesce(o.parent_id::text, ''), true), set_config('app.branches', coalesce('{' || a.branch_id || '}', '{}'), true),
          set_config('app.below', '{}', true), set_config('app.today', today::text, true)
     from account a join organization o on o.id = a.organization_id
    where a.id = case when p_calendar is null then (select s.account_id from session s where s.id = p_session and s.revoked_at is null and s.expires_at > p_now)
                      else (select f.account_id from calendar_feed f where f.token_hash = p_calendar) end
      and (a.session_version = p_version or (p_calendar is not null and (app.reads_everywhere(a.role) or app.reads_branches(a.role)))) and a.disabled_at is null and a.waits_until is null
        and (a.expires_at is null or a.expires_at > p_now);
  if not found then
    if not exists (select from calendar_feed f join account a on a.id = f.account_id where f.token_hash = p_calendar and (a.expires_at is null or a.expires_at > p_now)
      and (app.reads_everywhere(a.role) or app.reads_branches(a.role))) then raise exception 'session not valid' using errcode = 'KN401'; end if;
  elsif app.watches_branches(app.role()) then
    perform set_config('app.branches', array(select branch_id from branch_overseer where account_id = app.account() and from_on <= today and (to_on is null or to_on >= today))::text, true);
  elsif app.reaches_below(app.role()) then
    perform set_config('app.below', array(with recursive o as (select id from organization where parent_id = app.organization() or (id = app.organization() and app.is_script(app.role()))
      union all select c.id from organization c join o on c.parent_id = o.id) select id from o)::text, true);
  end if;
end $$;
-- For signing in: no identity, so every policy is false.
create or replace function app.enter_door() returns void language sql as $$
  select set_config('app.role', '', true), set_config('app.account', '', true), set_config('app.organization', '', true), set_config('app.parent', '', true),
         set_config('app.branches', '', true), set_config('app.below', '', true), set_config('app.today', '', true) $$;
-- The cost and the salt of a password's hash, but never the hash: before signing in those of any account, afterwards only one's own. The attempt counts as wrong until `open_session` says otherwise. Failures slow further
-- attempts from addresses that never signed in as this login, and from the address that failed; no others. A device that shows a session of this login (`p_device`) is judged only by its own failures, at whatever
-- address they happened, and is not slowed by other devices at its address.
create or replace function app.sign_in(p_attempt uuid, p_login text, p_address text, p_now timestamptz, p_delays int[], p_tag text, p_device uuid default null) returns table (wait int,
  account_id uuid, role text, organization_id uuid, branch_id uuid, session_version int, hash_begins text, must_change boolean, usable_until timestamptz, disabled boolean, seed bytea, enrolled boolean, addresses text[])
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare digest bytea := sha256(convert_to(lower(p_login), 'UTF8')); familiar text[]; own text := p_address; n int; newest timestamptz; m record;
begin perform pg_advisory_xact_lock(hashtextextended(lower(p_login), 1));
  if exists (select from session s join account a on a.id = s.account_id where s.id = p_device and a.login = p_login and s.created_at > p_now - interval '90 days') then p_address := p_address || ' ' || p_device;
  familiar := array[p_address]; own := '% ' || p_device; else
  familiar := array(select distinct split_part(address, ' ', 1) from sign_in_attempt where login_digest = digest and outcome = 'right' and at > p_now - interval '90 days'); end if;
  select count(*), max(at) into n, newest from sign_in_attempt where login_digest = digest and outcome = 'wrong' and at > p_now - interval '1 day'
     and case when p_address <> all (familiar) then address <> all (familiar) else address like own
          and at >= coalesce((select max(at) from sign_in_attempt where login_digest = digest and address like own and outcome = 'right'), '-infinity') end;
  n := greatest(0, coalesce(ceil(extract(epoch from newest - p_now))::int + p_delays[least(n, cardinality(p_delays))], 0));
  select a.*, regexp_replace(case when s.older then c.old_hash else c.secret_hash end, '\$[^$]*$', '') as hash_begins, c.must_change, c.seed, c.recovery is not null as enrolled,
    least(a.expires_at, c.code_expires_at, case when not s.older then a.secret_until end) as usable_until
    into m from account a join credential c on c.account_id = a.id cross join lateral (select coalesce(p_tag <> c.tag and a.old_secret_until > p_now, false) as older) s
   where a.login = p_login and (app.account() is null or a.id = app.account());
  insert into sign_in_attempt (id, login_digest, account_id, organization_id, address, at, outcome) values (p_attempt, digest, m.id, m.organization_id, p_address, p_now, case when n > 0 then 'early' else 'wrong' end);
  return query select n, m.id, m.role::text, m.organization_id, m.branch_id, m.session_version, m.hash_begins, m.must_change, m.usable_until, m.disabled_at is not null or m.waits_until is not null
      -- a script that has not signed in for 90 days is shut out until it gets a new secret
      or (app.is_script(m.role) and greatest(m.updated_at, (select max(at) from sign_in_attempt where account_id = m.id and outcome = 'right')) < p_now - interval '90 days'), m.seed, m.enrolled, m.addresses;
end $$;
-- The password matches the stored hash, or a service account's secret the current or the previous one, and the code of a second factor was right. The row accepts each time step and each recovery code only once. Then it creates
-- a session, if one is wanted, and stores a hash of the current cost. If neither a session nor a code is involved, the password is enough.
create or replace function app.open_session(p_given text, p_session uuid, p_account uuid, p_now timestamptz, p_until timestamptz, p_attempt uuid, p_hash text, p_step bigint, p_recovery text) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with proven as (update credential c set secret_hash = coalesce(p_hash, secret_hash), seed_step = coalesce(p_step, seed_step), recovery = array_remove(recovery, p_recovery) from account a
      where c.account_id = p_account and a.id = p_account and p_given in (secret_hash, case when a.old_secret_until > p_now then old_hash end)
      and (recovery is null or p_step > seed_step or p_recovery = any (recovery) or coalesce(p_session::text, p_step::text, p_recovery) is null) returning account_id as id, set_config('app.proven', p_attempt::text, true)),
    noted as (update sign_in_attempt t set outcome = 'right' from proven p where t.id = p_attempt and t.account_id = p.id and t.outcome = 'wrong' returning t.*),
    opened as (insert into session (id, organization_id, account_id, address, created_at, expires_at) select p_session, organization_id, account_id, split_part(address, ' ', 1), p_now, p_until from noted
        where p_session is not null)
  select exists (select from noted) $$;
-- A single UPDATE decides races. The loser, or a device that lost the answer, gets the same successor for ten seconds; later reuse or a missing counter ends the session. `p_lives`: by role, seconds idle and in all.
create or replace function app.rotate(p_session uuid, p_counter int, p_now timestamptz, p_lives jsonb, p_address text)
  returns table (counter int, account_id uuid, login text, role text, organization_id uuid, branch_id uuid, session_version int,
    must_change boolean, second_factor boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare n int;
begin
  -- not used up while the account waits to be confirmed
  if exists (select from session s join account a on a.id = s.account_id where s.id = p_session and a.waits_until is not null and p_counter in (s.refresh_counter, s.refresh_counter - 1)) then return; end if;
  update session s set refresh_counter = p_counter + 1, rotated_at = p_now, expires_at = least(p_now + make_interval(secs => (p_lives -> a.role::text ->> 0)::int),
      s.created_at + make_interval(secs => (p_lives -> a.role::text ->> 1)::int))
    from account a where a.id = s.account_id and s.id = p_session and s.refresh_counter = p_counter and s.revoked_at is null and s.expires_at > p_now returning s.refresh_counter into n;
  if not found then
    select s.refresh_counter into n from session s where s.id = p_session and s.refresh_counter = p_counter + 1 and s.revoked_at is null and s.expires_at > p_now and s.rotated_at > p_now - interval '10 seconds';
    if not found then
      with ended as (update session s set revoked_at = p_now where s.id = p_session and s.revoked_at is null returning s.account_id, s.expires_at)
      insert into sign_in_attempt (id, login_digest, account_id, organization_id, address, at, outcome)
        select gen_random_uuid(), '', a.id, a.organization_id, p_address, p_now, 'reuse' from ended e join account a on a.id = e.account_id where e.expires_at > p_now and p_counter is not null;
      return;
    end if;
  end if;
  return query select n, a.id, a.login, a.role::text, a.organization_id, a.branch_id, a.session_version, c.must_change, a.second_factor_at is not null
    from session s join account a on a.id = s.account_id join credential c on c.account_id = a.id
   where s.id = p_session and a.disabled_at is null and a.waits_until is null and (a.expires_at is null or a.expires_at > p_now);
end $$;
-- Sets the caller's own secret or, for an administrator, any secret in the organisation. All sessions of the account except the caller's end. Without a hash the secret stays, but the sessions end nevertheless. Calendar
-- addresses end with every session. A seed waits for its first code, which ends nothing; with recovery codes it has had that code, of the step; an empty one removes the second factor, the only change to it that an administrator
-- makes for others. With a tag the secret stands beside the one before it, and no session ends; without a secret, the calendar address alone.
create or replace function app.set_secret(p_account uuid, p_hash text, p_must_change boolean, p_code_until timestamptz, p_keep_session uuid, p_now timestamptz,
  p_seed bytea default null, p_step bigint default null, p_recovery text[] default null, p_tag text default null) returns boolean language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform 1 from account where id = p_account and (id = app.account() or (app.keeps_accounts(app.role()) and organization_id = app.organization() and coalesce(p_seed, '') = ''));
  if not found then return false; end if;
  insert into credential as c (account_id, secret_hash, must_change, code_expires_at, tag) select p_account, p_hash, p_must_change, p_code_until, p_tag where p_hash is not null
    on conflict (account_id) do update set secret_hash = excluded.secret_hash, must_change = excluded.must_change, code_expires_at = excluded.code_expires_at, tag = p_tag,
      old_hash = case when p_tag is not null then c.secret_hash end;
  if p_hash is not null then update account set has_password = not p_must_change where id = p_account; end if;
  if p_seed is not null then
    update credential set seed = nullif(p_seed, ''), seed_step = coalesce(p_step, seed_step), recovery = p_recovery where account_id = p_account and (p_seed = '' or recovery is null) and (p_recovery is null or seed = p_seed);
    if not found or (p_seed <> '' and p_recovery is null) then return found; end if;
    -- removing the factor invalidates every token that was issued with it
    update account set second_factor_at = case when p_seed <> '' then p_now end, session_version = session_version + (p_seed = '')::int, version = version + 1, updated_at = p_now where id = p_account;
  end if;
  update session set revoked_at = p_now where account_id = p_account and revoked_at is null and id is distinct from p_keep_session and p_tag is null;
  delete from calendar_feed where account_id = p_account and p_keep_session is null;
  return true;
end $$;
-- Disables the accounts of a closed branch's committee; the administrator may assign them another branch.
create or replace function app.close_accounts(p_branch uuid, p_now timestamptz) returns void language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  if not app.writes_branches(app.role()) then raise exception 'not yours' using errcode = '42501'; end if;
  update account set disabled_at = p_now, session_version = session_version + 1, version = version + 1, updated_at = p_now where branch_id = p_branch and organization_id = app.organization() and disabled_at is null;
  update session set revoked_at = p_now where revoked_at is null and account_id in (select id from account where branch_id = p_branch);
  delete from calendar_feed where account_id in (select id from account where branch_id = p_branch);
end $$;
