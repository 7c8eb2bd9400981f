"""Tests that name no provider mean the embedded cluster, also on a machine where kind could be had."""

import os

from harness.cluster.providers import VARIABLE

os.environ.setdefault(VARIABLE, "local")
