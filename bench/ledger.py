"""How fast the ledger keeps and claims answers, and reads itself, while it grows.

    python bench/ledger.py                  # to 1,000,000 answers: some minutes, 3 GB in the temporary folder
    python bench/ledger.py --answers 100000
    python bench/ledger.py --smoke

An answer is 2 KB: a prompt of about 1,300 characters, a reply of about 400. `kept` is `Ledger.put`, a commit an answer, as
they arrive; `claimed` is `Ledger.claim` with 1,000 keys a call. Both are measured in an empty ledger and in the full one, with
one row more for a full one in which another process, still alive, holds 100,000 claims.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Annotated

import typer
"""
