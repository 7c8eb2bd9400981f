"""Runs scenarios: watches the cluster, fires the method, records the history, asks the judge."""
