-- psql -v n=1000000 -f candidates.sql: adds invented people to the demo's, for benchmarks. Run as superuser after `ketnap migrate up` and `ketnap demo`.
-- Twenty branches, nine stages, 25 x 20 x 50 names; the ids are 01760000-0000-7000-8000-<12 hexadecimal digits of 1..n>. At most 50,000 duties stay open.
\set ON_ERROR_STOP on
set session_replication_role = replica;
set synchronous_commit = off;
select setseed(0.42);
insert into branch (id, organization_id, number, name, kind, non_member_count, previous_term_admissions, founded_on)
select ('01750000-0000-7000-8000-00000b' || lpad(i::text, 2, '0') || '0000')::uuid, b.organization_id, lpad(i::text, 2, '0'), 'Chi bộ khoa ' || i, 'clinical', 30, 2, b.founded_on
  from generate_series(11, 20) i, branch b where b.number = '01' and b.organization_id = (select organization_id from account where login = 'branch-01') on conflict do nothing;
-- Indexes are created after the rows, and columns derived from a name are computed once per name: doing so row by row would take ten times as long.
create temp table later as select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as made from pg_index
 where indrelid in ('candidate'::regclass, 'nomination'::regclass, 'act'::regclass, 'deadline'::regclass, 'stage_entry'::regclass) and not exists (select from pg_constraint where conindid = indexrelid);
select 'drop index ' || name from later \gexec
alter table candidate alter name_key drop expression, alter folded drop expression;
create function bench_names() returns trigger language plpgsql as $$ begin new.name_key := app.name_key(new.full_name); new.folded := app.folded_name(new.full_name); return new; end $$;
create trigger bench_names before insert or update of full_name on candidate for each row execute function bench_names();
create temp table name as select row_number() over () as number, name as full_name, app.name_key(name) as name_key, app.folded_name(name) as folded from (select f || ' ' || m || ' ' || g as name from
  unnest(array['Nguyễn','Nguyễn','Nguyễn','Nguyễn','Nguyễn','Nguyễn','Trần','Trần','Trần','Lê','Lê','Phạm','Phạm','Huỳnh','Hoàng','Phan','Vũ','Võ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương','Lý']) f,
  unnest(array['Văn','Văn','Văn','Thị','Thị','Thị','Hữu','Đức','Minh','Ngọc','Quang','Thanh','Xuân','Hoàng','Gia','Thu','Kim','Bích','Đình','Công']) m,
  unnest(array['An','Ân','Anh','Ánh','Bình','Châu','Cường','Dũng','Đạt','Đông','Giang','Hà','Hải','Hạnh','Hiếu','Hoa','Hòa','Hùng','Hương','Huyền','Khánh','Lan','Linh','Long','Mai','Nam','Nga','Ngân','Nhung','Oanh','Phong','Phúc','Phương','Quân','Quỳnh','Sơn','Tâm','Thảo','Thắng','Thủy','Trang','Trung','Tú','Tuấn','Tuyết','Uyên','Việt','Vinh','Xuân','Yến']) g) x;
create unique index on name (number);
with words as (select
  array['Kinh','Kinh','Kinh','Kinh','Tày','Thái','Mường','Khmer','Hoa','Nùng'] ethnic,
  array['Bác sĩ','Điều dưỡng','Dược sĩ','Hộ sinh','Kỹ thuật viên','Y sĩ','Cán bộ dân số'] work,
  array['Quảng Nam','Thừa Thiên Huế','Nghệ An','Thanh Hóa','Bình Định','Quảng Ngãi','Đắk Lắk','Phú Yên'] home,
  array['nominated','in_plan','dossier','branch_resolved','submitted','decided','probationary','official','removed'] stages,
  (select organization_id from account where login = 'branch-01') organization),
people as (select i, ('01750000-0000-7000-8000-00000b' || lpad((1 + floor(random() * 20)::int)::text, 2, '0') || '0000')::uuid branch,
  stages[1 + floor(random() * 9)::int]::app.stage stage, date '2020-07-01' + (i % 1800)::int began, random() r, 1 + floor(random() * 25000)::bigint named from words, generate_series(1, :n) i)
insert into candidate (id, organization_id, branch_id, introduced_by, full_name, name_key, folded, sex, birth_date, birth_place, home_town, ethnic_group, religion, citizen_id, phone, address, occupation, general_education,
  professional_level, priority_group, youth_union_member, trade_union_member, stage, stage_on, nominated_on, decided_on, admitted_on, official_on, admitted_branch_id,
  adopted_on, opened_on, created_at, updated_at)
select ('01760000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, organization, branch, (case when random() < 0.6 then 'trade_union' else 'youth_union' end)::app.introducer,
  full_name, name_key, folded,
  (case when random() < 0.4 then 'male' else 'female' end)::app.sex, date '1970-01-01' + floor(random() * 11500)::int, home[1 + floor(random() * 8)::int], home[1 + floor(random() * 8)::int],
  ethnic[1 + floor(random() * 10)::int], 'Không', null, null, null,
  work[1 + floor(random() * 7)::int], 'upper_secondary', 'university', 'woman', i % 3 = 0, true,
  stage, began + 30, began, case when stage in ('decided', 'probationary', 'official') then began + 20 end, case when stage in ('probationary', 'official') then began + 30 end,
  case when stage = 'official' then began + 390 end, case when stage in ('probationary', 'official') then branch end,
  case when stage = 'in_plan' then began + 30 end, case when stage = 'dossier' then began + 30 end, began + r * interval '12 hours', began + r * interval '12 hours'
from words, people join name on number = named;
insert into name_word select c.organization_id, 'candidate', w, c.id, c.folded from candidate c join (select folded, w from name, regexp_split_to_table(trim(folded), ' ') w group by 1, 2) n on n.folded = c.folded
 where c.id >= '01760000-0000-7000-8000-000000000000' order by w, c.id;
insert into nomination (id, organization_id, branch_id, candidate_id, introduced_by, paper_number, paper_on, outcome, outcome_on, created_at, updated_at)
select overlay(id::text placing '01770000' from 1 for 8)::uuid, organization_id, branch_id, id, introduced_by, 'L' || right(id::text, 8), nominated_on,
  (case when stage = 'nominated' then 'pending' when stage = 'removed' then 'returned' else 'accepted' end)::app.nomination_outcome, case when stage <> 'nominated' then stage_on end, created_at, updated_at
  from candidate where id >= '01760000-0000-7000-8000-000000000000';
insert into act (id, organization_id, branch_id, recorded_branch_id, candidate_id, seq, kind, on_date, data, regulation, stage_after, account_id, role, version, recorded_at)
select overlay(c.id::text placing '01780000' from 1 for 8)::uuid, c.organization_id, c.branch_id, c.branch_id, c.id, 1, 'nomination', nominated_on,
  p.data || jsonb_build_object('paper_number', 'L' || right(c.id::text, 8), 'on', nominated_on), p.regulation, 'nominated', p.account_id, p.role, 1, c.created_at
  from candidate c, (select data, regulation, account_id, role from act where kind = 'nomination' and role = 'trade_union' order by seq, id limit 1) p where c.id >= '01760000-0000-7000-8000-000000000000';
insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, due_on, skipped, rule, source, settled_on, created_at)
select c.organization_id, c.branch_id, c.id, p.kind, 'load', c.stage_on, c.stage_on + 365, '{}', p.rule, p.source, case when row_number() over (order by c.id desc) > 50000 then c.stage_on + 200 end, c.created_at
  from candidate c, (select kind, rule, source from deadline limit 1) p where c.open and c.id >= '01760000-0000-7000-8000-000000000000';
\ir ../tests/it/support/entries.sql
select made from later \gexec
select app.recount();
set session_replication_role = origin;
vacuum (analyze);
