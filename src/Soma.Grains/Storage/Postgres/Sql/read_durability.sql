-- What decides whether a commit that the server confirmed survives a crash of its machine.
SELECT current_setting('fsync')::boolean, current_setting('full_page_writes')::boolean
