"""Who to talk to and as whom, from a kubeconfig file.

Read here for the plain cases, since importing the Kubernetes client takes half a second; log-in plugins are left to it.
"""

from __future__ import annotations

import base64
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from harness.model.errors import UsageError

_FILES = {"certificate-authority", "client-certificate", "client-key", "tokenFile"}


class Headers(Protocol):
    """What proves who we are; asked for each request, since log-in plugins renew it."""

    def __call__(self) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    server: str
    headers: Headers
    ca: str | None = None
    """PEM text."""
    client: str | None = None
    """PEM text of certificate and key."""
    verify: bool = True
    server_name: str | None = None


def load(path: Path, context: str | None = None) -> Access:
    config = _read(path)
    chosen = _named(path, config, "contexts", context or config.get("current-context", ""))["context"]
    cluster = _named(path, config, "clusters", chosen["cluster"])["cluster"]
    user = _named(path, config, "users", chosen["user"]).get("user") or {}
    if "exec" in user or "auth-provider" in user:
        return _with_plugin(path, context)
    return Access(
        server=str(cluster["server"]).rstrip("/"),
        headers=_headers(path, user),
        ca=_text(path, cluster, "certificate-authority"),
        client=_client(path, user),
        verify=not cluster.get("insecure-skip-tls-verify", False),
        server_name=cluster.get("tls-server-name"),
    )


def current(path: Path) -> str:
    """The context that kubectl would use."""
    return str(_read(path).get("current-context") or "")


def only(path: Path, context: str) -> str:
    """The text of a kubeconfig with this context alone, good from any folder."""
    config = _read(path)
    chosen = _named(path, config, "contexts", context)
    parts = {kind: _named(path, config, f"{kind}s", chosen["context"][kind]) for kind in ("cluster", "user")}
    for kind, part in parts.items():
        for key in _FILES & part.get(kind, {}).keys():
            part[kind][key] = str(path.parent.absolute() / part[kind][key])
    whole = {"apiVersion": "v1", "kind": "Config", "current-context": context, "contexts": [chosen]}
    return yaml.safe_dump({**whole, "clusters": [parts["cluster"]], "users": [parts["user"]]})


def _read(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text())
    except FileNotFoundError as error:
        raise UsageError(
            f"the kubeconfig {path} cannot be read: there is no such file",
            cure="name another with --kubeconfig or KUBECONFIG",
        ) from error
    except OSError as error:
        raise UsageError(f"the kubeconfig {path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"the kubeconfig {path} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(config, dict):
        raise UsageError(f"{path} is not a kubeconfig: it holds no mapping")
    return config


def _named(path: Path, config: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = config.get(kind) or []
    for entry in entries:
        if entry.get("name") == name:
            return entry
    known = ", ".join(str(entry.get("name")) for entry in entries) or "none"
    raise UsageError(f"the kubeconfig {path} has no {kind[:-1]} {name!r}; it has: {known}")


def _text(path: Path, entry: dict[str, Any], key: str) -> str | None:
    if data := entry.get(f"{key}-data"):
        return base64.b64decode(str(data)).decode()
    if file := entry.get(key):
        return (path.parent / str(file)).read_text()
    return None


def _client(path: Path, user: dict[str, Any]) -> str | None:
    certificate, key = (_text(path, user, f"client-{part}") for part in ("certificate", "key"))
    return f"{certificate}\n{key}" if certificate and key else None


def _headers(path: Path, user: dict[str, Any]) -> Headers:
    if file := user.get("tokenFile"):
        # read each time: such tokens are replaced while in use
        return lambda: {"Authorization": f"Bearer {(path.parent / file).read_text().strip()}"}
    fixed: dict[str, str] = {}
    if token := user.get("token"):
        fixed = {"Authorization": f"Bearer {token}"}
    elif name := user.get("username"):
        pair = f"{name}:{user.get('password', '')}".encode()
        fixed = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return lambda: fixed


def _with_plugin(path: Path, context: str | None) -> Access:
    from kubernetes import client, config

    settings = client.Configuration()
    config.load_kube_config(str(path), context=context, client_configuration=settings)  # type: ignore[no-untyped-call]  # it has no annotations

    def headers() -> dict[str, str]:
        value = settings.get_api_key_with_prefix("authorization")
        return {"Authorization": value} if value else {}

    certificate = [Path(file).read_text() for file in (settings.cert_file, settings.key_file) if file]
    return Access(
        server=settings.host.rstrip("/"),
        headers=headers,
        ca=Path(settings.ssl_ca_cert).read_text() if settings.ssl_ca_cert else None,
        client="\n".join(certificate) or None,
        verify=settings.verify_ssl,
        server_name=settings.tls_server_name,
    )


def private_file(text: str) -> Path:
    """For the TLS library, which takes a client certificate only from a file; the caller removes it."""
    with tempfile.NamedTemporaryFile("w", prefix="shakedown-", suffix=".pem", delete=False) as stream:
        stream.write(text)
    return Path(stream.name)
