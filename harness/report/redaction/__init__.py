"""What goes to a public issue tracker must carry no secret and nothing that names the machine it was recorded on."""

from harness.report.redaction.machine import Machine
from harness.report.redaction.redactor import Redactor

__all__ = ["Machine", "Redactor"]
