"""A sample of every block, for tests that hold all of them against a medium."""

from __future__ import annotations

from routelab.courselist import CourseList, CoursePart, CourseRow
from routelab.screen.blocks import (
    Block,
    BodyText,
    Bullets,
    CheckRow,
    ChoiceQuestion,
    CodeFrame,
    Column,
    Conversions,
    CopyLine,
    Details,
    DiffLines,
    Facts,
    FindingRow,
    Fragment,
    Gap,
    Grid,
    HeaderRow,
    Line,
    Mark,
    Meaning,
    PageHead,
    PathAndRule,
    RequestRows,
    Role,
    RuleRow,
    StepRow,
    Title,
    line,
    phrase,
)

HOSTILE = "\x1b]0;title\x07a\rb\u202ec\u2028d\x9bA [red]e[/red] \udc80f\n\x1b[2Jg"
"""Text that steers a terminal, or would be markup somewhere."""


def samples(text: str) -> tuple[Block, ...]:
    """One block of each kind, with this text wherever text can be."""
    said, link = phrase(text), (Fragment(text=text, meaning=Meaning.LINK, url=f"{text}!"),)
    columns = (Column(head=said, role=Role.ORDER), Column(head=said, role=Role.RULE))
    details = (line(text, Meaning.REASON),)
    return (
        Title(text=said, aside=said),
        Line(text=(*link, *phrase(text, Meaning.CODE)), aside=said, label=text),
        CopyLine(text=text),
        Gap(heard=True),
        CodeFrame(lines=(text,), file=text, first=7, mark=Mark(line=7, start=0, end=3)),
        CodeFrame(lines=(text,)),
        PathAndRule(path=(text,), rule=(text,), decides=0, view=text, where=text),
        Conversions(rows=((text, text, text, text, text),)),
        StepRow(
            number=1,
            name=text,
            label=text,
            what=said,
            where=text,
            why=text,
            code=CodeFrame(lines=(text,)),
            details=details,
        ),
        HeaderRow(name=text, value=text, reason=text),
        RuleRow(rule=text, said=text, view=text, where=text),
        RuleRow(rule=text, said=text, verdict=Fragment(text=text, meaning=Meaning.ALMOST), where=text),
        FindingRow(code=text, level=text, rule=text, said=text, where=text),
        Details(blocks=details),
        Facts(rows=((text, text),)),
        Grid(columns=columns, rows=((said, said),)),
        Grid(columns=(Column(head=said),), rows=((said,),)),
        Bullets(items=(said,), numbered=True),
        BodyText(text=text, cut=text),
        DiffLines(lines=(f"+{text}",)),
        PageHead(lesson=text, title=text, number=1, total=2, optional=True),
        ChoiceQuestion(request=text, after=text, ask=said, choices=(("a", text),)),
        RequestRows(title="Sent", rows=((text, text),)),
        CheckRow(said=said, passed=False, details=details),
        CourseList(
            parts=(CoursePart(title=text, rows=(CourseRow(number=1, title=text, goal=text, pages=3),)),)
        ),
    )
