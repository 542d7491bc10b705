#!/usr/bin/env python3
"""How long `soma mcp` takes to its first answers, and how much memory it holds.

    python3 bench/mcp_start.py [--runs 5] [--soma src/Soma/bin/run/soma]

`make run` makes the executable. Each run takes a folder of its own: a first process, which serves the folder, then a second one, which
goes through the first, then the first again on the folder that is there. Times are milliseconds from the start of the process to the
answer; memory is the resident size in MB after the calls, and its largest.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import time


class Client:
    def __init__(self, soma, folder, settings):
        self.started = time.monotonic()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SOMA_")} | settings
        self.process = subprocess.Popen(
            [soma, "mcp", "--data", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        self.next = 0

    def send(self, method, parameters=None, wants_answer=True):
        message = {"jsonrpc": "2.0", "method": method, "params": parameters or {}}
        if wants_answer:
            self.next += 1
            message["id"] = self.next
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        while wants_answer:
            answer = json.loads(self.process.stdout.readline())
            if answer.get("id") == message["id"]:
                assert "result" in answer and not answer["result"].get("isError"), answer
                return (time.monotonic() - self.started) * 1000

    def run(self):
        times = {"initialize": self.send("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}})}
        self.send("notifications/initialized", wants_answer=False)
        times["list"] = self.send("tools/list")
        times["remember"] = self.send("tools/call", {"name": "remember", "arguments": {"text": f"The kettle is in cupboard {self.process.pid}"}})
        times["recall"] = self.send("tools/call", {"name": "recall", "arguments": {"query": "where is the kettle?"}})
        return times

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            sizes = dict(line.split(":", 1) for line in status)
        return {"rss": int(sizes["VmRSS"].split()[0]) / 1024, "peak": int(sizes["VmHWM"].split()[0]) / 1024}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(soma, settings, settle):
    folder = tempfile.mkdtemp(prefix="soma-mcp-")
    try:
        first = Client(soma, folder, settings)
        figures = {"first": first.run()}
        second = Client(soma, folder, settings)
        figures["second"] = second.run()
        time.sleep(settle)
        figures["first"] |= first.memory()
        figures["second"] |= second.memory()
        second.close()
        first.close()
        again = Client(soma, folder, settings)
        figures["again"] = again.run()
        time.sleep(settle)
        figures["again"] |= again.memory()
        again.close()
        return figures
    finally:
        shutil.rmtree(folder)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--soma", default="src/Soma/bin/run/soma")
    arguments.add_argument("--settle", type=float, default=2, help="seconds before memory is read")
    arguments.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a variable of the environment")
    chosen = arguments.parse_args()
    settings = dict(each.split("=", 1) for each in chosen.set)
    runs = [measure(chosen.soma, settings, chosen.settle) for _ in range(chosen.runs)]
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, medians (worst) of {chosen.runs}")
    for process in ("first", "second", "again"):
        cells = []
        for name in ("initialize", "list", "remember", "recall", "rss", "peak"):
            values = [run[process][name] for run in runs]
            cells.append(f"{name} {statistics.median(values):.0f} ({max(values):.0f})")
        print(f"{process:7}", "  ".join(cells))


if __name__ == "__main__":
    main()
