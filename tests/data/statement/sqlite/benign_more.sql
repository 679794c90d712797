--! benign
--@ kind=select
SELECT strftime('%Y-%m', created_at) AS month, sum(amount) FROM payments GROUP BY month ORDER BY month
;;
--@ kind=select
SELECT id, json_extract(doc, '$.brand') AS brand FROM cards WHERE json_extract(doc, '$.active') = 1
;;
--@ kind=select
SELECT j.value, count(*) FROM cards, json_each(cards.doc, '$.tags') j GROUP BY j.value
;;
--@ kind=select
SELECT typeof(amount), count(*) FROM payments GROUP BY 1
;;
--@ kind=select
SELECT id FROM users WHERE typeof(name) = 'blob'
;;
--@ kind=select
SELECT count(*), total(amount), avg(amount) FROM payments WHERE created_at >= date('now', '-30 days')
;;
--@ kind=select
WITH RECURSIVE dates(d) AS (SELECT '2026-01-01' UNION ALL SELECT date(d, '+1 day') FROM dates WHERE d < '2026-01-31') SELECT d, (SELECT count(*) FROM payments WHERE date(created_at) = d) FROM dates
;;
--@ kind=select
WITH RECURSIVE up(id, parent_id) AS (SELECT id, parent_id FROM nodes WHERE id = ? UNION ALL SELECT n.id, n.parent_id FROM nodes n, up WHERE n.id = up.parent_id) SELECT id FROM up
;;
--@ kind=select
WITH RECURSIVE c AS (SELECT * FROM nodes WHERE id = ? UNION ALL SELECT n.* FROM nodes n JOIN c ON n.parent_id = c.id) SELECT * FROM c
;;
--@ kind=select
WITH digits(d) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) SELECT a.d + 10 * b.d + 100 * c.d AS n FROM digits a, digits b, digits c
;;
--@ kind=select
WITH digits(d) AS (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM digits a, digits b, digits c, digits e
;;
--@ kind=select
SELECT p.*, sum(amount) OVER (PARTITION BY card_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM payments p
;;
--@ kind=select
SELECT group_concat(name, ', ') FROM merchants WHERE city = ?
;;
--@ kind=select
SELECT iif(amount > 100, 'large', 'small') AS size, count(*) FROM payments GROUP BY size
;;
--@ kind=select
SELECT a.id FROM payments a JOIN payments b ON b.card_id = a.card_id AND b.id <> a.id AND abs(julianday(b.created_at) - julianday(a.created_at)) < 0.001
;;
--@ kind=select
SELECT name FROM pragma_table_info('cards')
;;
--@ kind=select
SELECT CAST(amount * 100 AS INTEGER) FROM payments WHERE id IN (SELECT value FROM json_each(?))
;;
--@ kind=select
SELECT m.name, count(p.id) FROM merchants m LEFT JOIN payments p ON p.merchant_id = m.id AND p.status = 'paid' GROUP BY m.id HAVING count(p.id) > 0
;;
--@ kind=select
SELECT unixepoch(created_at) / 3600 * 3600 AS h, count(*) FROM payments GROUP BY h
;;
--@ kind=select
SELECT first_value(amount) OVER (PARTITION BY card_id ORDER BY created_at DESC) FROM payments
;;
--@ kind=delete
DELETE FROM users WHERE typeof(name) = 'blob'
;;
--@ kind=delete
DELETE FROM users WHERE typeof(email) = 'null'
;;
--@ kind=delete
DELETE FROM users WHERE typeof(name) IN ('blob', 'null')
;;
--@ kind=delete
DELETE FROM payments WHERE created_at < datetime('now', '-1 year')
;;
--@ kind=delete
DELETE FROM payments WHERE julianday('now') - julianday(created_at) > 365
;;
--@ kind=delete
DELETE FROM users WHERE rowid NOT IN (SELECT min(rowid) FROM users GROUP BY email)
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT value FROM json_each(?))
;;
--@ kind=delete
DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_log ORDER BY id DESC LIMIT -1 OFFSET 1000)
;;
--@ kind=delete
DELETE FROM audit_log WHERE strftime('%s', 'now') - strftime('%s', at) > 86400
;;
--@ kind=delete
DELETE FROM users WHERE json_extract(name, '$.x') = 1
;;
--@ kind=update
UPDATE users SET name = CAST(name AS TEXT) WHERE typeof(name) = 'blob'
;;
--@ kind=update
UPDATE payments SET amount = CAST(amount AS REAL) WHERE typeof(amount) = 'blob'
;;
--@ kind=update
UPDATE cards SET doc = json_set(doc, '$.seen', 1) WHERE json_extract(doc, '$.seen') IS NULL
;;
--@ kind=update
UPDATE payments SET status = j.value FROM json_each(?) j WHERE j.key = payments.id
;;
--@ kind=update
UPDATE users SET name = trim(name) WHERE name LIKE ' %' OR name LIKE '% '
;;
--@ kind=update
UPDATE users SET deleted_at = CURRENT_TIMESTAMP WHERE id = ? AND deleted_at IS NULL RETURNING id
;;
--@ kind=update
UPDATE payments SET status = 'late' WHERE status = 'open' AND date(created_at, '+30 days') < date('now')
;;
--@ kind=insert
INSERT INTO users (id, name) SELECT value ->> 'id', value ->> 'name' FROM json_each(?) WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES (?, ?), (?, ?) ON CONFLICT (email) DO UPDATE SET name = excluded.name WHERE excluded.name <> ''
;;
--@ kind=insert
INSERT OR IGNORE INTO merchants (id, name) VALUES (?, ?)
;;
--@ kind=insert
INSERT INTO audit_log (what) SELECT 'u:' || id FROM users WHERE deleted_at IS NOT NULL
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-11-15'
;;
--@ kind=delete
DELETE FROM audit_log WHERE date(at) < '2025-10-01'
;;
--@ kind=delete
DELETE FROM audit_log WHERE strftime('%Y-%m', at) = '2025-10'
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT value FROM json_each('[1,2,3]'))
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE tenant_id = 1 EXCEPT SELECT merchant_id FROM payments)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS n FROM users) WHERE n > 1)
;;
--@ kind=delete
DELETE FROM users WHERE id IS NOT 5 AND tenant_id = 4
;;
--@ kind=delete
DELETE FROM users WHERE typeof(tenant_id) = 'blob'
;;
--@ kind=delete
DELETE FROM users WHERE email IS 'a@x.org'
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2025-11-01'
;;
--@ kind=insert
INSERT INTO users (id, name) SELECT j.value, 'x' FROM json_each(?) j WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT INTO users (id, name) SELECT json_extract(value, '$.id'), json_extract(value, '$.name') FROM json_each(?) WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT INTO users (id, name) SELECT value, 'x' FROM json_each('[1,2,3]') WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
