"""A judge grades training rows by a spec's criteria; what can be counted without a judge is measured beside it."""
