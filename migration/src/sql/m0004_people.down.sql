drop function app.pipeline, app.admissions, app.lock_sponsor, app.sponsor_loads, app.search_candidates;
drop table sponsorship, nomination, candidate;
