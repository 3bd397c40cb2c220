"""What the comparing scripts share: their options, the one environment of all sides, starting them, and the file of results."""
import json
import os
import re
import subprocess
import sys
import time
from datetime import datetime, timezone
from pathlib import Path

from make_data import OUTDIR

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PROJECT = "benchmarks/KMeansClustering.Benchmarks"


def add_options(parser):
    parser.add_argument("--data", default=OUTDIR, help="where make_data.py wrote its files")
    parser.add_argument("--avx2", action="store_true", help="AVX-512 off on both sides")
    parser.add_argument("--core-type", help="OPENBLAS_CORETYPE: SkylakeX where the CPU has AVX-512, as OpenBLAS 0.3.21 does not "
                        "know newer AVX-512 CPUs and takes its slower AVX2 kernels; 'auto' leaves it to OpenBLAS")
    parser.add_argument("--only", default="", help="only the cases whose name contains this")
    parser.add_argument("--out", help="the JSON file, instead of one in benchmarks/results/<cpu>/")


def dotnet(command):
    """A command of the benchmark program: FILE.f32 K and options follow."""
    return ["dotnet", "run", "-c", "Release", "--no-build", "--project", PROJECT, "--", command]


def build_dotnet():
    subprocess.run(["dotnet", "build", "-c", "Release", "--nologo", "-v", "quiet", PROJECT], cwd=ROOT, check=True, stdout=sys.stderr)


def python(script):
    """A script beside this one, with Debian's Python: FILE.f32 K and options follow."""
    return ["/usr/bin/python3", str(HERE / script)]


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


def others_share(since):
    """The share of the machine that others had, as a number to keep; a warning where it is large."""
    busy = others(since)
    if busy > 0.05:
        print(f"Not quiet: others had {busy:.0%} of the machine.", file=sys.stderr)
    return round(busy, 3)


def new_record(machine, env, **more):
    return {"time": datetime.now(timezone.utc).isoformat(timespec="seconds"), "cpu": machine, "cores": os.cpu_count(),
            "environment": env, **more, "cases": []}


def write_record(record, name, out=None):
    """Into benchmarks/results/<cpu>/NAME, unless told where."""
    machine = record["cpu"]
    slug = re.sub(r"[^a-z0-9]+", "-", f"{machine['model name']} {machine['cpu family']} {machine['model']}".lower()).strip("-")
    path = Path(out) if out else ROOT / "benchmarks" / "results" / slug / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n")
    print(f"\n{path}", file=sys.stderr)
