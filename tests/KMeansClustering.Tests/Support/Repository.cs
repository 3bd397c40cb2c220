namespace KMeansClustering.Tests.Support;

/// <summary>The files of this repository, from which the tests were built.</summary>
internal static class Repository
{
    /// <summary>A file, by its path from the folder of KMeans.sln.</summary>
    public static string Find(string path)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KMeans.sln")))
            {
                return Path.Combine(folder.FullName, path);
            }
        }

        throw new FileNotFoundException($"No KMeans.sln above {AppContext.BaseDirectory}.");
    }
}
