"""Times fits of scikit-learn for many numbers of clusters, and its metrics of each.

sklearn_sweep.py FILE.f32 K,K,... [--points N] [--silhouette] [--threads T] [--iterations 100]
"""
import argparse
import json
import warnings

from timing import set_threads, timed

PARSER = argparse.ArgumentParser(description=__doc__)
PARSER.add_argument("file")
PARSER.add_argument("clusters")
PARSER.add_argument("--points", type=int, help="the first N points only")
PARSER.add_argument("--silhouette", action="store_true", help="silhouette_score too, of all points")
PARSER.add_argument("--threads", type=int)
PARSER.add_argument("--iterations", type=int, default=100)
ARGS = PARSER.parse_args()
set_threads(ARGS.threads)

import sklearn
from sklearn import metrics
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from files import read

WARMUP_POINTS = 20_000


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    clusters = [int(k) for k in ARGS.clusters.split(",")]
    points = read(ARGS.file, 1)[0][:ARGS.points]
    KMeans(clusters[-1], n_init=1, max_iter=2, random_state=0).fit(points[:WARMUP_POINTS])
    fits = figures = silhouettes = 0
    inertias = []
    for k in clusters:
        model, time = timed(lambda: KMeans(k, n_init=1, max_iter=ARGS.iterations, tol=1e-4, algorithm="lloyd", random_state=0).fit(points))
        fits += time
        figures += timed(lambda: (metrics.davies_bouldin_score(points, model.labels_), metrics.calinski_harabasz_score(points, model.labels_)))[1]
        if ARGS.silhouette:
            silhouettes += timed(lambda: metrics.silhouette_score(points, model.labels_))[1]
        inertias.append(float(model.inertia_))
    print(json.dumps({"library": "scikit-learn", "version": sklearn.__version__, "n": points.shape[0], "d": points.shape[1], "k": clusters,
                      "fitsMs": fits, "figuresMs": figures, "silhouettesMs": silhouettes, "inertia": inertias}))


if __name__ == "__main__":
    main()
