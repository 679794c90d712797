--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < strftime('%s', 'now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= unixepoch()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < julianday('now')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < CAST(strftime('%s', 'now') AS INTEGER)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= unixepoch('now', '+1 day')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE unixepoch() > created_at
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE NOT at > unixepoch()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE created_at < unixepoch() * 1000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE created_at < unixepoch() + 3600
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE created_at < strftime('%s', 'now') + 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at BETWEEN 0 AND unixepoch()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at < 4000000000
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE created_at < strftime('%Y-%m-%d %H:%M:%S', 'now', '+1 second')
;;
