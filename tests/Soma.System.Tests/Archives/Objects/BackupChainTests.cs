using Soma.Archives.Objects;
using Soma.Hosting;

namespace Soma.System.Tests.Archives.Objects;

/// <summary>What a chain of backups costs, and what it does when a run is killed, doubled, or too old.</summary>
public sealed class BackupChainTests
{
    [Fact]
    public async Task A_namespace_that_has_not_changed_costs_no_object_and_one_that_has_costs_one()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 20);
        await notes.Archiving.BackupAsync();
        Assert.Equal(20, notes.Store.Written.Count(IsSegment));

        notes.Store.Written.Clear();
        await notes.Archiving.BackupAsync();
        Assert.DoesNotContain(notes.Store.Written, name => IsSegment(name) || IsList(name));

        await notes.PutAsync("n007", "1,3", "another one");
        notes.Store.Written.Clear();
        await notes.Archiving.BackupAsync();
        Assert.Single(notes.Store.Written, IsSegment);
        Assert.Single(notes.Store.Written, IsList);
        await notes.Archiving.VerifyAsync();
    }

    [Fact]
    public async Task Purged_content_lies_in_no_segment_of_a_new_backup_and_in_no_object_once_old_backups_are_pruned()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        await notes.Archiving.BackupAsync();
        await notes.PutAsync("n000", "1,3", "stays");
        await notes.Archiving.BackupAsync();
        var before = (await notes.Archiving.IdsAsync())[^1];

        await Observed.SendAsync(notes.Client, HttpMethod.Delete, "/memories/1,2?purge=true", "n000", null);
        await notes.Archiving.BackupAsync();

        Assert.Contains("secret kettle", await notes.TextOfAsync(before), StringComparison.Ordinal);
        Assert.DoesNotContain("secret kettle", await notes.TextOfAsync(), StringComparison.Ordinal);
        await notes.Archiving.BackupAsync(keep: 1);
        Assert.Single(notes.Store.Objects.Keys, IsSegment);
        await notes.Archiving.VerifyAsync();
    }

    [Fact]
    public async Task A_backup_that_was_killed_is_continued_and_writes_what_is_missing()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 250);
        notes.Store.DieAfter(180);
        await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.BackupAsync());
        var written = notes.Store.Written.Count(IsSegment);
        Assert.True(written is > 100 and < 200, $"{written}");
        await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.OpenAsync());

        notes.Store.Revive();
        // The lock of the killed process is over.
        notes.Archiving.Clock.Advance(TimeSpan.FromMinutes(2));
        await notes.PutAsync("n000", "1,3", "written between the runs");
        notes.Store.Written.Clear();
        var line = await notes.Archiving.BackupAsync();

        Assert.Contains("continued", line, StringComparison.Ordinal);
        // A list of the finished namespaces is written for each hundred of them: what was not in a list yet is written again.
        Assert.True(notes.Store.Written.Count(IsSegment) <= 250 - 100 + 1, $"{notes.Store.Written.Count(IsSegment)}");
        await notes.Archiving.VerifyAsync();
        using var backup = await notes.Archiving.OpenAsync();
        Assert.Equal(251, backup.Namespaces.Sum(entry => entry.Memories));
    }

    [Fact]
    public async Task A_second_backup_is_refused_while_one_runs()
    {
        await using var notes = await ServedNotes.StartAsync();
        await using (await PrefixLock.TakeAsync(notes.Store, notes.Archiving.Clock, default))
        {
            var refused = await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.BackupAsync());
            Assert.Equal(ExitCode.ArchiveUnwritable, refused.Code);
            Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
        }

        await notes.Archiving.BackupAsync();
    }

    [Fact]
    public async Task A_backup_whose_lock_was_taken_writes_no_manifest()
    {
        await using var notes = await ServedNotes.StartAsync();
        await using var held = await PrefixLock.TakeAsync(notes.Store, notes.Archiving.Clock, default);
        await using var reader = await Soma.Archives.ArchiveStore.Read(new SettingsReader(notes.Environment.GetValueOrDefault)).OpenReaderAsync(default);
        notes.Store.Objects["lock"] = ("""{"owner":"other","host":"elsewhere","until":"2100-01-01T00:00:00+00:00"}"""u8.ToArray(), null);

        using var run = new IncrementalBackup(
            new ObjectVault(notes.Store, KeyRing.None), reader, new IncrementalRequest(Soma.Archives.NamespaceSelection.All, false), notes.Archiving.Clock);

        Assert.Contains("elsewhere", (await Assert.ThrowsAsync<StartupException>(() => run.RunAsync(held, default))).Message, StringComparison.Ordinal);
        Assert.Empty(await notes.Archiving.IdsAsync());
    }

    [Fact]
    public async Task Old_backups_are_deleted_with_what_no_other_needs_and_a_lock_of_the_store_is_respected()
    {
        await using var notes = await ServedNotes.StartAsync();
        var locked = new ObjectOptions { LockDays = 2 };
        await notes.Archiving.BackupAsync(locked);
        await notes.PutAsync("n000", "1,3", "second");
        await notes.Archiving.BackupAsync();
        await Observed.SendAsync(notes.Client, HttpMethod.Delete, "/namespaces/n001?confirm=n001", "n001", null);
        await notes.PutAsync("n000", "1,4", "third");
        var line = await notes.Archiving.BackupAsync(keep: 1);

        Assert.Contains("Locked, and left", line, StringComparison.Ordinal);
        Assert.Equal(2, (await notes.Archiving.IdsAsync()).Count);
        foreach (var id in await notes.Archiving.IdsAsync())
        {
            await notes.Archiving.VerifyAsync(id);
        }

        notes.Archiving.Clock.Advance(TimeSpan.FromDays(3));
        notes.Store.Unlock();
        await notes.Archiving.BackupAsync(keep: 1);
        Assert.Single(await notes.Archiving.IdsAsync());
        Assert.Equal(3, notes.Store.Objects.Keys.Count(IsSegment));
        await notes.Archiving.VerifyAsync();
    }

    [Fact]
    public async Task A_backup_that_either_rule_keeps_is_kept()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        for (var day = 0; day < 6; day++)
        {
            await notes.Archiving.BackupAsync();
            notes.Archiving.Clock.Advance(TimeSpan.FromDays(1));
        }

        await notes.Archiving.BackupAsync(new ObjectOptions { KeepDays = 3 }, keep: 2);
        // Those of the last two days and the new one; the one of three days ago began some seconds too early.
        Assert.Equal(3, (await notes.Archiving.IdsAsync()).Count);
        await notes.Archiving.BackupAsync(keep: 2);
        Assert.Equal(2, (await notes.Archiving.IdsAsync()).Count);
    }

    [Fact]
    public async Task A_moment_chooses_the_newest_backup_that_had_finished_by_then()
    {
        await using var notes = await ServedNotes.StartAsync(namespaces: 1);
        await notes.Archiving.BackupAsync();
        notes.Archiving.Clock.Advance(TimeSpan.FromHours(1));
        var between = notes.Archiving.Clock.GetUtcNow();
        notes.Archiving.Clock.Advance(TimeSpan.FromHours(1));
        await notes.PutAsync("n000", "1,3", "later");
        await notes.Archiving.BackupAsync();

        using var earlier = await notes.Archiving.OpenAsync($"{between:O}");
        using var newest = await notes.Archiving.OpenAsync();
        Assert.Equal([1L, 2L], [earlier.Namespaces.Single().HeadSeq, newest.Namespaces.Single().HeadSeq]);
        await Assert.ThrowsAsync<StartupException>(() => notes.Archiving.OpenAsync("2020-01-01"));
    }

    internal static bool IsSegment(string name) => name.StartsWith("objects/", StringComparison.Ordinal);

    private static bool IsList(string name) => name.StartsWith("catalogs/", StringComparison.Ordinal);
}
