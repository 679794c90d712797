--! adversarial hazards=no-where
--@ kind=delete writes=cards
DELETE FROM cards
;;
--@ kind=delete writes=cards
DELETE FROM cards -- where id = 1
;;
--@ kind=delete writes=cards
DELETE FROM cards # where id = 1
;;
--@ kind=delete writes=cards
DELETE LOW_PRIORITY QUICK IGNORE FROM cards
;;
--@ kind=delete writes=cards
DELETE FROM `cards`
;;
--@ kind=delete writes=cards
DELETE FROM cards LIMIT 10
;;
--@ kind=delete writes=cards
DELETE FROM cards ORDER BY id LIMIT 100000
;;
--@ kind=delete writes=cards
DELETE FROM cards RETURNING pan
;;
--@ kind=delete writes=payments reads=cards,payments
DELETE p FROM payments p LEFT JOIN cards c ON c.id = p.card_id
;;
--@ kind=delete writes=payments,cards
DELETE p, c FROM payments p, cards c
;;
--@ kind=update writes=cards
UPDATE cards SET note = 'where'
;;
--@ kind=update writes=cards
UPDATE LOW_PRIORITY IGNORE cards SET note = "where id = 1"
;;
--@ kind=update writes=cards
UPDATE cards SET note = 'it\'s where'
;;
--@ kind=update writes=cards
UPDATE cards SET note = 'x' LIMIT 5
;;
--@ kind=update writes=payments reads=cards
UPDATE payments p LEFT JOIN cards c ON c.id = p.card_id SET p.status = 'x'
;;
--@ kind=update writes=payments,cards
UPDATE payments p, cards c SET p.status = 'x', c.note = 'y'
;;
--@ kind=delete writes=cards hazards=no-where,executable-comment
DELETE FROM cards /*!99999 WHERE id = 1 */
;;
--@ kind=unknown writes=cards hazards=no-where,executable-comment,unparsable
DELETE FROM cards /*!99999999 WHERE id = 1 */
;;
--@ kind=explain writes=cards actions=delete
ANALYZE DELETE FROM cards
;;
--@ kind=explain writes=cards actions=update
ANALYZE FORMAT=JSON UPDATE cards SET note = 'x'
;;
--@ kind=delete writes=cards actions=set
SET STATEMENT max_statement_time = 10 FOR DELETE FROM cards
;;
--@ kind=update writes=cards actions=set
SET STATEMENT sort_buffer_size = 100000 FOR UPDATE cards SET note = 'x'
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=no
SELECT 1; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=no
SELECT 'a\'; b'; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements run=no
SELECT "it's; ok"; DELETE FROM cards; --
;;
--@ kind=delete writes=cards server=mysql
WITH x AS (SELECT 1) DELETE FROM cards
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 1=1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 'a'='a'
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE "1"
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE !0
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE NOT 0
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE id = 5 || 1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE id = 5 OR 1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 1 && 1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE id <=> id
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 1--1
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE `id` > 0
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE id REGEXP '.*'
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE holder RLIKE ''
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE holder LIKE '%'
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE 0x31
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE IF(1, 1, 0)
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE IFNULL(1, 0)
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE FROM cards WHERE TRUE XOR FALSE
;;
--@ kind=update writes=cards hazards=tautological-where
UPDATE cards SET note = 'x' WHERE id IN (SELECT id FROM cards)
;;
--@ kind=update writes=cards hazards=tautological-where
UPDATE cards SET note = 'x' WHERE id IS NOT NULL
;;
--@ kind=delete writes=cards hazards=tautological-where
DELETE c FROM cards c WHERE c.id = c.id
;;
--@ kind=delete writes=payments hazards=tautological-where
DELETE p FROM payments p JOIN cards c ON 1 = 1
;;
--@ kind=insert writes=audit_log hazards=relocation
REPLACE INTO audit_log (what) SELECT pan FROM cards
;;
--@ kind=insert writes=audit_log hazards=relocation
INSERT IGNORE audit_log (what) SELECT pan FROM cards
;;
--@ kind=insert writes=audit_log hazards=relocation
INSERT INTO audit_log SET what = (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=update writes=users,cards hazards=relocation
UPDATE users u JOIN cards c ON c.id = u.id SET u.name = c.pan, c.note = 'x' WHERE u.id = 5
;;
--@ kind=update writes=users reads=cards hazards=relocation
UPDATE users u JOIN cards c ON c.id = u.id SET u.name = c.pan WHERE u.id = 5
;;
--@ kind=ddl ddl=copied hazards=relocation,ddl
CREATE TABLE copied SELECT * FROM cards
;;
--@ kind=ddl ddl=copied hazards=relocation,ddl
CREATE TEMPORARY TABLE copied (x int) AS SELECT pan FROM cards
;;
--@ kind=ddl ddl=copied hazards=relocation,ddl
CREATE TABLE copied REPLACE SELECT id, pan FROM cards
;;
--@ kind=ddl ddl=v hazards=relocation,ddl
CREATE OR REPLACE ALGORITHM = MERGE DEFINER = CURRENT_USER SQL SECURITY DEFINER VIEW v AS SELECT pan AS h FROM cards
;;
--@ kind=ddl ddl=cards,harmless hazards=relocation,ddl
RENAME TABLE cards TO harmless
;;
--@ kind=select hazards=relocation,session-variable
SELECT pan INTO @p FROM cards LIMIT 1
;;
--@ kind=select hazards=relocation,session-variable
SELECT @p := pan FROM cards
;;
--@ kind=select hazards=relocation,session-variable
SELECT @p := concat(ifnull(@p, ''), pan) FROM cards WHERE id = 5
;;
--@ kind=set hazards=relocation,session-variable
SET @p = (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=set hazards=relocation,session-variable
SET @a = 1, @p := (SELECT group_concat(pan) FROM cards)
;;
