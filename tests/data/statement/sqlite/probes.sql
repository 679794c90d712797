--! adversarial kind=select
SELECT CASE WHEN pan LIKE '4%' THEN 1 END FROM cards
;;
SELECT iif(substr(pan, 1, 1) = '4', id, NULL) FROM cards
;;
--@ run=fails
SELECT id FROM users LIMIT (SELECT substr(pan, 1, 1) + 0 FROM cards WHERE id = 1)
;;
SELECT id FROM users WHERE id < (SELECT CAST(substr(pan, 1, 2) AS INTEGER) FROM cards WHERE id = 1)
;;
SELECT c.id, j.value FROM cards c, json_each('[' || substr(c.pan, 1, 1) || ']') j
;;
SELECT id FROM cards WHERE pan GLOB '4*'
;;
SELECT id FROM cards WHERE instr(pan, '41') = 1
;;
SELECT id FROM cards ORDER BY substr(pan, 5, 1)
;;
SELECT total(pan LIKE '4%') FILTER (WHERE pan > '5') FROM cards
;;
SELECT substr(pan, 1, 1) FROM cards WHERE id = 1 INTERSECT SELECT '4'
;;
SELECT '4' EXCEPT SELECT substr(pan, 1, 1) FROM cards WHERE id = 1
;;
SELECT substr(pan, 1, 1) FROM cards WHERE id = 1 UNION SELECT '4'
;;
SELECT DISTINCT substr(pan, 1, 1) FROM cards
;;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n FROM r JOIN cards ON pan = '4' || n
;;
--@ run=fails
SELECT g.value, c.id FROM cards c JOIN generate_series(1, 1000) g ON c.pan = g.value
;;
SELECT abs(-9223372036854775807 - (substr(pan, 1, 1) > '4')) FROM cards
;;
SELECT max(0, pan GLOB '4*') FROM cards
;;
SELECT id FROM (SELECT id, nullif(substr(pan, 1, 1), '4') n FROM cards) WHERE n NOTNULL
;;
SELECT id FROM cards WHERE length(ltrim(pan, '4')) < 16
;;
SELECT id FROM (SELECT id, pan p FROM cards UNION ALL SELECT 0, '45') q ORDER BY p
;;
SELECT id FROM (SELECT id, coalesce(pan, '45') p FROM cards) q ORDER BY p
;;
SELECT pan FROM cards UNION ALL SELECT name FROM users ORDER BY 1
;;
SELECT pan AS x FROM cards UNION ALL SELECT name FROM users ORDER BY x COLLATE NOCASE
;;
SELECT v.n FROM cards RIGHT JOIN (SELECT '4111' AS pan, 1 AS n) v USING (pan) ORDER BY pan
;;
SELECT v.n FROM cards FULL JOIN (SELECT '4111' AS pan, 1 AS n) v USING (pan) ORDER BY pan
;;
--@ kind=select run=fails
SELECT 1 FROM cards WHERE cards MATCH '4*'
;;
--@ kind=select run=fails
SELECT rowid FROM cards WHERE cards = '4*'
;;
--@ kind=select run=fails
SELECT count(*) FROM cards WHERE cards MATCH ?
;;
--@ kind=select run=fails
SELECT rowid FROM cards WHERE pan MATCH '4*'
;;
--@ kind=select run=fails
SELECT rowid FROM cards_fts WHERE cards_fts MATCH '4*'
;;
--@ kind=select run=fails
SELECT c.rowid FROM cards c WHERE c.cards MATCH '4*'
;;
--@ kind=select run=fails
SELECT bm25(cards), rowid FROM cards WHERE cards MATCH 'x'
;;
--@ kind=select run=fails
SELECT snippet(cards, 0, '', '', '', 3) FROM cards WHERE cards MATCH '4*'
;;
--@ kind=select run=fails
SELECT highlight(cards, 1, '', '') FROM cards WHERE cards MATCH '4*'
;;
