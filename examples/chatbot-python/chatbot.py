"""A chatbot with a memory: it keeps what it is told, and finds it again in any later conversation.

    SOMA_URL=http://127.0.0.1:9595 SOMA_API_TOKEN=devtoken python3 chatbot.py ada

Reads one message a line and answers each with a line. Each user has a namespace, so that no one is told what another one said.
"""
from __future__ import annotations

import datetime
import sys
import uuid

from model import Model, scripted_model
from soma_memory import Soma


def chat(user: str, model: Model) -> None:
    soma = Soma().within(f"chatbot-{user}")
    conversation = str(uuid.uuid4())
    for line in sys.stdin:
        message = line.strip()
        context = soma.context(message, 500, min_relevance=0.3)
        answer = model(f"You talk with {user}.\n\n{context}", message)
        if answer.is_worth_remembering:
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            soma.store({"text": message, "speaker": user, "session_id": conversation, "timestamp": now})
        print(answer.text, flush=True)


if __name__ == "__main__":
    chat(sys.argv[1] if len(sys.argv) > 1 else "you", scripted_model)
