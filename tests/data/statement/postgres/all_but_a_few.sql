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
DELETE FROM users WHERE id <> $1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) IS FALSE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 5) IS NOT TRUE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS DISTINCT FROM 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL ('{7000,7001}')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL (ARRAY[1])
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <> ALL (SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = ANY (ARRAY(SELECT id FROM users WHERE id <> 5))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (VALUES (5), (6))
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users LIMIT 20)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT max(id) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT id FROM users WHERE id = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users ORDER BY id OFFSET 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid <> (SELECT min(ctid) FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING (SELECT max(id) AS m FROM users) q WHERE users.id <> q.m
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users t USING (SELECT id, row_number() OVER (ORDER BY id) AS n FROM users) x WHERE x.id = t.id AND x.n > 1
;;
--@ kind=delete hazards=tautological-where
WITH x AS (SELECT id, row_number() OVER (ORDER BY id) AS k FROM users) DELETE FROM users WHERE id IN (SELECT id FROM x WHERE k <> 1)
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
--@ kind=delete hazards=tautological-where run=fails
DELETE FROM users WHERE id NOT LIKE '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 < id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CAST(id AS CHAR(10)) <> '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > (SELECT id FROM users ORDER BY id LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY NULL ORDER BY id) AS t FROM users) q WHERE t <> 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, nth_value(id, 1) OVER (ORDER BY id) AS t FROM users) q WHERE t <> id)
;;
--@ kind=delete hazards=tautological-where
WITH keep AS (SELECT max(id) AS id FROM users) DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM keep WHERE keep.id = users.id)
;;
--@ kind=delete hazards=tautological-where
WITH keep AS (SELECT id FROM users LIMIT 1) DELETE FROM users WHERE id NOT IN (SELECT id FROM keep)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING users s WHERE users.id = s.id AND s.id <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users USING users s WHERE users.id = s.id AND s.id > 0
;;
--@ hazards=tautological-where kind=update
UPDATE users SET name = 'x' FROM (SELECT id FROM users WHERE id <> 5) q WHERE q.id = users.id
;;
--@ hazards=tautological-where kind=merge
MERGE INTO users u USING users s ON u.id = s.id AND s.id <> 5 WHEN MATCHED THEN DELETE
;;
--@ hazards=tautological-where kind=merge
MERGE INTO users u USING (SELECT max(id) AS m FROM users) s ON u.id < s.m WHEN MATCHED THEN DELETE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE ctid NOT IN (SELECT ctid FROM users LIMIT 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users OFFSET 5)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id <> ANY (SELECT id FROM users)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id > ANY (SELECT id FROM users)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id >= ALL (SELECT 1)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id > ALL (SELECT min(id) FROM users)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN ((SELECT id FROM users) EXCEPT (SELECT id FROM users LIMIT 1))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN ((SELECT id FROM users) EXCEPT ALL (VALUES (1)))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users INTERSECT SELECT id FROM users)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id IN (SELECT id FROM users INTERSECT SELECT id FROM users WHERE id <> 5)
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
DELETE FROM users WHERE id || '' <> '5'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id::text <> '5'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id::text !~ '^5$'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id::text NOT IN ('5', '6')
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE to_char(id, 'FM999') <> '5'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE md5(id::text) <> md5('5')
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id # 5 <> 0
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (ARRAY[id] <@ ARRAY[5, 6])
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (ARRAY[5, 6] @> ARRAY[id])
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT (id = ANY ('{5,6}'))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE NOT '[5,6]'::jsonb @> to_jsonb(id)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE (id, email) NOT IN (SELECT id, email FROM users LIMIT 1)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE ROW(id, email) IS DISTINCT FROM ROW(5, 'a')
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE ctid > '(0,1)'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE ctid <> '(0,1)'
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users USING (VALUES (5)) v(x) WHERE users.id <> v.x
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users USING (SELECT 5 AS x) v WHERE users.id IS DISTINCT FROM v.x
;;
--@ hazards=tautological-where kind=delete
WITH v AS (SELECT 5 AS x) DELETE FROM users USING v WHERE users.id <> v.x
;;
--@ hazards=tautological-where kind=delete
WITH v AS (VALUES (5), (6)) DELETE FROM users WHERE id NOT IN (TABLE v)
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id NOT IN (SELECT x FROM unnest(ARRAY[5, 6]) x)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <@ int4range(2, 2147483647)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id <@ int4range(5, 6))
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE array_position(ARRAY[5, 6], id) IS NULL
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id / 5.0 <> 1
;;
--@ hazards=tautological-where kind=delete
DELETE FROM users WHERE id % 1000000 <> 5
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1)::text = 'false'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id = 1)::text IN ('true', 'false')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id::text NOT LIKE '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE trim(id::text) <> '5'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lpad(id::text, 12, '0') <> '000000000005'
;;
