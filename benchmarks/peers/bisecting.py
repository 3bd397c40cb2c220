"""Bisecting fits, scikit-learn's BisectingKMeans and this library's in turn on the same files: a table, and its numbers in benchmarks/results/<cpu>/.

Both sides: greedy k-means++ starts, one a split, at most 100 iterations, a tolerance of 1e-4 of the mean variance, all cores; both strategies. Inertia is that of the tree's own labels, in double.
"""
import argparse
import statistics
import sys
from pathlib import Path

from runner import add_options, build_dotnet, cpu, dotnet, environment, new_record, others, others_share, python, start, write_record

FILES = [("mnist-60000x784", 10), ("mnist-60000x784", 100), ("glove-341479x100", 100), ("glove-341479x100", 1000)]
STRATEGIES = {"inertia": [], "cluster": ["--largest-cluster"]}
MAX_INERTIA_RATIO = 1.005  # ours to theirs
OURS, THEIRS = "KMeansClustering", "scikit-learn"
COMMANDS = {THEIRS: python("sklearn_bisecting.py"), OURS: dotnet("bisecting")}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--seeds", type=int, default=5, help="one timed fit for each seed, the sides in turn; the median counts")
    parser.add_argument("--threads", type=int, help="of each side (default: all cores)")
    return parser.parse_args()


def measure(opts, env, path, k, strategy):
    """What each side did, seed by seed."""
    more = [*STRATEGIES[strategy], *(["--threads", str(opts.threads)] if opts.threads else []), "--seeds", "1"]
    found = {}
    for seed in range(opts.seeds):
        for side, command in COMMANDS.items():
            line = start([*command, str(path), str(k), "--first-seed", str(seed), *more], env)
            if side in found:
                found[side]["ms"] += line["ms"]
                found[side]["inertia"] += line["inertia"]
            else:
                found[side] = line
    for line in found.values():
        line["ms"] = [round(t, 3) for t in line["ms"]]
        line.update(medianMs=statistics.median(line["ms"]), meanInertia=statistics.mean(line["inertia"]))
        for whole in ("minMs", "maxMs", "repeats"):
            line.pop(whole, None)  # of one seed only
    return found


def row(found, name, k, strategy):
    """One line of the table, as text and as numbers."""
    theirs, ours = found[THEIRS], found[OURS]
    ratio = theirs["medianMs"] / ours["medianMs"]
    inertia_ratio = ours["meanInertia"] / theirs["meanInertia"]
    missed = " (missed)" if inertia_ratio > MAX_INERTIA_RATIO else ""
    cells = [name, f"{k:,}", f"largest {strategy}", f"{theirs['medianMs'] / 1000:.3g}", f"{ours['medianMs'] / 1000:.3g}", f"{ratio:.1f}",
             f"{theirs['meanInertia']:.6g}", f"{ours['meanInertia']:.6g}", f"{inertia_ratio:.4f}{missed}"]
    return "| " + " | ".join(cells) + " |", {
        "n": ours["n"], "d": ours["d"], "k": k, "strategy": strategy, "ratio": ratio, "inertiaRatio": inertia_ratio, "sides": found}


def main():
    opts = options()
    machine = cpu()
    env = environment(opts, machine.pop("flags").split())
    cases = [(name, k, strategy) for name, k in FILES for strategy in STRATEGIES]
    chosen = [case for case in cases if opts.only in "{}-k{}-{}".format(*case)]
    if not chosen:
        sys.exit("No case is called {}: {}".format(opts.only, ", ".join("{}-k{}-{}".format(*case) for case in cases)))
    build_dotnet()

    record = new_record(machine, env, seeds=opts.seeds)
    print(f"| data | k | split next | {THEIRS} s | {OURS} s | times faster | inertia, {THEIRS} | inertia, {OURS} | ours / theirs |")
    print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
    for name, k, strategy in chosen:
        path = Path(opts.data).resolve() / f"{name}.f32"
        before = others()
        text, numbers = row(measure(opts, env, path, k, strategy), name, k, strategy)
        print(text, flush=True)
        record["cases"].append({"file": path.name, "othersShare": others_share(before)} | numbers)

    mean = statistics.geometric_mean(case["ratio"] for case in record["cases"])
    print(f"| geometric mean | | | | | {mean:.1f} | | | |")
    record.update(geometricMean=mean)
    write_record(record, f"bisecting{'-avx2' if opts.avx2 else ''}.json", opts.out)


if __name__ == "__main__":
    main()
