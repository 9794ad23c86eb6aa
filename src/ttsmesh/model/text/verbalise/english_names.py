"""Abbreviations of English, and the words around them and around numerals that decide how those are read. Pure."""

from ttsmesh.model.text.verbalise.tables import entries


def words(text: str) -> frozenset[str]:
    """The words of a table that has white space between them."""
    return frozenset(text.split())


RULERS = words(
    "Henry Louis George Elizabeth Charles James William Edward Richard Mary Anne Victoria John Paul Pius Benedict "
    "Gregory Leo Innocent Clement Alexander Nicholas Peter Catherine Ivan Frederick Friedrich Wilhelm Napoleon Philip "
    "Felipe Ferdinand Alfonso Juan Carlos Albert Leopold Christian Gustav Carl Karl Olaf Olav Harald Haakon Margaret "
    "Margrethe Ramses Ramesses Thutmose Amenhotep Cleopatra Ptolemy Darius Xerxes Artaxerxes Cyrus Mehmed Mehmet Murad "
    "Selim Suleiman Robert David Malcolm Francis François Franz Joseph Maximilian Otto Konrad Conrad Umberto Emmanuel "
    "Emanuele Pedro Manuel Sixtus Julius Urban Boniface Celestine Eugene Adrian Hadrian Stephen Theodore Theodosius "
    "Constantine Constantius Justinian Basil Michael Casimir Sigismund Rudolf Ludwig Harold Edmund Kamehameha Rama "
    "Rainier Hassan Mohammed Abdullah Hussein Faisal Idris Tiberius Antiochus Seleucus Philippe Baldwin Godfrey "
    "Llywelyn Tarquin Akbar Bahadur Vittorio Amadeus Vladislaus Stanislaus Honorius Valentinian"
)
FIRST_NAMES = RULERS | words(
    "Thomas Samuel Walter Arthur Daniel Donald Ronald Kenneth Anthony Andrew Matthew Christopher Joshua Benjamin Jack "
    "Harry Frank Raymond Harvey Oliver Lawrence Martin Sammy Cornelius Hugh Roger Ralph Ernest Howard Earl Eugene "
    "Clarence Wallace Douglas Gerald Harrison Theodore Patrick Dale Davis Cal Ken Bill Bob Jim Tom Sam Joe Will"
)
"""People's: a Roman numeral after such a name is an ordinal, also after a surname: "William Gates III"."""

CROWNS = words("King Queen Pope Emperor Empress Tsar Czar Kaiser Sultan Prince Duke Pharaoh Shah Patriarch")

NUMBERED = words(
    "chapter part act scene book volume section article appendix type class phase level grade stage title table figure "
    "war bowl canto version generation gen tier schedule episode season round group division category "
    "vol ch chap ep sec "
    "fig pt bk art eq number no nr page pp mark mk series schedule annex exhibit verse psalm sonata symphony movement "
    "opus corps region zone block unit lesson step item option rule law amendment room floor "
    "factor vatican pack battalion edition paragraph theorem lemma"
)
"""Nouns before which, in any case of letters, a Roman numeral is a number."""

TITLES = entries(
    """
    dr: doctor; mr: mister; mrs: missus; ms: miz; prof: professor; sgt: sergeant; capt: captain; lt: lieutenant;
    cpl: corporal; cmdr: commander; gov: governor; supt: superintendent; messrs: messieurs; mme: madame;
    mlle: mademoiselle; pvt: private
    """
)
"""Before a name, or by themselves."""

TITLES_OF_ANYBODY = words("dr prof sgt capt lt gov supt mr mrs")
"""Titles that stand in lower case too: "the prof. said"."""

TITLES_BEFORE_NAMES = entries(
    """
    gen: general; rev: reverend; col: colonel; maj: major; adm: admiral; sen: senator; rep: representative;
    hon: honorable; pres: president; fr: father; insp: inspector; det: detective; mt: mount; ft: fort;
    amb: ambassador; br: brother; sec: secretary
    """
)
WITHOUT_STOP = frozenset({"Dr", "Mr", "Mrs", "Ms", "Prof", "Sgt", "Capt", "Lt", "Mt", "Cpl"})
"""Titles that the British, and the hasty, write without a stop."""

AFTER_NAMES = entries(
    """
    jr: junior; sr: senior; inc: incorporated; ltd: limited; corp: corporation; co: company; bros: brothers;
    esq: esquire
    """
)
STREETS = entries(
    """
    st: street; ave: avenue; blvd: boulevard; rd: road; dr: drive; ln: lane; hwy: highway; pkwy: parkway;
    sq: square; ct: court; pl: place; ter: terrace
    """
)
BEFORE_NUMBERS = entries(
    """
    no: number; nos: numbers; nr: number; p: page; pp: pages; pg: page; vol: volume; vols: volumes; ch: chapter;
    chs: chapters; chap: chapter; fig: figure; figs: figures; eq: equation; eqs: equations; eqn: equation;
    sec: section; secs: sections; sect: section; art: article; ext: extension; col: column; rev: revision;
    ver: version; para: paragraph; pt: part; ep: episode; bk: book; ca: circa; c: circa; ser: series; apt: apartment;
    tab: table;
    thm: theorem; def: definition; ex: example; app: appendix; rm: room
    """
)
NUMBERS_WITHOUT_STOP = frozenset({"pp", "vol", "vols", "fig", "figs", "eq", "eqs", "chap", "ext", "nos", "apt"})
WORDS_TOO = frozenset({"art", "app", "tab", "ex"})
"""Also words, which end a sentence before a number: an abbreviation with a capital only."""

BEFORE_YEARS = entries("est: established; b: born; d: died; r: reigned; c: circa; ca: circa")
ANYWHERE = entries(
    """
    etc: et cetera; vs: versus; approx: approximately; cf: compare; al: al; viz: namely; incl: including;
    excl: excluding; esp: especially; misc: miscellaneous; resp: respectively; min: minimum; max: maximum;
    avg: average; temp: temperature; dept: department; depts: departments; univ: university; assn: association;
    assoc: association; intl: international; natl: national; govt: government; mgr: manager; asst: assistant;
    est: estimated; tel: telephone; orig: originally; prev: previous; ref: reference; refs: references;
    repr: reprinted; trans: translated; ed: editor; eds: editors; tbsp: tablespoon; tsp: teaspoon; qty: quantity;
    appt: appointment; hrs: hours; hr: hour; mins: minutes; yrs: years; yr: year; ibid: ibid; abbr: abbreviation;
    spec: specification; specs: specifications; mfg: manufacturing; acct: account; n.b: note well; e.g: for example;
    i.e: that is; a.k.a: also known as; w.r.t: with respect to
    """
)
WORDS_AT_THE_END = frozenset({"min", "max", "ed", "ref", "spec", "est", "orig", "trans", "temp", "prev", "hr", "yr"})
"""Also names, or words, at a sentence's end: an abbreviation only where a sentence goes on."""

PLAIN = entries(
    """
    etc: et cetera; vs: versus; approx: approximately; aka: also known as; eg: for example; ie: that is;
    e.g: for example; i.e: that is; incl: including; misc: miscellaneous
    """
)
"""Abbreviations that need no stop."""

SLASHED = entries(
    """
    w/o: without; w/: with; b/c: because; c/o: care of; n/a: N A; and/or: and or; he/she: he or she;
    she/he: she or he; his/her: his or her; his/hers: his or hers; him/her: him or her; he/him: he him;
    she/her: she her; they/them: they them; on/off: on off; yes/no: yes no; either/or: either or; pass/fail: pass fail;
    true/false: true or false; start/stop: start stop;
    in/out: in out; up/down: up down; win/loss: win loss; male/female: male or female; buy/sell: buy sell
    """
)
ACADEMIC = entries(
    """
    ph.d: P H D; m.sc: M S C; b.sc: B S C; ed.d: E D D; ll.b: L L B; ll.m: L L M
    """
)

FUNCTION_WORDS = words(
    "the a an it its he she his her they their we our you your i my this that these those there here in on at but and "
    "so or if when while as for with from after before however then not no yes what who why how where which most many "
    "some all each both since although because despite during once until let please nobody everyone"
)
"""Words that begin a sentence, and no name."""

ZONES = words("est edt cst cdt mst mdt pst pdt et ct pt utc gmt bst cet cest ist jst eastern pacific central")
