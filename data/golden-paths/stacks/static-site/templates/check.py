#!/usr/bin/env python3
"""Looks over the files of the site in a moment: HTML and SVG are well formed, every brace of the styles is closed."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

SITE = Path(__file__).resolve().parent / "site"
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


class Balance(HTMLParser):
    """Finds the first tag that is closed without being open, or left open."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.problem = ""
        self.feed(text)
        self.close()
        if self.open and not self.problem:
            self.problem = f"<{self.open[-1]}> is never closed"

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif not self.problem:
            self.problem = f"line {self.getpos()[0]}: </{tag}> closes nothing"


def problem(path):
    if path.suffix in (".svg", ".xml"):
        try:
            ElementTree.parse(path)
        except ElementTree.ParseError as error:
            return str(error)
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        return Balance(text).problem
    if path.suffix == ".css" and text.count("{") != text.count("}"):
        return "a brace is not closed"
    return ""


def main():
    problems = [f"{path.relative_to(SITE.parent)}: {found}" for path in sorted(SITE.rglob("*")) if path.is_file() and (found := problem(path))]
    print("\n".join(problems) or "all files are well formed")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
