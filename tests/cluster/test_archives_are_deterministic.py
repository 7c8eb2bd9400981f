"""An image archive is its content: the same files make the same bytes, and a layer is what its name says."""

from __future__ import annotations

import hashlib
import json
import tarfile
from typing import TYPE_CHECKING, Any

from harness.cluster.local import archive, template
from harness.cluster.local.archive import FileEntry, FolderEntry, Image, LinkEntry

if TYPE_CHECKING:
    from pathlib import Path

ENTRIES = (
    FileEntry(path="etc/passwd", text="root:x:0:0::/:/bin/sh\n"),
    FolderEntry(path="tmp", mode=0o1777),
    LinkEntry(path="bin/sh", target="/bin/busybox"),
)


def image(*entries: archive.Entry) -> Image:
    return Image(names=("alpine:3.18", "busybox:latest"), entries=entries, command=("/bin/sh",), user="8737")


def read(path: Path, member: str) -> bytes:
    with tarfile.open(path) as opened:
        content = opened.extractfile(member)
        assert content is not None
        return content.read()


def manifest(path: Path) -> dict[str, Any]:
    [entry] = json.loads(read(path, "manifest.json"))
    return dict(entry)


def test_the_same_files_make_the_same_bytes_in_whatever_order_they_are_given(tmp_path: Path) -> None:
    archive.write((image(*ENTRIES),), tmp_path / "one.tar")
    archive.write((image(*reversed(ENTRIES)),), tmp_path / "two.tar")
    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.tar", "two.tar"]


def test_another_file_makes_another_image(tmp_path: Path) -> None:
    archive.write((image(*ENTRIES),), tmp_path / "one.tar")
    archive.write((image(*ENTRIES[1:]),), tmp_path / "two.tar")
    assert manifest(tmp_path / "one.tar")["Config"] != manifest(tmp_path / "two.tar")["Config"]


def test_names_user_and_layer_are_where_an_importer_looks_for_them(tmp_path: Path) -> None:
    archive.write((image(*ENTRIES),), tmp_path / "image.tar")
    entry = manifest(tmp_path / "image.tar")
    assert entry["RepoTags"] == ["alpine:3.18", "busybox:latest"]
    config = json.loads(read(tmp_path / "image.tar", entry["Config"]))
    assert config["config"]["User"] == "8737"
    [layer] = entry["Layers"]
    digest = hashlib.sha256(read(tmp_path / "image.tar", layer)).hexdigest()
    assert config["rootfs"]["diff_ids"] == [f"sha256:{digest}"]


def test_modes_links_and_sources_survive(tmp_path: Path) -> None:
    (tmp_path / "program").write_bytes(b"\x7fELF")
    program = FileEntry(path="bin/program", source=tmp_path / "program", mode=0o755)
    archive.write((image(*ENTRIES, program),), tmp_path / "image.tar")
    (tmp_path / "layer.tar").write_bytes(read(tmp_path / "image.tar", manifest(tmp_path / "image.tar")["Layers"][0]))
    with tarfile.open(tmp_path / "layer.tar") as layer:
        members = {member.name: member for member in layer}
    assert (members["tmp"].mode, members["tmp"].isdir()) == (0o1777, True)
    assert members["bin/sh"].linkname == "/bin/busybox"
    assert members["bin/program"].mode == 0o755
    assert read(tmp_path / "layer.tar", "bin/program") == b"\x7fELF"
    assert {(member.mtime, member.uid, member.gid) for member in members.values()} == {(0, 0, 0)}


def test_a_node_shares_all_of_a_template_but_its_databases(tmp_path: Path) -> None:
    origin, copy = tmp_path / "template", tmp_path / "node"
    (origin / "snapshots").mkdir(parents=True)
    (origin / "snapshots" / "file").write_text("shared")
    (origin / "snapshots" / "link").symlink_to("/bin/busybox")
    (origin / "meta.db").write_text("own")
    template.copy(origin, copy)
    assert (copy / "snapshots" / "file").samefile(origin / "snapshots" / "file")
    assert str((copy / "snapshots" / "link").readlink()) == "/bin/busybox"
    assert not (copy / "meta.db").samefile(origin / "meta.db")
    assert (copy / "meta.db").read_text() == "own"
