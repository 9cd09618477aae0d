"""The exception tree.

    DomaintuneError                       everything a user can meet; printed without a traceback
    ├── ParamsError      (ValueError)     params.yaml, a recipe or a catalog file is wrong
    ├── InputError       (ValueError)     a raw file or an upstream table is not what it should be
    ├── AccountingError  (RuntimeError)   rows came in that are neither kept nor accounted for
    ├── GateError        (RuntimeError)   a broken expectation, or too large a share of rejected rows
    ├── TeacherError     (RuntimeError)   a teacher or judge cannot be reached or refuses
    ├── LedgerError      (RuntimeError)   the ledger of paid answers cannot be opened, read or written
    ├── ModelError       (RuntimeError)   a model cannot be loaded, trained or pinned
    ├── VersionError     (RuntimeError)   the installed library is not the locked one
    └── BusyError        (RuntimeError)   another run holds the stage

To add one: inherit DomaintuneError and the builtin a caller would expect to catch, and draw it here. Every
message says where, what was expected, what was found, and what to do next. Bugs of our own are `assert`s.
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


class LedgerError(DomaintuneError, RuntimeError):
    """The ledger of paid answers cannot be used."""


class ModelError(DomaintuneError, RuntimeError):
    """A model cannot be loaded, trained or pinned."""


class VersionError(DomaintuneError, RuntimeError):
    """A library that shapes results is not the one in the lock file."""


class BusyError(DomaintuneError, RuntimeError):
    """Another process is running the same stage."""
