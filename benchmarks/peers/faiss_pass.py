"""Times one pass (search and centroid update) of faiss.Kmeans: faiss_pass.py FILE.f32 K [--repeats R] [--threads T].

One thread unless told: Faiss works with OpenBLAS and OpenMP in turn, and in the Debian build (pthreads OpenBLAS, libgomp) the idle
threads of one spin against the working threads of the other. Waiting without spinning makes more threads pay where d and k are large.
"""
import os

from timing import arguments, blas, report, set_threads

ARGS = arguments(__doc__, threads=1)
set_threads(ARGS.threads)
if ARGS.threads > 1:
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import faiss

from files import read


def main():
    points, centroids = read(ARGS.file, ARGS.k)
    n, d = points.shape
    kmeans = faiss.Kmeans(d, ARGS.k, niter=ARGS.repeats + 2, min_points_per_centroid=1, max_points_per_centroid=n)
    kmeans.train(points, init_centroids=centroids)
    # Faiss keeps its own clock, a time after each iteration: the first holds the start, the second is the warmup.
    clock = [stats["time"] for stats in kmeans.iteration_stats]
    ms = [1000 * (after - before) for before, after in zip(clock[1:], clock[2:])]

    report("faiss", ARGS, points, ms, ARGS.threads, blas=blas())


if __name__ == "__main__":
    main()
