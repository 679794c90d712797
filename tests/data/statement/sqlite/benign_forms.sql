--! benign
--@ kind=update
UPDATE cards SET doc = json_remove(doc, '$.x') WHERE doc ->> '$.x' IS NOT NULL
;;
--@ kind=update
UPDATE cards SET note = 'x' WHERE json_type(doc, '$.a') = 'array'
;;
