"""The dashboard in a real terminal: a pseudo terminal with an emulator behind it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

import pyte
import pytest
from small_studio import draw_to, open_small, start_run

# What a program may switch on and must switch off again: alternate screen, mouse, focus reports,
# bracketed paste.
MODES = ("1049", "1000", "1003", "1006", "1004", "2004")
DEADLINE = 30.0  # a slow machine is no fault


class Terminal:
    """A program in a terminal of this size; `screen` is what a person sees."""

    def __init__(self, *words, size=(80, 24), ignore_hangup=False, **environment):
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self.sent = b""
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before = termios.tcgetattr(slave)

        def begin():
            if ignore_hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        env |= {"LANG": "C.UTF-8", **environment}
        for name in ("COLUMNS", "LINES"):  # they would win over the terminal's own size
            env.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "plotty_tui", *words],
            stdin=slave, stdout=slave, stderr=slave,
            env=env, start_new_session=True, preexec_fn=begin,  # noqa: PLW1509
        )  # fmt: skip
        self._slave = slave  # kept open: the modes are read after the program has ended

    def read(self, seconds=0.05):
        """Take in what the program sends, waiting at most so long for the first of it."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return b""
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return b""
        self.sent += data
        self._stream.feed(re.sub(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]", b"", data))
        return data

    @property
    def text(self):
        return "\n".join(self.screen.display)

    def until(self, test, seconds=DEADLINE):
        """Read until something is so."""
        deadline = time.monotonic() + seconds
        while not test():
            assert time.monotonic() < deadline, f"it did not happen in time:\n{self.text}"
            self.read()

    def see(self, words):
        """Read until these words are on the screen."""
        self.until(lambda: words in self.text)

    def press(self, keys):
        os.write(self.master, keys.encode())

    def end(self, seconds=DEADLINE):
        """The status of the program, which must end in this time."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, "it did not end in time"
            self.read()
        while self.read(0):
            pass
        return self.process.returncode

    def hang_up(self):
        """Close the terminal as a closed window does."""
        os.close(self._slave)
        os.close(self.master)
        self.master = self._slave = -1

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for handle in (self.master, self._slave):
            if handle >= 0:
                os.close(handle)


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.setenv("PLOTTY_HOME", str(tmp_path))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    store = open_small(tmp_path, jobs=["Acme: Logo", "proof [/b]"])
    start_run(store)
    draw_to(store, "left", 20)
    yield store
    store.close()


@pytest.fixture
def open_terminal(studio):
    opened = []

    def make(*words, **more):
        opened.append(Terminal(*words, **more))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def modes_left_on(sent):
    """The modes that were switched on and not off again."""
    left = []
    for mode in MODES:
        told = re.findall(rb"\x1b\[\?" + mode.encode() + rb"([hl])", sent)
        if told and told[-1] == b"h":
            left.append(mode)
    shown = re.findall(rb"\x1b\[\?25([hl])", sent)
    return left + (["cursor"] if shown and shown[-1] == b"l" else [])


def test_it_shows_the_studio_and_q_leaves_the_terminal_as_it_was(open_terminal):
    """In the size the terminal has, also when that changes; half a second without a byte while
    nothing changes: the clock in the corner may do so once."""
    terminal = open_terminal()
    terminal.see("Queue")
    terminal.until(lambda: re.search("[\u2801-\u28ff]", terminal.text))
    quiet, deadline = 0, time.monotonic() + DEADLINE
    while quiet < 10:
        assert time.monotonic() < deadline, "it never is quiet"
        quiet = 0 if terminal.read(0.05) else quiet + 1
    size = struct.pack("HHHH", 40, 120, 0, 0)
    terminal.screen.resize(40, 120)
    fcntl.ioctl(terminal.master, termios.TIOCSWINSZ, size)
    for words in ("Runs", "Queue · 2 jobs", "proof [/b]", "RUN-001"):
        terminal.see(words)
    terminal.press("q")
    assert terminal.end() == 0
    assert modes_left_on(terminal.sent) == []
    assert termios.tcgetattr(terminal._slave) == terminal.before


def test_ctrl_q_leaves_from_a_dialog(open_terminal):
    terminal = open_terminal()
    terminal.see("Queue")
    terminal.press("?")
    terminal.see("search keys")
    terminal.press("\x11")
    assert terminal.end() == 0
    assert modes_left_on(terminal.sent) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_the_terminal_as_it_was(open_terminal, number):
    terminal = open_terminal()
    terminal.see("Queue")
    terminal.process.send_signal(number)
    assert terminal.end() == 128 + number
    assert modes_left_on(terminal.sent) == []
    assert termios.tcgetattr(terminal._slave) == terminal.before


@pytest.mark.parametrize("ignore", [False, True])
def test_a_closed_terminal_ends_it(open_terminal, ignore):
    terminal = open_terminal(ignore_hangup=ignore)
    terminal.see("Queue")
    terminal.hang_up()
    terminal.process.wait(timeout=DEADLINE)


def test_a_terminal_that_does_not_read_and_then_closes_ends_it(open_terminal):
    """The queue of frames is full, so the loop hangs in a write; the thread that watches ends
    the program."""
    terminal = open_terminal(ignore_hangup=True)
    terminal.see("Queue")
    for _ in range(400):
        terminal.press("z")
    terminal.hang_up()
    terminal.process.wait(timeout=DEADLINE)


def test_the_monitor_leaves_in_time_and_changes_nothing(open_terminal):
    terminal = open_terminal("monitor", "--for", "2s")
    terminal.see("Queue")
    terminal.press("i")
    assert terminal.end() == 0
    assert modes_left_on(terminal.sent) == []


def test_colours_and_signs_are_left_out_when_asked(open_terminal):
    terminal = open_terminal(NO_COLOR="1", PLOTTY_ASCII="1")
    terminal.see("Queue - 2 jobs")
    terminal.until(lambda: "25 %" in terminal.text and "=" in terminal.text)
    assert terminal.text.isascii(), [one for one in terminal.text if not one.isascii()]
    terminal.press("q")
    assert terminal.end() == 0
    colors = {
        tuple(match) for match in re.findall(rb"\x1b\[[0-9;]*38;2;(\d+);(\d+);(\d+)", terminal.sent)
    }
    assert all(len(set(color)) == 1 for color in colors), "only greys"


def test_without_a_terminal_it_is_refused(studio, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "plotty_tui"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False,
        env={**os.environ, "PLOTTY_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "needs a terminal" in done.stderr
