drop function app.member_counts, app.search_names;
alter table branch_overseer drop constraint branch_overseer_branch;
alter table account drop constraint account_branch;
drop table name_word, branch_officer, member, department, branch;
drop function app.change_name, app.add_names, app.name_words;
