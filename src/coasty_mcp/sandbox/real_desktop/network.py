"""A way out of a cage: slirp4netns, which talks to the network in the cage's stead."""

import fcntl
import os
import select
from subprocess import DEVNULL, Popen

from .prerequisites import NETWORK, program

NS_GET_USERNS = 0xB701  # linux/nsfs.h
PATIENCE = 5.0


class Network:
    """The cage's network; this computer's loopback addresses are not in it."""

    def __init__(self, first_process: int) -> None:
        """Connect the cage of that process.

        Raises:
            OSError: the namespaces or /dev/net/tun cannot be used.
        """
        stop, self._alive = os.pipe()  # it ends when the other end is closed, as by our death
        ready, tell = os.pipe()
        namespace = os.open(f"/proc/{first_process}/ns/net", os.O_RDONLY)
        owner = fcntl.ioctl(namespace, NS_GET_USERNS)
        passed = (owner, stop, tell)
        try:
            self._process = Popen(
                [
                    *(program(NETWORK), "--configure", "--disable-host-loopback"),
                    *(f"--userns-path=/proc/self/fd/{owner}", f"--exit-fd={stop}"),
                    *(f"--ready-fd={tell}", str(first_process), "tap0"),
                ],
                pass_fds=passed,
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
            )
        finally:
            for descriptor in (*passed, namespace):
                os.close(descriptor)
        with os.fdopen(ready, "rb") as told:
            if not select.select([told], [], [], PATIENCE)[0] or not told.read(1):
                self.close()
                raise OSError("slirp4netns does not work here: it needs /dev/net/tun")

    def close(self) -> None:
        os.close(self._alive)
        self._process.kill()
        self._process.wait()
