using KMeansClustering.Storage;
using KMeansClustering.Tests.Support;

namespace KMeansClustering.Tests;

/// <summary>A file is written whole or not at all.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    private string FilePath => Path.Combine(_folder, "model.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_is_written_and_nothing_left_beside_it()
    {
        AtomicFile.Write(FilePath, stream => stream.Write("new"u8));

        Require("new");
    }

    [Fact]
    public void A_file_is_replaced_whole()
    {
        File.WriteAllText(FilePath, "what was here before");

        AtomicFile.Write(FilePath, stream => stream.Write("new"u8));

        Require("new");
    }

    [Fact]
    public void While_it_is_written_the_old_one_can_be_read()
    {
        File.WriteAllText(FilePath, "old");

        AtomicFile.Write(FilePath, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            File.ReadAllText(FilePath).Should().Be("old");
        });

        Require("new");
    }

    [Fact]
    public void After_a_failure_the_old_one_is_there_and_nothing_beside_it()
    {
        File.WriteAllText(FilePath, "old");

        Refusal.Require(() => AtomicFile.Write(FilePath, Fail), typeof(IOException), "the disk is full");

        Require("old");
    }

    [Fact]
    public void After_a_failure_without_an_old_one_there_is_nothing()
    {
        Refusal.Require(() => AtomicFile.Write(FilePath, Fail), typeof(IOException), "the disk is full");

        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    [Fact]
    public void A_folder_is_not_replaced_and_nothing_left_beside_it()
    {
        Directory.CreateDirectory(FilePath);

        Exception? thrown = Record.Exception(() => Stored.Model<double>(2, 2, 1).Save(FilePath));

        (thrown is IOException or UnauthorizedAccessException).Should().BeTrue($"{thrown}");
        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(FilePath);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_not_made()
    {
        Refusal.Require(() => Stored.Model<double>(2, 2, 1).Save(Path.Combine(_folder, "sub", "model.json")), typeof(DirectoryNotFoundException));

        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    [Fact]
    public void A_name_without_a_folder_is_in_the_current_one()
    {
        string name = $"saved-{Guid.NewGuid():N}.json";
        try
        {
            Stored.Model<double>(2, 2, 1).Save(name);

            KMeansModel<double>.Load(Path.Combine(Directory.GetCurrentDirectory(), name)).Clusters.Should().Be(2);
        }
        finally
        {
            File.Delete(name);
        }
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public void Who_may_read_and_write_it_stays(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(FilePath, "old");
        File.SetUnixFileMode(FilePath, mode);

        AtomicFile.Write(FilePath, stream => stream.Write("new"u8));

        Require("new");
        File.GetUnixFileMode(FilePath).Should().Be(mode);
    }

    private static void Fail(Stream stream)
    {
        stream.Write("half of the n"u8);
        throw new IOException("the disk is full");
    }

    private void Require(string text)
    {
        Directory.EnumerateFileSystemEntries(_folder).Should().Equal(FilePath);
        File.ReadAllText(FilePath).Should().Be(text);
    }
}
