"""The inertia that both sides are compared by."""
import numpy as np

CHUNK = 1 << 22  # values at once


def inertia(points, centroids, labels):
    """The sum of (x - c)^2 in float64, whatever the library computes in."""
    centroids = centroids.astype(np.float64)
    step = max(1, CHUNK // points.shape[1])
    return float(sum(((points[i:i + step].astype(np.float64) - centroids[labels[i:i + step]]) ** 2).sum() for i in range(0, len(points), step)))
