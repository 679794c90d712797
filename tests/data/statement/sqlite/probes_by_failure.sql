--! adversarial run=any
--@ kind=select
SELECT json(substr(pan,1,1) || 'x') FROM cards
;;
--@ kind=select
SELECT json_extract('[1]', '$[' || substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT '[1]' -> ('$[' || substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT replace(substr(pan,1,1), '4', 'x') ->> '$' FROM cards
;;
--@ kind=select
SELECT abs(-9223372036854775807 - (substr(pan,1,1)='4')) FROM cards
;;
--@ kind=select
SELECT sum(9223372036854775807 - (pan > '4')) FROM cards
;;
--@ kind=select
SELECT substr('abcdefghij', substr(pan,1,1), 1) FROM cards
;;
--@ kind=select
SELECT char(substr(pan,1,2)) FROM cards
;;
--@ kind=select
SELECT zeroblob(substr(pan,1,10)) FROM cards
;;
--@ kind=select
SELECT printf('%' || substr(pan,1,9) || 'd', 1) FROM cards
;;
--@ kind=select
SELECT ntile(substr(pan,1,1) - 4) OVER () FROM cards
;;
--@ kind=select
SELECT lag(id, substr(pan,1,1)) OVER (ORDER BY id) FROM cards
;;
--@ kind=select
SELECT unistr('\' || substr(pan,1,4)) FROM cards
;;
--@ kind=select
SELECT likelihood(1, substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT strftime('%s', substr(pan,1,8)) FROM cards
;;
--@ kind=select
SELECT round(1.5, substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT hex(randomblob(substr(pan,1,1))) FROM cards
;;
--@ kind=select
SELECT replace(printf('%.' || substr(pan,1,1) || 'c', 'x'), 'x', 'yy') FROM cards
;;
--@ kind=select
SELECT (SELECT id FROM users LIMIT substr(c.pan,1,1)) FROM cards c
;;
--@ kind=select
SELECT (SELECT group_concat(id) FROM (SELECT id FROM users LIMIT substr(c.pan,1,1))) FROM cards c
;;
--@ kind=select
SELECT jsonb(pan || ']') FROM cards
;;
--@ kind=select
SELECT json_set('{}', '$.' || substr(pan,1,1), 1) FROM cards
;;
--@ kind=select
SELECT json_array_length('[' || substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT abs(-9223372036854775804 - substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT sum(9223372036854775803 + substr(pan,1,1)) FROM cards
;;
--@ kind=select hazards=load-extension
SELECT load_extension(substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT id FROM cards ORDER BY abs(pan - 4111)
;;
--@ kind=insert
INSERT INTO users (id) SELECT substr(pan,1,1) FROM cards WHERE id = 1
;;
