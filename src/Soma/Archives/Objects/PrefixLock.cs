namespace Soma.Archives.Objects;

/// <summary>Who writes under a prefix, and until when others have to assume that it is still there.</summary>
internal sealed record LockContent(string Owner, string Host, DateTimeOffset Until);

/// <summary>Keeps a second backup from the prefix. It is renewed while it is held; of a process that was killed it is over within a minute.</summary>
/// <remarks>
/// A store without conditional writes lets two processes take the lock at the same moment. The later one wins: the other finds that out when it
/// asks <see cref="EnsureHeldAsync"/> before its manifest is written, or anything is deleted. Until then two backups do not disturb each other,
/// because no object of one has a name of the other's, except where both hold the same bytes.
/// </remarks>
internal sealed class PrefixLock : IAsyncDisposable
{
    private const string FileName = "lock";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(15);

    private readonly IObjectStore _store;
    private readonly TimeProvider _clock;
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource _ends = new();
    private Task _renewing = Task.CompletedTask;

    private PrefixLock(IObjectStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <exception cref="StartupException">Another process holds it.</exception>
    public static async Task<PrefixLock> TakeAsync(IObjectStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        var held = new PrefixLock(store, clock);
        var there = await ReadAsync(store, cancellationToken);
        if (there?.Until > clock.GetUtcNow())
        {
            throw Refuse(store, there);
        }

        if (there is not null)
        {
            await held.WriteAsync(cancellationToken);
        }
        else if (!await store.TryCreateAsync(FileName, held.Content(), cancellationToken))
        {
            throw Refuse(store, await ReadAsync(store, cancellationToken));
        }

        held._renewing = held.RenewAsync();
        return held;
    }

    /// <exception cref="StartupException">Another process took it: this one was held up for longer than the lock lasts.</exception>
    public async Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(_store, cancellationToken) is var now && now?.Owner != _owner)
        {
            throw Refuse(_store, now);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _renewing;
        _ends.Dispose();
        try
        {
            if ((await ReadAsync(_store, CancellationToken.None))?.Owner == _owner)
            {
                await _store.DeleteAsync(FileName, CancellationToken.None);
            }
        }
        catch (ObjectStoreException)
        {
            // The lock is over by itself within a minute.
        }
    }

    private static StartupException Refuse(IObjectStore store, LockContent? other) => ArchiveProcess.Unwritable(other is null
        ? $"another process wrote to {store.Name} meanwhile; try again."
        : $"another process on {other.Host} writes to {store.Name}; if it was killed, try again after {other.Until:u}.");

    private static async Task<LockContent?> ReadAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        await using var file = await store.OpenAsync(FileName, cancellationToken);
        try
        {
            return file is null ? null : await JsonSerializer.DeserializeAsync(file, ObjectJson.Default.LockContent, cancellationToken);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[] Content() => JsonSerializer.SerializeToUtf8Bytes(
        new LockContent(_owner, Environment.MachineName, _clock.GetUtcNow() + Lifetime), ObjectJson.Default.LockContent);

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        using var content = new MemoryStream(Content());
        await _store.PutAsync(FileName, content, null, cancellationToken);
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(Renewal, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_ends.Token))
            {
                try
                {
                    if ((await ReadAsync(_store, _ends.Token))?.Owner == _owner)
                    {
                        await WriteAsync(_ends.Token);
                    }
                }
                catch (ObjectStoreException)
                {
                    // The next renewal may succeed. If none does, the check before the manifest fails.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The lock is given back.
        }
    }
}
