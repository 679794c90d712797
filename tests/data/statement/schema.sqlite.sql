CREATE TABLE merchants (id INTEGER PRIMARY KEY, name TEXT, active INTEGER DEFAULT 1, city TEXT);
CREATE TABLE cards (id INTEGER PRIMARY KEY, holder TEXT, pan TEXT, cvv TEXT, expiry TEXT, track TEXT, note TEXT, doc TEXT,
  merchant_id INTEGER REFERENCES merchants (id), updated_at TEXT);
CREATE TABLE payments (id INTEGER PRIMARY KEY AUTOINCREMENT, card_id INTEGER REFERENCES cards (id), amount REAL, status TEXT,
  created_at TEXT DEFAULT current_timestamp, merchant_id INTEGER);
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT, deleted_at TEXT, tenant_id INTEGER);
CREATE TABLE card_archive (id INTEGER, holder TEXT, pan TEXT);
CREATE TABLE audit_log (id INTEGER PRIMARY KEY, at TEXT DEFAULT current_timestamp, what TEXT);
CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent_id INTEGER, name TEXT);
CREATE TABLE tokens (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID;
CREATE VIEW card_names AS SELECT id, holder FROM cards;
CREATE INDEX cards_holder ON cards (holder);
CREATE TRIGGER cards_change AFTER UPDATE ON cards BEGIN INSERT INTO audit_log (what) VALUES ('changed'); END;
