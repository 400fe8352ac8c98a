"""Background work of accounts."""

from procrastinate.contrib.django import app

from ecoquartier.accounts.services import credentials


@app.task(name="accounts.send_reset_link")
def send_reset_link(email: str) -> None:
    """Write to whoever has this address how to choose a password.

    Here and not in the request, which costs the same whether somebody has the address or not.
    """
    credentials.send_reset_link(email)
