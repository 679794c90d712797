--! adversarial hazards=no-where
--@ kind=delete writes=cards
DELETE FROM cards
;;
--@ kind=delete writes=cards
delete from cards -- where id = 1
;;
--@ kind=delete writes=cards
/* WHERE */ DELETE FROM cards /* WHERE id = 1 */
;;
--@ kind=delete writes=cards
DELETE/**/FROM/**/cards
;;
--@ kind=delete writes=cards
DELETE FROM ONLY cards
;;
--@ kind=delete writes=cards
DELETE FROM cards *
;;
--@ kind=delete writes=cards
DELETE FROM "cards"
;;
--@ kind=delete writes=public.cards
DELETE FROM public.cards AS c
;;
--@ kind=delete writes=public.cards
DELETE FROM "public"."cards" c RETURNING c.id
;;
--@ kind=delete writes=audit_log
DELETE FROM audit_log RETURNING *
;;
--@ kind=delete writes=payments
WITH d AS (DELETE FROM payments RETURNING *) SELECT 1
;;
--@ kind=delete writes=payments
WITH d AS (DELETE FROM payments) SELECT count(*) FROM users
;;
--@ kind=delete writes=payments
WITH a AS (SELECT 1), d AS MATERIALIZED (DELETE FROM payments RETURNING id) SELECT * FROM a
;;
--@ kind=delete writes=payments
WITH d AS NOT MATERIALIZED (WITH e AS (SELECT 1) DELETE FROM payments RETURNING id) SELECT * FROM d
;;
--@ kind=update writes=cards
UPDATE cards SET note = 'where id = 1'
;;
--@ kind=update writes=cards
UPDATE cards SET note = $$where$$
;;
--@ kind=update writes=cards
UPDATE cards SET holder = NULL, note = E'it\'s where'
;;
--@ kind=update writes=cards
UPDATE ONLY cards c SET note = '' RETURNING id
;;
--@ kind=update writes=cards
UPDATE cards SET (note, holder) = ('x', 'y')
;;
--@ kind=update writes=cards
UPDATE cards SET (note, holder) = (SELECT 'x', 'y')
;;
--@ kind=update writes=cards
WITH u AS (UPDATE cards SET note = 'x' RETURNING pan) SELECT count(*) FROM u
;;
--@ kind=update writes=cards
UPDATE cards SET note = (SELECT name FROM users WHERE id = 1)
;;
--@ kind=update writes=cards
UPDATE cards SET note = CASE WHEN id = 1 THEN 'where' END
;;
--@ kind=update writes=cards
UPDATE cards SET tags[1] = 'x'
;;
--@ kind=explain writes=cards actions=delete
EXPLAIN ANALYZE DELETE FROM cards
;;
--@ kind=explain writes=payments actions=delete
EXPLAIN (ANALYZE, BUFFERS) DELETE FROM payments
;;
--@ kind=explain writes=payments actions=delete
EXPLAIN (ANALYZE true, COSTS off) DELETE FROM payments
;;
--@ kind=explain writes=payments actions=delete
explain analyze verbose delete from payments
;;
--@ kind=explain writes=payments actions=update
EXPLAIN (FORMAT json, ANALYZE on) UPDATE payments SET status = 'x'
;;
--@ kind=prepare writes=cards actions=delete
PREPARE wipe AS DELETE FROM cards
;;
--@ kind=prepare writes=cards actions=update
PREPARE wipe (text) AS UPDATE cards SET note = $1
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
BEGIN; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT 1; DELETE FROM cards; SELECT 2
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT 'it''s; fine'; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT $x$ ; $x$ ; delete from cards --
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT E'\\'; DELETE FROM cards; SELECT ''
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT 1 /* ; /* nested */ */ ; DELETE FROM cards
;;
--@ kind=multiple writes=cards hazards=no-where,multiple-statements
SELECT U&'\0027'; DELETE FROM cards
;;
--@ kind=delete writes=cards
DELETE
FROM
  cards
;;
--@ kind=delete writes=cards hazards=no-where,unicode-escape
DELETE FROM U&"c\0061rds"
;;
--@ kind=delete writes=cards hazards=no-where,unicode-escape
DELETE FROM U&"c!0061rds" UESCAPE '!'
;;
