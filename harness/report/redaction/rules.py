"""How secrets look in running text. One rule, one kind, in order: a later rule sees what earlier ones left.

What stands in place of a secret matches no rule, so redacting twice changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTED: Final = "[redacted]"
HARMLESS: Final = frozenset({"", "true", "false", "null", "nil", "<nil>", "none", REDACTED})
"""Values that are no secret, whatever they are called."""

_SECRET_WORD: Final = (
    r"(?:pass(?:word|wd|phrase)|secret|token|(?:api|access|secret|private)[-_]?key|credentials?"
    r"|(?:certificate-authority|client-certificate|client-key)-data)"
)
_QUOTE: Final = r"\\{0,15}[\"']"
_UNTIL_QUOTE: Final = r"(?:(?!(?<!\\)(?P=quote)).)*"
"""Up to the same quote with as many backslashes: JSON is logged within strings, and within strings of those."""
_BARE: Final = r"[^\s\"'\\]+"
_HARMLESS: Final = r"(?!(?:true|false|null|nil|none|<nil>)(?!\w)|\[redacted|[\[{|>])"
"""What is no value, or the beginning of something larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    pattern: re.Pattern[str]
    put: str | Callable[[re.Match[str]], str] = REDACTED

    def apply(self, text: str) -> str:
        return self.pattern.sub(self.put, text)


def _looks_random(match: re.Match[str]) -> str:
    """An AWS secret key is forty characters of base64; so are hashes and some paths, which are left."""
    text = match[0]
    kinds = sum(bool(re.search(kind, text)) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return REDACTED if kinds == 3 and text.count("/") <= 3 else text


RULES: Final = (
    Rule(
        name="private keys and certificates",
        pattern=re.compile(
            r"-----BEGIN [A-Z0-9 ]+-----"
            r"(?:(?:[^-]|-(?!----)){0,20000}-----END [A-Z0-9 ]+-----|[\s\\A-Za-z0-9+/=:.,-]{0,20000})"
        ),
    ),
    Rule(name="the same in base64, as a kubeconfig has them", pattern=re.compile(r"LS0tLS1[A-Za-z0-9+/=_-]{8,}")),
    Rule(name="JSON web tokens", pattern=re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?")),
    Rule(
        name="user and password in an address",
        pattern=re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/\"'<>\\]+@(?!sha256:)"),
        put=rf"\1{REDACTED}@",
    ),
    Rule(
        name="authorization headers",
        pattern=re.compile(
            rf"(?i)\b(authorization(?:{_QUOTE})?+\s*+[:=]\s*+(?:\[(?!redacted))?+(?:{_QUOTE})?+)(?!\[redacted)[^\"'\n\\\]]+"
        ),
        put=rf"\1{REDACTED}",
    ),
    Rule(name="bearer tokens", pattern=re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), put=rf"\1 {REDACTED}"),
    Rule(name="AWS key ids", pattern=re.compile(r"\b(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|ANPA|ANVA|AROA)[A-Z0-9]{12,}\b")),
    Rule(
        name="keys that say whose they are",
        pattern=re.compile(
            r"\b(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|gl(?:pat|ptt|dt|rt)-[\w-]{16,}|xox[abeoprs]-[\w-]{8,}"
            r"|AIza[\w-]{30,}|npm_\w{30,}|pypi-[\w-]{16,}|sk[-_](?:live_|test_|ant-|proj-)?[\w-]{16,}|dckr_pat_[\w-]{16,}"
            r"|hvs\.[\w-]{16,}|dop_v1_\w{16,}|ya29\.[\w-]{16,}|SG\.[\w-]{16,}\.[\w-]{16,})"
        ),
    ),
    Rule(
        name="name and value, as the environment of a container has them",
        pattern=re.compile(
            rf"((?P<open>{_QUOTE})name(?P=open)\s*:\s*(?P=open)[^\"'\\]*(?:(?i:{_SECRET_WORD})|KEY)[^\"'\\]*(?P=open)"
            rf"\s*,\s*(?P=open)(?:value|default)(?P=open)\s*:\s*)(?P<quote>{_QUOTE}){_UNTIL_QUOTE}(?P=quote)"
        ),
        put=rf"\1\g<quote>{REDACTED}\g<quote>",
    ),
    Rule(
        name="what is called a secret, in quotes",
        pattern=re.compile(
            rf"(?i)({_SECRET_WORD}(?:{_QUOTE})?[ \t]*[:=][ \t]*)(?P<quote>{_QUOTE})"
            rf"{_HARMLESS}(?!(?P=quote)){_UNTIL_QUOTE}(?P=quote)"
        ),
        put=rf"\1\g<quote>{REDACTED}\g<quote>",
    ),
    Rule(
        name="what is called a secret, bare",
        pattern=re.compile(
            rf"(?i)({_SECRET_WORD}(?:{_QUOTE})?[ \t]*[:=][ \t]*|--?{_SECRET_WORD}\s+){_HARMLESS}{_BARE}"
        ),
        put=rf"\1{REDACTED}",
    ),
    Rule(
        name="variables of a shell that are called a secret",
        pattern=re.compile(
            rf"\b([A-Z0-9_]{{0,60}}?(?:PASS|TOKEN|SECRET|KEY|CREDENTIAL)[A-Z0-9_]{{0,60}}=(?:{_QUOTE})?)"
            rf"{_HARMLESS}{_BARE}"
        ),
        put=rf"\1{REDACTED}",
    ),
    Rule(
        name="AWS secret keys",
        pattern=re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])"),
        put=_looks_random,
    ),
)

SECRET_NAME: Final = re.compile(
    r"(?i:pass(?:word|wd|phrase)|(?<![a-z])(?:pass|pwd)(?![a-z])|token|secret|credential"
    r"|(?:api|access|private|signing|ssh)[-_]?key|(?<![a-z])auth(?![a-z]))|KEY"
)
"""Of a variable or parameter that holds a secret."""
_ENDINGS: Final = (
    "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey",
    "clientkeydata", "clientcertificatedata", "certificateauthoritydata", "credential", "credentials", "authorization",
)  # fmt: skip


def secret_field(name: str) -> bool:
    """Whether a text under that key of an object is a secret: `accessKey` is, the `key` of a toleration is not."""
    if name.isupper():
        return SECRET_NAME.search(name) is not None
    return re.sub(r"[^a-z]", "", name.lower()).endswith(_ENDINGS)
