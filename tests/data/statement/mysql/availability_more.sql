--! adversarial
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT t.x FROM t JOIN nodes n ON n.id = t.x) SELECT COUNT(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM payments a, payments b, payments c WHERE a.id < b.id AND b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM payments a JOIN payments b ON a.id <> b.id JOIN payments c ON c.id <> a.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT BENCHMARK(100000000, MD5('x'))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT SLEEP(100)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT REPEAT('a', 1000000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM information_schema.columns a, information_schema.columns b, information_schema.columns c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT id FROM users WHERE name RLIKE '(a+)+$' AND SLEEP(5)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM users a JOIN users b JOIN users c
;;
--@ kind=select hazards=denial-of-service run=no
SELECT COUNT(*) FROM users a STRAIGHT_JOIN users b STRAIGHT_JOIN users c
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT id FROM nodes UNION ALL SELECT n.id FROM nodes n JOIN t ON n.id = t.id) SELECT COUNT(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 0 FROM t) SELECT COUNT(*) FROM t
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
SELECT SLEEP(100000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT BENCHMARK(1000000000, MD5('x'))
;;
