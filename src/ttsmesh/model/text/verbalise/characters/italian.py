"""Characters and keys in Italian. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

ITALIAN = Names(
    characters=named(
        r"""
        ! punto esclamativo  " virgolette  # cancelletto  $ dollaro  % per cento  & e commerciale  ' apostrofo
        ( parentesi aperta  ) parentesi chiusa  * asterisco  + più  , virgola  - trattino  . punto  / barra
        : due punti  ; punto e virgola  < minore  = uguale  > maggiore  ? punto interrogativo  @ chiocciola
        [ parentesi quadra aperta  \ barra rovesciata  ] parentesi quadra chiusa  ^ accento circonflesso
        _ trattino basso  ` accento grave  { parentesi graffa aperta  | barra verticale
        } parentesi graffa chiusa  ~ tilde
        ¡ punto esclamativo rovesciato  ¿ punto interrogativo rovesciato  “ virgolette aperte
        ” virgolette chiuse  ‘ apice aperto  ’ apice chiuso  „ virgolette basse  ‚ apice basso
        « caporali aperti  » caporali chiusi  ‹ caporale semplice aperto  › caporale semplice chiuso  ‐ trattino
        – trattino medio  — lineetta  … puntini di sospensione  · punto mediano  • punto elenco  † obelo
        ‡ doppio obelo  § paragrafo  ¶ segno di paragrafo  © copyright  ® marchio registrato  ™ marchio
        ° grado  € euro  £ sterlina  ¥ yen  ¢ centesimo  ₹ rupia  ± più o meno  × per  ÷ diviso  − meno  ¬ non
        ¦ barra spezzata  ¨ dieresi  ´ accento acuto  ¸ cediglia  ¯ macron  ª ordinale femminile
        º ordinale maschile  µ micro  ¤ valuta  ← freccia sinistra  → freccia destra  ↑ freccia su
        ↓ freccia giù  ↔ freccia doppia  。 punto ideografico  、 virgola ideografica
        「 virgolette giapponesi aperte  」 virgolette giapponesi chiuse  『 virgolette giapponesi doppie aperte
        』 virgolette giapponesi doppie chiuse  《 virgolette cinesi aperte  》 virgolette cinesi chiuse
        【 parentesi nera aperta  】 parentesi nera chiusa  ・ punto mediano  〜 onda  । danda  ½ un mezzo
        ¼ un quarto  ¾ tre quarti  ß eszett  æ A E  œ O E  ø O barrata  đ D barrata  ð eth  þ thorn  ł L barrata
        ı I senza punto  ŋ eng
        """
    )
    | blanks("spazio", "tabulazione", "nuova riga", "spazio unificatore"),
    accents=accents(
        """accento grave, accento acuto, accento circonflesso, tilde, dieresi, anello, cediglia, ogonek, caron, macron,
        breve, punto sopra, doppio accento acuto, punto sotto"""
    ),
    superscript="apice",
    subscript="pedice",
    capital="maiuscola",
    capitals="tutto maiuscolo",
    keys=entries(
        """
        control: control; shift: maiuscolo; alt: alt; alt graph: alt grafico; super: super; meta: meta;
        hyper: hyper; command: comando; option: opzione; function: funzione; enter: invio; escape: escape;
        tab: tabulazione; space: spazio; backspace: indietro; delete: canc; insert: inserisci; home: inizio;
        end: fine; page up: pagina su; page down: pagina giù; up: freccia su; down: freccia giù;
        left: freccia sinistra; right: freccia destra; print screen: stampa schermo;
        scroll lock: blocco scorrimento; pause: pausa; break: interruzione; caps lock: blocco maiuscole;
        num lock: blocco numerico; menu: menu; keypad: tastierino numerico; compose: componi; help: aiuto;
        undo: annulla; redo: ripristina; cut: taglia; copy: copia; paste: incolla; find: trova;
        volume up: alza volume; volume down: abbassa volume; mute: muto; play: riproduci; stop: ferma;
        next: successivo; previous: precedente
        """
    ),
)
