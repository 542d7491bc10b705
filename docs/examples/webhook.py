#!/usr/bin/env python3
"""Posts each change of a namespace to a webhook, in order and at least once, and keeps its place in a file.

    SOMA_URL=http://127.0.0.1:9595 SOMA_API_TOKEN=... SOMA_NAMESPACE=notes WEBHOOK=http://127.0.0.1:8080/ PLACE=place.json python3 webhook.py
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request

SOMA, HOOK, PLACE = os.environ["SOMA_URL"], os.environ["WEBHOOK"], os.environ["PLACE"]
HEADERS = {
    "Authorization": "Bearer " + os.environ["SOMA_API_TOKEN"],
    "X-Soma-Namespace": os.environ.get("SOMA_NAMESPACE", "default"),
    "Accept": "text/event-stream",
}


def load():
    try:
        with open(PLACE) as file:
            return json.load(file)
    except FileNotFoundError:
        return {"log": None, "seq": 0}


def save(place):
    # Another file first, so that a crash leaves the old place or the new one.
    with open(PLACE + ".tmp", "w") as file:
        json.dump(place, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(PLACE + ".tmp", PLACE)


def deliver(change):
    # The receiver may get a change again after a crash between the delivery and the save: it passes over seqs that it has.
    request = urllib.request.Request(HOOK, json.dumps(change).encode(), {"Content-Type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30):
                return
        except OSError as failure:
            print(f"the webhook is away: {failure}", file=sys.stderr)
            time.sleep(1)


def events(stream):
    """Yields the name and the data of each event."""
    name, data = "message", []
    for raw in stream:
        line = raw.decode().rstrip("\r\n")
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield name, json.loads("\n".join(data))
            name, data = "message", []
        elif field == "event":
            name = value
        elif field == "data":
            data.append(value)


def follow(place):
    log = f"&log={place['log']}" if place["log"] else ""
    request = urllib.request.Request(f"{SOMA}/changes?after={place['seq']}{log}", headers=HEADERS)
    # The service sends a comment every 15 seconds, so a silent connection is a dead one.
    with urllib.request.urlopen(request, timeout=60) as stream:
        for name, data in events(stream):
            if name == "log":
                place["log"] = data["log"]
            elif name == "reset":
                sys.exit("The namespace was deleted or restored: delete the file with the place, and tell the receiver to begin again.")
            else:
                deliver(data)
                place["seq"] = data["seq"]
                save(place)


place = load()
while True:
    try:
        follow(place)
    except urllib.error.HTTPError as answer:
        if answer.code < 500 and answer.code != 429:
            sys.exit(f"{answer.code}: {answer.read().decode()}")
    except OSError as failure:
        print(f"the service is away: {failure}", file=sys.stderr)
    time.sleep(1)
