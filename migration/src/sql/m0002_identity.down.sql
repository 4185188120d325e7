drop function app.own_secret, app.set_secret, app.revoke_session, app.rotate, app.open_session, app.sign_in, app.enter_door, app.enter;
drop table branch_overseer, session, credential, account;
drop table organization;
drop function app.parent_organization;
