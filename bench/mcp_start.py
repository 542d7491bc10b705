#!/usr/bin/env python3
"""How long `soma mcp` takes to its first answers, and how much memory it holds.

    python3 bench/mcp_start.py [--runs 5] [--soma src/Soma/bin/run/soma] [--bare]

`make run` makes the executable. Each run takes a folder of its own: a first process, which serves the folder, then a second one, which
goes through the first, then the first again on the folder that is there. Times are milliseconds from the start of the process to the
answer; memory is the resident size in MB after the calls, and its largest. With --bare each run also starts an ASP.NET Core process with
one endpoint, published in the same way, and the ratios say what Soma adds to it: machines differ, the ratios hardly do.
"""
import argparse
import json
import os
import shutil
import socket
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
        return memory_of(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


BARE = {
    "bare.csproj": """<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net10.0</TargetFramework><PublishReadyToRun>true</PublishReadyToRun>
<InvariantGlobalization>true</InvariantGlobalization></PropertyGroup></Project>""",
    "Program.cs": """using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();
app.MapGet("/", context => context.Response.WriteAsJsonAsync("here"));
await app.RunAsync($"http://127.0.0.1:{args[0]}");
""",
}


def publish_bare(folder):
    for name, text in BARE.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    subprocess.run(
        ["dotnet", "publish", folder, "-c", "Release", "--use-current-runtime", "--self-contained", "false", "-o", f"{folder}/out", "-v", "quiet", "-nologo"], check=True)
    return f"{folder}/out/bare"


def measure_bare(program, settle):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    process = subprocess.Popen([program, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port)) as connection:
                    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    assert connection.recv(1000).startswith(b"HTTP/1.1 200"), "the bare process does not answer"
                    break
            except ConnectionRefusedError:
                time.sleep(0.002)
        answered = (time.monotonic() - started) * 1000
        time.sleep(settle)
        return {"answer": answered} | memory_of(process.pid)
    finally:
        process.terminate()
        process.wait()


def memory_of(process):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        sizes = dict(line.split(":", 1) for line in status)
    return {"rss": int(sizes["VmRSS"].split()[0]) / 1024, "peak": int(sizes["VmHWM"].split()[0]) / 1024}


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
    arguments.add_argument("--bare", action="store_true", help="also start a bare ASP.NET Core process, which is published first")
    chosen = arguments.parse_args()
    settings = dict(each.split("=", 1) for each in chosen.set)
    with tempfile.TemporaryDirectory(prefix="soma-bare-") as folder:
        bare = publish_bare(folder) if chosen.bare else None
        runs = [
            measure(chosen.soma, settings, chosen.settle) | ({"bare": measure_bare(bare, chosen.settle)} if bare else {}) for _ in range(chosen.runs)]
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, medians (worst) of {chosen.runs}")
    for process in ("first", "second", "again"):
        cells = []
        for name in ("initialize", "list", "remember", "recall", "rss", "peak"):
            values = [run[process][name] for run in runs]
            cells.append(f"{name} {statistics.median(values):.0f} ({max(values):.0f})")
        print(f"{process:7}", "  ".join(cells))
    if chosen.bare:
        median = {(process, name): statistics.median(run[process][name] for run in runs) for process in runs[0] for name in runs[0][process]}
        print(f"bare    answer {median['bare', 'answer']:.0f}  rss {median['bare', 'rss']:.0f}")
        print(f"first / bare: initialize {median['first', 'initialize'] / median['bare', 'answer']:.1f}  "
              f"remember {median['first', 'remember'] / median['bare', 'answer']:.1f}  rss {median['first', 'rss'] / median['bare', 'rss']:.1f}")


if __name__ == "__main__":
    main()
