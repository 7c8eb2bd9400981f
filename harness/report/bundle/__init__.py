"""The evidence of one cell as one zip: what Argo's issue form asks for, and what makes it happen again."""

from harness.report.bundle.making import AUTOMATIC, FOLDER, file_name, make, make_telling

__all__ = ["AUTOMATIC", "FOLDER", "file_name", "make", "make_telling"]
