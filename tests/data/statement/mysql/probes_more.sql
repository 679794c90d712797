--! adversarial
--@ kind=select
SELECT id, pan FROM cards UNION ALL SELECT id, name FROM merchants ORDER BY pan
;;
--@ kind=select
SELECT id FROM cards WHERE pan LIKE BINARY '4%'
;;
--@ kind=select
SELECT id FROM cards WHERE pan + 0 > 4e15
;;
--@ kind=select
SELECT id FROM cards WHERE pan DIV 1000000000000 = 4111
;;
--@ kind=select
SELECT id FROM cards WHERE MID(pan, 1, 1) = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE ORD(pan) = 52
;;
--@ kind=select
SELECT id FROM cards WHERE FIND_IN_SET(LEFT(pan, 1), '4,5')
;;
--@ kind=select
SELECT id FROM cards WHERE STRCMP(pan, '41') = 1
;;
--@ kind=select
SELECT id FROM cards WHERE pan SOUNDS LIKE '41'
;;
--@ kind=select
SELECT id FROM cards WHERE SUBSTRING_INDEX(pan, '1', 1) = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE INSERT(pan, 5, 20, '') = '4111'
;;
--@ kind=select
SELECT id FROM cards WHERE HEX(pan) LIKE '34%'
;;
--@ kind=select
SELECT id FROM cards WHERE pan BETWEEN '41' AND '42'
;;
--@ kind=select
SELECT BIT_COUNT(pan) FROM cards WHERE pan & 1
;;
--@ kind=select
SELECT id FROM cards ORDER BY FIELD(LEFT(pan, 1), '4', '5')
;;
--@ kind=select hazards=denial-of-service
SELECT IF(pan LIKE '4%', SLEEP(1), 0) FROM cards
;;
--@ kind=select
SELECT COUNT(*) FROM cards GROUP BY LEFT(pan, 8)
;;
--@ kind=select
SELECT GROUP_CONCAT(id ORDER BY pan LIKE '4%') FROM cards
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
--@ kind=select
SELECT id FROM cards WHERE pan > 4000000000000000
;;
--@ kind=select
SELECT id FROM cards WHERE pan RLIKE '^4'
;;
--@ kind=select
SELECT id FROM cards WHERE LEFT(pan, 1) = 4
;;
--@ kind=select
SELECT GROUP_CONCAT(id) FROM cards GROUP BY LEFT(pan, 3)
;;
--@ kind=select server=mysql
TABLE cards ORDER BY cvv
;;
--@ kind=select server=mysql
SELECT id FROM cards WHERE doc->>'$.pan' LIKE '4111%'
;;
--@ kind=select
SELECT id FROM cards WHERE LEFT(JSON_VALUE(doc, '$.pan'), 2) = '41'
;;
--@ kind=select
SELECT id FROM cards ORDER BY SUBSTR(JSON_UNQUOTE(JSON_EXTRACT(doc, '$.card.card_number')), 3)
;;
--@ kind=select
SELECT s.seq FROM cards c JOIN (SELECT id AS seq, CONCAT('411111', id) AS p FROM users) s ON c.pan = s.p
;;
--@ kind=insert
INSERT IGNORE INTO cards (id, pan) SELECT 100 + seq, CONCAT('411111', seq) FROM seq_1_to_1000
;;
