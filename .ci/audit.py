"""requirements.txt -> whether anything in it is known to be vulnerable.

    python .ci/audit.py [REQUIREMENTS]

pip-audit asks the package index, then OSV. A known vulnerability is status 1. Where neither can
be asked, as on a machine that reaches nothing but a mirror, that is said, and is status 0: it is
no finding. Packages that were asked for one by one and are not known there are counted.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SERVICES = ("pypi", "osv")


def ask(requirements: Path, service: str) -> list[dict[str, Any]]:
    """What a service knows of each pinned package; empty where it cannot be asked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    told = subprocess.run([*command, "-s", service], capture_output=True, text=True, check=False)
    try:
        found: list[dict[str, Any]] = json.loads(told.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return found


def verdict(packages: list[dict[str, Any]]) -> tuple[str, int] | None:
    """A sentence and a status; None where the answer knows nothing of any package."""
    known = [package for package in packages if "vulns" in package]
    if not known:
        return None
    wrong = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, "
        f"mended in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for package in known
        for vulnerability in package["vulns"]
    ]
    if wrong:
        return "\n".join(wrong), 1
    unknown = len(packages) - len(known)
    rest = f"; nothing is known of {unknown} more" if unknown else ""
    return f"no known vulnerability in {len(known)} packages{rest}", 0


def main(requirements: Path) -> int:
    """Say what is known; 1 if something is vulnerable."""
    for service in SERVICES:
        answer = verdict(ask(requirements, service))
        if answer:
            print(f"{requirements.name}: {answer[0]} ({service})")
            return answer[1]
    print(
        f"{requirements.name} was NOT AUDITED: neither {' nor '.join(SERVICES)} tells anything "
        "of its packages from here; run `make audit` where the internet can be reached"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements.txt"))
