#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_programs.py PROFILED AGENT: the system's own programs under the agent do what they do without it: same output, same exit code."""
import os
import shutil
import subprocess
import sys
import tempfile

NUMBERS = "seq 1 40000 | awk '{print ($1 * 7919) % 40009, $1}'"
PROGRAMS = {
    "bash": "bash -c 'for i in $(seq 200); do x=$((x + i)); y=$(echo $x); done; trap \"echo bye\" EXIT; echo $x; (exit 7); echo $?; kill -USR1 $$' ; echo $?",
    "dash": "dash -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done; sleep 0.05 & wait; echo $i'",
    "sort": f"{NUMBERS} | sort -n --parallel=4 | md5sum",
    "gzip": f"{NUMBERS} | gzip -9 | gzip -d | md5sum",
    "xz": f"{NUMBERS} | xz -T2 | xz -d | md5sum",
    "tar": "tar -C /usr/include -cf - linux | tar -tf - | sort | md5sum",
    "find": "find /usr/include -name '*.h' -exec true {} + -print | sort | md5sum",
    "awk": "awk 'BEGIN { for (i = 0; i < 300000; i++) s += i % 7; print s; exit 3 }'; echo $?",
    "sed": f"{NUMBERS} | sed -E 's/([0-9])([0-9])/\\2\\1/g' | md5sum",
    "grep": f"{NUMBERS} | grep -cE '(12|21).*9$'; grep -q nothing /dev/null; echo $?",
    "perl": "perl -e 'my %h; $h{$_ % 1000} += $_ for 1 .. 300000; print join(\",\", map { $h{$_} } sort { $a <=> $b } keys %h); exit 9'; echo $?",
    "python3": "python3 -c 'import subprocess, sys, signal, threading, time\n"
               "t = [threading.Thread(target=lambda: sum(range(200000))) for _ in range(8)]\n"
               "[x.start() for x in t]; [x.join() for x in t]\n"
               "signal.signal(signal.SIGALRM, lambda *a: print(\"alarm\")); signal.setitimer(signal.ITIMER_REAL, 0.01); time.sleep(0.1)\n"
               "print(subprocess.run([sys.executable, \"-c\", \"print(sum(i * i for i in range(300000)))\"], capture_output=True).stdout)\n"
               "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65)); print(signal.sigtimedwait(range(1, 65), 0.01), len(signal.pthread_sigmask(signal.SIG_BLOCK, [])) > 0)\n"
               "sys.exit(5)'; echo $?",
    "multiprocessing": "python3 -c 'import multiprocessing as m\nprint(m.Pool(4).map(pow, range(100), [2] * 0) if 0 else sum(m.get_context(\"spawn\").Pool(2).map(abs, range(-999, 999))))' 2>&1",
    "git": "git init -q repository && cd repository && cp -r /usr/include/linux . && git add . && "
           "git -c user.name=a -c user.email=a@b -c gc.auto=0 commit -qm x --date=@0 && git ls-tree -r HEAD | md5sum && git repack -adq && git fsck; git log -1 --format=%T; git diff --exit-code; echo $?",
    "sqlite3": "sqlite3 :memory: 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 100000) select sum(i * i % 17), count(*) from n'",
    "node": "node -e 'let s = 0; for (let i = 0; i < 3e6; i++) s += i % 7; console.log(s); setTimeout(() => process.exit(4), 20)'; echo $?",
    "java": "java -version 2>/dev/null; echo $?",
    "gdb": "gdb -batch -ex 'print 1 + 2' -ex 'info line main' /usr/bin/true",
    "gcc": "printf 'int main(void) { return 6; }' >x.c && gcc -O2 x.c -o x && ./x; echo $?",
    "make": "printf 'all: a b\\na b:\\n\\t@echo $@\\n' >Makefile && make -j1",
    "openssl": "openssl dgst -sha256 /usr/bin/git; openssl speed -seconds 1 -bytes 64 sha256 >/dev/null 2>&1; echo $?",
    "go": "printf 'package main\\nfunc main() { s := 0; for i := 0; i < 100000000; i++ { s += i %% 3 }; println(s) }' >x.go && GOCACHE=$PWD/c GO111MODULE=off go run x.go 2>&1",
}


def outcome(command, folder):
    os.makedirs(folder)
    environment = dict(os.environ, LC_ALL="C", GIT_AUTHOR_DATE="@0 +0000", GIT_COMMITTER_DATE="@0 +0000", HOME=folder)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.replace(folder.encode(), b""), done.stderr.replace(folder.encode(), b"")


def main():
    profiled, agent, *only = sys.argv[1:]
    os.environ["SPB_TEST_AGENT"] = agent
    wrong = 0
    for name, script in PROGRAMS.items():
        if (only and name not in only) or not shutil.which(name.replace("multiprocessing", "python3")):
            continue
        with tempfile.TemporaryDirectory() as folder:
            report = os.path.join(folder, "report")
            plain = outcome(["sh", "-c", script], os.path.join(folder, "p"))
            under = outcome([profiled, "timer", "997", "fp", report, "sh", "-c", script], os.path.join(folder, "u"))
            facts = [line.split()[2] for line in open(report, encoding="utf-8")
                     if line.startswith(("fact samples", "fact samples-lost", "fact malformed"))] if os.path.exists(report) else []
        same = plain == under
        wrong += not same
        print(f"{name}: {'same' if same else 'DIFFERENT'}, samples, lost, malformed: {' '.join(facts)}")
        if not same:
            print(f"    plain {plain}\n    under {under}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
