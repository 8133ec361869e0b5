"""Hosts and headers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("path", ["/", "/courses", "/account/sign-in", "/health"])
def test_the_host_of_user_files_serves_no_page_and_sets_no_cookie(client: FlaskClient, path: str) -> None:
    own, other = (
        client.get(path, headers={"Host": host}) for host in ("localhost:8000", "content.localhost:8000")
    )
    assert own.status_code in {200, 503}
    assert other.status_code == 404
    assert "Set-Cookie" not in other.headers


def test_pages_of_people_are_not_kept_by_browsers_and_proxies(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache, private"


def test_a_stranger_who_only_reads_gets_no_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/courses").headers


def test_a_chosen_language_is_kept_in_a_cookie_that_scripts_cannot_read(client: FlaskClient) -> None:
    answer = client.get("/courses?lang=ar")
    assert 'lang="ar" dir="rtl"' in answer.text
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert 'lang="ar"' in client.get("/courses").text
