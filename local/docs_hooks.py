"""What MkDocs calls while it builds the documentation site.

It puts what the site needs besides docs/ into it, so that the site asks no other host. It also makes the API's viewer
wait for the page around it.
"""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
BROUGHT = {
    # Its theme would fetch Mermaid from elsewhere if it were not there.
    "assets/mermaid.js": "web/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js",
    "images/icon.svg": "web/public/icon.svg",
}

LOAD_THE_VIEWER = """<script>
document$.subscribe(() => {
  const viewer = document.querySelector("iframe[data-src]");
  viewer.src = viewer.dataset.src;
});
</script>"""


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    for uri, source in BROUGHT.items():
        files.append(File.generated(config, uri, abs_src_path=str(ROOT / source)))
    return files


def on_post_page(output: str, *, page: Page, config: MkDocsConfig) -> str:
    """Makes the API's viewer load after the functions that it calls on the page around it.

    The viewer's plugin defines these functions once the theme's script has run. A viewer that loads earlier fails: it
    keeps its first height, and light colours on a dark page. MkDocs calls this hook after the plugin.
    """
    viewer = ' src="swagger-'
    if page.file.src_uri != "api.md":
        return output
    if output.count(viewer) != 1:
        raise ValueError("docs/api.md must have exactly one <swagger-ui> element.")
    return output.replace(viewer, ' data-src="swagger-').replace("</body>", f"{LOAD_THE_VIEWER}</body>")
