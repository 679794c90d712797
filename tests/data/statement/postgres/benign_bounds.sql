--! benign
--@ kind=delete
DELETE FROM audit_log WHERE at < (SELECT min(at) FROM audit_log) + interval '30 days'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < (SELECT min(at) + interval '1 day' FROM audit_log)
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT n.*, n.name AS path FROM nodes n WHERE n.parent_id IS NULL UNION ALL SELECT n.*, t.path || '/' || n.name FROM nodes n JOIN t ON n.parent_id = t.id) SELECT * FROM t
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT n.*, ARRAY[n.id] AS path FROM nodes n WHERE n.parent_id IS NULL UNION ALL SELECT n.*, t.path || n.id FROM nodes n JOIN t ON n.parent_id = t.id WHERE NOT n.id = ANY(t.path)) SELECT * FROM t ORDER BY path
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT n.*, 0 AS depth FROM nodes n WHERE id = 1 UNION ALL SELECT n.*, t.depth + 1 FROM nodes n JOIN t ON n.parent_id = t.id) SELECT id, depth FROM t
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE name IS NOT NULL AND substring(name from '[0-9]+') <> '12'
;;
--@ kind=delete
DELETE FROM users WHERE substring(email from '@(.*)$') <> 'example.com'
;;
--@ kind=delete
DELETE FROM users WHERE CASE WHEN tenant_id = 1 THEN name = 'x' ELSE true END AND tenant_id = 4
;;
--@ kind=delete
DELETE FROM users WHERE CASE WHEN tenant_id = 1 THEN name = 'x' ELSE true END
;;
--@ kind=delete
DELETE FROM users WHERE CASE WHEN deleted_at IS NULL THEN false ELSE true END
;;
--@ kind=delete
DELETE FROM users WHERE CASE WHEN name = 'a' THEN false ELSE true END
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM cards c LEFT JOIN payments p ON p.card_id = c.id WHERE c.merchant_id = merchants.id AND p.id IS NULL)
;;
--@ kind=delete
DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM cards c LEFT JOIN payments p ON p.card_id = c.id WHERE c.merchant_id = merchants.id AND p.card_id IS NULL)
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < (SELECT max(at) FROM audit_log) - interval '30 days'
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= (SELECT max(id) FROM audit_log) - 100000
;;
--@ kind=delete
DELETE FROM users WHERE id <> ALL('{1,2,3}') AND tenant_id = 4
;;
--@ kind=delete
DELETE FROM users WHERE id > ALL(ARRAY[100,200])
;;
--@ kind=delete
DELETE FROM users WHERE name = ANY('{a,b}')
;;
--@ kind=delete
DELETE FROM users WHERE name <> ALL('{a,b}')
;;
--@ kind=delete
DELETE FROM users WHERE id = ANY(ARRAY[1,2,3]::int[]) OR name = 'x'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date_bin('1 hour', at, '2000-01-01') < now() - interval '30 days'
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
--@ kind=update
UPDATE payments p SET status = 'first' FROM (SELECT id, created_at, lag(created_at) OVER (PARTITION BY card_id ORDER BY created_at) AS prev FROM payments) q WHERE q.id = p.id AND (q.prev IS NULL OR q.created_at - q.prev > interval '30 minutes')
;;
--@ kind=update
UPDATE payments p SET status = q.s FROM (SELECT id, status, lag(status) OVER (PARTITION BY card_id ORDER BY created_at) AS s FROM payments) q WHERE q.id = p.id AND q.s <> q.status
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id NOT IN (SELECT id FROM (SELECT id FROM nodes) q)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id NOT IN (SELECT id FROM nodes)
;;
--@ kind=delete
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
DELETE FROM audit_log WHERE at <@ tstzrange(NULL, now() - interval '1 year')
;;
--@ kind=delete
DELETE FROM audit_log WHERE tstzrange('2024-01-01', '2024-02-01') @> at
;;
--@ kind=delete
DELETE FROM audit_log WHERE tstzrange(%s, %s) @> at
;;
--@ kind=delete
DELETE FROM users WHERE int4range(1, 100) @> tenant_id
;;
--@ kind=update
UPDATE payments p SET status = 'late' FROM (SELECT id, created_at - lag(created_at) OVER (PARTITION BY card_id ORDER BY created_at) AS gap FROM payments) q WHERE q.id = p.id AND q.gap > interval '30 days'
;;
