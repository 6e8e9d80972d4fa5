from bs4 import BeautifulSoup
from lessonsite.tables import to_html, to_markdown

TABLE = {
    "caption": "a < b by $x^2$",
    "columns": ["$x^2$", "a|b"],
    "rows": [["1", "0.5"], ["*", "2"]],
    "note": "One of 2 rows.",
}


def test_to_html_is_folded_named_and_scrolled_by_keyboard():
    page = BeautifulSoup(to_html([TABLE, TABLE], lambda tex: f"<i>{tex}</i>"), "html.parser")
    (details,) = page.select("details.figure-data[data-search-exclude]:not([open])")
    first, second = details.select("[tabindex='0'][role=group][aria-label] > table")
    assert first == second and first.caption is not None
    assert first.caption.text == "a < b by x^2. One of 2 rows." and first.caption.i is not None
    assert [th.text for th in first.select("thead th[scope=col]")] == ["x^2", "a|b"]
    assert [th.text for th in first.select("tbody th[scope=row]")] == ["1", "*"]
    assert [td.text for td in first.select("td")] == ["0.5", "2"]


def test_to_markdown_escapes_all_but_formulas():
    table = "| $x^2$ | a\\|b |\n| ---: | ---: |\n| 1 | 0.5 |\n| \\* | 2 |"
    part = f"a \\< b by $x^2$. One of 2 rows.\n\n{table}\n\n"
    summary = "<summary>The figure's data</summary>"
    assert to_markdown([TABLE, TABLE]) == (
        f'<details markdown="1">{summary}\n\n{part}{part}</details>'
    )
