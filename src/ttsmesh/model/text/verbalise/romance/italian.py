"""Italian."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import Clock, Fraction, Number, Range
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.abbreviations import abbreviations, ordinals_with_degrees, romans
from ttsmesh.model.text.verbalise.amounts import money_in_words
from ttsmesh.model.text.verbalise.romance.agreement import agreement
from ttsmesh.model.text.verbalise.romance.genders import ITALIAN
from ttsmesh.model.text.verbalise.romance.grammar import Romance
from ttsmesh.model.text.verbalise.tables import Counted, counted, currencies, entries, words

_AFTER_UNO = re.compile(r"z|y|ps|pn|gn|x|s[^aeiouàèéìòù]")
_ONE = re.compile(r"\bun(a?) (?=([^\W\d_]+))")

_HOURS = re.compile(r"([01]?\d|2[0-4])\.([0-5]\d)(?![\d%€$]|[.,]\d)")
_BEFORE_HOURS = frozenset(("ore", "alle", "dalle", "delle"))


def _hours(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """14.30 behind "alle", as Italian writes times."""
    if not text[at].isdecimal() or context.previous not in _BEFORE_HOURS:
        return None
    match = _HOURS.match(text, at)
    return match and (match.end(), context.verbaliser.say(Clock(int(match[1]), int(match[2]))))


_ABBREVIATIONS = abbreviations(
    words=entries(
        """
        ecc.: eccetera; etc.: eccetera; p. es.: per esempio; p.e.: per esempio; ad es.: ad esempio; es.: esempio; a.
        C.: avanti Cristo; d. C.: dopo Cristo; c.a.: circa; tel.: telefono; Tel.: telefono; cell.: cellulare; max.:
        massimo; min.: minimo; cfr.: confronta; S.p.A.: società per azioni; SpA: società per azioni; S.r.l.: S R L;
        c/o: presso; P.S.: poscritto; sig.: signor; tot.: totale; gg.: giorni; pag.: pagina; N.B.: nota bene; mld:
        miliardi; mln: milioni
        """
    ),
    titles=entries(
        """
        Sig.: signor; Sig.ra: signora; Sig.na: signorina; Sigg.: signori; sig.ra: signora; Dott.: dottor; Dott.ssa:
        dottoressa; Dr.: dottor; Dr.ssa: dottoressa; dott.: dottor; dott.ssa: dottoressa; Prof.: professor; Prof.ssa:
        professoressa; prof.: professor; prof.ssa: professoressa; Ing.: ingegner; ing.: ingegner; Avv.: avvocato; avv.:
        avvocato; Arch.: architetto; Geom.: geometra; Rag.: ragionier; On.: onorevole; on.: onorevole; Gen.: generale;
        Col.: colonnello; Cap.: capitano; Mons.: monsignor; S.: san; V.le: viale; P.zza: piazza; C.so: corso; L.go:
        largo; Ten.: tenente; Spett.: spettabile; Egr.: egregio; Gent.ma: gentilissima
        """
    ),
    numbered=entries(
        """
        pag.: pagina; pagg.: pagine; Pag.: pagina; p.: pagina; pp.: pagine; n.: numero; N.: numero; n°: numero; N°:
        numero; nº: numero; nr.: numero; num.: numero; art.: articolo; Art.: articolo; artt.: articoli; cap.: capitolo;
        Cap.: capitolo; vol.: volume; Vol.: volume; fig.: figura; Fig.: figura; sec.: secolo; par.: paragrafo; all.:
        allegato; ed.: edizione; c.: circa
        """
    ),
)

_ROMANS = romans(
    numbered=frozenset(
        words(
            "capitolo capitoli tomo volume atto scena fase tipo parte titolo articolo allegato livello grado classe "
            "libro canto sezione modulo gruppo lega lezione paragrafo"
        )
    ),
    centuries=frozenset(("secolo", "secoli", "sec")),
    names=frozenset(
        words(
            "Luigi Carlo Enrico Napoleone Filippo Giovanni Paolo Giacomo Giorgio Guglielmo Edoardo Riccardo Pietro "
            "Pio Benedetto Clemente Gregorio Leone Innocenzo Alessandro Nicola Federico Leopoldo Alberto Elisabetta "
            "Caterina Umberto Emanuele Amedeo Ferdinando Francesco Giuseppe Alfonso Felipe Filiberto Cosimo Lorenzo "
            "Ramsete Ramses Tolomeo Costantino Ottone Gustavo Maria Giovanna Cristina Margherita Isabella Giulio "
            "Sisto Urbano Bonifacio Celestino Martino Eugenio Callisto Adriano Massimiliano Rodolfo Corrado Ludovico"
        )
    ),
    articles=MappingProxyType(
        dict.fromkeys(words("il lo del dello al allo nel nello dal dallo sul"), False)
        | dict.fromkeys(words("la della alla nella dalla sulla"), True)
    ),
)

_DEGREES = ordinals_with_degrees(
    frozenset(words("nord ovest latitudine longitudine sopra sotto rispetto centigradi celsius circa"))
)

_MONEY = money_in_words(
    {"mila": 3, "mille": 3, "milione": 6, "milioni": 6, "miliardo": 9, "miliardi": 9, "bilione": 12, "bilioni": 12}
)

_AGREEMENT = agreement(ITALIAN, ("mezzo", "mezza"), "e")


class Italian(Romance):
    """Italian. Numbers are written as one word, as its orthography has them."""

    language = "it"
    decimal_mark = ","
    group_marks = ". \u00a0\u202f\u2009'"
    signs = MappingProxyType({"-": "meno", "+": "più", "±": "più o meno"})
    about = "circa"
    and_ = "e"
    of = "di"
    to = "a"
    by = "per"
    ratio_word = "a"
    percent_words = ("per cento", "per mille")
    cents_after = "e"
    square = ("quadrato", "quadrati", "quadrata", "quadrate")
    cubic = ("cubo", "cubi", "cuba", "cube")
    squared = "al quadrato"
    cubed = "al cubo"
    raised = "elevato a"
    times = "per"
    over = "su"
    halves = ("mezzo", "mezza")
    ordinals_to = 3999
    date_of = " "
    decades = "anni"
    months = words("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")
    weekdays = words("lunedì martedì mercoledì giovedì venerdì sabato domenica")
    compass = MappingProxyType({"N": "nord", "S": "sud", "E": "est", "W": "ovest"})
    large = counted("million: milione, milioni; billion: miliardo, miliardi; trillion: bilione, bilioni")
    large_words = frozenset(words("milione milioni miliardo miliardi bilione bilioni"))
    denominators = MappingProxyType({2: "mezzo"})
    rules: Sequence[Rule] = (_ABBREVIATIONS, _hours, _MONEY, _ROMANS, _DEGREES, _AGREEMENT)

    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        return _ONE.sub(_one, super().count(amount, of))

    def per(self, key: str) -> str:
        of = self.unit(key)
        if key not in ("s", "min", "h", "d", "wk", "mo", "yr", "s²"):
            return f"per {of.one}"
        if of.one[0] in "aeiou":
            return f"all'{of.one}"
        return f"{'alla' if of.gender == 'feminine' else 'al'} {of.one}"

    def denominator(self, n: int) -> str | None:
        if n in self.denominators:
            return self.denominators[n]
        return numbers.ordinal("it", n) if 2 < n <= 20 or n in (100, 1000) else None

    def plural(self, name: str) -> str:
        return name[:-1] + "i"

    def clock(self, kind: Clock) -> str:
        if not kind.minute and not kind.second and (kind.hour == 0 or (kind.hour, kind.half) == (12, "am")):
            return "mezzanotte"
        if (kind.hour, kind.minute, kind.second or 0, kind.half) == (12, 0, 0, "pm"):
            return "mezzogiorno"
        return super().clock(kind)

    def full_day(self, hour: int, minute: int) -> str:
        said = numbers.cardinal("it", hour, "feminine")
        return f"{said} e {self.cardinal(str(minute))}" if minute else said

    def time_of_day(self, hour: int) -> str:
        if hour < 5:
            return "di notte"
        if hour < 12:
            return "di mattina"
        return "del pomeriggio" if hour < 18 else "di sera"

    prefixes = entries(
        """
        p: pico; n: nano; µ: micro; m: milli; c: centi; d: deci; h: etto; k: chilo; M: mega; G: giga; T: tera; P: peta;
        E: exa; Ki: kibi; Mi: mebi; Gi: gibi; Ti: tebi; Pi: pebi; Ei: exbi
        """
    )
    units = counted(
        """
        m: metro, metri; g: grammo, grammi; l: litro, litri; s: secondo, secondi; Hz: hertz; W: watt; Wh: wattora; V:
        volt; A: ampere; Ah: amperora; Ω: ohm; F: farad; J: joule; cal: caloria, calorie, f; Pa: pascal; N: newton; Nm:
        newton metro, newton metri; eV: elettronvolt; bar: bar; mol: mole, moli, f; t: tonnellata, tonnellate, f; B:
        byte; kB: kilobyte; b: bit; kb: kilobit; P: pixel; min: minuto, minuti; h: ora, ore, f; d: giorno, giorni; wk:
        settimana, settimane, f; mo: mese, mesi; yr: anno, anni; mi: miglio, miglia; ft: piede, piedi; in: pollice,
        pollici; yd: iarda, iarde, f; nmi: miglio nautico, miglia nautiche; ly: anno luce, anni luce; lb: libbra,
        libbre, f; oz: oncia, once, f; gal: gallone, galloni; qt: quarto di gallone, quarti di gallone; fl oz: oncia
        liquida, once liquide, f; tbsp: cucchiaio, cucchiai; tsp: cucchiaino, cucchiaini; ha: ettaro, ettari; ac: acro,
        acri; °C: grado Celsius, gradi Celsius; °F: grado Fahrenheit, gradi Fahrenheit; °: grado, gradi; K: kelvin; dB:
        decibel; dBA: decibel A; dBm: decibel milliwatt; px: pixel; em: em; rem: rem; pt: punto, punti; dpi: punto per
        pollice, punti per pollice; ppi: pixel per pollice; fps: fotogramma al secondo, fotogrammi al secondo; rpm:
        giro al minuto, giri al minuto; bpm: battito al minuto, battiti al minuto; mph: miglio all'ora, miglia all'ora;
        kn: nodo, nodi; hp: cavallo, cavalli; psi: libbra per pollice quadrato, libbre per pollice quadrato, f; atm:
        atmosfera, atmosfere, f; mmHg: millimetro di mercurio, millimetri di mercurio; ppm: parte per milione, parti
        per milione, f; ppb: parte per miliardo, parti per miliardo, f; lm: lumen; lx: lux; cd: candela, candele, f;
        VA: voltampere; IU: unità internazionale, unità internazionali, f; req: richiesta, richieste, f; op:
        operazione, operazioni, f; tok: token; it: iterazione, iterazioni, f; msg: messaggio, messaggi; pkt: pacchetto,
        pacchetti; s²: secondo quadrato, secondi quadrati; m²: metro quadrato, metri quadrati; m³: metro cubo, metri
        cubi
        """
    )
    currencies = currencies(
        """
        EUR: euro / centesimo, centesimi; USD: dollaro, dollari / centesimo, centesimi; GBP: sterlina, sterline, f /
        penny, pence; JPY: yen; CNY: yuan; INR: rupia, rupie, f / paisa, paise, f; BRL: real, reais / centavo,
        centavos; CHF: franco svizzero, franchi svizzeri / centesimo, centesimi; CAD: dollaro canadese, dollari
        canadesi / centesimo, centesimi; AUD: dollaro australiano, dollari australiani / centesimo, centesimi; NZD:
        dollaro neozelandese, dollari neozelandesi / centesimo, centesimi; HKD: dollaro di Hong Kong, dollari di Hong
        Kong / centesimo, centesimi; SGD: dollaro di Singapore, dollari di Singapore / centesimo, centesimi; MXN: peso
        messicano, pesos messicani / centavo, centavos; ARS: peso argentino, pesos argentini; CLP: peso cileno, pesos
        cileni; COP: peso colombiano, pesos colombiani; KRW: won; RUB: rublo, rubli / copeco, copechi; TRY: lira turca,
        lire turche, f; PLN: zloty / grosz; SEK: corona svedese, corone svedesi, f; NOK: corona norvegese, corone
        norvegesi, f; DKK: corona danese, corone danesi, f; CZK: corona ceca, corone ceche, f; HUF: fiorino, fiorini;
        UAH: grivna, grivne, f; ILS: shekel; ZAR: rand / centesimo, centesimi; THB: baht; VND: dong; PHP: peso
        filippino, pesos filippini; BTC: bitcoin
        """
    )
    symbols = entries(
        """
        + più, = uguale, & e, % per cento, # cancelletto, @ chiocciola, * asterisco, / barra, \\ barra rovesciata, <
        minore di, > maggiore di, ≤ minore o uguale a, ≥ maggiore o uguale a, ≠ diverso da, ≈ circa uguale a, × per, ÷
        diviso, √ radice quadrata, ∞ infinito, → freccia destra, ← freccia sinistra, ↑ freccia su, ↓ freccia giù, ↔
        doppia freccia, ⇒ implica, ° gradi, © copyright, ® marchio registrato, ™ marchio, § paragrafo, ¶ paragrafo, €
        euro, $ dollari, £ sterline, ¥ yen, ₹ rupie, ¢ centesimi, | barra verticale, ~ tilde, ^ accento circonflesso, _
        trattino basso, ` accento grave, - meno, − meno, ± più o meno, ‰ per mille, µ micro, Ω ohm, π pi greco, ∑
        somma, ∏ prodotto, ∫ integrale, ∂ derivata parziale, ∆ delta, ∈ appartiene a, ∉ non appartiene a, ∪ unione, ∩
        intersezione, ⊂ sottoinsieme di, ∅ insieme vuoto, ∀ per ogni, ∃ esiste, ¬ non, ∧ e, ∨ o, ½ un mezzo, ¼ un
        quarto, ¾ tre quarti, • punto, · punto, ✓ segno di spunta, ✔ segno di spunta, ✗ croce, ✘ croce, ★ stella, ☆
        stella, № numero, … puntini di sospensione
        """,
        " ",
        ",",
    )
    terms = entries(
        """
        dot: punto; slash: barra; backslash: barra rovesciata; dash: trattino; underscore: trattino basso; colon: due
        punti; at: chiocciola; line: riga; lines: righe; column: colonna; columns: colonne; code: codice; file: file;
        files: file; folder: cartella; a secret: un segreto; link: collegamento; image: immagine; table: tabella; row:
        riga; rows: righe; hash: hash; version: versione; option: opzione; equals: uguale; plus: più; minus: meno;
        star: asterisco; home: cartella personale; address: indirizzo; port: porta; percent: per cento; hex:
        esadecimale; item: elemento; items: elementi; done: fatto; to do: da fare; heading: titolo; added: aggiunto;
        removed: rimosso; changed: modificato; deleted: eliminato; renamed: rinominato; failed: fallito; passed:
        superato; skipped: saltato; error: errore; errors: errori; warning: avviso; warnings: avvisi; in: in; and: e;
        or: o; to: a; through: a; times: volte; from: da; of: di; by: per; empty: vuoto; quote: citazione; character:
        carattere; characters: caratteri; test: test; tests: test; more: altri; diff: differenze; log: registro;
        e-mail: posta elettronica; user: utente; info: informazione; debug: debug; critical: critico; fatal: fatale;
        new: nuovo; old: vecchio; with: con; without: senza; comma: virgola; space: spazio; tilde: tilde; caret:
        accento circonflesso; pipe: barra verticale; ampersand: e commerciale; question mark: punto interrogativo;
        emoji: emoji; function: funzione; class: classe; word: parola; words: parole; number: numero; page: pagina;
        dollar: dollaro; hashtag: etichetta; dunder: doppio trattino basso; arrow: freccia; binary: binario; octal:
        ottale; color: colore; data: dati; certificate: certificato; point: punto; below: minore di; above: maggiore
        di; exactly: esattamente; not: non; about: circa; sharp: diesis; section: sezione; end of tag: fine del tag; at
        least: almeno; at most: al massimo; compatible with: compatibile con; less than: minore di; greater than:
        maggiore di; less than or equal to: minore o uguale a; greater than or equal to: maggiore o uguale a; not equal
        to: diverso da; plus equals: più uguale; minus equals: meno uguale; times equals: per uguale; divided by
        equals: diviso uguale; plus plus: più più; minus minus: meno meno; or equals: o uguale; to the power of:
        elevato a; append to: aggiungi a; standard error: errore standard; standard output: uscita standard; empty
        string: stringa vuota; no newline at end of file: senza a capo alla fine; mode changed: modalità cambiata;
        expected failures: fallimenti attesi; unexpected passes: successi inattesi; rename: rinomina; notice: avviso;
        trace: traccia
        """
    )


def _one(match: re.Match[str]) -> str:
    noun = match[2]
    if match[1]:
        return "un'" if noun[0] in "aeiou" else "una "
    return "uno " if _AFTER_UNO.match(noun) else "un "
