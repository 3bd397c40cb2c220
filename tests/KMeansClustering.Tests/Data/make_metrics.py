"""Writes metrics.json beside this script: what scikit-learn's metrics say of its own data sets. See README.md."""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # sums in one order: the figures do not depend on the machine's cores

import json
import platform
from pathlib import Path

import numpy as np
import sklearn
from scipy.stats import norm
from sklearn import metrics

HERE = Path(__file__).parent
BETAS = [0.0, 0.5, 2.0]

# Both sides one cluster, one side, all singletons on one side, independent, nearly the same, worse than chance, names that are no 0 to k - 1.
EDGES = [
    ([5], [9]),
    ([0, 0, 0, 0], [3, 3, 3, 3]),
    ([0, 0, 0, 0], [0, 1, 2, 3]),
    ([0, 1, 2, 3], [7, 7, 7, 7]),
    ([0, 0, 1, 1], [0, 1, 2, 3]),
    ([0, 0, 1, 1], [0, 1, 0, 1]),
    ([0, 0, 1, 1], [1, 1, 0, 0]),
    ([0, 1, 0], [42, -7, 42]),
    ([0, 0, 1, 2], [0, 0, 1, 1]),
    ([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]),
    ([-2147483648, 2147483647, 0, 0, 5, 5], [1, 1, 2, 2, 2, 2]),
    ([0, 1, 2, 3, 4, 5, 6, 6], [0, 1, 2, 3, 4, 5, 5, 6]),
]


def point_figures(points, labels, centroids=None):
    figures = {
        "silhouette": metrics.silhouette_score(points, labels),
        "daviesBouldin": metrics.davies_bouldin_score(points, labels),
        "calinskiHarabasz": metrics.calinski_harabasz_score(points, labels),
        "bic": bic(points, labels),
    }
    if centroids is not None:
        figures["simplifiedSilhouette"] = simplified_silhouette(points, labels, centroids)
    return figures


def with_samples(figures, points, labels):
    return figures | {"silhouetteSamples": metrics.silhouette_samples(points, labels).tolist()}


def bic(points, labels):
    """Not in scikit-learn for k-means: the log-likelihood of a normal distribution around each mean, in scipy, less p/2 ln n."""
    (n, d), k = points.shape, len(set(labels))
    clusters = [points[labels == label] for label in sorted(set(labels))]
    variance = sum(((rows - rows.mean(axis=0)) ** 2).sum() for rows in clusters) / (d * (n - k))
    likelihood = sum(len(rows) * np.log(len(rows) / n) + norm.logpdf(rows, rows.mean(axis=0), np.sqrt(variance)).sum() for rows in clusters)
    return float(likelihood - k * (d + 1) / 2 * np.log(n))


def simplified_silhouette(points, labels, centroids):
    """Not in scikit-learn: distances to own and nearest other centroid, in numpy. No cluster here has one point."""
    distances = np.sqrt(((points[:, None, :] - centroids[None, :, :]) ** 2).sum(axis=2))
    rows = np.arange(len(points))
    own = distances[rows, labels]
    distances[rows, labels] = np.inf
    other = distances.min(axis=1)
    return float(np.mean((other - own) / np.maximum(own, other)))


def label_figures(first, second):
    return {
        "adjustedRandIndex": metrics.adjusted_rand_score(first, second),
        "mutualInformation": metrics.mutual_info_score(first, second),
        "normalizedMutualInformation": metrics.normalized_mutual_info_score(first, second),
        "adjustedMutualInformation": metrics.adjusted_mutual_info_score(first, second),
        "homogeneity": metrics.homogeneity_score(first, second),
        "completeness": metrics.completeness_score(first, second),
        "vMeasure": metrics.v_measure_score(first, second),
        "vMeasures": [[beta, metrics.v_measure_score(first, second, beta=beta)] for beta in BETAS if beta > 0 or min(len(set(first)), len(set(second))) > 1],
    }


def number(value):
    return value.item() if isinstance(value, np.generic) else value


def main():
    fits = {entry["name"]: entry for entry in json.loads((HERE / "sklearn.json").read_text())["datasets"]}
    lines = []
    for name, fit in fits.items():
        table = np.loadtxt(HERE / f"{name}.csv", delimiter=",", skiprows=1)
        points, target = np.ascontiguousarray(table[:, :-1]), table[:, -1].astype(int)
        run = fit["runs"][0]
        labels, centroids = np.array(run["labels"]), np.array(run["centroids"])
        times = np.arange(len(points)) % 4  # row i so many times
        entry = {
            "name": name,
            "target": with_samples(point_figures(points, target), points, target),
            "kMeans": with_samples(point_figures(points, labels, centroids), points, labels),
            "repeated": point_figures(np.repeat(points, times, axis=0), np.repeat(labels, times), centroids),
            "labelings": label_figures(target.tolist(), labels.tolist()),
        }
        lines.append(json.dumps(entry, default=number))
        print(name, {key: value for key, value in entry["kMeans"].items() if key != "silhouetteSamples"}, entry["labelings"])

    random = np.random.RandomState(0)
    pairs = EDGES + [(random.randint(0, a, n).tolist(), random.randint(0, b, n).tolist()) for n, a, b in [(10, 2, 3), (50, 5, 40), (200, 3, 3), (1000, 30, 7)]]
    pairs = [json.dumps({"first": first, "second": second, "figures": label_figures(first, second)}, default=number) for first, second in pairs]

    versions = {"sklearn": sklearn.__version__, "numpy": np.__version__, "python": platform.python_version()}
    text = '{"versions": ' + json.dumps(versions) + ', "datasets": [\n' + ",\n".join(lines) + '\n], "pairs": [\n' + ",\n".join(pairs) + "\n]}\n"
    assert len(json.loads(text)["datasets"]) == len(fits)
    (HERE / "metrics.json").write_text(text)


if __name__ == "__main__":
    main()
