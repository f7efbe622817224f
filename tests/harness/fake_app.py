"""A small app that keeps every rule the harness checks, and breaks the ones it is told to: the harness must notice each.
"busy" breaks none: others make records all the time.

    python3 fake_app.py SOCKET KIND [FLAW ...]        with BOOTSTRAP_USERS in the environment; KIND is web or api
"""

import hmac
import html
import json
import os
import re
import secrets
import socketserver
import sys
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, quote, unquote, urlsplit

KIND = sys.argv[2]
FLAWS = set(sys.argv[3:])
KEY = secrets.token_bytes(16)
LARGEST_BODY = 1 << 20
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
ENTITIES = {
    "menu": {"access": "catalog", "fields": {"name": 80, "price": 0, "notes": 400}, "title": "name"},
    "messages": {"access": "inbox", "fields": {"name": 80, "body": 400}, "title": "name"},
    "notes": {"access": "private", "fields": {"title": 80, "body": 400}, "title": "title"},
}
MANAGES = {"admin": set(ENTITIES), "clerk": {"messages"}}
USERS = {user["email"]: user for user in json.loads(os.environ["BOOTSTRAP_USERS"])}
SESSIONS = {}
FAILURES = {}
RECORDS = {slug: {} for slug in ENTITIES}
RECORDS["menu"] = {
    1: {"id": 1, "name": "Leek & potato tart", "price": "9.50", "notes": "Warm", "owner": None},
    2: {"id": 2, "name": "Plum cake", "price": "4.00", "notes": "Sweet", "owner": None},
}


class Refusal(Exception):
    def __init__(self, status, message="", location=None):
        self.status, self.message, self.location = status, message, location


def esc(text):
    return str(text) if "raw-html" in FLAWS else html.escape(str(text))


def sign(text):
    return hmac.new(KEY, text.encode("utf-8", "replace"), "sha256").hexdigest()


class App(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args):
        pass

    def address_string(self):
        return ""

    # --- one request ---------------------------------------------------------------------------------------------------
    def handle_any(self):
        self.sent_cookies = []
        parts = urlsplit(self.path)
        self.route = parts.path
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self.cookies = dict(part.strip().split("=", 1) for part in self.headers.get("Cookie", "").split(";") if "=" in part)
        self.seed = self.cookies.get("visitor") or self.set_cookie("visitor", secrets.token_hex(8))
        self.session = self.cookies.get("session", "")
        self.user = SESSIONS.get(self.session)
        try:
            self.read_body()
            self.dispatch()
        except Refusal as refusal:
            self.refuse(refusal)
        except Exception as error:
            self.answer(500, f"<p>{html.escape(repr(error))}</p>")

    do_GET = do_POST = do_PATCH = do_DELETE = handle_any

    def read_body(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        if length > LARGEST_BODY and "no-body-limit" not in FLAWS:
            raise Refusal(413, "too large")
        self.form = {}
        if self.headers.get("Content-Type", "").startswith("application/x-www-form"):
            self.form = dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def set_cookie(self, name, value):
        flags = "Path=/" if "weak-cookies" in FLAWS else "Path=/; HttpOnly; SameSite=lax"
        self.sent_cookies.append(f"{name}={value}; {flags}")
        return value

    def answer(self, status, body="", kind="text/html; charset=utf-8", headers=()):
        data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in ({} if "no-headers" in FLAWS else HEADERS).items():
            if name == "Content-Security-Policy" and "inline-scripts" in FLAWS:
                value += "; script-src 'unsafe-inline'"
            self.send_header(name, value)
        for cookie in self.sent_cookies:
            self.send_header("Set-Cookie", cookie)
        for name, value in headers:
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status != 204:
            self.wfile.write(data)

    def refuse(self, refusal):
        headers = [("Location", refusal.location)] if refusal.location else []
        if refusal.status == 429 and "no-retry-after" not in FLAWS:
            headers.append(("Retry-After", "900"))
        if self.route.startswith("/api/"):
            problem = {"status": refusal.status, "title": refusal.message, "errors": [{"field": refusal.message}]}
            return self.answer(refusal.status, json.dumps(problem), "application/problem+json", headers)
        self.page(refusal.status, "Sorry", f"<p>{html.escape(refusal.message)}</p>", headers)

    def redirect(self, path):
        raise Refusal(303, "", quote(path, safe="/?=&:\\%\t") if "open-redirect" in FLAWS else path)

    # --- pages ---------------------------------------------------------------------------------------------------------
    @property
    def token(self):
        return sign(f"{self.seed}:{self.session}")

    def page(self, status, title, content, headers=()):
        leave = self.form_html("/logout", "", "Leave") if self.user else ""
        broken = "<img src=x>" if "inaccessible" in FLAWS else ""
        self.answer(
            status,
            f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><header>{leave}'
            f'<form action="/menu"><label>Search <input name="q"></label></form></header>'
            f"<main><h1>{title}</h1>{broken}{content}</main></body></html>",
            headers=headers,
        )

    def form_html(self, action, inputs, label="Save"):
        return (
            f'<form method="post" action="{action}"><input type="hidden" name="csrf_token" value="{self.token}">'
            f"{inputs}<button>{label}</button></form>"
        )

    def inputs(self, slug, values=None, error=""):
        rows = ""
        for name in ENTITIES[slug]["fields"]:
            value = esc((values or {}).get(name, ""))
            note = f'<p id="{name}-error">Required</p>' if name == error else ""
            described = f' aria-describedby="{name}-error"' if name == error else ""
            rows += f'<label for="f-{name}">{name}</label><input id="f-{name}" name="{name}" value="{value}"{described}>{note}'
        return rows

    def check_token(self):
        given = self.form.get("csrf_token", "")
        if ("csrf-missing" in FLAWS and not given) or ("csrf-wrong" in FLAWS and given):
            return
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            raise Refusal(403, "stale form")

    def need(self, allowed):
        if self.user is None:
            raise Refusal(303, "", "/login?next=" + quote(self.route))
        if not allowed:
            raise Refusal(403, "not yours")

    # --- records -------------------------------------------------------------------------------------------------------
    def search(self, slug, owner=None):
        q = self.query.get("q", "")
        if "query-500" in FLAWS and "\0" in q:
            raise ValueError("embedded null")
        if "busy" in FLAWS:
            self.save(slug, {name: "1" for name in ENTITIES[slug]["fields"]}, owner=owner)
        everything = "sql-or" in FLAWS and "' OR '" in q
        return [
            record
            for record in RECORDS[slug].values()
            if (owner is None or record["owner"] == owner)
            and (everything or q.lower() in " ".join(str(value) for value in record.values()).lower())
        ]

    def find(self, slug, raw):
        if "id-500" in FLAWS and not raw.isdigit():
            raise ValueError(raw)
        record = RECORDS[slug].get(int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 9 else None
        if record is None:
            raise Refusal(404, "no such record")
        return record

    def clean(self, slug, data, current=None):
        if not isinstance(data, dict):
            raise Refusal(422, "body")
        values = {name: data.get(name, (current or {}).get(name, "")) for name in ENTITIES[slug]["fields"]}
        for name, value in values.items():
            limit = ENTITIES[slug]["fields"][name]
            text = str(value)
            if "sql-error" in FLAWS and "'" in text:
                raise ValueError("syntax error near '")
            if "sql-lost" in FLAWS:
                text = text.replace("'", "")
            if "value-500" in FLAWS and "\0" in text:
                raise ValueError("embedded null")
            if not text or "\0" in text or (limit and len(text) > limit) or (not limit and not re.fullmatch(r"\d+(\.\d+)?", text)):
                raise Refusal(422, name)
            values[name] = text
        return values

    def save(self, slug, values, record=None, owner=None):
        if record is None:
            record = {"id": max(RECORDS[slug], default=0) + 1, "owner": owner}
            RECORDS[slug][record["id"]] = record
        record.update(values)
        return record

    # --- routes --------------------------------------------------------------------------------------------------------
    def dispatch(self):
        if self.route == "/healthz":
            return self.answer(200, '{"status": "ok"}', "application/json")
        if self.route.startswith("/api/v1/"):
            return self.api(self.route.split("/")[3:])
        if KIND != "web":
            raise Refusal(404, "no pages")
        if "traversal" in FLAWS and ".." in unquote(self.route):
            return self.answer(200, "root:x:0:0:root:/root:/bin/sh", "text/plain")
        if "dotfiles" in FLAWS and self.route == "/.env":
            return self.answer(200, "SECRET_KEY=1", "text/plain")
        pages = {
            "/": self.home, "/login": self.login, "/logout": self.logout, "/register": self.register,
            "/account": lambda: (self.need_account(), self.page(200, "Account", "<p>Yours</p>")),
        }  # fmt: skip
        steps = self.route.strip("/").split("/")
        if self.route in pages:
            return pages[self.route]()
        if steps[0] == "admin":
            return self.admin(steps[1:])
        if steps[0] == "account" and steps[1] == "notes":
            return self.own_notes(steps[2:])
        if steps[0] == "menu":
            return self.menu(steps[1:])
        if steps == ["messages", "new"]:
            return self.message()
        if steps == ["messages", "thanks"]:
            return self.page(200, "Thanks", f"<p>{esc(self.query.get('reference', ''))}</p>")
        path = unquote(self.route) if "raw-query" in FLAWS else html.escape(self.route)
        self.page(404, "Not found", f"<p>{path}</p>")

    def home(self):
        self.page(200, "Fake bistro", '<p>Welcome</p><a href="/menu">Menu</a>')

    def login(self):
        if self.command == "GET":
            target = html.escape(self.query.get("next", "/admin"))
            inputs = '<label>Email <input type="email" name="email"></label><label>Password <input type="password" name="password"></label>'
            return self.page(200, "Sign in", self.form_html("/login", f'<input type="hidden" name="next" value="{target}">' + inputs))
        self.check_token()
        user = self.authenticate(self.form.get("email", ""), self.form.get("password", ""))
        if user is None:
            raise Refusal(401, "wrong email or password")
        self.session = secrets.token_hex(16)
        SESSIONS[self.session] = user
        self.set_cookie("session", self.session)
        target = self.form.get("next", "/admin")
        safe = re.fullmatch(r"/[a-z][a-z/]*", target) is not None
        self.redirect(target if safe or "open-redirect" in FLAWS else "/admin")

    def authenticate(self, email, password):
        if FAILURES.get(email, 0) >= 5 and "no-limit" not in FLAWS:
            raise Refusal(429, "later")
        user = USERS.get(email)
        if user is None or user["password"] != password:
            FAILURES[email] = FAILURES.get(email, 0) + 1
            return None
        return user

    def logout(self):
        if self.command == "GET":
            raise Refusal(405, "post only")
        self.check_token()
        if "logout-keeps" not in FLAWS:
            SESSIONS.pop(self.session, None)
        self.redirect("/")

    def register(self):
        if self.command == "GET":
            inputs = '<label>Name <input name="name"></label><label>Email <input type="email" name="email"></label>'
            inputs += '<label>Password <input type="password" name="password"></label>'
            return self.page(200, "Register", self.form_html("/register", inputs))
        self.check_token()
        email = self.form.get("email", "")
        if not re.fullmatch(r"[\w.-]+@[\w.-]+", email):
            raise Refusal(422, "email")
        USERS[email] = {"email": email, "password": self.form["password"], "role": "member"}
        self.session = secrets.token_hex(16)
        SESSIONS[self.session] = USERS[email]
        self.set_cookie("session", self.session)
        self.redirect("/account")

    def need_account(self):
        if "account-open" not in FLAWS:
            self.need(True)

    def menu(self, rest):
        if rest:
            record = self.find("menu", rest[0])
            return self.page(200, esc(record["name"]), f"<p>{esc(record['notes'])}</p>")
        rows = "".join(f'<li><a href="/menu/{row["id"]}">{esc(row["name"])}</a></li>' for row in self.search("menu"))
        asked = self.query.get("q", "") if "raw-query" in FLAWS else html.escape(self.query.get("q", ""))
        self.page(200, "Menu", f"<p>Search: {asked}</p><ul>{rows}</ul>")

    def message(self):
        if self.command == "GET":
            return self.page(200, "Write to us", self.form_html("/messages/new", self.inputs("messages")))
        self.check_token()
        try:
            record = self.save("messages", self.clean("messages", self.form))
        except Refusal as refusal:
            return self.page(422, "Write to us", self.form_html("/messages/new", self.inputs("messages", self.form, refusal.message)))
        self.redirect(f"/messages/thanks?reference={record['id']}")

    def own_notes(self, rest):
        self.need_account()
        email = self.user["email"] if self.user else None
        if not rest:
            return self.page(200, "Notes", "".join(f"<p>{esc(row['title'])}</p>" for row in self.search("notes", email)))
        record = None
        if rest[0] != "new":
            record = self.find("notes", rest[0])
            if record["owner"] != email and "foreign-page" not in FLAWS:
                raise Refusal(404, "no such note")
        self.edit("notes", rest, record, "/account/notes", email)

    def edit(self, slug, rest, record, base, owner=None):
        if self.command == "GET" and len(rest) == 1:
            return self.page(200, "Edit", self.form_html(self.route, self.inputs(slug, record)) + (
                self.form_html(self.route + "/delete", "", "Delete") if record else ""))  # fmt: skip
        if self.command == "GET":
            raise Refusal(405, "post only")
        self.check_token()
        if rest[1:] == ["delete"]:
            RECORDS[slug].pop(record["id"])
            self.redirect(base)
        try:
            self.save(slug, self.clean(slug, self.form), record, owner)
        except Refusal as refusal:
            return self.page(422, "Edit", self.form_html(self.route, self.inputs(slug, self.form, refusal.message)))
        self.redirect(base)

    def admin(self, rest):
        role = self.user["role"] if self.user else ""
        slug = rest[0] if rest else ""
        allowed = role == "admin" or (role in MANAGES and (not slug or slug in MANAGES[role]))
        allowed = allowed or (role == "member" and "member-admin" in FLAWS)
        allowed = allowed or (role == "clerk" and slug == "users" and "staff-users" in FLAWS)
        if not (self.user is None and "admin-open" in FLAWS):
            self.need(allowed)
        if slug in {"", "users"}:
            return self.page(200, "Administration", "<p>Overview</p>")
        if slug not in ENTITIES:
            raise Refusal(404, "no such list")
        if len(rest) == 1:
            rows = "".join(f'<li><a href="/admin/{slug}/{row["id"]}">{esc(row[ENTITIES[slug]["title"]])}</a></li>' for row in self.search(slug))
            return self.page(200, slug, f"<ul>{rows}</ul>")
        record = None if rest[1] == "new" else self.find(slug, rest[1])
        self.edit(slug, rest[1:], record, f"/admin/{slug}")

    # --- API -----------------------------------------------------------------------------------------------------------
    def caller(self):
        kind, _, token = self.headers.get("Authorization", "").partition(" ")
        if "forged-token" in FLAWS and token.startswith("eyJ"):
            return {"email": "admin", "role": "admin"}
        email, _, signature = bytes.fromhex(token).decode().partition("|") if re.fullmatch("[0-9a-f]+", token) else ("", "", "")
        if kind != "Bearer" or signature != sign(email) or email not in USERS:
            raise Refusal(401, "token needed")
        return USERS[email]

    def json_body(self):
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=self.no_constant)
        except (ValueError, RecursionError) as error:
            if "json-500" in FLAWS:
                raise
            raise Refusal(422, "body") from error

    @staticmethod
    def no_constant(name):
        raise ValueError(name)

    def api(self, steps):
        slug = steps[0]
        if slug == "token":
            data = self.json_body()
            if not isinstance(data, dict) or not isinstance(data.get("email"), str) or "password" not in data:
                raise Refusal(422, "email")
            if self.authenticate(data["email"], data["password"]) is None:
                raise Refusal(401, "wrong email or password")
            token = f"{data['email']}|{sign(data['email'])}".encode().hex()
            return self.answer(200, json.dumps({"access_token": token, "token_type": "bearer"}), "application/json")
        if slug not in ENTITIES:
            raise Refusal(404, "no such list")
        access = ENTITIES[slug]["access"]
        user = None
        if not (access == "catalog" and self.command == "GET") and "api-open" not in FLAWS:
            user = self.caller()
            staff = slug in MANAGES.get(user["role"], ()) or (user["role"] == "member" and "member-admin" in FLAWS)
            if not staff and not (access == "private" and user["role"] == "member"):
                raise Refusal(403, "not yours")
        owner = user["email"] if user and user["role"] == "member" and access == "private" else None
        if len(steps) == 1:
            return self.api_list(slug, owner)
        record = self.find(slug, unquote(steps[1]))
        if owner and record["owner"] != owner and "foreign-api" not in FLAWS:
            raise Refusal(404, "no such record")
        if self.command == "PATCH":
            self.save(slug, self.clean(slug, self.json_body(), record), record)
        if self.command == "DELETE":
            RECORDS[slug].pop(record["id"])
            return self.answer(204)
        self.answer(200, json.dumps(record), "application/json")

    def api_list(self, slug, owner):
        if self.command == "POST":
            record = self.save(slug, self.clean(slug, self.json_body()), None, owner)
            return self.answer(201, json.dumps(record), "application/json")
        items = self.search(slug, owner)
        self.answer(200, json.dumps({"items": items, "total": len(items), "page": 1, "page_size": 20}), "application/json")


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64


Server(sys.argv[1], App).serve_forever()
