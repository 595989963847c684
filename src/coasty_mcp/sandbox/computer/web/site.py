"""The web of a simulated computer: one small site, and a plain page for every other address."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, quote_plus, urlsplit

from .page import Node, Page

ORIGIN = "https://example.com"
HOME = f"{ORIGIN}/"

MAX_ADDRESS = 2_000

Form = Mapping[str, str]

TOPICS = ("Sales", "Support", "Billing", "Other")
FRUITS = ("Apples", "Bananas", "Cherries", "Dates", "Elderberries", "Figs", "Grapes", "Hazelnuts")
ABOUT_FRUIT = (
    "The harvest came early this year. Growers report a good crop after a mild spring, and the "
    "markets expect steady prices until the autumn. Most of it is sold within a day's drive of "
    "the orchard it grew in."
)


def load(address: str, form: Form) -> Page:
    """Return the page at an address as typed; words that are no address are searched for."""
    url = full_url(address)
    try:
        parts = urlsplit(url)
    except ValueError:
        return _elsewhere(url, url)
    if parts.hostname not in ("example.com", "www.example.com"):
        return _elsewhere(url, parts.hostname or url)
    page = SITE.get(parts.path.rstrip("/"), _missing)(
        form or {name: values[0] for name, values in parse_qs(parts.query).items()}
    )
    page.url = page.url or url
    return page


def full_url(address: str) -> str:
    address = address.strip()[:MAX_ADDRESS]
    if "://" in address or address.startswith("about:"):
        return address
    if not address:
        return HOME
    if " " in address or ("." not in address and not address.startswith("localhost")):
        return f"{ORIGIN}/search?q={quote_plus(address)}"
    return f"https://{address}"


def _home(form: Form) -> Page:
    nodes = [
        Node("h1", "Welcome to Example"),
        Node("p", "A small site to try things on. Nothing that you enter here is sent anywhere."),
        Node("input", "Search", id="q", type="search"),
        Node("button", "Search", type="submit"),
        Node("a", "Contact", href=f"{ORIGIN}/contact"),
        Node("a", "Sign in", href=f"{ORIGIN}/login"),
        Node("a", "Articles", href=f"{ORIGIN}/articles"),
    ]
    return Page("", "Example", nodes, action=f"{ORIGIN}/search")


def _search(form: Form) -> Page:
    words = form.get("q", "")
    links = [node for node in _home({}).nodes if node.tag == "a"]
    found = [link for link in links if words and link.text.lower() in words.lower()]
    nodes = [
        Node("h1", f"Results for {words}"),
        Node("p", f"{len(found) or 'No'} page{'' if len(found) == 1 else 's'} of this site found."),
        *found,
        _way_home(),
    ]
    return Page(f"{ORIGIN}/search?q={quote_plus(words)}", f"{words} - Search", nodes)


def _login(form: Form) -> Page:
    nodes = [
        Node("h1", "Sign in"),
        Node("input", "Email", id="email", type="email", required=True),
        Node("input", "Password", id="password", type="password", required=True),
        Node("button", "Sign in", type="submit"),
        _way_home(),
    ]
    return Page("", "Sign in", nodes, action=f"{ORIGIN}/account")


def _account(form: Form) -> Page:
    if "email" not in form:
        return _login(form)
    nodes = [
        Node("h1", "You are signed in"),
        Node("p", f"Signed in as {form['email']}."),
        _way_home(),
    ]
    return Page(f"{ORIGIN}/account", "Your account", nodes)


def _contact(form: Form) -> Page:
    nodes = [
        Node("h1", "Contact us"),
        Node("input", "Name", id="name", type="text", required=True),
        Node("input", "Email", id="email", type="email", required=True),
        Node("fieldset", "Topic", id="topic", options=TOPICS),
        Node("textarea", "Message", id="message", required=True),
        Node("input", "Subscribe to the newsletter", id="subscribe", type="checkbox"),
        Node("button", "Send", type="submit"),
    ]
    return Page("", "Contact us", nodes, action=f"{ORIGIN}/contact/sent")


def _sent(form: Form) -> Page:
    if "message" not in form:
        return _contact(form)
    newsletter = "yes" if form["subscribe"] == "on" else "no"
    nodes = [
        Node("h1", f"Thank you, {form['name']}!"),
        Node("p", "We received your message and will answer soon."),
        Node("h2", "What you sent"),
        Node("p", f"Name: {form['name']}"),
        Node("p", f"Email: {form['email']}"),
        Node("p", f"Topic: {form['topic'] or 'none chosen'}"),
        Node("p", f"Message: {form['message']}"),
        Node("p", f"Newsletter: {newsletter}"),
        _way_home(),
    ]
    return Page(f"{ORIGIN}/contact/sent", "Thank you", nodes)


def _articles(form: Form) -> Page:
    nodes = [Node("h1", "Articles")]
    for number, fruit in enumerate(FRUITS, 1):
        nodes += [Node("h2", f"{number}. {fruit}"), Node("p", ABOUT_FRUIT), Node("p", ABOUT_FRUIT)]
    return Page("", "Articles", [*nodes, Node("p", "That is all for now."), _way_home()])


def _missing(form: Form) -> Page:
    nodes = [Node("h1", "Page not found"), Node("p", "This site has no such page."), _way_home()]
    return Page("", "Page not found", nodes)


def _elsewhere(url: str, host: str) -> Page:
    nodes = [
        Node("h1", host),
        Node("p", f"This stands for {url}. The sandbox has no network; it has example.com."),
        _way_home(),
    ]
    return Page(url, host, nodes)


def _way_home() -> Node:
    return Node("a", "Back to the home page", href=HOME)


SITE: dict[str, Callable[[Form], Page]] = {
    "": _home,
    "/search": _search,
    "/login": _login,
    "/account": _account,
    "/contact": _contact,
    "/contact/sent": _sent,
    "/articles": _articles,
}
