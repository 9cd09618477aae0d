"""The comparison of all arms as typed records: `compare` writes them as JSON, `report` reads them back."""
