--! benign
--@ kind=select
SELECT id, name FROM merchants TABLESAMPLE BERNOULLI (10) REPEATABLE (42) WHERE city = 'Graz'
;;
--@ kind=select
SELECT amount FROM payments ORDER BY id LIMIT 10 % 3 OFFSET 7 % 2
;;
--@ kind=delete
WITH old AS (SELECT id FROM payments WHERE status = 'void'), gone AS (DELETE FROM payments WHERE id IN (SELECT id FROM old) RETURNING 1) SELECT count(*) FROM gone
;;
--@ kind=update
WITH picked AS (SELECT id FROM payments ORDER BY id LIMIT 5 FOR UPDATE SKIP LOCKED), taken AS (UPDATE payments p SET status = 'taken' FROM picked WHERE picked.id = p.id RETURNING p.id) SELECT * FROM taken
;;
