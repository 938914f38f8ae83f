"""Everything that can go wrong, by what can be done about it.

    SummarizerError
    |-- UsageError          the command, an id or the configuration is wrong: change it
    |   `-- UnknownPaperError   well-formed, but arXiv has no such paper or version
    |-- PaperError          this paper gets no digest; the others go on
    |   `-- AnswerError     the model never gave a usable answer; the raw ones are kept
    |       |-- ModeratedError  the endpoint's filter objects to what is in the paper
    |       `-- EndpointError   the endpoint does not take the request: where all papers meet it, the set-up is wrong
    |           `-- ContextLengthError  the request is longer than the model's context
    |-- RefusedError        a service says no (401, 403): asking again does not help
    |-- TryLaterError       a service is down or busy, or another process holds the lock
    |   |-- SourceError         arXiv, or another source of papers, is down or busy
    |   |   `-- NotAnnouncedError   arXiv has not announced this date yet
    |   `-- LockedError         another process is at work in this folder
    |-- CeilingError        going on would pass --max-cost
    |-- DeferredError       asked in the next batch: the answer is there in the next round
    `-- StorageError        the disk is full or cannot be written

Messages name the thing and what to do about it. Only the command line turns errors into exit codes.
"""

# What reading an answer may raise where its shape, or numbers, dates and nesting in it, are beyond all bounds.
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class SummarizerError(Exception):
    """Base of all errors meant for the user's eyes."""


class UsageError(SummarizerError):
    """The command line, an id or the configuration is wrong."""


class UnknownPaperError(UsageError):
    """A well-formed id that arXiv does not know."""

    def __init__(self, paper_id: str, detail: str = "") -> None:
        self.paper_id = paper_id
        super().__init__(f"{paper_id}: arXiv has no such paper or version{detail}")


class PaperError(SummarizerError):
    """One paper cannot be digested. `outcome` is the word its manifest entry gets."""

    def __init__(self, paper_id: str, outcome: str, reason: str) -> None:
        self.paper_id, self.outcome, self.reason = paper_id, outcome, reason
        super().__init__(f"{paper_id}: {outcome}: {reason}")

    def __reduce__(self) -> tuple[type, tuple[str, str, str]]:
        return type(self), (self.paper_id, self.outcome, self.reason)


class AnswerError(PaperError):
    """No usable answer after all re-asks."""

    def __init__(self, paper_id: str, reason: str) -> None:
        super().__init__(paper_id, "failed", reason)

    def __reduce__(self) -> tuple[type, tuple[str, str]]:  # type: ignore[override]
        return type(self), (self.paper_id, self.reason)


class ModeratedError(AnswerError):
    """The endpoint's filter objects to this paper's content. The others go on."""


class EndpointError(AnswerError):
    """The endpoint does not take the request, and says nothing against the paper's content.

    One paper may be to blame; where every paper of a date meets it, it is the service or its configuration.
    """


class ContextLengthError(EndpointError):
    """The request does not fit the model's context: `context_tokens` is set too high for it."""


class RefusedError(SummarizerError):
    """A service refuses us: wrong key, no access. Not retried."""


class TryLaterError(SummarizerError):
    """A service is unreachable or busy, or another process is at work here."""


class SourceError(TryLaterError):
    """arXiv, or another source of papers, is unreachable, busy or answers nonsense."""


class NotAnnouncedError(SourceError):
    """arXiv's listing does not name this mailing date yet."""


class CeilingError(SummarizerError):
    """What was asked for costs more than --max-cost allows."""


class DeferredError(SummarizerError):
    """What was asked goes out with the next batch; do the same again when that has come back."""


class LockedError(TryLaterError):
    """Another process is at work in this folder; `holder` says which."""

    def __init__(self, place: object, holder: str = "another process") -> None:
        self.holder = holder
        super().__init__(f"{place}: {holder} is at work here; try again when it has finished")


class StorageError(SummarizerError):
    """The disk is full or a folder cannot be written."""
