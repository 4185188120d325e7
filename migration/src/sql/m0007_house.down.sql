drop table idempotency_key, audit_entry, setting, holiday;
