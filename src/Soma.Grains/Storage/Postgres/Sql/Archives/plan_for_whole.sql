-- Statements that go through a whole namespace: its rows may have come a moment ago, and statistics know nothing of them. Taken
-- for few, they would be looked up one by one for each other.
SET enable_nestloop = off
