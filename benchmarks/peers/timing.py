"""What the timed programs share: their arguments, the clock, and the one JSON line that they print."""
import argparse
import json
import statistics
import time
from pathlib import Path


def arguments(description, threads=None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("file")
    parser.add_argument("k", type=int)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=threads)
    return parser.parse_args()


def time_repeats(repeats, action):
    """Milliseconds of each repeat, after one warmup."""
    action()
    ms = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        ms.append(1000 * (time.perf_counter() - start))
    return ms


def report(library, args, points, ms, threads, **more):
    print(json.dumps({
        "library": library, "file": Path(args.file).name, "n": points.shape[0], "d": points.shape[1], "k": args.k,
        "threads": threads, "medianMs": statistics.median(ms), "minMs": min(ms), "maxMs": max(ms), "repeats": len(ms),
        "ms": ms, **more}))
