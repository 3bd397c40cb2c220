using System.Collections.Concurrent;
using System.Numerics.Tensors;

namespace KMeansClustering.Benchmarks.Micro;

/// <summary>
/// The k-means that a .NET developer would write today: <see cref="TensorPrimitives.Distance{T}(ReadOnlySpan{T}, ReadOnlySpan{T})"/> of each point and
/// each centroid, means of plain sums, k-means++ from one draw a centroid. On one thread; the assignment also with a parallel loop.
/// </summary>
/// <remarks>Vectorized by the base library and free of needless allocations; what it lacks is a tile, a bound on its rounding errors, and sums that have no order.</remarks>
internal static class NaiveKMeans
{
    /// <summary>Lloyd's loop from the centroids given, which it moves; gives the iterations.</summary>
    public static int Fit(float[] points, int dimensions, float[] centroids, int[] labels, int maxIterations, bool parallel)
    {
        var iterations = 0;
        var changed = -1;
        while (changed != 0 && iterations < maxIterations)
        {
            changed = parallel ? AssignParallel(points, dimensions, centroids, labels) : Assign(points, dimensions, centroids, labels);
            Recalculate(points, dimensions, labels, centroids);
            iterations++;
        }

        return iterations;
    }

    /// <summary>Gives how many labels changed.</summary>
    public static int Assign(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<float> centroids, Span<int> labels)
    {
        var changed = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            var nearest = Nearest(points.Slice(i * dimensions, dimensions), centroids);
            if (labels[i] != nearest)
            {
                labels[i] = nearest;
                changed++;
            }
        }

        return changed;
    }

    /// <summary>The same on all processors.</summary>
    public static int AssignParallel(float[] points, int dimensions, float[] centroids, int[] labels)
    {
        var changed = 0;
        Parallel.ForEach(Partitioner.Create(0, labels.Length), range =>
        {
            var (first, count) = (range.Item1, range.Item2 - range.Item1);
            var here = Assign(points.AsSpan(first * dimensions, count * dimensions), dimensions, centroids, labels.AsSpan(first, count));
            Interlocked.Add(ref changed, here);
        });
        return changed;
    }

    public static int Nearest(ReadOnlySpan<float> point, ReadOnlySpan<float> centroids)
    {
        var nearest = -1;
        var least = float.PositiveInfinity;
        for (int j = 0, start = 0; start < centroids.Length; j++, start += point.Length)
        {
            var distance = TensorPrimitives.Distance(point, centroids.Slice(start, point.Length));
            if (distance < least)
            {
                least = distance;
                nearest = j;
            }
        }

        return nearest;
    }

    /// <summary>Moves each centroid to the mean of its points; one without points stays.</summary>
    public static void Recalculate(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<int> labels, Span<float> centroids)
    {
        var sums = new float[centroids.Length];
        var counts = new int[centroids.Length / dimensions];
        for (var i = 0; i < labels.Length; i++)
        {
            var sum = sums.AsSpan(labels[i] * dimensions, dimensions);
            TensorPrimitives.Add(sum, points.Slice(i * dimensions, dimensions), sum);
            counts[labels[i]]++;
        }

        for (var j = 0; j < counts.Length; j++)
        {
            if (counts[j] > 0)
            {
                TensorPrimitives.Divide(sums.AsSpan(j * dimensions, dimensions), counts[j], centroids.Slice(j * dimensions, dimensions));
            }
        }
    }

    /// <summary>Plain k-means++: each next centroid is one draw with a chance proportional to D².</summary>
    public static void Seed(ReadOnlySpan<float> points, int dimensions, Span<float> centroids, Random random)
    {
        var squares = new float[points.Length / dimensions];
        Array.Fill(squares, float.PositiveInfinity);
        var drawn = random.Next(squares.Length);
        for (var start = 0; start < centroids.Length; start += dimensions)
        {
            var centroid = centroids.Slice(start, dimensions);
            points.Slice(drawn * dimensions, dimensions).CopyTo(centroid);
            var total = 0.0;
            for (var i = 0; i < squares.Length; i++)
            {
                var distance = TensorPrimitives.Distance(points.Slice(i * dimensions, dimensions), centroid);
                squares[i] = Math.Min(squares[i], distance * distance);
                total += squares[i];
            }

            var target = random.NextDouble() * total;
            for (drawn = 0; drawn < squares.Length - 1 && target >= squares[drawn]; drawn++)
            {
                target -= squares[drawn];
            }
        }
    }
}
