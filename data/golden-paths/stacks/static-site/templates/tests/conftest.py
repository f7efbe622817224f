"""Writes the id of the assertion that a test proves into the JUnit report."""

import pytest


@pytest.fixture(autouse=True)
def assertion_in_report(request, record_property):
    for mark in request.node.iter_markers("assertion"):
        for assertion in mark.args:
            record_property("assertion", assertion)
