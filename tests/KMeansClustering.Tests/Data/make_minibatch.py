"""Writes minibatch.json beside this script: what scikit-learn's MiniBatchKMeans finds on the CSV files. See README.md."""
import os

os.environ["OMP_NUM_THREADS"] = "1"  # sums in one order: the figures do not depend on the machine's cores

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.cluster import MiniBatchKMeans

HERE = Path(__file__).parent
SEEDS = 100
CLUSTERS = {"iris": 3, "wine": 3, "digits": 10, "breast_cancer": 2}


def mean_inertia(points, k, batch_size):
    """Of the final models over all points."""
    return float(np.mean([
        MiniBatchKMeans(k, batch_size=batch_size, n_init=3, random_state=seed).fit(points).inertia_ for seed in range(SEEDS)]))


def main():
    datasets = []
    for name, k in CLUSTERS.items():
        points = np.loadtxt(HERE / f"{name}.csv", delimiter=",", skiprows=1)[:, :-1]
        for batch_size in (50, 1024):
            datasets.append({"name": name, "k": k, "batchSize": batch_size, "meanInertia": mean_inertia(points, k, batch_size)})
    (HERE / "minibatch.json").write_text(json.dumps({"scikit-learn": sklearn.__version__, "seeds": SEEDS, "datasets": datasets}, indent=1) + "\n")


if __name__ == "__main__":
    main()
