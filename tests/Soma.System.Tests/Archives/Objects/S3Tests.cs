using Soma.Archives.Objects;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>The commands against a server that speaks S3.</summary>
[Collection(ProcessTests.Name)]
public sealed class S3Tests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_namespace_that_is_restored_from_s3_gives_the_same_answers(StoreKind kind)
    {
        await using var s3 = await S3Server.StartAsync();
        await using var source = await ServedStore.CreateAsync(kind, postgres);
        await using var target = await ServedStore.CreateAsync(kind, postgres);
        IReadOnlyList<string> before;
        string first;
        await using (var soma = Archiving.Serve(source.Environment))
        {
            await soma.StartAsync();
            await Observed.FillAsync(soma.Client, "notes");
            (await new Archiving(With(source.Environment, s3)).BackupAsync(s3.Url)).AssertWell();
            first = await Observed.GetAsync(soma.Client, "notes", "1,0");
            await Observed.SendAsync(soma.Client, HttpMethod.Post, "/memories", "notes", """{"coord":"1,0","payload":{"text":"later"}}""");
            await Observed.WaitForRefinedAsync(soma.Client, "notes");
            before = await Observed.ReadAsync(soma.Client, "notes");
            (await new Archiving(With(source.Environment, s3)).BackupAsync(s3.Url, keep: 5)).AssertWell();
            Assert.Equal(0, await soma.TerminateAsync());
        }

        var archiving = new Archiving(With(target.Environment, s3));
        (await archiving.VerifyAsync(s3.Url)).AssertWell();
        (await archiving.RestoreAsync(s3.Url)).AssertWell();
        (await archiving.VerifyAsync(live: true)).AssertWell();
        var list = await archiving.ListAsync(s3.Url);
        list.AssertWell();
        var ids = list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ToArray();
        Assert.Equal(2, ids.Length);
        (await archiving.RestoreAsync(s3.Url, other: "earlier", objects: new ObjectOptions { At = ids[0] })).AssertWell();

        await using var restored = Archiving.Serve(target.Environment);
        await restored.StartAsync();
        Assert.Equal(before, await Observed.ReadAsync(restored.Client, "notes"));
        Assert.Equal(first, await Observed.GetAsync(restored.Client, "earlier", "1,0"));
    }

    [Fact]
    public async Task An_object_of_many_parts_comes_back_and_is_refused_when_it_was_altered()
    {
        await using var s3 = await S3Server.StartAsync();
        using var folder = new TestFolder();
        using var store = S3Settings.Open(new SettingsReader(s3.Environment.GetValueOrDefault), s3.Url);
        var vault = new ObjectVault(store, KeyRing.None);
        var content = new byte[(2 * S3Multipart.PartBytes) + 12_345];
        Random.Shared.NextBytes(content);
        var written = await vault.PutAsync(new MemoryStream(content), default);

        await using (var read = await vault.FetchAsync(written.Name, written.Sha256, "test", default))
        {
            var back = new byte[read.Length];
            await read.ReadExactlyAsync(back);
            Assert.True(content.AsSpan().SequenceEqual(back));
        }

        var file = Directory.EnumerateFiles(s3.Folder, "*", SearchOption.AllDirectories).Single(path => path.Contains(written.Sha256, StringComparison.Ordinal) && new FileInfo(path).Length == content.Length);
        await using (var stream = File.OpenWrite(file))
        {
            stream.Position = content.Length / 2;
            stream.WriteByte((byte)(content[content.Length / 2] ^ 1));
        }

        var refused = await Assert.ThrowsAsync<StartupException>(() => vault.FetchAsync(written.Name, written.Sha256, "test", default));
        Assert.Contains(written.Name, refused.Message, StringComparison.Ordinal);
        Assert.True(await store.DeleteAsync(written.Name, default));
        Assert.Null(await store.OpenAsync(written.Name, default));
    }

    [Fact]
    public async Task A_second_backup_is_refused_where_the_server_knows_no_conditional_writes()
    {
        await using var s3 = await S3Server.StartAsync();
        using var store = S3Settings.Open(new SettingsReader(s3.Environment.GetValueOrDefault), s3.Url);
        await using (await PrefixLock.TakeAsync(store, TimeProvider.System, default))
        {
            await Assert.ThrowsAsync<StartupException>(() => PrefixLock.TakeAsync(store, TimeProvider.System, default));
        }

        await (await PrefixLock.TakeAsync(store, TimeProvider.System, default)).DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_away_or_a_wrong_key_ends_the_command_with_one_line()
    {
        using var folder = new TestFolder();
        await BackupTests.OneNoteAsync(folder);
        await using var s3 = await S3Server.StartAsync();
        var environment = new Dictionary<string, string?>(s3.Environment) { ["SOMA_DATA_DIR"] = Path.Combine(folder.Location, "data"), ["SOMA_S3_ACCESS_KEY_ID"] = "nobody" };

        (await new Archiving(environment).BackupAsync(s3.Url)).AssertFailed(ExitCode.ArchiveUnwritable, s3.Url);
        (await new Archiving(environment).VerifyAsync(s3.Url)).AssertFailed(ExitCode.ArchiveRefused, s3.Url);
    }

    private static Dictionary<string, string?> With(IReadOnlyDictionary<string, string?> store, S3Server s3) =>
        store.Concat(s3.Environment).ToDictionary(StringComparer.Ordinal);
}
