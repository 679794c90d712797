--! benign run=any
--@ kind=select
SELECT '****' || substr(pan, -4) FROM cards
;;
--@ kind=select
SELECT printf('%s-%s', id, pan) FROM cards
;;
--@ kind=select
SELECT json_object('id', id, 'pan', pan) FROM cards
;;
--@ kind=select
SELECT quote(pan), hex(pan), typeof(pan) FROM cards
;;
--@ kind=select
SELECT CAST(pan AS TEXT), CAST(pan AS INTEGER) FROM cards
;;
--@ kind=select
SELECT ifnull(pan, ''), length(pan) FROM cards
;;
--@ kind=select
SELECT json_group_array(json_object('pan', pan)) FROM cards
;;
--@ kind=select
SELECT replace(pan, '-', ''), trim(pan), upper(pan) FROM cards
;;
--@ kind=select
SELECT max(pan), min(pan), count(pan), total(id) FROM cards
;;
--@ kind=select
SELECT merchant_id, count(DISTINCT pan) n FROM cards GROUP BY 1 HAVING n > 5 ORDER BY n
;;
--@ kind=select
SELECT typeof(pan), count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT length(pan), count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT id, holder FROM cards UNION ALL SELECT id, name FROM users ORDER BY holder
;;
--@ kind=select
SELECT u.id, m.city FROM users u RIGHT JOIN merchants m USING (id) ORDER BY id
;;
--@ kind=select run=fails
SELECT rowid FROM docs WHERE docs MATCH ?
;;
--@ kind=select run=fails
SELECT rowid, rank FROM docs WHERE docs MATCH 'shop' ORDER BY rank LIMIT 10
;;
--@ kind=explain out=id:safe:|parent:safe:|notused:safe:|detail:safe:
EXPLAIN QUERY PLAN SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain
EXPLAIN SELECT holder, pan FROM cards WHERE merchant_id = 5
;;
--@ kind=select
SELECT strftime('%Y', updated_at), merchant_id AS m, max(pan), min(id) FROM cards GROUP BY strftime('%Y', updated_at), m
;;
