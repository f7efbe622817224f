"""The colours of css/theme.css and how well one reads on another (WCAG 2.2, 1.4.3)."""

import re

from page import SITE

TOKEN = re.compile(r"--([a-z-]+):\s*(#[0-9a-fA-F]{6})\b")


def tokens(mode):
    """The colours in light or dark mode; what dark mode leaves out stays as it is in light mode."""
    light, dark = (SITE / "css/theme.css").read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    return dict(TOKEN.findall(light)) | (dict(TOKEN.findall(dark)) if mode == "dark" else {})


def luminance(colour):
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
