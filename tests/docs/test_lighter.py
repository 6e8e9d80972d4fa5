"""What the hook leaves out of pages, and what not."""

from lighter import lighten


def test_indentation_goes_and_what_spaces_mean_stays():
    kinds = ("pre", "textarea", "script", "style")
    kept = "\n".join(f"<{kind}>\n  a\n\n  b</{kind}>" for kind in kinds)
    html = f"<p>\n    one\n\n    two</p>\n  {kept}\n  <p>"
    assert lighten(html) == f"<p>\none\ntwo</p>\n{kept}\n<p>"


def test_code_keeps_the_marks_that_have_a_color():
    code = '<span class="n">x</span> <span class="o">=</span> <span class="mi">1</span>'
    assert lighten(f"<pre><span></span><code>{code}</code></pre>") == (
        '<pre><code>x = <span class="mi">1</span></code></pre>'
    )
    # Elsewhere such an element is somebody's own.
    assert lighten(f"<p>{code}</p>") == f"<p>{code}</p>"


def test_marks_around_marks_are_left_alone():
    html = '<pre><span class="n"><b>x</b></span><span class="nb">y</span></pre>'
    assert lighten(html) == html
