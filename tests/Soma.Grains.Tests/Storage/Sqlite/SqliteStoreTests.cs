using Soma.Grains.Storage;
using Soma.Grains.Storage.Sqlite;

namespace Soma.Grains.Tests.Storage.Sqlite;

public sealed class SqliteStoreTests : CanonicalStoreContract, IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly SqliteDatabase _database;

    public SqliteStoreTests()
    {
        _database = new SqliteDatabase(_folder.Path);
        Store = new SqliteStore(_database);
    }

    protected override ICanonicalStore Store { get; }

    public Task InitializeAsync() => _database.InitializeAsync(default);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _database.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commits_of_many_namespaces_at_once_fail_alone()
    {
        var owners = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => TestOwner.TakeNewAsync(Store)));
        var commits = owners.Select((owner, i) => (i % 3) switch
        {
            0 => Store.CommitAsync(owner.Puts(1, 2), default),
            1 => Store.CommitAsync(owner.Puts(1) with { Epoch = 99 }, default),
            _ => Store.CommitAsync(owner.Batch(owner.PutRow(1, 1), owner.PutRow(2, 2).With(memory => memory with { Text = "\ud800" })), default),
        }).ToArray();
        await Task.WhenAll(commits.Select(commit => commit.ContinueWith(_ => { }, TaskScheduler.Default)));
        for (var i = 0; i < commits.Length; i++)
        {
            Assert.Equal(i % 3 == 2, commits[i].IsFaulted);
            Assert.Equal(i % 3 == 0 ? 2 : 0, (await Store.ReadLogAsync(owners[i].Id, 0, 10, default)).Count);
            Assert.Equal(i % 3 == 0 ? 2 : 0, (await owners[i].CountsAsync()).Total);
        }
    }

    [Fact]
    public async Task No_byte_of_what_was_purged_expired_deleted_or_replaced_is_left_in_the_files()
    {
        await new PlantedContent(Store).PlantAndReclaimAsync();

        var files = Directory.GetFiles(_folder.Path, "*.db*").ToDictionary(file => Path.GetFileName(file), ReadShared);
        Assert.Contains(files, file => file.Value.AsSpan().IndexOf(PlantedContent.Kept) >= 0);
        Assert.All(files, file => Assert.True(file.Value.AsSpan().IndexOf(PlantedContent.Gone) < 0, $"{file.Key} holds content that is gone."));
    }

    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
