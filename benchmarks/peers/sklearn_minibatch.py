"""Times scikit-learn's MiniBatchKMeans, one fit for each seed.

sklearn_minibatch.py FILE.f32 K [--seeds 5] [--first-seed 0] [--threads T] [--iterations 100] [--batch-size 1024] [--stream] [--labels] [--save DIR]
"""
from pathlib import Path

from timing import blas, fit_parser, report, set_threads, timed

PARSER = fit_parser(__doc__, iterations=100)
PARSER.add_argument("--first-seed", type=int, default=0)
PARSER.add_argument("--batch-size", type=int, default=1024)
PARSER.add_argument("--stream", action="store_true", help="batches of consecutive points by partial_fit, once through the file")
PARSER.add_argument("--labels", action="store_true", help="label all points at the end, as scikit-learn does unless told not to")
PARSER.add_argument("--save", help="a folder for the centroids, SEED.npy")
ARGS = PARSER.parse_args()
set_threads(ARGS.threads)

import numpy as np
import sklearn
from sklearn.cluster import MiniBatchKMeans
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

from files import read

WARMUP_POINTS = 20_000


def fit(points, seed, **more):
    model = MiniBatchKMeans(ARGS.k, init="k-means++", n_init=3, batch_size=ARGS.batch_size, random_state=seed,
                            **{"max_iter": ARGS.iterations, "compute_labels": ARGS.labels} | more)
    if not ARGS.stream:
        return model.fit(points)
    for begin in range(0, len(points), ARGS.batch_size):
        model.partial_fit(points[begin:begin + ARGS.batch_size])
    return model


def main():
    points, _ = read(ARGS.file, ARGS.k)

    # The threads of OpenMP and OpenBLAS start, and what is loaded late is loaded.
    fit(points[:max(WARMUP_POINTS, ARGS.k)], 0, max_iter=1)
    ms, batches = [], []
    for seed in range(ARGS.first_seed, ARGS.first_seed + ARGS.seeds):
        model, time = timed(lambda: fit(points, seed))
        ms.append(time)
        batches.append(int(model.n_steps_))
        if ARGS.save:
            np.save(Path(ARGS.save) / f"{seed}.npy", model.cluster_centers_)

    report("scikit-learn", ARGS, points, ms, _openmp_effective_n_threads(), version=sklearn.__version__, batchSize=ARGS.batch_size,
           batches=batches, blas=blas())


if __name__ == "__main__":
    main()
