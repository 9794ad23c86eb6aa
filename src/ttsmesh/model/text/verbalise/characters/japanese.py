"""Characters and keys in Japanese. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

JAPANESE = Names(
    characters=named(
        r"""
        ! 感嘆符  " 引用符  # シャープ  $ ドル  % パーセント  & アンド  ' アポストロフィ  ( 左かっこ  ) 右かっこ
        * アスタリスク
        + プラス  , コンマ  - ハイフン  . ピリオド  / スラッシュ  : コロン  ; セミコロン  < 小なり  = イコール
        > 大なり  ? 疑問符
        @ アットマーク  [ 左大かっこ  \ バックスラッシュ  ] 右大かっこ  ^ キャレット  _ アンダースコア
        ` バッククォート
        { 左中かっこ  | 縦棒  } 右中かっこ  ~ チルダ
        ¡ 逆さ感嘆符  ¿ 逆さ疑問符  “ 左引用符  ” 右引用符  ‘ 左一重引用符  ’ 右一重引用符  „ 下引用符  ‚ 下一重引用符
        « 左ギュメ  » 右ギュメ  ‹ 左一重ギュメ  › 右一重ギュメ  ‐ ハイフン  – エヌダッシュ  — エムダッシュ
        … 三点リーダー
        · 中点  • ビュレット  † ダガー  ‡ ダブルダガー  § セクション  ¶ 段落  © コピーライト  ® 登録商標  ™ 商標  ° 度
        € ユーロ  £ ポンド  ¥ 円  ¢ セント  ₹ ルピー  ± プラスマイナス  × かける  ÷ 割る  − マイナス  ¬ 否定
        ¦ 破断縦棒
        ¨ ウムラウト  ´ アキュートアクセント  ¸ セディーユ  ¯ マクロン  ª 女性序数  º 男性序数  µ マイクロ  ¤ 通貨
        ← 左矢印  → 右矢印  ↑ 上矢印  ↓ 下矢印  ↔ 両矢印  。 句点  、 読点  「 かぎかっこ  」 かぎかっこ閉じ
        『 二重かぎかっこ  』 二重かぎかっこ閉じ  《 二重山かっこ  》 二重山かっこ閉じ  〈 山かっこ  〉 山かっこ閉じ
        【 隅付きかっこ  】 隅付きかっこ閉じ  ・ 中黒  〜 波線  ー 長音  々 繰り返し
        ゝ 繰り返し  ゞ 濁点付き繰り返し  ヽ 繰り返し  ヾ 濁点付き繰り返し  ヷ ヴァ  ヸ ヴィ  ヹ ヴェ  ヺ ヴォ
        । ダンダ  ½ 二分の一  ¼ 四分の一
        ¾ 四分の三  ß エスツェット  æ A E  œ O E  ø O スラッシュ  đ D ストローク  ð エズ  þ ソーン  ł L ストローク
        ı 点なし I  ŋ エング
        """
    )
    | blanks("スペース", "タブ", "改行", "ノーブレークスペース"),
    accents=accents(
        """グレーブ, アキュート, サーカムフレックス, チルダ, ウムラウト, リング, セディーユ, オゴネク, キャロン,
        マクロン,
        ブレーブ, 上ドット, ダブルアキュート, 下ドット"""
    ),
    small="小さい",
    superscript="上付き",
    subscript="下付き",
    capital="大文字",
    capitals="全部大文字",
    keys=entries(
        """
        control: コントロール; shift: シフト; alt: オルト; alt graph: オルトグラフ; super: スーパー; meta: メタ;
        hyper: ハイパー; command: コマンド; option: オプション; function: ファンクション; enter: エンター;
        escape: エスケープ; tab: タブ; space: スペース; backspace: バックスペース; delete: デリート;
        insert: インサート;
        home: ホーム; end: エンド; page up: ページアップ; page down: ページダウン; up: 上矢印; down: 下矢印;
        left: 左矢印;
        right: 右矢印; print screen: プリントスクリーン; scroll lock: スクロールロック; pause: ポーズ;
        break: ブレーク;
        caps lock: キャプスロック; num lock: ナムロック; menu: メニュー; keypad: テンキー; compose: コンポーズ;
        help: ヘルプ; undo: 元に戻す; redo: やり直し; cut: 切り取り; copy: コピー; paste: 貼り付け; find: 検索;
        volume up: 音量を上げる; volume down: 音量を下げる; mute: 消音; play: 再生; stop: 停止; next: 次へ;
        previous: 前へ
        """
    ),
)
