"""The raw files of the benchmarks: NAME.f32 (little-endian float32, row-major) and NAME.json beside it."""
import json
from pathlib import Path

import numpy as np

MAX_STARTS = 1024


def write(path, points, seed):
    """Writes the points, and a fixed choice of rows: a run with k clusters starts from the first k of them."""
    path = Path(path)
    n, d = points.shape
    rows = np.random.RandomState(seed).choice(n, min(n, MAX_STARTS), replace=False).tolist()
    write_rows(path, points, rows)


def write_rows(path, points, rows):
    path = Path(path)
    n, d = points.shape
    path.with_suffix(".json").write_text(json.dumps({"n": n, "d": d, "initialRows": rows}) + "\n")
    part = path.with_suffix(".part")
    np.ascontiguousarray(points, dtype="<f4").tofile(part)
    part.rename(path)  # a file that exists is whole


def read(path, k):
    """The points and the k starting centroids."""
    path = Path(path)
    facts = json.loads(path.with_suffix(".json").read_text())
    points = np.fromfile(path, dtype="<f4").reshape(facts["n"], facts["d"])
    return points, points[facts["initialRows"][:k]].copy()
