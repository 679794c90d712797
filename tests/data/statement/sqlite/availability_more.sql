--! adversarial
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT t.x FROM t JOIN nodes n ON n.id = t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH t(x) AS (SELECT id FROM nodes UNION ALL SELECT nodes.id FROM nodes, t WHERE nodes.id = t.x) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a, payments b, payments c WHERE a.id < b.id AND b.id < c.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM payments a JOIN payments b ON a.id != b.id JOIN payments c ON c.id != b.id
;;
--@ kind=select hazards=denial-of-service run=no
SELECT hex(randomblob(1000000000))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT length(replace(hex(zeroblob(500000000)), '00', 'xxxx'))
;;
--@ kind=select hazards=denial-of-service run=no
SELECT printf('%.*c', 2000000000, 'x')
;;
--@ kind=select hazards=denial-of-service run=no
SELECT count(*) FROM generate_series(1, 10000000000)
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c LIMIT 100000000) SELECT sum(n) FROM c
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
SELECT randomblob(1000000000)
;;
--@ kind=select hazards=denial-of-service run=no
SELECT hex(zeroblob(500000000))
;;
--@ kind=select hazards=denial-of-service run=no
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
;;
--@ kind=select hazards=denial-of-service run=no
WITH t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t LIMIT 1000000000) SELECT count(*) FROM t
;;
