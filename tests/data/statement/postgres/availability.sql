--! adversarial
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 10, 0.0000001)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series('2000-01-01'::timestamp, '2100-01-01', '1 microsecond')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(now(), now() + interval '1000 years', '1 second')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, (SELECT 1000000000))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 100000 * 100000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 4000) a, generate_series(1, 4000) b, generate_series(1, 4000) c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM (SELECT generate_series(1, 100000)) a, (SELECT generate_series(1, 100000)) b
;;
--@ kind=select hazards=denial-of-service run=no
SELECT array_fill(0, ARRAY[100000000])
;;
--@ kind=select hazards=denial-of-service run=no
SELECT array_fill(0, ARRAY[10000, 10000])
;;
--@ kind=select hazards=denial-of-service run=no
SELECT lpad('x', 1000000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT repeat(repeat('x', 10000), 100000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT md5(repeat('x', 500000000))
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT t.x FROM t, generate_series(1, 10)) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT t.x + 1 FROM t, generate_series(1, 10) WHERE t.x < 30) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL (SELECT x + 1 FROM t UNION ALL SELECT x + 1 FROM t) ) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION SELECT x + 1 FROM t) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT CASE WHEN x < 5 THEN x + 1 ELSE x END FROM t WHERE x < 10) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x * -1 FROM t WHERE x < 10) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x FROM t WHERE x < 10) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x - 1 FROM t WHERE x < 10) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x <> 0) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x IS NOT NULL) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE NOT x = 0) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < x + 1) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t JOIN merchants m ON true) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t JOIN merchants m ON m.id > 0) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t, merchants m WHERE m.id = 1) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep(1e9)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_sleep(extract(epoch from interval '1 hour'))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT pg_catalog.pg_sleep(10)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT (SELECT pg_sleep(10)), 1
;;
--@ kind=select hazards=denial-of-service run=no
SELECT CASE WHEN true THEN pg_sleep(10) END
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM pg_class a CROSS JOIN pg_class b CROSS JOIN pg_class c CROSS JOIN pg_class d
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM information_schema.columns a JOIN information_schema.columns b ON true JOIN information_schema.columns c ON true JOIN information_schema.columns d ON a.table_name <> d.table_name
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a WHERE EXISTS (SELECT 1 FROM generate_series(1, 100000000) g WHERE g = a.id)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT unnest(array_fill(1, ARRAY[50000000]))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT to_tsvector(repeat('a b c ', 10000000))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT jsonb_build_object('a', repeat('x', 200000000))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT string_to_array(repeat('a,', 100000000), ',')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT regexp_split_to_array(repeat('a,', 100000000), ',')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT format('%1$1000000000s', 'x')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT rpad('', 500000000, 'ab')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT decode(repeat('00', 300000000), 'hex')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT overlay(repeat('x', 400000000) placing 'y' from 1)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT translate(repeat('x', 400000000), 'x', 'y')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT convert_to(repeat('x', 400000000), 'UTF8')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT gen_random_uuid() FROM generate_series(1, 50000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT setseed(0.5) FROM generate_series(1, 20000000)
;;
--@ kind=insert hazards=denial-of-service run=no
INSERT INTO audit_log (what) SELECT repeat('x', 1000) FROM generate_series(1, 50000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(now(), 'infinity', '1 day')
;;
