"""One name for one host: a log in which some records carry the short name of a machine and others its whole one (seen in recordings)."""

from collections.abc import Iterable


class HostNames:
    """Lower-case names; a short one stands for the whole one that begins with it, where the stream has exactly one such."""

    def __init__(self) -> None:
        self._whole: dict[str, set[str]] = {}
        self._known: dict[str, str] = {}

    def learn(self, hosts: Iterable[str]) -> None:
        """Learn the whole names of a batch before its first short one is asked for."""
        for host in hosts:
            name = host.lower()
            short, dot, _ = name.partition(".")
            if dot and not short.isdigit():  # an address is no name
                self._whole.setdefault(short, set()).add(name)
        self._known.clear()

    def whole(self, host: str) -> str:
        """Return the name by which the device goes."""
        known = self._known.get(host)
        if known is None:
            name = host.lower()
            fitting = self._whole.get(name, set())
            known = self._known[host] = next(iter(fitting)) if len(fitting) == 1 else name
        return known
