namespace Soma.System.Tests.Chaos.Load;

/// <summary>A consumer of changes for each of some namespaces.</summary>
internal sealed class Followers(IReadOnlyList<Uri> gateways, IReadOnlyList<string> namespaces, int seed) : IDisposable
{
    private readonly FeedFollower[] _followers = [.. namespaces.Select((name, i) => new FeedFollower(gateways, name, seed + i))];

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
