#!/usr/bin/env python3
"""Set up Veerdesk on a bare machine and start it: `python3 installer/start.py [run|test|setup]`.

Standard library only, and readable by any Python from 3.8 on: the first thing it does is to look for one
that Veerdesk runs on (3.11 to 3.13) and hand over to it. It makes `.venv` beside the sources, installs what
pyproject.toml pins, says which system packages are missing (and installs them where it may), and then opens
the window on the sample well, runs the tests, or stops there.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SUPPORTED = ((3, 11), (3, 12), (3, 13))

# What a Debian 12 minbase lacks (decision 0001): the first list to import Qt and draw offscreen, the second for a real window.
DEBIAN_OFFSCREEN = [
    "libgl1",
    "libegl1",
    "libglib2.0-0",
    "libx11-6",
    "libdbus-1-3",
    "libfontconfig1",
    "libfreetype6",
    "libxkbcommon0",
]
DEBIAN_WINDOW = [
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-xkb1",
    "libxcb-shape0",
    "libxcb-image0",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxkbcommon-x11-0",
    "libsm6",
    "libxext6",
]


def say(text):
    print("veerdesk set-up: " + text, file=sys.stderr, flush=True)


def stop(text):
    say(text)
    raise SystemExit(3)


def version_of(command):
    """Return (major, minor) of a Python command, or None where it does not run."""
    try:
        out = subprocess.run(
            [*command, "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
        )
        return tuple(int(n) for n in out.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_python():
    """Return the command of a supported Python: this one where it will do, else the newest that is found."""
    if sys.version_info[:2] in SUPPORTED:
        return [sys.executable]
    candidates = []
    for major, minor in reversed(SUPPORTED):
        candidates.append(["python%d.%d" % (major, minor)])
        if os.name == "nt":
            candidates.append(["py", "-%d.%d" % (major, minor)])
    for command in candidates:
        if shutil.which(command[0]) and version_of(command) in SUPPORTED:
            return command
    return stop(
        "Veerdesk needs Python 3.11, 3.12 or 3.13 and found only %d.%d. Install one of them "
        "(Debian: apt-get install python3.11 python3.11-venv; Windows and macOS: the installer of the Python project) "
        "and run this command again." % sys.version_info[:2]
    )


def may_install():
    return shutil.which("apt-get") is not None and hasattr(os, "geteuid") and os.geteuid() == 0


def apt(packages):
    """Install Debian packages; say what to type where this user may not. Returns True where they are installed now."""
    line = "apt-get install -y " + " ".join(packages)
    if not may_install():
        say("these system packages are missing; as an administrator type:\n    " + line)
        return False
    say("installing system packages: " + " ".join(packages))
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-q"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run([*line.split(), "-q", "--no-install-recommends"], env=environment, stdout=subprocess.DEVNULL)
    if done.returncode:
        say("the system packages could not be installed; as an administrator type:\n    " + line)
    return done.returncode == 0


def venv_python():
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_venv(command):
    if venv_python().exists() and version_of([str(venv_python())]) in SUPPORTED:
        return
    say("making .venv with %s" % " ".join(command))
    made = subprocess.run(
        [*command, "-m", "venv", "--clear", str(VENV)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if made.returncode and shutil.which("apt-get"):
        version = "%d.%d" % version_of(command)
        if apt(["python%s-venv" % version]) or apt(["python3-venv"]):
            made = subprocess.run([*command, "-m", "venv", "--clear", str(VENV)])
    if made.returncode or not venv_python().exists():
        stop("the virtual environment .venv could not be made. Install the venv module of this Python and run again.")


def wanted_stamp(extras):
    """Digest of everything that decides what is installed."""
    h = hashlib.sha256((ROOT / "pyproject.toml").read_bytes())
    h.update(("%s %s %s" % (extras, platform.python_implementation(), ROOT)).encode())
    return h.hexdigest()


def install(extras, torch_index):
    """Install the pinned packages and Veerdesk itself, once per pyproject.toml."""
    stamp = VENV / (".veerdesk-" + (extras or "run"))
    if stamp.exists() and stamp.read_text() == wanted_stamp(extras):
        return
    begin = time.time()
    say("installing what pyproject.toml pins (about 1.5 GB on disk; the first time takes a minute or more)")
    target = "%s[%s]" % (ROOT, extras) if extras else str(ROOT)
    pip = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-q"]
    more = ["--extra-index-url", torch_index] if torch_index else []
    done = subprocess.run(pip + more + ["-e", target])
    if done.returncode:
        stop(
            "the packages could not be installed. Check the network and the lines above, and run the same command again; "
            "what is there already is kept."
        )
    stamp.write_text(wanted_stamp(extras))
    say("installed in %.0f s" % (time.time() - begin))


def check_qt():
    """Install or name the system libraries that Qt cannot find."""
    if platform.system() != "Linux":
        return
    code = "import os; os.environ['QT_QPA_PLATFORM']='offscreen'; import PySide6.QtWidgets as w; w.QApplication([])"
    if subprocess.run(
        [str(venv_python()), "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ).returncode:
        apt(DEBIAN_OFFSCREEN)


def check_window():
    """Install or name the libraries of Qt's xcb platform, without which no window opens under X11."""
    if platform.system() != "Linux" or not shutil.which("ldd"):
        return
    found = sorted(VENV.glob("lib/python*/site-packages/PySide6/Qt/plugins/platforms/libqxcb.so"))
    for plugin in found:
        out = subprocess.run(["ldd", str(plugin)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        if "not found" in out and shutil.which("apt-get"):
            apt(DEBIAN_WINDOW)
        elif "not found" in out:
            say(
                "Qt's window plug-in lacks libraries: "
                + ", ".join(line.split()[0] for line in out.splitlines() if "not found" in line)
            )


def write_bytecode():
    """Compile the program's modules, so that no start has to: a fifth of the time to a scan's first rows.

    Python does this by itself, but not where the person's settings or the folder's rights forbid it.
    """
    quietly = [str(venv_python()), "-m", "compileall", "-q", "-j", "0", str(ROOT / "veerdesk")]
    subprocess.run(quietly, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def warm_up():
    """Compile the tracing loops into the person's cache, so that the first gesture does not wait for a compiler."""
    stamp, digest = VENV / ".veerdesk-warm", hashlib.sha256()
    sources = sorted((ROOT / "veerdesk" / "tracing").glob("*.py"))
    sources += [
        ROOT / "veerdesk" / "labels" / "window_paint.py",
        ROOT / "veerdesk" / "desktop" / "canvas" / "composed.py",
    ]
    for source in sources:
        digest.update(source.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    say("compiling the decode (once, up to a minute)")
    modules = ("veerdesk.tracing.warm", "veerdesk.desktop.compiled_tools")
    if all(subprocess.run([str(venv_python()), "-m", name], cwd=str(ROOT)).returncode == 0 for name in modules):
        stamp.write_text(digest.hexdigest())


def main():
    parser = argparse.ArgumentParser(
        description="Set up Veerdesk and start it.", epilog="example: python3 installer/start.py test"
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="run",
        choices=["run", "test", "setup"],
        help="open the window on the sample well (default), run the tests, or only set up",
    )
    parser.add_argument(
        "--torch-index",
        metavar="URL",
        help="an index that offers the CPU build of torch, where the usual one would bring CUDA",
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="handed on to the program or to pytest")
    asked = parser.parse_args()
    begin = time.time()
    make_venv(find_python())
    install("test" if asked.what == "test" else "", asked.torch_index)
    check_qt()
    write_bytecode()
    warm_up()
    say("ready after %.0f s" % (time.time() - begin))
    environment = dict(os.environ)
    if asked.what == "test":
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [str(venv_python()), "-m", "pytest", *asked.rest]
    elif asked.what == "run":
        check_window()
        command = [str(venv_python()), "-m", "veerdesk"] + (asked.rest or ["demo"])
    else:
        check_window()
        return 0
    try:
        return subprocess.run(command, cwd=str(ROOT), env=environment).returncode
    except KeyboardInterrupt:
        return 4


if __name__ == "__main__":
    sys.exit(main())
