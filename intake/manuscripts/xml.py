"""Looking at XML by names without their namespaces. It parses only parts that ``archive.unpack`` has judged."""

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element


def parsed(content: bytes) -> Element:
    """Return the tree of an XML part."""
    return ElementTree.fromstring(content)  # noqa: S314  # archive.unpack refused document types and counted elements


def local(element: Element) -> str:
    """Return an element's name without its namespace: editions of a format differ in that only."""
    return element.tag.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Return an attribute by its name without namespace, empty when it is missing."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def named(tree: Element, *names: str) -> Iterator[Element]:
    """Go through all elements of some names, in the document's order."""
    return (element for element in tree.iter() if local(element) in names)


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of a name, if there is one."""
    return None if element is None else next((inner for inner in element if local(inner) == name), None)
