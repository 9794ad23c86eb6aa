"""Characters and keys in French. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

FRENCH = Names(
    characters=named(
        r"""
        ! point d'exclamation  " guillemet  # dièse  $ dollar  % pour cent  & et commercial  ' apostrophe
        ( parenthèse ouvrante  ) parenthèse fermante  * astérisque  + plus  , virgule  - tiret  . point
        / barre oblique  : deux-points  ; point-virgule  < inférieur  = égale  > supérieur  ? point d'interrogation
        @ arobase  [ crochet ouvrant  \ barre oblique inverse  ] crochet fermant  ^ accent circonflexe
        _ tiret bas  ` accent grave  { accolade ouvrante  | barre verticale  } accolade fermante  ~ tilde
        ¡ point d'exclamation renversé  ¿ point d'interrogation renversé  “ guillemet anglais ouvrant
        ” guillemet anglais fermant  ‘ guillemet simple ouvrant  ’ guillemet simple fermant  „ guillemet bas
        ‚ guillemet simple bas  « guillemet ouvrant  » guillemet fermant  ‹ chevron ouvrant  › chevron fermant
        ‐ trait d'union  – tiret demi-cadratin  — tiret cadratin  … points de suspension  · point médian  • puce
        † obèle  ‡ double obèle  § paragraphe  ¶ pied de mouche  © copyright  ® marque déposée
        ™ marque commerciale  ° degré  € euro  £ livre  ¥ yen  ¢ cent  ₹ roupie  ± plus ou moins  × fois
        ÷ divisé par  − moins  ¬ non  ¦ barre brisée  ¨ tréma  ´ accent aigu  ¸ cédille  ¯ macron
        ª indicateur ordinal féminin  º indicateur ordinal masculin  µ micro  ¤ devise  ← flèche gauche
        → flèche droite  ↑ flèche vers le haut  ↓ flèche vers le bas  ↔ double flèche  。 point idéographique
        、 virgule idéographique  「 guillemet japonais ouvrant  」 guillemet japonais fermant
        『 double guillemet japonais ouvrant  』 double guillemet japonais fermant  《 double chevron ouvrant
        》 double chevron fermant  【 crochet noir ouvrant  】 crochet noir fermant  ・ point médian  〜 vague
        । danda  ½ un demi  ¼ un quart  ¾ trois quarts  ß eszett  æ E dans l'A  œ E dans l'O  ø O barré  đ D barré
        ð eth  þ thorn  ł L barré  ı I sans point  ŋ eng
        """
    )
    | blanks("espace", "tabulation", "nouvelle ligne", "espace insécable"),
    accents=accents(
        """accent grave, accent aigu, accent circonflexe, tilde, tréma, rond en chef, cédille, ogonek, caron, macron,
        brève, point suscrit, double accent aigu, point souscrit"""
    ),
    superscript="exposant",
    subscript="indice",
    capital="majuscule",
    capitals="tout en majuscules",
    keys=entries(
        """
        control: contrôle; shift: majuscule; alt: alt; alt graph: alt graphique; super: super; meta: méta;
        hyper: hyper; command: commande; option: option; function: fonction; enter: entrée; escape: échappement;
        tab: tabulation; space: espace; backspace: retour arrière; delete: suppression; insert: insertion;
        home: début; end: fin; page up: page précédente; page down: page suivante; up: flèche haut;
        down: flèche bas; left: flèche gauche; right: flèche droite; print screen: impression d'écran;
        scroll lock: arrêt défilement; pause: pause; break: interruption; caps lock: verrouillage majuscule;
        num lock: verrouillage numérique; menu: menu; keypad: pavé numérique; compose: composition; help: aide;
        undo: annuler; redo: rétablir; cut: couper; copy: copier; paste: coller; find: rechercher;
        volume up: augmenter le volume; volume down: baisser le volume; mute: muet; play: lecture; stop: arrêt;
        next: suivant; previous: précédent
        """
    ),
)
