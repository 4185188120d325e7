-- 200,000 invented candidates in the demo organisation: names of many parts, ten branches, every stage, nine years; and 100,000 deadlines, half of them open.
-- Who is introduced is recorded on the same day.
-- Run as superuser: triggers and foreign keys rest, what triggers would write is written here at once.
set session_replication_role = replica;
insert into candidate (id, organization_id, branch_id, introduced_by, full_name, sex, birth_date, youth_union_member, trade_union_member,
    stage, stage_on, nominated_on, decided_on, admitted_on, admitted_branch_id, adopted_on, opened_on, created_at, updated_at)
select ('01760000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, '01750000-0000-7000-8000-00000a000002',
    ('01750000-0000-7000-8000-00000b' || lpad((1 + n % 10)::text, 2, '0') || '0000')::uuid,
    case when n % 3 = 0 then 'youth_union' else 'trade_union' end,
    (array['Nguyễn','Trần','Lê','Phạm','Hoàng','Huỳnh','Phan','Vũ','Võ','Đặng','Bùi','Đỗ','Hồ','Ngô','Dương','Lý'])[1 + n % 16] || ' ' ||
    (array['Văn','Thị','Hữu','Đức','Minh','Ngọc','Thanh','Quang','Xuân','Thu','Hồng','Gia','Bảo'])[1 + (n / 16) % 13] || ' ' ||
    (array['An','Ánh','Bình','Châu','Chi','Cường','Dũng','Duyên','Đạt','Giang','Hà','Hạnh','Hiền','Hoa','Hòa','Hùng','Hương','Khánh','Lan','Linh','Long',
        'Mai','Nam','Nga','Nhung','Oanh','Phúc','Phương','Quân','Quyên','Sơn','Tâm','Thảo','Trang','Tú','Tuấn','Uyên','Vân','Vinh','Yến'])[1 + (n / 208) % 40]
    || case when n % 5 = 0 then '' else ' ' || chr(65 + n % 26) || lower(substr(md5(n::text), 1, 3)) end,
    case when n % 2 = 0 then 'female' else 'male' end, date '1980-01-01' + n % 9000, n % 4 = 0, n % 3 <> 0,
    s.stage, date '2012-01-01' + n % 3200, date '2011-06-01' + n * 22 / 1440,
    case when s.stage in ('decided', 'probationary', 'official') then date '2012-01-01' + n % 3200 end,
    case when s.stage in ('probationary', 'official') then date '2012-01-01' + n % 3200 end,
    case when s.stage in ('probationary', 'official') then ('01750000-0000-7000-8000-00000b' || lpad((1 + n % 10)::text, 2, '0') || '0000')::uuid end,
    case when s.stage = 'in_plan' then greatest(date '2012-01-01' + n % 3200, date '2011-06-01' + n * 22 / 1440) end,
    case when s.stage = 'dossier' then greatest(date '2012-01-01' + n % 3200, date '2011-06-01' + n * 22 / 1440) end,
    timestamptz '2011-06-01T00:00:00Z' + n * interval '22 minutes', timestamptz '2021-01-10T00:00:00Z'
from generate_series(1, 200000) n, lateral (select (array['nominated','in_plan','dossier','branch_resolved','submitted','decided','probationary','official','removed','withdrawn'])[1 + (n / 10) % 10] as stage) s;
insert into name_word
  select c.organization_id, 'candidate', w, c.id, c.folded
    from (select folded, regexp_split_to_table(trim(folded), ' ') as w from (select distinct folded from candidate) x) words join candidate c using (folded)
  on conflict do nothing;
insert into nomination (id, organization_id, branch_id, candidate_id, introduced_by, paper_number, paper_on, outcome, outcome_on, created_at, updated_at)
  select overlay(id::text placing '01770000' from 1 for 8)::uuid, organization_id, branch_id, id, introduced_by, 'L' || right(id::text, 8), nominated_on,
         case when stage = 'nominated' then 'pending' else 'accepted' end, case when stage <> 'nominated' then stage_on end, created_at, updated_at
    from candidate where id >= '01760000-0000-7000-8000-000000000000';
insert into deadline (organization_id, branch_id, candidate_id, kind, key, from_on, due_on, skipped, rule, source, settled_on, created_at)
  select c.organization_id, c.branch_id, c.id, p.kind, 'load', c.stage_on, date '2019-06-01' + n % 1500, '{}', p.rule, p.source, case when n % 4 < 2 then date '2019-12-01' end, c.created_at
    from (select *, row_number() over (order by id)::int as n from candidate where id >= '01760000-0000-7000-8000-000000000000') c, (select kind, rule, source from deadline limit 1) p
   where n % 2 = 0;
