"""Every cluster has a certificate authority of its own, so that one cluster cannot be taken for another."""

from __future__ import annotations

import base64
import ipaddress
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from harness.cluster.local import network

if TYPE_CHECKING:
    from pathlib import Path

_VALID = timedelta(days=365)
_MASTERS = "system:masters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom a certificate is for; with addresses it is a server's, and a client's in any case."""

    file: str
    common_name: str
    organization: str | None = None
    hosts: tuple[str, ...] = ()


def write_all(folder: Path, nodes: dict[str, str]) -> None:
    """`nodes` maps node names to addresses."""
    authority = _make_authority()
    _write(folder / "ca.crt", _pem(authority.certificate))
    for subject in (*_CONTROL_PLANE, *(_kubelet(name, address) for name, address in nodes.items())):
        _issue(authority, subject, folder)
    signing = ec.generate_private_key(ec.SECP256R1())
    _write(folder / "service-account.key", _key_pem(signing))
    _write(folder / "service-account.pub", _public_pem(signing.public_key()))


def write_kubeconfig(path: Path, keys: Path, client: str, server: str) -> None:
    """With the keys in it, so that a copy of the file is enough."""
    ca, certificate, key = (_base64(keys / file) for file in ("ca.crt", f"{client}.crt", f"{client}.key"))
    lines = (
        "apiVersion: v1",
        "kind: Config",
        "current-context: shakedown",
        "clusters:",
        f"- {{name: shakedown, cluster: {{server: '{server}', certificate-authority-data: {ca}}}}}",
        "users:",
        f"- {{name: shakedown, user: {{client-certificate-data: {certificate}, client-key-data: {key}}}}}",
        "contexts:",
        "- {name: shakedown, context: {cluster: shakedown, user: shakedown}}",
    )
    _write(path, ("\n".join(lines) + "\n").encode())


_CONTROL_PLANE = (
    Subject(
        file="apiserver",
        common_name="kube-apiserver",
        hosts=(
            "127.0.0.1",
            network.GATEWAY,
            network.API_SERVICE,
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local",
        ),
    ),
    Subject(file="api-proxy", common_name="shakedown-api-proxy", hosts=(network.GATEWAY,)),
    Subject(file="apiserver-kubelet", common_name="kube-apiserver-kubelet-client", organization=_MASTERS),
    Subject(file="admin", common_name="shakedown", organization=_MASTERS),
    # masters, since the roles that these two would need are made only a second after the API server is up
    Subject(file="controller-manager", common_name="system:kube-controller-manager", organization=_MASTERS),
    Subject(file="scheduler", common_name="system:kube-scheduler", organization=_MASTERS),
)


def _kubelet(node: str, address: str) -> Subject:
    return Subject(file=node, common_name=f"system:node:{node}", organization="system:nodes", hosts=(node, address))


def _make_authority() -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("argo-shakedown", None)
    builder = _builder(name, name, key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return Authority(key=key, certificate=builder.sign(key, hashes.SHA256()))


def _issue(authority: Authority, subject: Subject, folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(subject.common_name, subject.organization)
    builder = _builder(name, authority.certificate.subject, key.public_key())
    builder = builder.add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
    )
    if subject.hosts:
        names = [_host(host) for host in subject.hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    _write(folder / f"{subject.file}.crt", _pem(builder.sign(authority.key, hashes.SHA256())))
    _write(folder / f"{subject.file}.key", _key_pem(key))


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _VALID)
    )


def _name(common_name: str, organization: str | None) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    if organization is not None:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _public_pem(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _write(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
