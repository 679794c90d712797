--! adversarial
--@ kind=select
SELECT id, pan FROM cards UNION ALL SELECT n, c FROM (VALUES (1, '4111'), (2, '5')) v(n, c) ORDER BY pan
;;
--@ kind=select
SELECT pan FROM cards UNION ALL SELECT name FROM merchants ORDER BY pan
;;
--@ kind=select
SELECT id, pan FROM cards UNION ALL SELECT id, note FROM cards ORDER BY 2
;;
--@ kind=select
SELECT id FROM (SELECT id, pan FROM cards UNION ALL SELECT id, name FROM merchants) q ORDER BY pan
;;
--@ kind=select
WITH q AS (SELECT id, pan FROM cards UNION ALL SELECT id, what FROM audit_log) SELECT id FROM q ORDER BY pan
;;
--@ kind=select
SELECT id, rank() OVER (ORDER BY pan) FROM (SELECT id, pan FROM cards UNION ALL SELECT id, name FROM merchants) q
;;
--@ kind=select
SELECT id, row_number() OVER (ORDER BY pan) FROM (SELECT id, pan FROM cards UNION ALL SELECT 0, '4111') q
;;
--@ kind=select
SELECT id FROM cards WHERE pan LIKE '4111%'
;;
--@ kind=select
SELECT id FROM cards WHERE pan SIMILAR TO '4(1|2)%'
;;
--@ kind=select
SELECT id FROM cards WHERE pan ^@ '4111'
;;
--@ kind=select
SELECT id FROM cards WHERE pan ~ '^4'
;;
--@ kind=select
SELECT id FROM cards WHERE starts_with(pan, '41')
;;
--@ kind=select
SELECT id FROM cards WHERE pan >= '41' AND pan < '42'
;;
--@ kind=select
SELECT id FROM cards WHERE overlay(pan placing '' from 5) = '4111'
;;
--@ kind=select
SELECT id FROM cards WHERE split_part(pan, '1', 1) = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE pan::numeric % 10 = 1
;;
--@ kind=select
SELECT id FROM cards WHERE pan::bigint / 10000000000 = 411111
;;
--@ kind=select
SELECT id FROM cards WHERE get_byte(pan::bytea, 0) = 52
;;
--@ kind=select
SELECT id FROM cards WHERE ascii(pan) = 52
;;
--@ kind=select
SELECT id FROM cards WHERE (string_to_array(pan, NULL))[1] = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE EXISTS (SELECT 1 FROM regexp_split_to_table(pan, '') WITH ORDINALITY AS t(d, n) WHERE d = '4' AND n = 1)
;;
--@ kind=select
SELECT count(*) FILTER (WHERE pan LIKE '4%') FROM cards
;;
--@ kind=select
SELECT bool_or(pan LIKE '4111%') FROM cards
;;
--@ kind=select
SELECT sum((left(pan, 1) = '4')::int) FROM cards
;;
--@ kind=select
SELECT id FROM cards ORDER BY pan LIKE '4%'
;;
--@ kind=select hazards=denial-of-service
SELECT id, CASE WHEN left(pan, 1) = '4' THEN pg_sleep(1) END FROM cards
;;
--@ kind=select
SELECT width_bucket(pan::numeric, 0, 9999999999999999, 1000) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE (pan, id) > ('4111', 0)
;;
--@ kind=select
SELECT id FROM cards WHERE pan BETWEEN SYMMETRIC '4112' AND '4111'
;;
--@ kind=select
SELECT max(pan) FILTER (WHERE pan < '42') FROM cards
;;
--@ kind=select
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY pan) FROM cards WHERE pan < '5'
;;
--@ kind=select
SELECT pan FROM cards UNION ALL SELECT pan FROM card_archive ORDER BY pan
;;
--@ kind=select
SELECT id, pan FROM cards UNION ALL SELECT id, pan FROM card_archive ORDER BY 2
;;
--@ kind=select
SELECT id FROM (SELECT id, pan FROM cards UNION ALL SELECT id, pan FROM card_archive) q ORDER BY pan
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT id, pan FROM cards
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT id, reverse(pan) FROM cards
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT id, encode(pan::bytea, 'hex') FROM cards
;;
--@ kind=insert
INSERT INTO merchants SELECT * FROM (SELECT id, pan, true, '' FROM cards) q
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT id, t.v FROM cards c, LATERAL (SELECT c.pan AS v) t
;;
--@ kind=insert
INSERT INTO merchants (id, name) SELECT c.id, j.value FROM cards c, jsonb_each_text(to_jsonb(c)) j
;;
--@ kind=update
UPDATE cards SET note = pan WHERE id = 1
;;
--@ kind=update
UPDATE cards SET note = (SELECT pan FROM cards c WHERE c.id = cards.id) WHERE id = 1
;;
--@ kind=update
UPDATE merchants m SET name = c.pan FROM cards c WHERE c.merchant_id = m.id AND m.id = 1
;;
--@ kind=update
UPDATE cards SET (note, holder) = (pan, holder) WHERE id = 1
;;
--@ kind=merge
MERGE INTO merchants m USING cards c ON m.id = c.id AND m.id = 5 WHEN MATCHED THEN UPDATE SET name = c.pan
;;
--@ kind=select
SELECT nextval('ticket') FROM cards WHERE pan LIKE '4%'
;;
--@ kind=select
SELECT id FROM cards WHERE substr(pan, 1, 1) = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE pan > '4'
;;
--@ kind=select
SELECT id FROM cards WHERE pan BETWEEN '4' AND '5'
;;
--@ kind=select
SELECT id FROM cards WHERE starts_with(pan, '4')
;;
--@ kind=select
SELECT id FROM cards WHERE position('4' in pan) = 1
;;
--@ kind=select
SELECT id FROM cards WHERE pan::numeric > 4111111111111111
;;
--@ kind=select
SELECT id FROM cards WHERE md5(pan) LIKE 'a%'
;;
--@ kind=select
SELECT id FROM cards ORDER BY substr(pan, 2, 1)
;;
--@ kind=select
SELECT count(*) FROM cards GROUP BY substr(pan, 1, 1)
;;
--@ kind=select
SELECT sum(CASE WHEN pan LIKE '4%' THEN 1 ELSE 0 END) FROM cards
;;
--@ kind=select
SELECT bool_or(pan LIKE '4%') FROM cards
;;
--@ kind=select
SELECT 1/(CASE WHEN pan > '5' THEN 1 ELSE 0 END) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE pan IN (SELECT '4' || g FROM generate_series(0, 999) g)
;;
--@ kind=select
SELECT c.id FROM cards c JOIN generate_series(0, 999) g ON c.pan = '411111' || g
;;
--@ kind=select
SELECT width_bucket(pan::numeric, 0, 10000, 10) FROM cards
;;
--@ kind=select
SELECT id, rank() OVER (ORDER BY substr(pan, 1, 4)) FROM cards
;;
--@ kind=select
SELECT id, ntile(100) OVER (ORDER BY pan::numeric) FROM cards
;;
--@ kind=select
SELECT max(id) FROM cards GROUP BY left(pan, 4) HAVING left(pan, 4) = '4111'
;;
--@ kind=select
SELECT exists(SELECT 1 FROM cards WHERE pan LIKE '4%')
;;
--@ kind=select
SELECT (SELECT count(*) FROM cards WHERE pan < '5')
;;
--@ kind=select
SELECT id FROM users WHERE id = (SELECT count(*) FROM cards WHERE pan LIKE '4%')
;;
--@ kind=select
SELECT id FROM users LIMIT (SELECT count(*) FROM cards WHERE pan LIKE '4%')
;;
--@ kind=select
SELECT id FROM users OFFSET (SELECT length(pan) FROM cards WHERE pan > '5' LIMIT 1)
;;
--@ kind=select
SELECT generate_series(1, ascii(pan)) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE (pan COLLATE "C") < '5'
;;
--@ kind=select
SELECT id FROM cards WHERE (pan, 1) < ('5', 1)
;;
--@ kind=select
SELECT id FROM cards WHERE cards::text LIKE '%4111%'
;;
--@ kind=select
SELECT id FROM cards c WHERE to_jsonb(c)->>'pan' LIKE '4%'
;;
--@ kind=select
SELECT id FROM cards c WHERE row_to_json(c)::text ~ '4111'
;;
--@ kind=select
SELECT id FROM cards WHERE cvv = '123'
;;
--@ kind=select
SELECT id FROM cards WHERE track LIKE '%B4%'
;;
--@ kind=select
SELECT id FROM cards ORDER BY cvv
;;
--@ kind=select
SELECT DISTINCT substr(pan, 1, 2) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE pan = ANY(ARRAY(SELECT '4' || x FROM generate_series(1, 99) x))
;;
--@ kind=select
SELECT id FROM cards NATURAL JOIN (SELECT '4' || g AS pan FROM generate_series(1, 99) g) q
;;
--@ kind=select
SELECT id FROM cards WHERE pan LIKE ANY (ARRAY['4%', '5%'])
;;
--@ kind=select
SELECT id FROM cards WHERE pan SIMILAR TO '4%'
;;
--@ kind=select
SELECT id FROM cards WHERE NOT pan LIKE '4%'
;;
--@ kind=select
SELECT id FROM cards WHERE pan NOT BETWEEN '4' AND '5'
;;
--@ kind=select
SELECT id FROM cards WHERE greatest(pan, '5') = pan
;;
--@ kind=select
SELECT id FROM cards WHERE nullif(left(pan, 1), '4') IS NULL
;;
--@ kind=select
SELECT id FROM cards WHERE regexp_match(pan, '^4') IS NOT NULL
;;
--@ kind=select
SELECT id FROM cards WHERE translate(pan, '0123456789', 'aaaaabbbbb') = 'aaaa'
;;
--@ kind=select
TABLE cards ORDER BY cvv
;;
--@ kind=select
TABLE card_archive ORDER BY left(pan, 5)
;;
--@ kind=insert
INSERT INTO cards (id, pan) SELECT 100 + i, '411111' || i || '1234' FROM generate_series(0, 999999) i ON CONFLICT DO NOTHING RETURNING id
;;
--@ kind=insert
INSERT INTO cards (pan, id) WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 9) SELECT '411111' || i, i FROM r
;;
--@ kind=insert
INSERT INTO cards (id, pan) VALUES (9, (SELECT '411111' || max(i) FROM generate_series(1, 9) g(i)))
;;
--@ kind=insert
INSERT INTO cards (id, holder) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET pan = (SELECT '411111' || max(i) FROM generate_series(1, 9) g(i))
;;
--@ kind=update
UPDATE cards SET pan = '411111' || i FROM generate_series(1000, 1999) i WHERE cards.id = i
;;
--@ kind=update
UPDATE cards SET (holder, pan) = (SELECT 'x', '411111' || max(i) FROM generate_series(1, 9) g(i)) WHERE id = 7
;;
--@ kind=merge
MERGE INTO cards c USING (SELECT i, '411111' || i AS p FROM generate_series(1, 9) i) g ON c.id = g.i WHEN NOT MATCHED THEN INSERT (id, pan) VALUES (g.i, g.p)
;;
--@ kind=insert
INSERT INTO cards (id, pan) SELECT id + 1000, '411111' || lpad(id::text, 6, '0') || '1234' FROM users ON CONFLICT DO NOTHING RETURNING id
;;
--@ kind=select
SELECT u.id FROM cards c JOIN (SELECT id, '411111' || lpad(id::text, 6, '0') || '1234' AS p FROM users) u ON c.pan = u.p
;;
--@ kind=select
WITH q AS (SELECT id, concat('411111', id) AS p FROM users), r AS (SELECT id AS n, p AS x FROM q) SELECT r.n FROM cards c JOIN r ON c.pan = r.x
;;
--@ kind=select
SELECT id FROM (SELECT id, 4111110000000000 + id AS p FROM users) u WHERE p::text IN (SELECT pan FROM cards)
;;
--@ kind=select
SELECT id FROM (SELECT id, replace(name, 'u', '411111') AS p FROM users) u WHERE EXISTS (SELECT 1 FROM cards c WHERE p = c.pan)
;;
--@ kind=select
SELECT id FROM cards WHERE doc ->> 'pan' LIKE '4111%'
;;
--@ kind=select
SELECT id FROM cards WHERE left(doc -> 'card' ->> 'card_number', 2) = '41'
;;
--@ kind=select
SELECT id FROM cards WHERE doc @@ '$.pan > "42"'
;;
--@ kind=select
SELECT count(*) FROM cards c, jsonb_path_query(c.doc, '$.pan ? (@ like_regex "^43")') m
;;
--@ kind=select
SELECT id FROM cards ORDER BY substr(doc #>> '{card,pan}', 3)
;;
--@ kind=select
SELECT count(*) FROM cards GROUP BY left(jsonb_extract_path_text(doc, 'pan'), 7)
;;
--@ kind=select
SELECT id FROM cards WHERE doc ->> 'cvv' = '123'
;;
