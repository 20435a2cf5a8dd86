"""The process a notebook runs in: ``python -P -m toolkit.output.kernel --watch FD -f CONNECTION_FILE``.

It ends when its parent does, however that ended: the parent holds the other end of a pipe and a thread here waits for
it to close. Then the sockets' folder, which only these two processes know, is removed as well.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading

WARM = ("pandas", "matplotlib.figure", "seaborn")


def main(arguments: list[str]) -> None:
    """Watch the parent, import what every report needs while the parent is busy itself, and serve."""
    watched, connection_file = int(arguments[1]), arguments[3]
    os.set_inheritable(watched, False)
    waiting = threading.Thread(target=_end_with_parent, args=(watched, os.path.dirname(connection_file)), daemon=True)
    waiting.start()
    for name in WARM:
        __import__(name)
    from ipykernel.kernelapp import IPKernelApp

    IPKernelApp.launch_instance(["-f", connection_file, "--HistoryManager.enabled=False"])


def _end_with_parent(watched: int, folder: str) -> None:
    os.read(watched, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
