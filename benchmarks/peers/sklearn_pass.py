"""Times one Lloyd pass (assign and recalculate) of scikit-learn: sklearn_pass.py FILE.f32 K [--repeats R] [--threads T]."""
import numpy as np
from sklearn.cluster._k_means_lloyd import lloyd_iter_chunked_dense
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads
from threadpoolctl import threadpool_limits

from timing import arguments, blas, report, time_repeats
from files import read


def main():
    args = arguments(__doc__)
    points, centroids = read(args.file, args.k)
    mean = points.mean(axis=0)  # KMeans.fit works on centred points; centring is not timed
    points -= mean
    centroids -= mean
    threads = _openmp_effective_n_threads(args.threads)

    # As _kmeans_single_lloyd calls it: buffers made once, BLAS on one thread inside each of the OpenMP threads.
    weights = np.ones(len(points), points.dtype)
    centroids_new = np.zeros_like(centroids)
    cluster_weights = np.zeros(args.k, points.dtype)
    labels = np.full(len(points), -1, np.int32)
    shift = np.zeros(args.k, points.dtype)
    with threadpool_limits(limits=1, user_api="blas"):
        ms = time_repeats(args.repeats, lambda: lloyd_iter_chunked_dense(
            points, weights, centroids, centroids_new, cluster_weights, labels, shift, threads))
    assert cluster_weights.sum() > 0 and labels.min() >= 0

    report("scikit-learn", args, points, ms, threads, blas=blas())


if __name__ == "__main__":
    main()
