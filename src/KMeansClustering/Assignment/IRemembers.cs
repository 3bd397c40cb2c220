namespace KMeansClustering.Assignment;

/// <summary>Something that knows of each point what its label was.</summary>
internal interface IRemembers
{
    /// <summary>A point's label was changed from outside.</summary>
    void Forget(int point);
}
