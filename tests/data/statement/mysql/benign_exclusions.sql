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
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE email = 'a@b.c')
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
