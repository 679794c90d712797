--! benign
--@ kind=delete
DELETE FROM payments WHERE created_at < unix_timestamp() - 86400
;;
