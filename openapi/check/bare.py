# The document without its examples.
import json
import sys


def bare(value):
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if k not in ("example", "examples")}
    if isinstance(value, list):
        return [bare(v) for v in value]
    return value


json.dump(bare(json.load(sys.stdin)), sys.stdout)
