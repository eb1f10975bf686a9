"""Drive a headless Chromium: open pages, click, type, take pictures.

Runs in the virtual environment of an Odoo series, whose ``websocket-client`` carries
Chromium's DevTools protocol.
"""

import base64
import contextlib
import json
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

#: seconds that a page may take to show what is expected
PATIENCE = 40
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)


class BrowserError(Exception):
    """The page did not do what was expected of it."""


@contextlib.contextmanager
def opened(program, width, height):
    """Yield a `Browser` with one empty page of that size.

    :param str program: path of Chromium
    """
    # Chromium writes there until its very end.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [program, *QUIET, f"--user-data-dir={profile}", "about:blank"]
        chromium = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            yield Browser(_page_address(Path(profile)), width, height)
        finally:
            chromium.terminate()
            chromium.wait(15)


def _page_address(profile):
    """Wait until Chromium has written its port, and ask for the page's address.

    :return str: where Chromium listens for what its first page is to do
    """
    note = profile / "DevToolsActivePort"
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError, IndexError):
            port = note.read_text().splitlines()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                pages = json.load(answer)
            return next(p["webSocketDebuggerUrl"] for p in pages if p["type"] == "page")
        time.sleep(0.1)
    raise BrowserError("Chromium does not start")


class Browser:
    def __init__(self, address, width, height):
        self._socket = websocket.create_connection(address, timeout=PATIENCE)
        self._number = 0
        self._call("Page.enable")
        self.resize(width, height)

    def resize(self, width, height):
        """Make the page so many pixels wide and high."""
        metrics = {"width": width, "height": height}
        metrics.update(deviceScaleFactor=1, mobile=False)
        self._call("Emulation.setDeviceMetricsOverride", **metrics)

    def open(self, url):
        """Go to an address and wait until the page is there."""
        self.run("window.__left = true")
        self._call("Page.navigate", url=url)
        self.wait("!window.__left && document.readyState === 'complete'")

    def run(self, script):
        """Run JavaScript in the page, and wait for its promise.

        :return: the value of a JavaScript expression
        """
        answer = self._call(
            "Runtime.evaluate",
            expression=script,
            returnByValue=True,
            awaitPromise=True,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(f"{script}: {answer['exceptionDetails']['text']}")
        return answer["result"].get("value")

    def wait(self, condition):
        """Return when a JavaScript condition holds.

        :raise BrowserError: it does not within the time
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(BrowserError):
                if self.run(f"Boolean({condition})"):
                    return
            time.sleep(0.1)
        raise BrowserError(f"waited in vain for {condition}")

    def see(self, selector):
        """Wait until the page shows an element (CSS selector)."""
        self.wait(f"document.querySelector({json.dumps(selector)})")

    def click(self, selector):
        """Click the first such element, once it is there."""
        self.see(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def click_text(self, selector, text):
        """Click the first such element that shows the text."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(found => found.innerText.includes({json.dumps(text)}))"
        )
        self.wait(found)
        self.run(f"{found}.click()")

    def type(self, selector, text):
        """Put a text into an input, as if typed."""
        self.see(selector)
        element = f"document.querySelector({json.dumps(selector)})"
        self.run(f"{element}.focus(), {element}.select && {element}.select()")
        self._call("Input.insertText", text=text)
        self.run(f"{element}.dispatchEvent(new Event('change', {{bubbles: true}}))")

    def picture(self, path):
        """Write what the page shows as PNG."""
        answer = self._call("Page.captureScreenshot", format="png")
        Path(path).write_bytes(base64.b64decode(answer["data"]))

    def _call(self, method, **parameters):
        self._number += 1
        request = {"id": self._number, "method": method, "params": parameters}
        self._socket.send(json.dumps(request))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") != self._number:
                continue  # an event that nobody asked for
            if "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            return answer["result"]
