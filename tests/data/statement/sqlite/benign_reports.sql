--! benign
--@ kind=select
SELECT avg(amount) FROM (SELECT amount FROM payments ORDER BY amount LIMIT 2 - (SELECT count(*) FROM payments) % 2 OFFSET (SELECT (count(*) - 1) / 2 FROM payments))
;;
