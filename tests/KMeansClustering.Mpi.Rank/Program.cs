using System.Globalization;
using KMeansClustering.Mpi.Rank;

// One rank of a job: dotnet KMeansClustering.Mpi.Rank.dll COMMAND [ARGUMENT]. The answer is what rank 0 prints; a rank that fails prints why.
return args switch
{
    ["laws"] => Commands.Laws(),
    ["hash", var cut, var every] => Commands.Hash(Enum.Parse<Cut>(cut), int.Parse(every, CultureInfo.InvariantCulture)),
    ["disagree"] => Commands.Disagree(),
    ["refuse"] => Commands.Refuse(),
    ["cancel"] => Commands.Cancel(),
    ["survive"] => Commands.Survive(),
    ["leave", var way] => Leaving.By(way),
    ["file", var path, var cut] => Commands.MappedFile(path, Enum.Parse<Cut>(cut)),
    ["work"] => Commands.Work(),
    ["resume", var type, var folder, var place] => Commands.Resume(type, folder, place),
    _ => 64,
};
