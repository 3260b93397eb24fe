"""HTML and SVG made of elements, so that no text can slip in unescaped."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from desktop.sessions.export.wording import printable


def element(tag: str, *content: Element | str, **attributes: str | float) -> Element:
    """An element; `class_` and `stroke_width` stand for `class` and `stroke-width`."""
    made = Element(tag)
    for name, value in attributes.items():
        text = f"{value:.6g}" if isinstance(value, float) else str(value)
        made.set(name.rstrip("_").replace("_", "-"), printable(text))
    append(made, *content)
    return made


def append(parent: Element, *content: Element | str) -> None:
    """Put elements and text at the end of an element."""
    for part in content:
        if isinstance(part, Element):
            parent.append(part)
        elif len(parent):
            parent[-1].tail = (parent[-1].tail or "") + printable(part)
        else:
            parent.text = (parent.text or "") + printable(part)


def table(caption: str, head: list[str], rows: list[list[Element | str]]) -> Element:
    """A table whose first column names its rows."""
    return element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *(_row(cells) for cells in rows)),
    )


def _row(cells: list[Element | str]) -> Element:
    first, *others = cells
    return element(
        "tr", element("th", first, scope="row"), *(element("td", cell) for cell in others)
    )
