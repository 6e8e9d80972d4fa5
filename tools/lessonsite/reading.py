"""How long a lesson takes to read, from its words and its lines of code."""

import re

from lessonsite.lesson import Lesson
from lessonsite.prose import ADDRESS, COMMENT, FENCED, FOLDED, HEADER, IMAGE, TAG, blank

# How fast adults read English nonfiction silently, from 190 studies: Brysbaert, "How many words do
# we read per minute?", Journal of Memory and Language 109 (2019).
WORDS_PER_MINUTE = 238

# Four seconds per line. Reviewers who look for faults take eight or more; here the prose says
# what the code does.
LINES_PER_MINUTE = 15


def minutes(lesson: Lesson) -> int:
    """Return how many minutes a lesson takes, at least one, without its exercises.

    What the page folds away or hides is not counted.
    """
    shown = [cell for cell in lesson.code if cell.look.code and not cell.look.fold]
    code = [cell.source for cell in shown]
    words = 0
    for cell in lesson.text:
        text = blank(cell.source + "\n", HEADER, FOLDED)
        code += [block["code"] for block in re.finditer(FENCED, text, re.MULTILINE)]
        # Marks that stand alone, such as `-` and `##`, are no words. Parts of formulas are.
        spoken = blank(text, FENCED, IMAGE, ADDRESS, COMMENT, TAG).split()
        words += sum(any(map(str.isalnum, word)) for word in spoken)
    lines = sum(bool(line.strip()) for part in code for line in part.splitlines())
    return max(1, round(words / WORDS_PER_MINUTE + lines / LINES_PER_MINUTE))
