--! benign
--@ kind=delete
DELETE FROM audit_log WHERE at < 20200101
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < 20200101000000
;;
--@ kind=delete
DELETE FROM audit_log WHERE at >= 20200101 AND at < 20200201
;;
--@ kind=select
SELECT GET_LOCK('job', 10)
;;
--@ kind=select
SELECT RELEASE_LOCK('job')
;;
--@ kind=select
SELECT IS_FREE_LOCK('job')
;;
--@ kind=select
SELECT IS_USED_LOCK('job')
;;
--@ kind=select
DO RELEASE_LOCK('job')
;;
--@ kind=select
SELECT GET_LOCK(%s, %s)
;;
--@ kind=select
SELECT RELEASE_ALL_LOCKS()
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < (SELECT m FROM (SELECT min(at) AS m FROM audit_log) q) + INTERVAL 30 DAY
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < DATE_ADD((SELECT m FROM (SELECT min(at) AS m FROM audit_log) q), INTERVAL 30 DAY)
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT n.*, CAST(n.name AS CHAR(900)) AS path FROM nodes n WHERE n.parent_id IS NULL UNION ALL SELECT n.*, CONCAT(t.path, '/', n.name) FROM nodes n JOIN t ON n.parent_id = t.id) SELECT * FROM t
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM cards c LEFT JOIN payments p ON p.card_id = c.id WHERE c.merchant_id = merchants.id AND p.id IS NULL)
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM cards c LEFT JOIN payments p ON p.card_id = c.id WHERE c.merchant_id = merchants.id AND p.card_id IS NULL)
;;
--@ kind=delete
DELETE FROM audit_log WHERE LAST_DAY(at) < '2024-01-31'
;;
--@ kind=delete
DELETE FROM audit_log WHERE TIMESTAMP(at) < '2024-01-31'
;;
--@ kind=delete
DELETE FROM audit_log WHERE CONVERT_TZ(at, '+00:00', 'Europe/Berlin') < NOW() - INTERVAL 1 YEAR
;;
--@ kind=delete
DELETE FROM audit_log WHERE STR_TO_DATE(what, '%Y-%m-%d') < CURDATE() - INTERVAL 1 YEAR
;;
--@ kind=delete
DELETE FROM audit_log WHERE YEARWEEK(at) < 202401
;;
--@ kind=delete
DELETE FROM audit_log WHERE YEARWEEK(at, 1) = YEARWEEK(CURDATE(), 1)
;;
--@ kind=delete
DELETE FROM audit_log WHERE ADDTIME(at, '100:00:00') < NOW()
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY what ORDER BY id) AS rn FROM audit_log) q WHERE rn > 1)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, what, lag(what) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p = what)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id < m)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id <> m)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY what) AS n FROM audit_log) q WHERE n > 1)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, amount, lag(amount) OVER (PARTITION BY card_id ORDER BY created_at) AS p FROM payments) q WHERE p > amount)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, lead(id) OVER (PARTITION BY card_id ORDER BY created_at) AS nxt FROM payments) q WHERE nxt IS NULL)
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE id - p > 1)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id NOT IN (SELECT id FROM (SELECT id FROM nodes) q)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id NOT IN (SELECT id FROM nodes)
;;
--@ kind=delete server=mysql
WITH keep AS (SELECT id FROM nodes WHERE name = 'x') DELETE FROM nodes WHERE parent_id NOT IN (SELECT id FROM keep)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id IS NOT NULL AND parent_id NOT IN (SELECT n.id FROM nodes n)
;;
--@ kind=select
SELECT count(*) FROM cards a JOIN payments b ON a.id = b.card_id JOIN users c ON b.merchant_id <> c.tenant_id
;;
--@ kind=select
SELECT count(*) FROM payments p JOIN merchants m ON p.amount >= m.id JOIN nodes n ON p.amount < n.id WHERE p.id = 5
;;
--@ kind=select
SELECT a.id, b.id FROM users a JOIN users b ON a.email = b.email AND a.id < b.id
;;
--@ kind=select
SELECT a.id FROM users a JOIN users b ON a.email = b.email AND a.id < b.id JOIN users c ON c.email = a.email AND b.id < c.id
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (ORDER BY deleted_at) AS n FROM users) q WHERE n > 0.9)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, id - lag(id) OVER (ORDER BY id) AS d FROM users) q WHERE d > 1000)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE name = 'x') OR id IN (SELECT id FROM users WHERE email = 'y')
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, sum(amount) OVER (PARTITION BY card_id ORDER BY created_at) AS s FROM payments) q WHERE s > 1000)
;;
--@ kind=delete
DELETE FROM users WHERE id = 1 OR 1 = 2
;;
--@ kind=delete
DELETE FROM users WHERE id = 1 AND 1 = '1'
;;
