using Soma.Archives.Objects;
using Soma.Hosting;
using Soma.System.Tests.Processes;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>Whatever object of a backup is missing, cut off, altered or exchanged, verify and restore refuse it and name it, and nothing is restored.</summary>
public sealed class ObjectDamageTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_object_of_a_chain_is_damaged_it_is_named_and_nothing_is_restored(bool isEncrypted)
    {
        await using var notes = await ServedNotes.StartAsync();
        string[] keys = isEncrypted ? [EncryptionTests.KeyFile(notes, "key")] : [];
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = keys });
        await notes.PutAsync("n000", "1,3", "second");
        await notes.Archiving.BackupAsync(new ObjectOptions { KeyFiles = keys });
        await notes.Archiving.VerifyAsync(null, keys);
        var id = (await notes.Archiving.IdsAsync())[^1];
        var needed = notes.Store.Objects.Keys.Where(name => !name.StartsWith("backups/", StringComparison.Ordinal) || name.Contains(id, StringComparison.Ordinal)).ToList();
        // Three segments, two lists, the manifest and its hash.
        Assert.Equal(7, needed.Count);
        foreach (var name in needed)
        {
            var whole = notes.Store.Objects[name];
            foreach (var damaged in Damage(notes.Store, name))
            {
                notes.Store.Objects.Remove(name);
                if (damaged is not null)
                {
                    notes.Store.Objects[name] = (damaged, null);
                }

                await AssertRefusedAsync(notes, id, name, keys);
            }

            notes.Store.Objects[name] = whole;
        }

        await notes.Archiving.VerifyAsync(null, keys);
    }

    [Fact]
    public async Task Segments_in_another_order_are_refused_even_with_hashes_of_their_own()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        await notes.Archiving.BackupAsync();
        await notes.PutAsync("n000", "1,3", "second");
        await notes.Archiving.BackupAsync();
        await RewriteAsync(notes, entry => entry with { Segments = [.. entry.Segments.Reverse()] });

        var refused = await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.VerifyAsync());
        Assert.Contains("in another order", refused.Message, StringComparison.Ordinal);

        // The first one is left out.
        await RewriteAsync(notes, entry => entry with { Segments = [entry.Segments[0]] });
        refused = await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.VerifyAsync());
        Assert.Contains("has no seq 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_cannot_lead_to_other_objects_of_the_bucket()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        await notes.Archiving.BackupAsync();
        await RewriteAsync(notes, entry => entry with { Segments = [new ObjectRef("../../../../secrets".PadRight(64, 'a'), 5)] });

        var refused = await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.VerifyAsync());
        Assert.Contains("names objects or namespaces that no backup has", refused.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<byte[]?> Damage(MemoryObjectStore store, string name)
    {
        var whole = store.Objects[name].Content;
        yield return null;
        yield return whole[..^1];
        yield return [];
        foreach (var at in (int[])[0, whole.Length / 2, whole.Length - 2])
        {
            var altered = whole.ToArray();
            altered[at] ^= 1;
            yield return altered;
        }

        // Another object of the same kind in its place.
        yield return store.Objects.First(one => one.Key != name && one.Key.Split('/')[0] == name.Split('/')[0]).Value.Content;
    }

    private static async Task AssertRefusedAsync(ServedNotes notes, string id, string name, string[] keys)
    {
        using var folder = new TestFolder();
        var restored = Path.Combine(folder.Location, "restored");
        foreach (var read in (Func<Task>[])[() => notes.Archiving.VerifyAsync(id, keys), () => notes.Archiving.RestoreAsync(restored, id, keys)])
        {
            var refused = await Assert.ThrowsAsync<StartupException>(read);
            Assert.Equal(ExitCode.ArchiveRefused, refused.Code);
            // A hash that is not there makes the backup an unfinished one, which has no name to be found by.
            Assert.True(
                refused.Message.Contains(name.Replace(".sha256", "", StringComparison.Ordinal), StringComparison.Ordinal)
                || (name.EndsWith(".sha256", StringComparison.Ordinal) && refused.Message.Contains($"no backup {id}", StringComparison.Ordinal)),
                $"{name}: {refused.Message}");
        }

        Assert.False(Directory.Exists(restored));
    }

    // Alters the newest list as somebody would who makes the hashes fit.
    private static async Task RewriteAsync(ServedNotes notes, Func<CatalogEntry, CatalogEntry> alter)
    {
        var vault = new ObjectVault(notes.Store, KeyRing.None);
        var index = new BackupIndex(vault);
        var manifest = await index.FindAsync(null, default);
        var entries = (await index.ReadCatalogsAsync(manifest.Catalogs, default)).Values.Select(alter);
        var written = await vault.PutAsync("catalogs/altered", CatalogFile.Write(entries), default);
        await index.WriteAsync(manifest with { Catalogs = [new CatalogRef("catalogs/altered", written.Sha256, written.Bytes, 1)] }, default);
    }
}
