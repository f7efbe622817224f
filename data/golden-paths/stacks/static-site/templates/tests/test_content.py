"""What the owner wants visitors to find, page by page."""

import pytest
from page import page, words

HOME = page("index.html")


def hrefs(name):
    return [link.attributes["href"] for link in page(name).all("a")]


<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
def test_home_page_says_whose_it_is():
    assert words(HOME.one("h1").text) == words(<%app_title_q%>)
    assert words(<%tagline_q%>) in HOME.text
    assert HOME.one("html").attributes["lang"] == "<%language%>"


<%#has_call_to_action%>
<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
def test_home_page_calls_to_action():
    buttons = [link for link in HOME.all("a") if link.attributes.get("class") == "button"]
    assert [words(button.text) for button in buttons] == [words(<%call_to_action_q%>)]


<%/has_call_to_action%>
<%#has_about%>
<%#has_assert_home%>
@pytest.mark.assertion("<%assert_home%>")
<%/has_assert_home%>
def test_visitors_read_what_this_is_about():
    assert words(<%about_q%>) in HOME.text


<%/has_about%>
<%#multi_page%>
<%#has_assert_about%>
@pytest.mark.assertion("<%assert_about%>")
<%/has_assert_about%>
def test_about_page_introduces_us():
    assert words(<%app_title_q%>) in page("about.html").text
    <%#has_about%>
    assert words(<%about_q%>) in page("about.html").text
    <%/has_about%>


<%/multi_page%>
<%#has_contact%>
<%#has_assert_contact%>
@pytest.mark.assertion("<%assert_contact%>")
<%/has_assert_contact%>
def test_visitors_find_the_contact_details():
    <%#has_address%>
    assert words(<%address_q%>) in HOME.text
    <%/has_address%>
    <%#has_phone%>
    assert words(<%phone_q%>) in HOME.text
    assert "tel:<%phone_link%>" in hrefs("index.html")
    <%/has_phone%>
    <%#has_email%>
    assert "mailto:" + <%email_q%> in hrefs("index.html")
    <%/has_email%>
    <%#hours%>
    assert words(<%hour_q%>) in HOME.text
    <%/hours%>
    assert "contact" in HOME.ids


<%/has_contact%>
<%#catalogs%>
<%#has_assert_browse%>
@pytest.mark.assertion("<%assert_browse%>")
<%/has_assert_browse%>
def test_<%plural%>_are_shown():
    <%#has_highlights%>
    headings = [words(heading.text) for heading in HOME.all("h3")]
    <%/has_highlights%>
    <%#highlights%>
    assert words(<%sample_title_q%>) in headings
    <%/highlights%>
    assert "<%slug%>" in HOME.ids


<%#multi_page%>
<%#has_assert_browse%>
@pytest.mark.assertion("<%assert_browse%>")
<%/has_assert_browse%>
def test_<%plural%>_have_a_page_with_all_of_them():
    assert "<%slug%>.html" in hrefs("index.html")
    assert words(page("<%slug%>.html").one("h1").text) == words(<%titles_q%>)
    headings = [words(heading.text) for heading in page("<%slug%>.html").all("h2")]
    <%#samples%>
    assert words(<%sample_title_q%>) in headings
    <%/samples%>
    <%^has_samples%>
    assert headings == []
    <%/has_samples%>


<%/multi_page%>
<%/catalogs%>
@pytest.mark.parametrize("name", ["index.html"<%#multi_page%>, "about.html"<%/multi_page%>])
def test_main_menu_reaches_every_part(name):
    menu = [link.attributes["href"] for link in page(name).all("a") if "nav" in link.parents]
    <%#multi_page%>
    <%#catalogs%>
    assert "<%slug%>.html" in menu
    <%/catalogs%>
    assert "about.html" in menu
    <%/multi_page%>
    <%#one_page%>
    <%#catalogs%>
    assert "#<%slug%>" in menu
    <%/catalogs%>
    assert all(address.startswith("#") for address in menu)
    <%/one_page%>
