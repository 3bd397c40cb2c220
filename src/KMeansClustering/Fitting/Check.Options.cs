namespace KMeansClustering.Fitting;

/// <summary>Options and other settings out of their range.</summary>
internal static partial class Check
{
    public static void Parallelism(int maxDegreeOfParallelism)
    {
        if (maxDegreeOfParallelism is not (-1 or >= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "It must be -1 (all processors) or at least 1.");
        }
    }

    public static void Options(KMeansOptions options, string parameter = "options")
    {
        Option(parameter, options.Restarts >= 1, nameof(options.Restarts), options.Restarts, "at least 1");
        Option(parameter, options.MaxIterations >= 1, nameof(options.MaxIterations), options.MaxIterations, "at least 1");
        Option(parameter, options.Tolerance >= 0 && double.IsFinite(options.Tolerance), nameof(options.Tolerance), options.Tolerance, "finite and at least 0");
        Option(parameter, options.MaxDegreeOfParallelism is -1 or >= 1, nameof(options.MaxDegreeOfParallelism), options.MaxDegreeOfParallelism, "-1 or at least 1");
        Seeding(options.Seeding, parameter);
        Metric(options.Metric, parameter);
        Defined(parameter, nameof(options.Algorithm), options.Algorithm);
        Defined(parameter, nameof(options.EmptyClusters), options.EmptyClusters);
    }

    public static void Options(BisectingKMeansOptions options, string parameter = "options")
    {
        Defined(parameter, nameof(options.Strategy), options.Strategy, nameof(BisectingKMeansOptions));
        Options(options.Split ?? throw new ArgumentException($"{nameof(BisectingKMeansOptions)}.{nameof(options.Split)} is null.", parameter), parameter);
    }

    public static void Options(KMeansSweepOptions options, string parameter = "options")
    {
        if (options.Fit is null)
        {
            throw new ArgumentNullException(parameter, $"{nameof(KMeansSweepOptions)}.{nameof(options.Fit)} is null.");
        }

        Options(options.Fit, parameter);
        const string Type = nameof(KMeansSweepOptions);
        Option(parameter, (options.Criteria & ~SweepCriteria.All) == SweepCriteria.None, nameof(options.Criteria), options.Criteria, "a combination of " + string.Join(", ", Enum.GetNames<SweepCriteria>()), Type);
        Option(parameter, options.ReferenceSets >= 1, nameof(options.ReferenceSets), options.ReferenceSets, "at least 1", Type);
    }

    public static void Options(MiniBatchKMeansOptions options, int clusters, string parameter = "options")
    {
        void Require<TValue>(bool valid, string name, TValue value, string range) => Option(parameter, valid, name, value, range, nameof(MiniBatchKMeansOptions));
        Require(options.BatchSize >= 1, nameof(options.BatchSize), options.BatchSize, "at least 1");
        Require(options.MaxEpochs >= 1, nameof(options.MaxEpochs), options.MaxEpochs, "at least 1");
        Require(options.Tolerance >= 0 && double.IsFinite(options.Tolerance), nameof(options.Tolerance), options.Tolerance, "finite and at least 0");
        Require(options.MaxNoImprovement is null or >= 1, nameof(options.MaxNoImprovement), options.MaxNoImprovement, "null or at least 1");
        Require(options.InitSize is null || options.InitSize >= clusters, nameof(options.InitSize), options.InitSize, Invariant($"null or at least the number of clusters, {clusters}"));
        Require(options.InitialTries >= 1, nameof(options.InitialTries), options.InitialTries, "at least 1");
        Defined(parameter, nameof(options.Seeding), options.Seeding, nameof(MiniBatchKMeansOptions));
        Require(options.ReassignmentRatio is >= 0 and <= 1, nameof(options.ReassignmentRatio), options.ReassignmentRatio, "from 0 to 1");
        Require(options.MaxDegreeOfParallelism is -1 or >= 1, nameof(options.MaxDegreeOfParallelism), options.MaxDegreeOfParallelism, "-1 or at least 1");
    }

    public static void Metric(KMeansMetric metric, string parameter) => Defined(parameter, nameof(KMeansOptions.Metric), metric);

    public static void Seeding(SeedingMethod seeding, string parameter) => Defined(parameter, nameof(KMeansOptions.Seeding), seeding);

    private static void Option<TValue>(string parameter, bool valid, string name, TValue value, string range, string type = nameof(KMeansOptions))
    {
        if (!valid)
        {
            throw new ArgumentOutOfRangeException(parameter, value, Invariant($"{type}.{name} is {value}; it must be {range}."));
        }
    }

    private static void Defined<TEnum>(string parameter, string name, TEnum value, string type = nameof(KMeansOptions))
        where TEnum : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            Option(parameter, valid: false, name, value, "one of " + string.Join(", ", Enum.GetNames<TEnum>()), type);
        }
    }
}
