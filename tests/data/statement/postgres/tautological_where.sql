--! adversarial hazards=tautological-where
--@ kind=delete
DELETE FROM cards WHERE true
;;
--@ kind=delete
DELETE FROM cards WHERE 1=1
;;
--@ kind=delete
DELETE FROM cards WHERE 1 = 1 AND 2 = 2
;;
--@ kind=delete
DELETE FROM cards WHERE NOT false
;;
--@ kind=delete
DELETE FROM cards WHERE NOT (NOT (true))
;;
--@ kind=delete
DELETE FROM cards WHERE 2 > 1
;;
--@ kind=delete
DELETE FROM cards WHERE 'a' = 'a'
;;
--@ kind=delete
DELETE FROM cards WHERE 'a' <> 'b'
;;
--@ kind=delete
DELETE FROM cards WHERE id = id
;;
--@ kind=delete
DELETE FROM cards c WHERE c.id = id
;;
--@ kind=delete
DELETE FROM cards WHERE cards.id = cards.id
;;
--@ kind=delete
DELETE FROM cards WHERE (id) = (id)
;;
--@ kind=delete
DELETE FROM cards WHERE id >= id
;;
--@ kind=delete
DELETE FROM cards WHERE id IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE cards.id IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE NOT (id IS NULL)
;;
--@ kind=delete
DELETE FROM cards WHERE NOT id IS NULL
;;
--@ kind=delete
DELETE FROM cards WHERE ctid IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE id > 0
;;
--@ kind=delete
DELETE FROM cards WHERE id >= 1
;;
--@ kind=delete
DELETE FROM cards WHERE id > -1
;;
--@ kind=delete
DELETE FROM cards WHERE 0 < id
;;
--@ kind=delete
DELETE FROM cards WHERE id <> 0
;;
--@ kind=delete
DELETE FROM cards WHERE id != -1
;;
--@ kind=delete
DELETE FROM cards WHERE id < 9999999999
;;
--@ kind=delete
DELETE FROM cards WHERE id BETWEEN 0 AND 9999999999
;;
--@ kind=delete
DELETE FROM cards WHERE holder LIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder LIKE '%%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ILIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~~ '%'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~ '.*'
;;
--@ kind=delete
DELETE FROM cards WHERE holder ~* ''
;;
--@ kind=delete
DELETE FROM cards WHERE holder SIMILAR TO '%'
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR true
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR 1=1
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR NOT id = 5
;;
--@ kind=delete
DELETE FROM cards WHERE id = 5 OR id <> 5
;;
--@ kind=delete
DELETE FROM cards WHERE holder IS NULL OR holder IS NOT NULL
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id < 10 OR merchant_id >= 10
;;
--@ kind=delete
DELETE FROM cards WHERE merchant_id < 100 OR merchant_id > 50
;;
--@ kind=delete
DELETE FROM cards WHERE (id = 5 OR true) AND (1 = 1)
;;
--@ kind=delete
DELETE FROM cards WHERE coalesce(true, id = 5)
;;
--@ kind=delete
DELETE FROM cards WHERE CASE WHEN true THEN true ELSE false END
;;
--@ kind=delete
DELETE FROM cards WHERE CASE WHEN id = 5 THEN true ELSE true END
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1)
;;
--@ kind=delete
DELETE FROM cards WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = 5)
;;
--@ kind=delete
DELETE FROM cards WHERE 1 IN (1, 2)
;;
--@ kind=delete
DELETE FROM cards WHERE 1 IN (SELECT 1)
;;
--@ kind=delete
DELETE FROM cards WHERE id IN (SELECT id FROM cards)
;;
--@ kind=delete
DELETE FROM cards WHERE id IN (id, 5)
;;
--@ kind=delete
DELETE FROM cards WHERE now() > '2020-01-01'
;;
--@ kind=delete
DELETE FROM cards WHERE random() < 2
;;
--@ kind=delete
DELETE FROM cards WHERE (SELECT count(*) FROM users u WHERE u.id > 3) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE %(flag)s
;;
--@ kind=delete
DELETE FROM cards WHERE 1 = %s
;;
--@ kind=delete
DELETE FROM cards WHERE $1
;;
--@ kind=delete
DELETE FROM cards WHERE length(holder) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE abs(id) >= 0
;;
--@ kind=delete
DELETE FROM cards WHERE id + 0 = id
;;
--@ kind=delete
DELETE FROM cards WHERE holder || '' = holder
;;
--@ kind=delete
DELETE FROM cards WHERE id IS NOT DISTINCT FROM id
;;
--@ kind=delete
DELETE FROM cards WHERE (id = id) IS NOT FALSE
;;
--@ kind=delete
DELETE FROM cards WHERE (1 = 1) IS TRUE
;;
--@ kind=delete
DELETE FROM cards WHERE 'x' LIKE '%'
;;
--@ kind=delete
DELETE FROM cards WHERE 1 + 1 = 2
;;
--@ kind=delete
DELETE FROM cards WHERE 5 BETWEEN 1 AND 10
;;
--@ kind=delete
DELETE FROM cards WHERE '1'::boolean
;;
--@ kind=delete
DELETE FROM cards WHERE 't'
;;
--@ kind=delete
DELETE FROM cards WHERE NULL IS NULL
;;
--@ kind=delete
DELETE FROM cards WHERE current_user = current_user
;;
--@ kind=delete
DELETE FROM cards USING users u WHERE u.id = 5
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE 1=1
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE id = id
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE id IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' FROM users u WHERE u.id = 5
;;
--@ kind=update
UPDATE cards AS c SET note = 'x' WHERE true OR c.id = %s
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE holder LIKE '%' OR holder IS NULL
;;
--@ kind=merge
MERGE INTO card_archive a USING cards c ON true WHEN MATCHED THEN DELETE
;;
--@ kind=merge
MERGE INTO card_archive a USING cards c ON 1 = 1 WHEN MATCHED THEN UPDATE SET pan = c.pan
;;
--@ kind=delete
WITH d AS (DELETE FROM cards WHERE true RETURNING id) SELECT * FROM d
;;
--@ kind=explain actions=delete
EXPLAIN ANALYZE DELETE FROM cards WHERE 1=1
;;
