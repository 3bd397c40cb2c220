"""One Lloyd pass, scikit-learn and KMeansClustering in turn on the same files: a table, and its numbers in benchmarks/results/<cpu>/."""
import argparse
import json
import os
import statistics
from pathlib import Path

from make_data import CASES, case_name
from runner import add_options, build_dotnet, cpu, dotnet, environment, new_record, others, others_share, python, start, write_record

DOTNET = dotnet("pass")  # FILE.f32 K --repeats R
SKLEARN = python("sklearn_pass.py")
FAISS = python("faiss_pass.py")

FLOORS = dict(zip(CASES, [1.4, 1.6, 1.4, 1.6, 2.3, 3, 3, 4]))  # how many times faster at least
FLOORS_AVX2 = dict(zip(CASES, [1.2, 1.2, 1.2, 1.2]))
REAL = {"mnist-60000x784": 100, "glove-341479x100": 1000, "uniform-200000x64": 256}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    add_options(parser)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side starts, in turn")
    parser.add_argument("--repeats", type=int, default=5, help="timed passes of each start, after a warmup")
    parser.add_argument("--threads", type=int, help="threads of both sides (all cores)")
    parser.add_argument("--faiss", action="store_true", help="Faiss too: on one thread and on all, the faster one counts")
    parser.add_argument("--real", action="store_true", help="MNIST, GloVe and noise too")
    parser.add_argument("--no-dotnet", action="store_true", help="the peers alone")
    return parser.parse_args()


def sides(opts):
    threads = ["--threads", str(opts.threads)] if opts.threads else []
    result = {"scikit-learn": (SKLEARN, threads)}
    if not opts.no_dotnet:
        result["KMeansClustering"] = (DOTNET, threads)
    if opts.faiss:
        for count in sorted({1, opts.threads or os.cpu_count()}):
            result[f"faiss {count}"] = (FAISS, ["--threads", str(count)])
    return result


def measure(opts, env, path, k):
    """Each side in turn, round after round; the median is over all passes of all rounds."""
    found = {}
    for _ in range(opts.rounds):
        for side, (command, more) in sides(opts).items():
            line = start([*command, str(path), str(k), "--repeats", str(opts.repeats), *more], env)
            ms = line.pop("ms", None) or [line["medianMs"]]
            entry = found.setdefault(side, line | {"ms": []})
            entry["ms"] += ms
    for entry in found.values():
        ms = entry["ms"]
        entry.update(medianMs=statistics.median(ms), minMs=min(ms), maxMs=max(ms), repeats=len(ms), ms=[round(t, 3) for t in ms])
    return found


def row(opts, found, n, d, k, floor):
    """One line of the table, as text and as numbers."""
    peer = found["scikit-learn"]["medianMs"]
    ours = found["KMeansClustering"]["medianMs"] if not opts.no_dotnet else None
    ratio = peer / ours if ours else None
    cells = [f"{n:,}, {d}, {k:,}", f"{peer:.1f}", f"{ours:.1f}" if ours else "", f"{ratio:.2f}" if ratio else "",
             f"{floor}" if floor else ""]
    if floor and ratio and ratio < floor:
        cells[-1] += " (missed)"
    if opts.faiss:
        side = min((name for name in found if name.startswith("faiss")), key=lambda name: found[name]["medianMs"])
        cells.append(f"{found[side]['medianMs']:.1f} ({side.removeprefix('faiss ')} thr.)")
    return "| " + " | ".join(cells) + " |", {"n": n, "d": d, "k": k, "ratio": ratio, "floor": floor, "sides": found}


def main():
    opts = options()
    machine = cpu()
    env = environment(opts, machine.pop("flags").split())
    if not opts.no_dotnet:
        build_dotnet()

    floors = FLOORS_AVX2 if opts.avx2 else FLOORS if not opts.threads else {}
    cases = [(case_name(*case), case[2], floors.get(case)) for case in CASES]
    cases += [(name, k, None) for name, k in REAL.items() if opts.real]
    record = new_record(machine, env, rounds=opts.rounds)

    print("| n, d, k | scikit-learn ms | KMeansClustering ms | ratio | floor |" + (" Faiss ms |" if opts.faiss else ""))
    print("|---|---:|---:|---:|---:|" + ("---:|" if opts.faiss else ""))
    for name, k, floor in cases:
        if opts.only not in name:
            continue
        path = Path(opts.data).resolve() / f"{name}.f32"
        facts = json.loads(path.with_suffix(".json").read_text())
        before = others()
        text, numbers = row(opts, measure(opts, env, path, k), facts["n"], facts["d"], k, floor)
        print(text, flush=True)
        record["cases"].append({"file": path.name, "othersShare": others_share(before)} | numbers)

    variant = ("-avx2" if opts.avx2 else "") + (f"-{opts.threads}t" if opts.threads else "") + ("-peers" if opts.no_dotnet else "")
    write_record(record, f"passes{variant}.json", opts.out)


if __name__ == "__main__":
    main()
