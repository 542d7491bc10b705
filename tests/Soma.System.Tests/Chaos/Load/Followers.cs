namespace Soma.System.Tests.Chaos.Load;

/// <summary>A consumer of changes for each namespace of the load.</summary>
internal sealed class Followers(IReadOnlyList<Uri> gateways, LoadOptions options) : IDisposable
{
    private readonly FeedFollower[] _followers = [.. options.Namespaces.Select((name, i) => new FeedFollower(gateways, options.Token, name, options.Seed + i))];

    /// <summary>How often they connected.</summary>
    public int Connections => _followers.Sum(follower => follower.Connections);

    /// <inheritdoc cref="FeedFollower.FinishAsync"/>
    public async Task FinishAsync()
    {
        foreach (var follower in _followers)
        {
            await follower.FinishAsync();
        }
    }

    public void Dispose() => Array.ForEach(_followers, follower => follower.Dispose());
}
