"""Times whole fits (greedy k-means++, then Lloyd or Elkan) of scikit-learn, one for each seed.

sklearn_fit.py FILE.f32 K [--seeds 5] [--threads T] [--iterations 100] [--elkan]
"""
import json
import warnings

from timing import blas, fit_parser, report, set_threads, timed

PARSER = fit_parser(__doc__, iterations=100)
PARSER.add_argument("--elkan", action="store_true", help="algorithm 'elkan'; skipped where its bounds, 4nk bytes, are above 2 GB")
ARGS = PARSER.parse_args()
set_threads(ARGS.threads)

import sklearn
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from files import read
from inertia import inertia

MAX_BOUNDS = 2e9
WARMUP_POINTS = 20_000
ALGORITHM = "elkan" if ARGS.elkan else "lloyd"


def fit(points, seed, init="k-means++", iterations=ARGS.iterations):
    return KMeans(ARGS.k, init=init, n_init=1, max_iter=iterations, tol=1e-4, algorithm=ALGORITHM, random_state=seed).fit(points)


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    points, _ = read(ARGS.file, ARGS.k)
    bounds = 4 * len(points) * ARGS.k
    if ARGS.elkan and bounds > MAX_BOUNDS:
        print(json.dumps({"skipped": f"the bounds would take {bounds / 1e9:.2f} GB"}))
        return

    # The threads of OpenMP and OpenBLAS start, and what is loaded late is loaded.
    fit(points[:max(WARMUP_POINTS, ARGS.k)], 0, init="random", iterations=2)
    kmeans_plusplus(points[:WARMUP_POINTS], min(10, ARGS.k), random_state=0)
    ms, iterations, inertias = [], [], []
    for seed in range(ARGS.seeds):
        model, time = timed(lambda: fit(points, seed))
        ms.append(time)
        iterations.append(int(model.n_iter_))
        inertias.append(inertia(points, model.cluster_centers_, model.labels_))

    seeding = {} if ARGS.elkan else {"seedingMs": timed(lambda: kmeans_plusplus(points, ARGS.k, random_state=0))[1]}
    report("scikit-learn", ARGS, points, ms, _openmp_effective_n_threads(), version=sklearn.__version__, algorithm=ALGORITHM,
           iterations=iterations, inertia=inertias, blas=blas(), **seeding)


if __name__ == "__main__":
    main()
