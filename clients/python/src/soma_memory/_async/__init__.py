"""The asynchronous client, from which the other one is generated."""
