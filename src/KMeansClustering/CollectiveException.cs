namespace KMeansClustering;

/// <summary>An operation over several ranks could not be completed: another rank has failed or is gone, or the ranks' calls do not fit together.</summary>
public sealed class CollectiveException : Exception
{
    /// <summary>With a message of no use.</summary>
    public CollectiveException()
    {
    }

    /// <summary>With a message.</summary>
    /// <param name="message">What happened, and on which rank.</param>
    public CollectiveException(string message)
        : base(message)
    {
    }

    /// <summary>With a message, and what led to it.</summary>
    /// <param name="message">What happened, and on which rank.</param>
    /// <param name="innerException">What led to it.</param>
    public CollectiveException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
