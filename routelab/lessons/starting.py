"""A first lesson to change: what `routelab new` writes, one task of each kind, proven as it stands.

It writes files below one folder, and checks nothing: a test holds it to `proofs`.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from routelab.errors import RoutelabError
from routelab.lessons.files import write_texts

_LESSON = """\
# {title}

See how a variable in a rule reaches the view function.

```toml lesson
minutes = 5
show = ["request", "match", "view", "response"]
```

## Say hello

This app greets the person whom the path names.
Whatever is in `<name>` becomes the argument `name`.

```python app.py:hello
```

```toml task
kind = "try"
ask = "Make the app greet Ann."
expect = ['view == "hello"', 'arg "name" == "Ann"']
example = "GET /hello/Ann"
hints = ["The path begins with /hello/.", "What comes after that slash is the name."]
after = "The piece of the path became an argument of the view."
```

## Say hello to nobody

```toml task
kind = "predict"
request = "GET /hello"
ask = "Nobody is named. Which status will it be?"
query = "status"
choices = [200, 404, 500]
after = "No rule has just one piece, so no view ran."
[[choice]]
value = 500
say = "A 500 needs a view that fails, and no view ran at all."
```

## Greet everybody

A view may have two rules, one decorator above the other.

```toml task
kind = "edit"
ask = "Make `/hello` answer `Hello, you!`, and keep `/hello/Ann`."
hints = ["Which rule has the path `/hello`?", "An argument may have a default: `name=\\"you\\"`."]
after = "Two rules lead to one view; the default is used where a rule has no variable."
[[check]]
request = "GET /hello"
expect = ['body == "Hello, you!"']
[[check]]
request = "GET /hello/Ann"
expect = ['body == "Hello, Ann!"']
because = "The old rule must stay beside the new one."
[[mistake]]
request = "GET /hello/Ann"
expect = ["status == 404"]
say = "Now nobody can be named. Add a rule instead of changing the one that is there."
replace = [["/hello/<name>", "/hello"]]
```
"""

_APP = """\
from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "Try /hello/Ann."


@app.route("/hello/<name>")
def hello(name):
    return f"Hello, {name}!"
"""

_SOLUTION = _APP.replace(
    '@app.route("/hello/<name>")\ndef hello(name):',
    '@app.route("/hello")\n@app.route("/hello/<name>")\ndef hello(name="you"):',
)


def new_lesson(folder: Path) -> tuple[PurePosixPath, ...]:
    """Write a lesson that passes `routelab check`, and return its files, lesson.md first."""
    files = {
        PurePosixPath("lesson.md"): _LESSON.replace("{title}", title_of(folder.name)),
        PurePosixPath("app.py"): _APP,
        PurePosixPath("solution/app.py"): _SOLUTION,
    }
    try:
        if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
            raise RoutelabError(f"{folder} is there already, and not an empty folder; choose another name")
        write_texts(files, folder)
    except OSError as error:
        raise RoutelabError(
            f"{folder} cannot be written: {error.strerror or error}; choose another place"
        ) from None
    return tuple(files)


def title_of(name: str) -> str:
    """Make a title of a folder's name: "03-url-building" becomes "Url building"."""
    words = "".join(c if c.isalnum() else " " for c in name).split()
    title = " ".join(words[1:] if len(words) > 1 and words[0].isdigit() else words)
    return title[:1].upper() + title[1:] or "A lesson"
