--! adversarial hazards=relocation
--@ kind=ddl hazards=relocation,ddl reads=cards writes=copied
CREATE TABLE copied AS SELECT * FROM cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
CREATE TEMP TABLE copied ON COMMIT DROP AS TABLE cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
CREATE TABLE copied (a, b) AS SELECT id, pan FROM cards WITH NO DATA
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
SELECT * INTO copied FROM cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
SELECT reverse(pan) AS p INTO TEMP copied FROM cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
WITH x AS (SELECT pan FROM cards) SELECT * INTO UNLOGGED copied FROM x
;;
--@ kind=ddl hazards=relocation,ddl reads=cards ddl=v
CREATE VIEW v AS SELECT pan AS harmless FROM cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards ddl=v
CREATE OR REPLACE TEMP VIEW v (h) AS SELECT pan FROM cards WITH CHECK OPTION
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
CREATE MATERIALIZED VIEW v AS SELECT pan FROM cards
;;
--@ kind=ddl hazards=relocation,ddl reads=cards
CREATE RECURSIVE VIEW v (h) AS SELECT pan FROM cards
;;
--@ kind=insert reads=cards writes=card_archive
INSERT INTO card_archive SELECT id, holder, pan FROM cards
;;
--@ kind=insert reads=cards writes=audit_log
INSERT INTO audit_log (what) SELECT reverse(pan) FROM cards
;;
--@ kind=insert reads=cards writes=audit_log
INSERT INTO audit_log (what) VALUES ((SELECT pan FROM cards LIMIT 1))
;;
--@ kind=insert reads=audit_log writes=audit_log
INSERT INTO audit_log TABLE audit_log
;;
--@ kind=insert reads=cards writes=card_archive
WITH x AS (SELECT id, holder, pan FROM cards) INSERT INTO card_archive SELECT * FROM x
;;
--@ kind=insert writes=card_archive,cards
WITH x AS (DELETE FROM cards WHERE id = 5 RETURNING id, holder, pan) INSERT INTO card_archive SELECT * FROM x
;;
--@ kind=update writes=cards
UPDATE cards SET note = pan WHERE id = 5
;;
--@ kind=update writes=cards
UPDATE cards SET note = reverse(pan) WHERE id = 5
;;
--@ kind=update writes=users reads=cards
UPDATE users SET name = c.pan FROM cards c WHERE c.id = users.id
;;
--@ kind=update writes=users reads=cards
UPDATE users SET name = (SELECT pan FROM cards c WHERE c.id = users.id) WHERE id = 5
;;
--@ kind=merge writes=card_archive reads=cards
MERGE INTO card_archive a USING cards c ON a.id = c.id WHEN NOT MATCHED THEN INSERT (id, pan) VALUES (c.id, c.pan)
;;
--@ kind=select hazards=session-change
SELECT set_config('app.x', pan, false) FROM cards
;;
--@ kind=select hazards=notify
SELECT pg_notify('c', pan) FROM cards
;;
