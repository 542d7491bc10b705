using Soma.Grains.Storage.Sqlite;
using Soma.Grains.Tests.Storage.Sqlite;

namespace Soma.Grains.Tests.Storage.Archives;

public sealed class SqliteArchiveTests : NamespaceArchiveContract
{
    protected override Task<ArchiveWorld> NewWorldAsync() => Task.FromResult<ArchiveWorld>(new SqliteArchiveWorld());

    [Fact]
    public async Task A_builder_does_not_work_on_a_folder_that_is_served()
    {
        await using var world = new SqliteArchiveWorld();
        await world.ServeAsync(async (_, _) => await Assert.ThrowsAsync<DataFolderInUseException>(world.OpenBuilderAsync));
    }

    [Fact]
    public void A_folder_without_memories_is_no_store_and_is_left_as_it_was()
    {
        using var folder = new TempFolder();
        Assert.Throws<DataFolderException>(() => new SqliteNamespaceReader(folder.Path, "soma"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
