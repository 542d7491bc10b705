namespace Soma.Hosting;

/// <summary>Why a process of Soma ended; the numbers are part of the command line's contract.</summary>
public enum ExitCode
{
    Stopped = 0,

    /// <summary>Nothing below: a defect or a machine in trouble.</summary>
    Failed = 1,

    /// <summary>An unknown command or option.</summary>
    Usage = 2,

    /// <summary>An environment variable holds something impossible; the line names it.</summary>
    BadSetting = 10,

    /// <summary>A file with a token or key (<c>SOMA_API_TOKEN_FILE</c> and its like) cannot be read or is empty.</summary>
    TokenFile = 11,

    /// <summary>The development token would have been open to other machines.</summary>
    UnsafeToken = 12,

    /// <summary>An address cannot be listened on.</summary>
    PortBusy = 13,

    /// <summary>The database does not answer, or refuses the user.</summary>
    DatabaseUnreachable = 14,

    /// <summary>The data was written by a newer version, or its schema cannot be brought up to this one.</summary>
    Schema = 15,

    /// <summary>The data folder cannot be made or written.</summary>
    DataFolderNotWritable = 16,

    /// <summary>Another process already serves this folder or database.</summary>
    DataInUse = 17,

    /// <summary>Redis, where the silos find each other, does not answer.</summary>
    MembershipUnreachable = 18,

    /// <summary>The database can lose confirmed writes in a crash: <c>fsync</c> or <c>full_page_writes</c> is off there.</summary>
    UnsafeDatabase = 19,

    /// <summary>A silo's own row vanished from the membership table. It drained; start it again.</summary>
    MembershipLost = 20,

    /// <summary>The other silos declared this one dead while it was frozen or cut off. Start it again.</summary>
    DeclaredDead = 21,

    /// <summary>A backup or export that was to be read is damaged, incomplete, of a newer format, or none. Nothing was written for it.</summary>
    ArchiveRefused = 30,

    /// <summary>A namespace that was to be restored or imported holds memories already, and <c>--replace</c> was not given.</summary>
    NamespaceNotEmpty = 31,

    /// <summary>The place for a backup or export cannot be written, or holds another one.</summary>
    ArchiveUnwritable = 32,

    /// <summary>What a store holds contradicts itself.</summary>
    StoreInconsistent = 33,
}
