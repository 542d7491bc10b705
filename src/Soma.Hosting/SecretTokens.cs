using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Soma.Hosting;

/// <summary>
/// Compares a request's token with those of a setting. A file may hold several, one a line, so that an old and a new one work while clients
/// change over, and it is read again when it changes.
/// </summary>
/// <remarks>
/// How long a comparison takes depends on the request's token and on the number of tokens alone, so it tells neither their characters nor
/// their lengths. The whole file is read each time, because Kubernetes changes a mounted secret by moving a symbolic link, and the dates of
/// the link that the process knows stay as they are.
/// </remarks>
/// <param name="text">The tokens as they were read at the start, one a line.</param>
/// <param name="file">The file that they came from; null: from a variable.</param>
/// <param name="clock">Says when to read the file again.</param>
/// <param name="logger">Is told when the tokens change, and when they cannot be read.</param>
public sealed class SecretTokens(string text, string? file, TimeProvider clock, ILogger logger)
{
    private const int Padded = 64;

    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private readonly bool _mayBeDevelopment = SecretSetting.Lines(text).Contains(ApiToken.Development);
    private byte[][] _tokens = [.. SecretSetting.Lines(text).Select(Keep)];
    private string _text = text;
    private bool _isBroken;
    private long _readAt = clock.GetTimestamp();

    public bool Contains(string token)
    {
        ReadAgainIfDue();
        var isOne = false;
        var given = Pad(token, stackalloc byte[Padded]);
        foreach (var kept in Volatile.Read(ref _tokens))
        {
            // All of them are compared, also after one that is equal.
            isOne |= CryptographicOperations.FixedTimeEquals(given, kept);
        }

        return isOne;
    }

    /// <summary>Of the requests that find the time over, one reads the file. The others go on with the tokens that are known.</summary>
    private void ReadAgainIfDue()
    {
        var last = Volatile.Read(ref _readAt);
        if (file is null || clock.GetElapsedTime(last) < ReadAgainAfter || Interlocked.CompareExchange(ref _readAt, clock.GetTimestamp(), last) != last)
        {
            return;
        }

        try
        {
            Take(File.ReadAllText(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Refuse(e.GetType().Name);
        }
    }

    private void Take(string read)
    {
        // Everybody knows the development token. A process that did not start with it may be reachable from other machines.
        var tokens = SecretSetting.Lines(read).Where(line => _mayBeDevelopment || line != ApiToken.Development).Select(Keep).ToArray();
        if (tokens.Length == 0)
        {
            Refuse("it holds no token");
            return;
        }

        _isBroken = false;
        if (read != _text)
        {
            _text = read;
            Volatile.Write(ref _tokens, tokens);
            TokenLog.Changed(logger, file!, tokens.Length);
        }
    }

    private void Refuse(string reason)
    {
        if (!_isBroken)
        {
            _isBroken = true;
            TokenLog.Unreadable(logger, file!, reason);
        }
    }

    private static byte[] Keep(string token) => Pad(token, new byte[Padded]).ToArray();

    /// <summary>
    /// Fills what follows the token with a byte that no UTF-8 text has. A token that does not fit is compared by its hash, which
    /// has another length than a padded one.
    /// </summary>
    private static ReadOnlySpan<byte> Pad(string token, Span<byte> padded)
    {
        if (Encoding.UTF8.GetByteCount(token) > padded.Length)
        {
            return SHA256.HashData(Encoding.UTF8.GetBytes(token));
        }

        padded.Fill(0xFF);
        Encoding.UTF8.GetBytes(token, padded);
        return padded;
    }
}

internal static partial class TokenLog
{
    [LoggerMessage(1, LogLevel.Warning, "The tokens in {File} have changed: {Count} are accepted now", EventName = "Tokens changed")]
    public static partial void Changed(ILogger logger, string file, int count);

    [LoggerMessage(2, LogLevel.Warning, "The tokens in {File} cannot be read ({Reason}): those that were read last stay accepted", EventName = "Tokens unreadable")]
    public static partial void Unreadable(ILogger logger, string file, string reason);
}
