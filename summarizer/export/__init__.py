"""Digests for other places: a page to paste into WeChat's editor, one file of HTML, a document for word processors.

Pure functions of articles, as the site has them.
"""
