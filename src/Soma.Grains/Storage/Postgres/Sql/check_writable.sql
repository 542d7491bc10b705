-- Proves that the store takes writes, on a row that nothing else locks.
INSERT INTO soma.probe (id, written) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET written = probe.written + 1
