--! benign
--@ kind=delete run=fails
DELETE FROM audit_log WHERE at <= extract(epoch from now()) - 3600
;;
