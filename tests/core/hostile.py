"""Files that would cost a naive reader its time or memory."""

from toolkit.core.yaml import MAX_BYTES

HOSTILE: dict[str, str] = {
    "ten megabytes": "a: 1\n" * 2_500_000,
    "nested": "[" * (MAX_BYTES - 1),
    "many values": "- 1\n" * (MAX_BYTES // 4),
    "aliases": "a: &a [x]\nb: &b [" + "*a," * 300_000 + "]",
}
