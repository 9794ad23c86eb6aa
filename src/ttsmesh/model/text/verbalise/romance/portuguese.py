"""Portuguese of Brazil."""

from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import Clock
from ttsmesh.model.text.rules import Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.abbreviations import abbreviations, ordinals_with_degrees, romans
from ttsmesh.model.text.verbalise.amounts import money_in_words
from ttsmesh.model.text.verbalise.romance.agreement import agreement
from ttsmesh.model.text.verbalise.romance.genders import PORTUGUESE
from ttsmesh.model.text.verbalise.romance.grammar import Romance
from ttsmesh.model.text.verbalise.tables import counted, currencies, entries, words

_ABBREVIATIONS = abbreviations(
    words=entries(
        """
        etc.: et cetera; p. ex.: por exemplo; P. ex.: por exemplo; a. C.: antes de Cristo; d. C.: depois de Cristo;
        aprox.: aproximadamente; tel.: telefone; Tel.: telefone; máx.: máximo; mín.: mínimo; obs.: observação; Obs.:
        observação; V. Sa.: vossa senhoria; Cia.: companhia; Ltda.: limitada; S.A.: S A; S/A: S A; apto.: apartamento;
         séc.: século; EUA: Estados Unidos; vc: você; vcs: vocês; P.S.:
        pós-escrito
        """
    ),
    titles=entries(
        """
        Sr.: senhor; Sra.: senhora; Srta.: senhorita; Srs.: senhores; Sras.: senhoras; sr.: senhor; sra.: senhora; Dr.:
        doutor; Dra.: doutora; Drs.: doutores; dr.: doutor; dra.: doutora; Prof.: professor; Profa.: professora;
        Profª.: professora; Profª: professora; prof.: professor; Eng.: engenheiro; Arq.: arquiteto; D.: dom; Sto.:
        santo; Sta.: santa; S.: são; Av.: avenida; av.: avenida; R.: rua; Pça.: praça; Al.: alameda; Tv.:
        travessa; Rod.: rodovia; Gal.: general; Gen.: general; Cel.: coronel; Cap.: capitão; Pe.: padre; Des.:
        desembargador; Dep.: deputado; Sen.: senador; Pres.: presidente
        """
    ),
    numbered=entries(
        """
        pág.: página; págs.: páginas; Pág.: página; p.: página; pp.: páginas; n.º: número; N.º: número; nº: número; Nº:
        número; n°: número; N°: número; no.: número; núm.: número; art.: artigo; Art.: artigo; arts.: artigos; cap.:
        capítulo; Cap.: capítulo; vol.: volume; Vol.: volume; fig.: figura; Fig.: figura; séc.: século; Séc.:
        século; ed.: edição;
        km.: quilômetro; inc.: inciso; al.: alínea
        """
    ),
)

_ROMANS = romans(
    numbered=frozenset(
        words(
            "capítulo capítulos tomo volume ato cena fase tipo parte título artigo anexo apêndice nível grau classe "
            "livro canto seção módulo mundial grupo liga lição inciso"
        )
    ),
    centuries=frozenset(("século", "séculos", "séc")),
    names=frozenset(
        words(
            "Pedro João Maria Afonso Manuel Carlos Luís Henrique Filipe Felipe Sancho Dinis José Miguel Fernando "
            "Duarte Sebastião Isabel Elizabeth Elisabete Catarina Paulo Jorge Guilherme Eduardo Ricardo Pio Bento "
            "Clemente Gregório Leão Inocêncio Alexandre Nicolau Napoleão Francisco Frederico Leopoldo Alberto Ramsés "
            "Ptolomeu Constantino Otão Gustavo Joana Cristina Margarida Beatriz Júlio Sisto Urbano Bonifácio Jaime "
            "Juan Ivan"
        )
    ),
    articles=MappingProxyType(
        dict.fromkeys(words("o do no ao pelo"), False) | dict.fromkeys(words("a da na à pela"), True)
    ),
)

_DEGREES = ordinals_with_degrees(
    frozenset(words("norte leste oeste latitude longitude acima abaixo sobre centígrados celsius"))
)

_MONEY = money_in_words(
    {"mil": 3, "milhão": 6, "milhões": 6, "mi": 6, "bilhão": 9, "bilhões": 9, "bi": 9, "trilhão": 12, "trilhões": 12}
)

_AGREEMENT = agreement(PORTUGUESE, ("meio", "meia"), "e")


class Portuguese(Romance):
    """Portuguese as it is spoken in Brazil: dezesseis, trem, quilômetro."""

    language = "pt-br"
    decimal_mark = ","
    group_marks = ". \u00a0\u202f\u2009"
    singular_below_two = True
    signs = MappingProxyType({"-": "menos", "+": "mais", "±": "mais ou menos"})
    about = "cerca de"
    and_ = "e"
    of = "de"
    to = "a"
    by = "por"
    ratio_word = "por"
    percent_words = ("por cento", "por mil")
    cents_after = "e"
    square = ("quadrado", "quadrados", "quadrada", "quadradas")
    cubic = ("cúbico", "cúbicos", "cúbica", "cúbicas")
    squared = "ao quadrado"
    cubed = "ao cubo"
    raised = "elevado a"
    times = "vezes"
    over = "sobre"
    halves = ("meio", "meia")
    ordinals_to = 10
    date_of = " de "
    decades = "anos"
    months = words("janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro")
    weekdays = words("segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo")
    compass = MappingProxyType({"N": "norte", "S": "sul", "E": "leste", "W": "oeste"})
    large = counted("million: milhão, milhões; billion: bilhão, bilhões; trillion: trilhão, trilhões")
    large_words = frozenset(words("milhão milhões bilhão bilhões trilhão trilhões"))
    denominators = MappingProxyType({2: "meio", 3: "terço"})
    rules: Sequence[Rule] = (_ABBREVIATIONS, _MONEY, _ROMANS, _DEGREES, _AGREEMENT)

    def denominator(self, n: int) -> str | None:
        if n in self.denominators:
            return self.denominators[n]
        if 3 < n <= 10 or n in (100, 1000):
            return numbers.ordinal("pt-br", n)
        return f"{numbers.cardinal('pt-br', n)} avos" if 10 < n < 100 else None

    def plural(self, name: str) -> str:
        return name if name.endswith("avos") else name + "s"

    def clock(self, kind: Clock) -> str:
        if kind.half and kind.hour % 12 == 0 and not kind.minute and not kind.second:
            return "meio-dia" if kind.half == "pm" else "meia-noite"
        return super().clock(kind)

    def full_day(self, hour: int, minute: int) -> str:
        said = numbers.cardinal("pt-br", hour, "feminine")
        if minute:
            return f"{said} e {self.cardinal(str(minute))}"
        return f"{said} {'hora' if hour < 2 else 'horas'}"

    def time_of_day(self, hour: int) -> str:
        if hour < 12:
            return "da manhã" if hour else "da noite"
        return "da tarde" if hour < 18 else "da noite"

    prefixes = entries(
        """
        p: pico; n: nano; µ: micro; m: mili; c: centi; d: deci; h: hecto; k: quilo; M: mega; G: giga; T: tera; P: peta;
        E: exa; Ki: kibi; Mi: mebi; Gi: gibi; Ti: tebi; Pi: pebi; Ei: exbi
        """
    )
    units = counted(
        """
        m: metro, metros; km: quilômetro, quilômetros; cm: centímetro, centímetros; mm: milímetro, milímetros; dm:
        decímetro, decímetros; µm: micrômetro, micrômetros; nm: nanômetro, nanômetros; g: grama, gramas; l: litro,
        litros; s: segundo, segundos; Hz: hertz; W: watt, watts; Wh: watt-hora, watts-hora; V: volt, volts; A: ampere,
        amperes; Ah: ampere-hora, amperes-hora; Ω: ohm, ohms; F: farad, farads; J: joule, joules; cal: caloria,
        calorias, f; Pa: pascal, pascals; N: newton, newtons; Nm: newton metro, newtons metro; eV: elétron-volt,
        elétrons-volt; bar: bar, bars; mol: mol, mols; t: tonelada, toneladas, f; B: byte, bytes; kB: kilobyte,
        kilobytes; b: bit, bits; kb: kilobit, kilobits; P: pixel, pixels; min: minuto, minutos; h: hora, horas, f; d:
        dia, dias; wk: semana, semanas, f; mo: mês, meses; yr: ano, anos; mi: milha, milhas, f; ft: pé, pés; in:
        polegada, polegadas, f; yd: jarda, jardas, f; nmi: milha náutica, milhas náuticas, f; ly: ano-luz, anos-luz;
        lb: libra, libras, f; oz: onça, onças, f; gal: galão, galões; qt: quarto de galão, quartos de galão; fl oz:
        onça líquida, onças líquidas, f; tbsp: colher de sopa, colheres de sopa, f; tsp: colher de chá, colheres de
        chá, f; ha: hectare, hectares; ac: acre, acres; °C: grau Celsius, graus Celsius; °F: grau Fahrenheit, graus
        Fahrenheit; °: grau, graus; K: kelvin, kelvins; dB: decibel, decibéis; dBA: decibel A, decibéis A; dBm: decibel
        miliwatt, decibéis miliwatt; px: pixel, pixels; em: em; rem: rem; pt: ponto, pontos; dpi: ponto por polegada,
        pontos por polegada; ppi: pixel por polegada, pixels por polegada; fps: quadro por segundo, quadros por
        segundo; rpm: rotação por minuto, rotações por minuto, f; bpm: batimento por minuto, batimentos por minuto;
        mph: milha por hora, milhas por hora, f; kn: nó, nós; hp: cavalo-vapor, cavalos-vapor; psi: libra por polegada
        quadrada, libras por polegada quadrada, f; atm: atmosfera, atmosferas, f; mmHg: milímetro de mercúrio,
        milímetros de mercúrio; ppm: parte por milhão, partes por milhão, f; ppb: parte por bilhão, partes por bilhão,
        f; lm: lúmen, lúmens; lx: lux; cd: candela, candelas, f; VA: volt-ampere, volts-ampere; IU: unidade
        internacional, unidades internacionais, f; req: requisição, requisições, f; op: operação, operações, f; tok:
        token, tokens; it: iteração, iterações, f; msg: mensagem, mensagens, f; pkt: pacote, pacotes; s²: segundo ao
        quadrado, segundos ao quadrado; m²: metro quadrado, metros quadrados; m³: metro cúbico, metros cúbicos
        """
    )
    currencies = currencies(
        """
        EUR: euro, euros / centavo, centavos; USD: dólar, dólares / centavo, centavos; GBP: libra, libras, f / pêni,
        pence; JPY: iene, ienes; CNY: yuan, yuans; INR: rupia, rupias, f / paisa, paisas, f; BRL: real, reais /
        centavo, centavos; CHF: franco suíço, francos suíços / cêntimo, cêntimos; CAD: dólar canadense, dólares
        canadenses / centavo, centavos; AUD: dólar australiano, dólares australianos / centavo, centavos; NZD: dólar
        neozelandês, dólares neozelandeses / centavo, centavos; HKD: dólar de Hong Kong, dólares de Hong Kong /
        centavo, centavos; SGD: dólar de Singapura, dólares de Singapura / centavo, centavos; MXN: peso mexicano, pesos
        mexicanos / centavo, centavos; ARS: peso argentino, pesos argentinos / centavo, centavos; CLP: peso chileno,
        pesos chilenos; COP: peso colombiano, pesos colombianos; KRW: won, wons; RUB: rublo, rublos / copeque,
        copeques; TRY: lira turca, liras turcas, f; PLN: zloty, zlotys; SEK: coroa sueca, coroas suecas, f; NOK: coroa
        norueguesa, coroas norueguesas, f; DKK: coroa dinamarquesa, coroas dinamarquesas, f; CZK: coroa tcheca, coroas
        tchecas, f; HUF: florim húngaro, florins húngaros; UAH: grívnia, grívnias, f; ILS: shekel, shekels; ZAR: rand,
        rands / centavo, centavos; THB: baht, bahts; VND: dong, dongs; PHP: peso filipino, pesos filipinos; BTC:
        bitcoin, bitcoins
        """
    )
    symbols = entries(
        """
        + mais, = igual a, & e, % por cento, # cerquilha, @ arroba, * asterisco, / barra, \\ barra invertida, < menor
        que, > maior que, ≤ menor ou igual a, ≥ maior ou igual a, ≠ diferente de, ≈ aproximadamente igual a, × vezes, ÷
        dividido por, √ raiz quadrada, ∞ infinito, → seta para a direita, ← seta para a esquerda, ↑ seta para cima, ↓
        seta para baixo, ↔ seta dupla, ⇒ implica, ° graus, © copyright, ® marca registrada, ™ marca comercial, §
        parágrafo, ¶ parágrafo, € euros, $ dólares, £ libras, ¥ ienes, ₹ rupias, ¢ centavos, | barra vertical, ~ til, ^
        acento circunflexo, _ sublinhado, ` acento grave, - menos, − menos, ± mais ou menos, ‰ por mil, µ micro, Ω
        ohms, π pi, ∑ soma, ∏ produto, ∫ integral, ∂ derivada parcial, ∆ delta, ∈ pertence a, ∉ não pertence a, ∪
        união, ∩ interseção, ⊂ subconjunto de, ∅ conjunto vazio, ∀ para todo, ∃ existe, ¬ não, ∧ e, ∨ ou, ½ meio, ¼ um
        quarto, ¾ três quartos, • ponto, · ponto, ✓ visto, ✔ visto, ✗ xis, ✘ xis, ★ estrela, ☆ estrela, № número, …
        reticências
        """,
        " ",
        ",",
    )
    terms = entries(
        """
        dot: ponto; slash: barra; backslash: barra invertida; dash: hífen; underscore: sublinhado; colon: dois-pontos;
        at: arroba; line: linha; lines: linhas; column: coluna; columns: colunas; code: código; file: arquivo; files:
        arquivos; folder: pasta; a secret: um segredo; link: link; image: imagem; table: tabela; row: linha; rows:
        linhas; hash: hash; version: versão; option: opção; equals: igual a; plus: mais; minus: menos; star: asterisco;
        home: pasta pessoal; address: endereço; port: porta; percent: por cento; hex: hexadecimal; item: item; items:
        itens; done: feito; to do: a fazer; heading: título; added: adicionado; removed: removido; changed: alterado;
        deleted: excluído; renamed: renomeado; failed: falhou; passed: passou; skipped: ignorado; error: erro; errors:
        erros; warning: aviso; warnings: avisos; in: em; and: e; or: ou; to: a; through: a; times: vezes; from: de; of:
        de; by: por; empty: vazio; quote: citação; character: caractere; characters: caracteres; test: teste; tests:
        testes; more: mais; diff: diferenças; log: registro; e-mail: e-mail; user: usuário; info: informação; debug:
        depuração; critical: crítico; fatal: fatal; new: novo; old: antigo; with: com; without: sem; comma: vírgula;
        space: espaço; tilde: til; caret: acento circunflexo; pipe: barra vertical; ampersand: e comercial; question
        mark: ponto de interrogação; emoji: emoji; function: função; class: classe; word: palavra; words: palavras;
        number: número; page: página; dollar: dólar; hashtag: etiqueta; dunder: sublinhado duplo; arrow: seta;
        binary: binário; octal: octal; color: cor; data: dados; certificate: certificado; point: ponto; below: menor
        que; above: maior que; exactly: exatamente; not: não; about: cerca de; sharp: sustenido; section: seção; end of
        tag: fim da etiqueta; at least: pelo menos; at most: no máximo; compatible with: compatível com; less than:
        menor que; greater than: maior que; less than or equal to: menor ou igual a; greater than or equal to: maior ou
        igual a; not equal to: diferente de; plus equals: mais igual; minus equals: menos igual; times equals: vezes
        igual; divided by equals: dividido igual; plus plus: mais mais; minus minus: menos menos; or equals: ou igual;
        to the power of: elevado a; append to: acrescentar a; standard error: erro padrão; standard output: saída
        padrão; empty string: texto vazio; no newline at end of file: sem quebra de linha no final; mode changed: modo
        alterado; expected failures: falhas esperadas; unexpected passes: sucessos inesperados; rename: renomear;
        notice: aviso; trace: rastreamento
        """
    )
