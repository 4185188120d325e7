drop function app.member_counts, app.search_members;
alter table branch_overseer drop constraint branch_overseer_branch;
alter table account drop constraint account_branch;
drop table branch_officer, member, department, branch;
