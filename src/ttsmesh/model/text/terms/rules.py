"""The rules for developers' things, in the order in which they are tried. Pure."""

from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.terms import (
    acronyms,
    addresses,
    codes,
    emojis,
    flags,
    identifiers,
    paths,
    secrets,
    symbols,
    urls,
    versions,
)
from ttsmesh.model.text.terms.credentials import commands, keys, named
from ttsmesh.model.text.terms.names import spell


def _without_secrets(rule: Rule) -> Rule:
    """``rule``, which ends before a secret that begins inside of what it would read."""

    def read(text: str, at: int, context: Context) -> tuple[int, str] | None:
        answer = rule(text, at, context)
        if answer is None:
            return None
        if (secret := secrets.SHAPES.search(text, at + 1, answer[0])) is not None:
            stop = secret.start()
        elif (stop := keys.value_inside(text, at, answer[0])) < 0:
            return answer
        before = text[at:stop]
        end, said = rule(before, 0, context) or (0, "")
        return stop, said if end == len(before) else spell(before, context)

    return read


SECRETS: tuple[Rule, ...] = (
    secrets.private_key,
    commands.authorisation,
    named.by_name,
    commands.credentials,
    commands.cookie,
    commands.option,
    named.value,
    secrets.public_key,
    secrets.shaped,
    urls.data_uri,
    secrets.random,
)
"""Tried before every other rule."""

RULES: tuple[Rule, ...] = (
    *map(
        _without_secrets,
        (
            symbols.function,
            identifiers.proper,
            urls.url,
            urls.scp,
            urls.mail,
            emojis.shortcode,
            emojis.smiley,
            codes.uuid,
            codes.digest,
            addresses.mac,
            addresses.ipv4,
            addresses.ipv6,
            codes.based_number,
            codes.share,
            codes.colour,
            codes.hash_,
            versions.product,
            versions.image,
            versions.version_range,
            versions.requirement,
            versions.version,
            versions.named_version,
            flags.long_flag,
            flags.short_flag,
            flags.count,
            flags.redirection,
            urls.domain,
            paths.windows_path,
            paths.path,
            paths.file,
            paths.hidden,
            identifiers.shell_parameter,
            identifiers.revision,
            identifiers.variable,
            identifiers.mention,
            identifiers.hashtag,
            identifiers.kebab,
            identifiers.chain,
            identifiers.family_name,
            acronyms.acronym,
            symbols.tag,
            symbols.prompt,
            symbols.decoration,
            symbols.quoted,
            symbols.operator,
        ),
    ),
    emojis.emoji_row,
)
"""Tried before the number rules: none takes a plain number, a date, a time, a range, a fraction or money."""

LAST: tuple[Rule, ...] = (identifiers.mixed, acronyms.roman_looking)
"""Tried after the number rules: what has digits, or could be a Roman numeral, and is none."""

SYMBOL: Rule = symbols.symbol
"""Tried after everything else."""
