"""Steps 10 to 15 and the entrances: what earlier months leave to do, and what the law leaves to take."""
