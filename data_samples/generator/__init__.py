"""The generator of the bundled sample: an invented company whose books and truths are both known.

It imports nothing from the toolkit. Money is in integer fen, time is seconds since 1970 without a timezone, payroll
is computed with fractions, so that the sample is also an independent check of the toolkit's own figures.
"""
