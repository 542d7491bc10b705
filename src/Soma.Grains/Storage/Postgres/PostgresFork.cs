using Npgsql;
using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Forking;
using static Soma.Grains.Storage.Postgres.PostgresCommands;

namespace Soma.Grains.Storage.Postgres;

/// <summary>One fork inside its transaction, which is undone unless the result is <see cref="ForkStatus.Forked"/>.</summary>
internal sealed class PostgresFork(NpgsqlConnection connection, ForkRequest request, CancellationToken cancellationToken)
{
    private readonly byte[]? _key = ForkSteps.KeyOf(request);

    public async Task<ForkResult> RunAsync()
    {
        await ExecuteAsync("begin_fork");
        if (await FindEarlierAsync() is { } earlier)
        {
            return earlier;
        }

        if (await FindSourceAsync() is not { } found)
        {
            return new ForkResult { Status = ForkStatus.NoSource };
        }

        if (ForkSteps.IsAhead(request, found.Row))
        {
            return found.Refuse(ForkStatus.NotYet);
        }

        var source = await PlaceAsync(found);
        return source.IsWhole(request.AsOf) ? await CopyAsync(source) : source.Refuse(ForkStatus.BeforeHorizon);
    }

    private async Task<ForkResult?> FindEarlierAsync() =>
        _key is not null && await ReadAsync(
            "find_fork", row => (Answer: row.GetFieldValue<byte[]>(0), Lease: row.GetInt64(1)), Of(_key)) is [var (answer, lease)]
            ? ForkSteps.Unpack(request, answer, lease)
            : null;

    private async Task<ForkSource?> FindSourceAsync()
    {
        var rows = await ReadAsync(
            "read_namespace", row => (Id: row.GetInt64(15), ArchiveRows.Namespace(row).Row), Of(request.Source.Tenant), Of(request.Source.Name));
        return rows is [var (id, row)]
            ? new ForkSource(id, row, (await ReadSqlAsync(PostgresSql.Named["read_horizon"], StoredRows.Horizon, [Of(id)])).SingleOrDefault())
            : null;
    }

    private async Task<ForkSource> PlaceAsync(ForkSource source)
    {
        if (request.AsOf?.Seq is { } seq)
        {
            var times = await ReadAsync("read_time", row => row.GetInt64(0), Of(source.Id), Of(seq));
            return source with { Seq = seq, Time = new Instant(times is [var at] ? at : 0) };
        }

        var time = request.AsOf?.At ?? ForkSteps.Now(request, source.Row);
        var newest = time.Microseconds >= source.Row.LastAt ? source.Row.HeadSeq : (await ReadSqlAsync(
            PostgresSql.Named["find_seq_at"], row => row.GetInt64(0), [Of(source.Id), Of(time.Microseconds + 1)]))[0] - 1;
        return source with { Seq = newest, Time = time };
    }

    private async Task<ForkResult> CopyAsync(ForkSource source)
    {
        var id = (await ReadAsync("begin", row => row.GetInt64(0)))[0];
        var head = await (request.History ? CopyHistoryAsync(source, id) : CopyStateAsync(source, id));
        await ExecuteAsync("fork_embeddings", Of(source.Id), Of(source.Seq), Of(id));
        await ExecuteAsync("fork_cursors", Of(source.Id), Of(id), Of(head));
        var counts = (await ReadAsync("examine_counts", row => StoredRows.Counts(row, 0), Of(id)))[0];
        var (memories, links) = (await ReadAsync(
            "count_fork", row => (row.GetInt64(0), row.GetInt64(1)), Of(id), Of(source.Time.Microseconds)))[0];
        var published = await PublishAsync(id, ForkSteps.RowOf(request, source, head, counts));
        if (published.Status != PublishStatus.Published)
        {
            return new ForkResult { Status = ForkStatus.InUse };
        }

        var result = new ForkResult { Status = ForkStatus.Forked, Seq = head, Memories = memories, Links = links, Lease = published.Lease };
        await ExecuteAsync(
            "mark_fork", Of(id), Of(ForkSteps.HorizonAt(request, source).Microseconds), Of(_key), Of(ForkSteps.Pack(request, result)));
        await ExecuteAsync("drop_unwritten");
        return result;
    }

    private async Task<long> CopyStateAsync(ForkSource source, long id)
    {
        var head = request.AsOf is null
            ? await ExecuteAsync("fork_present", Of(source.Id), Of(source.Time.Microseconds), Of(id))
            : await ExecuteAsync("fork_state", Of(source.Id), Of(source.Seq), Of(source.Time.Microseconds), Of(id));
        await ExecuteAsync("fork_memories", Of(id));
        await ExecuteAsync("fork_links", Of(id));
        return head;
    }

    private async Task<long> CopyHistoryAsync(ForkSource source, long id)
    {
        var time = source.Time.Microseconds;
        var head = await ExecuteAsync("fork_history", Of(source.Id), Of(source.Seq), Of(id))
            + await ExecuteAsync("fork_purges", Of(id), Of(source.Seq), Of(time), Of(time));
        await ExecuteAsync("derive_memories", Of(id));
        await ExecuteAsync("derive_links", Of(id));
        return head;
    }

    private async Task<PublishResult> PublishAsync(long id, NamespaceRow row)
    {
        var settings = await ReadAsync(
            "read_settings", state => state.GetFieldValue<byte[]>(0), Of(request.ServiceId), Of(NamespaceGrain.StateName), Of(request.Source.ToGrainKey()));
        var publication = new Publication { Id = id, Key = request.Target, Row = row, SetsSettings = true, Settings = settings.SingleOrDefault() };
        return (await ReadAsync("publish", PostgresArchive.Published, PostgresArchive.ParametersOf(publication, request.ServiceId)))[0];
    }

    private Task<List<T>> ReadAsync<T>(string statement, Func<NpgsqlDataReader, T> read, params NpgsqlParameter[] parameters) =>
        ReadSqlAsync(PostgresArchive.Sql[statement], read, parameters);

    private async Task<List<T>> ReadSqlAsync<T>(string sql, Func<NpgsqlDataReader, T> read, NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ReadRowsAsync(parameters, read, cancellationToken);
    }

    private async Task<int> ExecuteAsync(string statement, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(PostgresArchive.Sql[statement], connection) { CommandTimeout = 0 };
        return await command.ExecuteAsync(parameters, cancellationToken);
    }
}
