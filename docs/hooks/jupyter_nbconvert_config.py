"""What nbconvert does with a lesson when mkdocs-jupyter calls it: `native_page`, and no more."""

c = get_config()  # pyright: ignore[reportUndefinedVariable] (traitlets puts it there)
c.HTMLExporter.default_preprocessors = ["native_page.NativePage"]
c.NativePage.enabled = True
