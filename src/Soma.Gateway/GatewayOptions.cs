namespace Soma.Gateway;

/// <summary>The settings of one gateway. Read from the environment by <see cref="GatewayEnvironment"/>.</summary>
public sealed record GatewayOptions
{
    /// <summary>The root tokens, one a line, from <c>SOMA_API_TOKEN_FILE</c> or else <c>SOMA_API_TOKEN</c>. Each allows everything.</summary>
    public required string ApiToken { get; init; }

    /// <summary><c>SOMA_API_TOKEN_FILE</c>, if the root tokens were read from it. It is read again when it changes.</summary>
    public string? ApiTokenFile { get; init; }

    /// <summary><c>SOMA_NAMESPACE</c>, else <c>SOMA_MEMORY_NAMESPACE</c>: the namespace of a request without <c>X-Soma-Namespace</c>.</summary>
    public string DefaultNamespace { get; init; } = "default";

    /// <summary><c>SOMA_REQUEST_TIMEOUT_SECONDS</c>: how long a request is waited for, the gateway's own retries included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long one attempt at a silo stands alone before the next goes out beside it; none does once <see cref="RequestTimeout"/> is
    /// over. Longer than an owner in good health ever takes, and short enough for two more attempts within the default
    /// timeout.
    /// </summary>
    public TimeSpan AttemptLimit { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How many retries each request adds to the retry budget. With 0.2, at most a fifth of the load can be retries.</summary>
    public double RetryBudgetPerRequest { get; init; } = 0.2;

    /// <summary>How many retries each second adds to the retry budget, even if there are few requests.</summary>
    public double RetryBudgetPerSecond { get; init; } = 200;

    /// <summary>
    /// The most retries that the budget holds, and the number that it starts with: about as many as requests are under way when a
    /// silo dies.
    /// </summary>
    public double RetryBudgetCapacity { get; init; } = 2_000;

    /// <summary><c>SOMA_MAX_REQUEST_BODY_MB</c> in bytes; a body of exactly this size passes. Null: no limit.</summary>
    public long? MaxBodyBytes { get; init; } = 5 * 1024 * 1024;

    /// <summary>
    /// <c>SOMA_ANSWER_MEMORY_MB</c> in bytes: how much memory all large answers together may hold while their clients read them.
    /// The default is an eighth of what the process may use.
    /// </summary>
    public long AnswerMemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8;

    /// <summary><c>SOMA_RATE_LIMIT_MAX</c>: requests per window, caller and route group; ≤ 0 turns the limit off.</summary>
    public int RateLimit { get; init; } = 120;

    /// <summary><c>SOMA_RATE_LIMIT_WINDOW_SECONDS</c>; ≤ 0 turns the limit off.</summary>
    public TimeSpan RateLimitWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// <c>SOMA_FLAT_MEMORIES</c>: whether a memory is shown with the keys of its payload beside those of the envelope, if the request
    /// does not say.
    /// </summary>
    public bool FlatMemories { get; init; }

    /// <summary><c>SOMA_UNKNOWN_FIELDS</c>: whether unknown fields of a body or query are ignored instead of refused.</summary>
    public bool IgnoreUnknownFields { get; init; }

    /// <summary>
    /// <c>SOMA_CORS_ORIGINS</c>, a comma-separated list. If it is empty, no cross-origin request is allowed; <c>*</c> allows any origin,
    /// without credentials.
    /// </summary>
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>
    /// <c>SOMA_MCP_HOSTS</c>, a comma-separated list: the host names under which MCP is served. If it is empty, a request over the loopback
    /// interface must name this machine, and one over another interface may have any name.
    /// </summary>
    public IReadOnlyList<string> McpHosts { get; init; } = [];

    /// <summary>
    /// <c>SOMA_FACADES</c>, a comma-separated list: the protocols of other memories that are served beside <c>/memories</c>. The default
    /// is all of them, and <c>none</c> turns all off.
    /// </summary>
    public Facades Facades { get; init; } = Facades.All;

    /// <summary>
    /// <c>SOMA_MEM0_INFER=refuse</c>: whether mem0's paths refuse to add with <c>infer</c>, which needs a language model, instead of storing the
    /// messages as they are.
    /// </summary>
    public bool Mem0RefusesInference { get; init; }

    /// <summary><c>SOMA_UI</c>: whether the explorer is served under <c>/ui</c>.</summary>
    public bool ServesExplorer { get; init; } = true;

    /// <summary>
    /// <c>SOMA_LANGGRAPH_NAMESPACE=per-label</c>: whether the items of LangGraph's store that have one first label are a namespace of their own,
    /// instead of all items being in the request's namespace.
    /// </summary>
    public bool LangGraphPerLabel { get; init; }

    /// <summary><c>SOMA_JWT_…</c>: tokens of an OIDC issuer; null: none are accepted.</summary>
    public JwtOptions? Jwt { get; init; }

    public bool IsRateLimited => RateLimit > 0 && RateLimitWindow > TimeSpan.Zero;
}

/// <summary>Protocols of other memories, which Soma answers by its own operations.</summary>
[Flags]
public enum Facades
{
    None = 0,

    /// <summary><c>mem0</c>: the paths of mem0's platform, and those of its open-source server.</summary>
    Mem0 = 1,

    /// <summary><c>langgraph</c>: the paths of LangGraph's store.</summary>
    LangGraph = 2,

    All = Mem0 | LangGraph,
}
