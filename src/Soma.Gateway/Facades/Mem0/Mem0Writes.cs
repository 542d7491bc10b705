namespace Soma.Gateway.Mem0;

/// <summary>Stores, changes and deletes memories for mem0's clients.</summary>
internal static class Mem0Writes
{
    // How often a change of metadata is tried again because another writer changed the memory in between.
    private const int MostTries = 20;
    private const int MostPerBatch = 1000;
    private static readonly Precondition _exists = new() { MustExist = true };
    private static readonly string[] _dates = ["yyyy-MM-dd"];

    /// <summary>One memory for each message that is not of the system. The answer shows what the owner kept, so a retry gets the first answer.</summary>
    public static async Task<(JsonArray Results, string? Event, string Message)> AddAsync(Mem0Call call)
    {
        var isAsIs = call.Body["infer"] is JsonValue infer && infer.TryGetValue<bool>(out var wanted) && !wanted;
        if (!isAsIs && call.Core.Options.Mem0RefusesInference)
        {
            throw new Mem0Refusal(501, "infer is not served: it needs a language model, and Soma has none. Send infer=false, or set SOMA_MEM0_INFER=store");
        }

        PutMemory[] puts = [.. Messages(call).Select(message => Put(call, message.Text, message.Role, message.Name))];
        if (puts.Length > MostPerBatch)
        {
            throw new Mem0Refusal(400, $"A request has at most {MostPerBatch} messages");
        }

        if (puts.Length == 0)
        {
            return ([], null, "Nothing was stored: there is no message but those of the system");
        }

        var id = puts[0].Coordinate.Id;
        foreach (var put in puts)
        {
            var payload = Mem0Memory.PayloadOf(put.Payload);
            payload[Mem0Memory.Event] = id;
            put.Payload = JsonSerializer.SerializeToUtf8Bytes(payload);
        }

        var reply = await call.WriteAsync(AnswerKind.StoreBatch, puts);
        var stored = JsonNode.Parse(reply.Body)?["results"]?.AsArray().Select(one => one?["coord"]?.GetValue<string>()[1..]) ?? [];
        var results = new JsonArray([.. stored.Zip(puts, (key, put) => Added(key, Mem0Memory.PayloadOf(put.Payload)))]);
        return (results, results[0]?["id"]?.GetValue<string>(), isAsIs ? "The messages are stored as they are" : "The messages are stored as they are: Soma infers no facts, because it has no language model");
    }

    public static async Task<Mem0Answer> UpdateAsync(Mem0Call call)
    {
        var key = call.Key;
        if (!call.Body.ContainsKey("text") && !call.Body.ContainsKey("metadata") && !call.Body.ContainsKey("timestamp") && !call.Body.ContainsKey(Mem0Memory.Expiration))
        {
            throw new Mem0Refusal(400, "Give text, metadata, timestamp or expiration_date");
        }

        for (var tries = 0; tries < MostTries; tries++)
        {
            // Metadata is replaced, and a merge patch only adds: what it has to remove is known from the memory that it is applied to.
            var old = call.Body["metadata"] is null ? null : await call.FindAsync(key) ?? throw Mem0Refusal.NotFound;
            var reply = await call.TryWriteAsync(AnswerKind.Store, Patch(call, key, old));
            if (reply.Rejection is { Status: 412 } && old is not null)
            {
                continue;
            }

            return reply.Rejection switch
            {
                null when call.IsServer => Mem0Answer.Message("Memory updated successfully!"),
                null => new Mem0Answer(Mem0Memory.View(await call.FindAsync(key) ?? throw Mem0Refusal.NotFound)),
                { Status: 404 or 412 } => throw Mem0Refusal.NotFound,
                var rejection => throw new Mem0Refusal(Problem.Of(rejection)),
            };
        }

        throw new Mem0Refusal(409, "The memory is being changed by others all the time; try again");
    }

    public static async Task<Mem0Answer> DeleteAsync(Mem0Call call)
    {
        if (call.Query("delete_linked") is "true")
        {
            throw new Mem0Refusal(501, "delete_linked is not served: memories of Soma's mem0 paths have no links that mem0 knows");
        }

        await call.WriteAsync(AnswerKind.Delete, new DeleteMemory { Coordinate = call.Key, Condition = _exists });
        return Mem0Answer.Message("Memory deleted successfully!");
    }

    public static async Task<Mem0Answer> DeleteAllAsync(Mem0Call call)
    {
        var named = Mem0Entities.All.Where(entity => call.Query(entity.Field) is not null).Select(entity => entity.Field).ToList();
        if (named.Count == 0)
        {
            throw new Mem0Refusal(400, "Give user_id, agent_id, app_id or run_id; all four as * delete everything");
        }

        var isEverything = named.Count == Mem0Entities.All.Count && named.All(field => call.Query(field) == "*");
        var conditions = isEverything ? [] : named.Select(field => Mem0Entities.Is(field, call.Query(field) ?? ""));
        var deleted = await call.DeleteAsync(Mem0Filter.Read(null, conditions, anyKey: false));
        return Mem0Answer.Message($"Memories deleted successfully! ({deleted})");
    }

    /// <summary>An entity is its memories here. On mem0's platform it outlives them, so deleting one that has none is no failure.</summary>
    public static async Task<Mem0Answer> DeleteEntityAsync(Mem0Call call)
    {
        var field = Mem0Entities.FieldOf(call.Route("type"));
        await call.DeleteAsync(Mem0Filter.Read(null, [new() { [field] = new JsonObject { ["$eq"] = Mem0Entities.ToStored(call.Route("id")) } }], anyKey: false));
        return Mem0Answer.Message("Entity deleted successfully!");
    }

    public static async Task<Mem0Answer> UpdateBatchAsync(Mem0Call call)
    {
        PatchMemory[] patches = [.. Items(call).Select(item => new PatchMemory
        {
            Coordinate = IdOf(item),
            Condition = _exists,
            PayloadPatch = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
            {
                [Mem0Memory.Text] = item["text"] is JsonValue text && text.TryGetValue<string>(out var written) ? written : throw new Mem0Refusal(400, "text is required, and is a text"),
            }),
        })];
        await call.WriteAsync(AnswerKind.StoreBatch, patches);
        return Mem0Answer.Message($"Successfully updated {patches.Length} memories");
    }

    public static async Task<Mem0Answer> DeleteBatchAsync(Mem0Call call)
    {
        DeleteMemory[] deletes = [.. Items(call).Select(item => new DeleteMemory { Coordinate = IdOf(item), Condition = _exists })];
        await call.WriteAsync(AnswerKind.Delete, deletes);
        return Mem0Answer.Message($"Successfully deleted {deletes.Length} memories");
    }

    private static Coordinate IdOf(JsonNode item) => Mem0Memory.KeyOf((item["memory_id"] as JsonValue)?.TryGetValue<string>(out var id) == true ? id : null);

    private static List<JsonObject> Items(Mem0Call call) => call.Body["memories"] is JsonArray { Count: > 0 and <= MostPerBatch } list && list.All(item => item is JsonObject)
        ? [.. list.OfType<JsonObject>()]
        : throw new Mem0Refusal(400, $"memories is a list of 1 to {MostPerBatch} objects");

    private static JsonObject Added(string? id, JsonObject payload) => new()
    {
        ["id"] = id,
        ["event"] = "ADD",
        ["memory"] = payload[Mem0Memory.Text]?.DeepClone(),
        ["data"] = new JsonObject { ["memory"] = payload[Mem0Memory.Text]?.DeepClone() },
        ["role"] = payload["role"]?.DeepClone(),
        ["actor_id"] = payload["actor_id"]?.DeepClone(),
    };

    private static PutMemory Put(Mem0Call call, string text, string? role, string? name)
    {
        var payload = new JsonObject { [Mem0Memory.Text] = text };
        foreach (var (_, field) in Mem0Entities.All)
        {
            if (Mem0Entities.Read(call.Body[field], field) is { } id)
            {
                payload[field] = id == "*" ? throw new Mem0Refusal(400, $"{field} may not be *, which stands for any") : Mem0Entities.ToStored(id);
            }
        }

        if (payload.Count == 1)
        {
            throw new Mem0Refusal(400, "One of user_id, agent_id, app_id and run_id is required");
        }

        if (call.Body[Mem0Memory.Metadata] is { } metadata)
        {
            payload[Mem0Memory.Metadata] = metadata is JsonObject members ? members.DeepClone() : throw new Mem0Refusal(400, "metadata is an object");
        }

        if (call.Body["timestamp"] is { } timestamp)
        {
            payload["timestamp"] = TimestampOf(timestamp);
        }

        (payload["role"], payload["actor_id"]) = (role, name);
        if (call.Body[Mem0Memory.Expiration] is { } expiration)
        {
            payload[Mem0Memory.Expiration] = expiration.DeepClone();
        }

        return new PutMemory
        {
            Coordinate = call.Core.Keys.Next(),
            IsKeyNew = true,
            Type = MemoryType.Episodic,
            Importance = 1,
            Payload = JsonSerializer.SerializeToUtf8Bytes(payload),
            Expiry = call.Body[Mem0Memory.Expiration] is { } date ? ExpiryOf(date) : default,
        };
    }

    private static PatchMemory Patch(Mem0Call call, Coordinate key, MemoryRecord? old)
    {
        var patch = new JsonObject();
        if (call.Body["text"] is not null)
        {
            patch[Mem0Memory.Text] = call.Field("text");
        }

        if (call.Body.TryGetPropertyValue(Mem0Memory.Metadata, out var metadata))
        {
            patch[Mem0Memory.Metadata] = metadata switch
            {
                null => null,
                JsonObject members => Replacing(old is null ? null : Mem0Memory.PayloadOf(old.Payload)[Mem0Memory.Metadata], members),
                _ => throw new Mem0Refusal(400, "metadata is an object"),
            };
        }

        if (call.Body["timestamp"] is { } timestamp)
        {
            patch["timestamp"] = TimestampOf(timestamp);
        }

        var changesExpiry = call.Body.TryGetPropertyValue(Mem0Memory.Expiration, out var date);
        if (changesExpiry)
        {
            patch[Mem0Memory.Expiration] = date?.DeepClone();
        }

        return new PatchMemory
        {
            Coordinate = key,
            Condition = old is null ? _exists : new Precondition { Seq = old.Seq },
            PayloadPatch = JsonSerializer.SerializeToUtf8Bytes(patch),
            ChangesExpiry = changesExpiry,
            Expiry = date is null ? default : ExpiryOf(date),
        };
    }

    /// <summary>The merge patch that makes <paramref name="wanted"/> of what is there.</summary>
    private static JsonObject Replacing(JsonNode? there, JsonObject wanted)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in there as JsonObject ?? [])
        {
            patch[name] = null;
        }

        foreach (var (name, value) in wanted)
        {
            patch[name] = value is JsonObject inner ? Replacing((there as JsonObject)?[name], inner) : value?.DeepClone();
        }

        return patch;
    }

    private static double TimestampOf(JsonNode node) => node is JsonValue value && value.TryGetValue<double>(out var seconds) && seconds is >= 0 and < 1e11
        ? seconds
        : throw new Mem0Refusal(400, "timestamp is a number of seconds since 1970");

    /// <summary>A memory is there through the whole of the day, in UTC.</summary>
    private static Expiry ExpiryOf(JsonNode node)
    {
        if (node is JsonValue value && value.TryGetValue<string>(out var text))
        {
            if (DateTimeOffset.TryParseExact(text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) && day.Year < 9999)
            {
                return new Expiry { At = Instant.From(day.AddDays(1)) };
            }

            if (TimeType.IsTime(text, out var at))
            {
                return new Expiry { At = at };
            }
        }

        throw new Mem0Refusal(400, "expiration_date is a date such as 2027-01-31");
    }

    private static IEnumerable<(string Text, string? Role, string? Name)> Messages(Mem0Call call)
    {
        if (call.Body["messages"] is JsonValue one)
        {
            return [(TextOf(one), "user", null)];
        }

        return call.Body["messages"] is JsonArray { Count: > 0 } list
            ? list.Select(Message).Where(message => message.Role != "system")
            : throw new Mem0Refusal(400, "messages is a list that is not empty");
    }

    private static (string Text, string? Role, string? Name) Message(JsonNode? node)
    {
        string? Member(string name) => node is JsonObject members && members[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        return node is JsonObject message
            ? (TextOf(message["content"]), Member("role"), Member("name"))
            : throw new Mem0Refusal(400, "A message is an object with role and content");
    }

    private static string TextOf(JsonNode? content) => content switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) && !string.IsNullOrWhiteSpace(text) && !text.Contains('\0', StringComparison.Ordinal) => text,
        JsonArray { Count: > 0 } parts => string.Join('\n', parts.Select(TextOf)),
        JsonObject part when part["type"] is JsonValue type && type.TryGetValue<string>(out var kind) => kind == "text"
            ? TextOf(part["text"])
            : throw new Mem0Refusal(501, $"Content of the type {kind} is not served: it needs a model that reads it, and Soma has none"),
        _ => throw new Mem0Refusal(400, "The content of a message is a text that is not empty"),
    };
}
