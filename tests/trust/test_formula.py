"""Formulas in prose: whose symbols they are, and backslashes that JSON took away."""

import json

import pytest

from summarizer.trust.formula import hide_formulas, mend_tex, same_formula, show_formulas, unknown_symbols


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
        (r"$\epsilon$", "the best epsilon", []),
        (r"$\epsilon$", "an epsilonian idea", ["ε"]),
        (r"$\Delta\Omega_t$", "∆Ω_t", []),
        (r"$z$", "the size of the model", ["z"]),
        ("价格为 $5 到 $7", "nothing", []),
        (r"$(r, \hat{Y})$", "(r, Ŷ) ← M", []),
        (r"$\tilde{x}$、$\bar{z}$ 与 $\ddot{q}$", "versions ˜x, z̄ and q̈", []),
        (r"乘以 $\sqrt{d_{\text{model}}}$", "by √dmodel", []),
        (r"乘以 $\sqrt{q_{\text{model}}}$", "by √dmodel", ["q"]),
        (r"$\hat{Z}$", "the answer Ŷ", ["Z"]),
        (r"$p \propto \exp(join_{BERT}(x))$", "p ∝ exp(joinBERT(x))", []),
        (r"$p \propto \exp(glue_{BERT}(x))$", "p ∝ exp(joinBERT(x))", ["g", "l", "u", "e"]),
    ],
)
def test_symbols_must_be_those_of_the_evidence(text: str, evidence: str, missing: list[str]) -> None:
    assert unknown_symbols(text, evidence) == missing


@pytest.mark.parametrize(
    ("tex", "printed"),
    [
        (r"L(\theta)=\sum_{k=1}^{N}\log p_\theta(x_k)/\sqrt{d_k}", "L(θ) = sum_{k=1}^N log p_θ(x_k)/sqrt(d_k)"),
        (r"\mathbb{E}_{x\sim p}\left[\log \frac{p(x)}{q(x)}\right]", "E_{x∼p} [log (p(x))/(q(x))]"),
        (r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V \tag{1}", "softmax((QK^⊤)/sqrt(d_k))V"),
        (r"\begin{aligned} a &= b - c \\ d &\leq e \end{aligned}", "a = b − c d ≤ e"),
        (r"\|x\|_2 \neq 0", "‖x‖_2 ≠ 0".replace("‖x‖", "|x|")),
        (r"x^{2}_{i}+\sum^N_{k=1} y", "x_i^2 + sum_{k=1}^N y"),
        (r"a \times b \approx c \pm d", "a × b ≈ c ± d"),
        (r"a \not= b, c \notin d", "a ≠ b, c ∉ d"),
    ],
)
def test_latex_of_the_same_formula_is_known(tex: str, printed: str) -> None:
    assert same_formula(tex, printed)


@pytest.mark.parametrize(
    ("tex", "printed"),
    [
        (r"L=\sum_i x_i", "L = sum_i y_i"),
        (r"a+b", "a − b"),
        (r"a \leq b", "a < b"),
        (r"x_1+x_2", "x_1 + x_3"),
        (r"p(x|y)q(z)", "q(z)p(x|y)"),
        ("", "a = b"),
        ("", ""),
        (r"L(x)=\sum_{i=1}^{N}\frac{b}{a}+c_i", "L(x) = sum_{i=1}^N (a)/(b) + c_i"),
        (r"\mathrm{KL}(q\|p)=\sum_x q(x)\log q(x)-p(x)", "KL(p‖q) = sum_x q(x) log q(x) − p(x)"),
        (r"x^i", "x_i"),
        (r"x i", "x_i"),
        (r"a \pm b", "a ∓ b"),
        (r"a \times b", "a ÷ b"),
        (r"a \subset b", "a ⊃ b"),
        (r"a \neq b", "a = b"),
        (r"a \not= b", "a = b"),
        (r"a \phantom{-} b", "a − b"),  # there, but not to be seen
        (r"a \color{white} - b", "a color white − b"),
        (r"a \rlap{-} b", "a − b"),
        ("a % -b", "a − b"),
    ],
)
def test_latex_of_another_formula_is_not_taken_for_it(tex: str, printed: str) -> None:
    assert not same_formula(tex, printed)


def test_brackets_and_stops_in_a_formula_cite_nothing_and_end_nothing() -> None:
    text = "概率 $p\\in[0, 1]$ 与 $n!$ 见[17]。"
    hidden = hide_formulas(text)
    assert "[0" not in hidden and "!" not in hidden and "[17]。" in hidden and show_formulas(hidden) == text
