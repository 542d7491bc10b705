namespace Soma.Gateway.Mem0;

/// <summary>Finds, lists and describes memories for mem0's clients.</summary>
internal static class Mem0Reads
{
    private const int MostHits = 1000;
    private const int MostPerPage = 200;

    public static async Task<Mem0Answer> GetAsync(Mem0Call call)
    {
        var memory = await call.FindAsync(call.Key);
        return memory is not null ? new Mem0Answer(Mem0Memory.View(memory))
            : call.IsServer ? new Mem0Answer(null)
            : throw Mem0Refusal.NotFound;
    }

    public static async Task<Mem0Answer> HistoryAsync(Mem0Call call)
    {
        var key = call.Key;
        var versions = await call.HistoryAsync(key);
        return versions.Count > 0 || call.IsServer ? new Mem0Answer(Mem0Memory.History(key.Id ?? "", versions)) : throw Mem0Refusal.NotFound;
    }

    /// <summary>Search. The score of a hit is Soma's relevance, which does not depend on what else is stored.</summary>
    /// <param name="call">The request.</param>
    /// <param name="defaultTopK">How many hits there are, where the request does not say.</param>
    /// <param name="isBare">Whether the answer is the list alone, unless <c>output_format</c> is <c>v1.1</c>.</param>
    public static async Task<Mem0Answer> SearchAsync(Mem0Call call, int defaultTopK, bool isBare)
    {
        var query = call.Field("query");
        var threshold = call.Body["threshold"] switch
        {
            // mem0 cuts at 0.1 then, on a scale where nearly every memory has more. Soma's relevance of a memory that only has to do with the question is less.
            null => 0,
            JsonValue value when value.TryGetValue<double>(out var number) && number is >= 0 and <= 1 => number,
            _ => throw new Mem0Refusal(400, "threshold is a number from 0 to 1"),
        };
        var explains = !call.IsServer || IsTrue(call.Body["explain"]);
        var topK = call.Body["top_k"] is null ? call.Number("limit", defaultTopK, MostHits) : call.Number("top_k", defaultTopK, MostHits);
        var reply = await call.SearchAsync(new SearchMemories
        {
            Query = string.IsNullOrWhiteSpace(query) ? throw new Mem0Refusal(400, "query is empty") : query,
            TopK = topK,
            Filter = Scope(call),
            MinRelevance = threshold,
            Explain = explains,
            Timeout = call.Core.Options.RequestTimeout,
        });
        if (reply.Rejection is { } rejection)
        {
            throw new Mem0Refusal(Problem.Of(rejection));
        }

        var results = new JsonArray([.. reply.Hits.Select(hit => ViewOf(hit, call.IsServer))]);
        var isList = isBare && !(call.Body["output_format"] is JsonValue format && format.TryGetValue<string>(out var wanted) && wanted == "v1.1");
        return new Mem0Answer(isList ? results : new JsonObject { ["results"] = results });
    }

    /// <summary>A list, newest first.</summary>
    /// <param name="call">The request.</param>
    /// <param name="isPaged">Whether the answer has pages even if the request names none; else it is the list alone.</param>
    public static async Task<Mem0Answer> ListAsync(Mem0Call call, bool isPaged)
    {
        var filter = Scope(call);
        if (!isPaged && call.Query("page") is null && call.Query("page_size") is null)
        {
            return new Mem0Answer(await CollectAsync(call, filter, 0, call.Number("limit", MostHits, MostHits)));
        }

        var (page, size) = (call.Number("page", 1, int.MaxValue / MostPerPage), call.Number("page_size", 100, MostPerPage));
        var count = await call.DeleteAsync(filter, isCount: true);
        return Page(page, size, count, await CollectAsync(call, filter, (page - 1) * size, size));
    }

    /// <summary>The list of mem0's server, which has no pages.</summary>
    public static async Task<Mem0Answer> ListServerAsync(Mem0Call call) =>
        new(new JsonObject { ["results"] = await CollectAsync(call, Scope(call, needsEntity: false), 0, call.Number("top_k", 20, MostHits)) });

    /// <summary>Every user, agent, app and run that memories belong to. It reads all memories of the protocol.</summary>
    public static async Task<Mem0Answer> EntitiesAsync(Mem0Call call)
    {
        var found = new Dictionary<(string Type, string Id), (int Count, Instant First, Instant Last)>();
        await foreach (var memory in call.ListAsync(Mem0Filter.Read(null, [], anyKey: false)))
        {
            var payload = Mem0Memory.PayloadOf(memory.Payload);
            foreach (var (type, field) in Mem0Entities.All)
            {
                if (payload[field] is JsonValue value && value.TryGetValue<string>(out var stored))
                {
                    var key = (type, Mem0Entities.FromStored(stored));
                    var (count, first, last) = found.GetValueOrDefault(key, (0, memory.CreatedAt, memory.UpdatedAt));
                    found[key] = (count + 1, memory.CreatedAt < first ? memory.CreatedAt : first, memory.UpdatedAt > last ? memory.UpdatedAt : last);
                }
            }
        }

        JsonObject[] all = [.. found.OrderBy(one => one.Key.Type, StringComparer.Ordinal).ThenBy(one => one.Key.Id, StringComparer.Ordinal).Select(one => new JsonObject
        {
            ["id"] = one.Key.Id,
            ["name"] = one.Key.Id,
            ["type"] = one.Key.Type,
            ["total_memories"] = one.Value.Count,
            ["created_at"] = Mem0Memory.Time(one.Value.First),
            ["updated_at"] = Mem0Memory.Time(one.Value.Last),
        })];
        if (call.IsServer)
        {
            return new Mem0Answer(new JsonArray([.. all]));
        }

        var (page, size) = (call.Number("page", 1, int.MaxValue / MostPerPage), call.Number("page_size", 100, MostPerPage));
        return Page(page, size, all.Length, new JsonArray([.. all.Skip((page - 1) * size).Take(size)]));
    }

    /// <summary>An event: the memories that one request added, as far as they are still there.</summary>
    public static async Task<Mem0Answer> EventAsync(Mem0Call call)
    {
        var id = call.Key.Id ?? "";
        var memories = new List<MemoryRecord>();
        await foreach (var memory in call.ListAsync(Mem0Filter.Read(null, [new() { [Mem0Memory.Event] = id }], anyKey: false)))
        {
            memories.Add(memory);
        }

        return memories.Count > 0 ? new Mem0Answer(EventOf(id, memories)) : throw new Mem0Refusal(404, "Event not found!");
    }

    /// <summary>The newest events. It reads all memories of the protocol.</summary>
    public static async Task<Mem0Answer> EventsAsync(Mem0Call call)
    {
        var (page, size) = (call.Number("page", 1, int.MaxValue / MostPerPage), call.Number("page_size", 100, MostPerPage));
        var (shown, count, last) = (new List<(string Id, List<MemoryRecord> Memories)>(), 0, "");
        await foreach (var memory in call.ListAsync(Mem0Filter.Read(null, [], anyKey: false)))
        {
            // The memories of an event are stored in one commit, so they follow each other in the list.
            var id = Mem0Memory.PayloadOf(memory.Payload)[Mem0Memory.Event]?.ToString() ?? "";
            var isNew = id != last;
            (count, last) = (isNew ? count + 1 : count, id);
            if (count > (page - 1) * size && count <= page * size)
            {
                if (isNew)
                {
                    shown.Add((id, []));
                }

                shown[^1].Memories.Add(memory);
            }
        }

        return Page(page, size, count, new JsonArray([.. shown.Select(one => EventOf(one.Id, one.Memories))]));
    }

    public static Task<Mem0Answer> PingAsync(Mem0Call call) => Task.FromResult(new Mem0Answer(new JsonObject
    {
        ["status"] = "ok",
        ["org_id"] = call.Namespace.Tenant,
        ["project_id"] = call.Namespace.Name,
        // The clients send it back in a header, so it is ASCII. It is no address that mail could be sent to.
        ["user_email"] = $"{string.Concat(call.Caller.Id.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'))}@soma.invalid",
    }));

    public static Task<Mem0Answer> ProjectAsync(Mem0Call call) => Task.FromResult(new Mem0Answer(new JsonObject
    {
        ["id"] = call.Namespace.Name,
        ["name"] = call.Namespace.Name,
        ["org_id"] = call.Namespace.Tenant,
        ["custom_instructions"] = null,
        ["custom_categories"] = null,
    }));

    private static bool IsTrue(JsonNode? node) => node is JsonValue value && value.TryGetValue<bool>(out var isTrue) && isTrue;

    /// <summary>The filter of a request: its filters, and the entities that stand beside them.</summary>
    private static byte[] Scope(Mem0Call call, bool needsEntity = true)
    {
        if (IsTrue(call.Body["show_expired"]) || call.Query("show_expired") is "true" or "True")
        {
            throw new Mem0Refusal(501, "show_expired is not served: an expired memory is gone from every read");
        }

        if (IsTrue(call.Body["keyword_search"]) || call.Body["reference_date"] is not null)
        {
            throw new Mem0Refusal(501, "keyword_search and reference_date are not served; a search always looks for words too");
        }

        var entities = new List<JsonObject>();
        foreach (var (_, field) in Mem0Entities.All)
        {
            if ((Mem0Entities.Read(call.Body[field], field) ?? call.Query(field)) is { } id)
            {
                entities.Add(Mem0Entities.Is(field, id));
            }
        }

        var filters = call.Body["filters"];
        if (needsEntity && entities.Count == 0 && !Mem0Filter.NamesEntity(filters))
        {
            throw new Mem0Refusal(400, "filters has to name a user_id, agent_id, app_id or run_id, in each part of an OR; * is any");
        }

        entities.AddRange(Beside(call));
        return Mem0Filter.Read(filters, entities, call.IsServer);
    }

    /// <summary>Conditions that stand beside filters: categories, metadata and the dates of a list.</summary>
    private static IEnumerable<JsonObject> Beside(Mem0Call call)
    {
        if (call.Body["categories"] is JsonArray { Count: > 0 } categories)
        {
            yield return new() { ["payload.categories"] = new JsonObject { ["$in"] = categories.DeepClone() } };
        }

        if (call.Body[Mem0Memory.Metadata] is JsonObject { Count: > 0 } metadata)
        {
            foreach (var (name, value) in metadata)
            {
                yield return new() { [$"payload.metadata.{name}"] = new JsonObject { ["$eq"] = value?.DeepClone() } };
            }
        }

        foreach (var (field, order) in ((string, string)[])[("start_date", "$gte"), ("end_date", "$lte")])
        {
            if ((call.Body[field]?.ToString() ?? call.Query(field)) is { } time)
            {
                yield return new() { ["timestamp"] = new JsonObject { [order] = time } };
            }
        }
    }

    private static JsonObject ViewOf(SearchHit hit, bool isServer)
    {
        var view = Mem0Memory.View(hit.Memory);
        view["score"] = Math.Round(hit.Relevance ?? hit.Score, 6);
        if (hit.Explanation is { } parts)
        {
            view[isServer ? "score_details" : "score_breakdown"] = new JsonObject
            {
                ["semantic"] = parts.TextNormalised ?? 0,
                ["bm25"] = parts.KeywordNormalised ?? 0,
                ["entity"] = 0,
            };
        }

        return view;
    }

    private static async Task<JsonArray> CollectAsync(Mem0Call call, byte[] filter, int skip, int take)
    {
        var list = new JsonArray();
        var bytes = 0L;
        await foreach (var memory in call.ListAsync(filter, skip + take))
        {
            if (skip-- > 0)
            {
                continue;
            }

            bytes += AnswerSize.Of(memory, isFlat: false);
            if (bytes > AnswerSize.Most && list.Count > 0)
            {
                throw new Mem0Refusal(413, "The answer would be larger than 8 MB; ask for smaller pages");
            }

            list.Add(Mem0Memory.View(memory));
        }

        return list;
    }

    private static Mem0Answer Page(int page, int size, long count, JsonArray results)
    {
        string Link(int number) => string.Create(CultureInfo.InvariantCulture, $"?page={number}&page_size={size}");
        return new Mem0Answer(new JsonObject
        {
            ["count"] = count,
            ["next"] = (long)page * size < count ? Link(page + 1) : null,
            ["previous"] = page > 1 ? Link(page - 1) : null,
            ["results"] = results,
        });
    }

    private static JsonObject EventOf(string id, List<MemoryRecord> memories)
    {
        var at = Mem0Memory.Time(memories[^1].CreatedAt);
        return new JsonObject
        {
            ["id"] = id,
            ["event_type"] = "ADD",
            ["status"] = "SUCCEEDED",
            ["payload"] = null,
            ["results"] = new JsonArray([.. memories.AsEnumerable().Reverse().Select(Mem0Memory.View)]),
            ["created_at"] = at,
            ["updated_at"] = at,
            ["started_at"] = at,
            ["completed_at"] = at,
            ["latency"] = 0,
            ["error"] = null,
        };
    }
}
