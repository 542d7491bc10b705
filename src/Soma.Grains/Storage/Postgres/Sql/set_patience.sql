-- Gives this transaction alone a migration's time instead of a commit's, its waits for locks included.
SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true),
  set_config('idle_in_transaction_session_timeout', $1, true)
