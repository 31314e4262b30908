"""Runs one command on one core and says what it cost."""
import os
import shlex
import subprocess
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    seconds: float          # wall clock, from just before the start to the end of the process
    user: float
    system: float
    max_rss: int            # bytes, from rusage; never less than the runner's own, because fork inherits it
    status: int
    stdout: str
    stderr: str
    peak_anonymous: int = 0  # bytes, sampled
    peak_total: int = 0      # bytes, VmHWM: exact for the time until the last sample

    @property
    def processor_seconds(self):
        return self.user + self.system

    @property
    def processor_share(self):
        """The share of the wall clock in which it ran, 1 for one whole core."""
        return self.processor_seconds / self.seconds


class Runner:
    """Pins commands to one core, or to as many as a line asks for, and itself to another one (when there is one)."""

    def __init__(self, cpu):
        cpus = sorted(os.sched_getaffinity(0))
        self.cpu = cpu if cpu in cpus else cpus[-1]
        self._order = [self.cpu] + [c for c in cpus if c != self.cpu]
        self.own = {c for c in cpus if c != self.cpu} or {self.cpu}
        os.sched_setaffinity(0, self.own)

    def cpus(self, cores):
        """The cores of a command: the one that was asked for first; fewer when there are no more."""
        return sorted(self._order[:cores])

    def run(self, command, environment=None, keep_stdout=True, sample=False, timeout=900, cores=1):
        """`keep_stdout=False` sends it to /dev/null, as a measurement of throughput wants it."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            env = {**os.environ, "LC_ALL": "C.UTF-8", **(environment or {})}
            os.sched_setaffinity(0, self.cpus(cores))  # inherited by the child: the same as taskset -c, without its exec
            try:
                start = time.perf_counter()
                child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out if keep_stdout else subprocess.DEVNULL,
                                         stderr=err, env=env)
            finally:
                os.sched_setaffinity(0, self.own)
            anonymous = total = 0
            if sample:
                status, usage, anonymous, total = self._sample(child.pid, start + timeout)
            else:
                _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            return Outcome(seconds, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024, child.returncode,
                           out.read().decode("utf-8", "replace"), err.read().decode("utf-8", "replace"), anonymous, total)

    def together(self, command, cores):
        """Seconds until as many copies of a command as there are cores, one on each, have all ended."""
        start = time.perf_counter()
        children = []
        try:
            for cpu in self.cpus(cores):
                os.sched_setaffinity(0, {cpu})
                children.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        finally:
            os.sched_setaffinity(0, self.own)
        failed = [child.returncode for child in children if child.wait() != 0]
        if failed:
            raise RuntimeError(f"exit status {failed[0]}")
        return time.perf_counter() - start

    @staticmethod
    def _sample(pid, deadline):
        anonymous = total = 0
        while True:
            done, status, usage = os.wait4(pid, os.WNOHANG)
            if done:
                return status, usage, anonymous, total
            try:
                with open(f"/proc/{pid}/status") as file:
                    for line in file:
                        if line.startswith("RssAnon:"):
                            anonymous = max(anonymous, int(line.split()[1]) * 1024)
                        elif line.startswith("VmHWM:"):
                            total = max(total, int(line.split()[1]) * 1024)
            except (FileNotFoundError, ProcessLookupError):
                pass
            if time.perf_counter() > deadline:
                os.kill(pid, 9)
            time.sleep(0.001)

    def stream(self, command):
        """Standard output of a command as an iterator of lines, for checks that are not timed; raises if it fails."""
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            yield from child.stdout
        finally:  # the reader may stop early, which is no failure of the command
            child.stdout.close()
            child.wait()
        if child.returncode != 0:
            raise RuntimeError(f"exit status {child.returncode}")


def show(command, root):
    """A command as somebody else would type it: no path of this machine."""
    words = []
    for word in command:
        word = str(word)
        if os.path.isabs(word) and not word.startswith("/dev/"):
            relative = os.path.relpath(word, root)
            word = os.path.basename(word) if relative.startswith("..") else relative
        words.append(word)
    return shlex.join(words)
