namespace Soma.Hosting;

/// <summary>Why a process of Soma ended; the numbers are part of the command line's contract.</summary>
public enum ExitCode
{
    Stopped = 0,

    /// <summary>A failure that has no code of its own: a defect in Soma, or a machine in trouble.</summary>
    Failed = 1,

    /// <summary>An unknown command or option.</summary>
    Usage = 2,

    /// <summary>What a command names is not there: a memory, a namespace, a key or a profile.</summary>
    NotFound = 3,

    /// <summary>A write may or may not have been applied. The error line says how to find out without applying it twice.</summary>
    OutcomeUnknown = 4,

    /// <summary>An environment variable holds a value that is not allowed. The error line names the variable.</summary>
    BadSetting = 10,

    /// <summary>
    /// A file that should hold a token or key (<c>SOMA_API_TOKEN_FILE</c> and similar settings) cannot be read or is
    /// empty.
    /// </summary>
    TokenFile = 11,

    /// <summary>The development token is in use, and the service would be reachable from other machines.</summary>
    UnsafeToken = 12,

    /// <summary>The process cannot listen on its address, usually because another program uses the port.</summary>
    PortBusy = 13,

    /// <summary>The database does not answer, or rejects the user.</summary>
    DatabaseUnreachable = 14,

    /// <summary>
    /// The data was written by a newer version of Soma, or its schema cannot be migrated to this version.
    /// </summary>
    Schema = 15,

    /// <summary>The data folder cannot be created or written to.</summary>
    DataFolderNotWritable = 16,

    /// <summary>Another process already serves this folder or database.</summary>
    DataInUse = 17,

    /// <summary>Redis, through which the silos find each other, does not answer.</summary>
    MembershipUnreachable = 18,

    /// <summary>The database can lose confirmed writes in a crash: <c>fsync</c> or <c>full_page_writes</c> is off there.</summary>
    UnsafeDatabase = 19,

    /// <summary>
    /// This silo's row disappeared from the membership table. The silo drained first; its supervisor should start it
    /// again.
    /// </summary>
    MembershipLost = 20,

    /// <summary>
    /// The other silos declared this silo dead while it was frozen or cut off. Its supervisor should start it again.
    /// </summary>
    DeclaredDead = 21,

    /// <summary>
    /// The backup or export to be read is damaged, incomplete, in a newer format, or not an archive at all. Nothing was
    /// written to the store.
    /// </summary>
    ArchiveRefused = 30,

    /// <summary>
    /// The namespace to be restored or imported already holds memories, and <c>--replace</c> was not given.
    /// </summary>
    NamespaceNotEmpty = 31,

    /// <summary>
    /// The target of a backup or export cannot be written to, or already holds another backup or export.
    /// </summary>
    ArchiveUnwritable = 32,

    /// <summary><c>soma verify</c> found that the store contradicts itself.</summary>
    StoreInconsistent = 33,

    /// <summary><c>soma accept-loss</c> found that the database lacks acknowledged writes, and was not told to accept that.</summary>
    WritesLost = 34,

    /// <summary>Ctrl-C ended a command. The error line says what was done and how to go on.</summary>
    Interrupted = 130,
}
