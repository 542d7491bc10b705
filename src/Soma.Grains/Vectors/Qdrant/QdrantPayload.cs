using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The field names in the payload of a Qdrant point.</summary>
internal static class QdrantPayload
{
    /// <summary>The namespace of the point, as text. This is the tenant field, which every request names.</summary>
    public const string Namespace = "namespace";

    public const string Coordinate = "coord";
    public const string Seq = "seq";

    /// <summary><see cref="VectorPoint.Fingerprint"/>.</summary>
    public const string Fingerprint = "print";

    /// <summary><see cref="PointFields.Tokens"/>.</summary>
    public const string Tokens = "f";

    /// <summary><see cref="PointFields.Numbers"/>: an object with one list for each path.</summary>
    public const string Numbers = "n";

    /// <summary><see cref="PointFields.Times"/>.</summary>
    public const string Times = "ts";

    public const string Created = "created";
    public const string Updated = "updated";
    public const string Expires = "expires";

    /// <summary>True if <see cref="PointFields.IsOpen"/>, else the field is not written.</summary>
    public const string Open = "open";

    /// <summary>In a mark: the seq up to which the log is indexed.</summary>
    public const string MarkLog = "log";

    /// <summary>In a mark: the seq up to which refined vectors are indexed.</summary>
    public const string MarkRefined = "refined";

    /// <summary>The value of <see cref="Namespace"/> in the points of a namespace.</summary>
    public static string NamespaceOf(long namespaceId) => $"{namespaceId}";

    /// <summary>
    /// The value of <see cref="Namespace"/> in a namespace's mark. No query for points finds the mark.
    /// </summary>
    public static string MarkOf(long namespaceId) => $"mark-{namespaceId}";
}
