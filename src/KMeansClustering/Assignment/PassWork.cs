using System.Runtime.InteropServices;

namespace KMeansClustering.Assignment;

/// <summary>What a pass, or one thread's part of it, took: the counters of <see cref="KMeansIteration"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal record struct PassWork
{
    /// <summary>Points settled by bounds alone, or with a whole node.</summary>
    public long PointsSkipped { get; set; }

    /// <summary>Pairs of a tree's node and a centroid.</summary>
    public long NodeDistances { get; set; }

    /// <summary>Pairs of sketches.</summary>
    public long SketchDistances { get; set; }

    /// <summary>Pairs that went through the tile.</summary>
    public long TileDistances { get; set; }

    /// <summary>Pairs that went to the judge.</summary>
    public long ExactDistances { get; set; }

    public void Add(PassWork other)
    {
        PointsSkipped += other.PointsSkipped;
        NodeDistances += other.NodeDistances;
        SketchDistances += other.SketchDistances;
        TileDistances += other.TileDistances;
        ExactDistances += other.ExactDistances;
    }
}
