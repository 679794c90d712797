--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= unix_timestamp()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM payments WHERE created_at <= unix_timestamp(now())
;;
