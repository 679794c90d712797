--! adversarial
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE format('%1$s-x', name) LIKE '%-x'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE overlay(name placing 'x' from 1) LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE overlay(coalesce(name, '') placing 'x' from 1 for 0) LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE translate(name, 'abc', 'xyz') !~ 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE (string_to_array('a,' || name, ','))[1] = 'a'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE to_tsvector(coalesce(name, '') || ' word') @@ to_tsquery('word')
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE concat(name, '@', email) LIKE '%@%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE lpad(name, 300, 'x') LIKE 'x%'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE jsonb_build_object('k', 1, 'n', name) @> '{"k": 1}'
;;
--@ kind=delete hazards=tautological-where
DELETE FROM users WHERE 'a' = ANY (array_append(ARRAY['a'], name))
;;
