namespace Soma.Gateway.Answers;

internal sealed record KeyView
{
    [Description("The token, soma_<id>_<secret>. Only the answers that make and rotate a key have it, and nothing shows it again.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Key { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Tenant { get; init; }

    public required string[] Namespaces { get; init; }

    public required string[] Scopes { get; init; }

    [Description("When it stops working; null: never.")]
    public required Instant? ExpiresAt { get; init; }

    public required LimitsView Limits { get; init; }

    public required Instant CreatedAt { get; init; }

    [Description("Who made it: root, or the name and id of a key.")]
    public required string CreatedBy { get; init; }

    [Description("Until when the token before the last rotation works; null: it does not.")]
    public required Instant? PreviousWorksUntil { get; init; }

    [Description("What it was used for, of which the last seconds may still be missing. Only lists have it.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsageView? Usage { get; init; }

    public static KeyView From(AccessKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Tenant = key.Tenant,
        Namespaces = key.Namespaces,
        Scopes = ScopeNames.Of(key.Scopes),
        ExpiresAt = key.ExpiresAt,
        Limits = LimitsView.From(key.Limits),
        CreatedAt = key.CreatedAt,
        CreatedBy = key.CreatedBy,
        PreviousWorksUntil = key.PreviousUntil,
    };
}

internal sealed record LimitsView(int? RequestsPerMinute, long? Memories, long? Bytes)
{
    public static LimitsView From(CallerLimits limits) => new(limits.RequestsPerMinute, limits.Memories, limits.Bytes);
}

internal sealed record UsageView(
    long Requests,
    [property: Description("How many memories its writes stored.")] long Memories,
    [property: Description("How many bytes of payloads, given texts and brought vectors its writes stored.")] long Bytes,
    Instant? LastUsedAt)
{
    public static UsageView From(KeyUsage usage) => new(usage.Requests, usage.Memories, usage.Bytes, usage.LastUsedAt);
}

internal sealed record KeyPage
{
    public required KeyView[] Keys { get; init; }

    [Description("Where the next page starts; null on the last.")]
    public required string? NextCursor { get; init; }

    /// <summary>Takes a page from a list.</summary>
    public static async Task<Answer<KeyPage>> ReadAsync(IAsyncEnumerable<ListedKey> list, int limit)
    {
        var keys = new List<KeyView>();
        await foreach (var one in list)
        {
            if (keys.Count == limit)
            {
                return Answer<KeyPage>.Of(new KeyPage { Keys = [.. keys], NextCursor = $"{keys[^1].Tenant}/{keys[^1].Id}" });
            }

            keys.Add(KeyView.From(one.Key) with { Usage = UsageView.From(one.Usage) });
        }

        return Answer<KeyPage>.Of(new KeyPage { Keys = [.. keys], NextCursor = null });
    }

    /// <summary>False: the text is no cursor. Without a text there is no place.</summary>
    public static bool TryReadCursor(string? text, out (string Tenant, string Id)? place)
    {
        place = null;
        if (text is null)
        {
            return true;
        }

        if (text.Split('/') is not [var tenant, var id] || !NamespaceKey.IsValidName(tenant) || !AccessKeyToken.IsId(id))
        {
            return false;
        }

        place = (tenant, id);
        return true;
    }
}

internal sealed record KeyRevoked(string Id, bool Revoked);

internal sealed record CallerView(
    [property: Description("root, key or jwt.")] string Kind,
    string Id,
    [property: Description("How history and changes name the caller.")] string By,
    [property: Description("The only tenant of the caller; null: any.")] string? Tenant,
    string[] Namespaces,
    string[] Scopes,
    Instant? ExpiresAt,
    LimitsView Limits)
{
    public static CallerView From(Caller caller) => new(
        caller.Kind, caller.Id, caller.By, caller.Tenant, [.. caller.Namespaces], ScopeNames.Of(caller.Scopes), caller.Key?.ExpiresAt, LimitsView.From(caller.Limits));
}
