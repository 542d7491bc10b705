using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fakes;

internal sealed partial class FakeNamespaceGrain
{
    private WriteReply Apply(WriteCommand command)
    {
        var results = new List<JsonObject>();
        for (var i = 0; i < command.Operations.Length; i++)
        {
            var reply = command.Operations[i] switch
            {
                PutMemory put => Put(put, i, results),
                PatchMemory patch => Patch(patch, results),
                DeleteMemory delete => Delete(delete, results),
                PutLink link => Link(link, results),
                DeleteLink unlink => Unlink(unlink, results),
                _ => throw new NotSupportedException(),
            };
            if (reply is not null)
            {
                return reply;
            }
        }

        var body = command.Answer == AnswerKind.StoreBatch
            ? new JsonObject
            {
                ["stored"] = results.Count,
                ["seq_first"] = _seq - results.Count + 1,
                ["seq_last"] = _seq,
                ["results"] = new JsonArray([.. results]),
            }
            : results[0];
        return new WriteReply
        {
            Status = 200,
            Body = Encoding.UTF8.GetBytes(body.ToJsonString()),
            Seq = _seq,
            ETag = command.Answer == AnswerKind.Store ? _seq : null,
        };
    }

    private WriteReply? Put(PutMemory put, int index, List<JsonObject> results)
    {
        var old = _memories.GetValueOrDefault(put.Coordinate.Text);
        if (!put.Condition.Holds(old?.Seq))
        {
            return Refuse(412, "The condition does not hold");
        }

        if (put.BroughtVector is { } vector && vector.Length != (_dimension ??= vector.Length / sizeof(float)) * sizeof(float))
        {
            var wrong = WrongDimension(vector, _dimension.Value);
            return Refuse(wrong.Status, wrong.Detail, index);
        }

        Keep(new MemoryRecord
        {
            Coordinate = put.Coordinate,
            Payload = put.Payload,
            Type = put.Type,
            Importance = put.Importance,
            ImportanceNorm = 1,
            CreatedAt = old?.CreatedAt ?? Now,
            UpdatedAt = Now,
            ExpiresAt = put.Expiry.Resolve(Now),
            Version = (old?.Version ?? 0) + 1,
            Seq = ++_seq,
            EmbeddingSource = put.BroughtVector is null ? "soma-fast" : "precomputed",
            BroughtVector = put.BroughtVector,
        }, results);
        return null;
    }

    private WriteReply? Patch(PatchMemory patch, List<JsonObject> results)
    {
        if (!_memories.TryGetValue(patch.Coordinate.Text, out var old))
        {
            return Refuse(404, "Memory not found");
        }

        if (!patch.Condition.Holds(old.Seq))
        {
            return Refuse(412, "The condition does not hold");
        }

        Keep(old with
        {
            Payload = patch.PayloadPatch is { } payload ? Merge(old.Payload, payload) : old.Payload,
            Importance = patch.Importance ?? old.Importance,
            ExpiresAt = patch.ChangesExpiry ? patch.Expiry.Resolve(Now) : old.ExpiresAt,
            Version = old.Version + 1,
            Seq = ++_seq,
        }, results);
        return null;
    }

    private static byte[] Merge(byte[] target, byte[] patch)
    {
        var merged = JsonNode.Parse(target)!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(patch)!.AsObject())
        {
            merged.Remove(name);
            if (value is not null)
            {
                merged[name] = value.DeepClone();
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(merged);
    }

    private void Keep(MemoryRecord memory, List<JsonObject> results)
    {
        _memories[memory.Coordinate.Text] = memory;
        results.Add(new JsonObject
        {
            ["coord"] = memory.Coordinate.Text,
            ["memory_type"] = memory.Type.ToString().ToLowerInvariant(),
            ["ok"] = true,
            ["seq"] = memory.Seq,
            ["version"] = memory.Version,
            ["embedding_source"] = memory.EmbeddingSource,
        });
    }

    private WriteReply? Delete(DeleteMemory delete, List<JsonObject> results)
    {
        if (!delete.Condition.Holds(_memories.GetValueOrDefault(delete.Coordinate.Text)?.Seq))
        {
            return Refuse(412, "The condition does not hold");
        }

        var isDeleted = _memories.Remove(delete.Coordinate.Text);
        _seq += isDeleted ? 1 : 0;
        results.Add(new JsonObject { ["coord"] = delete.Coordinate.Text, ["deleted"] = isDeleted, ["seq"] = _seq });
        return null;
    }

    private WriteReply? Link(PutLink link, List<JsonObject> results)
    {
        _links[(link.From.Text, link.To.Text, link.LinkType)] = link;
        results.Add(Ends(link.From, link.To, link.LinkType, "ok", true, ++_seq));
        return null;
    }

    private WriteReply? Unlink(DeleteLink link, List<JsonObject> results)
    {
        var isDeleted = _links.Remove((link.From.Text, link.To.Text, link.LinkType));
        _seq += isDeleted ? 1 : 0;
        results.Add(Ends(link.From, link.To, link.LinkType, "deleted", isDeleted, _seq));
        return null;
    }

    private static JsonObject Ends(Coordinate from, Coordinate to, string type, string outcome, bool value, long seq) => new()
    {
        ["from_coord"] = from.Text,
        ["to_coord"] = to.Text,
        ["link_type"] = type,
        [outcome] = value,
        ["seq"] = seq,
    };
}
