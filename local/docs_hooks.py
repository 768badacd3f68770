"""Puts what the documentation site needs besides docs/ into it, so that it asks no other host. MkDocs calls it."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
BROUGHT = {
    # Its theme would fetch Mermaid from elsewhere if it were not there.
    "assets/mermaid.js": "web/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js",
    "images/icon.svg": "web/public/icon.svg",
}


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    for uri, source in BROUGHT.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / source)))
    return files
