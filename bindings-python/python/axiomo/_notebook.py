from __future__ import annotations

from html import escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from axiomo._native import Signal

_MOST_ROWS = 5


def table(signal: Signal) -> str:
    """A Signal as a small table for notebooks. Whatever it says is escaped."""
    pull_request, risk, triage = signal.pr, signal.risk, signal.triage
    rows: list[tuple[str, str]] = []
    if pull_request.title:
        where = f"{pull_request.owner}/{pull_request.repo}#{pull_request.number}"
        rows.append(("Pull request", f"{where}: {pull_request.title}"))
    if signal.contributors:
        author = signal.contributors[0]
        rows.append(("Author", _with(author.login, author.trust_level)))
    if signal.intent is not None and signal.intent.goal:
        rows.append(("Intent", signal.intent.goal))
    if risk.level is not None:
        rows.append(("Risk", _with(risk.level, None if risk.score is None else f"{risk.score:.2f}")))
    for driver in risk.drivers[:_MOST_ROWS]:
        share = "" if driver.contribution is None else f"{driver.contribution:+.2f} "
        rows.append(("", f"{share}{driver.title or driver.id or ''}"))
    if triage.effort is not None:
        minutes = triage.estimated_minutes
        rows.append(("Effort", _with(triage.effort, None if minutes is None else f"about {minutes} min")))
    for file in signal.focus.files[:_MOST_ROWS]:
        rows.append(("Look first" if file is signal.focus.files[0] else "", file.path or ""))
    if signal.review.action is not None:
        rows.append(("Review", str(signal.review.action)))
    lines = "".join(
        f'<tr><th style="text-align:left">{escape(name)}</th>'
        f'<td style="text-align:left">{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f"<table>{lines}</table>"


def _with(value: str | None, more: str | None) -> str:
    known = [str(part) for part in (value, more) if part]
    return f"{known[0]} ({known[1]})" if len(known) == 2 else "".join(known)
