"""Reading raw tables record by record: CSV, TSV, JSON and Parquet with the faults real exports have."""
