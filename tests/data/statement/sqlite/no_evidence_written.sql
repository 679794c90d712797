--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE printf('%s-x', name) LIKE '%-x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'x' || name LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_extract(json_object('a', 1, 'n', name), '$.a') = 1
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 1 IN (SELECT value FROM json_each(json_array(1, name)))
;;
