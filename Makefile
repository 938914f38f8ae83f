# Everything runs in .venv, which the first target makes. Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow lint docs bench-parse bench-trust bench-scale bench-site clean

demo: .venv/ready  ## a digest of the sample paper and a site of it, without a key and without the network
	@$(BIN)/summarize --offline examples/sample.pdf
	@$(BIN)/summarize site

test: .venv/ready  ## what most changes need; four at once, since most tests wait for a server
	$(BIN)/python -m pytest -n 4 -m "not slow"

test-slow: .venv/ready  ## kills, clusters, clocks
	$(BIN)/python -m pytest -m slow

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv/ready  ## the table of settings in docs/config.md, from the code
	$(BIN)/python docs/reference.py

bench-parse: .venv/ready
	$(BIN)/python bench/parse.py

bench-trust: .venv/ready
	$(BIN)/python bench/trust.py

bench-scale: .venv/ready
	$(BIN)/python bench/scale.py

bench-site: .venv/ready
	$(BIN)/python bench/site.py

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv
