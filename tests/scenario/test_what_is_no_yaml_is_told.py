"""Where YAML gives up is often not where the mistake is: each is told at its own place, with what is wrong there."""

from pathlib import Path

import pytest

from harness.scenario.problems import ScenarioErrors
from harness.scenario.reading import read_yaml

TEXT = """\
name: one
title: A title
workflow:
  spec:
    entrypoint: main
    templates:
      - name: main
        retryStrategy: {limit: 2}
        container: {command: [sh, -c], args: ["sleep 5"]}
      - name: calls
        steps: [[{name: first, template: main}]]
method:
  - name: hit
    when: {node: {template: main}}
expect:
  workflow: {phase: Succeeded}
"""
ITEM, LINE = "%d:%d: this item is indented by %d blanks", "%d:%d: this line is indented by %d blanks"
SAME = "give both the same, or put a value of several lines in quotes"


def told(text: str) -> list[str]:
    try:
        read_yaml(text, Path("f"))
    except ScenarioErrors as error:
        return [f"{one.line}:{one.column}: {one.message.removeprefix('not valid YAML: ')}" for one in error.problems]
    return []


def test_the_text_is_good() -> None:
    assert told(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    when:", "   when:", "14:4: this line is indented by 3 blanks, where the keys above have 0 or 4"),
        (
            "    when:",
            "     when:",
            f"14:6: this line is indented by 5 blanks, and the key above, which has a value, by 4: {SAME}",
        ),
        (
            "title:",
            "  title:",
            f"2:3: this line is indented by 2 blanks, and the key above, which has a value, by 0: {SAME}",
        ),
        ("    templates:", "   templates:", "6:4: this line is indented by 3 blanks, where the keys above have 2 or 4"),
        (
            "        container:",
            "         container:",
            f"{LINE % (9, 10, 9)}, where the keys above have 8",
        ),
        (
            "      - name: calls",
            "     - name: calls",
            "10:6: this item is indented by 5 blanks, where the items above have 6",
        ),
        (
            "      - name: calls",
            "  - name: calls",
            f"{ITEM % (10, 3, 2)} as the keys above are, where the items have 6; a key takes no '- '",
        ),
        (
            "      - name: calls",
            "      name: calls",
            "10:7: this line is indented by 6 blanks as the items above are, but does not begin with '- '",
        ),
        (
            "title: A title",
            "title: |\n    one\n  two",
            "4:3: this line is indented by 2 blanks and has no key: "
            "a text of several lines keeps the indentation of its first",
        ),
        ("name: one", "  name: one", "2:1: indented by 0 blanks, the first line by 2 blanks: give them the same"),
    ],
)
def test_indentation(old: str, new: str, said: str) -> None:
    assert told(TEXT.replace(old, new, 1)) == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    entrypoint", "\tentrypoint", "5:1: a tab in the indentation: YAML wants spaces"),
        ("    entrypoint", "    \tentrypoint", "5:5: a tab in the indentation: YAML wants spaces"),
        ("  - name: hit", "  -\tname: hit", "13:4: a tab where YAML wants a blank"),
        ("entrypoint: main", "entrypoint main", "5:5: 'entrypoint main' has no ':' after its key"),
        ("name: one", "name one", "1:1: 'name one' has no ':' after its key"),
        ("  spec:\n", "  spec\n", "4:3: 'spec' has no ':' after its key"),
        ("expect:\n", "expect\n", "15:1: 'expect' has no ':' after its key"),
        ("entrypoint: main", "entrypoint:main", "5:5: a blank is missing after the ':' of 'entrypoint:main'"),
        ("{limit: 2}", "{limit:2}", "8:25: 'limit:2' is one word without a value: a blank is missing after ':'"),
        ("  - name: hit", "  -name: hit", "13:3: a blank is missing after the '-' of '-name: hit'"),
    ],
)
def test_tabs_blanks_and_colons(old: str, new: str, said: str) -> None:
    assert told(TEXT.replace(old, new, 1)) == [said]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("A title", '"A title', "2:8: the quote that begins here is not closed before line 9"),
        ("A title", "'A title", "2:8: the quote that begins here is not closed"),
        ("Succeeded", "'Succeeded", "16:21: the quote that begins here is not closed"),
        (
            "A title",
            "'It's a title'",
            "2:12: nothing may follow a text in quotes: put all of the value in quotes, and double those within",
        ),
        ("[sh, -c]", "[sh, -c", "9:56: the '[' of column 30 is not closed before this '}'"),
        ("{limit: 2}", "{limit: 2", "9:18: before this a comma is missing, or the '{' of line 8 is not closed"),
        ("Succeeded}", "Succeeded", "16:13: the '{' that is opened here is not closed"),
        ("{limit: 2}", "{limit: 2}}", "8:34: '}' closes nothing: there is one too many"),
        ("main}]]", "main]]", "11:46: the '{' of column 18 is not closed before this ']'"),
        ("[sh, -c]", '["sh" "-c"]', "9:36: before this a comma is missing, or the '[' of column 30 is not closed"),
        (
            "A title",
            "[WIP] A title",
            "2:14: nothing may follow a closing ']': a text that begins with a brace or bracket must be in quotes",
        ),
    ],
)
def test_quotes_and_brackets(old: str, new: str, said: str) -> None:
    assert told(TEXT.replace(old, new, 1)) == [said]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("A: title", "2:9: a value that contains ': ' must be in quotes"),
        ("@title", "2:8: a text that begins with '@' must be in quotes"),
        ("%title", "2:8: a text that begins with '%' must be in quotes"),
        ("`title", "2:8: a text that begins with '`' must be in quotes"),
        ("!title", "2:8: the tag '!title' is not allowed; a text that begins with '!' must be in quotes"),
        ("!title {}", "2:8: the tag '!title' is not allowed; a text that begins with '!' must be in quotes"),
        ("one\n...", "4:1: '...' above ends the document: a scenario file holds exactly one"),
        ("one\ntitle: two", "3:1: 'title' is given twice, first on line 2"),
    ],
)
def test_texts_that_need_quotes(title: str, said: str) -> None:
    assert told(TEXT.replace("A title", title, 1)) == [said]
