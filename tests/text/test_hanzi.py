"""Simplified and Traditional: 着 and 著 told apart, and each of OpenCC's converters made once."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import opencc
import pytest

from podcast.model import Line, Opening, Recipe, Transcript
from podcast.text import draft, hanzi
from podcast.text.clean.simplify import simplify
from podcast.text.divide import divide
from podcast.text.hanzi import particles, simplified
from podcast.text.punctuate import Scorer, punctuate
from podcast.text.punctuate.by_name import scorer
from podcast.text.words import rarity

PARTICLES = """
意味著 看著 接著 随著 沿著 著急 著陆 著手 著重 附著 执著 沉著 穿著 朝著 睡不著
对著干 不著边际 莫名著急 接著有一位朋友问程序性 我们人活著有自我 带著有色眼镜
伴随著有经验的人 抢著有约束力的会议 拿著名单 顶著名校光环 看著作业 从旁跟著作业的时候
忙著作新网站的部分 包裹著作为第一个子组 我跟著作一些说明 照著书去追寻 背著书包 人跟著书
对著录影放 在讨论著时就抓到 谈论著 配合著硬件的想法 从山屋整合著手 有所著墨 所著重的
为社会所著想 翻译著 凸显著 还原著当年的样子 跟著称他为老师
"""
NOUNS = """
著名的哲学家 很著名 世界名著 显著差异 显著地改动 效果非常显著 卓著的成绩 原著小说
他的专著 编著了一本教材 见微知著 观微知著 臭名昭著 著作权 邻近于著作人格权
抛弃掉著作权 按照著作权法 反正跟著作权没有关系 他的著作 延伸著作物 莎士比亚等著作
得意著作 编辑著作 合著者 我合著的书 您合著了一本书 以开放著称 尖酸刻薄著称 著述
学者著书以及一般的见解 著书立说 著者 著有《三体》 还著有多部小说 著有绩效 鸿篇巨著
土著 拙著 遗著 译著 论著 撰著
"""


@pytest.mark.parametrize("text", PARTICLES.split())
def test_taiwans_particle_is_the_mainlands(text: str) -> None:
    assert particles(text) == text.replace("著", "着")


@pytest.mark.parametrize("text", NOUNS.split())
def test_a_word_that_the_mainland_writes_alike_stays(text: str) -> None:
    assert particles(text) == text


def test_who_tells_the_two_apart_is_believed() -> None:
    both = "他活着的时候就写了，曹雪芹著"
    assert particles(both) == both
    assert particles(f"{both}\n看著") == f"{both}\n看着"


@pytest.mark.slow
@pytest.mark.parametrize("text", (PARTICLES + NOUNS).split())
def test_a_text_from_taiwan_comes_out_as_a_mixed_one_does(text: str) -> None:
    """OpenCC, told that a line is Taiwan's, writes 土着 and 见微知着: its 著 is left alone."""
    taiwans = opencc.OpenCC("s2tw").convert(f"{text}這個")
    assert simplify(taiwans) == particles(text) + "这个"
    assert simplify(simplify(taiwans)) == simplify(taiwans)


def test_a_line_that_converts_is_simplified_with_its_particle() -> None:
    assert simplified("這意味著\n著名") == "这意味着\n著名"
    assert simplify("這意味著") == "这意味着"


def test_the_tagger_is_told_what_it_has_learnt_and_the_text_stays() -> None:
    """Learnt from Taiwan's talks, it knows 随著 and hears nothing in 随着."""
    texts = ["随{}模型变大", "意味{}成本会降低", "我们看{}这个市场", "沿{}这条路走下去就好了"]
    mainland, taiwan = (
        punctuate(Transcript(tuple(Line(t.format(z), n) for n, t in enumerate(texts, 1))))
        for z in "着著"
    )
    assert [s.text for s in mainland] == [s.text.replace("著", "着") for s in taiwan]
    assert "".join(s.text for s in mainland).count("着") == len(texts)


def test_the_particles_words_are_as_common_as_they_are() -> None:
    assert rarity("接着") < 6 and rarity("意味着") < rarity("意味著")


def test_dividing_by_hand_makes_each_converter_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Counter[str]()

    class Counted(opencc.OpenCC):
        def __init__(self, config: str) -> None:
            made[config] += 1
            super().__init__(config)

    monkeypatch.setattr(opencc, "OpenCC", Counted)
    hanzi._converter.cache_clear()
    lines = tuple(Line(f"第{n}個問題是機器人的市場。", n) for n in range(1, 31))
    marks = [Opening(f"章{n}", n) for n in (5, 10, 15)] + [Opening("二十", "第20個問題")]
    heard = Transcript(lines)
    assert len(divide(punctuate(heard), "集", openings=marks, heard=heard).chapters) == 5
    assert made and set(made.values()) == {1}
    hanzi._converter.cache_clear()


def test_no_converter_takes_memory_beside_the_tagger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = []

    def loaded(name: str) -> Scorer:
        left.append(hanzi._converter.cache_info().currsize)
        return scorer(name)

    monkeypatch.setattr(draft, "forget_converters", hanzi.forget_converters)  # as in a build
    monkeypatch.setattr(draft, "scorer", loaded)
    (tmp_path / "talk.txt").write_text("今天我们说机器人\n這個市場很大\n谢谢大家\n", "utf-8")
    draft.draft(tmp_path / "talk.txt", Recipe())
    assert left == [0]


@pytest.mark.slow
def test_a_start_imports_no_converter_and_a_build_no_dictionary() -> None:
    code = "import sys, podcast.cli, podcast.production.build, podcast.production.make;"
    code += "print('rjieba' in sys.modules);"
    code += "import podcast.text.draft, podcast.text.hanzi; print('opencc' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]


def test_opencc_is_named_in_one_module() -> None:
    """A second place would make its own converters again."""
    modules = Path(hanzi.__file__).parent.parent.rglob("*.py")
    texts = {path.name: path.read_text("utf-8") for path in modules}
    named = [name for name, text in texts.items() if re.search("(?:import|from) opencc", text)]
    assert named == ["hanzi.py"]
