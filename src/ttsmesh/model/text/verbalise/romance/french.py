"""French."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import Clock, Digits, Fraction, Kind, Measure, Number, Ordinal
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.abbreviations import abbreviations, roman_value, romans
from ttsmesh.model.text.verbalise.amounts import money_in_words
from ttsmesh.model.text.verbalise.romance.agreement import agreement
from ttsmesh.model.text.verbalise.romance.genders import FRENCH
from ttsmesh.model.text.verbalise.romance.grammar import Romance
from ttsmesh.model.text.verbalise.tables import counted, currencies, entries, words

_ENDING = r"(?:(?P<feminine>[èe]?re|nde|de)|(?:i?[èe]me|er|nd|d|e))(?P<many>s)?(?![\w'’]|[+-]\d)"
_ORDINAL = re.compile(rf"(?P<number>[1-9]\d{{0,8}}){_ENDING}")
_CENTURY = re.compile(rf"(?P<number>(?:XC|XL|L?X{{0,3}})(?:IX|IV|V?I{{0,3}})){_ENDING}")
_OCTETS = re.compile(
    r"(\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}|\d{1,15})(?:,(\d{1,9}))?[ \u00a0\u202f]?([kKMGTP]i?)o(/s)?(?![\w'])"
)
_SHORT_CENTURY = re.compile(r"[ \u00a0\u202f]s\.(?P<ends>(?=\s*$|\s+[A-ZÀ-Þ]))?")
_SPOONS = re.compile(r"(\d{1,3}|½|1/2) ?c\. ?à ?([sc])\.")

_SAINT = re.compile(r"(?P<saint>[Ss]te?)(?:[-.]|(?=[ \u00a0]))(?=[ \u00a0]?[A-ZÀ-ÖØ-Þ])")

_POINT = re.compile(r"([1-9]|10)°(?= [^\W\d_]{2})(?! (?:au|en|dans|sous|sur|nord|sud|est|ouest|ce|cette|le matin)\b)")
_IN_LATIN = words("primo secundo tertio quarto quinto sexto septimo octavo nono decimo")


def _ordinals(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """1er, 1re, 2e, 3ème, XIXe."""
    if text[at].isdecimal():
        match = _ORDINAL.match(text, at)
        value = int(match["number"]) if match else 0
    else:
        match = _CENTURY.match(text, at) if text[at] in "IVXL" else None
        # "Le", "Les" and "Lère" are words.
        value = roman_value(match["number"]) if match and match["number"] != "L" else 0
    if match is None or not value:
        return None
    feminine = match["feminine"] is not None
    said = context.verbaliser.say(Ordinal(value, feminine))
    if value == 2 and match.group().rstrip("s").endswith(("nd", "nde")):
        said = "seconde" if feminine else "second"
    said += "s" if match["many"] else ""
    if text[at] in "IVXL" and (short := _SHORT_CENTURY.match(text, match.end())):
        return short.end(), f"{said} siècle{'' if short['ends'] is None else '.'}"
    return match.end(), said


def _octets(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """12 Go, 1,5 Mo/s: bytes as French writes them."""
    match = _OCTETS.match(text, at) if text[at].isdecimal() else None
    if match is None:
        return None
    whole = re.sub(r"\D", "", match[1])
    prefix = "k" if match[3] == "K" else match[3]
    amount = Number(f"{whole}.{match[2]}" if match[2] else whole)
    return match.end(), context.verbaliser.say(Measure(amount, f"{prefix}B", "s" if match[4] else ""))


def _spoons(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """2 c. à s., as in recipes."""
    match = _SPOONS.match(text, at) if text[at] in "0123456789½" else None
    if match is None:
        return None
    amount = Fraction(0, 1, 2) if match[1] in ("½", "1/2") else Number(str(int(match[1])))
    return match.end(), context.verbaliser.say(Measure(amount, "tbsp" if match[2] == "s" else "tsp"))


def _saints(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """St-Denis, Ste-Anne."""
    match = _SAINT.match(text, at) if text[at] in "Ss" else None
    return match and (match.end(), "sainte" if match["saint"].endswith("e") else "saint")


def _points(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """1°, 2° at the beginning of a line: the points of a list, in Latin."""
    match = _POINT.match(text, at) if text[at].isdecimal() else None
    if match is None or text[max(0, at - 80) : at].rpartition("\n")[2].strip():
        return None
    return match.end(), _IN_LATIN[int(match[1]) - 1]


_ABBREVIATIONS = abbreviations(
    words=entries(
        """
        etc.: et cetera; p. ex.: par exemple; c.-à-d.: c'est-à-dire; càd: c'est-à-dire; env.: environ; av. J.-C.: avant
        Jésus-Christ; apr. J.-C.: après Jésus-Christ; ap. J.-C.: après Jésus-Christ; Mme: madame; Mmes: mesdames; Mlle:
        mademoiselle; Mlles: mesdemoiselles; tél.: téléphone; Tél.: téléphone; max.: maximum; min.: minimum; cf.: voir;
        svp: s'il vous plaît; SVP: s'il vous plaît; s.v.p.: s'il vous plaît; S.A.: société anonyme; bd.: boulevard;
        hab.: habitants; qqch.: quelque chose; qqn: quelqu'un; dép.: département; auj.: aujourd'hui
        """
    ),
    titles=entries(
        """
        M.: monsieur; MM.: messieurs; Dr: docteur; Dr.: docteur; Dre: docteure; Pr: professeur; Pr.: professeur; Prof.:
        professeur; Me: maître; Mgr: monseigneur; Gal: général; Col: colonel; Cdt: commandant; Av.: avenue; av.:
        avenue; Bd: boulevard; bd: boulevard; Bld: boulevard; Pl.: place; Sté: société; Éd.: éditions
        """
    ),
    numbered=entries(
        """
        p.: page; pp.: pages; n°: numéro; N°: numéro; nº: numéro; Nº: numéro; no: numéro; No: numéro; n°s: numéros;
        art.: article; Art.: article; chap.: chapitre; Chap.: chapitre; ch.: chapitre; vol.: volume;
        Vol.: volume; fig.: figure; Fig.: figure; t.: tome; éd.: édition; al.: alinéa; app.: appartement
        """
    ),
)

_ROMANS = romans(
    numbered=frozenset(
        words(
            "chapitre chapitres tome volume acte scène phase type partie titre article annexe niveau grade classe "
            "livre chant section module mondiale groupe ligue leçon"
        )
    ),
    centuries=frozenset(("siècle",)),
    names=frozenset(
        words(
            "Louis Charles Henri François Napoléon Philippe Jean Paul Jacques Georges Guillaume Édouard Richard "
            "Pierre Pie Benoît Clément Grégoire Léon Innocent Alexandre Nicolas Frédéric Léopold Albert Élisabeth "
            "Elizabeth Catherine Robert Hugues Lothaire Clovis Dagobert Childéric Thierry Ramsès Ptolémée Constantin "
            "Othon Baudouin Felipe Alphonse Ferdinand Jules Sixte Urbain Rodolphe Gustave Marie Isabelle Margrethe "
            "Juan Humbert Amédée Victor-Emmanuel Emmanuel Malcolm"
        )
    ),
    articles=MappingProxyType({}),
)

_MONEY = money_in_words(
    {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9, "billion": 12, "billions": 12}
)

_AGREEMENT = agreement(FRENCH, ("un demi", "une demi"), "et")


class French(Romance):
    """French of France: soixante-dix, quatre-vingts."""

    language = "fr-fr"
    decimal_mark = ","
    group_marks = " .\u00a0\u202f\u2009"
    singular_below_two = True
    signs = MappingProxyType({"-": "moins", "+": "plus", "±": "plus ou moins"})
    about = "environ"
    and_ = "et"
    of = "de"
    to = "à"
    by = "par"
    ratio_word = "à"
    percent_words = ("pour cent", "pour mille")
    cents_after = "et"
    square = ("carré", "carrés", "carrée", "carrées")
    cubic = ("cube", "cubes", "cube", "cubes")
    squared = "au carré"
    cubed = "au cube"
    raised = "puissance"
    times = "fois"
    over = "sur"
    halves = ("demi", "demie")
    ordinals_to = 1
    date_of = " "
    decades = "années"
    months = words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre")
    weekdays = words("lundi mardi mercredi jeudi vendredi samedi dimanche")
    compass = MappingProxyType({"N": "nord", "S": "sud", "E": "est", "W": "ouest"})
    large = counted("million: million, millions; billion: milliard, milliards; trillion: billion, billions")
    large_words = frozenset(words("million millions milliard milliards billion billions"))
    denominators = MappingProxyType({2: "demi", 3: "tiers", 4: "quart"})
    rules: Sequence[Rule] = (_ABBREVIATIONS, _MONEY, _points, _ordinals, _octets, _spoons, _ROMANS, _saints, _AGREEMENT)

    def _of(self, name: str) -> str:
        return f"d'{name}" if name[0] in "aeiouyéêèàôAEIOUÉ" or name.startswith(("heure", "hect")) else f"de {name}"

    def denominator(self, n: int) -> str | None:
        if n in self.denominators:
            return self.denominators[n]
        return numbers.ordinal("fr-fr", n) if 4 < n <= 20 or n in (100, 1000) else None

    def plural(self, name: str) -> str:
        return name if name.endswith("s") else name + "s"

    def say(self, kind: Kind) -> str:
        """``kind`` in words; a phone number in pairs: "zéro six, douze, trente-quatre"."""
        if isinstance(kind, Digits) and [*map(len, kind.groups[-4:])] == [2, 2, 2, 2]:
            said = [
                self.cardinal(group) if len(group) < 3 and group[0] != "0" else self.one_by_one(group)
                for group in kind.groups
            ]
            return f"{self.symbols['+']} {', '.join(said)}" if kind.plus else ", ".join(said)
        return super().say(kind)

    def clock(self, kind: Clock) -> str:
        if kind.half and kind.hour % 12 == 0 and not kind.minute and not kind.second:
            return "midi" if kind.half == "pm" else "minuit"
        return super().clock(kind)

    def time_of_day(self, hour: int) -> str:
        if hour < 12:
            return "du matin"
        return "de l'après-midi" if hour < 18 else "du soir"

    prefixes = entries(
        """
            p: pico; n: nano; µ: micro; m: milli; c: centi; d: déci; h: hecto; k: kilo; M: méga; G: giga; T: téra; P:
            péta; E: exa; Ki: kibi; Mi: mébi; Gi: gibi; Ti: tébi; Pi: pébi; Ei: exbi
            """
    )
    units = counted(
        """
            m: mètre, mètres; g: gramme, grammes; l: litre, litres; s: seconde, secondes, f; Hz: hertz; W: watt, watts;
            Wh: watt-heure, watt-heures; V: volt, volts; A: ampère, ampères; Ah: ampère-heure, ampères-heures; Ω: ohm,
            ohms; F: farad, farads; J: joule, joules; cal: calorie, calories, f; Pa: pascal, pascals; N: newton,
            newtons; Nm: newton mètre, newtons mètres; eV: électronvolt, électronvolts; bar: bar, bars; mol: mole,
            moles, f; t: tonne, tonnes, f; B: octet, octets; b: bit, bits; P: pixel, pixels; min: minute, minutes, f;
            h: heure, heures, f; d: jour, jours; wk: semaine, semaines, f; mo: mois; yr: an, ans; mi: mille, milles;
            ft: pied, pieds; in: pouce, pouces; yd: yard, yards; nmi: mille marin, milles marins; ly: année-lumière,
            années-lumière, f; lb: livre, livres, f; oz: once, onces, f; gal: gallon, gallons; qt: quart de gallon,
            quarts de gallon; fl oz: once liquide, onces liquides, f; tbsp: cuillère à soupe, cuillères à soupe, f;
            tsp: cuillère à café, cuillères à café, f; ha: hectare, hectares; ac: acre, acres, f; °C: degré Celsius,
            degrés Celsius; °F: degré Fahrenheit, degrés Fahrenheit; °: degré, degrés; K: kelvin, kelvins; dB: décibel,
            décibels; dBA: décibel A, décibels A; dBm: décibel milliwatt, décibels milliwatt; px: pixel, pixels; em:
            em; rem: rem; pt: point, points; dpi: point par pouce, points par pouce; ppi: pixel par pouce, pixels par
            pouce; fps: image par seconde, images par seconde, f; rpm: tour par minute, tours par minute; bpm:
            battement par minute, battements par minute; mph: mille à l'heure, milles à l'heure; kn: nœud, nœuds; hp:
            cheval, chevaux; psi: livre par pouce carré, livres par pouce carré, f; atm: atmosphère, atmosphères, f;
            mmHg: millimètre de mercure, millimètres de mercure; ppm: partie par million, parties par million, f; ppb:
            partie par milliard, parties par milliard, f; lm: lumen, lumens; lx: lux; cd: candela, candelas, f; VA:
            voltampère, voltampères; IU: unité internationale, unités internationales, f; req: requête, requêtes, f;
            op: opération, opérations, f; tok: jeton, jetons; it: itération, itérations, f; msg: message, messages;
            pkt: paquet, paquets; s²: seconde au carré, secondes au carré, f; m²: mètre carré, mètres carrés; m³: mètre
            cube, mètres cubes
            """
    )
    currencies = currencies(
        """
            EUR: euro, euros / centime, centimes; USD: dollar, dollars / cent, cents; GBP: livre, livres, f / penny,
            pence; JPY: yen, yens; CNY: yuan, yuans; INR: roupie, roupies, f / paisa, paisas; BRL: réal, réaux /
            centavo, centavos; CHF: franc suisse, francs suisses / centime, centimes; CAD: dollar canadien, dollars
            canadiens / cent, cents; AUD: dollar australien, dollars australiens / cent, cents; NZD: dollar
            néo-zélandais, dollars néo-zélandais / cent, cents; HKD: dollar de Hong Kong, dollars de Hong Kong / cent,
            cents; SGD: dollar de Singapour, dollars de Singapour / cent, cents; MXN: peso mexicain, pesos mexicains /
            centavo, centavos; ARS: peso argentin, pesos argentins / centavo, centavos; CLP: peso chilien, pesos
            chiliens; COP: peso colombien, pesos colombiens; KRW: won, wons; RUB: rouble, roubles / kopeck, kopecks;
            TRY: livre turque, livres turques, f / kurus; PLN: zloty, zlotys / grosz; SEK: couronne suédoise, couronnes
            suédoises, f / öre; NOK: couronne norvégienne, couronnes norvégiennes, f / øre; DKK: couronne danoise,
            couronnes danoises, f / øre; CZK: couronne tchèque, couronnes tchèques, f; HUF: forint, forints; UAH:
            hryvnia, hryvnias, f; ILS: shekel, shekels / agora, agoras; ZAR: rand, rands / cent, cents; THB: baht,
            bahts; VND: dong, dongs; PHP: peso philippin, pesos philippins / centavo, centavos; BTC: bitcoin, bitcoins;
            XOF: franc C F A, francs C F A; XAF: franc C F A, francs C F A; MAD: dirham, dirhams / centime, centimes
            """
    )
    symbols = entries(
        """
            + plus, = égale, & et, % pour cent, # dièse, @ arobase, * astérisque, / barre oblique, \\ barre oblique
            inverse, < inférieur à, > supérieur à, ≤ inférieur ou égal à, ≥ supérieur ou égal à, ≠ différent de, ≈
            environ égal à, × fois, ÷ divisé par, √ racine carrée, ∞ infini, → flèche droite, ← flèche gauche, ↑ flèche
            vers le haut, ↓ flèche vers le bas, ↔ double flèche, ⇒ implique, ° degrés, © copyright, ® marque déposée, ™
            marque commerciale, § paragraphe, ¶ paragraphe, € euros, $ dollars, £ livres, ¥ yens, ₹ roupies, ¢ cents, |
            barre verticale, ~ tilde, ^ accent circonflexe, _ tiret bas, ` accent grave, - moins, − moins, ± plus ou
            moins, ‰ pour mille, µ micro, Ω ohms, π pi, ∑ somme, ∏ produit, ∫ intégrale, ∂ dérivée partielle, ∆ delta,
            ∈ appartient à, ∉ n'appartient pas à, ∪ union, ∩ intersection, ⊂ inclus dans, ∅ ensemble vide, ∀ pour tout,
            ∃ il existe, ¬ non, ∧ et, ∨ ou, ½ un demi, ¼ un quart, ¾ trois quarts, • point, · point, ✓ coche, ✔ coche,
            ✗ croix, ✘ croix, ★ étoile, ☆ étoile, № numéro, … points de suspension
            """,
        " ",
        ",",
    )
    terms = entries(
        """
            dot: point; slash: barre oblique; backslash: barre oblique inverse; dash: tiret; underscore: tiret bas;
            colon: deux-points; at: arobase; line: ligne; lines: lignes; column: colonne; columns: colonnes; code:
            code; file: fichier; files: fichiers; folder: dossier; a secret: un secret; link: lien; image: image;
            table: tableau; row: ligne; rows: lignes; hash: empreinte; version: version; option: option; equals:
            égale; plus: plus; minus: moins; star: astérisque; home: dossier personnel; address: adresse; port: port;
            percent: pour cent; hex: hexadécimal; item: élément; items: éléments; done: fait; to do: à faire;
            heading: titre; added: ajouté; removed: retiré; changed: modifié; deleted: supprimé; renamed: renommé;
            failed: échoué; passed: réussi; skipped: ignoré; error: erreur; errors: erreurs; warning:
            avertissement; warnings: avertissements; in: dans; and: et; or: ou; to: à; through: à; times: fois; from:
            de; of: de; by: par; empty: vide; quote: citation; character: caractère; characters: caractères; test:
            test; tests: tests; more: de plus; diff: différences; log: journal; e-mail: courriel; user: utilisateur;
            info: information; debug: débogage; critical: critique; fatal: fatal; new: nouveau; old: ancien; with:
            avec; without: sans; comma: virgule; space: espace; tilde: tilde; caret: accent circonflexe; pipe: barre
            verticale; ampersand: et commercial; question mark: point d'interrogation; emoji: émoji; function:
            fonction; class: classe; word: mot; words: mots; number: numéro; page: page; dollar: dollar; hashtag:
            mot-dièse; dunder: double tiret bas; arrow: flèche; binary: binaire; octal: octal; color: couleur; data:
            données; certificate: certificat; point: point; below: inférieur à; above: supérieur à; exactly:
            exactement; not: non; about: environ; sharp: dièse; section: section; end of tag: fin de balise; at least:
            au moins; at most: au plus; compatible with: compatible avec; less than: inférieur à; greater than:
            supérieur à; less than or equal to: inférieur ou égal à; greater than or equal to: supérieur ou égal
            à; not equal to: différent de; plus equals: plus égale; minus equals: moins égale; times equals: fois
            égale; divided by equals: divisé par égale; plus plus: plus plus; minus minus: moins moins; or equals:
            ou égale; to the power of: puissance; append to: ajouter à; standard error: erreur standard; standard
            output: sortie standard; empty string: chaîne vide; no newline at end of file: sans retour à la ligne
            final; mode changed: mode modifié; expected failures: échecs attendus; unexpected passes: réussites
            inattendues; rename: renommer; notice: avis; trace: trace
            """
    )
