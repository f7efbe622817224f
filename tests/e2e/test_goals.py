"""From a sentence to tested, running software: the goals that must work, and what they must differ in."""

import pytest
from conftest import fetch, stop

GOALS = {
    "restaurant": ("I want to build a restaurant serving website", "fastapi-web"),
    "employees": ("Build REST API in FastAPI for employees", "fastapi-api"),
    "physiotherapy": ("An appointment booking site for a physiotherapy practice with two locations", "fastapi-web"),
    "books": ("Track books and authors; each book has a title, an ISBN, a price and belongs to an author", "fastapi-web"),
    "photographer": ("a one-page portfolio for a photographer", "static-site"),
    "warehouse": ("Inventory for a small warehouse: items, suppliers, stock movements, low-stock alerts", "fastapi-web"),
}


@pytest.mark.parametrize("name", GOALS)
def test_goal_ends_with_evidence_and_an_app_that_answers(tenon, name):
    goal, stack = GOALS[name]
    process, summary = tenon.serving("build", goal, "--yes")
    assertions = summary["assertions"]
    assert assertions["total"] >= 5
    assert assertions["met"] == assertions["total"]
    page = "docs" if stack == "fastapi-api" else ""
    status, _ = fetch(summary["url"] + page)
    assert status == 200
    log = tenon.git(summary["repository"], "log", "--format=%an|%cn|%s%n%(trailers:key=Tenon-Run)")
    assert "Test Author|Tenon|" in log
    assert f"Tenon-Run: {summary['run']}" in log
    assert tenon.git(summary["repository"], "status", "--porcelain") == ""
    assert stop(process) == 0

    brief = tenon.run("artifacts", summary["project"], "brief-text").stdout
    assert "A1.1" in brief
    assert tenon.json("artifacts", summary["project"])
    assert tenon.run("evidence", summary["project"]).returncode == 0


def test_what_is_declined_is_not_there(tenon):
    summary = tenon.build("A website for my restaurant called Olive & Ember with a menu but without reservations")
    repository = summary["repository"]
    files = tenon.git(repository, "ls-files")
    assert "menu" in files
    assert "reservation" not in files
    assert "Olive &amp; Ember" in tenon.git(repository, "grep", "-h", "Olive") or "Olive & Ember" in tenon.git(
        repository, "grep", "-h", "Olive")


def test_second_version_and_the_way_back(tenon):
    first = tenon.build("A website for a bakery café with a menu", "--out", str(tenon.root / "bakery"))
    second = tenon.build("A website for a bakery café with a menu and table reservations", "--project", first["project"])
    assert second["project"] == first["project"]
    assert second["version"] == 2
    assert second["commit"] != first["commit"]
    moved = tenon.json("rollback", first["project"])
    assert (moved["from"], moved["to"], moved["commit"]) == (2, 1, first["commit"])
    process, preview = tenon.serving("preview", first["project"])
    assert fetch(preview["url"])[0] == 200
    assert stop(process) == 0
