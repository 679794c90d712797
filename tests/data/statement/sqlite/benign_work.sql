--! benign
--@ kind=select
SELECT u.id, u.name, count(p.id) AS n, sum(p.amount) AS total FROM users u LEFT JOIN payments p ON p.merchant_id = u.tenant_id WHERE u.deleted_at IS NULL GROUP BY u.id, u.name HAVING count(p.id) > 3 ORDER BY total DESC LIMIT 20
;;
--@ kind=select
SELECT status, count(*) FROM payments WHERE created_at >= '2024-01-01' AND created_at < '2024-02-01' GROUP BY status ORDER BY 2 DESC
;;
--@ kind=select
SELECT card_id, amount, sum(amount) OVER (PARTITION BY card_id ORDER BY created_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM payments WHERE card_id = 5
;;
--@ kind=select
SELECT id, amount, amount - lag(amount) OVER (PARTITION BY card_id ORDER BY created_at) AS diff FROM payments WHERE merchant_id = 3
;;
--@ kind=select
SELECT * FROM (SELECT p.*, row_number() OVER (PARTITION BY card_id ORDER BY created_at DESC) AS rn FROM payments p) q WHERE rn = 1
;;
--@ kind=select
SELECT m.name, (SELECT max(created_at) FROM payments p WHERE p.merchant_id = m.id) AS latest FROM merchants m WHERE m.active = true
;;
--@ kind=select
SELECT name FROM merchants WHERE id IN (SELECT merchant_id FROM payments GROUP BY merchant_id HAVING sum(amount) > 1000)
;;
--@ kind=select
SELECT name FROM merchants m WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.merchant_id = m.id)
;;
--@ kind=select
SELECT id, pan, holder FROM cards WHERE id = 17
;;
--@ kind=select
SELECT count(DISTINCT pan) FROM cards WHERE merchant_id = 4
;;
--@ kind=select
SELECT merchant_id, count(*) FROM cards WHERE pan IS NOT NULL GROUP BY merchant_id
;;
--@ kind=select
WITH m AS (SELECT merchant_id, sum(amount) AS s FROM payments GROUP BY merchant_id) SELECT merchant_id, s, s * 100.0 / (SELECT sum(s) FROM m) AS share FROM m ORDER BY s DESC LIMIT 10
;;
--@ kind=select
SELECT CASE WHEN amount < 10 THEN 'small' WHEN amount < 100 THEN 'medium' ELSE 'large' END AS size, count(*) FROM payments GROUP BY CASE WHEN amount < 10 THEN 'small' WHEN amount < 100 THEN 'medium' ELSE 'large' END
;;
--@ kind=select
SELECT id FROM payments WHERE status IN ('open', 'held') ORDER BY created_at LIMIT 50
;;
--@ kind=select
SELECT p.id, c.holder FROM payments p JOIN cards c ON c.id = p.card_id WHERE p.id = 3
;;
--@ kind=select
SELECT id, name FROM users WHERE lower(email) = lower('A@b.c')
;;
--@ kind=select
SELECT id FROM users WHERE name LIKE 'An%' ORDER BY name LIMIT 10
;;
--@ kind=select
SELECT id FROM nodes WHERE parent_id IS NULL UNION ALL SELECT id FROM merchants WHERE city = 'Bern'
;;
--@ kind=select
WITH RECURSIVE t AS (SELECT id, parent_id, 0 AS depth FROM nodes WHERE id = 1 UNION ALL SELECT n.id, n.parent_id, t.depth + 1 FROM nodes n JOIN t ON n.parent_id = t.id WHERE t.depth < 20) SELECT * FROM t
;;
--@ kind=insert
INSERT INTO users (email, name) VALUES ('a@b.c', 'A'), ('d@e.f', 'D')
;;
--@ kind=insert
INSERT INTO payments (card_id, amount, status, created_at, merchant_id) VALUES (1, 9.5, 'new', CURRENT_TIMESTAMP, 2)
;;
--@ kind=update
UPDATE users SET name = 'B' WHERE id = 4
;;
--@ kind=update
UPDATE users SET name = upper(name) WHERE id IN (4, 5, 6)
;;
--@ kind=update
UPDATE users SET deleted_at = CURRENT_TIMESTAMP WHERE id = 4 AND deleted_at IS NULL
;;
--@ kind=update
UPDATE payments SET status = 'settled' WHERE status = 'pending' AND created_at < '2024-03-01'
;;
--@ kind=update
UPDATE payments SET status = 'late' WHERE status <> 'paid' AND merchant_id = 7
;;
--@ kind=update
UPDATE payments SET amount = amount * 1.1 WHERE merchant_id = 3 AND status = 'open'
;;
--@ kind=update
UPDATE merchants SET active = false WHERE id NOT IN (SELECT merchant_id FROM payments WHERE created_at > '2024-01-01' AND merchant_id IS NOT NULL)
;;
--@ kind=update
UPDATE merchants SET city = 'Bern' WHERE id = (SELECT merchant_id FROM cards WHERE id = 5)
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE email = 'a@b.c' OR email = 'd@e.f'
;;
--@ kind=update
UPDATE users SET name = CASE id WHEN 1 THEN 'a' WHEN 2 THEN 'b' END WHERE id IN (1, 2)
;;
--@ kind=delete
DELETE FROM users WHERE id = 5
;;
--@ kind=delete
DELETE FROM users WHERE email LIKE '%@example.com'
;;
--@ kind=delete
DELETE FROM users WHERE deleted_at IS NOT NULL AND deleted_at < '2023-01-01'
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id = 4 AND name IS NULL
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id IN (SELECT id FROM merchants WHERE active = false)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id)
;;
--@ kind=delete
DELETE FROM payments WHERE status = 'void' AND created_at < '2023-06-30'
;;
--@ kind=delete
DELETE FROM payments WHERE card_id NOT IN (SELECT id FROM cards)
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < '2023-01-01'
;;
--@ kind=delete
DELETE FROM audit_log WHERE id <= 100000 AND what = 'login'
;;
--@ kind=delete
DELETE FROM audit_log WHERE id BETWEEN 1000 AND 2000
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id = 5 OR id = 5
;;
--@ kind=delete
DELETE FROM users WHERE length(name) = 0
;;
--@ kind=delete
DELETE FROM users WHERE length(name) > 100
;;
--@ kind=delete
DELETE FROM users WHERE name = '' OR name IS NULL
;;
--@ kind=delete
DELETE FROM users WHERE coalesce(name, '') = ''
;;
--@ kind=delete
DELETE FROM users WHERE trim(name) = ''
;;
--@ kind=delete
DELETE FROM users WHERE substr(email, 1, 5) = 'test_'
;;
--@ kind=delete
DELETE FROM users WHERE (tenant_id, name) IN ((1, 'a'), (2, 'b'))
;;
--@ kind=insert
INSERT INTO users (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=insert
INSERT OR IGNORE INTO users (id, name) VALUES (1, 'a')
;;
--@ kind=delete
DELETE FROM audit_log WHERE at < datetime('now', '-90 days')
;;
--@ kind=delete
DELETE FROM audit_log WHERE date(at) = '2024-01-05'
;;
--@ kind=select
SELECT strftime('%Y-%m', created_at) AS m, sum(amount) FROM payments GROUP BY m
;;
--@ kind=show
PRAGMA table_info(users)
;;
--@ kind=select
SELECT name, sql FROM sqlite_master WHERE type = 'table'
;;
--@ kind=update
UPDATE users SET name = m.name FROM merchants m WHERE m.id = users.tenant_id AND users.id = 4
;;
--@ kind=insert writes=cards_fts run=fails
INSERT INTO cards_fts (cards_fts) VALUES ('optimize')
;;
--@ kind=insert writes=cards_fts run=fails
INSERT INTO cards_fts (cards_fts, rank) VALUES ('merge', 16)
;;
