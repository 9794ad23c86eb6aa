"""Characters and keys in Spanish. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

SPANISH = Names(
    characters=named(
        r"""
        ! cierra exclamación  " comillas  # almohadilla  $ dólar  % por ciento  & ampersand  ' apóstrofo
        ( abre paréntesis  ) cierra paréntesis  * asterisco  + más  , coma  - guion  . punto  / barra  : dos puntos
        ; punto y coma  < menor que  = igual  > mayor que  ? cierra interrogación  @ arroba  [ abre corchete
        \ barra inversa  ] cierra corchete  ^ circunflejo  _ guion bajo  ` acento grave  { abre llave
        | barra vertical  } cierra llave  ~ virgulilla
        ¡ abre exclamación  ¿ abre interrogación  “ abre comillas  ” cierra comillas  ‘ abre comillas simples
        ’ cierra comillas simples  „ comillas bajas  ‚ comilla baja  « abre comillas latinas
        » cierra comillas latinas  ‹ abre comillas angulares  › cierra comillas angulares  ‐ guion  – semirraya
        — raya  … puntos suspensivos  · punto medio  • viñeta  † cruz  ‡ doble cruz  § sección  ¶ párrafo
        © copyright  ® marca registrada  ™ marca comercial  ° grado  € euro  £ libra  ¥ yen  ¢ centavo  ₹ rupia
        ± más menos  × por  ÷ dividido entre  − menos  ¬ no  ¦ barra partida  ¨ diéresis  ´ acento agudo  ¸ cedilla
        ¯ macrón  ª ordinal femenino  º ordinal masculino  µ micro  ¤ moneda  ← flecha izquierda  → flecha derecha
        ↑ flecha arriba  ↓ flecha abajo  ↔ flecha doble  。 punto ideográfico  、 coma ideográfica
        「 abre comillas angulares japonesas  」 cierra comillas angulares japonesas
        『 abre comillas dobles japonesas  』 cierra comillas dobles japonesas  《 abre comillas chinas
        》 cierra comillas chinas  【 abre corchete negro  】 cierra corchete negro  ・ punto medio  〜 onda  । danda
        ½ un medio  ¼ un cuarto  ¾ tres cuartos  ñ eñe  ç ce cedilla  ß eszett  æ A E  œ O E  ø O barrada
        đ D barrada  ð eth  þ thorn  ł L barrada  ı I sin punto  ŋ eng
        """
    )
    | blanks("espacio", "tabulador", "nueva línea", "espacio de no separación"),
    accents=accents(
        """con acento grave, con acento, con circunflejo, con tilde, con diéresis, con anillo, con cedilla, con ogonek,
        con carón, con macrón, con breve, con punto, con doble acento, con punto debajo"""
    ),
    superscript="superíndice",
    subscript="subíndice",
    capital="mayúscula",
    capitals="todo mayúsculas",
    keys=entries(
        """
        control: control; shift: mayúsculas; alt: alt; alt graph: alt gráfico; super: súper; meta: meta;
        hyper: híper; command: comando; option: opción; function: función; enter: intro; escape: escape;
        tab: tabulador; space: espacio; backspace: retroceso; delete: suprimir; insert: insertar; home: inicio;
        end: fin; page up: retroceder página; page down: avanzar página; up: flecha arriba; down: flecha abajo;
        left: flecha izquierda; right: flecha derecha; print screen: imprimir pantalla;
        scroll lock: bloqueo de desplazamiento; pause: pausa; break: interrumpir; caps lock: bloqueo de mayúsculas;
        num lock: bloqueo numérico; menu: menú; keypad: teclado numérico; compose: componer; help: ayuda;
        undo: deshacer; redo: rehacer; cut: cortar; copy: copiar; paste: pegar; find: buscar;
        volume up: subir volumen; volume down: bajar volumen; mute: silenciar; play: reproducir; stop: detener;
        next: siguiente; previous: anterior
        """
    ),
)
