"""The names of characters in a language. Only that language's module is imported. Pure."""

from functools import cache

from ttsmesh.model.text.verbalise.characters.names import Names


@cache
def names(language: str) -> Names:
    """What ``language``, one of ``LANGUAGES``, calls characters and keys."""
    match language:
        case "es":
            from ttsmesh.model.text.verbalise.characters.spanish import SPANISH

            return SPANISH
        case "fr-fr":
            from ttsmesh.model.text.verbalise.characters.french import FRENCH

            return FRENCH
        case "it":
            from ttsmesh.model.text.verbalise.characters.italian import ITALIAN

            return ITALIAN
        case "pt-br":
            from ttsmesh.model.text.verbalise.characters.portuguese import PORTUGUESE

            return PORTUGUESE
        case "hi":
            from ttsmesh.model.text.verbalise.characters.hindi import HINDI

            return HINDI
        case "ja":
            from ttsmesh.model.text.verbalise.characters.japanese import JAPANESE

            return JAPANESE
        case "zh":
            from ttsmesh.model.text.verbalise.characters.chinese import CHINESE

            return CHINESE
        case "en-gb":
            from ttsmesh.model.text.verbalise.characters.english import BRITISH

            return BRITISH
        case _:
            from ttsmesh.model.text.verbalise.characters.english import AMERICAN

            return AMERICAN
