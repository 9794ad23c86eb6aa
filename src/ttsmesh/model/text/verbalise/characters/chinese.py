"""Characters and keys in Chinese. Pure."""

from ttsmesh.model.text.verbalise.characters.names import Names, accents, blanks, named
from ttsmesh.model.text.verbalise.tables import entries

CHINESE = Names(
    characters=named(
        r"""
        ! 感叹号  " 引号  # 井号  $ 美元  % 百分号  & 和号  ' 撇号  ( 左括号  ) 右括号  * 星号  + 加号  , 逗号  - 横杠
        . 点  / 斜杠
        : 冒号  ; 分号  < 小于号  = 等号  > 大于号  ? 问号  @ 艾特  [ 左方括号  \ 反斜杠  ] 右方括号  ^ 脱字符
        _ 下划线  ` 反引号
        { 左花括号  | 竖线  } 右花括号  ~ 波浪号
        ¡ 倒感叹号  ¿ 倒问号  “ 左引号  ” 右引号  ‘ 左单引号  ’ 右单引号  „ 低引号  ‚ 低单引号  « 左尖引号  » 右尖引号
        ‹ 左单尖引号  › 右单尖引号  ‐ 连字符  – 短破折号  — 破折号  … 省略号  · 间隔号  • 项目符号  † 剑号  ‡ 双剑号
        § 章节号
        ¶ 段落号  © 版权  ® 注册商标  ™ 商标  ° 度  € 欧元  £ 英镑  ¥ 元  ¢ 美分  ₹ 卢比  ± 正负号  × 乘号  ÷ 除号
        − 减号
        ¬ 非  ¦ 断竖线  ¨ 分音符  ´ 尖音符  ¸ 软音符  ¯ 长音符  ª 阴性序数  º 阳性序数  µ 微  ¤ 货币符号  ← 左箭头
        → 右箭头
        ↑ 上箭头  ↓ 下箭头  ↔ 双向箭头  。 句号  、 顿号  「 左直角引号  」 右直角引号  『 左双直角引号
        』 右双直角引号
        《 左书名号  》 右书名号  〈 左单书名号  〉 右单书名号  【 左黑括号  】 右黑括号  ・ 间隔号  〜 波浪号  । 句号
        ½ 二分之一
        ¼ 四分之一  ¾ 四分之三  ß 德语 S S  æ A E  œ O E  ø O 斜线  đ D 横线  ð 古英语 D  þ 古英语 T H  ł L 斜线
        ı 无点 I
        ŋ 后鼻音 N
        """
    )
    | blanks("空格", "制表符", "换行", "不换行空格"),
    accents=accents(
        "重音符, 尖音符, 折音符, 波浪符, 分音符, 圆圈, 软音符, 反尾, 抑扬符, 长音符, 短音符, 上点, 双尖音符, 下点"
    ),
    superscript="上标",
    subscript="下标",
    capital="大写",
    capitals="全部大写",
    keys=entries(
        """
        control: 控制键; shift: 上档键; alt: 换档键; alt graph: 右换档键; super: 徽标键; meta: 元键; hyper: 超级键;
        command: 命令键; option: 选项键; function: 功能键; enter: 回车; escape: 退出键; tab: 制表键; space: 空格;
        backspace: 退格; delete: 删除; insert: 插入; home: 行首; end: 行尾; page up: 上翻页; page down: 下翻页;
        up: 上光标; down: 下光标; left: 左光标; right: 右光标; print screen: 打印屏幕; scroll lock: 滚动锁定;
        pause: 暂停;
        break: 中断; caps lock: 大写锁定; num lock: 数字锁定; menu: 菜单键; keypad: 小键盘; compose: 组合键;
        help: 帮助;
        undo: 撤销; redo: 重做; cut: 剪切; copy: 复制; paste: 粘贴; find: 查找; volume up: 音量增大;
        volume down: 音量减小;
        mute: 静音; play: 播放; stop: 停止; next: 下一个; previous: 上一个
        """
    ),
)
