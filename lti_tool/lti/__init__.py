"""LTI 1.3, the protocol and nothing but: no web request, no table. The only importer of PyLTI1p3."""
