--! adversarial run=any
--@ kind=select hazards=load-extension
SELECT load_extension(pan) FROM cards
;;
--@ kind=select
SELECT randomblob(pan) FROM cards
;;
--@ kind=select
SELECT randomblob(substr(pan, 1, 4)) FROM cards
;;
--@ kind=select
SELECT zeroblob(substr(pan, 1, 4)) FROM cards
;;
--@ kind=select
SELECT length(randomblob(substr(pan,1,4))) FROM cards
;;
--@ kind=select
SELECT length(zeroblob(substr(pan,1,6))) FROM cards
;;
--@ kind=select
SELECT length(printf('%*s', substr(pan,1,4), 'x')) FROM cards
;;
--@ kind=select
SELECT printf('%.*c', substr(pan,1,4), 'x') FROM cards
;;
--@ kind=select hazards=process-access
SELECT edit(pan) FROM cards
;;
--@ kind=select
SELECT abs(-9223372036854775807 - (pan > '4')) FROM cards
;;
--@ kind=select
SELECT json(pan) FROM cards
;;
--@ kind=select
SELECT json_extract('[1]', pan) FROM cards
;;
--@ kind=select
SELECT json_extract('{"a":1}', substr(pan,1,1)) FROM cards
;;
--@ kind=select
SELECT raise(abort, pan) FROM cards
;;
--@ kind=select hazards=load-extension
SELECT fts3_tokenizer(pan) FROM cards
;;
--@ kind=select hazards=admin
SELECT sqlite_log(1, pan) FROM cards
;;
--@ kind=select
SELECT ntile(substr(pan,1,1)) OVER () FROM cards
;;
--@ kind=select
SELECT nth_value(id, substr(pan,1,1)) OVER () FROM cards
;;
--@ kind=select
SELECT length(replace(hex(zeroblob(substr(pan,1,3))),'0','x')) FROM cards
;;
