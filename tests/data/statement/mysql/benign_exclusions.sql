--! benign
--@ kind=delete
DELETE FROM users WHERE name <> 'x'
;;
--@ kind=delete
DELETE FROM users WHERE NOT (name = 'x')
;;
--@ kind=delete
DELETE FROM users WHERE tenant_id <> 5
;;
--@ kind=delete
DELETE FROM users WHERE id <> 5 AND tenant_id = 3
;;
--@ kind=delete
DELETE FROM users WHERE id % 10 <> 0
;;
--@ kind=delete
DELETE FROM users WHERE id > 100000
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE name = 'x')
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) AS n FROM users) q WHERE n <> 1)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id DESC) AS n FROM users) q WHERE n > 1000)
;;
--@ kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (PARTITION BY email ORDER BY id) AS p FROM users) q WHERE p IS NOT NULL)
;;
--@ kind=update
UPDATE users SET name = 'a' WHERE name <> 'a'
;;
--@ kind=update
UPDATE users SET tenant_id = 1 WHERE NOT tenant_id = 1
;;
--@ kind=update
UPDATE merchants SET name = 'a' WHERE id <> %s AND name = 'a'
;;
--@ kind=update
UPDATE merchants SET active = false WHERE NOT (id = %s)
;;
--@ kind=delete
DELETE FROM users WHERE id NOT IN (%s, %s)
;;
--@ kind=delete
DELETE FROM nodes WHERE parent_id = 3 AND id <> 4
;;
--@ kind=delete
DELETE FROM users WHERE concat_ws(' ', name, email) LIKE '%spam%'
;;
--@ kind=delete
DELETE FROM payments WHERE date_format(created_at, '%Y-%m') LIKE '2024-%'
;;
--@ kind=delete
DELETE p1 FROM payments p1 JOIN payments p2 ON p1.card_id = p2.card_id AND p1.id < p2.id
;;
--@ kind=delete
DELETE FROM payments WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (PARTITION BY card_id ORDER BY amount) AS r FROM payments) q WHERE r > 0.5)
;;
--@ kind=update
UPDATE users SET name = concat(name, ' x') WHERE concat(name, ' ', email) LIKE '% a@b.c'
;;
--@ kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.name = 'x')
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT card_id FROM payments GROUP BY card_id HAVING max(id) <> 5)
;;
--@ kind=delete
DELETE FROM payments WHERE card_id IN (SELECT card_id FROM payments GROUP BY card_id HAVING count(*) > 3)
;;
--@ kind=delete
DELETE FROM users WHERE id % 4 = 1
;;
--@ kind=delete
DELETE FROM users WHERE mod(id, 10) <> 3
;;
--@ kind=delete
DELETE FROM users WHERE id = 5 AND length(name) > 3
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE id = abs(-5)
;;
--@ kind=delete
DELETE FROM users WHERE id > abs(1000)
;;
--@ kind=delete
DELETE FROM users WHERE find_in_set(id, '5,6')
;;
--@ kind=delete
DELETE FROM users WHERE field(id, 5, 6) > 0
;;
--@ kind=delete
DELETE u FROM users u LEFT JOIN users v ON v.id = u.id AND v.name = 'x' WHERE v.id IS NULL
;;
--@ kind=delete
DELETE u FROM users u LEFT JOIN payments p ON p.card_id = u.id WHERE p.id IS NULL
;;
--@ kind=delete
DELETE FROM nodes WHERE id NOT IN (SELECT parent_id FROM nodes WHERE parent_id IS NOT NULL)
;;
--@ kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM payments p WHERE p.card_id = users.id AND p.id > 5)
;;
--@ kind=update
UPDATE users SET tenant_id = NULL WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE m.id = users.tenant_id AND m.id <> 5)
;;
--@ kind=delete
DELETE FROM users WHERE find_in_set('vip', name) = 0
;;
--@ kind=delete
DELETE FROM users WHERE find_in_set(id, '5,6')
;;
--@ kind=delete
DELETE FROM users WHERE find_in_set(id, ?) = 0
;;
--@ kind=delete
DELETE FROM users WHERE field(name, 'a', 'b') = 0
;;
--@ kind=delete
DELETE FROM users WHERE strcmp(name, 'a') = 0
;;
--@ kind=delete
DELETE FROM users WHERE id MOD 7 <> 5
;;
--@ kind=delete
DELETE FROM users WHERE field(id, 5, 6) = 1
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE lower(name) <> 'x'
;;
--@ kind=update
UPDATE users SET name = 'x' WHERE substr(email, 1, 1) <> 'u'
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE amount / 100 <> 2
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE coalesce(amount, 0) - 4 <> 44
;;
--@ kind=update
UPDATE payments SET status = 'x' WHERE length(status) + 1 <> 12
;;
