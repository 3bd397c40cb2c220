"""Fits by mini-batches, scikit-learn's MiniBatchKMeans and this library's in turn on the same files: a table, and its numbers in benchmarks/results/<cpu>/.

Both sides: batches of 1,024 points, starting centroids by greedy k-means++ (the best of 3 tries on 3,072 points), at most 100 epochs, an end after 10 batches
without improvement, starved centroids reassigned at a ratio of 0.01, all cores. The inertia of all models is measured by one program, over all points.
"""
import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from runner import add_options, build_dotnet, cpu, dotnet, environment, new_record, others, others_share, python, start, write_record

CASES = [("mnist-60000x784", 10), ("mnist-60000x784", 100), ("glove-341479x100", 100), ("glove-341479x100", 1000)]
MAX_INERTIA_RATIO = 1.02  # ours to theirs
OURS, THEIRS = "KMeansClustering", "scikit-learn"
COMMANDS = {THEIRS: python("sklearn_minibatch.py"), OURS: dotnet("minibatch")}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--seeds", type=int, default=20, help="one timed fit for each seed; the median counts")
    parser.add_argument("--rounds", type=int, default=2, help="the seeds are cut in so many parts, and the sides take turns")
    parser.add_argument("--threads", type=int, help="of each side (default: all cores)")
    parser.add_argument("--stream", action="store_true", help="both sides go once through the points, in batches of consecutive ones, by partial_fit and PartialFit")
    parser.add_argument("--labels", action="store_true", help="both sides label all points at the end")
    return parser.parse_args()


def measure(opts, env, path, k):
    """What each side did, round by round, and the inertia of all its models."""
    more = (["--threads", str(opts.threads)] if opts.threads else []) + (["--labels"] if opts.labels else []) + (["--stream"] if opts.stream else [])
    ends = [opts.seeds * part // opts.rounds for part in range(opts.rounds + 1)]
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for first, end in zip(ends, ends[1:]):
            for side, command in COMMANDS.items():
                saved = Path(folder) / side
                saved.mkdir(exist_ok=True)
                line = start([*command, str(path), str(k), "--first-seed", str(first), "--seeds", str(end - first), "--save", str(saved), *more], env)
                if side in found:
                    found[side]["ms"] += line["ms"]
                    found[side]["batches"] += line["batches"]
                else:
                    found[side] = line
        for side, line in found.items():
            models = [str(Path(folder) / side / f"{seed}.npy") for seed in range(opts.seeds)]
            line["inertia"] = start([*dotnet("inertia"), str(path), *models], env)["inertia"]
            line["ms"] = [round(t, 3) for t in line["ms"]]
            line.update(medianMs=statistics.median(line["ms"]), meanInertia=statistics.mean(line["inertia"]), meanBatches=statistics.mean(line["batches"]))
            for whole in ("minMs", "maxMs", "repeats"):
                line.pop(whole, None)  # of one round only
    return found


def row(found, name, k):
    """One line of the table, as text and as numbers."""
    theirs, ours = found[THEIRS], found[OURS]
    ratio = theirs["medianMs"] / ours["medianMs"]
    inertia_ratio = ours["meanInertia"] / theirs["meanInertia"]
    missed = " (missed)" if inertia_ratio > MAX_INERTIA_RATIO else ""
    cells = [name, f"{k:,}", f"{theirs['medianMs']:.0f} ({theirs['meanBatches']:.0f})", f"{ours['medianMs']:.0f} ({ours['meanBatches']:.0f})", f"{ratio:.1f}",
             f"{theirs['meanInertia']:.6g}", f"{ours['meanInertia']:.6g}", f"{inertia_ratio:.4f}{missed}"]
    return "| " + " | ".join(cells) + " |", {
        "n": ours["n"], "d": ours["d"], "k": k, "ratio": ratio, "inertiaRatio": inertia_ratio, "sides": found}


def main():
    opts = options()
    machine = cpu()
    env = environment(opts, machine.pop("flags").split())
    chosen = [(name, k) for name, k in CASES if opts.only in f"{name}-k{k}"]
    if not chosen:
        sys.exit(f"No case is called {opts.only}: {', '.join(f'{name}-k{k}' for name, k in CASES)}")
    build_dotnet()

    record = new_record(machine, env, seeds=opts.seeds, rounds=opts.rounds, labels=opts.labels, stream=opts.stream)
    print(f"| data | k | {THEIRS} ms (batches) | {OURS} ms (batches) | times faster | inertia, {THEIRS} | inertia, {OURS} | ours / theirs |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for name, k in chosen:
        path = Path(opts.data).resolve() / f"{name}.f32"
        before = others()
        text, numbers = row(measure(opts, env, path, k), name, k)
        print(text, flush=True)
        record["cases"].append({"file": path.name, "othersShare": others_share(before)} | numbers)

    mean = statistics.geometric_mean(case["ratio"] for case in record["cases"])
    print(f"| geometric mean | | | | {mean:.1f} | | | |")
    record.update(geometricMean=mean)
    write_record(record, f"minibatch{'-stream' if opts.stream else ''}{'-labels' if opts.labels else ''}{'-avx2' if opts.avx2 else ''}.json", opts.out)


if __name__ == "__main__":
    main()
