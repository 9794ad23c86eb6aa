"""Words in capitals: which are said as words, and which are always spelled. Pure data."""

from ttsmesh.model.text.verbalise.tables import entries, words

_RESPELLED = entries(
    """
    JSON: jason; GUI: gooey; SCSI: scuzzy; SQLITE: S Q lite; EEPROM: E E prom; JPEG: J peg; MPEG: M peg;
    MATLAB: mat lab; TODO: to do; FIXME: fix me; README: read me; NGINX: engine X; SHA: shah; SRAM: S ram; CRON: cron;
    ERR: error; WIMAX: why max; DDOS: D dos; CMOS: C moss; NVRAM: N V ram; IEEE: I triple E; WYSIWYG: wizzy wig; ETAG:
    E tag
    """
)
"""Acronyms that English would read wrongly."""

RESPELLED_SAID = frozenset(_RESPELLED)
"""Those of ``SAID`` whose respelling is for English only; other languages read the word itself."""

SAID = {
    word: word.lower()
    for word in words(
        """
    NASA NATO UNESCO UNICEF OPEC FIFA UEFA ASEAN INTERPOL AIDS SARS COVID LASER RADAR SONAR SCUBA RAM ROM DRAM LAN WAN
    PIN SIM IVA GIF CAPTCHA CRUD REST SOAP YAML TOML WASM BIOS DOS ASCII COBOL FORTRAN BASIC LISP ASAP FIFO LIFO POSIX
    CUDA JAXA SWAT POTUS SCOTUS FOMO YOLO NIMBY TED RICO GAAP NAFTA OSHA HEPA SPAM MIDI CORS DOM SAML LDAP RAID NAND
    MAC NAS VRAM SDRAM RISC CISC ARM VESA BLAS LAPACK GNU GNOME BASH GREP SLURM HIPAA MOOC DOGE HAL SIP SCRUM OWASP ACID
    SOLID KISS MNIST CIFAR BERT LORA ONNX NUMA UNIX LINUX LATEX FLOPS TOPS FAANG DAG DAO NACA ESPRIT INSEE FIAT ONU
    OTAN SIDA OVNI RENFE PYME UNED CONICET PETROBRAS FUNAI ANVISA IBAMA ISTAT ANSA SNAM CONI ENEL UNAM PEMEX
    """
    )
} | {**_RESPELLED}
"""Acronyms that are words to those who use them."""

SPELLED = frozenset(
    words(
        """
    OK API URL URI HTTP HTTPS USB CPU GPU TPU NPU SQL HTML CSS XML CSV PDF PNG SVG SSH SSL TLS TCP UDP IP DNS DHCP VPN
    SDK IDE CLI CI CD UI UX OS DB ID UUID AWS GCP IBM BBC CNN FBI CIA NSA USA UK EU UN USD EUR GBP JPY CEO CTO CFO FAQ
    ETA EOF NPM PHP MIT BSD GPL LGPL AGPL ISO RFC PEP CVE LLM NLP AI ML TTS STT ASR OCR RNG RSA AES HMAC JWT TTL MTU
    ABI AST ORM MVC SSR SPA PWA SEO CDN SLA SLO PR MR WIP LGTM IMO IMHO FYI TBD TBA DIY HR PC TV DVD HIV DNA RNA
    MRI IMF EOL LTS UTC GMT EST PST CET UTF PID UID GID IO IPC RPC ACL IAM VPC EC VM VPS QA POC MVP KPI OKR UEFI SSD
    HDD LED LCD OLED IRC FTP SMTP NFS ICU OEM OCI OVA IE EG AKA
    """
    )
)
"""Acronyms that are spelled even among words that are all in capitals."""

COMMON_WORDS = frozenset(
    words(
        """
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    able about above add after again all alone alpha also am an and any are array as ask at auto away back bad base be
    been beep beta best big block body bool both bug build but buy by bye call came can cards case cat char check city
    class clean clear click close code come cool copy could count crash create dark data date day days dead debug deep
    demo desc did die diff do does dog done door down drop due dummy each easy echo edit eight else empty end enter
    error even ever every exit extra face fact fail false far fast fatal few file fill final find fine fire first fish
    five fix flag float fly for form found four free from full fun game gave get girl give go god going good got great
    group grew guy had half hand happy hard has hate have he head hear heart hello help her here hey hi high him his
    hit hold home hope hot hour house how huge hurt idea if image in index info init inner input int into is it its
    job join joy jump just keep key kill kind king know large last late lead learn leave left less let level lie life
    light like limit line link list little live lock log logs long look lose loss lost lot loud love low luck mad made
    main major make man many map match may maybe me mean men merge miss mode money month more most move much must my
    name near need never new next nice night nine no none nope nor not note now null of off oh old on once one only
    open or order other our out over own page pain paid pass past path pause pay peace phone pick place plain plan
    play please plus poor power press print prod push put query quick quiet quit quite race raise ran range read ready
    real red refer rest right road room root row run said sale same save saw say see seen self sell send sent set
    seven sex shall she shift ship shop short show shut side sign since six size skip sleep slow small smile so soft
    sold some soon sorry sort stack staff stage star start state stay step still stop story style such sure table take
    talk tall task team tell ten test text than thank thanks that the their them then there these they thing think
    this those three time to today told too took top total town trace track trade trap tree trial true trust truth try
    turn two type under union unit until up upon upper use used user using value very via video view voice wait walk
    wall want war warn was watch water way we week well went were west what when where which while white who whole why
    wife wild will win wind wish with woman won wood word work world worse worst would write wrong year yes yet you
    young your zero table index join inner outer group having limit offset insert delete update values where select
    into order asc north south east water heads ahead alert alarm early event admin beach stock steel max min num dir
    env opt arg obj cur avg sum top mid var post patch age port node role host claim mode avail ping
    """
    )
)
"""English words of two to five letters that people write in capitals for stress, or programs as keywords and levels."""

MONTHS = words("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC MON TUE WED THU FRI SAT SUN")
"""How months and days begin that may belong to a date."""
