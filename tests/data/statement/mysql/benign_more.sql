--! benign
--@ kind=select
SELECT DATE_FORMAT(created_at, '%Y-%m') AS m, SUM(amount) FROM payments GROUP BY m WITH ROLLUP
;;
--@ kind=select
SELECT m.name, COUNT(*) AS n FROM merchants m STRAIGHT_JOIN payments p ON p.merchant_id = m.id GROUP BY m.name ORDER BY n DESC LIMIT 10
;;
--@ kind=select
SELECT SQL_CALC_FOUND_ROWS id FROM payments WHERE status = 'open' LIMIT 20
;;
--@ kind=select
SELECT GROUP_CONCAT(DISTINCT status ORDER BY status SEPARATOR ', ') FROM payments
;;
--@ kind=select
SELECT id, JSON_UNQUOTE(JSON_EXTRACT(doc, '$.brand')) AS brand FROM cards WHERE JSON_CONTAINS(doc, '"vip"', '$.tags')
;;
--@ kind=select
SELECT id FROM cards WHERE MATCH (note) AGAINST (? IN BOOLEAN MODE)
;;
--@ kind=select
SELECT HOUR(created_at) AS h, COUNT(*) FROM payments WHERE created_at >= CURDATE() - INTERVAL 7 DAY GROUP BY h
;;
--@ kind=select
SELECT p.id, IFNULL(m.name, '-') FROM payments p LEFT JOIN merchants m USING (id) WHERE p.status <=> NULL
;;
--@ kind=select
WITH RECURSIVE c AS (SELECT id, parent_id, 0 AS lvl FROM nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, n.parent_id, c.lvl + 1 FROM nodes n JOIN c ON n.parent_id = c.id WHERE c.lvl < 10) SELECT * FROM c
;;
--@ kind=select
SELECT t.n FROM (SELECT a.d + 10 * b.d AS n FROM (SELECT 0 AS d UNION SELECT 1 UNION SELECT 2) a CROSS JOIN (SELECT 0 AS d UNION SELECT 1) b) t
;;
--@ kind=select
SELECT ROW_NUMBER() OVER (PARTITION BY card_id ORDER BY created_at DESC) AS rn, id FROM payments
;;
--@ kind=select
SELECT id FROM payments FORCE INDEX (by_card) WHERE card_id = ?
;;
--@ kind=select
SELECT id FROM payments WHERE status = 'open' ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED
;;
--@ kind=select
SELECT TIMESTAMPDIFF(MINUTE, created_at, NOW()) FROM payments WHERE id = ?
;;
--@ kind=select
SELECT CONCAT_WS(' ', name, city) FROM merchants
;;
--@ kind=select
SELECT a.id, b.id FROM payments a JOIN payments b ON b.card_id = a.card_id AND b.amount = a.amount AND b.id > a.id
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < NOW() - INTERVAL 30 DAY ORDER BY id LIMIT ?
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < ? ORDER BY at LIMIT ?
;;
--@ kind=delete
DELETE FROM audit_log WHERE what = 'x' ORDER BY id LIMIT %s
;;
--@ kind=delete
DELETE FROM payments WHERE status = 'void' ORDER BY created_at LIMIT 1000
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= ? ORDER BY id LIMIT ?
;;
--@ kind=delete
DELETE FROM audit_log WHERE id < 5000 ORDER BY id LIMIT ?
;;
--@ kind=delete
DELETE FROM audit_log ORDER BY id LIMIT 100
;;
--@ kind=delete
DELETE p FROM payments p LEFT JOIN cards c ON c.id = p.card_id WHERE c.id IS NULL
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT * FROM (SELECT MIN(id) FROM users GROUP BY email) k)
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < DATE_SUB(CURDATE(), INTERVAL 1 YEAR) LIMIT 500
;;
--@ kind=delete
DELETE FROM audit_log WHERE DATEDIFF(NOW(), at) > 90
;;
--@ kind=delete
DELETE a FROM audit_log a JOIN (SELECT MAX(id) AS m FROM audit_log) q ON a.id < q.m - 100000
;;
--@ kind=update
UPDATE payments p JOIN merchants m ON m.id = p.merchant_id SET p.status = 'held' WHERE m.active = 0
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE status = 'open' ORDER BY id LIMIT 1
;;
--@ kind=update
UPDATE users SET tenant_id = LAST_INSERT_ID(tenant_id + 1) WHERE id = ?
;;
--@ kind=update
UPDATE cards SET doc = JSON_SET(doc, '$.x', 1) WHERE JSON_EXTRACT(doc, '$.x') IS NULL
;;
--@ kind=update
UPDATE users SET name = IF(name = '', email, name) WHERE IF(deleted_at IS NULL, name = '', 0)
;;
--@ kind=update
UPDATE nodes n JOIN nodes p ON p.id = n.parent_id SET n.name = CONCAT(p.name, '/', n.name) WHERE n.id = ?
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES (?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name)
;;
--@ kind=insert
INSERT IGNORE INTO merchants (id, name) VALUES (?, ?), (?, ?)
;;
--@ kind=insert
REPLACE INTO merchants (id, name) VALUES (?, ?)
;;
--@ kind=insert
INSERT INTO audit_log (what) SELECT CONCAT('u', id) FROM users WHERE deleted_at IS NOT NULL
;;
--@ kind=insert
INSERT INTO payments (card_id, amount) VALUES (?, ?) RETURNING id
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-11-15 00:00:00' LIMIT 5000
;;
--@ kind=delete
DELETE FROM audit_log WHERE at + 0 < 20200101000000
;;
--@ kind=delete
DELETE FROM audit_log WHERE at = 0
;;
--@ kind=delete
DELETE FROM payments WHERE YEAR(created_at) = 2025 AND MONTH(created_at) = 10
;;
--@ kind=delete
DELETE FROM payments WHERE DATE(created_at) = '2025-11-29'
;;
--@ kind=delete
DELETE FROM payments WHERE created_at + INTERVAL 1 YEAR < NOW()
;;
--@ kind=delete
DELETE FROM users WHERE FIND_IN_SET(id, ?)
;;
--@ kind=delete
DELETE FROM users WHERE name REGEXP '^[0-9]+$'
;;
--@ kind=delete
DELETE FROM users WHERE id REGEXP '^9'
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id FROM payments WHERE status = 'void' LIMIT 100) q)
;;
--@ kind=delete
DELETE u FROM users u JOIN (SELECT email, MIN(id) AS keep_id FROM users GROUP BY email HAVING COUNT(*) > 1) d ON d.email = u.email AND u.id <> d.keep_id
;;
--@ kind=delete
DELETE u FROM users u JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY email ORDER BY id) AS rn FROM users) q ON q.id = u.id WHERE q.rn > 1
;;
--@ kind=delete
DELETE p FROM payments p JOIN merchants m ON m.id = p.merchant_id AND m.active = 0
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < (SELECT * FROM (SELECT MAX(at) - INTERVAL 90 DAY FROM audit_log) q)
;;
--@ kind=select
WITH RECURSIVE seq AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM seq WHERE n < 100) SELECT n FROM seq
;;
--@ kind=select
WITH RECURSIVE cal AS (SELECT DATE('2026-01-01') AS d UNION ALL SELECT d + INTERVAL 1 DAY FROM cal WHERE d < '2025-12-31') SELECT d, COUNT(p.id) FROM cal LEFT JOIN payments p ON DATE(p.created_at) = d GROUP BY d
;;
--@ kind=select
SELECT n1.name, n2.name, n3.name FROM nodes n1 LEFT JOIN nodes n2 ON n2.parent_id = n1.id LEFT JOIN nodes n3 ON n3.parent_id = n2.id
;;
--@ kind=select
SELECT JSON_OBJECTAGG(status, n) FROM (SELECT status, COUNT(*) AS n FROM payments GROUP BY status) q
;;
--@ kind=select
SELECT jt.tag, COUNT(*) FROM cards c, JSON_TABLE(c.doc, '$.tags[*]' COLUMNS (tag VARCHAR(50) PATH '$')) jt GROUP BY jt.tag
;;
--@ kind=select
SELECT YEARWEEK(created_at, 3) AS w, SUM(amount) FROM payments GROUP BY w
;;
--@ kind=select
SELECT * FROM users WHERE (tenant_id, email) IN ((?, ?), (?, ?))
;;
--@ kind=show
SHOW FULL COLUMNS FROM payments
;;
--@ kind=select
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY ORDINAL_POSITION
;;
--@ kind=select
SELECT id FROM merchants WHERE name LIKE CONCAT('%', ?, '%') ORDER BY CHAR_LENGTH(name), name LIMIT 5
;;
--@ kind=show
GET DIAGNOSTICS @n = NUMBER, @r = ROW_COUNT
;;
