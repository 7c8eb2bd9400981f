"""`shakedown timeline`: what happened in a stored history, as a picture, a page or text."""

from collections.abc import Iterator
from pathlib import Path

import click

from harness.history.errors import BadHistory
from harness.history.reader import Recording, read
from harness.model.errors import UsageError
from harness.report import results
from harness.report import timeline as told
from harness.report.chart import assembly, characters, frame, page, svg
from harness.report.chart.model import Chart
from harness.run.rejudging import HISTORY, PACKED

STDOUT = "-"
FORMS = (".svg", ".html", ".txt")


@click.command()
@click.argument("history", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", metavar="FILE", help="FILE.svg, FILE.html or FILE.txt; - is the SVG on stdout.")
@click.option("--text", "as_text", is_flag=True, help="As text: lanes in characters, then every change.")
def timeline(history: Path, output: str | None, as_text: bool) -> None:
    """Draw the timeline of a stored history; as text where no file is named.

    A folder stands for the history in it. A damaged history is drawn as far as it goes.

    \b
    shakedown timeline reports/latest/cells/oom-wait/v3.5.10
    shakedown timeline history.jsonl.gz --output timeline.html
    shakedown timeline history.jsonl.gz --output - > timeline.svg
    """
    form = chosen(output, as_text=as_text)
    recording = read(located(history))
    chart = assembly.of_recording(recording)
    made = render(chart, recording, form)
    if chart.damage:
        click.echo(f"shakedown: {history} is damaged: {chart.damage}; it is drawn as far as it goes", err=True)
    if output in (None, STDOUT):
        click.echo(made, nl=False)
    else:
        click.echo(f"timeline: {results.write_whole(Path(str(output)), made)}")


def chosen(output: str | None, *, as_text: bool) -> str:
    """The form, by the name of the file. Raises UsageError before anything is read."""
    if output is None or (output == STDOUT and as_text):
        return ".txt"
    form = ".svg" if output == STDOUT else Path(output).suffix.lower()
    if form not in FORMS:
        raise UsageError(
            f"{output} is neither SVG, HTML nor text", cure=f"name a file that ends in {' or '.join(FORMS)}"
        )
    if as_text and form != ".txt":
        raise UsageError(f"--text and {output} contradict each other", cure="name a .txt, or leave --text out")
    return form


def located(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in (HISTORY, HISTORY + PACKED):
        if (path / name).is_file():
            return path / name
    raise UsageError(f"{path} has no {HISTORY}", cure="name a history, or the folder of one cell below reports/")


def render(chart: Chart, recording: Recording, form: str) -> str:
    match form:
        case ".txt":
            return characters.render(chart) + "\n" + "".join(f"{line}\n" for line in changes(recording))
        case ".html":
            return page.render(frame.drawn(chart))
        case _:
            return svg.render(frame.drawn(chart))


def changes(recording: Recording) -> Iterator[str]:
    try:
        yield from told.lines(recording.entries())
    except BadHistory as error:
        yield f"!! {error}"
