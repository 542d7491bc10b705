namespace Soma.Client;

/// <summary>What one call may say in addition.</summary>
public record CallOptions
{
    /// <summary>How long the call may take, retries included; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: as long as it takes. Default: as the client's options say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Sent with each attempt.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>What a call that reads may say in addition.</summary>
public record ReadOptions : CallOptions
{
    /// <summary>The answer must contain the write with this seq.</summary>
    public long? MinSeq { get; init; }
}

/// <summary>What a call that writes may say in addition.</summary>
public record WriteOptions : CallOptions
{
    /// <summary>At most 255 characters. Default: a random one, made once per call and sent with each of its attempts.</summary>
    public string? IdempotencyKey { get; init; }
}

/// <summary>What a write of one memory may say in addition. A condition that does not hold is a <see cref="SomaPreconditionFailedException"/>.</summary>
public sealed record ConditionalOptions : WriteOptions
{
    /// <summary>The memory's latest write must have this seq.</summary>
    public long? IfMatch { get; init; }

    /// <summary>The memory must exist.</summary>
    public bool MustExist { get; init; }

    /// <summary>The memory must not exist.</summary>
    public bool MustNotExist { get; init; }
}

/// <summary>How a namespace is followed.</summary>
public sealed record FollowOptions : CallOptions
{
    /// <summary>false: the feed ends after the newest change. Default true: it goes on until the token is cancelled or the loop is left.</summary>
    public bool Follow { get; init; } = true;

    /// <summary>A stream that is silent for this long is opened again. The service sends something every 15 seconds. Default 45 seconds.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);
}

/// <summary>How a block for a prompt is written.</summary>
public sealed record ContextOptions : ReadOptions
{
    /// <summary>The line above the memories; empty: none.</summary>
    public string Heading { get; init; } = "Memories, most relevant first (date, key, text):";

    /// <summary>Counts tokens as the model does. Default: four bytes of UTF-8 each.</summary>
    public Func<string, int>? CountTokens { get; init; }
}
