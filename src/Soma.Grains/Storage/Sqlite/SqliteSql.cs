namespace Soma.Grains.Storage.Sqlite;

/// <summary>The statements under <c>Sql</c>, read once.</summary>
internal static class SqliteSql
{
    public static string ActivateSpace { get; } = Read("activate_space");

    public static string AddAccesses { get; } = Read("add_accesses");

    public static string AdvanceEpoch { get; } = Read("advance_epoch");

    public static string AdvanceNamespace { get; } = Read("advance_namespace");

    public static string BeginRefining { get; } = Read("begin_refining");

    public static string BeginVectorCursor { get; } = Read("begin_vector_cursor");

    public static string CheckWritable { get; } = Read("check_writable");

    public static string CreateNamespace { get; } = Read("create_namespace");

    public static string CreateSchema { get; } = Read("create_schema");

    public static string DeleteLink { get; } = Read("delete_link");

    public static string EndCursors { get; } = Read("end_cursors");

    public static string FindExpired { get; } = Read("find_expired");

    public static string FindExpiredReceipts { get; } = Read("find_expired_receipts");

    public static string ReadExpired { get; } = Read("read_expired");

    public static string MakeTombstone { get; } = Read("make_tombstone");

    public static string DeleteEmbedding { get; } = Read("delete_embedding");

    public static string SubtractCounts { get; } = Read("subtract_counts");

    public static string Fence { get; } = Read("fence");

    public static string FindClash { get; } = Read("find_clash");

    public static string InsertLog { get; } = Read("insert_log");

    public static string InsertState { get; } = Read("insert_state");

    public static string MoveRefinedSeq { get; } = Read("move_refined_seq");

    public static string MoveVectorCursor { get; } = Read("move_vector_cursor");

    public static string OpenReader { get; } = Read("open_reader");

    public static string OpenWriter { get; } = Read("open_writer");

    public static string PurgeEmbeddings { get; } = Read("purge_embeddings");

    public static string PurgeLog { get; } = Read("purge_log");

    public static string PutLink { get; } = Read("put_link");

    public static string PutMemory { get; } = Read("put_memory");

    public static string PutReceipt { get; } = Read("put_receipt");

    public static string DeleteExpiredReceipts { get; } = Read("delete_expired_receipts");

    public static string ReadCounted { get; } = Read("read_counted");

    public static string ReadEmbedding { get; } = Read("read_embedding");

    public static string ReadEpoch { get; } = Read("read_epoch");

    public static string ReadLink { get; } = Read("read_link");

    public static string ReadLinksIncoming { get; } = Read("read_links_incoming");

    public static string ReadLinksOutgoing { get; } = Read("read_links_outgoing");

    public static string ReadLog { get; } = Read("read_log");

    public static string ReadMemory { get; } = Read("read_memory");

    public static string ReadNamespace { get; } = Read("read_namespace");

    public static string ReadNewest { get; } = Read("read_newest");

    public static string ReadPlace { get; } = Read("read_place");

    public static string ReadReceipt { get; } = Read("read_receipt");

    public static string ReadRefinedSeq { get; } = Read("read_refined_seq");

    public static string ReadSchemaVersion { get; } = Read("read_schema_version");

    public static string ReadState { get; } = Read("read_state");

    public static string ReadStats { get; } = Read("read_stats");

    public static string ReadUnrefined { get; } = Read("read_unrefined");

    public static string ReadVectorCursor { get; } = Read("read_vector_cursor");

    public static string ReadVersion { get; } = Read("read_version");

    public static string Release { get; } = Read("release");

    public static string RemoveLinksIncoming { get; } = Read("remove_links_incoming");

    public static string RemoveLinksOutgoing { get; } = Read("remove_links_outgoing");

    public static string SaveEmbedding { get; } = Read("save_embedding");

    public static string SchemaExists { get; } = Read("schema_exists");

    public static string SweepEmbeddings { get; } = Read("sweep_embeddings");

    public static string TakeEpoch { get; } = Read("take_epoch");

    public static string UpdateState { get; } = Read("update_state");

    public static string WasAppliedNumber { get; } = Read("was_applied_number");

    public static string WasAppliedReceipt { get; } = Read("was_applied_receipt");

    public static string WasAppliedRows { get; } = Read("was_applied_rows");

    public static string WriteSchemaVersion { get; } = Read("write_schema_version");

    public static IReadOnlyList<Migration> Migrations { get; } = EmbeddedSql.ReadMigrations("Sqlite");

    private static string Read(string name) => EmbeddedSql.Read("Sqlite", name);
}
