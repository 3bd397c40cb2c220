"""Sweeps over k: this library's Sweep, its separate fits and metrics, and scikit-learn's: a table, and its numbers in benchmarks/results/<cpu>/sweeps.json.

All sides start by greedy k-means++ of their own, at most 100 iterations, tolerance 1e-4, all cores. scikit-learn's figures are Davies-Bouldin and Calinski-Harabasz; this library's also BIC and the simplified
silhouette. Where the exact silhouette is in it, both sides compute it of all points.
"""
import argparse
from pathlib import Path

from runner import add_options, build_dotnet, cpu, dotnet, environment, new_record, others, others_share, python, start, write_record

FROM_2_TO_20 = ",".join(str(k) for k in range(2, 21))
CASES = {  # file, numbers of clusters, more options
    "MNIST": ("mnist-60000x784", FROM_2_TO_20, []),
    "GloVe": ("glove-341479x100", ",".join(str(k) for k in range(10, 101, 10)), []),
    "pixels": ("pixels-2000000x3", FROM_2_TO_20, []),
    "MNIST, 10,000 points, with exact silhouettes": ("mnist-60000x784", FROM_2_TO_20, ["--points", "10000", "--silhouette"]),
}


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    parser.add_argument("--repeats", type=int, default=3, help="of this library's sides; scikit-learn's, which is slow, runs once")
    return parser.parse_args()


def main():
    opts = options()
    machine = cpu()
    env = environment(opts, machine.pop("flags").split())
    build_dotnet()
    record = new_record(machine, env, repeats=opts.repeats)
    print("| data | k | scikit-learn s: fits + figures | separate s: fits + figures | `Sweep` s | without figures | faster than separate | than scikit-learn |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for case in [opts.only] if opts.only in CASES else [case for case in CASES if opts.only in case]:
        name, clusters, more = CASES[case]
        path = str(Path(opts.data).resolve() / f"{name}.f32")
        before = others()
        ours = start([*dotnet("sweep"), path, clusters, *more, "--repeats", str(opts.repeats)], env)
        theirs = start([*python("sklearn_sweep.py"), path, clusters, *more], env)
        their_figures = theirs["figuresMs"] + theirs["silhouettesMs"]
        separate = ours["separateFitsMs"] + ours["separateFiguresMs"]
        step = ours["k"][1] - ours["k"][0]
        cells = [case, f"{ours['k'][0]} to {ours['k'][-1]}" + (f" by {step}" if step > 1 else ""),
                 f"{theirs['fitsMs'] / 1000:.3g} + {their_figures / 1000:.3g}", f"{ours['separateFitsMs'] / 1000:.3g} + {ours['separateFiguresMs'] / 1000:.3g}",
                 f"{ours['sweepMs'] / 1000:.3g}", f"{ours['fitsOfSweepMs'] / 1000:.3g}", f"{separate / ours['sweepMs']:.1f}", f"{(theirs['fitsMs'] + their_figures) / ours['sweepMs']:.1f}"]
        print("| " + " | ".join(cells) + " |", flush=True)
        record["cases"].append({"case": case, "othersShare": others_share(before), "KMeansClustering": ours, "scikit-learn": theirs})

    write_record(record, "sweeps.json", opts.out)


if __name__ == "__main__":
    main()
