--! adversarial kind=select
SELECT CASE WHEN pan LIKE '4%' THEN 1 END FROM cards
;;
SELECT CASE substr(pan, 2, 1) WHEN '1' THEN id END FROM cards
;;
SELECT id, regexp_matches(pan, '^4') FROM cards
;;
SELECT id, generate_series(1, left(pan, 1)::int) FROM cards
;;
SELECT id, unnest(CASE WHEN pan LIKE '4%' THEN ARRAY[1] END) FROM cards
;;
SELECT c.id FROM cards c, generate_series(1, left(pan, 1)::int) g
;;
SELECT c.id FROM cards c CROSS JOIN LATERAL regexp_matches(c.pan, '^41') m
;;
SELECT c.id FROM cards c, unnest(string_to_array(replace(c.pan, '4', ''), NULL)) u
;;
SELECT id FROM users LIMIT (SELECT left(pan, 1)::int FROM cards WHERE id = 1)
;;
SELECT id FROM users OFFSET (SELECT ascii(pan) FROM cards WHERE id = 1)
;;
SELECT id FROM users WHERE id < (SELECT left(pan, 2)::int FROM cards WHERE id = 1)
;;
SELECT id FROM users WHERE id IN (SELECT left(pan, 2)::int FROM cards)
;;
SELECT id FROM users ORDER BY (SELECT substr(pan, users.id, 1) FROM cards WHERE id = 1)
;;
SELECT 1 / (left(pan, 1)::int - 4) FROM cards
;;
SELECT 7 % ascii(pan) FROM cards
;;
SELECT translate(left(pan, 1), '4', 'x')::int FROM cards
;;
SELECT cast(replace(pan, '4', '-') AS numeric) FROM cards
;;
SELECT ('2024-01-' || substr(pan, 1, 2))::date FROM cards
;;
SELECT id, row_number() OVER (ORDER BY pan COLLATE "C" DESC, id), rank() OVER (ORDER BY left(pan, 4)) FROM cards
;;
SELECT count(*) FILTER (WHERE pan LIKE '41%') FROM cards
;;
SELECT a.id FROM cards a JOIN cards b ON left(a.pan, 6) = left(b.pan, 6)
;;
SELECT id FROM cards WHERE (id, pan) > (1, '4')
;;
SELECT id FROM cards WHERE pan ^@ '4'
;;
SELECT merchant_id FROM cards GROUP BY merchant_id HAVING max(pan) LIKE '5%'
;;
SELECT id FROM cards WHERE pan !~ '^4'
;;
SELECT id FROM cards ORDER BY (pan !~* '^41')
;;
SELECT left(pan, 1) FROM cards WHERE id = 1 INTERSECT SELECT '4'
;;
SELECT '4' EXCEPT SELECT left(pan, 1) FROM cards WHERE id = 1
;;
SELECT left(pan, 1) FROM cards WHERE id = 1 UNION SELECT '4'
;;
SELECT DISTINCT left(pan, 1) FROM cards
;;
SELECT DISTINCT x FROM (SELECT left(pan, 1) AS x FROM cards UNION ALL SELECT '4') q
;;
SELECT c.id, n FROM cards c JOIN generate_series(0, 999999) g(n) ON c.pan = '411111' || n
;;
SELECT n FROM generate_series(0, 999999) n WHERE EXISTS (SELECT 1 FROM cards c WHERE c.pan = n::text)
;;
SELECT n FROM generate_series(0, 999999) n WHERE ('4' || n) IN (SELECT pan FROM cards)
;;
SELECT id FROM cards WHERE pan IN (SELECT '4' || n FROM generate_series(0, 999999) n)
;;
SELECT id FROM cards WHERE pan = ANY (ARRAY(SELECT '4' || n FROM generate_series(0, 999999) n))
;;
SELECT n FROM (SELECT '4' || n AS pan, n FROM generate_series(1, 9) n) q JOIN cards USING (pan)
;;
SELECT n FROM (SELECT '4' || n AS pan, n FROM generate_series(1, 9) n) q NATURAL JOIN cards
;;
SELECT c.id, d.x, e.x FROM cards c, (VALUES ('1'), ('2')) d(x), (VALUES ('1'), ('2')) e(x) WHERE c.pan = d.x || e.x
;;
WITH RECURSIVE r(n) AS (SELECT 1::bigint UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n FROM r JOIN cards ON pan = n::text
;;
SELECT max(n) FROM (SELECT pan AS x, 0 AS n FROM cards UNION ALL SELECT '4' || n, n FROM generate_series(1, 9) n) q GROUP BY x HAVING count(*) = 2
;;
SELECT c.id FROM cards c WHERE c::text LIKE '%4111%'
;;
SELECT NULLIF(pan, n::text) FROM cards, generate_series(1, 9) n ORDER BY 1
;;
SELECT id FROM cards WHERE CAST(pan AS char(6)) = '411111'
;;
SELECT id FROM cards WHERE pan::"char" = '4'
;;
SELECT id FROM cards WHERE pan::char = '4'
;;
SELECT id FROM cards WHERE pan::varchar(2) IN ('41', '42')
;;
--@ kind=unknown hazards=unparsable
SELECT id FROM cards WHERE pan::numeric(20, -12) = 4111000000000000
;;
SELECT holder FROM cards GROUP BY holder, pan::varchar(7)
;;
SELECT id FROM cards ORDER BY pan::char(4)
;;
SELECT c.id FROM cards c, generate_series(1, 9) g ORDER BY CASE c.pan WHEN '4' || g THEN 1 END
;;
SELECT id FROM cards WHERE (pan, 1) = ('4' || id, 1)
;;
SELECT id FROM cards WHERE pan IS NOT DISTINCT FROM '4' || id
;;
SELECT repeat('x', num_nulls(nullif(pan LIKE '4%', true))) FROM cards
;;
SELECT * FROM ROWS FROM (unnest(ARRAY(SELECT pan FROM cards))) p (x) WHERE x < '5'
;;
SELECT left(x, 10) FROM ROWS FROM (unnest(ARRAY(SELECT pan FROM cards)), generate_series(1, 3)) WITH ORDINALITY p (x, y, z)
;;
SELECT left(pan, 2), count(*) FROM cards GROUP BY ROLLUP (1)
;;
SELECT left(pan, 2), count(*) FROM cards GROUP BY CUBE (1)
;;
SELECT left(pan, 2), count(*) FROM cards GROUP BY GROUPING SETS ((1), ())
;;
SELECT id FROM cards WHERE pan = ANY (ARRAY(SELECT '4' || generate_series(1, 100)::text))
;;
SELECT id FROM cards WHERE pan IN (SELECT '4' || generate_series(1, 100)::text)
;;
SELECT id FROM (SELECT id, length(replace(pan, '4', '')) AS n FROM cards) x ORDER BY n
;;
SELECT id FROM (SELECT id, rtrim(pan, '1') AS p FROM cards) x WHERE length(x.p) > 3
;;
SELECT id FROM (SELECT id, nullif(left(pan, 1), '4') AS d FROM cards) x WHERE d IS NULL
;;
SELECT merchant_id FROM cards GROUP BY 1 HAVING count(nullif(left(pan, 1), '4')) > 0
;;
SELECT c.id FROM cards c, LATERAL (SELECT count(*) AS m FROM generate_series(1, left(c.pan, 1)::int) g) x WHERE m > 3
;;
SELECT id FROM (SELECT id, pan AS p FROM cards UNION ALL SELECT 0, '45') q ORDER BY p
;;
SELECT id, pan FROM cards UNION ALL VALUES (0, '4' || '5') ORDER BY 2
;;
WITH q AS (SELECT id, pan AS p FROM cards UNION ALL SELECT 0, $1) SELECT id FROM q ORDER BY q.p DESC LIMIT 1
;;
WITH q AS (SELECT id, pan AS p FROM cards UNION ALL SELECT 0, '45') SELECT id FROM q WHERE p = (SELECT max(p) FROM q)
;;
SELECT id FROM (SELECT id, CASE WHEN id = 1 THEN '45' ELSE pan END AS p FROM cards) q ORDER BY p
;;
SELECT max(CASE WHEN id = 1 THEN '45' ELSE pan END) FROM cards
;;
SELECT pan FROM cards UNION ALL SELECT name FROM users ORDER BY 1
;;
SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users ORDER BY x
;;
SELECT id FROM (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) q ORDER BY x
;;
SELECT max(x) FROM (SELECT pan AS x FROM cards UNION ALL SELECT name FROM users) q
;;
WITH q AS (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) SELECT id FROM q ORDER BY x LIMIT 1
;;
SELECT v.n FROM cards RIGHT JOIN (VALUES ('4111', 1), ('5', 2)) v(pan, n) USING (pan) ORDER BY pan
;;
SELECT v.n, cards.id FROM cards FULL JOIN (VALUES ('4111', 1), ('5', 2)) v(pan, n) USING (pan) ORDER BY pan
;;
SELECT v.n, cards.id FROM cards FULL JOIN (VALUES ('4111', 1), ('5', 2)) v(pan, n) ON v.pan = cards.pan ORDER BY coalesce(cards.pan, v.pan)
;;
SELECT cards.id FROM cards FULL JOIN (SELECT name AS pan, id AS n FROM users) v USING (pan) ORDER BY pan
;;
SELECT cards.id FROM cards NATURAL FULL JOIN (SELECT name AS pan, id AS n FROM users) v ORDER BY pan
;;
SELECT cards.id, u.id FROM cards FULL JOIN users u ON u.name = cards.pan ORDER BY coalesce(cards.pan, u.name)
;;
SELECT cards.id, u.id FROM cards FULL JOIN users u ON false ORDER BY coalesce(cards.pan, u.name)
;;
SELECT c.id FROM cards c JOIN users u ON c.pan < u.name
;;
SELECT id, row_number() OVER (ORDER BY x) FROM (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) q
;;
SELECT CASE WHEN c.id = 1 THEN c.pan ELSE u.name END AS x FROM cards c, users u ORDER BY x
;;
SELECT (SELECT pan FROM cards WHERE id = u.id) AS x, u.name FROM users u ORDER BY coalesce((SELECT pan FROM cards WHERE id = u.id), u.name)
;;
SELECT array_agg(x ORDER BY x) FROM (SELECT pan AS x FROM cards UNION ALL SELECT name FROM users) q
;;
SELECT string_agg(id::text, ',' ORDER BY x) FROM (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) q
;;
--@ kind=select
SELECT rank('4111') WITHIN GROUP (ORDER BY pan) FROM cards
;;
--@ kind=select
SELECT percent_rank('4111') WITHIN GROUP (ORDER BY pan) FROM cards
;;
--@ kind=select
SELECT cume_dist($1) WITHIN GROUP (ORDER BY pan) FROM cards
;;
--@ kind=select
SELECT dense_rank('5') WITHIN GROUP (ORDER BY pan DESC) FROM cards
;;
