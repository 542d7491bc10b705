-- readable from: 1
-- When a memory was last read, in namespaces whose importance fades; 0: not known. A column with a constant default rewrites no row.
ALTER TABLE memories ADD COLUMN accessed_at INTEGER NOT NULL DEFAULT 0;
