namespace Soma.Grains.Storage.Postgres;

/// <summary>The statements under <c>Sql</c>, read once.</summary>
internal static class PostgresSql
{
    public static string CreateNamespace { get; } = Read("create_namespace");

    public static string TakeEpoch { get; } = Read("take_epoch");

    public static string Release { get; } = Read("release");

    public static string AdvanceEpoch { get; } = Read("advance_epoch");

    public static string ReadEpochs { get; } = Read("read_epochs");

    public static string Commit { get; } = Read("commit");

    public static string WasAppliedRows { get; } = Read("was_applied_rows");

    public static string WasAppliedReceipt { get; } = Read("was_applied_receipt");

    public static string WasAppliedNumber { get; } = Read("was_applied_number");

    public static string ReadMemories { get; } = Read("read_memories");

    public static string ReadReceipts { get; } = Read("read_receipts");

    public static string ReadVersions { get; } = Read("read_versions");

    public static string ReadPlaces { get; } = Read("read_places");

    public static string ReadNewest { get; } = Read("read_newest");

    public static string ReadLog { get; } = Read("read_log");

    public static string ReadLinks { get; } = Read("read_links");

    public static string ReadLinksOutgoing { get; } = Read("read_links_outgoing");

    public static string ReadLinksIncoming { get; } = Read("read_links_incoming");

    public static string ReadStats { get; } = Read("read_stats");

    public static string ReadTotals { get; } = Read("read_totals");

    public static string BeginRefining { get; } = Read("begin_refining");

    public static string ReadUnrefined { get; } = Read("read_unrefined");

    public static string SaveEmbeddings { get; } = Read("save_embeddings");

    public static string ReadEmbeddings { get; } = Read("read_embeddings");

    public static string ActivateSpace { get; } = Read("activate_space");

    public static string SweepEmbeddings { get; } = Read("sweep_embeddings");

    public static string ReadRefinedSeq { get; } = Read("read_refined_seq");

    public static string ReadVectorCursor { get; } = Read("read_vector_cursor");

    public static string BeginVectorCursor { get; } = Read("begin_vector_cursor");

    public static string MoveVectorCursor { get; } = Read("move_vector_cursor");

    public static string FindExpired { get; } = Read("find_expired");

    public static string FindExpiredReceipts { get; } = Read("find_expired_receipts");

    public static string Sweep { get; } = Read("sweep");

    public static string CheckWritable { get; } = Read("check_writable");

    public static string OpenSession { get; } = Read("open_session");

    public static string ReadDurability { get; } = Read("read_durability");

    public static string SetPatience { get; } = Read("set_patience");

    public static string LockSchema { get; } = Read("lock_schema");

    public static string SchemaExists { get; } = Read("schema_exists");

    public static string CreateSchema { get; } = Read("create_schema");

    public static string ReadSchemaVersion { get; } = Read("read_schema_version");

    public static string WriteSchemaVersion { get; } = Read("write_schema_version");

    public static string LockHost { get; } = Read("lock_host");

    public static string LockHostShared { get; } = Read("lock_host_shared");

    public static IReadOnlyList<Migration> Migrations { get; } = EmbeddedSql.ReadMigrations("Postgres");

    private static string Read(string name) => EmbeddedSql.Read("Postgres", name);
}
