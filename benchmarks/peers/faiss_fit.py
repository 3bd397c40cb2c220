"""Times whole fits of faiss.Kmeans (random points, then Lloyd), one for each seed.

faiss_fit.py FILE.f32 K [--seeds 5] [--threads T] [--iterations 25]. One thread unless told, as in faiss_pass.py.
"""
from timing import blas, fit_parser, report, set_threads, timed

ARGS = fit_parser(__doc__, iterations=25, threads=1).parse_args()
set_threads(ARGS.threads)

import faiss

from files import read
from inertia import inertia

WARMUP_POINTS = 20_000


def kmeans(points, seed, iterations):
    """Every point is used, however few or many there are for a centroid."""
    result = faiss.Kmeans(points.shape[1], ARGS.k, niter=iterations, seed=seed, min_points_per_centroid=1, max_points_per_centroid=len(points))
    return result, timed(lambda: result.train(points))[1]


def main():
    points, _ = read(ARGS.file, ARGS.k)
    kmeans(points[:max(WARMUP_POINTS, ARGS.k)], 0, 2)
    ms, iterations, inertias = [], [], []
    for seed in range(ARGS.seeds):
        model, time = kmeans(points, seed, ARGS.iterations)
        ms.append(time)
        iterations.append(len(model.iteration_stats))
        inertias.append(inertia(points, model.centroids, model.assign(points)[1]))

    report("faiss", ARGS, points, ms, ARGS.threads, version=faiss.__version__, iterations=iterations, inertia=inertias, blas=blas())


if __name__ == "__main__":
    main()
