--! adversarial kind=select
SELECT CASE WHEN pan LIKE '4%' THEN 1 END FROM cards
;;
SELECT IF(substr(pan, 1, 1) = '4', id, NULL) FROM cards
;;
SELECT id FROM users WHERE id < (SELECT left(pan, 2) + 0 FROM cards WHERE id = 1)
;;
SELECT id FROM cards WHERE pan REGEXP '^4'
;;
SELECT id FROM cards WHERE pan RLIKE '^4' AND id = 1
;;
SELECT id FROM cards WHERE strcmp(pan, '5') < 0
;;
SELECT id FROM cards WHERE find_in_set('4', insert(pan, 2, 30, '')) > 0
;;
SELECT id FROM cards ORDER BY field(left(pan, 1), '4', '5')
;;
SELECT 1 DIV (left(pan, 1) - 4) FROM cards
;;
SELECT left(pan, 1) FROM cards WHERE id = 1 INTERSECT SELECT '4'
;;
SELECT '4' EXCEPT SELECT left(pan, 1) FROM cards WHERE id = 1
;;
SELECT left(pan, 1) FROM cards WHERE id = 1 UNION SELECT '4'
;;
SELECT DISTINCT left(pan, 1) FROM cards
;;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n FROM r JOIN cards ON pan = concat('4', n)
;;
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 1000) SELECT n FROM r JOIN cards ON pan = n
;;
SELECT s.seq, c.id FROM seq_1_to_1000 s JOIN cards c ON c.pan = s.seq
;;
SELECT id FROM cards WHERE CAST(pan AS char(6)) = '411111'
;;
SELECT id FROM cards WHERE CONVERT(pan, char(1)) = '4'
;;
SELECT id FROM cards WHERE CAST(pan AS binary(3)) = '411'
;;
--@ kind=select run=any
HANDLER cards READ FIRST WHERE pan LIKE '41%'
;;
--@ kind=select run=any
HANDLER cards READ `PRIMARY` = (1) WHERE left(pan, 1) = '4' LIMIT 1
;;
--@ kind=show run=any
SHOW TABLE STATUS WHERE Name IN (SELECT left(pan, 1) FROM cards)
;;
--@ kind=show
SHOW VARIABLES WHERE Variable_name = 'version' AND (SELECT pan LIKE '4%' FROM cards LIMIT 1)
;;
SELECT ~0 - (pan > '5') FROM cards WHERE id = 1
;;
SELECT exp(0 + (pan LIKE '4%')) FROM cards WHERE id = 1
;;
SELECT pow(9, substr(pan, 1, 1) = '4') FROM cards
;;
SELECT id, LENGTH(SUBSTRING_INDEX(pan, '4', 1)) l FROM cards ORDER BY l
;;
SELECT id, ISNULL(NULLIF(LEFT(pan, 1), '4')) x FROM cards HAVING x
;;
SELECT id FROM (SELECT id, pan p FROM cards UNION ALL SELECT 0, '45') q ORDER BY p
;;
SELECT id FROM (SELECT id, coalesce(pan, '45') p FROM cards) q ORDER BY p
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
SELECT v.n FROM cards RIGHT JOIN (SELECT '4111' AS pan, 1 AS n UNION ALL SELECT '5', 2) v USING (pan) ORDER BY pan
;;
SELECT cards.id, u.id FROM cards LEFT JOIN users u ON u.name = cards.pan ORDER BY coalesce(cards.pan, u.name)
;;
SELECT cards.id, u.id FROM cards LEFT JOIN users u ON false ORDER BY coalesce(cards.pan, u.name)
;;
SELECT c.id FROM cards c JOIN users u ON c.pan < u.name
;;
SELECT id, row_number() OVER (ORDER BY x) FROM (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) q
;;
SELECT CASE WHEN c.id = 1 THEN c.pan ELSE u.name END AS x FROM cards c, users u ORDER BY x
;;
SELECT (SELECT pan FROM cards WHERE id = u.id) AS x, u.name FROM users u ORDER BY coalesce((SELECT pan FROM cards WHERE id = u.id), u.name)
;;
SELECT group_concat(id ORDER BY x) FROM (SELECT id, pan AS x FROM cards UNION ALL SELECT id, name FROM users) q
;;
