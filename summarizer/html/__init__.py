"""A paper as its HTML has it: from the bytes of a LaTeXML page to its words, formulas, tables and lines."""
