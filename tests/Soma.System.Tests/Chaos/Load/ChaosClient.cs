using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Soma.System.Tests.Clusters;

namespace Soma.System.Tests.Chaos.Load;

/// <summary>
/// A client of the cluster. It uses one gateway until that gateway refuses a connection, and then tries the next one,
/// once.
/// </summary>
internal sealed class ChaosClient : IDisposable
{
    // Longer than a gateway's deadline, so that a timeout here means that the gateway failed to answer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient[] _gateways;
    private int _current;

    /// <param name="gateways">The addresses of the gateways.</param>
    /// <param name="token">The root token or an access key.</param>
    /// <param name="first">The index of the gateway that is used first.</param>
    public ChaosClient(IReadOnlyList<Uri> gateways, string token, int first)
    {
        _gateways = [.. gateways.Select(gateway => MakeClient(gateway, token))];
        _current = first % gateways.Count;
    }

    /// <summary>
    /// Sends a request. For a second attempt the request is made again, because a request object can be sent only once.
    /// </summary>
    public async Task<Answer> SendAsync(Func<HttpRequestMessage> make)
    {
        var invoked = Stopwatch.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = make();
                return await SendAsync(_gateways[_current], request, invoked);
            }
            catch (HttpRequestException refused) when (WasRefused(refused))
            {
                _current = (_current + 1) % _gateways.Length;
                if (attempt == 2)
                {
                    return NoAnswer(invoked, refused) with { WasRefusedConnection = true };
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or OperationCanceledException)
            {
                return NoAnswer(invoked, e);
            }
        }
    }

    public void Dispose()
    {
        foreach (var gateway in _gateways)
        {
            gateway.Dispose();
        }
    }

    private static HttpClient MakeClient(Uri gateway, string token)
    {
        var client = ClusterAuthority.NewClient(gateway);
        client.Timeout = Patience;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static bool WasRefused(HttpRequestException e) =>
        e is { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } };

    private static Answer NoAnswer(long invoked, Exception e) =>
        new() { Invoked = invoked, Returned = Stopwatch.GetTimestamp(), Failure = e.GetBaseException().Message };

    private static async Task<Answer> SendAsync(HttpClient gateway, HttpRequestMessage request, long invoked)
    {
        using var response = await gateway.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        return new Answer
        {
            Invoked = invoked,
            Returned = Stopwatch.GetTimestamp(),
            Status = (int)response.StatusCode,
            Body = body,
            Head = response.Headers.TryGetValues("X-Soma-Seq", out var seq) ? long.Parse(seq.First(), CultureInfo.InvariantCulture) : null,
            ETag = response.Headers.ETag?.Tag,
        };
    }
}
