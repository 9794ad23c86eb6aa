"""The verbaliser of a language. Only that language's module is imported. Pure."""

from functools import cache

from ttsmesh.model.text.rules import Verbaliser


@cache
def verbaliser(language: str) -> Verbaliser:
    """The verbaliser of ``language``, one of ``LANGUAGES``, which is made at its first use."""
    match language:
        case "es":
            from ttsmesh.model.text.verbalise.romance.spanish import Spanish

            return Spanish()
        case "fr-fr":
            from ttsmesh.model.text.verbalise.romance.french import French

            return French()
        case "it":
            from ttsmesh.model.text.verbalise.romance.italian import Italian

            return Italian()
        case "pt-br":
            from ttsmesh.model.text.verbalise.romance.portuguese import Portuguese

            return Portuguese()
        case "hi":
            from ttsmesh.model.text.verbalise.asian.hindi import Hindi

            return Hindi()
        case "ja":
            from ttsmesh.model.text.verbalise.asian.japanese import Japanese

            return Japanese()
        case "zh":
            from ttsmesh.model.text.verbalise.asian.chinese import Chinese

            return Chinese()
        case _:
            from ttsmesh.model.text.verbalise.english import English

            return English(language)
