"""Runs a program whose standard output is a terminal, and prints what the terminal got.

    in_terminal.py COLUMNS PROGRAM ARGUMENTS...
"""

import fcntl
import os
import struct
import sys
import termios

import pty


def main(columns, arguments):
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
        attributes = termios.tcgetattr(1)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(1, termios.TCSANOW, attributes)
        os.execv(arguments[0], arguments)
    output = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(output)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
