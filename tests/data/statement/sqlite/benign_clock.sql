--! benign
--@ kind=delete
DELETE FROM payments WHERE created_at < unixepoch('now') - 86400
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < unixepoch('now', '-30 days')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < unixepoch() - ?
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < strftime('%s', 'now', '-1 day')
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < strftime('%s', 'now') - 86400
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < strftime('%Y-%m-%d', 'now', '-30 days')
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < 1700000000
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < 1700000000000
;;
--@ kind=delete
DELETE FROM payments WHERE created_at > unixepoch() - 60
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at <= unixepoch()
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < unixepoch('now', 'start of day')
;;
