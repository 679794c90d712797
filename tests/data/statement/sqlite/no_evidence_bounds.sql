--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lead(id) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p IS NULL OR p > id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id, 1, 0) OVER (ORDER BY id) AS p FROM audit_log) q WHERE p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT audit_log.id FROM audit_log, q WHERE audit_log.id <= q.m)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (WITH q AS (SELECT max(id) AS m FROM audit_log) SELECT a.id FROM audit_log a CROSS JOIN q WHERE id <= q.m)
;;
--@ kind=delete hazards=tautological-where
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
--@ kind=insert hazards=no-where
WITH q AS (SELECT json_group_array(id) AS j FROM users) INSERT INTO users (id, name) SELECT e.value, 'x' FROM q, json_each(q.j) e WHERE true ON CONFLICT (id) DO UPDATE SET name = excluded.name
;;
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT json_group_array(id) AS j FROM users) DELETE FROM users WHERE id IN (SELECT value FROM q, json_each(q.j))
;;
--@ kind=insert hazards=no-where
INSERT OR REPLACE INTO users (id, name) SELECT e.value, 'x' FROM (SELECT json_group_array(id) AS j FROM users) q, json_each(q.j) e
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
--@ kind=delete hazards=tautological-where
WITH q AS (SELECT id, lag(id) OVER (ORDER BY id) AS p FROM audit_log) DELETE FROM audit_log WHERE id IN (SELECT id FROM q WHERE p IS NULL OR p < id)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM audit_log WHERE id IN (SELECT id FROM (SELECT id, lag(id) OVER (ORDER BY id) AS p, lead(id) OVER (ORDER BY id) AS n FROM audit_log) q WHERE p < n OR p IS NULL OR n IS NULL)
;;
--@ kind=delete hazards=tautological-where
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
DELETE FROM users WHERE id IN (SELECT e.value FROM (SELECT json_group_array(id) AS j FROM users) q, json_each(q.j) AS e)
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE id IN (SELECT value FROM json_each((SELECT json_group_array(id) FROM users)))
;;
