"""Formulas in prose: whose symbols they are, and backslashes that JSON took away."""

import json

import pytest

from summarizer.trust.formula import mend_tex, unknown_symbols


@pytest.mark.parametrize(
    "command", ["beta", "tau", "nu", "frac", "rho", "theta", "nabla", "bar", "times", "neq", "right"]
)
def test_what_json_took_for_an_escape_is_a_command_again(command: str) -> None:
    raw = '{"text": "系数 $\\' + command + '{x}$ 很小"}'
    assert mend_tex(json.loads(raw)["text"]) == f"系数 $\\{command}{{x}}$ 很小"


def test_outside_of_formulas_a_line_break_is_one() -> None:
    assert mend_tex("第一行\nnu 第二行，价格 $5\n") == "第一行\nnu 第二行，价格 $5\n"


@pytest.mark.parametrize(
    ("text", "evidence", "missing"),
    [
        (r"取 $\beta=0.1$", "we set β to 0.1", []),
        (r"取 $\beta=0.1$", r"we set $\beta = 0.1$", []),
        (r"取 $\gamma$", "we set β", ["γ"]),
        (r"$\mathrm{softmax}(QK^T/\sqrt{d_k})V$", "softmax(QK^T / √d_k)V", []),
        (r"$\pi_\theta$ 与 $\lambda$", "𝜋_𝜃 with λ", []),
        (r"$\varepsilon$", "ϵ", []),
        (r"$z$", "the size of the model", ["z"]),
        ("价格为 $5 到 $7", "nothing", []),
        (r"$(r, \hat{Y})$", "(r, Ŷ) ← M", []),
        (r"$\tilde{x}$、$\bar{z}$ 与 $\ddot{q}$", "versions ˜x, z̄ and q̈", []),
        (r"$\hat{Z}$", "the answer Ŷ", ["Z"]),
        (r"$p \propto \exp(join_{BERT}(x))$", "p ∝ exp(joinBERT(x))", []),
        (r"$p \propto \exp(glue_{BERT}(x))$", "p ∝ exp(joinBERT(x))", ["g", "l", "u", "e"]),
    ],
)
def test_symbols_must_be_those_of_the_evidence(text: str, evidence: str, missing: list[str]) -> None:
    assert unknown_symbols(text, evidence) == missing
