revoke usage on schema public from ketnap_app, ketnap_backup;
drop schema app cascade;
drop extension if exists unaccent;
