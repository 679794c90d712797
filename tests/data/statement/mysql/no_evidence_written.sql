--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat_ws(',', 'a', name) LIKE 'a%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lpad(id, 20, '0') LIKE '0%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE insert(name, 1, 0, 'x') LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE json_contains(json_array(1, id), '1')
;;
