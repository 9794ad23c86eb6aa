"""Japanese. What is said is written as people write it, in kanji and kana without spaces."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import (
    Angle,
    Clock,
    Date,
    Decade,
    Duration,
    Fraction,
    Measure,
    Number,
    Percent,
    Range,
    Scientific,
)
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise.asian.unspaced import Unspaced
from ttsmesh.model.text.verbalise.tables import Counted, counted, currencies, entries, words

_MINUTES = entries("ゼロ: ゼロふん; 二: にふん; 五: ごふん; 八: はっぷん; 九: きゅうふん; 十: じゅっぷん")
"""Minutes in kana, where 分 would have the reading that it has for parts: 二分 is two parts, and 十分 is "enough"."""

_WAVE = re.compile(r"[〜～](?=[ \u3000]?[^\W_])")

_NUMBERED = re.compile(r"(?:No\.?|№) ?(?=\d)")


def _from_to(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A wave dash between two things: from one to the other."""
    match = _WAVE.match(text, at)
    return (match.end(), "から") if match and at and text[at - 1].isalnum() else None


def _numbered(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """No.5."""
    match = _NUMBERED.match(text, at)
    return match and (match.end(), "ナンバー")


class Japanese(Unspaced):
    """Japanese, by the readings that its G2P gives to kanji; kana stand where that would take another reading."""

    language = "ja"
    parts_of, whole_and = "分の", "と"
    signs = MappingProxyType({"-": "マイナス", "+": "プラス", "±": "プラスマイナス"})
    about = "約"
    to = "から"
    by = "かける"
    ratio_word = "たい"
    rules: Sequence[Rule] = (_from_to, _numbered)
    weekdays = words("月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日")
    compass = MappingProxyType({"N": "北緯", "S": "南緯", "E": "東経", "W": "西経"})

    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        said = self.amount(amount)
        return _minutes(said) if of.one == "分" else f"{said}{of.one}"

    def measure(self, kind: Measure) -> str:
        said = self.counted_measure(kind)
        if not kind.per:
            return said
        per = {"s": "毎秒", "min": "毎分", "h": "毎時", "d": "毎日"}.get(kind.per)
        return f"{per}{said}" if per else f"{said}毎{self.unit(kind.per).one}"

    def percent(self, kind: Percent) -> str:
        return f"{self.amount(kind.amount)}{'パーセント' if kind.of == 100 else 'パーミル'}"

    def power(self, base: str, exponent: Number) -> str:
        return f"{base}の{self.number(exponent)}乗"

    def scientific(self, kind: Scientific) -> str:
        return f"{self.number(kind.mantissa)}かける{self.power('十', kind.exponent)}"

    def angle(self, kind: Angle) -> str:
        said = f"{self.number(kind.degrees)}度"
        if kind.minutes is not None:
            said += _minutes(self.number(kind.minutes))
        if kind.seconds is not None:
            said += f"{self.number(kind.seconds)}秒"
        return f"{self.compass[kind.compass]}{said}" if kind.compass else said

    def duration(self, kind: Duration) -> str:
        hours = "" if kind.hours is None else f"{self.cardinal(str(kind.hours))}時間"
        minutes = "" if kind.minutes is None else _minutes(self.cardinal(str(kind.minutes)))
        return hours + minutes + ("" if kind.seconds is None else f"{self.number(kind.seconds)}秒")

    def clock(self, kind: Clock) -> str:
        hour = kind.hour % 12 if kind.half else kind.hour
        said = {"am": "午前", "pm": "午後", "": ""}[kind.half] + (self.cardinal(str(hour)) if hour else "零") + "時"
        if kind.minute or kind.second is not None:
            said += _minutes(self.cardinal(str(kind.minute)))
        return said if kind.second is None else f"{said}{self.cardinal(str(kind.second))}秒"

    def date(self, kind: Date) -> str:
        parts = ((kind.year, "年"), (kind.month, "月"), (kind.day, "日"))
        said = "".join(f"{self.cardinal(str(value))}{name}" for value, name in parts if value is not None)
        return said if kind.weekday is None else f"{said}{'、' if said else ''}{self.weekdays[kind.weekday]}"

    def decade(self, kind: Decade) -> str:
        return f"{self.cardinal(str(kind.year % 100 if kind.short and kind.year % 100 else kind.year))}年代"

    prefixes = entries(
        """
        p: ピコ; n: ナノ; µ: マイクロ; m: ミリ; c: センチ; d: デシ; h: ヘクト; k: キロ; M: メガ; G: ギガ; T: テラ; P:
        ペタ; E: エクサ; Ki: キビ; Mi: メビ; Gi: ギビ; Ti: テビ; Pi: ペビ; Ei: エクスビ
        """
    )
    units = counted(
        """
        m: メートル; g: グラム; l: リットル; s: 秒; ms: ミリ秒; µs: マイクロ秒; ns: ナノ秒; ps: ピコ秒; Hz: ヘルツ; W:
        ワット; Wh: ワット時; V: ボルト; A: アンペア; Ah: アンペア時; Ω: オーム; F: ファラド; J: ジュール; cal:
        カロリー; Pa: パスカル; N: ニュートン; Nm: ニュートンメートル; eV: 電子ボルト; bar: バール; mol: モル; t: トン;
        B: バイト; b: ビット; P: ピクセル; min: 分; h: 時間; d: 日; wk: 週間; mo: か月; yr: 年; mi: マイル; ft:
        フィート; in: インチ; yd: ヤード; nmi: 海里; ly: 光年; lb: ポンド; oz: オンス; gal: ガロン; qt: クォート; fl
        oz: 液量オンス; tbsp: 大さじ; tsp: 小さじ; ha: ヘクタール; ac: エーカー; °C: 度; °F: 度華氏; °: 度; K:
        ケルビン; dB: デシベル; dBA: デシベルエー; dBm: デシベルミリワット; px: ピクセル; em: エム; rem: レム; pt:
        ポイント; dpi: ドット毎インチ; ppi: ピクセル毎インチ; fps: フレーム毎秒; rpm: 回転毎分; bpm: 拍毎分; mph:
        マイル毎時; kn: ノット; hp: 馬力; psi: ポンド毎平方インチ; atm: 気圧; mmHg: ミリメートル水銀柱; ppm:
        ピーピーエム; ppb: ピーピービー; lm: ルーメン; lx: ルクス; cd: カンデラ; VA: ボルトアンペア; IU: 国際単位; req:
        リクエスト; op: 操作; tok: トークン; it: 反復; msg: メッセージ; pkt: パケット; s²: 秒毎秒; m²: 平方メートル;
        m³: 立方メートル
        """
    )
    currencies = currencies(
        """
        JPY: 円; USD: ドル / セント; EUR: ユーロ / セント; GBP: ポンド / ペンス; CNY: 人民元; INR: ルピー / パイサ;
        BRL: レアル / センターボ; CHF: スイスフラン / サンチーム; CAD: カナダドル / セント; AUD: オーストラリアドル /
        セント; NZD: ニュージーランドドル / セント; HKD: 香港ドル / セント; SGD: シンガポールドル / セント; MXN:
        メキシコペソ; ARS: アルゼンチンペソ; KRW: ウォン; RUB: ルーブル; TRY: トルコリラ; PLN: ズロチ; SEK:
        スウェーデンクローナ; NOK: ノルウェークローネ; DKK: デンマーククローネ; CZK: チェココルナ; HUF: フォリント;
        UAH: フリヴニャ; ILS: シェケル; ZAR: ランド; THB: バーツ; VND: ドン; PHP: フィリピンペソ; BTC: ビットコイン;
        TWD: 台湾ドル
        """
    )
    symbols = entries(
        """
        + プラス, = イコール, & アンド, % パーセント, # シャープ, @ アットマーク, * アスタリスク, / スラッシュ, \\
        バックスラッシュ, < 小なり, > 大なり, ≤ 以下, ≥ 以上, ≠ ノットイコール, ≈ ほぼ等しい, × かける, ÷ 割る,
        √ ルート, ∞ 無限大, → 右矢印, ← 左矢印, ↑ 上矢印, ↓ 下矢印, ↔ 両矢印, ⇒ ならば, ° 度, © コピーライト,
        ® 登録商標, ™ 商標, § セクション, ¶ 段落, € ユーロ, $ ドル, £ ポンド, ¥ 円, ₹ ルピー, ¢ セント, | 縦棒, ~
        チルダ, ^ キャレット, _ アンダースコア, ` バッククォート, - マイナス, − マイナス, ± プラスマイナス, ‰
        パーミル, µ マイクロ, Ω オーム, π パイ, ∑ シグマ, ∏ 総乗, ∫ 積分, ∂ 偏微分, ∆ デルタ, ∈ 属する, ∉
        属さない, ∪ 和集合, ∩ 共通部分, ⊂ 部分集合, ∅ 空集合, ∀ すべての, ∃ 存在する, ¬ 否定, ∧ かつ, ∨ または,
        ½ 二分の一, ¼ 四分の一, ¾ 四分の三, • 点, ✓ チェック, ✔ チェック, ✗ バツ, ✘ バツ, ★ 星, ☆ 星, №
        ナンバー, … てんてん, ％ パーセント, ＋ プラス, ＝ イコール, ＆ アンド, ＃ シャープ, ＠ アットマーク, ￥ 円,
        ＄ ドル, 〒 郵便番号, ※ 米印, ○ 丸, × かける, ℃ 度
        """,
        " ",
        ",",
    )
    terms = entries(
        """
        dot: ドット; slash: スラッシュ; backslash: バックスラッシュ; dash: ハイフン; underscore: アンダースコア; colon:
        コロン; at: アットマーク; line: 行; lines: 行; column: 列; columns: 列; code: コード; file: ファイル; files:
        ファイル; folder: フォルダー; a secret: 秘密の値; link: リンク; image: 画像; table: 表; row: 行; rows: 行;
        hash: ハッシュ; version: バージョン; option: オプション; equals: イコール; plus: プラス; minus: マイナス; star:
        アスタリスク; home: ホーム; address: アドレス; port: ポート; percent: パーセント; hex: 十六進数; item: 項目;
        items: 項目; done: 完了; to do: 未完了; heading: 見出し; added: 追加; removed: 削除; changed: 変更; deleted:
        削除; renamed: 名前変更; failed: 失敗; passed: 成功; skipped: スキップ; error: エラー; errors: エラー; warning:
        警告; warnings: 警告; in: の中; and: と; or: または; to: から; through: から; times: 回; from: から; of: の;
        by: による; empty: 空; quote: 引用; character: 文字; characters: 文字; test: テスト; tests: テスト; more:
        その他; diff: 差分; log: ログ; e-mail: メール; user: ユーザー; info: 情報; debug: デバッグ; critical: 重大;
        fatal: 致命的; new: 新規; old: 旧; with: 付き; without: なし; comma: コンマ; space: スペース; tilde: チルダ;
        caret: キャレット; pipe: 縦棒; ampersand: アンド; question mark: 疑問符; emoji: 絵文字; function: 関数; class:
        クラス; word: 単語; words: 単語; number: 番号; page: ページ; dollar: ドル; hashtag: ハッシュタグ; dunder:
        ダブルアンダースコア; arrow: 矢印; binary: 二進数; octal: 八進数; color: 色; data: データ; certificate: 証明書;
        point: 点; below: 未満; above: 超; exactly: ちょうど; not: ノット; about: 約; sharp: シャープ; section:
        セクション; end of tag: タグ終わり; at least: 以上; at most: 以下; compatible with: 互換; less than: 小なり;
        greater than: 大なり; less than or equal to: 以下; greater than or equal to: 以上; not equal to:
        ノットイコール; plus equals: プラスイコール; minus equals: マイナスイコール; times equals: かけるイコール;
        divided by equals: 割るイコール; plus plus: プラスプラス; minus minus: マイナスマイナス; or equals:
        またはイコール; to the power of: べき乗; append to: 追記先; standard error: 標準エラー; standard output:
        標準出力; empty string: 空文字列; no newline at end of file: 末尾に改行なし; mode changed: モード変更; expected
        failures: 想定内の失敗; unexpected passes: 想定外の成功; rename: 名前変更; notice: 通知; trace: トレース
        """
    )


def _minutes(said: str) -> str:
    if said in _MINUTES:
        return _MINUTES[said]
    return said[:-1] + _MINUTES[said[-1]] if said[-1] in "二五八九" else f"{said}分"
