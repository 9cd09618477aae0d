"""One row a work: duplicates across sources removed before anyone pays for them, clusters, splits."""
