"""What axe-core finds against a page's accessibility."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def axe_finds(page, within="html"):
    """Each fault in the element that the selector names: the rule, the place, what to do."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("within => axe.run(within, {iframes: false})", within)
    assert found["passes"]
    return [
        f"{rule['id']}: {node['html'][:150]} ({node.get('failureSummary')})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
