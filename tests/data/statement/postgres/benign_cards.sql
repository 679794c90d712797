--! benign run=any
--@ kind=select
SELECT id, left(pan, 6), right(pan, 4) FROM cards
;;
--@ kind=select
SELECT id, '****' || right(pan, 4) AS masked FROM cards
;;
--@ kind=select
SELECT concat('xxxx', right(pan, 4)), length(pan) FROM cards WHERE id = $1
;;
--@ kind=select
SELECT json_build_object('id', id, 'pan', pan) FROM cards
;;
--@ kind=select
SELECT jsonb_agg(jsonb_build_object('id', id, 'pan', pan)) FROM cards
;;
--@ kind=select
SELECT row_to_json(c) FROM cards c WHERE id = 1
;;
--@ kind=select
SELECT to_jsonb(c) FROM cards c WHERE id = 1
;;
--@ kind=select
SELECT json_agg(c) FROM cards c
;;
--@ kind=select
SELECT array_agg(pan) FROM cards
;;
--@ kind=select
SELECT count(pan), count(DISTINCT pan), min(pan), max(pan) FROM cards
;;
--@ kind=select
SELECT coalesce(pan, '-') FROM cards
;;
--@ kind=select
SELECT md5(pan) FROM cards
;;
--@ kind=select
SELECT encode(digest(pan, 'sha256'), 'hex') FROM cards
;;
--@ kind=select
SELECT pan::text, pan::varchar(20), pan::bigint FROM cards
;;
--@ kind=select
SELECT replace(pan, ' ', '') FROM cards
;;
--@ kind=select
SELECT regexp_replace(pan, '\d(?=\d{4})', '*', 'g') FROM cards
;;
--@ kind=select
SELECT upper(holder), lower(pan) FROM cards
;;
--@ kind=select
SELECT pan IS NULL FROM cards
;;
--@ kind=select
SELECT format('%s-%s', id, pan) FROM cards
;;
--@ kind=select
SELECT overlay(pan placing 'XXXX' from 5 for 8) FROM cards
;;
--@ kind=select
SELECT pan FROM cards WHERE pan = $1
;;
--@ kind=select
SELECT id FROM cards WHERE pan IN ($1, $2)
;;
--@ kind=select
SELECT trim(pan), lpad(pan, 20, '0'), reverse(pan) FROM cards
;;
--@ kind=select
SELECT CASE WHEN pan IS NULL THEN 'none' ELSE 'some' END FROM cards
;;
--@ kind=select
SELECT c.*, length(c.pan) FROM cards c JOIN payments p ON p.card_id = c.id
;;
--@ kind=select
SELECT first_value(pan) OVER (PARTITION BY merchant_id ORDER BY id) FROM cards
;;
--@ kind=select
SELECT lag(pan, 1) OVER (ORDER BY id) FROM cards
;;
--@ kind=select
SELECT * FROM (SELECT id, pan, row_number() OVER (ORDER BY id) rn FROM cards) x WHERE rn = 1
;;
--@ kind=select
SELECT unnest(array_agg(holder)) FROM cards
;;
--@ kind=select
SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1 ORDER BY n DESC LIMIT 10
;;
--@ kind=select
SELECT merchant_id, count(pan) AS n FROM cards GROUP BY 1 HAVING count(DISTINCT pan) > 3 ORDER BY 2 DESC
;;
--@ kind=select
SELECT * FROM (SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1) q WHERE q.n > 5 ORDER BY n
;;
--@ kind=select
WITH q AS (SELECT merchant_id, count(DISTINCT pan) AS n FROM cards GROUP BY 1) SELECT width_bucket(n, 0, 100, 10), count(*) FROM q GROUP BY 1
;;
--@ kind=select
SELECT rank() OVER (ORDER BY count(DISTINCT pan) DESC), merchant_id FROM cards GROUP BY merchant_id
;;
--@ kind=select
SELECT length(pan) AS l, count(*) FROM cards GROUP BY l ORDER BY l
;;
--@ kind=select
SELECT length(pan), count(*) FROM cards GROUP BY length(pan)
;;
--@ kind=select
SELECT pan IS NULL AS missing, count(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT count(*) FILTER (WHERE pan IS NULL), count(*) FROM cards
;;
--@ kind=select
SELECT pan FROM cards INTERSECT SELECT pan FROM card_archive
;;
--@ kind=select
SELECT count(*) FROM (SELECT pan FROM cards EXCEPT SELECT pan FROM card_archive) q
;;
--@ kind=select
SELECT id, pan, NULL AS name FROM cards UNION ALL SELECT id, NULL, name FROM users ORDER BY 1
;;
--@ kind=select
SELECT id, coalesce(pan, 'none') AS pan FROM cards ORDER BY pan LIMIT 20
;;
--@ kind=select
SELECT min(pan), max(coalesce(pan, '-')) FROM cards
;;
--@ kind=select
SELECT merchant_id, sum(amount) AS s FROM payments GROUP BY 1 UNION ALL SELECT 0, 0 ORDER BY s
;;
--@ kind=select
SELECT pan FROM cards UNION ALL SELECT pan FROM card_archive ORDER BY pan
;;
--@ kind=select
SELECT id, holder FROM cards UNION ALL SELECT id, name FROM users ORDER BY holder
;;
--@ kind=select
SELECT u.id, m.city FROM users u RIGHT JOIN merchants m USING (id) ORDER BY id
;;
--@ kind=select
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM payments
;;
--@ kind=select
SELECT rank(10) WITHIN GROUP (ORDER BY amount) FROM payments
;;
