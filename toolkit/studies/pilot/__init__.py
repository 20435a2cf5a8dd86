"""A new scheme tried before it is for everybody: planned and filed before it begins, evaluated by its own lots."""
