"""Turns docs/openapi.yaml into a C++ source that holds it as JSON: embed_openapi.py YAML CPP"""

import json
import sys

import yaml

PIECE = 8000  # compilers limit the length of one literal

with open(sys.argv[1], encoding="utf-8") as source:
    text = json.dumps(yaml.safe_load(source), ensure_ascii=False, separators=(",", ":"))

pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
assert ')json"' not in text

with open(sys.argv[2], "w", encoding="utf-8") as target:
    target.write('#include "http/openapi_document.hpp"\n\n')
    target.write("std::string cloudpods::http::openapi_document() {\n  std::string text;\n")
    for piece in pieces:
        target.write(f'  text += R"json({piece})json";\n')
    target.write("  return text;\n}\n")
