using System.Globalization;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Http;

/// <summary>The request headers that make a write conditional or repeatable.</summary>
internal readonly record struct WriteHeaders
{
    public const string IdempotencyKeyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    public string? IdempotencyKey { get; private init; }

    public string IfMatch { get; private init; }

    public string IfNoneMatch { get; private init; }

    public Precondition Condition { get; private init; }

    public bool IsConditional => Condition != default;

    /// <summary>400 for a header that cannot be read.</summary>
    public static Problem? Read(IHeaderDictionary headers, out WriteHeaders result)
    {
        result = default;
        var key = headers[IdempotencyKeyHeader];
        if (key.Count > 0 && (key is not [{ Length: > 0 and <= MaxKeyLength } text] || text.AsSpan().ContainsAnyExceptInRange('!', '~')))
        {
            return new Problem(400, $"{IdempotencyKeyHeader} must be 1–{MaxKeyLength} visible ASCII characters");
        }

        var ifMatch = headers.IfMatch.ToString();
        var ifNoneMatch = headers.IfNoneMatch.ToString();
        long seq = 0;
        if (ifMatch is not ("" or "*") && !TryReadTag(ifMatch, out seq))
        {
            return new Problem(400, "If-Match must be \"<seq>\", as an ETag gave it, or *");
        }

        if (ifNoneMatch is not ("" or "*"))
        {
            return new Problem(400, "If-None-Match must be *");
        }

        result = new WriteHeaders
        {
            IdempotencyKey = key.Count > 0 ? key[0] : null,
            IfMatch = ifMatch,
            IfNoneMatch = ifNoneMatch,
            Condition = new Precondition
            {
                Seq = ifMatch is "" or "*" ? null : seq,
                MustExist = ifMatch == "*",
                MustNotExist = ifNoneMatch == "*",
            },
        };
        return null;
    }

    /// <summary>400 where a condition was given to a route that writes no one memory: ignoring it would overwrite what it protects.</summary>
    public Problem? RefuseConditions() =>
        IsConditional ? new Problem(400, "If-Match and If-None-Match apply to a single memory only") : null;

    private static bool TryReadTag(string text, out long seq)
    {
        seq = 0;
        return text.Length > 2 && text[0] == '"' && text[^1] == '"'
            && long.TryParse(text.AsSpan(1, text.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out seq);
    }
}
