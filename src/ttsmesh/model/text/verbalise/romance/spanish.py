"""Spanish."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import Ordinal
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.abbreviations import abbreviations, ordinals_with_degrees, romans
from ttsmesh.model.text.verbalise.amounts import money_in_words
from ttsmesh.model.text.verbalise.romance.agreement import agreement
from ttsmesh.model.text.verbalise.romance.genders import SPANISH
from ttsmesh.model.text.verbalise.romance.grammar import Romance
from ttsmesh.model.text.verbalise.tables import counted, currencies, entries, words

_ENDINGS = re.compile(
    r"(\d{1,9})\.?(er|[ºª]|[rdtmnv][oa])(?![^\W_])(?P<noun> (?!(?:de|del|en|y|e|o|a|al|con|por|que|es)\b)[a-zà-ÿ])?"
)


def _ordinals(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """3.º, 3ª, 1er, 2do."""
    match = _ENDINGS.match(text, at) if text[at].isdecimal() else None
    if match is None or not int(match[1]):
        return None
    said = context.verbaliser.say(Ordinal(int(match[1]), match[2][-1] in "aª"))
    return match.end(2), re.sub(r"(primer|tercer)o$", r"\1", said) if match[2] == "er" or match["noun"] else said


_ABBREVIATIONS = abbreviations(
    words=entries(
        """
        etc.: etcétera; p. ej.: por ejemplo; P. ej.: por ejemplo; Ud.: usted; Uds.: ustedes; Vd.: usted; Vds.: ustedes;
        EE. UU.: Estados Unidos; EEUU: Estados Unidos; a. C.: antes de Cristo; d. C.: después de Cristo; a. m.: de la
        mañana; p. m.: de la tarde; aprox.: aproximadamente; dpto.: departamento; Cía.: compañía; S. A.: sociedad
        anónima; P. D.: posdata; tel.: teléfono; Tel.: teléfono; máx.: máximo; mín.: mínimo; izq.: izquierda; dcha.:
        derecha; c/u: cada uno
        """
    ),
    titles=entries(
        """
        Sr.: señor; Sra.: señora; Srta.: señorita; Sres.: señores; Sras.: señoras; Dr.: doctor; Dra.: doctora; Dres.:
        doctores; Prof.: profesor; Profa.: profesora; Lic.: licenciado; Ing.: ingeniero; Arq.: arquitecto; D.: don;
        Dña.: doña; D.ª: doña; Sto.: santo; Sta.: santa; Av.: avenida; Avda.: avenida; av.: avenida; Gral.: general;
        Cap.: capitán; Cnel.: coronel; Pdte.: presidente; Hno.: hermano
        """
    ),
    numbered=entries(
        """
        pág.: página; págs.: páginas; Pág.: página; p.: página; pp.: páginas; núm.: número; Núm.: número; n.º: número;
        N.º: número; nº: número; Nº: número; n°: número; N°: número; No.: número; art.: artículo; Art.: artículo; cap.:
        capítulo; Cap.: capítulo; vol.: volumen; Vol.: volumen; fig.: figura; Fig.: figura; s.: siglo; ss.: siglos; t.:
        tomo; km.: kilómetro; ed.: edición
        """
    ),
)

_ROMANS = romans(
    numbered=frozenset(
        words(
            "capítulo capítulos tomo volumen acto escena fase tipo parte título artículo anexo apéndice nivel grado "
            "clase libro canto sección módulo mundial grupo liga"
        )
    ),
    centuries=frozenset(("siglo", "siglos", "s")),
    names=frozenset(
        words(
            "Felipe Carlos Alfonso Fernando Isabel Juan Pablo Luis Enrique Jorge Guillermo Eduardo Ricardo Pedro Pío "
            "Benedicto Clemente Gregorio León Inocencio Alejandro Nicolás Napoleón Francisco Federico Leopoldo "
            "Alberto Sancho Ramiro Jaime Ramsés Tolomeo Ptolomeo Constantino Otón Gustavo Catalina María Juana "
            "Cristina Margarita Beatriz Ana Enriqueta Urbano Julio Sixto Alberto Balduino Manuel José Iván"
        )
    ),
    articles=MappingProxyType({"el": False, "del": False, "al": False, "la": True}),
    short=True,
)

_DEGREES = ordinals_with_degrees(
    frozenset(words("norte este oeste latitud longitud sobre bajo respecto centígrados celsius"))
)

_MONEY = money_in_words({"mil": 3, "millón": 6, "millones": 6, "mil millones": 9, "billón": 12, "billones": 12})

_AGREEMENT = agreement(SPANISH, ("medio", "media"), "y")


class Spanish(Romance):
    """Spanish, with the words of Spain and the Americas that all understand."""

    language = "es"
    decimal_mark = ","
    group_marks = ". \u00a0\u202f\u2009"
    signs = MappingProxyType({"-": "menos", "+": "más", "±": "más menos"})
    about = "aproximadamente"
    and_ = "y"
    of = "de"
    to = "a"
    by = "por"
    ratio_word = "a"
    percent_words = ("por ciento", "por mil")
    cents_after = "con"
    square = ("cuadrado", "cuadrados", "cuadrada", "cuadradas")
    cubic = ("cúbico", "cúbicos", "cúbica", "cúbicas")
    squared = "al cuadrado"
    cubed = "al cubo"
    raised = "elevado a"
    times = "por"
    over = "sobre"
    halves = ("medio", "media")
    ordinals_to = 10
    date_of = " de "
    decades = "años"
    months = words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre")
    weekdays = words("lunes martes miércoles jueves viernes sábado domingo")
    compass = MappingProxyType({"N": "norte", "S": "sur", "E": "este", "W": "oeste"})
    large = counted("million: millón, millones; billion: mil millones; trillion: billón, billones")
    large_words = frozenset(("millón", "millones", "billón", "billones"))
    denominators = MappingProxyType(
        {2: "medio", 3: "tercio", 4: "cuarto", 5: "quinto", 6: "sexto", 7: "séptimo", 8: "octavo", 9: "noveno"}
        | {10: "décimo", 12: "doceavo", 16: "dieciseisavo", 20: "veinteavo", 100: "centésimo", 1000: "milésimo"}
    )
    rules: Sequence[Rule] = (_ABBREVIATIONS, _MONEY, _ROMANS, _DEGREES, _ordinals, _AGREEMENT)

    def full_day(self, hour: int, minute: int) -> str:
        said = numbers.cardinal("es", hour, "feminine")
        if not minute:
            return f"{said} {'hora' if hour == 1 else 'horas'}"
        return f"{said} {'cero ' if minute < 10 else ''}{self.cardinal(str(minute))}"

    def half_day(self, hour: int, minute: int) -> str:
        return self.full_day(hour, minute) if minute else numbers.cardinal("es", hour, "feminine")

    def time_of_day(self, hour: int) -> str:
        if hour == 12:
            return "del mediodía"
        if hour < 1 or hour >= 20:
            return "de la noche"
        return "de la mañana" if hour < 12 else "de la tarde"

    prefixes = entries(
        """
            p: pico; n: nano; µ: micro; m: mili; c: centi; d: deci; h: hecto; k: kilo; M: mega; G: giga; T: tera; P:
            peta; E: exa; Ki: kibi; Mi: mebi; Gi: gibi; Ti: tebi; Pi: pebi; Ei: exbi
            """
    )
    units = counted(
        """
            m: metro, metros; km: kilómetro, kilómetros; cm: centímetro, centímetros; mm: milímetro, milímetros; dm:
            decímetro, decímetros; µm: micrómetro, micrómetros; nm: nanómetro, nanómetros; g: gramo, gramos; l: litro,
            litros; s: segundo, segundos; Hz: hercio, hercios; W: vatio, vatios; Wh: vatio hora, vatios hora; V:
            voltio, voltios; A: amperio, amperios; Ah: amperio hora, amperios hora; Ω: ohmio, ohmios; F: faradio,
            faradios; J: julio, julios; cal: caloría, calorías, f; Pa: pascal, pascales; N: newton, newtons; Nm: newton
            metro, newtons metro; eV: electronvoltio, electronvoltios; bar: bar, bares; mol: mol, moles; t: tonelada,
            toneladas, f; B: byte, bytes; b: bit, bits; P: píxel, píxeles; min: minuto, minutos; h: hora, horas, f; d:
            día, días; wk: semana, semanas, f; mo: mes, meses; yr: año, años; mi: milla, millas, f; ft: pie, pies; in:
            pulgada, pulgadas, f; yd: yarda, yardas, f; nmi: milla náutica, millas náuticas, f; ly: año luz, años luz;
            lb: libra, libras, f; oz: onza, onzas, f; gal: galón, galones; qt: cuarto de galón, cuartos de galón; fl
            oz: onza líquida, onzas líquidas, f; tbsp: cucharada, cucharadas, f; tsp: cucharadita, cucharaditas, f; ha:
            hectárea, hectáreas, f; ac: acre, acres; °C: grado Celsius, grados Celsius; °F: grado Fahrenheit, grados
            Fahrenheit; °: grado, grados; K: kelvin, kelvins; dB: decibelio, decibelios; dBA: decibelio A, decibelios
            A; dBm: decibelio milivatio, decibelios milivatio; px: píxel, píxeles; em: em; rem: rem; pt: punto, puntos;
            dpi: punto por pulgada, puntos por pulgada; ppi: píxel por pulgada, píxeles por pulgada; fps: cuadro por
            segundo, cuadros por segundo; rpm: revolución por minuto, revoluciones por minuto, f; bpm: latido por
            minuto, latidos por minuto; mph: milla por hora, millas por hora, f; kn: nudo, nudos; hp: caballo de
            fuerza, caballos de fuerza; psi: libra por pulgada cuadrada, libras por pulgada cuadrada, f; atm:
            atmósfera, atmósferas, f; mmHg: milímetro de mercurio, milímetros de mercurio; ppm: parte por millón,
            partes por millón, f; ppb: parte por mil millones, partes por mil millones, f; lm: lumen, lúmenes; lx: lux;
            cd: candela, candelas, f; VA: voltiamperio, voltiamperios; IU: unidad internacional, unidades
            internacionales, f; req: petición, peticiones, f; op: operación, operaciones, f; tok: token, tokens; it:
            iteración, iteraciones, f; msg: mensaje, mensajes; pkt: paquete, paquetes; s²: segundo al cuadrado,
            segundos al cuadrado; m²: metro cuadrado, metros cuadrados; m³: metro cúbico, metros cúbicos
            """
    )
    currencies = currencies(
        """
            EUR: euro, euros / céntimo, céntimos; USD: dólar, dólares / centavo, centavos; GBP: libra, libras, f /
            penique, peniques; JPY: yen, yenes; CNY: yuan, yuanes; INR: rupia, rupias, f / paisa, paisas; BRL: real,
            reales / centavo, centavos; CHF: franco suizo, francos suizos / céntimo, céntimos; CAD: dólar canadiense,
            dólares canadienses / centavo, centavos; AUD: dólar australiano, dólares australianos / centavo, centavos;
            NZD: dólar neozelandés, dólares neozelandeses / centavo, centavos; HKD: dólar de Hong Kong, dólares de Hong
            Kong / centavo, centavos; SGD: dólar de Singapur, dólares de Singapur / centavo, centavos; MXN: peso
            mexicano, pesos mexicanos / centavo, centavos; ARS: peso argentino, pesos argentinos / centavo, centavos;
            CLP: peso chileno, pesos chilenos; COP: peso colombiano, pesos colombianos / centavo, centavos; PEN: sol,
            soles / céntimo, céntimos; KRW: won, wones; RUB: rublo, rublos / kopek, kopeks; TRY: lira turca, liras
            turcas, f / kurus; PLN: esloti, eslotis / grosz; SEK: corona sueca, coronas suecas, f / öre; NOK: corona
            noruega, coronas noruegas, f / øre; DKK: corona danesa, coronas danesas, f / øre; CZK: corona checa,
            coronas checas, f; HUF: forinto, forintos; UAH: grivna, grivnas, f; ILS: séquel, séqueles / agora, agoras;
            ZAR: rand, rands / centavo, centavos; THB: baht, bahts; VND: dong, dongs; PHP: peso filipino, pesos
            filipinos / centavo, centavos; BTC: bitcóin, bitcoines
            """
    )
    symbols = entries(
        """
            + más, = igual a, & y, % por ciento, # almohadilla, @ arroba, * asterisco, / barra, \\ barra inversa, <
            menor que, > mayor que, ≤ menor o igual que, ≥ mayor o igual que, ≠ distinto de, ≈ aproximadamente igual a,
            × por, ÷ dividido entre, √ raíz cuadrada, ∞ infinito, → flecha derecha, ← flecha izquierda, ↑ flecha
            arriba, ↓ flecha abajo, ↔ flecha doble, ⇒ implica, ° grados, © copyright, ® marca registrada, ™ marca
            comercial, § párrafo, ¶ párrafo, € euros, $ dólares, £ libras, ¥ yenes, ₹ rupias, ¢ centavos, | barra
            vertical, ~ virgulilla, ^ circunflejo, _ guion bajo, ` acento grave, - menos, − menos, ± más menos, ‰ por
            mil, µ micro, Ω ohmios, π pi, ∑ suma, ∏ producto, ∫ integral, ∂ derivada parcial, ∆ delta, ∈ pertenece a, ∉
            no pertenece a, ∪ unión, ∩ intersección, ⊂ subconjunto de, ∅ conjunto vacío, ∀ para todo, ∃ existe, ¬ no, ∧
            y, ∨ o, ½ un medio, ¼ un cuarto, ¾ tres cuartos, • punto, · punto, ✓ marca de verificación, ✔ marca de
            verificación, ✗ equis, ✘ equis, ★ estrella, ☆ estrella, № número, … puntos suspensivos
            """,
        " ",
        ",",
    )
    terms = entries(
        """
            dot: punto; slash: barra; backslash: barra inversa; dash: guion; underscore: guion bajo; colon: dos puntos;
            at: arroba; line: línea; lines: líneas; column: columna; code: código; file: archivo; files: archivos;
            folder: carpeta; a secret: un secreto; link: enlace; image: imagen; table: tabla; row: fila; rows: filas;
            columns: columnas; hash: hash; version: versión; option: opción; equals: igual a; plus: más; minus:
            menos; star: asterisco; home: carpeta personal; address: dirección; port: puerto; percent: por ciento;
            hex: hexadecimal; item: elemento; items: elementos; done: hecho; to do: pendiente; heading: título; added:
            añadido; removed: eliminado; changed: cambiado; deleted: borrado; renamed: renombrado; failed: fallado;
            passed: superado; skipped: omitido; error: error; errors: errores; warning: advertencia; warnings:
            advertencias; in: en; and: y; or: o; to: a; through: a; times: veces; from: de; of: de; by: por; empty:
            vacío; quote: cita; character: carácter; characters: caracteres; test: prueba; tests: pruebas; more:
            más; diff: diferencias; log: registro; e-mail: correo; user: usuario; info: información; debug:
            depuración; critical: crítico; fatal: fatal; new: nuevo; old: antiguo; with: con; without: sin; comma:
            coma; space: espacio; tilde: virgulilla; caret: circunflejo; pipe: barra vertical; ampersand: et; question
            mark: signo de interrogación; emoji: emoji; function: función; class: clase; word: palabra; words:
            palabras; number: número; page: página; dollar: dólar; hashtag: etiqueta; dunder: doble guion bajo;
            arrow: flecha; binary: binario; octal: octal; color: color; data: datos; certificate: certificado; point:
            punto; below: menor que; above: mayor que; exactly: exactamente; not: no; about: unos; sharp: sostenido;
            section: sección; end of tag: fin de etiqueta; at least: al menos; at most: como máximo; compatible with:
            compatible con; less than: menor que; greater than: mayor que; less than or equal to: menor o igual que;
            greater than or equal to: mayor o igual que; not equal to: distinto de; plus equals: más igual; minus
            equals: menos igual; times equals: por igual; divided by equals: dividido igual; plus plus: más más;
            minus minus: menos menos; or equals: o igual; to the power of: elevado a; append to: añadir a; standard
            error: error estándar; standard output: salida estándar; empty string: cadena vacía; no newline at end
            of file: sin salto de línea al final; mode changed: modo cambiado; expected failures: fallos esperados;
            unexpected passes: éxitos inesperados; rename: renombrar; notice: aviso; trace: traza
            """
    )
