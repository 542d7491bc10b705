"""The synchronous client. All but the stream is generated from the asynchronous one."""
