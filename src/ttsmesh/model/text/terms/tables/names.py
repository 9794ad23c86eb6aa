"""How parts of names are said where spelling and speech differ. English, unless a table says otherwise. Pure data."""

from ttsmesh.model.text.verbalise.tables import entries, words

EXTENSIONS = entries(
    """
    py: pie; pyi: pie I; pyc: pie C; ipynb: notebook; json: jason; jsonl: jason L; jsonc: jason C; json5: jason five;
    yml: yaml; rb: ruby; md: M D; mdx: M D X; cpp: C plus plus; cc: C C; cxx: C X X; hpp: H plus plus; hs: haskell;
    ex: E X; exs: E X S; exe: E X E; dll: D L L; so: S O; ini: I N I; iso: I S O; apk: A P K; deb: deb; rpm: R P M;
    gz: G Z; bz2: B Z two; xz: X Z; zst: Z S T; 7z: seven Z; mp3: M P three; mp4: M P four; m4a: M four A; m4b: M four
    B; mkv: M K V; avi: A V I; wav: wave; ogg: ogg; opus: opus; flac: flack; aac: A A C; jpeg: J peg; jpg: J peg; gif:
    gif; webp: web P; webm: web M; ico: I C O; eps: E P S; tiff: tiff; ai: A I; doc: doc; docx: doc X; xls: X L S;
    xlsx: X L S X; odt: O D T; epub: E pub; ts: T S; tsx: T S X; js: J S; jsx: J S X; mjs: M J S; cjs: C J S; css: C S
    S; scss: S C S S; sass: sass; less: less; html: H T M L; htm: H T M; xml: X M L; sql: S Q L; db: D B; sqlite: S Q
    lite; csv: C S V; tsv: T S V; txt: T X T; sh: S H; zsh: Z S H; bat: bat; ps1: P S one; pl: P L; pm: P M; php: P H
    P; rs: R S; go: go; kt: K T; kts: K T S; cs: C S; fs: F S; vb: V B; lua: lua; jar: jar; java: java; class: class;
    swift: swift; dart: dart; scala: scala; jl: J L; c: C; h: H; m: M; mm: M M; r: R; s: S; o: O; a: A; d: D; v: V;
    toml: toml; yaml: yaml; cfg: C F G; conf: conf; env: env; lock: lock; log: log; pdf: P D F; png: P N G; svg: S V
    G; rst: R S T; tex: tech; bib: bib; zip: zip; tar: tar; tgz: T G Z; whl: wheel; egg: egg; img: image; bin: bin;
    dat: dat; pem: pem; crt: C R T; key: key; pub: pub; onnx: onnx; pt: P T; pth: P T H; npy: N P Y; npz: N P Z;
    parquet: parquet; proto: proto; graphql: graph Q L; tf: T F; tfvars: T F vars; vue: view; svelte: svelte; wasm:
    wasm; el: E L; vim: vim; service: service; socket: socket; timer: timer; sock: sock; pid: P I D; patch: patch;
    diff: diff; bak: back; tmp: temp; old: old; orig: orig; swp: S W P; map: map; safetensors: safe tensors; gguf: G G
    U F; srt: S R T; vtt: V T T; ics: I C S; plist: P list
    """
)
"""Extensions of files in lower case: a name that ends in one of these is a file's. Other languages spell them."""

RESPELLED = entries(
    """
    src: source; usr: user; etc: etsy; tmp: temp; cmd: command; pkg: package; str: string; msg: message; btn: button;
    cfg: config; ctx: context; ptr: pointer; idx: index; img: image; mgr: manager; svc: service; attr: attribute;
    attrs: attributes; elem: element; prev: previous; tmpl: template; txn: transaction; func: func; num: num; ini: I N
    I; py: pie; js: J S; json: jason; stdin: standard in; stdout: standard out; ast: A S T; stderr: standard error;
    std: standard; args: args; kwargs: keyword args; argv: arg V; regex: regex; env: env; venv: V env; libc: lib C;
    glibc: G lib C; sha: shah; ssh: S S H; url: U R L; uri: U R I; api: A P I; id: I D; ids: I D's; urls: U R L's;
    uuid: U U I D; io: I O; os: O S; ui: U I; ux: U X; ip: I P; ai: A I; cpu: C P U; gpu: G P U; ascii: ascii; utf: U
    T F; cli: C L I; ci: C I; cd: C D; usb: U S B; iso: I S O; aws: A W S; gcp: G C P; dev: dev; repo:
    repo; enum: E num; nginx: engine X; kubectl: kube control; yml: yaml; gui: gooey; vpc: V P C; iam: I A M; ec: E C;
    ide: I D E; sdk: S D K; jwt: J W T; oauth: O auth; auth: auth; ms: M S; ns: N S; md: M D; sql: S Q L; mysql: my S
    Q L; postgresql: post gres Q L; numpy: num pie; scipy: sigh pie; pypi: pie P I; pytest: pie test; mypy: my pie;
    pyproject: pie project; pycache: pie cache; tsconfig: T S config; eslint: E S lint; webpack: web pack; uvicorn:
    uvicorn; asyncio: async I O; readme: read me; linux: linux; todo: to do; todos: to dos; ubuntu: ubuntu; gitignore:
    git ignore; bashrc: bash R C; zshrc: Z S H R C; vimrc: vim R C; npmrc: N P M R C; dockerignore: docker ignore;
    eof: E O F; editorconfig: editor config; ttl: T T L; dns: D N S; uid: U I D; gid: G I D; pid: P I D; iter: iter;
    init: init; localhost: localhost; github: git hub; gitlab: git lab; ac: A C; ad: A D; db: D B; pgsql: P G S Q L;
    utils: utils; util: util; lib: lib
    """
)
"""Parts of names, in lower case, that English says otherwise than it would read them."""

PROPER = entries(
    """
    macOS: mac O S; iOS: I O S; iPadOS: I pad O S; watchOS: watch O S; tvOS: T V O S; iPhone: iPhone; iPad: iPad;
    iMac: iMac; iCloud: iCloud; eBay: eBay; GitHub: git hub; GitLab: git lab; YouTube: YouTube; JavaScript:
    JavaScript; TypeScript: type script; CoffeeScript: coffee script; LaTeX: LaTeX; BibTeX: bib tech; TeX: tech;
    OAuth: O auth; PhD: P H D; PhDs: P H D's; MSc: M S C; BSc: B S C; LinkedIn: linked in; WhatsApp: whats app; WiFi:
    why fie; Wi-Fi: why fie; LoRa: lora; SaaS: SaaS; PaaS: pass; IaaS: I A A S; MySQL: my S Q L; PostgreSQL: post gres
    Q L; NoSQL: no S Q L; SQLite: S Q lite; GraphQL: graph Q L; OpenAI: open A I; ChatGPT: chat G P T; DeepMind: deep
    mind; NumPy: num pie; SciPy: sigh pie; PyPI: pie P I; PyTorch: pie torch; PyCharm: pie charm; FreeBSD: free B S D;
    OpenBSD: open B S D; NixOS: nix O S; DevOps: dev ops; McDonald: McDonald; IPv4: I P V four; IPv6: I P V six;
    VSCode: V S code; eBPF: E B P F; mRNA: M R N A; tRNA: T R N A; pH: P H; kWh: kilowatt hours; Hz: hertz; kHz:
    kilohertz; MHz: megahertz; GHz: gigahertz; dB: decibels; WebSocket: web socket; systemd: system D; Kubernetes:
    Kubernetes; gRPC: G R P C; jQuery: J query; npm: N P M; CMake: C make; GCC: G C C; CUDA: cuda; OpenCV: open C V;
    COVID: covid; C#: C sharp; F#: F sharp; J#: J sharp; C++: C plus plus; Notepad++: notepad plus plus; g++: G plus
    plus; G++: G plus plus; A*: A star; Q#: Q sharp; .NET: dot net; ASP.NET: A S P dot net; Node.js: node J S;
    Next.js: next J S; Vue.js: view J S; Three.js: three J S; D3.js: D three J S; Express.js: express J S; libstdc++:
    lib standard C plus plus
    """
)
"""Names as they are written, whose capitals and symbols do not part them like an identifier's."""

PREFIXES = ("Mc", "Mac", "De", "Di", "Du", "Da", "Le", "La", "Van", "O'", "Fitz", "St")
"""How family names begin that have a second capital: they are read as one word."""

CURRENCIES = frozenset(
    words(
        """
    USD EUR GBP JPY CHF CNY RMB INR BRL CAD AUD NZD SEK NOK DKK PLN CZK HUF MXN ARS CLP KRW HKD SGD ZAR TRY RUB UAH
    ILS THB Rs
    """
    )
)
"""What stands before an amount of money: "USD5" is no identifier."""

DIRECTIVES = frozenset(
    words(
        """
    define undef include ifdef ifndef if elif else endif pragma error warning line region endregion import
    """
    )
)
"""Words that a preprocessor knows after "#"."""

VERSIONED = frozenset(
    words(
        """
    version versions versión versione versioni versão versões v ver release releases
    python node nodejs java golang rust ruby
    php perl django flask fastapi rails react angular vue svelte npm pnpm yarn pip conda ubuntu debian fedora rhel
    centos kernel linux macos ios ipados android windows postgres postgresql mysql mariadb sqlite redis mongodb
    elasticsearch kafka kubernetes docker podman helm terraform ansible cuda cudnn pytorch tensorflow keras numpy
    scipy pandas openvino chrome chromium firefox safari edge gcc clang llvm cmake bash zsh git openssl openssh http
    tls ssl usb bluetooth cpython pypy typescript javascript ecmascript kotlin scala swift julia lua qt gtk gnome kde
    kokoro gpt claude gemini llama blender unity unreal vim neovim emacs nginx apache tomcat spring gradle maven bazel
    jdk jre libreoffice spacy curl wget k8s k3s node.js etcd helm संस्करण वर्ज़न वर्जन
    """
    )
)
"""Words in lower case after which "3.10" is a version: each of its parts is a number by itself."""

UNSPACED_VERSIONS = ("バージョン", "版本")
"""The same, at the end of what stands before it without a space."""

TOP_LEVEL_DOMAINS = frozenset(
    words(
        """
    com org net io dev app edu gov mil int info biz co uk de fr es it jp cn tw kr in br pt nl be ch at se no dk fi pl
    cz ru ua eu us ca au nz mx ar cl ie gr tr il za hk sg me tv ly gg gl sh rs fm ai xyz tech cloud online site blog
    page wiki news zone store shop local internal lan test example localhost invalid onion
    """
    )
)
WORDS_LIKE_DOMAINS = frozenset(words("in it is me at no be so to us am my de es la co do go id as by"))
"""Top-level domains that are words as well: "it works.it is" is two sentences."""
