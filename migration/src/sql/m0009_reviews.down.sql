drop function app.review_calendar(int, int), app.in_open_review(uuid);
drop trigger candidate_entry on candidate;
drop table review_item, review, source_plan_entry, source_plan;
drop function app.link_entries(), app.entry_counts(), app.plan_candidates(uuid[]);
drop trigger nomination_reason on nomination;
drop function app.nomination_reason();
alter table nomination drop column outcome_reason;
alter table candidate drop column planned_year;
alter table branch drop column founded_on, drop column closed_on, drop column merged_into_id;
