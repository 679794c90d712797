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
