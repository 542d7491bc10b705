using System.Collections.Concurrent;
using Soma.Grains.Interfaces;

namespace Soma.Gateway.Tests.Fakes;

/// <summary>Access keys in a dictionary, whose silos answer, fail and hang when told to.</summary>
internal sealed class FakeAccessKeys : IAccessKeyCheckGrain
{
    private readonly ConcurrentDictionary<string, FakeKey> _keys = new();
    private readonly ConcurrentDictionary<string, FakeIndex> _indexes = new();
    private int _questions;

    /// <summary>Where set, questions fail with it.</summary>
    public Func<Exception>? Failure { get; set; }

    /// <summary>Where set, questions are answered when it ends.</summary>
    public Task? Hold { get; set; }

    /// <summary>How often a token was asked about.</summary>
    public int Questions => _questions;

    public IAccessKeyGrain Key(string grainKey) => _keys.GetOrAdd(grainKey, _ => new FakeKey(this));

    public IAccessKeyIndexGrain Index(string grainKey) => _indexes.GetOrAdd(grainKey, _ => new FakeIndex());

    public async Task<ValidKey?> ValidateAsync(string id, byte[] hash, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _questions);
        if (Failure is { } failure)
        {
            throw failure();
        }

        // The answer is decided when the question arrives, and may take its time on the way back.
        var valid = _keys.GetValueOrDefault(AccessKey.ToGrainKey(id))?.Find(hash);
        await (Hold ?? Task.CompletedTask).WaitAsync(cancellationToken);
        return valid;
    }

    public Task<ValidKey?> ValidateElsewhereAsync(string id, byte[] hash, CancellationToken cancellationToken = default) => ValidateAsync(id, hash, cancellationToken);

    private sealed class FakeKey(FakeAccessKeys owner) : IAccessKeyGrain
    {
        private AccessKey? _key;
        private byte[] _hash = [];
        private KeyUsage _usage = new();

        /// <summary>Null: the token is not one of this key.</summary>
        public ValidKey? Find(byte[] hash) => _key is { } key && _hash.AsSpan().SequenceEqual(hash) ? new ValidKey(key, key.ExpiresAt) : null;

        public async Task<bool> CreateAsync(AccessKey key, byte[] hash, CancellationToken cancellationToken = default)
        {
            await owner.Index(AccessKeyIndex.Tenants).AddAsync(key.Tenant, cancellationToken);
            await owner.Index(AccessKeyIndex.Of(key.Tenant)).AddAsync(key.Id, cancellationToken);
            (_key, _hash) = (key, hash);
            return true;
        }

        public Task<ListedKey?> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(_key is { } key ? new ListedKey(key, _usage) : null);

        public Task<AccessKey?> RotateAsync(byte[] hash, TimeSpan overlap, CancellationToken cancellationToken = default)
        {
            _hash = hash;
            return Task.FromResult(_key);
        }

        public Task<bool> RevokeAsync(CancellationToken cancellationToken = default)
        {
            var isThere = _key is not null;
            _key = null;
            return Task.FromResult(isThere);
        }

        public Task AddUsageAsync(KeyUsage usage, CancellationToken cancellationToken = default)
        {
            if (owner.Failure is { } failure)
            {
                throw failure();
            }

            _usage += usage;
            return Task.CompletedTask;
        }
    }

    private sealed class FakeIndex : IAccessKeyIndexGrain
    {
        private readonly ConcurrentDictionary<string, bool> _names = new();

        public Task AddAsync(string name, CancellationToken cancellationToken = default)
        {
            _names[name] = true;
            return Task.CompletedTask;
        }

        public Task ForgetAsync(string[] names, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task RemoveAsync(string name, CancellationToken cancellationToken = default)
        {
            _names.TryRemove(name, out _);
            return Task.CompletedTask;
        }

        public Task<string[]> ListAsync(string? after, int limit, CancellationToken cancellationToken = default) =>
            Task.FromResult<string[]>([.. _names.Keys.Where(name => string.CompareOrdinal(name, after) > 0).Order(StringComparer.Ordinal).Take(limit)]);
    }
}
