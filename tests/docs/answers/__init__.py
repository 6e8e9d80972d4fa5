"""What each lesson must print on MNIST, and right and wrong answers to its exercises.

A module is called as its lesson, without the number. `EXACT` are lines that follow from the data
alone; `REACH` is what training must reach, by the pattern that stands before it; `RIGHT` and
`WRONG` are answers of the kinds that readers give, by the check that judges them.
"""
