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
