using System.Diagnostics;
using Soma.Archives.Backups;

namespace Soma.Archives.Objects;

/// <summary>The commands for backups in a store of objects: <c>soma backup --to s3://…</c>, and <c>soma backups list</c> and <c>prune</c>.</summary>
internal static class ObjectCommands
{
    public static async Task BackupAsync(
        SettingsReader settings, ArchiveStore from, BackupRequest request, TextWriter output, CancellationToken cancellationToken)
    {
        using var store = S3Settings.Open(settings, request.To);
        await using var reader = await from.OpenReaderAsync(cancellationToken);
        await output.WriteLineAsync((await BackupAsync(store, reader, request, TimeProvider.System, cancellationToken)).AsMemory(), cancellationToken);
    }

    /// <summary>Makes a backup, and deletes old ones if the request says so.</summary>
    /// <returns>What was done, in a line.</returns>
    public static async Task<string> BackupAsync(
        IObjectStore store, INamespaceReader reader, BackupRequest request, TimeProvider clock, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var options = request.Objects;
        var vault = new ObjectVault(store, KeyRing.Read(options.KeyFiles), options.LockDays is { } days ? clock.GetUtcNow().AddDays(days) : null);
        return await WritingAsync(store, clock, async held =>
        {
            using var run = new IncrementalBackup(vault, reader, new IncrementalRequest(request.Namespaces, options.EverythingAnew), clock);
            var result = await run.RunAsync(held, cancellationToken);
            var rule = new RetentionRule(request.Keep, options.KeepDays);
            var pruned = rule.IsAny ? Describe(await new Retention(vault, held, clock).RunAsync(rule, cancellationToken)) : "";
            var manifest = result.Manifest;
            var resumed = result.Resumed ? ", continued" : "";
            return FormattableString.Invariant(
                $"{store.Name}: {manifest.Id}{resumed}: {manifest.Namespaces} namespaces with {manifest.Memories} memories; {result.Changed} written, {manifest.NewBytes} new bytes of {manifest.Bytes}, {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s.{pruned}");
        }, cancellationToken);
    }

    public static Task<ExitCode> ListAsync(
        SettingsReader settings, BackupsRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            using var store = S3Settings.Open(settings, request.Url);
            var index = new BackupIndex(new ObjectVault(store, KeyRing.Read(request.Options.KeyFiles)));
            foreach (var id in await index.ListAsync(cancellationToken))
            {
                var manifest = await index.ReadAsync(id, cancellationToken);
                var key = manifest.Key is { } fingerprint ? $", key {fingerprint}" : "";
                await output.WriteLineAsync(
                    $"{id}  {manifest.FinishedAt:u}  {manifest.Namespaces} namespaces, {manifest.Memories} memories, {manifest.NewBytes} new bytes of {manifest.Bytes}{key}".AsMemory(),
                    cancellationToken);
            }

            return ExitCode.Stopped;
        });

    public static Task<ExitCode> PruneAsync(
        SettingsReader settings, BackupsRequest request, TextWriter output, TextWriter errors, CancellationToken cancellationToken) =>
        ArchiveProcess.RunAsync(settings, errors, async () =>
        {
            using var store = S3Settings.Open(settings, request.Url);
            var vault = new ObjectVault(store, KeyRing.Read(request.Options.KeyFiles));
            var pruned = await WritingAsync(
                store,
                TimeProvider.System,
                async held => Describe(await new Retention(vault, held, TimeProvider.System).RunAsync(new RetentionRule(request.KeepLast, request.Options.KeepDays), cancellationToken)),
                cancellationToken);
            await output.WriteLineAsync($"{store.Name}:{pruned}".AsMemory(), cancellationToken);
            return ExitCode.Stopped;
        });

    // Runs while no other process writes under the prefix.
    private static async Task<string> WritingAsync(
        IObjectStore store, TimeProvider clock, Func<PrefixLock, Task<string>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var held = await PrefixLock.TakeAsync(store, clock, cancellationToken);
            return await work(held);
        }
        catch (Exception failure) when (failure is ObjectStoreException or IOException or UnauthorizedAccessException)
        {
            throw ArchiveProcess.Unwritable(StartupFailures.FirstLine(failure), failure);
        }
    }

    private static string Describe(RetentionResult result)
    {
        var locked = result.LockedBackups.Count + result.LockedObjects > 0
            ? $" Locked, and left: backups {(result.LockedBackups.Count > 0 ? string.Join(", ", result.LockedBackups) : "none")}, {result.LockedObjects} other objects."
            : "";
        return $" {result.Backups.Count} older backups deleted, {result.Objects} objects with {result.Bytes} bytes.{locked}";
    }
}

/// <summary>The arguments of <c>soma backups list</c> and <c>prune</c>.</summary>
public sealed record BackupsRequest(string Url, int? KeepLast, ObjectOptions Options);
