"""What the timed programs share: their arguments, the clock, and the one JSON line that they print."""
import argparse
import json
import os
import statistics
import time
from pathlib import Path


def arguments(description, threads=None):
    parser = _parser(description, threads)
    parser.add_argument("--repeats", type=int, default=5)
    return parser.parse_args()


def fit_parser(description, iterations, threads=None):
    """For the programs that time whole fits."""
    parser = _parser(description, threads)
    parser.add_argument("--seeds", type=int, default=5, help="one timed fit for each seed, from 0")
    parser.add_argument("--iterations", type=int, default=iterations)
    return parser


def _parser(description, threads):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("file")
    parser.add_argument("k", type=int)
    parser.add_argument("--threads", type=int, default=threads)
    return parser


def set_threads(threads):
    """For OpenMP and OpenBLAS, which read it when they are loaded."""
    if threads:
        os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = str(threads)


def timed(action):
    """What the action returns, and its milliseconds."""
    start = time.perf_counter()
    result = action()
    return result, 1000 * (time.perf_counter() - start)


def time_repeats(repeats, action):
    """Milliseconds of each repeat, after one warmup."""
    action()
    return [timed(action)[1] for _ in range(repeats)]


def blas():
    from threadpoolctl import threadpool_info  # loads numpy, which must come after set_threads
    library = next(library for library in threadpool_info() if library["user_api"] == "blas")
    return f"{library['internal_api']} {library['version']} {library['architecture']}"


def report(library, args, points, ms, threads, **more):
    print(json.dumps({
        "library": library, "file": Path(args.file).name, "n": points.shape[0], "d": points.shape[1], "k": args.k,
        "threads": threads, "medianMs": statistics.median(ms), "minMs": min(ms), "maxMs": max(ms), "repeats": len(ms),
        "ms": ms, **more}))
