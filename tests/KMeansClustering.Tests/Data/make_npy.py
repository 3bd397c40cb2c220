"""Writes the .npy files in npy/ beside this script. See README.md."""
import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
FOLDER = HERE / "npy"


def special(dtype):
    """Stored.Special of the tests: zeros of both signs, the smallest and largest numbers, and some without a short form."""
    info, one = np.finfo(dtype), dtype(1)
    tiny = info.smallest_subnormal
    values = [dtype(0), -dtype(0), tiny, -tiny, info.max, info.min, info.tiny, np.nextafter(info.tiny, dtype(0)),
              one / dtype(3), -dtype(2) / dtype(3), dtype(16777216), one / dtype(10)]
    return np.array(values, dtype=dtype).reshape(3, 4)


def save(name, array, version=None):
    with open(FOLDER / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    if array.dtype != object:
        read = np.load(FOLDER / f"{name}.npy")
        assert read.dtype == array.dtype and read.shape == array.shape and read.tobytes() == array.tobytes()


def main():
    FOLDER.mkdir(exist_ok=True)
    save("float32", special(np.float32), (1, 0))
    for version in (1, 2, 3):
        save("float64" if version == 1 else f"float64-{version}.0", special(np.float64), (version, 0))
    save("column", np.zeros((1200, 1), np.float32))
    iris = next(part for part in json.loads((HERE / "sklearn.json").read_text())["datasets"] if part["name"] == "iris")
    save("iris-centroids", np.array(iris["runs"][0]["centroids"]))

    rows = np.arange(6.0).reshape(2, 3)
    save("refused-fortran", np.asfortranarray(rows))
    save("refused-big-endian", rows.astype(">f8"))
    save("refused-float16", rows.astype(np.float16))
    save("refused-integers", rows.astype(np.int64))
    save("refused-vector", rows.ravel())
    save("refused-scalar", rows[0, 0].reshape(()))
    save("refused-cube", rows.reshape(1, 2, 3))
    save("refused-empty", rows[:0])
    save("refused-objects", rows.astype(object))
    save("refused-records", np.zeros(2, dtype=[("x", "<f8"), ("y", "<f8")]))
    save("refused-not-finite", np.where(rows == 4, np.nan, rows))
    print("numpy", np.__version__, ":", len(list(FOLDER.glob("*.npy"))), "files")


if __name__ == "__main__":
    main()
