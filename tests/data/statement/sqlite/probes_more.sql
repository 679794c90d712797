--! adversarial
--@ kind=select
SELECT id, pan FROM cards UNION ALL SELECT id, name FROM merchants ORDER BY pan
;;
--@ kind=select
SELECT id FROM cards WHERE pan + 0 > 4000000000000000
;;
--@ kind=select
SELECT id FROM cards WHERE substr(pan, 1, 1) = '4'
;;
--@ kind=select
SELECT id FROM cards WHERE instr(pan, '4') = 1
;;
--@ kind=select
SELECT id FROM cards WHERE unicode(pan) = 52
;;
--@ kind=select
SELECT id FROM cards WHERE pan % 10 = 1
;;
--@ kind=select
SELECT id FROM cards WHERE pan >> 10 = 5
;;
--@ kind=select
SELECT id FROM cards WHERE hex(pan) LIKE '34%'
;;
--@ kind=select
SELECT id FROM cards WHERE CAST(pan AS INTEGER) BETWEEN 4e15 AND 5e15
;;
--@ kind=select
SELECT id FROM cards WHERE trim(pan, '4') <> pan
;;
--@ kind=select
SELECT id FROM cards WHERE printf('%.4s', pan) = '4111'
;;
--@ kind=select
SELECT count(*) FILTER (WHERE pan LIKE '4%') FROM cards
;;
--@ kind=select
SELECT total(pan LIKE '41%') FROM cards
;;
--@ kind=select
SELECT id FROM cards GROUP BY substr(pan, 1, 6)
;;
--@ kind=select
SELECT min(pan) FROM cards WHERE pan > '41'
;;
--@ kind=select
SELECT id FROM cards WHERE json_extract('{"4111": 1}', '$.' || substr(pan, 1, 4))
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
SELECT id FROM cards WHERE CAST(pan AS INTEGER) > 4
;;
--@ kind=select
SELECT id FROM cards WHERE pan MATCH '4*'
;;
--@ kind=select
SELECT json_extract(pan, '$') FROM cards WHERE instr(pan, '4') = 1
;;
--@ kind=select
SELECT *, max(cvv) FROM cards
;;
--@ kind=select
SELECT id FROM cards WHERE doc ->> 'pan' LIKE '4111%'
;;
--@ kind=select
SELECT id FROM cards WHERE substr(json_extract(doc, '$.pan'), 1, 2) = '41'
;;
--@ kind=select
SELECT id FROM cards ORDER BY substr(doc -> '$.card' ->> 'card_number', 3)
;;
--@ kind=select
SELECT u.id FROM cards c JOIN (SELECT id, '411111' || id AS p FROM users) u ON c.pan = u.p
;;
--@ kind=insert run=fails
INSERT OR IGNORE INTO cards (id, pan) SELECT 100 + value, '411111' || value FROM generate_series(1, 1000) RETURNING id
;;
