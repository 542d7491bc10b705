-- Proves that the store takes writes.
INSERT INTO probe (id, written) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET written = written + 1
