--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lead(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p > id)
;;
--@ kind=delete hazards=tautological-where server=mysql
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT audit_log.id FROM audit_log, q WHERE audit_log.id <= q.m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT a.id FROM audit_log a CROSS JOIN q WHERE id <= q.m)
;;
--@ kind=delete hazards=tautological-where server=mysql
WITH q AS (SELECT max(id) AS m FROM audit_log) DELETE FROM audit_log WHERE id IN (SELECT a.id FROM audit_log a JOIN q ON a.id <= q.m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) < 1 AND m.name LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) = 0 AND m.name LIKE 'a%')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants m WHERE length(m.name) > 3 AND m.name = 'ab')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMESTAMP(at) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE(at) <= CURDATE()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE(at) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(at AS datetime) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CAST(at AS date) <= CURDATE()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CONVERT(at, DATETIME) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CONVERT(at, DATE) <= CURRENT_DATE
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CONVERT(at, CHAR) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMESTAMP(at, '00:00:00') <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMESTAMPADD(SECOND, 0, at) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ADDDATE(at, 0) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE ADDTIME(at, '0:0:0') <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE SUBTIME(at, '0:0:0') <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE CONVERT_TZ(at, '+00:00', '+00:00') <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE LAST_DAY(at) <= LAST_DAY(NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE STR_TO_DATE(at, '%Y-%m-%d %H:%i:%s') <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE FROM_UNIXTIME(UNIX_TIMESTAMP(at)) <= NOW()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE UNIX_TIMESTAMP(at) <= UNIX_TIMESTAMP()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TO_DAYS(at) <= TO_DAYS(NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TO_SECONDS(at) <= TO_SECONDS(NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE DATE_FORMAT(at, '%Y%m%d') <= DATE_FORMAT(NOW(), '%Y%m%d')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE YEARWEEK(at) <= YEARWEEK(NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE EXTRACT(YEAR_MONTH FROM at) <= EXTRACT(YEAR_MONTH FROM NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE TIMEDIFF(NOW(), at) >= '00:00:00'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= TIMESTAMP(NOW())
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= DATE_ADD(NOW(), INTERVAL 1 SECOND)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= SYSDATE()
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= LOCALTIME
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE at <= CONVERT(NOW(), DATETIME)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () AS m FROM audit_log) q WHERE id <= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () AS m FROM audit_log) q WHERE id < m + 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id <= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, min(id) OVER (PARTITION BY what) AS m FROM audit_log) q WHERE id >= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, first_value(id) OVER (ORDER BY id) AS m FROM audit_log) q WHERE id >= m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, last_value(id) OVER (ORDER BY id) AS m FROM audit_log) q WHERE id = m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER (PARTITION BY what) AS n FROM audit_log) q WHERE n >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, at, lag(at) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p <= at)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR id - p > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR NOT p >= id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE coalesce(p, 0) < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER w AS p FROM audit_log WINDOW w AS (ORDER BY id)) q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where server=mysql
WITH q AS (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) DELETE FROM audit_log WHERE id IN (SELECT id FROM q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p, lead(id) OVER (ORDER BY id) AS n FROM audit_log) q WHERE p < n OR p IS NULL OR n IS NULL)
;;
--@ kind=delete hazards=tautological-where server=mysql
WITH q AS (SELECT id AS x FROM users) DELETE FROM users WHERE id IN (SELECT x FROM q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT x FROM (SELECT id AS x FROM users) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM nodes WHERE parent_id IN (SELECT x FROM (SELECT parent_id AS x FROM nodes) q)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id AS x FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = id + 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id - id = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id * id >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE abs(id) >= 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE coalesce(name, '') = coalesce(name, '')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE nullif(id, id) IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE length(name) >= 0 OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN id > 0 THEN 1 ELSE 0 END = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE CASE WHEN name IS NULL THEN true ELSE name = name END
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (id, 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN id AND id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id BETWEEN 0 AND 9223372036854775807
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT (id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (id > 10 OR id <= 10)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE 1 = 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT -id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM merchants WHERE id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM merchants WHERE id < 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = users.id AND u.id > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (SELECT count(*) FROM users) > 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 0 < (SELECT count(*) FROM users u WHERE u.id = users.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= (SELECT max(u.id) FROM users u)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id <= 2147483647
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id < 1e18
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name LIKE '%' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name NOT LIKE 'zzzzzzzz' OR name LIKE 'zzzzzzzz' OR name IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE upper(name) = upper(name)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE name || '' = name
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 2 = 0 OR id % 2 = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 1 = 0
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id % 7 < 7
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id / 1 = id
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id > -1 AND id > -2
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IS NOT NULL AND (name = name OR name IS NULL)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE tenant_id = 5 OR tenant_id <> 5 OR tenant_id IS NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE deleted_at IS NULL OR deleted_at IS NOT NULL
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE deleted_at IS NULL OR deleted_at < CURRENT_TIMESTAMP
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION SELECT id FROM merchants)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users EXCEPT SELECT -1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users INTERSECT SELECT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u LEFT JOIN merchants m ON m.id = u.id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users u, merchants m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT DISTINCT id FROM users)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT max(id) FROM users GROUP BY id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users GROUP BY id HAVING count(*) > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER (ORDER BY id) AS r FROM users) q WHERE r >= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, ntile(1) OVER (ORDER BY id) AS r FROM users) q WHERE r = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, count(*) OVER () AS n FROM users) q WHERE n > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, rank() OVER (PARTITION BY id ORDER BY name) AS n FROM users) q WHERE n = 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, dense_rank() OVER (ORDER BY id) AS n FROM users) q WHERE n < 1000000000)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, avg(id) OVER () AS a FROM users) q WHERE id < a OR id >= a)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, max(id) OVER () - id AS d FROM users) q WHERE d >= 0)
;;
--@ kind=delete hazards=tautological-where server=mysql
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, id - lag(id, 1, 0) OVER (ORDER BY id) AS d FROM users) q WHERE d > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) < id AS d FROM users) q WHERE d OR d IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id = (SELECT u.id FROM users u WHERE u.id = users.id)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id >= (SELECT min(id) FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > (SELECT min(id) - 1 FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id < (SELECT max(id) + 1 FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id < (SELECT sum(id) FROM users) OR id = 1
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id <> (SELECT 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id >= (SELECT 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM users u WHERE u.name = u.name OR u.name IS NULL)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id > ALL (SELECT -1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE coalesce(deleted_at, CURRENT_TIMESTAMP) <= CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE coalesce(tenant_id, 0) = coalesce(tenant_id, 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id + 1 > id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id * 2 > id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE -id < 0
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE round(id) = id
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) = (id > 5)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) <> (id <= 5)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id > 5) IN (true, false)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (name IS NULL) IN (1 = 1, 1 = 0)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE CAST(id AS char(20)) <> ''
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE replace(name, 'a', 'a') = name
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE trim(name) = trim(name) OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name >= '' OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE name < 'zzzzzzz' OR name >= 'zzzzzzz' OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE length(name) < 100000 OR name IS NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (id = 1) IS NOT NULL
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE (SELECT true)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE NOT (SELECT false)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE EXISTS (SELECT 1)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE EXISTS (SELECT id)
;;
--@ kind=update hazards=tautological-where
UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM nodes UNION ALL SELECT id FROM users)
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at <= CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at > '1970-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at BETWEEN '1970-01-01' AND '2999-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2999-12-31'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at <> '1800-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at NOT IN ('1800-01-01')
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at >= (SELECT min(at) FROM audit_log)
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE NOT at > CURRENT_TIMESTAMP
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2020-01-01' OR at >= '2020-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at < '2020-01-01' OR NOT at < '2020-01-01'
;;
--@ kind=update hazards=tautological-where
UPDATE audit_log SET what = 'x' WHERE at IS NOT NULL
;;
--@ kind=update hazards=tautological-where server=mysql
WITH q AS (SELECT id FROM users) UPDATE users SET name = 'x' WHERE id IN (SELECT id FROM q)
;;
--@ kind=update hazards=tautological-where server=mysql
WITH q AS (SELECT min(id) AS a, max(id) AS b FROM users) UPDATE users SET name = 'x' WHERE id BETWEEN (SELECT a FROM q) AND (SELECT b FROM q)
;;
--@ kind=delete hazards=tautological-where server=mysql
WITH q AS (SELECT * FROM users), r AS (SELECT id FROM q) DELETE FROM users WHERE id IN (SELECT id FROM r)
;;
--@ kind=delete hazards=tautological-where server=mysql
WITH a AS (SELECT id FROM users WHERE id % 2 = 0), b AS (SELECT id FROM users WHERE id % 2 <> 0) DELETE FROM users WHERE id IN (SELECT id FROM a UNION SELECT id FROM b)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, sum(1) OVER (ORDER BY id) AS n FROM users) q WHERE n > 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, percent_rank() OVER (ORDER BY id) AS n FROM users) q WHERE n >= 0)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id, cume_dist() OVER (ORDER BY id) AS n FROM users) q WHERE n <= 1)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE id > 5) OR id IN (SELECT id FROM users WHERE id <= 5)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 1 OR 0x61 = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 1 OR 0 = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 1 OR x'61' = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id = 1 OR NOT 1 = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE QUOTE(name) IS NOT NULL
;;
