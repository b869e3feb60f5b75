"""Reads the console of the emulated machine, and fails where it says something else than it should."""

import json
import re
import sys

console, diag = open(sys.argv[1], encoding="utf-8", errors="replace").read().replace("\r", ""), sys.argv[2] == "1"
parts, wrong = {}, []
for name, text, code in re.findall(r"^#BEGIN (\S+)\n(.*?)^#END \1 (\d+)$", console, re.M | re.S):
    parts[name] = (text, int(code))


SOURCE = "sock-diag" if diag else "proc"


def expect(what, found, wanted):
    if found != wanted:
        wrong.append(f"{what}: {found!r}, not {wanted!r}")


def text(name, code):
    found, ended = parts.get(name, ("", None))
    expect(f"exit code of {name}", ended, code)
    return found


def events(name, code=0):
    return [json.loads(line) for line in text(name, code).splitlines() if line.startswith("{")]


def of(kind, among):
    return [event for event in among if event["event"] == kind]


def returned(among, call):
    return [event for event in of("returned", among) if event["call"] == call]


def line(source, mark):
    rows = open(f"tests/arm64/{source}", encoding="utf-8").read().splitlines()
    return next(number for number, row in enumerate(rows, 1) if mark in row)


def lessons():
    for name in ("lesson-3", "lesson-4", "lesson-5", "lesson-nobody"):
        played = events(name)
        expect(f"the end of {name}", [event["surprises"] for event in of("lesson-finished", played)], [0])
        expect(f"the sources of {name}", {event["source"] for event in of("kernel", played)}, {SOURCE})
        fallback = [event["kind"] for event in of("note", played) if event["kind"] == "proc-fallback"]
        expect(f"what {name} says of /proc", fallback, [] if diag else ["proc-fallback"])
        backlogs = {row.get("backlog") for event in of("kernel", played) for row in event["sockets"]}
        expect(f"backlogs in {name}", backlogs - {None} != set(), diag and name != "lesson-3")


def calls():
    alone = text("alone-calls", 0)
    expect("what calls says", text("said-calls", 1), alone)
    seen = events("trace-calls")
    names = {(event["call"], event["kernel"]) for event in of("returned", seen)}
    for pair in [
        ("pause", "ppoll"),
        ("setitimer", "setitimer"),
        ("epoll_create1", "epoll_create1"),
        ("pipe", "pipe2"),
        ("dup2", "dup3"),
        ("poll", "ppoll"),
        ("select", "pselect6"),
        ("epoll_wait", "epoll_pwait"),
        ("fork", "clone"),
        ("vfork", "clone"),
        ("clone", "clone"),
        ("waitpid", "wait4"),
        ("nanosleep", "clock_nanosleep"),
        ("accept", "accept"),
        ("send", "sendto"),
        ("recv", "recvfrom"),
        ("shutdown", "shutdown"),
    ]:
        expect(f"{pair} is seen", pair in names, True)
    where = [(event["line"], event["function"], event["result"]) for event in returned(seen, "send")]
    expect("the line of send", where, [(line("calls.c", "/* greeting */"), "greet", 11)])
    expect("every call of the program has its line", {e["line"] > 0 for e in returned(seen, "close")[-4:]}, {True})
    ready = [event["args"][1] for event in returned(seen, "epoll_wait")]
    expect("epoll_wait", ready, ["[{events=EPOLLIN, data={fd=4}}]"])
    mask = [event["args"][1] for event in returned(seen, "sigaction")]
    expect("sigaction", [row.split(",", 1)[1] for row in mask], [" sa_mask=[SIGUSR2], sa_flags=0}"])
    why = [event["why"]["kind"] for event in of("blocked", seen) if event["call"] == "pause"]
    expect("pause sleeps", why, ["time"])
    expect("the sources of the trace", {event["source"] for event in of("blocked", seen)}, {SOURCE})
    again = [event["interrupted"] for event in returned(seen, "poll") if event["line"] == line("calls.c", "poll(NULL, 0, 1000)")]
    expect("poll goes on after a stop", (len(again) > 1, again[-1:]), (True, [False]))
    ends = sorted(event["exit_code"] for event in of("process", seen) if event["died"])
    expect("the ends of the processes", ends, [0, 0, 0, 3, 5, 6])
    findings = {(event["id"], event["evidence"][-1]["line"]) for event in of("finding", seen)}
    for finding in [
        ("double-close", line("calls.c", "/* twice */")),
        ("send-trailing-nul", line("calls.c", "/* greeting */")),
    ]:
        expect(f"the finding {finding}", finding in findings, True)
    expect("double-close in words", "double-close" in text("words", 1), True)
    text("static-calls", 0)


def faults():
    expect(
        "faults alone",
        text("alone-faults", 0).splitlines(),
        [
            "raw 10 1 10",
            "recv 10 -",
            "recv -1 EAGAIN",
            "writev 8 -",
            "lengths 4 4",
            "fork 1 -",
            "child 1 7",
        ],
    )
    expect(
        "faults provoked",
        text("said-faults", 0).splitlines(),
        [
            "raw 3 1 10",
            "recv -1 EINTR",
            "recv 3 -",
            "writev 6 -",
            "lengths 4 4",
            "fork -1 EAGAIN",
            "child 1 7",
        ],
    )
    injected = [event["call"] for event in of("returned", events("trace-faults")) if event["injected"]]
    expect("the faults that are told", injected, ["send", "recv", "writev", "fork"])


expect("the machine", text("machine", 0), "aarch64\n")
expect("the end", "#ALL-DONE" in console, True)
lessons()
calls()
faults()
if diag:
    expect("unit tests", "test result: ok" in text("unit", 0), True)
print("\n".join(wrong))
sys.exit(bool(wrong))
