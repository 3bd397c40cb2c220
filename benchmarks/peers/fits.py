"""Whole fits, scikit-learn (or Faiss) and KMeansClustering in turn on the same files: a table, and its numbers in benchmarks/results/<cpu>/.

Against scikit-learn: both sides start by greedy k-means++ of their own, at most 100 iterations, tolerance 1e-4, all cores. With --faiss: both sides
start from random points, 25 iterations, one thread; this library from k-means++ too, in the JSON only.
"""
import argparse
import json
import statistics
import sys
from pathlib import Path

from runner import add_options, build_dotnet, cpu, dotnet, environment, new_record, others, others_share, python, start, write_record

CASES = [  # file, k, how many times faster than scikit-learn at least
    ("mnist-60000x784", 10, 8),
    ("mnist-60000x784", 100, 20),
    ("glove-341479x100", 100, 6),
    ("glove-341479x100", 1000, 7),
    ("blobs-500000x16", 200, 12),
    ("pixels-2000000x3", 256, 50),
    ("sphere-135000x3", 1000, 25),
    ("uniform-200000x64", 256, 3.5),
]
MEAN_FLOOR, MEAN_FLOOR_AVX2 = 15, 12
MAX_INERTIA_RATIO = 1.005  # ours to theirs
OURS = "KMeansClustering"


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--seeds", type=int, default=5, help="one timed fit for each seed; the median counts")
    parser.add_argument("--peer-seeds", type=int, help="fewer for the other side, which is slow (default: as many)")
    parser.add_argument("--faiss", action="store_true", help="against Faiss instead of scikit-learn")
    parser.add_argument("--elkan", action="store_true", help="scikit-learn's Elkan too: the faster one counts")
    parser.add_argument("--history", help="a folder for what each iteration of this library did, one file a case: for plot-history")
    return parser.parse_args()


def sides(opts, case):
    """What is started for a case, in this order."""
    seeds = ["--seeds", str(opts.seeds)]
    peer_seeds = ["--seeds", str(opts.peer_seeds or opts.seeds)]
    history = ["--history", str(Path(opts.history).resolve() / f"{case}.json")] if opts.history else []
    if opts.faiss:
        ours = [*seeds, "--iterations", "25", "--tolerance", "0", "--threads", "1"]
        return {
            "faiss": (python("faiss_fit.py"), [*peer_seeds, "--iterations", "25"]),
            OURS: (dotnet("fit"), [*ours, "--seeding", "Random", *history]),
            f"{OURS} k-means++": (dotnet("fit"), ours),
        }

    peer = [*peer_seeds, "--iterations", "100"]
    result = {
        "scikit-learn": (python("sklearn_fit.py"), peer),
        OURS: (dotnet("fit"), [*seeds, "--iterations", "100", "--tolerance", "1e-4", *history]),
    }
    if opts.elkan:
        result["scikit-learn elkan"] = (python("sklearn_fit.py"), [*peer, "--elkan"])
    return result


def measure(opts, env, case, path, k):
    found = {}
    for side, (command, more) in sides(opts, case).items():
        line = start([*command, str(path), str(k), *more], env)
        if "skipped" in line:
            print(f"{case}, {side}: {line['skipped']}", file=sys.stderr)
            continue
        line["ms"] = [round(t, 3) for t in line["ms"]]
        line.update(medianMs=statistics.median(line["ms"]), meanInertia=statistics.mean(line["inertia"]))
        found[side] = line
    return found


def split(whole, seeding):
    return f"{whole / 1000:.3g} ({seeding / 1000:.3g} + {(whole - seeding) / 1000:.3g})"


def missed(cell, is_missed):
    return cell + " (missed)" if is_missed else cell


def row(found, name, k, floor):
    """One line of the table, as text and as numbers."""
    peers = [side for side in found if not side.startswith(OURS)]
    fastest = min(peers, key=lambda side: found[side]["medianMs"])
    theirs, ours = found[fastest], found[OURS]
    ratio = theirs["medianMs"] / ours["medianMs"]
    inertia_ratio = ours["meanInertia"] / theirs["meanInertia"]
    seeding = found[peers[0]].get("seedingMs")
    time = split(theirs["medianMs"], seeding) if seeding else f"{theirs['medianMs'] / 1000:.3g}"
    cells = [name, f"{k:,}", time + (" Elkan" if fastest.endswith("elkan") else ""), split(ours["medianMs"], ours["seedingMs"]),
             f"{ratio:.1f}", missed(f"{floor}", ratio < floor) if floor else "",
             f"{theirs['meanInertia']:.6g}", f"{ours['meanInertia']:.6g}", missed(f"{inertia_ratio:.4f}", inertia_ratio > MAX_INERTIA_RATIO)]
    return "| " + " | ".join(cells) + " |", {
        "n": ours["n"], "d": ours["d"], "k": k, "peer": fastest, "ratio": ratio, "floor": floor, "inertiaRatio": inertia_ratio, "sides": found}


def main():
    opts = options()
    machine = cpu()
    env = environment(opts, machine.pop("flags").split())
    cases = {f"{name}-k{k}": (name, k, None if opts.faiss else floor) for name, k, floor in CASES}
    chosen = [opts.only] if opts.only in cases else [case for case in cases if opts.only in case]
    if not chosen:
        sys.exit(f"No case is called {opts.only}: {', '.join(cases)}")
    build_dotnet()

    peer = "Faiss" if opts.faiss else "scikit-learn"
    record = new_record(machine, env, seeds=opts.seeds, peerSeeds=opts.peer_seeds or opts.seeds)
    print(f"| data | k | {peer} s | {OURS} s | times faster | floor | inertia, {peer} | inertia, {OURS} | ours / theirs |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for case in chosen:
        name, k, floor = cases[case]
        path = Path(opts.data).resolve() / f"{name}.f32"
        before = others()
        text, numbers = row(measure(opts, env, case, path, k), name, k, floor)
        print(text, flush=True)
        record["cases"].append({"file": path.name, "othersShare": others_share(before)} | numbers)

    mean = statistics.geometric_mean(case["ratio"] for case in record["cases"])
    floor = (MEAN_FLOOR_AVX2 if opts.avx2 else MEAN_FLOOR) if len(chosen) == len(cases) and not opts.faiss else None
    print(f"| geometric mean | | | | {mean:.1f} | {missed(f'{floor}', mean < floor) if floor else ''} | | | |")
    record.update(geometricMean=mean, geometricMeanFloor=floor)
    write_record(record, f"fits{'-avx2' if opts.avx2 else ''}{'-faiss' if opts.faiss else ''}.json", opts.out)


if __name__ == "__main__":
    main()
