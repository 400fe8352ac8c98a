"""Background work of accounts."""

from procrastinate.contrib.django import app

from ecoquartier.accounts.services import credentials, questions, support


@app.task(name="accounts.send_reset_link")
def send_reset_link(email: str) -> None:
    """Write to whoever has this address how to choose a password.

    Here and not in the request, which costs the same whether somebody has the address or not.
    """
    credentials.send_reset_link(email)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="accounts.support", name="accounts.end_overdue_support")
def end_overdue_support(timestamp: int = 0) -> int:
    """End the sessions of the support mode whose time is over; they show nothing since. Returns how many."""
    return support.end_overdue()


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="accounts.questions", name="accounts.forget_old_questions")
def forget_old_questions(timestamp: int = 0) -> int:
    """Erase the questions of the public a year after they were asked. Returns how many."""
    return questions.forget_old()
