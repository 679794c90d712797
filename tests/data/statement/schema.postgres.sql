CREATE TABLE merchants (id int PRIMARY KEY, name text, active boolean DEFAULT true, city text);
CREATE TABLE cards (id bigint PRIMARY KEY, holder text, pan text, cvv text, expiry date, track text, note text,
  doc jsonb, tags text[], merchant_id int REFERENCES merchants (id), updated_at timestamptz);
CREATE TABLE payments (id bigserial PRIMARY KEY, card_id bigint REFERENCES cards (id), amount numeric(12,2),
  status text, created_at timestamptz DEFAULT now(), merchant_id int);
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE, name text, deleted_at timestamptz, tenant_id int);
CREATE TABLE card_archive (id bigint, holder text, pan text);
CREATE TABLE audit_log (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), what text);
CREATE TABLE nodes (id int PRIMARY KEY, parent_id int, name text);
CREATE TABLE parted (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE parted_2024 PARTITION OF parted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE VIEW card_names AS SELECT id, holder FROM cards;
CREATE MATERIALIZED VIEW card_counts AS SELECT merchant_id, count(*) AS n FROM cards GROUP BY merchant_id;
CREATE SCHEMA app;
CREATE TABLE app.vault (id int PRIMARY KEY, secret text);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE SEQUENCE ticket;
CREATE FUNCTION purge_all() RETURNS void LANGUAGE sql AS 'DELETE FROM audit_log';
CREATE FUNCTION get_cards() RETURNS SETOF cards LANGUAGE sql AS 'SELECT * FROM cards';
CREATE FUNCTION on_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER cards_change BEFORE UPDATE ON cards FOR EACH ROW EXECUTE FUNCTION on_change();
CREATE PROCEDURE archive_cards(d int) LANGUAGE sql AS 'INSERT INTO card_archive SELECT id, holder, pan FROM cards';
CREATE INDEX cards_holder ON cards (holder);
