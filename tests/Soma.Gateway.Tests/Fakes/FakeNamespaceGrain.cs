using System.Collections.Concurrent;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fakes;

/// <summary>A namespace in a dictionary: enough of the contract to answer as the real one would, and to fail when told to.</summary>
internal sealed partial class FakeNamespaceGrain : INamespaceGrain
{
    private static readonly Instant Now = Instant.From(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(678_901));
    private readonly Dictionary<string, MemoryRecord> _memories = [];
    private readonly Dictionary<string, (byte[] Hash, WriteReply Reply)> _receipts = [];
    private readonly Dictionary<(string, string, string), PutLink> _links = [];
    private readonly Lock _gate = new();
    private long _seq;
    private int? _dimension;

    /// <summary>What the next calls throw, one each.</summary>
    public ConcurrentQueue<Exception> Failures { get; } = new();

    /// <summary>What the next calls wait for, one each.</summary>
    public ConcurrentQueue<Task> Holds { get; } = new();

    /// <summary>Where set, calls end only when it does.</summary>
    public Task? Hold { get; set; }

    public ConcurrentQueue<WriteCommand> Commands { get; } = new();

    public SearchMemories? LastSearch { get; private set; }

    public ListMemories? LastList { get; private set; }

    public DeleteMany? LastDeleteMany { get; private set; }

    public bool DeleteManyIsComplete { get; set; } = true;

    public async Task<WriteReply> WriteAsync(WriteCommand command, CancellationToken cancellationToken = default)
    {
        Commands.Enqueue(command);
        await BeforeAsync();
        lock (_gate)
        {
            if (command.Key is { } key && _receipts.TryGetValue(key.Value, out var receipt))
            {
                return receipt.Hash.AsSpan().SequenceEqual(key.RequestHash)
                    ? receipt.Reply
                    : Refuse(409, "The Idempotency-Key was used for another request");
            }

            var reply = Apply(command);
            if (command.Key is { } kept && reply.Rejection is null)
            {
                _receipts[kept.Value] = (kept.RequestHash, reply);
            }

            return reply;
        }
    }

    public async Task<DeleteManyReply> DeleteManyAsync(DeleteMany request, CancellationToken cancellationToken = default)
    {
        LastDeleteMany = request;
        await BeforeAsync();
        lock (_gate)
        {
            var doomed = _memories.Keys.Where(key => request.Coordinates is null || request.Coordinates.Any(c => c.Text == key)).ToList();
            if (!request.DryRun)
            {
                doomed.ForEach(key => _memories.Remove(key));
                _seq += doomed.Count;
            }

            return new DeleteManyReply { Deleted = doomed.Count, Complete = DeleteManyIsComplete, HeadSeq = _seq };
        }
    }

    public async Task<GetMemoryReply> GetAsync(GetMemory query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        lock (_gate)
        {
            if (_memories.TryGetValue(query.Coordinate.Text, out var memory))
            {
                _memories[query.Coordinate.Text] = memory = memory with { AccessCount = memory.AccessCount + 1 };
            }

            return new GetMemoryReply { Memory = memory, HeadSeq = _seq, PastSeq = query.AsOf?.Seq };
        }
    }

    public async Task<HistoryReply> GetHistoryAsync(GetHistory query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        lock (_gate)
        {
            var memory = _memories.GetValueOrDefault(query.Coordinate.Text);
            return new HistoryReply
            {
                Versions = memory is null ? [] :
                [
                    new HistoryEntry
                    {
                        Seq = memory.Seq, Version = memory.Version, At = memory.UpdatedAt, Payload = memory.Payload, Type = memory.Type,
                        Importance = memory.Importance, CreatedAt = memory.CreatedAt, ExpiresAt = memory.ExpiresAt,
                    },
                ],
                HeadSeq = _seq,
                CursorInvalid = query.Cursor == "made-up",
            };
        }
    }

    public async Task<ListReply> ListAsync(ListMemories query, CancellationToken cancellationToken = default)
    {
        LastList = query;
        await BeforeAsync();
        lock (_gate)
        {
            return query.Cursor is not (null or "next")
                ? new ListReply { Memories = [], HeadSeq = _seq, CursorInvalid = true }
                : new ListReply { Memories = [.. _memories.Values.Take(query.Limit)], HeadSeq = _seq, PastSeq = query.AsOf?.Seq, NextCursor = _memories.Count > query.Limit ? "next" : null };
        }
    }

    public async Task<SearchReply> SearchAsync(SearchMemories query, CancellationToken cancellationToken = default)
    {
        LastSearch = query;
        await BeforeAsync();
        lock (_gate)
        {
            if (query.Vector is { } vector && _dimension is { } dimension && vector.Length != dimension * sizeof(float))
            {
                return new SearchReply { Hits = [], HeadSeq = _seq, Rejection = WrongDimension(vector, dimension) };
            }

            return new SearchReply
            {
                Hits = [.. _memories.Values.Skip(query.Offset).Take(query.TopK).Select(memory => new SearchHit
                {
                    Memory = memory,
                    Score = 0.875,
                    Relevance = query.Query.Length > 0 ? 0.625 : null,
                    Explanation = query.Explain ? new ScoreExplanation { Keyword = 1.5, Context = 0, Linked = query.Expand is null ? null : 0.25 } : null,
                })],
                Refining = 2,
                HeadSeq = _seq,
                Truncated = query.Offset == 7,
                PastSeq = query.AsOf?.Seq,
            };
        }
    }

    public async Task<NeighborsReply> GetNeighborsAsync(GetNeighbors query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        lock (_gate)
        {
            return new NeighborsReply
            {
                Neighbors = [.. _links.Values.Where(link => link.From == query.Coordinate).Select(link => new Neighbor
                {
                    Coordinate = link.To,
                    LinkType = link.LinkType,
                    Strength = link.Strength,
                    Metadata = link.Metadata,
                    Hops = 1,
                    Direction = LinkDirection.Out,
                    Via = link.From,
                })],
                HeadSeq = _seq,
                PastSeq = query.AsOf?.Seq,
            };
        }
    }

    public async Task<MapReply> GetMapAsync(GetMap query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        return new MapReply { HeadSeq = 1, Progress = 0.25 };
    }

    public async Task<PathReply> FindPathAsync(FindPath query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        lock (_gate)
        {
            var link = _links.Values.FirstOrDefault(l => l.From == query.From && l.To == query.To);
            return new PathReply
            {
                Path = link is null ? [] : [link.From, link.To],
                LinkTypes = link is null ? [] : [link.LinkType],
                HeadSeq = _seq,
                PastSeq = query.AsOf?.Seq,
            };
        }
    }

    public async Task<ChangesReply> ReadChangesAsync(ReadChanges query, CancellationToken cancellationToken = default)
    {
        await BeforeAsync();
        lock (_gate)
        {
            return new ChangesReply { Changes = [], NextAfter = query.After, HeadSeq = _seq, LogId = 1 };
        }
    }

    public Task<ChangeMark> WaitForChangeAsync(WaitForChange query, CancellationToken cancellationToken = default) => Task.FromResult(new ChangeMark(1, _seq));

    public Task<bool> DeleteAsync(DeleteNamespace request, CancellationToken cancellationToken = default) => Task.FromResult(true);

    public Task<ForkReply> ForkAsync(ForkNamespace fork, CancellationToken cancellationToken = default) => Task.FromResult(
        fork.To == "taken" ? new ForkReply { Rejection = new Rejection { Status = 409, Detail = "Namespace taken is in use" } } : new ForkReply { Seq = _seq, Memories = _memories.Count, Links = _links.Count });

    public Task<RewindReply> RewindAsync(Rewind request, CancellationToken cancellationToken = default) =>
        Task.FromResult(new RewindReply { Complete = DeleteManyIsComplete, HeadSeq = _seq, PastSeq = request.AsOf.Seq ?? 0, Stored = 1 });

    public Task<DiffReply> DiffAsync(DiffStates query, CancellationToken cancellationToken = default) =>
        Task.FromResult(new DiffReply { Changes = [], HeadSeq = _seq, CursorInvalid = query.Cursor == "made-up" });

    public Task<bool> ReindexAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public Task<NamespaceSettings> GetSettingsAsync(CancellationToken cancellationToken = default) => Task.FromResult(new NamespaceSettings());

    public Task SetSettingsAsync(NamespaceSettings settings, CancellationToken cancellationToken = default) => Task.CompletedTask;

    private async Task BeforeAsync()
    {
        if (Failures.TryDequeue(out var failure))
        {
            throw failure;
        }

        if (Holds.TryDequeue(out var hold) || (hold = Hold) is not null)
        {
            await hold;
        }
    }

    private static WriteReply Refuse(int status, string detail, params int[] items) =>
        new() { Status = status, Rejection = new Rejection { Status = status, Detail = detail, FailedItems = items } };

    private static Rejection WrongDimension(byte[] vector, int dimension) =>
        new() { Status = 400, Detail = $"Vector of dimension {vector.Length / sizeof(float)}: this namespace's dimension is {dimension}" };
}
