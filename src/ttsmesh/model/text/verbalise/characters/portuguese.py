"""Characters and keys in Brazilian Portuguese. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

PORTUGUESE = Names(
    characters=named(
        r"""
        ! ponto de exclamação  " aspas  # cerquilha  $ cifrão  % por cento  & e comercial  ' apóstrofo
        ( abre parênteses  ) fecha parênteses  * asterisco  + mais  , vírgula  - hífen  . ponto  / barra
        : dois-pontos  ; ponto e vírgula  < menor que  = igual  > maior que  ? ponto de interrogação  @ arroba
        [ abre colchetes  \ barra invertida  ] fecha colchetes  ^ acento circunflexo  _ sublinhado
        ` acento grave  { abre chaves  | barra vertical  } fecha chaves  ~ til
        ¡ exclamação invertida  ¿ interrogação invertida  “ abre aspas  ” fecha aspas  ‘ abre aspas simples
        ’ fecha aspas simples  „ aspas baixas  ‚ aspa simples baixa  « abre aspas angulares
        » fecha aspas angulares  ‹ abre aspas angulares simples  › fecha aspas angulares simples  ‐ hífen
        – meia-risca  — travessão  … reticências  · ponto médio  • marcador  † adaga  ‡ adaga dupla  § parágrafo
        ¶ marca de parágrafo  © copyright  ® marca registrada  ™ marca comercial  ° grau  € euro  £ libra  ¥ iene
        ¢ centavo  ₹ rupia  ± mais ou menos  × vezes  ÷ dividido por  − menos  ¬ não  ¦ barra interrompida
        ¨ trema  ´ acento agudo  ¸ cedilha  ¯ mácron  ª ordinal feminino  º ordinal masculino  µ micro  ¤ moeda
        ← seta para a esquerda  → seta para a direita  ↑ seta para cima  ↓ seta para baixo  ↔ seta dupla
        。 ponto ideográfico  、 vírgula ideográfica  「 abre aspas japonesas  」 fecha aspas japonesas
        『 abre aspas japonesas duplas  』 fecha aspas japonesas duplas  《 abre aspas chinesas
        》 fecha aspas chinesas  【 abre colchetes pretos  】 fecha colchetes pretos  ・ ponto médio  〜 onda
        । danda  ½ um meio  ¼ um quarto  ¾ três quartos  ç cê-cedilha  ß eszett  æ A E  œ O E  ø O cortado
        đ D cortado  ð eth  þ thorn  ł L cortado  ı I sem ponto  ŋ eng
        """
    )
    | blanks("espaço", "tabulação", "nova linha", "espaço não separável"),
    accents=accents(
        """com crase, agudo, circunflexo, til, com trema, com anel, com cedilha, com ogonek, com caron, com mácron,
        com breve, com ponto, com duplo agudo, com ponto embaixo"""
    ),
    superscript="sobrescrito",
    subscript="subscrito",
    capital="maiúscula",
    capitals="tudo em maiúsculas",
    keys=entries(
        """
        control: control; shift: shift; alt: alt; alt graph: alt gráfico; super: super; meta: meta;
        hyper: hyper; command: comando; option: opção; function: função; enter: enter; escape: escape; tab: tab;
        space: espaço; backspace: apagar; delete: deletar; insert: inserir; home: início; end: fim;
        page up: página acima; page down: página abaixo; up: seta para cima; down: seta para baixo;
        left: seta para a esquerda; right: seta para a direita; print screen: imprimir tela;
        scroll lock: trava de rolagem; pause: pausa; break: interromper; caps lock: trava de maiúsculas;
        num lock: trava numérica; menu: menu; keypad: teclado numérico; compose: compor; help: ajuda;
        undo: desfazer; redo: refazer; cut: recortar; copy: copiar; paste: colar; find: localizar;
        volume up: aumentar volume; volume down: diminuir volume; mute: mudo; play: reproduzir; stop: parar;
        next: próximo; previous: anterior
        """
    ),
)
