using Soma.Grains.Engine.Tier;

namespace Soma.Grains.Vectors.Qdrant;

/// <summary>The names under which a point's payload holds what it holds.</summary>
internal static class QdrantPayload
{
    /// <summary>Whose the point is, as text: the tenant field that every request names.</summary>
    public const string Namespace = "namespace";

    public const string Coordinate = "coord";
    public const string Seq = "seq";

    /// <summary><see cref="VectorPoint.Fingerprint"/>.</summary>
    public const string Fingerprint = "print";

    /// <summary><see cref="PointFields.Tokens"/>.</summary>
    public const string Tokens = "f";

    /// <summary><see cref="PointFields.Numbers"/>, one list a path below it.</summary>
    public const string Numbers = "n";

    /// <summary><see cref="PointFields.Times"/>.</summary>
    public const string Times = "ts";

    public const string Created = "created";
    public const string Updated = "updated";
    public const string Expires = "expires";

    /// <summary>Whether <see cref="PointFields.IsOpen"/>; left out where it is not.</summary>
    public const string Open = "open";

    /// <summary>Of a mark: how far the log is indexed.</summary>
    public const string MarkLog = "log";

    /// <summary>Of a mark: how far refined vectors are.</summary>
    public const string MarkRefined = "refined";

    /// <summary>The value of <see cref="Namespace"/> for a namespace's points.</summary>
    public static string NamespaceOf(long namespaceId) => $"{namespaceId}";

    /// <summary>The value of <see cref="Namespace"/> for a namespace's mark, which no query of points finds.</summary>
    public static string MarkOf(long namespaceId) => $"mark-{namespaceId}";
}
