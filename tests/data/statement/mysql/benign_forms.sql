--! benign
--@ kind=delete
DELETE FROM audit_log ORDER BY id LIMIT 1000
;;
--@ kind=delete
DELETE FROM audit_log ORDER BY at LIMIT 500
;;
--@ kind=update
UPDATE payments SET status = 'taken' ORDER BY created_at LIMIT 10
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE JSON_VALUE(doc, '$.a') IS NULL
;;
--@ kind=set
SET @@SESSION.sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')
;;
