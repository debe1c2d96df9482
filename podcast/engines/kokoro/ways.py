"""The ways in which Kokoro's network is calculated, and the fastest of them on this machine.

Each way rounds otherwise, so each has a sound of its own: the keys of what was said name the way.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROCESSOR = Path("/proc/cpuinfo")  # of Linux
FAST_BYTES = ("avx512_vnni", "avx_vnni")  # abilities to multiply numbers of 8 bits fast
FAST_HALVES = ("amx_bf16", "avx512_bf16")  # and of 16 bits, bfloat16


class Way(Enum):
    """How the network is calculated, from slow to fast; the value is part of names."""

    SHIPPED = "shipped"  # as the file has it: never chosen, for comparison only
    FLOATS = "float32"
    BYTES = "int8"
    OPENVINO = "openvino"  # with numbers of 16 bits

    @property
    def key(self) -> str:
        """Its name in keys; with the version of a library that no other way uses."""
        return f"{self.value}-{openvino_version()}" if self is Way.OPENVINO else self.value

    @property
    def probes(self) -> float:
        """The probes (`engines/probe.py`) that take as long as a second of speech."""
        return PROBES[self]

    @property
    def told(self) -> str:
        """What a person is told of it."""
        return TOLD[self]

    def is_here(self) -> bool:
        """Whether this machine can calculate so without being slower than by the others."""
        if self is Way.BYTES:
            return processor_has(*FAST_BYTES)
        if self is Way.OPENVINO:
            return bool(openvino_version()) and processor_has(*FAST_HALVES)
        return True


PROBES = {
    Way.SHIPPED: 1480.0,
    Way.FLOATS: 1030.0,
    Way.BYTES: 660.0,
    Way.OPENVINO: 540.0,
}  # as bench/voices.py measures
TOLD = {
    Way.SHIPPED: "with its network as it was fetched",
    Way.FLOATS: "with its network unpacked to numbers of 32 bits",
    Way.BYTES: "with numbers of 8 bits, which this processor multiplies fast",
    Way.OPENVINO: "with OpenVINO and numbers of 16 bits, which this processor multiplies fast",
}


@cache
def fastest() -> Way:
    """The fastest way that this machine has."""
    return [way for way in Way if way.is_here()][-1]


@cache
def openvino_version() -> str:
    """The version of the package openvino; empty if it is not installed."""
    try:
        return version("openvino")
    except PackageNotFoundError:
        return ""


def processor_has(*wanted: str) -> bool:
    """Whether the processor has one of some abilities, as Linux calls them.

    Where the system is another one, it is not known, and the answer is no.
    """
    try:
        told = PROCESSOR.read_text("utf-8", errors="replace")
    except OSError:
        return False
    flags = next((line for line in told.splitlines() if line.startswith("flags")), "")
    return not set(wanted).isdisjoint(flags.split())
