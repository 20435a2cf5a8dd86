"""The life of a month: brought from its calculation to closed books, reopened, and verified."""
