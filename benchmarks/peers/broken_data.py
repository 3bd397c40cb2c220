"""Normal points of spread 1 far from the origin: how many labels does a library get wrong? broken_data.py [OUTDIR]

20,000 x 16 float32 points around 1e4 and around 1e6, the first 64 rows as centroids. The truth is the sum of (x - c)^2 in float64. On
these data every difference and sum is exact there; a label counts as wrong where its centroid is strictly farther than
the nearest. With OUTDIR the two data sets are written too, as in make_data.py.
"""
import sys
import warnings
from pathlib import Path

import faiss
import numpy as np
import sklearn
from sklearn.cluster import KMeans
from sklearn.cluster._k_means_lloyd import lloyd_iter_chunked_dense
from threadpoolctl import threadpool_limits

from files import write_rows

N, D, K = 20_000, 16, 64
OFFSETS = {"1e4": 1e4, "1e6": 1e6}


def make(offset):
    return (offset + np.random.RandomState(0).standard_normal((N, D))).astype(np.float32)


def wrong(points, centroids, labels):
    """Shares: of labels strictly farther than the nearest centroid, and of labels that are not the lowest nearest."""
    x, c = points.astype(np.float64), centroids.astype(np.float64)
    d2 = np.stack([((x - centroid) ** 2).sum(axis=1) for centroid in c], axis=1)
    nearest = d2.argmin(axis=1)
    rows = np.arange(len(x))
    return np.mean(d2[rows, labels] > d2[rows, nearest]), np.mean(labels != nearest)


def sklearn_pass(points, centroids):
    """The assignment of one Lloyd pass, on the points as they are."""
    labels = np.full(N, -1, np.int32)
    zeros = lambda: np.zeros(K, np.float32)
    with threadpool_limits(limits=1, user_api="blas"):
        lloyd_iter_chunked_dense(points, np.ones(N, np.float32), centroids, np.zeros_like(centroids), zeros(), labels, zeros(), 1)
    return labels


def sklearn_fit(points, centroids):
    """KMeans.fit of one iteration: it subtracts the mean first. Its labels belong to its own final centroids."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return KMeans(K, init=centroids, n_init=1, max_iter=1, algorithm="lloyd").fit(points)


def sklearn_predict(points, centroids):
    """KMeans.predict with the given centroids."""
    model = KMeans(K, init=centroids, n_init=1, max_iter=1).fit(centroids)
    model.cluster_centers_ = centroids.copy()
    return model.predict(points)


def faiss_search(points, centroids):
    index = faiss.IndexFlatL2(D)
    index.add(centroids)
    return index.search(points, 1)[1][:, 0]


def main():
    sk, fa = f"scikit-learn {sklearn.__version__}", f"Faiss {faiss.__version__}"
    print("| library | points around | labels wrong | not the lowest nearest |")
    print("|---|---:|---:|---:|")
    for name, offset in OFFSETS.items():
        points = make(offset)
        centroids = points[:K].copy()
        fit = sklearn_fit(points, centroids)
        for library, labels, used in [
            (f"{sk}, one Lloyd pass", sklearn_pass(points, centroids), centroids),
            (f"{sk}, KMeans.predict", sklearn_predict(points, centroids), centroids),
            (f"{sk}, KMeans.fit (labels_ against cluster_centers_)", fit.labels_, fit.cluster_centers_),
            (f"{sk}, KMeans.fit, then predict on the same points", fit.predict(points), fit.cluster_centers_),
            (f"{fa}, IndexFlatL2.search", faiss_search(points, centroids), centroids),
        ]:
            farther, different = wrong(points, used, labels)
            print(f"| {library} | {name} | {farther:.2%} | {different:.2%} |")
        if len(sys.argv) > 1:
            path = Path(sys.argv[1]) / f"broken-{name}-20000x16.f32"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_rows(path, points, list(range(K)))
            print(path, file=sys.stderr)


if __name__ == "__main__":
    main()
