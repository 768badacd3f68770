"""Tokens, as the API's callers get them: clients by their secret, customers on the user pool's own pages."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx

from local.failure import Failure

type Stack = Mapping[str, Any]
"""What stack.json holds."""


def client_token(stack: Stack, client: str) -> str:
    """An access token of a client (partner, staff, admin, reader), by client credentials."""
    credentials = stack["clients"][client]
    form = {"grant_type": "client_credentials", "scope": credentials["scope"]}
    return _tokens(stack, form, auth=(credentials["clientId"], credentials["clientSecret"]))["access_token"]


def customer_token(stack: Stack, username: str) -> str:
    """An access token of a customer. Raises Failure if the stack has no such customer."""
    customer = _person(stack, "customers", username)
    return person_tokens(stack, customer, "openid bookme/read bookme/book")["access_token"]


def employee_token(stack: Stack, username: str) -> str:
    """An access token of an employee or administrator who has signed in. Raises Failure if there is no such person."""
    employee = _person(stack, "employees", username)
    return person_tokens(stack, employee, employee["scope"])["access_token"]


def _person(stack: Stack, kind: str, username: str) -> Mapping[str, str]:
    people: list[Mapping[str, str]] = stack[kind]
    person = next((each for each in people if each["username"] == username), None)
    if person is None:
        known = ", ".join(each["username"] for each in people)
        raise Failure(f"There is no {username!r} among the {kind} of this stack. There are: {known}.")
    return person


def person_tokens(stack: Stack, person: Mapping[str, str], scope: str) -> dict[str, str]:
    """The tokens of somebody who signs in: the authorization code flow with PKCE, as a browser would walk it."""
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    state = secrets.token_urlsafe(16)
    question = {
        "response_type": "code",
        "client_id": person["clientId"],
        "redirect_uri": stack["redirectUrl"],
        "scope": scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    with httpx.Client(trust_env=False, timeout=30) as browser:
        page = browser.get(stack["signInUrl"], params=question)
        page.raise_for_status()
        form = _Form.of(page.text)
        fields = form.fields | {"username": person["username"], "password": person["password"]}
        answer = browser.post(urljoin(str(page.url), form.action), data=fields)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    if back["state"] != [state]:
        raise ValueError("the answer belongs to another question")
    form_of_code = {
        "grant_type": "authorization_code",
        "client_id": person["clientId"],
        "redirect_uri": stack["redirectUrl"],
        "code": back["code"][0],
        "code_verifier": verifier,
    }
    return _tokens(stack, form_of_code)


def _tokens(stack: Stack, form: Mapping[str, str], auth: tuple[str, str] | None = None) -> dict[str, str]:
    answer = httpx.post(stack["tokenUrl"], data=form, auth=auth, trust_env=False, timeout=30)
    answer.raise_for_status()
    tokens: dict[str, str] = answer.json()
    return tokens


class _Form(HTMLParser):
    """The first form of a page: where it is sent, and its hidden fields."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}

    @classmethod
    def of(cls, page: str) -> "_Form":
        form = cls()
        form.feed(page)
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form" and not self.action:
            self.action = given.get("action") or ""
        elif tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""
