"""Figures that the model looks at, from a command to a page: real loopback servers, real PDFs."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pymupdf
import pytest
from common import SAMPLE, settings
from llm_server import Scripted, failure
from scripted_model import model, passages, question, readings, reply, stage_of

from summarizer.cli import run
from summarizer.llm.images import IMAGE_TOKENS, LONGEST_SIDE
from summarizer.output import words

READING = "证据为整篇论文时，漏检的比例约为 60%，证据为一句时不到 10%[F2]。"
REFUSED = failure(400, "Invalid content type. image_url is only supported by certain models.")


def looks(body: dict) -> bool:
    return isinstance(body["messages"][1]["content"], list)


def shown(body: dict) -> dict[str, pymupdf.Pixmap]:
    """{how a picture is introduced: the picture} of a request."""
    parts = body["messages"][1]["content"][1:]
    urls = [part["image_url"]["url"] for part in parts[1::2]]
    assert all(re.match(r"data:image/(?:png|jpeg);base64,", url) for url in urls)
    pictures = [pymupdf.Pixmap(b64decode(url.partition(",")[2])) for url in urls]
    return dict(zip((part["text"] for part in parts[::2]), pictures, strict=True))


def sees(body: dict) -> dict:
    """What a model adds that has seen the second figure."""
    first = next(iter(passages(body)))
    return {"conclusions": [READING, f"解读应当引用句子，而不是整篇论文[{first}]。"]} if looks(body) else {}


def refusing(script):
    """The same model behind a server that takes no images."""

    def refuse(body: dict) -> Scripted:
        return REFUSED if looks(body) else script(body)

    return refuse


@pytest.fixture
def home(own_home: Path) -> Path:
    settings(own_home, "figures_to_model = 2")
    return own_home


def made() -> tuple[dict, str, dict]:
    folder = Path("runs/2401.00001v1/papers/2401.00001v1")
    digest, document = (json.loads((folder / f"{name}.json").read_text()) for name in ("digest", "document"))
    return digest, (folder / "digest.md").read_text(), document


def test_the_crops_go_along_and_a_reading_is_marked_as_one(home, serve):
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    [request] = server.requests
    pictures = shown(request.body)
    assert set(pictures) == {"[F1] Figure 1", "[F2] Figure 2"}
    assert all(max(picture.width, picture.height) <= LONGEST_SIDE for picture in pictures.values())
    assert "[F3]" in request.body["messages"][0]["content"] and "读图" in request.body["messages"][0]["content"]
    digest, page, document = made()
    assert set(digest["figures_seen"]) == {"Figure 1", "Figure 2"}
    [claim] = [claim for claim in digest["claims"] if claim["verdict"] == "figure"]
    assert re.search(
        r"不到 10%（读图）\N{WORD JOINER}\\\[\[p2\]\(https://arxiv.org/pdf/2401.00001v1#page=2\)\\\]。", page
    )
    assert "1 句的读数看自论文的图" in page
    [cited] = [p for p in document["passages"] if p["id"] in claim["passages"]]
    figure = next(figure for figure in document["figures"] if figure["label"] == "Figure 2")
    assert (cited["kind"], cited["item"], cited["bbox"]) == ("figure", "Figure 2", figure["bbox"])
    assert digest["numbers"] == 0  # what was read off a figure is not among the numbers that were found in the text


def test_running_again_asks_nobody_and_pays_nothing(home, serve):
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    for stored in Path("runs/store/digest").rglob("*.json"):
        stored.unlink()  # as if killed after the answer came
    assert run(["2401.00001"]) == 0
    assert len(server.requests) == 1


def test_the_second_reader_sees_the_figures_that_sentences_cite(own_home, serve):
    settings(own_home, 'figures_to_model = 2\nreader = "always"')
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    first, second = (request.body for request in server.requests)
    assert stage_of(second) == "reading" and set(shown(second)) == {"[F2] Figure 2"}
    pictures = shown(first)["[F2] Figure 2"], shown(second)["[F2] Figure 2"]
    assert pictures[0].samples == pictures[1].samples
    assert re.search(r"不到 10%。\[F2\]", question(second)) and "[F2] Figure 2" in question(second)
    assert "[F3]" in second["messages"][0]["content"]
    [claim] = [claim for claim in made()[0]["claims"] if claim["verdict"] == "figure"]
    assert claim["decision"] == "agreed" and claim["reader"]["verdict"] == "supported"


def test_a_reader_of_what_is_flagged_sees_the_figures_of_that_alone(own_home, serve):
    settings(own_home, 'figures_to_model = 2\nreader = "flagged"')

    def doubtful(body: dict) -> dict:
        first = next(iter(passages(body)))
        return {"conclusions": [READING, f"错误共 777,777 处[{first}]。"]}

    server = serve(model(doubtful))
    assert run(["2401.00001"]) == 0
    read = next(request.body for request in server.requests if stage_of(request.body) == "reading")
    assert not looks(read) and "777,777" in question(read) and "[F2]" not in question(read)


def test_a_reader_that_objects_to_a_reading_needs_no_words_of_the_paper(own_home, serve):
    settings(own_home, 'figures_to_model = 2\nreader = "always"')

    def script(body: dict) -> Scripted:
        if stage_of(body) != "reading":
            return model(sees)(body)
        number = int(re.search(r"^(\d+)\. .*\[F2\]$", question(body), re.MULTILINE)[1])
        items = [item for item in readings(body) if item["id"] != number]
        objection = {"id": number, "verdict": "contradicted", "problem": "number", "quote": ""}
        return reply({"items": [*items, objection | {"text": READING.replace("60%", "61%")}]})

    serve(script)
    assert run(["2401.00001"]) == 0
    [claim] = [claim for claim in made()[0]["claims"] if claim["verdict"] == "figure"]
    assert claim["decision"] == "corrected" and "61%" in claim["text"]


def test_a_reader_that_does_not_see_is_not_asked_about_pictures(own_home, serve):
    settings(own_home, 'figures_to_model = 2\nreader = "always"\nreader_model = "blind"')
    script = model(sees)
    server = serve(lambda body: REFUSED if body["model"] == "blind" and looks(body) else script(body))
    assert run(["2401.00001"]) == 0
    asked = [(request.body["model"], looks(request.body)) for request in server.requests]
    assert asked == [("gpt-5.4-mini", True), ("blind", True), ("blind", False)]
    assert "约为 60%" not in question(server.requests[2].body)
    digest, page, _ = made()
    [claim] = [claim for claim in digest["claims"] if claim["verdict"] == "figure"]
    assert claim["reader"] is None and "（读图）" in page


def test_a_server_that_refuses_images_is_asked_without_and_remembered(home, serve, capsys):
    server = serve(refusing(model(sees)))
    assert run(["2401.00001"]) == 0
    assert [looks(request.body) for request in server.requests] == [True, False]
    assert (
        "图[F" not in question(server.requests[1].body)
        and "读图" not in server.requests[1].body["messages"][0]["content"]
    )
    assert capsys.readouterr().err.count("figures not shown to the model: ") == 1
    digest, page, document = made()
    assert digest["figures_seen"] == [] and any("certain models" in warning for warning in digest["warnings"])
    assert "（读图）" not in page and not [p for p in document["passages"] if p["kind"] == "figure"]
    assert run(["2401.00002"]) == 0  # another process, the same server
    assert [looks(request.body) for request in server.requests] == [True, False, False]
    assert "figures not shown" not in capsys.readouterr().err


def test_doctor_says_that_figures_are_not_shown(home, serve, capsys):
    script = refusing(model(sees))
    serve(lambda body: reply({"ok": True}) if len(body["messages"]) == 1 else script(body))
    run(["doctor"])
    assert "figures" not in capsys.readouterr().out
    assert run(["2401.00001"]) == 0
    run(["doctor"])
    assert "FAIL  figures: gpt-5.4-mini has refused more than 0 images" in capsys.readouterr().out


def test_what_was_asked_without_figures_is_what_is_asked_for_without_the_setting(home, own_home, serve):
    server = serve(refusing(model(sees)))
    assert run(["2401.00001"]) == 0
    settings(own_home)
    assert run(["2401.00001"]) == 0
    assert len(server.requests) == 2  # the answer is there


def test_a_dry_run_and_a_ceiling_count_the_figures(own_home, serve, capsys):
    prices = '[prices."gpt-5.4-mini"]\ninput = 1.0\noutput = 1.0'
    server = serve(model(sees))
    plans = []
    for number in (0, 2):
        settings(own_home, f"figures_to_model = {number}\n{prices}")
        assert run(["--dry-run", "--json", "2401.00001"]) == 0
        plans.append(json.loads(capsys.readouterr().out)["papers"][0]["plan"])
    more = plans[1]["prompt_tokens"] - plans[0]["prompt_tokens"]
    assert 2 * IMAGE_TOKENS < more < 2 * IMAGE_TOKENS + 500  # and the lines of the prompt
    assert plans[1]["cost"] - plans[0]["cost"] == pytest.approx(more / 1e6)
    ceiling = (plans[0]["cost"] + plans[1]["cost"]) / 2
    assert run(["2401.00001", "--max-cost", f"{ceiling:.6f}"]) == 3 and not server.requests
    settings(own_home, prices)
    assert run(["2401.00001", "--max-cost", f"{ceiling:.6f}"]) == 0


def test_a_reading_that_is_not_rounded_is_sent_back(home, serve):
    def exact(body: dict) -> dict:
        return {"conclusions": ["证据为整篇论文时，漏检的比例为 61%[F2]。"]}

    def repair(body: dict) -> list:
        number = re.search(r"漏检的比例为 61%\[(\d+)\]", question(body))[1]
        assert "read off a figure" in question(body) and f"[{number}] Figure 2" in question(body)
        return [{"id": 1, "text": f"证据为整篇论文时，漏检的比例约为 60%[{number}]。"}]

    serve(model(exact, repair))
    assert run(["2401.00001"]) == 0
    digest, page, _ = made()
    assert [claim["text"] for claim in digest["claims"] if claim["verdict"] == "figure"] == [
        "证据为整篇论文时，漏检的比例约为 60%。"
    ]
    assert "61%" not in page


def test_a_long_paper_shows_its_figures_with_the_last_call_only(own_home, serve):
    settings(own_home, "figures_to_model = 1\ncontext_tokens = 9400\nmax_output_tokens = 500")
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    stages = [(stage_of(request.body), looks(request.body)) for request in server.requests]
    assert set(stages[:-1]) == {("notes", False)} and stages[-1] == ("digest", True)
    assert made()[0]["figures_seen"] == ["Figure 2"]


def test_fewer_figures_go_along_where_there_is_room_for_fewer(own_home, serve, capsys):
    settings(own_home, "figures_to_model = 0")
    serve(model(sees))
    assert run(["--dry-run", "--json", "2401.00001"]) == 0
    tokens = json.loads(capsys.readouterr().out)["papers"][0]["plan"]["prompt_tokens"]
    settings(own_home, f"figures_to_model = 2\ncontext_tokens = {tokens + 500 + 2000 + 2200}\nmax_output_tokens = 2000")
    assert run(["2401.00001"]) == 0
    assert made()[0]["figures_seen"] == ["Figure 2"]


def test_verify_says_that_a_reading_is_one(home, serve, capsys, tmp_path):
    serve(model(sees))
    assert run(["2401.00001"]) == 0
    page = Path("runs/2401.00001v1/papers/2401.00001v1/digest.md")
    capsys.readouterr()
    run(["verify", str(page)])
    told = capsys.readouterr().out
    assert "read off a figure\n     证据为整篇论文时" in told and "1 read off a figure" in told and "!!" not in told
    page.write_text(page.read_text().replace("（读图）", "").replace("约为 60%", "约为 66%"))  # no reading any more
    run(["verify", str(page)])
    assert "!! unsupported: 66%" in capsys.readouterr().out
    assert run(["2401.00001"]) == 0  # puts the page right again
    capsys.readouterr()
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "2401.00001v1.pdf").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "copied.md").write_text(page.read_text())
    run(["verify", str(tmp_path / "copied.md"), "--papers", str(tmp_path / "papers"), "--runs", str(tmp_path / "none")])
    assert "read off a figure\n     证据为整篇论文时" in capsys.readouterr().out
    (tmp_path / "copied.md").write_text(page.read_text().replace("约为 60%", "为 61%").replace("不到 10%", "8%"))
    run(["verify", str(tmp_path / "copied.md"), "--papers", str(tmp_path / "papers"), "--runs", str(tmp_path / "none")])
    assert "!! unsupported: 61%: read off a figure" in capsys.readouterr().out


def test_a_reader_of_verify_that_sees_no_figures_is_not_asked_about_them(home, serve, capsys):
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    run(["verify", "runs/2401.00001v1/papers/2401.00001v1/digest.md", "--reader"])
    told, read = capsys.readouterr().out, server.requests[-1].body
    assert stage_of(read) == "reading" and not looks(read) and "约为 60%" not in question(read)
    assert "read off a figure\n     证据为整篇论文时" in told and "not read" not in told


def test_the_site_shows_the_figure_itself_as_the_evidence(home, serve, tmp_path):
    serve(model(sees))
    assert run(["2401.00001"]) == 0
    assert run(["site", str(tmp_path / "out")]) == 0
    [html] = [p.read_text() for p in (tmp_path / "out").rglob("index.html") if "漏检的比例约为" in p.read_text()]
    assert re.search(r"（读图<span[^>]*>）<button[^>]*>p2</button>。", html)  # the mark stands behind the bracket
    assert "读图：数字看自论文的图" in html and "1 句的读数看自论文的图" in html


def test_the_words_of_a_page_are_the_setting_s_only(own_home, serve):
    settings(own_home)
    server = serve(model(sees))
    assert run(["2401.00001"]) == 0
    [request] = server.requests
    assert not looks(request.body) and "{images}" not in json.dumps(request.body)
    assert words.READ_OFF not in made()[1] and "figures_to_model" not in json.dumps(request.body)
