using Soma.Grains.Engine.Embedding;

namespace Soma.Grains.Embeddings.OpenAi;

/// <summary>An endpoint that speaks OpenAI's embeddings API, and how patient Soma is with it.</summary>
public sealed record EndpointOptions
{
    /// <summary>The base address, e.g. <c>https://host/v1</c>; <c>/embeddings</c> is added to its path.</summary>
    public required Uri Address { get; init; }

    /// <summary>The model's name there: printable ASCII, at most 100 characters.</summary>
    public required string Model { get; init; }

    /// <summary>How many numbers to ask for; null: as many as the model gives.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Sent as the bearer's token; never shown.</summary>
    public string? ApiKey { get; init; }

    public string QueryPrefix { get; init; } = "";

    public string DocumentPrefix { get; init; } = "";

    /// <summary>The space it is declared to share; null: one of its own, named after host and model.</summary>
    public EmbeddingSpace? Space { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long memories are tried for, from the first request on.</summary>
    public TimeSpan DocumentPatience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a query is tried for: somebody waits for it.</summary>
    public TimeSpan QueryPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a start waits for the first answer, which shows the dimension.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The pause before the second request; each further one is twice as long, less up to a half by chance.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(10);

    // A record prints all it holds, the key included.
    public override string ToString() => $"{Model} at {Address.Host}";
}
