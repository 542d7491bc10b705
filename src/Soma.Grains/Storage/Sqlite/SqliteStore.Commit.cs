using Soma.Grains.Storage.Archives;

namespace Soma.Grains.Storage.Sqlite;

// One commit of a namespace, inside the transaction of the writer: the same steps as soma.commit_batch on Postgres. A commit that
// is fenced or clashes is found out before anything is changed.
public sealed partial class SqliteStore
{
    public Task<CommitResult> CommitAsync(CommitBatch batch, CancellationToken cancellationToken)
    {
        BatchRules.Check(batch);
        return database.CommitAsync(session => Commit(session, batch), cancellationToken);
    }

    public Task<bool> AdvanceEpochAsync(long namespaceId, long epoch, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute(SqliteSql.Named["advance_epoch"], namespaceId, epoch) > 0, cancellationToken);

    public Task<bool> WasAppliedAsync(CommitBatch batch, CancellationToken cancellationToken) =>
        database.ReadAsync(session => WasApplied(session, batch), cancellationToken);

    private static CommitResult Commit(SqliteSession session, CommitBatch batch)
    {
        if (!session.Exists(SqliteSql.Named["fence"], batch.NamespaceId, batch.Epoch, batch.ExpectedCommitNo, batch.HeadSeq))
        {
            return CommitResult.Fenced;
        }

        var clashing = FindClashes(session, batch);
        if (clashing.Count > 0)
        {
            return CommitResult.Clash(clashing);
        }

        foreach (var row in batch.Log)
        {
            session.Execute(SqliteSql.Named["insert_log"], [batch.NamespaceId, .. ArchivedLog.ToRow(row, batch.Epoch, batch.At), row.Operation]);
        }

        var counts = PutMemories(session, batch);
        ChangeLinks(session, batch);
        PutReceipts(session, batch);
        Purge(session, batch);
        foreach (var (coordinate, count) in batch.AccessCounts)
        {
            session.Execute(SqliteSql.Named["add_accesses"], batch.NamespaceId, coordinate.Text, count);
        }

        foreach (var (coordinate, at) in batch.AccessTimes)
        {
            session.Execute(SqliteSql.Named["touch_memory"], batch.NamespaceId, coordinate.Text, at.Microseconds);
        }

        var left = session.ReadNumbers(
            SqliteSql.Named["advance_namespace"], batch.NamespaceId, batch.Log.Count, batch.At.Microseconds, counts.ByType[0],
            counts.ByType[1], counts.ByType[2], counts.Vectors, batch.BroughtDimension, batch.LargestImportance);
        return CommitResult.Committed(left is [var memories] ? memories : 0);
    }

    private static List<string> FindClashes(SqliteSession session, CommitBatch batch)
    {
        var clashing = batch.Receipts.Where(receipt => Clashes(session, batch, receipt)).Select(receipt => receipt.Key).ToList();
        var operations = batch.Log.Select(row => row.Operation).OfType<byte[]>();
        if (operations.Any() && session.Exists(SqliteSql.Named["find_retried"], batch.NamespaceId))
        {
            clashing.AddRange(operations.Select(operation => StoredOperation.KeyOf(operation)).Where(key => session.Exists(
                SqliteSql.Named["find_retry"], batch.NamespaceId, StoredText.ToBytes(key), batch.At.Microseconds)));
        }

        return clashing;
    }

    private static bool Clashes(SqliteSession session, CommitBatch batch, Receipt receipt) => session.Exists(
        SqliteSql.Named["find_clash"], batch.NamespaceId, StoredText.ToBytes(receipt.Key), batch.At.Microseconds,
        receipt.RequestHash, receipt.Status, receipt.Body, receipt.Seq, receipt.ETag);

    private static CountChanges PutMemories(SqliteSession session, CommitBatch batch)
    {
        var changes = new CountChanges();
        foreach (var row in batch.Memories)
        {
            if (session.ReadNumbers(SqliteSql.Named["read_counted"], batch.NamespaceId, row.Coordinate.Text) is [var type, var hasVector])
            {
                changes.Add((int)type, hasVector != 0, -1);
            }

            if (row.Alive)
            {
                changes.Add((int)row.Type, row.HasVector, 1);
            }

            session.Execute(
                SqliteSql.Named["put_memory"], batch.NamespaceId, row.Coordinate.Text, row.Seq, row.Version, row.Alive, (int)row.Type, row.Importance,
                row.HasVector, row.CreatedSeq, row.CreatedAt.Microseconds, row.ExpiresAt?.Microseconds);
        }

        return changes;
    }

    private static void ChangeLinks(SqliteSession session, CommitBatch batch)
    {
        foreach (var (coordinate, seq) in batch.LinkRemovals)
        {
            session.Execute(SqliteSql.Named["remove_links_outgoing"], batch.NamespaceId, coordinate.Text, seq);
            session.Execute(SqliteSql.Named["remove_links_incoming"], batch.NamespaceId, coordinate.Text, seq);
        }

        foreach (var link in batch.DeletedLinks)
        {
            session.Execute(SqliteSql.Named["delete_link"], batch.NamespaceId, link.From.Text, link.To.Text, StoredText.ToBytes(link.Type));
        }

        foreach (var link in batch.PutLinks)
        {
            session.Execute(
                SqliteSql.Named["put_link"], batch.NamespaceId, link.Key.From.Text, link.Key.To.Text, StoredText.ToBytes(link.Key.Type),
                link.Strength, link.Metadata, link.Seq);
        }
    }

    private static void PutReceipts(SqliteSession session, CommitBatch batch)
    {
        foreach (var receipt in batch.Receipts)
        {
            session.Execute(
                SqliteSql.Named["put_receipt"], batch.NamespaceId, StoredText.ToBytes(receipt.Key), receipt.RequestHash, receipt.Status,
                receipt.Body, receipt.Seq, receipt.ETag, receipt.ExpiresAt.Microseconds);
        }

        if (batch.Receipts.Count > 0)
        {
            session.Execute(SqliteSql.Named["delete_expired_receipts"], batch.NamespaceId, batch.At.Microseconds, 2 * batch.Receipts.Count);
        }
    }

    private static void Purge(SqliteSession session, CommitBatch batch)
    {
        foreach (var coordinate in batch.Purges)
        {
            session.Execute(SqliteSql.Named["purge_embeddings"], batch.NamespaceId, coordinate.Text, batch.At.Microseconds);
            session.Execute(SqliteSql.Named["purge_log"], batch.NamespaceId, coordinate.Text, batch.At.Microseconds);
        }
    }

    private static bool WasApplied(SqliteSession session, CommitBatch batch) => batch switch
    {
        { Log.Count: > 0 } => session.Exists(SqliteSql.Named["was_applied_rows"], batch.NamespaceId, batch.HeadSeq + 1, batch.Epoch),
        { Receipts: [var receipt, ..] } => session.Exists(
            SqliteSql.Named["was_applied_receipt"], batch.NamespaceId, StoredText.ToBytes(receipt.Key), receipt.RequestHash, receipt.Status,
            receipt.Body, receipt.Seq, receipt.ExpiresAt.Microseconds),
        _ => session.Exists(SqliteSql.Named["was_applied_number"], batch.NamespaceId, batch.Epoch, batch.ExpectedCommitNo),
    };
}

/// <summary>What a transaction adds to a namespace's counters.</summary>
internal sealed class CountChanges
{
    public long[] ByType { get; } = new long[3];

    public long Vectors { get; private set; }

    public void Add(int type, bool hasVector, int sign)
    {
        ByType[type] += sign;
        Vectors += hasVector ? sign : 0;
    }
}
