using Soma.Grains.Storage.Archives;
using Soma.Grains.Storage.Forking;

namespace Soma.Grains.Storage.Sqlite;

// Forks: the same steps as on Postgres, in one transaction of the writer. SQLite has one writer, so the commits of all namespaces wait until
// the copy is there: about a second for 100,000 memories.
public sealed partial class SqliteStore : IForkStore
{
    public Task<ForkResult> ForkAsync(ForkRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(session => Fork(session, request), cancellationToken);

    private static ForkResult Fork(SqliteSession session, ForkRequest request)
    {
        var key = ForkSteps.KeyOf(request);
        if (key is not null && session.Read(
            SqliteArchive.Sql["find_fork"], row => (Answer: row.GetFieldValue<byte[]>(0), Lease: row.GetInt64(1)), key) is [var (answer, lease)])
        {
            return ForkSteps.Unpack(request, answer, lease);
        }

        var rows = session.Read(
            SqliteArchive.Sql["read_namespace"], row => (Id: row.GetInt64(15), ArchiveRows.Namespace(row).Row), request.Source.Tenant, request.Source.Name);
        if (rows is not [var (id, row)])
        {
            return new ForkResult { Status = ForkStatus.NoSource };
        }

        var found = new ForkSource(id, row, session.Read(SqliteSql.Named["read_horizon"], StoredRows.Horizon, id).SingleOrDefault());
        if (ForkSteps.IsAhead(request, row))
        {
            return found.Refuse(ForkStatus.NotYet);
        }

        var source = Place(session, request, found);
        return source.IsWhole(request.AsOf) ? Copy(session, request, source, key) : source.Refuse(ForkStatus.BeforeHorizon);
    }

    private static ForkSource Place(SqliteSession session, ForkRequest request, ForkSource source)
    {
        if (request.AsOf?.Seq is { } seq)
        {
            var at = session.Read(SqliteArchive.Sql["read_time"], row => row.GetInt64(0), source.Id, seq).SingleOrDefault();
            return source with { Seq = seq, Time = new Instant(at) };
        }

        var time = request.AsOf?.At ?? ForkSteps.Now(request, source.Row);
        var newest = time.Microseconds >= source.Row.LastAt ? source.Row.HeadSeq
            : session.Read(SqliteSql.Named["find_seq_at"], row => row.GetInt64(0), source.Id, time.Microseconds + 1)[0] - 1;
        return source with { Seq = newest, Time = time };
    }

    private static ForkResult Copy(SqliteSession session, ForkRequest request, ForkSource source, byte[]? key)
    {
        // Asked before anything is copied, because the writer's transaction may be shared: what was copied in vain would have to be undone.
        if (session.Read(SqliteArchive.Sql["read_predecessor"], row => row.GetInt64(2), request.Target.Tenant, request.Target.Name) is [> 0])
        {
            return new ForkResult { Status = ForkStatus.InUse };
        }

        var id = session.Read(SqliteArchive.Sql["begin"], row => row.GetInt64(0))[0];
        var head = request.History ? CopyHistory(session, source, id) : CopyState(session, request, source, id);
        session.Execute(SqliteArchive.Sql["fork_embeddings"], source.Id, source.Seq, id);
        session.Execute(SqliteArchive.Sql["fork_cursors"], source.Id, id, head);
        var counts = session.Read(SqliteArchive.Sql["examine_counts"], row => StoredRows.Counts(row, 0), id)[0];
        var settings = session.Read(
            SqliteArchive.Sql["read_settings"], row => row.GetFieldValue<byte[]>(0),
            request.ServiceId, NamespaceGrain.StateName, SqliteArchive.GrainIdOf(request.Source)).SingleOrDefault();
        SqliteNamespaceBuilder.Publish(
            session,
            new Publication
            {
                Id = id,
                Key = request.Target,
                SetsSettings = true,
                Settings = settings,
                Row = ForkSteps.RowOf(request, source, head, counts),
            },
            request.ServiceId);
        var (memories, links) = session.Read(
            SqliteArchive.Sql["count_fork"], row => (row.GetInt64(0), row.GetInt64(1)), id, source.Time.Microseconds)[0];
        var result = new ForkResult { Status = ForkStatus.Forked, Seq = head, Memories = memories, Links = links };
        session.Execute(
            SqliteArchive.Sql["mark_fork"], id, ForkSteps.HorizonAt(request, source).Microseconds, key, ForkSteps.Pack(request, result));
        session.Execute(SqliteArchive.Sql["drop_unwritten"]);
        return result;
    }

    private static long CopyState(SqliteSession session, ForkRequest request, ForkSource source, long id)
    {
        var time = source.Time.Microseconds;
        var head = request.AsOf is null
            ? session.Execute(SqliteArchive.Sql["fork_present"], source.Id, time, id)
            : session.Execute(SqliteArchive.Sql["fork_state"], source.Id, source.Seq, time, id);
        session.Execute(SqliteArchive.Sql["fork_memories"], id);
        session.Execute(SqliteArchive.Sql["fork_links"], id);
        return head;
    }

    private static long CopyHistory(SqliteSession session, ForkSource source, long id)
    {
        var time = source.Time.Microseconds;
        var head = session.Execute(SqliteArchive.Sql["fork_history"], source.Id, source.Seq, id)
            + session.Execute(SqliteArchive.Sql["fork_purges"], id, source.Seq, time, time);
        session.Execute(SqliteArchive.Sql["derive_memories"], id);
        session.Execute(SqliteArchive.Sql["derive_links"], id);
        return head;
    }
}
