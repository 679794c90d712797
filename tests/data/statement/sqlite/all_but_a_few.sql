--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id = 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (1, 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id >= 2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT id <= 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 5 OR id > 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT BETWEEN 5 AND 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 5 AND id <> 6
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id = 5 OR id = 6)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (tenant_id = 5 AND id = 6)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (tenant_id, id) <> (5, 6)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id = 5 THEN 0 ELSE 1 END = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id + 0 <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id - 5 <> 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(id) <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 5 OR name = 'x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 2 AND 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> (SELECT id FROM users WHERE email = 'x')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT id = (SELECT id FROM users LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE id = 3)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM (SELECT id FROM users LIMIT 1) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id <> 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id = 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users) q WHERE n > 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY email) AS n FROM users) q WHERE n <> 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM users) q WHERE p IS NOT NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lead(id) OVER (ORDER BY name) AS p FROM users) q WHERE p > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(1) OVER (ORDER BY id) AS p FROM users) q WHERE p = 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'a' WHERE id <> 5
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'a' WHERE id IS NOT NULL AND NOT id IN (1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ?
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE rowid <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (VALUES (5), (6))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id LIMIT -1 OFFSET 1)
;;
