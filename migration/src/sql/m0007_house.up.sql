-- Holidays, settings, the audit trail, stored answers of repeated requests.
create table holiday (
  id uuid primary key,
  organization_id uuid not null references organization,
  on_date date not null,
  name text not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index holiday_date_unique on holiday (organization_id, on_date);

create table setting (
  id uuid primary key,
  organization_id uuid not null references organization,
  key text not null,
  value jsonb not null,
  version int not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index setting_key_unique on setting (organization_id, key);

-- One row a change, in the change's own transaction. seq, prev and hash are for the chain, one an organisation.
create table audit_entry (
  id uuid primary key,
  organization_id uuid not null references organization,
  at timestamptz not null,
  account_id uuid not null references account,
  role text not null,
  action text not null,
  resource text not null,
  resource_id uuid not null,
  resource_version int not null,
  fields text[] not null,
  request_id text not null,
  seq bigint,
  prev bytea,
  hash bytea,
  constraint audit_entry_chain unique (organization_id, seq),
  constraint audit_entry_no_fork unique (organization_id, prev)
);
create index audit_entry_resource on audit_entry (resource, resource_id, at);
create index audit_entry_list on audit_entry (organization_id, at desc, id desc);

create table idempotency_key (
  account_id uuid not null references account,
  route text not null,
  key text not null,
  fingerprint bytea not null,
  status int not null,
  headers jsonb not null,
  body text not null,
  created_at timestamptz not null,
  primary key (account_id, route, key)
);
create index idempotency_key_age on idempotency_key (created_at);

select app.protect('holiday', app.predicate('org'), app.predicate('office'), app.predicate('office'), app.predicate('office'));
select app.protect('setting', app.predicate('org'), app.predicate('admin'), app.predicate('admin'));
select app.protect('audit_entry', app.predicate('admin'), 'organization_id = (select app.organization()) and account_id = (select app.account())');
select app.protect('idempotency_key', 'account_id = (select app.account())', 'account_id = (select app.account())', null, 'account_id = (select app.account())');
