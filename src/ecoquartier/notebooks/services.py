"""Writing in the notebook."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.framework.models import Commitment
from ecoquartier.notebooks.domain import signs
from ecoquartier.notebooks.models import CommitmentAnswer, Notebook
from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import why_not_kept
from ecoquartier.people.models import User
from ecoquartier.workflow.engine import check, lock, require


class AnswerConflict(DomainError):
    """Somebody else saved this answer meanwhile; both texts are kept for the person to choose."""

    def __init__(self, theirs: CommitmentAnswer, mine: str) -> None:
        self.theirs, self.mine = theirs, mine
        super().__init__(
            _("%(name)s a enregistré cette réponse pendant que vous écriviez. Comparez les deux textes ci-dessous.")
            % {"name": theirs.updated_by or _("Quelqu’un")},
            code="answer_conflict",
        )


@transaction.atomic
def save_answer(
    operation: Operation, *, actor: User, commitment: Commitment, text: str, revision: int
) -> CommitmentAnswer:
    """Save the answer to one commitment. A draft is not an official act: the journal keeps its deposit.

    Args:
        revision: the revision that the person was shown, 0 when there was none.

    Raises:
        AnswerConflict: the stored revision is another one; nothing is overwritten.
        DomainError: the text is longer than the version allows.
        PermissionRefused: the person does not write in this notebook.
    """
    require(actor, "notebooks.write", operation)
    check([why_not_kept], lock(operation))
    limit = commitment.framework.answer_max_characters
    if (length := signs(text)) > limit:
        raise DomainError(
            _("La réponse compte %(length)s signes, espaces non compris\u00a0; %(limit)s au plus.")
            % {"length": length, "limit": limit},
            code="answer_too_long",
        )
    if len(text) > 3 * limit:
        raise DomainError(_("La réponse contient trop d’espaces."), code="answer_too_long")
    notebook, _created = Notebook.objects.get_or_create(
        operation=operation, defaults={"framework": commitment.framework}
    )
    answer = CommitmentAnswer.objects.filter(notebook=notebook, commitment=commitment).first()
    if answer is None:
        answer = CommitmentAnswer(notebook=notebook, commitment=commitment, revision=0)
    elif answer.revision != revision and answer.text != text:
        raise AnswerConflict(answer, text)
    if answer.text != text or answer.pk is None:
        answer.text, answer.updated_by, answer.updated_at = text, actor, clock.now()
        answer.revision += 1
        answer.save()
    return answer
