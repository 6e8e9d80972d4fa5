"""The rules of lessons, one idea a module; each yields what is to be mended in one lesson."""
