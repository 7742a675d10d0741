"""Lessons whose text has one fault each: where it is found, and how the sentence about it begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lessons.lessonkit import Breaking, edits
from routelab.lessons.findings import CheckRule


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenText:
    """`at` is the text on the line to blame, None for the file as a whole; `below` counts lines on from it."""

    name: str
    breaking: Breaking
    promise: CheckRule
    at: str | None
    said: str
    below: int = 0

    def line_in(self, folder: Path) -> int | None:
        if self.at is None:
            return None
        text = (folder / "lesson.md").read_text(encoding="latin-1")
        return text[: text.index(self.at)].count("\n") + 1 + self.below


def written(name: str, content: str | bytes | None, said: str, at: str | None = None) -> BrokenText:
    return BrokenText(
        name=name,
        breaking=Breaking(files=(("lesson.md", content),)),
        promise=CheckRule.READABLE,
        at=at,
        said=said,
    )


def edited(
    name: str, change: str, promise: CheckRule, at: str | None, said: str, below: int = 0
) -> BrokenText:
    return BrokenText(
        name=name, breaking=Breaking(replace=edits(change)), promise=promise, at=at, said=said, below=below
    )


FILES = [
    written("missing", None, "it cannot be read (No such file or directory); give every lesson"),
    written("empty", " \n", "it is empty; begin it with"),
    written("huge", "# T\n" + "x" * 1_100_000, "it has 1.0 MiB, and 1 MiB is the limit; shorten it"),
    written("binary", b"# T\n\0\1", "it is binary data, not text; write it as UTF-8"),
    written("latin-1", "# T\n\nCafé\n".encode("latin-1"), "this line is not UTF-8; save", at="Caf"),
]

OUTLINE = [
    edited(
        "text before the title",
        "# Lesson => Hello.\n\n# Lesson",
        CheckRule.FORMAT,
        "Hello.",
        "the title comes first; move it to the top of the file",
    ),
    BrokenText(
        name="no title",
        breaking=Breaking(files=(("lesson.md", "Just text.\n\nAnd more.\n\n- and a list\n"),)),
        promise=CheckRule.FORMAT,
        at="Just",
        said="the lesson has no title; begin it with a line such as: # Converters",
    ),
    BrokenText(
        name="no page",
        breaking=Breaking(files=(("lesson.md", "# A title\n\nA goal.\n"),)),
        promise=CheckRule.FORMAT,
        at=None,
        said="the lesson has no page; begin one with a line such as: ## The first page",
    ),
    edited(
        "two titles",
        "`name`.\n => `name`.\n\n# Another\n",
        CheckRule.FORMAT,
        "# Another",
        "a lesson has one title; begin pages with ##",
    ),
    edited(
        "no goal",
        "See how a variable in a rule reaches the view function.\n => ",
        CheckRule.FORMAT,
        "# Lesson",
        "the goal is missing; write it as one paragraph below the title",
    ),
    edited(
        "empty page",
        "## Say hello to => ## Nothing here\n\n## Say hello to",
        CheckRule.FORMAT,
        "## Nothing here",
        "this page is empty; write it or remove its heading",
    ),
    edited(
        "text after a task",
        "## Greet everybody => One more thing.\n\n## Greet everybody",
        CheckRule.FORMAT,
        "One more thing",
        "what follows a task is never shown; move it above the task, or into `after`",
    ),
    edited(
        "two tasks in a page",
        '## Say hello to nobody => ```toml task\nkind = "try"\n```\n\n## Say hello to nobody',
        CheckRule.FORMAT,
        '```toml task\nkind = "try"\n```',
        "a page has one task; begin another page above this one with ##",
    ),
    edited(
        "task before the pages",
        "```toml lesson\n => ```toml task\n",
        CheckRule.FORMAT,
        "```toml task",
        "a task is inside a page; begin one above it with ##",
    ),
    edited(
        "settings in a page",
        "## Say hello\n => ## Say hello\n```toml lesson\nminutes = 3\n```\n",
        CheckRule.FORMAT,
        "```toml lesson\nminutes = 3",
        "one 'toml lesson' block belongs before the first page; move it",
    ),
    edited(
        "text between goal and pages",
        "```toml lesson => More.\n\n```toml lesson",
        CheckRule.FORMAT,
        "More.",
        "only the goal, one paragraph, belongs before the first page; begin one with ##",
    ),
    edited(
        "a heading in a page",
        "This app greets => ### This app greets",
        CheckRule.FORMAT,
        "### This",
        "pages have no headings inside; begin a page with ##",
    ),
    edited(
        "a misspelt block",
        "```toml lesson => ```toml leson",
        CheckRule.FORMAT,
        "```toml leson",
        "there is no block 'toml leson'; did you mean 'toml lesson'?",
    ),
    edited(
        "a block in capital letters",
        "```toml lesson => ```TOML Lesson",
        CheckRule.FORMAT,
        "```TOML Lesson",
        "there is no block 'TOML Lesson'; did you mean 'toml lesson'?",
    ),
    edited(
        "a task that does not say so",
        '```toml task\nkind = "try" => ```toml\nkind = "try"',
        CheckRule.FORMAT,
        "```toml\nkind",
        "a block with a kind is a task; begin it with: ```toml task",
    ),
    edited(
        "duplicate ids",
        "## Greet everybody => ## Say hello",
        CheckRule.UNIQUE,
        "## Say hello\n\nA view may",
        "the page at line 10 has the id 'say-hello', too; give this one its own {#id}",
    ),
    edited(
        "a bad id",
        "## Greet everybody => ## Greet {#Greet_all}",
        CheckRule.FORMAT,
        "## Greet",
        "'Greet_all' is not an id; write small letters, digits and dashes",
    ),
    edited(
        "a heading without words",
        "## Greet everybody => ## ???",
        CheckRule.FORMAT,
        "## ???",
        "'' is not an id; write small letters, digits and dashes",
    ),
]

MARKDOWN = [
    edited(
        "a quotation",
        "This app => > This app",
        CheckRule.FORMAT,
        "> This",
        "a quotation cannot be shown; write",
    ),
    edited(
        "a picture",
        "This app => ![x](y)",
        CheckRule.FORMAT,
        "![x]",
        "a terminal shows no pictures; describe it",
    ),
    edited("HTML", "This app => <div>\n\nThis app", CheckRule.FORMAT, "<div>", "HTML cannot be shown; write"),
    edited(
        "a bare rule",
        "`<name>` becomes => <name> becomes",
        CheckRule.FORMAT,
        "This app",
        "<name>: what is in < > is HTML here; write rules in backticks, as in",
    ),
    edited(
        "a rule like a link",
        "`<name>` becomes => <int:name> becomes",
        CheckRule.FORMAT,
        "This app",
        "<int:name>: what is in < > is HTML here; write rules in backticks, as in",
    ),
    edited(
        "a rule in a text",
        "Make the app greet Ann. => Follow <name>.",
        CheckRule.FORMAT,
        "ask = ",
        "ask: <name>: what is in < > is HTML here; write",
    ),
    edited(
        "a list in a list",
        "This app greets => - a\n  - b\n\nThis app greets",
        CheckRule.FORMAT,
        "- a",
        "a list item has one paragraph; move",
    ),
]

SETTINGS = [
    edited(
        "an unknown step",
        '"view", "resp => "views", "resp',
        CheckRule.TOML,
        "show =",
        "show: there is no step 'views'; did you mean 'view'?",
    ),
    edited(
        "minutes in words",
        "minutes = 5 => minutes = 'five'",
        CheckRule.TOML,
        "minutes =",
        "minutes is a whole number; write minutes = 12",
    ),
    edited(
        "no minutes",
        "minutes = 5 => minutes = 0",
        CheckRule.TOML,
        "minutes =",
        "minutes is a whole number above 0; write",
    ),
    edited(
        "an unknown setting",
        "minutes = 5 => minuets = 5",
        CheckRule.TOML,
        "minuets",
        "minuets is not a key of a 'toml lesson' block; did you mean 'minutes'?",
    ),
]

TASKS = [
    edited(
        "no TOML",
        'kind = "predict" => kind = predict',
        CheckRule.TOML,
        "kind = predict",
        'this is not TOML: text is in quotes; write kind = "predict"',
    ),
    edited(
        "a key twice",
        'ask = "Make the app => ask = "a"\nask = "Make the app',
        CheckRule.TOML,
        'ask = "Make',
        "ask is in this table already; leave one of them out",
    ),
    edited(
        "TOML without an end",
        'say = "Now nobody => say = """Now nobody',
        CheckRule.TOML,
        'replace = [["/hello',
        "this is not TOML: Unterminated string; correct the line",
    ),
    edited(
        "an unknown kind",
        'kind = "try" => kind = "tri"',
        CheckRule.TOML,
        'kind = "tri"',
        "kind: there is no kind 'tri' of task; did you mean 'try'?",
    ),
    edited(
        "no kind",
        'kind = "try"\n => ',
        CheckRule.TOML,
        'ask = "Make the app',
        "a 'toml task' block has no kind; write one, as in: kind = \"try\"",
    ),
    edited(
        "no ask",
        'ask = "Make the app greet Ann."\n => ',
        CheckRule.TOML,
        'kind = "try"',
        "a 'toml task' block has no ask; write one, as in: ask = \"...\"",
    ),
    edited(
        "another word for ask",
        'ask = "Make the app greet Ann." => question = "Make the app greet Ann."',
        CheckRule.TOML,
        "question =",
        "question is not a key of a 'toml task' block; did you mean 'ask'?",
    ),
    edited(
        "a misspelt kind",
        'kind = "try" => kimd = "try"',
        CheckRule.TOML,
        "kimd =",
        "kimd is not a key of a 'toml task' block; did you mean 'kind'?",
    ),
    edited(
        "an unknown key",
        'hints = ["The path => hint = ["The path',
        CheckRule.TOML,
        "hint =",
        "hint is not a key of a 'toml task' block; did you mean 'hints'?",
    ),
    edited(
        "an unknown table",
        "[[choice]]\n => [[choice]]\nvalue = 200\nsay = 'No.'\n[[chioce]]\n",
        CheckRule.TOML,
        "[[chioce]]",
        "chioce is not a key of a 'toml task' block; did you mean 'choice'?",
    ),
    edited(
        "an unknown key of a check",
        "because = => becuase =",
        CheckRule.TOML,
        "becuase",
        "becuase is not a key of [[check]]; did you mean 'because'?",
    ),
    edited(
        "an empty hint",
        '"The path begins with /hello/." => ""',
        CheckRule.FILLED,
        'hints = [""',
        "hints is empty, or has an empty string; write it or remove it",
    ),
    edited(
        "no hint in the list",
        'hints = ["The path begins with /hello/.", "What comes after that slash is the name."] => hints = []',
        CheckRule.FILLED,
        "hints = []",
        "hints is empty, or has an empty string; write it or remove it",
    ),
    edited(
        "an empty reason",
        "The old rule must stay beside the new one. =>  ",
        CheckRule.FILLED,
        "because = ",
        "because is empty; write it or remove the key",
    ),
    edited(
        "a number for a text",
        '"Make the app greet Ann." => 3',
        CheckRule.TOML,
        "ask = 3",
        'ask is text; write ask = "..."',
    ),
    edited(
        "a number for texts",
        'hints = ["The path begins with /hello/.", => hints = [3,',
        CheckRule.TOML,
        "hints = [3",
        'hints is a list of strings; write hints = ["...", "..."]',
    ),
    edited(
        "a text for a flag",
        'kind = "try" => kind = "try"\noptional = "yes"',
        CheckRule.TOML,
        "optional",
        "optional is true or false; write optional = true",
    ),
    edited(
        "a choice without words",
        'say = "A 500 needs a view that fails, and no view ran at all."\n => ',
        CheckRule.TOML,
        "[[choice]]",
        '[[choice]] has no say; write one, as in: say = "..."',
    ),
    edited(
        "a number for a table",
        'kind = "try" => kind = "try"\ncovers = [[1], {a = 2}]',
        CheckRule.TOML,
        "covers",
        'covers is a list of strings; write covers = ["...", "..."]',
    ),
    edited(
        "values nested too deeply",
        'kind = "try" => kind = "try"\nx = ' + "[" * 5000,
        CheckRule.TOML,
        '```toml task\nkind = "try"',
        "the values of this block are nested too deeply; make them flat",
    ),
    edited(
        "loads too late",
        'kind = "predict" => kind = "predict"\nloads = false',
        CheckRule.TOML,
        '```toml task\nkind = "predict"',
        "loads belongs to the lesson's first task; move it there",
    ),
]

WORDS_OF_TASKS = [
    edited(
        "a bad expectation",
        'view == "hello"\' => veiw == "hello"\'',
        CheckRule.EXPECTATION,
        "veiw",
        "expect: 'veiw == \"hello\"': there is no query 'veiw'; did you mean 'view'?",
    ),
    edited(
        "no expectation",
        "expect = ['body == \"Hello, you!\"']\n => ",
        CheckRule.TOML,
        "[[check]]",
        '[[check]] has no expect; write one, as in: expect = ["status == 200"]',
    ),
    edited(
        "a bad query",
        'query = "status" => query = "state"',
        CheckRule.EXPECTATION,
        "query =",
        "query: 'state': there is no query 'state'; did you mean 'status'?",
    ),
    edited(
        "a bad request",
        '"GET /hello/Ann"\nhints => "GET hello/Ann"\nhints',
        CheckRule.REQUEST,
        "GET hello",
        "example: 'hello/Ann' is not a path: a path starts with a slash; write",
    ),
    edited(
        "a bad request in a check",
        'request = "GET /hello"\nexpect = [\'body => request = "GET /hello -x"\nexpect = [\'body',
        CheckRule.REQUEST,
        "GET /hello -x",
        "request: unknown option '-x'",
    ),
    edited(
        "a file that is not there",
        'example = "GET /hello/Ann" => example = "POST /hello/Ann -f photo@cat.png"',
        CheckRule.REQUEST,
        "cat.png",
        "example: 'photo@cat.png': cannot read 'cat.png'",
    ),
    edited(
        "choices of another type",
        "choices = [200, 404, 500] => choices = ['200', 404, 500]",
        CheckRule.EXPECTATION,
        "choices",
        "choices: status is a whole number; write it without quotes",
    ),
    edited(
        "a choice twice",
        "choices = [200, 404, 500] => choices = [404, 404, 500]",
        CheckRule.UNIQUE,
        "choices",
        "choices has 404 twice; make them distinct",
    ),
    edited(
        "one choice",
        "choices = [200, 404, 500] => choices = [500]",
        CheckRule.TOML,
        "choices",
        "choices has one choice only; write at least two",
    ),
    edited(
        "a date as a choice",
        "choices = [200, => choices = [2024-01-01,",
        CheckRule.TOML,
        "choices",
        "choices: datetime.date(2024, 1, 1) is not a JSON value; write",
    ),
    edited(
        "words for no choice",
        "value = 500 => value = 501",
        CheckRule.TOML,
        "value = 501",
        "value 501 is not among the choices; add it there, or correct it",
    ),
    edited(
        "a mistake without proof",
        'replace = [["/hello/<name>", "/hello"]]\n => ',
        CheckRule.TOML,
        "[[mistake]]",
        '[[mistake]] has no replace; write one, as in: replace = [["old text", "new text"]]',
    ),
    edited(
        "a mistake that passes, by its answers alone",
        'replace = [["/hello/<name>", "/hello"]]\n => replace = [["/hello/<name>", "/hello"]]\npasses = true\n',
        CheckRule.TOML,
        "passes = true",
        "passes needs wrote; write what must be found in the file",
    ),
    edited(
        "a replacement that is no pair",
        '[["/hello/<name>", "/hello"]] => ["/hello/<name>", "/hello"]',
        CheckRule.TOML,
        "replace",
        'replace is a list of pairs; write replace = [["old text", "new text"]]',
    ),
    edited(
        "a replacement in a file elsewhere",
        '[["/hello/<name>", "/hello"]] => [["../app.py", "/hello/<name>", "/hello"]]',
        CheckRule.TOML,
        "replace",
        "replace: '../app.py' is outside the lesson; name a file of the lesson",
    ),
    edited(
        "a replacement elsewhere",
        'replace = [[ => file = "../app.py"\nreplace = [[',
        CheckRule.TOML,
        "file =",
        "file: '../app.py' is outside the lesson; name a file of the lesson",
    ),
    edited(
        "a file to edit that is not there",
        'kind = "edit" => kind = "edit"\nfile = "apps.py"',
        CheckRule.TOML,
        "file =",
        "file: there is no 'apps.py' in the lesson; name the file to edit",
    ),
]

CODE = [
    edited(
        "wide code",
        "```python app.py:hello\n => ```python\n" + "x" * 81 + "\n",
        CheckRule.WIDTH,
        "x" * 81,
        "this line of code has 81 columns, and 80 fit; break it",
    ),
    edited(
        "code from no file",
        "```python app.py:hello => ```python ap.py:hello",
        CheckRule.SOURCE,
        "```python",
        "there is no text file 'ap.py' in the lesson; did you mean 'app.py'?",
    ),
    edited(
        "code of no name",
        "```python app.py:hello => ```python app.py:helo",
        CheckRule.SOURCE,
        "```python",
        "app.py has no function, class or variable 'helo'; did you mean 'hello'?",
    ),
    edited(
        "code from outside",
        "```python app.py:hello => ```python ../app.py:hello",
        CheckRule.SOURCE,
        "```python",
        "'../app.py:hello' names no file of the lesson; write",
    ),
    edited(
        "code that has moved on",
        '```python app.py:hello\n => ```python app.py:hello\n@app.route("/hello/<name>")\ndef hi(name):\n',
        CheckRule.SOURCE,
        "def hi",
        "this is not what app.py says; leave the block empty to take it from there",
    ),
    BrokenText(
        name="code of a file that cannot be parsed",
        breaking=Breaking(files=(("app.py", "def home(:\n"),)),
        promise=CheckRule.SOURCE,
        at="```python",
        said="app.py cannot be parsed, so 'hello' cannot be taken from it; write the block out",
    ),
    BrokenText(
        name="wide code of a file",
        breaking=Breaking(files=(("app.py", "def hello(name):\n    return '" + "x" * 70 + "'\n"),)),
        promise=CheckRule.WIDTH,
        at="```python",
        said="this line of code has 83 columns, and 74 fit; break it",
        below=2,
    ),
]

BROKEN_TEXTS = [*FILES, *OUTLINE, *MARKDOWN, *SETTINGS, *TASKS, *WORDS_OF_TASKS, *CODE]
