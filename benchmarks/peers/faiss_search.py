"""Recall@10 of Faiss' IndexIVFFlat against the cells probed, on one thread: faiss_search.py FILE.f32 [CELLS]. Beside docs/vectorsearch.cs, which reads the same file."""
import sys
import time

import faiss
import numpy as np

from files import read

COUNT = 10


def main():
    faiss.omp_set_num_threads(1)
    points, _ = read(sys.argv[1], 1)
    n, d = points.shape
    searched = np.arange(n) % (n // 1000) != 0  # the same queries as there
    vectors, queries = points[searched], points[~searched][:1000]
    cells = int(sys.argv[2]) if len(sys.argv) > 2 else 2 ** int(np.log2(4 * np.sqrt(len(vectors))))

    index = faiss.index_factory(d, f"IVF{cells},Flat")
    index.train(vectors)
    index.add(vectors)
    exact = faiss.IndexFlatL2(d)
    exact.add(vectors)
    # One query at a time, as there.
    start = time.perf_counter()
    truth = [exact.search(query, COUNT)[1][0] for query in queries[:, None]]
    exact_time = time.perf_counter() - start
    print(f"{len(vectors)} vectors of {d} values, {cells} cells; exact search {exact_time:.2f} ms a query")

    probes, found = 1, 0
    while probes <= cells and found < 0.99 * COUNT * len(queries):
        index.nprobe = probes
        faiss.cvar.indexIVF_stats.reset()
        start = time.perf_counter()
        answers = [index.search(query, COUNT)[1][0] for query in queries[:, None]]
        elapsed = time.perf_counter() - start
        found = sum(len(set(answer) & set(right)) for answer, right in zip(answers, truth))
        read_share = faiss.cvar.indexIVF_stats.ndis / len(queries) / len(vectors)
        print(f"{probes:12}{read_share:14.2%}{found / COUNT / len(queries):12.4f}{exact_time / elapsed:16.1f}")
        probes *= 2


if __name__ == "__main__":
    main()
