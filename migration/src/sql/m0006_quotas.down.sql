drop table quota_revision, quota_line, quota_plan, term;
