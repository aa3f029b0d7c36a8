"""A browser without JavaScript: it reads pages, fills in forms and presses buttons. A hundred fit in a test."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPException
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

SECONDS = 20


class NoAnswer(Exception):
    """The server was not there, or went away."""


@dataclass
class Field:
    """A field of a form. `chosen` is whether it is sent: always, for what is not a radio button or a checkbox."""

    name: str
    kind: str
    value: str
    chosen: bool
    label: str = ""


@dataclass
class Button:
    """A button that sends its form, elsewhere or otherwise than the form says where it has an `action` or `method`."""

    name: str
    value: str
    text: str = ""
    action: str = ""
    method: str = ""


@dataclass
class Form:
    """A form as it stands in the page; fields and buttons that name its `id` belong to it wherever they stand."""

    action: str
    method: str
    id: str = ""
    fields: list[Field] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)


class Page(HTMLParser):
    """What a page says and asks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.name = ""
        self.text = ""
        self.forms: list[Form] = []
        self.links: dict[str, str] = {}
        self._form: Form | None = None
        self._label: list[Field] | None = None
        self._label_text = ""
        self._button: Button | None = None
        self._link: str | None = None
        self._silent = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters to a person."""
        values = {name: value or "" for name, value in attrs}
        match tag:
            case "body":
                self.name = values.get("data-page", "")
            case "form":
                self._form = Form(values.get("action", ""), values.get("method", "get"), values.get("id", ""))
                self.forms.append(self._form)
            case "input" | "textarea":
                self._note_field(tag, values)
            case "button":
                self._button = Button(
                    values.get("name", ""),
                    values.get("value", ""),
                    action=values.get("formaction", ""),
                    method=values.get("formmethod", ""),
                )
                if form := self._form_of(values):
                    form.buttons.append(self._button)
            case "label":
                self._label, self._label_text = [], ""
            case "a":
                self._link = values.get("href", "")
            case "script" | "style":
                self._silent = True

    def _form_of(self, values: dict[str, str]) -> Form | None:
        if "form" not in values:
            return self._form
        return next((form for form in self.forms if form.id == values["form"]), None)

    def _note_field(self, tag: str, values: dict[str, str]) -> None:
        kind = values.get("type", "text") if tag == "input" else tag
        form = self._form_of(values)
        if form is None:
            return
        if kind == "submit":
            form.buttons.append(Button(values.get("name", ""), values.get("value", ""), values.get("value", "")))
            return
        one_of_many = kind in {"radio", "checkbox"}
        noted = Field(values.get("name", ""), kind, values.get("value", ""), not one_of_many or "checked" in values)
        form.fields.append(noted)
        if self._label is not None:
            self._label.append(noted)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        match tag:
            case "form":
                self._form = None
            case "label":
                for noted in self._label or []:
                    noted.label = " ".join(self._label_text.split())
                self._label = None
            case "button":
                self._button = None
            case "a":
                self._link = None
            case "script" | "style":
                self._silent = False

    def handle_data(self, data: str) -> None:
        """Keep the text, and whose text it is."""
        if self._silent:
            return
        words = " ".join(data.split())
        self.text = f"{self.text} {words}".strip()
        if self._button is not None:
            self._button.text = f"{self._button.text} {words}".strip()
        if self._label is not None:
            self._label_text += f" {words}"
        if self._link is not None and words:
            self.links[words] = self._link


class FormBrowser:
    """One browser with its cookies, and one tab in it."""

    def __init__(self, target: Literal["iframe", "document"] = "iframe") -> None:
        # As browsers do, believe that a loopback address is secure.
        cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))
        self._opener = build_opener(HTTPCookieProcessor(cookies))
        self.target = target
        self.url = ""
        self.status = 0
        self.page = Page("")

    def open(self, url: str) -> None:
        """Go to an address, through its redirects."""
        self._arrive("GET", urljoin(self.url, url))

    def post(self, url: str, fields: dict[str, str]) -> None:
        """Send a form that some page would have sent."""
        self._arrive("POST", urljoin(self.url, url), list(fields.items()))

    def choose(self, label: str) -> None:
        """Choose the radio button or checkbox whose label begins so."""
        form, chosen = next(
            (form, noted)
            for form in self.page.forms
            for noted in form.fields
            if noted.kind in {"radio", "checkbox"} and noted.label.startswith(label)
        )
        for other in form.fields:
            if chosen.kind == "radio" and other.name == chosen.name:
                other.chosen = False
        chosen.chosen = True

    def fill(self, texts: list[str]) -> None:
        """Write into the text fields of the page, in their order."""
        blanks = [noted for form in self.page.forms for noted in form.fields if noted.kind in {"text", "textarea"}]
        for blank, text in zip(blanks, texts, strict=True):
            blank.value = text

    def press(self, text: str) -> None:
        """Press the button of this text."""
        form, button = next(
            (form, button) for form in self.page.forms for button in form.buttons if button.text == text
        )
        self._send(form, button)

    def submit(self) -> None:
        """Send the only form of the page, as its script would."""
        (form,) = self.page.forms
        self._send(form, None)

    def _send(self, form: Form, button: Button | None) -> None:
        fields = [(noted.name, noted.value) for noted in form.fields if noted.chosen and noted.name]
        if button and button.name:
            fields.append((button.name, button.value))
        method, action = (button and button.method) or form.method, (button and button.action) or form.action
        self._arrive(method.upper(), urljoin(self.url, action), fields)

    def _arrive(self, method: str, url: str, fields: list[tuple[str, str]] | None = None) -> None:
        here, there = urlsplit(self.url), urlsplit(url)
        same_origin = (here.scheme, here.netloc) == (there.scheme, there.netloc)
        headers = {
            "Sec-Fetch-Site": "same-origin" if same_origin else "cross-site" if self.url else "none",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": self.target,
            # What browsers say of a page whose referrer policy is `no-referrer`.
            **({"Origin": "null"} if method == "POST" else {}),
        }
        sent = urlencode(fields or [])
        request = Request(
            f"{url}?{sent}" if method == "GET" and sent else url,
            data=sent.encode() if method == "POST" else None,
            headers=headers,
            method=method,
        )
        try:
            with self._answer(request) as answer:
                self.url, self.status = answer.url, answer.status
                self.page = Page(answer.read().decode())
        except (OSError, HTTPException) as error:
            raise NoAnswer from error

    def _answer(self, request: Request) -> Any:
        try:
            return self._opener.open(request, timeout=SECONDS)
        except HTTPError as refusal:
            return refusal
