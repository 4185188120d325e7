drop function app.has_open_candidacy, app.pipeline, app.admissions, app.lock_sponsor, app.sponsor_loads, app.search_candidates;
drop table sponsorship, nomination, candidate;
