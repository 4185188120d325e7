-- Columns of every row that changes. Each file of the schema begins with this, and it is gone when the file is done.
create temporary table kept (version int not null default 1, created_at timestamptz not null default now(), updated_at timestamptz not null default now()) on commit drop;
