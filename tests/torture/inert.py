"""What in HTML could do something, found by an HTML parser: for files that no browser shows here."""

from __future__ import annotations

import re

from lxml import html

ACTIVE = set(
    "script style link meta base iframe frame frameset object embed applet form input button select"
    " textarea svg math template noscript video source track marquee xmp plaintext dialog".split()
)
FILES = re.compile(r"@@PLUGINFILE@@/|data:(?:image/png|audio/wav);base64,")


def active(source):
    """Scripts, handlers, styles and addresses that HTML holds; nothing for HTML that only shows."""
    root = html.fragment_fromstring(source, create_parent="div")
    found = []
    for each in root.iter():
        if not isinstance(each.tag, str):
            found.append(f"a comment: {each.text}")
            continue
        if each.tag in ACTIVE:
            found.append(f"<{each.tag}>")
        for name, value in each.attrib.items():
            if name.startswith("on") or name in {"style", "srcset", "background", "action"}:
                found.append(f"{name}={value}")
            if name == "src" and not FILES.match(value):
                found.append(f"src={value}")
            if name == "href" and not is_harmless(value):
                found.append(f"href={value}")
    return found


def is_harmless(address):
    """Whether an address, as a browser reads it, is of the web or of mail, or has no scheme."""
    bare = re.sub("[\0-\x20]", "", address)
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9+.-]*):", bare)
    return scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


def active_in_moodle(xml):
    """The same of all HTML in a Moodle file; what is typed or a name is text there."""
    from lxml import etree

    root = etree.fromstring(xml, etree.XMLParser(huge_tree=True))
    texts = root.xpath("//*[@format='html']/text")
    assert texts
    return [fault for text in texts if text.text for fault in active(text.text)]


def active_in_gift(text):
    """The same of a GIFT file without short answers, which are text there."""
    body = re.sub(r"^//.*$", "", text.decode(), flags=re.MULTILINE)
    return active(re.sub(r"\\(.)", r"\1", body.replace("\\n", "\n")))
