"""What the tests stand on: their databases, their client, their walls. A Django app, for its one command."""
