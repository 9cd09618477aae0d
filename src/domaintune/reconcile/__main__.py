"""Compare documents with another export of the same records."""

from domaintune.core.frames import read_records, write_records
from domaintune.core.records.document import Document
from domaintune.core.sections.data import Reference
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.files import write_json
from domaintune.core.stage.params import filled, load_item
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.reconcile.reconciling import Mismatch, reconcile
from domaintune.reconcile.sides import read_documents, read_reference


def main(
    *, params: Given, reference: Named, documents: Given, raw: Given, out: Given, accounting: Given
) -> None:  # fmt: skip
    """Compare documents with another export of the same records, field by field."""
    with running("reconcile", reference):
        settings = load_item(params, Reference, reference)
        documents = filled(documents, settings) / "documents.parquet"
        ours = read_documents(read_records(documents, Document), settings, reference)
        theirs = read_reference(filled(raw, settings), settings, reference)
        result = reconcile(reference, settings, ours, theirs)
        write_json(out / "agreement.json", result.agreement)
        write_records(out / "mismatches.parquet", Mismatch, result.mismatches, ("key", "field"))
        write_records(out / "unmatched.parquet", Reject, result.unmatched)
        result.accounts.write(accounting)


app = stage_app(main, __name__)
