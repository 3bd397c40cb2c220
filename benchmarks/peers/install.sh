#!/bin/sh
# The peers at the versions of Debian 12: they belong to /usr/bin/python3, whatever python comes first on PATH.
set -eu
packages="python3-sklearn python3-faiss python3-pil libopenblas0-pthread npm"
missing=""
for package in $packages; do
    case "$package" in npm) command -v npm >/dev/null && continue ;; esac
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" || missing="$missing $package"
done
if [ -n "$missing" ]; then
    apt-get update
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
fi
dpkg-query -W -f '${Package} ${Version}\n' python3-sklearn python3-faiss python3-numpy python3-threadpoolctl python3-pil libopenblas0-pthread
/usr/bin/python3 - <<'PYTHON'
import faiss, numpy, platform, sklearn, threadpoolctl
print(f"python {platform.python_version()}, numpy {numpy.__version__}, scikit-learn {sklearn.__version__}, faiss {faiss.__version__}")
for library in threadpoolctl.threadpool_info():
    print(library["internal_api"], library["version"], library.get("architecture", ""), f"{library['num_threads']} threads")
if (sklearn.__version__, faiss.__version__) != ("1.2.1", "1.7.3"):
    raise SystemExit("The published figures are for scikit-learn 1.2.1 and faiss 1.7.3; these are others.")
PYTHON
