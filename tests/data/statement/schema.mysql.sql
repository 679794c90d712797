CREATE TABLE merchants (id int PRIMARY KEY, name varchar(100), active tinyint DEFAULT 1, city varchar(100));
CREATE TABLE cards (id bigint PRIMARY KEY, holder varchar(100), pan varchar(40), cvv varchar(10), expiry date, track varchar(100),
  note text, doc json, merchant_id int, updated_at datetime, FULLTEXT KEY note_text (note));
CREATE TABLE payments (id bigint AUTO_INCREMENT PRIMARY KEY, card_id bigint, amount decimal(12,2), status varchar(20),
  created_at datetime DEFAULT current_timestamp, merchant_id int, KEY by_card (card_id));
CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, email varchar(100) UNIQUE, name varchar(100), deleted_at datetime, tenant_id int);
CREATE TABLE card_archive (id bigint, holder varchar(100), pan varchar(40));
CREATE TABLE audit_log (id bigint AUTO_INCREMENT PRIMARY KEY, at datetime DEFAULT current_timestamp, what text);
CREATE TABLE nodes (id int PRIMARY KEY, parent_id int, name varchar(100));
CREATE TABLE parted (id int, y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2024), PARTITION p1 VALUES LESS THAN MAXVALUE);
CREATE TABLE 2fa (id int PRIMARY KEY, secret varchar(20));
CREATE VIEW card_names AS SELECT id, holder FROM cards;
CREATE PROCEDURE archive_cards(d int) INSERT INTO card_archive SELECT id, holder, pan FROM cards;
CREATE FUNCTION card_count() RETURNS int READS SQL DATA RETURN (SELECT count(*) FROM cards);
CREATE TRIGGER cards_change BEFORE UPDATE ON cards FOR EACH ROW SET NEW.updated_at = now();
CREATE SEQUENCE ticket;
