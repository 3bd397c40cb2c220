"""Writes the CSV files and sklearn.json beside this script. See README.md."""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # sums in one order: the figures do not depend on the machine's cores

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from sklearn import datasets
from sklearn.cluster import KMeans

HERE = Path(__file__).parent
STARTS = 5
SEEDS = 50
DATASETS = {
    "iris": (datasets.load_iris, 3),
    "wine": (datasets.load_wine, 3),
    "digits": (datasets.load_digits, 10),
    "breast_cancer": (datasets.load_breast_cancer, 2),
}


def write_csv(path, names, points, target):
    """Every value in the shortest form that reads back as the same double."""
    text = lambda value: repr(float(value)).removesuffix(".0")
    lines = [",".join([*names, "target"])]
    lines += [",".join([*map(text, row), str(label)]) for row, label in zip(points, target)]
    path.write_text("\n".join(lines) + "\n")
    read = np.loadtxt(path, delimiter=",", skiprows=1)
    assert np.array_equal(read[:, :-1], points) and np.array_equal(read[:, -1], target)


def lloyd(points, k, start):
    """scikit-learn's Lloyd from k fixed rows of the data."""
    rows = np.random.RandomState(start).choice(len(points), k, replace=False)
    assert len(np.unique(points[rows], axis=0)) == k
    fit = KMeans(k, init=points[rows], n_init=1, algorithm="lloyd", tol=1e-4, max_iter=300).fit(points)
    return {
        "initialRows": rows.tolist(),
        "iterations": int(fit.n_iter_),
        "inertia": float(fit.inertia_),
        "labels": fit.labels_.tolist(),
        "centroids": fit.cluster_centers_.tolist(),
    }


def greedy(points, k):
    """The final inertia from greedy k-means++, a seed each."""
    return [
        float(KMeans(k, init="k-means++", n_init=1, random_state=seed, algorithm="lloyd").fit(points).inertia_)
        for seed in range(SEEDS)
    ]


def main():
    parts = []
    for name, (load, k) in DATASETS.items():
        data = load()
        points = np.ascontiguousarray(data.data, dtype=np.float64)
        names = [str(feature).removesuffix(" (cm)").replace(" ", "_") for feature in data.feature_names]
        write_csv(HERE / f"{name}.csv", names, points, data.target)

        inertias = greedy(points, k)
        facts = {"name": name, "n": points.shape[0], "d": points.shape[1], "k": k,
                 "greedyMeanInertia": float(np.mean(inertias)), "greedyInertias": inertias}
        runs = [lloyd(points, k, start) for start in range(STARTS)]
        parts.append(json.dumps(facts)[:-1] + ', "runs": [\n' + ",\n".join(map(json.dumps, runs)) + "\n]}")

        error = np.std(inertias, ddof=1) / np.sqrt(SEEDS) / np.mean(inertias)
        print(f"{name}: n={points.shape[0]} d={points.shape[1]} k={k} "
              f"greedyMeanInertia={np.mean(inertias)!r} (standard error {error:.2%}) "
              f"iterations={[run['iterations'] for run in runs]}")

    versions = {"sklearn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()}
    text = '{"versions": ' + json.dumps(versions) + ', "datasets": [\n' + ",\n".join(parts) + "\n]}\n"
    assert len(json.loads(text)["datasets"]) == len(DATASETS)
    (HERE / "sklearn.json").write_text(text)


if __name__ == "__main__":
    main()
