using System.Globalization;
using System.Numerics;

namespace KMeansClustering.Tests.Support;

/// <summary>The class of docs/checkpoint.md, which says what it is for; a test compares the two.</summary>
internal sealed class CheckpointedFit<T>(string folder, ICollective? ranks = null, IProgress<KMeansProgress>? next = null) : IProgress<KMeansProgress>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ICollective _ranks = ranks ?? SingleProcess.Instance;
    private KMeansModel<T>? _before;
    private string? _file;

    // How many iterations an earlier run has done for this one.
    public int Done { get; private set; }

    // The fit gets the centroids to start from (null: none yet), the options that are left, and the progress to report to.
    public KMeansResult<T> Run(KMeansOptions options, Func<T[]?, KMeansOptions, IProgress<KMeansProgress>, KMeansResult<T>> fit)
    {
        if (options.Restarts != 1)
        {
            throw new ArgumentException("Each restart needs a folder of its own.", nameof(options));
        }

        T[]? start = Load();
        return fit(start, options with { MaxIterations = options.MaxIterations - Done }, this);
    }

    // An iteration's centroids are saved when the next one has ended, and was not the last.
    public void Report(KMeansProgress value)
    {
        if (_ranks.Rank == 0 && value.Iteration > 0 && value.StopReason is null)
        {
            if (_before is not null)
            {
                Save(_before, Done + value.Iteration - 1);
            }

            _before = value.CopyModel<T>();
        }

        next?.Report(value);
    }

    private void Save(KMeansModel<T> model, int iterations)
    {
        string file = Path.Combine(folder, iterations.ToString("D6", CultureInfo.InvariantCulture) + ".npy");
        model.SaveNpy(file);
        if (_file is not null)
        {
            File.Delete(_file);
        }

        _file = file;
    }

    // Only rank 0 reads and writes files; it tells the others what it has read.
    private T[]? Load()
    {
        T[] start = [];
        if (_ranks.Rank == 0)
        {
            _file = Directory.CreateDirectory(folder).GetFiles("*.npy").Select(file => file.FullName).Max(StringComparer.Ordinal);
            if (_file is not null)
            {
                start = KMeansModel<T>.LoadNpy(_file).Centroids.ToArray();
                Done = int.Parse(Path.GetFileNameWithoutExtension(_file), CultureInfo.InvariantCulture);
            }
        }

        double[] found = [Done, start.Length];
        _ranks.Broadcast(found, 0);
        Done = (int)found[0];
        double[] values = _ranks.Rank == 0 ? Array.ConvertAll(start, double.CreateChecked<T>) : new double[(int)found[1]];
        _ranks.Broadcast(values, 0);
        return values.Length == 0 ? null : Array.ConvertAll(values, T.CreateChecked<double>);
    }
}
