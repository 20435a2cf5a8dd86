"""What happened in a month beside pay: channels, work, rota."""
