#!/usr/bin/env python3
"""What idle followers of the change feed cost a running service: memory and processor time of its process.

    python3 bench/followers.py --pid PID [--url http://127.0.0.1:9595] [--followers 1000] [--seconds 60] [--namespaces 1]

Opens the streams, waits until each has its first event, and reads /proc before, and after the time is over. Then it stores a memory in
each namespace and waits until every follower has the change. SOMA_API_TOKEN is the token.
"""
import argparse
import asyncio
import json
import os
import time
import urllib.parse
import urllib.request

TICKS = os.sysconf("SC_CLK_TCK")


def memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def processor(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def store(url, token, space):
    body = json.dumps({"coord": "1", "payload": {"text": "for the followers"}}).encode()
    headers = {"Authorization": f"Bearer {token}", "X-Soma-Namespace": space, "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{url}/memories", body, headers)) as answer:
        return json.load(answer)["seq"]


async def follow(host, port, token, space):
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"GET /changes HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nX-Soma-Namespace: {space}\r\n"
                 "Accept: text/event-stream\r\n\r\n".encode())
    await reader.readuntil(b"event: log")
    return reader, writer


async def measure(pid, seconds):
    """The share of a core that the process takes."""
    used, started = processor(pid), time.monotonic()
    await asyncio.sleep(seconds)
    return (processor(pid) - used) / (time.monotonic() - started)


async def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--pid", type=int, required=True)
    arguments.add_argument("--url", default="http://127.0.0.1:9595")
    arguments.add_argument("--followers", type=int, default=1000)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--namespaces", type=int, default=1)
    options = arguments.parse_args()
    token, address = os.environ["SOMA_API_TOKEN"], urllib.parse.urlparse(options.url)
    spaces = [f"followed-{i}" for i in range(options.namespaces)]
    for space in spaces:
        store(options.url, token, space)

    # The process settles, and gives back what its start took.
    await asyncio.sleep(options.seconds)
    idle, before = await measure(options.pid, options.seconds), memory(options.pid)
    followers = []
    for i in range(options.followers):
        followers.append(await follow(address.hostname, address.port, token, spaces[i % len(spaces)]))

    await asyncio.sleep(5)
    share, after = await measure(options.pid, options.seconds), memory(options.pid)
    started = time.monotonic()
    seqs = {space: store(options.url, token, space) for space in spaces}
    await asyncio.gather(*(
        reader.readuntil(f'"seq":{seqs[spaces[i % len(spaces)]]},'.encode()) for i, (reader, _) in enumerate(followers)))
    print(f"{options.followers} followers of {len(spaces)} namespaces: {after - before:.1f} MB more ({before:.1f} -> {after:.1f}), "
          f"{share * 100:.2f} % of a core (without them {idle * 100:.2f} %); all had the next change after {time.monotonic() - started:.2f} s")
    for _, writer in followers:
        writer.close()


asyncio.run(main())
