"""Numbers of one sentence that refute what it says of them."""

import pytest

from summarizer.trust.refuted import refuted


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("完整方案的 F1 为 46.9，步数 1084；去掉标签后 F1 降到 43.4。", "完整方案的 F1 为 43.4，步数 1084；去掉标签后 F1 降到 46.9。"),
        ("默认提示下有 75.0% 偏向第一个，改名后降到 11.2%。", "默认提示下有 11.2% 偏向第一个，改名后降到 75.0%。"),
        ("A 的回报为 111.1，换成 Ring 后可用 128 条轨迹，回报升到 113.7。", "A 的回报为 113.7，换成 Ring 后可用 128 条轨迹，回报升到 111.1。"),
        ("刷新时 EM 为 38.2，慢 30 倍便只剩 28.7。", "刷新时 EM 为 28.7，慢 30 倍便只剩 38.2。"),
        ("B 的步数为 983，介于 A（964）和 C（1084）之间。", "B 的步数为 1084，介于 A（964）和 C（983）之间。"),
        ("推理题只有 20.1%，约为 GPT-4 的 49.3% 的四成。", "推理题只有 20.1%，约为 GPT-4 的 49.3% 的六成。"),
        ("上下文由 1.6 万词元增至 819.2 万，是原来的 512 倍。", "上下文由 1.6 万词元增至 819.2 万，是原来的 8 倍。"),
        ("多步一条要 27.18 秒，约为单步（3.08 秒）的 8.8 倍。", "多步一条要 3.08 秒，约为单步（27.18 秒）的 8.8 倍。"),
    ],
)  # fmt: skip
def test_what_the_numbers_of_a_sentence_refute_is_found(right: str, wrong: str) -> None:
    assert not refuted(right) and refuted(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "GPT-4 为 90.1，Llama 换成新提示后升到 72.3。",  # of another one
        "准确率为 70.9，召回 60.2；去掉标签后准确率降到 65.1。",  # of the first
        "A 为 60.1，换成 B 后从 52.0 升到 58.0。",
        "困惑度为 9.8，换成 B 后提高到 9.1。",  # lower is better
        "A 有 24 层，加上 B 后升到 3.5。",
        "单步要 3.08 秒，是多步（27.18 秒）的 11%。",
        "A 为 3.0，B 的 9.0 是它的 3 倍。",
    ],
)
def test_what_they_may_be_is_left(text: str) -> None:
    assert not refuted(text)
