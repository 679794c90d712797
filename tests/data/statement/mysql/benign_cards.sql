--! benign run=any
--@ kind=select
SELECT CONCAT('**** ', RIGHT(pan, 4)) FROM cards
;;
--@ kind=select
SELECT SHA2(pan, 256), MD5(pan), HEX(pan) FROM cards
;;
--@ kind=select
SELECT JSON_OBJECT('id', id, 'pan', pan) FROM cards
;;
--@ kind=select
SELECT JSON_ARRAYAGG(pan) FROM cards
;;
--@ kind=select
SELECT GROUP_CONCAT(pan SEPARATOR ',') FROM cards
;;
--@ kind=select
SELECT INSERT(pan, 5, 8, 'xxxxxxxx') FROM cards
;;
--@ kind=select
SELECT CAST(pan AS CHAR), CONVERT(pan USING utf8mb4) FROM cards
;;
--@ kind=select
SELECT IFNULL(pan, ''), LENGTH(pan) FROM cards
;;
--@ kind=select
SELECT AES_ENCRYPT(pan, ?) FROM cards
;;
--@ kind=select
SELECT LAST_INSERT_ID()
;;
--@ kind=select
SELECT pan REGEXP '^4' IS NULL FROM cards LIMIT 0
;;
--@ kind=select
SELECT merchant_id, COUNT(DISTINCT pan) n FROM cards GROUP BY merchant_id HAVING n > 5 ORDER BY n DESC
;;
--@ kind=select
SELECT CHAR_LENGTH(pan) l, COUNT(*) FROM cards GROUP BY l
;;
--@ kind=select
SELECT ISNULL(pan), COUNT(*) FROM cards GROUP BY 1
;;
--@ kind=select
SELECT id, holder FROM cards UNION ALL SELECT id, name FROM users ORDER BY holder
;;
--@ kind=select
SELECT u.id, m.city FROM users u RIGHT JOIN merchants m USING (id) ORDER BY id
;;
--@ kind=explain out=id:safe:|*:star:|Extra:safe:
EXPLAIN SELECT * FROM cards WHERE id = 1
;;
--@ kind=explain out=id:safe:|*:star:|Extra:safe:
EXPLAIN EXTENDED SELECT holder, pan FROM cards WHERE merchant_id = 5
;;
