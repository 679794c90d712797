--! adversarial
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT t.n + 1 FROM t JOIN nodes n ON n.id = t.n OR true) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT t.x FROM t JOIN nodes n ON n.id = t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT id FROM nodes UNION ALL SELECT n.id FROM nodes n JOIN t ON n.id = t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT id FROM nodes UNION ALL SELECT n.id FROM nodes n, t WHERE n.id >= t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT n.id FROM nodes n JOIN t ON n.id <> t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x, d) AS (SELECT 1, 0 UNION ALL SELECT t.x, t.d + 1 FROM t JOIN nodes n ON n.id = t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a JOIN payments b ON a.id <> b.id JOIN payments c ON c.id <> a.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a JOIN payments b ON a.amount < b.amount JOIN payments c ON b.amount < c.amount
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a, payments b, payments c WHERE a.id < b.id AND b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a, payments b, payments c WHERE a.amount + b.amount > c.amount
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a CROSS JOIN payments b CROSS JOIN payments c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT sum(a.amount * b.amount) FROM payments a, cards b, users c, audit_log d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM audit_log a JOIN audit_log b ON a.at <= b.at JOIN audit_log c ON b.at <= c.at JOIN audit_log d ON c.at <= d.at
;;
--@ kind=select hazards=denial-of-service run=no
SELECT repeat('x', 1 << 30)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT regexp_replace(repeat('a', 100000000), 'a', 'b', 'g')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 1e12::bigint)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep_for('1 hour')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep_until('tomorrow')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT (SELECT count(*) FROM generate_series(1, 9999) a, generate_series(1, 9999) b)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 3000) a JOIN generate_series(1, 3000) b ON a <> b JOIN generate_series(1, 3000) c ON c <> a
;;
--@ kind=select hazards=denial-of-service run=no
SELECT string_agg(repeat('x', 1000000), '') FROM generate_series(1, 10000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT array_agg(g) FROM generate_series(1, 500000000) g
;;
--@ kind=select hazards=denial-of-service run=no
SELECT xpath('/a', repeat('<a>', 100000000)::xml)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT lpad('', 2000000000, 'x')
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT id FROM nodes UNION ALL SELECT n.id FROM nodes n INNER JOIN t ON t.id = n.id) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT id, parent_id FROM nodes UNION ALL SELECT t.id, t.parent_id FROM t JOIN nodes n ON n.parent_id = t.id) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT * FROM nodes UNION ALL SELECT t.* FROM t JOIN nodes n ON n.id = t.parent_id) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT * FROM nodes UNION ALL SELECT n.* FROM t JOIN nodes n ON n.name = t.name) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(a, n) AS (SELECT id, 1 FROM nodes UNION ALL SELECT x.id, t.n * 2 FROM nodes x JOIN t ON x.id < t.a) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(a) AS (SELECT id FROM nodes UNION ALL SELECT x.id FROM nodes x LEFT JOIN t ON x.id = t.a) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a, users b, users c WHERE a.id <> b.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM users a JOIN users b ON true JOIN users c ON true
;;
--@ kind=select hazards=denial-of-service run=no
SELECT a.id FROM users a, users b, users c ORDER BY random()
;;
--@ kind=select hazards=denial-of-service run=no
SELECT max(a.amount) FROM payments a JOIN payments b ON a.id > b.id JOIN payments c ON b.id > c.id JOIN merchants m ON m.id = a.merchant_id
;;
--@ kind=select hazards=denial-of-service run=no
WITH p AS (SELECT * FROM payments) SELECT count(*) FROM p a, p b, p c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM pg_attribute a, pg_attribute b, pg_attribute c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT (SELECT count(*) FROM payments a, payments b, payments c) AS n
;;
--@ kind=insert hazards=denial-of-service run=no
INSERT INTO audit_log (what) SELECT a.what FROM audit_log a, audit_log b, audit_log c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT 1 WHERE EXISTS (SELECT count(*) FROM payments a, payments b, payments c HAVING count(*) > 0)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a, cards b, cards c WHERE a.id < b.id AND b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a JOIN cards b ON a.id < b.id JOIN cards c ON b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a JOIN payments b ON a.id < b.id JOIN users c ON b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a JOIN payments b ON a.id <> b.id JOIN users c ON b.id <> c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM cards a, cards b, payments p, payments q WHERE a.id < b.id AND p.id < q.id AND a.id <> p.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep(1000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep_for('1 year')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep_until('2999-01-01')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT lpad('x', 1000000000, 'y')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT array_fill(1, ARRAY[100000000])
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n > 0) SELECT sum(n) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t WHERE n < 5) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n - 1 FROM t WHERE n < 5) SELECT count(*) FROM t
;;
