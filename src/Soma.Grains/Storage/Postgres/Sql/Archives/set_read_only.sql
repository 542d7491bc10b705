-- One moment of the database for everything that is read until the transaction ends; waits for nobody and stops nobody.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY
