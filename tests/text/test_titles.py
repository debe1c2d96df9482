"""Titles name who or what a chapter is about, and are phrases on their own."""

from __future__ import annotations

from collections import Counter

import pytest
from patience import calls_of

from podcast.text.divide.candidates import NAMES, candidates
from podcast.text.divide.ranking import ranked, weights
from podcast.text.divide.titles import leading_name, titles
from podcast.text.divide.topics import Topic

PLAIN = "那天我走了很久的路，看了很多，回来以后想了想，还是觉得值得。" * 4


def of(text: str) -> str:
    """The title of a chapter in a talk that has another chapter."""
    return titles([text, PLAIN])[0]


def offered(text: str) -> list[str]:
    """All titles that a text offers, the best first."""
    topic = Topic(text)
    return [one.text for one in ranked(candidates(topic, Counter(topic.counts)))]


def test_no_title_ends_in_the_way_that_something_goes() -> None:
    assert not any(
        "去往" in title for title in offered("我们延续，算力指数去往前进。算力指数很高。")
    )


def test_every_sign_has_a_weight() -> None:
    assert set(weights()) == set(NAMES)


def test_a_person_who_is_introduced_stands_in_the_title() -> None:
    text = (
        "接下来是 Jeff Dean 的采访。Jeff Dean 讲了有机模型，一个模型像人脑一样扩展。"
        "这种有机模型不在一个机房里面。成本还是很高。速度也有限制。"
    )
    assert "Jeff Dean" in of(text)


def test_what_the_subject_is_only_compared_with_names_no_chapter() -> None:
    text = (
        "我们来看开放资料。开放资料就像自来水一样，打开就有。所以它好像自来水。"
        "政府的开放资料有三个要求，开放资料的格式要统一。"
    )
    assert "自来水" not in of(text) and "资料" in of(text)


def test_a_foreign_word_in_small_letters_begins_no_pair() -> None:
    text = "这个 computer 领域很大，computer 领域的人写代码。写代码的工具越来越多。代码的质量。"
    assert not any(title.startswith("computer：") for title in offered(text))


def test_the_second_half_of_a_pair_begins_with_no_figure() -> None:
    text = "Rocket Lab 有三家公司。我们看 Rocket Lab 的最新火箭。Rocket Lab 的火箭很小。" * 2
    assert "Rocket Lab 的三家公司" not in offered(text)


def test_a_relation_has_nothing_that_is_its_own() -> None:
    text = "我们看水库的指数，指数有两种方法。指数的算法在变，方法也在变。水库要看指数。"
    assert "指数的方法" not in offered(text)
    assert "水库的方法" in offered(
        "水库很大，水库有两种方法。水库的水在变，方法也在变，水库要看方法。"
    )


def test_work_on_pairs_of_phrases_grows_as_the_chapter() -> None:
    def work(times: int) -> int:
        topic = Topic("Jeff Dean 来了。" * times + PLAIN + "有机模型很大。" * times)
        return calls_of(lambda: candidates(topic, Counter(topic.counts)))

    work(10)  # fills the caches
    assert work(300) < 5 * work(100)


INTRODUCED = (
    "第二个是 Sam Altman 写的文章，讲成本的下降速度。成本的下降速度越来越快，大家都要看。"
    "成本的下降速度很重要。Sam Altman 说要加芯片。"
)


def led_by(text: str, elsewhere: str) -> str:
    """The name that a chapter is about, in a talk with another chapter; empty if there is none."""
    topics = [Topic(text), Topic(elsewhere)]
    found = candidates(topics[0], topics[0].counts + topics[1].counts)
    name = leading_name(topics[0], found)
    return name.text if name else ""


def test_a_chapter_is_about_the_name_that_opens_it_and_is_said_again() -> None:
    assert led_by(INTRODUCED, PLAIN) == "Sam Altman"
    assert "Sam Altman" in of(INTRODUCED)


@pytest.mark.parametrize(("times", "leads"), [(2, True), (3, False)])
def test_half_of_the_mentions_of_such_a_name_are_in_its_chapter(times: int, leads: bool) -> None:
    elsewhere = PLAIN + "Sam Altman 也来了。" * times
    assert (led_by(INTRODUCED, elsewhere) == "Sam Altman") == leads


def test_a_name_said_once_or_late_leads_no_chapter() -> None:
    once = INTRODUCED.replace("Sam Altman 说要", "他说要")
    assert led_by(once, PLAIN) == ""
    assert led_by(PLAIN * 2 + INTRODUCED, "") == ""


FILLER = "大家都来看一看，想一想，再说一说。" * 3


def test_a_title_speaks_of_what_recurs() -> None:
    once = "彗星的尾巴很亮，大家都喜欢。" + FILLER
    again = "太阳能的成本下降了。太阳能的成本还要下降。电池和太阳能的成本。电池也便宜。" + FILLER
    assert "太阳能" in of(once + again) and "彗星" not in of(once + again)


def test_a_name_said_once_leads_no_title() -> None:
    text = (
        "Anthropic 的太阳能很好。太阳能的成本下降了，太阳能的成本还要下降。太阳能的成本。" + FILLER
    )
    assert not any(title.startswith(("Anthropic：", "Anthropic 的成本")) for title in offered(text))


def test_two_things_that_recur_stand_side_by_side() -> None:
    text = "火箭很大。卫星很小。火箭带着卫星，卫星坐着火箭。" * 2 + FILLER
    assert "火箭与卫星" in offered(text)


@pytest.mark.parametrize(
    ("said", "is_offered"), [("OpenAI 的新路线图", True), ("OpenAI，有个路线图", False)]
)
def test_a_thing_is_of_somebody_only_if_one_clause_says_so(said: str, is_offered: bool) -> None:
    text = f"{said}。OpenAI 的人说得很多。" * 2 + FILLER
    assert ("OpenAI 的路线图" in offered(text)) == is_offered


def test_what_something_is_called_is_a_title() -> None:
    text = "这件事叫做温室效应，大家都能学会。" + "它让人先说看到的，再说感受。" + FILLER
    assert "温室效应" in of(text)


def test_an_opening_in_which_nothing_recurs_is_only_called_so() -> None:
    opening = "大家好，欢迎收听。彗星的尾巴很亮。" + FILLER
    assert titles([opening, PLAIN], heads={0: "开场"})[0] == "开场"


@pytest.mark.parametrize("phrase", ["谈谈自由", "像是速记", "最后电池", "包括电池"])
def test_words_that_only_lead_on_begin_no_title(phrase: str) -> None:
    assert phrase not in offered(f"{phrase}，{phrase}。{phrase}。" + FILLER)


def test_a_word_that_no_dictionary_has_is_not_cut() -> None:
    text = "我们看区块链。区块链的成本很高，区块链的人说区块链很难。" + FILLER
    assert "区块链" in offered(text) and "区块" not in offered(text)


@pytest.mark.parametrize("clause", ["专业的五楼出现", "万片口罩", "两位举手"])
def test_a_title_is_no_clause_and_lacks_no_figure(clause: str) -> None:
    text = (
        "专业的五楼出现，专业的五楼很好。有450万片口罩，口罩很多。两位举手，请举手。" * 2 + FILLER
    )
    assert not any(title.startswith(clause) for title in offered(text))


def test_a_chapter_that_opens_with_a_recommendation_is_called_so() -> None:
    text = "我推荐一本书，作者有公司的股票，书叫《技术共和国》。" + "硅谷的公司，硅谷的股票。" * 4
    assert of(text) == "推荐《技术共和国》"


def test_what_something_is_called_at_the_start_leads_a_chapter() -> None:
    text = "他们新建的指数叫 Economic Index。它看就业市场的变化。就业市场变了，就业市场很大。"
    assert led_by(text, PLAIN) == "Economic Index"


def test_a_name_is_known_in_small_letters_if_the_talk_has_it_in_capitals() -> None:
    text = (
        "我们看 deep research。deep research 写报告，报告很长，用 deep research 写报告。" + FILLER
    )
    elsewhere = "Deep Research 来了。" + FILLER
    assert "Deep Research" in titles([text, elsewhere])[0]


def test_a_head_that_names_nobody_has_the_name_that_the_chapter_is_about() -> None:
    assert titles([INTRODUCED, PLAIN], heads={0: "国际与政治"})[0] == "国际与政治：Sam Altman"
    assert titles([INTRODUCED, PLAIN], heads={0: "OpenAI 的下一步"})[0] == "OpenAI 的下一步"


@pytest.mark.parametrize(
    "said", ["推荐系统很难，《自然》写过推荐系统。", "我不推荐《三体》，《三体》太长。"]
)
def test_not_all_that_speaks_of_recommending_recommends(said: str) -> None:
    assert not of(said * 2 + FILLER).startswith("推荐《")


def test_a_word_without_an_end_costs_no_more_than_others() -> None:
    said = "Deep Research 来了，deep research 写报告。报告很好。" + "a" * 300_000
    assert titles([said])
