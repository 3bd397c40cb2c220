"""One Lloyd pass, scikit-learn and KMeansClustering in turn on the same files: a table, and its numbers in benchmarks/results/<cpu>/."""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from make_data import CASES, OUTDIR, case_name

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROJECT = "benchmarks/KMeansClustering.Benchmarks"
DOTNET_BUILD = ["dotnet", "build", "-c", "Release", "--nologo", "-v", "quiet", PROJECT]
DOTNET = ["dotnet", "run", "-c", "Release", "--no-build", "--project", PROJECT, "--", "pass"]  # FILE.f32 K --repeats R
SKLEARN = ["/usr/bin/python3", str(HERE / "sklearn_pass.py")]
FAISS = ["/usr/bin/python3", str(HERE / "faiss_pass.py")]

FLOORS = dict(zip(CASES, [1.4, 1.6, 1.4, 1.6, 2.3, 3, 3, 4]))  # how many times faster at least
FLOORS_AVX2 = dict(zip(CASES, [1.2, 1.2, 1.2, 1.2]))
REAL = {"mnist-60000x784": 100, "glove-341479x100": 1000, "uniform-200000x64": 256}


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=OUTDIR, help="where make_data.py wrote its files")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side starts, in turn")
    parser.add_argument("--repeats", type=int, default=5, help="timed passes of each start, after a warmup")
    parser.add_argument("--threads", type=int, help="threads of both sides (all cores)")
    parser.add_argument("--avx2", action="store_true", help="AVX-512 off on both sides")
    parser.add_argument("--core-type", help="OPENBLAS_CORETYPE: SkylakeX where the CPU has AVX-512, as OpenBLAS 0.3.21 does not "
                        "know newer AVX-512 CPUs and takes its slower AVX2 kernels; 'auto' leaves it to OpenBLAS")
    parser.add_argument("--faiss", action="store_true", help="Faiss too: on one thread and on all, the faster one counts")
    parser.add_argument("--real", action="store_true", help="MNIST, GloVe and noise too")
    parser.add_argument("--only", default="", help="only the files whose name contains this")
    parser.add_argument("--no-dotnet", action="store_true", help="the peers alone")
    parser.add_argument("--out", help="the JSON file, instead of one in benchmarks/results/<cpu>/")
    return parser.parse_args()


def cpu():
    info = Path("/proc/cpuinfo").read_text()
    return {key: re.search(rf"^{key}\s*:\s*(.*)$", info, re.M).group(1) for key in ("model name", "cpu family", "model", "flags")}


def environment(opts, flags):
    """The one environment for all sides, and what was set in it."""
    core = opts.core_type or ("Haswell" if opts.avx2 else "SkylakeX" if "avx512f" in flags else "auto")
    env = {} if core == "auto" else {"OPENBLAS_CORETYPE": core}
    if opts.avx2:
        env["DOTNET_EnableAVX512"] = "0"
    return env


def sides(opts):
    threads = ["--threads", str(opts.threads)] if opts.threads else []
    result = {"scikit-learn": (SKLEARN, threads)}
    if not opts.no_dotnet:
        result["KMeansClustering"] = (DOTNET, threads)
    if opts.faiss:
        for count in sorted({1, opts.threads or os.cpu_count()}):
            result[f"faiss {count}"] = (FAISS, ["--threads", str(count)])
    return result


def start(command, env):
    run = subprocess.run(command, cwd=ROOT, env=os.environ | env, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{run.stdout}{run.stderr}")
    return json.loads(run.stdout.strip().splitlines()[-1])


def others(since=None):
    """What share of the machine others had since then: on a machine that is not quiet, figures mean little. Linux only."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    busy = (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK") - sum(os.times()[:4])
    now = time.perf_counter()
    return max(0, (busy - since[1]) / (now - since[0]) / os.cpu_count()) if since else (now, busy)


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
        subprocess.run(DOTNET_BUILD, cwd=ROOT, check=True, stdout=sys.stderr)

    floors = FLOORS_AVX2 if opts.avx2 else FLOORS if not opts.threads else {}
    cases = [(case_name(*case), case[2], floors.get(case)) for case in CASES]
    cases += [(name, k, None) for name, k in REAL.items() if opts.real]
    record = {"time": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cpu": machine, "cores": os.cpu_count(),
              "environment": env, "rounds": opts.rounds, "cases": []}

    print("| n, d, k | scikit-learn ms | KMeansClustering ms | ratio | floor |" + (" Faiss ms |" if opts.faiss else ""))
    print("|---|---:|---:|---:|---:|" + ("---:|" if opts.faiss else ""))
    for name, k, floor in cases:
        if opts.only not in name:
            continue
        path = Path(opts.data).resolve() / f"{name}.f32"
        facts = json.loads(path.with_suffix(".json").read_text())
        before = others()
        text, numbers = row(opts, measure(opts, env, path, k), facts["n"], facts["d"], k, floor)
        busy = others(before)
        print(text, flush=True)
        if busy > 0.05:
            print(f"Not quiet: others had {busy:.0%} of the machine.", file=sys.stderr)
        record["cases"].append({"file": path.name, "othersShare": round(busy, 3)} | numbers)

    slug = re.sub(r"[^a-z0-9]+", "-", f"{machine['model name']} {machine['cpu family']} {machine['model']}".lower()).strip("-")
    variant = ("-avx2" if opts.avx2 else "") + (f"-{opts.threads}t" if opts.threads else "") + ("-peers" if opts.no_dotnet else "")
    out = Path(opts.out) if opts.out else ROOT / "benchmarks" / "results" / slug / f"passes{variant}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(record, indent=1) + "\n")
    print(f"\n{out}", file=sys.stderr)


if __name__ == "__main__":
    main()
