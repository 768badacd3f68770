"""The documentation site: `python -m local.docs` builds docs/ into .local/site, if they have changed since."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local import pages
from local.emulator import ROOT
from local.failure import Failure, run

SITE = pages.DOCUMENTATION
LOG = ROOT / ".local" / "docs.log"
MKDOCS = ROOT / ".local" / "tools" / "docs" / "bin" / "mkdocs"
SOURCES = ("mkdocs.yml", "local/docs_hooks.py", "requirements-docs.lock", "web/package-lock.json")


def build() -> bool:
    """Builds the site if its sources have changed since; whether they had. Raises Failure with the last words.

    A mistake in a page, such as a link to nothing, is a failure. The site that is served is replaced at once.
    """
    digest = _digest()
    made_from = SITE / ".made-from"
    if made_from.exists() and made_from.read_text() == digest:
        return False
    _run(["local/prepare", "docs"])
    pages.install()
    SITE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="site-", dir=SITE.parent) as folder:
        built = Path(folder) / "site"
        _run([str(MKDOCS), "build", "--strict", "--quiet", "--site-dir", str(built)])
        (built / ".made-from").write_text(digest)
        if SITE.exists():
            SITE.rename(Path(folder) / "old")
        shutil.move(built, SITE)
    return True


def build_in_background() -> None:
    """Nobody waits for the documentation; until it is built, its address says so."""
    with LOG.open("w") as log:
        subprocess.Popen(
            ["nice", sys.executable, "-m", "local.docs"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _run(command: list[str]) -> None:
    # NO_MKDOCS_2_WARNING: the theme's announcement of its successor is no mistake in a page.
    run(command, ROOT, os.environ | {"NO_MKDOCS_2_WARNING": "1"}, "The documentation could not be built")


def _digest() -> str:
    digest = hashlib.sha256()
    for file in [
        *sorted(each for each in (ROOT / "docs").rglob("*") if each.is_file()),
        *(ROOT / each for each in SOURCES),
    ]:
        digest.update(str(file.relative_to(ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    try:
        print("Built." if build() else "It is up to date.", SITE)
    except Failure as failure:
        sys.exit(str(failure))
