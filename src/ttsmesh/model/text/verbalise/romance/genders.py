"""How Spanish, French, Italian and Portuguese tell the gender and the plural of a noun by its ending. Pure."""

import re
from collections.abc import Set
from dataclasses import dataclass

from ttsmesh.model.text.verbalise.numbers import Noun
from ttsmesh.model.text.verbalise.tables import words


@dataclass(frozen=True, slots=True)
class Genders:
    """How a language tells genders and plurals by the endings of nouns.

    Attributes:
        feminine: the endings of feminine nouns.
        masculine: nouns that have such an ending and are masculine.
        others: feminine nouns without such an ending.
        plural: the ending of plurals.
        no_nouns: words that follow a number that counts nothing: prepositions, articles, verbs.
        changing: digits at the end of a number that changes with its noun.
        hundreds: whether hundreds change too: "doscientas".
    """

    feminine: re.Pattern[str]
    masculine: Set[str]
    others: Set[str]
    plural: re.Pattern[str]
    no_nouns: Set[str]
    changing: str
    hundreds: bool = False

    def of(self, noun: str) -> Noun:
        """The gender of ``noun``."""
        if noun in self.others:
            return "feminine"
        return "feminine" if self.feminine.search(noun) and noun not in self.masculine else "masculine"


SPANISH = Genders(
    feminine=re.compile(r"(?:as?|ci[óo]n(?:es)?|si[óo]n(?:es)?|dad(?:es)?|tad(?:es)?|tud(?:es)?|umbres?|ez|eces)$"),
    masculine=frozenset(
        words(
            """
    día días problema problemas sistema sistemas tema temas programa programas mapa mapas planeta planetas
    idioma idiomas poema poemas clima climas esquema esquemas diagrama diagramas kilograma kilogramas gramas
    panorama fantasma fantasmas diploma diplomas teorema teoremas síntoma síntomas lema lemas pez peces juez
    jueces ajedrez
"""
        )
    ),
    others=frozenset(
        words(
            """
    mujer mujeres vez veces noche noches tarde tardes calle calles clase clases parte partes llave llaves imagen
    imágenes base bases fase fases frase frases flor flores mano manos foto fotos moto motos red redes voz voces
    luz luces cruz cruces serie series sede sedes nube nubes nave naves leche sal señal señales cárcel piel
    catedral canciones llamadas torre torres muerte muertes fuente fuentes suerte
"""
        )
    ),
    plural=re.compile("s$"),
    no_nouns=frozenset(
        words(
            """
    de del en al la las el los un una unas unos es son era eran por para con sin que se su sus mis tus nos les
    más menos es va hay fue y e o u a ante bajo tras entre hasta desde según cuando como donde no ya otras otros
    estas estos esas esos tras además después antes mientras apenas
"""
        )
    ),
    changing="1",
    hundreds=True,
)

FRENCH = Genders(
    feminine=re.compile(
        r"(?:[tsx]ions?|(?:[in]|er|au|e)tés?|ettes?|esses?|ances?|ences?|ées?|[^aou]ies?|illes?|elles?|euses?|aines?|ades?"
        r"|onnes?|ennes?|ures?|trices?|tudes?|ines?|ises?|ches?|oises?)$"
    ),
    masculine=frozenset(
        words(
            """
    côté côtés été étés comité comités traité traités musée musées lycée lycées silence murmure génie incendie
    incendies parapluie magazine magazines domaine domaines dimanche dimanches capitaine capitaines grade grades
    stade stades
"""
        )
    ),
    others=frozenset(
        words(
            """
    personne personnes fois page pages ligne lignes heure heures minute minutes seconde secondes femme femmes
    fille filles voiture voitures tasse tasses pomme pommes table tables image images phrase phrases lettre
    lettres main mains nuit nuits mer rue rues ville villes famille familles place places semaine semaines
    feuille feuilles chambre chambres étape étapes étoile étoiles tonne tonnes livre tête têtes note notes carte
    cartes base bases tâche tâches erreur erreurs couleur couleurs fleur fleurs œuvre œuvres part parts cuillère
    cuillères cuillerée gousse gousses porte portes vie vies chose choses requête requêtes branche branches clé
    clés classe classes balle balles bouteille bouteilles façon
"""
        )
    )
    - {"livre"},
    plural=re.compile("[sx]$"),
    no_nouns=frozenset(
        words(
            """
    de du des en au aux à la le les un une est sont était étaient par pour avec sans que se son sa ses plus
    moins va il ils elle elles y fut et ou dans sur sous entre vers dès depuis quand comme où ne pas mais nous
    vous leurs autres ces mes tes nos vos après avant puis alors million milliard mille
"""
        )
    ),
    changing="1",
)

ITALIAN = Genders(
    feminine=re.compile(r"(?:a|[zst]ione|tà|tù|trice|udine|igine)$"),
    masculine=frozenset(
        words(
            """
    problema sistema tema programma pianeta poema clima schema diagramma grammo giornalista artista turista
    autista collega papa poeta cinema dramma panorama sintomo teorema
"""
        )
    ),
    others=frozenset(
        words(
            """
    notte parte chiave base fase frase mano foto moto rete voce luce croce serie nave carne pelle fonte torre
    morte moglie madre gente classe arte lente mente neve corte specie superficie auto radio legge immagine
    pagina email
"""
        )
    ),
    plural=re.compile("$^"),
    no_nouns=frozenset(
        words(
            """
    di del della dei degli delle in nel nella al alla allo ai agli alle il lo la i gli le un una è sono era
    erano per con senza che si suo sua suoi sue più meno va ha fu e ed o ma a da dal dalla su sul sulla tra fra
    fino dopo prima quando come dove non già solo anche mila miliardo milione
"""
        )
    ),
    changing="1",
)

PORTUGUESE = Genders(
    feminine=re.compile(r"(?:as?|[çs](?:ão|ões)|dades?|gens?|gem|tudes?|ezes|ez|[ií]cies?)$"),
    masculine=frozenset(
        words(
            """
    dia dias problema problemas sistema sistemas tema temas programa programas mapa mapas planeta planetas
    idioma idiomas poema poemas clima climas esquema esquemas diagrama diagramas grama gramas quilograma
    quilogramas sintoma sintomas cinema cinemas telefonema drama dramas diploma diplomas teorema coração
    corações mês meses
"""
        )
    ),
    others=frozenset(
        words(
            """
    mulher mulheres vez vezes noite noites tarde tardes parte partes chave chaves base bases fase fases frase
    frases flor flores mão mãos foto fotos moto motos rede redes voz vozes luz luzes cruz cruzes série séries
    nuvem nuvens classe classes ordem ordens mãe mães cor cores pele fonte fontes ponte pontes colher colheres
    estações torre torres morte mortes opinião opiniões reunião reuniões região regiões viagem viagens
"""
        )
    ),
    plural=re.compile("s$"),
    no_nouns=frozenset(
        words(
            """
    de do da dos das em no na nos nas ao à aos às o a os as um uma uns umas é são era eram por para com sem que
    se seu sua seus suas mais menos vai há foi e ou até desde entre quando como onde não já pelos pelas outros
    outras esses essas estes estas depois antes milhão milhões bilhão bilhões mil apenas
"""
        )
    ),
    changing="12",
    hundreds=True,
)
