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
DELETE FROM users WHERE id <> %s
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id <=> 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> 5 XOR id = 3
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u LEFT JOIN (SELECT max(id) AS m FROM users) q ON q.m = u.id WHERE q.m IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE u FROM users u JOIN (SELECT max(id) AS m FROM users) q ON u.id <> q.m
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT id FROM (SELECT id FROM users ORDER BY id LIMIT 1) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM (SELECT max(id) AS m FROM users) q WHERE q.m = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, ntile(1000000) OVER (ORDER BY id) AS t FROM users) q WHERE t > 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (ORDER BY id) AS t FROM users) q WHERE t > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, cume_dist() OVER (ORDER BY id) AS t FROM users) q WHERE t < 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, sum(1) OVER (ORDER BY id) AS t FROM users) q WHERE t > 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS t FROM users) q WHERE t > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY 1 ORDER BY id) AS t FROM users) q WHERE t > 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER (ORDER BY id) AS t FROM users) q WHERE t >= 2)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, coalesce(lag(id) OVER (ORDER BY id), 0) AS t FROM users) q WHERE t > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT a.id FROM users a JOIN users b ON a.id > b.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT min(id) FROM users UNION SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT LIKE '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 < id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(id AS CHAR(10)) <> '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id ^ 5
;;
--@ kind=delete hazards=tautological-where
DELETE a FROM users a JOIN users b ON a.id > b.id
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id HAVING id <> 5)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id HAVING max(id) <> 5)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id <> 5)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id > 1)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id IN (1, 2))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (SELECT count(*) FROM users u WHERE u.id < users.id) > 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (SELECT count(*) FROM users u WHERE u.id <= users.id) > 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (SELECT max(u.id) FROM users u WHERE u.id < users.id) IS NOT NULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id <> (SELECT max(u.id) FROM users u)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id <> COALESCE((SELECT max(u.id) FROM users u), 0)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id <> 5 AND id > 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (id <> 5) AND (name = name)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (id = 5 AND id = id)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (id = 5 AND name IS NOT NULL)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE CASE id WHEN 5 THEN 0 ELSE 1 END = 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NULLIF(id, 5) IS NOT NULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE COALESCE(NULLIF(id, 5), 0) <> 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (id - 5) * (id - 5) > 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE abs(id - 5) >= 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE concat(id, '') <> '5'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id NOT REGEXP '^5$'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (id IN (5))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE IF(id = 5, 0, 1)
;;
--@ hazards=tautological-where kind=delete
DELETE u FROM users u LEFT JOIN users v ON v.id = u.id AND v.id = 5 WHERE v.id IS NULL
;;
--@ hazards=tautological-where kind=delete
DELETE u FROM users u JOIN (SELECT 5 AS x) v WHERE u.id <> v.x
;;
--@ hazards=tautological-where kind=update
UPDATE users u LEFT JOIN (SELECT 5 AS x) v ON v.x = u.id SET u.name = 'x' WHERE v.x IS NULL
;;
--@ hazards=tautological-where kind=update
UPDATE users SET name = 'x' WHERE id <> 5 LIMIT 1000000
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id NOT IN (SELECT * FROM (SELECT id FROM users ORDER BY id LIMIT 1) q)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE find_in_set(id, '5,6') = 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT find_in_set(id, '5')
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE find_in_set(id, '5,6,7') < 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE field(id, 5, 6) = 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE strcmp(id, '5') <> 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id / 5.0 <> 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id MOD 1000000 <> 5
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id DIV 1 <> 4
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE REVERSE(id) <> '15'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE LPAD(id, 5, '0') <> '00005'
;;
