--! adversarial
--@ kind=delete hazards=tautological-where run=fails
DELETE FROM audit_log WHERE at <= extract(epoch from now())
;;
