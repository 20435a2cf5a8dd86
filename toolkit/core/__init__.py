"""Words everyone uses: text in two languages, errors, findings, months and spells, exact money."""
