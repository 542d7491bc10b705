using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Soma.Gateway.Tests.Service;
using Soma.Hosting;

namespace Soma.Gateway.Tests.Security;

public sealed class SecretTokensTests : IDisposable
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("soma-tokens-").FullName;
    private readonly FakeTimeProvider _clock = new();
    private readonly RecordingLogger _log = new();

    private string FilePath => Path.Combine(_folder, "token");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Each_line_that_is_not_blank_is_a_token()
    {
        var tokens = Tokens("old\r\n\n  new \n");
        Assert.True(tokens.Contains("old"));
        Assert.True(tokens.Contains("new"));
        Assert.False(tokens.Contains(""));
        Assert.False(tokens.Contains("old\nnew"));
        Assert.False(tokens.Contains("ol"));
    }

    [Fact]
    public void Long_tokens_are_compared_whole()
    {
        var tokens = Tokens(new string('a', 100) + "\n" + new string('a', 64));
        Assert.True(tokens.Contains(new string('a', 100)));
        Assert.True(tokens.Contains(new string('a', 64)));
        Assert.False(tokens.Contains(new string('a', 99)));
        Assert.False(tokens.Contains(new string('a', 65)));
    }

    [Fact]
    public void A_file_that_changed_is_read_again()
    {
        var tokens = Tokens("old");
        File.WriteAllText(FilePath, "old\nnew");
        Assert.False(tokens.Contains("new"));
        _clock.Advance(Later);
        Assert.True(tokens.Contains("new"));
        Assert.True(tokens.Contains("old"));
        File.WriteAllText(FilePath, "new");
        _clock.Advance(Later);
        Assert.False(tokens.Contains("old"));
        Assert.Equal(2, _log.Entries.Count(entry => entry.Event == "Tokens changed"));
        Assert.DoesNotContain(_log.Entries, entry => entry.Text.Contains("new", StringComparison.Ordinal));
    }

    [Fact]
    public void A_secret_of_Kubernetes_is_changed_by_moving_a_link()
    {
        foreach (var (version, token) in ((string, string)[])[("1", "old"), ("2", "new")])
        {
            Directory.CreateDirectory(Path.Combine(_folder, version));
            File.WriteAllText(Path.Combine(_folder, version, "token"), token);
        }

        Directory.CreateSymbolicLink(Path.Combine(_folder, "data"), Path.Combine(_folder, "1"));
        File.CreateSymbolicLink(FilePath, Path.Combine(_folder, "data", "token"));
        var tokens = new SecretTokens("old", FilePath, _clock, Logger);

        Directory.Delete(Path.Combine(_folder, "data"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "data"), Path.Combine(_folder, "2"));
        _clock.Advance(Later);

        Assert.True(tokens.Contains("new"));
        Assert.False(tokens.Contains("old"));
    }

    [Fact]
    public void An_emptied_or_missing_file_leaves_the_last_tokens_and_is_logged_once()
    {
        var tokens = Tokens("old");
        File.WriteAllText(FilePath, "\n \n");
        _clock.Advance(Later);
        Assert.True(tokens.Contains("old"));
        File.Delete(FilePath);
        _clock.Advance(Later);
        Assert.True(tokens.Contains("old"));
        Assert.Single(_log.Entries, entry => entry.Event == "Tokens unreadable");
        File.WriteAllText(FilePath, "new");
        _clock.Advance(Later);
        Assert.True(tokens.Contains("new"));
    }

    [Fact]
    public void The_development_token_that_everybody_knows_does_not_come_in_by_a_change_of_the_file()
    {
        var tokens = Tokens("old");
        File.WriteAllText(FilePath, "devtoken\nnew");
        _clock.Advance(Later);
        Assert.True(tokens.Contains("new"));
        Assert.False(tokens.Contains("devtoken"));
    }

    private ILogger Logger => _log;

    private SecretTokens Tokens(string text)
    {
        File.WriteAllText(FilePath, text);
        return new SecretTokens(text, FilePath, _clock, Logger);
    }
}
