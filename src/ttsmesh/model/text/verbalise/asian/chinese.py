"""Chinese (Mandarin). What is said is written in Chinese characters without spaces."""

import re
from collections.abc import Sequence
from types import MappingProxyType

from ttsmesh.model.text.kinds import (
    Angle,
    Clock,
    Date,
    Decade,
    Fraction,
    Measure,
    Number,
    Percent,
    Range,
    Scientific,
    Year,
)
from ttsmesh.model.text.rules import Context, Rule
from ttsmesh.model.text.verbalise import numbers
from ttsmesh.model.text.verbalise.asian.unspaced import Unspaced
from ttsmesh.model.text.verbalise.tables import Counted, counted, currencies, entries, words

_YEAR = re.compile(r"(1[1-9]\d\d|20\d\d)(?= ?年)")
_WAVE = re.compile(r"[〜～~](?=[ \u3000]?[^\W_])")

_COUNTED_TWO = re.compile(
    "2 ?(?=[个個只隻条條张張本件位名块塊杯瓶碗辆輛台座栋间間家种種套双雙"
    "对場场次遍倍顿份封首篇棵朵匹头把根片颗粒支枝天周岁歲人])"
)
_NO_COUNT_BEFORE = tuple("第.,:/-~～〜")


def _from_to(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """A wave dash between two things: from one to the other."""
    match = _WAVE.match(text, at)
    return (match.end(), "至") if match and at and text[at - 1].isalnum() else None


def _years(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """2024年, whose digits are read one by one."""
    match = _YEAR.match(text, at) if text[at] in "12" and not text[at - 1 : at].isdecimal() else None
    return match and (match.end(), context.verbaliser.say(Year(int(match[1]))))


def _twos(text: str, at: int, context: Context) -> tuple[int, str] | None:
    """2个, whose two is another word than that of 2月 and 第2."""
    before = text[at - 1 : at]
    if text[at] != "2" or before in _NO_COUNT_BEFORE or before.isdecimal() or not _COUNTED_TWO.match(text, at):
        return None
    return at + 1, "两"


class Chinese(Unspaced):
    """Mandarin as in China: 万亿 for a million millions, 两 for two of something."""

    language = "zh"
    parts_of, whole_and = "分之", "又"
    signs = MappingProxyType({"-": "负", "+": "正", "±": "正负"})
    about = "约"
    to = "到"
    by = "乘"
    ratio_word = "比"
    rules: Sequence[Rule] = (_from_to, _years, _twos)
    weekdays = words("星期一 星期二 星期三 星期四 星期五 星期六 星期日")
    compass = MappingProxyType({"N": "北纬", "S": "南纬", "E": "东经", "W": "西经"})

    def count(self, amount: Number | Fraction | Range, of: Counted) -> str:
        return f"{self.amount(amount, 'masculine')}{of.one}"

    def with_hundredths(self, said: str, hundredths: str, minor: Counted) -> str:
        if minor.one != "分":
            return super().with_hundredths(said, hundredths, minor)
        # Tenths of a yuan, and of a few other currencies, have a name of their own.
        tenths, rest = divmod(int(hundredths), 10)
        said += self.count(Number(str(tenths)), Counted("角", "角")) if tenths else "零" if said else ""
        return said + (self.count(Number(str(rest)), minor) if rest else "")

    def measure(self, kind: Measure) -> str:
        said = self.counted_measure(kind)
        if kind.per.endswith("²"):
            return f"{said}每{self.unit(kind.per).one}"
        return f"每{self.unit(kind.per).one}{said}" if kind.per else said

    def percent(self, kind: Percent) -> str:
        parts = "百分之" if kind.of == 100 else "千分之"
        if isinstance(kind.amount, Range):
            return f"{parts}{self.amount(kind.amount)}"
        sign, about = self.signs.get(kind.amount.sign, ""), self.about if kind.amount.about else ""
        return f"{about}{sign}{parts}{self.unsigned(kind.amount)}"

    def power(self, base: str, exponent: Number) -> str:
        if exponent.digits in ("2", "3") and exponent.sign != "-":
            return f"{base}的{'平' if exponent.digits == '2' else '立'}方"
        return f"{base}的{self.number(exponent)}次方"

    def scientific(self, kind: Scientific) -> str:
        return f"{self.number(kind.mantissa)}乘以{self.power('十', kind.exponent)}"

    def angle(self, kind: Angle) -> str:
        parts = ((kind.degrees, "度"), (kind.minutes, "分"), (kind.seconds, "秒"))
        said = "".join(f"{self.number(amount)}{name}" for amount, name in parts if amount is not None)
        return f"{self.compass[kind.compass]}{said}" if kind.compass else said

    def clock(self, kind: Clock) -> str:
        hour = (kind.hour % 12 or 12) if kind.half else kind.hour
        said = {"am": "上午", "pm": "下午", "": ""}[kind.half] + numbers.cardinal("zh", hour, "masculine") + "点"
        if kind.minute or kind.second is not None:
            said += f"{'零' if 0 < kind.minute < 10 else ''}{self.cardinal(str(kind.minute))}分"
        return said if kind.second is None else f"{said}{self.cardinal(str(kind.second))}秒"

    def date(self, kind: Date) -> str:
        said = "" if kind.year is None else f"{numbers.year('zh', kind.year)}年"
        parts = ((kind.month, "月"), (kind.day, "日"))
        said += "".join(f"{self.cardinal(str(value))}{name}" for value, name in parts if value is not None)
        return said if kind.weekday is None else said + self.weekdays[kind.weekday]

    def decade(self, kind: Decade) -> str:
        if kind.short and kind.year % 100:
            return f"{self.cardinal(str(kind.year % 100))}年代"
        return f"{numbers.year('zh', kind.year)}年代"

    prefixes = entries(
        """
        p: 皮; n: 纳; µ: 微; m: 毫; c: 厘; d: 分; h: 百; k: 千; M: 兆; G: 吉; T: 太; P: 拍; E: 艾; Ki: 千; Mi: 兆; Gi:
        吉; Ti: 太; Pi: 拍; Ei: 艾
        """
    )
    units = counted(
        """
        m: 米; km: 公里; g: 克; kg: 公斤; l: 升; s: 秒; Hz: 赫兹; W: 瓦; Wh: 瓦时; V: 伏; A: 安; Ah: 安时; Ω: 欧姆; F:
        法拉; J: 焦耳; cal: 卡; Pa: 帕; N: 牛顿; Nm: 牛米; eV: 电子伏特; bar: 巴; mol: 摩尔; t: 吨; B: 字节; b: 比特;
        P: 像素; min: 分钟; h: 小时; d: 天; wk: 周; mo: 个月; yr: 年; mi: 英里; ft: 英尺; in: 英寸; yd: 码; nmi: 海里;
        ly: 光年; lb: 磅; oz: 盎司; gal: 加仑; qt: 夸脱; fl oz: 液量盎司; tbsp: 汤匙; tsp: 茶匙; ha: 公顷; ac: 英亩;
        °C: 摄氏度; °F: 华氏度; °: 度; K: 开尔文; dB: 分贝; dBA: 分贝 A; dBm: 分贝毫瓦; px: 像素; em: 个 E M; rem:
        个 R E M; pt: 磅; dpi: 点每英寸; ppi: 像素每英寸; fps: 帧每秒; rpm: 转每分钟; bpm: 次每分钟; mph: 英里每小时;
        kn: 节; hp: 马力; psi: 磅每平方英寸; atm: 大气压; mmHg: 毫米汞柱; lm: 流明; lx: 勒克斯; cd: 坎德拉; VA: 伏安;
        IU: 国际单位; req: 次请求; op: 次操作; tok: 个词元; it: 次迭代; msg: 条消息; pkt: 个数据包; s²: 二次方秒; m²:
        平方米; m³: 立方米
        """
    )
    currencies = currencies(
        """
        CNY: 元 / 分; USD: 美元 / 美分; EUR: 欧元 / 欧分; GBP: 英镑 / 便士; JPY: 日元; INR: 卢比 / 派士; BRL: 雷亚尔 /
        分; CHF: 瑞士法郎 / 生丁; CAD: 加元 / 分; AUD: 澳元 / 分; NZD: 新西兰元 / 分; HKD: 港元 / 分; SGD: 新加坡元 /
        分; TWD: 新台币; MXN: 墨西哥比索; ARS: 阿根廷比索; KRW: 韩元; RUB: 卢布; TRY: 土耳其里拉; PLN: 兹罗提; SEK:
        瑞典克朗; NOK: 挪威克朗; DKK: 丹麦克朗; CZK: 捷克克朗; HUF: 福林; UAH: 格里夫纳; ILS: 谢克尔; ZAR: 兰特; THB:
        泰铢; VND: 越南盾; PHP: 菲律宾比索; BTC: 比特币
        """
    )
    symbols = entries(
        """
        + 加, = 等于, & 和, % 百分号, # 井号, @ 艾特, * 星号, / 斜杠, \\ 反斜杠, < 小于, > 大于, ≤ 小于等于, ≥
        大于等于, ≠ 不等于, ≈ 约等于, × 乘以, ÷ 除以, √ 根号, ∞ 无穷大, → 右箭头, ← 左箭头, ↑ 上箭头, ↓
        下箭头, ↔ 双向箭头, ⇒ 推出, ° 度, © 版权, ® 注册商标, ™ 商标, § 章节, ¶ 段落, € 欧元, $ 美元, £ 英镑, ¥
        元, ₹ 卢比, ¢ 美分, | 竖线, ~ 波浪号, ^ 脱字符, _ 下划线, ` 反引号, - 减, − 减, ± 正负, ‰ 千分号, µ 微, Ω
        欧姆, π 派, ∑ 求和, ∏ 连乘, ∫ 积分, ∂ 偏导, ∆ 德尔塔, ∈ 属于, ∉ 不属于, ∪ 并集, ∩ 交集, ⊂ 子集, ∅
        空集, ∀ 任意, ∃ 存在, ¬ 非, ∧ 与, ∨ 或, ½ 二分之一, ¼ 四分之一, ¾ 四分之三, • 点, ✓ 对勾, ✔ 对勾, ✗ 叉,
        ✘ 叉, ★ 星, ☆ 星, № 号, … 省略号, ％ 百分号, ＋ 加, ＝ 等于, ＆ 和, ＃ 井号, ＠ 艾特, ￥ 元, ＄ 美元, ℃
        摄氏度, ※ 注
        """,
        " ",
        ",",
    )
    terms = entries(
        """
        dot: 点; slash: 斜杠; backslash: 反斜杠; dash: 横杠; underscore: 下划线; colon: 冒号; at: 艾特; line: 行;
        lines: 行; column: 列; columns: 列; code: 代码; file: 文件; files: 文件; folder: 文件夹; a secret: 一个密钥;
        link: 链接; image: 图片; table: 表格; row: 行; rows: 行; hash: 哈希; version: 版本; option: 选项; equals: 等于;
        plus: 加; minus: 减; star: 星号; home: 主目录; address: 地址; port: 端口; percent: 百分号; hex: 十六进制; item:
        项; items: 项; done: 已完成; to do: 待办; heading: 标题; added: 新增; removed: 移除; changed: 修改; deleted:
        删除; renamed: 重命名; failed: 失败; passed: 通过; skipped: 跳过; error: 错误; errors: 错误; warning: 警告;
        warnings: 警告; in: 在; and: 和; or: 或; to: 到; through: 到; times: 次; from: 从; of: 的; by: 由; empty: 空;
        quote: 引用; character: 字符; characters: 字符; test: 测试; tests: 测试; more: 更多; diff: 差异; log: 日志;
        e-mail: 邮件; user: 用户; info: 信息; debug: 调试; critical: 严重; fatal: 致命; new: 新; old: 旧; with: 带;
        without: 无; comma: 逗号; space: 空格; tilde: 波浪号; caret: 脱字符; pipe: 竖线; ampersand: 和; question mark:
        问号; emoji: 表情; function: 函数; class: 类; word: 词; words: 词; number: 编号; page: 页; dollar: 美元;
        hashtag: 话题标签; dunder: 双下划线; arrow: 箭头; binary: 二进制; octal: 八进制; color: 颜色; data: 数据;
        certificate: 证书; point: 点; below: 低于; above: 高于; exactly: 正好; not: 非; about: 约; sharp: 升; section:
        章节; end of tag: 标签结束; at least: 至少; at most: 至多; compatible with: 兼容; less than: 小于; greater
        than: 大于; less than or equal to: 小于等于; greater than or equal to: 大于等于; not equal to: 不等于; plus
        equals: 加等于; minus equals: 减等于; times equals: 乘等于; divided by equals: 除等于; plus plus: 加加; minus
        minus: 减减; or equals: 或等于; to the power of: 次方; append to: 追加到; standard error: 标准错误; standard
        output: 标准输出; empty string: 空字符串; no newline at end of file: 文件末尾无换行; mode changed: 模式已更改;
        expected failures: 预期失败; unexpected passes: 意外通过; rename: 重命名; notice: 通知; trace: 跟踪
        """
    )
