"""Addresses of machines: IPv4 with a network's length or a port, IPv6, MAC. Pure."""

import re

from ttsmesh.model.text.rules import Context
from ttsmesh.model.text.terms.names import BEGIN, END, number

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_IPV4 = re.compile(rf"{BEGIN}(?<!\.)({IPV4})(?:/([0-9]{{1,2}}))?(?::([0-9]{{1,5}}))?{END}(?!\.[0-9])")
_IPV6 = re.compile(
    rf"{BEGIN}(\[)?((?:[0-9a-fA-F]{{1,4}}:){{0,7}}:?(?::[0-9a-fA-F]{{1,4}}){{0,7}}:?(?:{IPV4})?)(%[a-z0-9]{{1,15}})?"
    rf"(?(1)\])(?:/([0-9]{{1,3}}))?(?(1)(?::([0-9]{{1,5}}))?){END}(?!:)"
)
_MAC = re.compile(rf"{BEGIN}[0-9a-fA-F]{{2}}(?:([:-])[0-9a-fA-F]{{2}})(?:\1[0-9a-fA-F]{{2}}){{4}}{END}(?![:-])")


def ipv4(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """192.168.0.1, 10.0.0.0/8, 127.0.0.1:8080."""
    if not (match := _IPV4.match(text, at)):
        return None
    return match.end(), say_ipv4(match[1], context) + _rest(match[2], match[3], context)


def say_ipv4(address: str, context: Context) -> str:
    """Four numbers with dots between them."""
    return f" {context.term('dot')} ".join(number(part, context) for part in address.split("."))


def ipv6(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """2001:db8::1, [::1]:8080, fe80::1%eth0: each group digit by digit."""
    match = _IPV6.match(text, at)
    if match is None or not _is_ipv6(match[2]):
        return None
    said = say_ipv6(match[2], context)
    if match[3]:
        said += f" {context.term('percent')} {context.verbaliser.one_by_one(match[3][1:])}"
    return match.end(), said + _rest(match[4], match[5], context)


def _is_ipv6(address: str) -> bool:
    if not any(character.isdigit() for character in address) or address.count("::") > 1:
        return False
    groups = [group for group in address.split(":") if group]
    return ("::" in address and len(groups) < 8) or len(groups) == 8


def say_ipv6(address: str, context: Context) -> str:
    """Groups digit by digit, with "colon" between them."""
    parts = re.findall(r":|[^:]+", address)
    said = (
        context.term("colon")
        if part == ":"
        else say_ipv4(part, context)
        if "." in part
        else context.verbaliser.one_by_one(part)
        for part in parts
    )
    return " ".join(said)


def mac(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """00:1A:2B:3C:4D:5E, in pairs."""
    if not (match := _MAC.match(text, at)):
        return None
    return match.end(), ", ".join(context.verbaliser.one_by_one(pair) for pair in re.split("[:-]", match[0]))


def port(digits: str, context: Context) -> str:
    """A port's number, with its word: "port eight thousand eighty"."""
    return f"{context.term('port')} {number(digits, context)}"


def _rest(length: str | None, of_port: str | None, context: Context) -> str:
    said = f" {context.term('slash')} {number(length, context)}" if length else ""
    return f"{said} {port(of_port, context)}" if of_port else said
