"""requirements.txt -> the known vulnerabilities of the packages in it.

    python .ci/audit.py [REQUIREMENTS]

pip-audit looks the packages up in the package index, then in OSV. The exit status is 1 if a package
has a known vulnerability. If neither database can be reached, for example because the machine
reaches only a mirror, the program prints a warning and the exit status is 0. It also prints the
number of packages that the database does not know.
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
    """The answer of a service about each pinned package; empty if it cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(requirements), "--no-deps"]
    command += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    done = subprocess.run([*command, "-s", service], capture_output=True, text=True, check=False)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return packages


def verdict(packages: list[dict[str, Any]]) -> tuple[str, int] | None:
    """A sentence and an exit status, or None if the service knows none of the packages."""
    known = [package for package in packages if "vulns" in package]
    if not known:
        return None
    findings = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, "
        f"fixed in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for package in known
        for vulnerability in package["vulns"]
    ]
    if findings:
        return "\n".join(findings), 1
    unknown = len(packages) - len(known)
    rest = f"; {unknown} more could not be looked up" if unknown else ""
    return f"no known vulnerability in {len(known)} packages{rest}", 0


def main(requirements: Path) -> int:
    """Print the result; return 1 if a package has a known vulnerability."""
    for service in SERVICES:
        answer = verdict(ask(requirements, service))
        if answer:
            print(f"{requirements.name}: {answer[0]} ({service})")
            return answer[1]
    print(
        f"{requirements.name} was NOT AUDITED: neither {' nor '.join(SERVICES)} answered about its "
        "packages; run `make audit` on a machine that reaches the internet"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "requirements.txt"))
