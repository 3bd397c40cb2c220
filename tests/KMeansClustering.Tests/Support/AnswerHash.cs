using System.Security.Cryptography;
using Xunit.Abstractions;

namespace KMeansClustering.Tests.Support;

/// <summary>One hash over many answers, that stands in a test: the same on any number of threads, any instruction set and any machine.</summary>
internal static class AnswerHash
{
    /// <summary>Requires the hash of what is appended, and prints it.</summary>
    public static void Require(string expected, int threads, ITestOutputHelper output, Action<IncrementalHash> append)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        append(hash);

        string found = Convert.ToHexString(hash.GetHashAndReset());

        output.WriteLine($"{threads} threads: {found}");
        found.Should().Be(expected, "the answer changes only with a new definition of it; then, and never because of a machine, the new hash may stand here");
    }
}
