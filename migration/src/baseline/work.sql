-- The branches' daily work: activities, work plans, inspections, problem reports, guidance, dispatches.

create table activity (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid references branch, kind app.activity_kind not null, topic text not null, tags text[] not null, on_date date not null, ends_on date,
  organiser app.organiser not null, audience text[] not null, attendance int constraint activity_attendance check (attendance between 0 and 100000), department_heads boolean not null, remarks text, recorded_role app.role not null,
  recorded_by uuid not null references account, like kept including defaults, deleted_at timestamptz,
  constraint activity_period check (ends_on is null or ends_on >= on_date), constraint activity_branch_organiser check (branch_id is not null or not app.is_by_branch(organiser)));
create index activity_list on activity (organization_id, on_date desc, id desc) where deleted_at is null;
create index activity_branch on activity (branch_id, on_date desc, id desc) where deleted_at is null;
create index activity_kind_list on activity (organization_id, kind, on_date desc, id desc) where deleted_at is null;
create index activity_tags on activity using gin (tags);
create index activity_audience on activity using gin (audience);

create table work_plan (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, term_id uuid references term, parent_id uuid references work_plan, period_kind app.period_kind not null,
  year int not null constraint work_plan_year check (year between 1990 and 2100), number int not null, content text not null, admission_section text, minutes_number text, held_on date, members int, present int,
  agenda jsonb not null, checklist jsonb not null, like kept including defaults, deleted_at timestamptz,
  constraint work_plan_number check (number between 1 and app.last_number(period_kind)), constraint work_plan_meeting check (num_nulls(minutes_number, held_on, members, present) in (0, 4)),
  constraint work_plan_attendance check (present between 0 and members));
create unique index work_plan_period_unique on work_plan (branch_id, period_kind, year, number) where deleted_at is null;
create index work_plan_list on work_plan (organization_id, year desc, number desc, id desc) where deleted_at is null;
create index work_plan_missing on work_plan (organization_id, created_at desc, id desc) where admission_section is null and deleted_at is null;
create index work_plan_parent on work_plan (parent_id) where parent_id is not null;
create index work_plan_term on work_plan (term_id) where term_id is not null;

create table inspection (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid not null references branch, inspector_id uuid not null references account, inspector_role app.role not null, on_date date not null,
  kind app.inspection_kind not null, findings text not null, follow_up text, follow_up_due_on date, follow_up_done_on date, follow_up_note text, like kept including defaults, deleted_at timestamptz,
  constraint inspection_follow_up check ((follow_up is null) = (follow_up_due_on is null)), constraint inspection_due check (follow_up_due_on >= on_date),
  constraint inspection_done check (follow_up_done_on is null or (follow_up is not null and follow_up_note is not null and follow_up_done_on >= on_date)));
create index inspection_list on inspection (organization_id, on_date desc, id desc) where deleted_at is null;
create index inspection_branch on inspection (branch_id, on_date desc, id desc) where deleted_at is null;
create index inspection_due on inspection (organization_id, follow_up_due_on) where follow_up_due_on is not null and follow_up_done_on is null and deleted_at is null;

create table problem_report (
  id uuid primary key, organization_id uuid not null references organization, branch_id uuid references branch, reporter app.reporter not null, reported_by uuid not null references account, subject text not null,
  problem text not null, state app.problem_state not null, reported_on date not null, due_on date not null, forwarded_on date, answered_on date, answered_by app.role, closed_on date, reopened int not null default 0,
  like kept including defaults, constraint problem_report_branch check (app.is_branch_committee(reporter) = (branch_id is not null)),
  constraint problem_report_answered check (not app.is_answered(state) or (answered_on is not null and answered_by is not null)), constraint problem_report_closed check (app.is_closed(state) = (closed_on is not null)));
create index problem_report_state_list on problem_report (organization_id, state, due_on, id);
create index problem_report_due on problem_report (organization_id, due_on, id);
create index problem_report_reporter on problem_report (organization_id, reporter, created_at desc, id desc);

create table problem_message (
  id uuid primary key, organization_id uuid not null references organization, report_id uuid not null references problem_report, kind app.message_kind not null, author app.role not null,
  account_id uuid not null references account, body text not null, at timestamptz not null);
create index problem_message_thread on problem_message (report_id, at, id);

create table guidance (
  id uuid primary key, organization_id uuid not null references organization, title text not null, topic app.guidance_topic not null, edition int not null, valid_from date not null, body jsonb not null, checklist jsonb not null,
  sources jsonb not null, published_on date not null, like kept including defaults, deleted_at timestamptz);
create unique index guidance_title_unique on guidance (organization_id, title) where deleted_at is null;
create index guidance_topic_list on guidance (organization_id, topic, valid_from desc, id desc) where deleted_at is null;

create table guidance_edition (
  id uuid primary key, organization_id uuid not null references organization, guidance_id uuid not null references guidance, edition int not null, title text not null, valid_from date not null, body jsonb not null,
  checklist jsonb not null, sources jsonb not null, published_on date not null, reason text);
create unique index guidance_edition_unique on guidance_edition (guidance_id, edition);

create table dispatch (
  id uuid primary key, organization_id uuid not null references organization, document_kind app.paper_kind not null, document_id uuid, title text not null, number text not null, sent_on date not null, recipients jsonb not null,
  archived boolean not null, like kept including defaults, deleted_at timestamptz);
create unique index dispatch_number_unique on dispatch (organization_id, number, sent_on) where deleted_at is null;
create index dispatch_sent on dispatch (organization_id, sent_on desc, id desc) where deleted_at is null;
create index dispatch_document on dispatch (document_id) where document_id is not null;

-- Used by the policy on changed rows: the inspected branch and its overseers may only record that the follow-up is done.
create or replace function app.keeps_findings(changed inspection) returns boolean language sql stable as $$
  select app.is_office(app.role()) or i.inspector_id = app.account()
         or (i.organization_id, i.branch_id, i.inspector_id, i.inspector_role, i.on_date, i.kind, i.findings, i.follow_up, i.follow_up_due_on, i.deleted_at) is not distinct from
            (changed.organization_id, changed.branch_id, changed.inspector_id, changed.inspector_role, changed.on_date, changed.kind, changed.findings, changed.follow_up, changed.follow_up_due_on, changed.deleted_at)
    from inspection i where i.id = changed.id $$;
