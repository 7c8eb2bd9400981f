"""Secrets of every kind, each as it is met and with the part that nobody may see."""

from __future__ import annotations

from typing import Final

from harness.report.redaction import Machine

MACHINE: Final = Machine(
    hosts=("build-host-17", "build-host-17.corp.example", "vm"),
    places=(
        ("/home/jane", "~"),
        ("/home/jane/work/checkout", "."),
        ("/home/jane/.cache/argo-shakedown", "[cache]"),
        ("/srv/reports/20260101-120000-ab12", "[run]"),
        ("/run/argo-shakedown", "[clusters]"),
        ("/var/folders/zz/T", "[temp]"),
        ("/tmp", "[temp]"),
        ("/root", "~"),
    ),
)
JWT: Final = (
    "eyJhbGciOiJSUzI1NiIsImtpZCI6IkxPSyJ9.eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0.c2lnbmVkLWJ5LW5vYm9keQ"
)
_KEY: Final = "MIIEpAIBAAKCAQEAx7Zq0Jf3kUe1\nq8sVt2LpWm5YhRz0aBcDeFgHiJkL"
PEM: Final = f"-----BEGIN RSA PRIVATE KEY-----\n{_KEY}\n-----END RSA PRIVATE KEY-----"
LOGGED: Final = (
    (f"token={JWT}", JWT),
    (f"read {JWT} from the service account", "eyJpc3MiOiJrdWJlcm5ldGVzL3NlcnZpY2VhY2NvdW50In0"),
    ("Authorization: Bearer abcdef-SESAME-123456", "SESAME"),
    ('headers="{\\"authorization\\":[\\"Basic dXNlcjpzZXNhbWUtb3Blbg==\\"]}"', "dXNlcjpzZXNhbWUtb3Blbg"),
    ("curl -H 'authorization: Token zq81-OPEN-SESAME'", "zq81-OPEN-SESAME"),
    (PEM, "q8sVt2LpWm5YhRz0aBcDeFgHiJkL"),
    (PEM.replace("\n", "\\n"), "MIIEpAIBAAKCAQEAx7Zq0Jf3kUe1"),
    (
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0B\n(cut)",
        "MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0B",
    ),
    ("git clone https://jane:p4ss-w0rd@git.corp.example/x.git", "p4ss-w0rd"),
    ("pushed to https://ghx1234567890@git.example/x", "ghx1234567890"),
    ("postgres://argo:s3cr3t:with:colons@db:5432/argo", "s3cr3t:with:colons"),
    ("key id AKIAIOSFODNN7EXAMPLE used", "AKIAIOSFODNN7EXAMPLE"),
    ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
    ("aws_secret_access_key = wJalrXUtnFEMIK7", "wJalrXUtnFEMIK7"),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "16C7e42F292c6912E7710c838347Ae178B4a"),
    ("glpat-abcdEFGH1234ijkl5678", "abcdEFGH1234ijkl5678"),
    ("xoxb-17653672481-19874698323", "17653672481"),
    ("client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=", "CRUdJTiBSU0EgUFJJVkFURSBLRVk"),
    ("certificate-authority-data: c29tZSBhdXRob3JpdHkgb2Ygb3Vycw==", "c29tZSBhdXRob3JpdHkgb2Ygb3Vycw"),
    ("password: 'correct horse battery'", "horse battery"),
    ('level=info msg="login" password=tr0ub4dor&3 user=x', "tr0ub4dor"),
    ("argo server --auth-mode sso --client-secret 9f8e7d6c5b", "9f8e7d6c5b"),
    ("export MY_DB_PASS=un1qu3-v4lue; run", "un1qu3-v4lue"),
    ("SSH_KEY_FILE_CONTENT=zzTOPzz12", "zzTOPzz12"),
    ('{"apiKey":"k-998877-zz"}', "k-998877-zz"),
    ('template="{\\"env\\":[{\\"name\\":\\"DEPLOY_TOKEN\\",\\"value\\":\\"in-a-\\\\\\"string\\"}]}"', "in-a-"),
    ('{"name":"REGISTRY_SECRET","value":"plain-json-9"}', "plain-json-9"),
    ("dial tcp build-host-17.corp.example:443", "corp.example:443"),
    ("node build-host-17 is down", "build-host-17"),
    ("kubelet-build-host-17.service", "build-host-17"),
    ("on vm, as always", " vm,"),
    ("open /home/jane/work/checkout/scenarios/x.yaml: no such file", "jane"),
    ("/home/jane/.kube/config", "jane"),
    ("/home/somebody-else/.ssh/id_rsa", "somebody-else"),
    ("C:\\Users\\Jane.Doe\\x", "Jane.Doe"),
    ("wrote /srv/reports/20260101-120000-ab12/cells/x", "20260101-120000-ab12"),
    ("/home/jane/.cache/argo-shakedown/argo-v3.5.10", ".cache/argo-shakedown"),
    ("/run/argo-shakedown/run-1/kubeconfig", "/run/argo-shakedown"),
    ("/var/folders/zz/T/shakedown-77", "/var/folders"),
    ("/tmp/shakedown-77/x", "/tmp/shakedown-77"),
    ("/root/.kube/config", "/root/.kube"),
)
"""Line and needle."""
