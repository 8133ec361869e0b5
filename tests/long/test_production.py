"""Production as the documents say: nginx with TLS in front of gunicorn with the project's own files."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import websocket

from app.core.database import TransactionalFlask, make_engine
from app.live.actions import announce
from tests.live.conftest import Place
from tests.support import databases
from tests.support.databases import ROOT
from tests.support.servers import Server, free_port

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
HOST = "learn.example.org"


@dataclass(frozen=True)
class Site:
    """The site as a stranger meets it."""

    plain: int
    secure: int
    certificate: Path
    place: Place

    def ask(
        self,
        path: str,
        *,
        secure: bool = True,
        host: str = HOST,
        method: str = "GET",
        headers: dict[str, str] | None = None,
        body: str | None = None,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Send one request."""
        if secure:
            trust = ssl.create_default_context(cafile=str(self.certificate))
            trust.check_hostname = False  # we connect to the loopback address
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                "127.0.0.1", self.secure, timeout=20, context=trust
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.plain, timeout=20)
        with closing(connection):
            connection.request(method, path, body, headers={"Host": host, **(headers or {})})
            answer = connection.getresponse()
            return answer, answer.read()


def start(
    command: list[str], log: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a program in the project's folder, what it says going to ``log``."""
    with log.open("ab") as sink:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink
        )


@pytest.fixture(scope="module")
def site(application: TransactionalFlask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("production")
    url = databases.clone_database()
    backend, plain, secure, *gateways = (free_port() for _ in range(5))
    certificate = folder / "fullchain.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}",
            "-keyout", str(folder / "privkey.pem"), "-out", str(certificate),
        ],
        check=True, capture_output=True,
    )  # fmt: skip
    nginx = start(
        [
            "nginx",
            "-p",
            str(folder),
            "-c",
            str(nginx_file(folder, backend, plain, secure, gateways)),
            "-e",
            str(folder / "error.log"),
        ],
        folder / "nginx.log",
    )
    environment = {**os.environ, **settings(folder, url, backend)}
    web = start(
        [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "wsgi:app"],
        folder / "web.log",
        environment,
    )
    worker = start(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--concurrency", "2"],
        folder / "worker.log",
        environment,
    )
    sockets = [
        start(
            [sys.executable, "-m", "gunicorn", "--config", "deploy/gateway.conf.py", "gateway:app"],
            folder / f"gateway-{port}.log",
            environment | {"GATEWAY_PORT": str(port)},
        )
        for port in gateways
    ]
    engine = make_engine(url, 2)
    made = Site(plain, secure, certificate, Place(Server(url, folder), application, engine))
    try:
        wait(made, folder)
        for port in gateways:
            wait_for_gateway(port)
        yield made
    finally:
        engine.dispose()
        for process in (nginx, worker, web, *sockets):
            process.terminate()
        for process in (nginx, worker, web, *sockets):
            process.wait(30)
        databases.drop_database(url)


def settings(folder: Path, url: str, port: int) -> dict[str, str]:
    """Return the environment of deploy/ctlp.env.example, with this test's places and secrets."""
    lines = (ROOT / "deploy" / "ctlp.env.example").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    key = folder / "certificate-key.pem"
    made = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "certificates", "new-key"],
        cwd=ROOT, check=True, capture_output=True, text=True,
        env={**os.environ, "CTLP_VAR": str(folder / "var"), "DATABASE_URL": url},
    )  # fmt: skip
    key.write_text(made.stdout, "ascii")
    return given | {
        "CTLP_VAR": str(folder / "var"),
        "DATABASE_URL": url,
        "PORT": str(port),
        "SECRET_KEY": "kept-by-the-test-of-production-0123456789",
        "CERTIFICATE_KEY": str(key),
        "WEB_CONCURRENCY": "1",
    }


def wait_for_gateway(port: int) -> None:
    """Wait until a gateway says itself that it is well."""
    for _ in range(300):
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            try:
                connection.request("GET", "/health", headers={"Host": HOST})
                answer = connection.getresponse()
                if answer.status == 200 and json.loads(answer.read())["parts"]["gateway"] == "ok":
                    return
            except OSError:
                pass
        time.sleep(0.2)
    raise AssertionError("the gateway is not well")


def nginx_file(folder: Path, backend: int, plain: int, secure: int, gateways: list[int]) -> Path:
    """Write deploy/nginx.conf with this test's ports and places into a frame that needs no root."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    changes = {
        "127.0.0.1:8000": f"127.0.0.1:{backend}",
        "127.0.0.1:8101": f"127.0.0.1:{gateways[0]}",
        "127.0.0.1:8102": f"127.0.0.1:{gateways[1]}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{secure} ssl;",
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "/etc/letsencrypt/live/learn.example.org/": f"{folder}/",
        "/srv/ctlp/app/": f"{ROOT}/",
    }
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.getuid() == 0 else ""
    head = f"{user}daemon off;\npid {folder}/nginx.pid;\nevents {{}}\n"
    frame = f"{head}http {{\ninclude /etc/nginx/mime.types;\naccess_log off;\n{places}{text}\n}}\n"
    path = folder / "nginx.conf"
    path.write_text(frame, "utf-8")
    return path


def wait(site: Site, folder: Path) -> None:
    """Wait until the health page says ok through nginx."""
    answer: object = None
    for _ in range(300):
        try:
            answer = site.ask("/health")[0].status
        except OSError as error:
            answer = error
        if answer == 200:
            return
        time.sleep(0.2)
    logs = "\n".join(path.read_text("utf-8", errors="replace")[-2000:] for path in folder.glob("*.log"))
    raise AssertionError(f"{answer}\n{logs}")


def test_the_platform_is_well_behind_nginx(site: Site) -> None:
    answer, body = site.ask("/health")
    assert answer.status == 200
    assert json.loads(body)["status"] == "ok"
    assert "max-age" in (answer.headers["Strict-Transport-Security"] or "")


def test_a_plain_address_leads_to_the_secure_one(site: Site) -> None:
    answer, _ = site.ask("/courses?x=1", secure=False)
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/courses?x=1")


def test_the_cookie_is_bound_to_the_host_and_to_tls(site: Site) -> None:
    answer, body = site.ask("/account/sign-in")
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-ctlp=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert b"/dev/mailbox" not in body


def test_assets_come_compressed_from_disk_and_may_be_kept(site: Site) -> None:
    page = site.ask("/")[1].decode()
    path = next(
        part for part in page.split('"') if part.startswith("/static/build/site.") and part.endswith(".css")
    )
    answer, body = site.ask(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"--" in gzip.decompress(body)


@pytest.mark.parametrize("path", ["/dev/mailbox", "/dev/design"])
def test_pages_of_development_are_not_there(site: Site, path: str) -> None:
    assert site.ask(path)[0].status == 404


def test_another_host_and_too_large_a_body_are_refused(site: Site) -> None:
    assert site.ask("/", host="evil.example")[0].status in {400, 404, 421}
    assert site.ask("/verify", method="POST", headers={"Content-Length": "99000000"})[0].status == 413


def test_demo_data_is_refused(site: Site, tmp_path: Path, clone_database: Callable[[], str]) -> None:
    environment = {**os.environ, **settings(tmp_path, clone_database(), 8000)}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0


def test_sockets_go_through_nginx_to_whichever_gateway(site: Site) -> None:
    person = f"person:{site.place.sign_in('owner').user_id}"
    trust = {"ca_certs": str(site.certificate), "check_hostname": False}
    with ExitStack() as stack:
        sockets = []
        for _ in range(4):
            cookie = f"__Host-ctlp={site.place.sign_in('owner').token}"
            opened = websocket.create_connection(
                f"wss://127.0.0.1:{site.secure}/socket.io/?EIO=4&transport=websocket",
                cookie=cookie, origin=f"https://{HOST}", host=HOST, sslopt=trust, timeout=20,
            )  # fmt: skip
            stack.enter_context(closing(opened))
            sockets.append(opened)
            opened.send("40")
            opened.send(f'420["subscribe","{person}"]')
            received = [str(opened.recv()) for _ in range(3)]
            assert received[2].startswith('430[{"state":"following"')
        with site.place.within():
            number = announce(person)
        assert {str(one.recv()) for one in sockets} == {
            f'42["news",{{"topic":"{person}","number":{number}}}]'
        }


def test_who_cannot_have_a_websocket_polls_at_one_and_the_same_gateway(site: Site) -> None:
    for _ in range(6):
        headers = {
            "Cookie": f"a=b; __Host-ctlp={site.place.sign_in('member').token}",
            "Origin": f"https://{HOST}",
        }
        path = "/socket.io/?EIO=4&transport=polling"
        answer, body = site.ask(path, headers=headers)
        assert answer.status == 200
        path += f"&sid={json.loads(body[1:])['sid']}"
        assert site.ask(path, headers=headers, method="POST", body="40")[1] == b"OK"
        assert b"40{" in site.ask(path, headers=headers)[1]
        assert site.ask(path, headers=headers, method="POST", body="1")[0].status == 200


def test_a_stranger_or_another_origin_gets_no_socket(site: Site) -> None:
    path = "/socket.io/?EIO=4&transport=polling"
    assert site.ask(path, headers={"Origin": f"https://{HOST}"})[0].status == 401
    cookie = f"__Host-ctlp={site.place.sign_in('member').token}"
    for origin in ("https://content.learn.example.org", "http://learn.example.org", "https://evil.example"):
        assert site.ask(path, headers={"Origin": origin, "Cookie": cookie})[0].status == 403


def test_unit_files_name_what_is_there() -> None:
    for name in ("ctlp-web.service", "ctlp-worker.service", "ctlp-gateway@.service", "ctlp-backup.service"):
        text = (ROOT / "deploy" / name).read_text("utf-8")
        assert "User=ctlp" in text
        assert "EnvironmentFile=/etc/ctlp.env" in text
    for word in ("worker", "backup"):
        assert f"--app wsgi {word}" in (ROOT / "deploy" / f"ctlp-{word}.service").read_text("utf-8")
