"""Read one raw source into documents, questions or instructions."""

from contextlib import closing
from pathlib import Path
from typing import Any

from domaintune.core.records.question import Question
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.accounting import Reject
from domaintune.core.stage.params import filled, load_item, load_section
from domaintune.core.stage.running import Given, Named, running, stage_app
from domaintune.ingest.params import Ingest
from domaintune.ingest.spool import Spool, write_all
from domaintune.ingest.stage import RECORDS, ingest


def main(params: Given, source: Named, raw: Given, out: Given, accounting: Given) -> None:
    """Read one raw source into documents, questions or instructions; quarantine what cannot be used."""
    with running("ingest", source):
        settings = load_section(params, Ingest)
        chosen = load_item(params, AnySource, source).chosen
        raw, out = filled(raw, chosen), filled(out, chosen)
        records, rejects, unscorable = Spool(RECORDS[chosen.kind]), Spool(Reject), Spool(Question)
        with closing(records), closing(rejects), closing(unscorable):
            accounts = ingest(
                raw, source, chosen, settings, records=records, rejects=rejects, unscorable=unscorable
            )
            tables: dict[Path, Spool[Any]] = {
                out / f"{chosen.kind}.parquet": records,
                out / "rejects.parquet": rejects,
            }
            if chosen.kind == "questions":
                tables[out / "unscorable.parquet"] = unscorable
            write_all(tables)
            accounts.write(accounting)


app = stage_app(main, __name__)
