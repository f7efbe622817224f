"""The promises every page keeps: sound HTML, no dead ends, readable by everyone, nothing that runs."""

from itertools import pairwise
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from page import SITE, names, page
from theme import contrast, tokens

every_page = pytest.mark.parametrize("name", names())


def target(name, address):
    """The file and the anchor that an address on a page leads to."""
    parts = urlsplit(address)
    folder = SITE if parts.path.startswith("/") else (SITE / name).parent
    file = folder / unquote(parts.path).lstrip("/") if parts.path else SITE / name
    return (file / "index.html" if file.is_dir() else file), unquote(parts.fragment)


@every_page
def test_html_is_balanced(name):
    assert page(name).source.lower().startswith("<!doctype html>")
    assert page(name).unbalanced == []


@every_page
def test_page_says_what_it_is(name):
    assert page(name).one("html").attributes["lang"]
    assert page(name).one("title").text.strip()
    metas = {meta.attributes.get("name"): meta.attributes.get("content", "") for meta in page(name).all("meta")}
    assert metas["description"].strip()
    assert "width=device-width" in metas["viewport"]


def test_titles_differ():
    titles = [page(name).one("title").text for name in names()]
    assert len(set(titles)) == len(titles)


<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
@every_page
def test_page_has_landmarks_and_skip_link(name):
    for tag in ("header", "nav", "main", "footer", "h1"):
        assert len(page(name).all(tag)) == 1, tag
    assert page(name).one("nav").attributes["aria-label"].strip()
    assert page(name).all("a")[0].attributes["href"] == "#" + page(name).one("main").attributes["id"]


<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
@every_page
def test_headings_go_down_one_step_at_a_time(name):
    levels = [int(heading.tag[1]) for heading in page(name).all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
@every_page
def test_pictures_and_links_have_words(name):
    for image in page(name).all("img"):
        assert image.attributes["alt"].strip(), image
        assert image.attributes["width"] and image.attributes["height"], "keeps its place while it loads"
    for link in page(name).all("a"):
        assert link.text.strip(), link


@every_page
def test_ids_are_unique_and_labels_lead_to_them(name):
    ids = page(name).ids
    assert len(set(ids)) == len(ids)
    for element in page(name).elements:
        if "aria-labelledby" in element.attributes:
            assert element.attributes["aria-labelledby"] in ids
        assert int(element.attributes.get("tabindex", "0")) <= 0


@every_page
def test_every_link_and_file_is_there(name):
    for address in page(name).addresses:
        scheme = urlsplit(address).scheme
        assert scheme in ("", "http", "https", "mailto", "tel"), address
        if scheme:
            continue
        file, anchor = target(name, address)
        assert file.is_file(), address
        if anchor:
            assert anchor in page(file.relative_to(SITE).as_posix()).ids, address


@every_page
def test_nothing_is_loaded_from_elsewhere(name):
    for element in page(name).all("link", "img", "script", "iframe"):
        assert not urlsplit(element.attributes.get("src") or element.attributes.get("href", "")).netloc


<%#has_assert_no_scripts%>
@pytest.mark.assertion("<%assert_no_scripts%>")
<%/has_assert_no_scripts%>
@every_page
def test_nothing_runs_and_the_policy_says_so(name):
    assert page(name).all("script", "style", "iframe", "object", "embed", "form") == []
    for element in page(name).elements:
        assert "style" not in element.attributes
        assert not [attribute for attribute in element.attributes if attribute.startswith("on")]
    (policy,) = [meta.attributes["content"] for meta in page(name).all("meta") if meta.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.svg")), ids=lambda path: path.name)
def test_artwork_is_sound_and_quiet(path):
    tags = [element.tag.rpartition("}")[2] for element in ElementTree.parse(path).iter()]
    assert tags[0] == "svg"
    assert not {"script", "foreignObject", "image", "use"} & set(tags)


<%#has_assert_themes%>
@pytest.mark.assertion("<%assert_themes%>")
<%/has_assert_themes%>
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_read_well(mode):
    colours = tokens(mode)
    for ground in ("page", "surface", "card"):
        for ink in ("text", "muted", "accent"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["accent-text"], colours["accent"]) >= 4.5


<%#has_assert_themes%>
@pytest.mark.assertion("<%assert_themes%>")
<%/has_assert_themes%>
def test_layout_answers_to_screen_paper_and_preference():
    styles = "".join(path.read_text(encoding="utf-8") for path in sorted((SITE / "css").glob("*.css")))
    for promise in ("prefers-color-scheme: dark", "prefers-reduced-motion", ":focus-visible", "min-width", "@page"):
        assert promise in styles
    assert styles.count("{") == styles.count("}")


def test_search_engines_find_every_page():
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [urlsplit(loc.text) for loc in ElementTree.parse(SITE / "sitemap.xml").iter(space + "loc")]
    found = {unquote(address.path).lstrip("/") or "index.html" for address in listed}
    assert found == set(names()) - {"404.html"}
    assert f"Sitemap: https://{listed[0].netloc}/sitemap.xml" in (SITE / "robots.txt").read_text(encoding="utf-8")


<%#has_assert_not_found%>
@pytest.mark.assertion("<%assert_not_found%>")
<%/has_assert_not_found%>
def test_missing_page_leads_home_from_any_depth():
    for address in page("404.html").addresses:
        assert urlsplit(address).scheme or address.startswith(("/", "#"))
