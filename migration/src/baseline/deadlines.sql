-- A deadline of a branch that has ended, settled by the Office with a reason.
create table deadline_settlement (
  deadline_id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, settled_on date not null, reason text not null, account_id uuid not null references account,
  created_at timestamptz not null);
-- All deadlines: of candidacies, of the calendar, of members without a file. All parts have columns of the same types, so that lists can use the tables' indexes. Which rows a reader sees follows from the policies of the tables
-- and from the conditions here.
create view any_deadline with (security_invoker = true) as
  select id, organization_id, branch_id, candidate_id, null::uuid as member_id, kind::text, from_on, workdays, due_on, skipped, rule, source, settled_on, null::text as settled_because, act_id, account_id, created_at from deadline
  union all
  select md5(k.kind || k.branch_id || k.year || k.period)::uuid, k.organization_id, k.branch_id, null, null, case k.kind when 'periodic' then 'review' else 'yearly_review' end, k.from_on, null, k.due_on, '{}',
         case k.kind when 'periodic' then 'review.each_period' else 'review.each_year' end, case k.kind when 'periodic' then 'kế hoạch, II.2' else 'kế hoạch, III.4' end, coalesce(r.closed_on, s.settled_on), s.reason,
           null, null, k.from_on::timestamptz
    from app.review_calendar(1990, extract(year from (select app.today()))::int) k
    left join review r on r.branch_id = k.branch_id and r.kind = k.kind and r.year = k.year and r.period = k.period and r.deleted_at is null
    left join deadline_settlement s on s.deadline_id = md5(k.kind || k.branch_id || k.year || k.period)::uuid
   where k.from_on <= (select app.today()) and k.organization_id = (select app.organization())
     and ((select app.reads_everywhere(app.role())) or ((select app.reads_branches(app.role())) and k.branch_id = any ((select app.branches())::uuid[])))
  union all
  select md5('source_plan' || b.id || t.id)::uuid, b.organization_id, b.id, null, null, 'source_plan', (t.source_plans_due_on - interval '3 months')::date, null, t.source_plans_due_on, '{}',
         'source_plan.in_time', 'kế hoạch, II.2', coalesce(case when app.was_submitted(s.state) or s.approved_on is not null then s.first_submitted_on end, x.settled_on), x.reason, null, null, t.created_at
    from branch b join term t on t.organization_id = b.organization_id and t.deleted_at is null and t.source_plans_due_on is not null
    left join source_plan s on s.branch_id = b.id and s.term_id = t.id and s.deleted_at is null
    left join deadline_settlement x on x.deadline_id = md5('source_plan' || b.id || t.id)::uuid
   where b.deleted_at is null and t.source_plans_due_on >= coalesce(b.founded_on, t.source_plans_due_on) and t.source_plans_due_on <= coalesce(b.closed_on, t.source_plans_due_on)
     and t.source_plans_due_on - interval '3 months' <= (select app.today()) and b.organization_id = (select app.organization())
     and ((select app.reads_everywhere(app.role())) or ((select app.reads_branches(app.role())) and b.id = any ((select app.branches())::uuid[])))
  union all
  select p.id, p.organization_id, p.branch_id, null, null, 'problem_report', p.reported_on, null, p.due_on, '{}', 'problem_report.answered', 'kế hoạch, phần kết', coalesce(p.answered_on, p.closed_on, x.settled_on),
    x.reason, null, null, p.created_at
    from problem_report p left join deadline_settlement x on x.deadline_id = p.id where p.organization_id = (select app.organization())
     and ((select app.reads_everywhere(app.role())) or ((select app.is_branch_committee(app.role())) and p.branch_id = any ((select app.branches())::uuid[])))
  union all
  select i.id, i.organization_id, i.branch_id, null, null, 'inspection_follow_up', i.on_date, null, i.follow_up_due_on, '{}', 'inspection.follow_up', 'kế hoạch, III.1',
    coalesce(i.follow_up_done_on, x.settled_on), x.reason, null, null, i.created_at from inspection i left join deadline_settlement x on x.deadline_id = i.id where i.deleted_at is null and i.follow_up_due_on is not null
  union all
  select m.id, m.organization_id, m.branch_id, null, m.id, 'recognition_review', m.review_from_on, m.review_workdays, m.review_due_on, m.review_skipped, 'recognition.review_in_time', m.review_source,
    coalesce(m.recognised_on, l.on_date), null, null, null, m.created_at
    from member m left join member_leaving l on l.member_id = m.id where m.review_due_on is not null and m.arrives_on is null and (m.deleted_at is null or l.id is not null);
