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
--@ kind=delete
DELETE FROM users WHERE SUBSTRING_INDEX(email, '@', -1) <> 'corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE SUBSTRING_INDEX(email, '@', -1) NOT IN ('corp.com', 'x.org')
;;
--@ kind=delete
DELETE FROM users WHERE SUBSTRING_INDEX(email, '@', -1) NOT LIKE '%.com'
;;
--@ kind=delete
DELETE FROM users WHERE RIGHT(email, 9) <> '@corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE LOWER(TRIM(email)) NOT IN ('a@b.c')
;;
--@ kind=delete
DELETE FROM users WHERE REGEXP_REPLACE(name, '[^0-9]', '') = '123'
;;
--@ kind=delete
DELETE FROM users WHERE REGEXP_SUBSTR(email, '@.*$') = '@corp.com'
;;
--@ kind=delete
DELETE FROM users WHERE CONCAT_WS(' ', name, email) LIKE '%test%'
;;
--@ kind=delete
DELETE FROM users WHERE email NOT REGEXP '@corp\\.com$'
;;
--@ kind=delete
DELETE FROM users WHERE MOD(id, 10) = 3
;;
--@ kind=delete
DELETE FROM users WHERE id % 2
;;
--@ kind=delete
DELETE FROM users WHERE CRC32(email) % 100 = 7
;;
--@ kind=delete
DELETE FROM payments WHERE DATE(created_at) <> CURDATE()
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < CURDATE()
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < CURDATE() - INTERVAL 30 DAY
;;
--@ kind=delete
DELETE FROM payments WHERE DATE(created_at) BETWEEN '2026-01-01' AND '2026-01-31'
;;
--@ kind=delete
DELETE FROM payments WHERE DAYOFWEEK(created_at) IN (1, 7)
;;
--@ kind=delete
DELETE FROM payments WHERE HOUR(created_at) NOT BETWEEN 8 AND 18
;;
--@ kind=delete
DELETE FROM payments WHERE MONTH(created_at) = 1 AND YEAR(created_at) = 2026
;;
--@ kind=delete
DELETE FROM payments WHERE LAST_DAY(created_at) = '2026-01-31'
;;
--@ kind=delete
DELETE FROM payments WHERE DATE_FORMAT(created_at, '%Y%m') <> '202601'
;;
--@ kind=delete
DELETE FROM payments WHERE TIMESTAMPDIFF(MONTH, created_at, NOW()) >= 6
;;
--@ kind=delete
DELETE FROM payments WHERE created_at + INTERVAL 7 DAY < NOW()
;;
--@ kind=delete
DELETE FROM payments WHERE PERIOD_DIFF(DATE_FORMAT(NOW(), '%Y%m'), DATE_FORMAT(created_at, '%Y%m')) > 12
;;
--@ kind=delete
DELETE FROM payments WHERE IFNULL(status, '') NOT IN ('open', 'paid')
;;
--@ kind=delete
DELETE FROM payments WHERE NOT (status <=> 'open')
;;
--@ kind=delete
DELETE FROM payments WHERE IF(amount > 100, 'big', 'small') = 'big'
;;
--@ kind=delete
DELETE FROM payments WHERE FIELD(status, 'open', 'paid') = 0
;;
--@ kind=delete
DELETE FROM payments WHERE FIND_IN_SET(status, 'open,paid') = 0
;;
--@ kind=delete
DELETE FROM payments WHERE (card_id, merchant_id) IN (SELECT id, merchant_id FROM cards WHERE note = 'x')
;;
--@ kind=delete
DELETE p FROM payments p JOIN (SELECT card_id, MAX(created_at) AS last FROM payments GROUP BY card_id) l ON l.card_id = p.card_id AND p.created_at < l.last
;;
--@ kind=delete
DELETE p FROM payments p JOIN cards c ON c.id = p.card_id WHERE c.merchant_id = 7
;;
--@ kind=delete
DELETE p, c FROM payments p JOIN cards c ON c.id = p.card_id WHERE c.id = 5
;;
--@ kind=delete
DELETE FROM payments WHERE amount > (SELECT * FROM (SELECT AVG(amount) * 10 FROM payments) t)
;;
--@ kind=delete
DELETE FROM payments WHERE id NOT IN (SELECT * FROM (SELECT MIN(id) FROM payments GROUP BY card_id) t)
;;
--@ kind=delete
DELETE FROM payments WHERE id < (SELECT * FROM (SELECT MAX(id) - 1000 FROM payments) t)
;;
--@ kind=delete
DELETE FROM payments WHERE status = 'x' LIMIT 100000
;;
--@ kind=delete
DELETE FROM payments ORDER BY created_at LIMIT 100
;;
--@ kind=update
UPDATE payments p JOIN cards c ON c.id = p.card_id SET p.merchant_id = c.merchant_id WHERE p.merchant_id IS NULL
;;
--@ kind=update
UPDATE payments p JOIN (SELECT 5 AS m) v ON v.m = p.merchant_id SET p.status = 'x'
;;
--@ kind=update
UPDATE payments SET status = CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'b' END WHERE id IN (1, 2)
;;
--@ kind=update
UPDATE payments SET status = ELT(FIELD(id, 1, 2), 'a', 'b') WHERE id IN (1, 2)
;;
--@ kind=update
UPDATE users SET name = TRIM(name) WHERE name REGEXP '^ | $'
;;
--@ kind=update
UPDATE users SET name = TRIM(name) WHERE name <> TRIM(name)
;;
--@ kind=update
UPDATE users SET name = TRIM(name) WHERE CHAR_LENGTH(name) <> CHAR_LENGTH(TRIM(name))
;;
--@ kind=update
UPDATE users SET email = LOWER(email) WHERE BINARY email <> LOWER(email)
;;
--@ kind=update
UPDATE users SET email = LOWER(email) WHERE email COLLATE latin1_bin <> LOWER(email)
;;
--@ kind=update
UPDATE cards SET doc = JSON_REMOVE(doc, '$.a') WHERE JSON_CONTAINS_PATH(doc, 'one', '$.a')
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE JSON_TYPE(JSON_EXTRACT(doc, '$.a')) = 'NULL'
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE JSON_SEARCH(doc, 'one', 'x') IS NOT NULL
;;
--@ kind=select
SELECT q.object, qualify FROM (SELECT 1 AS object, 2 AS qualify) q WHERE object < 5
;;
--@ kind=select
SELECT ENCRYPT(note) FROM cards WHERE id = 1
;;
