"""Whether params.yaml can be run at all: every section against its model, then what sections say of each other."""
