"""The exceptions that a user can meet: printed without a traceback, each also the builtin a caller would catch.

Every message says where, what was expected, what was found, and what to do next. Bugs of our own are `assert`s.
"""


class DomaintuneError(Exception):
    """Base of everything a user can meet."""


class ParamsError(DomaintuneError, ValueError):
    """A parameter, recipe or catalog file is wrong."""


class InputError(DomaintuneError, ValueError):
    """A file is missing, unreadable or of another shape than declared."""


class AccountingError(DomaintuneError, RuntimeError):
    """Rows in differ from rows kept plus rows lost."""


class GateError(DomaintuneError, RuntimeError):
    """Data is not good enough to spend money on."""


class TeacherError(DomaintuneError, RuntimeError):
    """A teacher or judge cannot answer."""


class ModelError(DomaintuneError, RuntimeError):
    """A model cannot be loaded, trained or pinned."""


class VersionError(DomaintuneError, RuntimeError):
    """A library that shapes results is not the one in the lock file."""


class BusyError(DomaintuneError, RuntimeError):
    """Another process is running the same stage."""
