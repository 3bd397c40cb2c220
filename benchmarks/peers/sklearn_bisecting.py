"""Times scikit-learn's BisectingKMeans, one fit for each seed.

sklearn_bisecting.py FILE.f32 K [--seeds 5] [--first-seed 0] [--threads T] [--iterations 100] [--largest-cluster]

Its tolerance is a squared distance, where that of its KMeans is a share of the mean variance: it gets 1e-4 of the mean variance of all points.
"""
import warnings

from timing import blas, fit_parser, report, set_threads, timed

PARSER = fit_parser(__doc__, iterations=100)
PARSER.add_argument("--first-seed", type=int, default=0)
PARSER.add_argument("--largest-cluster", action="store_true")
ARGS = PARSER.parse_args()
set_threads(ARGS.threads)

import numpy as np
import sklearn
from sklearn.cluster import BisectingKMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from files import read
from inertia import inertia

STRATEGY = "largest_cluster" if ARGS.largest_cluster else "biggest_inertia"
WARMUP_POINTS = 20_000


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    points, _ = read(ARGS.file, ARGS.k)
    tolerance = 1e-4 * float(np.var(points, axis=0, dtype=np.float64).mean())

    def fit(some, k, seed, iterations=ARGS.iterations):
        return BisectingKMeans(k, init="k-means++", n_init=1, max_iter=iterations, tol=tolerance, bisecting_strategy=STRATEGY, random_state=seed).fit(some)

    # The threads of OpenMP and OpenBLAS start, and what is loaded late is loaded.
    fit(points[:WARMUP_POINTS], 3, 0, iterations=2)
    ms, inertias = [], []
    for seed in range(ARGS.first_seed, ARGS.first_seed + ARGS.seeds):
        model, time = timed(lambda: fit(points, ARGS.k, seed))
        ms.append(time)
        inertias.append(inertia(points, model.cluster_centers_, model.labels_))

    report("scikit-learn", ARGS, points, ms, _openmp_effective_n_threads(), version=sklearn.__version__, strategy=STRATEGY, tolerance=tolerance,
           inertia=inertias, blas=blas())


if __name__ == "__main__":
    main()
